package parse

import (
	"io"
	"iter"
)

// Parser turns one payload into records.
//
// An [*Error] is one record that is lost: go on. Any other error is the last value, a [*ReadError] where the
// reader failed. A record, and everything read from it, is valid until the iterator advances. A Parser is safe
// for concurrent use; the iterator it returns is not, and is used once.
type Parser interface {
	Parse(Input) iter.Seq2[*Record, error]
}

// Input is one payload to parse. Only Reader is required.
type Input struct {
	// Reader is the payload, decompressed. It is read to its end, not closed.
	Reader io.Reader
	Origin Origin
	// Fields are picked out of each record while its end is looked for: one pass instead of two.
	Fields *Fields
	Limits Limits
	// Skip is how many records, from the first, are framed and counted as skipped but not yielded: a
	// payload that was left in the middle is resumed with it.
	Skip int64
	// Clock completes times that have no year or no zone.
	Clock Clock
	// Stats, where it is set, is added to by the parser while the iterator runs.
	Stats *Stats
}

// Limits bound what a payload can make a parser hold.
type Limits struct {
	// Record is the size of the largest record in bytes, 8 MiB where it is 0, 1 GiB at
	// most.
	Record int
	// Depth is the deepest nesting of a record, 512 where it is 0, which is also the most.
	Depth int
}

// Defaults of [Limits].
const (
	DefaultRecordLimit = 8 << 20
	DefaultDepthLimit  = 512
)

// Stats are the counts of one payload. Records = yielded + Unparsed + Skipped, once the iterator has ended.
type Stats struct {
	Bytes    int64 // decompressed
	Records  int64 // records found, lost ones counted
	Unparsed int64 // yielded as *Error
	Skipped  int64 // not yielded: Input.Skip, or known and of no interest (a CloudTrail digest)
}

// maxRecordLimit is what the places of values in a record can count.
const maxRecordLimit = 1 << 30

func (l Limits) record() int {
	if l.Record <= 0 {
		return DefaultRecordLimit
	}
	return min(l.Record, maxRecordLimit)
}

func (l Limits) depth() int {
	if l.Depth <= 0 {
		return DefaultDepthLimit
	}
	return min(l.Depth, DefaultDepthLimit)
}
