package detections

import "github.com/streamalert/streamalert-go/rule"

// TrailStopped: what happens from now on is not recorded by this trail.
var TrailStopped = rule.Rule{
	ID:       "aws.cloudtrail.trail-stopped",
	Title:    "CloudTrail trail was stopped",
	Severity: rule.High,
	Logs:     cloudTrail,
	When: rule.All(
		rule.Field("eventSource").Equals("cloudtrail.amazonaws.com"),
		rule.Field("eventName").Equals("StopLogging"),
		succeeded,
	),
}

// TrailDeleted: as TrailStopped, for good. Whoever tears down an environment does it too.
var TrailDeleted = rule.Rule{
	ID:       "aws.cloudtrail.trail-deleted",
	Title:    "CloudTrail trail was deleted",
	Severity: rule.High,
	Logs:     cloudTrail,
	When: rule.All(
		rule.Field("eventSource").Equals("cloudtrail.amazonaws.com"),
		rule.Field("eventName").Equals("DeleteTrail"),
		succeeded,
	),
}

// EventSelectorsNarrowed: the trail goes on, but leaves events out. Selectors of the advanced kind always say what is
// left; somebody has to look at them.
var EventSelectorsNarrowed = rule.Rule{
	ID:       "aws.cloudtrail.event-selectors-narrowed",
	Title:    "CloudTrail trail was told to leave events out",
	Severity: rule.Medium,
	Logs:     cloudTrail,
	When: rule.All(
		rule.Field("eventSource").Equals("cloudtrail.amazonaws.com"),
		rule.Field("eventName").Equals("PutEventSelectors"),
		rule.Any(
			rule.Field("requestParameters.eventSelectors.includeManagementEvents").Equals(false),
			rule.Field("requestParameters.eventSelectors.readWriteType").In("ReadOnly", "WriteOnly"),
			rule.Field("requestParameters.eventSelectors.excludeManagementEventSources").Suffix(".amazonaws.com"),
			rule.Field("requestParameters.advancedEventSelectors.fieldSelectors").Exists(),
		),
		succeeded,
	),
}

// FlowLogsDeleted: the traffic of a VPC is no longer recorded.
var FlowLogsDeleted = rule.Rule{
	ID:       "aws.vpc.flow-logs-deleted",
	Title:    "VPC flow logs were deleted",
	Severity: rule.High,
	Logs:     cloudTrail,
	When:     rule.All(rule.Field("eventName").Equals("DeleteFlowLogs"), succeeded),
}

// QueryLoggingDeleted: the names that a VPC looks up, or those that are asked of a hosted zone, are no longer recorded.
var QueryLoggingDeleted = rule.Rule{
	ID:       "aws.route53.query-logging-deleted",
	Title:    "DNS query logging was turned off",
	Severity: rule.High,
	Logs:     cloudTrail,
	When: rule.All(
		rule.Field("eventName").In("DeleteResolverQueryLogConfig", "DisassociateResolverQueryLogConfig", "DeleteQueryLoggingConfig"),
		succeeded,
	),
}
