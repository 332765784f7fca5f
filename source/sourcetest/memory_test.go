package sourcetest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/sourcetest"
)

// memory is a source that keeps the contract, unless fault says what is wrong with it. Its groups are delivered at
// the same time, as shards are.
type memory struct {
	bodies []sourcetest.Body
	batch  int // payloads a call
	fault  string

	mu    sync.Mutex
	acked map[int]bool
	runs  int
}

// harness makes memory sources.
func harness(groups bool, batch int, fault string) sourcetest.Harness {
	shared := &memory{}
	return sourcetest.Harness{
		Groups:       groups,
		Ordered:      true,
		Partial:      true,
		Decompresses: true,
		Timeout:      10 * time.Second,
		Make: func(tb testing.TB, bodies []sourcetest.Body) sourcetest.Subject {
			m := &memory{bodies: bodies, batch: batch, fault: fault, acked: map[int]bool{}}
			if fault == "shares what is acknowledged" {
				if shared.acked == nil {
					*shared = memory{bodies: bodies, batch: batch, fault: fault, acked: map[int]bool{}}
				}
				m = shared
			}
			return sourcetest.Subject{Deliver: m.Run, Acknowledged: m.acknowledged}
		},
	}
}

func (m *memory) acknowledged() []int {
	m.mu.Lock()
	defer m.mu.Unlock()
	var is []int
	for i := range m.acked {
		is = append(is, i)
	}
	return is
}

// Run delivers what is outstanding and ends.
func (m *memory) Run(ctx context.Context, h source.Handler) error {
	m.mu.Lock()
	m.runs++
	groups := map[string][]int{}
	for i, b := range m.bodies {
		if !m.acked[i] || m.fault == "hands over what is acknowledged" {
			groups[b.Group] = append(groups[b.Group], i)
		}
	}
	m.mu.Unlock()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var errs error
	for g, is := range groups {
		wg.Go(func() {
			err := m.runGroup(ctx, h, g, m.meddle(is))
			mu.Lock()
			defer mu.Unlock()
			errs = errors.Join(errs, err)
		})
	}
	wg.Wait()
	switch m.fault {
	case "leaves a goroutine":
		go time.Sleep(time.Minute)
	case "calls the handler after it returned":
		go func() {
			time.Sleep(10 * time.Millisecond)
			_ = h(ctx, []*source.Payload{m.payload(0)})
		}()
		runtime.Gosched()
	case "hides errors":
		return nil
	case "hangs":
		select {}
	}
	return errs
}

// meddle exchanges, repeats or loses bodies.
func (m *memory) meddle(is []int) []int {
	switch {
	case m.fault == "reorders" && len(is) > 2:
		is[1], is[2] = is[2], is[1]
	case m.fault == "hands over twice":
		return append(is, is[0])
	case m.fault == "loses the last body" && len(is) > 1:
		return is[:len(is)-1]
	case m.fault == "loses empty bodies":
		var kept []int
		for _, i := range is {
			if m.bodies[i].Size > 0 {
				kept = append(kept, i)
			}
		}
		return kept
	}
	return is
}

func (m *memory) runGroup(ctx context.Context, h source.Handler, group string, is []int) error {
	var errs error
	for len(is) > 0 {
		if ctx.Err() != nil && m.fault != "goes on after the end" {
			return errors.Join(errs, ctx.Err())
		}
		select {
		case <-source.Stopped(ctx):
			if m.fault != "goes on after Stop" {
				return errs
			}
		default:
		}
		n := min(m.batch, len(is))
		batch := make([]*source.Payload, n)
		for at, i := range is[:n] {
			batch[at] = m.payload(i)
		}
		err := m.call(ctx, h, batch)
		clean := m.settle(source.Failed(err, n), is[:n], group)
		errs = errors.Join(errs, err)
		if !clean && group != "" && m.fault != "goes on in the group after a failure" && m.fault != "goes on after the end" {
			return errs
		}
		is = is[n:]
	}
	return errs
}

// call calls the handler.
func (m *memory) call(ctx context.Context, h source.Handler, batch []*source.Payload) error {
	switch m.fault {
	case "does not pass the context on":
		ctx = context.Background()
	case "calls with no payloads":
		_ = h(ctx, nil)
	case "calls at once for one group":
		var wg sync.WaitGroup
		defer wg.Wait()
		for _, p := range batch[1:] {
			wg.Go(func() { _ = h(ctx, []*source.Payload{p}) })
		}
		return h(ctx, batch[:1])
	}
	return h(ctx, batch)
}

