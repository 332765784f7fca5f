package ruletest

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// Dir runs the cases of a folder against a set, each as a subtest where t is a [*testing.T]. What fails is told with
// the file, the case, and for each rule that is missing or too much, which of its conditions held for what. Folders
// within dir are not looked into.
func Dir(t testing.TB, set *rule.Set, dir string) {
	t.Helper()
	cases, errs := own().readDir(dir, set)
	report(t, errs)
	runAll(t, set, cases)
}

func report(t testing.TB, errs []error) {
	t.Helper()
	for _, err := range errs {
		t.Errorf("ruletest: %v", err)
	}
}

func runAll(t testing.TB, set *rule.Set, cases []testCase) {
	t.Helper()
	for _, c := range cases {
		if t, ok := t.(*testing.T); ok {
			t.Run(c.name, func(t *testing.T) { c.test(t, set) })
			continue
		}
		c.test(t, set)
	}
}

// test runs a case, at its time where it has one.
func (c *testCase) test(t testing.TB, set *rule.Set) {
	t.Helper()
	failure := ""
	if c.now.IsZero() {
		failure = c.run(set)
	} else if inBubble, ok := t.(*testing.T); ok {
		synctest.Test(inBubble, func(*testing.T) {
			time.Sleep(time.Until(c.now))
			failure = c.run(set)
		})
	} else {
		failure = c.name + ": now: only a *testing.T has a clock that can be set"
	}
	if failure != "" {
		t.Errorf("%s: %s", c.file, failure)
	}
}

// run tells what is wrong; nothing where all is as wanted.
func (c *testCase) run(set *rule.Set) string {
	if c.parseOnly {
		return ""
	}
	got := c.match(set)
	want := map[string]bool{}
	for _, id := range c.want {
		want[id] = true
	}
	var b strings.Builder
	for _, err := range got.failed {
		b.WriteString("\n" + errorText(err))
	}
	for r := range set.Rules() {
		held, matched := got.held[r.ID]
		switch {
		case want[r.ID] && !matched && !r.Disabled:
			b.WriteString("\n" + c.missing(set, r.ID))
		case !want[r.ID] && matched:
			b.WriteString("\n" + unexpected(r, held))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	head := c.name + ":"
	if c.description != "" {
		head += "\n    " + c.description
	}
	return fmt.Sprintf("%s\n    want: %s\n    got:  %s%s", head,
		idList(slices.Sorted(maps.Keys(want))), idList(slices.Sorted(maps.Keys(got.held))), b.String())
}

// matches are what a set finds in the records of a case.
type matches struct {
	held   map[string][]rule.Held // by the rules' IDs
	failed []error
}

func (c *testCase) match(set *rule.Set) matches {
	found := matches{held: map[string][]rule.Held{}}
	for i := range c.records {
		for m, err := range set.Match(c.record(i)) {
			switch {
			case err != nil:
				found.failed = append(found.failed, err)
			case found.held[m.Rule.ID] == nil:
				found.held[m.Rule.ID] = m.Held()
			}
		}
	}
	return found
}

// record is a new record each time, so that nothing that one rule does to it is seen by another.
func (c *testCase) record(i int) *parse.Record {
	r := c.records[i].Clone()
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
