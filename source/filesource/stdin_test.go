package filesource_test

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/filesource"
)

func TestStandardInputHasNoID(t *testing.T) {
	s := &filesource.Source{Paths: []string{"-"}, Stdin: strings.NewReader(zipped(t, "in"))}
	err := s.Run(t.Context(), func(ctx context.Context, batch []*source.Payload) error {
		body, err := read(ctx, batch[0])
		if err != nil {
			return err
		}
		want := parse.Origin{Kind: "file", Place: "-"}
		if diff := cmp.Diff(want, batch[0].Origin); diff != "" {
			t.Errorf("origin (-want +got):\n%s", diff)
		}
		if body != "in" || batch[0].Size != -1 {
			t.Errorf("body %q of Size %d, want \"in\" of -1", body, batch[0].Size)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestStandardInputIsTheProcessesByDefault(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdin := os.Stdin
	defer func() { os.Stdin = stdin }()
	os.Stdin = r
	if _, err := w.WriteString("from the process"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	all, err := collect(t.Context(), &filesource.Source{Paths: []string{"-"}})
	if diff := cmp.Diff([]got{{"-", "from the process"}}, all); diff != "" || err != nil {
		t.Errorf("error %v, payloads (-want +got):\n%s", err, diff)
	}
}

func TestStandardInputIsReadOnce(t *testing.T) {
	for name, paths := range map[string][]string{"opened twice": {"-"}, "named twice": {"-", "-"}} {
		t.Run(name, func(t *testing.T) {
			var errs []error
			s := &filesource.Source{Paths: paths, Stdin: strings.NewReader("in")}
			err := s.Run(t.Context(), func(ctx context.Context, batch []*source.Payload) error {
				for range 3 - len(paths) {
					_, err := read(ctx, batch[0])
					errs = append(errs, err)
				}
				return errs[len(errs)-1]
			})
			if errs[0] != nil {
				t.Errorf("first: %v", errs[0])
			}
			want := `filesource: "-": can be read only once, and was opened before`
			if errs[1] == nil || errs[1].Error() != want {
				t.Errorf("second: %v, want %s", errs[1], want)
			}
			if err == nil || err.Error() != want {
				t.Errorf("Run returned %v, want %s", err, want)
			}
		})
	}
}

func TestErrorsOfTheFileSystemAreTransient(t *testing.T) {
	broken := errors.New("input/output error")
	s := &filesource.Source{Paths: []string{"-"}, Stdin: io.MultiReader(strings.NewReader("some"), iotest.ErrReader(broken))}
	err := s.Run(t.Context(), func(ctx context.Context, batch []*source.Payload) error {
		body, err := read(ctx, batch[0])
		if body != "some" {
			t.Errorf("body %q before the error, want \"some\"", body)
		}
		return err
	})
	var permanent *source.Permanent
	if !errors.Is(err, broken) || errors.As(err, &permanent) {
		t.Errorf("Run returned %v, want the transient %v", err, broken)
	}
}

func TestTheEndOfTheContextEndsAReadOfStandardInput(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	before := runtime.NumGoroutine()
	ctx, end := context.WithCancel(t.Context())
	s := &filesource.Source{Paths: []string{"-"}, Stdin: r}
	go func() {
		_, _ = w.Write([]byte("a line\n"))
		time.Sleep(20 * time.Millisecond)
		end()
	}()
	err := s.Run(ctx, func(ctx context.Context, batch []*source.Payload) error {
		body, err := read(ctx, batch[0])
		if body != "a line\n" {
			t.Errorf("body before the end is %q", body)
		}
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Run returned %v, want %v", err, context.Canceled)
	}
	// The read that could not be called back ends when there is something to read.
	if _, err := w.Write([]byte("late\n")); err != nil {
		t.Fatal(err)
	}
	for range 500 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines are left of %d", runtime.NumGoroutine(), before)
}

func TestStopEndsAReadOfStandardInputThatWaits(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	stopped, stop := context.WithCancel(t.Context())
	go func() {
		_, _ = w.Write([]byte("a line\n"))
		time.Sleep(20 * time.Millisecond)
		stop()
	}()
	s := &filesource.Source{Paths: []string{"-", "next"}, Stdin: r}
	err := s.Run(source.WithStop(t.Context(), stopped), func(ctx context.Context, batch []*source.Payload) error {
		body, err := read(ctx, batch[0])
		if body != "a line\n" {
			t.Errorf("body before Stop is %q", body)
		}
		var permanent *source.Permanent
		if errors.As(err, &permanent) {
			t.Errorf("%v is permanent", err)
		}
		return err
	})
	want := `filesource: "-": source: read at decompressed offset 7: stopped while it waited for more`
	if err == nil || err.Error() != want {
		t.Errorf("Run returned %v, want %s", err, want)
	}
}

func TestStopLetsStandardInputBeReadThatIsThere(t *testing.T) {
	stopped, stop := context.WithCancel(t.Context())
	s := &filesource.Source{Paths: []string{"-"}, Stdin: iotest.OneByteReader(strings.NewReader(strings.Repeat("line\n", 1000)))}
	err := s.Run(source.WithStop(t.Context(), stopped), func(ctx context.Context, batch []*source.Payload) error {
		stop()
		body, err := read(ctx, batch[0])
		if len(body) != 5000 {
			t.Errorf("%d bytes were read, want 5000", len(body))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
