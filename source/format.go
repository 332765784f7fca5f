package source

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/zlib"
)

// The formats, by the names that errors have for them.
const (
	formatPlain = "plain"
	formatGzip  = "gzip"
	formatZlib  = "zlib"
	formatZstd  = "zstd"
	formatBzip2 = "bzip2"
	formatXZ    = "xz"
)

const (
	magicGzip      = "\x1f\x8b"
	magicZstd      = "\x28\xb5\x2f\xfd"
	magicSkippable = "\x2a\x4d\x18" // behind a byte from 0x50 to 0x5f
	magicXZ        = "\xfd7zXZ\x00"
	magicBzip2     = "BZh"                      // and the level, '1' to '9'; then one of these:
	bzip2Block     = "\x31\x41\x59\x26\x53\x59" // the first block
	bzip2End       = "\x17\x72\x45\x38\x50\x90" // no block at all
)

// detect tells the format by the first bytes. It asks for no more of them than it needs, so that a plain line from a
// terminal or a pipe is not held up. Where the input fails it returns any format.
func detect(br *bufio.Reader) string {
	first, _ := br.Peek(1)
	if len(first) == 0 {
		return formatPlain
	}
	switch b := first[0]; {
	case b == magicGzip[0] && isGzip(br):
		return formatGzip
	case b == magicZstd[0] && begins(br, 0, magicZstd):
		return formatZstd
	case b&0xf0 == 0x50 && begins(br, 1, magicSkippable):
		return formatZstd
	case b == magicXZ[0] && begins(br, 0, magicXZ):
		return formatXZ
	case b == magicBzip2[0] && isBzip2(br):
		return formatBzip2
	case b&0x0f == 8 && b>>4 <= 7 && isZlib(br):
		return formatZlib
	}
	return formatPlain
}

// begins says whether magic stands at offset at.
func begins(br *bufio.Reader, at int, magic string) bool {
	for i := range len(magic) {
		end := at + i + 1
		if b, _ := br.Peek(end); len(b) < end || b[end-1] != magic[i] {
			return false
		}
	}
	return true
}

// isGzip wants the method to be deflate, where the file reaches that far: one that is cut before it is a broken gzip.
func isGzip(br *bufio.Reader) bool {
	if !begins(br, 0, magicGzip) {
		return false
	}
	b, _ := br.Peek(3)
	return len(b) < 3 || b[2] == 8
}

func isBzip2(br *bufio.Reader) bool {
	if !begins(br, 0, magicBzip2) {
		return false
	}
	if b, _ := br.Peek(4); len(b) < 4 || b[3] < '1' || b[3] > '9' {
		return false
	}
	return begins(br, 4, bzip2Block) || begins(br, 4, bzip2End)
}

// zlibProbe is how much of a payload with the header of zlib must inflate for it to be zlib.
const zlibProbe = 1 << 10

// isZlib inflates the beginning: the header is two bytes of which some begin a text as well (x^, HK, 8O).
func isZlib(br *bufio.Reader) bool {
	const presetDictionary = 0x20 // which nobody has
	if h, _ := br.Peek(2); len(h) < 2 || (int(h[0])<<8|int(h[1]))%31 != 0 || h[1]&presetDictionary != 0 {
		return false
	}
	b, _ := br.Peek(zlibProbe)
	return inflates(b)
}

// inflates says whether b is the beginning of a zlib stream or, where it is shorter than the probe, all of one. A
// short one may be cut or have a bad checksum, then it is broken; but something of it must inflate.
func inflates(b []byte) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	d := newZlib(nil)
	if err := d.reset(bytes.NewReader(b)); err != nil {
		return false
	}
	n, err := io.Copy(io.Discard, d.z)
	d.release()
	switch {
	case err == nil, errors.Is(err, zlib.ErrChecksum):
		return true
	case errors.Is(err, io.ErrUnexpectedEOF):
		return len(b) == zlibProbe || n > 0
	}
	return false
}
