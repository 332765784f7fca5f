package sqssource_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/sourcetest"
	"github.com/streamalert/streamalert-go/source/sqssource"
)

func TestConformance(t *testing.T) {
	for _, test := range []struct {
		name                 string
		fifo, reportFailures bool
	}{
		{"standard queue", false, true},
		{"FIFO queue", true, true},
		{"standard queue without partial answers", false, false},
		{"FIFO queue without partial answers", true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			sourcetest.Run(t, sourcetest.Harness{
				Groups:  test.fifo,
				Ordered: !test.fifo, // of an event; the queue promises none
				Partial: test.reportFailures,
				MaxSize: 1 << 20, // as the queue
				Make: func(tb testing.TB, bodies []sourcetest.Body) sourcetest.Subject {
					q := &queue{reportFailures: test.reportFailures, done: map[string]bool{}}
					for i, b := range bodies {
						text, err := io.ReadAll(b.Open())
						if err != nil {
							tb.Fatal(err)
						}
						q.messages = append(q.messages, message{ID: fmt.Sprint("id-", i), Body: text, Group: b.Group})
					}
					return sourcetest.Subject{Deliver: q.deliver, Acknowledged: q.acknowledged}
				},
			})
		})
	}
}

// message is one in a queue. Its Group is "" in a standard queue.
type message struct {
	ID, Group string
	Body      []byte
}

// event is that of messages that are handed out for the first time.
func event(messages ...message) []byte {
	var b bytes.Buffer
	b.WriteString(`{"Records":[`)
	for i, m := range messages {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"messageId":%q,"receiptHandle":"h","body":%s,"attributes":{"ApproximateReceiveCount":"1"`, m.ID, quoted(m.Body))
		if m.Group != "" {
			fmt.Fprintf(&b, `,"MessageGroupId":%q`, m.Group)
		}
		b.WriteString(`},"messageAttributes":{},"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-west-2:123456789012:q"}`)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// quoted is a JSON string of any bytes, which encoding/json would replace where they are not UTF-8.
func quoted(body []byte) []byte {
	q := []byte{'"'}
	for _, c := range body {
		if c < ' ' || c == '"' || c == '\\' {
			q = fmt.Appendf(q, `\u%04x`, c)
		} else {
			q = append(q, c)
		}
	}
	return append(q, '"')
}

// queue is one that a function is invoked for: as the event source mapping does, it takes what the answer does not
// name for done.
type queue struct {
	messages       []message
	reportFailures bool

	mu   sync.Mutex
	done map[string]bool
}

func (q *queue) deliver(ctx context.Context, h source.Handler) error {
	f := sqssource.Lambda(h)
	f.ReportBatchItemFailures = q.reportFailures
	var outstanding []message
	for _, m := range q.messages {
		if !q.done[m.ID] {
			outstanding = append(outstanding, m)
		}
	}
	text, err := f.Invoke(ctx, event(outstanding...))
	if err != nil {
		return err
	}
	failed, err := failures(text)
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, m := range outstanding {
		if !slices.Contains(failed, m.ID) {
			q.done[m.ID] = true
		}
	}
	if len(failed) > 0 {
		return ctx.Err() // the function answers, and its time may be up
	}
	return nil
}

func (q *queue) acknowledged() []int {
	q.mu.Lock()
	defer q.mu.Unlock()
	var is []int
	for i, m := range q.messages {
		if q.done[m.ID] {
			is = append(is, i)
		}
	}
	return is
}

// failures are the messages that an answer names.
func failures(answer []byte) ([]string, error) {
	var a struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		return nil, err
	}
	ids := []string{}
	for _, f := range a.BatchItemFailures {
		ids = append(ids, f.ItemIdentifier)
	}
	return ids, nil
}
