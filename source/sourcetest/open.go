package sourcetest

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/source"
)

func opensAgain(tb testing.TB, h Harness) {
	bodies := several(h)
	s := h.Make(tb, bodies)
	_, err := deliver(tb, h, s, func(ctx context.Context, d *delivery, batch []*source.Payload) error {
		found, err := d.receive(ctx, batch, bodies)
		if err != nil {
			return err
		}
		for at, p := range batch {
			first := p.Origin
			i, err := receive(ctx, p, bodies)
			if err != nil {
				tb.Errorf("payload that was opened again: %v", err)
				continue
			}
			if diff := cmp.Diff(first, p.Origin); diff != "" {
				tb.Errorf("origin after it was opened again (-first +second):\n%s", diff)
			}
			if i != found[at] {
				tb.Errorf("body %d became body %d when it was opened again", found[at], i)
			}
		}
		d.enough(all(bodies))
		return nil
	})
	if err != nil {
		tb.Errorf("Deliver returned %v though all was accepted", err)
	}
}

func closesEarly(tb testing.TB, h Harness) {
	bodies := []Body{}
	for i := range 4 {
		bodies = append(bodies, numbered(i, h.group(0), h.size(1<<20)))
	}
	s := h.Make(tb, bodies)
	var calls atomic.Int64
	_, err := deliver(tb, h, s, func(ctx context.Context, d *delivery, batch []*source.Payload) error {
		for _, p := range batch {
			// Unread, begun, half read.
			if err := readSome(ctx, p, bodies[0].Size/2*(calls.Add(1)%3)/2); err != nil {
				tb.Errorf("payload: %v", err)
			}
		}
		_, err := d.receive(ctx, batch, bodies)
		d.enough(all(bodies))
		return err
	})
	if err != nil {
		tb.Errorf("Deliver returned %v though all was accepted", err)
	}
	wantAcknowledged(tb, s, all(bodies))
}

// readSome reads n bytes of p and closes it.
func readSome(ctx context.Context, p *source.Payload, n int64) error {
	r, err := p.Open(ctx)
	if err != nil {
		return fmt.Errorf("open %v: %w", p.Origin, err)
	}
	if _, err := io.CopyN(io.Discard, r, n); err != nil {
		_ = r.Close()
		return fmt.Errorf("read %v: %w", p.Origin, err)
	}
	if err := r.Close(); err != nil {
		return fmt.Errorf("close %v early: %w", p.Origin, err)
	}
	return nil
}
