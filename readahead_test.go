package streamalert_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
)

// A pipeline that reads ahead while it evaluates, on a machine with more than one core.
func ExamplePipeline_readAhead() {
	p := &streamalert.Pipeline{
		Parser:    parse.JSONFormat{},
		Rules:     rule.MustCompile(rule.Rule{ID: "admin", Title: "An admin was made", When: rule.Field("group").Equals("admin")}),
		Sink:      alert.NDJSON(io.Discard),
		ReadAhead: 1 << 20,
	}
	payload := source.Bytes(parse.Origin{Kind: "test"}, []byte(`{"group":"users"}{"group":"admin"}`))
	if err := p.Handle(context.Background(), []*source.Payload{payload}); err != nil {
		fmt.Println(err)
	}
	fmt.Println(p.Counts().Records, "records,", p.Counts().Delivered, "alert")
	// Output:
	// 2 records, 1 alert
}

// body is a reader that tells whether it was closed while it was read, or not at all.
type body struct {
	io.Reader
	reading atomic.Int32
	closed  atomic.Int32
	wrong   atomic.Bool
}

func (b *body) Read(p []byte) (int, error) {
	b.reading.Add(1)
	defer b.reading.Add(-1)
	if b.closed.Load() > 0 {
		b.wrong.Store(true)
	}
	return b.Reader.Read(p)
}

func (b *body) Close() error {
	if b.reading.Load() > 0 {
		b.wrong.Store(true)
	}
	b.closed.Add(1)
	return nil
}

func opened(id string, open func(ctx context.Context) io.Reader) (*source.Payload, *body) {
	b := &body{}
	return source.NewPayload(parse.Origin{Kind: "test", Place: "p", ID: id}, func(ctx context.Context, _ *source.Payload) (io.ReadCloser, error) {
		b.Reader = open(ctx)
		return b, nil
	}), b
}

// readerFunc is a reader that is a function.
type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// numbered are n records of which every 100th raises an alert.
func numbered(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, `{"n":%d,"hit":%v,"text":%q}`+"\n", i, i%100 == 0, strings.Repeat("x", i%300))
	}
	return b.Bytes()
}

