package parse

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// AccessLog decodes the lines that a web server writes by a directive: an Apache LogFormat or an nginx log_format. Its escapes
// are undone; "-" and an empty value are left away. It is safe for concurrent use.
//
// A request line is written whole, as request, and in parts where it has three: request_method, request_uri, and
// request_protocol (Apache) or server_protocol (nginx). One of HTTP/0.9 has only the first two.
type AccessLog struct {
	before  string // what stands before the first field
	fields  []accessField
	columns *Columns // of fields, and behind them the parts of the request
	request int      // the field that is the request line; negative where there is none
	escapes escapes
	times   []accessField // the fields that the event time is made of
}

// accessField is one field and the literal text behind it.
type accessField struct {
	name  string
	kind  accessKind
	after string
	time  timePart
}

type accessKind uint8

const (
	anyText      accessKind = iota
	word                    // no space in it
	list                    // separated by a comma and a space
	status                  // three digits, or none
	number                  // or none
	numberOrWord            // which of them, tells the server that wrote it
	timeValue               // as its time tells
)

// escapes are how a server writes what could be taken for the line's own characters.
type escapes uint8

const (
	noEscapes     escapes = iota
	hexEscapes            // nginx: \xHH
	apacheEscapes         // also \" \\ \n \t ...
	jsonEscapes
)

// maxAccessFields bounds a directive.
const maxAccessFields = 64

// compile completes a decoder of its fields.
func (a *AccessLog) compile(parts ...string) error {
	if len(a.fields) == 0 || len(a.fields) > maxAccessFields {
		return fmt.Errorf("it has %d fields, want 1 to %d", len(a.fields), maxAccessFields)
	}
	a.request = -1
	seen := map[string]int{}
	names := make([]string, 0, len(a.fields)+len(parts))
	for i := range a.fields {
		f := &a.fields[i]
		if f.after == "" && i < len(a.fields)-1 && a.fields[i+1].name != "query_string" && f.time.width() == 0 {
			return fmt.Errorf("nothing stands between %s and %s", f.name, a.fields[i+1].name)
		}
		if f.kind == timeValue {
			a.times = append(a.times, *f)
		}
		if f.name == "request" && a.request < 0 {
			a.request = i
		}
		if seen[f.name]++; seen[f.name] > 1 {
			f.name = fmt.Sprintf("%s_%d", f.name, seen[f.name])
			if f.kind == timeValue {
				a.times[len(a.times)-1].name = f.name
			}
		}
		names = append(names, f.name)
	}
	for _, part := range parts {
		if seen[part] > 0 || a.request < 0 {
			part = "" // the directive has it itself
		}
		names = append(names, part)
	}
	a.columns = &Columns{Names: names, Numbers: make([]bool, len(names))}
	for i, f := range a.fields {
		a.columns.Numbers[i] = f.kind == status || f.kind == number || f.kind == numberOrWord
	}
	return nil
}

// Fields are the names of the fields that a line can have.
func (a *AccessLog) Fields() []string {
	var all []string
	for _, n := range a.columns.Names {
		if n != "" {
			all = append(all, n)
		}
	}
	return all
}

const errAccessLine = Reason("the line is not as its directive writes it")

// Decode tells the fields of a line.
func (a *AccessLog) Decode(text []byte, w *Writer) error {
	if len(text) < len(a.before) || string(text[:len(a.before)]) != a.before {
		return errAccessLine
	}
	if cap(w.spans) < maxAccessFields {
		w.spans = make([]span, MaxCells)
	}
	spans := w.spans[:len(a.fields)]
	m := accessMatch{a, text, spans, maxRetries}
	if !m.match(len(a.before), 0) {
		return errAccessLine
	}
	row := w.Columns(a.columns)
	for i := range a.fields {
		value := text[spans[i].start:spans[i].end]
		switch {
		case len(value) == 0 || len(value) == 1 && value[0] == '-':
		case i == a.request:
			a.setRequest(row, value)
		case row.Asks(i):
			a.set(row, i, value)
		}
	}
	return nil
}

// set is a value with its escapes undone.
func (a *AccessLog) set(row Row, i int, value []byte) {
	if a.escapes == noEscapes || bytes.IndexByte(value, '\\') < 0 {
		row.Set(i, value)
		return
	}
	var buf [256]byte
	row.Set(i, a.escapes.undo(buf[:0], value))
}

// setRequest is the request line and its parts.
func (a *AccessLog) setRequest(row Row, value []byte) {
	part := len(a.fields)
	if !row.Asks(a.request) && !row.Asks(part) && !row.Asks(part+1) && !row.Asks(part+2) {
		return
	}
	var buf [256]byte
	if a.escapes != noEscapes && bytes.IndexByte(value, '\\') >= 0 {
		value = a.escapes.undo(buf[:0], value)
	}
	row.Set(a.request, value)
	first, last := bytes.IndexByte(value, ' '), bytes.LastIndexByte(value, ' ')
	if first <= 0 || !isMethod(value[:first]) {
		return
	}
	parts := [...][]byte{value[:first], value[first+1:], nil}
	switch {
	case first < last && bytes.HasPrefix(value[last+1:], httpSlash):
		parts[1], parts[2] = value[first+1:last], value[last+1:]
	case first < last || last+1 == len(value) || value[last+1] != '/':
		return
	}
	for i, b := range parts {
		if len(b) > 0 && a.columns.Names[part+i] != "" {
			row.Set(part+i, b)
		}
	}
}

