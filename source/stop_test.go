package source_test

import (
	"context"
	"testing"
	"time"

	"github.com/streamalert/streamalert-go/source"
)

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestStoppedIsClosedWithStop(t *testing.T) {
	stop, cancel := context.WithCancel(t.Context())
	ctx := source.WithStop(t.Context(), stop)
	ctx, end := context.WithCancel(ctx) // as a handler may do
	defer end()
	if closed(source.Stopped(ctx)) {
		t.Error("stopped before the stop")
	}
	cancel()
	if !closed(source.Stopped(ctx)) {
		t.Error("not stopped after it")
	}
	if ctx.Err() != nil {
		t.Error("stop ended the context")
	}
}

func TestStoppedByDeadline(t *testing.T) {
	stop, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	select {
	case <-source.Stopped(source.WithStop(t.Context(), stop)):
	case <-time.After(10 * time.Second):
		t.Error("not stopped by the deadline")
	}
}

func TestStoppedOfAContextWithoutStopIsNil(t *testing.T) {
	if source.Stopped(t.Context()) != nil {
		t.Error("got a channel")
	}
	if source.Stopped(source.WithStop(t.Context(), context.Background())) != nil {
		t.Error("got a channel for a stop that never comes")
	}
}

func TestWithStopTakesThePlaceOfAnEarlierOne(t *testing.T) {
	first, cancelFirst := context.WithCancel(t.Context())
	second, cancelSecond := context.WithCancel(t.Context())
	ctx := source.WithStop(source.WithStop(t.Context(), first), second)
	cancelFirst()
	if closed(source.Stopped(ctx)) {
		t.Error("stopped by the first")
	}
	cancelSecond()
	if !closed(source.Stopped(ctx)) {
		t.Error("not stopped by the second")
	}
}

func TestEndOfTheContextDoesNotCloseStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ctx = source.WithStop(ctx, t.Context())
	cancel()
	if closed(source.Stopped(ctx)) {
		t.Error("stopped by the end")
	}
}
