package source

import (
	"context"
)

// Source delivers payloads to a handler until ctx ends, Stop comes ([WithStop]), or all is delivered. It calls h
// concurrently for different groups only, and no goroutine of its own outlives Run.
type Source interface {
	Run(ctx context.Context, h Handler) error
}

// Handler takes a batch. nil acknowledges all of it; a [*BatchError] exactly those that it does not name; any other
// error none. There is no other way to acknowledge.
type Handler func(ctx context.Context, batch []*Payload) error