func gzipped(t *testing.T, b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What Handle does with a payload is the same with and without reading ahead, whatever its body does.
func TestReadAheadChangesNothing(t *testing.T) {
	text := numbered(5000) // of about 1 MB
	packed := gzipped(t, text)
	inflate := func(b []byte) io.Reader {
		r, err := source.Decompress(bytes.NewReader(b), source.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	boom := errors.New("boom")
	for name, open := range map[string]func() io.Reader{
		"empty":                         func() io.Reader { return strings.NewReader("") },
		"one record":                    func() io.Reader { return strings.NewReader(hits(1)) },
		"many portions":                 func() io.Reader { return bytes.NewReader(text) },
		"the end beside the last bytes": func() io.Reader { return iotest.DataErrReader(bytes.NewReader(text)) },
		"half of what is asked for":     func() io.Reader { return iotest.HalfReader(bytes.NewReader(text)) },
		"byte by byte":                  func() io.Reader { return iotest.OneByteReader(bytes.NewReader(text[:50_000])) },
		"a record larger than all portions": func() io.Reader {
			return strings.NewReader(hits(1) + `{"a":"` + strings.Repeat("x", 3<<19) + `"}` + hits(1))
		},
		"a record that is too long": func() io.Reader {
			return strings.NewReader(hits(1) + `{"a":"` + strings.Repeat("x", 3<<19) + `"}` + hits(1))
		},
		"broken records":                    func() io.Reader { return bytes.NewReader(bytes.ReplaceAll(text, []byte(`1,"hit"`), []byte(`1"hit"`))) },
		"gzip":                              func() io.Reader { return inflate(packed) },
		"a truncated gzip":                  func() io.Reader { return inflate(packed[:len(packed)/2]) },
		"a gzip that is no gzip further on": func() io.Reader { return inflate(append(bytes.Clone(packed[:len(packed)/2]), text[:20_000]...)) },
		"a limit": func() io.Reader {
			r, _ := source.Decompress(bytes.NewReader(packed), source.Limits{Size: 300_000})
			return r
		},
		"a connection that breaks": func() io.Reader { return io.MultiReader(bytes.NewReader(text), errReader{boom}) },
		"nothing for a while":      func() io.Reader { return &idle{Reader: bytes.NewReader(text), every: 3} },
		"nothing for ever":         func() io.Reader { return readerFunc(func([]byte) (int, error) { return 0, nil }) },
		"more than was asked for":  func() io.Reader { return readerFunc(func(p []byte) (int, error) { return len(p) + 1, nil }) },
		"less than nothing":        func() io.Reader { return readerFunc(func([]byte) (int, error) { return -1, nil }) },
		"bytes beside a broken count": func() io.Reader {
			return io.MultiReader(strings.NewReader(hits(3)), readerFunc(func(p []byte) (int, error) { return -7, io.EOF }))
		},
	} {
		t.Run(name, func(t *testing.T) {
			type outcome struct {
				Failed string
				Alerts []string
				Dead   []string
				Counts streamalert.Counts
			}
			run := func(readAhead int) (o outcome) {
				s, d := &sink{}, &dead{}
				p := &streamalert.Pipeline{Sink: s, DeadLetter: d, ReadAhead: readAhead, Limits: parse.Limits{Record: 1 << 20}}
				pl, b := opened("1", func(context.Context) io.Reader { return open() })
				if err := handle(t, t.Context(), p, pl, payload("2", hits(1)))[0]; err != nil {
					o.Failed = err.Error()
				}
				for _, r := range d.got {
					o.Dead = append(o.Dead, fmt.Sprintf("%s %s %d %.40q", r.ID, r.Reason, len(r.Raw), r.Raw))
				}
				if b.closed.Load() != 1 || b.wrong.Load() {
					t.Errorf("closed %d times; read and closed at once or read after it: %v", b.closed.Load(), b.wrong.Load())
				}
				o.Alerts, o.Counts = s.ids(), p.Counts()
				return o
			}
			want := run(0)
			for _, readAhead := range []int{1, 300_000, 1 << 40} {
				if d := cmp.Diff(want, run(readAhead)); d != "" {
					t.Errorf("%d bytes ahead (-without +with)\n%s", readAhead, d)
				}
			}
		})
	}
}

// idle returns nothing, and no error, before every so many reads.
type idle struct {
	io.Reader
	every, n int
}

func (r *idle) Read(p []byte) (int, error) {
	if r.n++; r.n%r.every != 0 {
		return 0, nil
	}
	return r.Reader.Read(p)
}

func TestReadAheadReadsWhileRulesAreEvaluated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		further := make(chan struct{})
		reads := 0
		pl, _ := opened("1", func(context.Context) io.Reader {
			return readerFunc(func(p []byte) (int, error) {
				switch reads++; reads {
				case 1:
					return copy(p, hits(1)), nil
				case 2:
					close(further)
				}
				return 0, io.EOF
			})
		})
		p := &streamalert.Pipeline{Sink: &sink{}, ReadAhead: 1, Rules: rule.MustCompile(rule.Rule{ID: "waits", When: rule.Func(func(*parse.Record) bool {
			<-further // synctest ends the test where nobody reads
			return true
		})})}
		if failed := handle(t, t.Context(), p, pl); failed != nil || p.Counts().Delivered != 1 {
			t.Error(failed, p.Counts())
		}
	})
}

func TestReadAheadIsBounded(t *testing.T) {
	const portion = 128 << 10
	for readAhead, want := range map[int]int{1: 2 * portion, portion: 2 * portion, portion + 1: 3 * portion, 1 << 20: 9 * portion} {
		synctest.Test(t, func(t *testing.T) {
			read := 0
			pl, _ := opened("1", func(context.Context) io.Reader {
				return readerFunc(func(p []byte) (int, error) {
					read += len(p)
					return copy(p, strings.Repeat(" ", len(p))), nil
				})
			})
			looks := parserFunc(func(in parse.Input) {
				if _, err := io.ReadFull(in.Reader, make([]byte, 10)); err != nil {
					t.Error(err)
				}
				synctest.Wait()
				if read != want {
					t.Errorf("%d bytes were read with ReadAhead %d, want %d", read, readAhead, want)
				}
			})
			p := &streamalert.Pipeline{Sink: &sink{}, Parser: looks, ReadAhead: readAhead}
			if failed := handle(t, t.Context(), p, pl); failed != nil {
				t.Error(failed)
			}
		})
	}
}

// parserFunc is a parser that yields nothing.
type parserFunc func(parse.Input)

func (f parserFunc) Parse(in parse.Input) iter.Seq2[*parse.Record, error] {
	return func(func(*parse.Record, error) bool) { f(in) }
}

