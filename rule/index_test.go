package rule_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/internal/mainjob"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
)

// What the index finds is what evaluating every rule finds, in the same order, over generated rules and records.
func TestIndexFindsWhatPlainEvaluationFinds(t *testing.T) {
	samples, err := mainjob.Samples("../examples/quickstart/testdata")
	if err != nil {
		t.Fatal(err)
	}
	var doc bytes.Buffer
	if err := mainjob.Write(&doc, samples, 1<<20, 7); err != nil {
		t.Fatal(err)
	}
	events := mainjob.EventNames(samples)
	for name, rules := range map[string][]rule.Rule{"A": mainjob.RulesA(3000, events, 7), "B": mainjob.RulesB(3000, events, 7)} {
		set := rule.MustCompile(rules...)
		matched := 0
		for r, err := range logtype.CloudTrail().Parse(parse.Input{Reader: bytes.NewReader(doc.Bytes()), Fields: set.Fields()}) {
			if err != nil {
				t.Fatal(err)
			}
			got := matches(set, r)
			if d := cmp.Diff(rule.PlainMatches(set, r), got); d != "" {
				t.Fatalf("%s: %s\n%s", name, r.JSON(), d)
			}
			matched += len(got)
		}
		if matched == 0 {
			t.Errorf("%s: no rule held", name)
		}
	}
}

// Texts of every length, at every place, among others that share their bytes.
func TestIndexOfTexts(t *testing.T) {
	long := "arn:aws:iam::123456789012:user/division/subdivision/ann.0001"
	var rules []rule.Rule
	for i := range len(long) {
		for _, n := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 16, 30} {
			if i+n > len(long) {
				continue
			}
			s := long[i : i+n]
			f := rule.Field("a")
			for op, c := range map[string]rule.Condition{
				"contains": f.Contains(s), "prefix": f.Prefix(s), "suffix": f.Suffix(s), "equals": f.Equals(s), "in": f.In("x", s),
				"glob": f.Glob("*" + s + "?*"), "regexp": f.Regexp(s + "$"), "fold": f.Contains(s).Fold(),
			} {
				rules = append(rules, rule.Rule{ID: op + " " + s + string(rune('A'+i)), When: c})
			}
		}
	}
	slices.SortFunc(rules, func(a, b rule.Rule) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
	set := rule.MustCompile(rules...)
	for i := range long {
		for j := i; j <= len(long); j += 1 + (j-i)/8 {
			for _, s := range []string{long[i:j], long[i:j] + "/" + long[i:j], "x" + long[i:j]} {
				r := recordOf("", `{"a":["`+s+`"]}`)
				if d := cmp.Diff(rule.PlainMatches(set, r), matches(set, r)); d != "" {
					t.Fatalf("%q: %s", s, d)
				}
			}
		}
	}
}
