package ruletest_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/rule/ruletest"
)

var update = flag.Bool("update", false, "write the golden files")

func rules() *rule.Set {
	return rule.MustCompile(
		rule.Rule{ID: "root-login", Logs: []string{"aws.cloudtrail"}, When: rule.All(
			rule.Field("eventName").Equals("ConsoleLogin"),
			rule.Field("userIdentity.type").Equals("Root"),
			rule.Not(rule.Field("userIdentity.invokedBy").Exists()),
		)},
		rule.Rule{ID: "trail-stopped", When: rule.Field("eventName").Equals("StopLogging")},
		rule.Rule{ID: "groups", When: rule.All(
			rule.Field("a").Exists(),
			rule.AtLeast(2, rule.Field("a").Equals(7), rule.Any(rule.Field("b.c").Exists(), rule.Ext(same{}))),
			rule.Not(rule.All(rule.Field("a").Equals(1), rule.Not(rule.Field("d").Exists()))),
			rule.Func(func(*parse.Record) bool { return false }),
		)},
		rule.Rule{
			ID: "excepted", When: rule.Field("bucket").Exists(),
			Exceptions: []rule.Exception{{Name: "public", Reason: "everybody may read it", When: rule.Field("bucket").Equals("www")}},
		},
		rule.Rule{ID: "elements", When: rule.All(
			rule.Not(rule.Field("list").AnyOf(rule.Field("x").Equals(1), rule.Field("y").Equals(2))),
			rule.Field("list").Each(rule.Field("x").Exists()),
			rule.Field("from").EqualsField("to"),
		)},
		rule.Rule{ID: "off", Disabled: true, When: rule.Field("bucket").Exists()},
		rule.Rule{ID: "panics", When: rule.Func(func(r *parse.Record) bool {
			if r.Get("panic").Exists() {
				panic("at the disco")
			}
			return false
		})},
	)
}

type same struct{}

func (same) Fields() []string                         { return []string{"b.c", "d"} }
func (same) Test(_ *parse.Record, v rule.Values) bool { return v.Get(0).String() == v.Get(1).String() }
func (same) String() string                           { return "b.c is the same as d" }

// recorder is a testing.TB that keeps what fails.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func TestDirPasses(t *testing.T) {
	ruletest.Dir(t, rules(), "testdata/pass")
	r := &recorder{TB: t}
	ruletest.Dir(r, rules(), "testdata/pass")
	if diff := cmp.Diff([]string(nil), r.failures); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDirRunsASubtestPerCase(t *testing.T) {
	out, err := exec.Command(os.Args[0], "-test.run=^TestDirPasses$/^no_log_type$", "-test.v").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if n := strings.Count(string(out), "--- PASS: TestDirPasses/"); n != 1 {
		t.Errorf("%d subtests passed, want 1:\n%s", n, out)
	}
}

func TestDirFails(t *testing.T) {
	tests := map[string]string{
		"wrong matches are told with their reasons": "fail",
		"broken cases are all told":                 "broken",
		"a folder without cases fails":              "empty",
		"a folder that is not there fails":          "missing",
	}
	for name, dir := range tests {
		t.Run(name, func(t *testing.T) {
			r := &recorder{TB: t}
			ruletest.Dir(r, rules(), "testdata/"+dir)
			if len(r.failures) == 0 {
				t.Fatal("nothing failed")
			}
			compareGolden(t, r, dir)
		})
	}
}

// compareGolden compares what failed with a golden file.
func compareGolden(t *testing.T, r *recorder, name string) {
	t.Helper()
	for i, f := range r.failures {
		r.failures[i], _, _ = strings.Cut(f, "\ngoroutine ") // a stack differs from machine to machine
	}
	got := strings.Join(r.failures, "\n") + "\n"
	golden := "testdata/" + name + ".golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// recent holds for a record that is less than an hour old, by the clock.
func recent() *rule.Set {
	return rule.MustCompile(rule.Rule{ID: "recent", When: rule.Func(func(r *parse.Record) bool {
		return time.Since(time.Unix(r.Get("at").Int(), 0)) <= time.Hour
	})})
}

func TestDirSetsTheClock(t *testing.T) {
	ruletest.Dir(t, recent(), "testdata/clock")
}

func TestDirCannotSetTheClockOfAnotherTB(t *testing.T) {
	r := &recorder{TB: t}
	ruletest.Dir(r, recent(), "testdata/clock")
	if len(r.failures) != 3 || !strings.Contains(r.failures[0], "now: only a *testing.T") {
		t.Errorf("got %q", r.failures)
	}
}

func TestDirOfANilSetHasNoRules(t *testing.T) {
	r := &recorder{TB: t}
	ruletest.Dir(r, nil, "testdata/pass")
	if len(r.failures) != 4 || !strings.Contains(r.failures[0], `the set has no rule`) {
		t.Errorf("got %q", r.failures)
	}
}

// FuzzDir reads whatever stands in a file of cases: it fails or passes, and does not panic.
func FuzzDir(f *testing.F) {
	for _, file := range []string{"pass/cases.json", "pass/root-with-mfa.json", "broken/list.json", "broken/syntax.json", "fail/cases.json"} {
		b, err := os.ReadFile("testdata/" + file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "case.json"), b, 0o644); err != nil {
			t.Fatal(err)
		}
		r := &recorder{TB: t}
		ruletest.Dir(r, rules(), dir)
		if len(r.failures) == 0 && !json.Valid(b) {
			t.Errorf("%q passes", b)
		}
	})
}
