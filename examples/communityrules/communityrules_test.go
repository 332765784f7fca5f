package communityrules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/streamalert/streamalert-go/examples/communityrules"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/rule/ruletest"
)

// indicators are those of the cases, and those of StreamAlert's test events.
var indicators = communityrules.Indicators{
	Addresses: []string{"203.0.113.0/24", "1.1.1.2", "222.173.190.239"},
	Domains:   []string{"evil.example", "evil.com."},
	Hosts:     []string{"decoy-1", "sample_demisto"},
}

func allRules() []rule.Rule { return append(communityrules.Rules(), indicators.Rules()...) }

func TestCases(t *testing.T) {
	set := rule.MustCompile(allRules()...)
	for r := range set.Rules() {
		t.Run(r.ID, func(t *testing.T) { ruletest.Dir(t, set, filepath.Join("testdata", r.ID)) })
	}
	ruletest.Complete(t, set, "testdata")
}

func TestEveryFolderOfCasesHasItsRule(t *testing.T) {
	ids := map[string]bool{}
	for _, r := range allRules() {
		ids[r.ID] = true
	}
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !ids[e.Name()] {
			t.Errorf("testdata/%s: no rule has this ID", e.Name())
		}
	}
}

func TestEveryRuleSaysWhatItIs(t *testing.T) {
	for _, r := range allRules() {
		missing := map[string]bool{
			"title":           r.Title == "",
			"description":     r.Description == "",
			"severity":        r.Severity == rule.Info,
			"status":          r.Status == "",
			"tags":            len(r.Tags) == 0,
			"references":      len(r.References) == 0,
			"false positives": len(r.FalsePositives) == 0,
			"logs":            len(r.Logs) == 0,
		}
		for what, is := range missing {
			if is {
				t.Errorf("%s: no %s", r.ID, what)
			}
		}
	}
}

func TestEveryStreamAlertNameStandsForARule(t *testing.T) {
	ids := map[string]bool{}
	for _, r := range allRules() {
		ids[r.ID] = true
	}
	for name, id := range communityrules.StreamAlert() {
		if !ids[id] {
			t.Errorf("%s: no rule %s", name, id)
		}
	}
}

// FuzzRules matches whatever comes as a record: no rule fails on it.
func FuzzRules(f *testing.F) {
	for _, policy := range []string{
		`{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Condition": {"IpAddress": {"aws:SourceIp": ["0.0.0.0/0"]}}}]}`,
		`{"Statement": {"Effect": "Allow", "NotPrincipal": "x", "Condition": {"StringEquals": {"aws:SourceArn": null}}}}`,
		`"{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\""`,
		`[null, 7, "*"]`,
	} {
		f.Add([]byte(`{"eventName": "PutKeyPolicy", "requestParameters": {"policy": ` + policy + `}}`))
	}
	f.Add([]byte(`{"action": "bypass_create", "description": "{\"valid_secs\": null, \"remaining_uses\": [{}]}"}`))
	set := rule.MustCompile(allRules()...)
	f.Fuzz(func(t *testing.T, b []byte) {
		for m, err := range set.Match(parse.JSONRecord(b)) {
			if err != nil && m.Rule != nil {
				t.Errorf("%s: %v", m.Rule.ID, err)
			}
			if err == nil {
				m.Held()
				m.Title()
			}
		}
	})
}

func ExampleRules() {
	set, err := rule.Compile(communityrules.Rules()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	line := []byte(`{"action": "user.promote", "actor": "alice", "user": "mallory"}`)
	for m, err := range set.Match(parse.JSONRecord(line)) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(m.Rule.ID, m.Rule.Severity, m.Rule.Techniques)
		fmt.Println(m.Title())
	}
	// Output:
	// github.site-admin-promoted high [T1098]
	// GitHub: alice made mallory a site administrator
}

func ExampleIndicators_Rules() {
	known := communityrules.Indicators{Domains: []string{"evil.example"}}
	set := rule.MustCompile(known.Rules()...)
	line := []byte(`{"dns": {"question": {"name": "c2.Evil.example."}}, "client_ip": "10.0.0.7"}`)
	for m := range set.Match(parse.JSONRecord(line)) {
		fmt.Println(m.Title())
	}
	// Output: 10.0.0.7 looks up c2.Evil.example., which is known to be bad
}
