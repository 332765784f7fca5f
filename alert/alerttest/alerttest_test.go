package alerttest

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/streamalert/streamalert-go/alert"
)

// store is a far end in memory and the sink to it, which does one thing wrong.
type store struct {
	bug string

	mu      sync.Mutex
	held    map[string][]byte
	refused map[string]bool
	stalled bool
	current []*alert.Alert // shared by Sends where bug says so
	kept    []*alert.Alert // not delivered where bug says so
	started bool
}

func newTarget(bug string) Target {
	s := &store{bug: bug, held: make(map[string][]byte), refused: make(map[string]bool)}
	return Target{Sink: s, Received: s.received, Refuse: s.refuse, Stall: s.stall}
}

func (s *store) received() ([]*alert.Alert, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.kept)
	for _, b := range s.held {
		var a alert.Alert
		if err := json.Unmarshal(b, &a); err != nil {
			return nil, err
		}
		all = append(all, &a)
	}
	return all, nil
}

func (s *store) refuse(ids ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bug != "remembers refusals" {
		clear(s.refused)
	}
	for _, id := range ids {
		s.refused[id] = true
	}
}

func (s *store) stall() { s.stalled = true }

var errRefused = errors.New("refused")

// Send has the bugs that concern a batch.
func (s *store) Send(ctx context.Context, batch []*alert.Alert) error {
	switch {
	case len(batch) == 0 && s.bug == "refuses the empty batch":
		return errRefused
	case len(batch) == 0 && s.bug == "makes one up":
		return s.put(&alert.Alert{ID: "made up"})
	case ctx.Err() != nil && s.bug == "accepts when done":
		return nil
	case ctx.Err() != nil && s.bug == "hides that it was done":
		return errRefused
	case ctx.Err() != nil && s.bug == "delivers when done":
		_ = s.putAll(batch)
		return ctx.Err()
	case ctx.Err() != nil:
		return ctx.Err()
	case s.stalled:
		return s.wait(ctx)
	}
	switch s.bug {
	case "leaks with each":
		go time.Sleep(time.Minute)
	case "leaks one":
		s.mu.Lock()
		if !s.started {
			go time.Sleep(time.Minute)
		}
		s.started = true
		s.mu.Unlock()
	case "changes the batch":
		batch[0].Log = "changed"
	case "keeps the batch":
		s.mu.Lock()
		s.kept = append(s.kept, batch...)
		s.mu.Unlock()
		return nil
	case "leaves out the last":
		batch = batch[:len(batch)-1]
	case "shares a buffer":
		s.mu.Lock()
		s.current = batch
		s.mu.Unlock()
		time.Sleep(time.Millisecond)
		s.mu.Lock()
		batch = s.current
		s.mu.Unlock()
	}
	return s.answer(s.putAll(batch), batch)
}

// wait is a Send to a far end that does not answer.
func (s *store) wait(ctx context.Context) error {
	switch s.bug {
	case "does not wait":
		return errRefused
	case "does not stop":
		time.Sleep(time.Hour)
	}
	<-ctx.Done()
	if s.bug == "accepts when interrupted" {
		return nil
	}
	return ctx.Err()
}

func (s *store) putAll(batch []*alert.Alert) map[string]error {
	failed := make(map[string]error)
	seen := make(map[string]bool)
	for _, a := range batch {
		if seen[a.ID] && s.bug == "takes a double for accepted" {
			delete(failed, a.ID)
			continue
		}
		seen[a.ID] = true
		if err := s.put(a); err != nil {
			failed[a.ID] = err
		}
	}
	return failed
}

// put delivers one alert, with the bugs that concern one.
func (s *store) put(a *alert.Alert) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refused[a.ID] {
		return errRefused
	}
	copied := *a
	huge := len(a.Record) > 1<<20
	switch {
	case huge && s.bug == "loses the huge":
		return nil
	case huge && s.bug == "refuses the huge":
		return errRefused
	case huge && s.bug == "empties the huge":
		copied = alert.Alert{ID: a.ID, RecordOmitted: true}
	case huge && s.bug == "does not say what is left out":
		copied.Record = nil
	case s.bug == "refuses the hostile" && !json.Valid(a.Record):
		return errRefused
	case s.bug == "garbles the hostile":
		copied.Rule.Title = a.Rule.Title[:1]
	case s.bug == "leaves out the record":
		copied.Record = nil
	}
	b, err := copied.AppendJSON(nil)
	if err != nil {
		return err
	}
	s.held[a.ID] = b
	return nil
}

