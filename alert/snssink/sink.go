// Package snssink delivers alerts to an Amazon SNS topic.
//
// Each alert is one message whose body is the alert as JSON ([alert.Alert.AppendJSON]), so a subscriber decodes it
// into an [alert.Alert]. Message attributes of type String let filter policies choose among them:
//
//	rule_id   the rule's ID
//	severity  info, low, medium, high or critical
//	log       the record's log type
//
// An attribute without a value is left out, since SNS refuses it, and one of more than 256 bytes is cut.
//
// # Size
//
// A message and its attributes are at most 262,144 bytes, or what the topic's MaximumMessageSize says
// ([Sink.MaxBytes]). An alert that is larger is sent without its record, with record_omitted set, then without what
// matched, then with its long texts cut: it says less, but it is never lost, and blocks nothing.
//
// # FIFO topics
//
// The deduplication ID is the alert's ID, so within the five minutes of SNS a redelivered payload raises nothing twice.
// The message group is the rule's ID: a rule's alerts stay in the order in which they were sent, and no rule waits for
// another. Where an ID is not 1 to 128 letters, digits and punctuation of ASCII, as SNS wants it, the hexadecimal
// SHA-256 of it is used.
//
// # Permissions
//
// sns:Publish on the topic, and for a topic that is encrypted with a key of one's own kms:GenerateDataKey and
// kms:Decrypt on the key.
package snssink

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/streamalert/streamalert-go/alert"
)

// Publisher is what a [Sink] calls. *sns.Client is one.
type Publisher interface {
	PublishBatch(context.Context, *sns.PublishBatchInput, ...func(*sns.Options)) (*sns.PublishBatchOutput, error)
}

// Sink publishes alerts to one topic. [New] makes one. It is safe for concurrent use and starts no goroutine.
type Sink struct {
	// MaxBytes is the topic's MaximumMessageSize: the most bytes of a message with its attributes, and of a call's
	// messages together. It is 262,144 where it is 0, and at least 4,096. Set it before the first Send.
	MaxBytes int

	client Publisher
	topic  string
}

// The limits of SNS: https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
const (
	maxEntries      = 10
	defaultMaxBytes = 262_144
	leastMaxBytes   = 4_096
)

// New is a sink that publishes to the topic with this ARN. One that ends in .fifo is a FIFO topic.
func New(client Publisher, topicARN string) *Sink {
	return &Sink{client: client, topic: topicARN}
}

// Send publishes the batch, at most ten alerts a call, one call after the other. An alert ID that stands in the batch
// more than once is sent once.
//
// Its error is a [*alert.DeliveryError] with the topic's ARN as its sink. An entry that SNS refused failed with an
// [*EntryError]; all entries of a call that failed, failed with its error, and the next call is made all the same unless
// ctx is done. An entry that the answer does not speak of has failed.
func (s *Sink) Send(ctx context.Context, batch []*alert.Alert) error {
	c := call{sink: s, limit: s.maxBytes(), failed: make(map[string]error)}
	seen := make(map[string]bool, len(batch))
	for _, a := range batch {
		if seen[a.ID] {
			continue
		}
		seen[a.ID] = true
		c.add(ctx, a)
	}
	c.publish(ctx)
	if len(c.failed) == 0 {
		return nil
	}
	return &alert.DeliveryError{Sink: s.topic, Failed: c.failed}
}

func (s *Sink) maxBytes() int {
	if s.MaxBytes == 0 {
		return defaultMaxBytes
	}
	return max(s.MaxBytes, leastMaxBytes)
}

// EntryError is the answer of SNS for one message that it refused.
type EntryError struct {
	Code    string
	Message string
	// SenderFault tells that SNS blames the message and not itself: sending it again will not help.
	SenderFault bool
}

func (e *EntryError) Error() string {
	fault := "the service's fault"
	if e.SenderFault {
		fault = "the sender's fault"
	}
	return fmt.Sprintf("sns: %s: %s (%s)", e.Code, e.Message, fault)
}

// call gathers the entries of one PublishBatch after the other.
type call struct {
	sink    *Sink
	limit   int
	entries []types.PublishBatchRequestEntry
	ids     []string // the alerts' IDs, entry by entry
	bytes   int
	failed  map[string]error
}

// add puts an alert into the next call, after making that call first where there is no room in it.
func (c *call) add(ctx context.Context, a *alert.Alert) {
	m, err := newMessage(a, c.limit)
	if err != nil {
		c.failed[a.ID] = err
		return
	}
	if len(c.entries) == maxEntries || c.bytes+m.bytes > c.limit {
		c.publish(ctx)
	}
	// An alert's ID may be too long for an entry's, its place in the call never is.
	e := types.PublishBatchRequestEntry{
		Id:                aws.String(strconv.Itoa(len(c.entries))),
		Message:           aws.String(m.body),
		MessageAttributes: m.attributes,
	}
	if strings.HasSuffix(c.sink.topic, ".fifo") {
		e.MessageGroupId = aws.String(token(a.Rule.ID))
		e.MessageDeduplicationId = aws.String(token(a.ID))
	}
	c.entries = append(c.entries, e)
	c.ids = append(c.ids, a.ID)
	c.bytes += m.bytes
}

var errNoAnswer = errors.New("sns: the answer does not speak of this message")

// publish makes the call, writes what failed into failed, and begins the next.
func (c *call) publish(ctx context.Context) {
	if len(c.entries) == 0 {
		return
	}
	entries, ids := c.entries, c.ids
	c.entries, c.ids, c.bytes = nil, nil, 0

	err := ctx.Err()
	var out *sns.PublishBatchOutput
	if err == nil {
		out, err = c.sink.client.PublishBatch(ctx, &sns.PublishBatchInput{
			TopicArn:                   aws.String(c.sink.topic),
			PublishBatchRequestEntries: entries,
		})
	}
	if err == nil && out == nil {
		err = errNoAnswer
	}
	if err != nil {
		for _, id := range ids {
			c.failed[id] = fmt.Errorf("publish: %w", err)
		}
		return
	}
	answers := make(map[string]error, len(entries)) // by entry ID; nil where it was accepted
	for _, ok := range out.Successful {
		answers[aws.ToString(ok.Id)] = nil
	}
	for _, e := range out.Failed {
		answers[aws.ToString(e.Id)] = &EntryError{
			Code: aws.ToString(e.Code), Message: aws.ToString(e.Message), SenderFault: e.SenderFault}
	}
	for i, id := range ids {
		err, ok := answers[*entries[i].Id]
		if !ok {
			err = errNoAnswer
		}
		if err != nil {
			c.failed[id] = err
		}
	}
}
