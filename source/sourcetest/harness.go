// Package sourcetest is the conformance suite for sources: [Run] proves that one keeps the delivery contract. Bodies
// arrive whole, in order and with origins that last; only what the handler accepted is acknowledged; bodies are
// streamed; a source stops when it is told to, and leaves nothing running.
//
// It is made for sources of any kind. A [Harness] puts bodies where the source finds them (files, objects, the
// records of a stream) and a [Subject] delivers them: a source that runs by its Run method, the adapter of a Lambda
// function by invoking it with the event that announces the bodies.
package sourcetest

import (
	"context"
	"testing"
	"time"

	"github.com/streamalert/streamalert-go/source"
)

// Harness makes the source that is tested, and says what it promises beyond the contract. Only Make is required.
type Harness struct {
	// Make makes the bodies available to a new source, in this order and each at a place of its own, and returns that
	// source. It is called for each check, by some checks twice. tb.Cleanup frees what it takes. Bodies can be
	// large: copy them from Body.Open instead of holding them in memory.
	Make func(tb testing.TB, bodies []Body) Subject
	// Groups is set for a source whose payloads have a Group. Bodies of one [Body.Group] then have to come as payloads
	// of one group, bodies of different groups as payloads of different ones.
	Groups bool
	// Ordered is set for a source without groups that still promises the order of Make.
	Ordered bool
	// Partial is set for a source that acknowledges part of a batch: what a [source.BatchError] does not name, and
	// what does not follow a failure in its group, is then asked to be acknowledged. Off, it may be.
	Partial bool
	// Decompresses is set for a source that takes one layer of compression off its bodies.
	Decompresses bool
	// MaxSize is the largest body in bytes that Make can make available. Below 64 MiB, bodies may be held in memory.
	// Default: no limit.
	MaxSize int64
	// Timeout bounds each delivery. Default: 30 s.
	Timeout time.Duration
}

// Subject is a source with bodies to deliver.
type Subject struct {
	// Deliver delivers what is outstanding to h: all that is not acknowledged, and it may be more. It returns when it
	// is done, or as source.Source's Run does: when ctx ends, or at the first moment of stopping. The suite stops
	// a source that would wait for more.
	Deliver func(ctx context.Context, h source.Handler) error
	// Acknowledged tells which bodies, by their place in Make's argument, are acknowledged by now, in any order. It asks
	// where the acknowledgement is kept or given (the queue, the checkpoint, the function's answer), and
	// never what the handler returned.
	Acknowledged func() []int
	// CloseIdle, where it is set, closes idle connections, so that their goroutines are not taken for the source's.
	CloseIdle func()
}

// Run runs the suite, each check as a subtest. It measures the heap and counts goroutines: run it in no test that is
// parallel to others.
func Run(t *testing.T, h Harness) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) { c.run(t, h) })
	}
}

// check is one property, that tb hears of when h's source lacks it.
type check struct {
	name string
	run  func(tb testing.TB, h Harness)
}

var checks = []check{
	{"every body arrives once, byte for byte", arrives},
	{"a body of no bytes arrives", arrivesEmpty},
	{"bodies arrive in order", arrivesInOrder},
	{"compressed bodies arrive as promised", arrivesCompressed},
	{"a large body is streamed", streams},
	{"origins name the places", origins},
	{"origins last over redelivery", originsLast},
	{"nil acknowledges", acknowledges},
	{"an error acknowledges nothing", acknowledgesNoError},
	{"a BatchError acknowledges nothing that it names", acknowledgesNoFailure},
	{"a payload can be opened again", opensAgain},
	{"a body that is closed early does no harm", closesEarly},
	{"the end of the context ends the run", endsRun},
	{"the end of the context ends a read", endsRead},
	{"after Stop nothing more is handed over", stops},
	{"two sources at once share nothing", sharesNothing},
	{"no goroutine is left", leavesNothing},
}

func (h Harness) timeout() time.Duration {
	if h.Timeout > 0 {
		return h.Timeout
	}
	return 30 * time.Second
}

// prompt is how long may pass between the end of a context and what follows from it.
func (h Harness) prompt() time.Duration { return min(h.timeout(), 5*time.Second) }

// group is the i-th group's name, "" where the source has none.
func (h Harness) group(i int) string {
	if !h.Groups {
		return ""
	}
	return "group-" + string(rune('a'+i))
}

// size is n bytes, or as many as the source takes.
func (h Harness) size(n int64) int64 {
	if h.MaxSize > 0 {
		return min(n, h.MaxSize)
	}
	return n
}
