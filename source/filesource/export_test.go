package filesource

import "context"

// List is one read of a folder, its entries' names.
func List(ctx context.Context, base, dir, after string, most int) (names []string, more bool, err error) {
	entries, more, err := list(ctx, base, dir, after, most)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, more, err
}
