package logtype

import (
	"bytes"
	"errors"

	"github.com/streamalert/streamalert-go/parse"
)

// CloudTrail is aws.cloudtrail: the log files of a trail, {"Records":[...]}, and the same events one by one. Management,
// data, network activity and Insights events are all of this type; an Insights event (its files stand below
// CloudTrail-Insight/) has eventCategory "Insight", insightDetails, and no eventName. The digest files that CloudTrail
// writes for log file integrity validation, which stand below CloudTrail-Digest/, hold no events and are skipped.
//
// The event time is eventTime. Source: AWS CloudTrail User Guide, "CloudTrail record contents for management, data, and
// network activity events", "CloudTrail record contents for Insights events", "CloudTrail digest file structure".
func CloudTrail() *parse.LogType {
	return &parse.LogType{
		Name:     "aws.cloudtrail",
		Format:   parse.JSONFormat{Records: "Records"},
		Requires: []string{"eventVersion", "eventTime", "awsRegion"},
		Match:    matchCloudTrail,
		Ignore:   isCloudTrailDigest,
		Time:     "eventTime",
		Entities: map[string][]string{
			"source.ip":           {"sourceIPAddress"},
			"user.name":           {"userIdentity.userName", "userIdentity.sessionContext.sessionIssuer.userName"},
			"user.id":             {"userIdentity.principalId"},
			"user_agent.original": {"userAgent"},
			"cloud.account.id":    {"recipientAccountId", "userIdentity.accountId"},
			"cloud.region":        {"awsRegion"},
			"aws.arn":             {"userIdentity.arn", "userIdentity.sessionContext.sessionIssuer.arn", "resources.ARN"},
			"event.action":        {"eventName", "insightDetails.eventName"},
			"event.outcome":       {"errorCode", "responseElements.ConsoleLogin"},
		},
	}
}

// An S3 event notification has the same members, and version 2.
var errNotCloudTrail = errors.New("eventVersion is not 1.x")

func matchCloudTrail(r *parse.Record) error {
	if v := r.Get("eventVersion"); v.Kind() != parse.String || !bytes.HasPrefix(v.Bytes(), []byte("1.")) {
		return errNotCloudTrail
	}
	return nil
}

func isCloudTrailDigest(r *parse.Record) bool {
	return r.Get("digestStartTime").Exists() && r.Get("logFiles").Kind() == parse.JSON
}
