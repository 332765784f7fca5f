package lambdafntest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// LogFile are the bytes of a genuine CloudTrail file, compressed, with one event.
func LogFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "quickstart", "testdata", name+".json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// CloudTrail is one genuine CloudTrail event of those that a detection is tested with.
func CloudTrail(t testing.TB, rule, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "detections", "testdata", rule, name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var c struct{ Record json.RawMessage }
	if err := json.Unmarshal(b, &c); err != nil || c.Record == nil {
		t.Fatalf("%s: no record: %v", name, err)
	}
	return c.Record
}

// Object is what S3 sends for a new object (Amazon S3 User Guide, "Event message structure"). key is form-encoded, as
// S3 does.
func Object(bucket, key string) []byte {
	return fmt.Appendf(nil, `{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1",`+
		`"eventTime":"2023-07-10T11:45:00.000Z","eventName":"ObjectCreated:Put",`+
		`"userIdentity":{"principalId":"AWS:AROAEXAMPLE:CloudTrail"},"requestParameters":{"sourceIPAddress":"198.51.100.10"},`+
		`"responseElements":{"x-amz-request-id":"C3D13FE58DE4C810","x-amz-id-2":"FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD"},`+
		`"s3":{"s3SchemaVersion":"1.0","configurationId":"detections","bucket":{"name":%q,"ownerIdentity":{"principalId":"A3NL1KOZZKExample"},`+
		`"arn":"arn:aws:s3:::%[1]s"},"object":{"key":%[2]q,"size":1024,"eTag":"d41d8cd98f00b204e9800998ecf8427e","sequencer":"0055AED6DCD90281E5"}}}]}`, bucket, key)
}

// ObjectCreated is what EventBridge sends for a new object (Amazon S3 User Guide, "EventBridge event message
// structure"). key is as it is.
func ObjectCreated(bucket, key string) []byte {
	return fmt.Appendf(nil, `{"version":"0","id":"17793124-05d4-b198-2fde-7ededc63b103","detail-type":"Object Created","source":"aws.s3",`+
		`"account":"111122223333","time":"2021-11-12T00:00:00Z","region":"us-east-1","resources":["arn:aws:s3:::%s"],`+
		`"detail":{"version":"0","bucket":{"name":%[1]q},"object":{"key":%[2]q,"size":5,"etag":"b1946ac92492d2347c6235b4d2611184",`+
		`"sequencer":"617f08299329d189"},"request-id":"N4N7GDK58NMKJ12R","requester":"123456789012","source-ip-address":"1.2.3.4","reason":"PutObject"}}`, bucket, key)
}

// SQS is what Lambda makes of messages in a queue (Lambda Developer Guide, "Using Lambda with Amazon SQS"). Their IDs are
// message-0 and so on.
func SQS(bodies ...[]byte) []byte {
	var records []string
	for i, body := range bodies {
		records = append(records, fmt.Sprintf(`{"messageId":"message-%d","receiptHandle":"AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a","body":%s,`+
			`"attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1545082649183","SenderId":"AIDAIENQZJOLO23YVJ4VO",`+
			`"ApproximateFirstReceiveTimestamp":"1545082649185"},"messageAttributes":{},"md5OfBody":"e4e68fb7bd0e697a0ae8f1bb342846b3",`+
			`"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:logs","awsRegion":"us-east-1"}`, i, quote(body)))
	}
	return fmt.Appendf(nil, `{"Records":[%s]}`, strings.Join(records, ","))
}

// SNS is what SNS invokes a function with (Lambda Developer Guide, "Using Lambda with Amazon SNS").
func SNS(message []byte) []byte {
	return fmt.Appendf(nil, `{"Records":[{"EventVersion":"1.0",`+
		`"EventSubscriptionArn":"arn:aws:sns:us-east-1:123456789012:logs:21be56ed-a058-49f5-8c98-aedd2564c486","EventSource":"aws:sns",`+
		`"Sns":{"SignatureVersion":"1","Timestamp":"2019-01-02T12:45:07.000Z","Signature":"EXAMPLE","SigningCertUrl":"EXAMPLE",`+
		`"MessageId":"95df01b4-ee98-5cb9-9903-4c221d41eb5e","Message":%s,"MessageAttributes":{"Test":{"Type":"String","Value":"TestString"}},`+
		`"Type":"Notification","UnsubscribeUrl":"EXAMPLE","TopicArn":"arn:aws:sns:us-east-1:123456789012:logs","Subject":null}}]}`, quote(message))
}

// Kinesis is what Lambda makes of records in a shard (Lambda Developer Guide, "Using Lambda with Kinesis"). Their sequence
// numbers are those of SequenceNumber.
func Kinesis(data ...[]byte) []byte {
	var records []string
	for i, d := range data {
		b, _ := json.Marshal(d) // base64
		records = append(records, fmt.Sprintf(`{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"1","sequenceNumber":%q,"data":%s,`+
			`"approximateArrivalTimestamp":1545084650.987},"eventSource":"aws:kinesis","eventVersion":"1.0",`+
			`"eventID":"shardId-000000000006:%[1]s","eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::123456789012:role/lambda-role",`+
			`"awsRegion":"us-east-1","eventSourceARN":"arn:aws:kinesis:us-east-1:123456789012:stream/logs"}`, SequenceNumber(i), b))
	}
	return fmt.Appendf(nil, `{"Records":[%s]}`, strings.Join(records, ","))
}

// SequenceNumber is that of a record in Kinesis.
func SequenceNumber(i int) string {
	return fmt.Sprintf("4959033827149025660855969253836157109592157598913665%04d", i)
}

func quote(b []byte) []byte {
	q, _ := json.Marshal(string(b))
	return q
}