var httpSlash = []byte("HTTP/")

// isMethod tells whether a word can be a method: letters, and what else RFC 9110 lets a token have of it that is in use.
func isMethod(b []byte) bool {
	for _, c := range b {
		if (c|0x20)-'a' >= 26 && c != '-' && c != '_' {
			return false
		}
	}
	return len(b) > 0
}

// accessMatch is the search for the fields of one line. A field ends where the text behind it stands for the first time; where
// what follows then does not match, it goes on to the next time, a bounded number of times for a line.
type accessMatch struct {
	a       *AccessLog
	text    []byte
	spans   []span
	retries int
}

const maxRetries = 32

// match finds field i and all behind it.
func (m *accessMatch) match(pos, i int) bool {
	f := &m.a.fields[i]
	last := i == len(m.a.fields)-1
	from := pos
	for {
		end, next := m.end(pos, from, f, last)
		if end < 0 {
			return false
		}
		m.spans[i] = span{uint32(pos), uint32(end)}
		takes := f.takes(m.text[pos:end])
		if takes && (last && next == len(m.text) || !last && m.match(next, i+1)) {
			return true
		}
		if !takes && (f.kind == word || f.kind == status || f.kind == number || f.kind == numberOrWord) {
			return false // nor is it anything longer
		}
		// A quote that is not escaped is the end, so there is no later one.
		if m.retries--; m.retries < 0 || f.after == "" || f.after[0] == '"' && m.a.escapes != noEscapes {
			return false
		}
		from = end + 1
	}
}

// end is where the field that begins at pos ends, from there on or later, and where the next one begins.
func (m *accessMatch) end(pos, from int, f *accessField, last bool) (end, next int) {
	if f.after == "" {
		if last {
			return len(m.text), len(m.text)
		}
		if n := f.time.width(); n > 0 {
			if pos+n > len(m.text) {
				return -1, -1
			}
			return pos + n, pos + n
		}
		// A query string follows.
		for end = pos; end < len(m.text) && m.text[end] != '?' && m.text[end] != ' ' && m.text[end] != '"'; {
			end++
		}
		return end, end
	}
	for from <= len(m.text) {
		n := strings.Index(Name(m.text[from:]), f.after)
		if n < 0 {
			break
		}
		end = from + n
		if f.after[0] != '"' || m.a.escapes == noEscapes || !m.escaped(pos, end) {
			return end, end + len(f.after)
		}
		from = end + 1
	}
	return -1, -1
}

// escaped tells whether an odd number of backslashes stands before the quote at end, in the field that begins at pos.
func (m *accessMatch) escaped(pos, end int) bool {
	n := 0
	for end--; end >= pos && m.text[end] == '\\'; end-- {
		n++
	}
	return n%2 == 1
}

// takes tells whether a value can be of the field.
func (f *accessField) takes(b []byte) bool {
	if len(b) == 1 && b[0] == '-' {
		return f.kind != timeValue
	}
	switch f.kind {
	case word, numberOrWord:
		return len(b) > 0 && bytes.IndexByte(b, ' ') < 0
	case list:
		return len(b) == 0 || b[len(b)-1] != ','
	case status:
		return len(b) == 3 && isNumeral(b)
	case number:
		return isNumeral(b)
	case timeValue:
		var t partialTime
		return f.time.read(b, &t)
	}
	return true
}

// isNumeral tells whether b has nothing but digits, a sign and a point.
func isNumeral(b []byte) bool {
	for i, c := range b {
		if c-'0' >= 10 && c != '.' && (c != '-' || i > 0) {
			return false
		}
	}
	return len(b) > 0
}

// Time is the event time of a record that a was the decoder of. It is completed by the record's clock where the line has no
// zone.
func (a *AccessLog) Time(r *Record) (time.Time, bool) {
	var t partialTime
	for _, f := range a.times {
		if !f.time.read(r.Get(f.name).Bytes(), &t) {
			return time.Time{}, false
		}
	}
	return t.at(r.Clock())
}

// undo appends a value with its escapes undone. What is no escape stays.
func (e escapes) undo(dst, b []byte) []byte {
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' || i+1 == len(b) {
			dst = append(dst, b[i])
			continue
		}
		c := b[i+1]
		switch {
		case c == 'x' && i+3 < len(b) && hexOf(b[i+2]) >= 0 && hexOf(b[i+3]) >= 0 && e != jsonEscapes:
			dst = append(dst, byte(hexOf(b[i+2])<<4|hexOf(b[i+3])))
			i += 3
		case e == jsonEscapes && c == 'u' && i+5 < len(b):
			r := rune(0)
			for _, h := range b[i+2 : i+6] {
				r = r<<4 | rune(max(0, hexOf(h)))
			}
			dst = append(dst, string(r)...)
			i += 5
		case e != hexEscapes && strings.IndexByte(escapeLetters, c) >= 0:
			dst = append(dst, escapeBytes[strings.IndexByte(escapeLetters, c)])
			i++
		default:
			dst = append(dst, '\\')
		}
	}
	return dst
}

const (
	escapeLetters = `"\/nrtbvfa`
	escapeBytes   = "\"\\/\n\r\t\b\v\f\a"
)

// hexOf is the value of a hexadecimal digit; negative where it is none.
func hexOf(c byte) int {
	switch {
	case c-'0' < 10:
		return int(c - '0')
	case (c|0x20)-'a' < 6:
		return int(c|0x20-'a') + 10
	}
	return -1
}
