package sourcetest

import (
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
)

// several is seven bodies of many sizes, taking turns in two groups where the source has groups.
func several(h Harness) []Body {
	var bodies []Body
	for i, size := range []int64{headSize, 4095, 0, 4097, 100_000, 300, 1 << 20} {
		bodies = append(bodies, numbered(i, h.group(i%2), h.size(size)))
	}
	return bodies
}

func arrives(tb testing.TB, h Harness) {
	bodies := several(h)
	d := accept(tb, h, h.Make(tb, bodies), bodies)
	got := d.order()
	slices.Sort(got)
	if diff := cmp.Diff(all(bodies), got); diff != "" {
		tb.Errorf("bodies handed over (-want +got):\n%s", diff)
	}
}

func arrivesEmpty(tb testing.TB, h Harness) {
	bodies := []Body{numbered(0, h.group(0), 0)}
	s := h.Make(tb, bodies)
	d := accept(tb, h, s, bodies)
	if diff := cmp.Diff([]int{0}, d.order()); diff != "" {
		tb.Errorf("bodies handed over (-want +got):\n%s", diff)
	}
	wantAcknowledged(tb, s, []int{0})
}

func arrivesInOrder(tb testing.TB, h Harness) {
	if !h.Groups && !h.Ordered {
		tb.Skip("the source promises no order")
	}
	bodies := several(h)
	d := accept(tb, h, h.Make(tb, bodies), bodies)
	last := map[string]int{}
	for _, i := range d.order() {
		g := bodies[i].Group
		if prev, ok := last[g]; ok && i < prev {
			tb.Errorf("body %d of group %q came after body %d", i, g, prev)
		}
		last[g] = i
	}
}

func arrivesCompressed(tb testing.TB, h Harness) {
	plain := numbered(0, h.group(0), h.size(50_000))
	z := compress(tb, plain.Open())
	bodies := []Body{stored(h.group(0), z), stored(h.group(0), z[:len(z)/2])}
	if !h.Decompresses {
		bodies = bodies[:1] // as it is; two that begin alike could not be told apart
		accept(tb, h, h.Make(tb, bodies), bodies)
		return
	}
	s := h.Make(tb, bodies)
	outcome := map[string]int{}
	var mu sync.Mutex
	_, err := deliver(tb, h, s, func(ctx context.Context, d *delivery, batch []*source.Payload) error {
		mu.Lock()
		defer mu.Unlock()
		for _, p := range batch {
			outcome[inflate(ctx, p, plain)]++
		}
		if len(outcome) == 2 {
			time.AfterFunc(settle, d.halt)
		}
		return nil
	})
	if err != nil {
		tb.Errorf("Deliver returned %v though all was accepted", err)
	}
	want := map[string]int{"the decompressed body": 1, "a permanent error": 1}
	if diff := cmp.Diff(want, outcome); diff != "" {
		tb.Errorf("a gzip and a truncated gzip arrived as (-want +got):\n%s", diff)
	}
}

// inflate tells what came of a compressed payload.
func inflate(ctx context.Context, p *source.Payload, plain Body) string {
	r, err := p.Open(ctx)
	if err == nil {
		err = compare(r, plain.Open())
		if err == nil {
			err = r.Close()
		} else {
			_ = r.Close()
		}
	}
	var permanent *source.Permanent
	switch {
	case err == nil:
		return "the decompressed body"
	case errors.As(err, &permanent):
		return "a permanent error"
	}
	return err.Error()
}

func origins(tb testing.TB, h Harness) {
	bodies := several(h)
	d := accept(tb, h, h.Make(tb, bodies), bodies)
	body := map[parse.Origin]int{}
	group := map[string]string{}
	for _, got := range d.seen {
		if got.origin.Kind == "" || got.origin.Place == "" {
			tb.Errorf("body %d has origin %#v, want a Kind and a Place", got.body, got.origin)
		}
		if i, ok := body[got.origin]; ok && i != got.body {
			tb.Errorf("bodies %d and %d have one origin, %v", i, got.body, got.origin)
		}
		body[got.origin] = got.body
		want := bodies[got.body].Group
		if (want == "") != (got.group == "") {
			tb.Errorf("body %d of group %q has Group %q", got.body, want, got.group)
		}
		if g, ok := group[got.group]; ok && g != want {
			tb.Errorf("Group %q stands for the groups %q and %q", got.group, g, want)
		}
		group[got.group] = want
	}
	if h.Groups && len(group) != 2 {
		tb.Errorf("payloads have %d groups, want 2: %v", len(group), group)
	}
}

func originsLast(tb testing.TB, h Harness) {
	bodies := several(h)
	s := h.Make(tb, bodies)
	first := refuse(tb, h, s, bodies).origins()
	second := accept(tb, h, s, bodies).origins()
	if len(second) != len(bodies) {
		tb.Errorf("%d of %d refused bodies were delivered again", len(second), len(bodies))
	}
	for i, o := range first {
		if diff := cmp.Diff(o, second[i]); diff != "" {
			tb.Errorf("origin of body %d when it was delivered again (-first +second):\n%s", i, diff)
		}
	}
	wantAcknowledged(tb, s, all(bodies))
}

// largeSize is far more than what a source may hold of a body, which is maxHeld.
const (
	largeSize = 64 << 20
	maxHeld   = 16 << 20
)

func streams(tb testing.TB, h Harness) {
	body := numbered(0, h.group(0), h.size(largeSize))
	s := h.Make(tb, []Body{body})
	before := liveHeap()
	var most uint64
	_, err := deliver(tb, h, s, func(ctx context.Context, d *delivery, batch []*source.Payload) error {
		d.halt()
		r, err := batch[0].Open(ctx)
		if err != nil {
			tb.Errorf("open: %v", err)
			return err
		}
		defer r.Close()
		if err := compare(&meter{r: r, most: &most}, body.Open()); err != nil {
			tb.Errorf("body of %d bytes: %v", body.Size, err)
		}
		return nil
	})
	if err != nil {
		tb.Errorf("Deliver returned %v though all was accepted", err)
	}
	if held := int64(most) - int64(before); body.Size == largeSize && held > maxHeld {
		tb.Errorf("%d MiB were held in memory while a body of %d MiB was read, want at most %d",
			held>>20, largeSize>>20, maxHeld>>20)
	}
	wantAcknowledged(tb, s, []int{0})
}

// meter looks at the heap every 4 MiB.
type meter struct {
	r    io.Reader
	read int64
	next int64
	most *uint64
}

func (m *meter) Read(b []byte) (int, error) {
	n, err := m.r.Read(b)
	m.read += int64(n)
	if m.read >= m.next {
		m.next = m.read + 4<<20
		*m.most = max(*m.most, liveHeap())
	}
	return n, err
}

// liveHeap is the heap in bytes without garbage.
func liveHeap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
