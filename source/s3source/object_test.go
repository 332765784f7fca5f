package s3source_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/s3source"
)

// payload is that of the object logs/a.
func payload(t *testing.T, o s3source.Objects, c change) *source.Payload {
	t.Helper()
	b, err := o.Decode(t.Context(), notification(t, c))
	if err != nil || len(b.Payloads) != 1 {
		t.Fatalf("%d payloads, %v", len(b.Payloads), err)
	}
	return b.Payloads[0]
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

func TestOpenCompletesThePayload(t *testing.T) {
	for _, test := range []struct {
		name    string
		change  change
		headers map[string]string
		query   string // of the request
		want    string // ID
	}{
		{"a version that is named", asPublished, map[string]string{"x-amz-version-id": "096fKKXTRTtl3on89fVO.nfljtsv6qko"},
			"versionId=096fKKXTRTtl3on89fVO.nfljtsv6qko&x-id=GetObject", "096fKKXTRTtl3on89fVO.nfljtsv6qko"},
		{"a version that is not named", put("HappyFace.jpg"), map[string]string{"x-amz-version-id": "v2"}, "x-id=GetObject", "v2"},
		{"a version that is not named of an object that was exchanged", put("HappyFace.jpg"),
			map[string]string{"ETag": `"e2"`}, "x-id=GetObject", "e2"},
		{"no version", put("HappyFace.jpg"), nil, "x-id=GetObject", strings.Trim(eTag, `"`)},
		{"the null version", put("HappyFace.jpg"), map[string]string{"x-amz-version-id": "null"}, "x-id=GetObject", strings.Trim(eTag, `"`)},
		{"the null version, named", func(_, _, o map[string]any) { o["versionId"] = "null" },
			map[string]string{"x-amz-version-id": "null"}, "versionId=null&x-id=GetObject", strings.Trim(eTag, `"`)},
		{"an announcement without ETag", func(_, _, o map[string]any) {
			delete(o, "versionId")
			delete(o, "eTag")
		}, nil, "x-id=GetObject", strings.Trim(eTag, `"`)},
		{"an answer with neither", put("HappyFace.jpg"), map[string]string{"ETag": ""}, "x-id=GetObject", "d41d8cd98f00b204e9800998ecf8427e"},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodGet || r.URL.Path != "amzn-s3-demo-bucket/HappyFace.jpg" || r.URL.RawQuery != test.query {
					t.Errorf("request %s %s?%s, want query %s", r.Method, r.URL.Path, r.URL.RawQuery, test.query)
				}
				w.Header().Set("ETag", eTag)
				for name, value := range test.headers {
					w.Header().Set(name, value)
				}
				_, _ = io.WriteString(w, "body")
			})
			p := payload(t, s3source.Objects{Client: client}, test.change)
			body, err := read(t.Context(), p)
			if err != nil || body != "body" {
				t.Errorf("%q, %v", body, err)
			}
			want := parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/HappyFace.jpg", ID: test.want}
			if diff := cmp.Diff(want, p.Origin); diff != "" {
				t.Errorf("origin (-want +got):\n%s", diff)
			}
			if p.Size != 4 {
				t.Errorf("Size %d, want 4", p.Size)
			}
		})
	}
}

func TestKeysReachTheServiceAsTheyAre(t *testing.T) {
	for announced, want := range map[string]string{
		"a+b":              "a b",
		"a%2Bb%3D%C3%A9":   "a+b=é",
		"logs/../a/./b":    "logs/../a/./b",
		"/a//b":            "/a//b",
		"a%3Fb%23c%26d":    "a?b#c&d",
		"100%25%2F%2525":   "100%/%25",
		"a%5Cb%22c%7Cd%00": "a\\b\"c|d\x00",
	} {
		var path string
		client := newClient(t, func(w http.ResponseWriter, r *http.Request) { path = r.URL.Path })
		if _, err := read(t.Context(), payload(t, s3source.Objects{Client: client}, put(announced))); err != nil {
			t.Errorf("%s: %v", announced, err)
		}
		if want := "amzn-s3-demo-bucket/" + want; path != want {
			t.Errorf("%s: request for %q, want %q", announced, path, want)
		}
	}
}

