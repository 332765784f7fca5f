package ruletest

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// Dir runs the cases of a folder against a set, each as a subtest where t is a [*testing.T]. What fails is told with
// the file, the case, and for each rule that is missing or too much, which of its conditions held for what. Folders
// within dir are not looked into.
func Dir(t testing.TB, set *rule.Set, dir string) {
	t.Helper()
	cases, errs := readDir(dir, set)
	for _, err := range errs {
		t.Errorf("ruletest: %v", err)
	}
	for _, c := range cases {
		run := func(t testing.TB) {
			t.Helper()
			if failure := c.run(set); failure != "" {
				t.Errorf("%s: %s", c.file, failure)
			}
		}
		if t, ok := t.(*testing.T); ok {
			t.Run(c.name, func(t *testing.T) { run(t) })
			continue
		}
		run(t)
	}
}

// run tells what is wrong; nothing where all is as wanted.
func (c *testCase) run(set *rule.Set) string {
	got := map[string][]rule.Held{}
	var failed []error
	for i := range c.records {
		for m, err := range set.Match(c.record(i)) {
			if err != nil {
				failed = append(failed, err)
				continue
			}
			if _, ok := got[m.Rule.ID]; !ok {
				got[m.Rule.ID] = m.Held()
			}
		}
	}
	want := map[string]bool{}
	for _, id := range c.want {
		want[id] = true
	}
	var b strings.Builder
	for _, err := range failed {
		b.WriteString("\n" + errorText(err))
	}
	for r := range set.Rules() {
		held, matched := got[r.ID]
		switch {
		case want[r.ID] && !matched:
			b.WriteString("\n" + c.missing(r))
		case !want[r.ID] && matched:
			b.WriteString("\n" + unexpected(r, held))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return fmt.Sprintf("%s:\n    want: %s\n    got:  %s%s", c.name, idList(slices.Sorted(maps.Keys(want))), idList(slices.Sorted(maps.Keys(got))), b.String())
}

// record is a new record each time, so that nothing that one rule does to it is seen by another.
func (c *testCase) record(i int) *parse.Record {
	r := parse.JSONRecord(c.records[i])
	if c.log != "" {
		r.Type = &parse.LogType{Name: c.log}
	}
	return r
}

func idList(ids []string) string {
	if len(ids) == 0 {
		return "nothing"
	}
	return strings.Join(ids, ", ")
}

func errorText(err error) string {
	var e *rule.Error
	if errors.As(err, &e) && len(e.Stack) > 0 {
		return fmt.Sprintf("%v\n%s", err, bytes.TrimSpace(e.Stack))
	}
	return err.Error()
}

func unexpected(r *rule.Rule, held []rule.Held) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s matched, and should not:", r.ID)
	for _, h := range held {
		b.WriteString("\n    " + h.Condition)
		if h.Value != nil {
			fmt.Fprintf(&b, ": held for %s", h.Value)
		}
	}
	return b.String()
}
