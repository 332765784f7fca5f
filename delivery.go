package streamalert

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/streamalert/streamalert-go/alert"
)

// delivery sends what one call of Handle raises, while it goes on reading. Half of what may be pending is gathered
// while the other half is sent; who adds to a full half waits. So what is in memory is bounded, and alerts are sent
// together.
type delivery struct {
	p     *Pipeline
	ctx   context.Context
	wake  chan struct{} // tells the sender to look
	ended chan struct{} // closed when the sender has ended; nil before it was started

	mu       sync.Mutex
	space    sync.Cond // the gathered half was taken
	gathered half
	closing  bool
	payloads []standing
}

// half is what is sent together.
type half struct {
	alerts []*alert.Alert
	// owners are the payloads that raised each alert: two payloads of a batch can be the same bytes.
	owners     [][]int
	places     map[string]int // alert ID -> place in alerts
	dead       []DeadRecord
	deadOwners []int
	size       int
	since      time.Time // when the first was added
}

// standing is what is known of one payload.
type standing struct {
	counts  Counts
	err     error // why it is not acknowledged: what was first
	refused bool  // an alert or a dead letter of it was not accepted
}

func newDelivery(ctx context.Context, p *Pipeline, payloads int) *delivery {
	d := &delivery{p: p, ctx: ctx, wake: make(chan struct{}, 1), payloads: make([]standing, payloads)}
	d.space.L = &d.mu
	return d
}

func (d *delivery) count(i int, c Counts) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.payloads[i].counts.Add(c)
}

func (d *delivery) fail(i int, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failLocked(i, err)
}

func (d *delivery) failLocked(i int, err error) {
	if d.payloads[i].err == nil {
		d.payloads[i].err = err
	}
}

func (d *delivery) refuseLocked(i int, err error) {
	d.payloads[i].refused = true
	d.failLocked(i, err)
}

func (d *delivery) failed(i int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.payloads[i].err != nil
}

func (d *delivery) verdict(i int) (c Counts, refused bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := &d.payloads[i]
	return s.counts, s.refused, s.err
}

// alert adds an alert of payload i.
func (d *delivery) alert(i int, a *alert.Alert) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waitForSpace()
	g := &d.gathered
	if place, ok := g.places[a.ID]; ok {
		g.owners[place] = append(g.owners[place], i)
		return
	}
	if g.places == nil {
		g.places = map[string]int{}
	}
	g.places[a.ID] = len(g.alerts)
	g.alerts = append(g.alerts, a)
	g.owners = append(g.owners, []int{i})
	d.added(a.Size())
}

// dead adds a lost record of payload i.
func (d *delivery) dead(i int, r DeadRecord) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waitForSpace()
	d.gathered.dead = append(d.gathered.dead, r)
	d.gathered.deadOwners = append(d.gathered.deadOwners, i)
	d.added(r.size())
}

func (d *delivery) waitForSpace() {
	for d.full() {
		d.space.Wait()
	}
}

func (d *delivery) added(size int) {
	g := &d.gathered
	first := g.size == 0
	g.size += size
	if first {
		g.since = time.Now()
		if d.ended == nil {
			d.ended = make(chan struct{})
			go d.send()
		}
	}
	if first || d.full() {
		d.signal()
	}
}

func (d *delivery) signal() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

func (d *delivery) full() bool {
	n, size := d.p.MaxPending, d.p.MaxPendingBytes
	if n <= 0 {
		n = DefaultMaxPending
	}
	if size <= 0 {
		size = DefaultMaxPendingBytes
	}
	return len(d.gathered.alerts)+len(d.gathered.dead) >= max(n/2, 1) || d.gathered.size >= max(size/2, 1)
}

// finish sends what is left and waits for the sender. It may be called again.
func (d *delivery) finish() {
	d.mu.Lock()
	d.closing = true
	ended := d.ended
	d.mu.Unlock()
	d.signal()
	if ended != nil {
		<-ended
	}
}

// send is the sender. It ends once all is sent and nothing more will come.
func (d *delivery) send() {
	defer close(d.ended)
	var due <-chan time.Time
	for {
		select {
		case <-d.wake:
		case <-due:
		}
		for {
			h, wait, more := d.take()
			if !more {
				return
			}
			if h == nil {
				due = wait
				break
			}
			d.sendDead(h)
			d.sendAlerts(h)
		}
	}
}

// take is what is to be sent now: all that is gathered, once it is enough, or old enough, or the last. h is nil where
// there is nothing yet, and more false where there will be nothing.
func (d *delivery) take() (h *half, due <-chan time.Time, more bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gathered.size == 0 {
		return nil, nil, !d.closing
	}
	delay := d.p.MaxDelay
	if delay <= 0 {
		delay = DefaultMaxDelay
	}
	if left := delay - time.Since(d.gathered.since); left > 0 && !d.closing && !d.full() {
		return nil, time.After(left), true
	}
	taken := d.gathered
	d.gathered = half{}
	d.space.Broadcast()
	return &taken, nil, true
}

func (d *delivery) sendAlerts(h *half) {
	if len(h.alerts) == 0 {
		return
	}
	failed := alert.Failed(d.call(h.alerts), h.alerts)
	d.mu.Lock()
	defer d.mu.Unlock()
	for place, a := range h.alerts {
		err := failed[a.ID]
		for _, i := range h.owners[place] {
			if err == nil {
				d.payloads[i].counts.Delivered++
				continue
			}
			d.payloads[i].counts.Failed++
			d.refuseLocked(i, fmt.Errorf("streamalert: %s: alert %s: %w", a.Origin.Origin, a.ID, err))
		}
	}
}

// call sends alerts to the sink. A sink, or a hook, that panics has accepted nothing.
func (d *delivery) call(alerts []*alert.Alert) (err error) {
	var done func(error)
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("sink panicked: %v", v)
		}
		if l := d.p.Logger; l != nil && err != nil {
			l.LogAttrs(d.ctx, slog.LevelError, "alerts not delivered", slog.Int("alerts", len(alerts)), slog.String("error", err.Error()))
		}
		if done != nil {
			done(err)
		}
	}()
	ctx := d.ctx
	if hook := d.p.Hooks.Send; hook != nil {
		ctx, done = hook(ctx, len(alerts))
	}
	return d.p.Sink.Send(ctx, alerts)
}

func (d *delivery) sendDead(h *half) {
	if len(h.dead) == 0 {
		return
	}
	err := d.put(h.dead)
	d.mu.Lock()
	defer d.mu.Unlock()
	for n, i := range h.deadOwners {
		if err == nil {
			d.payloads[i].counts.DeadLettered++
			continue
		}
		d.refuseLocked(i, fmt.Errorf("streamalert: %s: dead letter at offset %d: %w", h.dead[n].Origin, h.dead[n].Offset, err))
	}
}

func (d *delivery) put(batch []DeadRecord) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("dead letter panicked: %v", v)
		}
		if l := d.p.Logger; l != nil && err != nil {
			l.LogAttrs(d.ctx, slog.LevelError, "dead letters not delivered", slog.Int("records", len(batch)), slog.String("error", err.Error()))
		}
	}()
	return d.p.DeadLetter.Put(d.ctx, batch)
}
