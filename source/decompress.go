package source

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strings"
	"sync"
)

// Limits bound what reading a payload may cost. The zero value has the defaults, a negative value is no limit.
type Limits struct {
	// Size is the largest payload in bytes, decompressed. Default: 64 GiB.
	Size int64
	// Ratio is the most decompressed bytes for each compressed byte, considered only after the first 64 MiB of output.
	// Default: 1,100. gzip and zlib cannot exceed 1,032, so what it refuses is what zstd, bzip2 and xz can do beyond.
	Ratio int64
	// Window is the largest zstd window or xz dictionary in bytes that is allocated. Default: 64 MiB, which is what the
	// tools ask for at their highest levels (of zstd the highest without --ultra or --long).
	Window int64
}

// Defaults of Limits, and the output from which on Ratio is considered.
const (
	defaultSize   = 64 << 30
	defaultRatio  = 1100
	defaultWindow = 64 << 20
	ratioFree     = 64 << 20
)

func (l Limits) orDefaults() Limits {
	return Limits{
		Size:   orDefault(l.Size, defaultSize),
		Ratio:  orDefault(l.Ratio, defaultRatio),
		Window: orDefault(l.Window, defaultWindow),
	}
}

func orDefault(limit, ifZero int64) int64 {
	switch {
	case limit == 0:
		return ifZero
	case limit < 0:
		return math.MaxInt64
	}
	return limit
}

// LimitError is a payload that exceeds one of its [Limits].
type LimitError struct {
	Limit  string // the field of Limits: "Size", "Ratio" or "Window"
	Max    int64  // its value
	Offset int64  // where it was exceeded, in the decompressed payload
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("source: limit %s of %d exceeded at decompressed offset %d", e.Limit, e.Max, e.Offset)
}

// Decompress takes one layer of compression off r: gzip (of any number of members), zstd (of frames), bzip2 (of
// streams), xz (of streams) or zlib. The bytes alone decide, never a name. What is none of these, or only begins like
// it, is read as it is, and so are the layers below. zlib, whose magic is weak, is what has a valid header and
// inflates for its first kilobyte.
//
// It reads as much of r as it needs to tell the format; the error it then returns is r's. What was decompressed before
// a failure is always delivered first. There are two kinds of failure, of which the reader returns the same again from
// then on:
//
//   - r returned an error other than io.EOF: it is returned, wrapped, and is transient;
//   - r ended, and the bytes are bad: a [*Permanent], with the offset in the decompressed payload. Of what is cut off
//     io.ErrUnexpectedEOF is found by errors.Is, of what exceeds a limit a [*LimitError] by errors.As.
//
// Zeros behind a gzip file are tolerated as gzip(1) does, all else behind the compressed data is an error. zstd, bzip2
// and xz decompress by blocks (of xz its chunks), of which one that is cut off is lost as a whole.
//
// Close gives the decoder's memory back for the next payload, and does not close r; reading after it is an error.
// The reader is used by one goroutine at a time, and starts none. Its memory is a few ten kB for gzip and zlib, 4 MB
// for bzip2, and the window that the data asks for with zstd and xz.
func Decompress(r io.Reader, l Limits) (io.ReadCloser, error) {
	d := &decompressor{in: input{r: r}, limits: l.orDefaults()}
	d.br, _ = buffers.Get().(*bufio.Reader)
	if d.br == nil {
		d.br = bufio.NewReaderSize(nil, bufferSize)
	}
	d.br.Reset(&d.in)
	f := detect(d.br)
	if d.in.failed() {
		d.Close()
		return nil, fmt.Errorf("source: read: %w", d.in.err)
	}
	d.format = f
	d.dec = d.newDecoder(f)
	return d, nil
}

// bufferSize is for compressed bytes. It must hold what zlib is told by.
const bufferSize = 32 << 10

var buffers sync.Pool // of *bufio.Reader

// decoder is one format. Read returns the payload, io.EOF at its end, and else errors about the bytes; those of the
// input are found out by input itself. A decoder can be released after an error, but not after a panic.
type decoder interface {
	io.Reader
	release()
}

// decompressor is what all formats have in common: limits, offsets, and which failure is whose.
type decompressor struct {
	in     input
	br     *bufio.Reader // over in
	format string
	dec    decoder
	limits Limits
	off    int64 // in the decompressed payload
	busy   bool  // in dec, or left it by a panic
	closed bool
	err    error // what every further Read returns
}

func (d *decompressor) newDecoder(f string) decoder {
	switch f {
	case formatGzip:
		return newGzip(d.br)
	case formatZlib:
		return newZlib(d.br)
	case formatZstd:
		return newZstd(d.br, d.limits.Window)
	case formatBzip2:
		return newBzip2(d.br)
	case formatXZ:
		return newXZ(d.br, d.limits.Window)
	}
	return &plain{in: &d.in, br: d.br}
}

