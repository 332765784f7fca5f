package lambdaevent

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/tidwall/gjson"
)

// Message is one of SQS or SNS.
type Message struct {
	Body   []byte
	Origin parse.Origin
	// Item is the ID that SQS knows the message by in a partial answer; "" for one of SNS, where there is none.
	Item string
	// Group is the message group in its queue; "" where there is none.
	Group string
	// Attempt is how many times SQS has handed the message out, 0 for SNS.
	Attempt int
	Sent    time.Time
	// Attributes are the message attributes; binary ones in base64, as they came.
	Attributes map[string]string
}

// Messages are those of an event of this kind, SQS or SNS, in their order. An error does not have the event in it.
func Messages(event []byte, kind Kind) ([]Message, error) {
	switch is, err := KindOf(event); {
	case err != nil:
		return nil, err
	case is != kind:
		return nil, errKind
	}
	of := sqsMessage
	if kind == SNS {
		of = snsMessage
	}
	records := fieldsOf(gjson.ParseBytes(event))["Records"]
	var messages []Message
	var err error
	records.ForEach(func(_, r gjson.Result) bool {
		m, ok := of(fieldsOf(r))
		if !ok {
			err = fmt.Errorf("record %d of %d: not a message", len(messages)+1, records.Get("#").Int())
			return false
		}
		messages = append(messages, m)
		return true
	})
	if err != nil {
		return nil, err
	}
	return messages, nil
}

var errKind = errors.New("not of this kind")

// sqsMessage is that of a record: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
func sqsMessage(r fields) (Message, bool) {
	id, queue := r["messageId"].Str, r["eventSourceARN"].Str
	if r["eventSource"].Str != "aws:sqs" || id == "" || queue == "" || !isText(r, "body") {
		return Message{}, false
	}
	a := fieldsOf(r["attributes"])
	m := Message{
		Body:       []byte(r["body"].Str),
		Origin:     parse.Origin{Kind: "sqs", Place: queue, ID: id},
		Item:       id,
		Attempt:    max(int(whole(a["ApproximateReceiveCount"])), 0),
		Attributes: attributes(r["messageAttributes"], "stringValue", "binaryValue"),
	}
	if ms := whole(a["SentTimestamp"]); ms > 0 {
		m.Sent = time.UnixMilli(ms).UTC()
	}
	if group := a["MessageGroupId"].Str; group != "" {
		m.Group = queue + "/" + group
	}
	if sns, ok := envelope(m.Body); ok {
		m.Body, m.Origin, m.Attributes = sns.Body, sns.Origin, sns.Attributes
		if !sns.Sent.IsZero() {
			m.Sent = sns.Sent
		}
	}
	return m, true
}

// snsMessage is that of a record: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
func snsMessage(r fields) (Message, bool) {
	if r["EventSource"].Str != "aws:sns" {
		return Message{}, false
	}
	return notification(fieldsOf(r["Sns"]))
}

// envelope takes a body apart that is an SNS notification:
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
func envelope(body []byte) (Message, bool) {
	if !json.Valid(body) {
		return Message{}, false
	}
	return notification(fieldsOf(gjson.ParseBytes(body)))
}

func notification(n fields) (Message, bool) {
	topic, id := n["TopicArn"].Str, n["MessageId"].Str
	if n["Type"].Str != "Notification" || topic == "" || id == "" || !isText(n, "Type", "TopicArn", "MessageId", "Message") {
		return Message{}, false
	}
	m := Message{
		Body:       []byte(n["Message"].Str),
		Origin:     parse.Origin{Kind: "sns", Place: topic, ID: id},
		Attributes: attributes(n["MessageAttributes"], "Value"),
	}
	if t, err := time.Parse(time.RFC3339, n["Timestamp"].Str); err == nil {
		m.Sent = t.UTC()
	}
	return m, true
}

// attributes takes of each attribute the first of these members that it has.
func attributes(of gjson.Result, members ...string) map[string]string {
	var all map[string]string
	for name, a := range fieldsOf(of) {
		f := fieldsOf(a)
		for _, member := range members {
			if !isText(f, member) {
				continue
			}
			if all == nil {
				all = map[string]string{}
			}
			all[name] = f[member].Str
			break
		}
	}
	return all
}

// whole is a whole number, that SQS writes as a string, or 0.
func whole(v gjson.Result) int64 {
	n, err := strconv.ParseInt(v.String(), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
