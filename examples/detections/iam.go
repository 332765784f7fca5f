package detections

import (
	"bytes"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// AccessKeyForAnotherUser: keys for somebody else are how a stolen account is kept. Users who make their own are left
// alone, so the two names have to be compared: plain Go.
var AccessKeyForAnotherUser = rule.Rule{
	ID:       "aws.iam.access-key-for-another-user",
	Title:    "Access key was created for another user",
	Severity: rule.Medium,
	Logs:     cloudTrail,
	When: rule.All(
		rule.Field("eventName").Equals("CreateAccessKey"),
		rule.Field("requestParameters.userName").Exists(),
		succeeded,
		rule.Func(func(r *parse.Record) bool {
			caller, target := r.Get("userIdentity.userName"), r.Get("requestParameters.userName")
			return !bytes.Equal(caller.Bytes(), target.Bytes())
		}),
	),
}

// AdminPolicyAttached: user, group or role may do everything from now on. The policy's ARN differs by partition.
var AdminPolicyAttached = rule.Rule{
	ID:       "aws.iam.admin-policy-attached",
	Title:    "Administrator policy was attached",
	Severity: rule.High,
	Logs:     cloudTrail,
	When: rule.All(
		rule.Field("eventName").In("AttachUserPolicy", "AttachGroupPolicy", "AttachRolePolicy"),
		rule.Field("requestParameters.policyArn").Suffix(":iam::aws:policy/AdministratorAccess"),
		succeeded,
	),
}

// LoginProfileCreated: a user that had none, often one for programs, can sign in to the console with a password.
var LoginProfileCreated = rule.Rule{
	ID:       "aws.iam.login-profile-created",
	Title:    "User was given a console password",
	Severity: rule.Medium,
	Logs:     cloudTrail,
	When:     rule.All(rule.Field("eventName").Equals("CreateLoginProfile"), succeeded),
}

// RoleTrustsAnotherAccount: whoever is in that account can become this role. Auditors and vendors come in this way too.
var RoleTrustsAnotherAccount = rule.Rule{
	ID:       "aws.iam.role-trusts-another-account",
	Title:    "Role can be assumed from another account",
	Severity: rule.High,
	Logs:     cloudTrail,
	When: rule.All(
		rule.Any(
			rule.All(
				rule.Field("eventName").Equals("CreateRole"),
				rule.Ext(letsIn{"requestParameters.assumeRolePolicyDocument"}),
			),
			rule.All(
				rule.Field("eventName").Equals("UpdateAssumeRolePolicy"),
				rule.Ext(letsIn{"requestParameters.policyDocument"}),
			),
		),
		succeeded,
	),
}
