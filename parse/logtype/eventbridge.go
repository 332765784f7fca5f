package logtype

import "github.com/streamalert/streamalert-go/parse"

// EventBridge is aws.eventbridge: an event of Amazon EventBridge (CloudWatch Events before), whatever its detail is: API calls
// via CloudTrail, GuardDuty findings, compliance changes of Config rules, scheduled events, an application's own. It has
// version, id, detail-type, source, account, time (the event time), region, resources, detail.
//
// To hold its detail against rules for another log type, see [InEventBridge]. Source: Amazon EventBridge User Guide,
// "AWS service event metadata".
func EventBridge() *parse.LogType {
	return &parse.LogType{
		Name:     "aws.eventbridge",
		Format:   parse.JSONFormat{},
		Requires: []string{"detail-type", "source", "account", "detail"},
		Time:     "time",
		Fields:   []string{"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail", "replay-name"},
		Entities: map[string][]string{
			"cloud.account.id":    {"detail.recipientAccountId", "account"},
			"cloud.region":        {"detail.awsRegion", "region"},
			"source.ip":           {"detail.sourceIPAddress"},
			"user.name":           {"detail.userIdentity.userName"},
			"aws.arn":             {"detail.userIdentity.arn"},
			"user_agent.original": {"detail.userAgent"},
			"event.action":        {"detail.eventName", "detail-type"},
			"event.outcome":       {"detail.errorCode"},
		},
	}
}

// InEventBridge parses what EventBridge events hold: p reads the detail of each, such as the event of a trail, a GuardDuty
// finding, or the findings of Security Hub. An event whose detail p does not take is a record of aws.eventbridge.
func InEventBridge(p parse.Parser) parse.Parser {
	return parse.Inner{Outer: EventBridge(), Paths: []string{"detail.findings", "detail"}, Parser: p, Rest: true}
}
