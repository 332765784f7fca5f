package parse

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
)

// JSONFormat frames JSON in all its deliveries: one object, objects one a line or run together, an array of objects, and
// the same behind one another; pretty-printed or not. A record is an object (RFC 8259, but strings may hold invalid
// UTF-8, which is passed on as it is; a byte order mark at the beginning is skipped).
//
// A record that is no JSON, too long, too deep, or no object costs that record. Where the next one begins is then told
// by the brackets, and at the top of the payload by a line that begins with one, whichever comes first.
//
// It streams: memory grows with the largest record, not with the payload.
type JSONFormat struct {
	// Records names the member of a top-level object whose elements are the records: "Records" for
	// {"Records":[{...},{...}]}. An object without such a member, or where it is no array, is a record itself.
	Records string
	// Envelope keeps the other members of that object: each record has them behind its own, which count first where
	// both have a name. The whole object is then bound by Limits.Record, and every record is a copy.
	Envelope bool
}

// Parse yields the payload's records.
func (f JSONFormat) Parse(in Input) iter.Seq2[*Record, error] {
	var all formats
	all.addJSON(f)
	return all.Parse(in)
}

// formats are the formats that one payload may have, side by side.
type formats struct {
	json  bool
	env   []string // names of the members that hold the records
	kept  []string // those of them whose objects' other members are kept
	texts *texts   // nil where no text is expected
}

func (f *formats) addJSON(j JSONFormat) {
	f.json = true
	if j.Records == "" {
		return
	}
	if !slices.Contains(f.env, j.Records) {
		f.env = append(f.env, j.Records)
	}
	if j.Envelope && !slices.Contains(f.kept, j.Records) {
		f.kept = append(f.kept, j.Records)
	}
}

func (f formats) Parse(in Input) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		s := scanners.Get().(*scanner)
		defer s.release()
		s.begin(in, f)
		s.run(yield)
	}
}

var scanners = sync.Pool{New: func() any { return new(scanner) }}

// scanner is one pass over one payload.
type scanner struct {
	window
	formats
	walker jsonwalk.Walker
	writer Writer // of texts
	rec    Record
	stats  *Stats
	own    Stats
	trie   *jsonwalk.Trie
	skip   int64
	limit  int
	depth  int
	index  int64
	state  jsonState
	// inEnvelope tells that the array is a member of a top-level object.
	inEnvelope bool
	// members are those of an envelope beside the records, and joined is a record with them.
	members, joined []byte
}

type jsonState uint8

const (
	atTop     jsonState = iota // a value, or the end of the payload
	atElement                  // the first element of an array, or its end
	atNext                     // a comma, or the end of the array
	behind                     // the rest of the object that held the array
)

func (s *scanner) begin(in Input, f formats) {
	s.reset(in.Reader)
	s.rec = Record{Origin: in.Origin, walker: &s.walker, fields: in.Fields, clock: in.Clock}
	s.stats, s.own = in.Stats, Stats{}
	if s.stats == nil {
		s.stats = &s.own
	}
	s.read = &s.stats.Bytes
	s.formats = f
	s.trie, s.skip = in.Fields.walkTrie(), in.Skip
	s.limit, s.depth = in.Limits.record(), in.Limits.depth()
	s.index, s.state, s.inEnvelope = 0, atTop, false
	s.writer.clock = in.Clock
}

// release returns the scanner without what belongs to the caller.
func (s *scanner) release() {
	s.r, s.rec, s.stats, s.read, s.formats, s.err = nil, Record{}, nil, nil, formats{}, nil
	s.writer.release()
	scanners.Put(s)
}

func (s *scanner) run(yield func(*Record, error) bool) {
	s.skipBOM()
	for {
		if s.state == atTop && s.texts != nil && (!s.json || !s.jsonBegins()) {
			if s.pos == s.end && !s.more() {
				break
			}
			if !s.text(yield) {
				return
			}
			continue
		}
		if !s.space() {
			break
		}
		on := true
		switch c := s.buf[s.pos]; s.state {
		case atTop:
			on = s.top(c, yield)
		case atElement:
			on = s.element(c, yield)
		case atNext:
			on = s.next(c, yield)
		case behind:
			on = s.behind(c, yield)
		}
		if !on {
			return
		}
	}
	if s.err != io.EOF {
		s.fail(yield)
		return
	}
	if s.state != atTop {
		s.lost(nil, ErrTruncated, yield)
	}
}

