package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"
	"unicode/utf8"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
	"github.com/streamalert/streamalert-go/parse"
)

// Parser parses payloads as the schemas of some logs say: the first schema, in the order of their priority, that takes at
// least one record of a document takes the document, and what it refuses of it is lost, as a [*parse.Error] each.
//
// A record's Type has the log's name, "cloudtrail:events". Its JSON is the record as StreamAlert's rules saw it: cast, with
// the optional keys, the envelope and the normalization. Bytes is the same; of a lost record, Raw is what stands in the
// payload.
//
// It is safe for concurrent use, and must not be changed once it is used.
type Parser struct {
	// Whole takes a payload as one document, as StreamAlert does with those of Kinesis, SNS and its apps. Otherwise the payload
	// is what an S3 object holds: one JSON text, or else a document on each line.
	Whole bool

	logs []*log
}

// passes holds the memory that parsing a payload needs.
var passes = sync.Pool{New: func() any { return new(pass) }}

// Parse yields the payload's records.
//
// A document may have as many bytes as Limits.Record says. JSON that is larger, or ends in the middle, is read element by
// element by the schemas whose json_path is "Name[*]" or "[*]" and that have no envelope; the others lose it.
func (p *Parser) Parse(in parse.Input) iter.Seq2[*parse.Record, error] {
	return func(yield func(*parse.Record, error) bool) {
		s := passes.Get().(*pass)
		defer s.release()
		s.begin(p, in, yield)
		s.run()
	}
}

// pass is one pass over one payload.
type pass struct {
	matcher
	*Parser
	in     parse.Input
	yield  func(*parse.Record, error) bool
	stats  *parse.Stats
	own    parse.Stats
	limit  int
	index  int64
	rec    parse.Record
	head   []byte
	reader counter
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n *int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	*c.n += int64(max(n, 0))
	return n, err
}

// keptHead is the largest buffer that is kept for the next payload, firstHead what is read first, in bytes.
const (
	keptHead  = 1 << 20
	firstHead = 16 << 10
)

// maxDocument is the largest limit there is, as in package parse.
const maxDocument = 1 << 30

func (s *pass) begin(p *Parser, in parse.Input, yield func(*parse.Record, error) bool) {
	s.Parser, s.in, s.yield = p, in, yield
	s.stats, s.own = in.Stats, parse.Stats{}
	if s.stats == nil {
		s.stats = &s.own
	}
	s.reader = counter{in.Reader, &s.stats.Bytes}
	s.limit, s.depth = in.Limits.Record, in.Limits.Depth
	if s.limit <= 0 {
		s.limit = parse.DefaultRecordLimit
	}
	s.limit = min(s.limit, maxDocument)
	if s.depth <= 0 || s.depth > parse.DefaultDepthLimit {
		s.depth = parse.DefaultDepthLimit
	}
	s.index, s.head = 0, s.head[:0]
}

// release gives back what belongs to the caller, and memory that only a huge document needed.
func (s *pass) release() {
	s.Parser, s.in, s.yield, s.stats, s.reader, s.rec = nil, parse.Input{}, nil, nil, counter{}, parse.Record{}
	clear(s.slots[:cap(s.slots)])
	clear(s.csv.fields[:cap(s.csv.fields)])
	for _, b := range []*[]byte{&s.head, &s.made, &s.out, &s.envelope, &s.inner, &s.csv.buf} {
		if cap(*b) > keptHead {
			*b = nil
		}
	}
	passes.Put(s)
}

// form is what the beginning of a payload tells of the rest.
type form uint8

const (
	undecided form = iota
	nothing
	document // all of it was read, and is one
	lines
	stream  // JSON that is too large or broken
	tooLong // no JSON, and too large
)

func (s *pass) run() {
	if len(s.logs) == 0 {
		s.lose("", value{}, fmt.Errorf("%w: %w", parse.ErrOther, errNoSource))
		return
	}
	switch f, err := s.look(); {
	case err != nil:
		s.yield(nil, &parse.ReadError{Origin: s.in.Origin, Raw: s.head[:min(len(s.head), parse.RawLimit)], Err: err})
	case f == document:
		s.whole()
	case f == lines:
		s.each(parse.TextFormat{Decoder: nothingOf{}}, s.line)
	case f == stream:
		s.each(s.streams(), s.element)
	case f == tooLong:
		s.giveUp()
	}
}

// giveUp loses the payload, and reads the rest of it.
func (s *pass) giveUp() {
	if !s.lose("", value{b: s.head}, parse.ErrTooLong) {
		return
	}
	for {
		s.head = s.head[:0]
		switch err := s.readMore(); {
		case err == io.EOF:
			return
		case err != nil:
			s.yield(nil, &parse.ReadError{Origin: s.in.Origin, Index: s.index, Offset: s.stats.Bytes, Err: err})
			return
		}
	}
}

