package mainjob_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/internal/mainjob"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// generated are samples, the names of their events, and about 3,000 records.
func generated(t *testing.T) (events []string, records []json.RawMessage) {
	samples, err := mainjob.Samples("../../examples/quickstart/testdata")
	if err != nil {
		t.Fatal(err)
	}
	records, err = mainjob.Records(samples, 4<<20, 1)
	if err != nil {
		t.Fatal(err)
	}
	return mainjob.EventNames(samples), records
}

// What is measured is worth nothing if a record comes twice: decompression would be quicker than it is.
func TestNoRecordComesTwice(t *testing.T) {
	_, records := generated(t)
	seen := map[string]bool{}
	for _, r := range records {
		if !json.Valid(r) || seen[string(r)] {
			t.Fatalf("%s", r)
		}
		seen[string(r)] = true
	}
	if len(records) < 3000 {
		t.Errorf("%d records", len(records))
	}
}

func TestRulesAAreAsRealSetsAre(t *testing.T) {
	events, records := generated(t)
	const n = 3000
	rules := mainjob.RulesA(n, events, 1)
	named := 0
	tested := map[string]int{} // conditions of one value: in how many rules
	leaves := map[string]rule.Condition{}
	for _, r := range rules {
		if count := len(r.When.Of); count < 2 || count > 4 {
			t.Errorf("%d conditions: %v", count, r.When)
		}
		if slices.ContainsFunc(r.When.Of, func(c rule.Condition) bool { return c.Field == "eventName" && c.Op == rule.OpIn }) {
			named++
		}
		once := map[string]rule.Condition{}
		for _, c := range r.When.Of {
			single(c, once)
		}
		for words, c := range once {
			tested[words]++
			leaves[words] = c
		}
	}
	if share := 100 * named / n; share < 83 || share > 87 {
		t.Errorf("%d %% constrain eventName", share)
	}
	var often []rule.Rule
	for words, c := range leaves {
		if c.Field != "eventName" && tested[words] > n/10 {
			often = append(often, rule.Rule{ID: words, When: c})
		}
	}
	for words, count := range held(t, often, records) {
		if count > len(records)/20 {
			t.Errorf("%s is tested in %d of %d rules and holds for %d of %d records", words, tested[words], n, count, len(records))
		}
	}
}

// single adds conditions on one value each.
func single(c rule.Condition, into map[string]rule.Condition) {
	if c.Op == rule.OpIn {
		for _, v := range c.Values {
			one := rule.Field(c.Field).Equals(v)
			into[one.String()] = one
		}
		return
	}
	into[c.String()] = c
}

// held tells for how many records each rule holds.
func held(t *testing.T, rules []rule.Rule, records []json.RawMessage) map[string]int {
	held := map[string]int{}
	set := rule.MustCompile(rules...)
	for _, r := range records {
		for m, err := range set.Match(parse.JSONRecord(r)) {
			if err != nil {
				t.Fatal(err)
			}
			held[m.Rule.ID]++
		}
	}
	return held
}

func TestRulesBAreMixed(t *testing.T) {
	events, _ := generated(t)
	got := map[string]int{}
	all := 0
	for _, r := range mainjob.RulesB(5000, events, 1) {
		if count := len(r.When.Of); count < 2 || count > 4 {
			t.Errorf("%d conditions: %v", count, r.When)
		}
		for _, c := range r.When.Of {
			all++
			switch {
			case c.Op == rule.OpIn && len(c.Values) == 1:
				got["equality"]++
			case c.Op == rule.OpIn:
				got["lists"]++
			case c.Op == rule.OpPrefix, c.Op == rule.OpContains:
				got["prefix and contains"]++
			case c.Op == rule.OpCIDR:
				got["networks"]++
			case c.Op == rule.OpRegexp:
				got["expressions"]++
			default:
				got["existence and numbers"]++
			}
		}
	}
	want := map[string]int{"equality": 50, "lists": 20, "prefix and contains": 15, "networks": 5, "expressions": 5, "existence and numbers": 5}
	for kind, count := range got {
		if share := 100 * float64(count) / float64(all); share < float64(want[kind])-2 || share > float64(want[kind])+2 {
			t.Errorf("%s: %.1f %%, want %d", kind, share, want[kind])
		}
	}
}

// About one record in a thousand matches, and every rule is one that can.
func TestRulesMatchAboutOneRecordInAThousand(t *testing.T) {
	samples, err := mainjob.Samples("../../examples/quickstart/testdata")
	if err != nil {
		t.Fatal(err)
	}
	events := mainjob.EventNames(samples)
	records, err := mainjob.Records(samples, 12<<20, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, rules := range map[string][]rule.Rule{"A": mainjob.RulesA(1000, events, 1), "B": mainjob.RulesB(1000, events, 1)} {
		matching := 0
		set := rule.MustCompile(rules...)
		for _, r := range records {
			for range set.Match(parse.JSONRecord(r)) {
				matching++
				break
			}
		}
		t.Logf("%s: %d of %d records match", name, matching, len(records))
		if of := float64(len(records)) / 1000; float64(matching) < of/3 || float64(matching) > 3*of {
			t.Errorf("%s: %d of %d records match", name, matching, len(records))
		}
	}
}

func TestExactRulesHaveOneToThreeValues(t *testing.T) {
	events, records := generated(t)
	rules := mainjob.RulesExact(1000, events, 1)
	counts := map[int]int{}
	for _, r := range rules {
		counts[len(r.When.Of)]++
		for _, c := range r.When.Of {
			if c.Op != rule.OpIn || len(c.Values) != 1 {
				t.Errorf("%v", r.When)
			}
		}
	}
	if len(counts) != 3 || counts[1] < 200 || counts[2] < 200 || counts[3] < 200 {
		t.Errorf("values: %v", counts)
	}
	if len(held(t, rules, records)) < 10 {
		t.Error("hardly a rule holds")
	}
}

// The ten rules that a thousand are compared with read the same fields, and can match.
func TestSameFieldsReadTheSame(t *testing.T) {
	events, _ := generated(t)
	all := mainjob.RulesA(1000, events, 1)
	few := mainjob.SameFields(all, 10)
	paths := func(rules []rule.Rule) []string {
		p := rule.MustCompile(rules...).Fields().Paths()
		slices.Sort(p)
		return p
	}
	if d := cmp.Diff(paths(all), paths(few)); d != "" || len(few) != 10 {
		t.Errorf("%d rules (-all +few)\n%s", len(few), d)
	}
	for i := range few {
		if i < 9 && few[i].When.String() != all[i].When.String() || i == 9 && few[i].When.Of[0].String() != all[i].When.String() {
			t.Errorf("rule %d: %v", i, few[i].When)
		}
	}
}

func TestWriteIsTheSameForTheSameSeed(t *testing.T) {
	samples, err := mainjob.Samples("../../examples/quickstart/testdata")
	if err != nil {
		t.Fatal(err)
	}
	var docs [3]bytes.Buffer
	for i := range docs {
		if err := mainjob.Write(&docs[i], samples, 1<<20, uint64(1+i/2)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(docs[0].Bytes(), docs[1].Bytes()) || bytes.Equal(docs[0].Bytes(), docs[2].Bytes()) {
		t.Errorf("documents of %d, %d and %d bytes", docs[0].Len(), docs[1].Len(), docs[2].Len())
	}
}
