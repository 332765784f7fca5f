package parse

import (
	"bytes"
	"regexp"
)

// Joined frames records of several lines: a stack trace behind its message, a statement that was broken into lines. Which
// lines belong to the one before is told by any of its fields; the zero Joined joins none. The text has the line ends between
// its lines.
//
// A record that exceeds the limit loses its first line, and the next line begins one. It is known where a record ends only
// when the next line is there.
type Joined struct {
	// Begins matches the first line of every record; all other lines belong to the record before. Those before the first
	// record are one of their own.
	Begins *regexp.Regexp
	// Continues matches lines that belong to the record before.
	Continues *regexp.Regexp
	// Indented lines begin with a blank or a tab, and belong to the record before.
	Indented bool
	// Backslash tells that a line which ends in a backslash goes on in the next one.
	Backslash bool
}

// Frame is the first record of b.
func (f Joined) Frame(b []byte, last bool) (size int, text []byte, err error) {
	before, rest, ok := nextLine(b, last)
	for ok && len(rest) > 0 {
		line, behind, whole := nextLine(rest, last)
		if !whole {
			return 0, nil, nil
		}
		if !f.joins(before, line) {
			size = len(b) - len(rest)
			return size, trimCR(bytes.TrimSuffix(b[:size], []byte{'\n'})), nil
		}
		before, rest = line, behind
	}
	if !last {
		return 0, nil, nil
	}
	return len(b), trimCR(bytes.TrimSuffix(b, []byte{'\n'})), nil
}

// joins tells whether a line belongs to the one before.
func (f Joined) joins(before, line []byte) bool {
	switch {
	case f.Indented && len(line) > 0 && isBlankOrTab(line[0]),
		f.Backslash && bytes.HasSuffix(before, []byte{'\\'}),
		f.Continues != nil && f.Continues.Match(line):
		return true
	}
	return f.Begins != nil && !f.Begins.Match(line)
}

// nextLine is the first line of b, and what is behind it; ok is false where its end is not there yet.
func nextLine(b []byte, last bool) (line, rest []byte, ok bool) {
	n := bytes.IndexByte(b, '\n')
	switch {
	case n >= 0:
		return trimCR(b[:n]), b[n+1:], true
	case last:
		return trimCR(b), nil, true
	}
	return nil, nil, false
}
