package parse

import "io"

// window is the part of a payload that is in memory. buf[pos:end] is what was read and not consumed yet.
type window struct {
	r        io.Reader
	buf      []byte
	pos, end int
	off      int64  // place of buf[0] in the payload
	err      error  // what the reader returned last, io.EOF included
	read     *int64 // counts the bytes read
}

// firstWindow is what a window begins with, and keptWindow the largest one that is kept for the next payload, in bytes.
const (
	firstWindow = 256 << 10
	keptWindow  = 1 << 20
)

func (w *window) reset(r io.Reader) {
	w.r, w.pos, w.end, w.off, w.err = r, 0, 0, 0, nil
	if w.buf == nil || len(w.buf) > keptWindow {
		w.buf = make([]byte, firstWindow)
	}
}

// rest is what is in memory and not consumed.
func (w *window) rest() []byte { return w.buf[w.pos:w.end] }

// offset is the place of pos in the payload.
func (w *window) offset() int64 { return w.off + int64(w.pos) }

// more reads once, keeping what is not consumed, which may move. It is false where the reader has ended or failed.
func (w *window) more() bool {
	if w.err != nil {
		return false
	}
	if n := w.end - w.pos; n <= w.pos { // moves no more bytes than were consumed since
		copy(w.buf, w.buf[w.pos:w.end])
		w.off += int64(w.pos)
		w.pos, w.end = 0, n
	}
	if w.end == len(w.buf) {
		grown := make([]byte, 2*len(w.buf))
		w.end = copy(grown, w.buf[w.pos:w.end])
		w.off += int64(w.pos)
		w.pos, w.buf = 0, grown
	}
	for range 100 {
		n, err := w.r.Read(w.buf[w.end:])
		if n < 0 || n > len(w.buf)-w.end {
			n, err = 0, io.ErrShortBuffer // a broken reader
		}
		w.end += n
		*w.read += int64(n)
		w.err = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	w.err = io.ErrNoProgress
	return false
}
