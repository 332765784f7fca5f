package servers_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/internal/integration/servers"
)

// TestMain lets the test program be the Lambda function of its own test.
func TestMain(m *testing.M) {
	if os.Getenv("SERVERS_TEST_FUNCTION") != "" {
		lambda.Start(function)
		return
	}
	os.Exit(m.Run())
}

func function(ctx context.Context, event struct{ Do, Say string }) (string, error) {
	switch event.Do {
	case "fail":
		return "", errors.New(event.Say)
	case "panic":
		panic(event.Say)
	case "wait":
		time.Sleep(time.Minute) // the runtime ends it
	case "deadline":
		deadline, ok := ctx.Deadline()
		left := time.Until(deadline)
		return fmt.Sprint(ok && 0 < left && left <= 2*time.Second), nil
	}
	fmt.Println("printed:", event.Say)
	return os.Getenv("GREETING") + ", " + event.Say, nil
}

func TestS3ServersKeepTheVersionsOfAnObject(t *testing.T) {
	for name, start := range map[string]func(testing.TB) *servers.AWS{
		"versitygw": servers.VersityGW,
		"gofakes3":  servers.GoFakeS3,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, client := t.Context(), s3.NewFromConfig(start(t).Config())
			bucket, key := aws.String("logs"), aws.String("a folder/é+1.json")
			if _, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket}); err != nil {
				t.Fatal(err)
			}
			if _, err := client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
				Bucket:                  bucket,
				VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatusEnabled},
			}); err != nil {
				t.Fatal(err)
			}
			var versions []*string
			for _, body := range []string{"first", "second"} {
				out, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key, Body: strings.NewReader(body)})
				if err != nil {
					t.Fatal(err)
				}
				versions = append(versions, out.VersionId)
			}
			var got []string
			for _, v := range append(versions, nil) {
				out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key, VersionId: v})
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(out.Body)
				out.Body.Close()
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, string(body))
			}
			if diff := cmp.Diff([]string{"first", "second", "second"}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFauxQSDeliversFromATopicToAQueue(t *testing.T) {
	t.Parallel()
	ctx, cfg := t.Context(), servers.FauxQS(t).Config()
	topics, queues := sns.NewFromConfig(cfg), sqs.NewFromConfig(cfg)
	topic, err := topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("alerts")})
	if err != nil {
		t.Fatal(err)
	}
	queue, err := queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("alerts")})
	if err != nil {
		t.Fatal(err)
	}
	attrs, err := queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl:       queue.QueueUrl,
		AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameQueueArn},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := topics.Subscribe(ctx, &sns.SubscribeInput{
		TopicArn:   topic.TopicArn,
		Protocol:   aws.String("sqs"),
		Endpoint:   aws.String(attrs.Attributes["QueueArn"]),
		Attributes: map[string]string{"RawMessageDelivery": "true"},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := topics.Publish(ctx, &sns.PublishInput{TopicArn: topic.TopicArn, Message: aws.String("root signed in")}); err != nil {
		t.Fatal(err)
	}
	out, err := queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl, WaitTimeSeconds: 10})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Messages) != 1 || aws.ToString(out.Messages[0].Body) != "root signed in" {
		t.Errorf("received %+v, want one message that reads: root signed in", out.Messages)
	}
}

func TestLambdaRIERunsAFunction(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	fn := servers.LambdaRIE(t, self, "SERVERS_TEST_FUNCTION=1", "GREETING=hello", "AWS_LAMBDA_FUNCTION_TIMEOUT=2")
	for _, test := range []struct {
		name, event, want string
		wantErr           *servers.InvokeError
	}{
		{
			name:  "its answer is returned and its environment is set",
			event: `{"Say":"world"}`,
			want:  `"hello, world"`,
		},
		{
			name:    "an error that it returns is told",
			event:   `{"Do":"fail","Say":"no topic"}`,
			wantErr: &servers.InvokeError{Status: 200, Type: "errorString", Message: "no topic"},
		},
		{
			name:    "a panic is told",
			event:   `{"Do":"panic","Say":"index"}`,
			wantErr: &servers.InvokeError{Status: 502, Type: "string", Message: "index"},
		},
		{
			name:  "it knows its deadline",
			event: `{"Do":"deadline"}`,
			want:  `"true"`,
		},
		{
			name:    "it is ended when its time is up",
			event:   `{"Do":"wait"}`,
			wantErr: &servers.InvokeError{Status: 200, Message: "Task timed out after 2.00 seconds"},
		},
		{
			name:  "it answers again after it failed",
			event: `{"Say":"again"}`,
			want:  `"hello, again"`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer, err := fn.Invoke(t.Context(), []byte(test.event))
			var got *servers.InvokeError
			if !errors.As(err, &got) && err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.wantErr, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.want, string(answer)); diff != "" {
				t.Error(diff)
			}
		})
	}
	deadline := time.Now().Add(10 * time.Second)
	for !strings.Contains(fn.Output(), "printed: again") {
		if time.Now().After(deadline) {
			t.Fatalf("what the function printed is not in its output: %s", fn.Output())
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestEnvLeadsOneServiceToItsServer(t *testing.T) {
	got := map[string]string{}
	fake := servers.GoFakeS3(t)
	for _, v := range fake.Env("S3") {
		name, value, _ := strings.Cut(v, "=")
		got[name] = value
	}
	want := map[string]string{
		"AWS_ENDPOINT_URL_S3":                 fake.URL,
		"AWS_ACCESS_KEY_ID":                   servers.AccessKey,
		"AWS_SECRET_ACCESS_KEY":               servers.SecretKey,
		"AWS_REGION":                          "us-east-1",
		"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
		"AWS_RESPONSE_CHECKSUM_VALIDATION":    "when_required",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
