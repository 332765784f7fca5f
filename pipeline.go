package streamalert

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
)

// Rules is a *rule.Set, or a *rule.Live that is exchanged while the pipeline runs. It is asked once a payload.
type Rules interface{ Current() *rule.Set }

// Pipeline wires a parser, rules and a sink into a [source.Handler]. Parser, Rules and Sink are required. It must not be
// copied or changed once it is used, and is safe for concurrent use.
//
// Handle keeps the delivery contract, see the package comment.
type Pipeline struct {
	Parser parse.Parser
	Rules  Rules
	Sink   alert.Sink
	// DeadLetter takes what could not be parsed or evaluated. Without one it is counted and logged, and acknowledged.
	DeadLetter DeadLetter
	// Logger is told of each lost record and each failed send, with origin and offset but without the bytes. nil logs
	// nothing.
	Logger *slog.Logger
	Hooks  Hooks
	// Places, where it is set, lets a payload that was left in the middle go on there when it comes again.
	Places Places
	// Limits are what the parser is given.
	Limits parse.Limits
	// ReadAhead is how many bytes of a payload's body, decompressed, are read before the parser asks for them: none where it
	// is 0, else whole portions of 128 KiB, and 64 MiB at most. 1 MiB is plenty. Where a second core is to be had, the
	// network and decompression then take their time beside the evaluation instead of before it; with one core there is
	// little to gain. One payload is read at a time, by a goroutine that has ended before the next one is opened. Order,
	// errors and what is acknowledged are as without it.
	//
	// The memory is ReadAhead and 128 KiB for each call of Handle. A body must end its read when its context ends, as
	// [source.NewPayload] asks, also where the parser stops early: Handle waits for it.
	ReadAhead int
	// MaxPending and MaxPendingBytes bound the alerts and dead letters that one call of Handle holds in memory,
	// accepted by no sink yet: 200 and 16 MiB where they are 0. Half of it (at least one) is sent together, the other half is gathered
	// meanwhile.
	MaxPending      int
	MaxPendingBytes int
	// MaxDelay is how long an alert waits for others to be sent with, while its batch is still being read: 1 s where
	// it is 0.
	MaxDelay time.Duration

	counters counters
	portions sync.Pool // of *[portionSize]byte
}

// Defaults of [Pipeline].
const (
	DefaultMaxPending      = 200
	DefaultMaxPendingBytes = 16 << 20
	DefaultMaxDelay        = time.Second
)

// Hooks are told of each batch, each payload and each send, never of each record: a place for spans and metrics. Each may be nil. They
// may be called concurrently.
type Hooks struct {
	// Payload is called before a payload is opened; the payload is read and evaluated under the context that it
	// returns. The function that it returns, unless nil, is called when the payload's verdict is known: after all its
	// alerts were accepted, or with why it is not acknowledged.
	Payload func(ctx context.Context, p *source.Payload) (context.Context, func(Counts, error))
	// Send is called before alerts are sent, with their number; the sink is given the context that it returns. The
	// function that it returns, unless nil, is called with what the sink returned.
	Send func(ctx context.Context, alerts int) (context.Context, func(error))
	// Batch is called before Handle returns, with what it did and what it returns.
	Batch func(ctx context.Context, c Counts, err error)
}

// ErrStopped is why a payload was not finished: the first moment of stopping ([source.WithStop]) came before. It will be
// delivered again.
var ErrStopped = errors.New("streamalert: stopped before the payload was finished")

// ErrGroup is why a payload is not acknowledged that had no failure of its own: an earlier one of its group failed.
var ErrGroup = errors.New("streamalert: an earlier payload of the group was not acknowledged")

// Run reads from s until ctx ends, it stops, or all is delivered.
func (p *Pipeline) Run(ctx context.Context, s source.Source) error { return s.Run(ctx, p.Handle) }

// Handle is a [source.Handler]. It parses the payloads in their order, evaluates the rules, and sends the alerts while it
// goes on reading. A payload is accepted once each alert that it raised was accepted by the sink, and each record that
// was lost by the dead letter; which ones were not, a [*source.BatchError] says. It starts one goroutine for sending, one
// for stopping, and with ReadAhead one for each payload. All have ended when it returns.
func (p *Pipeline) Handle(ctx context.Context, batch []*source.Payload) error {
	if p.Parser == nil || p.Rules == nil || p.Sink == nil {
		return errors.New("streamalert: a Pipeline needs a Parser, Rules and a Sink")
	}
	if len(batch) == 0 {
		return nil
	}
	h := newHandling(ctx, p, len(batch))
	defer h.delivery.finish() // also when a parser or a hook panics
	defer h.stopReading()
	broken := map[string]bool{}
	for i, pl := range batch {
		switch {
		case pl.Group != "" && broken[pl.Group]:
			h.fail(i, ErrGroup)
		case h.stopped():
			h.fail(i, ErrStopped)
		default:
			h.payload(i, pl)
		}
		if pl.Group != "" && h.failed(i) {
			broken[pl.Group] = true
		}
	}
	h.delivery.finish()
	return h.answer(batch)
}
