package sourcetest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/filesource"
	"github.com/streamalert/streamalert-go/source/sourcetest"
)

// The conformance test of a source, here of one of files.
func ExampleRun() {
	_ = func(t *testing.T) { // TestConformance
		sourcetest.Run(t, sourcetest.Harness{
			Make:         makeFiles,
			Ordered:      true, // files come in the order in which they are named
			Partial:      true, // a file that is refused keeps no other from being done
			Decompresses: true,
		})
	}
}

// makeFiles puts each body into a file.
func makeFiles(tb testing.TB, bodies []sourcetest.Body) sourcetest.Subject {
	var paths []string
	for i, b := range bodies {
		path := filepath.Join(tb.TempDir(), fmt.Sprint(i))
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
	acknowledged := map[int]bool{}
	return sourcetest.Subject{
		Deliver: func(ctx context.Context, h source.Handler) error {
			var errs error
			for i, path := range paths {
				// One file a run, so that its answer is this file's.
				s := &filesource.Source{Paths: []string{path}}
				handed := false
				err := s.Run(ctx, func(ctx context.Context, batch []*source.Payload) error {
					handed = true
					return h(ctx, batch)
				})
				if handed && err == nil {
					acknowledged[i] = true
				}
				errs = errors.Join(errs, err)
			}
			return errs
		},
		Acknowledged: func() (is []int) {
			for i := range acknowledged {
				is = append(is, i)
			}
			return is
		},
	}
}
