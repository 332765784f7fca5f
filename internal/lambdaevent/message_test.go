package lambdaevent_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/streamalert/streamalert-go/internal/lambdaevent"
	"github.com/streamalert/streamalert-go/parse"
)

func read(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const queue = "arn:aws:sqs:us-west-2:123456789012:SQSQueue"

func TestMessagesOfTheEventsThatAWSPublishes(t *testing.T) {
	for _, test := range []struct {
		file string
		kind lambdaevent.Kind
		want []lambdaevent.Message
	}{
		{"sqs.json", lambdaevent.SQS, []lambdaevent.Message{{
			Body:    []byte("Message Body"),
			Origin:  parse.Origin{Kind: "sqs", Place: queue, ID: "MessageID_1"},
			Item:    "MessageID_1",
			Attempt: 2,
			Sent:    time.Date(2018, 3, 9, 18, 53, 45, 29e6, time.UTC),
			Attributes: map[string]string{
				"Attribute1": "AttributeValue1",
				"Attribute2": "123",
				"Attribute3": "MTEwMA==",
			},
		}}},
		{"sqs-fifo.json", lambdaevent.SQS, []lambdaevent.Message{{
			Body:    []byte("Test message."),
			Origin:  parse.Origin{Kind: "sqs", Place: "arn:aws:sqs:us-east-2:123456789012:fifo.fifo", ID: "11d6ee51-4cc7-4302-9e22-7cd8afdaadf5"},
			Item:    "11d6ee51-4cc7-4302-9e22-7cd8afdaadf5",
			Group:   "arn:aws:sqs:us-east-2:123456789012:fifo.fifo/1",
			Attempt: 1,
			Sent:    time.Date(2019, 10, 2, 18, 57, 53, 745e6, time.UTC),
		}}},
		{"sns.json", lambdaevent.SNS, []lambdaevent.Message{{
			Body:       []byte("Hello from SNS!"),
			Origin:     parse.Origin{Kind: "sns", Place: "arn:aws:sns:EXAMPLE", ID: "95df01b4-ee98-5cb9-9903-4c221d41eb5e"},
			Sent:       time.Date(2015, 6, 3, 17, 43, 27, 123e6, time.UTC),
			Attributes: map[string]string{"Test": "TestString", "TestBinary": "TestBinary"},
		}}},
	} {
		t.Run(test.file, func(t *testing.T) {
			got, err := lambdaevent.Messages(read(t, test.file), test.kind)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
		})
	}
}

// sqs is an event of one message.
func sqs(tb testing.TB, body string) []byte {
	tb.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		tb.Fatal(err)
	}
	return fmt.Appendf(nil, `{"Records":[{"messageId":"m","body":%s,"eventSource":"aws:sqs","eventSourceARN":%q}]}`, b, queue)
}

