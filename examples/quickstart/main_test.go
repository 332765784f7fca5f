package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/alert"
)

func TestQuickstart(t *testing.T) {
	var out, errs bytes.Buffer
	if err := run(t.Context(), true, &out, &errs); err != nil {
		t.Fatal(err)
	}
	ids, rules := map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(out.String()) {
		var a alert.Alert
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		if ids[a.ID] || a.Origin.Kind != "s3" || !strings.HasPrefix(a.Origin.Place, "example-trail/AWSLogs/") || len(a.Matched) == 0 {
			t.Errorf("%+v", a)
		}
		ids[a.ID], rules[a.Rule.ID] = true, true
	}
	for _, want := range []string{"aws.console.login-without-mfa", "aws.cloudtrail.trail-stopped", "aws.cloudtrail.trail-deleted",
		"aws.s3.bucket-policy-opened", "aws.vpc.flow-logs-deleted", "aws.iam.access-key-for-another-user"} {
		if !rules[want] {
			t.Errorf("no alert of %s", want)
		}
	}
	m := regexp.MustCompile(`^(\d+) alerts from (\d+) records in (\d+) files\n$`).FindStringSubmatch(errs.String())
	if m == nil || m[1] != strconv.Itoa(len(ids)) {
		t.Fatal(errs.String())
	}
	if n, _ := strconv.Atoi(m[2]); n < 500 {
		t.Errorf("only %d records", n)
	}

	// For people: the same alerts, without colours since this is no terminal.
	var text bytes.Buffer
	if err := run(t.Context(), false, &text, &errs); err != nil {
		t.Fatal(err)
	}
	for id := range rules {
		if !strings.Contains(text.String(), id) {
			t.Errorf("no alert of %s in the text", id)
		}
	}
	if strings.Contains(text.String(), "\x1b") {
		t.Error("colours")
	}
}
