package lambdasource_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/snssource"
	"github.com/streamalert/streamalert-go/source/sqssource"
)

// What AWS services send to topics, as their documentation has it. Those in objects name objects.
var (
	messages = map[string]string{
		"an alarm of CloudWatch":   `{"AlarmName":"cpu","AlarmDescription":null,"AWSAccountId":"123456789012","NewStateValue":"ALARM","NewStateReason":"Threshold Crossed","StateChangeTime":"2023-07-10T11:45:00.000+0000","Region":"US East (N. Virginia)","OldStateValue":"OK","Trigger":{"MetricName":"CPUUtilization","Namespace":"AWS/EC2"}}`,
		"a finding of GuardDuty":   `{"version":"0","id":"c8c4daa7-a20c-2f03-0070-b7393dd542ad","detail-type":"GuardDuty Finding","source":"aws.guardduty","account":"111122223333","time":"1970-01-01T00:00:00Z","region":"us-east-1","resources":[],"detail":{"schemaVersion":"2.0","id":"16afba5c5c43e07c9e3e5e2e544e95df","type":"Canary:EC2/Stateless.IntegTest","severity":8}}`,
		"findings of Security Hub": `{"version":"0","id":"CWE-event-id","detail-type":"Security Hub Findings - Imported","source":"aws.securityhub","account":"111122223333","time":"2019-04-11T21:52:17Z","region":"us-west-2","resources":["arn:aws:securityhub:us-west-2::product/aws/macie/arn:aws:macie:us-west-2:111122223333:integtest/trigger/x/alert/y"],"detail":{"findings":[{"SchemaVersion":"2018-10-08"}]}}`,
		"an event of EventBridge":  `{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"EC2 Instance State-change Notification","source":"aws.ec2","account":"111122223333","time":"2017-12-22T18:43:48Z","region":"us-west-1","resources":[],"detail":{"instance-id":"i-1","state":"terminated"}}`,
		"an item of Config":        `{"configurationItemDiff":null,"configurationItem":{"resourceType":"AWS::EC2::Instance","ARN":"arn:aws:ec2:us-east-1:123456789012:instance/i-1"},"notificationCreationTime":"2016-09-27T20:37:05.217Z","messageType":"ConfigurationItemChangeNotification","recordVersion":"1.2"}`,
	}
	objects = map[string]string{
		"a notification of S3":         `{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"amzn-s3-demo-bucket"},"object":{"key":"a"}}}]}`,
		"a notification of CloudTrail": `{"s3Bucket":"amzn-s3-demo-bucket","s3ObjectKey":["a"]}`,
		"a delivery of Config":         `{"s3ObjectKey":"a","s3Bucket":"amzn-s3-demo-bucket","notificationCreationTime":"2016-09-27T20:37:05.217Z","messageType":"ConfigurationHistoryDeliveryCompleted","recordVersion":"1.1"}`,
	}
)

// snssource and sqssource hand over every message as it is; here those that name objects are the objects.
func TestMessagesOfServicesPassAsTheirOwnJSON(t *testing.T) {
	around := func(message string) string {
		return text(t, map[string]any{"Type": "Notification", "MessageId": "s", "TopicArn": "arn:aws:sns:us-west-2:123456789012:t", "Message": message})
	}
	check := func(decode func(context.Context, json.RawMessage) (source.Batch, error), event, want string) {
		t.Helper()
		b, err := decode(t.Context(), json.RawMessage(event))
		if err != nil || len(b.Payloads) != 1 {
			t.Fatalf("%d payloads, %v", len(b.Payloads), err)
		}
		body, err := read(t.Context(), b.Payloads[0])
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, body); diff != "" {
			t.Errorf("body (-want +got):\n%s", diff)
		}
	}
	for _, all := range []map[string]string{messages, objects} {
		for name, message := range all {
			t.Run(name, func(t *testing.T) {
				check(snssource.Decode, snsEvent(t, message), message)
				check(sqssource.Decode, sqsEvent(t, "", message), message)
				check(sqssource.Decode, sqsEvent(t, "", around(message)), message)
				want := message
				if objects[name] != "" {
					want = logs["amzn-s3-demo-bucket/a"]
				}
				check(events.Decode, snsEvent(t, message), want)
				check(events.Decode, sqsEvent(t, "", message), want)
				check(events.Decode, sqsEvent(t, "", around(message)), want)
			})
		}
	}
}
