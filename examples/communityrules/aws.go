package communityrules

import "github.com/streamalert/streamalert-go/rule"

func awsRules() []rule.Rule {
	return []rule.Rule{
		CriticalAPICall, MFAPolicyAbuse, RootUsed, NetworkACLOpen, SecurityGroupOpen, ConfigNonCompliant, ConfigAutoRemediation,
		GuardDutyFinding,
	}
}

// CriticalAPICall matches calls that switch off what watches an account, or remove what much depends on.
var CriticalAPICall = rule.Rule{
	ID:    "aws.critical-api-call",
	Title: "Logging, a guard or an important resource was removed",
	Description: "Logs and guards are switched off by those who do not want to be seen, and networks and databases are removed by " +
		"those who want to do harm. Both are rare in daily work.",
	Severity:       rule.High,
	Status:         rule.StatusStable,
	Tags:           []string{"aws"},
	Techniques:     []string{"T1562.001", "T1562.008", "T1485"},
	References:     []string{"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"},
	FalsePositives: []string{"Environments that are taken down on purpose", "Infrastructure as code that replaces a resource"},
	Runbook:        "Find the account and who called. Find what is not logged or guarded since, and ask whether that was meant.",
	Logs:           apiCalls,
	When: ofAPICall(func(c apiCall) rule.Condition {
		return rule.Any(
			c.named(
				"DeleteFlowLogs", "DeleteSubnet", "DeleteVpc", "DeleteDBCluster", "DeleteCluster",
				"DeleteTrail", "PutEventSelectors", "UpdateTrail", "StopLogging", // CloudTrail
				"DeleteDeliveryChannel", "StopConfigurationRecorder", // Config
				"DeleteRule", "DisableRule", // EventBridge
				"DeleteDetector",                 // GuardDuty
				"DeleteAccountPublicAccessBlock", // S3
				"DisableEbsEncryptionByDefault",
			),
			rule.All(c.named("UpdateDetector"), c.field("requestParameters.enable").Equals(false)),
			rule.All(
				c.named("PutBucketPublicAccessBlock", "PutAccountPublicAccessBlock"),
				rule.Any(
					c.field("requestParameters.PublicAccessBlockConfiguration.BlockPublicAcls").Equals(false),
					c.field("requestParameters.PublicAccessBlockConfiguration.BlockPublicPolicy").Equals(false),
					c.field("requestParameters.PublicAccessBlockConfiguration.IgnorePublicAcls").Equals(false),
					c.field("requestParameters.PublicAccessBlockConfiguration.RestrictPublicBuckets").Equals(false),
				),
			),
			rule.All(
				c.field("eventSource").Equals("organizations.amazonaws.com"),
				c.named(
					"AttachPolicy", "CreateOrganizationUnit", "CreateOrganizationalUnit", "CreatePolicy", "DeletePolicy",
					"DeleteOrganizationUnit", "DeleteOrganizationalUnit", "DetachPolicy", "DisableAWSServiceAccess", "DisablePolicyType",
					"EnableAllFeatures", "EnableAWSServiceAccess", "EnablePolicyType", "LeaveOrganization", "MoveAccount",
					"RemoveAccountFromOrganization", "UpdatePolicy",
				),
			),
		)
	}),
}

// MFAPolicyAbuse matches what somebody with a stolen key tries where a policy asks for MFA but has gaps.
var MFAPolicyAbuse = rule.Rule{
	ID:    "aws.iam.mfa-policy-abuse",
	Title: "Identities were changed, or tried to be, without MFA",
	Description: "A policy that enforces MFA has to leave the user alone with their own device before it is set up. Who has only " +
		"the access key uses that gap to remove the device, or to set up one of their own.",
	Severity:       rule.Medium,
	Status:         rule.StatusTest,
	Tags:           []string{"aws", "identity"},
	Techniques:     []string{"T1556.006", "T1098", "T1136.003"},
	References:     []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html"},
	FalsePositives: []string{"Users for machines, which have no MFA", "Mistakes while a device is set up"},
	Runbook:        "Ask the user. If it was not them, replace their access keys and read what else those keys did.",
	Logs:           apiCalls,
	When: ofAPICall(func(c apiCall) rule.Condition {
		failed := rule.All(c.field("errorCode").Exists(), rule.Not(c.field("errorCode").In("", nil)))
		return rule.All(
			rule.Any(
				c.named(
					"DeactivateMFADevice", "CreateUser", "CreateAccessKey", "DetachUserPolicy", "DetachGroupPolicy", "RemoveUserFromGroup",
					"DeleteUserPolicy", "PutGroupPolicy", "PutUserPolicy",
				),
				rule.All(c.named("CreateVirtualMFADevice", "EnableMFADevice"), failed),
			),
			rule.Not(c.field("userIdentity.sessionContext.attributes.mfaAuthenticated").Equals("true")),
		)
	}),
}

// RootUsed matches what a person does as root. What a service of AWS does in root's name does not count.
var RootUsed = rule.Rule{
	ID:    "aws.root-used",
	Title: "The root user was used",
	Description: "Root can do everything, and no policy binds it. It is needed for a handful of tasks a year, so whoever uses it " +
		"is either doing one of them or should not have it.",
	Severity:       rule.High,
	Status:         rule.StatusStable,
	Tags:           []string{"aws", "identity"},
	Techniques:     []string{"T1078.004"},
	References:     []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html"},
	FalsePositives: []string{"The tasks that only root can do"},
	Runbook:        "Find out who it was, and whether it had to be root.",
	Logs:           apiCalls,
	When: ofAPICall(func(c apiCall) rule.Condition {
		return rule.All(
			c.field("userIdentity.type").Equals("Root"),
			isNone(c.field("userIdentity.invokedBy")),
			rule.Not(c.field("eventType").Equals("AwsServiceEvent")),
		)
	}),
}

