package ruletest_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/rule/ruletest"
)

func streamAlert() ruletest.StreamAlert {
	return ruletest.StreamAlert{
		Logs: map[string]ruletest.Log{
			"cloudtrail:events": {Name: "aws.cloudtrail", Parser: logtype.CloudTrail()},
			"host:log":          {Name: "host"},
		},
		Rules: map[string]string{"cloudtrail_root_login": "root-login"},
	}
}

func streamAlertRules() *rule.Set {
	return rule.MustCompile(
		rule.Rule{ID: "root-login", Logs: []string{"aws.cloudtrail"}, When: rule.All(
			rule.Field("eventName").Equals("ConsoleLogin"),
			rule.Field("userIdentity.type").Equals("Root"),
		)},
		rule.Rule{ID: "trail-stopped", When: rule.Field("eventName").Equals("StopLogging")},
		rule.Rule{ID: "recent-text", Logs: []string{"host"}, When: rule.Func(func(r *parse.Record) bool {
			return time.Since(time.Unix(r.Get("at").Int(), 0)) < time.Hour
		})},
	)
}

func TestStreamAlertDirPasses(t *testing.T) {
	streamAlert().Dir(t, streamAlertRules(), "testdata/streamalert/pass")
}

func TestStreamAlertDirFails(t *testing.T) {
	tests := map[string]string{
		"wrong matches are told with their reasons": "fail",
		"broken events are all told":                "broken",
	}
	for name, dir := range tests {
		t.Run(name, func(t *testing.T) {
			r := &recorder{TB: t}
			streamAlert().Dir(r, streamAlertRules(), filepath.Join("testdata/streamalert", dir))
			compareGolden(t, r, "streamalert-"+dir)
		})
	}
}

func TestStreamAlertComplete(t *testing.T) {
	r := &recorder{TB: t}
	streamAlert().Complete(r, streamAlertRules(), "testdata/streamalert/fail")
	compareGolden(t, r, "streamalert-complete")
}

// FuzzStreamAlert reads whatever stands in a file of test events, and does not panic.
func FuzzStreamAlert(f *testing.F) {
	for _, file := range []string{"pass/login.json", "pass/nested/text.json", "broken/events.json"} {
		b, err := os.ReadFile("testdata/streamalert/" + file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "events.json"), b, 0o644); err != nil {
			t.Fatal(err)
		}
		streamAlert().Dir(&recorder{TB: t}, streamAlertRules(), dir)
	})
}
