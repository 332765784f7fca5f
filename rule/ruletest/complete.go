package ruletest

import (
	"slices"
	"testing"

	"github.com/streamalert/streamalert-go/rule"
)

// Complete fails for every rule of a set without a case in which it has to match, and for every one without a case in
// which it must not: one with records of its log types that does not want it. A disabled rule needs none. It reads the cases of dirs and of the
// folders below them and runs none; that is what [Dir] is for.
func Complete(t testing.TB, set *rule.Set, dirs ...string) {
	t.Helper()
	own().complete(t, set, dirs)
}

func (f format) complete(t testing.TB, set *rule.Set, dirs []string) {
	t.Helper()
	var cases []testCase
	for _, dir := range dirs {
		got, errs := f.readTree(dir, set)
		report(t, errs)
		cases = append(cases, got...)
	}
	for r := range set.Rules() {
		if r.Disabled {
			continue
		}
		positive, negative := count(r, cases)
		if positive == 0 {
			t.Errorf("ruletest: %s: no case in which it has to match", r.ID)
		}
		if negative == 0 {
			t.Errorf("ruletest: %s: no case of its log types in which it must not match", r.ID)
		}
	}
}

// count counts the cases in which a rule has to match, and those in which it could and must not.
func count(r *rule.Rule, cases []testCase) (positive, negative int) {
	for _, c := range cases {
		switch {
		case c.parseOnly:
		case slices.Contains(c.want, r.ID):
			positive++
		case c.log == "" || len(r.Logs) == 0 || slices.Contains(r.Logs, c.log):
			negative++
		}
	}
	return positive, negative
}
