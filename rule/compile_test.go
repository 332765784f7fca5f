package rule_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

func TestCompileReportsEveryProblem(t *testing.T) {
	a := rule.Field("a")
	ok := a.Exists()
	deep := ok
	for range 1000 {
		deep = rule.Not(deep)
	}
	var nilFunc func(*parse.Record) bool
	tests := map[string]struct {
		rules []rule.Rule
		want  []string
	}{
		"an empty ID is named by its index": {
			[]rule.Rule{{ID: "x", When: ok}, {When: ok}}, []string{"rule: rule at index 1: ID is empty"},
		},
		"an ID that is there twice": {
			[]rule.Rule{{ID: "x", When: ok}, {ID: "y", When: ok}, {ID: "x", When: ok}}, []string{"rule: x: ID is also that of the rule at index 0"},
		},
		"an unknown severity":      {[]rule.Rule{{ID: "x", When: ok, Severity: 5}}, []string{"rule: x: severity 5 is unknown"}},
		"a log type without name":  {[]rule.Rule{{ID: "x", When: ok, Logs: []string{"a", ""}}}, []string{"rule: x: log type has no name"}},
		"the zero condition":       conditions(rule.Condition{}, "no condition: rule has no condition"),
		"a zero condition within":  conditions(rule.All(ok, rule.Condition{}), "no condition: rule has no condition"),
		"an unknown operator":      conditions(rule.Condition{Op: 99}, "unknown operator 99: operator is unknown"),
		"all of nothing":           conditions(rule.All(), "all of nothing: no conditions"),
		"any of nothing":           conditions(rule.Not(rule.Any()), "any of nothing: no conditions"),
		"not of nothing":           conditions(rule.Condition{Op: rule.OpNot}, "not of 0 conditions: not of 0 conditions, want 1"),
		"not of two":               conditions(rule.Condition{Op: rule.OpNot, Of: []rule.Condition{ok, ok}}, "not of 2 conditions: not of 2 conditions, want 1"),
		"at least of nothing":      conditions(rule.AtLeast(0), "at least 0 of (): no conditions"),
		"at least none":            conditions(rule.AtLeast(0, ok), "at least 0 of (a exists): at least 0 of 1 conditions"),
		"at least fewer than none": conditions(rule.AtLeast(-1, ok), "at least -1 of (a exists): at least -1 of 1 conditions"),
		"at least too many":        conditions(rule.AtLeast(2, ok), "at least 2 of (a exists): at least 2 of 1 conditions"),
		"no values":                conditions(rule.Any(a.In(), a.Contains(), a.CIDR()), "a in (): no values", "a contains any of (): no values", "a in (): no values"),
		"a slice as a value":       conditions(a.In([]string{"x"}), "a = [x]: value of type []string: want a string, a number, a bool or nil"),
		"bytes as a value":         conditions(a.Equals([]byte("x")), "a = [120]: value of type []uint8: want a string, a number, a bool or nil"),
		"a number that is none":    conditions(a.In(math.NaN(), math.Inf(1), json.Number("1x")), "a in (NaN, +Inf, 1x): NaN is not a number that a record can hold", "a in (NaN, +Inf, 1x): +Inf is not a number that a record can hold", `a in (NaN, +Inf, 1x): "1x" is not a number`),
		"a comparison with text":   conditions(a.LessThan("1"), `a < "1": value of type string, want a number`),
		"a comparison with null":   conditions(a.AtLeast(nil), `a >= null: value of type <nil>, want a number`),
		"a comparison with two":    conditions(rule.Condition{Op: rule.OpAtMost, Field: "a", Values: []any{1, 2}}, "a <= (1, 2): 2 values, want 1"),
		"text that is none":        conditions(rule.Condition{Op: rule.OpPrefix, Field: "a", Values: []any{1}}, "a starts with 1: value of type int, want a string"),
		"text that is empty": conditions(rule.All(a.Contains("x", ""), a.Prefix(""), a.Suffix(""), a.Glob(""), a.Regexp(""), a.CIDR("")),
			`a contains any of ("x", ""): empty text`, `a starts with "": empty text`, `a ends with "": empty text`, `a like "": empty text`, "a matches ``: empty text", "a in : empty text"),
		"a path that is empty": conditions(rule.Field("").Exists(), `"" exists: `+pathError("")),
		"paths that are none": conditions(rule.All(rule.Field("a..b").Equals(1), rule.Field("a.#").Exists()),
			`a..b = 1: `+pathError("a..b"), `a.# exists: `+pathError("a.#")),
		"a path that is wrong twice": conditions(rule.All(rule.Field("*").Exists(), rule.Field("*").Exists()),
			`* exists: `+pathError("*"), `* exists: `+pathError("*")),
		"an expression that is none":      conditions(a.Regexp("x", "("), "a matches any of (`x`, `(`): error parsing regexp: missing closing ): `(`"),
		"an expression that closes (?i)":  conditions(a.Regexp("a)(b").Fold(), "a matches `a)(b` ignoring case: error parsing regexp: unexpected ): `a)(b`"),
		"an expression that explodes":     conditions(a.Regexp("((a{100}){100}){100}"), "a matches `((a{100}){100}){100}`: error parsing regexp: invalid repeat count: `{100}`"),
		"networks that are none":          conditions(a.CIDR("10.0.0.0/33", "x"), `a in (10.0.0.0/33, x): netip.ParsePrefix("10.0.0.0/33"): prefix length out of range`, `a in (10.0.0.0/33, x): netip.ParsePrefix("x"): no '/'`),
		"no extension":                    conditions(rule.Ext(nil), "no extension: nothing to call"),
		"no func":                         conditions(rule.Func(nilFunc), "no extension: nothing to call"),
		"an extension of bad paths":       conditions(rule.Ext(differ{"a", "b|c"}), `a differs from b|c: `+pathError("b|c")),
		"an extension that panics":        conditions(rule.Ext((*broken)(nil)), "extension of type *rule_test.broken: panic: runtime error: invalid memory address or nil pointer dereference"),
		"parts without a meaning":         conditions(rule.Condition{Op: rule.OpAll, Of: []rule.Condition{ok}, Field: "a"}, "a exists: Field has no meaning here"),
		"values without a meaning":        conditions(rule.Condition{Op: rule.OpExists, Field: "a", Values: []any{1}}, "a exists: Values has no meaning here"),
		"folding without a meaning":       conditions(rule.Condition{Op: rule.OpExists, Field: "a", FoldCase: true}, "a exists ignoring case: FoldCase has no meaning here"),
		"conditions without a meaning":    conditions(rule.Condition{Op: rule.OpExists, Field: "a", Of: []rule.Condition{ok}}, "a exists: Of has no meaning here"),
		"a count without a meaning":       conditions(rule.Condition{Op: rule.OpAny, N: 1, Of: []rule.Condition{ok}}, "a exists: N has no meaning here"),
		"an extension without a meaning":  conditions(rule.Condition{Op: rule.OpExists, Field: "a", Ext: differ{}}, "a exists: Ext has no meaning here"),
		"conditions that are nested deep": {[]rule.Rule{{ID: "x", When: deep}}, []string{"rule: x: conditions are nested more than 1000 deep"}},
		"all at once": {
			[]rule.Rule{{When: rule.All(a.In(), rule.Field("b").Regexp("("))}, {ID: "x"}, {ID: "x", When: ok}},
			[]string{"rule: rule at index 0: ID is empty", "rule: rule at index 0: a in (): no values", "rule: rule at index 0: b matches `(`: error parsing regexp: missing closing ): `(`",
				"rule: x: no condition: rule has no condition", "rule: x: ID is also that of the rule at index 1"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			set, err := rule.Compile(test.rules...)
			var compile *rule.CompileError
			if !errors.As(err, &compile) || set != nil {
				t.Fatalf("got %v, %v", set, err)
			}
			var got []string
			for _, e := range compile.Unwrap() {
				var p rule.Problem
				if !errors.As(e, &p) || !errors.Is(err, p.Err) {
					t.Errorf("%v is no Problem, or not found by errors.Is", e)
				}
				got = append(got, e.Error())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func conditions(c rule.Condition, want ...string) struct {
	rules []rule.Rule
	want  []string
} {
	for i, w := range want {
		want[i] = "rule: x: " + w
	}
	return struct {
		rules []rule.Rule
		want  []string
	}{[]rule.Rule{{ID: "x", When: c}}, want}
}

// pathError is what package parse says of a path.
func pathError(path string) string {
	_, err := parse.CompileFields(path)
	return err.Error()
}

type broken struct{ name string }

func (b *broken) Fields() []string                     { return nil }
func (b *broken) Test(*parse.Record, rule.Values) bool { return true }
func (b *broken) String() string                       { return b.name }

func TestCompileErrorListsItsProblems(t *testing.T) {
	_, err := rule.Compile(rule.Rule{When: rule.All()}, rule.Rule{ID: "x", When: rule.Field("a").In()})
	want := "rule: 3 problems:\n\trule at index 0: ID is empty\n\trule at index 0: all of nothing: no conditions\n\tx: a in (): no values"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	_, err = rule.Compile(rule.Rule{ID: "x", When: rule.Field("a").In()})
	if want = "rule: x: a in (): no values"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestMustCompilePanicsWithTheError(t *testing.T) {
	defer func() {
		var compile *rule.CompileError
		if err, _ := recover().(error); !errors.As(err, &compile) {
			t.Errorf("panicked with %v", err)
		}
	}()
	rule.MustCompile(rule.Rule{})
}

func TestCompileTakesTheDeepestNesting(t *testing.T) {
	c := rule.Field("a").Exists()
	for range 999 {
		c = rule.Not(c)
	}
	if holds(t, c, `{"a":1}`) || !holds(t, c, `{}`) {
		t.Error("999 times not is not not")
	}
}

func TestCompileRefusesNestingWithoutEnd(t *testing.T) {
	of := make([]rule.Condition, 1)
	of[0] = rule.Condition{Op: rule.OpAll, Of: of}
	_, err := rule.Compile(rule.Rule{ID: "x", When: of[0].Fold()})
	if err == nil || !strings.Contains(err.Error(), "nested") {
		t.Errorf("got %v", err)
	}
}

func TestCompileCopies(t *testing.T) {
	values := []any{"x"}
	of := []rule.Condition{rule.Field("a").In(values...), rule.Field("b").Exists()}
	r := rule.Rule{ID: "r", Logs: []string{"log"}, When: rule.All(of...)}
	set := rule.MustCompile(r)
	values[0], of[1], r.Logs[0] = "y", rule.Condition{}, "other"

	record := parse.JSONRecord([]byte(`{"a":"x","b":1}`))
	record.Type = &parse.LogType{Name: "log"}
	for m, err := range set.Match(record) {
		if err != nil || m.Rule.Logs[0] != "log" || m.Rule.When.String() != `a = "x" and b exists` {
			t.Errorf("got %v, %v", m.Rule, err)
		}
		return
	}
	t.Error("no match")
}
