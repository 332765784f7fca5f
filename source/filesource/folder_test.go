package filesource_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/filesource"
)

func TestALargeFolderIsListedInParts(t *testing.T) {
	dir := t.TempDir()
	var want []string
	for i := range 100 {
		name := fmt.Sprintf("%02d", (i*37)%100)
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		want = append(want, name)
	}
	slices.Sort(want)
	for most := 1; most <= 101; most++ {
		var all []string
		after, parts := "", 0
		for parts == 0 || after != "" {
			names, next, err := filesource.List(t.Context(), dir, ".", after, most)
			if err != nil {
				t.Fatal(err)
			}
			if len(names) > most || len(names) == 0 {
				t.Fatalf("%d names, want 1 to %d", len(names), most)
			}
			all = append(all, names...)
			after = next
			parts++
		}
		if diff := cmp.Diff(want, all); diff != "" {
			t.Errorf("names, %d at once (-want +got):\n%s", most, diff)
		}
		if least := (100 + most - 1) / most; parts != least {
			t.Errorf("%d names at once took %d parts, want %d", most, parts, least)
		}
	}
}

func TestALargeFolderIsDeliveredInOrderWhateverHappensToIt(t *testing.T) {
	const n = 100
	dir := t.TempDir()
	path := func(i int) string { return filepath.Join(dir, fmt.Sprintf("%05d", i)) }
	var want []string
	for i := range n {
		if err := os.WriteFile(path(i), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if i < 20 || i >= 45 {
			want = append(want, path(i))
		}
	}
	var got []string
	s := &filesource.Source{Paths: []string{dir}}
	err := filesource.RunListing(t.Context(), s, func(_ context.Context, batch []*source.Payload) error {
		got = append(got, batch[0].Origin.Place)
		if batch[0].Origin.Place == path(19) {
			// The next two parts, and the start of the one behind them, vanish; something comes into the part at hand.
			for i := 20; i < 45; i++ {
				if err := os.Remove(path(i)); err != nil {
					t.Fatal(err)
				}
			}
			return os.WriteFile(path(5)+"-late", nil, 0o644)
		}
		return nil
	}, 10)
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
}

func TestListingEndsWithTheContext(t *testing.T) {
	files(t, map[string]string{"a": ""})
	ctx, end := context.WithCancel(t.Context())
	end()
	if names, _, err := filesource.List(ctx, ".", ".", "", 10); !errors.Is(err, context.Canceled) {
		t.Errorf("List returned %q, %v; want %v", names, err, context.Canceled)
	}
}
