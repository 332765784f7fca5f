package ruletest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/rule/ruletest"
)

func TestComplete(t *testing.T) {
	root := rule.Rule{ID: "root-login", Logs: []string{"aws.cloudtrail"}, When: rule.Field("eventName").Equals("ConsoleLogin")}
	stopped := rule.Rule{ID: "trail-stopped", When: rule.Field("eventName").Equals("StopLogging")}
	syslog := rule.Rule{ID: "trail-stopped", Logs: []string{"syslog"}, When: stopped.When}
	untested := rule.Rule{ID: "untested", Logs: []string{"okta.system"}, When: stopped.When}
	tests := map[string]struct {
		rules []rule.Rule
		dirs  []string
		want  []string
	}{
		"rules with both kinds of cases pass": {
			rules: []rule.Rule{root, stopped},
			dirs:  []string{"testdata/complete"},
		},
		"a case of another log type is none in which it must not match": {
			rules: []rule.Rule{root, syslog},
			dirs:  []string{"testdata/complete"},
			want:  []string{"ruletest: trail-stopped: no case of its log types in which it must not match"},
		},
		"a rule without cases fails twice": {
			rules: []rule.Rule{root, stopped, untested},
			dirs:  []string{"testdata/complete"},
			want: []string{
				"ruletest: untested: no case in which it has to match",
				"ruletest: untested: no case of its log types in which it must not match",
			},
		},
		"a disabled rule needs no case": {
			rules: []rule.Rule{root, stopped, {ID: "off", Disabled: true, When: stopped.When}},
			dirs:  []string{"testdata/complete"},
		},
		"cases may stand in several folders": {
			rules: []rule.Rule{root, stopped},
			dirs:  []string{"testdata/complete/root-login", "testdata/complete/trail-stopped"},
		},
		"a folder without cases is told": {
			rules: []rule.Rule{root, stopped},
			dirs:  []string{"testdata/complete", "testdata/complete/no-cases"},
			want:  []string{"ruletest: testdata/complete/no-cases: no cases: no *.json file there or below has any"},
		},
		"no folder, no cases": {
			rules: []rule.Rule{stopped},
			want: []string{
				"ruletest: trail-stopped: no case in which it has to match",
				"ruletest: trail-stopped: no case of its log types in which it must not match",
			},
		},
		"broken cases are told": {
			rules: []rule.Rule{stopped},
			dirs:  []string{"testdata/complete"},
			want:  []string{`ruletest: testdata/complete/root-login/cases.json: root: the set has no rule "root-login"`},
		},
		"an empty set is complete": {},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := &recorder{TB: t}
			ruletest.Complete(r, rule.MustCompile(tt.rules...), tt.dirs...)
			if diff := cmp.Diff(tt.want, r.failures); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestCompleteOfAFolderThatIsNotThere(t *testing.T) {
	r := &recorder{TB: t}
	ruletest.Complete(r, nil, "testdata/missing")
	if len(r.failures) != 1 || !strings.Contains(r.failures[0], "testdata/missing") {
		t.Errorf("got %q", r.failures)
	}
}
