package lambdasource_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/lambdasource"
)

// subscription is an event of CloudWatch Logs, with these bytes in it.
func subscription(stored string) []byte {
	return []byte(`{"awslogs":{"data":"` + base64.StdEncoding.EncodeToString([]byte(stored)) + `"}}`)
}

func zipped(tb testing.TB, doc string) string {
	tb.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(doc)); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

func TestTheDocumentOfCloudWatchLogsIsThePayload(t *testing.T) {
	got := decode(t, []byte(file(t, "cloudwatch-logs.json")))
	if len(got) != 1 || !strings.HasPrefix(got[0].Body, `{"messageType":"DATA_MESSAGE","owner":"123456789123","logGroup":"testLogGroup"`) {
		t.Fatalf("payloads %v", got)
	}
	if got[0].Origin.Place != "123456789123/testLogGroup/testLogStream" || len(got[0].Origin.ID) != 64 {
		t.Errorf("origin %v", got[0].Origin)
	}
}

func TestOriginsOfCloudWatchLogs(t *testing.T) {
	const names = `"owner":"123456789012","logGroup":"/aws/lambda/f","logStream":"2024/01/01/[$LATEST]a"`
	const place = "123456789012//aws/lambda/f/2024/01/01/[$LATEST]a"
	for _, test := range []struct{ name, doc, place string }{
		{"of a message", `{"messageType":"DATA_MESSAGE",` + names + `,"logEvents":[]}`, place},
		{"of a control message", `{"owner":"CloudwatchLogs","logGroup":"","logStream":"","messageType":"CONTROL_MESSAGE","logEvents":[{"id":""}]}`, "CloudwatchLogs//"},
		{"of a long one", `{` + names + `,"logEvents":[{"message":"` + strings.Repeat("x", 1<<20) + `"}]}`, place},
		{"that says it late", `{"logEvents":[{"message":"` + strings.Repeat("x", 1<<20) + `"}],` + names + `}`, ""},
		{"that does not say it", `{"logEvents":[]}`, ""},
		{"that says it in numbers", `{"owner":1,"logGroup":2,"logStream":3}`, ""},
		{"of text", "text", ""},
		{"of nothing", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, stored := range []string{zipped(t, test.doc), test.doc} {
				want := []delivered{{Origin: parse.Origin{Kind: "cloudwatch_logs", Place: test.place, ID: digest(stored)}, Body: test.doc}}
				if diff := cmp.Diff(want, decode(t, subscription(stored))); diff != "" {
					t.Errorf("payloads (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestADocumentThatDoesNotDecompressIsPermanent(t *testing.T) {
	whole := zipped(t, strings.Repeat(`{"owner":"a","logGroup":"b","logStream":"c"}`, 1000))
	for name, test := range map[string]struct {
		stored string
		events lambdasource.Events
	}{
		"cut off":           {whole[:len(whole)/2], events},
		"cut in its header": {whole[:5], events},
		"over the limit":    {whole, lambdasource.Events{Limits: source.Limits{Size: 1000}}},
	} {
		b, err := test.events.Decode(t.Context(), subscription(test.stored))
		if err != nil || len(b.Payloads) != 1 {
			t.Fatalf("%s: %d payloads, %v", name, len(b.Payloads), err)
		}
		_, err = read(t.Context(), b.Payloads[0])
		var permanent *source.Permanent
		if !errors.As(err, &permanent) {
			t.Errorf("%s: error %v, want a permanent one", name, err)
		}
	}
}
