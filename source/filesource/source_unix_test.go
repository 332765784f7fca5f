//go:build unix

package filesource_test

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/filesource"
)

// mkfifo makes a named pipe.
func mkfifo(t *testing.T, path string) {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o644); err != nil {
		t.Fatal(err)
	}
}

func symlink(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func TestAFolderDeliversRegularFilesOnly(t *testing.T) {
	files(t, map[string]string{"d/a": "1", "d/z": "2", "secret/s": "no", "real/r": "no"})
	mkfifo(t, "d/pipe") // would wait for a writer
	symlink(t, "../secret/s", "d/link-to-file")
	symlink(t, "../real", "d/link-to-folder")
	symlink(t, ".", "d/loop")
	symlink(t, "nowhere", "d/dangling")
	symlink(t, "a", "d/link-inside")
	l, err := net.Listen("unix", "d/socket")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	all, err := collect(t.Context(), &filesource.Source{Paths: []string{"d"}})
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]got{{"d/a", "1"}, {"d/z", "2"}}, all); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
}

func TestWhatIsNamedMayBeASymbolicLink(t *testing.T) {
	files(t, map[string]string{"file": "1", "folder/a": "2"})
	symlink(t, "file", "to-file")
	symlink(t, "folder", "to-folder")
	all, err := collect(t.Context(), &filesource.Source{Paths: []string{"to-file", "to-folder"}})
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]got{{"to-file", "1"}, {"to-folder/a", "2"}}, all); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
}

func TestAFileThatIsExchangedIsNotFollowed(t *testing.T) {
	for _, test := range []struct {
		name     string
		exchange func(t *testing.T)
		want     string
	}{
		{"for a link to the outside", func(t *testing.T) { symlink(t, "../../secret", "d/e/b") }, "escapes"},
		{"for a pipe", func(t *testing.T) { mkfifo(t, "d/e/b") }, "is no regular file any more"},
		{"for a folder", func(t *testing.T) {
			if err := os.Mkdir("d/e/b", 0o755); err != nil {
				t.Fatal(err)
			}
		}, "is no regular file any more"},
		{"by way of its folder", func(t *testing.T) {
			if err := os.Remove("d/e/a"); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove("d/e"); err != nil {
				t.Fatal(err)
			}
			symlink(t, "../outside", "d/e")
		}, "escapes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files(t, map[string]string{"d/e/a": "1", "d/e/b": "2", "secret": "no", "outside/b": "no"})
			var all []got
			s := &filesource.Source{Paths: []string{"d"}}
			err := s.Run(t.Context(), func(ctx context.Context, batch []*source.Payload) error {
				body, err := read(ctx, batch[0])
				if err != nil {
					return err
				}
				if batch[0].Origin.Place == "d/e/a" {
					if err := os.Remove("d/e/b"); err != nil {
						t.Fatal(err)
					}
					test.exchange(t)
				}
				all = append(all, got{batch[0].Origin.Place, body})
				return nil
			})
			if diff := cmp.Diff([]got{{"d/e/a", "1"}}, all); diff != "" {
				t.Errorf("payloads (-want +got):\n%s", diff)
			}
			if err == nil || !strings.HasPrefix(err.Error(), `filesource: "d/e/b": `) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Run returned %v, want one that names d/e/b and %q", err, test.want)
			}
		})
	}
}

func TestAFolderThatVanishesIsAnError(t *testing.T) {
	files(t, map[string]string{"d/a": "1", "d/b/c": "2", "d/e": "3"})
	var places []string
	s := &filesource.Source{Paths: []string{"d"}}
	err := s.Run(t.Context(), func(_ context.Context, batch []*source.Payload) error {
		places = append(places, batch[0].Origin.Place)
		return os.RemoveAll("d/b")
	})
	if diff := cmp.Diff([]string{"d/a", "d/e"}, places); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
	var e *filesource.Error
	if !errors.As(err, &e) || e.Path != "d/b" || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Run returned %v, want that d/b does not exist", err)
	}
}

func TestAPathLongerThanTheSystemTakesIsReadBelowItsFolder(t *testing.T) {
	files(t, map[string]string{"d/": ""})
	root, err := os.OpenRoot("d")
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	deep := strings.TrimSuffix(strings.Repeat(strings.Repeat("x", 250)+"/", 20), "/")
	if err := root.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := root.WriteFile(deep+"/a", []byte("deep"), 0o644); err != nil {
		t.Fatal(err)
	}
	all, err := collect(t.Context(), &filesource.Source{Paths: []string{"d"}})
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]got{{"d/" + deep + "/a", "deep"}}, all); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
}

