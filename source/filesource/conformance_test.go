package filesource_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/filesource"
	"github.com/streamalert/streamalert-go/source/sourcetest"
)

var _ source.Source = (*filesource.Source)(nil)

func TestConformanceOfAFolder(t *testing.T) {
	sourcetest.Run(t, sourcetest.Harness{
		Ordered:      true,
		Partial:      true,
		Decompresses: true,
		Make: func(tb testing.TB, bodies []sourcetest.Body) sourcetest.Subject {
			dir := tb.TempDir()
			writeBodies(tb, dir, bodies)
			return subject(dir)
		},
	})
}

func TestConformanceOfFilesByName(t *testing.T) {
	sourcetest.Run(t, sourcetest.Harness{
		Ordered:      true,
		Partial:      true,
		Decompresses: true,
		Make: func(tb testing.TB, bodies []sourcetest.Body) sourcetest.Subject {
			return subject(writeBodies(tb, tb.TempDir(), bodies)...)
		},
	})
}

func writeBodies(tb testing.TB, dir string, bodies []sourcetest.Body) (paths []string) {
	for i, b := range bodies {
		path := filepath.Join(dir, fmt.Sprintf("%04d.log", i))
		f, err := os.Create(path)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := io.Copy(f, b.Open()); err != nil {
			tb.Fatal(err)
		}
		if err := f.Close(); err != nil {
			tb.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// subject takes for acknowledged what was handed over and is in none of Run's errors.
func subject(paths ...string) sourcetest.Subject {
	var mu sync.Mutex
	acknowledged := map[int]bool{}
	return sourcetest.Subject{
		Deliver: func(ctx context.Context, h source.Handler) error {
			var handed []string
			s := &filesource.Source{Paths: paths}
			err := s.Run(ctx, func(ctx context.Context, batch []*source.Payload) error {
				for _, p := range batch {
					handed = append(handed, p.Origin.Place)
				}
				return h(ctx, batch)
			})
			failed := failures(err)
			mu.Lock()
			defer mu.Unlock()
			for _, place := range handed {
				var i int
				if _, err := fmt.Sscanf(filepath.Base(place), "%d.log", &i); err != nil {
					return fmt.Errorf("place %q: %w", place, err)
				}
				if failed[place] == nil {
					acknowledged[i] = true
				}
			}
			return err
		},
		Acknowledged: func() (is []int) {
			mu.Lock()
			defer mu.Unlock()
			for i := range acknowledged {
				is = append(is, i)
			}
			return is
		},
	}
}

// failures are the errors of a run by path.
func failures(err error) map[string]error {
	failed := map[string]error{}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return failed
	}
	for _, err := range joined.Unwrap() {
		var e *filesource.Error
		if errors.As(err, &e) {
			failed[e.Path] = err
		}
	}
	return failed
}
