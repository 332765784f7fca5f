package sqssource_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/sqssource"
)

// reader is a handler that notes what it is given, and refuses some bodies so many times.
type reader struct {
	refuse   map[string]int
	tries    map[string]int // by body
	accepted []*source.Payload
	bodies   []string // of the accepted
}

func (r *reader) handle(ctx context.Context, batch []*source.Payload) error {
	if r.tries == nil {
		r.tries = map[string]int{}
	}
	failed := map[int]error{}
	for i, p := range batch {
		body, err := read(ctx, p)
		if err != nil {
			return err
		}
		r.tries[body]++
		if r.refuse[body] > 0 {
			r.refuse[body]--
			failed[i] = errors.New("refused")
			continue
		}
		if p.Attempt != r.tries[body] {
			failed[i] = fmt.Errorf("attempt %d of %q, which came %d times", p.Attempt, body, r.tries[body])
		}
		r.accepted = append(r.accepted, p)
		r.bodies = append(r.bodies, body)
	}
	if len(failed) == 0 {
		return nil
	}
	return &source.BatchError{Failed: failed}
}

func read(ctx context.Context, p *source.Payload) (string, error) {
	r, err := p.Open(ctx)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(r)
	return string(b), errors.Join(err, r.Close())
}

func TestMessagesOfATopicArriveWithTheirOrigin(t *testing.T) {
	c := newCloud(t)
	raw, wrapped := c.queue(t, "raw"), c.queue(t, "wrapped")
	topic := c.topic(t, map[*queue]bool{raw: true, wrapped: false})
	messages := []string{`{"a":1}`, "text", "two\nlines\n", `"ünïcödé" 😀`, `{"Type":"Notification","Message":"of somebody's own"}`}
	ids := map[string]string{}
	for _, m := range messages {
		out, err := c.sns.Publish(t.Context(), &sns.PublishInput{TopicArn: &topic, Message: &m,
			MessageAttributes: map[string]snstypes.MessageAttributeValue{"tenant": {DataType: aws.String("String"), StringValue: aws.String("blue")}}})
		if err != nil {
			t.Fatal(err)
		}
		ids[m] = *out.MessageId
	}
	for name, q := range map[string]*queue{"raw": raw, "in an envelope": wrapped} {
		t.Run(name, func(t *testing.T) {
			var r reader
			(&mapping{queue: q, function: sqssource.Lambda(r.handle)}).run(t)
			if diff := cmp.Diff(slices.Sorted(slices.Values(messages)), slices.Sorted(slices.Values(r.bodies))); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
			for i, p := range r.accepted {
				want := parse.Origin{Kind: "sns", Place: topic, ID: ids[r.bodies[i]]}
				if q == raw { // which knows nothing of the topic
					want = parse.Origin{Kind: "sqs", Place: q.arn, ID: p.Origin.ID}
				}
				if diff := cmp.Diff(want, p.Origin); diff != "" || p.Origin.ID == "" {
					t.Errorf("origin (-want +got):\n%s", diff)
				}
				if age := time.Since(p.Sent); p.Attributes["tenant"] != "blue" || age < -time.Minute || age > time.Hour {
					t.Errorf("%v was sent %v ago, with the attributes %v", p.Origin, age, p.Attributes)
				}
			}
		})
	}
}

func numbered(n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("%02d", i))
	}
	return all
}

func TestExactlyTheFailedMessagesComeAgain(t *testing.T) {
	q := newCloud(t).queue(t, "logs")
	q.send(t, "", numbered(25)...)
	r := reader{refuse: map[string]int{"03": 1, "11": 2, "24": 1}}
	m := &mapping{queue: q, function: sqssource.Lambda(r.handle)}
	m.function.ReportBatchItemFailures = true
	m.run(t)
	want := map[string]int{}
	for _, body := range numbered(25) {
		want[body] = 1
	}
	want["03"], want["11"], want["24"] = 2, 3, 2
	if diff := cmp.Diff(want, r.tries); diff != "" {
		t.Errorf("deliveries (-want +got):\n%s", diff)
	}
	if len(r.accepted) != 25 || m.whole != 0 {
		t.Errorf("%d messages were accepted, %d batches failed as a whole", len(r.accepted), m.whole)
	}
	if m.largest < 2 {
		t.Error("no batch of several messages")
	}
}

func TestWithoutPartialAnswersTheWholeBatchComesAgain(t *testing.T) {
	q := newCloud(t).queue(t, "logs")
	q.send(t, "", numbered(10)...)
	r := reader{refuse: map[string]int{"03": 1}}
	m := &mapping{queue: q, function: sqssource.Lambda(r.handle)}
	m.run(t)
	again := 0
	for _, tries := range r.tries {
		again += tries - 1
	}
	if len(r.tries) != 10 || m.whole != 1 || again < 2 {
		t.Errorf("%d messages, %d batches failed as a whole, %d messages came again", len(r.tries), m.whole, again)
	}
}

func TestAFIFOQueueKeepsTheOrderOfEachGroup(t *testing.T) {
	for name, partial := range map[string]bool{"partial answers": true, "the whole batch fails": false} {
		t.Run(name, func(t *testing.T) {
			q := newCloud(t).queue(t, "logs.fifo")
			want := map[string][]string{}
			for i := range 4 {
				for _, group := range []string{"a", "b", "c"} {
					body := fmt.Sprint(group, i)
					q.send(t, group, body)
					want[q.arn+"/"+group] = append(want[q.arn+"/"+group], body)
				}
			}
			r := reader{refuse: map[string]int{"a1": 1, "c3": 1}}
			m := &mapping{queue: q, function: sqssource.Lambda(r.handle)}
			m.function.ReportBatchItemFailures = partial
			m.run(t)
			got := map[string][]string{}
			for i, p := range r.accepted {
				if body := r.bodies[i]; !slices.Contains(got[p.Group], body) { // it may come again
					got[p.Group] = append(got[p.Group], body)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("first acceptances by group (-want +got):\n%s", diff)
			}
			if (m.whole == 0) != partial {
				t.Errorf("%d batches failed as a whole", m.whole)
			}
		})
	}
}

func TestAMessageThatIsNeverAcceptedEndsInTheDeadLetterQueue(t *testing.T) {
	c := newCloud(t)
	dead := c.queue(t, "dead")
	q := c.queue(t, "logs", "RedrivePolicy", fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":"2"}`, dead.arn))
	q.send(t, "", numbered(3)...)
	r := reader{refuse: map[string]int{"01": 100}}
	m := &mapping{queue: q, function: sqssource.Lambda(r.handle)}
	m.function.ReportBatchItemFailures = true
	m.run(t)
	if diff := cmp.Diff(map[string]int{"00": 1, "01": 2, "02": 1}, r.tries); diff != "" {
		t.Errorf("deliveries (-want +got):\n%s", diff)
	}
	var left []string
	(&mapping{queue: dead, function: sqssource.Lambda(func(ctx context.Context, batch []*source.Payload) error {
		for _, p := range batch {
			body, err := read(ctx, p)
			if err != nil {
				return err
			}
			left = append(left, body)
		}
		return nil
	})}).run(t)
	if diff := cmp.Diff([]string{"01"}, left); diff != "" {
		t.Errorf("dead letters (-want +got):\n%s", diff)
	}
}
