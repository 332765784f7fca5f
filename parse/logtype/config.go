package logtype

import (
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// Config is aws.config: what AWS Config writes and sends. Its history and snapshot files hold configurationItems, each a
// record: configurationItemCaptureTime (the event time), configurationItemStatus, resourceType, resourceId, ARN,
// awsAccountId, awsRegion, configuration, relationships, tags and more. Its notifications have a messageType
// (ConfigurationItemChangeNotification with the configurationItem and its configurationItemDiff,
// ComplianceChangeNotification, ...Delivery..., ...Evaluation...), and notificationCreationTime (notificationCreateTime in
// old ones), which is the event time of those without an item.
//
// Source: AWS Config Developer Guide, "Components of a configuration item", "Notifications that AWS Config sends to an
// Amazon SNS topic".
func Config() *parse.LogType {
	return &parse.LogType{
		Name:   "aws.config",
		Format: parse.JSONFormat{Records: "configurationItems"},
		Match:  matchConfig,
		Reads: []string{
			"configurationItemCaptureTime", "resourceType", "messageType", "notificationCreationTime", "notificationCreateTime",
			"configurationItem", "configurationItemSummary",
		},
		TimeFunc: configTime,
		Entities: map[string][]string{
			"cloud.account.id": {"awsAccountId", "accountId", "configurationItem.awsAccountId", "configurationItemSummary.awsAccountId"},
			"cloud.region":     {"awsRegion", "configurationItem.awsRegion", "configurationItemSummary.awsRegion"},
			"aws.arn":          {"ARN", "arn", "configurationItem.ARN", "configurationItemSummary.ARN"},
			"event.action": {
				"messageType", "configurationItemStatus",
			},
			"event.outcome": {"newEvaluationResult.complianceType"},
		},
	}
}

const errNotConfig = parse.Reason("neither a configuration item nor a notification of AWS Config")

func matchConfig(r *parse.Record) error {
	item := r.Get("configurationItemCaptureTime").Exists() && r.Get("resourceType").Exists()
	notification := r.Get("messageType").Exists() &&
		(r.Get("notificationCreationTime").Exists() || r.Get("notificationCreateTime").Exists() ||
			r.Get("configurationItem").Exists() || r.Get("configurationItemSummary").Exists())
	if !item && !notification {
		return errNotConfig
	}
	return nil
}

func configTime(r *parse.Record) (time.Time, bool) {
	for _, path := range []string{
		"configurationItemCaptureTime", "configurationItem.configurationItemCaptureTime",
		"configurationItemSummary.configurationItemCaptureTime", "notificationCreationTime", "notificationCreateTime",
	} {
		if v := r.Get(path); v.Exists() {
			return stamp(v, time.RFC3339)
		}
	}
	return time.Time{}, false
}
