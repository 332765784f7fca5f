package sourcetest_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/source/sourcetest"
)

func TestRunPassesSourcesThatKeepTheContract(t *testing.T) {
	for name, h := range map[string]sourcetest.Harness{
		"without groups, one payload a batch": harness(false, 1, ""),
		"without groups, three a batch":       harness(false, 3, ""),
		"in groups, one payload a batch":      harness(true, 1, ""),
		"in groups, all in a batch":           harness(true, 100, ""),
	} {
		t.Run(name, func(t *testing.T) { sourcetest.Run(t, h) })
	}
}

func TestRunPassesASourceThatWaitsForMore(t *testing.T) {
	sourcetest.Run(t, waiting(harness(true, 2, "")))
}

func TestRunPassesASourceOfSmallBodiesInMemory(t *testing.T) {
	h := harness(true, 2, "reads on after the end")
	h.MaxSize = 256 << 10
	sourcetest.Run(t, h)
}

func TestRunPassesTheExample(t *testing.T) {
	sourcetest.Run(t, sourcetest.Harness{Make: makeFiles, Ordered: true, Partial: true, Decompresses: true})
}

// Each check must fail for a source that lacks what it checks.
func TestChecksFailForBrokenSources(t *testing.T) {
	const (
		arrives     = "every body arrives once, byte for byte"
		empty       = "a body of no bytes arrives"
		order       = "bodies arrive in order"
		compressed  = "compressed bodies arrive as promised"
		large       = "a large body is streamed"
		places      = "origins name the places"
		last        = "origins last over redelivery"
		accepted    = "nil acknowledges"
		refused     = "an error acknowledges nothing"
		partly      = "a BatchError acknowledges nothing that it names"
		again       = "a payload can be opened again"
		early       = "a body that is closed early does no harm"
		endsRun     = "the end of the context ends the run"
		endsRead    = "the end of the context ends a read"
		stops       = "after Stop nothing more is handed over"
		two         = "two sources at once share nothing"
		noGoroutine = "no goroutine is left"
	)
	proven := map[string]bool{}
	for _, test := range []struct {
		fault string
		batch int
		check string
	}{
		{"hands over twice", 1, arrives},
		{"loses the last body", 1, arrives},
		{"changes a byte", 1, arrives},
		{"cuts bodies", 1, arrives},
		{"appends to bodies", 1, arrives},
		{"has false sizes", 1, arrives},
		{"calls with no payloads", 2, arrives},
		{"calls at once for one group", 3, arrives},
		{"loses empty bodies", 1, empty},
		{"reorders", 1, order},
		{"reorders", 100, order},
		{"does not decompress", 1, compressed},
		{"holds the whole body", 1, large},
		{"has no places", 1, places},
		{"has one origin for two bodies", 1, places},
		{"puts all in one group", 1, places},
		{"has no groups", 1, places},
		{"has another origin at redelivery", 1, last},
		{"loses the last body", 2, last},
		{"acknowledges nothing", 1, accepted},
		{"acknowledges failures", 1, refused},
		{"acknowledges failures of some", 100, partly},
		{"acknowledges what follows a failure", 100, partly},
		{"acknowledges all or nothing", 100, partly},
		{"goes on in the group after a failure", 1, partly},
		{"opens once", 1, again},
		{"opens again where it was left", 1, again},
		{"has another origin when opened again", 1, again},
		{"cannot be closed early", 1, early},
		{"opens again where it was left", 1, early},
		{"goes on after the end", 1, endsRun},
		{"does not pass the context on", 1, endsRun},
		{"hides errors", 1, endsRun},
		{"acknowledges failures", 1, endsRun},
		{"hangs", 1, endsRun},
		{"reads on after the end", 1, endsRead},
		{"decompresses on after the end", 1, endsRead},
		{"calls the end permanent", 1, endsRead},
		{"goes on after Stop", 1, stops},
		{"acknowledges nothing", 1, stops},
		{"shares what is acknowledged", 1, two},
		{"leaves a goroutine", 1, noGoroutine},
		{"calls the handler after it returned", 1, noGoroutine},
	} {
		name := fmt.Sprintf("%s fails for a source that %s, %d a batch", test.check, test.fault, test.batch)
		t.Run(name, func(t *testing.T) {
			h := harness(true, test.batch, test.fault)
			h.Timeout = 500 * time.Millisecond
			if test.check == large {
				h.Timeout = 30 * time.Second
			}
			if complaints := run(t, sourcetest.Checks()[test.check], h); len(complaints) == 0 {
				t.Error("the check passed")
			}
			proven[test.check] = true
		})
	}
	for name := range sourcetest.Checks() {
		if !proven[name] {
			t.Errorf("no broken source fails %q", name)
		}
	}
}

func TestComplaintsSayWhatIsWrong(t *testing.T) {
	for _, test := range []struct {
		fault string
		check string
		want  []string
	}{
		{"changes a byte", "every body arrives once, byte for byte", []string{
			`payload: read memory:`, `byte 4000 is 'X', want '`,
		}},
		{"leaves a goroutine", "no goroutine is left", []string{"goroutines are left", "time.Sleep"}},
		{"holds the whole body", "a large body is streamed", []string{
			"MiB were held in memory while a body of 64 MiB was read, want at most 16",
		}},
		{"hangs", "nil acknowledges", []string{"Deliver did not return"}},
	} {
		t.Run(test.fault, func(t *testing.T) {
			h := harness(false, 1, test.fault)
			if test.check != "a large body is streamed" {
				h.Timeout = 500 * time.Millisecond
			}
			got := strings.Join(run(t, sourcetest.Checks()[test.check], h), "\n")
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("complaints %q do not have %q", got, want)
				}
			}
		})
	}
}

func TestOrderIsNotAskedOfASourceThatPromisesNone(t *testing.T) {
	h := harness(false, 1, "reorders")
	h.Ordered = false
	for name, check := range sourcetest.Checks() {
		if diff := cmp.Diff([]string(nil), run(t, check, h)); diff != "" {
			t.Errorf("%s: complaints (-want +got):\n%s", name, diff)
		}
	}
}

// run runs a check and returns its complaints.
func run(t *testing.T, check func(testing.TB, sourcetest.Harness), h sourcetest.Harness) []string {
	r := &recorder{TB: t}
	var wg sync.WaitGroup
	wg.Go(func() { check(r, h) }) // Fatal and Skip end the goroutine
	wg.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.complaints)
}

// recorder is a testing.TB that notes complaints instead of failing.
type recorder struct {
	testing.TB
	mu         sync.Mutex
	complaints []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.complaints = append(r.complaints, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

func (r *recorder) Fatal(args ...any) { r.Fatalf("%s", fmt.Sprint(args...)) }

func (r *recorder) Skip(...any) { runtime.Goexit() }
