// Package snssink_test holds the SNS sink against fauxqs, a server of SNS and SQS that others made.
package snssink_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/alert/snssink"
	"github.com/streamalert/streamalert-go/internal/integration/servers"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// cloud is a topic and the queues that subscribe to it.
type cloud struct {
	topic string
	sns   *sns.Client
	sqs   *sqs.Client
}

// newCloud makes a topic; a name that ends in .fifo makes a FIFO topic, and FIFO queues.
func newCloud(t *testing.T, name string) *cloud {
	t.Helper()
	cfg := servers.FauxQS(t).Config()
	c := &cloud{sns: sns.NewFromConfig(cfg), sqs: sqs.NewFromConfig(cfg)}
	in := &sns.CreateTopicInput{Name: &name}
	if strings.HasSuffix(name, ".fifo") {
		in.Attributes = map[string]string{"FifoTopic": "true"}
	}
	out, err := c.sns.CreateTopic(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	c.topic = *out.TopicArn
	return c
}

// subscribe makes a queue that gets the topic's messages as they are, with their attributes, and returns its URL.
func (c *cloud) subscribe(t *testing.T, name, filterPolicy string) string {
	t.Helper()
	in := &sqs.CreateQueueInput{QueueName: &name}
	if strings.HasSuffix(name, ".fifo") {
		in.Attributes = map[string]string{"FifoQueue": "true"}
	}
	queue, err := c.sqs.CreateQueue(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	arn, err := c.sqs.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: queue.QueueUrl, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn}})
	if err != nil {
		t.Fatal(err)
	}
	attributes := map[string]string{"RawMessageDelivery": "true"}
	if filterPolicy != "" {
		attributes["FilterPolicy"] = filterPolicy
	}
	if _, err := c.sns.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: &c.topic, Protocol: aws.String("sqs"), Endpoint: aws.String(arn.Attributes["QueueArn"]), Attributes: attributes,
	}); err != nil {
		t.Fatal(err)
	}
	return *queue.QueueUrl
}

// receive empties a queue: it returns when there was nothing more for a second.
func (c *cloud) receive(t *testing.T, queue string) []types.Message {
	t.Helper()
	var all []types.Message
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		out, err := c.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
			QueueUrl: &queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, MessageAttributeNames: []string{"All"},
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll}})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Messages) == 0 {
			return all
		}
		for _, m := range out.Messages {
			all = append(all, m)
			if _, err := c.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &queue, ReceiptHandle: m.ReceiptHandle}); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Fatal("the queue does not become empty")
	return nil
}

// decode reads messages as alerts, by ID, none of which may have come twice.
func decode(t *testing.T, messages []types.Message) map[string]*alert.Alert {
	t.Helper()
	all := make(map[string]*alert.Alert)
	for _, m := range messages {
		var a alert.Alert
		if err := json.Unmarshal([]byte(*m.Body), &a); err != nil {
			t.Fatalf("message is no alert: %v: %.300s", err, *m.Body)
		}
		if all[a.ID] != nil {
			t.Errorf("%s came twice", a.ID)
		}
		all[a.ID] = &a
	}
	return all
}

// raised are n alerts, the severities in turn, the rules in turn.
func raised(n int) []*alert.Alert {
	batch := make([]*alert.Alert, n)
	for i := range batch {
		origin := parse.Origin{Kind: "s3", Place: "logs/1.json.gz", ID: "v1"}
		id := fmt.Sprint("rule-", i%3)
		batch[i] = &alert.Alert{
			ID:       alert.ID(id, origin, int64(i)),
			Rule:     alert.RuleRef{ID: id, Title: "Title"},
			Severity: rule.Severity(i % 5),
			Log:      "aws.cloudtrail",
			Time:     time.Date(2023, 7, 10, 11, 42, 36, 0, time.UTC),
			Origin:   alert.Origin{Origin: origin, Index: int64(i), Offset: int64(i)},
			Matched:  []rule.Held{{Field: "n", Condition: "n exists", Value: json.RawMessage(fmt.Sprint(i))}},
			Record:   json.RawMessage(fmt.Sprintf(`{"n":%d,"text":"é😀\u0007"}`, i)),
		}
	}
	return batch
}

func byID(batch []*alert.Alert) map[string]*alert.Alert {
	all := make(map[string]*alert.Alert)
	for _, a := range batch {
		all[a.ID] = a
	}
	return all
}

