package lambdafntest

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/internal/integration/servers"
)

// Topic is an SNS topic, and a queue that gets what is published to it.
type Topic struct {
	ARN string

	server *servers.AWS
	queue  string
}

// NewTopic starts a server and makes the topic.
func NewTopic(t testing.TB) *Topic {
	t.Helper()
	tp := &Topic{server: servers.FauxQS(t)}
	q, err := sqs.NewFromConfig(tp.server.Config()).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("alerts")})
	if err != nil {
		t.Fatal(err)
	}
	tp.queue = *q.QueueUrl
	tp.Create(t)
	return tp
}

// Env are the variables of a function that publishes to the topic.
func (tp *Topic) Env() []string { return append(tp.server.Env("SNS"), "TOPIC_ARN="+tp.ARN) }

// Create makes the topic, anew after Delete.
func (tp *Topic) Create(t testing.TB) {
	t.Helper()
	topics := sns.NewFromConfig(tp.server.Config())
	made, err := topics.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("alerts")})
	if err != nil {
		t.Fatal(err)
	}
	tp.ARN = *made.TopicArn
	_, err = topics.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: made.TopicArn, Protocol: aws.String("sqs"),
		Endpoint: aws.String("arn:aws:sqs:us-east-1:000000000000:alerts"), Attributes: map[string]string{"RawMessageDelivery": "true"}})
	if err != nil {
		t.Fatal(err)
	}
}

// Delete lets the topic refuse what is published to it.
func (tp *Topic) Delete(t testing.TB) {
	t.Helper()
	if _, err := sns.NewFromConfig(tp.server.Config()).DeleteTopic(t.Context(), &sns.DeleteTopicInput{TopicArn: &tp.ARN}); err != nil {
		t.Fatal(err)
	}
}

// Receive takes n alerts from the queue. It fails the test where there are others, or their attributes do not fit.
func (tp *Topic) Receive(t testing.TB, n int) []alert.Alert {
	t.Helper()
	queues := sqs.NewFromConfig(tp.server.Config())
	var alerts []alert.Alert
	for {
		// What was in an answer that got lost comes again while the next one is waited for.
		in := &sqs.ReceiveMessageInput{QueueUrl: &tp.queue, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"}, VisibilityTimeout: 3}
		if len(alerts) < n {
			in.WaitTimeSeconds = 10
		}
		out, err := queues.ReceiveMessage(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Messages) == 0 {
			break
		}
		for _, m := range out.Messages {
			var a alert.Alert
			if err := json.Unmarshal([]byte(aws.ToString(m.Body)), &a); err != nil {
				t.Fatalf("%v: %s", err, aws.ToString(m.Body))
			}
			if got := aws.ToString(m.MessageAttributes["severity"].StringValue); got != a.Severity.String() {
				t.Errorf("attribute severity is %q, the alert's %v", got, a.Severity)
			}
			alerts = append(alerts, a)
			if _, err := queues.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &tp.queue, ReceiptHandle: m.ReceiptHandle}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(alerts) != n {
		t.Fatalf("%d alerts, want %d: %v", len(alerts), n, alerts)
	}
	return alerts
}
