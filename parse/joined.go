package parse

import (
	"bytes"
	"regexp"
)

// Joined frames records of several lines: a stack trace behind its message, a statement that was broken into lines. Which
// lines belong to the one before is told by any of its fields; the zero Joined joins none. The text has the line ends between
// its lines.
//
// A record that exceeds the limit is lost in two or more pieces, up to the line that begins the next one. It is known where
// a record ends only when the next line is there.
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

// Start makes a framing for one payload.
func (f Joined) Start() Framing { return &joined{Joined: f} }

// Frame is the first record of b.
func (f Joined) Frame(b []byte, last bool) (size int, text []byte, err error) {
	return f.Start().Frame(b, last)
}

// joined is a Joined at work on one payload.
type joined struct {
	Joined
	resync
	before []byte // the end of the line that was given up last
}

func (f *joined) Frame(b []byte, last bool) (size int, text []byte, err error) {
	if f.givesUp(b) {
		n, ended := f.behind(b, last)
		if f.giving = !ended; n > 0 {
			return n, nil, ErrTooLong
		}
		if !ended {
			return 0, nil, nil
		}
	}
	before, rest, ok := nextLine(b, last)
	for ok && len(rest) > 0 {
		line, behind, whole := nextLine(rest, last)
		if !whole {
			break
		}
		if !f.joins(before, line) {
			size = len(b) - len(rest)
			return size, trimCR(bytes.TrimSuffix(b[:size], []byte{'\n'})), nil
		}
		before, rest = line, behind
	}
	if !last {
		f.tried = len(b)
		return 0, nil, nil
	}
	return len(b), trimCR(bytes.TrimSuffix(b, []byte{'\n'})), nil
}

// behind is how many bytes of b belong to a record that is given up, and whether it ends there.
func (f *joined) behind(b []byte, last bool) (n int, ended bool) {
	for rest := b; len(rest) > 0; n = len(b) - len(rest) {
		line, behind, ok := nextLine(rest, last)
		if !ok {
			return n, false
		}
		if !f.joins(f.before, line) {
			return n, true
		}
		f.before, rest = append(f.before[:0], line[max(0, len(line)-1):]...), behind
	}
	return n, false
}

// resync tells a framing that the record which it looked at last exceeds a limit: only its first line was taken off then,
// and what belongs to it is still there. Without it every line would be looked at again with all that is behind it.
type resync struct {
	tried  int  // so many bytes did not hold a whole record
	giving bool // what belongs to a record that was too long is given up
}

func (r *resync) givesUp(b []byte) bool {
	r.giving = r.giving || r.tried > 0 && len(b) < r.tried
	r.tried = 0
	return r.giving
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
