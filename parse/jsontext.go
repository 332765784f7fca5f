package parse

import (
	"fmt"
	"io"
	"iter"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
)

// JSONText takes a payload as one JSON text of any type: the whole is one record, be it an object, an array or a number. It
// is RFC 8259, but strings may hold invalid UTF-8, and a byte order mark at the beginning is skipped. Text behind it, no
// text, or one that is none or exceeds a limit, loses the record.
type JSONText struct{}

// Parse yields the record.
func (JSONText) Parse(in Input) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		s := scanners.Get().(*scanner)
		defer s.release()
		s.begin(in, formats{json: true})
		s.skipBOM()
		if !s.space() {
			if s.err != io.EOF {
				s.fail(yield)
				return
			}
			s.lost(nil, ErrTruncated, yield)
			return
		}
		s.one(yield)
	}
}

// one yields the payload's only value.
func (s *scanner) one(yield func(*Record, error) bool) {
	n, st := s.whole(s.trie, nil)
	if st == jsonwalk.OK && !s.tooLong(n, st) {
		n, st = s.behindOne(n)
	}
	if st == jsonwalk.Short && s.err == io.EOF && n == len(s.rest()) && isNumber(s.rest()) {
		st = jsonwalk.OK // only the end of the text ends a number
	}
	if st == jsonwalk.OK && !s.tooLong(n, st) {
		s.found(s.rest()[:n:n], s.offset(), yield)
		s.pos = s.end
		return
	}
	var reason error
	switch {
	case s.tooLong(n, st):
		reason = ErrTooLong
	case st == jsonwalk.Deep:
		reason = fmt.Errorf("%w of %d", ErrTooDeep, s.depth)
	case st == jsonwalk.Short && s.err == io.EOF:
		reason = ErrTruncated
	case st == jsonwalk.Short:
		s.fail(yield)
		return
	default:
		reason = fmt.Errorf("%w at offset %d", ErrSyntax, s.offset()+int64(n))
	}
	if !s.lost(s.rest()[:min(len(s.rest()), RawLimit, s.limit)], reason, yield) {
		return
	}
	for s.pos = s.end; s.more(); s.pos = s.end {
	}
	if s.err != io.EOF {
		s.fail(yield)
	}
}

// behindOne tells whether nothing but white space stands behind the value, which has n bytes. Its bytes may have moved, so it
// is then walked again.
func (s *scanner) behindOne(n int) (int, jsonwalk.Status) {
	for i := n; ; i++ {
		for i >= len(s.rest()) {
			if len(s.rest()) > s.limit {
				return s.limit + 1, jsonwalk.Short
			}
			if !s.more() {
				if s.err != io.EOF {
					return n, jsonwalk.Short
				}
				return s.walker.Walk(s.rest(), s.trie, s.depth, nil)
			}
		}
		if !isBlank(s.rest()[i]) {
			return i, jsonwalk.Syntax
		}
	}
}
