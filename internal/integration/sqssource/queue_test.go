// Package sqssource_test holds what comes through queues against fauxqs, a server of SNS and SQS that others made, and
// versitygw, one of S3. What they do not have: event source mappings, for which the type mapping does what the Lambda
// developer guide says of them; more than one message of a FIFO group in a receive; buckets that announce their objects,
// and EventBridge, so that their documents are sent by the tests.
package sqssource_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/streamalert/streamalert-go/internal/integration/servers"
	"github.com/streamalert/streamalert-go/source"
)

// cloud is a server of topics and queues.
type cloud struct {
	sns *sns.Client
	sqs *sqs.Client
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	cfg := servers.FauxQS(t).Config()
	return &cloud{sns.NewFromConfig(cfg), sqs.NewFromConfig(cfg)}
}

// queue is one of the server's.
type queue struct {
	*cloud
	url, arn string
}

// queue makes a queue whose messages come again after two seconds. One that ends in .fifo is a FIFO queue.
func (c *cloud) queue(t *testing.T, name string, attributes ...string) *queue {
	t.Helper()
	all := map[string]string{"VisibilityTimeout": "2"}
	if strings.HasSuffix(name, ".fifo") {
		all["FifoQueue"] = "true"
	}
	for i := 0; i < len(attributes); i += 2 {
		all[attributes[i]] = attributes[i+1]
	}
	out, err := c.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: all})
	if err != nil {
		t.Fatal(err)
	}
	q := &queue{cloud: c, url: *out.QueueUrl}
	q.arn = q.attribute(t, types.QueueAttributeNameQueueArn)
	return q
}

func (q *queue) attribute(t *testing.T, name types.QueueAttributeName) string {
	t.Helper()
	out, err := q.sqs.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &q.url, AttributeNames: []types.QueueAttributeName{name}})
	if err != nil {
		t.Fatal(err)
	}
	return out.Attributes[string(name)]
}

// send puts messages into the queue, in order. A FIFO queue needs the group.
func (q *queue) send(t *testing.T, group string, bodies ...string) {
	t.Helper()
	for _, body := range bodies {
		in := &sqs.SendMessageInput{QueueUrl: &q.url, MessageBody: &body}
		if group != "" {
			in.MessageGroupId, in.MessageDeduplicationId = &group, aws.String(group+body)
		}
		if _, err := q.sqs.SendMessage(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
}

// topic makes a topic to which these queues subscribe, with raw delivery or without, and returns its ARN.
func (c *cloud) topic(t *testing.T, raw map[*queue]bool) string {
	t.Helper()
	out, err := c.sns.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("logs")})
	if err != nil {
		t.Fatal(err)
	}
	for q, raw := range raw {
		in := &sns.SubscribeInput{TopicArn: out.TopicArn, Protocol: aws.String("sqs"), Endpoint: &q.arn}
		if raw {
			in.Attributes = map[string]string{"RawMessageDelivery": "true"}
		}
		if _, err := c.sns.Subscribe(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	return *out.TopicArn
}

// mapping is an event source mapping of a queue: it hands the function batches, and deletes what is done by the answer.
// What is not comes again once its visibility timeout is over.
type mapping struct {
	*queue
	function *source.Lambda

	batches int
	largest int // messages of a batch
	whole   int // batches that failed as a whole
}

// run invokes the function until the queue is empty.
func (m *mapping) run(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		out, err := m.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &m.url, MaxNumberOfMessages: 10,
			MessageAttributeNames: []string{"All"}, MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll}})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Messages) > 0 {
			m.invoke(t, out.Messages)
			continue
		}
		if m.attribute(t, types.QueueAttributeNameApproximateNumberOfMessages) == "0" && m.attribute(t, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible) == "0" {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the queue does not become empty")
}

func (m *mapping) invoke(t *testing.T, messages []types.Message) {
	t.Helper()
	m.batches++
	m.largest = max(m.largest, len(messages))
	answer, err := m.function.Invoke(t.Context(), m.event(t, messages))
	if err != nil {
		m.whole++
		return
	}
	failed := map[string]bool{}
	if m.function.ReportBatchItemFailures {
		var a struct {
			BatchItemFailures []struct{ ItemIdentifier string }
		}
		if err := json.Unmarshal(answer, &a); err != nil {
			t.Fatalf("answer %s: %v", answer, err)
		}
		for _, f := range a.BatchItemFailures {
			failed[f.ItemIdentifier] = true
		}
	}
	for _, message := range messages {
		if failed[*message.MessageId] {
			delete(failed, *message.MessageId)
			continue
		}
		if _, err := m.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &m.url, ReceiptHandle: message.ReceiptHandle}); err != nil {
			t.Fatal(err)
		}
	}
	if len(failed) > 0 {
		t.Errorf("the answer names %v, which are not in the batch", failed)
	}
}

// event is what Lambda makes of messages: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
func (m *mapping) event(t *testing.T, messages []types.Message) []byte {
	t.Helper()
	var records []any
	for _, message := range messages {
		attributes := map[string]any{}
		for name, a := range message.MessageAttributes {
			attributes[name] = map[string]any{"stringValue": a.StringValue, "binaryValue": a.BinaryValue, "dataType": a.DataType,
				"stringListValues": []string{}, "binaryListValues": []string{}}
		}
		records = append(records, map[string]any{
			"messageId": message.MessageId, "receiptHandle": message.ReceiptHandle, "body": message.Body, "md5OfBody": message.MD5OfBody,
			"attributes": message.Attributes, "messageAttributes": attributes,
			"eventSource": "aws:sqs", "eventSourceARN": m.arn, "awsRegion": servers.Region,
		})
	}
	b, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		t.Fatal(err)
	}
	return b
}
