package source

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Permanent marks an error that retrying will not mend, because it is what the bytes are: a truncated gzip that
// arrived whole, a limit that is exceeded. A payload that fails with it is acknowledged once what could be
// read was dealt with and the rest is with the dead letter.
type Permanent struct{ Err error }

func (e *Permanent) Error() string { return e.Err.Error() }
func (e *Permanent) Unwrap() error { return e.Err }

// BatchError says which payloads of a batch were not accepted, by their place in it. All others were.
type BatchError struct{ Failed map[int]error }

// Error names the first of the failed payloads.
func (e *BatchError) Error() string {
	if len(e.Failed) == 0 {
		return "source: no payload failed"
	}
	first := slices.Min(slices.Collect(maps.Keys(e.Failed)))
	return fmt.Sprintf("source: %d payloads not accepted, the first: %v", len(e.Failed), e.Failed[first])
}

// Unwrap returns the payloads' errors in the order of the batch.
func (e *BatchError) Unwrap() []error {
	errs := make([]error, 0, len(e.Failed))
	for _, i := range slices.Sorted(maps.Keys(e.Failed)) {
		errs = append(errs, e.Failed[i])
	}
	return errs
}

// Failed reads what a [Handler] returned for a batch of n payloads: the errors of those that it did not accept, by
// their place in the batch. It is nil just when err is nil.
//
// A [*BatchError] is found through errors that wrap one other; of joined errors ([errors.Join], several %w) every branch
// counts. What else is in err, or a *BatchError that cannot be of this batch since it names nothing, or a place that is
// not in it, means that all n failed. So what Failed does not name was accepted.
func Failed(err error, n int) map[int]error {
	if err == nil {
		return nil
	}
	failed := make(map[int]error)
	if !collect(err, n, failed) {
		for i := range n {
			if failed[i] == nil {
				failed[i] = err
			}
		}
	}
	return failed
}

// collect adds the failures that err names, and says whether these are all that it means.
func collect(err error, n int, failed map[int]error) bool {
	switch e := err.(type) {
	case *BatchError:
		return e.collect(n, failed)
	case interface{ Unwrap() []error }:
		known, some := true, false
		for _, branch := range e.Unwrap() {
			if branch != nil {
				known = collect(branch, n, failed) && known
				some = true
			}
		}
		return known && some
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return collect(inner, n, failed)
		}
	}
	return false
}

func (e *BatchError) collect(n int, failed map[int]error) bool {
	if e == nil || len(e.Failed) == 0 {
		return false
	}
	known := true
	for i, err := range e.Failed {
		switch {
		case i < 0 || i >= n:
			known = false
			continue
		case err == nil:
			err = errNotAccepted
		}
		if failed[i] != nil {
			err = errors.Join(failed[i], err)
		}
		failed[i] = err
	}
	return known
}

var errNotAccepted = errors.New("source: payload not accepted")
