package source

import (
	"context"
)

type stopKey struct{}

// WithStop gives ctx the first of the two moments of stopping: once stop is done, no further record is read. What was
// read by then is still delivered and answered for under ctx itself, whose end is the second moment. stop is a
// context so that it can be a deadline, a signal (signal.NotifyContext) or both.
func WithStop(ctx, stop context.Context) context.Context {
	return context.WithValue(ctx, stopKey{}, stop.Done())
}

// Stopped is closed at the first moment of stopping; nil, which never is, where ctx has none.
func Stopped(ctx context.Context) <-chan struct{} {
	c, _ := ctx.Value(stopKey{}).(<-chan struct{})
	return c
}
