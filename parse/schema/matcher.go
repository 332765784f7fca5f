package schema

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
	"github.com/streamalert/streamalert-go/parse"
)

// ErrDocument is why a document is lost as a whole, and not one of its records: it lacks envelope keys, one of them is of
// another type, or there is no record in it.
var ErrDocument = errors.New("document is not that of the schema")

const (
	errPatterns = parse.Reason("log_patterns do not match")
	errNoLog    = parse.Reason("no schema matches")
	errNoSource = parse.Reason("no log is expected from this source")
	errNoRows   = parse.Reason("it has no rows")
)

// matcher makes records of documents. It is used by one goroutine at a time.
type matcher struct {
	caster
	walker   jsonwalk.Walker
	depth    int
	csv      csvReader
	made     []byte // an object that is made of a text
	out      []byte // the record
	envelope []byte
	inner    []byte
}

var emptyTrie = jsonwalk.Compile(nil, func(string) (int, bool) { return 0, false })

// json is a text as a JSON value; ok is false where it is none.
func (m *matcher) json(text []byte) (v value, ok bool) {
	v, err := m.decode(text, 0)
	return v, err == nil && !v.text
}

// decode tells what a text is, JSON or not. An error is of JSON that is nested too deep.
func (m *matcher) decode(text []byte, off int) (value, error) {
	trimmed := bytes.TrimLeft(text, " \t\r\n")
	off += len(text) - len(trimmed)
	trimmed = bytes.TrimRight(trimmed, " \t\r\n")
	plain := value{b: text, off: off, text: true}
	if len(trimmed) == 0 {
		return plain, nil
	}
	n, st := m.walker.Walk(trimmed, emptyTrie, m.depth, nil)
	switch {
	case st == jsonwalk.Deep:
		return plain, fmt.Errorf("%w of %d", parse.ErrTooDeep, m.depth)
	case n != len(trimmed), st != jsonwalk.OK && !jsonwalk.IsNumber(trimmed), !utf8.Valid(trimmed):
		return plain, nil
	}
	return value{b: trimmed, off: off}, nil
}

// embedded is the object that a string holds.
func (m *matcher) embedded(v value) (value, bool) {
	s, ok := v.str()
	if !ok {
		return v, false
	}
	in, ok := m.json(s)
	in.off = v.off
	return in, ok && in.kind() == '{'
}

// enclose reads the envelope of a document, for the records that are rendered next.
func (m *matcher) enclose(l *log, doc value) error {
	if l.envelope == nil {
		return nil
	}
	var err error
	if m.envelope, err = m.open(m.envelope[:0], l.envelope, doc, true); err != nil {
		if !m.explain {
			return ErrDocument
		}
		return fmt.Errorf("%w: envelope: %w", ErrDocument, err)
	}
	m.envelope = closed(m.defaults(m.envelope, l.envelope), '}')
	return nil
}

// render is the record that the schema makes of a value. It is valid until the next one.
func (m *matcher) render(l *log, v value) ([]byte, error) {
	if len(l.shape.keys) == 0 {
		m.out, m.absent = appendValue(m.out[:0], v), m.absent[:0]
		if v.kind() != '{' {
			if l.envelope != nil || l.normalization != nil || len(l.patterns) > 0 {
				return nil, errNoObject
			}
			return m.out, nil
		}
		m.reopen()
	} else {
		var err error
		if m.out, err = m.open(m.out[:0], l.shape, v, false); err != nil {
			return nil, err
		}
	}
	return m.complete(l)
}

// complete ends the record, which is open, with what is added to it.
func (m *matcher) complete(l *log) ([]byte, error) {
	var envelope []byte
	if l.envelope != nil {
		envelope = m.envelope
	}
	if len(l.patterns) > 0 {
		m.out = closed(m.out, '}')
		if !matches(l.patterns, m.out, envelope) {
			return nil, errPatterns
		}
		m.reopen()
	}
	if envelope != nil {
		m.out = append(append(append(m.out, `"`+envelopeKey+`":`...), envelope...), ',')
	}
	m.out = closed(m.defaults(m.out, l.shape), '}')
	if l.normalization != nil {
		m.inner = appendNormalization(m.inner[:0], l.normalization, m.out)
		m.reopen()
		m.out = append(append(m.out, `"`+normalizationKey+`":`...), m.inner...)
		m.out = append(m.out, '}')
	}
	return m.out, nil
}

// reopen takes the record's last bracket off.
func (m *matcher) reopen() {
	m.out[len(m.out)-1] = ','
	if len(m.out) == 2 {
		m.out = m.out[:1]
	}
}
