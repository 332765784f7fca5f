package parse

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
)

// Inner is a Parser of records that stand within others: the event of a trail in the message of a log event, a finding in
// the detail of an event. Another parser reads what a field of the outer record holds, a text or JSON, as if it were a
// payload; what it yields are the records, and each has the one that holds it as its [Record.Outer].
//
// A record's Origin is that of the payload, its Index counts the inner records, and its Offset is the outer record's plus
// its own within the field: no two records of a payload have the same, since a field is no longer than the record that it
// stands in. Of the outer record these are as Outer tells them. [Input].Fields are picked from the inner records, and Limits
// hold for both.
type Inner struct {
	Outer Parser
	// Paths are where the inner payload may stand in an outer record: the first that is a text, an object or an array is
	// read. They are the record's own, none that it has of an envelope. An outer record that has none of them is lost.
	Paths []string
	// Parser reads it.
	Parser Parser
	// Rest makes an outer record that holds nothing for Parser a record of its own, instead of losing it: one that has
	// none of Paths, or of whose field Parser refuses the first record.
	Rest bool
}

// Parse yields the inner records.
func (n Inner) Parse(in Input) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		paths, err := compileFields(n.Paths)
		if err != nil {
			yield(nil, fmt.Errorf("parse: inner: %w", err))
			return
		}
		w := &within{Inner: n, in: in, yield: yield}
		if w.in.Stats == nil {
			w.in.Stats = &Stats{}
		}
		outer := in
		outer.Fields, outer.Skip, outer.Stats = paths, 0, &Stats{}
		var seen Stats
		for r, err := range n.Outer.Parse(outer) {
			w.in.Stats.Bytes += outer.Stats.Bytes - seen.Bytes
			w.skipped(outer.Stats.Skipped - seen.Skipped)
			seen = *outer.Stats
			if !w.outer(r, err) {
				break
			}
		}
		w.in.Stats.Bytes += outer.Stats.Bytes - seen.Bytes
		w.skipped(outer.Stats.Skipped - seen.Skipped)
	}
}

// within is an Inner at work on one payload.
type within struct {
	Inner
	in    Input // the caller's
	yield func(*Record, error) bool
	index int64 // of the next record
}

// outer yields what one outer record holds. It is false when the caller or the reader has ended.
func (w *within) outer(r *Record, err error) bool {
	var lost *Error
	if errors.As(err, &lost) {
		return w.give(nil, lost)
	}
	if err != nil {
		return w.yield(nil, err)
	}
	if text := w.text(r); text != nil {
		return w.inner(r, text)
	}
	if w.Rest {
		return w.give(r, nil)
	}
	return w.give(nil, &Error{Log: r.Log(), Origin: r.Origin, Offset: r.Offset, Raw: r.Bytes(), Err: errNoInner})
}

const errNoInner = Reason("the record holds no other one")

// text is the inner payload of an outer record; nil where it has none.
func (w *within) text(r *Record) []byte {
	for _, path := range w.Paths {
		if v := r.Get(path); v.Kind() == String || v.Kind() == JSON {
			return v.Bytes()
		}
	}
	return nil
}

// inner yields the records of a field.
func (w *within) inner(outer *Record, text []byte) bool {
	in := w.in
	in.Reader, in.Origin, in.Skip, in.Stats = bytes.NewReader(text), outer.Origin, 0, &Stats{}
	var skipped int64
	first := true
	for r, err := range w.Parser.Parse(in) {
		w.skipped(in.Stats.Skipped - skipped)
		skipped = in.Stats.Skipped
		var lost *Error
		switch {
		case errors.As(err, &lost) && first && w.Rest:
			return w.give(outer, nil)
		case lost != nil:
			lost.Offset += outer.Offset
		case err != nil:
			return w.yield(nil, err) // the parser itself is wrong
		default:
			r.Offset += outer.Offset
			r.within(outer)
		}
		first = false
		if !w.give(r, lost) {
			return false
		}
	}
	w.skipped(in.Stats.Skipped - skipped)
	return true
}

// within makes outer the outermost record that r stands in.
func (r *Record) within(outer *Record) {
	for r.Outer != nil && r.Outer != outer {
		r = r.Outer
	}
	r.Outer = outer
}

// give counts a record, or one that is lost, and yields it where it is not to be skipped.
func (w *within) give(r *Record, lost *Error) bool {
	index := w.index
	w.index++
	w.in.Stats.Records++
	switch {
	case index < w.in.Skip:
		w.in.Stats.Skipped++
		return true
	case lost != nil:
		w.in.Stats.Unparsed++
		lost.Index = index
		return w.yield(nil, lost)
	}
	r.Index = index
	return w.yield(r, nil)
}

// skipped counts records that a parser did not yield.
func (w *within) skipped(n int64) {
	w.index += n
	w.in.Stats.Records += n
	w.in.Stats.Skipped += n
}
