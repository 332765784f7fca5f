package rule_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
)

func TestCompileChecksConditionsOnFields(t *testing.T) {
	a := rule.Field("a")
	tests := map[string]struct {
		when rule.Condition
		want []string
	}{
		"a moment that is none":         {rule.Condition{Op: rule.OpBefore, Field: "a", Values: []any{"2023-07-10"}}, []string{`a before "2023-07-10": value of type string, want a time.Time`}},
		"a moment that is zero":         {a.After(time.Time{}), []string{`a after 0001-01-01T00:00:00Z: time is zero`}},
		"two moments":                   {rule.Condition{Op: rule.OpAfter, Field: "a", Values: []any{time.Unix(0, 0), time.Unix(1, 0)}}, []string{`a after (1970-01-01T00:00:00Z, 1970-01-01T00:00:01Z): 2 values, want 1`}},
		"a moment of none":              {rule.Condition{Op: rule.OpAfter, Field: "a"}, []string{`a after (): no values`}},
		"a length with one bound":       {rule.Condition{Op: rule.OpLength, Field: "a", Values: []any{1}}, []string{`length of a is between 1 bounds: 1 values, want 2`}},
		"a length of text":              {rule.Condition{Op: rule.OpCount, Field: "a", Values: []any{1, "2"}}, []string{`count of a is 1 to 2: value of type string, want an int`}},
		"a length of what is no scalar": {rule.Condition{Op: rule.OpCount, Field: "a", Values: []any{[]int{1}, []int{1}}}, []string{`count of a is [1] to [1]: value of type []int, want an int`}},
		"a second path that is none":    {a.EqualsField("b.#"), []string{`a equals field b.#: ` + pathError("b.#")}},
		"a second path that is empty":   {a.LessThanField(""), []string{`a < field "": ` + pathError("")}},
		"elements of nothing":           {a.AnyOf(), []string{`all of nothing: no conditions`}},
		"elements without a condition":  {rule.Condition{Op: rule.OpEach, Field: "a"}, []string{`each of a (): of 0 conditions, want 1`}},
		"elements with two":             {rule.Condition{Op: rule.OpAnyOf, Field: "a", Of: []rule.Condition{a.Exists(), a.Exists()}}, []string{`any of a (a exists, a exists): of 2 conditions, want 1`}},
		"the element outside of one":    {rule.Element().Exists(), []string{`"" exists: ` + pathError("")}},
		"paths within that are none":    {a.AnyOf(rule.Field("b..c").Exists()), []string{`b..c exists: ` + pathError("b..c")}},
		"the path of the array":         {rule.Field("a.*").Each(rule.Field("b").Exists()), []string{`each of a.* (b exists): ` + pathError("a.*")}},
		"an element's field in words":   {a.AnyOf(rule.Element().In()), []string{`element in (): no values`}},
		"a nil func on fields":          {rule.FuncOn(nil, "a"), []string{`no extension: nothing to call`}},
		"a func on a wrong field":       {rule.FuncOn(func(rule.Values) bool { return true }, "a", "*"), []string{`func(a, *): ` + pathError("*")}},
		"all values of what has one":    {rule.Condition{Op: rule.OpIn, Field: "a", Values: []any{1}, Every: true}, []string{`a = 1: Every has no meaning here`}},
		"values of what has none":       {rule.Condition{Op: rule.OpPrivate, Field: "a", Values: []any{1}}, []string{`a is private: Values has no meaning here`}},
		"another field of none":         {rule.Condition{Op: rule.OpExists, Field: "a", Other: "b"}, []string{`a exists: Other has no meaning here`}},
		"numbers ignoring case":         {rule.Condition{Op: rule.OpLessField, Field: "a", Other: "b", FoldCase: true}, []string{`a < field b ignoring case: FoldCase has no meaning here`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for i, w := range test.want {
				test.want[i] = "rule: x: " + w
			}
			if diff := cmp.Diff(test.want, problems(t, rule.Compiler{}, rule.Rule{ID: "x", When: test.when})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestCompileRefusesWhatCanNeverHold(t *testing.T) {
	a, b := rule.Field("a"), rule.Field("b")
	never := map[string]rule.Condition{
		"one and its opposite":                 rule.All(a.Equals("x"), b.Exists(), rule.Not(a.Equals("x"))),
		"within groups of the same kind":       rule.All(rule.All(a.Prefix("x"), b.Exists()), rule.Not(rule.Any(b.Equals(1), a.Prefix("x")))),
		"there and not there":                  rule.All(a.Contains("x"), a.Missing()),
		"there and not there, by another name": rule.All(b.EqualsField("a"), rule.Not(a.Exists())),
		"elements of what is missing":          rule.All(a.AnyOf(b.Exists()), a.Missing()),
		"all of it is excluded":                rule.All(a.In("x", 1.0), rule.Not(a.In("y", 1, "x"))),
		"excluded whatever the case":           rule.All(a.Equals("X"), rule.Not(a.Equals("x").Fold())),
		"a group and its opposite":             rule.All(rule.AtLeast(1, a.Exists(), b.Exists()), rule.Not(rule.AtLeast(1, a.Exists(), b.Exists()))),
		"not of what always holds":             rule.Not(rule.Any(a.Equals(1), rule.Not(a.Equals(1)))),
		"a branch":                             rule.Any(b.Exists(), rule.All(a.Exists(), a.Missing())),
		"within an element":                    a.AnyOf(rule.Element().Equals(1), rule.Not(rule.Element().Equals(1))),
		"a branch under not":                   rule.Not(rule.All(b.Exists(), rule.Any(a.Equals(1), rule.Not(a.Equals(1))))),
		"a branch of at least":                 rule.Not(rule.AtLeast(2, b.Exists(), rule.All(a.Exists(), a.Missing()))),
		"a length without lengths":             a.Length(3, 2),
		"a count below none":                   a.Count(-5, -1),
		"a length within not":                  rule.Not(a.Length(3, 2)),
	}
	for name, c := range never {
		t.Run(name, func(t *testing.T) {
			set, err := rule.Compile(rule.Rule{ID: "x", When: c})
			if !errors.Is(err, rule.ErrNever) || set != nil {
				t.Errorf("%v: %v", c, err)
			}
			x := rule.Exception{Name: "x", Reason: "r", When: c}
			if _, err := rule.Compile(rule.Rule{ID: "x", When: always, Exceptions: []rule.Exception{x}}); !errors.Is(err, rule.ErrNever) {
				t.Errorf("as an exception: %v", err)
			}
		})
	}
	may := map[string]rule.Condition{
		"two values of one field":         rule.All(a.Equals("x"), a.Equals("y")),
		"numbers of several values":       rule.All(a.LessThan(1), a.GreaterThan(2)),
		"one of the values is not there":  rule.All(a.In("x", "y"), rule.Not(a.Equals("x"))),
		"a case that is not excluded":     rule.All(a.Equals("x").Fold(), rule.Not(a.Equals("x"))),
		"a field within a missing one":    rule.All(rule.Field("a.b").Missing(), a.Exists()),
		"missing in one of several":       rule.Any(a.Exists(), a.Missing()),
		"an element without":              rule.All(a.AnyOf(b.Exists()), a.AnyOf(b.Missing())),
		"one and not the other":           rule.All(a.AnyOf(b.Equals(1)), rule.Not(b.Equals(1))),
		"what always holds, among others": rule.Not(rule.AtLeast(2, b.Exists(), rule.Any(a.Exists(), a.Missing()))),
		"length of none":                  a.Length(0, 0),
		"a length without end":            a.Length(math.MaxInt, math.MaxInt),
		"two funcs":                       rule.All(constant(true), rule.Not(constant(true))),
	}
	for name, c := range may {
		t.Run(name, func(t *testing.T) {
			if _, err := rule.Compile(rule.Rule{ID: "x", When: c}); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCompilerKnowsTheLogTypes(t *testing.T) {
	flow := &parse.LogType{Name: "net.flow", Fields: []string{"srcAddr", "dstAddr", "meta.tags", `odd\.name`}}
	door := &parse.LogType{Name: "door.log", Fields: []string{"badge", "door"}}
	open := &parse.LogType{Name: "aws.cloudtrail"}
	c := rule.Compiler{Types: []*parse.LogType{flow, door, open}}
	field := func(path string) rule.Condition { return rule.Field(path).Exists() }
	tests := map[string]struct {
		rule rule.Rule
		want []string
	}{
		"known ones":                       {rule.Rule{Logs: []string{"net.flow"}, When: rule.All(field("srcAddr"), field("meta.tags.0.name"), field("meta"), field(`odd\.name`), field("meta.3.tags"))}, nil},
		"an open type has any field":       {rule.Rule{Logs: []string{"aws.cloudtrail"}, When: field("anything")}, nil},
		"one of several types has it":      {rule.Rule{Logs: []string{"net.flow", "door.log"}, When: rule.Any(field("badge"), field("dstAddr"))}, nil},
		"one of several types is open":     {rule.Rule{Logs: []string{"net.flow", "aws.cloudtrail"}, When: field("eventName")}, nil},
		"every type, one of which is open": {rule.Rule{When: field("eventName")}, nil},
		"a func reads what it likes":       {rule.Rule{Logs: []string{"net.flow"}, When: constant(true)}, nil},
		"a log type with a typing error":   {rule.Rule{Logs: []string{"net.flwo"}, When: field("x")}, []string{`log type "net.flwo" is unknown; did you mean "net.flow"?`}},
		"a log type in capitals":           {rule.Rule{Logs: []string{"AWS.CloudTrail"}, When: field("x")}, []string{`log type "AWS.CloudTrail" is unknown; did you mean "aws.cloudtrail"?`}},
		"a log type like no other":         {rule.Rule{Logs: []string{"okta"}, When: field("x")}, []string{`log type "okta" is unknown`}},
		"a field with a typing error":      {rule.Rule{Logs: []string{"net.flow"}, When: field("srcadr")}, []string{`srcadr exists: net.flow has no field "srcadr"; did you mean "srcAddr"?`}},
		"a field like no other":            {rule.Rule{Logs: []string{"net.flow"}, When: field("eventName")}, []string{`eventName exists: net.flow has no field "eventName"`}},
		"a field of neither type":          {rule.Rule{Logs: []string{"net.flow", "door.log"}, When: field("badges")}, []string{`badges exists: net.flow, door.log has no field "badges"; did you mean "badge"?`}},
		"a dot that is part of a name":     {rule.Rule{Logs: []string{"net.flow"}, When: field(`meta\.tags`)}, []string{`meta\.tags exists: net.flow has no field "meta\\.tags"; did you mean "meta.tags"?`}},
		"within an element":                {rule.Rule{Logs: []string{"door.log"}, When: rule.Field("door").AnyOf(field("side"))}, nil},
		"elements of what is not there":    {rule.Rule{Logs: []string{"door.log"}, When: rule.Field("bagde").AnyOf(field("side"))}, []string{`any of bagde (side exists): door.log has no field "bagde"; did you mean "badge"?`, `side exists: door.log has no field "bagde.side"`}},
		"the other of two fields":          {rule.Rule{Logs: []string{"door.log"}, When: rule.Field("badge").EqualsField("bade")}, []string{`badge equals field bade: door.log has no field "bade"; did you mean "badge"?`}},
		"a field of an extension":          {rule.Rule{Logs: []string{"door.log"}, When: rule.Ext(differ{"door", "dor"})}, []string{`door differs from dor: door.log has no field "dor"; did you mean "door"?`}},
		"fields of templates and exceptions": {
			rule.Rule{
				Logs: []string{"door.log"}, When: field("door"), AlertTitle: "{badg}", AlertFields: map[string]string{"n": "{dor}"}, DedupBy: []string{"badge", "bagde"},
				Exceptions: []rule.Exception{{Name: "n", Reason: "r", When: field("badges")}},
			},
			[]string{
				`badges exists: exception "n": door.log has no field "badges"; did you mean "badge"?`,
				`alert title: door.log has no field "badg"; did you mean "badge"?`, `alert field "n": door.log has no field "dor"; did you mean "door"?`,
				`dedup: door.log has no field "bagde"; did you mean "badge"?`,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.rule.ID = "x"
			for i, w := range test.want {
				test.want[i] = "rule: x: " + w
			}
			if diff := cmp.Diff(test.want, problems(t, c, test.rule)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if got := problems(t, rule.Compiler{}, test.rule); got != nil {
				t.Errorf("without types: %v", got)
			}
		})
	}
	// A field that two rules read is checked for each of them.
	got := problems(t, c, rule.Rule{ID: "1", Logs: []string{"net.flow"}, When: field("badge")}, rule.Rule{ID: "2", Logs: []string{"door.log"}, When: field("badge")}, rule.Rule{ID: "3", Logs: []string{"net.flow"}, When: field("badge")})
	if len(got) != 2 || !strings.HasPrefix(got[1], "rule: 3:") {
		t.Errorf("got %v", got)
	}
}

// A Compiler that knows the log types finds what is misspelt before it is deployed.
func ExampleCompiler() {
	compiler := rule.Compiler{Types: []*parse.LogType{logtype.CloudTrail(), {Name: "door", Fields: []string{"badge", "openedAt"}}}}
	_, err := compiler.Compile(
		rule.Rule{ID: "a", Logs: []string{"aws.cloudtrial"}, When: rule.Field("eventName").Equals("ConsoleLogin")},
		rule.Rule{ID: "b", Logs: []string{"door"}, When: rule.Field("openedBy").Exists()},
	)
	fmt.Println(err)
	// Output:
	// rule: 2 problems:
	// 	a: log type "aws.cloudtrial" is unknown; did you mean "aws.cloudtrail"?
	// 	b: openedBy exists: door has no field "openedBy"; did you mean "openedAt"?
}
