package ruletest_test

import (
	"fmt"
	"testing"

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
	// root-login did not match:
	//     FAIL  eventName = "ConsoleLogin": has "CheckMfa"
	//     ok    userIdentity.type = "Root": has "Root"
}
