package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/streamalert/streamalert-go/source"
)

var errRefused = errors.New("sourcetest: refused")

// refuse delivers the bodies, reads and refuses them. Those that follow the first in its group need not be
// handed over.
func refuse(tb testing.TB, h Harness, s Subject, bodies []Body) *delivery {
	tb.Helper()
	reach := firsts(bodies)
	d, _ := deliver(tb, h, s, func(ctx context.Context, d *delivery, batch []*source.Payload) error {
		if _, err := d.receive(ctx, batch, bodies); err != nil {
			return err
		}
		d.enough(reach)
		return errRefused
	})
	return d
}

// firsts is the first body of each group, and all without a group: what is handed over even if all is refused.
func firsts(bodies []Body) []int {
	var is []int
	began := map[string]bool{}
	for i, b := range bodies {
		if b.Group == "" || !began[b.Group] {
			is = append(is, i)
		}
		began[b.Group] = true
	}
	return is
}

func acknowledges(tb testing.TB, h Harness) {
	bodies := several(h)
	s := h.Make(tb, bodies)
	wantAcknowledged(tb, s, []int{})
	accept(tb, h, s, bodies)
	wantAcknowledged(tb, s, all(bodies))
}

func acknowledgesNoError(tb testing.TB, h Harness) {
	bodies := several(h)
	s := h.Make(tb, bodies)
	d := refuse(tb, h, s, bodies)
	wantAcknowledged(tb, s, []int{})
	for _, i := range firsts(bodies) {
		if _, ok := d.origins()[i]; !ok {
			tb.Errorf("body %d was not handed over, though nothing before it in its group was refused", i)
		}
	}
	accept(tb, h, s, bodies)
	wantAcknowledged(tb, s, all(bodies))
}

func acknowledgesNoFailure(tb testing.TB, h Harness) {
	bodies := several(h)
	s := h.Make(tb, bodies)
	fail := map[int]bool{1: true, 4: true}
	// What is before the first failure of its group can be acknowledged, what follows must not be.
	failed := map[string]bool{}
	may, reach := map[int]bool{}, []int{}
	for i, b := range bodies {
		if b.Group == "" || !failed[b.Group] {
			may[i] = !fail[i]
			reach = append(reach, i)
		}
		failed[b.Group] = failed[b.Group] || fail[i]
	}
	_, _ = deliver(tb, h, s, func(ctx context.Context, d *delivery, batch []*source.Payload) error {
		found, err := d.receive(ctx, batch, bodies)
		if err != nil {
			return err
		}
		d.enough(reach)
		return answer(found, fail)
	})
	got := map[int]bool{}
	for _, i := range acknowledged(s) {
		got[i] = true
		if !may[i] {
			tb.Errorf("body %d is acknowledged, though it is named or follows one that is in group %q", i, bodies[i].Group)
		}
	}
	for i, ok := range may {
		if h.Partial && ok && !got[i] {
			tb.Errorf("body %d is not acknowledged, though it was accepted and nothing before it in its group was refused", i)
		}
	}
	accept(tb, h, s, bodies)
	wantAcknowledged(tb, s, all(bodies))
}

// answer accepts the bodies of a batch but those in fail.
func answer(found []int, fail map[int]bool) error {
	e := &source.BatchError{Failed: map[int]error{}}
	for at, i := range found {
		if fail[i] {
			e.Failed[at] = fmt.Errorf("body %d: %w", i, errRefused)
		}
	}
	if len(e.Failed) == 0 {
		return nil
	}
	return e
}
