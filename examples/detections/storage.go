package detections

import "github.com/streamalert/streamalert-go/rule"

// BucketPolicyOpened: a policy is put on a bucket all the time, most often to let in a service of AWS. This is about
// those that let in another account, or everybody.
var BucketPolicyOpened = rule.Rule{
	ID:       "aws.s3.bucket-policy-opened",
	Title:    "Bucket policy lets in another account",
	Severity: rule.High,
	Logs:     cloudTrail,
	When: rule.All(
		rule.Field("eventName").Equals("PutBucketPolicy"),
		rule.Ext(letsIn{"requestParameters.bucketPolicy"}),
		succeeded,
	),
}

// SnapshotShared: another account, or everybody ("all"), can copy what is on the disk or in the database.
var SnapshotShared = rule.Rule{
	ID:       "aws.snapshot-shared",
	Title:    "Snapshot was shared with another account",
	Severity: rule.High,
	Logs:     cloudTrail,
	When: rule.All(
		rule.Any(
			rule.All(
				rule.Field("eventName").Equals("ModifySnapshotAttribute"),
				rule.Field("requestParameters.createVolumePermission.add.items").Exists(),
			),
			rule.All(
				rule.Field("eventName").In("ModifyDBSnapshotAttribute", "ModifyDBClusterSnapshotAttribute"),
				rule.Field("requestParameters.attributeName").Equals("restore"),
				rule.Field("requestParameters.valuesToAdd").Regexp(`^(all|\d{12})$`),
			),
		),
		succeeded,
	),
}

// ImageShared: as SnapshotShared, for machine images. They can also be shared with an organization or a part of it.
var ImageShared = rule.Rule{
	ID:       "aws.ec2.image-shared",
	Title:    "Machine image was shared with another account",
	Severity: rule.Medium,
	Logs:     cloudTrail,
	When: rule.All(
		rule.Field("eventName").Equals("ModifyImageAttribute"),
		rule.Field("requestParameters.launchPermission.add.items").Exists(),
		succeeded,
	),
}
