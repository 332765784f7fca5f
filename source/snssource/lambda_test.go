package snssource_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/snssource"
	"github.com/streamalert/streamalert-go/source/sourcetest"
)

const lambdaTopic = "arn:aws:sns:us-west-2:123456789012:t"

// lambdaEvent is an event of messages with these texts, and 0, 1, 2, ... as ID.
func lambdaEvent(messages ...[]byte) []byte {
	event := []byte(`{"Records":[`)
	for i, m := range messages {
		if i > 0 {
			event = append(event, ',')
		}
		text := []byte{'"'}
		for _, c := range m { // encoding/json would replace what is not UTF-8
			if c < ' ' || c == '"' || c == '\\' {
				text = fmt.Appendf(text, `\u%04x`, c)
			} else {
				text = append(text, c)
			}
		}
		event = fmt.Appendf(event, `{"EventSource":"aws:sns","EventVersion":"1.0","EventSubscriptionArn":"a","Sns":{"Type":"Notification",`+
			`"MessageId":"%d","TopicArn":%q,"Message":%s","Timestamp":"2015-06-03T17:43:27.123Z"}}`, i, lambdaTopic, text)
	}
	return append(event, "]}"...)
}

func TestLambdaConformance(t *testing.T) {
	sourcetest.Run(t, sourcetest.Harness{
		Ordered: true,
		MaxSize: 256 << 10, // as a topic
		Make: func(tb testing.TB, bodies []sourcetest.Body) sourcetest.Subject {
			var messages [][]byte
			for _, b := range bodies {
				text, err := io.ReadAll(b.Open())
				if err != nil {
					tb.Fatal(err)
				}
				messages = append(messages, text)
			}
			var mu sync.Mutex
			var acknowledged []int
			return sourcetest.Subject{
				Deliver: func(ctx context.Context, h source.Handler) error {
					if _, err := snssource.Lambda(h).Invoke(ctx, lambdaEvent(messages...)); err != nil {
						return err
					}
					mu.Lock()
					defer mu.Unlock()
					for i := range messages {
						acknowledged = append(acknowledged, i)
					}
					return nil
				},
				Acknowledged: func() []int {
					mu.Lock()
					defer mu.Unlock()
					return acknowledged
				},
			}
		},
	})
}

// lambdaPayload is what a payload is once it was read.
type lambdaPayload struct {
	Origin     parse.Origin
	Group      string
	Attempt    int
	Sent       time.Time
	Size       int64
	Attributes map[string]string
	Body, Item string
}

func decodeLambda(t *testing.T, event []byte) []lambdaPayload {
	t.Helper()
	b, err := snssource.Decode(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	var all []lambdaPayload
	for i, p := range b.Payloads {
		r, err := p.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, lambdaPayload{p.Origin, p.Group, p.Attempt, p.Sent, p.Size, p.Attributes, string(body), b.Items[i]})
	}
	return all
}

func TestDecodeOfTheEventThatAWSPublishes(t *testing.T) {
	event, err := os.ReadFile("testdata/event.json")
	if err != nil {
		t.Fatal(err)
	}
	want := []lambdaPayload{{
		Origin:     parse.Origin{Kind: "sns", Place: "arn:aws:sns:EXAMPLE", ID: "95df01b4-ee98-5cb9-9903-4c221d41eb5e"},
		Sent:       time.Date(2015, 6, 3, 17, 43, 27, 123e6, time.UTC),
		Size:       15,
		Attributes: map[string]string{"Test": "TestString", "TestBinary": "TestBinary"},
		Body:       "Hello from SNS!",
	}}
	if diff := cmp.Diff(want, decodeLambda(t, event)); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
}

func TestDecodeTakesMessagesOfAnyFormAsTheyAre(t *testing.T) {
	messages := []string{
		"text", "", "\u00fc\u2028\U0001f600", "a\nb\r\n", `{"a":1}`, "42", "null", `{"cut`, "\x00",
		`{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put"}]}`,
		`{"Type":"Notification","TopicArn":"t","MessageId":"m","Message":"an envelope in a message"}`,
		strings.Repeat("x", 256<<10),
	}
	var texts [][]byte
	for _, m := range messages {
		texts = append(texts, []byte(m))
	}
	var got []string
	for i, p := range decodeLambda(t, lambdaEvent(texts...)) {
		got = append(got, p.Body)
		if want := (parse.Origin{Kind: "sns", Place: lambdaTopic, ID: fmt.Sprint(i)}); p.Origin != want {
			t.Errorf("origin %v, want %v", p.Origin, want)
		}
	}
	if diff := cmp.Diff(messages, got); diff != "" {
		t.Errorf("bodies (-want +got):\n%s", diff)
	}
}

