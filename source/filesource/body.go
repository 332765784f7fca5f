package filesource

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/streamalert/streamalert-go/source"
)

// body decompresses what is read of raw. It ends with ctx.
func (r *run) body(ctx context.Context, place string, raw io.Reader, closeRaw func() error) (io.ReadCloser, error) {
	dec, err := source.Decompress(&reader{raw: raw, ctx: ctx, progress: r.Progress}, r.Limits)
	if err != nil {
		_ = closeRaw()
		return nil, pathError(place, err)
	}
	return &body{dec, ctx, closeRaw}, nil
}

type body struct {
	io.ReadCloser
	ctx      context.Context
	closeRaw func() error
}

// Read asks for ctx too, because a few bytes as stored can be many.
func (b *body) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	return b.ReadCloser.Read(p)
}

func (b *body) Close() error { return errors.Join(b.ReadCloser.Close(), b.closeRaw()) }

// reader reads the bytes as stored until ctx ends.
type reader struct {
	raw      io.Reader
	ctx      context.Context
	progress func(int64)
}

func (r *reader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.raw.Read(b)
	if r.progress != nil && n > 0 {
		r.progress(int64(n))
	}
	return n, err
}

// patient reads what may have to be waited for, in a goroutine, so that the end of ctx and Stop need not wait with it.
type patient struct {
	ctx  context.Context
	raw  io.Reader
	buf  []byte
	rest []byte // of buf
	err  error
	done chan result
}

type result struct {
	n   int
	err error
}

func newPatient(ctx context.Context, raw io.Reader) *patient {
	return &patient{ctx: ctx, raw: raw, done: make(chan result, 1)}
}

func (p *patient) Read(b []byte) (int, error) {
	if len(p.rest) == 0 && p.err == nil {
		p.read(len(b))
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	if len(p.rest) > 0 {
		return n, nil
	}
	return n, p.err
}

var errStopped = errors.New("stopped while it waited for more")

// grace is for what has come already when Stop comes, so that it is still read.
const grace = 100 * time.Millisecond

// read reads up to size bytes into buf, which belongs to the goroutine once it is given up.
func (p *patient) read(size int) {
	if len(p.buf) < size {
		p.buf = make([]byte, size)
	}
	go func() {
		n, err := p.raw.Read(p.buf)
		p.done <- result{n, err}
	}()
	select {
	case got := <-p.done:
		p.take(got)
		return
	case <-p.ctx.Done():
		p.err = p.ctx.Err()
		return
	case <-source.Stopped(p.ctx):
	}
	select {
	case got := <-p.done:
		p.take(got)
	case <-p.ctx.Done():
		p.err = p.ctx.Err()
	case <-time.After(grace):
		p.err = errStopped
	}
}

func (p *patient) take(got result) {
	if got.n < 0 || got.n > len(p.buf) {
		got = result{0, errors.New("reader returned an impossible count")}
	}
	p.rest, p.err = p.buf[:got.n], got.err
}