// NetworkACLOpen matches a network ACL that lets in the whole Internet.
var NetworkACLOpen = rule.Rule{
	ID:             "aws.ec2.network-acl-open",
	Title:          "A network ACL lets in the whole Internet",
	Description:    "A network ACL guards whole subnets. One that lets in everybody leaves them to the security groups alone.",
	Severity:       rule.Medium,
	Status:         rule.StatusTest,
	Tags:           []string{"aws", "network"},
	Techniques:     []string{"T1562.007"},
	References:     []string{"https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html"},
	FalsePositives: []string{"Subnets of load balancers for everybody"},
	Logs:           apiCalls,
	When: ofAPICall(func(c apiCall) rule.Condition {
		return rule.All(
			c.named("CreateNetworkAclEntry", "ReplaceNetworkAclEntry"),
			rule.Any(
				c.field("requestParameters.cidrBlock").Equals("0.0.0.0/0"),
				c.field("requestParameters.ipv6CidrBlock").Equals("::/0"),
			),
			c.field("requestParameters.ruleAction").Equals("allow"),
			c.field("requestParameters.egress").Equals(false),
		)
	}),
}

// SecurityGroupOpen matches a security group that lets in the whole Internet, on whatever port.
var SecurityGroupOpen = rule.Rule{
	ID:             "aws.ec2.security-group-open",
	Title:          "A security group lets in the whole Internet",
	Description:    "Whatever listens behind the group is found by scanners within minutes.",
	Severity:       rule.Medium,
	Status:         rule.StatusTest,
	Tags:           []string{"aws", "network"},
	Techniques:     []string{"T1562.007"},
	References:     []string{"https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html"},
	FalsePositives: []string{"Web servers for everybody"},
	Logs:           apiCalls,
	When: ofAPICall(func(c apiCall) rule.Condition {
		return rule.All(
			c.named("AuthorizeSecurityGroupIngress"),
			rule.Any(
				c.field("requestParameters.cidrIp").Equals("0.0.0.0/0"),
				c.field("requestParameters.ipPermissions.items.ipRanges.items.cidrIp").Equals("0.0.0.0/0"),
				c.field("requestParameters.ipPermissions.items.ipv6Ranges.items.cidrIpv6").Equals("::/0"),
			),
		)
	}),
}

// ConfigNonCompliant matches what a rule of AWS Config finds not to be as it should.
var ConfigNonCompliant = rule.Rule{
	ID:             "aws.config.non-compliant",
	Title:          "AWS Config: a resource breaks a rule",
	Description:    "A rule of AWS Config was evaluated, and one resource or more is not compliant.",
	Severity:       rule.Low,
	Status:         rule.StatusTest,
	Tags:           []string{"aws", "compliance"},
	References:     []string{"https://docs.aws.amazon.com/config/latest/APIReference/API_PutEvaluations.html"},
	FalsePositives: []string{"Rules of AWS Config that are too strict for some resources"},
	AlertTitle:     "AWS Config: {additionalEventData.configRuleName}{detail.additionalEventData.configRuleName} is not met",
	Logs:           apiCalls,
	When: ofAPICall(func(c apiCall) rule.Condition {
		return rule.All(
			c.field("eventSource").Equals("config.amazonaws.com"),
			c.named("PutEvaluations"),
			c.field("requestParameters.evaluations.complianceType").Equals("NON_COMPLIANT"),
			rule.Not(c.field("requestParameters.testMode").Equals(true)),
		)
	}),
}

// ConfigAutoRemediation matches AWS Config putting something right by itself.
var ConfigAutoRemediation = rule.Rule{
	ID:             "aws.config.auto-remediation",
	Title:          "AWS Config puts a resource right",
	Description:    "A resource was changed by automation because it was not compliant: it is safe again, and somebody had made it unsafe.",
	Severity:       rule.Low,
	Status:         rule.StatusTest,
	Tags:           []string{"aws", "compliance"},
	References:     []string{"https://docs.aws.amazon.com/config/latest/developerguide/remediation.html"},
	FalsePositives: []string{"Remediations that somebody starts by hand"},
	Logs:           apiCalls,
	When: ofAPICall(func(c apiCall) rule.Condition {
		return rule.All(
			c.named("StartAutomationExecution"),
			c.field("eventSource").Equals("ssm.amazonaws.com"),
			c.field("sourceIPAddress").Equals("config.amazonaws.com"),
		)
	}),
}

// GuardDutyFinding matches every finding of GuardDuty, by way of EventBridge or as it is exported.
var GuardDutyFinding = rule.Rule{
	ID:             "aws.guardduty.finding",
	Title:          "GuardDuty found something",
	Description:    "Whatever GuardDuty finds is worth a look: it does not report what it has no reason for.",
	Severity:       rule.Medium,
	Status:         rule.StatusStable,
	Tags:           []string{"aws"},
	References:     []string{"https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings.html"},
	FalsePositives: []string{"Sample findings that somebody made", "Penetration tests"},
	Runbook:        "Find the account and the resources in the finding, and talk to who is responsible for them.",
	Logs:           []string{logEventBridge, logGuardDuty},
	When: rule.Any(
		rule.Field("detail-type").Equals("GuardDuty Finding"),
		rule.Field("service.serviceName").Equals("guardduty"),
	),
}
