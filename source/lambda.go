package source

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// Batch is a decoded event.
type Batch struct {
	// Payloads are in the order of the event.
	Payloads []*Payload
	// Items has, for each payload, what it is reported by in a partial answer: an SQS message ID, a Kinesis sequence
	// number. Several payloads may share one. "" says that this event has no partial answer, and so does a nil Items
	// for all payloads.
	Items []string
	// FromFirst says that the service sends again a reported item and all behind it in its Group, as streams do. The
	// first that failed in each group is then the only one that is reported of it.
	FromFirst bool
	// State is the state of a tumbling window, a JSON text, where the event has one. The answer has it again as it is,
	// with ReportBatchItemFailures or without: Lambda hands it to the window's next invocation.
	State json.RawMessage
}

// Lambda is the handler of a Lambda function, for any kind of event: lambda.Start takes it. The sources make them
// (s3source.Lambda); set the optional fields before it starts. It is safe for concurrent use if Decode and Handler
// are, and keeps nothing from one invocation to the next.
//
// An invocation succeeds if the handler accepted all payloads. Any failure fails it, for Lambda to send the whole event
// again, unless ReportBatchItemFailures is set.
type Lambda struct {
	// Decode turns an event into payloads, which it does not open. An event without payloads is a success.
	Decode func(ctx context.Context, event json.RawMessage) (Batch, error)
	// Handler takes the payloads of one event. Its panics are not caught: Lambda then starts the function anew, and the
	// event comes again.
	Handler Handler
	// ReportBatchItemFailures must be set exactly where the event source mapping of the function has it in its
	// FunctionResponseTypes. Only the failed items are then sent again, and those later in their Group. Set without
	// that, it loses data: Lambda does not read the answer, and takes the whole batch for done.
	ReportBatchItemFailures bool
	// Margin is how long before the deadline of the invocation Stop comes ([WithStop]), so that there is time to deliver
	// what was read. It is at most half of the time left at the start. Default: a tenth of it, from 1 s to 10 s.
	// Negative: none, Stop comes with the deadline.
	Margin time.Duration
}

// Invoke handles one event, and returns the answer for Lambda: an object with "batchItemFailures" where
// ReportBatchItemFailures is set, and with "state" where the event has one; null where it has neither. Its error names
// the origins of the payloads that failed.
func (l *Lambda) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	b, err := l.Decode(ctx, event)
	if err != nil {
		return nil, fmt.Errorf("source: event not decoded: %w", err)
	}
	if b.Items != nil && len(b.Items) != len(b.Payloads) {
		return nil, fmt.Errorf("source: event decoded to %d payloads but %d items", len(b.Payloads), len(b.Items))
	}
	if len(b.Payloads) == 0 {
		return l.answer(nil, b.State)
	}
	ctx, cancel := l.withMargin(ctx)
	defer cancel()
	failed := Failed(l.Handler(ctx, b.Payloads), len(b.Payloads))
	if len(failed) == 0 {
		return l.answer(nil, b.State)
	}
	if !l.ReportBatchItemFailures {
		return nil, newInvocationError(b.Payloads, failed)
	}
	items, ok := b.failedItems(failed)
	if !ok {
		return nil, newInvocationError(b.Payloads, failed)
	}
	return l.answer(items, b.State)
}

// withMargin gives ctx its Stop. One that ctx already has, such as SIGTERM, holds too.
func (l *Lambda) withMargin(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	parent := stopOf(ctx)
	if parent == nil {
		parent = ctx
	}
	stop, cancel := context.WithDeadline(parent, deadline.Add(-l.margin(time.Until(deadline))))
	return WithStop(ctx, stop), cancel
}

func (l *Lambda) margin(left time.Duration) time.Duration {
	m := l.Margin
	if m == 0 {
		m = min(max(left/10, time.Second), 10*time.Second)
	}
	return max(min(m, left/2), 0)
}

// failedItems are the items of the failed payloads and, unless the service knows, of those behind them in their groups,
// each once. It is false where one of them has none.
func (b Batch) failedItems(failed map[int]error) ([]string, bool) {
	var items []string
	reported := make(map[string]bool)
	blocked := make(map[string]bool) // groups
	for i, p := range b.Payloads {
		_, bad := failed[i]
		behind := blocked[p.Group]
		if !bad && !behind {
			continue
		}
		if b.Items == nil || b.Items[i] == "" {
			return nil, false
		}
		if p.Group != "" {
			blocked[p.Group] = true
		}
		if !reported[b.Items[i]] && !(b.FromFirst && behind) {
			reported[b.Items[i]] = true
			items = append(items, b.Items[i])
		}
	}
	return items, true
}

// answer is what Lambda reads:
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
func (l *Lambda) answer(items []string, state json.RawMessage) ([]byte, error) {
	type failure struct {
		ItemIdentifier string `json:"itemIdentifier"`
	}
	if !l.ReportBatchItemFailures && len(state) == 0 {
		return []byte("null"), nil
	}
	a := struct {
		BatchItemFailures []failure       `json:"batchItemFailures,omitzero"`
		State             json.RawMessage `json:"state,omitempty"`
	}{State: state}
	if l.ReportBatchItemFailures {
		a.BatchItemFailures = make([]failure, len(items))
	}
	for i, item := range items {
		a.BatchItemFailures[i] = failure{item}
	}
	answer, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("source: answer: %w", err)
	}
	return answer, nil
}

// invocationError says where the failed payloads of an event are.
type invocationError struct {
	payloads int
	origins  []parse.Origin // of the failed ones, in the order of the event
	errs     []error        // theirs
}

func newInvocationError(payloads []*Payload, failed map[int]error) *invocationError {
	e := &invocationError{payloads: len(payloads)}
	for _, i := range slices.Sorted(maps.Keys(failed)) {
		e.origins = append(e.origins, payloads[i].Origin)
		e.errs = append(e.errs, failed[i])
	}
	return e
}

// Error names the first failures, since a batch may have 10,000.
func (e *invocationError) Error() string {
	const most = 10
	var b strings.Builder
	fmt.Fprintf(&b, "source: %d of %d payloads not accepted: ", len(e.errs), e.payloads)
	last := ""
	for i, err := range e.errs[:min(len(e.errs), most)] {
		text := err.Error()
		switch {
		case i == 0:
		case text == last:
			b.WriteString(", ")
		default:
			fmt.Fprintf(&b, ": %s; ", last)
		}
		b.WriteString(e.origins[i].String())
		last = text
	}
	if more := len(e.errs) - most; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	fmt.Fprintf(&b, ": %s", last)
	return b.String()
}

// Unwrap returns the payloads' errors in the order of the event.
func (e *invocationError) Unwrap() []error { return e.errs }
