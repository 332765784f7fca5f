// Package filesource delivers files: single ones, whole folders, and standard input.
//
// Each file is a payload, in a batch of its own. Its [parse.Origin] has the Kind "file"; the Place is the path with
// forward slashes, as it was given, or as a folder was given and the path below it (the folder "." is left out); the ID
// is made of size and modification time, and is there once the payload was opened. So a file that was rotated or
// written to is another origin, and raises alerts with other IDs even where its first lines are the same: a
// duplicate is cheaper than an alert that a sink takes for a repetition and drops.
//
// Standard input has the Place "-" and no ID, since nothing tells one input from the next. Its alerts have IDs made of
// rule and offset alone: a sink that deduplicates drops an alert where an earlier input raised the same rule's at the
// same offset. Where that matters, store the input in a file first. The same goes for named pipes and devices.
package filesource

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
)

// Source delivers the files of Paths, one after the other, and ends. It keeps no state, so that runs at the same time
// have only Stdin and Progress in common.
type Source struct {
	// Paths are files, folders, or "-" for standard input (a file of that name is "./-").
	//
	// A folder is walked to its depths, each folder's entries in lexical order. Regular files are delivered; symbolic
	// links, devices, pipes and sockets are passed over. Nothing outside of the folder is read, even if somebody
	// exchanges a file for a link meanwhile. Memory does not grow with the number of files.
	//
	// What is named itself may be a symbolic link, and a named pipe or a device, which is read as standard input is.
	Paths []string
	// Stdin is what "-" reads. Default: os.Stdin. It is read once: a payload of it cannot be opened again, nor can
	// "-" be named twice. A Read that waits for more when the context ends or Stop comes is given up: the payload ends
	// with a transient error, and the goroutine that waits when its Read returns.
	Stdin io.Reader
	// Limits bound what a compressed file may cost.
	Limits source.Limits
	// Progress, where it is set, is told how many bytes as stored were read since it was told last, by the goroutine that
	// reads the payload. A payload that is opened again counts again.
	Progress func(read int64)
}

// Error is a file that could not be read or was not accepted, or a folder that could not be listed.
type Error struct {
	Path string // with forward slashes, the Place of the file's origin
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("filesource: %q: %v", e.Path, e.Err) }
func (e *Error) Unwrap() error { return e.Err }

// maxErrors bounds what Run keeps in memory.
const maxErrors = 1000

// Run delivers the files to h, which is called by one goroutine, Run's own. A file that cannot be read or is not
// accepted does not keep it from the others. It returns nil when all are accepted, else an [*Error] for each that is
// not, joined; beyond the first 1,000 only their number. When ctx ends, its error is among them. At the first moment
// of stopping ([source.WithStop]) Run returns after the file at hand; the rest is no error.
//
// A file that cannot be opened or read, or vanished since it was listed, is a transient error of its payload; one that
// cannot be decompressed is a [*source.Permanent].
func (s *Source) Run(ctx context.Context, h source.Handler) error {
	r := &run{Source: s, handler: h, listed: maxListed}
	return r.all(ctx)
}

// run is one call of Run.
type run struct {
	*Source
	handler   source.Handler
	listed    int  // names of a folder that are in memory
	stdin     bool // opened
	errs      []error
	uncounted int
}

func (r *run) all(ctx context.Context) error {
	for _, path := range r.Paths {
		if !r.path(ctx, path) {
			break
		}
	}
	if r.uncounted > 0 {
		r.errs = append(r.errs, fmt.Errorf("filesource: %d more errors", r.uncounted))
	}
	return errors.Join(append(r.errs, ctx.Err())...)
}

// path delivers what is at a path. As for folder, entry and deliver, false means that the run is to end.

func (r *run) path(ctx context.Context, path string) bool {
	if ended(ctx) {
		return false
	}
	place := filepath.ToSlash(path)
	if path == "-" {
		return r.deliver(ctx, place, r.openStdin)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		r.fail(place, err)
		return true
	case info.IsDir():
		return r.folder(ctx, path, ".")
	case info.Mode().IsRegular():
		return r.deliver(ctx, place, r.openRegular(func(flag int) (*os.File, error) {
			return os.OpenFile(path, flag, 0)
		}))
	}
	return r.deliver(ctx, place, r.openStream(path, info.Mode()))
}

// folder walks dir, a path below base.
func (r *run) folder(ctx context.Context, base, dir string) bool {
	after := ""
	for {
		entries, next, err := list(ctx, base, dir, after, r.listed)
		for _, e := range entries {
			if !r.entry(ctx, base, below(dir, e.name), e.mode) {
				return false
			}
		}
		if err != nil && ctx.Err() == nil {
			r.fail(below(filepath.ToSlash(base), dir), err)
		}
		if next == "" {
			return !ended(ctx)
		}
		after = next
	}
}

func (r *run) entry(ctx context.Context, base, path string, mode fs.FileMode) bool {
	switch {
	case ended(ctx):
		return false
	case mode.IsDir():
		return r.folder(ctx, base, path)
	case mode.IsRegular():
		place := below(filepath.ToSlash(base), path)
		return r.deliver(ctx, place, r.openRegular(func(flag int) (*os.File, error) {
			return openBelow(base, path, flag)
		}))
	}
	return true
}

// below is a path below dir.
func below(dir, path string) string {
	switch {
	case path == ".":
		return dir
	case dir == ".":
		return path
	case strings.HasSuffix(dir, "/"):
		return dir + path
	}
	return dir + "/" + path
}

func (r *run) deliver(ctx context.Context, place string, open opener) bool {
	p := source.NewPayload(parse.Origin{Kind: "file", Place: place}, open)
	err := r.handler(ctx, []*source.Payload{p})
	if err := source.Failed(err, 1)[0]; err != nil {
		r.fail(place, err)
	}
	return !ended(ctx)
}

// fail notes an error, which then names the path once.
func (r *run) fail(path string, err error) {
	if len(r.errs) == maxErrors {
		r.uncounted++
		return
	}
	var e *Error
	if !errors.As(err, &e) || e.Path != path {
		err = pathError(path, err)
	}
	r.errs = append(r.errs, err)
}

// pathError leaves out the path that the operating system's error has.
func pathError(path string, err error) *Error {
	if e, ok := err.(*fs.PathError); ok { //nolint:errorlint // one that is wrapped has words around it that stay
		err = fmt.Errorf("%s: %w", e.Op, e.Err)
	}
	return &Error{Path: path, Err: err}
}

// ended tells whether the context or the first moment of stopping has come.
func ended(ctx context.Context) bool {
	select {
	case <-source.Stopped(ctx):
		return true
	default:
		return ctx.Err() != nil
	}
}
