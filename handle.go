package streamalert

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
)

// handling is one call of Handle.
type handling struct {
	p   *Pipeline
	ctx context.Context
	// reading ends at the first moment of stopping, so that a read that waits does not outlast it.
	reading     context.Context
	stopReading context.CancelFunc
	stop, end   <-chan struct{} // the two moments of stopping
	delivery    *delivery
	done        []func(Counts, error) // hooks to call with the verdicts
	places      []place
}

// place is how far a payload was read.
type place struct {
	origin     parse.Origin
	from, next int64 // the first record that was to be read, and the one behind the last that was
}

func newHandling(ctx context.Context, p *Pipeline, payloads int) *handling {
	h := &handling{p: p, ctx: ctx, stop: source.Stopped(ctx), end: ctx.Done(), done: make([]func(Counts, error), payloads), places: make([]place, payloads)}
	h.delivery = newDelivery(ctx, p, payloads)
	reading, cancel := context.WithCancel(ctx)
	h.reading, h.stopReading = reading, cancel
	if h.stop != nil {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			select {
			case <-h.stop:
				cancel()
			case <-reading.Done():
			}
		}()
		h.stopReading = func() { cancel(); <-ended }
	}
	return h
}

// stopped tells whether no further record is to be read.
func (h *handling) stopped() bool {
	// Two selects of one case each take no lock.
	select {
	case <-h.stop:
		return true
	default:
	}
	select {
	case <-h.end:
		return true
	default:
		return false
	}
}

// payload reads one payload and evaluates it.
func (h *handling) payload(i int, pl *source.Payload) {
	ctx := h.reading
	if hook := h.p.Hooks.Payload; hook != nil {
		ctx, h.done[i] = hook(ctx, pl)
	}
	var c Counts
	c.Payloads = 1
	err := h.read(ctx, i, pl, &c)
	h.delivery.count(i, c)
	if err != nil {
		h.fail(i, err)
	}
}

func (h *handling) read(ctx context.Context, i int, pl *source.Payload, c *Counts) (err error) {
	body, err := h.open(ctx, pl)
	if err != nil {
		return h.ended(i, pl, fmt.Errorf("open: %w", err), c)
	}
	defer func() {
		// What a body has to say when it is closed is no news: its end was read, or the payload has failed.
		_ = body.Close()
	}()
	set := h.p.Rules.Current()
	stats := parse.Stats{}
	defer func() {
		c.Bytes, c.Records, c.Skipped = stats.Bytes, c.Records+stats.Records, stats.Skipped
	}()
	at := &h.places[i]
	*at = h.resume(ctx, pl.Origin)
	in := parse.Input{Reader: body, Origin: pl.Origin, Fields: set.Fields(), Limits: h.p.Limits, Skip: at.from, Stats: &stats, Clock: parse.Clock{Received: pl.Sent}}
	for r, err := range h.p.Parser.Parse(in) {
		if err == nil {
			c.Evaluated++
			at.next = r.Index + 1
			h.evaluate(i, set, r, c)
		} else {
			lost, ok := errors.AsType[*parse.Error](err)
			if !ok {
				return h.ended(i, pl, err, c)
			}
			c.Unparsed++
			at.next = lost.Index + 1
			h.lose(i, DeadRecord{Log: lost.Log, Origin: lost.Origin, Index: lost.Index, Offset: lost.Offset, Raw: lost.Raw, Err: lost.Err})
		}
		if h.stopped() {
			return ErrStopped
		}
	}
	return nil
}

// ended deals with an error that ends a payload. Where the bytes are to blame, the rest is lost, as one record more;
// anything else leaves the payload for redelivery.
func (h *handling) ended(i int, pl *source.Payload, err error, c *Counts) error {
	if h.stopped() {
		return ErrStopped
	}
	var permanent *source.Permanent
	var rest *parse.ReadError
	isRead := errors.As(err, &rest)
	switch {
	case !errors.As(err, &permanent) && isRead:
		return fmt.Errorf("streamalert: %w", err) // which names the origin
	case !errors.As(err, &permanent):
		return fmt.Errorf("streamalert: %s: %w", pl.Origin, err)
	}
	c.Records++
	c.Unparsed++
	dead := DeadRecord{Origin: pl.Origin, Err: err}
	if isRead {
		dead.Index, dead.Offset, dead.Raw, dead.Err = rest.Index, rest.Offset, rest.Raw, rest.Err
	}
	h.lose(i, dead)
	return nil
}

func (h *handling) evaluate(i int, set *rule.Set, r *parse.Record, c *Counts) {
	for m, err := range set.MatchAll(r) {
		switch {
		case err == nil && m.Exception != nil:
			c.Excepted++
			continue
		case err == nil:
			c.Matched++
			if m.Rule.Staged {
				c.Staged++
			}
			h.delivery.alert(i, alert.New(m, time.Now()))
			continue
		}
		c.RuleErrors++
		dead := DeadRecord{Log: r.Log(), Origin: r.Origin, Index: r.Index, Offset: r.Offset, Raw: r.Bytes(), Err: err}
		if m.Rule != nil {
			dead.Rule = m.Rule.ID
		}
		h.lose(i, dead)
	}
}

// lose hands what cannot be parsed or evaluated to the dead letter.
func (h *handling) lose(i int, d DeadRecord) {
	if l := h.p.Logger; l != nil {
		l.LogAttrs(h.ctx, slog.LevelWarn, "record lost", slog.String("origin", d.Origin.String()), slog.Int64("index", d.Index),
			slog.Int64("offset", d.Offset), slog.String("log", d.Log), slog.String("rule", d.Rule), slog.String("error", d.Err.Error()))
	}
	if h.p.DeadLetter == nil {
		return
	}
	d.ID = alert.ID(d.Rule, d.Origin, d.Offset)
	d.Reason = d.Err.Error()
	d.Raw = append([]byte(nil), d.Raw...)
	h.delivery.dead(i, d)
}

func (h *handling) fail(i int, err error) { h.delivery.fail(i, err) }

func (h *handling) failed(i int) bool { return h.delivery.failed(i) }

// answer is what Handle returns, once all was sent. Nothing behind a failure in a group counts as accepted.
func (h *handling) answer(batch []*source.Payload) (err error) {
	var sum Counts
	failed := map[int]error{}
	broken := map[string]bool{}
	for i, pl := range batch {
		c, refused, err := h.delivery.verdict(i)
		if !refused {
			h.note(h.places[i], err == nil)
		}
		if err == nil && pl.Group != "" && broken[pl.Group] {
			err = ErrGroup
		}
		if err != nil {
			failed[i] = err
			c.PayloadsFailed = 1
			broken[pl.Group] = true
		}
		sum.Add(c)
		if done := h.done[i]; done != nil {
			done(c, err)
		}
	}
	if len(failed) > 0 {
		err = &source.BatchError{Failed: failed}
	}
	h.p.counters.add(sum)
	if hook := h.p.Hooks.Batch; hook != nil {
		hook(h.ctx, sum, err)
	}
	return err
}
