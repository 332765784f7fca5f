package sqssource_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/sqssource"
)

// delivered is what a payload is once it was read.
type delivered struct {
	Origin     parse.Origin
	Group      string
	Attempt    int
	Sent       time.Time
	Size       int64
	Attributes map[string]string
	Body, Item string
}

func decode(t *testing.T, event []byte) []delivered {
	t.Helper()
	b, err := sqssource.Decode(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	var all []delivered
	for i, p := range b.Payloads {
		body, err := read(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, delivered{p.Origin, p.Group, p.Attempt, p.Sent, p.Size, p.Attributes, body, b.Items[i]})
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

func TestDecodeOfTheEventThatAWSPublishes(t *testing.T) {
	text, err := os.ReadFile("testdata/event.json")
	if err != nil {
		t.Fatal(err)
	}
	want := []delivered{{
		Origin:     parse.Origin{Kind: "sqs", Place: "arn:aws:sqs:us-west-2:123456789012:SQSQueue", ID: "MessageID_1"},
		Attempt:    2,
		Sent:       time.Date(2018, 3, 9, 18, 53, 45, 29e6, time.UTC),
		Size:       12,
		Attributes: map[string]string{"Attribute1": "AttributeValue1", "Attribute2": "123", "Attribute3": "MTEwMA=="},
		Body:       "Message Body",
		Item:       "MessageID_1",
	}}
	if diff := cmp.Diff(want, decode(t, text)); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
}

const envelope = `{"Type":"Notification","TopicArn":"arn:aws:sns:us-west-2:123456789012:t","MessageId":"s","Message":"in an envelope"}`

func TestBodiesOfAnyFormAreDeliveredInTheirOrder(t *testing.T) {
	bodies := []string{
		"text", "", "\u00fc\u2028\U0001f600", "a\nb\r\n", `{"a":1}`, "42", "null", `[1,2]`, `{"cut`, " ", "\x00", "caf\xe9",
		`{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put"}]}`, strings.Repeat("x", 1<<20),
	}
	var messages []message
	for i, b := range bodies {
		messages = append(messages, message{ID: fmt.Sprint(i), Body: []byte(b)})
	}
	var got []string
	for i, d := range decode(t, event(messages...)) {
		got = append(got, d.Body)
		if want := fmt.Sprint(i); d.Item != want || d.Origin.ID != want || d.Size != int64(len(bodies[i])) {
			t.Errorf("payload %d has item %s, ID %s, Size %d", i, d.Item, d.Origin.ID, d.Size)
		}
	}
	if diff := cmp.Diff(bodies, got); diff != "" {
		t.Errorf("bodies (-want +got):\n%s", diff)
	}
}

func TestAMessageInAnEnvelopeHasTheOriginThatItHasInItsTopic(t *testing.T) {
	got := decode(t, event(message{ID: "m", Group: "g", Body: []byte(envelope)}))
	want := []delivered{{
		Origin:  parse.Origin{Kind: "sns", Place: "arn:aws:sns:us-west-2:123456789012:t", ID: "s"},
		Group:   "arn:aws:sqs:us-west-2:123456789012:q/g",
		Attempt: 1,
		Size:    14,
		Body:    "in an envelope",
		Item:    "m",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
}

func TestAnswersNameExactlyWhatIsToComeAgain(t *testing.T) {
	messages := []message{{ID: "a1", Group: "a"}, {ID: "b1", Group: "b"}, {ID: "a2", Group: "a"}, {ID: "b2", Group: "b"}, {ID: "a3", Group: "a"}}
	standard := []message{{ID: "a1"}, {ID: "b1"}, {ID: "a2"}, {ID: "b2"}, {ID: "a3"}}
	for _, test := range []struct {
		name     string
		messages []message
		fail     []int
		want     []string
	}{
		{"nothing failed", standard, nil, []string{}},
		{"one failed", standard, []int{2}, []string{"a2"}},
		{"two failed", standard, []int{4, 0}, []string{"a1", "a3"}},
		{"all failed", standard, []int{0, 1, 2, 3, 4}, []string{"a1", "b1", "a2", "b2", "a3"}},
		{"nothing of a FIFO queue failed", messages, nil, []string{}},
		{"the first of a group failed", messages, []int{0}, []string{"a1", "a2", "a3"}},
		{"one in the middle of a group failed", messages, []int{2}, []string{"a2", "a3"}},
		{"the last of a group failed", messages, []int{4}, []string{"a3"}},
		{"of both groups one failed", messages, []int{1, 4}, []string{"b1", "b2", "a3"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var handlerErr error
			if test.fail != nil {
				e := &source.BatchError{Failed: map[int]error{}}
				for _, i := range test.fail {
					e.Failed[i] = errors.New("refused")
				}
				handlerErr = e
			}
			f := sqssource.Lambda(func(context.Context, []*source.Payload) error { return handlerErr })
			f.ReportBatchItemFailures = true
			answer, err := f.Invoke(t.Context(), event(test.messages...))
			if err != nil {
				t.Fatal(err)
			}
			got, err := failures(answer)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("failures (-want +got):\n%s", diff)
			}

			f.ReportBatchItemFailures = false
			if _, err := f.Invoke(t.Context(), event(test.messages...)); (err != nil) != (test.fail != nil) {
				t.Errorf("without ReportBatchItemFailures: error %v", err)
			}
		})
	}
}

func TestOtherEventsAreRefusedWithoutRepeatingThem(t *testing.T) {
	for name, event := range map[string]string{
		"nothing":            "",
		"no JSON":            "hunter2",
		"null":               "null",
		"an SNS event":       `{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"hunter2"}}]}`,
		"a message":          `{"messageId":"hunter2"}`,
		"a null record":      `{"Records":[null]}`,
		"records by name":    `{"Records":{"0":{"eventSource":"aws:sqs"}}}`,
		"no body":            `{"Records":[{"eventSource":"aws:sqs","messageId":"hunter2","eventSourceARN":"a"}]}`,
		"nested too deep":    strings.Repeat("[", 1_000_000),
		"many that are none": `{"Records":[{"eventSource":"aws:sqs"}` + strings.Repeat(`,0`, 1_000_000) + `]}`,
	} {
		b, err := sqssource.Decode(t.Context(), json.RawMessage(event))
		if err == nil || b.Payloads != nil || !strings.HasPrefix(err.Error(), "sqssource: event: ") {
			t.Errorf("%s: %d payloads, %v", name, len(b.Payloads), err)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(event(message{ID: "1", Body: []byte("a")}, message{ID: "2", Body: []byte(envelope), Group: "g"}))
	f.Add([]byte(`{"Records":[{"eventSource":"aws:sqs","messageId":"m","eventSourceARN":"a","body":"\ud800","attributes":[]}]}`))
	f.Add([]byte(`{"Records":[{"eventSource":"aws:sqs","eventSource":null,"messageId":{},"body":[[]]},null]}`))
	f.Fuzz(func(t *testing.T, event []byte) {
		b, err := sqssource.Decode(t.Context(), event)
		if err != nil {
			return
		}
		if len(b.Items) != len(b.Payloads) {
			t.Fatalf("%d items of %d payloads", len(b.Items), len(b.Payloads))
		}
		for i, p := range b.Payloads {
			body, err := read(t.Context(), p)
			if err != nil || int64(len(body)) != p.Size || b.Items[i] == "" || p.Origin.ID == "" || p.Attempt < 0 {
				t.Errorf("payload %+v, item %q, %v", p, b.Items[i], err)
			}
		}
	})
}
