package streamalert_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
)

// sink records what it is sent, and refuses what refuse tells.
type sink struct {
	refuse func(*alert.Alert) error
	fail   error

	mu    sync.Mutex
	got   []*alert.Alert
	sends int
}

func (s *sink) Send(ctx context.Context, batch []*alert.Alert) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sends++
	if s.fail != nil {
		return s.fail
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	failed := map[string]error{}
	for _, a := range batch {
		if s.refuse != nil {
			if err := s.refuse(a); err != nil {
				failed[a.ID] = err
				continue
			}
		}
		s.got = append(s.got, a)
	}
	if len(failed) > 0 {
		return fmt.Errorf("wrapped: %w", &alert.DeliveryError{Sink: "test", Failed: failed})
	}
	return nil
}

func (s *sink) ids() (ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.got {
		ids = append(ids, a.ID)
	}
	return ids
}

// dead records what it is given.
type dead struct {
	fail error
	mu   sync.Mutex
	got  []streamalert.DeadRecord
}

func (d *dead) Put(_ context.Context, batch []streamalert.DeadRecord) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil {
		return d.fail
	}
	d.got = append(d.got, batch...)
	return nil
}

var hit = rule.Rule{ID: "hit", Title: "A hit", Severity: rule.Low, When: rule.Field("hit").Equals(true)}

func payload(id, body string) *source.Payload {
	return source.Bytes(parse.Origin{Kind: "test", Place: "p", ID: id}, []byte(body))
}

func inGroup(group string, p *source.Payload) *source.Payload {
	p.Group = group
	return p
}

// broken is a payload whose reader fails behind body.
func broken(id, body string, err error) *source.Payload {
	return source.NewPayload(parse.Origin{Kind: "test", Place: "p", ID: id}, func(context.Context, *source.Payload) (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader(body), errReader{err})), nil
	})
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

// blocking is a payload that gives body and then nothing until its context ends.
func blocking(id, body string) *source.Payload {
	return source.NewPayload(parse.Origin{Kind: "test", Place: "p", ID: id}, func(ctx context.Context, _ *source.Payload) (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader(body), untilDone{ctx})), nil
	})
}

type untilDone struct{ ctx context.Context }

func (r untilDone) Read([]byte) (int, error) { <-r.ctx.Done(); return 0, r.ctx.Err() }

// hits is n records, each of which raises an alert.
func hits(n int) string { return strings.Repeat(`{"hit":true}`+"\n", n) }

// handle runs p and checks what is true of every run: the counts add up, and each verdict is a payload's.
func handle(t *testing.T, ctx context.Context, p *streamalert.Pipeline, batch ...*source.Payload) map[int]error {
	t.Helper()
	if p.Parser == nil {
		p.Parser = parse.JSONFormat{Records: "Records"}
	}
	if p.Rules == nil {
		p.Rules = rule.MustCompile(hit)
	}
	err := p.Handle(ctx, batch)
	c := p.Counts()
	if c.Records != c.Evaluated+c.Unparsed+c.Skipped {
		t.Errorf("records do not add up: %+v", c)
	}
	if c.Matched != c.Delivered+c.Failed {
		t.Errorf("alerts do not add up: %+v", c)
	}
	if err == nil {
		return nil
	}
	var be *source.BatchError
	if !errors.As(err, &be) || len(be.Failed) == 0 {
		t.Fatalf("not a BatchError: %v", err)
	}
	return be.Failed
}

func failures(failed map[int]error) (list []int) {
	for i := range failed {
		list = append(list, i)
	}
	slices.Sort(list)
	return list
}

