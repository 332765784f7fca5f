package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/streamalert/streamalert-go/examples/lambdafn/lambdafntest"
	"github.com/streamalert/streamalert-go/internal/integration/servers"
)

var program string // the function, built for this machine

func TestMain(m *testing.M) { os.Exit(lambdafntest.Main(m, &program)) }

const key, encoded = "trail é/1+1.json.gz", "trail+%C3%A9/1%2B1.json.gz"

// bucket starts a server of S3 that has a genuine CloudTrail file, and returns the variables that lead to it.
func bucket(t *testing.T) []string {
	t.Helper()
	server := servers.VersityGW(t)
	client := s3.NewFromConfig(server.Config(), func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("trail")}); err != nil {
		t.Fatal(err)
	}
	body := bytes.NewReader(lambdafntest.LogFile(t, "aws.defense-evasion.cloudtrail-stop"))
	if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("trail"), Key: aws.String(key), Body: body}); err != nil {
		t.Fatal(err)
	}
	return append(server.Env("S3"), "AWS_S3_USE_PATH_STYLE=true")
}

// logs is what CloudWatch Logs invokes a function with (CloudWatch Logs User Guide, "Subscription filters with Lambda").
func logs(t *testing.T, message []byte) []byte {
	t.Helper()
	doc, err := json.Marshal(map[string]any{
		"messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": "trail", "logStream": "123456789012_CloudTrail_us-east-1",
		"subscriptionFilters": []string{"detections"},
		"logEvents":           []map[string]any{{"id": "31953106606966983378809025079804211143289615424298221568", "timestamp": 1432826855000, "message": string(message)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write(doc); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return fmt.Appendf(nil, `{"awslogs":{"data":%q}}`, base64.StdEncoding.EncodeToString(zipped.Bytes()))
}

func TestFunctionFindsDetectionsInWhateverItIsInvokedWith(t *testing.T) {
	topic := lambdafntest.NewTopic(t)
	fn := servers.LambdaRIE(t, program, slices.Concat(bucket(t), topic.Env(), []string{"REPORT_BATCH_ITEM_FAILURES=true"})...)
	stopped := lambdafntest.CloudTrail(t, "aws.cloudtrail.trail-stopped", "stopped")
	object := lambdafntest.Object("trail", encoded)
	inEnvelope, err := json.Marshal(map[string]any{"Type": "Notification", "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
		"TopicArn": "arn:aws:sns:us-east-1:123456789012:logs", "Message": string(object), "Timestamp": "2019-01-02T12:45:07.000Z",
		"SignatureVersion": "1", "Signature": "EXAMPLE", "SigningCertURL": "EXAMPLE", "UnsubscribeURL": "EXAMPLE"})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{} // by origin
	for _, test := range []struct {
		name, origin string
		event        []byte
	}{
		{"S3", "s3:trail/" + key, object},
		{"S3 through SNS", "s3:trail/" + key, lambdafntest.SNS(object)},
		{"S3 through SQS", "s3:trail/" + key, lambdafntest.SQS(object)},
		{"S3 through SNS and SQS", "s3:trail/" + key, lambdafntest.SQS(inEnvelope)},
		{"S3 through EventBridge", "s3:trail/" + key, lambdafntest.ObjectCreated("trail", key)},
		{"S3 through EventBridge and SQS", "s3:trail/" + key, lambdafntest.SQS(lambdafntest.ObjectCreated("trail", key))},
		{"SNS", "sns:arn:aws:sns:us-east-1:123456789012:logs", lambdafntest.SNS(stopped)},
		{"SQS", "sqs:arn:aws:sqs:us-east-1:123456789012:logs", lambdafntest.SQS(stopped)},
		{"Kinesis", "kinesis:", lambdafntest.Kinesis(stopped)},
		{"a CloudTrail event itself", "lambda:", stopped},
	} {
		t.Run(test.name, func(t *testing.T) {
			for range 2 { // the second is a redelivery
				answer, err := fn.Invoke(t.Context(), test.event)
				if err != nil || string(answer) != `{"batchItemFailures":[]}` {
					t.Fatalf("%v: %s\n%s", err, answer, fn.Output())
				}
			}
			for _, a := range topic.Receive(t, 2) {
				if origin := a.Origin.Kind + ":" + a.Origin.Place; a.Rule.ID != "aws.cloudtrail.trail-stopped" || !strings.HasPrefix(origin, test.origin) {
					t.Errorf("%+v", a)
				}
				if ids[test.origin] == "" {
					ids[test.origin] = a.ID
				}
				if a.ID != ids[test.origin] {
					t.Errorf("alert ID %s, it was %s", a.ID, ids[test.origin])
				}
			}
		})
	}
}

// stream puts a record into a stream of a server, and returns the variables that lead to it, what Lambda invokes a function
// with for the record, and what it sends to the failure destination when it gives up.
func stream(t *testing.T, data []byte) (env []string, event, letter []byte) {
	t.Helper()
	server := servers.Kinesis(t)
	client := kinesis.NewFromConfig(server.Config())
	name := aws.String("logs")
	if _, err := client.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: name, ShardCount: aws.Int32(1)}); err != nil {
		t.Fatal(err)
	}
	if err := kinesis.NewStreamExistsWaiter(client).Wait(t.Context(), &kinesis.DescribeStreamInput{StreamName: name}, time.Minute,
		func(o *kinesis.StreamExistsWaiterOptions) {
			o.MinDelay, o.MaxDelay = 20*time.Millisecond, 100*time.Millisecond
		}); err != nil {
		t.Fatal(err)
	}
	put, err := client.PutRecord(t.Context(), &kinesis.PutRecordInput{StreamName: name, PartitionKey: aws.String("key"), Data: data})
	if err != nil {
		t.Fatal(err)
	}
	const arn = "arn:aws:kinesis:us-east-1:000000000000:stream/logs"
	event = fmt.Appendf(nil, `{"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"key","sequenceNumber":%q,"data":%q,"approximateArrivalTimestamp":1607497475.477},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"%s:%[1]s","eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::000000000000:role/r","awsRegion":"us-east-1","eventSourceARN":%[4]q}]}`,
		*put.SequenceNumber, base64.StdEncoding.EncodeToString(data), *put.ShardId, arn)
	letter = fmt.Appendf(nil, `{"requestContext":{"requestId":"c9b8fa9f-5a7f-xmpl-af9c-0c604cde93a5","functionArn":"arn:aws:lambda:us-east-1:000000000000:function:f","condition":"RetryAttemptsExhausted","approximateInvokeCount":1},"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},"version":"1.0","timestamp":"2019-11-14T00:38:06.021Z","KinesisBatchInfo":{"shardId":%q,"startSequenceNumber":%q,"endSequenceNumber":%[2]q,"approximateArrivalOfFirstRecord":"2019-11-14T00:38:04.835Z","approximateArrivalOfLastRecord":"2019-11-14T00:38:05.580Z","batchSize":1,"streamArn":%[3]q}}`,
		*put.ShardId, *put.SequenceNumber, arn)
	return server.Env("KINESIS"), event, letter
}

func TestFunctionReadsAgainWhatLambdaHasGivenUpOn(t *testing.T) {
	topic := lambdafntest.NewTopic(t)
	env, event, letter := stream(t, lambdafntest.CloudTrail(t, "aws.cloudtrail.trail-stopped", "stopped"))
	fn := servers.LambdaRIE(t, program, slices.Concat(env, topic.Env(), []string{"REPORT_BATCH_ITEM_FAILURES=true"})...)
	for _, e := range [][]byte{event, lambdafntest.SQS(letter)} {
		if answer, err := fn.Invoke(t.Context(), e); err != nil || string(answer) != `{"batchItemFailures":[]}` {
			t.Fatalf("%v: %s\n%s", err, answer, fn.Output())
		}
	}
	alerts := topic.Receive(t, 2)
	if len(alerts) != 2 || alerts[0].ID != alerts[1].ID || alerts[0].Origin != alerts[1].Origin || alerts[0].Origin.Kind != "kinesis" {
		t.Errorf("%+v", alerts)
	}
}

func TestFunctionAcceptsWhatIsNoCloudTrailEvent(t *testing.T) {
	fn := servers.LambdaRIE(t, program, append(bucket(t), "TOPIC_ARN=", "AWS_LAMBDA_LOG_LEVEL=INFO", "REPORT_BATCH_ITEM_FAILURES=")...)
	for n, event := range [][]byte{
		logs(t, lambdafntest.CloudTrail(t, "aws.cloudtrail.trail-stopped", "stopped")), // the parser would have to open its envelope
		[]byte(`{"version":"0","id":"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa","detail-type":"Scheduled Event","source":"aws.events","account":"123456789012","time":"2015-10-08T16:53:06Z","region":"us-east-1","resources":["arn:aws:events:us-east-1:123456789012:rule/my-scheduled-rule"],"detail":{}}`),
	} {
		if answer, err := fn.Invoke(t.Context(), event); err != nil || string(answer) != "null" {
			t.Fatalf("%v: %s\n%s", err, answer, fn.Output())
		}
		lambdafntest.Await(t, "a line of counters with one unparsed", func() bool {
			lines, alerts := lambdafntest.Logged(t, fn.Output())
			if len(alerts) != 0 {
				t.Fatalf("%v", alerts)
			}
			var done []any
			for _, l := range lines {
				if counts, _ := l["counts"].(map[string]any); counts["payloads"] == 1.0 && counts["unparsed"] == 1.0 {
					done = append(done, l)
				}
			}
			return len(done) == n+1
		})
	}
}

func TestFunctionAnswersInTheShapeThatTheEventExpects(t *testing.T) {
	topic := lambdafntest.NewTopic(t)
	env := slices.Concat(bucket(t), topic.Env(), []string{"AWS_MAX_ATTEMPTS=1"})
	partial := servers.LambdaRIE(t, program, append(env, "REPORT_BATCH_ITEM_FAILURES=true")...)
	whole := servers.LambdaRIE(t, program, append(env, "REPORT_BATCH_ITEM_FAILURES=")...)
	topic.Delete(t)

	quiet := lambdafntest.CloudTrail(t, "aws.cloudtrail.trail-stopped", "started")
	stopped := lambdafntest.CloudTrail(t, "aws.cloudtrail.trail-stopped", "stopped")
	for _, test := range []struct {
		name  string
		event []byte
		want  string // the beginning of the answer; "" for an error
	}{
		{"SQS: the failed messages", lambdafntest.SQS(quiet, stopped, lambdafntest.Object("trail", encoded), quiet), `{"batchItemFailures":[{"itemIdentifier":"message-1"},{"itemIdentifier":"message-2"}]}`},
		{"Kinesis: the first failed record", lambdafntest.Kinesis(quiet, quiet, stopped, quiet), `{"batchItemFailures":[{"itemIdentifier":"` + lambdafntest.SequenceNumber(2) + `"}`},
		{"S3: an error", lambdafntest.Object("trail", encoded), ""},
		{"SNS: an error", lambdafntest.SNS(stopped), ""},
		{"EventBridge: an error", lambdafntest.ObjectCreated("trail", key), ""},
		{"itself: an error", stopped, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var failure *servers.InvokeError
			answer, err := partial.Invoke(t.Context(), test.event)
			if test.want == "" && !errors.As(err, &failure) || test.want != "" && (err != nil || !strings.HasPrefix(string(answer), test.want)) {
				t.Errorf("%v: answered %s, want %s", err, answer, test.want)
			}
			if answer, err := whole.Invoke(t.Context(), test.event); !errors.As(err, &failure) {
				t.Errorf("where partial answers are not read: answered %s, want an error", answer)
			}
		})
	}
}
