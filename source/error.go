package source

import (
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
// their place in the batch.
func Failed(err error, n int) map[int]error {
	if err == nil {
		return nil
	}
	failed := make(map[int]error, n)
	for i := range n {
		failed[i] = err
	}
	return failed
}
