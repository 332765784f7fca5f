package source

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"
	"slices"
	"sync"
)

// xzDecoder reads the xz container (The .xz File Format, version 1.2.0); what is in its blocks is lzma2's work.
//
// The container is read here and not by a library because of what it may cost: a library's reader allocates whatever
// dictionary a block asks for, a new one for each block, and keeps a list of all blocks to compare it with the index.
type xzDecoder struct {
	br     *bufio.Reader
	window int64

	streams  int64
	inStream bool
	inBlock  bool

	// of a stream
	flags  byte // which check the blocks have
	blocks xzIndex

	// of a block
	header xzBlock
	check  hash.Hash // nil: none
	size   int64     // decompressed so far
	data   lzma2

	buf [1024]byte // the longest block header
}

// xzBlock is a block's header.
type xzBlock struct {
	length       int64 // of the header itself
	compressed   int64 // -1: not said
	decompressed int64 // -1: not said
	dictionary   int64
}

// xzIndex stands for a list of blocks: equal lists have equal values.
type xzIndex struct {
	blocks uint64
	sum    uint64
}

var crc64Table = crc64.MakeTable(crc64.ECMA)

func (x *xzIndex) add(unpadded, decompressed uint64) {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], unpadded)
	binary.LittleEndian.PutUint64(b[8:], decompressed)
	x.blocks++
	x.sum = crc64.Update(x.sum, crc64Table, b[:])
}

var xzs sync.Pool // of *xzDecoder

func newXZ(br *bufio.Reader, window int64) *xzDecoder {
	x, _ := xzs.Get().(*xzDecoder)
	if x == nil {
		x = new(xzDecoder)
	}
	x.br, x.window = br, window
	x.streams, x.inStream, x.inBlock = 0, false, false
	return x
}

func (x *xzDecoder) release() {
	x.data.rest()
	xzs.Put(x)
}

func (x *xzDecoder) Read(p []byte) (int, error) {
	for {
		var err error
		switch {
		case !x.inStream:
			err = x.beginStream()
		case !x.inBlock:
			err = x.beginBlock()
		default:
			var n int
			n, err = x.data.read(p)
			x.size += int64(n)
			if x.check != nil {
				x.check.Write(p[:n])
			}
			if n > 0 {
				return n, err
			}
			if err == io.EOF {
				err = x.endBlock()
			}
		}
		if err != nil {
			return 0, err
		}
	}
}

const (
	xzHeaderSize = 12
	xzFooterSize = 12
	xzFooter     = "YZ"
)

// The checks a stream's blocks can have. Others are reserved.
const (
	xzNone   = 0
	xzCRC32  = 1
	xzCRC64  = 4
	xzSHA256 = 10
)

// beginStream reads a stream's header. io.EOF is the end of the payload.
func (x *xzDecoder) beginStream() error {
	if x.streams > 0 {
		if err := x.skipPadding(); err != nil {
			return err
		}
	}
	h := x.buf[:xzHeaderSize]
	if err := x.full(h); err != nil {
		return err
	}
	if string(h[:6]) != magicXZ {
		return errTrailing
	}
	if crc32.ChecksumIEEE(h[6:8]) != binary.LittleEndian.Uint32(h[8:]) {
		return errors.New("stream header has a wrong checksum")
	}
	if h[6] != 0 {
		return errors.New("stream flags are reserved")
	}
	switch h[7] {
	case xzNone:
		x.check = nil
	case xzCRC32:
		x.check = crc32.NewIEEE()
	case xzCRC64:
		x.check = crc64.New(crc64Table)
	case xzSHA256:
		x.check = sha256.New()
	default:
		return fmt.Errorf("check of unknown type %d", h[7])
	}
	x.flags, x.blocks = h[7], xzIndex{}
	x.streams++
	x.inStream = true
	return nil
}

// skipPadding passes over zeros, four at a time, up to the next stream or the end, which is io.EOF.
func (x *xzDecoder) skipPadding() error {
	for {
		b, err := x.br.Peek(4)
		switch {
		case len(b) == 0:
			return err
		case b[0] != 0:
			return nil
		case len(b) < 4 && err != nil, !allZero(b):
			return errTrailing
		}
		_, _ = x.br.Discard(4) // they are in the buffer
	}
}

// beginBlock reads a block's header, or the index behind the last block, which ends the stream.
func (x *xzDecoder) beginBlock() error {
	n, err := x.br.ReadByte()
	if err != nil {
		return unexpected(err)
	}
	if n == 0 {
		return x.endStream()
	}
	h := x.buf[:(int(n)+1)*4]
	h[0] = n
	if err := x.full(h[1:]); err != nil {
		return err
	}
	if x.header, err = parseXZBlock(h); err != nil {
		return err
	}
	need := x.header.dictionary
	if x.header.decompressed >= 0 {
		need = min(need, x.header.decompressed)
	}
	if need > x.window {
		return &LimitError{Limit: "Window", Max: x.window}
	}
	x.data.begin(x.br, need)
	if x.check != nil {
		x.check.Reset()
	}
	x.size, x.inBlock = 0, true
	return nil
}

var (
	errXZHeader = errors.New("bad block header")
	errXZIndex  = errors.New("index is not of these blocks")
)

