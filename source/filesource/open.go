package filesource

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/streamalert/streamalert-go/source"
)

// opener opens a payload's body.
type opener = func(context.Context, *source.Payload) (io.ReadCloser, error)

// openRegular opens what was a regular file when it was found.
func (r *run) openRegular(open func(flag int) (*os.File, error)) opener {
	return func(ctx context.Context, p *source.Payload) (io.ReadCloser, error) {
		place := p.Origin.Place
		// Without waiting, in case it has become a pipe.
		f, err := open(os.O_RDONLY | syscall.O_NONBLOCK)
		if err != nil {
			return nil, pathError(place, err)
		}
		info, err := f.Stat()
		if err == nil && !info.Mode().IsRegular() {
			err = errors.New("is no regular file any more")
		}
		if err != nil {
			_ = f.Close()
			return nil, pathError(place, err)
		}
		p.Origin.ID, p.Size = identity(info), info.Size()
		return r.body(ctx, place, f, f.Close)
	}
}

// identity is other for a file that was written to or exchanged.
func identity(info fs.FileInfo) string {
	t := info.ModTime()
	return fmt.Sprintf("%d-%d.%09d", info.Size(), t.Unix(), t.Nanosecond())
}

var errOpenedTwice = errors.New("can be read only once, and was opened before")

// openStream opens a named pipe or a device.
func (r *run) openStream(path string, mode fs.FileMode) opener {
	opened := false
	return func(ctx context.Context, p *source.Payload) (io.ReadCloser, error) {
		place := p.Origin.Place
		if opened {
			return nil, pathError(place, errOpenedTwice)
		}
		f, err := wait(ctx, path, mode)
		if err != nil {
			return nil, pathError(place, err)
		}
		opened = true
		// A deadline ends a Read that waits for the other side.
		stop := context.AfterFunc(ctx, func() { _ = f.SetReadDeadline(time.Now()) })
		return r.body(ctx, place, f, func() error {
			stop()
			return f.Close()
		})
	}
}

// wait opens a pipe, for which it has to wait for a writer, or a device.
func wait(ctx context.Context, path string, mode fs.FileMode) (*os.File, error) {
	if mode&fs.ModeNamedPipe == 0 {
		return os.Open(path)
	}
	opened := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		// Only a writer ends the wait, so this is one for a moment. It fails while nobody waits yet.
		for {
			if w, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
				_ = w.Close()
			}
			select {
			case <-opened:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	f, err := os.Open(path)
	close(opened)
	if stop() || err != nil {
		return f, err
	}
	_ = f.Close()
	return nil, ctx.Err()
}

// openStdin opens standard input.
func (r *run) openStdin(ctx context.Context, p *source.Payload) (io.ReadCloser, error) {
	if r.stdin {
		return nil, pathError(p.Origin.Place, errOpenedTwice)
	}
	r.stdin = true
	in := r.Stdin
	if in == nil {
		in = os.Stdin
	}
	return r.body(ctx, p.Origin.Place, &patient{r: in, ctx: ctx, done: make(chan result, 1)}, func() error { return nil })
}

// body decompresses what is read of r. It ends with ctx.
func (r *run) body(ctx context.Context, place string, raw io.Reader, closeRaw func() error) (io.ReadCloser, error) {
	dec, err := source.Decompress(&reader{raw: raw, ctx: ctx, progress: r.Progress}, r.Limits)
	if err != nil {
		_ = closeRaw()
		return nil, pathError(place, err)
	}
	return &body{dec, closeRaw}, nil
}

type body struct {
	io.ReadCloser
	closeRaw func() error
}

func (b *body) Close() error { return errors.Join(b.ReadCloser.Close(), b.closeRaw()) }

// reader reads until ctx ends.
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
	if ctxErr := r.ctx.Err(); err != nil && err != io.EOF && ctxErr != nil {
		err = ctxErr // the deadline that openStream sets
	}
	return n, err
}

// patient reads in goroutines, so that the end of ctx need not wait for a Read of r.
type patient struct {
	r    io.Reader
	ctx  context.Context
	buf  []byte
	rest []byte // of buf
	err  error
	done chan result
}

type result struct {
	n   int
	err error
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

// read reads up to size bytes. After ctx has ended buf belongs to a Read that may go on.
func (p *patient) read(size int) {
	if len(p.buf) < size {
		p.buf = make([]byte, size)
	}
	go func() {
		n, err := p.r.Read(p.buf)
		p.done <- result{n, err}
	}()
	select {
	case got := <-p.done:
		if got.n < 0 || got.n > len(p.buf) {
			got.n = 0
		}
		p.rest, p.err = p.buf[:got.n], got.err
	case <-p.ctx.Done():
		p.err = p.ctx.Err()
	}
}
