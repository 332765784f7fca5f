package filesource

import (
	"context"

	"github.com/streamalert/streamalert-go/source"
)

// List is one read of a folder: its entries' names, and the name to go on after.
func List(ctx context.Context, base, dir, after string, most int) (names []string, next string, err error) {
	entries, next, err := list(ctx, base, dir, after, most)
	for _, e := range entries {
		names = append(names, e.name)
	}
	return names, next, err
}

// RunListing is Run with listed names of a folder in memory.
func RunListing(ctx context.Context, s *Source, h source.Handler, listed int) error {
	return (&run{Source: s, handler: h, listed: listed}).all(ctx)
}
