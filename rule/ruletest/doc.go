// Package ruletest tests rules with records in files.
//
//	func TestRootLogin(t *testing.T) { ruletest.Dir(t, rule.MustCompile(rootLogin), "testdata/root-login") }
//
// Each file of the folder whose name ends in .json is one case, or a list of them. A case is an object:
//
//	{
//		"name":   "root signs in with MFA",
//		"log":    "aws.cloudtrail",
//		"record": {"eventName": "ConsoleLogin", "userIdentity": {"type": "Root"}},
//		"want":   ["aws.console.root-login"]
//	}
//
// Its members:
//
//   - name: what the case shows; it is told once in a folder. A case that is a file by itself may go without: its name
//     is then the file's, without .json.
//   - description: more about it, told where the case fails.
//   - log: the name of the records' log type. Without it they have none, and meet every rule. It is a name only:
//     Record.Time knows no event time.
//   - record, or records: one log entry, or several that belong together.
//   - want: the IDs of all the rules of the set that match; of several records, those that match one of them or more. []
//     means that nothing may match. A disabled rule matches nothing, and need not.
//   - now: what time.Now is for the rules while the case runs, in RFC 3339, from 2000 to 2261: for rules that compare
//     with it. It takes a [*testing.T].
//
// Anything else in a case is an error, and so are a rule that the set does not have, and a folder without cases.
//
// [Complete] fails for rules without cases. [StreamAlert] reads the test events of StreamAlert.
package ruletest
