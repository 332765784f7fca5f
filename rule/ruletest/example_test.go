package ruletest_test

import (
	"fmt"
	"testing"

	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/rule/ruletest"
)

var rootLogin = rule.Rule{
	ID: "root-login",
	When: rule.All(
		rule.Field("eventName").Equals("ConsoleLogin"),
		rule.Field("userIdentity.type").Equals("Root"),
	),
}

// printer stands for the *testing.T of a test.
type printer struct{ testing.TB }

func (printer) Helper()                           {}
func (printer) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// In a test it is one line, and silent where all cases are as they should be. This folder has a case that is not.
func ExampleDir() {
	var t printer

	ruletest.Dir(t, rule.MustCompile(rootLogin), "testdata/example")
	// Output:
	// testdata/example/cases.json: root signs in:
	//     want: root-login
	//     got:  nothing
	// root-login does not match
	//   no   eventName: want "ConsoleLogin", got "CheckMfa"
	//   yes  userIdentity.type: want "Root", got "Root"
}

// Beside a Dir for each folder, one line looks for rules that nobody has tested.
func ExampleComplete() {
	var t printer
	trailStopped := rule.Rule{ID: "trail-stopped", When: rule.Field("eventName").Equals("StopLogging")}

	ruletest.Complete(t, rule.MustCompile(rootLogin, trailStopped), "testdata/example")
	// Output:
	// ruletest: trail-stopped: no case in which it has to match
}

// StreamAlert's test events go on testing the rules that take the place of StreamAlert's. These have one that is not as
// it should be.
func ExampleStreamAlert_Dir() {
	var t printer

	events := ruletest.StreamAlert{
		Logs:  map[string]ruletest.Log{"cloudtrail:events": {Name: "aws.cloudtrail", Parser: logtype.CloudTrail()}},
		Rules: map[string]string{"cloudtrail_root_login": "root-login"},
	}
	events.Dir(t, rule.MustCompile(rootLogin), "testdata/streamalert/example")
	// Output:
	// testdata/streamalert/example/login.json: login 1: Root signs in.:
	//     want: root-login
	//     got:  nothing
	// root-login does not match
	//   no   eventName: want "ConsoleLogin", got "CheckMfa"
	//   yes  userIdentity.type: want "Root", got "Root"
}
