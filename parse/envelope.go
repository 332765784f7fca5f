package parse

import (
	"bytes"
	"fmt"
	"io"
	"unsafe"

	"github.com/tidwall/gjson"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
)

func isEOF(err error) bool { return err == io.EOF }

// jsonBegins tells whether what is next is JSON, where texts are expected too: an object, or an array of objects.
// Other texts begin with a bracket as well.
func (s *scanner) jsonBegins() bool {
	array := false
	for i := 0; i <= s.limit; i++ {
		for i >= len(s.rest()) {
			if !s.more() {
				return false
			}
		}
		switch c := s.rest()[i]; {
		case isBlank(c):
		case c == '{':
			return true
		case c == '[' && !array:
			array = true
		default:
			return array && c == ']'
		}
	}
	return false
}

// keeps tells whether an object's members are kept, of which head goes to the records.
func (s *scanner) keeps(head []byte) bool {
	if len(s.kept) == 0 {
		return false
	}
	head = bytes.TrimSuffix(trimSpace(head), []byte(":"))
	head = trimSpace(head)
	for _, name := range s.kept {
		s.joined = appendQuoted(s.joined[:0], unsafe.Slice(unsafe.StringData(name), len(name)))
		if bytes.HasSuffix(head, s.joined) {
			return true
		}
	}
	return false
}

// envelope yields the records of the object that begins here, with its other members.
func (s *scanner) envelope(yield func(*Record, error) bool) bool {
	n, st := s.whole(s.trie, nil) // not the empty one, since the walker looks up a trie anew when it changes
	if st != jsonwalk.OK || s.tooLong(n, st) {
		return s.broken(n, st, yield)
	}
	var records gjson.Result
	members, record := s.members[:0], s.joined
	gjson.Parse(Name(s.rest()[:n])).ForEach(func(k, v gjson.Result) bool {
		if !records.Exists() && v.IsArray() && s.names(k.Str) {
			records = v
			return true
		}
		members = append(append(append(append(members, ','), k.Raw...), ':'), v.Raw...)
		return true
	})
	on := true
	start := s.offset()
	records.ForEach(func(_, v gjson.Result) bool {
		offset := start + int64(v.Index)
		if !v.IsObject() {
			on = s.lostAt(offset, []byte(v.Raw), fmt.Errorf("%w: record is no object", ErrSyntax), yield)
			return on
		}
		record = joinMembers(record[:0], v.Raw, members)
		switch _, st := s.walker.Walk(record, s.trie, s.depth, nil); st {
		case jsonwalk.OK:
			on = s.found(record, offset, yield)
		default:
			on = s.lostAt(offset, record, fmt.Errorf("%w of %d", ErrTooDeep, s.depth), yield)
		}
		return on
	})
	if s.members, s.joined = members, record; cap(members)+cap(record) > keptWindow {
		s.members, s.joined = nil, nil
	}
	s.pos += n
	return on
}

func (s *scanner) names(name string) bool {
	for _, kept := range s.kept {
		if kept == name {
			return true
		}
	}
	return false
}

// joinMembers appends an object with further members, each behind a comma.
func joinMembers(dst []byte, object string, members []byte) []byte {
	own := trimSpace([]byte(object[1 : len(object)-1]))
	dst = append(dst, '{')
	dst = append(dst, own...)
	if len(own) == 0 && len(members) > 0 {
		members = members[1:]
	}
	dst = append(dst, members...)
	return append(dst, '}')
}
