package rule_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

var always = rule.Not(rule.Field("no such field").Exists())

// matches are the IDs of the rules that match, and the errors, in the order in which they come.
func matches(set *rule.Set, r *parse.Record) []string {
	var got []string
	for m, err := range set.Match(r) {
		switch {
		case err != nil:
			got = append(got, err.Error())
		default:
			got = append(got, m.Rule.ID)
		}
	}
	return got
}

func recordOf(log, json string) *parse.Record {
	r := parse.JSONRecord([]byte(json))
	if log != "" {
		r.Type = &parse.LogType{Name: log}
	}
	return r
}

func TestMatchAsksTheRulesForTheLogType(t *testing.T) {
	set := rule.MustCompile(
		rule.Rule{ID: "trail", Logs: []string{"aws.cloudtrail"}, When: always},
		rule.Rule{ID: "every", When: always},
		rule.Rule{ID: "both", Logs: []string{"syslog", "aws.cloudtrail"}, When: always},
		rule.Rule{ID: "none", When: rule.Not(always)},
	)
	tests := map[string][]string{
		"aws.cloudtrail": {"trail", "every", "both"},
		"syslog":         {"every", "both"},
		"aws":            {"every"},
		"AWS.CloudTrail": {"every"},
		"":               {"trail", "every", "both"},
	}
	for log, want := range tests {
		if diff := cmp.Diff(want, matches(set, recordOf(log, `{}`))); diff != "" {
			t.Errorf("%q: -want +got:\n%s", log, diff)
		}
	}
}

func TestMatchMayBeLeftAndTakenUpAgain(t *testing.T) {
	set := rule.MustCompile(rule.Rule{ID: "a", When: always}, rule.Rule{ID: "b", When: always})
	r := recordOf("", `{}`)
	for range 3 {
		for m := range set.Match(r) {
			if m.Rule.ID != "a" {
				t.Fatalf("first is %s", m.Rule.ID)
			}
			break
		}
		if got := matches(set, r); len(got) != 2 {
			t.Fatalf("got %v", got)
		}
	}
	seq := set.Match(r)
	for range 2 {
		n := 0
		for range seq {
			n++
		}
		if n != 2 {
			t.Errorf("the same sequence yields %d", n)
		}
	}
}

