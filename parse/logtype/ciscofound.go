package logtype

import (
	"bytes"

	"github.com/streamalert/streamalert-go/parse"
)

// found is a kind of thing that a message of any form can have several of: a field that is an array of them.
type found struct {
	name string
	// next is the first of them in b; nothing where there is none.
	next func(b []byte) (from, to int)
}

var foundKinds = [...]found{{"addresses", nextAddress}, {"ports", nextPort}, {"quoted", nextQuoted}}

func foundFields() (names []string) {
	for _, k := range foundKinds {
		names = append(names, k.name)
	}
	return names
}

// tellFound tells all addresses of a message, the ports behind them, and what stands in quotes.
func tellFound(w *parse.Writer, text []byte) {
	if len(text) > maxMatched {
		return
	}
	for i := range foundKinds {
		k := &foundKinds[i]
		if !w.Asks(k.name) {
			continue
		}
		from, to := k.next(text)
		if to == 0 {
			continue
		}
		w.Array(k.name)
		for rest := text; to > 0; from, to = k.next(rest) {
			w.String(k.name, rest[from:to])
			rest = rest[to:]
		}
		w.End()
	}
}

func nextAddress(b []byte) (from, to int) {
	for i := 0; i < len(b); i++ {
		if i > 0 && (isWord(b[i-1]) || b[i-1] == '.') || !isHex(b[i]) && b[i] != ':' {
			continue
		}
		if n := addressSize(b[i:]); n > 1 && (i+n == len(b) || !isWord(b[i+n])) {
			return i, i + n
		}
	}
	return 0, 0
}

// nextPort is the number behind an address: "/80", ":80" or "(80)".
func nextPort(b []byte) (from, to int) {
	for at := 0; ; {
		_, n := nextAddress(b[at:])
		if n == 0 {
			return 0, 0
		}
		at += n
		if at < len(b) && (b[at] == '/' || b[at] == ':' || b[at] == '(') {
			digits := extent('n', b[at+1:])
			if end := at + 1 + digits; digits > 0 && (end == len(b) || !isWord(b[end])) {
				return at + 1, end
			}
		}
	}
}

// nextQuoted is what stands between quotes or angle brackets that begin and end outside words, so that an apostrophe is none.
func nextQuoted(b []byte) (from, to int) {
	for i, open := range b {
		if open != '\'' && open != '"' && open != '<' || i > 0 && isWord(b[i-1]) {
			continue
		}
		end := open
		if open == '<' {
			end = '>'
		}
		n := bytes.IndexByte(b[i+1:], end)
		if to = i + 1 + n; n > 0 && (to+1 == len(b) || !isWord(b[to+1])) {
			return i + 1, to
		}
	}
	return 0, 0
}

func isWord(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_' || c >= 0x80
}
