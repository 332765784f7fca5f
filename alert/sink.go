package alert

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Sink delivers alerts.
//
// Send returns when the batch is delivered or in a durable store; no sink holds alerts back in memory. nil means that
// every alert of the batch was accepted, a [*DeliveryError] that exactly those were not that it names, and any other
// error that none was. An alert that was not accepted may be sent again, and one that was may be sent again too: alerts
// are delivered at least once, and their IDs tell the doubles apart. An ID that stands in a batch more than once
// is one alert.
//
// Send is safe for concurrent use, does not keep or change the batch or its alerts, and starts no goroutine that
// outlives the call. Once ctx is done it returns as soon as it can, and what was not accepted by then has failed.
type Sink interface {
	Send(ctx context.Context, batch []*Alert) error
}

// DeliveryError says which alerts of a batch a sink did not accept. All others were accepted.
type DeliveryError struct {
	// Sink names the sink, for people.
	Sink string
	// Failed is why, by alert ID. One without entries counts as the failure of the whole batch.
	Failed map[string]error
}

// Error names the sink and, of the alerts, the first by ID.
func (e *DeliveryError) Error() string {
	if len(e.Failed) == 0 {
		return fmt.Sprintf("alert: %s: batch not accepted", e.Sink)
	}
	first := slices.Min(slices.Collect(maps.Keys(e.Failed)))
	return fmt.Sprintf("alert: %s: %d not accepted, the first %s: %v", e.Sink, len(e.Failed), first, e.Failed[first])
}

// Unwrap returns the alerts' errors in the order of their IDs.
func (e *DeliveryError) Unwrap() []error {
	errs := make([]error, 0, len(e.Failed))
	for _, id := range slices.Sorted(maps.Keys(e.Failed)) {
		if err := e.Failed[id]; err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// Failed is what an error of Send means for a batch: for each alert that was not accepted the reason, by ID. It is nil
// where err is nil.
//
// The error may be wrapped, or several joined, as sinks that stand before other sinks do: an alert failed if any part
// says so. Where a part is anything but a [*DeliveryError], names no alert, or names one that the batch does not hold,
// all alerts failed with err, since nothing may count as delivered by mistake.
func Failed(err error, batch []*Alert) map[string]error {
	if err == nil {
		return nil
	}
	failed := make(map[string]error, len(batch))
	for _, a := range batch {
		failed[a.ID] = nil
	}
	if !collect(err, failed) {
		for id := range failed {
			failed[id] = err
		}
		return failed
	}
	maps.DeleteFunc(failed, func(_ string, err error) bool { return err == nil })
	return failed
}

// collect writes the reasons of an error tree into failed, whose keys are the batch's IDs. It is false where the tree
// says something that is not about single alerts.
func collect(err error, failed map[string]error) bool {
	switch e := err.(type) {
	case *DeliveryError:
		return e.collect(failed)
	case interface{ Unwrap() error }:
		inner := e.Unwrap()
		return inner != nil && collect(inner, failed)
	case interface{ Unwrap() []error }:
		some := false
		for _, inner := range e.Unwrap() {
			if inner == nil {
				continue
			}
			if !collect(inner, failed) {
				return false
			}
			some = true
		}
		return some
	}
	return false
}

func (e *DeliveryError) collect(failed map[string]error) bool {
	if e == nil || len(e.Failed) == 0 {
		return false
	}
	for id, err := range e.Failed {
		before, ok := failed[id]
		if !ok {
			return false
		}
		if err == nil {
			err = e // named without a reason
		}
		if before != nil {
			err = errors.Join(before, err)
		}
		failed[id] = err
	}
	return true
}
