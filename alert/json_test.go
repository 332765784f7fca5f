package alert_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/rule"
)

func appendJSON(t *testing.T, a *alert.Alert) string {
	t.Helper()
	b, err := a.AppendJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestJSONIsOneLineWithEveryField(t *testing.T) {
	want := `{"id":"` + sample().ID + `",` +
		`"rule":{"id":"aws.console.root-login","title":"Root account signed in to the console"},` +
		`"severity":"high","log":"aws.cloudtrail",` +
		`"time":"2023-07-10T11:42:36Z","detected":"2023-07-10T11:51:02.118204Z",` +
		`"origin":{"kind":"s3","place":"logs/AWSLogs/1.json.gz","id":"v1","entry":"a/b","index":12,"offset":18342},` +
		`"matched":[{"field":"eventName","condition":"eventName = \"ConsoleLogin\"","value":"ConsoleLogin"},` +
		`{"field":"userIdentity.type","condition":"userIdentity.type = \"Root\"","value":"Root"},` +
		`{"field":"userIdentity.invokedBy","condition":"not userIdentity.invokedBy exists"}],` +
		`"record":{"eventName":"ConsoleLogin","userIdentity":{"type":"Root"}},"record_omitted":true}`
	a := sample()
	a.Origin.Entry, a.RecordOmitted = "a/b", true
	if diff := cmp.Diff(want, appendJSON(t, a)); diff != "" {
		t.Error(diff)
	}
}

func TestJSONLeavesOutWhatIsNotThere(t *testing.T) {
	want := `{"id":"","rule":{"id":"","title":""},"severity":"info","log":"",` +
		`"origin":{"kind":"","place":"","index":0,"offset":0}}`
	if diff := cmp.Diff(want, appendJSON(t, &alert.Alert{})); diff != "" {
		t.Error(diff)
	}
}

func TestJSONAppendsToWhatIsThere(t *testing.T) {
	got, err := sample().AppendJSON([]byte("before "))
	if err != nil {
		t.Fatal(err)
	}
	if want := "before " + appendJSON(t, sample()); string(got) != want {
		t.Errorf("got %s", got)
	}
}

func TestJSONOfASeverityThatThereIsNoneOfIsAnError(t *testing.T) {
	a := sample()
	a.Severity = 9
	b, err := a.AppendJSON([]byte("before"))
	if err == nil || !strings.Contains(err.Error(), a.ID) {
		t.Errorf("error %v, want one that names the alert", err)
	}
	if string(b) != "before" {
		t.Errorf("half an alert was appended: %s", b)
	}
}

func TestJSONHoldsAnyRecordOnOneLine(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	tests := []struct{ name, record, want string }{
		{"compact", `{"a":[1,{"b":null}]}`, `{"a":[1,{"b":null}]}`},
		{"pretty-printed", "{\n\t\"a\": [1,\r\n 2],\n \"b\" : {}\n}\n", `{"a":[1,2],"b":{}}`},
		{"with white space in strings", `{ "a b" : " \t\n c " }`, `{"a b":" \t\n c "}`},
		{"with HTML", `{"a":"<b>&'</b>"}`, `{"a":"<b>&'</b>"}`},
		{"with escapes as they are", `{"a":"\u003c\/\"\\\ud83d\ude00"}`, `{"a":"\u003c\/\"\\\ud83d\ude00"}`},
		{"with half a surrogate pair", `"\ud83d"`, `"\ud83d"`},
		{"with a backslash before the quote", `{"a\\":"b\\\\" }`, `{"a\\":"b\\\\"}`},
		{"with numbers as they are written", `[1.0, 1e400, -0, 12345678901234567890]`, `[1.0,1e400,-0,12345678901234567890]`},
		{"with duplicate keys", `{"a":1, "a":2}`, `{"a":1,"a":2}`},
		{"with bytes that are no UTF-8", "{\"a\xff\": \"\xc3(\xed\xa0\x80\"}", "{\"a\uFFFD\":\"\uFFFD(\uFFFD\uFFFD\uFFFD\"}"},
		{"with a character cut at the end of a string", "\"\xe2\x82\"", "\"\uFFFD\uFFFD\""},
		{"of U+FFFD itself", "\"\uFFFD\"", "\"\uFFFD\""},
		{"a number", ` 12 `, `12`},
		{"a string", `"s"`, `"s"`},
		{"null", `null`, `null`},
		{"no JSON", "Jul 10 \"sshd\"\\: \x1b[1m\tFailed\r\n\x00", `"Jul 10 \"sshd\"\\: \u001b[1m\tFailed\r\n\u0000"`},
		{"no JSON and no UTF-8", "\xfe\xff", `"` + "\uFFFD\uFFFD" + `"`},
		{"JSON that ends early", `{"a":[1,`, `"{\"a\":[1,"`},
		{"JSON and more", `{"a":1} {"b":2}`, `"{\"a\":1} {\"b\":2}"`},
		{"JSON that closes the alert", `1},"id":"x","a":{"b":2`, `"1},\"id\":\"x\",\"a\":{\"b\":2"`},
		{"JSON with a raw newline in a string", "{\"a\":\"b\nc\"}", `"{\"a\":\"b\nc\"}"`},
		{"white space alone", " \n", `" \n"`},
		{"nested as deep as a record may be", deep(512), deep(512)},
		{"nested deeper than that", deep(513), `"` + deep(513) + `"`},
		{"nested without end", strings.Repeat("[", 1<<16), `"` + strings.Repeat("[", 1<<16) + `"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := &alert.Alert{Record: json.RawMessage(test.record)}
			line := appendJSON(t, a)
			_, record, _ := strings.Cut(line, `,"record":`)
			if diff := cmp.Diff(test.want+"}", record); diff != "" {
				t.Error(diff)
			}
			a.Record = json.RawMessage(test.want)
			checkReadBack(t, line, a)

			held := &alert.Alert{Matched: []rule.Held{{Value: json.RawMessage(test.record)}}}
			_, value, _ := strings.Cut(appendJSON(t, held), `,"value":`)
			if diff := cmp.Diff(test.want+"}]}", value); diff != "" {
				t.Errorf("as a matched value: %s", diff)
			}
		})
	}
}

func TestJSONHoldsAnyText(t *testing.T) {
	a := sample()
	for _, s := range []*string{&a.ID, &a.Rule.ID, &a.Rule.Title, &a.Log, &a.Origin.Kind, &a.Origin.Place, &a.Origin.ID,
		&a.Origin.Entry, &a.Matched[0].Field, &a.Matched[0].Condition} {
		*s = "\"}\\ \n\r\t\b\x00\x7f\u2028é😀<&\u202e"
	}
	checkReadBack(t, appendJSON(t, a), a)

	a.ID = "\xffa\xc3"
	line := appendJSON(t, a)
	a.ID = "\uFFFDa\uFFFD"
	checkReadBack(t, line, a)
}

func TestJSONWritesTimesInUTCWithAllTheirDigits(t *testing.T) {
	east := time.FixedZone("", 23*3600+59*60)
	tests := []struct {
		name string
		time time.Time
		want string
	}{
		{"whole seconds", time.Date(2023, 1, 2, 3, 4, 5, 0, time.UTC), `"time":"2023-01-02T03:04:05Z",`},
		{"nanoseconds", time.Date(2023, 1, 2, 3, 4, 5, 6, time.UTC), `"time":"2023-01-02T03:04:05.000000006Z",`},
		{"another zone", time.Date(2023, 1, 2, 3, 4, 5, 0, east), `"time":"2023-01-01T03:05:05Z",`},
		{"no time", time.Time{}, ""},
		{"no time, in another zone", time.Time{}.In(east), ""},
		{"the first year", time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), `"time":"0000-01-01T00:00:00Z",`},
		{"before the first year", time.Date(0, 1, 1, 0, 0, 0, 0, east), ""},
		{"the last year", time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), `"time":"9999-12-31T23:59:59Z",`},
		{"after the last year", time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -1)), ""},
		{"the end of time", time.Unix(math.MaxInt64, 0), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			line := appendJSON(t, &alert.Alert{Time: test.time})
			_, got, _ := strings.Cut(line, `"log":"",`)
			if want := test.want + `"origin"`; !strings.HasPrefix(got, want) {
				t.Errorf("got %s, want %s", got, want)
			}
			checkReadBack(t, line, nil)
		})
	}
}

// checkReadBack checks that a line is one line of JSON that encoding/json reads into want, where that is not nil.
func checkReadBack(t *testing.T, line string, want *alert.Alert) {
	t.Helper()
	if strings.ContainsAny(line, "\n\r") || !utf8.ValidString(line) || !json.Valid([]byte(line)) {
		t.Fatalf("not one line of valid JSON: %.300q", line)
	}
	var got alert.Alert
	if err := json.Unmarshal([]byte(line), &got); err != nil {
		t.Fatal(err)
	}
	if want == nil {
		return
	}
	if diff := cmp.Diff(want, &got); diff != "" {
		t.Error(diff)
	}
}

func TestEncodingJSONWritesAndReadsAlerts(t *testing.T) {
	want := []alert.Alert{*sample(), {ID: "a", RecordOmitted: true}}
	for name, v := range map[string]any{"values": want, "pointers": []*alert.Alert{&want[0], &want[1]}} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var got []alert.Alert
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestEncodingJSONRefusesASeverityThatThereIsNoneOf(t *testing.T) {
	if _, err := json.Marshal(alert.Alert{Severity: 9}); err == nil {
		t.Error("no error")
	}
}

// corpus yields the records of the real CloudTrail files.
func corpus(t testing.TB) [][]byte {
	t.Helper()
	dir := os.Getenv("STREAMALERT_CORPORA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "corpora")
	}
	names, _ := filepath.Glob(filepath.Join(dir, "cloudtrail", "*.json.gz"))
	if len(names) == 0 {
		t.Skipf("no CloudTrail files in %s: set STREAMALERT_CORPORA", dir)
	}
	var all [][]byte
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		var file struct{ Records []json.RawMessage }
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, r := range file.Records {
			all = append(all, r)
		}
	}
	return all
}

func TestRealRecordsAreReadBackByteForByte(t *testing.T) {
	n := 0
	for _, record := range corpus(t) {
		line := appendJSON(t, &alert.Alert{Record: record})
		checkReadBack(t, line, nil)
		if !strings.HasSuffix(line, `,"record":`+string(record)+"}") {
			t.Fatalf("%s became %s", record, line)
		}
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, record, "\t", "  "); err != nil {
			t.Fatal(err)
		}
		if got := appendJSON(t, &alert.Alert{Record: pretty.Bytes()}); got != line {
			t.Fatalf("pretty-printed, the record becomes %s, want %s", got, line)
		}
		n++
	}
	if n < 100 {
		t.Errorf("only %d records", n)
	}
}

func FuzzAlertJSON(f *testing.F) {
	f.Add([]byte(`{"a": [1, "b\"\\", null]}`), "title", int64(0))
	f.Add([]byte("\"\xff\xed\xa0\x80\""), "\xff\"\\\n", int64(math.MaxInt64))
	f.Add([]byte("{\"\xe2\x82\\\"\" : -1.5e+7 }"), "\u2028", int64(-1<<55))
	f.Add([]byte(" "), "", int64(253402300800))
	f.Fuzz(func(t *testing.T, record []byte, text string, at int64) {
		a := &alert.Alert{
			ID: text, Rule: alert.RuleRef{ID: text, Title: text}, Log: text, Time: time.Unix(at, at),
			Origin:  alert.Origin{Origin: origin, Offset: at},
			Matched: []rule.Held{{Field: text, Condition: text, Value: record}},
			Record:  record,
		}
		line := appendJSON(t, a)
		checkReadBack(t, line, nil)
		var got alert.Alert
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		if again := appendJSON(t, &got); again != line {
			t.Fatalf("read back and written again: %q, before %q", again, line)
		}
		if diff := cmp.Diff(reference(record), string(got.Record)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// reference is what stands for a record in the JSON of an alert, made with encoding/json.
func reference(record []byte) string {
	if len(record) == 0 {
		return ""
	}
	text := string([]rune(string(record))) // with U+FFFD for each byte that is no UTF-8
	var b bytes.Buffer
	if json.Valid(record) && depth(record) <= 512 {
		if err := json.Compact(&b, []byte(text)); err != nil {
			return err.Error()
		}
		return b.String()
	}
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		return err.Error()
	}
	// encoding/json escapes the line separators, which alerts hold as they are, and two control characters more shortly.
	return strings.NewReplacer(`\\`, `\\`, `\u2028`, "\u2028", `\u2029`, "\u2029", `\b`, `\u0008`, `\f`, `\u000c`).
		Replace(strings.TrimSuffix(b.String(), "\n"))
}

// depth is how deep a JSON text is nested.
func depth(text []byte) int {
	deepest, n := 0, 0
	d := json.NewDecoder(bytes.NewReader(text))
	for {
		switch token, err := d.Token(); {
		case err != nil:
			return deepest
		case token == json.Delim('{') || token == json.Delim('['):
			n++
			deepest = max(deepest, n)
		case token == json.Delim('}') || token == json.Delim(']'):
			n--
		}
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	records := corpus(b)
	a := sample()
	var buf []byte
	bytes := 0
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		a.Record = records[i%len(records)]
		buf, _ = a.AppendJSON(buf[:0])
		bytes += len(buf)
	}
	b.SetBytes(int64(bytes / b.N))
}

// BenchmarkMarshal is the same with encoding/json and no AppendJSON, to compare.
func BenchmarkMarshal(b *testing.B) {
	records := corpus(b)
	type plain alert.Alert
	a := plain(*sample())
	bytes := 0
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		a.Record = records[i%len(records)]
		line, err := json.Marshal(&a)
		if err != nil {
			b.Fatal(err)
		}
		bytes += len(line)
	}
	b.SetBytes(int64(bytes / b.N))
}

func BenchmarkNew(b *testing.B) {
	m := newMatch(corpus(b)[0])
	b.ReportAllocs()
	for b.Loop() {
		alert.New(m, detected)
	}
}
