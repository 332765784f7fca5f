package communityrules

import "github.com/streamalert/streamalert-go/rule"

func awsPublicRules() []rule.Rule {
	return []rule.Rule{PolicyPublic, ImageOrSnapshotPublic, ImageUnencrypted, BucketACLPublic, ObjectACLPublic}
}

// everybody are the groups of an S3 ACL that everybody is in: with any AWS account, or without.
var everybody = []string{
	"http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
	"http://acs.amazonaws.com/groups/global/AllUsers",
}

// PolicyPublic matches the policy of a resource that lets in everybody.
var PolicyPublic = rule.Rule{
	ID:    "aws.policy-public",
	Title: "A resource's policy lets in everybody",
	Description: "The policy of a bucket, queue, topic, key, secret, vault, repository or search domain allows something to everybody, " +
		"and none of its conditions says who that is.",
	Severity:       rule.High,
	Status:         rule.StatusTest,
	Tags:           []string{"aws", "exposure"},
	Techniques:     []string{"T1530", "T1537"},
	References:     []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"},
	FalsePositives: []string{"Buckets of public web sites", "Conditions that narrow who it is in a way that is not known here"},
	Runbook:        "Find the resource, and ask its owner whether everybody should reach it. If not, put the old policy back.",
	Logs:           apiCalls,
	When: ofAPICall(func(c apiCall) rule.Condition {
		return rule.Any(
			c.setsPublic("requestParameters.bucketPolicy", "PutBucketPolicy"),
			c.setsPublic("requestParameters.accessPolicies",
				"CreateElasticsearchDomain", "UpdateElasticsearchDomainConfig", "CreateDomain", "UpdateDomainConfig"),
			c.setsPublic("requestParameters.policy.policy", "SetVaultAccessPolicy"),
			c.setsPublic("requestParameters.attributes.Policy", "SetQueueAttributes", "CreateQueue", "CreateTopic"),
			rule.All(
				c.field("requestParameters.attributeName").Equals("Policy"),
				c.setsPublic("requestParameters.attributeValue", "SetTopicAttributes"),
			),
			c.setsPublic("requestParameters.policyText", "SetRepositoryPolicy"),
			c.setsPublic("requestParameters.policy", "PutKeyPolicy", "CreateKey"),
			c.setsPublic("requestParameters.resourcePolicy", "PutResourcePolicy"),
		)
	}),
}

// setsPublic holds for calls of these names whose policy stands at path and lets in everybody.
func (c apiCall) setsPublic(path string, names ...any) rule.Condition {
	return rule.All(c.named(names...), rule.Ext(publicPolicy{c.within + path}))
}

// ImageOrSnapshotPublic matches an image or snapshot that everybody may copy.
var ImageOrSnapshotPublic = rule.Rule{
	ID:             "aws.image-or-snapshot-public",
	Title:          "An image or snapshot was given to everybody",
	Description:    "Everybody with an AWS account can copy it, and read whatever is on the disk or in the database.",
	Severity:       rule.High,
	Status:         rule.StatusStable,
	Tags:           []string{"aws", "exposure"},
	Techniques:     []string{"T1537"},
	References:     []string{"https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-intro.html", "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html"},
	FalsePositives: []string{"Images that are published on purpose"},
	Runbook:        "Take the permission back at once, and find out who copied it meanwhile.",
	Logs:           apiCalls,
	When: ofAPICall(func(c apiCall) rule.Condition {
		return rule.Any(
			rule.All(
				c.named("ModifyImageAttribute"),
				c.field("requestParameters.launchPermission.add.items.group").Equals("all"),
			),
			rule.All(
				c.named("ModifySnapshotAttribute"),
				c.field("requestParameters.createVolumePermission.add.items.group").Equals("all"),
			),
			rule.All(
				c.named("ModifyDBClusterSnapshotAttribute", "ModifyDBSnapshotAttribute"),
				c.field("requestParameters.valuesToAdd").Equals("all"),
			),
		)
	}),
}