func TestMatchWithinMatch(t *testing.T) {
	set := rule.MustCompile(
		rule.Rule{ID: "a", When: rule.Field("a").Equals(1)},
		rule.Rule{ID: "b", When: rule.Field("b").Equals(2)},
		rule.Rule{ID: "c", When: rule.Field("b").Equals(4)},
	)
	var got []string
	for outer := range set.Match(recordOf("", `{"a":1,"b":2}`)) {
		got = append(got, outer.Rule.ID)
		got = append(got, matches(set, recordOf("", `{"a":3,"b":4}`))...)
	}
	if diff := cmp.Diff([]string{"a", "c", "b", "c"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPanickingRuleCostsThatRule(t *testing.T) {
	cause := errors.New("cause")
	set := rule.MustCompile(
		rule.Rule{ID: "a", When: always},
		rule.Rule{ID: "text", When: rule.Func(func(*parse.Record) bool { panic("at the disco") })},
		rule.Rule{ID: "error", When: rule.Not(rule.Func(func(*parse.Record) bool { panic(cause) }))},
		rule.Rule{ID: "index", When: rule.Func(func(r *parse.Record) bool { return r.Get("x").Bytes()[7] == 'x' })},
		rule.Rule{ID: "nil", When: rule.Func(func(*parse.Record) bool { panic(nil) })},
		rule.Rule{ID: "fields", When: rule.Ext(outOfRange{})},
		rule.Rule{ID: "z", When: always},
	)
	want := []string{
		"a",
		"rule: text: panic: at the disco",
		"rule: error: panic: cause",
		"rule: index: panic: runtime error: index out of range [7] with length 0",
		"rule: nil: panic: " + new(runtime.PanicNilError).Error(),
		"rule: fields: panic: runtime error: index out of range [1] with length 1",
		"z",
	}
	r := recordOf("", `{}`)
	if diff := cmp.Diff(want, matches(set, r)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for m, err := range set.Match(r) {
		var e *rule.Error
		if err == nil {
			continue
		}
		if !errors.As(err, &e) || e.Rule != m.Rule.ID || m.Record != r || m.Held() != nil {
			t.Errorf("%v: got %+v", err, m)
		}
		if !strings.Contains(string(e.Stack), "set_test.go") {
			t.Errorf("%v: stack does not name the file of the rule:\n%s", err, e.Stack)
		}
		if (e.Rule == "error") != errors.Is(err, cause) {
			t.Errorf("%v: errors.Is is wrong", err)
		}
	}
}

type outOfRange struct{}

func (outOfRange) Fields() []string                         { return []string{"a"} }
func (outOfRange) Test(_ *parse.Record, v rule.Values) bool { return v.Get(1).Exists() }
func (outOfRange) String() string                           { return "out of range" }

func TestPanicOfTheLoopIsTheCallers(t *testing.T) {
	set := rule.MustCompile(rule.Rule{ID: "a", When: always}, rule.Rule{ID: "b", When: always})
	r := recordOf("", `{}`)
	func() {
		defer func() {
			if v := recover(); v != "mine" {
				t.Errorf("recovered %v", v)
			}
		}()
		for range set.Match(r) {
			panic("mine")
		}
	}()
	if got := matches(set, r); len(got) != 2 {
		t.Errorf("afterwards: %v", got)
	}
}

func TestGoexitOfARuleEndsTheGoroutine(t *testing.T) {
	set := rule.MustCompile(rule.Rule{ID: "a", When: rule.Func(func(*parse.Record) bool { runtime.Goexit(); return true })})
	ended := make(chan bool)
	go func() {
		defer close(ended)
		for range set.Match(recordOf("", `{}`)) {
			t.Error("yielded")
		}
		t.Error("went on")
	}()
	<-ended
}

func TestRecordThatIsNoJSON(t *testing.T) {
	called := 0
	set := rule.MustCompile(
		rule.Rule{ID: "a", When: rule.Field("a").Exists()},
		rule.Rule{ID: "b", When: rule.Func(func(*parse.Record) bool { called++; return true })},
	)
	for _, text := range []string{``, `{`, `{"a":1`, `{"a":1]`, `{"a" 1}`, `nonsense`, "\x00\xff"} {
		n := 0
		for m, err := range set.Match(recordOf("", text)) {
			n++
			var e *rule.Error
			if !errors.As(err, &e) || e.Rule != "" || m.Rule != nil || m.Record == nil || !strings.HasPrefix(err.Error(), "rule: record cannot be evaluated: ") {
				t.Errorf("%q: got %+v, %v", text, m, err)
			}
			if m.Held() != nil {
				t.Errorf("%q: something held", text)
			}
		}
		if n != 1 {
			t.Errorf("%q: yielded %d times", text, n)
		}
	}
	if called != 0 {
		t.Errorf("Func was called %d times", called)
	}
	if got := matches(set, recordOf("", `{"a":1}`)); len(got) != 2 {
		t.Errorf("afterwards: %v", got)
	}
}

func TestEmptySets(t *testing.T) {
	var none *rule.Set
	var live rule.Live
	for name, set := range map[string]*rule.Set{
		"nil": none, "nil's current": none.Current(), "zero": {}, "of no rules": rule.MustCompile(), "zero Live": live.Current(),
	} {
		if got := matches(set, recordOf("", `{`)); got != nil {
			t.Errorf("%s: matches %v", name, got)
		}
		if set.Len() != 0 || set.Fields().Len() != 0 || len(slices.Collect(set.Rules())) != 0 {
			t.Errorf("%s: is not empty", name)
		}
	}
	live.Store(nil)
	if live.Current() == nil {
		t.Error("Live has nil")
	}
	if (rule.Match{}).Held() != nil {
		t.Error("zero Match held something")
	}
}

func TestSetTellsItsRulesAndFields(t *testing.T) {
	set := rule.MustCompile(
		rule.Rule{ID: "a", When: rule.All(rule.Field("x.y").Exists(), rule.Not(rule.Field("z").Equals(1)))},
		rule.Rule{ID: "b", When: rule.Any(rule.Ext(differ{"z", "w"}), rule.Field("x.y").Equals(2), rule.Func(func(r *parse.Record) bool { return r.Get("unseen").Exists() }))},
	)
	if diff := cmp.Diff([]string{"x.y", "z", "w"}, set.Fields().Paths()); diff != "" {
		t.Errorf("fields: -want +got:\n%s", diff)
	}
	var ids []string
	for r := range set.Rules() {
		ids = append(ids, r.ID)
	}
	if diff := cmp.Diff([]string{"a", "b"}, ids); diff != "" || set.Len() != 2 {
		t.Errorf("rules: -want +got:\n%s", diff)
	}
	if set.Current() != set {
		t.Error("a set's current set is another")
	}
	for r := range set.Rules() {
		if r.ID != "a" {
			t.Error("went on")
		}
		break
	}
}

// A Func is asked last, and not at all where what stands beside it decides.
func TestFuncComesLast(t *testing.T) {
	calls := 0
	f := rule.Func(func(*parse.Record) bool { calls++; return true })
	a, b := rule.Field("a").Equals(1), rule.Field("b").Equals(1)
	tests := map[string]struct {
		when   rule.Condition
		record string
		want   bool
		calls  int
	}{
		"all, decided by the other":       {rule.All(f, a), `{}`, false, 0},
		"all, not decided":                {rule.All(f, a), `{"a":1}`, true, 1},
		"any, decided by the other":       {rule.Any(f, a), `{"a":1}`, true, 0},
		"any, not decided":                {rule.Any(f, a), `{}`, true, 1},
		"at least, decided by the others": {rule.AtLeast(2, f, a, b), `{"a":1,"b":1}`, true, 0},
		"at least, out of reach":          {rule.AtLeast(3, f, a, b), `{"a":1}`, false, 0},
		"at least, not decided":           {rule.AtLeast(2, f, a, b), `{"b":1}`, true, 1},
		"deep within":                     {rule.All(rule.Not(rule.Any(f, b)), a), `{}`, false, 0},
		"deep within, not decided":        {rule.All(rule.Not(rule.Any(f, b)), a), `{"a":1}`, false, 1},
		"an extension that asks for the record": {
			rule.Any(rule.Ext(counted{&calls}), a), `{"a":1}`, true, 0,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			calls = 0
			if got := holds(t, test.when, test.record); got != test.want {
				t.Errorf("holds: %v", got)
			}
			if calls != test.calls {
				t.Errorf("called %d times, want %d", calls, test.calls)
			}
		})
	}
}

type counted struct{ calls *int }

func (counted) Fields() []string                       { return nil }
func (c counted) Test(*parse.Record, rule.Values) bool { *c.calls++; return true }
func (counted) String() string                         { return "counted" }

func TestSetIsSafeForConcurrentUse(t *testing.T) {
	set := rule.MustCompile(
		rule.Rule{ID: "n", When: rule.All(rule.Field("n").AtLeast(0), rule.Field("s").Glob("v*").Fold())},
		rule.Rule{ID: "even", When: rule.All(rule.Func(func(r *parse.Record) bool { return r.Get("n").Int()%2 == 0 }), rule.Field("s").Regexp(`\d$`))},
		rule.Rule{ID: "bad", When: rule.Func(func(r *parse.Record) bool { panic(r.Get("s").String()) })},
	)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				n := g*1000 + i
				r := recordOf("", fmt.Sprintf(`{"n":%d,"s":"V%d"}`, n, n))
				want := []string{"n"}
				if n%2 == 0 {
					want = append(want, "even")
				}
				want = append(want, fmt.Sprintf("rule: bad: panic: V%d", n))
				if diff := cmp.Diff(want, matches(set, r)); diff != "" {
					t.Errorf("%d: -want +got:\n%s", n, diff)
				}
				for m := range set.Match(r) {
					if h := m.Held(); m.Rule.ID == "n" && string(h[0].Value) != fmt.Sprint(n) {
						t.Errorf("%d: held for %s", n, h[0].Value)
					}
					break
				}
			}
		})
	}
	wg.Wait()
}

