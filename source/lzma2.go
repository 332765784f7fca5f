package source

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// lzma2 decompresses the data of an xz block: chunks, each with a header that says how long it is on both sides, up to
// an end marker.
//
// One lzma.Reader2 serves for all blocks, and by the pool for all payloads, since the chunk that begins a block resets
// everything. For that it must not see the end markers, and must be asked for no more than a chunk has.
type lzma2 struct {
	br       *bufio.Reader
	consumed int64 // compressed bytes of this block
	begun    bool  // the block had a chunk
	left     int   // decompressed bytes of this chunk that are still to come
	chunk    lzmaChunk
	z        *lzma.Reader2 // over chunk
	capacity int64         // of z's dictionary
}

// begin begins a block.
func (l *lzma2) begin(br *bufio.Reader, dictionary int64) {
	dictionary = max(dictionary, lzma.MinDictCap)
	if l.capacity < dictionary {
		l.z, l.capacity = nil, dictionary
	}
	l.br, l.consumed, l.begun, l.left = br, 0, false, 0
	l.chunk.br = br
}

// rest keeps what can be used for the next payload.
func (l *lzma2) rest() {
	if l.left > 0 {
		l.z = nil // in the middle of a chunk
	}
	if l.z == nil {
		l.capacity = 0
	}
}

// read reads decompressed bytes; io.EOF is the end of the block.
func (l *lzma2) read(p []byte) (int, error) {
	if l.left == 0 {
		if err := l.next(); err != nil {
			return 0, err
		}
	}
	var n int
	var err error
	if l.z == nil {
		l.z, err = lzma.Reader2Config{DictCap: int(l.capacity)}.NewReader2(&l.chunk)
	}
	if err == nil {
		n, err = l.z.Read(p[:min(len(p), l.left)])
	}
	l.left -= n
	switch {
	case err == nil && l.left == 0 && l.chunk.left > 0:
		err = errLZMA
	case err == nil:
		return n, nil
	case l.chunk.cut:
		err = io.ErrUnexpectedEOF
	default:
		err = errLZMA // whose own errors may be io.EOF, or say that the file is truncated
	}
	l.z = nil
	return n, err
}

var errLZMA = errors.New("bad LZMA2 data")

// next reads a chunk's header; io.EOF is the end marker.
func (l *lzma2) next() error {
	const (
		endMarker    = 0x00
		storedReset  = 0x01 // resets the dictionary
		stored       = 0x02
		compressed   = 0x80
		properties   = 0xc0 // from here on with a byte of properties
		resetsAll    = 0xe0
		maxLiteral   = 4 // bits of lc and lp together
		maxPropertyC = 224
	)
	h := &l.chunk.header
	control, err := l.br.ReadByte()
	if err != nil {
		return unexpected(err)
	}
	h[0] = control
	l.consumed++
	size := 3
	switch {
	case control == endMarker:
		return io.EOF
	case !l.begun && control != storedReset && control < resetsAll, stored < control && control < compressed:
		return errLZMA
	case control >= properties:
		size = 6
	case control >= compressed:
		size = 5
	}
	if _, err := io.ReadFull(l.br, h[1:size]); err != nil {
		return unexpected(err)
	}
	l.left = int(binary.BigEndian.Uint16(h[1:])) + 1
	l.chunk.left = l.left
	if control >= compressed {
		l.left += int(control&0x1f) << 16
		l.chunk.left = int(binary.BigEndian.Uint16(h[3:])) + 1
	}
	// More than LZMA2 allows makes the library allocate 6 MB for each chunk.
	if size == 6 && (h[5] > maxPropertyC || h[5]%9+h[5]/9%5 > maxLiteral) {
		l.left = 0
		return errLZMA
	}
	l.consumed += int64(size - 1 + l.chunk.left)
	l.chunk.ahead = h[:size]
	l.begun, l.chunk.cut = true, false
	return nil
}

// lzmaChunk is what the library may read: one chunk and no byte more.
type lzmaChunk struct {
	br     *bufio.Reader
	header [6]byte
	ahead  []byte // of header
	left   int    // compressed bytes
	cut    bool   // the payload ended in this chunk
}

func (c *lzmaChunk) Read(p []byte) (int, error) {
	if len(c.ahead) > 0 {
		n := copy(p, c.ahead)
		c.ahead = c.ahead[n:]
		return n, nil
	}
	if c.left == 0 {
		return 0, io.EOF
	}
	n, err := c.br.Read(p[:min(len(p), c.left)])
	c.left -= n
	c.cut = err == io.EOF
	return n, err
}
