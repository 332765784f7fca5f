package source

import (
	"bufio"
	"compress/bzip2"
	"errors"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

var errTrailing = errors.New("trailing garbage")

// plain is what is not compressed. Once what detect had to look at is read, nothing is copied.
type plain struct {
	in *input
	br *bufio.Reader
}

func (d *plain) Read(p []byte) (int, error) {
	if d.br.Buffered() > 0 {
		return d.br.Read(p)
	}
	return d.in.Read(p)
}

func (d *plain) release() {}

// gzipDecoder reads member by member, because gzip.Reader's own way takes padding for a bad member.
type gzipDecoder struct {
	z        gzip.Reader
	br       *bufio.Reader
	members  int64
	inMember bool
}

var gzips sync.Pool // of *gzipDecoder

func newGzip(br *bufio.Reader) *gzipDecoder {
	d, _ := gzips.Get().(*gzipDecoder)
	if d == nil {
		d = new(gzipDecoder)
	}
	d.br, d.members, d.inMember = br, 0, false
	return d
}

func (d *gzipDecoder) release() { gzips.Put(d) }

func (d *gzipDecoder) Read(p []byte) (int, error) {
	for {
		if !d.inMember {
			if err := d.next(); err != nil {
				return 0, err
			}
		}
		n, err := d.z.Read(p)
		if err == io.EOF {
			d.inMember, err = false, nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// next begins a member. io.EOF is the end of the payload.
func (d *gzipDecoder) next() error {
	if d.members > 0 {
		if err := d.atEnd(); err != nil {
			return err
		}
	}
	d.members++
	if err := d.z.Reset(d.br); err != nil {
		return unexpected(err)
	}
	d.z.Multistream(false)
	d.inMember = true
	return nil
}

// atEnd is nil where another member follows. gzip(1) passes over zeros, which tapes and block devices leave behind,
// but over no member behind them.
func (d *gzipDecoder) atEnd() error {
	b, err := d.br.Peek(1)
	if err != nil {
		return err
	}
	if b[0] != 0 {
		if b, _ = d.br.Peek(len(magicGzip)); string(b) != magicGzip[:len(b)] {
			return errTrailing
		}
		return nil
	}
	for {
		switch c, err := d.br.ReadByte(); {
		case err != nil:
			return err
		case c != 0:
			return errTrailing
		}
	}
}

// zlibDecoder reads one stream.
type zlibDecoder struct {
	z       io.ReadCloser // a zlib.Resetter
	br      *bufio.Reader
	started bool
}

var zlibs sync.Pool // of *zlibDecoder

func newZlib(br *bufio.Reader) *zlibDecoder {
	d, _ := zlibs.Get().(*zlibDecoder)
	if d == nil {
		d = new(zlibDecoder)
	}
	d.br, d.started = br, false
	return d
}

func (d *zlibDecoder) release() { zlibs.Put(d) }

// reset begins the stream in r, an io.ByteReader.
func (d *zlibDecoder) reset(r io.Reader) (err error) {
	if d.z == nil {
		d.z, err = zlib.NewReader(r)
		return err
	}
	return d.z.(zlib.Resetter).Reset(r, nil)
}

func (d *zlibDecoder) Read(p []byte) (int, error) {
	if !d.started {
		if err := d.reset(d.br); err != nil {
			return 0, err
		}
		d.started = true
	}
	n, err := d.z.Read(p)
	if err != io.EOF {
		return n, err
	}
	if _, err = d.br.Peek(1); err == nil {
		err = errTrailing
	}
	return n, err
}

// zstdDecoder has memory for the largest window it has met.
type zstdDecoder struct {
	z      *zstd.Decoder
	window int64
	err    error
}

var zstds sync.Pool // of *zstdDecoder

func newZstd(br *bufio.Reader, window int64) *zstdDecoder {
	// The decoder's own bounds: a kilobyte, and 3.75 TB. 4 GB is twice what the zstd tool can be asked to make.
	window = min(max(window, zstd.MinWindowSize), 4<<30)
	d, _ := zstds.Get().(*zstdDecoder)
	if d == nil {
		d = new(zstdDecoder)
		// No goroutine is started with a concurrency of one. The options are valid, so there is no error.
		d.z, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
	}
	d.err = nil
	if d.window == window {
		_ = d.z.Reset(br) // fails after its Close only
		return d
	}
	d.window = window
	_ = d.z.ResetWithOptions(br, zstd.WithDecoderMaxWindow(uint64(window)))
	return d
}

func (d *zstdDecoder) release() {
	_ = d.z.Reset(nil)
	zstds.Put(d)
}

func (d *zstdDecoder) Read(p []byte) (int, error) {
	if d.err == nil {
		n, err := d.z.Read(p)
		if n > 0 || err == nil || err == io.EOF {
			return n, err
		}
		d.err = err
		if errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) {
			d.err = &LimitError{Limit: "Window", Max: d.window}
		}
	}
	// A frame's last block is held back where the frame's checksum is wrong, until it is asked for again.
	if n, _ := d.z.Read(p); n > 0 {
		return n, nil
	}
	return 0, d.err
}

// bzip2Decoder cannot be used again, so it is in no pool.
type bzip2Decoder struct{ io.Reader }

func newBzip2(br *bufio.Reader) bzip2Decoder { return bzip2Decoder{bzip2.NewReader(br)} }

func (bzip2Decoder) release() {}

// unexpected is for an end where there must be more.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