func TestLiveIsExchangedWhileItIsUsed(t *testing.T) {
	var live rule.Live
	var stored atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for stored.Load() < 100 {
				set := live.Current()
				got := matches(set, recordOf("", `{}`))
				if len(got) != set.Len() {
					t.Errorf("set of %d rules, %d matches", set.Len(), len(got))
				}
			}
		})
	}
	for i := range 100 {
		var rules []rule.Rule
		for n := range i % 5 {
			rules = append(rules, rule.Rule{ID: fmt.Sprint(n), When: always})
		}
		live.Store(rule.MustCompile(rules...))
		stored.Add(1)
	}
	wg.Wait()
	if n := live.Current().Len(); n != 4 {
		t.Errorf("the last set has %d rules, want 4", n)
	}
}

func TestSeverity(t *testing.T) {
	for s, name := range map[rule.Severity]string{rule.Info: "info", rule.Low: "low", rule.Medium: "medium", rule.High: "high", rule.Critical: "critical"} {
		b, err := s.MarshalText()
		if err != nil || string(b) != name || s.String() != name {
			t.Errorf("%d is written %q, %v", s, b, err)
		}
		var back rule.Severity
		if err := back.UnmarshalText(b); err != nil || back != s {
			t.Errorf("%q is read as %v, %v", b, back, err)
		}
	}
	if _, err := rule.Severity(5).MarshalText(); err == nil || rule.Severity(5).String() != "Severity(5)" {
		t.Error("there is a severity 5")
	}
	var s rule.Severity
	for _, name := range []string{"", "High", "highest"} {
		if err := s.UnmarshalText([]byte(name)); err == nil {
			t.Errorf("%q is a severity", name)
		}
	}
}
