package s3source_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/s3source"
)

func text(tb testing.TB, v any) string {
	tb.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// sqsEvent is an event of messages with these bodies, and m0, m1, m2, ... as ID.
func sqsEvent(tb testing.TB, group string, bodies ...string) json.RawMessage {
	tb.Helper()
	var records []any
	for i, body := range bodies {
		attributes := map[string]any{"ApproximateReceiveCount": "3", "SentTimestamp": "1520621625029"}
		if group != "" {
			attributes["MessageGroupId"] = group
		}
		records = append(records, map[string]any{
			"messageId": fmt.Sprint("m", i), "body": body, "attributes": attributes,
			"messageAttributes": map[string]any{"tenant": map[string]any{"stringValue": "blue", "dataType": "String"}},
			"eventSource":       "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-west-2:123456789012:q",
		})
	}
	return json.RawMessage(text(tb, map[string]any{"Records": records}))
}

// envelope is what SNS puts around a message, for SQS.
func envelope(tb testing.TB, message string) string {
	tb.Helper()
	return text(tb, map[string]any{
		"Type": "Notification", "TopicArn": "arn:aws:sns:us-west-2:123456789012:t", "MessageId": "s", "Message": message,
		"Timestamp": "2016-09-27T20:37:05.315Z",
	})
}

func snsEvent(tb testing.TB, messages ...string) json.RawMessage {
	tb.Helper()
	var records []any
	for _, m := range messages {
		records = append(records, map[string]any{"EventSource": "aws:sns", "Sns": json.RawMessage(envelope(tb, m))})
	}
	return json.RawMessage(text(tb, map[string]any{"Records": records}))
}

// eventBridge is an event of S3, https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
func eventBridge(tb testing.TB, detailType string, object map[string]any) string {
	tb.Helper()
	return text(tb, map[string]any{
		"version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "detail-type": detailType, "source": "aws.s3",
		"account": "111122223333", "time": "2021-11-12T00:00:00Z", "region": "ca-central-1",
		"resources": []string{"arn:aws:s3:::amzn-s3-demo-bucket"},
		"detail": map[string]any{
			"version": "0", "bucket": map[string]any{"name": "amzn-s3-demo-bucket"}, "object": object,
			"request-id": "N4N7GDK58NMKJ12R", "requester": "123456789012", "source-ip-address": "1.2.3.4", "reason": "PutObject",
		},
	})
}

func cloudTrail(tb testing.TB, keys ...string) string {
	tb.Helper()
	return text(tb, map[string]any{"s3Bucket": "amzn-s3-demo-bucket", "s3ObjectKey": keys})
}

func config(tb testing.TB, messageType, key string) string {
	tb.Helper()
	return text(tb, map[string]any{
		"s3ObjectKey": key, "s3Bucket": "amzn-s3-demo-bucket", "notificationCreationTime": "2016-09-27T20:37:05.217Z",
		"messageType": messageType, "recordVersion": "1.1",
	})
}

func TestAnObjectHasOneOriginInWhateverEnvelopeItIsAnnounced(t *testing.T) {
	client := newClient(t, objects(map[string]string{
		"amzn-s3-demo-bucket/logs/a b+c%é.json": "newest",
		"amzn-s3-demo-bucket/v?versionId=V1":    "version",
	}))
	key := "logs/a b+c%é.json"
	s3 := string(notification(t, put("logs/a+b%2Bc%25%C3%A9.json")))
	bridge := eventBridge(t, "Object Created", map[string]any{"key": key, "size": 6, "etag": strings.Trim(eTag, `"`), "sequencer": "617f08299329d189"})
	s3Version := string(notification(t, func(_, _, o map[string]any) { o["key"], o["versionId"] = "v", "V1" }))
	bridgeVersion := eventBridge(t, "Object Created", map[string]any{"key": "v", "size": 7, "etag": "x", "version-id": "V1"})

	newest := parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/" + key, ID: strings.Trim(eTag, `"`)}
	version := parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/v", ID: "V1"}
	documents := map[string]struct {
		doc  string
		want parse.Origin
		body string
	}{
		"S3":                        {s3, newest, "newest"},
		"EventBridge":               {bridge, newest, "newest"},
		"CloudTrail":                {cloudTrail(t, key), newest, "newest"},
		"Config":                    {config(t, "ConfigurationHistoryDeliveryCompleted", key), newest, "newest"},
		"S3, of a version":          {s3Version, version, "version"},
		"EventBridge, of a version": {bridgeVersion, version, "version"},
	}
	envelopes := map[string]func(doc string) json.RawMessage{
		"bare":            func(doc string) json.RawMessage { return json.RawMessage(doc) },
		"SNS":             func(doc string) json.RawMessage { return snsEvent(t, doc) },
		"SQS":             func(doc string) json.RawMessage { return sqsEvent(t, "", doc) },
		"SQS FIFO":        func(doc string) json.RawMessage { return sqsEvent(t, "g", doc) },
		"SNS through SQS": func(doc string) json.RawMessage { return sqsEvent(t, "", envelope(t, doc)) },
	}
	for name, d := range documents {
		for around, put := range envelopes {
			t.Run(name+", "+around, func(t *testing.T) {
				b, err := s3source.Objects{Client: client}.Decode(t.Context(), put(d.doc))
				if err != nil || len(b.Payloads) != 1 {
					t.Fatalf("%d payloads, %v", len(b.Payloads), err)
				}
				body, err := read(t.Context(), b.Payloads[0])
				if err != nil || body != d.body {
					t.Errorf("body %q, %v", body, err)
				}
				if diff := cmp.Diff(d.want, b.Payloads[0].Origin); diff != "" {
					t.Errorf("origin (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// payloadsOf are what a document yields, which has to name objects.
func payloadsOf(t *testing.T, doc string) ([]announced, error) {
	t.Helper()
	payloads, named, err := s3source.Objects{}.Notification([]byte(doc))
	if !named {
		t.Errorf("not taken for a document that names objects: %s", doc)
	}
	var all []announced
	for _, p := range payloads {
		all = append(all, announced{p.Origin, p.Sent, p.Size})
	}
	return all, err
}

func TestNotificationsTellWhatTheyKnow(t *testing.T) {
	origin := func(key, id string) parse.Origin {
		return parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/" + key, ID: id}
	}
	completed := time.Date(2016, 9, 27, 20, 37, 5, 217e6, time.UTC)
	created := time.Date(2021, 11, 12, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name, doc string
		want      []announced
	}{
		{"EventBridge", eventBridge(t, "Object Created", map[string]any{"key": "k", "size": 5, "etag": "e", "version-id": "v"}),
			[]announced{{origin("k", "v"), created, 5}}},
		{"EventBridge of a bucket without versions", eventBridge(t, "Object Created", map[string]any{"key": "k", "size": 5, "etag": "e"}),
			[]announced{{origin("k", "e"), created, 5}}},
		{"EventBridge without a size", eventBridge(t, "Object Created", map[string]any{"key": "k/"}),
			[]announced{{origin("k/", ""), created, -1}}},
		{"EventBridge with a size that is none", eventBridge(t, "Object Created", map[string]any{"key": "k", "size": "5"}),
			[]announced{{origin("k", ""), created, -1}}},
		{"EventBridge with a size beyond all bounds", eventBridge(t, "Object Created", map[string]any{"key": "k", "size": 1e300}),
			[]announced{{origin("k", ""), created, -1}}},
		{"EventBridge of a folder", eventBridge(t, "Object Created", map[string]any{"key": "k/", "size": 0}), nil},
		{"EventBridge, the key as it is", eventBridge(t, "Object Created", map[string]any{"key": "a+b%20%zz:c"}),
			[]announced{{origin("a+b%20%zz:c", ""), created, -1}}},
		{"CloudTrail", cloudTrail(t, "b", "a%2F+", "b"),
			[]announced{{origin("b", ""), time.Time{}, -1}, {origin("a%2F+", ""), time.Time{}, -1}, {origin("b", ""), time.Time{}, -1}}},
		{"a history of Config", config(t, "ConfigurationHistoryDeliveryCompleted", "AWS::EC2+%41"),
			[]announced{{origin("AWS::EC2+%41", ""), completed, -1}}},
		{"a snapshot of Config", config(t, "ConfigurationSnapshotDeliveryCompleted", "k"),
			[]announced{{origin("k", ""), completed, -1}}},
		{"of a name that is there twice the first", `{"s3Bucket":"abc","s3Bucket":"xyz","s3ObjectKey":["k"],"s3ObjectKey":[1]}`,
			[]announced{{parse.Origin{Kind: "s3", Place: "abc/k"}, time.Time{}, -1}}},
		{"white space around it", " \n" + cloudTrail(t, "b") + "\r\n",
			[]announced{{origin("b", ""), time.Time{}, -1}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := payloadsOf(t, test.doc)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("payloads (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatYieldsNothingIsToldToSkipped(t *testing.T) {
	removed := func(r, _, o map[string]any) {
		r["eventName"] = "ObjectRemoved:Delete"
		o["key"], o["versionId"] = "a+b", "V"
	}
	for _, test := range []struct {
		name, doc string
		want      parse.Origin
	}{
		{"the test event", `{"Service":"Amazon S3","Event":"s3:TestEvent"}`, parse.Origin{Kind: "s3"}},
		{"a removal", string(notification(t, removed)), parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/a b", ID: "V"}},
		{"a removal that EventBridge tells of", eventBridge(t, "Object Deleted", map[string]any{"key": "k", "etag": "e"}),
			parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/k", ID: "e"}},
		{"a restore", eventBridge(t, "Object Restore Completed", map[string]any{"key": "k"}),
			parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/k"}},
		{"an event that lacks its detail", `{"source":"aws.s3","detail-type":"Object Tags Added","detail":null}`, parse.Origin{Kind: "s3"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []s3source.Skip
			o := s3source.Objects{Skipped: func(s s3source.Skip) { got = append(got, s) }}
			payloads, named, err := o.Notification([]byte(test.doc))
			if payloads != nil || !named || err != nil {
				t.Errorf("%d payloads, named %v, %v", len(payloads), named, err)
			}
			if diff := cmp.Diff([]s3source.Skip{{Origin: test.want, Reason: s3source.SkipEvent}}, got); diff != "" {
				t.Errorf("skipped (-want +got):\n%s", diff)
			}
			if _, _, err := (s3source.Objects{}).Notification([]byte(test.doc)); err != nil {
				t.Errorf("without Skipped: %v", err)
			}
		})
	}
}

// otherDocuments name no objects.
var otherDocuments = map[string]string{
	"nothing":                           "",
	"text":                              "root login from 203.0.113.9",
	"a number":                          "42",
	"null":                              "null",
	"an array of documents":             `[{"s3Bucket":"abc","s3ObjectKey":["k"]}]`,
	"CloudTrail's records":              `{"Records":[{"eventSource":"s3.amazonaws.com","eventName":"PutObject"}]}`,
	"no records":                        `{"Records":[]}`,
	"records that are null":             `{"Records":[null]}`,
	"records that are a string":         `{"Records":"aws:s3"}`,
	"records by name":                   `{"Records":{"0":{"eventSource":"aws:s3"}}}`,
	"a notification that is cut off":    `{"Records":[{"eventSource":"aws:s3"`,
	"a bucket alone":                    `{"s3Bucket":"abc","note":"no key"}`,
	"a key alone":                       `{"s3ObjectKey":["k"]}`,
	"no keys":                           `{"s3Bucket":"abc","s3ObjectKey":[]}`,
	"a key that is a number":            `{"s3Bucket":"abc","s3ObjectKey":["k",1]}`,
	"a key that is null":                `{"s3Bucket":"abc","s3ObjectKey":null}`,
	"a bucket that is a number":         `{"s3Bucket":1,"s3ObjectKey":["k"]}`,
	"one key of no delivery":            `{"s3Bucket":"abc","s3ObjectKey":"k"}`,
	"the start of a delivery of Config": `{"configSnapshotId":"1","messageType":"ConfigurationSnapshotDeliveryStarted"}`,
	"another message of Config":         `{"s3Bucket":"abc","s3ObjectKey":"k","messageType":"ConfigurationItemChangeNotification"}`,
	"another source of EventBridge":     `{"source":"my.s3","detail-type":"Object Created","detail":{"bucket":{"name":"abc"},"object":{"key":"k"}}}`,
	"another event of S3":               `{"source":"aws.s3","detail-type":"AWS API Call via CloudTrail","detail":{}}`,
	"names in another case":             `{"S3Bucket":"abc","S3ObjectKey":["k"]}`,
	"another test event":                `{"Event":"s3:testevent"}`,
	"a bomb":                            strings.Repeat("[", 1_000_000),
	"two documents":                     `{"s3Bucket":"abc","s3ObjectKey":["k"]}{"s3Bucket":"abc","s3ObjectKey":["k"]}`,
	"an envelope in an envelope":        `{"Type":"Notification","TopicArn":"t","MessageId":"m","Message":"{}"}`,
	"an SQS event":                      `{"Records":[{"eventSource":"aws:sqs","body":"{}"}]}`,
	"the failure of a function":         `{"requestPayload":{"Records":[{"eventSource":"aws:s3"}]}}`,
}

func TestAMessageThatNamesNoObjectIsAPayloadItself(t *testing.T) {
	for name, doc := range otherDocuments {
		payloads, named, err := s3source.Objects{}.Notification([]byte(doc))
		if payloads != nil || named || err != nil {
			t.Errorf("%s: %d payloads, named %v, %v", name, len(payloads), named, err)
		}
		for around, event := range map[string]json.RawMessage{
			"SNS":             snsEvent(t, doc),
			"SQS":             sqsEvent(t, "", doc),
			"SNS through SQS": sqsEvent(t, "", envelope(t, doc)),
		} {
			if name == "an envelope in an envelope" && around == "SQS" {
				continue // which is one envelope
			}
			b, err := s3source.Objects{}.Decode(t.Context(), event)
			if err != nil || len(b.Payloads) != 1 {
				t.Errorf("%s, %s: %d payloads, %v", name, around, len(b.Payloads), err)
				continue
			}
			body, err := read(t.Context(), b.Payloads[0])
			if err != nil || body != doc {
				t.Errorf("%s, %s: body %q, %v", name, around, body, err)
			}
		}
	}
}

func TestAllThatOneMessageAnnouncesIsDoneTogether(t *testing.T) {
	client := newClient(t, objects(map[string]string{"amzn-s3-demo-bucket/a": "1", "amzn-s3-demo-bucket/b": "2"}))
	event := sqsEvent(t, "g",
		string(notification(t, put("a"), put("b"))), "text", cloudTrail(t, "b"), string(notification(t, put("gone"))), `{"Event":"s3:TestEvent"}`)
	type got struct {
		Place, Item, Group, Tenant string
		Attempt                    int
	}
	b, err := s3source.Objects{Client: client}.Decode(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	const queue = "arn:aws:sqs:us-west-2:123456789012:q"
	var all []got
	for i, p := range b.Payloads {
		all = append(all, got{p.Origin.Place, b.Items[i], p.Group, p.Attributes["tenant"], p.Attempt})
	}
	want := []got{
		{"amzn-s3-demo-bucket/a", "m0", queue + "/g", "blue", 3},
		{"amzn-s3-demo-bucket/b", "m0", queue + "/g", "blue", 3},
		{queue, "m1", queue + "/g", "blue", 3},
		{"amzn-s3-demo-bucket/b", "m2", queue + "/g", "blue", 3},
		{"amzn-s3-demo-bucket/gone", "m3", queue + "/g", "blue", 3},
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
}

func TestAnswersToSQSNameTheMessages(t *testing.T) {
	client := newClient(t, objects(map[string]string{"amzn-s3-demo-bucket/a": "1", "amzn-s3-demo-bucket/b": "2"}))
	bodies := []string{string(notification(t, put("a"), put("b"))), string(notification(t, put("a"))), cloudTrail(t, "a", "b", "a"), "text"}
	refuse := func(ctx context.Context, batch []*source.Payload) error {
		failed := map[int]error{}
		for i, p := range batch {
			if body, err := read(ctx, p); body == "2" || err != nil {
				failed[i] = errors.Join(err, errors.New("refused"))
			}
		}
		return &source.BatchError{Failed: failed}
	}
	for _, test := range []struct {
		name, group, want string
	}{
		{"of a standard queue those that failed, each once", "",
			`{"batchItemFailures":[{"itemIdentifier":"m0"},{"itemIdentifier":"m2"}]}`},
		{"of a FIFO queue what follows too", "g",
			`{"batchItemFailures":[{"itemIdentifier":"m0"},{"itemIdentifier":"m1"},{"itemIdentifier":"m2"},{"itemIdentifier":"m3"}]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := s3source.Lambda(client, refuse)
			if answer, err := f.Invoke(t.Context(), sqsEvent(t, test.group, bodies...)); err == nil {
				t.Errorf("without ReportBatchItemFailures: %s, want an error", answer)
			}
			f.ReportBatchItemFailures = true
			answer, err := f.Invoke(t.Context(), sqsEvent(t, test.group, bodies...))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(answer)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			// SNS and S3 have no partial answer.
			for _, event := range []json.RawMessage{snsEvent(t, bodies[1], bodies[0]), json.RawMessage(bodies[0])} {
				if answer, err := f.Invoke(t.Context(), event); err == nil {
					t.Errorf("%s for %s, want an error", answer, event)
				}
			}
		})
	}
}

func TestAnObjectThatIsNamedBadlyIsLostByItself(t *testing.T) {
	client := newClient(t, objects(map[string]string{"amzn-s3-demo-bucket/a": "1", "amzn-s3-demo-bucket/b": "2"}))
	for _, test := range []struct{ name, doc, want string }{
		{"a key that does not decode", string(notification(t, put("a"), put("%zz"), put("b"))), "s3source: record 2 of 3: key that is not URL-encoded"},
		{"the first of several", string(notification(t, put("%zz"), put("a"), put("b"), put(""))), "s3source: record 1 of 4: key that is not URL-encoded"},
		{"a list with an empty key", cloudTrail(t, "a", "", "b"), "s3source: key 2 of 3: no valid key"},
		{"a key of 1,025 bytes", cloudTrail(t, "a", "b", strings.Repeat("x", 1025)), "s3source: key 3 of 3: no valid key"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b, err := s3source.Objects{Client: client}.Decode(t.Context(), sqsEvent(t, "", cloudTrail(t, "a"), test.doc, cloudTrail(t, "b")))
			if err != nil {
				t.Fatal(err)
			}
			var bodies []string
			for _, p := range b.Payloads {
				body, err := read(t.Context(), p)
				bodies = append(bodies, body)
				var permanent *source.Permanent
				switch {
				case body != test.doc:
					if err != nil {
						t.Error(err)
					}
				case !errors.As(err, &permanent) || err.Error() != test.want:
					t.Errorf("error %v, want a permanent %s", err, test.want)
				case p.Origin != parse.Origin{Kind: "sqs", Place: "arn:aws:sqs:us-west-2:123456789012:q", ID: "m1"}:
					t.Errorf("origin %v", p.Origin)
				}
			}
			if diff := cmp.Diff([]string{"1", "1", "2", test.doc, "2"}, bodies); diff != "" {
				t.Errorf("bodies (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"m0", "m1", "m1", "m1", "m2"}, b.Items); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
			if b, err := (s3source.Objects{}).Decode(t.Context(), json.RawMessage(test.doc)); err == nil || err.Error() != test.want || b.Payloads != nil {
				t.Errorf("bare: %d payloads, %v; want %s", len(b.Payloads), err, test.want)
			}
		})
	}
}

func TestADocumentThatNamesTooManyObjectsIsRefused(t *testing.T) {
	record := `{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"abc"},"object":{"key":"k","size":1}}}`
	for name, list := range map[string]func(n int) string{
		"records": func(n int) string { return `{"Records":[` + strings.Repeat(record+",", n-1) + record + `]}` },
		"keys":    func(n int) string { return `{"s3Bucket":"abc","s3ObjectKey":[` + strings.Repeat(`"k",`, n-1) + `"k"]}` },
	} {
		if got, err := payloadsOf(t, list(10_000)); len(got) != 10_000 || err != nil {
			t.Errorf("%s: %d payloads, %v", name, len(got), err)
		}
		got, err := payloadsOf(t, list(10_001))
		if want := "s3source: 10001 " + name + ", which is more than 10000"; got != nil || err == nil || err.Error() != want {
			t.Errorf("%s: %d payloads, %v; want %s", name, len(got), err, want)
		}
	}
}

func FuzzNotification(f *testing.F) {
	f.Add([]byte(notification(f, asPublished, put("a+b%2F"), put("%"))))
	f.Add([]byte(eventBridge(f, "Object Created", map[string]any{"key": "k", "size": 5, "etag": "e", "version-id": "v"})))
	f.Add([]byte(eventBridge(f, "Object Deleted", nil)))
	f.Add([]byte(cloudTrail(f, "a", "b")))
	f.Add([]byte(config(f, "ConfigurationHistoryDeliveryCompleted", "k")))
	for _, doc := range otherDocuments {
		if len(doc) < 1000 {
			f.Add([]byte(doc))
		}
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		payloads, named, err := s3source.Objects{}.Notification(doc)
		if err != nil && len(err.Error()) > 100 {
			t.Errorf("the error is %d bytes long: %v", len(err.Error()), err)
		}
		if !named && (payloads != nil || err != nil) {
			t.Errorf("%d payloads of a document that names none, %v", len(payloads), err)
		}
		for _, p := range payloads {
			if n := len(p.Origin.Place); p.Origin.Kind != "s3" || n < len("abc/k") || n > 2048+1+1024 || p.Size < -1 {
				t.Errorf("payload %#v", p)
			}
		}
	})
}

// A program that gets its messages in another way takes the objects out of them.
func ExampleObjects_Notification() {
	client, stop := exampleClient()
	defer stop()
	objects := s3source.Objects{Client: client}

	message := `{"s3Bucket":"amzn-s3-demo-bucket","s3ObjectKey":["AWSLogs/123456789012/CloudTrail/a.json.gz"]}`
	payloads, named, err := objects.Notification([]byte(message))
	if err != nil || !named {
		fmt.Println("no notification:", err)
		return
	}
	if err := printPayloads(context.Background(), payloads); err != nil {
		fmt.Println(err)
	}
	// Output:
	// s3:amzn-s3-demo-bucket/AWSLogs/123456789012/CloudTrail/a.json.gz@9b2cf535f27731c974343645a3985328: {"Records":[]}
}
