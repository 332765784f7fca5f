package source_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
)

var _ lambda.Handler = (*source.Lambda)(nil)

// message is an event's record in these tests: an SQS message or the like.
type message struct{ Item, Group, Body string }

// decode is a Decode for events that are a JSON array of messages.
func decode(_ context.Context, event json.RawMessage) (source.Batch, error) {
	var messages []message
	if err := json.Unmarshal(event, &messages); err != nil {
		return source.Batch{}, err
	}
	var b source.Batch
	for _, m := range messages {
		p := source.Bytes(parse.Origin{Kind: "test", Place: "queue/" + m.Body}, []byte(m.Body))
		p.Group = m.Group
		b.Payloads = append(b.Payloads, p)
		b.Items = append(b.Items, m.Item)
	}
	return b, nil
}

func event(tb testing.TB, m ...message) []byte {
	tb.Helper()
	b, err := json.Marshal(m)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// refusing is a handler that does not accept the payloads with these bodies.
func refusing(bodies ...string) source.Handler {
	return func(ctx context.Context, batch []*source.Payload) error {
		failed := map[int]error{}
		for i, p := range batch {
			r, err := p.Open(ctx)
			if err != nil {
				return err
			}
			b, err := io.ReadAll(r)
			if err != nil {
				return err
			}
			for _, body := range bodies {
				if body == string(b) {
					failed[i] = errors.New("no " + body)
				}
			}
			r.Close()
		}
		if len(failed) == 0 {
			return nil
		}
		return fmt.Errorf("handler: %w", &source.BatchError{Failed: failed})
	}
}

func answering(err error) source.Handler {
	return func(context.Context, []*source.Payload) error { return err }
}

func TestLambdaAnswers(t *testing.T) {
	a, b, c := message{"1", "", "a"}, message{"2", "", "b"}, message{"3", "", "c"}
	whole := errors.New("throttled")
	const none = `{"batchItemFailures":[]}`
	for name, tt := range map[string]struct {
		event   []message
		handler source.Handler
		report  bool
		answer  string
		err     string
	}{
		"success":                            {event: []message{a, b}, handler: refusing(), answer: "null"},
		"success, with partial answers":      {event: []message{a, b}, handler: refusing(), report: true, answer: none},
		"an empty event":                     {handler: answering(whole), answer: "null"},
		"an empty event, partial answers":    {handler: answering(whole), report: true, answer: none},
		"one fails":                          {event: []message{a, b, c}, handler: refusing("b"), err: "source: 1 of 3 payloads not accepted: test:queue/b: no b"},
		"one fails, with partial answers":    {event: []message{a, b, c}, handler: refusing("b"), report: true, answer: `{"batchItemFailures":[{"itemIdentifier":"2"}]}`},
		"two fail":                           {event: []message{a, b, c}, handler: refusing("a", "c"), err: "source: 2 of 3 payloads not accepted: test:queue/a: no a; test:queue/c: no c"},
		"two fail, with partial answers":     {event: []message{a, b, c}, handler: refusing("c", "a"), report: true, answer: `{"batchItemFailures":[{"itemIdentifier":"1"},{"itemIdentifier":"3"}]}`},
		"all fail":                           {event: []message{a, b}, handler: answering(whole), err: "source: 2 of 2 payloads not accepted: test:queue/a, test:queue/b: throttled"},
		"all fail, with partial answers":     {event: []message{a, b}, handler: answering(whole), report: true, answer: `{"batchItemFailures":[{"itemIdentifier":"1"},{"itemIdentifier":"2"}]}`},
		"a batch error of another batch":     {event: []message{a, b}, handler: answering(&source.BatchError{Failed: map[int]error{7: whole}}), report: true, answer: `{"batchItemFailures":[{"itemIdentifier":"1"},{"itemIdentifier":"2"}]}`},
		"an event without partial answers":   {event: []message{{"", "", "a"}, {"", "", "b"}}, handler: refusing("b"), report: true, err: "source: 1 of 2 payloads not accepted: test:queue/b: no b"},
		"the failed one without an item":     {event: []message{a, {"", "", "b"}}, handler: refusing("a", "b"), report: true, err: "source: 2 of 2 payloads not accepted: test:queue/a: no a; test:queue/b: no b"},
		"an accepted one without an item":    {event: []message{a, {"", "", "b"}}, handler: refusing("a"), report: true, answer: `{"batchItemFailures":[{"itemIdentifier":"1"}]}`},
		"one item of two payloads":           {event: []message{{"1", "", "a"}, {"1", "", "b"}, c}, handler: refusing("a", "b"), report: true, answer: `{"batchItemFailures":[{"itemIdentifier":"1"}]}`},
		"half of an item":                    {event: []message{{"1", "", "a"}, {"1", "", "b"}, c}, handler: refusing("b"), report: true, answer: `{"batchItemFailures":[{"itemIdentifier":"1"}]}`},
		"a group behind its first failure":   {event: []message{{"1", "g", "a"}, {"2", "h", "b"}, {"3", "g", "c"}, {"4", "h", "d"}, {"5", "", "e"}, {"6", "g", "f"}}, handler: refusing("a"), report: true, answer: `{"batchItemFailures":[{"itemIdentifier":"1"},{"itemIdentifier":"3"},{"itemIdentifier":"6"}]}`},
		"a group that fails in its middle":   {event: []message{{"1", "g", "a"}, {"2", "g", "b"}, {"3", "g", "c"}}, handler: refusing("b"), report: true, answer: `{"batchItemFailures":[{"itemIdentifier":"2"},{"itemIdentifier":"3"}]}`},
		"a group whose next has no item":     {event: []message{{"1", "g", "a"}, {"", "g", "b"}}, handler: refusing("a"), report: true, err: "source: 1 of 2 payloads not accepted: test:queue/a: no a"},
		"a group of which all is accepted":   {event: []message{{"1", "g", "a"}, {"2", "g", "b"}}, handler: refusing(), report: true, answer: none},
		"an item that needs to be escaped":   {event: []message{{`"<1>`, "", "a"}}, handler: refusing("a"), report: true, answer: `{"batchItemFailures":[{"itemIdentifier":"\"<1>"}]}`},
		"a permanent error that is returned": {event: []message{a, b}, handler: answering(&source.Permanent{Err: whole}), err: "source: 2 of 2 payloads not accepted: test:queue/a, test:queue/b: throttled"},
	} {
		t.Run(name, func(t *testing.T) {
			l := &source.Lambda{Decode: decode, Handler: tt.handler, ReportBatchItemFailures: tt.report}
			answer, err := l.Invoke(t.Context(), event(t, tt.event...))
			if tt.err != "" {
				if err == nil || err.Error() != tt.err || answer != nil {
					t.Errorf("got %s and error %v, want error %s", answer, err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(compact(t, tt.answer), compact(t, string(answer))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLambdaReportsTheFirstFailureOfAStream(t *testing.T) {
	two := []message{{"1", "g", "a"}, {"10", "h", "A"}, {"2", "g", "b"}, {"2", "g", "c"}, {"11", "h", "B"}, {"3", "g", "d"}}
	for name, tt := range map[string]struct {
		refuse []string
		answer string
	}{
		"nothing failed":                {nil, `{"batchItemFailures":[]}`},
		"the first failed":              {[]string{"a"}, `{"batchItemFailures":[{"itemIdentifier":"1"}]}`},
		"part of an item failed":        {[]string{"c"}, `{"batchItemFailures":[{"itemIdentifier":"2"}]}`},
		"several failed":                {[]string{"d", "b"}, `{"batchItemFailures":[{"itemIdentifier":"2"}]}`},
		"some of each group failed":     {[]string{"c", "d", "A", "B"}, `{"batchItemFailures":[{"itemIdentifier":"10"},{"itemIdentifier":"2"}]}`},
		"the last of one group failed":  {[]string{"B"}, `{"batchItemFailures":[{"itemIdentifier":"11"}]}`},
		"the last of each group failed": {[]string{"B", "d"}, `{"batchItemFailures":[{"itemIdentifier":"11"},{"itemIdentifier":"3"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			l := &source.Lambda{Handler: refusing(tt.refuse...), ReportBatchItemFailures: true}
			l.Decode = func(ctx context.Context, event json.RawMessage) (source.Batch, error) {
				b, err := decode(ctx, event)
				b.FromFirst = true
				return b, err
			}
			answer, err := l.Invoke(t.Context(), event(t, two...))
			if err != nil || string(answer) != tt.answer {
				t.Errorf("answer %s and error %v, want %s", answer, err, tt.answer)
			}
			l.ReportBatchItemFailures = false
			if answer, err := l.Invoke(t.Context(), event(t, two...)); (err == nil) != (tt.refuse == nil) {
				t.Errorf("without partial answers: %s and error %v", answer, err)
			}
		})
	}
}

// compact is the value of a JSON text.
func compact(tb testing.TB, s string) (v any) {
	tb.Helper()
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		tb.Fatal(err)
	}
	return v
}

func TestLambdaErrorWrapsAndStaysShort(t *testing.T) {
	cause := errors.New("throttled")
	var m []message
	for i := range 5000 {
		m = append(m, message{fmt.Sprint(i), "", fmt.Sprint("body-", i)})
	}
	l := &source.Lambda{Decode: decode, Handler: answering(fmt.Errorf("sink: %w", cause))}
	_, err := l.Invoke(t.Context(), event(t, m...))
	if !errors.Is(err, cause) {
		t.Errorf("%v does not wrap the cause", err)
	}
	for _, want := range []string{"5000 of 5000", "test:queue/body-0, ", "test:queue/body-9 and 4990 more: sink: throttled"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q has no %q", err, want)
		}
	}
	if len(err.Error()) > 1000 {
		t.Errorf("the error has %d bytes", len(err.Error()))
	}
}

func TestLambdaDoesNotHandleWhatItCannotDecode(t *testing.T) {
	cause := errors.New("no such event")
	p := source.Bytes(parse.Origin{}, nil)
	for name, tt := range map[string]struct {
		batch source.Batch
		err   error
		want  string
	}{
		"an error":       {source.Batch{}, cause, "source: event not decoded: no such event"},
		"too few items":  {source.Batch{Payloads: []*source.Payload{p, p}, Items: []string{"1"}}, nil, "source: event decoded to 2 payloads but 1 items"},
		"too many items": {source.Batch{Items: []string{"1"}}, nil, "source: event decoded to 0 payloads but 1 items"},
	} {
		t.Run(name, func(t *testing.T) {
			l := &source.Lambda{
				Decode: func(context.Context, json.RawMessage) (source.Batch, error) { return tt.batch, tt.err },
				Handler: func(context.Context, []*source.Payload) error {
					t.Error("the handler was called")
					return nil
				},
				ReportBatchItemFailures: true,
			}
			answer, err := l.Invoke(t.Context(), []byte("{}"))
			if err == nil || err.Error() != tt.want || answer != nil || tt.err != nil && !errors.Is(err, tt.err) {
				t.Errorf("got %s and %v, want %s", answer, err, tt.want)
			}
		})
	}
}

func TestLambdaTakesABatchWithoutItems(t *testing.T) {
	p := source.Bytes(parse.Origin{Kind: "s3", Place: "bucket/key"}, nil)
	l := &source.Lambda{
		Decode: func(context.Context, json.RawMessage) (source.Batch, error) {
			return source.Batch{Payloads: []*source.Payload{p}}, nil
		},
		Handler:                 answering(errors.New("no")),
		ReportBatchItemFailures: true,
	}
	if _, err := l.Invoke(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "s3:bucket/key") {
		t.Errorf("got %v, want an error that names the object", err)
	}
}

func TestLambdaStopsBeforeTheDeadline(t *testing.T) {
	const never = -1
	for name, tt := range map[string]struct {
		left, margin time.Duration
		want         time.Duration // of Stop before the deadline
	}{
		"a tenth of the time":           {60 * time.Second, 0, 6 * time.Second},
		"at most 10 s":                  {15 * time.Minute, 0, 10 * time.Second},
		"at least 1 s":                  {4 * time.Second, 0, time.Second},
		"at most half of the time":      {time.Second, 0, 500 * time.Millisecond},
		"as the field says":             {60 * time.Second, 20 * time.Second, 20 * time.Second},
		"the field, but at most a half": {60 * time.Second, 50 * time.Second, 30 * time.Second},
		"none":                          {60 * time.Second, -1, 0},
		"without a deadline":            {0, 0, never},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if tt.left > 0 {
					c, cancel := context.WithTimeout(ctx, tt.left)
					defer cancel()
					ctx = c
				}
				begin := time.Now()
				l := &source.Lambda{Margin: tt.margin, Decode: decode, Handler: func(ctx context.Context, _ []*source.Payload) error {
					stopped := source.Stopped(ctx)
					if tt.want == never {
						if stopped != nil {
							t.Error("there is a Stop")
						}
						return nil
					}
					<-stopped
					if got := tt.left - time.Since(begin); got != tt.want {
						t.Errorf("stopped %v before the deadline, want %v", got, tt.want)
					}
					if tt.want > 0 && ctx.Err() != nil {
						t.Error("the context has ended with Stop")
					}
					return nil
				}}
				if _, err := l.Invoke(ctx, event(t, message{Body: "a"})); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestLambdaKeepsAnEarlierStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signal, stop := context.WithCancel(t.Context())
		ctx, cancel := context.WithTimeout(source.WithStop(t.Context(), signal), time.Minute)
		defer cancel()
		begin := time.Now()
		l := &source.Lambda{Decode: decode, Handler: func(ctx context.Context, _ []*source.Payload) error {
			time.AfterFunc(time.Second, stop)
			<-source.Stopped(ctx)
			if d := time.Since(begin); d != time.Second {
				t.Errorf("stopped after %v, want the signal's second", d)
			}
			return ctx.Err()
		}}
		if _, err := l.Invoke(ctx, event(t, message{Body: "a"})); err != nil {
			t.Error(err)
		}
	})
}

func TestLambdaAfterTheDeadlineAcknowledgesNothing(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), -time.Second)
	defer cancel()
	l := &source.Lambda{Decode: decode, Handler: func(ctx context.Context, _ []*source.Payload) error {
		if !closed(source.Stopped(ctx)) {
			t.Error("not stopped")
		}
		return ctx.Err()
	}}
	if _, err := l.Invoke(ctx, event(t, message{Body: "a"})); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestLambdaDoesNotCatchPanics(t *testing.T) {
	l := &source.Lambda{Decode: decode, Handler: func(context.Context, []*source.Payload) error { panic("the handler's own") }}
	defer func() {
		if v := recover(); v != "the handler's own" {
			t.Errorf("recovered %v", v)
		}
	}()
	_, err := l.Invoke(t.Context(), event(t, message{Body: "a"}))
	t.Errorf("returned %v", err)
}

func TestLambdaInvocationsShareNothing(t *testing.T) {
	l := &source.Lambda{Decode: decode, Handler: refusing("bad"), ReportBatchItemFailures: true}
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			item := fmt.Sprint(i)
			for range 2 { // the event comes again
				answer, err := l.Invoke(t.Context(), event(t, message{item, "g", "bad"}, message{item + "b", "h", "good"}))
				if want := `{"batchItemFailures":[{"itemIdentifier":"` + item + `"}]}`; err != nil || string(answer) != want {
					t.Errorf("got %s, %v, want %s", answer, err, want)
				}
				answer, err = l.Invoke(t.Context(), event(t, message{item, "g", "good"}))
				if want := `{"batchItemFailures":[]}`; err != nil || string(answer) != want {
					t.Errorf("got %s, %v, want %s", answer, err, want)
				}
			}
		})
	}
	wg.Wait()
}
