package source_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/source"
)

func TestFailedNamesWhatWasNotAccepted(t *testing.T) {
	one := errors.New("one")
	batch := func(places ...int) *source.BatchError {
		e := &source.BatchError{Failed: map[int]error{}}
		for _, i := range places {
			e.Failed[i] = one
		}
		return e
	}
	all := []int{0, 1, 2, 3}
	for name, tt := range map[string]struct {
		err  error
		want []int
	}{
		"nil":                                     {nil, nil},
		"a batch error":                           {batch(1, 3), []int{1, 3}},
		"a wrapped batch error":                   {fmt.Errorf("handler: %w", fmt.Errorf("pipeline: %w", batch(2))), []int{2}},
		"a permanent one around a batch error":    {&source.Permanent{Err: batch(2)}, []int{2}},
		"any other error":                         {one, all},
		"a wrapped other error":                   {fmt.Errorf("handler: %w", one), all},
		"two batch errors joined":                 {errors.Join(batch(0), batch(2)), []int{0, 2}},
		"two of them in one fmt.Errorf":           {fmt.Errorf("%w, %w", batch(0), batch(0, 3)), []int{0, 3}},
		"joined trees":                            {errors.Join(fmt.Errorf("a: %w", errors.Join(batch(1))), batch(2)), []int{1, 2}},
		"a batch error joined with another error": {errors.Join(batch(0), one), all},
		"a batch error in which a batch error is": {&source.BatchError{Failed: map[int]error{1: batch(3)}}, []int{1}},
		"a batch error that names nothing":        {batch(), all},
		"a nil map":                               {&source.BatchError{}, all},
		"a nil pointer":                           {(*source.BatchError)(nil), all},
		"a place behind the batch":                {batch(1, 4), all},
		"a negative place":                        {batch(-1), all},
		"a good one and an empty one":             {errors.Join(batch(1), batch()), all},
		"a nil error for a place":                 {&source.BatchError{Failed: map[int]error{2: nil}}, []int{2}},
		"a join of nothing":                       {joined{}, all},
		"a join of nils":                          {joined{nil, nil}, all},
		"a join of a nil and a batch error":       {joined{nil, batch(1)}, []int{1}},
		"a wrapper of nothing":                    {wrapper{}, all},
	} {
		t.Run(name, func(t *testing.T) {
			got := source.Failed(tt.err, 4)
			if diff := cmp.Diff(tt.want, slices.Sorted(maps.Keys(got))); diff != "" {
				t.Error(diff)
			}
			for i, err := range got {
				if err == nil {
					t.Errorf("payload %d failed with a nil error", i)
				}
			}
		})
	}
}

type joined []error

func (joined) Error() string     { return "joined" }
func (j joined) Unwrap() []error { return j }

type wrapper struct{ err error }

func (wrapper) Error() string   { return "wrapper" }
func (w wrapper) Unwrap() error { return w.err }

func TestFailedKeepsTheErrorsOfEachPayload(t *testing.T) {
	one, two, whole := errors.New("one"), errors.New("two"), errors.New("whole")
	err := errors.Join(
		&source.BatchError{Failed: map[int]error{0: one, 1: one}},
		&source.BatchError{Failed: map[int]error{1: two}},
		whole,
	)
	got := source.Failed(err, 3)
	for i, want := range [][]error{{one}, {one, two}, {one, two, whole}} {
		for _, w := range want {
			if !errors.Is(got[i], w) {
				t.Errorf("payload %d: %v is not %v", i, got[i], w)
			}
		}
	}
	if errors.Is(got[0], whole) {
		t.Errorf("payload 0 has its own error, but got %v", got[0])
	}
}

func TestFailedOfAnEmptyBatch(t *testing.T) {
	if got := source.Failed(errors.New("no"), 0); got == nil || len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestBatchErrorNamesTheFirstAndWrapsAll(t *testing.T) {
	one, two := errors.New("one"), errors.New("two")
	err := &source.BatchError{Failed: map[int]error{5: two, 3: one}}
	if want := "source: 2 payloads not accepted, the first: one"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	if diff := cmp.Diff([]string{"one", "two"}, texts(err.Unwrap())); diff != "" {
		t.Error(diff)
	}
	if !errors.Is(err, two) {
		t.Error("the second is not found")
	}
	if want := "source: no payload failed"; (&source.BatchError{}).Error() != want {
		t.Errorf("got %q, want %q", (&source.BatchError{}).Error(), want)
	}
}

func TestPermanentIsWhatItWraps(t *testing.T) {
	one := errors.New("one")
	err := fmt.Errorf("handler: %w", &source.Permanent{Err: one})
	if !permanent(err) || !errors.Is(err, one) || err.Error() != "handler: one" {
		t.Errorf("got %v", err)
	}
}

func texts(errs []error) (s []string) {
	for _, err := range errs {
		s = append(s, err.Error())
	}
	return s
}
