package rule_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

func held(t testing.TB, c rule.Condition, record string) []rule.Held {
	t.Helper()
	set, err := rule.Compile(rule.Rule{ID: "r", When: c})
	if err != nil {
		t.Fatal(err)
	}
	for m, err := range set.Match(parse.JSONRecord([]byte(record))) {
		if err != nil {
			t.Fatal(err)
		}
		return m.Held()
	}
	return nil
}

func TestHeld(t *testing.T) {
	a, b, c := rule.Field("a"), rule.Field("b"), rule.Field("c")
	yes := rule.Func(func(*parse.Record) bool { return true })
	boom := rule.Func(func(*parse.Record) bool { panic("boom") })
	v := func(field, condition, value string) rule.Held {
		return rule.Held{Field: field, Condition: condition, Value: json.RawMessage(value)}
	}
	no := func(field, condition string) rule.Held { return rule.Held{Field: field, Condition: condition} }
	tests := map[string]struct {
		when   rule.Condition
		record string
		want   []rule.Held
	}{
		"nothing where nothing matched": {a.Equals(1), `{"a":2}`, nil},
		"a string is encoded":           {a.Prefix("x"), `{"a":"x\u003c\"\n\ud83d\ude00"}`, []rule.Held{v("a", `a starts with "x"`, `"x<\"\n😀"`)}},
		"bad bytes are replaced":        {a.Suffix("x"), "{\"a\":\"\xff\xfex\"}", []rule.Held{v("a", `a ends with "x"`, `"\ufffd\ufffdx"`)}},
		"a number is as written":        {a.GreaterThan(1), `{"a":1.50e3}`, []rule.Held{v("a", `a > 1`, `1.50e3`)}},
		"the value that held":           {a.CIDR("10.0.0.0/8"), `{"a":["1.1.1.1","10.0.0.1","10.0.0.2"]}`, []rule.Held{v("a", `a in 10.0.0.0/8`, `"10.0.0.1"`)}},
		"null":                          {a.Exists(), `{"a":null}`, []rule.Held{v("a", `a exists`, `null`)}},
		"an array":                      {a.Exists(), "{\"a\":[ 1,\n\"\xff\" ]}", []rule.Held{v("a", `a exists`, `[1,"`+"\ufffd"+`"]`)}},
		"all, in the order of the rule": {
			rule.All(yes, b.Equals("y"), a.Equals(true)), `{"a":true,"b":"y"}`,
			[]rule.Held{no("", "func"), v("b", `b = "y"`, `"y"`), v("a", "a = true", "true")},
		},
		"any tells all that held": {rule.Any(a.Equals(1), b.Equals(1), c.Equals(1)), `{"a":1,"b":2,"c":1}`, []rule.Held{v("a", "a = 1", "1"), v("c", "c = 1", "1")}},
		"at least tells all that held": {
			rule.AtLeast(2, a.Exists(), b.Exists(), c.Exists()), `{"a":1,"b":2,"c":3}`,
			[]rule.Held{v("a", "a exists", "1"), v("b", "b exists", "2"), v("c", "c exists", "3")},
		},
		"a branch that failed leaves nothing": {
			rule.Any(rule.All(a.Equals(1), b.Equals(1)), c.Equals(1)), `{"a":1,"c":1}`, []rule.Held{v("c", "c = 1", "1")},
		},
		"not tells what did not hold":        {rule.Not(a.Equals("x")), `{"a":"y"}`, []rule.Held{no("a", `not a = "x"`)}},
		"not not is the condition":           {rule.Not(rule.Not(a.Equals(1))), `{"a":1}`, []rule.Held{v("a", "a = 1", "1")}},
		"not any is not each":                {rule.Not(rule.Any(a.Equals(1), constant(false), b.Exists())), `{"a":2}`, []rule.Held{no("a", "not a = 1"), no("", "not func"), no("b", "not b exists")}},
		"not all is what failed":             {rule.Not(rule.All(a.Equals(1), b.Equals(1))), `{"a":1}`, []rule.Held{no("b", "not b = 1")}},
		"not at least is what failed":        {rule.Not(rule.AtLeast(2, a.Exists(), b.Exists(), c.Exists())), `{"b":1}`, []rule.Held{no("a", "not a exists"), no("c", "not c exists")}},
		"not over a not":                     {rule.Not(rule.All(rule.Not(a.Exists()), b.Exists())), `{"a":7,"b":1}`, []rule.Held{v("a", "a exists", "7")}},
		"an extension":                       {rule.Ext(differ{"a", "b"}), `{"a":1,"b":2}`, []rule.Held{no("", "a differs from b")}},
		"a func that was not asked, panics":  {rule.Any(boom, a.Exists()), `{"a":1}`, []rule.Held{v("a", "a exists", "1")}},
		"a func under not, and it panics":    {rule.Not(rule.All(boom, a.Exists())), `{}`, []rule.Held{no("a", "not a exists")}},
		"an array of more than a KiB is cut": {a.Exists(), `{"a":["` + strings.Repeat("x", 1023) + `"]}`, []rule.Held{v("a", "a exists", `"[\"`+strings.Repeat("x", 1022)+`…"`)}},
		"a KiB is whole":                     {a.Exists(), `{"a":"` + strings.Repeat("x", 1024) + `"}`, []rule.Held{v("a", "a exists", `"`+strings.Repeat("x", 1024)+`"`)}},
		"more than a KiB is cut":             {a.Exists(), `{"a":"` + strings.Repeat("x", 1025) + `"}`, []rule.Held{v("a", "a exists", `"`+strings.Repeat("x", 1024)+`…"`)}},
		"a cut is between characters":        {a.Exists(), `{"a":"` + strings.Repeat("x", 1022) + `😀yz"}`, []rule.Held{v("a", "a exists", `"`+strings.Repeat("x", 1022)+`…"`)}},
		"a cut among bytes that are none":    {a.Exists(), `{"a":"` + strings.Repeat("\x80", 1025) + `"}`, []rule.Held{v("a", "a exists", `"`+strings.Repeat(`\ufffd`, 1020)+`…"`)}},
		"a long number is cut":               {a.Exists(), `{"a":` + strings.Repeat("1", 1025) + `}`, []rule.Held{v("a", "a exists", `"`+strings.Repeat("1", 1024)+`…"`)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := held(t, test.when, test.record)
			if diff := cmp.Diff(test.want, got, cmp.Comparer(sameJSON)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			for _, h := range got {
				if h.Value != nil && (!json.Valid(h.Value) || !utf8.Valid(h.Value)) {
					t.Errorf("%q is no JSON", h.Value)
				}
			}
		})
	}
}

func constant(v bool) rule.Condition { return rule.Func(func(*parse.Record) bool { return v }) }

func sameJSON(a, b json.RawMessage) bool {
	if (a == nil || b == nil) || string(a) == string(b) {
		return len(a) == len(b)
	}
	var as, bs string
	return json.Unmarshal(a, &as) == nil && json.Unmarshal(b, &bs) == nil && as == bs
}

func TestHeldOwnsItsBytes(t *testing.T) {
	record := []byte(`{"a":"value","b":[1]}`)
	set := rule.MustCompile(rule.Rule{ID: "r", When: rule.All(rule.Field("a").Exists(), rule.Field("b").Exists())})
	for m := range set.Match(parse.JSONRecord(record)) {
		got := m.Held()
		for i := range record {
			record[i] = 'x'
		}
		if string(got[0].Value) != `"value"` || string(got[1].Value) != `[1]` {
			t.Errorf("got %s", got)
		}
		return
	}
}

func TestHeldIsOfItsOwnMatch(t *testing.T) {
	set := rule.MustCompile(
		rule.Rule{ID: "a", When: rule.Field("a").Exists()},
		rule.Rule{ID: "b", When: rule.Field("b").Exists()},
	)
	want := map[string]string{"a": "a exists", "b": "b exists"}
	for m := range set.Match(parse.JSONRecord([]byte(`{"a":1,"b":1}`))) {
		if got := m.Held(); len(got) != 1 || got[0].Condition != want[m.Rule.ID] {
			t.Errorf("%s: %v", m.Rule.ID, got)
		}
	}
}
