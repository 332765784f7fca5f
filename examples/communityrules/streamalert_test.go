package communityrules_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/examples/communityrules"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/rule/ruletest"
)

// logs are StreamAlert's names of logs and what they are here. Those that the library has no log type for are JSON.
var logs = map[string]ruletest.Log{
	"aliyun:actiontrail":                  {Name: "aliyun.actiontrail"},
	"binaryalert":                         {Name: "binaryalert.match"},
	"box:admin_events":                    {Parser: logtype.Box()},
	"carbonblack:ingress.event.procstart": {Name: "carbonblack.process"},
	"cloudtrail:events":                   {Parser: logtype.CloudTrail()},
	"cloudtrail:insight":                  {Parser: logtype.CloudTrail()},
	"cloudwatch:cloudtrail":               {Parser: logtype.CloudWatchLogs()},
	"cloudwatch:events":                   {Parser: logtype.EventBridge()},
	"duo:administrator":                   {Parser: logtype.DuoAdministrator()},
	"duo:authentication":                  {Parser: logtype.DuoAuthentication()},
	"ghce:cloud":                          {Parser: logtype.GitHub()},
	"ghe:general":                         {Parser: inMessage{of: logtype.GitHub()}},
	"gsuite:reports":                      {Parser: logtype.GoogleWorkspace()},
	"okta:logevents":                      {Parser: logtype.Okta()},
	"onelogin:events":                     {Parser: logtype.OneLogin()},
	"osquery:differential":                {Parser: logtype.OsqueryDifferential()},
	"osquery:snapshot":                    {Parser: logtype.OsquerySnapshot()},
	"packetbeat:dns":                      {Name: "packetbeat.dns"},
	"packetbeat:flow":                     {Name: "packetbeat.flow"},
	"slack:access":                        {Name: "slack.access"},
	"trendmicro:malwareevent":             {Name: "trendmicro.deepsecurity"},
}

// inMessage parses what Logstash makes of the syslog of GitHub Enterprise Server: objects whose message has an entry behind
// the syslog header.
type inMessage struct{ of parse.Parser }

func (p inMessage) Parse(in parse.Input) iter.Seq2[*parse.Record, error] {
	var entries bytes.Buffer
	for r, err := range (parse.JSONFormat{}).Parse(in) {
		if err != nil {
			return func(yield func(*parse.Record, error) bool) { yield(nil, err) }
		}
		_, entry, _ := strings.Cut(r.Get("message").String(), ": {")
		entries.WriteString("{" + entry + "\n")
	}
	in.Reader = &entries
	return p.of.Parse(in)
}

// TestStreamAlertEvents runs the test events of StreamAlert's community rules: each has to raise what it raises there, and
// nothing else.
func TestStreamAlertEvents(t *testing.T) {
	names := communityrules.StreamAlert()
	raised := map[string]bool{}
	dir := t.TempDir()
	for file, events := range testEvents(t) {
		var known []testEvent
		for _, e := range events {
			if name, ok := unknown(e, names); ok {
				t.Logf("left out: %s: %s: there is no rule for %s here", file, e.Description, name)
				continue
			}
			known = append(known, e)
			for _, name := range e.TriggerRules {
				raised[names[name]] = true
			}
		}
		write(t, filepath.Join(dir, file), known)
	}
	set := rule.MustCompile(allRules()...)
	ruletest.StreamAlert{Logs: logs, Rules: names}.Dir(t, set, dir)
	if len(raised) < 25 {
		t.Errorf("%d rules have an event that raises them, want 25 at least", len(raised))
	}
}

// testEvent is a test event as StreamAlert has it.
type testEvent struct {
	Data         json.RawMessage `json:"data"`
	Description  string          `json:"description"`
	Log          string          `json:"log"`
	Service      string          `json:"service"`
	Source       string          `json:"source"`
	TriggerRules []string        `json:"trigger_rules"`
	ClassifyOnly bool            `json:"classify_only,omitempty"`
}

// unknown is a rule that an event raises and that there is not here.
func unknown(e testEvent, names map[string]string) (string, bool) {
	for _, name := range e.TriggerRules {
		if names[name] == "" {
			return name, true
		}
	}
	return "", false
}

// corpora is the folder of the real logs and events. It stands beside the checkout.
func corpora() string {
	if dir := os.Getenv("STREAMALERT_CORPORA"); dir != "" {
		return dir
	}
	return "../../../shared/corpora"
}

// testEvents are the test events by file. The corpora have them as they were sent: that is undone.
func testEvents(t *testing.T) map[string][]testEvent {
	b, err := os.ReadFile(filepath.Join(corpora(), "streamalert", "events.jsonl"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("left out: no test events in %s (STREAMALERT_CORPORA)", corpora())
	}
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]testEvent{}
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(nil, len(b)+1)
	for lines.Scan() {
		var e struct {
			testEvent
			File     string `json:"file"`
			DataKind string `json:"data_kind"`
			S3Object string `json:"s3_object"` // a JSON string
			Sent     struct {
				Kinesis struct{ Data []byte }
				Sns     struct{ Message string }
				Logs    []string
			} `json:"lambda_record"`
		}
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		payload := string(e.Sent.Kinesis.Data) + e.Sent.Sns.Message + strings.Join(e.Sent.Logs, "")
		if e.S3Object != "" {
			if err := json.Unmarshal([]byte(e.S3Object), &payload); err != nil {
				t.Fatal(err)
			}
		}
		if e.Data = json.RawMessage(payload); e.DataKind == "str" {
			if e.Data, err = json.Marshal(payload); err != nil {
				t.Fatal(err)
			}
		}
		files[e.File] = append(files[e.File], e.testEvent)
	}
	return files
}

func write(t *testing.T, file string, events []testEvent) {
	t.Helper()
	if len(events) == 0 {
		return
	}
	b, err := json.MarshalIndent(events, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
}