func TestANamedPipeIsReadAsStandardInputIs(t *testing.T) {
	files(t, nil)
	mkfifo(t, "pipe")
	go func() { _ = os.WriteFile("pipe", []byte("through the pipe"), 0) }()
	var again error
	s := &filesource.Source{Paths: []string{"pipe"}}
	err := s.Run(t.Context(), func(ctx context.Context, batch []*source.Payload) error {
		body, err := read(ctx, batch[0])
		if body != "through the pipe" {
			t.Errorf("body is %q", body)
		}
		if diff := cmp.Diff(parse.Origin{Kind: "file", Place: "pipe"}, batch[0].Origin); diff != "" {
			t.Errorf("origin (-want +got):\n%s", diff)
		}
		_, again = batch[0].Open(ctx)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if want := `filesource: "pipe": can be read only once, and was opened before`; again == nil || again.Error() != want {
		t.Errorf("opened again: %v, want %s", again, want)
	}
}

func TestTheWaitForAPipeEnds(t *testing.T) {
	for _, test := range []struct {
		name   string
		writer bool
		after  time.Duration
		stop   bool
	}{
		{"that has no writer, with the context", false, 30 * time.Millisecond, false},
		{"that has no writer, with a context that ended before", false, 0, false},
		{"that has no writer, with Stop", false, 30 * time.Millisecond, true},
		{"whose writer writes nothing, with the context", true, 30 * time.Millisecond, false},
		{"whose writer writes nothing, with Stop", true, 30 * time.Millisecond, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			files(t, nil)
			mkfifo(t, "pipe")
			if test.writer {
				w, err := os.OpenFile("pipe", os.O_RDWR, 0)
				if err != nil {
					t.Fatal(err)
				}
				defer w.Close()
			}
			before := runtime.NumGoroutine()
			ctx, end := context.WithCancel(t.Context())
			defer end()
			stopped, stop := context.WithCancel(t.Context())
			defer stop()
			s := &filesource.Source{Paths: []string{"pipe"}}
			start := time.Now()
			err := s.Run(source.WithStop(ctx, stopped), func(ctx context.Context, batch []*source.Payload) error {
				switch {
				case test.stop:
					time.AfterFunc(test.after, stop)
				case test.after == 0:
					end()
				default:
					time.AfterFunc(test.after, end)
				}
				_, err := read(ctx, batch[0])
				return err
			})
			switch {
			case test.stop && (err == nil || !strings.Contains(err.Error(), "stopped while it waited for more")):
				t.Errorf("Run returned %v, want that it was stopped", err)
			case !test.stop && !errors.Is(err, context.Canceled):
				t.Errorf("Run returned %v, want %v", err, context.Canceled)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("Run took %v", took)
			}
			for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("%d goroutines are left of %d", runtime.NumGoroutine(), before)
				}
			}
		})
	}
}

func TestADeviceThatIsNamedIsRead(t *testing.T) {
	s := &filesource.Source{Paths: []string{"/dev/null", "/dev/zero"}, Limits: source.Limits{Size: 1 << 20}}
	results := map[string]string{}
	err := s.Run(t.Context(), func(ctx context.Context, batch []*source.Payload) error {
		body, err := read(ctx, batch[0])
		var permanent *source.Permanent
		switch {
		case err == nil:
			results[batch[0].Origin.Place] = body
		case errors.As(err, &permanent):
			results[batch[0].Origin.Place] = "permanent"
		default:
			return err
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(map[string]string{"/dev/null": "", "/dev/zero": "permanent"}, results); diff != "" {
		t.Errorf("bodies (-want +got):\n%s", diff)
	}
}

func TestWhatCannotBeOpenedIsAnError(t *testing.T) {
	files(t, map[string]string{"a": "1"})
	l, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	all, err := collect(t.Context(), &filesource.Source{Paths: []string{"socket", "a"}})
	if err == nil || !strings.HasPrefix(err.Error(), `filesource: "socket": open: `) {
		t.Errorf("Run returned %v, want that socket cannot be opened", err)
	}
	if diff := cmp.Diff([]got{{"a", "1"}}, all); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
}
