package lambdaevent_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/internal/lambdaevent"
)

func TestKinds(t *testing.T) {
	for _, test := range []struct {
		name  string
		event string
		want  lambdaevent.Kind
	}{
		{"S3", `{"Records":[{"eventSource":"aws:s3"}]}`, lambdaevent.S3},
		{"the test event of S3", `{"Service":"Amazon S3","Event":"s3:TestEvent"}`, lambdaevent.S3},
		{"SQS", `{"Records":[{"eventSource":"aws:sqs"}]}`, lambdaevent.SQS},
		{"SNS, which writes its name in upper case", `{"Records":[{"EventSource":"aws:sns"}]}`, lambdaevent.SNS},
		{"Kinesis", `{"Records":[{"eventSource":"aws:kinesis"}]}`, lambdaevent.Kinesis},
		{"the end of a tumbling window",
			`{"Records":[],"window":{},"eventSourceARN":"arn:aws:kinesis:us-east-1:123456789012:stream/s"}`, lambdaevent.Kinesis},
		{"the end of a tumbling window in China",
			`{"Records":[],"window":{},"eventSourceARN":"arn:aws-cn:kinesis:cn-north-1:123456789012:stream/s"}`, lambdaevent.Kinesis},
		{"CloudWatch Logs", `{"awslogs":{"data":""}}`, lambdaevent.CloudWatchLogs},
		{"EventBridge", `{"source":"a","detail-type":"b","detail":{}}`, lambdaevent.EventBridge},
		{"white space around it", " \n{\"Records\" : [ {\"eventSource\" : \"aws:sqs\"} ] }\n", lambdaevent.SQS},
		{"a name with escapes", `{"\u0052ecords":[{"eventSource":"aws:s3"}]}`, lambdaevent.S3},
		{"of a name that is there twice the first", `{"Records":[{"eventSource":"aws:sqs","eventSource":"aws:s3"}],"Records":0}`, lambdaevent.SQS},

		{"another service's records", `{"Records":[{"eventSource":"aws:dynamodb"}]}`, lambdaevent.Other},
		{"records by name", `{"eventSource":"aws:kafka","records":{"t-0":[]}}`, lambdaevent.Other},
		{"Records that are an object", `{"Records":{"0":{"eventSource":"aws:sqs"}}}`, lambdaevent.Other},
		{"Records that are null", `{"Records":null}`, lambdaevent.Other},
		{"no records", `{"Records":[]}`, lambdaevent.Other},
		{"a first record that is null", `{"Records":[null,{"eventSource":"aws:sqs"}]}`, lambdaevent.Other},
		{"the end of a window of DynamoDB",
			`{"Records":[],"window":{},"eventSourceARN":"arn:aws:dynamodb:us-east-1:123456789012:table/t"}`, lambdaevent.Other},
		{"names in another case", `{"records":[{"EventSource":"aws:s3"}]}`, lambdaevent.Other},
		{"SNS in the case of SQS", `{"Records":[{"eventSource":"aws:sns"}]}`, lambdaevent.Other},
		{"awslogs that is a string", `{"awslogs":"data"}`, lambdaevent.Other},
		{"data that is a number", `{"awslogs":{"data":1}}`, lambdaevent.Other},
		{"a source that is a number", `{"source":1,"detail-type":"b","detail":{}}`, lambdaevent.Other},
		{"no detail", `{"source":"a","detail-type":"b"}`, lambdaevent.Other},
		{"null", `null`, lambdaevent.Other},
		{"a number", `42`, lambdaevent.Other},
		{"an array", `[{"eventSource":"aws:s3"}]`, lambdaevent.Other},
		{"deep nesting", strings.Repeat(`{"Records":[`, 4000) + strings.Repeat("]}", 4000), lambdaevent.Other},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := lambdaevent.KindOf([]byte(test.event))
			if err != nil || got != test.want {
				t.Errorf("kind %d, %v; want %d", got, err, test.want)
			}
		})
	}
}

