package lambdasource_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/lambdasource"
	"github.com/streamalert/streamalert-go/source/s3source"
)

// bucket is S3 in memory, by bucket/key.
type bucket map[string]string

func (b bucket) GetObject(_ context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	object, ok := b[*in.Bucket+"/"+*in.Key]
	if !ok {
		return nil, &types.NoSuchKey{}
	}
	size, eTag := int64(len(object)), `"etag"`
	return &s3.GetObjectOutput{Body: io.NopCloser(strings.NewReader(object)), ContentLength: &size, ETag: &eTag}, nil
}

var logs = bucket{"amzn-s3-demo-bucket/a": "1", "amzn-s3-demo-bucket/b": "2"}

// events makes payloads of events, with logs as S3.
var events = lambdasource.Events{Objects: s3source.Objects{Client: logs}}

// delivered is what a payload is once it was read.
type delivered struct {
	Origin      parse.Origin
	Body        string
	Item, Group string
}

func decode(t *testing.T, event []byte) []delivered {
	t.Helper()
	b, err := events.Decode(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	var all []delivered
	for i, p := range b.Payloads {
		body, err := read(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		d := delivered{Origin: p.Origin, Body: body, Group: p.Group}
		if b.Items != nil {
			d.Item = b.Items[i]
		}
		all = append(all, d)
	}
	return all
}

func read(ctx context.Context, p *source.Payload) (string, error) {
	r, err := p.Open(ctx)
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	return string(b), err
}

func file(tb testing.TB, name string) string {
	tb.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

func text(tb testing.TB, v any) string {
	tb.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

func digest(b string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(b))) }

// other is the origin of an event that does not say what it is.
func other(event string) parse.Origin {
	return parse.Origin{Kind: "lambda", Place: "event", ID: digest(event)}
}

func putEvent(tb testing.TB, keys ...string) string {
	tb.Helper()
	var records []any
	for _, key := range keys {
		records = append(records, map[string]any{
			"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "eventTime": "1970-01-01T00:00:00Z",
			"s3": map[string]any{"bucket": map[string]any{"name": "amzn-s3-demo-bucket"}, "object": map[string]any{"key": key, "size": 1, "eTag": "etag"}},
		})
	}
	return text(tb, map[string]any{"Records": records})
}

func sqsEvent(tb testing.TB, group string, bodies ...string) string {
	tb.Helper()
	var records []any
	for i, body := range bodies {
		attributes := map[string]any{"ApproximateReceiveCount": "1"}
		if group != "" {
			attributes["MessageGroupId"] = group
		}
		records = append(records, map[string]any{
			"messageId": fmt.Sprint("m", i), "body": body, "attributes": attributes, "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-west-2:123456789012:q",
		})
	}
	return text(tb, map[string]any{"Records": records})
}

func snsEvent(tb testing.TB, message string) string {
	tb.Helper()
	return text(tb, map[string]any{"Records": []any{map[string]any{"EventSource": "aws:sns", "Sns": map[string]any{
		"Type": "Notification", "TopicArn": "arn:aws:sns:us-west-2:123456789012:t", "MessageId": "s", "Message": message,
	}}}})
}

// failed is what the failure destination of a function gets for this event.
func failed(tb testing.TB, event string) string {
	tb.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(file(tb, "failure.json")), &doc); err != nil {
		tb.Fatal(err)
	}
	doc["requestPayload"] = json.RawMessage(event)
	return text(tb, doc)
}

func TestPublishedEventsFindTheirAdapter(t *testing.T) {
	const stream = "arn:aws:kinesis:us-east-1:123456789012:stream/simple-stream/shardId-000000000000"
	const first, second = "49568167373333333333333333333333333333333333333333333333", "49568167373333333334444444444444444444444444444444444444"
	build, table, kafka, batch := file(t, "codebuild-state-change.json"), file(t, "dynamodb.json"), file(t, "kafka.json"), file(t, "failure-kinesis.json")
	for _, test := range []struct {
		name, event string
		want        []delivered
	}{
		{"SQS", file(t, "sqs.json"), []delivered{{
			parse.Origin{Kind: "sqs", Place: "arn:aws:sqs:us-west-2:123456789012:SQSQueue", ID: "MessageID_1"}, "Message Body", "MessageID_1", "",
		}}},
		{"SNS", file(t, "sns.json"), []delivered{{
			parse.Origin{Kind: "sns", Place: "arn:aws:sns:EXAMPLE", ID: "95df01b4-ee98-5cb9-9903-4c221d41eb5e"}, "Hello from SNS!", "", "",
		}}},
		{"Kinesis", file(t, "kinesis.json"), []delivered{
			{parse.Origin{Kind: "kinesis", Place: stream, ID: first}, "Hello World", first, stream},
			{parse.Origin{Kind: "kinesis", Place: stream, ID: second}, "Hello World", second, stream},
		}},
		{"EventBridge, byte for byte", build, []delivered{{
			parse.Origin{Kind: "eventbridge", Place: "aws.codebuild", ID: "c030038d-8c4d-6141-9545-00ff7b7153EX"}, build, "", "",
		}}},
		{"DynamoDB, byte for byte", table, []delivered{{other(table), table, "", ""}}},
		{"Kafka, byte for byte", kafka, []delivered{{other(kafka), kafka, "", ""}}},
		{"a batch of a stream that failed, byte for byte", batch, []delivered{{other(batch), batch, "", ""}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, decode(t, []byte(test.event))); diff != "" {
				t.Errorf("payloads (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOtherEventsAreThePayload(t *testing.T) {
	for name, event := range map[string]string{
		"a schedule":                      `{"version":"0","id":"1","detail-type":"Scheduled Event","source":"aws.events","time":"x","resources":[],"detail":{}}`,
		"a CloudWatch alarm":              `{"source":"aws.cloudwatch","alarmArn":"arn:aws:cloudwatch:us-east-1:444455556666:alarm:a","alarmData":{}}`,
		"with white space":                " { \"a\" : 1 }\n",
		"null":                            "null",
		"a number":                        "42",
		"text":                            `"x"`,
		"an array":                        "[]",
		"no records":                      `{"Records":[]}`,
		"records that are null":           `{"Records":[null]}`,
		"awslogs that has no data":        `{"awslogs":{}}`,
		"EventBridge without ID":          `{"source":"a","detail-type":"b","detail":null}`,
		"EventBridge with an ID of {}":    `{"source":"a","detail-type":"b","detail":[],"id":{}}`,
		"an invocation that succeeded":    strings.Replace(failed(t, putEvent(t, "a")), "RetriesExhausted", "Success", 1),
		"an SQS event that is a document": `{"messageId":"m","body":"b"}`,
		"very large":                      `{"a":"` + strings.Repeat("x", 6<<20) + `"}`,
		"as deep as it may be":            strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000),
	} {
		got := decode(t, []byte(event))
		if len(got) != 1 || got[0].Body != event || got[0].Item != "" || got[0].Group != "" || got[0].Origin.ID == "" {
			t.Errorf("%s: %v", name, got)
		}
		if again := decode(t, []byte(event)); again[0].Origin != got[0].Origin {
			t.Errorf("%s: origin %v, then %v", name, got[0].Origin, again[0].Origin)
		}
	}
}

func TestObjectsAreReadInWhateverTheyAreNamed(t *testing.T) {
	object := func(key, body, item string) delivered {
		return delivered{parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/" + key, ID: "etag"}, body, item, ""}
	}
	bridge := `{"version":"0","id":"1","detail-type":"Object Created","source":"aws.s3","detail":{"bucket":{"name":"amzn-s3-demo-bucket"},"object":{"key":"a"}}}`
	trail := `{"s3Bucket":"amzn-s3-demo-bucket","s3ObjectKey":["a","b"]}`
	for _, test := range []struct {
		name, event string
		want        []delivered
	}{
		{"S3", putEvent(t, "b", "a"), []delivered{object("b", "2", ""), object("a", "1", "")}},
		{"the test event", `{"Event":"s3:TestEvent"}`, nil},
		{"EventBridge", bridge, []delivered{object("a", "1", "")}},
		{"CloudTrail", trail, []delivered{object("a", "1", ""), object("b", "2", "")}},
		{"S3 through SNS", snsEvent(t, putEvent(t, "a")), []delivered{object("a", "1", "")}},
		{"several through SQS", sqsEvent(t, "", putEvent(t, "a"), trail, bridge),
			[]delivered{object("a", "1", "m0"), object("a", "1", "m1"), object("b", "2", "m1"), object("a", "1", "m2")}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, decode(t, []byte(test.event))); diff != "" {
				t.Errorf("payloads (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheEventOfAnInvocationThatFailedIsTakenAgain(t *testing.T) {
	build := file(t, "codebuild-state-change.json")
	for name, event := range map[string]string{
		"S3": putEvent(t, "a", "b"), "SNS": file(t, "sns.json"), "EventBridge": build,
		"CloudWatch Logs": file(t, "cloudwatch-logs.json"), "the test event of S3": `{"Event":"s3:TestEvent"}`,
	} {
		first := decode(t, []byte(event))
		for around, again := range map[string]string{
			"directly":              failed(t, event),
			"through SNS":           snsEvent(t, failed(t, event)),
			"through SQS":           sqsEvent(t, "", failed(t, event)),
			"through FIFO":          sqsEvent(t, "g", failed(t, event)),
			"of a failure":          failed(t, failed(t, event)),
			"through EventBridge":   `{"version":"0","id":"1","source":"lambda","detail-type":"Lambda Function Invocation Result - Failure","detail":` + failed(t, event) + `}`,
			"of SNS that is failed": failed(t, snsEvent(t, failed(t, event))),
		} {
			t.Run(name+", "+around, func(t *testing.T) {
				var want []delivered
				for _, d := range first {
					if strings.Contains(around, "SQS") || strings.Contains(around, "FIFO") {
						d.Item = "m0"
					}
					if strings.Contains(around, "FIFO") {
						d.Group = "arn:aws:sqs:us-west-2:123456789012:q/g"
					}
					if name == "EventBridge" { // Marshal leaves out the white space
						d.Body = compact(t, d.Body)
					}
					want = append(want, d)
				}
				if diff := cmp.Diff(want, decode(t, []byte(again))); diff != "" {
					t.Errorf("payloads (-first +again):\n%s", diff)
				}
			})
		}
	}
}

func compact(t *testing.T, doc string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(doc)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestItemsOfAnInvocationThatFailedAreNotReported(t *testing.T) {
	// Its batch was another's: this one can only be answered for as a whole.
	f := &source.Lambda{ReportBatchItemFailures: true, Decode: events.Decode, Handler: func(context.Context, []*source.Payload) error {
		return errors.New("refused")
	}}
	for _, inner := range []string{sqsEvent(t, "g", "a", "b"), file(t, "kinesis.json")} {
		if answer, err := f.Invoke(t.Context(), []byte(failed(t, inner))); err == nil {
			t.Errorf("answer %s, want an error", answer)
		}
		answer, err := f.Invoke(t.Context(), []byte(sqsEvent(t, "", failed(t, inner))))
		if want := `{"batchItemFailures":[{"itemIdentifier":"m0"}]}`; string(answer) != want || err != nil {
			t.Errorf("answer %s, %v; want %s", answer, err, want)
		}
	}
}

func TestFailuresOfFailuresEnd(t *testing.T) {
	doc := putEvent(t, "a")
	for range 5 {
		doc = failed(t, doc)
	}
	got := decode(t, []byte(doc))
	if len(got) != 1 || got[0].Origin.Kind != "lambda" || got[0].Body != failed(t, putEvent(t, "a")) {
		t.Errorf("%v, want the innermost document", got)
	}
	deep := strings.Repeat(`{"version":"1","timestamp":"t","requestContext":{"functionArn":"a","condition":"b"},"requestPayload":`, 9000) + "1" + strings.Repeat("}", 9000)
	if got := decode(t, []byte(deep)); len(got) != 1 {
		t.Errorf("%d payloads", len(got))
	}
}

func TestAnswersAreInTheShapeOfTheMapping(t *testing.T) {
	refuse := func(bodies ...string) source.Handler {
		return func(ctx context.Context, batch []*source.Payload) error {
			e := &source.BatchError{Failed: map[int]error{}}
			for i, p := range batch {
				body, err := read(ctx, p)
				for _, b := range bodies {
					if body == b || err != nil {
						e.Failed[i] = errors.Join(err, errors.New("refused"))
					}
				}
			}
			if len(e.Failed) == 0 {
				return nil
			}
			return e
		}
	}
	for _, test := range []struct {
		name, event string
		handler     source.Handler
		want        string // of a function with ReportBatchItemFailures; "" is an error
	}{
		{"SQS, all accepted", sqsEvent(t, "", "a", "b"), refuse(), `{"batchItemFailures":[]}`},
		{"SQS, one refused", sqsEvent(t, "", "a", "b", "c"), refuse("b"), `{"batchItemFailures":[{"itemIdentifier":"m1"}]}`},
		{"SQS FIFO, one refused", sqsEvent(t, "g", "a", "b", "c"), refuse("b"), `{"batchItemFailures":[{"itemIdentifier":"m1"},{"itemIdentifier":"m2"}]}`},
		{"SQS, an object refused", sqsEvent(t, "", putEvent(t, "a", "b"), putEvent(t, "a")), refuse("2"), `{"batchItemFailures":[{"itemIdentifier":"m0"}]}`},
		{"SQS, an object that is not there", sqsEvent(t, "", putEvent(t, "a"), putEvent(t, "gone")), refuse("x"), `{"batchItemFailures":[{"itemIdentifier":"m1"}]}`},
		{"SNS, refused", snsEvent(t, "a"), refuse("a"), ""},
		{"S3, one refused", putEvent(t, "a", "b"), refuse("2"), ""},
		{"another event, refused", `"x"`, refuse(`"x"`), ""},
		{"SNS, accepted", snsEvent(t, "a"), refuse(), `{"batchItemFailures":[]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := lambdasource.Lambda(logs, test.handler)
			f.ReportBatchItemFailures = true
			answer, err := f.Invoke(t.Context(), []byte(test.event))
			if (err != nil) != (test.want == "") {
				t.Fatalf("error %v, want the answer %q", err, test.want)
			}
			if diff := cmp.Diff(test.want, string(answer)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			f.ReportBatchItemFailures = false
			_, err = f.Invoke(t.Context(), []byte(test.event))
			if accepted := test.want == `{"batchItemFailures":[]}`; (err == nil) != accepted {
				t.Errorf("without ReportBatchItemFailures: error %v", err)
			}
		})
	}
}

func TestTheFirstFailureInAShardIsReported(t *testing.T) {
	f := lambdasource.Lambda(logs, func(context.Context, []*source.Payload) error {
		return &source.BatchError{Failed: map[int]error{0: errors.New("refused")}}
	})
	f.ReportBatchItemFailures = true
	answer, err := f.Invoke(t.Context(), []byte(file(t, "kinesis.json")))
	want := `{"batchItemFailures":[{"itemIdentifier":"49568167373333333333333333333333333333333333333333333333"}]}`
	if err != nil || string(answer) != want {
		t.Errorf("answer %s, %v; want %s", answer, err, want)
	}
}

func TestEventsOfAKnownKindThatLackWhatItNeedsAreErrors(t *testing.T) {
	for name, event := range map[string]string{
		"nothing":                        "",
		"no JSON":                        "hunter2",
		"cut off":                        `{"Records":[{"messageId":"hunter2"`,
		"with more behind it":            "{} {}",
		"a byte order mark":              "\xef\xbb\xbf{}",
		"nested too deep":                strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001),
		"a message without a body":       `{"Records":[{"eventSource":"aws:sqs","messageId":"hunter2"}]}`,
		"a notification without message": `{"Records":[{"EventSource":"aws:sns","Sns":{"MessageId":"hunter2"}}]}`,
		"a record of no stream":          `{"Records":[{"eventSource":"aws:kinesis","eventID":"hunter2"}]}`,
		"a record of no bucket":          `{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","x":"hunter2"}]}`,
		"a key that does not decode":     putEvent(t, "a", "hunter2%zz"),
		"logs that are no base64":        `{"awslogs":{"data":"hunter2%"}}`,
		"an object event of no object":   `{"source":"aws.s3","detail-type":"Object Created","detail":{"x":"hunter2"}}`,
		"a failure of such an event":     failed(t, putEvent(t, "hunter2%zz")),
	} {
		b, err := events.Decode(t.Context(), json.RawMessage(event))
		if err == nil || b.Payloads != nil {
			t.Errorf("%s: %d payloads, %v", name, len(b.Payloads), err)
		}
		if err != nil && (strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "source: ")) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// mutate calls f with the event, each value of which in turn is exchanged for anything else, left out or doubled.
func mutate(v any, f func(any)) {
	anything := []any{nil, true, -1, 1e300, "", "x", "\x00", []any{}, map[string]any{}, []any{nil}, map[string]any{"": nil}}
	for _, a := range anything {
		f(a)
	}
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			mutate(member, func(m any) { v[name] = m; f(v) })
			delete(v, name)
			f(v)
			v[name] = member
		}
	case []any:
		for i, element := range v {
			mutate(element, func(m any) { v[i] = m; f(v) })
			v[i] = element
		}
		f(append(append([]any{}, v...), v...))
	}
}

func TestWhateverIsWrongWithAnEventItIsAnErrorOrAPayload(t *testing.T) {
	for _, event := range []string{
		file(t, "s3.json"), file(t, "sqs.json"), file(t, "sns.json"), file(t, "kinesis.json"), file(t, "cloudwatch-logs.json"),
		file(t, "failure.json"), file(t, "failure-kinesis.json"), failed(t, putEvent(t, "a")), sqsEvent(t, "g", snsEvent(t, "a")),
		`{"version":"0","id":"1","detail-type":"Object Created","source":"aws.s3","time":"2021-11-12T00:00:00Z","detail":{"bucket":{"name":"abc"},"object":{"key":"a","size":1}}}`,
		`{"s3Bucket":"abc","s3ObjectKey":["a","b"]}`,
	} {
		var v any
		if err := json.Unmarshal([]byte(event), &v); err != nil {
			t.Fatal(err)
		}
		n := 0
		mutate(v, func(v any) {
			n++
			check(t, []byte(text(t, v)))
		})
		if n < 20 {
			t.Errorf("only %d events made of %s", n, event)
		}
	}
}

// check holds whatever an event decodes to against what is always so.
func check(t *testing.T, event []byte) {
	t.Helper()
	checkWith(t, events, event)
	checkWith(t, rereading(simpleStream()), event)
}

func checkWith(t *testing.T, events lambdasource.Events, event []byte) {
	t.Helper()
	b, err := events.Decode(t.Context(), event)
	if err != nil && (b.Payloads != nil || len(err.Error()) > 200) {
		t.Errorf("%d payloads and the error %v of %s", len(b.Payloads), err, event)
	}
	if b.Items != nil && len(b.Items) != len(b.Payloads) {
		t.Fatalf("%d items of %d payloads of %s", len(b.Items), len(b.Payloads), event)
	}
	for _, p := range b.Payloads {
		if p.Origin.Kind == "" || p.Attempt < 0 || p.Size < -1 {
			t.Errorf("payload %+v of %s", p, event)
		}
		if p.Origin.Kind == "s3" {
			continue
		}
		r, err := p.Open(t.Context())
		if err != nil {
			continue
		}
		if _, err := io.Copy(io.Discard, io.LimitReader(r, 1<<20)); err == nil && p.Origin.ID == "" {
			t.Errorf("payload %+v of %s", p, event)
		}
		r.Close()
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"s3.json", "sqs.json", "sns.json", "kinesis.json", "cloudwatch-logs.json", "failure.json", "failure-kinesis.json", "codebuild-state-change.json"} {
		f.Add([]byte(file(f, name)))
	}
	f.Add([]byte(failed(f, putEvent(f, "a"))))
	f.Add([]byte(sqsEvent(f, "g", snsEvent(f, "a"), failed(f, "1"))))
	f.Add([]byte(`{"Records":[{"eventSource":"aws:sqs","Records":[],"body":null}],"Records":{}}`))
	f.Fuzz(check)
}
