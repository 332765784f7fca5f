package sourcetest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
)

// settle is how long a source that waits for more may still hand over what it should not, before it is stopped.
const settle = 50 * time.Millisecond

// delivery is one run of a subject, looked on at.
type delivery struct {
	tb   testing.TB
	end  context.CancelFunc // ends the context of the run
	halt context.CancelFunc // is the first moment of stopping

	mu   sync.Mutex
	over bool
	busy map[string]bool // groups with a call of the handler under way
	seen []handed
}

// handed is a payload that was handed over and read.
type handed struct {
	body   int
	group  string
	origin parse.Origin
}

// handler is a source.Handler that can act on its delivery.
type handler func(ctx context.Context, d *delivery, batch []*source.Payload) error

// deliver lets s deliver to handle, which calls d.halt or d.enough when it has what it waits for. It returns Deliver's
// error, and tells tb of a run that does not end and of calls that must not be.
func deliver(tb testing.TB, h Harness, s Subject, handle handler) (*delivery, error) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), h.timeout())
	defer cancel()
	stop, halt := context.WithCancel(context.Background())
	defer halt()
	d := &delivery{tb: tb, end: cancel, halt: halt, busy: map[string]bool{}}
	ended := make(chan error, 1)
	go func() {
		ended <- s.Deliver(source.WithStop(ctx, stop), func(ctx context.Context, batch []*source.Payload) error {
			defer d.enter(batch)()
			time.Sleep(time.Millisecond) // so that calls overlap, if they can
			return handle(ctx, d, batch)
		})
	}()
	select {
	case err := <-ended:
		d.mu.Lock()
		defer d.mu.Unlock()
		d.over = true
		if ctx.Err() == context.DeadlineExceeded {
			tb.Errorf("Deliver took the whole Timeout of %v, with %d payloads handed over", h.timeout(), len(d.seen))
		}
		return d, err
	case <-time.After(h.timeout() + h.prompt()):
		tb.Fatalf("Deliver did not return %v after its context ended", h.prompt())
		return nil, nil
	}
}

// enter is a call of the handler, until the function it returns is called.
func (d *delivery) enter(batch []*source.Payload) (leave func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.over {
		d.tb.Errorf("the handler was called after Deliver returned")
	}
	if len(batch) == 0 {
		d.tb.Errorf("the handler was called with a batch of no payloads")
	}
	groups := map[string]bool{}
	for _, p := range batch {
		groups[p.Group] = true
	}
	for g := range groups {
		if d.busy[g] {
			d.tb.Errorf("the handler was called for group %q while it was at work for that group", g)
		}
		d.busy[g] = true
	}
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		for g := range groups {
			delete(d.busy, g)
		}
	}
}

// receive reads a batch to the end, and returns which bodies it holds. It tells tb of what is not one of them.
func (d *delivery) receive(ctx context.Context, batch []*source.Payload, bodies []Body) (found []int, err error) {
	for _, p := range batch {
		i, err := receive(ctx, p, bodies)
		if err != nil {
			d.tb.Errorf("payload: %v", err)
			return nil, err
		}
		found = append(found, i)
		d.mu.Lock()
		d.seen = append(d.seen, handed{i, p.Group, p.Origin})
		d.mu.Unlock()
	}
	return found, nil
}

// enough stops a source that waits for more once all of these bodies were handed over.
func (d *delivery) enough(bodies []int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, i := range bodies {
		if !slices.ContainsFunc(d.seen, func(h handed) bool { return h.body == i }) {
			return
		}
	}
	time.AfterFunc(settle, d.halt)
}

// order is the bodies in the order in which they were handed over.
func (d *delivery) order() []int {
	order := []int{}
	for _, h := range d.seen {
		order = append(order, h.body)
	}
	return order
}

// origins are those of the bodies.
func (d *delivery) origins() map[int]parse.Origin {
	o := map[int]parse.Origin{}
	for _, h := range d.seen {
		o[h.body] = h.origin
	}
	return o
}

// accept delivers what is outstanding of the bodies, reads and accepts it.
func accept(tb testing.TB, h Harness, s Subject, bodies []Body) *delivery {
	tb.Helper()
	done := acknowledged(s)
	outstanding := slices.DeleteFunc(all(bodies), func(i int) bool { return slices.Contains(done, i) })
	d, err := deliver(tb, h, s, func(ctx context.Context, d *delivery, batch []*source.Payload) error {
		if _, err := d.receive(ctx, batch, bodies); err != nil {
			return err
		}
		d.enough(outstanding)
		return nil
	})
	if err != nil {
		tb.Errorf("Deliver returned %v though all was accepted", err)
	}
	return d
}

// all is the places of the bodies.
func all(bodies []Body) []int {
	is := []int{}
	for i := range bodies {
		is = append(is, i)
	}
	return is
}

// wantAcknowledged asks that just these bodies are acknowledged.
func wantAcknowledged(tb testing.TB, s Subject, want []int) {
	tb.Helper()
	if diff := cmp.Diff(want, acknowledged(s)); diff != "" {
		tb.Errorf("acknowledged bodies (-want +got):\n%s", diff)
	}
}

// acknowledged is what the subject says, sorted and each once.
func acknowledged(s Subject) []int {
	is := append([]int{}, s.Acknowledged()...)
	slices.Sort(is)
	return slices.Compact(is)
}
