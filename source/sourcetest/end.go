package sourcetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/streamalert/streamalert-go/source"
)

// few is four bodies of one group.
func few(h Harness, first int) []Body {
	var bodies []Body
	for i := range 4 {
		bodies = append(bodies, numbered(first+i, h.group(0), h.size(10_000)))
	}
	return bodies
}

func endsRun(tb testing.TB, h Harness) {
	bodies := few(h, 0)
	s := h.Make(tb, bodies)
	var ended time.Time
	_, err := deliver(tb, h, s, func(ctx context.Context, d *delivery, _ []*source.Payload) error {
		if !ended.IsZero() {
			tb.Errorf("the handler was called after the context ended")
		}
		ended = time.Now()
		d.end()
		if ctx.Err() == nil {
			tb.Errorf("the handler's context did not end with that of the run")
		}
		return context.Canceled
	})
	if ended.IsZero() {
		tb.Fatalf("nothing was handed over; Deliver returned %v", err)
	}
	if took := time.Since(ended); took > h.prompt() {
		tb.Errorf("Deliver returned %v after the context ended, want at most %v", took, h.prompt())
	}
	if err == nil {
		tb.Errorf("Deliver returned nil, though the context ended before all was delivered")
	}
	wantAcknowledged(tb, s, []int{})
}

func endsRead(tb testing.TB, h Harness) {
	endsReadOf(tb, h, "plain", numbered(0, h.group(0), h.size(8<<20)), h.size(8<<20))
	if h.Decompresses {
		// A few bytes as stored that are many: what is behind them must not be delivered either.
		endsReadOf(tb, h, "compressed", stored(h.group(0), compress(tb, io.LimitReader(zeros{}, 8<<20))), 8<<20)
	}
}

// endsReadOf reads half of a body of n bytes before the context ends.
func endsReadOf(tb testing.TB, h Harness, what string, body Body, n int64) {
	s := h.Make(tb, []Body{body})
	inMemory := h.MaxSize > 0 && h.MaxSize < largeSize
	_, err := deliver(tb, h, s, func(ctx context.Context, d *delivery, batch []*source.Payload) error {
		r, err := batch[0].Open(ctx)
		if err != nil {
			tb.Errorf("%s: open: %v", what, err)
			return err
		}
		defer r.Close()
		if _, err := io.CopyN(io.Discard, r, n/2); err != nil {
			tb.Errorf("%s: read: %v", what, err)
			return err
		}
		ended := time.Now()
		d.end()
		more, err := io.Copy(io.Discard, r)
		if took := time.Since(ended); took > h.prompt() {
			tb.Errorf("%s: the body ended %v after the context, want at most %v", what, took, h.prompt())
		}
		var permanent *source.Permanent
		if errors.As(err, &permanent) {
			tb.Errorf("%s: the end of the context is the permanent error %v", what, err)
		}
		if !inMemory && (err == nil || more >= n-n/2) {
			tb.Errorf("%s: the body could be read to its end after the context had ended", what)
		}
		return context.Canceled
	})
	if err == nil {
		tb.Errorf("%s: Deliver returned nil, though the context ended before all was delivered", what)
	}
	wantAcknowledged(tb, s, []int{})
}

func stops(tb testing.TB, h Harness) {
	bodies := few(h, 0)
	s := h.Make(tb, bodies)
	var found []int
	_, _ = deliver(tb, h, s, func(ctx context.Context, d *delivery, batch []*source.Payload) error {
		if found != nil {
			tb.Errorf("the handler was called after Stop")
			return nil
		}
		var err error
		found, err = d.receive(ctx, batch, bodies)
		d.halt()
		return err
	})
	if len(found) == 0 {
		tb.Errorf("nothing was handed over")
	}
	wantAcknowledged(tb, s, found)
}

func sharesNothing(tb testing.TB, h Harness) {
	bodies := [2][]Body{few(h, 0), few(h, 10)}
	subjects := [2]Subject{h.Make(tb, bodies[0]), h.Make(tb, bodies[1])}
	var both sync.WaitGroup
	both.Add(2)
	met := make(chan struct{})
	go func() {
		both.Wait()
		close(met)
	}()
	run := func(n int) {
		var once sync.Once
		_, err := deliver(tb, h, subjects[n], func(ctx context.Context, d *delivery, batch []*source.Payload) error {
			once.Do(both.Done)
			select {
			case <-met:
			case <-time.After(h.prompt()):
				tb.Errorf("one source waits for the other")
			}
			_, err := d.receive(ctx, batch, bodies[n])
			d.enough(all(bodies[n]))
			return err
		})
		once.Do(both.Done)
		if err != nil {
			tb.Errorf("Deliver returned %v though all was accepted", err)
		}
		wantAcknowledged(tb, subjects[n], all(bodies[n]))
	}
	var wg sync.WaitGroup
	wg.Go(func() { run(1) })
	run(0)
	wg.Wait()
}

func leavesNothing(tb testing.TB, h Harness) {
	bodies := few(h, 0)
	// The first delivery starts what a process has once; all that Make starts is there before it is counted.
	subjects := [4]Subject{}
	for i := range subjects {
		subjects[i] = h.Make(tb, bodies)
	}
	accept(tb, h, subjects[0], bodies)
	before := goroutines()

	accept(tb, h, subjects[1], bodies)
	refuse(tb, h, subjects[2], bodies)
	_, _ = deliver(tb, h, subjects[3], func(ctx context.Context, d *delivery, batch []*source.Payload) error {
		r, err := batch[0].Open(ctx)
		if err != nil {
			tb.Errorf("open: %v", err)
			return err
		}
		defer r.Close()
		_, err = io.CopyN(io.Discard, r, bodies[0].Size/2)
		if err != nil {
			tb.Errorf("read: %v", err)
		}
		d.end()
		return context.Canceled
	})

	var left []string
	for deadline := time.Now().Add(h.prompt()); ; time.Sleep(10 * time.Millisecond) {
		for _, s := range subjects {
			if s.CloseIdle != nil {
				s.CloseIdle()
			}
		}
		left = left[:0]
		for id, stack := range goroutines() {
			if before[id] == "" {
				left = append(left, stack)
			}
		}
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			tb.Errorf("%d goroutines are left, the first:\n%s", len(left), left[0])
			return
		}
	}
}

// goroutines are the stacks of all goroutines by their number.
func goroutines() map[string]string {
	buf := make([]byte, 1<<20)
	n := runtime.Stack(buf, true)
	for n == len(buf) {
		buf = make([]byte, 2*len(buf))
		n = runtime.Stack(buf, true)
	}
	stacks := map[string]string{}
	for stack := range bytes.SplitSeq(buf[:n], []byte("\n\n")) {
		id, _, _ := strings.Cut(strings.TrimPrefix(string(stack), "goroutine "), " ")
		stacks[id] = string(stack)
	}
	return stacks
}