func (s *scanner) skipBOM() {
	for s.end-s.pos < 3 && s.more() {
	}
	if bytes.HasPrefix(s.rest(), []byte("\xef\xbb\xbf")) {
		s.pos += 3
	}
}

// space goes to the next byte that is not white space; false where there is none.
func (s *scanner) space() bool {
	for {
		for s.pos < s.end {
			if c := s.buf[s.pos]; c > ' ' || c != ' ' && c != '\n' && c != '\r' && c != '\t' {
				return true
			}
			s.pos++
		}
		if !s.more() {
			return false
		}
	}
}

func (s *scanner) top(c byte, yield func(*Record, error) bool) bool {
	switch c {
	case '[':
		s.pos++
		s.state, s.inEnvelope = atElement, false
		return true
	case '{':
		return s.record(s.env, yield)
	}
	return s.lose(&finder{until: lineEnd}, fmt.Errorf("%w: no JSON object or array begins with %q", ErrSyntax, c), yield)
}

func (s *scanner) element(c byte, yield func(*Record, error) bool) bool {
	switch c {
	case ']':
		s.endArray()
		return true
	case '{':
		s.state = atNext
		return s.record(nil, yield)
	}
	s.state = atNext
	n, st := s.whole(emptyTrie, nil)
	if st != jsonwalk.OK || s.tooLong(n, st) {
		return s.broken(n, st, yield)
	}
	raw := s.rest()[:n]
	on := s.lost(raw, fmt.Errorf("%w: record is no object", ErrSyntax), yield)
	s.pos += n
	return on
}

func (s *scanner) next(c byte, yield func(*Record, error) bool) bool {
	switch c {
	case ']':
		s.endArray()
		return true
	case ',':
		s.pos++
		s.state = atElement
		if s.space() && s.buf[s.pos] == ']' {
			return s.lost(nil, fmt.Errorf("%w: comma before the end of an array", ErrSyntax), yield)
		}
		return true
	}
	s.state = atElement
	return s.lost(nil, fmt.Errorf("%w: no comma between elements", ErrSyntax), yield)
}

func (s *scanner) endArray() {
	s.pos++
	s.state = atTop
	if s.inEnvelope {
		s.state = behind
	}
}

// behind reads what follows the records in the object that holds them: a further member, or its end.
func (s *scanner) behind(c byte, yield func(*Record, error) bool) bool {
	if c == '}' {
		s.pos++
		s.state = atTop
		return true
	}
	if c == ',' {
		s.pos++
		if s.member() {
			return true
		}
		switch {
		case s.err != nil && s.err != io.EOF:
			s.fail(yield)
			return false
		case s.pos == s.end:
			return true // run tells
		}
	}
	s.state = atTop
	return s.lose(&finder{depth: 1}, fmt.Errorf("%w behind the records", ErrSyntax), yield)
}

// member goes behind a name, a colon and a value.
func (s *scanner) member() bool {
	if !s.space() || s.buf[s.pos] != '"' {
		return false
	}
	for i := range 2 {
		n, st := s.whole(emptyTrie, nil)
		if st != jsonwalk.OK || s.tooLong(n, st) {
			return false
		}
		s.pos += n
		if !s.space() {
			return false
		}
		if i == 0 {
			if s.buf[s.pos] != ':' {
				return false
			}
			s.pos++
			if !s.space() {
				return false
			}
		}
	}
	return true
}

// record yields the object that begins here, or goes into it where env names an array in it.
func (s *scanner) record(env []string, yield func(*Record, error) bool) bool {
	n, st := s.whole(s.trie, env)
	switch {
	case s.tooLong(n, st):
		return s.broken(n, st, yield)
	case st == jsonwalk.Envelope && s.keeps(s.rest()[:n]):
		return s.envelope(yield)
	case st == jsonwalk.Envelope:
		s.pos += n + 1
		s.state, s.inEnvelope = atElement, true
		return true
	case st != jsonwalk.OK:
		return s.broken(n, st, yield)
	}
	on := s.found(s.buf[s.pos:s.pos+n:s.pos+n], s.offset(), yield)
	s.pos += n
	return on
}

// found yields the record that was walked last.
func (s *scanner) found(raw []byte, offset int64, yield func(*Record, error) bool) bool {
	s.stats.Records++
	s.index++
	if s.index <= s.skip {
		s.stats.Skipped++
		return true
	}
	r := &s.rec
	r.Index, r.Offset, r.Type = s.index-1, offset, nil
	r.raw, r.text, r.decoder = raw, nil, nil
	return yield(r, nil)
}

