package rule_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// problems are what Compile says is wrong with a rule.
func problems(t *testing.T, c rule.Compiler, rules ...rule.Rule) (got []string) {
	t.Helper()
	set, err := c.Compile(rules...)
	var compile *rule.CompileError
	if err != nil && !errors.As(err, &compile) || (err == nil) != (set != nil) {
		t.Fatalf("got %v, %v", set, err)
	}
	if compile != nil {
		for _, p := range compile.Problems {
			got = append(got, p.Error())
		}
	}
	return got
}

func TestCompileChecksWhatARuleSaysOfItself(t *testing.T) {
	tests := map[string]struct {
		rule rule.Rule
		want []string
	}{
		"all in order": {rule.Rule{
			Status: rule.StatusTest, Author: "Ann", Description: "d", Tags: []string{"aws"}, Techniques: []string{"T1078", "T1078.004"},
			References: []string{"https://attack.mitre.org/techniques/T1078/", "http://x"}, FalsePositives: []string{"break glass"}, Runbook: "call Ann",
			AlertTitle: "{a} {{did}} {b.c}", AlertFields: map[string]string{"who": "{a}"}, DedupBy: []string{"a", `b\.c`},
			Exceptions: []rule.Exception{{Name: "x", Reason: "r", When: rule.Field("a").Exists()}},
		}, nil},
		"a status that there is none of": {rule.Rule{Status: "stabel"}, []string{`status "stabel": want experimental, test or stable`}},
		"techniques in wrong forms": {
			rule.Rule{Techniques: []string{"t1078", "T107", "T10789", "T1078.4", "T1078.0004", "T1078-004", "TA0001", "T１078"}},
			[]string{
				`technique "t1078": want T1234 or T1234.001`, `technique "T107": want T1234 or T1234.001`, `technique "T10789": want T1234 or T1234.001`,
				`technique "T1078.4": want T1234 or T1234.001`, `technique "T1078.0004": want T1234 or T1234.001`, `technique "T1078-004": want T1234 or T1234.001`,
				`technique "TA0001": want T1234 or T1234.001`, `technique "T１078": want T1234 or T1234.001`,
			},
		},
		"references that are no URLs": {
			rule.Rule{References: []string{"wiki", "ftp://x/y", "https://", "javascript:alert(1)", "https://%zz"}},
			[]string{
				`reference "wiki": want an http or https URL`, `reference "ftp://x/y": want an http or https URL`, `reference "https://": want an http or https URL`,
				`reference "javascript:alert(1)": want an http or https URL`, `reference "https://%zz": want an http or https URL`,
			},
		},
		"empty words in lists": {
			rule.Rule{Tags: []string{""}, Techniques: []string{""}, References: []string{""}, FalsePositives: []string{"", ""}},
			[]string{"one of the tags is empty", "one of the techniques is empty", "one of the references is empty", "one of the false positives is empty"},
		},
		"templates that cannot be read": {
			rule.Rule{AlertTitle: "{a.#} }{b..c}", AlertFields: map[string]string{"": "x", "n": "{a", "m": "{}"}, DedupBy: []string{"a.@this"}},
			[]string{
				"alert title: template \"{a.#} }{b..c}\": " + pathError("a.#") + "\ntemplate \"{a.#} }{b..c}\": } without {\ntemplate \"{a.#} }{b..c}\": " + pathError("b..c"),
				"an alert field has no name", `alert field "m": template "{}": ` + pathError(""), `alert field "n": template "{a": { without }`,
				"dedup: " + pathError("a.@this"),
			},
		},
		"exceptions that say too little": {
			rule.Rule{Exceptions: []rule.Exception{
				{When: rule.Field("a").Exists()},
				{Name: "x", Reason: "r", When: rule.Field("a").Regexp("(")},
				{Name: "x", Reason: "r"},
			}},
			[]string{
				"exception 1 has no name", `exception "1": no reason`,
				"a matches `(`: exception \"x\": error parsing regexp: missing closing ): `(`",
				`exception "x": name is there twice`, `no condition: exception "x": rule has no condition`,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.rule.ID, test.rule.When = "x", rule.Field("a").Exists()
			for i, w := range test.want {
				test.want[i] = "rule: x: " + w
			}
			if diff := cmp.Diff(test.want, problems(t, rule.Compiler{}, test.rule)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// clock is a clock that is set by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

var newYear = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)

// guarded is a rule with an exception for office until newYear.
var guarded = rule.Rule{
	ID: "guarded", When: rule.Field("a").Exists(),
	Exceptions: []rule.Exception{
		{Name: "never", Reason: "r", When: rule.Field("c").Exists()},
		{Name: "office", Reason: "they do it all day", When: rule.Field("b").Equals("office"), Expires: newYear},
	},
}

func TestExceptionTakesAMatch(t *testing.T) {
	c := &clock{at: newYear.Add(-1)}
	set, err := rule.Compiler{Now: c.now}.Compile(guarded, rule.Rule{ID: "other", When: guarded.When})
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		record string
		at     time.Time
		want   []string
		taken  string
	}{
		"none holds":            {`{"a":1,"b":"home"}`, newYear.Add(-1), []string{"guarded", "other"}, ""},
		"one holds":             {`{"a":1,"b":"office"}`, newYear.Add(-1), []string{"other"}, "office"},
		"the first counts":      {`{"a":1,"b":"office","c":1}`, newYear.Add(-1), []string{"other"}, "never"},
		"the rule did not hold": {`{"b":"office"}`, newYear.Add(-1), nil, ""},
		"it has just expired":   {`{"a":1,"b":"office"}`, newYear, []string{"guarded", "other"}, ""},
		"another has no expiry": {`{"a":1,"c":1}`, newYear.AddDate(100, 0, 0), []string{"other"}, "never"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c.set(test.at)
			if diff := cmp.Diff(test.want, matches(set, recordOf("", test.record))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			taken := ""
			for m, err := range set.MatchAll(recordOf("", test.record)) {
				if err != nil {
					t.Fatal(err)
				}
				if m.Exception != nil {
					taken += m.Exception.Name
				}
			}
			if taken != test.taken {
				t.Errorf("taken by %q, want %q", taken, test.taken)
			}
		})
	}
}

func TestExpiredExceptionIsAProblem(t *testing.T) {
	at := func(d time.Duration) rule.Compiler {
		return rule.Compiler{Now: func() time.Time { return newYear.Add(d) }}
	}
	if got := problems(t, at(-1), guarded); got != nil {
		t.Errorf("before: %v", got)
	}
	want := []string{`rule: guarded: exception "office": expired on 2030-01-01 00:00 UTC`}
	if diff := cmp.Diff(want, problems(t, at(0), guarded)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if _, err := at(0).Compile(guarded); !errors.Is(err, rule.ErrExpired) {
		t.Errorf("errors.Is does not find it in %v", err)
	}
	ok := at(0)
	ok.ExpiredOK = true
	set, err := ok.Compile(guarded)
	if err != nil {
		t.Fatal(err)
	}
	if got := matches(set, recordOf("", `{"a":1,"b":"office"}`)); len(got) != 1 {
		t.Errorf("an expired exception holds: %v", got)
	}
	old := guarded
	old.Exceptions = []rule.Exception{{Name: "x", Reason: "r", When: rule.Field("b").Exists(), Expires: time.Unix(0, 0)}}
	if _, err := rule.Compile(old); !errors.Is(err, rule.ErrExpired) {
		t.Errorf("without a clock: %v", err)
	}
}

func TestPanickingExceptionCostsTheRule(t *testing.T) {
	r := guarded
	r.Exceptions = []rule.Exception{{Name: "x", Reason: "r", When: rule.Func(func(*parse.Record) bool { panic("boom") })}}
	set := rule.MustCompile(r)
	if diff := cmp.Diff([]string{"rule: guarded: panic: boom"}, matches(set, recordOf("", `{"a":1}`))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := matches(set, recordOf("", `{}`)); got != nil {
		t.Errorf("an exception was asked of a rule that does not hold: %v", got)
	}
}

func TestDisabledRuleIsCheckedAndMatchesNothing(t *testing.T) {
	off := rule.Rule{ID: "off", Disabled: true, When: always}
	set := rule.MustCompile(off, rule.Rule{ID: "on", When: always})
	if got := matches(set, recordOf("", `{}`)); len(got) != 1 || got[0] != "on" {
		t.Errorf("got %v", got)
	}
	if set.Len() != 2 {
		t.Errorf("the set has %d rules", set.Len())
	}
	if got := matches(rule.MustCompile(off), recordOf("log", `{`)); got != nil {
		t.Errorf("nobody asks, and yet: %v", got)
	}
	off.When = rule.Condition{}
	if got := problems(t, rule.Compiler{}, off); len(got) != 1 {
		t.Errorf("not checked: %v", got)
	}
}

func TestMatchMakesTextsOfTheRecord(t *testing.T) {
	long := strings.Repeat("é", 200)
	tests := map[string]struct{ template, record, want string }{
		"text alone":                        {"title", `{}`, "title"},
		"a string":                          {"<{a}>", `{"a":"x\u0041\n"}`, "<xA\n>"},
		"a number as it is written":         {"{a}", `{"a":1.50e3}`, "1.50e3"},
		"true and null":                     {"{a}{b}", `{"a":true,"b":null}`, "truenull"},
		"an empty string":                   {"[{a}]", `{"a":""}`, "[]"},
		"nothing":                           {"{a} and {b.c}", `{"b":{}}`, "- and -"},
		"several values":                    {"{a.b}", `{"a":[{"b":1},{"b":"x"},{}]}`, "1, x"},
		"an array of values":                {"{a}", `{"a":["x",["y"],{"z":1}]}`, "x, y"},
		"an array of none":                  {"{a}", `{"a":[ ]}`, "[]"},
		"an object":                         {"{a}", `{"a":{ "b": [1, 2] }}`, `{"b":[1,2]}`},
		"many values":                       {"{a}", `{"a":[1,2,3,4,5,6,7,8,9]}`, "1, 2, 3, 4, 5, 6, 7, 8, …"},
		"as many as fit":                    {"{a}", `{"a":[1,2,3,4,5,6,7,8]}`, "1, 2, 3, 4, 5, 6, 7, 8"},
		"braces":                            {"{{{a}}} {{a}}", `{"a":1}`, "{1} {a}"},
		"what looks like a template":        {"{a}", `{"a":"{b}","b":"secret"}`, "{b}"},
		"a name with a dot":                 {`{a\.b}`, `{"a.b":1,"a":{"b":2}}`, "1"},
		"bytes that are no UTF-8":           {"{a}", "{\"a\":\"x\xff\xfey\"}", "x\ufffdy"},
		"a long value is cut":               {"{a}!", `{"a":"` + long + `"}`, long[:256] + "…!"},
		"a long text is cut":                {"{a}{a}{a}{a}{a}", `{"a":"` + long[:256] + `"}`, strings.Repeat("é", 512) + "…"},
		"a long template is cut":            {strings.Repeat("x", 2000), `{}`, strings.Repeat("x", 1024) + "…"},
		"a path that others do not pick":    {"{unseen.path}", `{"unseen":{"path":7}}`, "7"},
		"of duplicate keys the first holds": {"{a}", `{"a":1,"a":2}`, "1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			set := rule.MustCompile(rule.Rule{ID: "r", Title: "plain", When: always, AlertTitle: test.template, AlertFields: map[string]string{"f": test.template, "g": "G"}})
			for m, err := range set.Match(recordOf("", test.record)) {
				if err != nil {
					t.Fatal(err)
				}
				if got := m.Title(); got != test.want || !utf8.ValidString(got) {
					t.Errorf("title %q, want %q", got, test.want)
				}
				if diff := cmp.Diff(map[string]string{"f": test.want, "g": "G"}, m.Fields()); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
				return
			}
			t.Error("no match")
		})
	}
}

func TestTextsOfARuleWithoutTemplates(t *testing.T) {
	for m := range rule.MustCompile(rule.Rule{ID: "r", Title: "plain {a}", When: always}).Match(recordOf("", `{}`)) {
		if m.Title() != "plain {a}" || m.Fields() != nil || m.DedupKey() != "" {
			t.Errorf("got %q, %v, %q", m.Title(), m.Fields(), m.DedupKey())
		}
	}
	var zero rule.Match
	if zero.Title() != "" || zero.Fields() != nil || zero.DedupKey() != "" {
		t.Error("the zero Match has texts")
	}
}

func TestDedupKeyIsTheSameForTheSameValues(t *testing.T) {
	key := func(id, record string, by ...string) string {
		for m := range rule.MustCompile(rule.Rule{ID: id, When: always, DedupBy: by}).Match(recordOf("", record)) {
			return m.DedupKey()
		}
		t.Fatal("no match")
		return ""
	}
	first := key("r", `{"a":"x","b":1,"c":1}`, "a", "b")
	if len(first) != 32 || first != key("r", `{"c":2,"b":1,"a":"\u0078"}`, "a", "b") {
		t.Errorf("%q is not that of the same values", first)
	}
	seen := map[string]string{first: "the first"}
	for name, k := range map[string]string{
		"another rule":            key("s", `{"a":"x","b":1}`, "a", "b"),
		"another value":           key("r", `{"a":"y","b":1}`, "a", "b"),
		"another type":            key("r", `{"a":"x","b":"1"}`, "a", "b"),
		"a missing one":           key("r", `{"a":"x"}`, "a", "b"),
		"null":                    key("r", `{"a":"x","b":null}`, "a", "b"),
		"empty":                   key("r", `{"a":"x","b":""}`, "a", "b"),
		"one value more":          key("r", `{"a":"x","b":[1]}`, "a", "b"),
		"the other way round":     key("r", `{"a":1,"b":"x"}`, "a", "b"),
		"fields in another order": key("r", `{"a":"x","b":1}`, "b", "a"),
		"one field":               key("r", `{"a":"x","b":1}`, "a"),
		"all missing":             key("r", `{}`, "a", "b"),
	} {
		if other, ok := seen[k]; ok {
			t.Errorf("%s has the key of %s", name, other)
		}
		seen[k] = name
	}
}

func TestCompileCopiesMetadata(t *testing.T) {
	r := rule.Rule{
		ID: "r", When: always, Tags: []string{"t"}, AlertFields: map[string]string{"n": "x"}, DedupBy: []string{"a"},
		Exceptions: []rule.Exception{{Name: "x", Reason: "r", When: rule.Field("a").Exists()}},
	}
	set := rule.MustCompile(r)
	r.Tags[0], r.AlertFields["n"], r.DedupBy[0], r.Exceptions[0].Name = "u", "y", "b", "z"
	for m := range set.Match(recordOf("", `{}`)) {
		if m.Rule.Tags[0] != "t" || m.Rule.AlertFields["n"] != "x" || m.Rule.DedupBy[0] != "a" || m.Rule.Exceptions[0].Name != "x" {
			t.Errorf("got %+v", m.Rule)
		}
	}
}

// FuzzTemplate renders whatever is a template over whatever is a record, within the limit.
func FuzzTemplate(f *testing.F) {
	for _, s := range []string{"", "{a}", "{a.b} {{x}} {c}", "{", "}", "{}", "{a.#}", "\xff{a}"} {
		f.Add(s, []byte(`{"a":[{"b":"é\ud800"}],"c":{"d":[1]}}`))
	}
	f.Fuzz(func(t *testing.T, template string, record []byte) {
		set, err := rule.Compile(rule.Rule{ID: "r", When: always, AlertTitle: template})
		if err != nil {
			return
		}
		for m, err := range set.Match(parse.JSONRecord(record)) {
			if err != nil {
				return
			}
			// A cut byte sequence may be replaced by one U+FFFD of three bytes.
			if got := m.Title(); !utf8.ValidString(got) || len(got) > 3*rule.TextLimit+len("…") {
				t.Errorf("%d bytes: %q", len(got), got)
			}
		}
	})
}

// An exception keeps what is known to be harmless from raising alerts, until somebody has to look at it again.
func ExampleException() {
	compiler := rule.Compiler{Now: func() time.Time { return time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC) }}
	_, err := compiler.Compile(rule.Rule{
		ID:   "aws.iam.key-created",
		When: rule.Field("eventName").Equals("CreateAccessKey"),
		Exceptions: []rule.Exception{{
			Name:    "migration",
			Reason:  "the old build server needs keys until it is gone",
			When:    rule.Field("userIdentity.userName").Equals("jenkins"),
			Expires: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
		}},
	})
	fmt.Println(err)
	// Output: rule: aws.iam.key-created: exception "migration": expired on 2025-01-01 00:00 UTC
}

func ExampleMatch_Title() {
	set := rule.MustCompile(rule.Rule{
		ID:          "aws.iam.key-created",
		When:        rule.Field("eventName").Equals("CreateAccessKey"),
		AlertTitle:  "{userIdentity.userName} made an access key for {requestParameters.userName}",
		AlertFields: map[string]string{"account": "{recipientAccountId}"},
		DedupBy:     []string{"userIdentity.userName"},
	})
	line := []byte(`{"eventName":"CreateAccessKey","userIdentity":{"userName":"eve"},"requestParameters":{"userName":"bob"}}`)
	for m := range set.Match(parse.JSONRecord(line)) {
		fmt.Println(m.Title())
		fmt.Println(m.Fields())
		fmt.Println(len(m.DedupKey()))
	}
	// Output:
	// eve made an access key for bob
	// map[account:-]
	// 32
}

// MatchAll is for those who count: it also yields what an exception took.
func ExampleSet_MatchAll() {
	set := rule.MustCompile(rule.Rule{
		ID:         "aws.iam.key-created",
		When:       rule.Field("eventName").Equals("CreateAccessKey"),
		Exceptions: []rule.Exception{{Name: "terraform", Reason: "keys of machines are made by it", When: rule.Field("by").Equals("terraform")}},
	})
	line := []byte(`{"eventName":"CreateAccessKey","by":"terraform"}`)
	for m := range set.MatchAll(parse.JSONRecord(line)) {
		if m.Exception != nil {
			fmt.Println(m.Rule.ID, "excepted:", m.Exception.Reason)
		}
	}
	for m := range set.Match(parse.JSONRecord(line)) {
		fmt.Println(m.Rule.ID) // not reached
	}
	// Output: aws.iam.key-created excepted: keys of machines are made by it
}