// settle acknowledges what was accepted, in a group up to the first failure, and tells whether that was all.
func (m *memory) settle(failed map[int]error, is []int, group string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	clean := true
	for at, i := range is {
		bad := failed[at] != nil
		clean = clean && !bad
		switch {
		case m.fault == "acknowledges failures", m.fault == "acknowledges failures of some" && len(failed) < len(is):
			m.acked[i] = true
		case m.fault == "acknowledges nothing", m.fault == "acknowledges all or nothing" && len(failed) > 0:
		case !bad && (clean || group == "" || m.fault == "acknowledges what follows a failure"):
			m.acked[i] = true
		}
	}
	return clean
}

func (m *memory) payload(i int) *source.Payload {
	o := parse.Origin{Kind: "memory", Place: fmt.Sprintf("%p/%d", m, i), ID: "1"}
	switch m.fault {
	case "has no places":
		o.Place = ""
	case "has one origin for two bodies":
		o.Place = "memory"
	case "has another origin at redelivery":
		o.ID = fmt.Sprint(m.runs)
	}
	opened := 0
	p := source.NewPayload(o, func(ctx context.Context, p *source.Payload) (io.ReadCloser, error) {
		opened++
		switch {
		case m.fault == "opens once" && opened > 1:
			return nil, errors.New("memory: opened twice")
		case m.fault == "opens again where it was left" && opened > 1:
			return io.NopCloser(bytes.NewReader(nil)), nil
		case m.fault == "has another origin when opened again":
			p.Origin.ID = fmt.Sprint(opened)
		}
		return m.open(ctx, i)
	})
	p.Size = m.bodies[i].Size
	p.Group = m.bodies[i].Group
	switch m.fault {
	case "puts all in one group":
		p.Group = "one"
	case "has no groups":
		p.Group = ""
	case "has false sizes":
		p.Size++
	}
	return p
}

func (m *memory) open(ctx context.Context, i int) (io.ReadCloser, error) {
	var r io.Reader = &ended{ctx, m.bodies[i].Open()}
	switch m.fault {
	case "reads on after the end":
		r = m.bodies[i].Open()
	case "calls the end permanent":
		r = &permanent{r}
	case "holds the whole body":
		b, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		return held{bytes.NewReader(b), b}, nil
	case "cuts bodies":
		r = io.LimitReader(r, 4096)
	case "appends to bodies":
		r = io.MultiReader(r, bytes.NewReader([]byte("\n")))
	case "changes a byte":
		r = io.MultiReader(io.LimitReader(r, 4000), bytes.NewReader([]byte("X")), &skip{r, 1})
	case "does not decompress":
		return io.NopCloser(r), nil
	}
	body, err := source.Decompress(r, source.Limits{})
	if err != nil {
		return nil, err
	}
	switch m.fault {
	case "cannot be closed early":
		return &early{ReadCloser: body}, nil
	case "reads on after the end", "decompresses on after the end", "calls the end permanent":
		return body, nil
	}
	return struct {
		io.Reader
		io.Closer
	}{&ended{ctx, body}, body}, nil
}

// ended is a reader that ends with ctx.
type ended struct {
	ctx context.Context
	r   io.Reader
}

func (e *ended) Read(b []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	return e.r.Read(b)
}

// permanent takes every error for one that retrying will not mend.
type permanent struct{ r io.Reader }

func (p *permanent) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if err != nil && err != io.EOF {
		err = &source.Permanent{Err: err}
	}
	return n, err
}

// held keeps the whole body.
type held struct {
	io.Reader
	b []byte
}

func (h held) Close() error { runtime.KeepAlive(h.b); return nil }

// skip leaves out the first n bytes.
type skip struct {
	r io.Reader
	n int64
}

func (s *skip) Read(b []byte) (int, error) {
	if s.n > 0 {
		n, err := io.CopyN(io.Discard, s.r, s.n)
		s.n -= n
		if err != nil {
			return 0, err
		}
	}
	return s.r.Read(b)
}

// early complains when it is closed before its end.
type early struct {
	io.ReadCloser
	end bool
}

func (e *early) Read(b []byte) (int, error) {
	n, err := e.ReadCloser.Read(b)
	e.end = e.end || err == io.EOF
	return n, err
}

func (e *early) Close() error {
	_ = e.ReadCloser.Close()
	if !e.end {
		return errors.New("memory: closed early")
	}
	return nil
}

// waiting makes sources whose Deliver goes on, with what was refused too, until it is stopped or its context ends.
func waiting(h sourcetest.Harness) sourcetest.Harness {
	makes := h.Make
	h.Make = func(tb testing.TB, bodies []sourcetest.Body) sourcetest.Subject {
		s := makes(tb, bodies)
		deliver := s.Deliver
		s.Deliver = func(ctx context.Context, h source.Handler) error {
			for {
				_ = deliver(ctx, h)
				select {
				case <-source.Stopped(ctx):
					return ctx.Err()
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(time.Millisecond):
				}
			}
		}
		return s
	}
	return h
}
