package alert_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/alert"
)

// failingWriter takes what it has room for, and then fails.
type failingWriter struct {
	bytes.Buffer
	room   int
	err    error
	writes []int
}

func (w *failingWriter) Write(p []byte) (int, error) {
	w.writes = append(w.writes, len(p))
	if len(p) <= w.room {
		w.room -= len(p)
		return w.Buffer.Write(p)
	}
	n, _ := w.Buffer.Write(p[:w.room])
	w.room = 0
	return n, w.err
}

func line(t *testing.T, a *alert.Alert) string { return appendJSON(t, a) + "\n" }

func lengthOf(t *testing.T, batch []*alert.Alert) int {
	n := 0
	for _, a := range batch {
		n += len(line(t, a))
	}
	return n
}

func TestNDJSONWritesOneAlertALine(t *testing.T) {
	var b bytes.Buffer
	batch := []*alert.Alert{sample(), {ID: "b", Record: json.RawMessage("{\n}")}}
	if err := alert.NDJSON(&b).Send(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(line(t, batch[0])+line(t, batch[1]), b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestNDJSONOfAnEmptyBatchWritesNothing(t *testing.T) {
	w := &failingWriter{err: io.ErrClosedPipe}
	s := alert.NDJSON(w)
	for _, batch := range [][]*alert.Alert{nil, {}} {
		if err := s.Send(context.Background(), batch); err != nil || len(w.writes) > 0 {
			t.Errorf("error %v, writes %v", err, w.writes)
		}
	}
}

func TestNDJSONWritesManyAlertsWithFewWrites(t *testing.T) {
	var batch []*alert.Alert
	for i := range 1000 {
		batch = append(batch, &alert.Alert{ID: fmt.Sprint(i), Record: json.RawMessage(`"` + strings.Repeat("x", 900) + `"`)})
	}
	batch[500].Record = json.RawMessage(`"` + strings.Repeat("x", 1<<20) + `"`)
	w := &failingWriter{room: 1 << 30}
	if err := alert.NDJSON(w).Send(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	if len(w.writes) > 20 {
		t.Errorf("%d writes", len(w.writes))
	}
	for _, n := range w.writes {
		if n > 64<<10+len(line(t, batch[0])) && n < 1<<20 {
			t.Errorf("a write of %d bytes", n)
		}
	}
	if got := strings.Count(w.String(), "\n"); got != 1000 {
		t.Errorf("%d lines", got)
	}
}

func TestNDJSONAnswersForAFailedWriteLineByLine(t *testing.T) {
	batch := batchOf("a", "b", "c")
	one := len(line(t, batch[0]))
	tests := []struct {
		name string
		room int
		err  error
		want []string // accepted
	}{
		{"nothing is written", 0, io.ErrClosedPipe, nil},
		{"half a line is written", one / 2, io.ErrClosedPipe, nil},
		{"a line without its newline is written", one - 1, io.ErrClosedPipe, nil},
		{"a line is written whole", one, io.ErrClosedPipe, []string{"a"}},
		{"a line and a half are written", one + one/2, io.ErrClosedPipe, []string{"a"}},
		{"two lines are written whole", 2 * one, io.ErrClosedPipe, []string{"a", "b"}},
		{"all but the last newline is written", 3*one - 1, io.ErrClosedPipe, []string{"a", "b"}},
		{"the write is short and says nothing of it", one + 1, nil, []string{"a"}},
		{"all is written", 3 * one, nil, []string{"a", "b", "c"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := &failingWriter{room: test.room, err: test.err}
			err := alert.NDJSON(w).Send(context.Background(), batch)
			want := test.err
			if want == nil {
				want = io.ErrShortWrite
			}
			failed := alert.Failed(err, batch)
			var accepted []string
			for _, a := range batch {
				if reason, ok := failed[a.ID]; !ok {
					accepted = append(accepted, a.ID)
				} else if !errors.Is(reason, want) {
					t.Errorf("%s failed with %v, want %v", a.ID, reason, want)
				}
			}
			if diff := cmp.Diff(test.want, accepted); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNDJSONWritesNothingMoreAfterAFailedWrite(t *testing.T) {
	var batch []*alert.Alert
	for i := range 200 {
		batch = append(batch, &alert.Alert{ID: fmt.Sprint(i), Record: json.RawMessage(`"` + strings.Repeat("x", 1<<10) + `"`)})
	}
	w := &failingWriter{room: lengthOf(t, batch[:100]), err: io.ErrClosedPipe}
	failed := alert.Failed(alert.NDJSON(w).Send(context.Background(), batch), batch)
	if len(failed) != 100 || failed["99"] != nil || failed["100"] == nil || failed["199"] == nil {
		t.Errorf("%d failed", len(failed))
	}
	if len(w.writes) != 2 {
		t.Errorf("writes of %v", w.writes)
	}
}

func TestNDJSONBeginsANewLineAfterATornOne(t *testing.T) {
	batch := batchOf("a", "b")
	one := len(line(t, batch[0]))
	for _, room := range []int{0, 1, one - 1, one, one + 1, 2*one - 1} {
		w := &failingWriter{room: room, err: io.ErrClosedPipe}
		s := alert.NDJSON(w)
		failed := alert.Failed(s.Send(context.Background(), batch), batch)
		// A second failure, before and after which the line is still torn.
		w.room = 0
		alert.Failed(s.Send(context.Background(), batch), batch)
		w.room = 1 << 20
		var again []*alert.Alert
		for _, a := range batch {
			if failed[a.ID] != nil {
				again = append(again, a)
			}
		}
		if err := s.Send(context.Background(), again); err != nil {
			t.Fatal(err)
		}
		got := make(map[string]int)
		for l := range strings.SplitSeq(w.String(), "\n") {
			var a alert.Alert
			if json.Unmarshal([]byte(l), &a) == nil {
				got[a.ID]++
			}
		}
		// One of which only the newline was missing is there twice.
		if n := got["a"] + got["b"]; got["a"] == 0 || got["b"] == 0 || n > 3 {
			t.Errorf("after %d bytes: %q", room, w.String())
		}
	}
}

// liar answers a Write with whatever it is told to.
type liar struct {
	n   func(p []byte) int
	err error
}

func (l liar) Write(p []byte) (int, error) { return l.n(p), l.err }

func TestNDJSONAcceptsNothingFromAWriterThatContradictsItself(t *testing.T) {
	tests := map[string]liar{
		"more than there was": {func(p []byte) int { return len(p) + 1 }, nil},
		"less than nothing":   {func(p []byte) int { return -1 }, nil},
		"all, and an error":   {func(p []byte) int { return len(p) }, io.ErrClosedPipe},
	}
	for name, w := range tests {
		batch := batchOf("a", "b")
		s := alert.NDJSON(w)
		for range 2 {
			if got := alert.Failed(s.Send(context.Background(), batch), batch); len(got) != 2 {
				t.Errorf("%s: only %v failed", name, got)
			}
		}
	}
}

// half writes half of what it is given the first time, and hides it.
type half struct{ bytes.Buffer }

func (h *half) Write(p []byte) (int, error) {
	if h.Len() > 0 {
		return h.Buffer.Write(p)
	}
	h.Buffer.Write(p[:len(p)/2])
	return -1, nil
}

func TestNDJSONBeginsANewLineWhereItCannotTell(t *testing.T) {
	w := &half{}
	s := alert.NDJSON(w)
	batch := batchOf("a")
	if got := alert.Failed(s.Send(context.Background(), batch), batch); len(got) != 1 {
		t.Errorf("%v failed", got)
	}
	if err := s.Send(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(w.String(), "\n"+line(t, batch[0])) {
		t.Errorf("wrote %q", w.String())
	}
}

func TestNDJSONLeavesOutOneThatHasNoForm(t *testing.T) {
	var b bytes.Buffer
	batch := batchOf("a", "b", "c")
	batch[1].Severity = 77
	failed := alert.Failed(alert.NDJSON(&b).Send(context.Background(), batch), batch)
	if len(failed) != 1 || failed["b"] == nil {
		t.Errorf("failed: %v", failed)
	}
	if want := line(t, batch[0]) + line(t, batch[2]); b.String() != want {
		t.Errorf("wrote %s", b.String())
	}
	if alert.NDJSON(&b).Send(context.Background(), batch[1:2]) == nil {
		t.Error("no error where there is nothing to write")
	}
}

func TestNDJSONWritesNothingOnceTheContextIsDone(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w := &failingWriter{room: 1 << 20}
	batch := batchOf("a", "b")
	failed := alert.Failed(alert.NDJSON(w).Send(ctx, batch), batch)
	if len(failed) != 2 || !errors.Is(failed["a"], context.Canceled) || len(w.writes) > 0 {
		t.Errorf("failed: %v, writes %v", failed, w.writes)
	}
}

// cancelling cancels at its first Write.
type cancelling struct {
	io.Writer
	cancel func()
}

func (c cancelling) Write(p []byte) (int, error) { c.cancel(); return c.Writer.Write(p) }

func TestNDJSONStopsBetweenWritesWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var batch []*alert.Alert
	for i := range 100 {
		batch = append(batch, &alert.Alert{ID: fmt.Sprint(i), Record: json.RawMessage(`"` + strings.Repeat("x", 10<<10) + `"`)})
	}
	var b bytes.Buffer
	failed := alert.Failed(alert.NDJSON(cancelling{&b, cancel}).Send(ctx, batch), batch)
	written := strings.Count(b.String(), "\n")
	if written == 0 || written == 100 || len(failed) != 100-written {
		t.Errorf("%d written, %d failed", written, len(failed))
	}
	for _, err := range failed {
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("failed with %v", err)
		}
	}
}

// TestNDJSONKeepsConcurrentBatchesApart uses a writer that itself is not safe, for the race detector.
func TestNDJSONKeepsConcurrentBatchesApart(t *testing.T) {
	w := &failingWriter{room: 1 << 30}
	s := alert.NDJSON(w)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for n := range 20 {
				var batch []*alert.Alert
				for i := range 10 {
					batch = append(batch, &alert.Alert{ID: fmt.Sprintf("%d-%d-%d", g, n, i), Record: json.RawMessage(`{}`)})
				}
				if err := s.Send(context.Background(), batch); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	lines := strings.Split(strings.TrimSuffix(w.String(), "\n"), "\n")
	if len(lines) != 8*20*10 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, l := range lines {
		var a alert.Alert
		if err := json.Unmarshal([]byte(l), &a); err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("-%d", i%10); !strings.HasSuffix(a.ID, want) {
			t.Fatalf("line %d is %s: batches are mixed", i, a.ID)
		}
	}
}
