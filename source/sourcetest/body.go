package sourcetest

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/source"
)

// Body is some bytes that the source has to deliver.
type Body struct {
	// Group is the order domain (shard, message group) to put the body into; "" where the source has none.
	Group string
	// Size is the number of bytes as stored.
	Size int64

	open func() io.Reader
}

// Open reads the bytes as they are to be stored, each time from the start.
func (b Body) Open() io.Reader { return b.open() }

// stored is a body of these bytes.
func stored(group string, b []byte) Body {
	return Body{Group: group, Size: int64(len(b)), open: func() io.Reader { return bytes.NewReader(b) }}
}

// numbered is a text of size bytes that tells its number, for which it needs headSize of them.
func numbered(n int, group string, size int64) Body {
	return Body{Group: group, Size: size, open: func() io.Reader {
		return io.LimitReader(&text{number: n}, size)
	}}
}

// compress is what r holds, as gzip.
func compress(tb testing.TB, r io.Reader) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.Copy(z, r); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// zeros is an endless text that compresses well.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// headSize is the length of what a numbered body begins with.
const headSize = int64(len("body 0000 block 00000000 "))

const alphabet = "abcdefghijklmnopqrstuvwxyz"

var filler = strings.Repeat(alphabet, 200)

// text is an endless text, no part of which is like another. It is generated, so that a large body is nowhere in
// memory.
type text struct {
	number, block int
	buf           [4096]byte
	rest          []byte
}

func (t *text) Read(b []byte) (int, error) {
	if len(t.rest) == 0 {
		head := fmt.Appendf(t.buf[:0], "body %04d block %08d ", t.number, t.block)
		copy(t.buf[len(head):], filler[(t.number+t.block)%len(alphabet):])
		t.buf[len(t.buf)-1] = '\n'
		t.rest = t.buf[:]
		t.block++
	}
	n := copy(b, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

// receive reads a whole payload and tells which of the bodies it is: byte for byte that one.
func receive(ctx context.Context, p *source.Payload, bodies []Body) (int, error) {
	r, err := p.Open(ctx)
	if err != nil {
		return 0, fmt.Errorf("open %v: %w", p.Origin, err)
	}
	n, err := identify(r, bodies)
	if closeErr := r.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return 0, fmt.Errorf("read %v: %w", p.Origin, err)
	}
	if p.Size != -1 && p.Size != bodies[n].Size {
		return 0, fmt.Errorf("%v has Size %d, want -1 or %d", p.Origin, p.Size, bodies[n].Size)
	}
	return n, nil
}

// identify reads r to its end.
func identify(r io.Reader, bodies []Body) (int, error) {
	head := make([]byte, headSize)
	n, err := readFull(r, head)
	if err != nil && err != io.EOF {
		return 0, err
	}
	head = head[:n]
	for i, b := range bodies {
		start := make([]byte, n)
		m, _ := readFull(b.Open(), start)
		if bytes.Equal(head, start[:m]) && (n == 0) == (b.Size == 0) {
			return i, compare(io.MultiReader(bytes.NewReader(head), r), b.Open())
		}
	}
	return 0, fmt.Errorf("it begins with %q, and no body does", head)
}

// compare reads both to their end, in a few kilobytes of memory.
func compare(got, want io.Reader) error {
	a, b := make([]byte, 32<<10), make([]byte, 32<<10)
	for offset := 0; ; {
		n, err := readFull(got, a)
		m, wantErr := readFull(want, b)
		if i := differ(a[:min(n, m)], b[:min(n, m)]); i >= 0 {
			return fmt.Errorf("byte %d is %q, want %q", offset+i, a[i], b[i])
		}
		offset += min(n, m)
		switch {
		case err != nil && err != io.EOF:
			return fmt.Errorf("after %d bytes: %w", offset, err)
		case n > m:
			return fmt.Errorf("it goes on after its %d bytes", offset)
		case n < m:
			return fmt.Errorf("it ends after %d bytes", offset)
		case err == io.EOF && wantErr == io.EOF:
			return nil
		}
	}
}

// differ is the first place where two slices of one length differ, or -1.
func differ(a, b []byte) int {
	if bytes.Equal(a, b) {
		return -1
	}
	i := 0
	for a[i] == b[i] {
		i++
	}
	return i
}

// readFull is io.ReadFull, whose error is io.EOF just when the reader's was, even after some bytes.
func readFull(r io.Reader, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var m int
		m, err = r.Read(b[n:])
		n += m
	}
	return n, err
}