func TestBodies(t *testing.T) {
	log := strings.Repeat("a line of a log\n", 1000)
	for _, test := range []struct {
		name    string
		body    string
		headers map[string]string
		limits  source.Limits
		want    string
		err     string // "", "permanent", "transient"
	}{
		{"plain", log, nil, source.Limits{}, log, ""},
		{"of no bytes", "", nil, source.Limits{}, "", ""},
		{"gzip", zipped(t, log), nil, source.Limits{}, log, ""},
		{"gzip of no bytes", zipped(t, ""), nil, source.Limits{}, "", ""},
		{"gzip that says so", zipped(t, log), map[string]string{"Content-Encoding": "gzip", "Content-Type": "application/json"}, source.Limits{}, log, ""},
		{"plain that says it is gzip", log, map[string]string{"Content-Encoding": "gzip"}, source.Limits{}, log, ""},
		{"gzip that is truncated as it is stored", zipped(t, log)[:60], nil, source.Limits{}, "", "permanent"},
		{"over the limit", log, nil, source.Limits{Size: 100}, log[:100], "permanent"},
		{"with its checksum", "123456789", map[string]string{"x-amz-checksum-crc32": "y/Q5Jg=="}, source.Limits{}, "123456789", ""},
		{"with another's checksum", "123456780", map[string]string{"x-amz-checksum-crc32": "y/Q5Jg=="}, source.Limits{}, "", "transient"},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Accept-Encoding") == "gzip" {
					t.Error("the request allows the server to compress")
				}
				for name, value := range test.headers {
					w.Header().Set(name, value)
				}
				w.Header().Set("Content-Length", strconv.Itoa(len(test.body)))
				_, _ = io.WriteString(w, test.body)
			})
			p := payload(t, s3source.Objects{Client: client, Limits: test.limits}, put("a"))
			body, err := read(t.Context(), p)
			if test.want != "" && body != test.want || test.err == "" && body != test.want {
				t.Errorf("body of %d bytes, want %d", len(body), len(test.want))
			}
			if kind := kindOf(err); kind != test.err {
				t.Errorf("error %v is %q, want %q", err, kind, test.err)
			}
			if p.Size != int64(len(test.body)) {
				t.Errorf("Size %d, want %d", p.Size, len(test.body))
			}
		})
	}
}

func kindOf(err error) string {
	var permanent *source.Permanent
	switch {
	case err == nil:
		return ""
	case errors.As(err, &permanent):
		return "permanent"
	}
	return "transient"
}

// noise does not compress.
func noise(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return string(b)
}

func TestADownloadThatIsCutOffIsTransientAndCanBeTriedAgain(t *testing.T) {
	for _, test := range []struct {
		name    string
		body    string
		chunked bool
	}{
		{"plain", strings.Repeat("x", 100_000), false},
		{"gzip", zipped(t, noise(100_000)), false},
		{"of a length that was not told", strings.Repeat("x", 100_000), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var requests atomic.Int64
			client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
				if !test.chunked {
					w.Header().Set("Content-Length", strconv.Itoa(len(test.body)))
				}
				if requests.Add(1) == 1 {
					_, _ = io.WriteString(w, test.body[:50_000])
					_ = http.NewResponseController(w).Flush()
					panic(http.ErrAbortHandler) // closes the connection
				}
				_, _ = io.WriteString(w, test.body)
			})
			p := payload(t, s3source.Objects{Client: client, Attempts: -1}, put("logs/a"))
			body, err := read(t.Context(), p)
			if !errors.Is(err, io.ErrUnexpectedEOF) || kindOf(err) != "transient" {
				t.Errorf("error %v is %s, want a transient %v", err, kindOf(err), io.ErrUnexpectedEOF)
			}
			if err == nil || !strings.Contains(err.Error(), `s3source: read "amzn-s3-demo-bucket/logs/a" at offset 50000: `) {
				t.Errorf("error %v does not name bucket, key and offset", err)
			}
			if len(body) < 40_000 {
				t.Errorf("%d bytes came before the error, want most of 50000", len(body))
			}
			if again, err := read(t.Context(), p); err != nil || len(again) != 100_000 {
				t.Errorf("opened again: %d bytes, %v; want 100000", len(again), err)
			}
		})
	}
}

// longer is a client whose answers tell of more bytes than come, as a proxy between may make them.
type longer struct{ *s3.Client }

func (l longer) GetObject(ctx context.Context, in *s3.GetObjectInput, o ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	out, err := l.Client.GetObject(ctx, in, o...)
	if err == nil {
		*out.ContentLength++
	}
	return out, err
}

func TestABodyThatEndsBeforeItsLengthIsTransient(t *testing.T) {
	for name, body := range map[string]string{
		"plain":                 "body",
		"gzip that is complete": zipped(t, "body"),
		"gzip that is not":      zipped(t, "body")[:20],
		"of no bytes":           "",
	} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, objects(map[string]string{"amzn-s3-demo-bucket/a": body}))
			_, err := read(t.Context(), payload(t, s3source.Objects{Client: longer{client}}, put("a")))
			if !errors.Is(err, io.ErrUnexpectedEOF) || kindOf(err) != "transient" {
				t.Errorf("error %v is %s, want a transient %v", err, kindOf(err), io.ErrUnexpectedEOF)
			}
		})
	}
}

func TestAnAnswerWithoutLengthIsReadToItsEnd(t *testing.T) {
	client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "bo")
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, "dy")
	})
	p := payload(t, s3source.Objects{Client: client}, put("a"))
	body, err := read(t.Context(), p)
	if body != "body" || err != nil || p.Size != -1 {
		t.Errorf("%q, %v, Size %d; want body of Size -1", body, err, p.Size)
	}
}

