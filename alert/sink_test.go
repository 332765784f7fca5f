package alert_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/streamalert/streamalert-go/alert"
)

func batchOf(ids ...string) []*alert.Alert {
	batch := make([]*alert.Alert, len(ids))
	for i, id := range ids {
		batch[i] = &alert.Alert{ID: id}
	}
	return batch
}

// joined is an error of several, as a wrapper of another package may have one.
type joined []error

func (j joined) Error() string   { return "several" }
func (j joined) Unwrap() []error { return j }

// hollow wraps nothing.
type hollow struct{}

func (hollow) Error() string { return "hollow" }
func (hollow) Unwrap() error { return nil }

func TestFailedIsTheCarefulReadingOfAnError(t *testing.T) {
	full, refused := errors.New("disk full"), errors.New("refused")
	de := func(failed map[string]error) error { return &alert.DeliveryError{Sink: "s", Failed: failed} }
	b := de(map[string]error{"b": full})
	all := []string{"a", "b", "c"}
	tests := []struct {
		name string
		err  error
		want []string
	}{
		{"nil accepts all", nil, nil},
		{"a delivery error names what failed", b, []string{"b"}},
		{"a delivery error of all names all", de(map[string]error{"a": full, "b": full, "c": full}), all},
		{"any other error fails all", io.EOF, all},
		{"a cancelled context fails all", context.Canceled, all},
		{"a wrapped delivery error is followed", fmt.Errorf("route: %w", fmt.Errorf("retry: %w", b)), []string{"b"}},
		{"joined delivery errors are the union", errors.Join(b, de(map[string]error{"c": refused})), []string{"b", "c"}},
		{"a join within a wrap within a join", errors.Join(fmt.Errorf("x: %w", errors.Join(b, nil)),
			de(map[string]error{"a": refused})), []string{"a", "b"}},
		{"several wrapped by one message are the union", fmt.Errorf("%w and %w", b, de(map[string]error{"c": refused})), []string{"b", "c"}},
		{"another error joined in fails all", errors.Join(b, io.EOF), all},
		{"another error joined in deep down fails all", errors.Join(b, fmt.Errorf("x: %w", errors.Join(b, io.EOF))), all},
		{"another error wrapped beside it fails all", fmt.Errorf("%w: %w", io.ErrClosedPipe, b), all},
		{"a delivery error without entries fails all", de(nil), all},
		{"one without entries joined in fails all", errors.Join(b, de(map[string]error{})), all},
		{"a nil delivery error fails all", (*alert.DeliveryError)(nil), all},
		{"an ID that is not in the batch fails all", de(map[string]error{"b": full, "x": full}), all},
		{"an empty ID that is not in the batch fails all", de(map[string]error{"": full}), all},
		{"an entry without a reason failed all the same", de(map[string]error{"b": nil}), []string{"b"}},
		{"nil among several is passed over", joined{nil, b}, []string{"b"}},
		{"several of none fail all", joined{}, all},
		{"several of nil fail all", joined{nil}, all},
		{"a wrapper of nothing fails all", hollow{}, all},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			failed := alert.Failed(test.err, batchOf("a", "b", "c", "b"))
			var got []string
			for id, err := range failed {
				got = append(got, id)
				if err == nil {
					t.Errorf("%s failed without a reason", id)
				}
			}
			less := func(a, b string) bool { return a < b }
			if diff := cmp.Diff(test.want, got, cmpopts.SortSlices(less)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFailedKeepsTheReasons(t *testing.T) {
	full, refused := errors.New("disk full"), errors.New("refused")
	err := errors.Join(
		&alert.DeliveryError{Sink: "1", Failed: map[string]error{"a": full, "b": full}},
		&alert.DeliveryError{Sink: "2", Failed: map[string]error{"b": refused}},
	)
	failed := alert.Failed(err, batchOf("a", "b"))
	if failed["a"] != full {
		t.Errorf("a failed with %v", failed["a"])
	}
	if !errors.Is(failed["b"], full) || !errors.Is(failed["b"], refused) {
		t.Errorf("b failed with %v", failed["b"])
	}
	if failed = alert.Failed(io.EOF, batchOf("a")); failed["a"] != io.EOF {
		t.Errorf("a failed with %v", failed["a"])
	}
}

func TestFailedOfAnEmptyBatchIsEmpty(t *testing.T) {
	for _, err := range []error{nil, io.EOF, &alert.DeliveryError{}} {
		if got := alert.Failed(err, nil); len(got) > 0 {
			t.Errorf("%v: %v", err, got)
		}
	}
}

func TestDeliveryErrorNamesTheSinkAndTheFirstAlert(t *testing.T) {
	err := &alert.DeliveryError{Sink: "ndjson", Failed: map[string]error{"c": io.EOF, "b": io.ErrShortWrite, "d": nil}}
	if got, want := err.Error(), "alert: ndjson: 3 not accepted, the first b: short write"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(err, io.EOF) || !errors.Is(err, io.ErrShortWrite) || errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("unwraps to %v", err.Unwrap())
	}
	if diff := cmp.Diff([]error{io.ErrShortWrite, io.EOF}, err.Unwrap(), cmpopts.EquateErrors()); diff != "" {
		t.Error(diff)
	}
	if got, want := (&alert.DeliveryError{Sink: "s"}).Error(), "alert: s: batch not accepted"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
