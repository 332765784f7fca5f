package alert_test

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

var (
	detected = time.Date(2023, 7, 10, 11, 51, 2, 118_204_000, time.UTC)
	origin   = parse.Origin{Kind: "s3", Place: "logs/AWSLogs/1.json.gz", ID: "v1"}
)

// sample is an alert with every field set.
func sample() *alert.Alert {
	return &alert.Alert{
		ID:       alert.ID("aws.console.root-login", origin, 18342),
		Rule:     alert.RuleRef{ID: "aws.console.root-login", Title: "Root account signed in to the console"},
		Severity: rule.High,
		Log:      "aws.cloudtrail",
		Time:     time.Date(2023, 7, 10, 11, 42, 36, 0, time.UTC),
		Detected: detected,
		Origin:   alert.Origin{Origin: origin, Index: 12, Offset: 18342},
		Matched: []rule.Held{
			{Field: "eventName", Condition: `eventName = "ConsoleLogin"`, Value: json.RawMessage(`"ConsoleLogin"`)},
			{Field: "userIdentity.type", Condition: `userIdentity.type = "Root"`, Value: json.RawMessage(`"Root"`)},
			{Field: "userIdentity.invokedBy", Condition: "not userIdentity.invokedBy exists"},
		},
		Record: json.RawMessage(`{"eventName":"ConsoleLogin","userIdentity":{"type":"Root"}}`),
	}
}

