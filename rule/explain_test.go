package rule_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

func explain(t testing.TB, r rule.Rule, log, record string) *rule.Explanation {
	t.Helper()
	set, err := rule.Compile(r)
	if err != nil {
		t.Fatal(err)
	}
	x, err := set.Explain(recordOf(log, record), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := len(matches(set, recordOf(log, record))) == 1 && x.Err == ""
	if x.Matched != want {
		t.Errorf("Explain says %v, Match %v: %s", x.Matched, want, x)
	}
	return x
}

func TestExplain(t *testing.T) {
	a, b := rule.Field("a"), rule.Field("b")
	office := []rule.Exception{{Name: "office", Reason: "they do it all day", When: b.Equals("office")}}
	tests := map[string]struct {
		rule        rule.Rule
		log, record string
		want        []string
	}{
		"a rule that matches": {
			rule.Rule{When: rule.All(a.Equals("x"), b.Missing())}, "", `{"a":"x"}`,
			[]string{"r matches", `  yes  a: want "x", got "x"`, `  yes  b: want not exists, got nothing`},
		},
		"a rule that does not": {
			rule.Rule{When: rule.All(a.Equals("x"), b.In(1, 2))}, "", `{"a":["y",null,{ "z": 1 }],"b":2}`,
			[]string{"r does not match", `  no   a: want "x", got ["y",null,{"z":1}], "y", null, {"z":1}`, `  yes  b: want in (1, 2), got 2`},
		},
		"many values": {
			rule.Rule{When: a.Prefix("x")}, "", `{"a":[0,1,2,3,4,5,6]}`,
			[]string{"r does not match", `  no   a: want starts with "x", got [0,1,2,3,4,5,6], 0, 1, 2, 3 and 3 more`},
		},
		"groups within": {
			rule.Rule{When: rule.Any(rule.All(a.Exists(), rule.Not(rule.Any(b.LessThan(1), constant(true)))), rule.AtLeast(1, a.Null(), b.Null()))}, "", `{"a":1}`,
			[]string{
				"r does not match", "  no   any of", "      no   all of", "          yes  a: want exists, got 1", "          no   not", "              yes  any of",
				"                  no   b: want < 1, got nothing", "                  yes  func", "      no   at least 1 of", "          no   a: want null, got 1", "          no   b: want null, got nothing",
			},
		},
		"two fields":        {rule.Rule{When: a.EqualsField("b")}, "", `{"a":1,"b":[2,3]}`, []string{"r does not match", `  no   a: want equals field b, got 1, and [2,3], 2, 3`}},
		"an extension":      {rule.Rule{When: rule.Not(rule.Ext(differ{"a", "b"}))}, "", `{"a":1,"b":2}`, []string{"r does not match", `  no   not a differs from b: got 1, 2`}},
		"a length":          {rule.Rule{When: a.Length(1, 2)}, "", `{"a":"xyz"}`, []string{"r does not match", `  no   a: want length of a is 1 to 2, got "xyz"`}},
		"another log type":  {rule.Rule{Logs: []string{"x", "y"}, When: a.Exists()}, "z", `{"a":1}`, []string{"r does not match", `  no   log: want x or y, got z`, `  yes  a: want exists, got 1`}},
		"no log type":       {rule.Rule{Logs: []string{"x"}, When: a.Exists()}, "", `{"a":1}`, []string{"r matches", `  yes  a: want exists, got 1`}},
		"disabled":          {rule.Rule{Disabled: true, When: a.Exists()}, "", `{"a":1}`, []string{"r does not match", `  no   the rule is disabled`, `  yes  a: want exists, got 1`}},
		"staged":            {rule.Rule{Staged: true, When: a.Exists()}, "", `{"a":1}`, []string{"r matches (staged)", `  yes  a: want exists, got 1`}},
		"an exception":      {rule.Rule{When: a.Exists(), Exceptions: office}, "", `{"a":1,"b":"office"}`, []string{"r does not match", `  no   exception "office" holds: they do it all day`, `      yes  b: want "office", got "office"`, `  yes  a: want exists, got 1`}},
		"an exception away": {rule.Rule{When: a.Exists(), Exceptions: office}, "", `{"a":1}`, []string{"r matches", `  yes  exception "office" does not hold`, `      no   b: want "office", got nothing`, `  yes  a: want exists, got 1`}},
		"elements": {
			rule.Rule{When: a.AnyOf(rule.Field("n").Equals("x"), rule.Element().Count(2, 2))}, "", `{"a":[{"n":"x"},{"n":"y","m":1}]}`,
			[]string{
				"r does not match", `  no   any of a (n = "x" and count of element is 2), 2 elements`,
				`      no   element 0: {"n":"x"}`, `          no   all of`, `              yes  n: want "x", got "x"`, `              no   element: want count of element is 2, got {"n":"x"}`,
				`      no   element 1: {"n":"y","m":1}`, `          no   all of`, `              no   n: want "x", got "y"`, `              yes  element: want count of element is 2, got {"n":"y","m":1}`,
			},
		},
		"a panic": {
			rule.Rule{When: rule.All(a.Exists(), rule.Func(func(*parse.Record) bool { panic("boom") }))}, "", `{"a":1}`,
			[]string{"r does not match", "  no   rule: r: panic: boom", "  yes  a: want exists, got 1", "  no   func: panic: boom"},
		},
		"a panic that does not matter": {
			rule.Rule{When: rule.Any(a.Exists(), rule.Func(func(*parse.Record) bool { panic("boom") }))}, "", `{"a":1}`,
			[]string{"r matches", "  yes  any of", "      yes  a: want exists, got 1", "      no   func: panic: boom"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.rule.ID = "r"
			x := explain(t, test.rule, test.log, test.record)
			if diff := cmp.Diff(strings.Join(test.want, "\n"), x.String()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			b, err := json.Marshal(x)
			if err != nil || !json.Valid(b) {
				t.Errorf("%s, %v", b, err)
			}
		})
	}
}

func TestExplainTellsAnExpiredException(t *testing.T) {
	set, err := rule.Compiler{ExpiredOK: true}.Compile(rule.Rule{ID: "r", When: always, Exceptions: []rule.Exception{{Name: "x", Reason: "y", When: always, Expires: newYear.AddDate(-20, 0, 0)}}})
	if err != nil {
		t.Fatal(err)
	}
	x, err := set.Explain(recordOf("", `{}`), "r")
	if err != nil || !x.Matched || !x.Exceptions[0].Expired || !strings.Contains(x.String(), `exception "x" has expired`) {
		t.Errorf("%v, %v", x, err)
	}
}

func TestExplainOfWhatIsNotThere(t *testing.T) {
	set := rule.MustCompile(rule.Rule{ID: "r", When: always})
	var none *rule.Set
	for _, s := range []*rule.Set{set, none, {}} {
		if x, err := s.Explain(recordOf("", `{}`), "s"); x != nil || err == nil || !strings.Contains(err.Error(), `"s"`) {
			t.Errorf("got %v, %v", x, err)
		}
	}
	var e *rule.Error
	if x, err := set.Explain(recordOf("", `{`), "r"); x != nil || !errors.As(err, &e) {
		t.Errorf("got %v, %v", x, err)
	}
}

func TestExplanationNamesWhatFailed(t *testing.T) {
	a, b, c := rule.Field("a").Equals(1), rule.Field("b").Equals(1), rule.Field("c").Equals(1)
	tests := map[string]struct {
		when   rule.Condition
		record string
		want   string
	}{
		"of all, each that failed":      {rule.All(a, b, c), `{"a":1}`, "b = 1; c = 1"},
		"of any, each":                  {rule.Any(a, rule.All(b, c)), `{"b":1}`, "a = 1; c = 1"},
		"of at least, each that failed": {rule.AtLeast(2, a, b, c), `{"b":1}`, "a = 1; c = 1"},
		"of not, what held":             {rule.Not(rule.Any(a, b)), `{"b":1}`, "b = 1"},
		"of not all, what held":         {rule.All(a, rule.Not(rule.All(b, c))), `{"a":1,"b":1,"c":1}`, "b = 1; c = 1"},
		"nothing where it held":         {rule.Any(a, b), `{"a":1}`, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range explain(t, rule.Rule{ID: "r", When: test.when}, "", test.record).Failed() {
				got = append(got, p.Condition)
			}
			if s := strings.Join(got, "; "); s != test.want {
				t.Errorf("got %s", s)
			}
		})
	}
}

// Explain says what was wanted and what was there.
func ExampleSet_Explain() {
	set := rule.MustCompile(rootLogin)
	x, err := set.Explain(parse.JSONRecord([]byte(`{"eventName":"AssumeRole","userIdentity":{"type":"Root"}}`)), rootLogin.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(x)
	for _, p := range x.Failed() {
		fmt.Println("failed:", p.Field)
	}
	// Output:
	// aws.console.root-login does not match
	//   no   eventName: want "ConsoleLogin", got "AssumeRole"
	//   yes  userIdentity.type: want "Root", got "Root"
	//   yes  userIdentity.invokedBy: want not exists, got nothing
	// failed: eventName
}
