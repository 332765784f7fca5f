package streamalert_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
)

// places is a store in memory.
type places struct {
	at   map[parse.Origin]int64
	fail error
}

func (p *places) Load(_ context.Context, o parse.Origin) (int64, error) { return p.at[o], p.fail }

func (p *places) Save(_ context.Context, o parse.Origin, n int64) error {
	if p.fail != nil {
		return p.fail
	}
	if p.at[o] = n; n == 0 {
		delete(p.at, o)
	}
	return nil
}

func TestHandleGoesOnWhereItStopped(t *testing.T) {
	const records = 10
	boom := errors.New("boom")
	body := strings.Repeat("{\"hit\":true}\nx\n", records/2)
	once := &sink{}
	handle(t, t.Context(), &streamalert.Pipeline{Sink: once}, payload("1", body))

	// Each delivery stops at its second record that can be parsed. The second has a sink that refuses, so the third starts
	// where it did.
	seen := map[int64]bool{}
	var cancel context.CancelFunc
	stops := rule.Func(func(r *parse.Record) bool {
		if seen[r.Index] = true; len(seen) == 2 {
			cancel()
		}
		return true
	})
	store, s, d := &places{at: map[parse.Origin]int64{}}, &sink{}, &dead{}
	p := &streamalert.Pipeline{Sink: s, DeadLetter: d, Places: store, Rules: rule.MustCompile(rule.Rule{ID: "hit", When: stops})}
	var at []int64
	for n := 0; ; n++ {
		var stop context.Context
		stop, cancel = context.WithCancel(t.Context())
		clear(seen)
		if s.fail = nil; n == 1 {
			s.fail = boom
		}
		failed := handle(t, source.WithStop(t.Context(), stop), p, payload("1", body))
		cancel()
		at = append(at, store.at[parse.Origin{Kind: "test", Place: "p", ID: "1"}])
		if failed == nil {
			break
		}
	}
	if d := cmp.Diff([]int64{3, 3, 7, 0}, at); d != "" {
		t.Error(d)
	}
	if len(store.at) != 0 {
		t.Error("not forgotten:", store.at)
	}
	if d := cmp.Diff(once.ids(), s.ids()); d != "" {
		t.Error(d)
	}
	if len(d.got) != records/2+2 { // those of the delivery that failed twice
		t.Errorf("%d dead letters", len(d.got))
	}
}

func TestHandleStartsAgainWithoutItsStore(t *testing.T) {
	store, s := &places{at: map[parse.Origin]int64{}, fail: errors.New("gone")}, &sink{}
	p := &streamalert.Pipeline{Sink: s, Places: store}
	handle(t, t.Context(), p, payload("1", hits(2)), broken("2", hits(2), errors.New("reset")))
	if len(s.got) != 4 {
		t.Errorf("%d alerts", len(s.got))
	}
	store.fail = nil
	handle(t, t.Context(), p, broken("2", hits(3), errors.New("reset")))
	if store.at[parse.Origin{Kind: "test", Place: "p", ID: "2"}] != 3 {
		t.Error(store.at)
	}
}
