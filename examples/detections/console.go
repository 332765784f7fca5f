package detections

import "github.com/streamalert/streamalert-go/rule"

// RootLogin: nobody should need the root account. An AWS service that acts for it (invokedBy) is no person.
var RootLogin = rule.Rule{
	ID:       "aws.console.root-login",
	Title:    "Root account signed in to the console",
	Severity: rule.High,
	Logs:     cloudTrail,
	When: rule.All(
		rule.Field("eventName").Equals("ConsoleLogin"),
		rule.Field("userIdentity.type").Equals("Root"),
		rule.Not(rule.Field("userIdentity.invokedBy").Exists()),
	),
}

// LoginWithoutMFA: a password alone was enough. Who comes by federation or single sign-on has MFAUsed "No" whatever the
// identity provider asked for, so only users of IAM and root are looked at.
var LoginWithoutMFA = rule.Rule{
	ID:       "aws.console.login-without-mfa",
	Title:    "Console login without MFA",
	Severity: rule.Medium,
	Logs:     cloudTrail,
	When: rule.All(
		rule.Field("eventName").Equals("ConsoleLogin"),
		rule.Field("responseElements.ConsoleLogin").Equals("Success"),
		rule.Field("additionalEventData.MFAUsed").Equals("No"),
		rule.Field("userIdentity.type").In("IAMUser", "Root"),
	),
}
