// Package detections is a small set of detections over AWS CloudTrail, for the examples and to copy from. Each says what
// it means when it matches; its cases, most of them genuine records, are under testdata. They are a start and no
// complete coverage of anything.
package detections

import "github.com/streamalert/streamalert-go/rule"

// All are the detections of this package.
func All() []rule.Rule {
	return []rule.Rule{
		RootLogin,
		LoginWithoutMFA,
		TrailStopped,
		TrailDeleted,
		EventSelectorsNarrowed,
		FlowLogsDeleted,
		QueryLoggingDeleted,
		BucketPolicyOpened,
		AccessKeyForAnotherUser,
		AdminPolicyAttached,
		LoginProfileCreated,
		RoleTrustsAnotherAccount,
		SSHOpenToTheWorld,
		SnapshotShared,
		ImageShared,
		PasswordDataRead,
	}
}

// cloudTrail are the log types that all of these rules are for.
var cloudTrail = []string{"aws.cloudtrail"}

// succeeded is what an event lacks that was refused or failed.
var succeeded = rule.Not(rule.Field("errorCode").Exists())
