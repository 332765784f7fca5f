package filesource_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/filesource"
)

// files makes a folder with these files, and folders where a name ends in a slash, and makes it the working folder.
func files(t *testing.T, contents map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range contents {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// got is a payload that was handed over.
type got struct{ Place, Body string }

// collect runs s and reads all that it delivers.
func collect(ctx context.Context, s *filesource.Source) ([]got, error) {
	var all []got
	err := s.Run(ctx, func(ctx context.Context, batch []*source.Payload) error {
		for _, p := range batch {
			body, err := read(ctx, p)
			if err != nil {
				return err
			}
			all = append(all, got{p.Origin.Place, body})
		}
		return nil
	})
	return all, err
}

func read(ctx context.Context, p *source.Payload) (string, error) {
	r, err := p.Open(ctx)
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	return string(b), err
}

func zipped(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRunDeliversWhatPathsName(t *testing.T) {
	for _, test := range []struct {
		name  string
		files map[string]string
		paths []string
		want  []got
	}{
		{"no paths", nil, nil, nil},
		{"a file", map[string]string{"a.log": "a"}, []string{"a.log"}, []got{{"a.log", "a"}}},
		{"an empty file", map[string]string{"a.log": ""}, []string{"a.log"}, []got{{"a.log", ""}}},
		{"files in the order of their naming", map[string]string{"a": "1", "b": "2"}, []string{"b", "a"}, []got{{"b", "2"}, {"a", "1"}}},
		{"a file named twice", map[string]string{"a": "1"}, []string{"a", "a"}, []got{{"a", "1"}, {"a", "1"}}},
		{"a place as it was given", map[string]string{"d/a": "1"}, []string{"./d/../d/a"}, []got{{"./d/../d/a", "1"}}},
		{"a folder in lexical order", map[string]string{"d/b": "2", "d/a": "1", "d/B": "0", "d/c": "3"}, []string{"d"},
			[]got{{"d/B", "0"}, {"d/a", "1"}, {"d/b", "2"}, {"d/c", "3"}}},
		{"folders in folders", map[string]string{"d/a/1": "1", "d/a.log": "2", "d/a/b/c/2": "3", "d/z/": ""}, []string{"d"},
			[]got{{"d/a/1", "1"}, {"d/a/b/c/2", "3"}, {"d/a.log", "2"}}},
		{"a folder with a slash behind it", map[string]string{"d/a": "1"}, []string{"d/"}, []got{{"d/a", "1"}}},
		{"the working folder", map[string]string{"a": "1", "d/b": "2"}, []string{"."}, []got{{"a", "1"}, {"d/b", "2"}}},
		{"a folder above", map[string]string{"d/": "", "a": "1"}, []string{"d/.."}, []got{{"d/../a", "1"}}},
		{"an empty folder", map[string]string{"d/": ""}, []string{"d"}, nil},
		{"hidden files and odd names", map[string]string{"d/.a": "1", "d/-": "2", "d/a b\n": "3", "d/\xff": "4"}, []string{"d"},
			[]got{{"d/-", "2"}, {"d/.a", "1"}, {"d/a b\n", "3"}, {"d/\xff", "4"}}},
		{"a file that is named as standard input", map[string]string{"-": "file"}, []string{"./-", "-"}, []got{{"./-", "file"}, {"-", "stdin"}}},
		{"standard input among files", map[string]string{"a": "1", "b": "2"}, []string{"a", "-", "b"}, []got{{"a", "1"}, {"-", "stdin"}, {"b", "2"}}},
		{"compressed files, whatever their names are", map[string]string{"a.log": zipped(t, "a"), "b.gz": "b"}, []string{"a.log", "b.gz"},
			[]got{{"a.log", "a"}, {"b.gz", "b"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			files(t, test.files)
			all, err := collect(t.Context(), &filesource.Source{Paths: test.paths, Stdin: strings.NewReader("stdin")})
			if err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(test.want, all); diff != "" {
				t.Errorf("payloads (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOriginsTellVersionsOfAFileApart(t *testing.T) {
	files(t, map[string]string{"a.log": "one\n"})
	first := time.Date(2024, 1, 2, 3, 4, 5, 678, time.UTC)
	origin := func() (o parse.Origin, size int64) {
		t.Helper()
		s := &filesource.Source{Paths: []string{"a.log"}}
		err := s.Run(t.Context(), func(ctx context.Context, batch []*source.Payload) error {
			if diff := cmp.Diff(parse.Origin{Kind: "file", Place: "a.log"}, batch[0].Origin); diff != "" {
				t.Errorf("origin before the payload is opened (-want +got):\n%s", diff)
			}
			_, err := read(ctx, batch[0])
			o, size = batch[0].Origin, batch[0].Size
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return o, size
	}
	if err := os.Chtimes("a.log", first, first); err != nil {
		t.Fatal(err)
	}
	o, size := origin()
	want := parse.Origin{Kind: "file", Place: "a.log", ID: "4-1704164645.000000678"}
	if diff := cmp.Diff(want, o); diff != "" {
		t.Errorf("origin (-want +got):\n%s", diff)
	}
	if size != 4 {
		t.Errorf("Size = %d, want 4", size)
	}
	if again, _ := origin(); again != o {
		t.Errorf("the same file has the origins %v and %v", o, again)
	}
	if err := os.Chtimes("a.log", first, first.Add(time.Nanosecond)); err != nil {
		t.Fatal(err)
	}
	if later, _ := origin(); later == o {
		t.Errorf("a file that was written to has still the origin %v", o)
	}
	if err := os.WriteFile("a.log", []byte("one\ntwo\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes("a.log", first, first); err != nil {
		t.Fatal(err)
	}
	if longer, size := origin(); longer == o || size != 8 {
		t.Errorf("a file that grew has the origin %v (was %v) and Size %d, want 8", longer, o, size)
	}
}

func TestRunGoesOnAfterFailures(t *testing.T) {
	refused := errors.New("refused")
	for _, test := range []struct {
		name  string
		files map[string]string
		paths []string
		want  []got
		errs  []string // what each begins with
		is    []error
	}{
		{"a file that is not there", map[string]string{"a": "1"}, []string{"no", "a"},
			[]got{{"a", "1"}}, []string{`filesource: "no": stat: `}, []error{fs.ErrNotExist}},
		{"a path of no characters", map[string]string{"a": "1"}, []string{"", "a"},
			[]got{{"a", "1"}}, []string{`filesource: "": stat: `}, []error{fs.ErrNotExist}},
		{"a path with a zero byte", map[string]string{"a": "1"}, []string{"a\x00b", "a"},
			[]got{{"a", "1"}}, []string{`filesource: "a\x00b": stat: `}, nil},
		{"refused files", map[string]string{"d/a": "1", "d/refuse-b": "2", "d/c": "3", "d/refuse-d": "4"}, []string{"d"},
			[]got{{"d/a", "1"}, {"d/c", "3"}},
			[]string{`filesource: "d/refuse-b": refused`, `filesource: "d/refuse-d": refused`}, []error{refused}},
		{"a file that vanishes after it was listed", map[string]string{"d/a": "1", "d/vanish-b": "2", "d/c": "3"}, []string{"d"},
			[]got{{"d/a", "1"}, {"d/c", "3"}}, []string{`filesource: "d/vanish-b": openat: `}, []error{fs.ErrNotExist}},
		{"a truncated gzip", map[string]string{"d/a": zipped(t, "1")[:12], "d/b": "2"}, []string{"d"},
			[]got{{"d/b", "2"}}, []string{`filesource: "d/a": source: gzip: truncated`}, []error{io.ErrUnexpectedEOF}},
	} {
		t.Run(test.name, func(t *testing.T) {
			files(t, test.files)
			var all []got
			s := &filesource.Source{Paths: test.paths}
			err := s.Run(t.Context(), func(ctx context.Context, batch []*source.Payload) error {
				place := batch[0].Origin.Place
				if strings.Contains(place, "vanish") {
					if err := os.Remove(place); err != nil {
						t.Fatal(err)
					}
				}
				body, err := read(ctx, batch[0])
				switch {
				case err != nil:
					return &source.BatchError{Failed: map[int]error{0: err}}
				case strings.Contains(place, "refuse"):
					return refused
				}
				all = append(all, got{place, body})
				return nil
			})
			if diff := cmp.Diff(test.want, all); diff != "" {
				t.Errorf("payloads (-want +got):\n%s", diff)
			}
			if err == nil {
				t.Fatal("Run returned nil")
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(test.errs) {
				t.Fatalf("Run returned %d errors, want %d:\n%v", len(lines), len(test.errs), err)
			}
			for i, want := range test.errs {
				if !strings.HasPrefix(lines[i], want) {
					t.Errorf("error %d is %s, want %s...", i, lines[i], want)
				}
			}
			for _, is := range test.is {
				if !errors.Is(err, is) {
					t.Errorf("error is not %v: %v", is, err)
				}
			}
		})
	}
}

func TestBytesThatAreBadArePermanentErrorsOfThePayload(t *testing.T) {
	files(t, map[string]string{"cut.gz": zipped(t, strings.Repeat("x", 1000))[:20], "big": strings.Repeat("x", 101)})
	s := &filesource.Source{Paths: []string{"cut.gz", "big"}, Limits: source.Limits{Size: 100}}
	err := s.Run(t.Context(), func(ctx context.Context, batch []*source.Payload) error {
		_, err := read(ctx, batch[0])
		var permanent *source.Permanent
		if !errors.As(err, &permanent) {
			t.Errorf("%s: %v is not permanent", batch[0].Origin.Place, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestRunKeepsAThousandErrors(t *testing.T) {
	s := &filesource.Source{}
	for i := range 1234 {
		s.Paths = append(s.Paths, fmt.Sprint("no/", i))
	}
	err := s.Run(t.Context(), func(context.Context, []*source.Payload) error { return nil })
	lines := strings.Split(err.Error(), "\n")
	if want := "filesource: 234 more errors"; len(lines) != 1001 || lines[1000] != want {
		t.Errorf("%d errors, the last %q, want 1001 and %q", len(lines), lines[len(lines)-1], want)
	}
}

func TestTheEndOfTheContextEndsRun(t *testing.T) {
	files(t, map[string]string{"d/a": "1", "d/b": "2", "e": "3"})
	ctx, end := context.WithCancel(t.Context())
	var handed []string
	s := &filesource.Source{Paths: []string{"d", "e", "no"}}
	err := s.Run(ctx, func(_ context.Context, batch []*source.Payload) error {
		handed = append(handed, batch[0].Origin.Place)
		end()
		return nil // what was accepted counts, whatever comes after it
	})
	if diff := cmp.Diff([]string{"d/a"}, handed); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("context canceled", err.Error()); diff != "" || !errors.Is(err, context.Canceled) {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

func TestARunThatHasEndedBeforeItBeganDeliversNothing(t *testing.T) {
	files(t, map[string]string{"a": "1", "d/b": "2"})
	ended, end := context.WithCancel(t.Context())
	end()
	for _, test := range []struct {
		name string
		ctx  context.Context
		want error
	}{
		{"context", ended, context.Canceled},
		{"Stop", source.WithStop(t.Context(), ended), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			all, err := collect(test.ctx, &filesource.Source{Paths: []string{"a", "d", "no", "-"}})
			if diff := cmp.Diff(test.want, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if len(all) > 0 {
				t.Errorf("delivered %v", all)
			}
		})
	}
}

func TestStopLetsTheFileAtHandBeFinished(t *testing.T) {
	files(t, map[string]string{"d/a": "1", "d/b": "2", "e": "3"})
	stopped, stop := context.WithCancel(t.Context())
	ctx := source.WithStop(t.Context(), stopped)
	var all []got
	s := &filesource.Source{Paths: []string{"d", "e"}}
	err := s.Run(ctx, func(ctx context.Context, batch []*source.Payload) error {
		stop()
		body, err := read(ctx, batch[0])
		all = append(all, got{batch[0].Origin.Place, body})
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]got{{"d/a", "1"}}, all); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
}

func TestProgressCountsBytesAsStored(t *testing.T) {
	big := strings.Repeat("0123456789", 100_000)
	files(t, map[string]string{"a": zipped(t, big), "b": "12345"})
	info, err := os.Stat("a")
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	s := &filesource.Source{
		Paths:    []string{"a", "b", "-"},
		Stdin:    strings.NewReader("123"),
		Progress: func(read int64) { sum += read },
	}
	if _, err := collect(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if want := info.Size() + 5 + 3; sum != want {
		t.Errorf("Progress was told of %d bytes, want %d", sum, want)
	}
}

func TestAPayloadCanBeOpenedAfterTheRun(t *testing.T) {
	files(t, map[string]string{"d/a": "1", "d/b": "2"})
	var kept []*source.Payload
	s := &filesource.Source{Paths: []string{"d"}}
	err := s.Run(t.Context(), func(_ context.Context, batch []*source.Payload) error {
		kept = append(kept, batch...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range kept {
		body, err := read(t.Context(), p)
		if err != nil {
			t.Error(err)
		}
		all = append(all, body)
	}
	if diff := cmp.Diff([]string{"1", "2"}, all); diff != "" {
		t.Errorf("bodies (-want +got):\n%s", diff)
	}
}

func TestRunsAtOnceShareNothing(t *testing.T) {
	contents, want := map[string]string{}, []got{}
	for i := range 50 {
		place, body := fmt.Sprintf("d/%02d", i), fmt.Sprint("body ", i)
		contents[place] = body
		want = append(want, got{place, body})
	}
	files(t, contents)
	s := &filesource.Source{Paths: []string{"d"}}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			all, err := collect(t.Context(), s)
			if diff := cmp.Diff(want, all); diff != "" || err != nil {
				t.Errorf("error %v, payloads (-want +got):\n%s", err, diff)
			}
		})
	}
	wg.Wait()
}
