package s3source_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/s3source"
)

// announced is what Decode tells of a payload.
type announced struct {
	Origin parse.Origin
	Sent   time.Time
	Size   int64
}

func decode(t *testing.T, event json.RawMessage) ([]announced, error) {
	t.Helper()
	client := newClient(t, func(http.ResponseWriter, *http.Request) { t.Error("Decode opened an object") })
	b, err := s3source.Objects{Client: client}.Decode(t.Context(), event)
	var all []announced
	for i, p := range b.Payloads {
		all = append(all, announced{p.Origin, p.Sent, p.Size})
		if b.Items != nil && b.Items[i] != "" {
			t.Errorf("payload %d has item %q: an S3 notification has no partial answer", i, b.Items[i])
		}
	}
	return all, err
}

func TestDecodeOfTheNotificationThatAWSPublishes(t *testing.T) {
	event, err := os.ReadFile("testdata/put.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := decode(t, event)
	if err != nil {
		t.Fatal(err)
	}
	want := []announced{{
		Origin: parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/HappyFace.jpg", ID: "096fKKXTRTtl3on89fVO.nfljtsv6qko"},
		Sent:   time.Unix(0, 0).UTC(),
		Size:   1024,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
}

func TestDecodeOfKeys(t *testing.T) {
	for _, test := range []struct{ name, key, want string }{
		{"as it is", "logs/a.json.gz", "logs/a.json.gz"},
		{"a plus is a space", "a+b", "a b"},
		{"%20 is a space", "a%20b", "a b"},
		{"%2B is a plus", "a%2Bb", "a+b"},
		{"lower-case hex", "a%2bb%c3%a9", "a+bé"},
		{"%25 is decoded once", "50%2525", "50%25"},
		{"no % at all", "é", "é"},
		{"dots are no folders", "logs/../a/./b", "logs/../a/./b"},
		{"slashes at the start and twice", "/a//b", "/a//b"},
		{"a slash that is encoded", "a%2Fb", "a/b"},
		{"a question mark and a hash", "a%3Fb%23c", "a?b#c"},
		{"a zero byte", "a%00b", "a\x00b"},
		{"1,024 bytes", strings.Repeat("%C3%A9", 512), strings.Repeat("é", 512)},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := decode(t, notification(t, put(test.key)))
			if err != nil || len(got) != 1 {
				t.Fatalf("%d payloads, %v", len(got), err)
			}
			if diff := cmp.Diff("amzn-s3-demo-bucket/"+test.want, got[0].Origin.Place); diff != "" {
				t.Errorf("place (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodeTakesBuckets(t *testing.T) {
	for _, name := range []string{
		"abc",
		"logs.example.com",
		"123456789012-logs",
		"Legacy_Bucket.Name",
		strings.Repeat("a", 255),
		"my-point-mkgfqtvkcnrpnshg9iuppqkcfy4t1use1a-s3alias",
		"arn:aws:s3:us-west-2:123456789012:accesspoint/my-point",
		"arn:aws-cn:s3:cn-north-1:123456789012:accesspoint:my-point",
		"arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap",
		"arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01ac5d28a6a232904/accesspoint/my-point",
	} {
		got, err := decode(t, notification(t, func(_, bucket, _ map[string]any) { bucket["name"] = name }))
		if err != nil || len(got) != 1 {
			t.Errorf("%s: %d payloads, %v", name, len(got), err)
			continue
		}
		if want := name + "/HappyFace.jpg"; got[0].Origin.Place != want {
			t.Errorf("place %q, want %q", got[0].Origin.Place, want)
		}
	}
}

func TestDecodeRefusesBuckets(t *testing.T) {
	for _, name := range []string{
		"",
		"..",
		"ab",
		"a/b",
		"evil.example/..",
		"a\\b",
		"a b",
		"a\nb",
		"a\x00b",
		"user@host",
		"host:80",
		"a?b",
		"a#b",
		"a%2fb",
		"bücher",
		strings.Repeat("a", 256),
		"arn:aws:s3:::amzn-s3-demo-bucket",
		"arn:aws:sqs:us-west-2:123456789012:accesspoint/my-point",
		"arn:aws:s3:us-west-2:123456789012:accesspoint/a?b",
		"arn:aws:s3:us-west-2:123456789012:accesspoint",
		"arn:" + strings.Repeat(":", 10),
		"arn:aws:s3:us-west-2:123456789012:accesspoint/" + strings.Repeat("a", 2048),
	} {
		got, err := decode(t, notification(t, func(_, bucket, _ map[string]any) { bucket["name"] = name }))
		if want := "s3source: record 1 of 1: no valid bucket name"; err == nil || err.Error() != want || got != nil {
			t.Errorf("%q: %v, %v; want %s", name, got, err, want)
		}
	}
}

func TestDecodeOfRecords(t *testing.T) {
	event := func(name string) change {
		return func(record, _, _ map[string]any) { record["eventName"] = name }
	}
	size := func(n int, c change) change {
		return func(record, bucket, object map[string]any) {
			c(record, bucket, object)
			object["size"] = n
		}
	}
	for _, test := range []struct {
		name    string
		changes []change
		want    []string
	}{
		{"every way to create an object",
			[]change{event("ObjectCreated:Put"), event("ObjectCreated:Post"), event("ObjectCreated:Copy"), event("ObjectCreated:CompleteMultipartUpload")},
			[]string{"HappyFace.jpg", "HappyFace.jpg", "HappyFace.jpg", "HappyFace.jpg"}},
		{"the prefix that other events have", []change{event("s3:ObjectCreated:Put")}, []string{"HappyFace.jpg"}},
		{"the order of the records", []change{put("c"), put("a"), put("b"), put("a")}, []string{"c", "a", "b", "a"}},
		{"other events", []change{
			event("ObjectRemoved:Delete"), event("s3:ObjectRestore:Completed"), event("s3:TestEvent"), event("ObjectCreated"),
			event("XObjectCreated:Put"), event(""),
		}, nil},
		{"other events among them", []change{put("a"), event("ObjectRemoved:Delete"), put("b")}, []string{"a", "b"}},
		{"an object of no bytes", []change{size(0, put("a"))}, []string{"a"}},
		{"a folder marker", []change{size(0, put("logs/2024/"))}, nil},
		{"a key with a slash at the end that has bytes", []change{size(1, put("logs/2024/"))}, []string{"logs/2024/"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := decode(t, notification(t, test.changes...))
			if err != nil {
				t.Fatal(err)
			}
			var keys []string
			for _, a := range got {
				keys = append(keys, strings.TrimPrefix(a.Origin.Place, "amzn-s3-demo-bucket/"))
			}
			if diff := cmp.Diff(test.want, keys); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodeOfIDs(t *testing.T) {
	for _, test := range []struct {
		name   string
		change change
		want   string
	}{
		{"the version", asPublished, "096fKKXTRTtl3on89fVO.nfljtsv6qko"},
		{"the ETag without a version", put("a"), "d41d8cd98f00b204e9800998ecf8427e"},
		{"the ETag of the null version", func(_, _, o map[string]any) { o["versionId"] = "null" }, "d41d8cd98f00b204e9800998ecf8427e"},
		{"an ETag in quotes", func(_, _, o map[string]any) {
			delete(o, "versionId")
			o["eTag"] = eTag
		}, strings.Trim(eTag, `"`)},
		{"neither", func(_, _, o map[string]any) {
			delete(o, "versionId")
			delete(o, "eTag")
		}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := decode(t, notification(t, test.change))
			if err != nil || len(got) != 1 {
				t.Fatalf("%d payloads, %v", len(got), err)
			}
			if got[0].Origin.ID != test.want {
				t.Errorf("ID %q, want %q", got[0].Origin.ID, test.want)
			}
		})
	}
}

func TestDecodeOfTheTestEventYieldsNothing(t *testing.T) {
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-enable-disable-notification-intro.html
	got, err := decode(t, json.RawMessage(`{
   "Service":"Amazon S3",
   "Event":"s3:TestEvent",
   "Time":"2014-10-13T15:57:02.089Z",
   "Bucket":"amzn-s3-demo-bucket",
   "RequestId":"5582815E1AEA5ADF",
   "HostId":"8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE"
}`))
	if got != nil || err != nil {
		t.Errorf("%v, %v; want nothing", got, err)
	}
}

func TestDecodeRefusesOtherEventsWithoutRepeatingThem(t *testing.T) {
	const (
		not       = "s3source: not an event that announces objects"
		notJSON   = "s3source: event: not JSON, or nested too deep"
		notRecord = "s3source: record 1 of 1: not an S3 event record"
		badKey    = "s3source: record 2 of 2: key that is not URL-encoded"
		noKey     = "s3source: record 1 of 1: no valid key"
	)
	for _, test := range []struct {
		name  string
		event json.RawMessage
		want  string
	}{
		{"nothing", nil, notJSON},
		{"null", json.RawMessage(`null`), not},
		{"no JSON", json.RawMessage(`password=hunter2`), notJSON},
		{"JSON that is cut off", json.RawMessage(`{"Records":[{"password":"hunter2"`), notJSON},
		{"a string", json.RawMessage(`"hunter2"`), not},
		{"an object without records", json.RawMessage(`{"password":"hunter2"}`), not},
		{"no records", json.RawMessage(`{"Records":[],"password":"hunter2"}`), not},
		{"records that are no list", json.RawMessage(`{"Records":"hunter2"}`), not},
		{"another event that is a test", json.RawMessage(`{"Event":"hunter2:TestEvent"}`), not},
		{"nested too deep", json.RawMessage(`{"Records":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`), notJSON},
		{"an EventBridge event", json.RawMessage(`{"version":"0","source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"hunter2"}}}`), "s3source: no valid key"},
		{"an EventBridge event of another type", json.RawMessage(`{"version":"0","source":"aws.s3","detail-type":"AWS API Call via CloudTrail","detail":{"bucket":{"name":"hunter2"}}}`), not},
		{"an SQS event", json.RawMessage(`{"Records":[{"messageId":"1","body":"hunter2","eventSource":"aws:sqs"}]}`), "s3source: event: record 1 of 1: not a message"},
		{"an SNS event", json.RawMessage(`{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"hunter2"}}]}`), "s3source: event: record 1 of 1: not a message"},
		{"a record that is null", json.RawMessage(`{"Records":[null]}`), not},
		{"a record that is a string", json.RawMessage(`{"Records":["hunter2"]}`), not},
		{"a second record that is null", json.RawMessage(`{"Records":[{"eventSource":"aws:s3","eventName":"ObjectRemoved:Delete"},null]}`), "s3source: record 2 of 2: not an S3 event record"},
		{"a time that is none", notification(t, func(r, _, _ map[string]any) { r["eventTime"] = "hunter2" }), notRecord},
		{"a size that is none", notification(t, func(_, _, o map[string]any) { o["size"] = "hunter2" }), notRecord},
		{"a size beyond all bounds", notification(t, func(_, _, o map[string]any) { o["size"] = 1e300 }), notRecord},
		{"a key that does not decode", notification(t, asPublished, put("hunter2%zz")), badKey},
		{"a key that ends within an escape", notification(t, asPublished, put("hunter2%4")), badKey},
		{"no key", notification(t, put("")), noKey},
		{"no object", notification(t, func(r, _, _ map[string]any) { delete(r["s3"].(map[string]any), "object") }), noKey},
		{"an object that is null", notification(t, func(r, _, _ map[string]any) { r["s3"].(map[string]any)["object"] = nil }), noKey},
		{"a key of 1,025 bytes", notification(t, put("hunter2"+strings.Repeat("a", 1018))), noKey},
		{"a key that is no UTF-8", notification(t, put("hunter2%ff")), noKey},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := decode(t, test.event)
			if err == nil || err.Error() != test.want || got != nil {
				t.Errorf("%v, %v; want %s", got, err, test.want)
			}
		})
	}
}

func TestASizeBelowZeroIsNotKnown(t *testing.T) {
	got, err := decode(t, notification(t, func(_, _, o map[string]any) { o["size"] = -5 }))
	if err != nil || len(got) != 1 || got[0].Size != -1 {
		t.Errorf("%v, %v; want one payload of Size -1", got, err)
	}
}

func TestLambdaAnswers(t *testing.T) {
	client := newClient(t, objects(map[string]string{
		"amzn-s3-demo-bucket/a": "1",
		"amzn-s3-demo-bucket/b": "2",
	}))
	handler := func(ctx context.Context, batch []*source.Payload) error {
		failed := map[int]error{}
		for i, p := range batch {
			body, err := read(ctx, p)
			if body == "2" {
				err = fmt.Errorf("body %s is refused", body)
			}
			if err != nil {
				failed[i] = err
			}
		}
		if len(failed) > 0 {
			return &source.BatchError{Failed: failed}
		}
		return nil
	}
	for _, test := range []struct {
		name  string
		event json.RawMessage
		want  []string // of the error
	}{
		{"all accepted", notification(t, put("a"), put("a")), nil},
		{"nothing to do", notification(t, func(r, _, _ map[string]any) { r["eventName"] = "ObjectRemoved:Delete" }), nil},
		{"one refused", notification(t, put("a"), put("b")),
			[]string{"1 of 2 payloads", "amzn-s3-demo-bucket/b", "body 2 is refused"}},
		{"one missing", notification(t, put("a"), put("c"), put("a")),
			[]string{"1 of 3 payloads", `s3source: get "amzn-s3-demo-bucket/c": `, "NoSuchKey"}},
		{"not an S3 notification", json.RawMessage(`{}`), []string{"s3source: not an event that announces objects"}},
	} {
		for _, report := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, with ReportBatchItemFailures %v", test.name, report), func(t *testing.T) {
				f := s3source.Lambda(client, handler)
				f.ReportBatchItemFailures = report
				_, err := f.Invoke(t.Context(), test.event)
				if (err != nil) != (test.want != nil) {
					t.Errorf("error %v, want %q", err, test.want)
				}
				for _, want := range test.want {
					if err != nil && !strings.Contains(err.Error(), want) {
						t.Errorf("error %q does not have %q", err, want)
					}
				}
			})
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(notification(f, asPublished, put("a+b%2F"))))
	f.Add([]byte(notification(f, put("%"))))
	f.Add([]byte(`{"Event":"s3:TestEvent"}`))
	f.Add([]byte(`{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"abc"},"object":{"key":"k"}}}]}`))
	f.Fuzz(func(t *testing.T, event []byte) {
		b, err := s3source.Objects{}.Decode(t.Context(), event)
		if err != nil && len(err.Error()) > 100 {
			t.Errorf("the error is %d bytes long: %v", len(err.Error()), err)
		}
		if err != nil && b.Payloads != nil {
			t.Error("payloads beside an error")
		}
		for _, p := range b.Payloads {
			if n := len(p.Origin.Place); p.Origin.Kind != "s3" || n < len("abc/k") || n > 2048+1+1024 || p.Size < -1 {
				t.Errorf("payload %#v", p)
			}
		}
	})
}
