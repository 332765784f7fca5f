package source

import (
	"context"
)

type stopKey struct{}

// WithStop gives ctx the first of the two moments of stopping: once stop is done, no further record is read. What was
// read by then is still delivered and answered for under ctx itself, whose end is the second moment. stop is a
// context so that it can be a deadline, a signal (signal.NotifyContext) or both.
//
// It takes the place of a Stop that ctx already has; to keep that one too, derive stop from it.
func WithStop(ctx, stop context.Context) context.Context {
	return context.WithValue(ctx, stopKey{}, stop)
}

// Stopped is closed at the first moment of stopping; nil, which never is, where ctx has none. The end of ctx itself does
// not close it: wait for both.
func Stopped(ctx context.Context) <-chan struct{} {
	if stop := stopOf(ctx); stop != nil {
		return stop.Done()
	}
	return nil
}

// stopOf is nil where ctx has no Stop.
func stopOf(ctx context.Context) context.Context {
	stop, _ := ctx.Value(stopKey{}).(context.Context)
	return stop
}