var errClosed = fmt.Errorf("source: read of a closed payload: %w", fs.ErrClosed)

// Read fills p as far as it can without waiting for more of the payload: a decoder gives a few ten kB at a time at most,
// and who looks for records in them wants more.
func (d *decompressor) Read(p []byte) (n int, err error) {
	for {
		m, err := d.read(p[n:])
		n += m
		if err != nil || m == 0 || n == len(p) || d.br.Buffered() == 0 {
			return n, err
		}
	}
}

func (d *decompressor) read(p []byte) (int, error) {
	if d.err != nil || len(p) == 0 {
		return 0, d.err
	}
	left := d.limits.Size - d.off
	if left == 0 {
		d.err = d.atSizeLimit()
		return 0, d.err
	}
	n, err := d.decode(p[:min(int64(len(p)), left)])
	d.off += int64(n)
	switch consumed := d.in.n - int64(d.br.Buffered()); {
	case err != nil:
		d.err = d.failure(err)
	case d.off > ratioFree && d.off/d.limits.Ratio > consumed:
		d.err = d.failure(&LimitError{Limit: "Ratio", Max: d.limits.Ratio})
	}
	return n, d.err
}

// atSizeLimit is how a payload ends that has as many bytes as it may have: well, if there are no more.
func (d *decompressor) atSizeLimit() error {
	var more [1]byte
	n, err := d.decode(more[:])
	if n > 0 {
		err = &LimitError{Limit: "Size", Max: d.limits.Size}
	}
	return d.failure(err)
}

// decode reads from the decoder, whose panics are errors about the bytes: it is other people's code on hostile input.
// A panic of the payload's reader is not ours, and goes on its way.
func (d *decompressor) decode(p []byte) (n int, err error) {
	d.busy = true
	defer func() {
		if !d.busy || d.in.busy {
			return
		}
		if v := recover(); v != nil {
			n, err = 0, fmt.Errorf("decoder panicked: %v", v)
		}
	}()
	n, err = d.dec.Read(p)
	d.busy = false
	return n, err
}

// failure says whose fault an error of the decoder is. The input's own error always comes first: what a decoder makes
// of a broken connection may look like a truncated file, or like the end.
func (d *decompressor) failure(err error) error {
	var limit *LimitError
	switch {
	case err == nil:
		return nil
	case d.in.failed():
		return fmt.Errorf("source: read at decompressed offset %d: %w", d.off, d.in.err)
	case err == io.EOF:
		return io.EOF
	case errors.As(err, &limit):
		limit.Offset = d.off
		return &Permanent{Err: limit}
	}
	cut := d.in.err == io.EOF && d.br.Buffered() == 0 && errors.Is(err, io.ErrUnexpectedEOF)
	return &Permanent{Err: &formatError{format: d.format, cut: cut, offset: d.off, err: err}}
}

// Close never fails.
func (d *decompressor) Close() error {
	if d.closed {
		return nil
	}
	d.closed, d.err = true, errClosed
	if d.busy {
		return nil // what a panic left behind is nobody's
	}
	if d.dec != nil {
		d.dec.release()
	}
	d.br.Reset(nil)
	buffers.Put(d.br)
	return nil
}

// formatError is compressed data that cannot be decompressed.
type formatError struct {
	format string
	cut    bool // the data ends too early
	offset int64
	err    error
}

func (e *formatError) Error() string {
	what := strings.TrimPrefix(e.err.Error(), e.format+": ")
	if e.cut {
		what = "truncated"
	}
	return fmt.Sprintf("source: %s: %s at decompressed offset %d", e.format, what, e.offset)
}

func (e *formatError) Unwrap() error { return e.err }

// input counts what is read of a payload, and remembers how it ended.
type input struct {
	r    io.Reader
	n    int64
	err  error
	busy bool // in r, or left it by a panic
}

// failed says that the payload could not be read to its end.
func (in *input) failed() bool { return in.err != nil && in.err != io.EOF }

// Read returns bytes or an error, never both or neither.
func (in *input) Read(p []byte) (int, error) {
	const patience = 100 // as in bufio
	for range patience {
		if in.err != nil {
			return 0, in.err
		}
		in.busy = true
		n, err := in.r.Read(p)
		in.busy = false
		if n < 0 || n > len(p) {
			n, err = 0, errors.New("reader returned an impossible count")
		}
		in.n += int64(n)
		in.err = err
		if n > 0 {
			return n, nil
		}
	}
	in.err = io.ErrNoProgress
	return 0, in.err
}