func TestHandleVerdicts(t *testing.T) {
	boom := errors.New("boom")
	permanent := &source.Permanent{Err: io.ErrUnexpectedEOF}
	refuseTwo := func(a *alert.Alert) error {
		if a.Origin.ID == "2" {
			return boom
		}
		return nil
	}
	for _, tt := range []struct {
		name    string
		refuse  func(*alert.Alert) error
		fail    error
		deadEnd error
		batch   []*source.Payload
		rules   []rule.Rule
		failed  []int
		reasons []error
		alerts  int
		lost    []string // reason: raw
		counts  streamalert.Counts
	}{
		{
			name:  "all is accepted",
			batch: []*source.Payload{payload("1", hits(2)), payload("2", `{}`), payload("3", "")}, alerts: 2,
			counts: streamalert.Counts{Payloads: 3, Bytes: 28, Records: 3, Evaluated: 3, Matched: 2, Delivered: 2},
		},
		{
			name:   "a refused alert fails its payload and no other",
			refuse: refuseTwo, batch: []*source.Payload{payload("1", hits(1)), payload("2", hits(1)), payload("3", hits(1))},
			failed: []int{1}, reasons: []error{boom}, alerts: 2,
			counts: streamalert.Counts{Payloads: 3, PayloadsFailed: 1, Bytes: 39, Records: 3, Evaluated: 3, Matched: 3, Delivered: 2, Failed: 1},
		},
		{
			name:   "two payloads of the same bytes share their fate, and one alert",
			refuse: refuseTwo, batch: []*source.Payload{payload("1", hits(1)), payload("2", hits(1)), payload("2", hits(1)), payload("1", hits(1))},
			failed: []int{1, 2}, reasons: []error{boom, boom}, alerts: 1,
			counts: streamalert.Counts{Payloads: 4, PayloadsFailed: 2, Bytes: 52, Records: 4, Evaluated: 4, Matched: 4, Delivered: 2, Failed: 2},
		},
		{
			name: "a sink that fails fails the payloads that raised alerts",
			fail: boom, batch: []*source.Payload{payload("1", hits(1)), payload("2", `{}`)},
			failed: []int{0}, reasons: []error{boom},
			counts: streamalert.Counts{Payloads: 2, PayloadsFailed: 1, Bytes: 15, Records: 2, Evaluated: 2, Matched: 1, Failed: 1},
		},
		{
			name:  "a bad record costs one record",
			batch: []*source.Payload{payload("1", "{\"hit\":true}\nxx\n{\"hit\":true}")}, alerts: 2, lost: []string{"syntax error: no JSON object or array begins with 'x': xx"},
			counts: streamalert.Counts{Payloads: 1, Bytes: 28, Records: 3, Evaluated: 2, Unparsed: 1, Matched: 2, Delivered: 2, DeadLettered: 1},
		},
		{
			name:    "a dead letter that refuses fails the payload",
			deadEnd: boom, batch: []*source.Payload{payload("1", "xx"), payload("2", hits(1))},
			failed: []int{0}, reasons: []error{boom}, alerts: 1,
			counts: streamalert.Counts{Payloads: 2, PayloadsFailed: 1, Bytes: 15, Records: 2, Evaluated: 1, Unparsed: 1, Matched: 1, Delivered: 1},
		},
		{
			name:  "what was read before a reader failed is evaluated, and the payload comes again",
			batch: []*source.Payload{broken("1", hits(1)+`{"h`, boom), payload("2", hits(1))}, failed: []int{0}, reasons: []error{boom}, alerts: 2,
			counts: streamalert.Counts{Payloads: 2, PayloadsFailed: 1, Bytes: 29, Records: 2, Evaluated: 2, Matched: 2, Delivered: 2},
		},
		{
			name:  "where the bytes are to blame, the rest is a dead letter and the payload is accepted",
			batch: []*source.Payload{broken("1", hits(1)+`{"h`, permanent)}, alerts: 1, lost: []string{`unexpected EOF: {"h`},
			counts: streamalert.Counts{Payloads: 1, Bytes: 16, Records: 2, Evaluated: 1, Unparsed: 1, Matched: 1, Delivered: 1, DeadLettered: 1},
		},
		{
			name:  "a JSON text that ends in the middle likewise",
			batch: []*source.Payload{payload("1", `{"Records":[{"hit":true},{"hi`)}, alerts: 1, lost: []string{`payload ends in the middle: {"hi`},
			counts: streamalert.Counts{Payloads: 1, Bytes: 29, Records: 2, Evaluated: 1, Unparsed: 1, Matched: 1, Delivered: 1, DeadLettered: 1},
		},
		{
			name: "a payload that does not open comes again",
			batch: []*source.Payload{source.NewPayload(parse.Origin{Kind: "test"}, func(context.Context, *source.Payload) (io.ReadCloser, error) {
				return nil, boom
			})}, failed: []int{0}, reasons: []error{boom},
			counts: streamalert.Counts{Payloads: 1, PayloadsFailed: 1},
		},
		{
			name: "a payload that never will is a dead letter",
			batch: []*source.Payload{source.NewPayload(parse.Origin{Kind: "test"}, func(context.Context, *source.Payload) (io.ReadCloser, error) {
				return nil, permanent
			})}, lost: []string{"open: unexpected EOF: "},
			counts: streamalert.Counts{Payloads: 1, Records: 1, Unparsed: 1, DeadLettered: 1},
		},
		{
			name:   "a rule that panics costs that rule on that record",
			rules:  []rule.Rule{{ID: "panics", When: rule.Func(func(r *parse.Record) bool { return r.Get("b").Exists() && boom.Error()[10] > 0 })}, hit},
			batch:  []*source.Payload{payload("1", `{"hit":true}{"hit":true,"b":1}`)},
			alerts: 2, lost: []string{`panics {"hit":true,"b":1}`},
			counts: streamalert.Counts{Payloads: 1, Bytes: 30, Records: 2, Evaluated: 2, RuleErrors: 1, Matched: 2, Delivered: 2, DeadLettered: 1},
		},
		{
			name:   "behind a failure nothing of its group is accepted",
			refuse: refuseTwo,
			batch: []*source.Payload{inGroup("a", payload("1", hits(1))), inGroup("a", payload("2", hits(1))), inGroup("b", payload("3", hits(1))),
				inGroup("a", payload("4", `{}`)), inGroup("b", payload("5", `{}`)), payload("6", `{}`)},
			failed: []int{1, 3}, reasons: []error{boom, streamalert.ErrGroup}, alerts: 2,
			counts: streamalert.Counts{Payloads: 6, PayloadsFailed: 2, Bytes: 45, Records: 6, Evaluated: 6, Matched: 3, Delivered: 2, Failed: 1},
		},
		{
			name:   "and behind one that is known nothing of it is read",
			batch:  []*source.Payload{inGroup("a", broken("1", "", boom)), inGroup("a", payload("2", hits(1))), payload("3", hits(1))},
			failed: []int{0, 1}, reasons: []error{boom, streamalert.ErrGroup}, alerts: 1,
			counts: streamalert.Counts{Payloads: 2, PayloadsFailed: 2, Bytes: 13, Records: 1, Evaluated: 1, Matched: 1, Delivered: 1},
		},
	} {
		check := func(t *testing.T, readAhead int) {
			s, d := &sink{refuse: tt.refuse, fail: tt.fail}, &dead{fail: tt.deadEnd}
			p := &streamalert.Pipeline{Sink: s, DeadLetter: d, ReadAhead: readAhead}
			if tt.rules != nil {
				p.Rules = rule.MustCompile(tt.rules...)
			}
			failed := handle(t, t.Context(), p, tt.batch...)
			if d := cmp.Diff(tt.failed, failures(failed)); d != "" {
				t.Errorf("failed (-want +got)\n%s\n%v", d, failed)
			}
			for n, i := range tt.failed {
				if !errors.Is(failed[i], tt.reasons[n]) {
					t.Errorf("payload %d: %v", i, failed[i])
				}
			}
			if len(s.got) != tt.alerts {
				t.Errorf("%d alerts, want %d", len(s.got), tt.alerts)
			}
			var lost []string
			for _, r := range d.got {
				if r.Rule != "" {
					lost = append(lost, r.Rule+" "+string(r.Raw))
					continue
				}
				lost = append(lost, r.Reason+": "+string(r.Raw))
			}
			if d := cmp.Diff(tt.lost, lost); d != "" {
				t.Errorf("dead letters (-want +got)\n%s", d)
			}
			if d := cmp.Diff(tt.counts, p.Counts()); d != "" {
				t.Errorf("counts (-want +got)\n%s", d)
			}
		}
		t.Run(tt.name, func(t *testing.T) { check(t, 0) })
		t.Run(tt.name+", read ahead", func(t *testing.T) { check(t, 1) })
	}
}

