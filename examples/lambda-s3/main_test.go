package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/internal/integration/servers"
)

// build makes the function for this machine.
func build(t testing.TB) string { return buildFor(t, nil, "-tags", "lambda.norpc") }

// buildFor makes the function with some environment and flags.
func buildFor(t testing.TB, env []string, flags ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bootstrap")
	cmd := exec.Command("go", append(append([]string{"build"}, flags...), "-o", path, ".")...)
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

func TestFunctionIsSmall(t *testing.T) {
	const limit = 14 << 20
	// As the program's comment says.
	info, err := os.Stat(buildFor(t, []string{"GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0"}, "-trimpath", "-ldflags=-s -w", "-tags", "lambda.norpc"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("linux/arm64, stripped, lambda.norpc: %.1f MB", float64(info.Size())/(1<<20))
	if info.Size() > limit {
		t.Errorf("%d bytes, the limit is %d", info.Size(), limit)
	}
}

// notification is what S3 sends (Amazon S3 User Guide, "Event message structure"). key is form-encoded, as S3 does.
func notification(bucket, key string) []byte {
	return fmt.Appendf(nil, `{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1","eventTime":"2023-07-10T11:45:00.000Z","eventName":"ObjectCreated:Put","userIdentity":{"principalId":"AWS:AROAEXAMPLE:CloudTrail"},"requestParameters":{"sourceIPAddress":"198.51.100.10"},"responseElements":{"x-amz-request-id":"C3D13FE58DE4C810","x-amz-id-2":"FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD"},"s3":{"s3SchemaVersion":"1.0","configurationId":"detections","bucket":{"name":%q,"ownerIdentity":{"principalId":"A3NL1KOZZKExample"},"arn":"arn:aws:s3:::%[1]s"},"object":{"key":%[2]q,"size":1024,"eTag":"d41d8cd98f00b204e9800998ecf8427e","sequencer":"0055AED6DCD90281E5"}}}]}`, bucket, key)
}

// store puts genuine CloudTrail files into a bucket, under keys that need encoding.
func store(t *testing.T, server *servers.AWS, bucket string, names ...string) {
	t.Helper()
	client := s3.NewFromConfig(server.Config(), func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join("..", "quickstart", "testdata", name+".json.gz"))
		if err != nil {
			t.Fatal(err)
		}
		key := "trail é/" + name + "+1.json.gz"
		if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(b)}); err != nil {
			t.Fatal(err)
		}
	}
}

func encoded(name string) string { return "trail+%C3%A9/" + name + "%2B1.json.gz" }

const (
	stop   = "aws.defense-evasion.cloudtrail-stop"
	remove = "aws.defense-evasion.cloudtrail-delete"
)

// logged are the function's own log lines, and its other lines that are JSON: the alerts.
func logged(t *testing.T, output string) (logs []map[string]any, alerts []alert.Alert) {
	t.Helper()
	for line := range strings.Lines(output) {
		if !strings.HasPrefix(line, "{") {
			continue // the emulator's
		}
		var a alert.Alert
		if err := json.Unmarshal([]byte(line), &a); err == nil && a.ID != "" {
			alerts = append(alerts, a)
			continue
		}
		var l map[string]any
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Errorf("%v: %s", err, line)
		}
		logs = append(logs, l)
	}
	return logs, alerts
}

// await polls until done returns true.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not seen within 20 s:", what)
		}
	}
}

func TestFunctionWritesAlerts(t *testing.T) {
	server := servers.VersityGW(t)
	store(t, server, "trail", stop, remove)
	env := append(server.Env("S3"), "AWS_S3_USE_PATH_STYLE=true", "AWS_LAMBDA_LOG_LEVEL=INFO", "TOPIC_ARN=", "AWS_MAX_ATTEMPTS=1")
	fn := servers.LambdaRIE(t, build(t), env...)

	ids := map[string]int{}
	for range 2 { // the second is a redelivery
		for _, name := range []string{stop, remove} {
			answer, err := fn.Invoke(t.Context(), notification("trail", encoded(name)))
			if err != nil || string(answer) != "null" {
				t.Fatalf("%v: %s\n%s", err, answer, fn.Output())
			}
		}
	}
	var logs []map[string]any
	await(t, "four lines of counters", func() bool { logs, _ = logged(t, fn.Output()); return len(logs) == 4 })
	_, alerts := logged(t, fn.Output())
	for _, a := range alerts {
		ids[a.ID]++
		if !strings.HasPrefix(a.Origin.Place, "trail/trail é/aws.") || a.Log != "aws.cloudtrail" {
			t.Errorf("%+v", a)
		}
	}
	if len(ids) != 2 || len(alerts) != 4 {
		t.Errorf("%d alerts with %d IDs\n%s", len(alerts), len(ids), fn.Output())
	}
	for _, l := range logs {
		counts, _ := l["counts"].(map[string]any)
		if id, _ := l["requestId"].(string); len(id) < 10 || l["message"] != "invocation done" || l["level"] != "INFO" || l["timestamp"] == nil ||
			counts["records"] != 1.0 || counts["evaluated"] != 1.0 || counts["matched"] != 1.0 || counts["delivered"] != 1.0 {
			t.Errorf("%v", l)
		}
	}

	// What is not there is an error that names it, and the function goes on.
	_, err := fn.Invoke(t.Context(), notification("trail", "none.json.gz"))
	var failure *servers.InvokeError
	if !errors.As(err, &failure) || !strings.Contains(failure.Message, "s3:trail/none.json.gz") || !strings.Contains(failure.Message, "NoSuchKey") {
		t.Errorf("%v", err)
	}
	if _, err := fn.Invoke(t.Context(), []byte(`{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"trail","RequestId":"5582815E1AEA5ADF","HostId":"8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE"}`)); err != nil {
		t.Error(err)
	}
}

