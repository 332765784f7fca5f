package parse

import (
	"bytes"
	"strings"
)

// KeyValue decodes lines of names and values, such as
//
//	time=15:58:39 devname="fw 1" srcip=192.0.2.7 srcport=45362
//
// A value in quotes ends at a quote that a pair's end follows, and no further quote before the next separator, so that a quote
// within can be data. In quotes the
// escape takes the meaning off a quote and off itself; before anything else it is data. A name that stands more than once
// is an array. A word without a separator is null. All values are texts; an empty one is there, and empty.
//
// A line that has no separator, begins with one, or whose quotes do not close is refused.
type KeyValue struct {
	// Pair stands between pairs, "," for example, with blanks and tabs around it; empty is at least one blank or tab.
	Pair string
	// Separator stands between a name and its value; empty is "=". Blanks and tabs around it do not count where the pairs
	// are separated by something else, and behind it where it ends in a blank, as ": " does.
	Separator string
	// Quotes are the characters that values are quoted with; empty is a double quote.
	Quotes string
	// Escape is a backslash where it is 0.
	Escape byte
}

const (
	errNoPair    = Reason("no name and value")
	errNoName    = Reason("value without a name")
	errQuoteOpen = Reason("quote does not close")
)

// Start makes a decoder with memory of its own.
func (f KeyValue) Start() Decoder {
	if f.Separator == "" {
		f.Separator = "="
	}
	if f.Quotes == "" {
		f.Quotes = `"`
	}
	if f.Escape == 0 {
		f.Escape = '\\'
	}
	if trimmed := strings.Trim(f.Pair, " \t"); trimmed != "" {
		f.Pair = trimmed
	}
	d := &keyValue{KeyValue: f, loose: strings.HasSuffix(f.Separator, " ")}
	if trimmed := strings.TrimRight(f.Separator, " "); d.loose && trimmed != "" {
		d.Separator = trimmed
	}
	return d
}

// Decode decodes one line.
func (f KeyValue) Decode(text []byte, w *Writer) error { return f.Start().Decode(text, w) }

// keyValue is a KeyValue at work on one payload.
type keyValue struct {
	KeyValue
	pairs
	loose bool // blanks behind the separator do not count
}

func (d *keyValue) Decode(text []byte, w *Writer) error {
	d.forget()
	some := false
	for i := d.skipPairs(text, 0); i < len(text); i = d.skipPairs(text, i) {
		nameEnd, valueStart := d.name(text, i)
		name := trimBlanks(text[i:nameEnd])
		if valueStart < 0 {
			d.add(w, Name(name), nil, lone)
			i = nameEnd
			continue
		}
		if len(name) == 0 {
			return errNoName
		}
		some = true
		var ok bool
		if i, ok = d.take(text, valueStart, Name(name), w); !ok {
			return errQuoteOpen
		}
	}
	if !some {
		return errNoPair
	}
	d.write(w, d.unescape)
	return nil
}

// name goes to the end of the name that begins at i, and of the separator behind it: -1 where there is none.
func (d *keyValue) name(text []byte, i int) (end, value int) {
	for ; i < len(text); i++ {
		switch {
		case text[i] == d.Separator[0] && hasPrefix(text[i:], d.Separator):
			return i, i + len(d.Separator)
		case d.pairEnds(text, i):
			return i, -1
		}
	}
	return i, -1
}

// take adds the value that begins at i and returns where it ends.
func (d *keyValue) take(text []byte, i int, name string, w *Writer) (end int, ok bool) {
	if d.Pair != "" || d.loose {
		i = d.skipBlanks(text, i)
	}
	if i < len(text) && strings.IndexByte(d.Quotes, text[i]) >= 0 {
		return d.quoted(text, i, name, w)
	}
	start := i
	if d.Pair == "" {
		for i < len(text) && !isBlankOrTab(text[i]) {
			i++
		}
		d.add(w, name, text[start:i], plain)
		return i, true
	}
	i = len(text)
	if n := bytes.Index(text[start:], []byte(d.Pair)); n >= 0 {
		i = start + n
	}
	d.add(w, name, trimBlanks(text[start:i]), plain)
	return i, true
}

// quoted adds the value whose quote is at i.
func (d *keyValue) quoted(text []byte, i int, name string, w *Writer) (end int, ok bool) {
	quote, start, kind := text[i], i+1, plain
	for i++; i < len(text); i++ {
		switch text[i] {
		case quote:
			if d.ends(text, i+1, quote) {
				d.add(w, name, text[start:i], kind)
				return i + 1, true
			}
		case d.Escape:
			kind = escaped
			if i+1 < len(text) && (text[i+1] == quote || text[i+1] == d.Escape) {
				i++
			}
		}
	}
	return i, false
}

// ends tells whether a pair ends at i, but for blanks. Where blanks separate them, what follows must not have the next quote
// before the next separator: in msg="say "hi" twice" n=1 the one behind hi is data.
func (d *keyValue) ends(text []byte, i int, quote byte) bool {
	if d.Pair != "" {
		i = d.skipBlanks(text, i)
	}
	if i == len(text) || d.Pair != "" {
		return i == len(text) || d.pairEnds(text, i)
	}
	if !isBlankOrTab(text[i]) {
		return false
	}
	for ; i < len(text) && text[i] != quote; i++ {
		if text[i] == d.Separator[0] && hasPrefix(text[i:], d.Separator) {
			return true
		}
	}
	return i == len(text)
}

// skipBlanks goes behind blanks and tabs that do not separate pairs.
func (d *keyValue) skipBlanks(text []byte, i int) int {
	for i < len(text) && isBlankOrTab(text[i]) && (d.Pair == "" || !d.pairEnds(text, i)) {
		i++
	}
	return i
}

func (d *keyValue) pairEnds(text []byte, i int) bool {
	if d.Pair == "" {
		return isBlankOrTab(text[i])
	}
	return text[i] == d.Pair[0] && hasPrefix(text[i:], d.Pair)
}

// skipPairs goes behind what separates pairs.
func (d *keyValue) skipPairs(text []byte, i int) int {
	for i < len(text) {
		switch {
		case isBlankOrTab(text[i]):
			i++
		case d.Pair != "" && hasPrefix(text[i:], d.Pair):
			i += len(d.Pair)
		default:
			return i
		}
	}
	return i
}

// unescape takes the escape off before a quote or itself.
func (d *keyValue) unescape(dst, value []byte) []byte {
	for i := 0; i < len(value); i++ {
		if value[i] == d.Escape && i+1 < len(value) && (value[i+1] == d.Escape || strings.IndexByte(d.Quotes, value[i+1]) >= 0) {
			i++
		}
		dst = append(dst, value[i])
	}
	return dst
}

func isBlankOrTab(c byte) bool { return c == ' ' || c == '\t' }

func trimBlanks(b []byte) []byte {
	for len(b) > 0 && isBlankOrTab(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isBlankOrTab(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// hasPrefix compares without a copy.
func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}
