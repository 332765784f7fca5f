package rule

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// needle is a text that is looked for in others. folded is set where case is ignored.
type needle struct {
	text   []byte
	folded []rune
}

func newNeedle(s string, fold bool) needle {
	n := needle{text: []byte(s)}
	if fold {
		for _, r := range s {
			n.folded = append(n.folded, foldRune(r))
		}
	}
	return n
}

func (n *needle) isIn(b []byte) bool {
	if n.folded == nil {
		return bytes.Contains(b, n.text)
	}
	for len(b) > 0 {
		if n.startsFolded(b) {
			return true
		}
		_, size := utf8.DecodeRune(b)
		b = b[size:]
	}
	return false
}

func (n *needle) starts(b []byte) bool {
	if n.folded == nil {
		return bytes.HasPrefix(b, n.text)
	}
	return n.startsFolded(b)
}

func (n *needle) startsFolded(b []byte) bool {
	for _, want := range n.folded {
		r, size := utf8.DecodeRune(b)
		if size == 0 || foldRune(r) != want {
			return false
		}
		b = b[size:]
	}
	return true
}

func (n *needle) ends(b []byte) bool {
	if n.folded == nil {
		return bytes.HasSuffix(b, n.text)
	}
	for i := len(n.folded) - 1; i >= 0; i-- {
		r, size := utf8.DecodeLastRune(b)
		if size == 0 || foldRune(r) != n.folded[i] {
			return false
		}
		b = b[:len(b)-size]
	}
	return true
}

// foldRune is one and the same rune for all that differ in case only: the smallest of them. Bytes that are no UTF-8
// decode to U+FFFD and are the same, as in [bytes.EqualFold].
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'a' <= r && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	return least
}