func TestWhatIsNoJSONHasNoKind(t *testing.T) {
	for name, event := range map[string]string{
		"nothing":             "",
		"text":                "hunter2",
		"cut off":             `{"Records":[{"eventSource":"aws:s3"}]`,
		"with more behind it": `{"Records":[]} {}`,
		"nested too deep":     strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001),
		"very deep":           strings.Repeat(`{"a":`, 1_000_000),
	} {
		if kind, err := lambdaevent.KindOf([]byte(event)); !errors.Is(err, lambdaevent.ErrNotJSON) || kind != lambdaevent.Other {
			t.Errorf("%s: kind %d, %v", name, kind, err)
		}
	}
}

// failure is what Lambda's documentation publishes.
const failure = `{
    "version": "1.0",
    "timestamp": "2019-11-14T18:16:05.568Z",
    "requestContext": {
        "requestId": "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
        "functionArn": "arn:aws:lambda:us-east-2:123456789012:function:my-function:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3
    },
    "requestPayload": {
        "ORDER_IDS": [
            "9e07af03-ce31-4ff3-xmpl-36dce652cb4f"
        ]
    },
    "responseContext": {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled"
    },
    "responsePayload": {
        "errorMessage": "RequestId: e4b46cbf-b738-xmpl-8880-a18cdf61200e Process exited before completing request"
    }
}`

func TestFailedTakesTheEventAsItIsWritten(t *testing.T) {
	want := `{
        "ORDER_IDS": [
            "9e07af03-ce31-4ff3-xmpl-36dce652cb4f"
        ]
    }`
	for name, doc := range map[string]string{
		"bare":           failure,
		"in EventBridge": `{"source":"lambda","detail-type":"Lambda Function Invocation Result - Failure","detail":` + failure + `}`,
		"too old":        strings.Replace(failure, "RetriesExhausted", "EventAgeExceeded", 1),
	} {
		got, ok := lambdaevent.Failed([]byte(doc))
		if diff := cmp.Diff(want, string(got)); diff != "" || !ok {
			t.Errorf("%s: %v, event (-want +got):\n%s", name, ok, diff)
		}
	}
}

func TestOtherDocumentsAreNoFailure(t *testing.T) {
	for name, doc := range map[string]string{
		"a success":                    strings.Replace(failure, "RetriesExhausted", "Success", 1),
		"without the event":            strings.Replace(failure, "requestPayload", "payload", 1),
		"without a condition":          strings.Replace(failure, `"condition"`, `"x"`, 1),
		"without a context":            strings.Replace(failure, `"requestContext"`, `"x"`, 1),
		"a version that is a number":   strings.Replace(failure, `"1.0"`, `1.0`, 1),
		"another service's event":      `{"source":"my.app","detail-type":"x","detail":` + failure + `}`,
		"a text that has the word":     "requestPayload",
		"cut off":                      failure[:len(failure)-1],
		"a batch of a stream":          `{"requestContext":{"functionArn":"a","condition":"RetryAttemptsExhausted"},"version":"1.0","timestamp":"t","KinesisBatchInfo":{}}`,
		"an array":                     "[" + failure + "]",
		"a context that is an array":   `{"version":"1.0","timestamp":"t","requestContext":[],"requestPayload":1}`,
		"a context that is a string":   `{"version":"1.0","timestamp":"t","requestContext":"functionArn","requestPayload":1}`,
		"detail that is null":          `{"source":"lambda","detail":null,"requestPayload":1}`,
		"nothing":                      "",
		"of a name twice, the first":   `{"requestContext":{"condition":"Success","functionArn":"a","condition":"RetriesExhausted"},"version":"1.0","timestamp":"t","requestPayload":1}`,
		"in a notification of another": `{"Message":"requestPayload"}`,
	} {
		if got, ok := lambdaevent.Failed([]byte(doc)); ok {
			t.Errorf("%s: event %s", name, got)
		}
	}
}
