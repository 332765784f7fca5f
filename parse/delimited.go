package parse

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// Cells are the columns of one text, over its bytes. They are valid until the [Writer] that made them splits another text.
type Cells struct {
	text  []byte
	spans []span
}

// span is where a column stands in the text.
type span struct{ start, end uint32 }

// MaxCells is how many columns a text is split into at most: the last of them then is all the rest.
const MaxCells = 1024

// Len is how many columns there are.
func (c Cells) Len() int { return len(c.spans) }

// At is column i; nil where there is none. It must not be changed.
func (c Cells) At(i int) []byte {
	if i >= len(c.spans) {
		return nil
	}
	s := c.spans[i]
	return c.text[s.start:s.end:s.end]
}

// Quoted tells whether column i stood in quotes.
func (c Cells) Quoted(i int) bool {
	return i < len(c.spans) && c.spans[i].start > 0 && c.text[c.spans[i].start-1] == '"'
}

const (
	low7 = 0x7f7f7f7f7f7f7f7f
	ones = 0x0101010101010101
)

// Split splits a text at each sep: one column more than there are separators.
func (w *Writer) Split(text []byte, sep byte) Cells {
	if cap(w.spans) < MaxCells {
		w.spans = make([]span, MaxCells)
	}
	spans := (*[MaxCells]span)(w.spans[:MaxCells])
	n, start, i := 0, uint32(0), 0
	for seps := ones * uint64(sep); i+8 <= len(text) && n < MaxCells-8; i += 8 {
		x := binary.LittleEndian.Uint64(text[i:]) ^ seps
		for m := ^((x&low7 + low7) | x | low7); m != 0; m &= m - 1 {
			end := uint32(i + bits.TrailingZeros64(m)>>3)
			spans[n%MaxCells] = span{start, end}
			n++
			start = end + 1
		}
	}
	for ; i < len(text) && n < MaxCells-1; i++ {
		if text[i] == sep {
			spans[n] = span{start, uint32(i)}
			n++
			start = uint32(i) + 1
		}
	}
	spans[n] = span{start, uint32(len(text))}
	return Cells{text, w.spans[:n+1]}
}

// Errors of [Writer.SplitQuoted].
const (
	ErrQuote  = Reason("a quote does not close")
	errSpaces = Reason("no space between two columns")
)

// SplitQuoted splits a text at each space that stands outside quotes, as the access logs of AWS have it: a column that begins
// with a quote ends at the first quote that a space or the end of the text follows, since quotes inside are not escaped. A
// column that begins with a bracket and has its other bracket before a space or the end is what they enclose. A quote that
// does not close is [ErrQuote].
func (w *Writer) SplitQuoted(text []byte) (Cells, error) {
	spans := w.spans[:0]
	i := 0
	for len(spans) < MaxCells-1 {
		start := i
		var end, next int
		switch {
		case i < len(text) && text[i] == '"':
			start++
			if end = closing(text, start); end < 0 {
				w.spans = spans
				return Cells{}, ErrQuote
			}
			next = end + 1
		case i < len(text) && text[i] == '[' && bracketed(text[i:]) > 0:
			start++
			end = i + bracketed(text[i:])
			next = end + 1
		default:
			if end = bytes.IndexByte(text[i:], ' '); end < 0 {
				end = len(text)
			} else {
				end += i
			}
			next = end
		}
		spans = append(spans, span{uint32(start), uint32(end)})
		if next >= len(text) {
			w.spans = spans
			return Cells{text, spans}, nil
		}
		i = next + 1
	}
	spans = append(spans, span{uint32(i), uint32(len(text))})
	w.spans = spans
	return Cells{text, spans}, nil
}

// closing is the place of the quote that ends a column; -1 where there is none.
func closing(text []byte, from int) int {
	for {
		n := bytes.IndexByte(text[from:], '"')
		if n < 0 {
			return -1
		}
		if from += n; from+1 == len(text) || text[from+1] == ' ' {
			return from
		}
		from++
	}
}

// bracketed is the place of the bracket that ends a column; 0 where there is none.
func bracketed(text []byte) int {
	n := bytes.IndexByte(text, ']')
	if n > 0 && (n+1 == len(text) || text[n+1] == ' ') {
		return n
	}
	return 0
}

// Rejoin makes one column of quoted column i and those behind it, up to the first one that ends with a quote and is followed by
// a column of which next is true. It does nothing where there is none: what a quote inside a quoted column did wrong is made
// good only where it is certain.
func (c Cells) Rejoin(i int, next func(c Cells, i int) bool) Cells {
	if !c.Quoted(i) {
		return c
	}
	for k := i; k+1 < len(c.spans); k++ {
		end := c.spans[k].end
		if k > i && !c.Quoted(k) {
			if end == c.spans[k].start || c.text[end-1] != '"' {
				continue
			}
			end--
		}
		if next(c, k+1) {
			c.spans[i].end = end
			return Cells{c.text, append(c.spans[:i+1], c.spans[k+1:]...)}
		}
	}
	return c
}
