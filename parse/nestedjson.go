package parse

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
)

// NestedJSON frames JSON whose records stand deeper than [JSONFormat] looks, or in texts that hold JSON:
//
//	{"account":"1234","detail":{"events":[{"id":1},{"id":2}]}}
//	{"time":"09:00","message":"{\"user\":\"alice\"}"}
//
// A record may be a copy of what is in the payload, so this is slower than JSONFormat. Memory grows with the largest outer
// object, which Limits hold for. A record's Offset is the outer object's plus its own within the member that holds it.
// [Inner] reads records within records as they are, with a parser of their own.
type NestedJSON struct {
	// Outer frames the objects in which the records stand.
	Outer JSONFormat
	// Records is the path of the records in such an object: of an array of objects, of one object, or of a text that holds
	// the JSON of these. An object in which there is nothing like that is a record itself, and so is each where it is empty.
	Records string
	// Envelope keeps the outer object's members, but for the one that Records begins with, in each record behind its own.
	Envelope bool
	// Texts are members of a record that hold JSON in a text: it takes the text's place. A text that is none stays.
	Texts []string
}

// Parse yields the records.
func (f NestedJSON) Parse(in Input) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		names := []string{""}
		if f.Records != "" {
			var err error
			if names, err = splitPath(f.Records); err != nil {
				yield(nil, fmt.Errorf("parse: nested JSON: %w", err))
				return
			}
		}
		n := &nested{NestedJSON: f, in: in, member: names[0], trie: in.Fields.walkTrie(), stats: in.Stats, yield: yield}
		if n.stats == nil {
			n.stats = &Stats{}
		}
		outer := in
		outer.Fields, outer.Skip, outer.Stats = nil, 0, &Stats{}
		var read int64
		for r, err := range f.Outer.Parse(outer) {
			n.stats.Bytes += outer.Stats.Bytes - read
			read = outer.Stats.Bytes
			if !n.outer(r, err) {
				break
			}
		}
		n.stats.Bytes += outer.Stats.Bytes - read
	}
}

// nested is a NestedJSON at work on one payload.
type nested struct {
	NestedJSON
	in      Input
	member  string // that Records begins with
	trie    *jsonwalk.Trie
	stats   *Stats
	index   int64
	walker  jsonwalk.Walker
	record  Record
	raw     []byte // of the record
	members []byte // of the envelope
	yield   func(*Record, error) bool
}

// outer yields what one outer object holds. It is false when the caller or the reader has ended.
func (n *nested) outer(r *Record, err error) bool {
	if lost, ok := errors.AsType[*Error](err); ok {
		return n.lose(lost)
	}
	if err != nil {
		return n.yield(nil, err)
	}
	records := n.records(r)
	if !records.IsObject() && !records.IsArray() {
		return n.give(r, string(r.JSON()), r.Offset, nil)
	}
	n.members = n.members[:0]
	if n.Envelope {
		gjson.ParseBytes(r.JSON()).ForEach(func(k, v gjson.Result) bool {
			if k.Str != n.member {
				n.members = append(append(append(append(n.members, ','), k.Raw...), ':'), v.Raw...)
			}
			return true
		})
	}
	if records.IsObject() {
		return n.give(r, records.Raw, r.Offset, n.members)
	}
	on := true
	records.ForEach(func(_, v gjson.Result) bool {
		offset := r.Offset + int64(v.Index)
		if !v.IsObject() {
			on = n.lose(&Error{Origin: r.Origin, Offset: offset, Raw: []byte(v.Raw), Err: fmt.Errorf("%w: record is no object", ErrSyntax)})
			return on
		}
		on = n.give(r, v.Raw, offset, n.members)
		return on
	})
	return on
}

// records is what Records names in an outer object.
func (n *nested) records(r *Record) gjson.Result {
	if n.Records == "" {
		return gjson.Result{}
	}
	v := r.Get(n.Records)
	if v.Kind() != JSON && (v.Kind() != String || !jsonwalk.Valid(trimSpace(v.Bytes()), n.in.Limits.depth())) {
		return gjson.Result{}
	}
	return gjson.ParseBytes(v.Bytes())
}

// give yields one record.
func (n *nested) give(outer *Record, object string, offset int64, members []byte) bool {
	n.raw = n.raw[:0]
	if len(n.Texts) == 0 {
		n.raw = joinMembers(n.raw, object, members)
	} else {
		n.raw = n.unpack(n.raw, object, members)
	}
	if n.index < n.in.Skip {
		n.index++
		n.stats.Records++
		n.stats.Skipped++
		return true
	}
	if _, st := n.walker.Walk(n.raw, n.trie, n.in.Limits.depth(), nil); st != jsonwalk.OK {
		return n.lose(&Error{Origin: outer.Origin, Offset: offset, Raw: n.raw, Err: fmt.Errorf("%w of %d", ErrTooDeep, n.in.Limits.depth())})
	}
	n.record = Record{
		Origin: outer.Origin, Index: n.index, Offset: offset, raw: n.raw, walker: &n.walker, fields: n.in.Fields, clock: n.in.Clock,
	}
	n.index++
	n.stats.Records++
	return n.yield(&n.record, nil)
}

// unpack appends an object with further members, and with what its texts hold.
func (n *nested) unpack(dst []byte, object string, members []byte) []byte {
	dst = append(dst, '{')
	gjson.Parse(object).ForEach(func(k, v gjson.Result) bool {
		raw := []byte(v.Raw)
		if v.Type == gjson.String && slices.Contains(n.Texts, k.Str) {
			if text := trimSpace([]byte(v.Str)); jsonwalk.Valid(text, n.in.Limits.depth()-1) {
				raw = text
			}
		}
		if dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, k.Raw...), ':'), raw...)
		return true
	})
	if dst[len(dst)-1] == '{' && len(members) > 0 {
		members = members[1:]
	}
	return append(append(dst, members...), '}')
}

// lose yields the loss of a record.
func (n *nested) lose(e *Error) bool {
	e.Index = n.index
	n.index++
	n.stats.Records++
	if e.Index < n.in.Skip {
		n.stats.Skipped++
		return true
	}
	n.stats.Unparsed++
	return n.yield(nil, e)
}