// ImageUnencrypted matches an image of disks of which none is encrypted.
var ImageUnencrypted = rule.Rule{
	ID:             "aws.ec2.image-unencrypted",
	Title:          "An image was made without encryption",
	Description:    "Whoever gets at the image, by a wrong permission or a copied snapshot, can read it.",
	Severity:       rule.Low,
	Status:         rule.StatusTest,
	Tags:           []string{"aws", "compliance"},
	References:     []string{"https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIEncryption.html"},
	FalsePositives: []string{"Accounts that encrypt all disks by default: the call does not say so"},
	Runbook:        "Make the image again with encryption, and delete this one.",
	Logs:           apiCalls,
	When: ofAPICall(func(c apiCall) rule.Condition {
		return rule.All(
			c.named("CreateImage"),
			c.field("requestParameters.blockDeviceMapping.items.ebs").Exists(),
			rule.Not(c.field("requestParameters.blockDeviceMapping.items.ebs.encrypted").Equals(true)),
		)
	}),
}

// BucketACLPublic matches a bucket's ACL with a group that everybody is in.
var BucketACLPublic = rule.Rule{
	ID:             "aws.s3.bucket-acl-public",
	Title:          "A bucket was opened to everybody by its ACL",
	Description:    "The ACL lets everybody list the bucket, write to it, or read its ACL, with an AWS account or without.",
	Severity:       rule.High,
	Status:         rule.StatusStable,
	Tags:           []string{"aws", "exposure"},
	Techniques:     []string{"T1530"},
	References:     []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"},
	FalsePositives: []string{"Buckets of public web sites"},
	Runbook:        "Find out who changed the ACL and why. If it was not meant, put it back and read the access log.",
	Logs:           apiCalls,
	When: ofAPICall(func(c apiCall) rule.Condition {
		return rule.All(c.named("PutBucketAcl"), c.grantsToEverybody())
	}),
}

// ObjectACLPublic matches an object's ACL with a group that everybody is in. The bucket of its exception is a
// placeholder for those that are public on purpose.
var ObjectACLPublic = rule.Rule{
	ID:             "aws.s3.object-acl-public",
	Title:          "An object was opened to everybody by its ACL",
	Description:    "Everybody can read the object, or change its ACL, with an AWS account or without.",
	Severity:       rule.Medium,
	Status:         rule.StatusTest,
	Tags:           []string{"aws", "exposure"},
	Techniques:     []string{"T1530"},
	References:     []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"},
	FalsePositives: []string{"Objects of public web sites"},
	Runbook:        "Ask whether everybody should read the object. If not, put the ACL back.",
	Logs:           apiCalls,
	When: ofAPICall(func(c apiCall) rule.Condition {
		return rule.All(c.named("PutObjectAcl"), c.grantsToEverybody())
	}),
	Exceptions: []rule.Exception{{
		Name:   "public buckets",
		Reason: "what is in them is meant for everybody",
		When: ofAPICall(func(c apiCall) rule.Condition {
			return c.field("requestParameters.bucketName").In("example-bucket-to-ignore")
		}),
	}},
}

// grantsToEverybody holds for an ACL that gives everybody something: as a document, as headers, or as a canned one.
func (c apiCall) grantsToEverybody() rule.Condition {
	grants := []rule.Condition{
		c.field("requestParameters.AccessControlPolicy.AccessControlList.Grant.Grantee.URI").Contains(everybody...),
		c.field("requestParameters.x-amz-acl").In("public-read", "public-read-write", "authenticated-read"),
	}
	for _, header := range []string{
		"x-amz-grant-read", "x-amz-grant-read-acp", "x-amz-grant-write", "x-amz-grant-write-acp", "x-amz-grant-full-control",
		"x_amz_grant_read", "x_amz_grant_read_acp", "x_amz_grant_write", "x_amz_grant_write_acp", "x_amz_grant_full_control",
	} {
		grants = append(grants,
			c.field("requestParameters.AccessControlList."+header).Contains(everybody...), // uri=http://...
			c.field("requestParameters.accessControlList."+header).Contains(everybody...),
			c.field("requestParameters."+header).Contains(everybody...),
		)
	}
	return rule.Any(grants...)
}
