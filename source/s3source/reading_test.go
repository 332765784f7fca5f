package s3source_test

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/streamalert/streamalert-go/source/s3source"
)

// stored is an object of a server that serves ranges under conditions as S3 does, over connections that break.
type stored struct {
	body    string
	headers map[string]string // of the whole alone
	// answer, where it is set, is asked for each request, from 0, before it is served: it may change the object, or answer
	// by itself and return false.
	answer func(n int, w http.ResponseWriter, r *http.Request) bool
	// most is how many bytes a connection carries before it breaks; 0 is no bound.
	most int

	mu       sync.Mutex
	eTag     string
	requests []string
}

func (s *stored) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.eTag == "" {
		s.eTag = eTag
	}
	n := len(s.requests)
	s.requests = append(s.requests, strings.TrimSpace(strings.Join([]string{r.URL.Query().Get("versionId"), r.Header.Get("If-Match"), r.Header.Get("Range")}, " ")))
	s.mu.Unlock()
	if s.answer != nil && !s.answer(n, w, r) {
		return
	}
	if match := r.Header.Get("If-Match"); match != "" && match != s.eTag {
		refuse(w, http.StatusPreconditionFailed, "PreconditionFailed")
		return
	}
	w.Header().Set("ETag", s.eTag)
	rest, status := s.body, http.StatusOK
	if r.Header.Get("Range") != "" {
		var first int
		if _, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &first); err != nil || first >= len(s.body) {
			refuse(w, http.StatusRequestedRangeNotSatisfiable, "InvalidRange")
			return
		}
		rest, status = s.body[first:], http.StatusPartialContent
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, len(s.body)-1, len(s.body)))
	} else {
		for name, value := range s.headers {
			w.Header().Set(name, value)
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(rest)))
	w.WriteHeader(status)
	if s.most > 0 && len(rest) > s.most {
		send(w, rest[:s.most])
		panic(http.ErrAbortHandler) // closes the connection
	}
	_, _ = io.WriteString(w, rest)
}

// send sends what is not all.
func send(w http.ResponseWriter, some string) {
	_, _ = io.WriteString(w, some)
	_ = http.NewResponseController(w).Flush()
}

func (s *stored) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// get reads logs/a of o, which has a client of s.
func (s *stored) get(t *testing.T, o s3source.Objects, options ...func(*s3.Options)) (string, error) {
	t.Helper()
	o.Client = newClient(t, s.ServeHTTP, options...)
	return read(t.Context(), payload(t, o, put("logs/a")))
}

func zstandard(t *testing.T, s string) string {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	return string(z.EncodeAll([]byte(s), nil))
}

