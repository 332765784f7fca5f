package mainjob_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
)

// places is a store that outlives an invocation.
type places map[parse.Origin]int64

func (p places) Load(_ context.Context, o parse.Origin) (int64, error) { return p[o], nil }

func (p places) Save(_ context.Context, o parse.Origin, n int64) error {
	if p[o] = n; n == 0 {
		delete(p, o)
	}
	return nil
}

// Each invocation is told to stop after some records, as it is when its time runs out. The event comes again, and the
// next one goes on from there.
func TestAnObjectLargerThanAnInvocationIsResumed(t *testing.T) {
	const all, each = 5000, 1200
	var records []string
	for n := range all {
		records = append(records, record(n, []string{"StartLogging", "StopLogging"}[n%2]))
	}
	object := gzipped(t, document(records...))

	whole := newJob(t)
	whole.put("large.json.gz", bytes.NewReader(object))
	if err := whole.invoke(t.Context(), "large.json.gz"); err != nil {
		t.Fatal(err)
	}
	want := whole.ids()
	slices.Sort(want)

	evaluated := 0
	var stop context.CancelFunc
	j := newJob(t, rule.Rule{ID: "count", When: rule.Func(func(*parse.Record) bool {
		if evaluated++; evaluated%each == 0 {
			stop()
		}
		return false
	})})
	store := places{}
	j.pipeline.Places = store
	j.put("large.json.gz", bytes.NewReader(object))
	invocations := 0
	for err := errors.New("not yet"); err != nil; {
		if invocations++; invocations > all/each+1 {
			t.Fatalf("not done after %d invocations: %v", invocations-1, err)
		}
		var stopped context.Context
		stopped, stop = context.WithCancel(t.Context())
		err = j.invoke(source.WithStop(t.Context(), stopped), "large.json.gz")
		stop()
		if err != nil && !errors.Is(err, streamalert.ErrStopped) {
			t.Fatal(err)
		}
	}
	if invocations != all/each+1 {
		t.Errorf("%d invocations, want %d", invocations, all/each+1)
	}
	got := j.ids()
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("IDs of the alerts, of one invocation and of several (-one +several):\n%s", diff)
	}
	if c := j.pipeline.Counts(); c.Evaluated != all || c.Skipped == 0 || len(store) != 0 {
		t.Errorf("records were evaluated again, or their place is kept: %+v, %v", c, store)
	}
}
