package logtype

import "github.com/streamalert/streamalert-go/parse"

// EventBridge is aws.eventbridge: an event of Amazon EventBridge (CloudWatch Events before), whatever its detail is: API calls
// via CloudTrail, GuardDuty findings, compliance changes of Config rules, scheduled events, an application's own. It has
// version, id, detail-type, source, account, time (the event time), region, resources, detail.
//
// To hold its detail against rules for another log type, see [InEventBridge]. Source: Amazon EventBridge User Guide,
// "AWS service event metadata".
func EventBridge() *parse.LogType {
	t := &parse.LogType{
		Name:     "aws.eventbridge",
		Format:   parse.JSONFormat{},
		Requires: []string{"detail-type", "source", "detail"},
		Time:     "time",
		Fields:   []string{"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail", "replay-name"},
		Entities: map[string][]string{
			"source.ip":        {"detail.source-ip-address"}, // of S3
			"cloud.account.id": {"account"},
			"cloud.region":     {"region"},
			"aws.arn":          {"resources"},
			"event.action":     {"detail-type"},
			"event.outcome":    {"detail.newEvaluationResult.complianceType"}, // of Config
		},
	}
	for name, paths := range CloudTrail().Entities {
		addUnder(t.Entities, "detail.", name, paths)
	}
	for name, paths := range GuardDuty().Entities {
		if name != "event.action" { // "type", which many details have
			addUnder(t.Entities, "detail.", name, paths)
		}
	}
	for name, paths := range SecurityHub().Entities {
		addUnder(t.Entities, "detail.findings.", name, paths)
	}
	return t
}

// addUnder adds paths of what stands at another one.
func addUnder(entities map[string][]string, at, name string, paths []string) {
	for _, p := range paths {
		entities[name] = append(entities[name], at+p)
	}
}

// InEventBridge parses what EventBridge events hold: p reads the detail of each, such as the event of a trail, a GuardDuty
// finding, or the findings of Security Hub. An event whose detail p does not take is a record of aws.eventbridge.
func InEventBridge(p parse.Parser) parse.Parser {
	return parse.Inner{Outer: EventBridge(), Paths: []string{"detail.findings", "detail"}, Parser: p, Rest: true}
}