func TestHandleWithoutDeadLetterAcknowledges(t *testing.T) {
	p := &streamalert.Pipeline{Sink: &sink{}}
	if failed := handle(t, t.Context(), p, payload("1", "xx"), broken("2", "", &source.Permanent{Err: io.ErrUnexpectedEOF})); failed != nil {
		t.Error(failed)
	}
	if c := p.Counts(); c.Unparsed != 2 || c.DeadLettered != 0 {
		t.Errorf("%+v", c)
	}
}

func TestHandleRaisesTheSameIDsAgain(t *testing.T) {
	s, d := &sink{}, &dead{}
	p := &streamalert.Pipeline{Sink: s, DeadLetter: d}
	batch := []*source.Payload{payload("1", hits(3)+"x\n"), payload("2", hits(3)+"x\n")}
	handle(t, t.Context(), p, batch...)
	first := s.ids()
	handle(t, t.Context(), p, batch...)
	if d := cmp.Diff(first, s.ids()[len(first):]); d != "" || len(first) != 6 {
		t.Error(d, len(first))
	}
	seen := map[string]bool{}
	for _, id := range first {
		if seen[id] {
			t.Error("twice:", id)
		}
		seen[id] = true
	}
	if len(d.got) != 4 || d.got[0].ID != d.got[2].ID || d.got[1].ID != d.got[3].ID || d.got[0].ID == d.got[1].ID {
		t.Errorf("dead letters: %v", d.got)
	}
}

func TestHandleSendsTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sink{}
		p := &streamalert.Pipeline{Sink: s}
		var batch []*source.Payload
		for i := range 500 {
			batch = append(batch, payload(fmt.Sprint(i), hits(1)))
		}
		if failed := handle(t, t.Context(), p, batch...); failed != nil {
			t.Error(failed)
		}
		if len(s.got) != 500 || s.sends != 5 {
			t.Errorf("%d alerts in %d sends", len(s.got), s.sends)
		}
	})
}

// slow is a sink that takes its time, and tells how many alerts are held by nobody but the pipeline.
type slow struct {
	mu             sync.Mutex
	raised, taken  int
	most, together int
	bytes          int
}

func (s *slow) raise(r *parse.Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.raised = int(r.Index) + 1
	s.most = max(s.most, s.raised-s.taken)
}

func (s *slow) Send(_ context.Context, batch []*alert.Alert) error {
	time.Sleep(time.Second)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken += len(batch)
	s.together = max(s.together, len(batch))
	size := 0
	for _, a := range batch {
		size += a.Size()
	}
	s.bytes = max(s.bytes, size)
	return nil
}

func TestHandleBoundsWhatIsPending(t *testing.T) {
	for name, limit := range map[string]func(*streamalert.Pipeline){
		"by number": func(p *streamalert.Pipeline) { p.MaxPending = 20 },
		"by bytes":  func(p *streamalert.Pipeline) { p.MaxPendingBytes = 20 * 900 },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &slow{}
				seen := rule.Func(func(r *parse.Record) bool { s.raise(r); return true })
				p := &streamalert.Pipeline{Sink: s, Rules: rule.MustCompile(rule.Rule{ID: "all", When: rule.All(rule.Field("hit").Exists(), seen)})}
				limit(p)
				start := time.Now()
				handle(t, t.Context(), p, payload("1", hits(200)))
				// One more than is pending has been raised while it waits for a place.
				if s.taken != 200 || s.most > 2*s.together+1 {
					t.Errorf("%d taken, at most %d pending", s.taken, s.most)
				}
				if name == "by number" && (s.together != 10 || time.Since(start) != 20*time.Second) {
					t.Errorf("%d together, in %v", s.together, time.Since(start))
				}
				if name == "by bytes" && s.bytes > 20*900/2+900 {
					t.Errorf("%d bytes together", s.bytes)
				}
			})
		})
	}
}

func TestHandleSendsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sink{}
		p := &streamalert.Pipeline{Sink: s, MaxDelay: 3 * time.Second}
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			time.Sleep(2 * time.Second)
			if n := len(s.ids()); n != 0 {
				t.Errorf("%d alerts after 2 s", n)
			}
			time.Sleep(2 * time.Second)
			if n := len(s.ids()); n != 2 {
				t.Errorf("%d alerts after 4 s", n)
			}
			cancel()
		}()
		if failed := handle(t, ctx, p, blocking("1", hits(2))); len(failed) != 1 {
			t.Error(failed)
		}
	})
}

func TestHandleStops(t *testing.T) {
	t.Run("a read that waits ends, and what was read is delivered", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &sink{}
			p := &streamalert.Pipeline{Sink: s}
			stop, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			start := time.Now()
			failed := handle(t, source.WithStop(t.Context(), stop), p, payload("1", hits(1)), blocking("2", hits(2)), payload("3", hits(1)))
			if d := cmp.Diff([]int{1, 2}, failures(failed)); d != "" || !errors.Is(failed[1], streamalert.ErrStopped) || !errors.Is(failed[2], streamalert.ErrStopped) {
				t.Error(d, failed)
			}
			if len(s.got) != 3 || time.Since(start) != time.Minute {
				t.Errorf("%d alerts after %v", len(s.got), time.Since(start))
			}
			if c := p.Counts(); c.Payloads != 2 || c.PayloadsFailed != 2 {
				t.Errorf("%+v", c)
			}
		})
	})
	t.Run("within one record", func(t *testing.T) {
		stop, cancel := context.WithCancel(t.Context())
		n := 0
		p := &streamalert.Pipeline{Sink: &sink{}, Rules: rule.MustCompile(rule.Rule{ID: "stops", When: rule.Func(func(*parse.Record) bool {
			if n++; n == 3 {
				cancel()
			}
			return false
		})})}
		failed := handle(t, source.WithStop(t.Context(), stop), p, payload("1", hits(10)))
		if n != 3 || !errors.Is(failed[0], streamalert.ErrStopped) {
			t.Error(n, failed)
		}
	})
	t.Run("before anything is opened", func(t *testing.T) {
		stop, cancel := context.WithCancel(t.Context())
		cancel()
		p := &streamalert.Pipeline{Sink: &sink{}}
		failed := handle(t, source.WithStop(t.Context(), stop), p, payload("1", hits(10)))
		if !errors.Is(failed[0], streamalert.ErrStopped) || p.Counts() != (streamalert.Counts{PayloadsFailed: 1}) {
			t.Error(failed, p.Counts())
		}
	})
}

func TestHandleEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		s := &sink{}
		p := &streamalert.Pipeline{Sink: s, MaxDelay: time.Hour}
		start := time.Now()
		failed := handle(t, ctx, p, payload("1", hits(1)), blocking("2", hits(1)), payload("3", `{}`))
		if d := cmp.Diff([]int{0, 1, 2}, failures(failed)); d != "" || time.Since(start) != time.Second {
			t.Error(d, time.Since(start))
		}
		if !errors.Is(failed[0], context.DeadlineExceeded) || len(s.got) != 0 {
			t.Error(failed[0], len(s.got))
		}
	})
}

type panicking struct{}

func (panicking) Send(context.Context, []*alert.Alert) error { panic("no") }

func TestHandleSurvivesASinkThatPanics(t *testing.T) {
	p := &streamalert.Pipeline{Sink: panicking{}}
	failed := handle(t, t.Context(), p, payload("1", hits(1)), payload("2", `{}`))
	if len(failed) != 1 || !strings.Contains(failed[0].Error(), "sink panicked: no") {
		t.Error(failed)
	}
}

// What the caller gave may panic; the sender ends all the same, which synctest would notice.
func TestHandlePanicsWithItsParser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sink{}
		p := &streamalert.Pipeline{Sink: s, Rules: rule.MustCompile(hit), Parser: parse.JSONFormat{}}
		p.Hooks.Payload = func(ctx context.Context, pl *source.Payload) (context.Context, func(streamalert.Counts, error)) {
			if pl.Origin.ID == "2" {
				panic("no")
			}
			return ctx, nil
		}
		defer func() {
			if v := recover(); v != "no" || len(s.got) != 1 {
				t.Error(v, len(s.got))
			}
		}()
		_ = p.Handle(t.Context(), []*source.Payload{payload("1", hits(1)), payload("2", hits(1))})
	})
}

