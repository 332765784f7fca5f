package filesource

import (
	"cmp"
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
		f, err := openWaiting(ctx, path, mode)
		if err != nil {
			return nil, pathError(place, err)
		}
		opened = true
		return r.body(ctx, place, newPatient(ctx, f), f.Close)
	}
}

// openWaiting opens a device, or a pipe, for which it may have to wait for a writer.
func openWaiting(ctx context.Context, path string, mode fs.FileMode) (*os.File, error) {
	if mode&fs.ModeNamedPipe == 0 {
		return os.Open(path)
	}
	opened, gaveUp := make(chan struct{}), make(chan error)
	go func() {
		select {
		case <-opened:
			gaveUp <- nil
			return
		case <-ctx.Done():
		case <-source.Stopped(ctx):
		}
		actAsWriter(path, opened)
		gaveUp <- cmp.Or(ctx.Err(), errStopped)
	}()
	f, err := os.Open(path)
	close(opened)
	if ended := <-gaveUp; ended != nil && err == nil {
		_ = f.Close()
		return nil, ended
	}
	return f, err
}

// actAsWriter ends a wait for a writer by being one for a moment, which fails while nobody waits yet.
func actAsWriter(path string, opened <-chan struct{}) {
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
	return r.body(ctx, p.Origin.Place, newPatient(ctx, in), func() error { return nil })
}