// parseXZBlock parses a block header that is whole (section 3.1).
func parseXZBlock(h []byte) (xzBlock, error) {
	const (
		filters         = 0x03 // their number less one
		reserved        = 0x3c
		hasCompressed   = 0x40
		hasDecompressed = 0x80
		lzma2ID         = 0x21
		maxDictionary   = 40 // 4 GiB less one
	)
	var (
		b     = xzBlock{length: int64(len(h)), compressed: -1, decompressed: -1}
		end   = len(h) - 4
		flags = h[1]
	)
	if crc32.ChecksumIEEE(h[:end]) != binary.LittleEndian.Uint32(h[end:]) {
		return b, errors.New("block header has a wrong checksum")
	}
	r := bytes.NewReader(h[2:end])
	if flags&reserved != 0 {
		return b, errXZHeader
	}
	if flags&hasCompressed != 0 {
		v, err := xzVarint(r)
		if err != nil || v == 0 {
			return b, errXZHeader
		}
		b.compressed = int64(v)
	}
	if flags&hasDecompressed != 0 {
		v, err := xzVarint(r)
		if err != nil {
			return b, errXZHeader
		}
		b.decompressed = int64(v)
	}
	id, err := xzVarint(r)
	if err != nil {
		return b, errXZHeader
	}
	if flags&filters != 0 || id != lzma2ID {
		return b, errors.New("filters other than LZMA2 are not supported")
	}
	size, err := xzVarint(r)
	bits, err2 := r.ReadByte()
	if err != nil || err2 != nil || size != 1 || bits > maxDictionary || !allZero(h[end-r.Len():end]) {
		return b, errXZHeader
	}
	b.dictionary = int64(2|bits&1) << (bits/2 + 11)
	if bits == maxDictionary {
		b.dictionary = 1<<32 - 1
	}
	return b, nil
}

// endBlock reads what stands behind a block's data: padding and check.
func (x *xzDecoder) endBlock() error {
	compressed := x.data.consumed
	if h := x.header; h.compressed >= 0 && h.compressed != compressed || h.decompressed >= 0 && h.decompressed != x.size {
		return errors.New("block is not as large as its header says")
	}
	pad := x.buf[:-compressed&3]
	if err := x.full(pad); err != nil {
		return err
	}
	if !allZero(pad) {
		return errors.New("block padding is not zero")
	}
	checkSize := 0
	if x.check != nil {
		checkSize = x.check.Size()
		sum := x.check.Sum(x.buf[:0])
		if x.flags != xzSHA256 { // the other ones are little endian here
			slices.Reverse(sum)
		}
		got := x.buf[len(sum) : 2*len(sum)]
		if err := x.full(got); err != nil {
			return err
		}
		if !bytes.Equal(got, sum) {
			return errors.New("block has a wrong checksum")
		}
	}
	x.blocks.add(uint64(x.header.length+compressed+int64(checkSize)), uint64(x.size))
	x.inBlock = false
	return nil
}

// endStream reads the index, of which the indicator was read, and the footer (sections 4 and 2.1.2).
func (x *xzDecoder) endStream() error {
	r := &summingReader{r: x.br}
	r.add(0) // the indicator
	blocks, err := xzVarint(r)
	if err != nil {
		return err
	}
	if blocks != x.blocks.blocks {
		return errXZIndex
	}
	var index xzIndex
	for range blocks {
		unpadded, err := xzVarint(r)
		if err != nil {
			return err
		}
		decompressed, err := xzVarint(r)
		if err != nil {
			return err
		}
		index.add(unpadded, decompressed)
	}
	if index != x.blocks {
		return errXZIndex
	}
	for r.n%4 != 0 {
		if b, err := r.ReadByte(); err != nil {
			return unexpected(err)
		} else if b != 0 {
			return errXZIndex
		}
	}
	f := x.buf[:4+xzFooterSize]
	if err := x.full(f); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(f) != r.sum {
		return errors.New("index has a wrong checksum")
	}
	f = f[4:]
	size := (int64(binary.LittleEndian.Uint32(f[4:])) + 1) * 4
	if crc32.ChecksumIEEE(f[4:10]) != binary.LittleEndian.Uint32(f) || size != r.n+4 ||
		f[8] != 0 || f[9] != x.flags || string(f[10:]) != xzFooter {
		return errors.New("bad stream footer")
	}
	x.inStream = false
	return nil
}

// full reads all of p.
func (x *xzDecoder) full(p []byte) error {
	_, err := io.ReadFull(x.br, p)
	return unexpected(err)
}

// summingReader counts what is read and sums it up.
type summingReader struct {
	r   io.ByteReader
	n   int64
	sum uint32
}

func (s *summingReader) ReadByte() (byte, error) {
	b, err := s.r.ReadByte()
	if err == nil {
		s.add(b)
	}
	return b, err
}

func (s *summingReader) add(b byte) {
	s.n++
	s.sum = crc32.Update(s.sum, crc32.IEEETable, []byte{b})
}

// xzVarint reads a number of up to 63 bits (section 1.2).
func xzVarint(r io.ByteReader) (uint64, error) {
	var v uint64
	for shift := 0; shift < 63; shift += 7 {
		b, err := r.ReadByte()
		if err != nil {
			return 0, unexpected(err)
		}
		v |= uint64(b&0x7f) << shift
		if b&0x80 == 0 {
			if b == 0 && shift > 0 {
				break // not the shortest form
			}
			return v, nil
		}
	}
	return 0, errors.New("bad number")
}

func allZero(p []byte) bool {
	for _, b := range p {
		if b != 0 {
			return false
		}
	}
	return true
}
