package streamalert

import (
	"context"
	"io"
	"io/fs"
	"runtime"
	"sync"

	"github.com/streamalert/streamalert-go/source"
)

// portionSize is how much is read ahead at once, in bytes, and maxReadAhead the most that Pipeline.ReadAhead can ask for.
const (
	portionSize  = 128 << 10
	maxReadAhead = 64 << 20
)

// open opens a payload, whose body is read ahead where the pipeline asks for it.
func (h *handling) open(ctx context.Context, pl *source.Payload) (io.ReadCloser, error) {
	if h.p.ReadAhead <= 0 {
		return pl.Open(ctx)
	}
	ctx, cancel := context.WithCancel(ctx)
	body, err := pl.Open(ctx)
	if err != nil {
		cancel()
		return nil, err
	}
	return readAhead(body, cancel, h.p.ReadAhead, &h.p.portions), nil
}

// ahead is a body that a goroutine of its own reads, some portions before they are asked for. It gives what the body gives:
// the same bytes before the same error, and what the body does instead of returning.
type ahead struct {
	body   io.ReadCloser
	cancel context.CancelFunc // of what the body was opened under
	pool   *sync.Pool         // of *[portionSize]byte
	full   chan portion       // has room for all there are
	free   chan *[portionSize]byte
	spare  int           // how many more may be made
	quit   chan struct{} // closed where nothing more will be asked for

	now  portion // of which rest is left
	rest []byte
}

// portion is what one read of the body came to.
type portion struct {
	buf *[portionSize]byte
	n   int
	err error // the last one has an error or instead
	// instead is what the body did instead of returning: it panics, or ends the goroutine.
	instead func()
}

func readAhead(body io.ReadCloser, cancel context.CancelFunc, size int, pool *sync.Pool) *ahead {
	// One is being consumed while as many as are asked for are full.
	portions := 1 + (min(size, maxReadAhead)+portionSize-1)/portionSize
	a := &ahead{
		body: body, cancel: cancel, pool: pool, spare: portions,
		full: make(chan portion, portions+1), free: make(chan *[portionSize]byte, portions), quit: make(chan struct{}),
	}
	go a.fill()
	return a
}

func (a *ahead) fill() {
	returned := true
	defer close(a.full)
	defer func() {
		if returned {
			return
		}
		v := recover()
		a.full <- portion{instead: func() {
			if v == nil {
				runtime.Goexit()
			}
			panic(v)
		}}
	}()
	for {
		p := portion{buf: a.buffer()}
		if p.buf == nil {
			return
		}
		returned = false
		p.n, p.err = a.body.Read(p.buf[:])
		returned = true
		if p.n < 0 || p.n > portionSize {
			p.n, p.err = 0, io.ErrShortBuffer // a broken reader
		}
		a.full <- p
		if p.err != nil {
			return
		}
	}
}

// buffer is one to read into; nil where nothing more will be asked for.
func (a *ahead) buffer() *[portionSize]byte {
	select {
	case <-a.quit:
		return nil
	case buf := <-a.free:
		return buf
	default:
	}
	if a.spare > 0 {
		a.spare--
		if buf, ok := a.pool.Get().(*[portionSize]byte); ok {
			return buf
		}
		return new([portionSize]byte)
	}
	select {
	case <-a.quit:
		return nil
	case buf := <-a.free:
		return buf
	}
}

// Read waits for the next portion, no longer than the body's own would.
func (a *ahead) Read(b []byte) (int, error) {
	if len(a.rest) == 0 && a.now.err == nil && a.now.instead == nil {
		if a.now.buf != nil {
			a.free <- a.now.buf
		}
		a.now = <-a.full
		if a.now.buf != nil {
			a.rest = a.now.buf[:a.now.n]
		}
	}
	if a.now.instead != nil {
		a.now.instead()
	}
	n := copy(b, a.rest)
	a.rest = a.rest[n:]
	if len(a.rest) > 0 {
		return n, nil
	}
	return n, a.now.err
}

// Close ends what the body is doing, waits for that, and closes the body.
func (a *ahead) Close() error {
	close(a.quit)
	a.cancel()
	if a.now.buf != nil {
		a.pool.Put(a.now.buf)
	}
	a.now, a.rest = portion{err: fs.ErrClosed}, nil
	for p := range a.full {
		if p.buf != nil {
			a.pool.Put(p.buf)
		}
	}
	for {
		select {
		case buf := <-a.free:
			a.pool.Put(buf)
			continue
		default:
		}
		return a.body.Close()
	}
}