func TestAlertsArriveWithTheirAttributes(t *testing.T) {
	c := newCloud(t, "alerts")
	queue := c.subscribe(t, "all", "")
	batch := raised(25)
	if err := snssink.New(c.sns, c.topic).Send(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	messages := c.receive(t, queue)
	if diff := cmp.Diff(byID(batch), decode(t, messages)); diff != "" {
		t.Error(diff)
	}
	for _, m := range messages {
		var a alert.Alert
		if err := json.Unmarshal([]byte(*m.Body), &a); err != nil {
			t.Fatal(err)
		}
		got := make(map[string]string)
		for name, v := range m.MessageAttributes {
			got[name] = *v.DataType + " " + *v.StringValue
		}
		want := map[string]string{"rule_id": "String " + a.Rule.ID, "severity": "String " + a.Severity.String(), "log": "String aws.cloudtrail"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestAFilterPolicyChoosesBySeverity(t *testing.T) {
	c := newCloud(t, "alerts")
	queue := c.subscribe(t, "urgent", `{"severity":["high","critical"]}`)
	batch := raised(25)
	if err := snssink.New(c.sns, c.topic).Send(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	var want []*alert.Alert
	for _, a := range batch {
		if a.Severity >= rule.High {
			want = append(want, a)
		}
	}
	if diff := cmp.Diff(byID(want), decode(t, c.receive(t, queue))); diff != "" {
		t.Error(diff)
	}
}

func TestAFIFOTopicDropsABatchThatIsSentAgain(t *testing.T) {
	c := newCloud(t, "alerts.fifo")
	queue := c.subscribe(t, "alerts.fifo", "")
	batch := raised(25)
	batch[7].Rule.ID = "a rule with spaces"
	sink := snssink.New(c.sns, c.topic)
	for range 2 {
		if err := sink.Send(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	messages := c.receive(t, queue)
	if diff := cmp.Diff(byID(batch), decode(t, messages)); diff != "" { // which checks that none came twice
		t.Error(diff)
	}
	// The order within a group is not compared: fauxqs takes the tenth entry of a call for its second.
	for _, m := range messages {
		var a alert.Alert
		if err := json.Unmarshal([]byte(*m.Body), &a); err != nil {
			t.Fatal(err)
		}
		group := m.Attributes[string(types.MessageSystemAttributeNameMessageGroupId)]
		if strings.HasPrefix(a.Rule.ID, "rule-") && group != a.Rule.ID {
			t.Errorf("group %q of rule %q", group, a.Rule.ID)
		}
		if dedup := m.Attributes[string(types.MessageSystemAttributeNameMessageDeduplicationId)]; dedup != a.ID {
			t.Errorf("deduplication ID %q of alert %s", dedup, a.ID)
		}
	}
}

func TestAlertsOfAnySizeArrive(t *testing.T) {
	c := newCloud(t, "alerts")
	queue := c.subscribe(t, "all", "")
	batch := raised(4)
	// One that fills a call to the last byte, one that is a byte larger, and one that is far too large.
	body, err := batch[1].AppendJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	attributes := len("rule_id"+"String"+"rule-1") + len("severity"+"String"+"low") + len("log"+"String"+"aws.cloudtrail")
	room := 262_144 - attributes - len(body) + len(batch[1].Record)
	record := func(n int) json.RawMessage { return json.RawMessage(`"` + strings.Repeat("x", n-2) + `"`) }
	batch[1].Record = record(room)
	batch[2].Record = record(room + 2) // its severity is longer too
	batch[3].Record = record(3 << 20)
	if err := snssink.New(c.sns, c.topic).Send(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	for _, a := range batch[2:] {
		a.Record, a.RecordOmitted = nil, true
	}
	if diff := cmp.Diff(byID(batch), decode(t, c.receive(t, queue))); diff != "" {
		t.Errorf("%.1000s", diff)
	}
}

func TestATopicThatIsNotThereFailsTheBatch(t *testing.T) {
	c := newCloud(t, "alerts")
	batch := raised(12)
	err := snssink.New(c.sns, c.topic+"-of-old").Send(t.Context(), batch)
	if n := len(alert.Failed(err, batch)); n != 12 || !strings.Contains(fmt.Sprint(err), "NotFound") {
		t.Errorf("%d failed with %v", n, err)
	}
}