// look reads as much of the payload as tells its form.
func (s *pass) look() (form, error) {
	walked := 0
	for {
		if cap(s.head) == len(s.head) {
			s.head = append(make([]byte, 0, max(firstHead, 2*len(s.head))), s.head...)
		}
		err := s.readMore()
		if err != nil && err != io.EOF {
			return undecided, err
		}
		ended := err == io.EOF
		if ended {
			s.reader.r = bytes.NewReader(nil) // it is not asked again
		}
		if len(s.head) < 2*walked && len(s.head) <= s.limit && !ended {
			continue
		}
		walked = len(s.head)
		if f := s.form(ended); f != undecided {
			return f, nil
		}
	}
}

// readMore reads once into the free part of head. A reader that gives nothing for long has failed.
func (s *pass) readMore() error {
	for range 100 {
		n, err := s.reader.Read(s.head[len(s.head):cap(s.head)])
		if n < 0 || n > cap(s.head)-len(s.head) {
			return io.ErrShortBuffer // a broken reader
		}
		s.head = s.head[:len(s.head)+n]
		if n > 0 || err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

var bom = []byte("\xef\xbb\xbf")

// form is what the head tells, of a payload that has ended or goes on.
func (s *pass) form(ended bool) form {
	if len(s.head) < 4 && !ended {
		return undecided // isWide looks at four
	}
	long := len(s.head) > s.limit
	head := s.head[:min(len(s.head), s.limit+1)] // what is behind it depends on how much the reader gave
	b := bytes.TrimLeft(bytes.TrimPrefix(head, bom), " \t\r\n")
	isJSON := len(b) > 0 && (b[0] == '{' || b[0] == '[')
	switch wide := isWide(head); {
	case !s.Whole && !wide:
		return s.formOfObject(b, ended, long, isJSON)
	case !long && !ended:
		return undecided
	case s.Whole && long && isJSON && !wide:
		return stream
	case s.Whole && long:
		return tooLong
	case s.Whole || !long && s.isWideJSON():
		return document
	}
	return lines
}

// formOfObject is what b tells, the beginning of what an S3 object holds.
func (s *pass) formOfObject(b []byte, ended, long, isJSON bool) form {
	switch {
	case len(b) == 0 && ended && !long:
		return nothing
	case len(b) == 0:
		return undecidedUnless(long, lines)
	case !isJSON:
		return lines
	}
	n, st := s.walker.Walk(b, emptyTrie, s.depth, nil)
	switch {
	case st == jsonwalk.Deep, st == jsonwalk.Short && (ended || long):
		return stream
	case st == jsonwalk.Short:
		return undecided
	case st != jsonwalk.OK || len(bytes.TrimLeft(b[n:], " \t\r\n")) > 0:
		return lines
	case ended && !long:
		return document
	}
	return undecidedUnless(long, stream)
}

func undecidedUnless(is bool, f form) form {
	if is {
		return f
	}
	return undecided
}

// isWideJSON tells whether the payload, which is in memory, is JSON in UTF-16 or UTF-32.
func (s *pass) isWideJSON() bool {
	text, ok := narrowed(s.head)
	if !ok {
		return false
	}
	_, ok = s.json(text)
	return ok
}

// whole parses the payload, which is in memory, as one document.
func (s *pass) whole() {
	text := bytes.TrimPrefix(s.head, bom)
	doc, err := s.decode(text, len(s.head)-len(text))
	if s.isWideJSON() {
		text, _ = narrowed(s.head)
		doc, err = s.decode(text, 0)
	}
	if err != nil {
		s.lose("", value{b: s.head}, err)
		return
	}
	s.classify(doc, value{b: s.head})
}

// each hands on the records that a format finds in the payload.
func (s *pass) each(f parse.Parser, take func(*parse.Record) bool) {
	in := s.in
	in.Reader, in.Fields, in.Skip, in.Stats = io.MultiReader(bytes.NewReader(s.head), &s.reader), nil, 0, nil
	for r, err := range f.Parse(in) {
		var lost *parse.Error
		switch {
		case errors.As(err, &lost):
			if !s.lose("", value{b: lost.Raw, off: int(lost.Offset)}, lost.Err) {
				return
			}
		case err != nil:
			var failed *parse.ReadError
			if errors.As(err, &failed) {
				failed.Index = s.index
			}
			s.yield(nil, err)
			return
		case !take(r):
			return
		}
	}
}

// nothingOf is a decoder that only frames.
type nothingOf struct{}

func (nothingOf) Decode([]byte, *parse.Writer) error { return nil }

// line parses a line as a document.
func (s *pass) line(r *parse.Record) bool {
	raw := value{b: r.Bytes(), off: int(r.Offset)}
	doc, err := s.decode(raw.b, raw.off)
	if err != nil {
		return s.lose("", raw, err)
	}
	return s.classify(doc, raw)
}

// streams frames a payload into the elements that the schemas read one by one.
func (s *pass) streams() parse.Parser {
	c := &parse.Classifier{}
	seen := map[string]bool{}
	for _, l := range s.logs {
		if l.elements && !seen[l.element] {
			seen[l.element] = true
			c.Types = append(c.Types, &parse.LogType{Format: parse.JSONFormat{Records: l.element}})
		}
	}
	if len(c.Types) == 0 {
		return parse.JSONFormat{}
	}
	return c
}

// element parses an object of a stream, as a record of those schemas that read elements, and as a document of the others.
func (s *pass) element(r *parse.Record) bool {
	doc := value{b: r.Bytes(), off: int(r.Offset)}
	if !utf8.Valid(doc.b) {
		return s.lose("", doc, fmt.Errorf("%w: %w", parse.ErrOther, errNoUTF8))
	}
	s.explain = false
	for _, l := range s.logs {
		if !l.elements {
			if took, on := s.try(l, doc, false); took || !on {
				return on
			}
			continue
		}
		if out, err := s.render(l, doc); err == nil {
			return s.give(l, out, doc.off)
		}
	}
	return s.lose("", doc, fmt.Errorf("%w: %w", parse.ErrOther, errNoLog))
}

// classify yields the records that the first schema that has any makes of a document, or loses the document, of which raw
// is what stands in the payload.
func (s *pass) classify(doc, raw value) bool {
	for _, l := range s.logs {
		if took, on := s.try(l, doc, false); took || !on {
			return on
		}
	}
	if len(s.logs) > 1 {
		return s.lose("", raw, fmt.Errorf("%w: %w", parse.ErrOther, errNoLog))
	}
	l := s.logs[0]
	s.explain = true
	if err := s.enclose(l, doc); err != nil {
		return s.lose(l.name, raw, fmt.Errorf("%w: %w", parse.ErrOther, err))
	}
	before := s.index
	_, on := s.try(l, doc, true)
	if on && s.index == before {
		return s.lose(l.name, raw, fmt.Errorf("%w: %w: %w", parse.ErrOther, ErrDocument, errNoRows))
	}
	return on
}

// try yields what one schema makes of a document, if it makes any record of it; it is known to where won is true.
func (s *pass) try(l *log, doc value, won bool) (took, on bool) {
	s.explain = won
	if !won && s.enclose(l, doc) != nil {
		return false, true
	}
	refused, again := 0, false
	on = true
	l.items(&s.matcher, doc, func(i item) bool {
		var out []byte
		if i.err == nil {
			out, i.err = s.render(l, i.value)
		}
		switch {
		case i.err != nil && !won:
			refused++
			return true
		case i.err != nil:
			on = s.lose(l.name, i.raw, fmt.Errorf("%w: %w", parse.ErrOther, i.err))
			return on
		case refused > 0 && !won:
			again = true // with those that were refused before it
			return false
		}
		won, s.explain = true, true
		on = s.give(l, out, i.value.off)
		return on
	})
	if again {
		return s.try(l, doc, true)
	}
	return won, on
}

// give yields a record.
func (s *pass) give(l *log, out []byte, off int) bool {
	s.stats.Records++
	s.index++
	if s.index <= s.in.Skip {
		s.stats.Skipped++
		return true
	}
	s.rec = *parse.JSONRecord(out)
	s.rec.Origin, s.rec.Index, s.rec.Offset, s.rec.Type = s.in.Origin, s.index-1, int64(off), l.kind
	return s.yield(&s.rec, nil)
}

// lose yields a lost record.
func (s *pass) lose(name string, raw value, err error) bool {
	if name == "" && len(s.logs) == 1 {
		name = s.logs[0].name
	}
	s.stats.Records++
	s.index++
	if s.index <= s.in.Skip {
		s.stats.Skipped++
		return true
	}
	s.stats.Unparsed++
	b := raw.b
	if len(b) > s.limit {
		b = b[:min(parse.RawLimit, s.limit)]
	}
	return s.yield(nil, &parse.Error{Log: name, Origin: s.in.Origin, Index: s.index - 1, Offset: int64(raw.off), Raw: b, Err: err})
}