func TestAnEnvelopeIsTakenOffAnSQSBodyOnce(t *testing.T) {
	envelope := func(message string) string {
		b, err := json.Marshal(map[string]any{
			"Type": "Notification", "TopicArn": "arn:aws:sns:us-west-2:123456789012:t", "MessageId": "s", "Message": message,
			"Timestamp":         "2016-09-27T20:37:05.315Z",
			"MessageAttributes": map[string]any{"severity": map[string]any{"Type": "String", "Value": "high"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, message := range []string{"text", "", `{"a":1}`, "ü\u2028\"\\\x00", envelope("twice")} {
		got, err := lambdaevent.Messages(sqs(t, envelope(message)), lambdaevent.SQS)
		if err != nil {
			t.Fatal(err)
		}
		want := []lambdaevent.Message{{
			Body:       []byte(message),
			Origin:     parse.Origin{Kind: "sns", Place: "arn:aws:sns:us-west-2:123456789012:t", ID: "s"},
			Item:       "m",
			Sent:       time.Date(2016, 9, 27, 20, 37, 5, 315e6, time.UTC),
			Attributes: map[string]string{"severity": "high"},
		}}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
	}
}

func TestABodyThatOnlyLooksLikeAnEnvelopeStaysAsItIs(t *testing.T) {
	for name, body := range map[string]string{
		"another type":             `{"Type":"SubscriptionConfirmation","TopicArn":"t","MessageId":"s","Message":"m"}`,
		"no type":                  `{"TopicArn":"t","MessageId":"s","Message":"m"}`,
		"no topic":                 `{"Type":"Notification","MessageId":"s","Message":"m"}`,
		"no ID":                    `{"Type":"Notification","TopicArn":"t","Message":"m"}`,
		"no message":               `{"Type":"Notification","TopicArn":"t","MessageId":"s"}`,
		"an empty topic":           `{"Type":"Notification","TopicArn":"","MessageId":"s","Message":"m"}`,
		"a message that is null":   `{"Type":"Notification","TopicArn":"t","MessageId":"s","Message":null}`,
		"a message that is JSON":   `{"Type":"Notification","TopicArn":"t","MessageId":"s","Message":{}}`,
		"a topic that is a number": `{"Type":"Notification","TopicArn":1,"MessageId":"s","Message":"m"}`,
		"names in another case":    `{"type":"Notification","topicArn":"t","messageId":"s","message":"m"}`,
		"a value in another case":  `{"Type":"notification","TopicArn":"t","MessageId":"s","Message":"m"}`,
		"in an array":              `[{"Type":"Notification","TopicArn":"t","MessageId":"s","Message":"m"}]`,
		"one after the other":      `{"Type":"Notification","TopicArn":"t","MessageId":"s","Message":"m"}{}`,
		"cut off":                  `{"Type":"Notification","TopicArn":"t","MessageId":"s","Message":"m"`,
		"another type first":       `{"Type":"x","Type":"Notification","TopicArn":"t","MessageId":"s","Message":"m"}`,
		"a bomb":                   strings.Repeat("[", 1_000_000),
		"text":                     "Notification",
		"a number":                 "42",
		"nothing":                  "",
		"white space":              " \n",
	} {
		got, err := lambdaevent.Messages(sqs(t, body), lambdaevent.SQS)
		if err != nil || len(got) != 1 {
			t.Fatalf("%s: %d messages, %v", name, len(got), err)
		}
		if string(got[0].Body) != body || got[0].Origin.Kind != "sqs" {
			t.Errorf("%s: body %q of %v", name, got[0].Body, got[0].Origin)
		}
	}
}

func TestABodyInLatin1IsKept(t *testing.T) {
	event := []byte("{\"Records\":[{\"messageId\":\"m\",\"body\":\"caf\xe9\",\"eventSource\":\"aws:sqs\",\"eventSourceARN\":\"a\"}]}")
	got, err := lambdaevent.Messages(event, lambdaevent.SQS)
	if err != nil || len(got) != 1 || string(got[0].Body) != "caf\xe9" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestEventsThatAreNotOfMessagesAreRefusedAsAWhole(t *testing.T) {
	const good = `{"messageId":"m","body":"hunter2","eventSource":"aws:sqs","eventSourceARN":"a"}`
	const bad = "record 2 of 2: not a message"
	for _, test := range []struct {
		name, event string
		want        string
	}{
		{"no JSON", `{"Records":[` + good, "not JSON, or nested too deep"},
		{"of another kind", `{"Records":[{"eventSource":"aws:s3"}]}`, "not of this kind"},
		{"of SNS", `{"Records":[{"EventSource":"aws:sns","Sns":{}}]}`, "not of this kind"},
		{"null", `null`, "not of this kind"},
		{"a record that is null", `{"Records":[` + good + `,null]}`, bad},
		{"a record that is a string", `{"Records":[` + good + `,"hunter2"]}`, bad},
		{"a record of another source", `{"Records":[` + good + `,` + strings.Replace(good, "sqs", "s3", 1) + `]}`, bad},
		{"no ID", `{"Records":[` + good + `,` + strings.Replace(good, "messageId", "x", 1) + `]}`, bad},
		{"an ID that is a number", `{"Records":[` + good + `,` + strings.Replace(good, `"m"`, `1`, 1) + `]}`, bad},
		{"no body", `{"Records":[` + good + `,` + strings.Replace(good, "body", "x", 1) + `]}`, bad},
		{"a body that is null", `{"Records":[` + good + `,` + strings.Replace(good, `"hunter2"`, "null", 1) + `]}`, bad},
		{"a body that is an object", `{"Records":[` + good + `,` + strings.Replace(good, `"hunter2"`, "{}", 1) + `]}`, bad},
		{"no queue", `{"Records":[` + good + `,` + strings.Replace(good, "eventSourceARN", "x", 1) + `]}`, bad},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := lambdaevent.Messages([]byte(test.event), lambdaevent.SQS)
			if err == nil || err.Error() != test.want || got != nil {
				t.Errorf("%v, %v; want %s", got, err, test.want)
			}
		})
	}
}

func TestWhatOnlySaysMoreOfAMessageMayBeAnything(t *testing.T) {
	for _, anything := range []string{"null", "1", `"x"`, "[]", "{}", `{"a":null}`, `{"a":{"stringValue":1}}`, "-9e999", `[[[{}]]]`} {
		event := fmt.Sprintf(`{"Records":[{"messageId":"m","body":"b","eventSource":"aws:sqs","eventSourceARN":"a",
			"attributes":%[1]s,"messageAttributes":%[1]s}]}`, anything)
		got, err := lambdaevent.Messages([]byte(event), lambdaevent.SQS)
		want := []lambdaevent.Message{{Body: []byte("b"), Origin: parse.Origin{Kind: "sqs", Place: "a", ID: "m"}, Item: "m"}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v, messages (-want +got):\n%s", anything, err, diff)
		}
	}
	for _, count := range []string{`"-1"`, `"x"`, `"99999999999999999999"`, `""`, `null`, `[]`} {
		event := fmt.Sprintf(`{"Records":[{"messageId":"m","body":"b","eventSource":"aws:sqs","eventSourceARN":"a",
			"attributes":{"ApproximateReceiveCount":%[1]s,"SentTimestamp":%[1]s,"MessageGroupId":7}}]}`, count)
		got, err := lambdaevent.Messages([]byte(event), lambdaevent.SQS)
		if err != nil || got[0].Attempt != 0 || !got[0].Sent.IsZero() || got[0].Group != "" {
			t.Errorf("%s: %+v, %v", count, got, err)
		}
	}
}

func FuzzMessages(f *testing.F) {
	for _, file := range []string{"sqs.json", "sqs-fifo.json", "sns.json"} {
		b, err := os.ReadFile("testdata/" + file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(sqs(f, `{"Type":"Notification","TopicArn":"t","MessageId":"s","Message":"m","MessageAttributes":{"a":{"Value":"b"}}}`))
	f.Add([]byte(`{"Records":[{"EventSource":"aws:sns","Sns":null},null,[]]}`))
	f.Fuzz(func(t *testing.T, event []byte) {
		kind, err := lambdaevent.KindOf(event)
		if (err == nil) != json.Valid(event) {
			t.Errorf("error %v", err)
		}
		if kind != lambdaevent.SQS && kind != lambdaevent.SNS {
			return
		}
		messages, err := lambdaevent.Messages(event, kind)
		if err != nil && (messages != nil || len(err.Error()) > 100) {
			t.Errorf("%d messages and the error %v", len(messages), err)
		}
		for _, m := range messages {
			if m.Origin.Place == "" || m.Origin.ID == "" || len(m.Body) > len(event) || (m.Item != "") != (kind == lambdaevent.SQS) {
				t.Errorf("message %+v", m)
			}
		}
	})
}
