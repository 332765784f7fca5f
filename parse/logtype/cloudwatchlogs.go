package logtype

import (
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// CloudWatchLogs is aws.cloudwatch_logs: what a subscription filter of CloudWatch Logs delivers, one record for each of its
// logEvents: id, timestamp (the event time, in milliseconds), message (a text, whatever it holds), extractedFields, and those
// of the delivery: owner, logGroup, logStream, subscriptionFilters, messageType, policyLevel. Control messages, by which
// CloudWatch Logs checks the destination, are skipped.
//
// To hold the messages against rules for another log type, see [InCloudWatchLogs]. Source: Amazon CloudWatch Logs User Guide,
// "Real-time processing of log data with subscriptions".
func CloudWatchLogs() *parse.LogType {
	return &parse.LogType{
		Name:     "aws.cloudwatch_logs",
		Format:   parse.JSONFormat{Records: "logEvents", Envelope: true},
		Requires: []string{"logGroup", "logStream", "message", "messageType"},
		Match:    matchCloudWatchLogs,
		Ignore:   isCloudWatchControl,
		TimeFunc: func(r *parse.Record) (time.Time, bool) { return epoch(r.Get("timestamp")) },
		Fields: []string{
			"id", "timestamp", "message", "extractedFields", "ingestionTime", "owner", "logGroup", "logStream", "subscriptionFilters",
			"messageType", "policyLevel",
		},
		Entities: map[string][]string{"cloud.account.id": {"owner"}},
	}
}

// InCloudWatchLogs parses what CloudWatch Logs holds: p reads the message of each log event, such as the event of a trail, a
// VPC flow or a line of syslog. The log group and the log stream are in the record's Outer.
func InCloudWatchLogs(p parse.Parser) parse.Parser {
	return parse.Inner{Outer: CloudWatchLogs(), Paths: []string{"message"}, Parser: p}
}

const errNotDataMessage = parse.Reason(`messageType is not "DATA_MESSAGE"`)

func matchCloudWatchLogs(r *parse.Record) error {
	if !is(r.Get("messageType"), "DATA_MESSAGE") {
		return errNotDataMessage
	}
	return nil
}

func isCloudWatchControl(r *parse.Record) bool {
	return is(r.Get("messageType"), "CONTROL_MESSAGE") && r.Get("logGroup").Exists()
}