func TestADownloadGoesOnBehindItsLastByte(t *testing.T) {
	const size = 200_000
	text := noise(size)
	for _, test := range []struct {
		name string
		body string
	}{
		{"plain", text},
		{"gzip", zipped(t, text)},
		{"zstd", zstandard(t, text)},
	} {
		for _, most := range []int{5_000, 32 << 10, 70_001, len(test.body) - 1} {
			t.Run(fmt.Sprintf("%s, broken each %d bytes", test.name, most), func(t *testing.T) {
				s := &stored{body: test.body, most: most, headers: map[string]string{"x-amz-checksum-crc32": sum(crc32.NewIEEE(), test.body)}}
				got, err := s.get(t, s3source.Objects{Attempts: 1})
				if err != nil || got != text {
					t.Fatalf("%d bytes, the right ones: %v, %v", len(got), got == text, err)
				}
				var want []string
				for at := 0; at < len(test.body); at += most {
					want = append(want, fmt.Sprintf("%s bytes=%d-", eTag, at))
				}
				want[0] = ""
				if diff := cmp.Diff(want, s.seen()); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestTheVersionThatIsNamedIsTheOneThatGoesOn(t *testing.T) {
	s := &stored{body: "0123456789", most: 6}
	p := payload(t, s3source.Objects{Client: newClient(t, s.ServeHTTP)}, asPublished)
	body, err := read(t.Context(), p)
	if err != nil || body != s.body {
		t.Errorf("%q, %v", body, err)
	}
	const version = "096fKKXTRTtl3on89fVO.nfljtsv6qko"
	if diff := cmp.Diff([]string{version, version + " " + eTag + " bytes=6-"}, s.seen()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestADownloadThatBreaksBeforeItsFirstByteStartsAnew(t *testing.T) {
	s := &stored{body: "body"}
	s.answer = func(n int, w http.ResponseWriter, r *http.Request) bool {
		if n > 0 {
			return true
		}
		w.Header().Set("ETag", eTag)
		w.Header().Set("Content-Length", "4")
		send(w, "")
		panic(http.ErrAbortHandler)
	}
	if body, err := s.get(t, s3source.Objects{}); err != nil || body != "body" {
		t.Errorf("%q, %v", body, err)
	}
	if diff := cmp.Diff([]string{"", eTag}, s.seen()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestADownloadOfALengthThatWasNotToldGoesOn(t *testing.T) {
	s := &stored{body: "0123456789"}
	s.answer = func(n int, w http.ResponseWriter, r *http.Request) bool {
		if n > 0 {
			return true
		}
		w.Header().Set("ETag", eTag)
		send(w, "0123")
		panic(http.ErrAbortHandler)
	}
	if body, err := s.get(t, s3source.Objects{}); err != nil || body != s.body {
		t.Errorf("%q, %v", body, err)
	}
}

// Once a range has told the length, an end before it is none.
func TestALengthThatARangeTellsHolds(t *testing.T) {
	s := &stored{body: "0123456789"}
	s.answer = func(n int, w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("ETag", eTag)
		switch n {
		case 0:
			send(w, "0123")
			panic(http.ErrAbortHandler)
		case 1:
			w.Header().Set("Content-Range", "bytes 4-9/10")
			w.WriteHeader(http.StatusPartialContent)
			send(w, "456") // chunks, of which the last says that it is
			return false
		}
		return true
	}
	if body, err := s.get(t, s3source.Objects{}); err != nil || body != s.body || len(s.seen()) != 3 {
		t.Errorf("%q, %v, %d requests", body, err, len(s.seen()))
	}
}

// getter answers each request with a body of its own, and counts which are closed.
type getter struct {
	bodies []io.Reader
	size   int64
	closed []int
	calls  int
}

func (g *getter) GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	n := g.calls
	g.calls++
	return &s3.GetObjectOutput{ETag: aws.String(eTag), ContentLength: &g.size, Body: closer{g.bodies[n], func() { g.closed = append(g.closed, n) }}}, nil
}

type closer struct {
	io.Reader
	close func()
}

func (c closer) Close() error { c.close(); return nil }

func TestEachBodyIsClosed(t *testing.T) {
	broken := errors.New("broken")
	for _, test := range []struct {
		name   string
		bodies []io.Reader
		filter s3source.Filter
		want   string // the error
		closed []int
	}{
		{"of an object that is read", []io.Reader{strings.NewReader("body")}, s3source.Filter{}, "", []int{0}},
		{"of an object that is skipped by its size", []io.Reader{strings.NewReader("body")}, s3source.Filter{MaxSize: 3}, "", []int{0}},
		{"of each try", []io.Reader{iotest.ErrReader(broken), iotest.ErrReader(broken), strings.NewReader("body")}, s3source.Filter{}, "", []int{0, 1, 2}},
		{"of a range that is another one", []io.Reader{io.MultiReader(strings.NewReader("bo"), iotest.ErrReader(broken)), strings.NewReader("dy")}, s3source.Filter{}, "not the rest", []int{0, 1}},
		{"that ends with an error behind its last byte", []io.Reader{io.MultiReader(strings.NewReader("body"), iotest.ErrReader(broken))}, s3source.Filter{}, "at offset 4: broken", []int{0}},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := &getter{bodies: test.bodies, size: 4}
			o := s3source.Objects{Client: g, Filter: test.filter}
			b, err := o.Decode(t.Context(), []byte(`{"s3Bucket":"amzn-s3-demo-bucket","s3ObjectKey":["a"]}`))
			if err != nil {
				t.Fatal(err)
			}
			_, err = read(t.Context(), b.Payloads[0])
			if (err != nil) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if diff := cmp.Diff(test.closed, g.closed); diff != "" {
				t.Errorf("closed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTriesWithoutAByteAreBounded(t *testing.T) {
	for _, test := range []struct{ attempts, want int }{{-1, 1}, {1, 2}, {3, 4}} {
		t.Run(fmt.Sprintf("Attempts %d", test.attempts), func(t *testing.T) {
			s := &stored{body: "0123456789", most: 5}
			s.answer = func(n int, w http.ResponseWriter, r *http.Request) bool {
				if n == 0 {
					return true
				}
				panic(http.ErrAbortHandler)
			}
			body, err := s.get(t, s3source.Objects{Attempts: test.attempts})
			if body != "01234" || !errors.Is(err, io.ErrUnexpectedEOF) || kindOf(err) != "transient" ||
				!strings.Contains(err.Error(), `s3source: read "amzn-s3-demo-bucket/logs/a" at offset 5: unexpected EOF`) {
				t.Errorf("%q, %v", body, err)
			}
			if got := len(s.seen()); got != test.want {
				t.Errorf("%d requests, want %d", got, test.want)
			}
		})
	}
}

// What is not the rest of the same object is never mixed with what came before it, and not asked for again.
func TestAnObjectThatIsAnotherOneByThenFails(t *testing.T) {
	partial := func(eTag, contentRange, body string) func(*stored, http.ResponseWriter) bool {
		return func(_ *stored, w http.ResponseWriter) bool {
			w.Header().Set("ETag", eTag)
			if contentRange != "" {
				w.Header().Set("Content-Range", contentRange)
			}
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, body)
			return false
		}
	}
	refused := func(status int, code string) func(*stored, http.ResponseWriter) bool {
		return func(_ *stored, w http.ResponseWriter) bool { refuse(w, status, code); return false }
	}
	for _, test := range []struct {
		name   string
		answer func(*stored, http.ResponseWriter) bool // to the second request
		want   string
	}{
		{"exchanged", func(s *stored, _ http.ResponseWriter) bool { s.eTag, s.body = `"e2"`, "abcdefghij"; return true }, "PreconditionFailed"},
		{"exchanged, at a server that knows no conditions", partial(`"e2"`, "bytes 5-9/10", "fghij"), "another one by now"},
		{"without its ETag", partial("", "bytes 5-9/10", "fghij"), "another one by now"},
		{"of another size", partial(eTag, "bytes 5-10/11", "fghijk"), "another one by now"},
		{"from another byte on", partial(eTag, "bytes 4-9/10", "efghij"), "not the rest"},
		{"from the first byte on", partial(eTag, "", "abcdefghij"), "not the rest"},
		{"of a range that is none", partial(eTag, "bytes 5-/10", "fghij"), "not the rest"},
		{"shorter by now", refused(http.StatusRequestedRangeNotSatisfiable, "InvalidRange"), "InvalidRange"},
		{"deleted", refused(http.StatusNotFound, "NoSuchKey"), "NoSuchKey"},
		{"a version that was deleted", refused(http.StatusNotFound, "NoSuchVersion"), "NoSuchVersion"},
		{"not to be read any more", refused(http.StatusForbidden, "AccessDenied"), "AccessDenied"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &stored{body: "0123456789", most: 5}
			s.answer = func(n int, w http.ResponseWriter, r *http.Request) bool { return n == 0 || test.answer(s, w) }
			body, err := s.get(t, s3source.Objects{Missing: s3source.PolicySkip, Denied: s3source.PolicyDeadLetter})
			if body != "01234" || kindOf(err) != "transient" || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%q, %v; want 01234 and a transient %v", body, err, io.ErrUnexpectedEOF)
			}
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), `"amzn-s3-demo-bucket/logs/a" at offset 5`) {
				t.Errorf("error %v does not tell of the object, the offset and %q", err, test.want)
			}
			if got := len(s.seen()); got != 2 {
				t.Errorf("%d requests, want 2", got)
			}
		})
	}
}

func TestWithoutAnETagNothingGoesOn(t *testing.T) {
	s := &stored{body: "0123456789"}
	s.answer = func(n int, w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Content-Length", "10")
		send(w, "01234")
		panic(http.ErrAbortHandler)
	}
	body, err := s.get(t, s3source.Objects{})
	if body != "01234" || kindOf(err) != "transient" || len(s.seen()) != 1 {
		t.Errorf("%q, %v, %d requests", body, err, len(s.seen()))
	}
}

func TestThrottlingInTheMiddleIsWaitedFor(t *testing.T) {
	for name, attempts := range map[string]int{"by the client's retries": 4, "without the client's retries": 1} {
		t.Run(name, func(t *testing.T) {
			s := &stored{body: "0123456789", most: 5}
			s.answer = func(n int, w http.ResponseWriter, r *http.Request) bool {
				switch n {
				case 1:
					refuse(w, http.StatusServiceUnavailable, "SlowDown")
				case 2:
					refuse(w, http.StatusInternalServerError, "InternalError")
				case 3:
					refuse(w, http.StatusBadRequest, "RequestTimeout")
				}
				return n == 0 || n > 3
			}
			tries := 4
			if attempts > 1 {
				tries = 1 // the client's retries have to do
			}
			body, err := s.get(t, s3source.Objects{Attempts: tries}, func(o *s3.Options) {
				o.RetryMaxAttempts = attempts
				o.Retryer = aws.NopRetryer{}
				if attempts > 1 {
					o.Retryer = quickly{attempts}
				}
			})
			if err != nil || body != s.body || len(s.seen()) != 5 {
				t.Errorf("%q, %v, %d requests", body, err, len(s.seen()))
			}
		})
	}
}

func TestAStallIsABreak(t *testing.T) {
	for _, test := range []struct {
		name  string
		stall func(w http.ResponseWriter)
	}{
		{"before the answer", func(http.ResponseWriter) {}},
		{"before the first byte", func(w http.ResponseWriter) {
			w.Header().Set("ETag", eTag)
			w.Header().Set("Content-Length", "10")
			send(w, "")
		}},
		{"in the middle", func(w http.ResponseWriter) {
			w.Header().Set("ETag", eTag)
			w.Header().Set("Content-Length", "10")
			send(w, "01234")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &stored{body: "0123456789"}
			s.answer = func(n int, w http.ResponseWriter, r *http.Request) bool {
				if n > 0 {
					return true
				}
				test.stall(w)
				<-r.Context().Done()
				return false
			}
			body, err := s.get(t, s3source.Objects{Stall: 50 * time.Millisecond})
			if err != nil || body != s.body || len(s.seen()) != 2 {
				t.Errorf("%q, %v, %d requests", body, err, len(s.seen()))
			}
		})
	}
}

func TestAStallThatDoesNotEndFails(t *testing.T) {
	for name, begin := range map[string]string{"before the answer": "", "in the middle": "01234"} {
		t.Run(name, func(t *testing.T) {
			s := &stored{body: "0123456789"}
			s.answer = func(n int, w http.ResponseWriter, r *http.Request) bool {
				if n == 0 && begin != "" {
					w.Header().Set("ETag", eTag)
					w.Header().Set("Content-Length", "10")
					send(w, begin)
				}
				<-r.Context().Done()
				return false
			}
			body, err := s.get(t, s3source.Objects{Stall: 20 * time.Millisecond, Attempts: 2})
			if body != begin || kindOf(err) != "transient" || !strings.Contains(err.Error(), "no byte came for too long") || len(s.seen()) != 3 {
				t.Errorf("%q, %v, %d requests", body, err, len(s.seen()))
			}
			if errors.Is(err, context.Canceled) {
				t.Errorf("error %v looks like the end of the context", err)
			}
		})
	}
}

func TestASlowReaderIsNoStall(t *testing.T) {
	s := &stored{body: noise(4 << 20)} // more than the connection takes in by itself
	p := payload(t, s3source.Objects{Client: newClient(t, s.ServeHTTP), Stall: 100 * time.Millisecond}, put("a"))
	body, err := p.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	var got strings.Builder
	for range 3 {
		time.Sleep(200 * time.Millisecond)
		if _, err := io.CopyN(&got, body, 100_000); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := io.Copy(&got, body); err != nil || got.String() != s.body || len(s.seen()) != 1 {
		t.Errorf("%d bytes, %v, %d requests", got.Len(), err, len(s.seen()))
	}
}

func TestTheEndOfTheContextEndsTheWaitForAnotherTry(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	defer end()
	s := &stored{body: "0123456789", most: 5}
	s.answer = func(n int, w http.ResponseWriter, r *http.Request) bool {
		if n == 0 {
			return true
		}
		if n == 1 {
			time.AfterFunc(200*time.Millisecond, end) // most of the time passes with waits
		}
		panic(http.ErrAbortHandler)
	}
	start := time.Now()
	body, err := read(ctx, payload(t, s3source.Objects{Client: newClient(t, s.ServeHTTP), Attempts: 1000}, put("logs/a")))
	if body != "01234" || !errors.Is(err, context.Canceled) || kindOf(err) != "transient" || time.Since(start) > 5*time.Second {
		t.Errorf("%q, %v after %v", body, err, time.Since(start))
	}
}

// quickly retries without a wait.
type quickly struct{ attempts int }

func (q quickly) IsErrorRetryable(error) bool                  { return true }
func (q quickly) MaxAttempts() int                             { return q.attempts }
func (q quickly) RetryDelay(int, error) (time.Duration, error) { return 0, nil }
func (q quickly) GetInitialToken() func(error) error           { return func(error) error { return nil } }
func (q quickly) GetRetryToken(context.Context, error) (func(error) error, error) {
	return q.GetInitialToken(), nil
}