func TestTheEndOfTheContextEndsADownloadThatStalls(t *testing.T) {
	for _, test := range []struct {
		name  string
		begin func(w http.ResponseWriter)
	}{
		{"before its answer", func(http.ResponseWriter) {}},
		{"before its first byte", func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "100")
			_ = http.NewResponseController(w).Flush()
		}},
		{"in the middle", func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "some")
			_ = http.NewResponseController(w).Flush()
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, end := context.WithCancel(t.Context())
			defer end()
			client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
				test.begin(w)
				time.AfterFunc(20*time.Millisecond, end)
				<-r.Context().Done()
			})
			start := time.Now()
			_, err := read(ctx, payload(t, s3source.Objects{Client: client}, put("logs/a")))
			if !errors.Is(err, context.Canceled) || kindOf(err) != "transient" {
				t.Errorf("error %v is %s, want a transient %v", err, kindOf(err), context.Canceled)
			}
			if err != nil && !strings.Contains(err.Error(), `"amzn-s3-demo-bucket/logs/a"`) {
				t.Errorf("error %v does not name bucket and key", err)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestCloseStopsTheDownload(t *testing.T) {
	stopped := make(chan int, 1)
	client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		const megabyte = 1 << 20
		w.Header().Set("Content-Length", strconv.Itoa(1000*megabyte))
		block := []byte(strings.Repeat("x", megabyte))
		for n := range 1000 {
			if _, err := w.Write(block); err != nil {
				stopped <- n
				return
			}
		}
		stopped <- 1000
	})
	body, err := payload(t, s3source.Objects{Client: client}, put("a")).Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, body, 1<<20); err != nil {
		t.Error(err)
	}
	if err := body.Close(); err != nil {
		t.Error(err)
	}
	if _, err := body.Read(make([]byte, 1)); err == nil || err == io.EOF {
		t.Errorf("Read after Close returned %v", err)
	}
	select {
	case n := <-stopped:
		if n > 100 {
			t.Errorf("%d MB were sent, of which 1 was asked for", n)
		}
	case <-time.After(10 * time.Second):
		t.Error("the server goes on sending")
	}
}

func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		status int
		code   string
	}{
		{http.StatusNotFound, "NoSuchKey"},
		{http.StatusNotFound, "NoSuchVersion"},
		{http.StatusNotFound, "NoSuchBucket"},
		{http.StatusForbidden, "AccessDenied"},
		{http.StatusForbidden, "InvalidObjectState"},
		{http.StatusServiceUnavailable, "SlowDown"},
		{http.StatusInternalServerError, "InternalError"},
	} {
		t.Run(test.code, func(t *testing.T) {
			client := newClient(t, func(w http.ResponseWriter, r *http.Request) { refuse(w, test.status, test.code) })
			_, err := read(t.Context(), payload(t, s3source.Objects{Client: client}, put("logs/a\x1b")))
			var api smithy.APIError
			if !errors.As(err, &api) || api.ErrorCode() != test.code || kindOf(err) != "transient" {
				t.Fatalf("error %v is %s, want a transient %s", err, kindOf(err), test.code)
			}
			if !strings.HasPrefix(err.Error(), `s3source: get "amzn-s3-demo-bucket/logs/a\x1b": `) {
				t.Errorf("error %q does not name bucket and key", err)
			}
			if strings.Contains(err.Error(), "SECRETEXAMPLE") || strings.Contains(err.Error(), "AKIDEXAMPLE") {
				t.Errorf("error %q has credentials", err)
			}
			var noKey *types.NoSuchKey
			if errors.As(err, &noKey) != (test.code == "NoSuchKey") {
				t.Errorf("error %#v is not of the SDK's type", err)
			}
		})
	}
}

func TestAServerThatCannotBeReachedIsATransientError(t *testing.T) {
	client := newClient(t, nil, func(o *s3.Options) {
		nowhere := "http://127.0.0.1:1"
		o.BaseEndpoint = &nowhere
	})
	_, err := read(t.Context(), payload(t, s3source.Objects{Client: client}, put("logs/a")))
	if kindOf(err) != "transient" || !strings.HasPrefix(err.Error(), `s3source: get "amzn-s3-demo-bucket/logs/a": `) {
		t.Errorf("error %v is %s, want a transient one that names bucket and key", err, kindOf(err))
	}
}

func TestNothingIsLogged(t *testing.T) {
	var mu sync.Mutex
	var lines []string
	client := newClient(t, objects(map[string]string{"amzn-s3-demo-bucket/a": "body"}), func(o *s3.Options) {
		o.Logger = logging.LoggerFunc(func(_ logging.Classification, format string, v ...any) {
			mu.Lock()
			defer mu.Unlock()
			lines = append(lines, fmt.Sprintf(format, v...))
		})
	})
	if _, err := read(t.Context(), payload(t, s3source.Objects{Client: client}, put("a"))); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string(nil), lines); diff != "" {
		t.Errorf("logged (-want +got):\n%s", diff)
	}
}
