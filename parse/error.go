package parse

import (
	"errors"
	"fmt"
)

// Reasons that an [Error] wraps, for errors.Is.
var (
	// ErrTooLong: the record is larger than Limits.Record.
	ErrTooLong = errors.New("record is longer than the limit")
	// ErrTooDeep: the record is nested deeper than Limits.Depth.
	ErrTooDeep = errors.New("record is nested deeper than the limit")
	// ErrSyntax: the bytes are not of the format.
	ErrSyntax = errors.New("syntax error")
	// ErrTruncated: the payload ends in the middle of a record, or of what holds the records.
	ErrTruncated = errors.New("payload ends in the middle")
	// ErrOther: the record is of another log type.
	ErrOther = errors.New("record is of another log type")
)

// Error is one lost record. The parser goes on with the next one.
type Error struct {
	Log    string // log type, where one was asked for
	Origin Origin
	Index  int64 // place among the payload's records, lost ones counted
	Offset int64 // of its first byte in the decompressed payload
	// Raw is the record's bytes, of one that is longer than Limits.Record only the beginning, at most [RawLimit]. It is
	// empty where no record is broken but what stands between them. It is valid until the iterator advances.
	Raw []byte
	Err error
}

// RawLimit is how much of a record that exceeds Limits.Record an [Error] holds, in bytes.
const RawLimit = 64 << 10

func (e *Error) Error() string {
	log := e.Log
	if log != "" {
		log += ": "
	}
	return fmt.Sprintf("parse: %s%s: record %d at offset %d: %v", log, e.Origin, e.Index, e.Offset, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// ReadError is the last value of a payload whose reader failed. All whole records before it were yielded.
type ReadError struct {
	Origin Origin
	Index  int64 // of the record that was being read
	Offset int64 // of its first byte in the decompressed payload
	// Raw is what was read of that record, at most [RawLimit] bytes. It is valid until the iterator advances.
	Raw []byte
	Err error // what the reader returned
}

func (e *ReadError) Error() string {
	return fmt.Sprintf("parse: %s: read of record %d at offset %d: %v", e.Origin, e.Index, e.Offset, e.Err)
}

func (e *ReadError) Unwrap() error { return e.Err }