func (s *store) answer(failed map[string]error, batch []*alert.Alert) error {
	if len(failed) == 0 {
		return nil
	}
	switch s.bug {
	case "hides refusals":
		return nil
	case "hides that all were refused":
		if len(failed) == len(batch) {
			return nil
		}
	case "says that all failed":
		return errRefused
	case "says nothing of which":
		return &alert.DeliveryError{Sink: "store"}
	case "names others":
		first := slices.Min(slices.Collect(maps.Keys(failed)))
		delete(failed, first)
		for _, a := range batch {
			if failed[a.ID] == nil && a.ID != first {
				failed[a.ID] = errRefused
				break
			}
		}
	}
	return &alert.DeliveryError{Sink: "store", Failed: failed}
}

func TestEveryCheckPassesForASinkThatKeepsTheContract(t *testing.T) {
	Run(t, func(*testing.T) Target { return newTarget("") })
}

func TestEveryCheckFailsForASinkThatDoesNot(t *testing.T) {
	tests := []struct{ bug, check string }{
		{"leaves out the last", "every alert arrives as it is"},
		{"leaves out the record", "every alert arrives as it is"},
		{"refuses the empty batch", "an empty batch is accepted"},
		{"makes one up", "an empty batch is accepted"},
		{"hides refusals", "refusals are exact"},
		{"hides that all were refused", "refusals are exact"},
		{"says that all failed", "refusals are exact"},
		{"says nothing of which", "refusals are exact"},
		{"names others", "refusals are exact"},
		{"remembers refusals", "what was refused can be sent again"},
		{"takes a double for accepted", "an alert that stands in the batch twice is one alert"},
		{"loses the huge", "a huge alert arrives and harms no other"},
		{"refuses the huge", "a huge alert arrives and harms no other"},
		{"empties the huge", "a huge alert arrives and harms no other"},
		{"does not say what is left out", "a huge alert arrives and harms no other"},
		{"refuses the hostile", "a hostile alert arrives and harms no other"},
		{"garbles the hostile", "a hostile alert arrives and harms no other"},
		{"changes the batch", "the batch is neither changed nor kept"},
		{"keeps the batch", "the batch is neither changed nor kept"},
		{"shares a buffer", "concurrent Sends do not mix"},
		{"accepts when done", "a done context delivers nothing unsaid"},
		{"delivers when done", "a done context delivers nothing unsaid"},
		{"hides that it was done", "a done context delivers nothing unsaid"},
		{"does not wait", "a context that ends interrupts a Send"},
		{"does not stop", "a context that ends interrupts a Send"},
		{"accepts when interrupted", "a context that ends interrupts a Send"},
		{"leaks with each", "no goroutine outlives a Send"},
		{"leaks one", "no goroutine outlives a Send"},
	}
	caught := make(map[string]bool)
	for _, test := range tests {
		t.Run(test.bug, func(t *testing.T) {
			i := slices.IndexFunc(checks, func(c check) bool { return c.name == test.check })
			synctest.Test(t, func(t *testing.T) { // so that a sink that hangs takes no time
				if err := checks[i].run(newTarget(test.bug)); err == nil {
					t.Errorf("%q found nothing wrong", test.check)
				}
				time.Sleep(2 * time.Hour) // what was left behind ends
			})
		})
		caught[test.check] = true
	}
	for _, c := range checks {
		if !caught[c.name] {
			t.Errorf("nothing proves that %q can fail", c.name)
		}
	}
}

func TestAFarEndThatCannotBeReadFailsTheCheck(t *testing.T) {
	target := newTarget("")
	target.Received = func() ([]*alert.Alert, error) { return nil, errRefused }
	for _, c := range checks {
		if c.name != "no goroutine outlives a Send" { // which reads nothing
			if err := c.run(target); !errors.Is(err, errRefused) {
				t.Errorf("%s: %v", c.name, err)
			}
			target.Sink.(*store).stalled = false
		}
	}
}