func TestHandleCallsHooks(t *testing.T) {
	type key struct{}
	boom := errors.New("boom")
	s := &sink{fail: boom}
	p := &streamalert.Pipeline{Sink: s}
	var log []string
	p.Hooks.Payload = func(ctx context.Context, pl *source.Payload) (context.Context, func(streamalert.Counts, error)) {
		id := pl.Origin.ID
		log = append(log, "begin "+id)
		return context.WithValue(ctx, key{}, id), func(c streamalert.Counts, err error) {
			log = append(log, fmt.Sprintf("end %s: %d records, failed: %v", id, c.Records, errors.Is(err, boom)))
		}
	}
	p.Hooks.Send = func(ctx context.Context, n int) (context.Context, func(error)) {
		log = append(log, fmt.Sprintf("send %d", n))
		return ctx, func(err error) { log = append(log, fmt.Sprintf("sent: %v", err)) }
	}
	p.Hooks.Batch = func(_ context.Context, c streamalert.Counts, err error) {
		log = append(log, fmt.Sprintf("batch: %v, failed: %v", c.LogValue(), errors.Is(err, boom)))
	}
	opened := source.NewPayload(parse.Origin{Kind: "test", ID: "2"}, func(ctx context.Context, _ *source.Payload) (io.ReadCloser, error) {
		if ctx.Value(key{}) != "2" {
			t.Error("opened without the hook's context")
		}
		return io.NopCloser(strings.NewReader("")), nil
	})
	handle(t, t.Context(), p, payload("1", hits(2)), opened)
	want := []string{"begin 1", "begin 2", "send 2", "sent: boom", "end 1: 2 records, failed: true", "end 2: 0 records, failed: false",
		"batch: [payloads=2 payloads_failed=1 bytes=26 records=2 evaluated=2 matched=2 failed=2], failed: true"}
	if d := cmp.Diff(want, log); d != "" {
		t.Error(d)
	}
}

func TestHandleAsksForTheRulesOncePerPayload(t *testing.T) {
	var live rule.Live
	other := hit
	other.ID = "other"
	live.Store(rule.MustCompile(hit))
	s := &sink{}
	p := &streamalert.Pipeline{Sink: s, Rules: &live}
	p.Hooks.Payload = func(ctx context.Context, pl *source.Payload) (context.Context, func(streamalert.Counts, error)) {
		if pl.Origin.ID == "2" {
			live.Store(rule.MustCompile(other))
		}
		return ctx, nil
	}
	handle(t, t.Context(), p, payload("1", hits(2)), payload("2", hits(1)))
	var got []string
	for _, a := range s.got {
		got = append(got, a.Rule.ID)
	}
	if d := cmp.Diff([]string{"hit", "hit", "other"}, got); d != "" {
		t.Error(d)
	}
}

func TestHandleConcurrently(t *testing.T) {
	s := &sink{}
	p := &streamalert.Pipeline{Sink: s, Rules: rule.MustCompile(hit), Parser: parse.JSONFormat{}}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for n := range 20 {
				err := p.Handle(t.Context(), []*source.Payload{payload(fmt.Sprint(g, n), hits(30)+"x\n")})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if c := p.Counts(); c.Delivered != 8*20*30 || c.Records != 8*20*31 || len(s.got) != 8*20*30 {
		t.Errorf("%+v", c)
	}
}

func TestHandleNeedsItsParts(t *testing.T) {
	for _, p := range []*streamalert.Pipeline{{}, {Parser: parse.JSONFormat{}, Rules: rule.MustCompile(hit)}, {Rules: rule.MustCompile(hit), Sink: &sink{}}} {
		if err := p.Handle(t.Context(), []*source.Payload{payload("1", "")}); err == nil {
			t.Error("no error")
		}
	}
}
