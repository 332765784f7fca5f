package alert_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// told is a rule that says everything of itself.
var told = rule.Rule{
	ID: "aws.iam.key-created", Title: "Access key created", Description: "Keys do not expire.", Severity: rule.Medium,
	Status: rule.StatusTest, Author: "Ann", Tags: []string{"aws", "iam"}, Techniques: []string{"T1098.001"},
	References: []string{"https://attack.mitre.org/techniques/T1098/001/"}, FalsePositives: []string{"new build servers"},
	Runbook: "https://wiki.example.com/keys", Staged: true,
	When:        rule.Field("eventName").Equals("CreateAccessKey"),
	AlertTitle:  "{by} made a key for {for}",
	AlertFields: map[string]string{"user": "{for}", "account": "{account}"},
	DedupBy:     []string{"by"},
}

func alertOf(t testing.TB, r rule.Rule, record string) *alert.Alert {
	t.Helper()
	for m, err := range rule.MustCompile(r).Match(parse.JSONRecord([]byte(record))) {
		if err != nil {
			t.Fatal(err)
		}
		return alert.New(m, detected)
	}
	t.Fatal("no match")
	return nil
}

func TestAlertSaysWhatItsRuleSays(t *testing.T) {
	a := alertOf(t, told, `{"eventName":"CreateAccessKey","by":"eve","for":"bob"}`)
	want := `"rule":{"id":"aws.iam.key-created","title":"Access key created","description":"Keys do not expire.","status":"test","author":"Ann",` +
		`"tags":["aws","iam"],"techniques":["T1098.001"],"references":["https://attack.mitre.org/techniques/T1098/001/"],` +
		`"false_positives":["new build servers"],"runbook":"https://wiki.example.com/keys"},` +
		`"severity":"medium","title":"eve made a key for bob","staged":true,"dedup_key":"` + a.DedupKey + `","log":"",`
	line := appendJSON(t, a)
	if !strings.Contains(line, want) || len(a.DedupKey) != 32 {
		t.Errorf("got %s", line)
	}
	if !strings.Contains(line, `"fields":{"account":"-","user":"bob"},"matched":`) {
		t.Errorf("got %s", line)
	}
	checkReadBack(t, line, a)
	// Every part of a rule but what decides stands on the alert.
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var again alert.Alert
	if err := json.Unmarshal(b, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, &again); diff != "" {
		t.Error(diff)
	}
}

func TestTextOfAnAlertThatSaysEverything(t *testing.T) {
	a := alertOf(t, told, `{"eventName":"CreateAccessKey","by":"eve\u001b[31m","for":"bob\nmallory"}`)
	got := text(t, alert.ColorNever, a)
	name := filepath.Join("testdata", "text", "told.golden")
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
	checkHarmless(t, got, 7)
}

func TestTextBoundsTheFields(t *testing.T) {
	a := sample()
	a.Fields = map[string]string{}
	for i := range 100 {
		a.Fields[fmt.Sprint("field ", i, strings.Repeat("n", 100))] = strings.Repeat("v", 1000)
	}
	if got := text(t, alert.ColorNever, a); !strings.Contains(got, "and 76 more") || len(got) > 16<<10 {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}

func TestHeadlineIsNeverEmpty(t *testing.T) {
	a := &alert.Alert{Rule: alert.RuleRef{ID: "r"}}
	if a.Headline() != "r" {
		t.Error(a.Headline())
	}
	a.Rule.Title = "rule"
	if a.Headline() != "rule" {
		t.Error(a.Headline())
	}
	if a.Title = "alert"; a.Headline() != "alert" {
		t.Error(a.Headline())
	}
}

func TestSizeCountsWhatIsMadeOfTheRecord(t *testing.T) {
	small := alertOf(t, told, `{"eventName":"CreateAccessKey","for":"b"}`)
	large := alertOf(t, told, `{"eventName":"CreateAccessKey","for":"`+strings.Repeat("b", 250)+`"}`)
	if got := large.Size() - small.Size(); got < 3*249-50 || got > 3*249+50 {
		t.Errorf("%d bytes more", got)
	}
}