// whole gets the value that begins here into the window and walks it. Where a reader gives little at a time, it walks
// again only when there is twice as much, or when a finder has seen the value's end, so that its time is linear.
func (s *scanner) whole(t *jsonwalk.Trie, env []string) (n int, st jsonwalk.Status) {
	n, st = s.walker.Walk(s.rest(), t, s.depth, env)
	f, walked := finder{}, len(s.rest())
	for st == jsonwalk.Short {
		if len(s.rest()) > s.limit {
			n, st = s.walker.Walk(s.rest()[:s.limit+1], t, s.depth, env)
			if st == jsonwalk.Short {
				n = s.limit + 1
			}
			return n, st
		}
		more := s.more()
		_, ended := f.find(s.rest())
		if !more || ended || len(s.rest()) >= 2*walked {
			n, st = s.walker.Walk(s.rest(), t, s.depth, env)
			walked = len(s.rest())
		}
		if !more {
			break
		}
	}
	return n, st
}

// tooLong tells whether a walk went beyond the limit: n is how much it took, or where it stopped. So the same record is too
// long, whatever portions the reader gives.
func (s *scanner) tooLong(n int, st jsonwalk.Status) bool {
	return n > s.limit || n == s.limit && st != jsonwalk.OK && (st != jsonwalk.Short || s.end-s.pos > n)
}

// broken loses the value that begins here, which the walk found wrong after n bytes.
func (s *scanner) broken(n int, st jsonwalk.Status, yield func(*Record, error) bool) bool {
	f := &finder{}
	if c := s.buf[s.pos]; c != '{' && c != '[' {
		f.until = elementEnd
	}
	at := s.offset() + int64(n)
	switch {
	case s.tooLong(n, st):
		return s.lose(f, ErrTooLong, yield)
	case st == jsonwalk.Deep:
		return s.lose(f, fmt.Errorf("%w of %d", ErrTooDeep, s.depth), yield)
	case st == jsonwalk.Short && s.err == io.EOF:
		on := s.lost(s.rest(), ErrTruncated, yield)
		s.pos, s.state = s.end, atTop
		return on
	case st == jsonwalk.Short:
		s.fail(yield)
		return false
	}
	f.lines = true
	return s.lose(f, fmt.Errorf("%w at offset %d", ErrSyntax, at), yield)
}

// lose yields an error for the record that begins here and goes to where f sees its end.
func (s *scanner) lose(f *finder, reason error, yield func(*Record, error) bool) bool {
	for {
		if n, ok := f.find(s.rest()); ok {
			raw := s.rest()[:n]
			if n > s.limit {
				raw = raw[:min(RawLimit, s.limit)]
			}
			on := s.lost(raw, reason, yield)
			s.pos += n
			return on
		}
		if len(s.rest()) > s.limit {
			break
		}
		if s.more() {
			continue
		}
		if s.err != io.EOF {
			s.fail(yield)
			return false
		}
		on := s.lost(s.rest(), reason, yield)
		s.pos, s.state = s.end, atTop // the error told that the payload ends in the middle
		return on
	}
	if !s.lost(s.rest()[:min(RawLimit, s.limit)], reason, yield) {
		return false
	}
	for {
		if n, ok := f.find(s.rest()); ok {
			s.pos += n
			return true
		}
		s.pos, f.i = s.end, 0
		if !s.more() {
			if s.err == io.EOF {
				s.state = atTop
			}
			return true
		}
	}
}

// lost yields one lost record, which begins here.
func (s *scanner) lost(raw []byte, reason error, yield func(*Record, error) bool) bool {
	return s.lostAt(s.offset(), raw, reason, yield)
}

func (s *scanner) lostAt(offset int64, raw []byte, reason error, yield func(*Record, error) bool) bool {
	s.stats.Records++
	e := &Error{Origin: s.rec.Origin, Index: s.index, Offset: offset, Raw: raw, Err: reason}
	s.index++
	if e.Index < s.skip {
		s.stats.Skipped++
		return true
	}
	s.stats.Unparsed++
	return yield(nil, e)
}

// fail yields the reader's error, with what was read of the record that begins here.
func (s *scanner) fail(yield func(*Record, error) bool) {
	raw := s.rest()
	yield(nil, &ReadError{Origin: s.rec.Origin, Index: s.index, Offset: s.offset(), Raw: raw[:min(RawLimit, len(raw))], Err: s.err})
}