// IDs change only in a major version: whoever receives alerts tells doubles apart by them.
func TestIDsStay(t *testing.T) {
	archive := parse.Origin{Kind: "s3", Place: "logs/all.zip", ID: "etag", Entry: "a/b.json"}
	tests := []struct {
		name   string
		rule   string
		origin parse.Origin
		offset int64
		want   string
	}{
		{"of an object's record", "aws.console.root-login", origin, 18342, "4943483655bb75a4b53ef344e9395acb"},
		{"of an archive member's record", "aws.console.root-login", archive, 0, "8bada2ef777e7d93a1321c30bc44643d"},
		{"of a stream's record", "r", parse.Origin{Kind: "kinesis", Place: "logs/shard-0", ID: "495-0"}, 1 << 40, "d46aa15ea21bee9941b8ce359797b4c7"},
		{"of nothing at all", "", parse.Origin{}, 0, "0c44116d4a102082f9aebfd0be53b8e0"},
		{"of an offset that cannot be", "", parse.Origin{}, -1, "954268c6a11fd661cabd77dfe689f9a8"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := alert.ID(test.rule, test.origin, test.offset); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestIDsDifferWhereAnyPartDiffers(t *testing.T) {
	type place struct {
		rule   string
		origin parse.Origin
		offset int64
	}
	places := []place{
		{"r", parse.Origin{Kind: "s3", Place: "b/k", ID: "v", Entry: "e"}, 1},
		{"r", parse.Origin{Kind: "s3", Place: "b/k", ID: "v", Entry: "e"}, 2},
		{"r", parse.Origin{Kind: "s3", Place: "b/k", ID: "v", Entry: "e2"}, 1},
		{"r", parse.Origin{Kind: "s3", Place: "b/k", ID: "v2", Entry: "e"}, 1},
		{"r", parse.Origin{Kind: "s3", Place: "b/k2", ID: "v", Entry: "e"}, 1},
		{"r", parse.Origin{Kind: "s32", Place: "b/k", ID: "v", Entry: "e"}, 1},
		{"r2", parse.Origin{Kind: "s3", Place: "b/k", ID: "v", Entry: "e"}, 1},
		// Where the same bytes are cut differently.
		{"rs", parse.Origin{Kind: "3", Place: "b/k", ID: "v", Entry: "e"}, 1},
		{"r", parse.Origin{Kind: "s3b", Place: "/k", ID: "v", Entry: "e"}, 1},
		{"r", parse.Origin{Kind: "s3", Place: "b/kv", Entry: "e"}, 1},
		{"r", parse.Origin{Kind: "s3", Place: "b/k", ID: "ve"}, 1},
		{"r", parse.Origin{Kind: "s3", Place: "b/k", Entry: "ve"}, 1},
		{"r\x00s3", parse.Origin{Place: "b/k", ID: "v", Entry: "e"}, 1},
	}
	seen := make(map[string]place)
	for _, p := range places {
		id := alert.ID(p.rule, p.origin, p.offset)
		if other, ok := seen[id]; ok {
			t.Errorf("%+v and %+v have one ID", p, other)
		}
		seen[id] = p
	}
}

func newMatch(record []byte) rule.Match {
	r := parse.JSONRecord(record)
	r.Origin, r.Index, r.Offset = origin, 12, 18342
	r.Type = &parse.LogType{Name: "aws.cloudtrail", Time: "eventTime"}
	return rule.Match{
		Rule:   &rule.Rule{ID: "aws.console.root-login", Title: "Root signed in", Severity: rule.High},
		Record: r,
	}
}

func TestNewSaysWhatMatchedWhereAndWhen(t *testing.T) {
	record := []byte(`{"eventTime":"2023-07-10T13:42:36+02:00"}`)
	m := newMatch(record)
	got := alert.New(m, detected.In(time.FixedZone("", 3600)))
	want := &alert.Alert{
		ID:       alert.ID("aws.console.root-login", origin, 18342),
		Rule:     alert.RuleRef{ID: "aws.console.root-login", Title: "Root signed in"},
		Severity: rule.High,
		Log:      "aws.cloudtrail",
		Time:     time.Date(2023, 7, 10, 11, 42, 36, 0, time.UTC),
		Detected: detected,
		Origin:   alert.Origin{Origin: origin, Index: 12, Offset: 18342},
		Matched:  m.Held(),
		Record:   json.RawMessage(`{"eventTime":"2023-07-10T13:42:36+02:00"}`),
	}
	clear(record) // the alert owns its bytes
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.Time.Location() != time.UTC || got.Detected.Location() != time.UTC {
		t.Errorf("times are not in UTC: %v, %v", got.Time, got.Detected)
	}
}

func TestNewLeavesOutATimeThatTheRecordDoesNotTell(t *testing.T) {
	for _, record := range []string{`{}`, `{"eventTime":"yesterday"}`, `{"eventTime":null}`} {
		if got := alert.New(newMatch([]byte(record)), detected); !got.Time.IsZero() {
			t.Errorf("%s: time %v", record, got.Time)
		}
	}
}

func TestNewRaisesTheSameAlertAgain(t *testing.T) {
	first := alert.New(newMatch([]byte(`{}`)), detected)
	again := alert.New(newMatch([]byte(`{}`)), detected.Add(time.Hour))
	if first.ID != again.ID {
		t.Errorf("redelivered, the alert has ID %s, before %s", again.ID, first.ID)
	}
}

func TestAlertOfARealClockIsReadBackEqual(t *testing.T) {
	a := alert.New(newMatch([]byte(`{}`)), time.Now())
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var got alert.Alert
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if a.Detected != got.Detected { // with ==, which a monotonic reading fails
		t.Errorf("detected %#v, want %#v", got.Detected, a.Detected)
	}
}

func TestSizeGrowsWithWhatTheAlertHolds(t *testing.T) {
	a := sample()
	was := a.Size()
	if was < len(a.Record)+len(a.Matched[0].Value) || was > 4096 {
		t.Errorf("a small alert has size %d", was)
	}
	for name, grow := range map[string]func(){
		"record":    func() { a.Record = make([]byte, len(a.Record)+1000) },
		"value":     func() { a.Matched[0].Value = make([]byte, 1000) },
		"condition": func() { a.Matched[1].Condition = strings.Repeat("c", 1000) },
		"title":     func() { a.Rule.Title = strings.Repeat("t", 1000) },
		"place":     func() { a.Origin.Place = strings.Repeat("p", 1100) },
	} {
		grow()
		if got := a.Size(); got < was+900 || got > was+1100 {
			t.Errorf("with 1000 bytes more of %s: size %d, before %d", name, got, was)
		}
		was = a.Size()
	}
}

func TestSizeIsAboutTheMemoryTaken(t *testing.T) {
	const n = 1000
	record := []byte(`{"a":"` + strings.Repeat("x", 1000) + `"}`)
	alerts := make([]*alert.Alert, n)
	before := heap()
	for i := range alerts {
		alerts[i] = alert.New(newMatch(record), detected)
	}
	taken := float64(heap()-before) / n
	if size := float64(alerts[0].Size()); size < taken*0.75 || size > taken*1.5 {
		t.Errorf("size %v, while the heap grew by %v for each", size, taken)
	}
	runtime.KeepAlive(alerts)
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