func TestFunctionPublishesAlerts(t *testing.T) {
	objects, topics := servers.VersityGW(t), servers.FauxQS(t)
	store(t, objects, "trail", stop)
	topic, queue := subscribe(t, topics)
	env := append(objects.Env("S3"), topics.Env("SNS")...)
	env = append(env, "AWS_S3_USE_PATH_STYLE=true", "TOPIC_ARN="+topic, "AWS_LAMBDA_LOG_LEVEL=ERROR")
	fn := servers.LambdaRIE(t, build(t), env...)
	if _, err := fn.Invoke(t.Context(), notification("trail", encoded(stop))); err != nil {
		t.Fatal(err, fn.Output())
	}
	client := sqs.NewFromConfig(topics.Config())
	out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &queue, WaitTimeSeconds: 10, MessageAttributeNames: []string{"All"}})
	if err != nil || len(out.Messages) != 1 {
		t.Fatalf("%v: %d messages", err, len(out.Messages))
	}
	var a alert.Alert
	if err := json.Unmarshal([]byte(aws.ToString(out.Messages[0].Body)), &a); err != nil {
		t.Fatal(err)
	}
	if a.Rule.ID != "aws.cloudtrail.trail-stopped" || aws.ToString(out.Messages[0].MessageAttributes["severity"].StringValue) != a.Severity.String() {
		t.Errorf("%+v %v", a, out.Messages[0].MessageAttributes)
	}
	if logs, alerts := logged(t, fn.Output()); len(logs) != 0 || len(alerts) != 0 {
		t.Errorf("at the level ERROR: %v %v", logs, alerts)
	}

	// A topic that refuses fails the invocation.
	if _, err := sns.NewFromConfig(topics.Config()).DeleteTopic(t.Context(), &sns.DeleteTopicInput{TopicArn: &topic}); err != nil {
		t.Fatal(err)
	}
	_, err = fn.Invoke(t.Context(), notification("trail", encoded(stop)))
	var failure *servers.InvokeError
	if !errors.As(err, &failure) || !strings.Contains(failure.Message, "s3:trail/trail é/"+stop) {
		t.Error(err)
	}
	await(t, "the failure in the log", func() bool { return strings.Contains(fn.Output(), "invocation failed") })
}

func subscribe(t *testing.T, server *servers.AWS) (topic, queue string) {
	t.Helper()
	topics, queues := sns.NewFromConfig(server.Config()), sqs.NewFromConfig(server.Config())
	made, err := topics.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("alerts")})
	if err != nil {
		t.Fatal(err)
	}
	q, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("alerts")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = topics.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: made.TopicArn, Protocol: aws.String("sqs"),
		Endpoint: aws.String("arn:aws:sqs:us-east-1:000000000000:alerts"), Attributes: map[string]string{"RawMessageDelivery": "true"}})
	if err != nil {
		t.Fatal(err)
	}
	return *made.TopicArn, *q.QueueUrl
}

// BenchmarkInit is the time from the start of the process to its first call of the Runtime API for an invocation, which
// Lambda counts as init.
func BenchmarkInit(b *testing.B) {
	program := build(b)
	next := make(chan struct{}, 1)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/runtime/invocation/next") {
			next <- struct{}{}
			<-r.Context().Done()
		}
	}))
	defer api.Close()
	env := append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(api.URL, "http://"), "AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=example", "AWS_SECRET_ACCESS_KEY=example", "TOPIC_ARN=arn:aws:sns:us-east-1:123456789012:alerts")
	for b.Loop() {
		ctx, cancel := context.WithTimeout(b.Context(), 20*time.Second)
		cmd := exec.CommandContext(ctx, program)
		cmd.Env, cmd.Stderr = env, os.Stderr
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		select {
		case <-next:
		case <-ctx.Done():
			b.Fatal("no call for an invocation")
		}
		b.StopTimer()
		cancel()
		_ = cmd.Wait() // killed
		b.StartTimer()
	}
}