func TestAMessageThatIsRefusedFailsTheInvocation(t *testing.T) {
	refused := errors.New("refused")
	for _, report := range []bool{false, true} {
		f := snssource.Lambda(func(context.Context, []*source.Payload) error {
			return &source.BatchError{Failed: map[int]error{1: refused}}
		})
		f.ReportBatchItemFailures = report // which Lambda reads of no SNS event
		if answer, err := f.Invoke(t.Context(), lambdaEvent([]byte("a"), []byte("b"))); !errors.Is(err, refused) {
			t.Errorf("with ReportBatchItemFailures %v: answer %s, %v", report, answer, err)
		}
	}
}

func TestDecodeRefusesOtherEventsWithoutRepeatingThem(t *testing.T) {
	for name, event := range map[string]string{
		"nothing":            "",
		"no JSON":            "hunter2",
		"null":               "null",
		"a notification":     `{"Type":"Notification","TopicArn":"t","MessageId":"m","Message":"hunter2"}`,
		"an SQS event":       `{"Records":[{"eventSource":"aws:sqs","body":"hunter2"}]}`,
		"Sns that is null":   `{"Records":[{"EventSource":"aws:sns","Sns":null}]}`,
		"a message of JSON":  `{"Records":[{"EventSource":"aws:sns","Sns":{"Type":"Notification","TopicArn":"t","MessageId":"m","Message":{"a":"hunter2"}}}]}`,
		"no message":         `{"Records":[{"EventSource":"aws:sns","Sns":{"Type":"Notification","TopicArn":"hunter2","MessageId":"m"}}]}`,
		"names of HTTP":      `{"Records":[{"EventSource":"aws:sns","sns":{"type":"Notification"}}]}`,
		"nested too deep":    strings.Repeat(`{"Records":[`, 1_000_000),
		"many that are none": `{"Records":[{"EventSource":"aws:sns"}` + strings.Repeat(`,0`, 1_000_000) + `]}`,
	} {
		b, err := snssource.Decode(t.Context(), json.RawMessage(event))
		if err == nil || b.Payloads != nil || !strings.HasPrefix(err.Error(), "snssource: event: ") {
			t.Errorf("%s: %d payloads, %v", name, len(b.Payloads), err)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(lambdaEvent([]byte("a"), []byte("b\x00")))
	f.Add([]byte(`{"Records":[{"EventSource":"aws:sns","Sns":{"Type":"Notification","TopicArn":"t","MessageId":"m","Message":"\ud800","Timestamp":1}}]}`))
	f.Add([]byte(`{"Records":[{"EventSource":"aws:sns","EventSource":null,"Sns":[[]]},null]}`))
	f.Fuzz(func(t *testing.T, event []byte) {
		b, err := snssource.Decode(t.Context(), event)
		if err == nil && len(b.Items) != len(b.Payloads) {
			t.Fatalf("%d items of %d payloads", len(b.Items), len(b.Payloads))
		}
		for i, p := range b.Payloads {
			if err != nil || b.Items[i] != "" || p.Group != "" || p.Origin.Kind != "sns" || p.Origin.Place == "" || p.Origin.ID == "" {
				t.Errorf("payload %+v, item %q, %v", p, b.Items[i], err)
			}
		}
	})
}

// printMessages is a handler.
func printMessages(ctx context.Context, batch []*source.Payload) error {
	for _, p := range batch {
		body, err := p.Open(ctx)
		if err != nil {
			return err
		}
		defer body.Close()
		text, err := io.ReadAll(body)
		if err != nil {
			return err
		}
		fmt.Printf("%v: %s (Test is %s)\n", p.Origin, text, p.Attributes["Test"])
	}
	return nil
}

// A Lambda function that is subscribed to a topic. Its main ends with
//
//	lambda.Start(f)
//
// which calls Invoke with the messages.
func ExampleLambda() {
	f := snssource.Lambda(printMessages)

	event, err := os.ReadFile("testdata/event.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := f.Invoke(context.Background(), event); err != nil {
		fmt.Println(err)
	}
	// Output: sns:arn:aws:sns:EXAMPLE@95df01b4-ee98-5cb9-9903-4c221d41eb5e: Hello from SNS! (Test is TestString)
}

// The payloads of an event, for a program that has a loop of its own.
func ExampleDecode() {
	event, err := os.ReadFile("testdata/event.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	batch, err := snssource.Decode(context.Background(), event)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range batch.Payloads {
		fmt.Println(p.Origin.Place, p.Size, p.Attributes["Test"])
	}
	// Output: arn:aws:sns:EXAMPLE 15 TestString
}