// Each of these leaves a body that would be read on. synctest notices a goroutine that is left.
func TestReadAheadEndsWithThePayload(t *testing.T) {
	endless := func(ctx context.Context) io.Reader {
		return readerFunc(func(p []byte) (int, error) {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
			return copy(p, hits(100)), nil
		})
	}
	waits := func(ctx context.Context) io.Reader {
		return io.MultiReader(strings.NewReader(hits(2)), untilDone{ctx})
	}
	for name, open := range map[string]func(context.Context) io.Reader{"a body without end": endless, "a read that waits": waits} {
		run := func(what string, f func(t *testing.T, pl *source.Payload)) {
			t.Run(name+", "+what, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					pl, b := opened("1", open)
					f(t, pl)
					if b.closed.Load() != 1 || b.wrong.Load() {
						t.Error("body is not closed, or while it was read")
					}
				})
			})
		}
		run("a parser that stops early", func(t *testing.T, pl *source.Payload) {
			p := &streamalert.Pipeline{Sink: &sink{}, Parser: parserFunc(func(parse.Input) {}), ReadAhead: 1 << 20}
			if failed := handle(t, t.Context(), p, pl); failed != nil {
				t.Error(failed)
			}
		})
		run("a parser that panics", func(t *testing.T, pl *source.Payload) {
			defer func() {
				if v := recover(); v != "no" {
					t.Error(v)
				}
			}()
			p := &streamalert.Pipeline{Sink: &sink{}, Parser: parserFunc(func(parse.Input) { panic("no") }), ReadAhead: 1 << 20}
			handle(t, t.Context(), p, pl)
		})
		run("stop", func(t *testing.T, pl *source.Payload) {
			stop, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			slow := rule.Rule{ID: "slow", When: rule.Func(func(*parse.Record) bool { time.Sleep(time.Millisecond); return false })}
			p := &streamalert.Pipeline{Sink: &sink{}, Rules: rule.MustCompile(slow), ReadAhead: 1 << 20}
			start := time.Now()
			failed := handle(t, source.WithStop(t.Context(), stop), p, pl)
			if !errors.Is(failed[0], streamalert.ErrStopped) || time.Since(start) > time.Second+time.Millisecond {
				t.Error(failed, time.Since(start))
			}
		})
		run("the end of the context", func(t *testing.T, pl *source.Payload) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			slow := rule.Rule{ID: "slow", When: rule.Func(func(*parse.Record) bool { time.Sleep(time.Millisecond); return false })}
			p := &streamalert.Pipeline{Sink: &sink{}, Rules: rule.MustCompile(slow), ReadAhead: 1 << 20}
			start := time.Now()
			failed := handle(t, ctx, p, pl)
			if len(failed) != 1 || time.Since(start) > time.Second+time.Millisecond {
				t.Error(failed, time.Since(start))
			}
		})
	}
}

func TestReadAheadPanicsWithItsBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sink{}
		p := &streamalert.Pipeline{Sink: s, ReadAhead: 1}
		pl, b := opened("1", func(context.Context) io.Reader {
			return io.MultiReader(strings.NewReader(hits(1)), readerFunc(func([]byte) (int, error) { panic("no") }))
		})
		defer func() {
			if v := recover(); v != "no" || len(s.got) != 1 || b.closed.Load() != 1 {
				t.Error(v, len(s.got), b.closed.Load())
			}
		}()
		handle(t, t.Context(), p, pl)
	})
}

func TestReadAheadEndsTheGoroutineWithItsBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &streamalert.Pipeline{Sink: &sink{}, ReadAhead: 1, Rules: rule.MustCompile(hit), Parser: parse.JSONFormat{}}
		pl, b := opened("1", func(context.Context) io.Reader {
			return readerFunc(func([]byte) (int, error) { runtime.Goexit(); return 0, nil })
		})
		var wg sync.WaitGroup
		wg.Go(func() {
			_ = p.Handle(t.Context(), []*source.Payload{pl})
			t.Error("Handle returned")
		})
		wg.Wait()
		if b.closed.Load() != 1 {
			t.Error("body is not closed")
		}
	})
}

func TestReadAheadThatDoesNotOpen(t *testing.T) {
	boom := errors.New("boom")
	var ended <-chan struct{}
	pl := source.NewPayload(parse.Origin{Kind: "test"}, func(ctx context.Context, _ *source.Payload) (io.ReadCloser, error) {
		ended = ctx.Done()
		return nil, boom
	})
	failed := handle(t, t.Context(), &streamalert.Pipeline{Sink: &sink{}, ReadAhead: 1}, pl)
	if !errors.Is(failed[0], boom) {
		t.Error(failed)
	}
	select {
	case <-ended:
	default:
		t.Error("the context that the payload was opened under has not ended")
	}
}

func TestReadAheadConcurrently(t *testing.T) {
	text := numbered(2000)
	s := &sink{}
	p := &streamalert.Pipeline{Sink: s, Rules: rule.MustCompile(hit), Parser: parse.JSONFormat{}, ReadAhead: 200_000}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for n := range 5 {
				if err := p.Handle(t.Context(), []*source.Payload{payload(fmt.Sprint(g, n), string(text)), payload(fmt.Sprint(g, n, 2), hits(1))}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if c := p.Counts(); c.Records != 4*5*2001 || c.Delivered != 4*5*21 {
		t.Errorf("%+v", c)
	}
}
