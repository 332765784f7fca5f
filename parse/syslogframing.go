package parse

import "bytes"

// SyslogFraming frames a stream of syslog messages as RFC 6587 has it, message by message as it finds them: one that begins
// with a number, a blank and a priority is of that many octets, any other ends at the line's end. A message that has a priority
// goes on over the lines that follow it as long as they begin with a blank, a bracket that closes or the like, or a word that is none
// of a log's, since its text may have any octet; and a NUL ends it where another priority follows.
type SyslogFraming struct{}

const (
	maxOctets  = 10 // digits of the largest record and one more
	maxStretch = 64 // so many bytes tell whether a line goes on
)

// Frame tells where the first message in b ends.
func (SyslogFraming) Frame(b []byte, last bool) (size int, text []byte, err error) {
	if isDigit(b[0]) {
		count, from, more := octetCount(b)
		switch {
		case more && !last:
			return 0, nil, nil
		case count > 0 && from+count <= len(b):
			return from + count, trimEnd(b[from : from+count]), nil
		case count > 0 && last:
			return len(b), b, ErrTruncated
		case count > 0:
			return 0, nil, nil
		}
	}
	priority := b[0] == '<'
	for from := 0; ; {
		n := bytes.IndexByte(b[from:], '\n')
		if n < 0 && !last {
			return 0, nil, nil
		}
		end := len(b)
		if n >= 0 {
			end = from + n
		}
		if priority {
			if nul := endAtNUL(b[from:end]); nul > 0 {
				return from + nul, trimEnd(b[:from+nul]), nil
			}
		}
		if n < 0 {
			return end, trimEnd(b), nil
		}
		if !priority {
			return end + 1, trimEnd(b[:end]), nil
		}
		next := bytes.TrimLeft(b[end:], "\r\n")
		if len(next) < maxStretch && !last && bytes.IndexByte(next, '\n') < 0 {
			return 0, nil, nil
		}
		if !goesOn(next) {
			return end + 1, trimEnd(b[:end]), nil
		}
		from = len(b) - len(next)
	}
}

// octetCount reads the count of a frame, and where its message begins; 0 where b begins with none. more tells that b is too
// short to say.
func octetCount(b []byte) (count, from int, more bool) {
	count, n := digits(b, maxOctets)
	switch {
	case n == len(b) || n+1 == len(b) && b[n] == ' ':
		return 0, 0, n < maxOctets
	case b[0] == '0' || n == maxOctets || b[n] != ' ' || b[n+1] != '<':
		return 0, 0, false
	}
	return count, n + 1, false
}

// endAtNUL is the size of a message that ends at a NUL, with it; 0 where it does not.
func endAtNUL(b []byte) int {
	for from := 0; ; {
		n := bytes.IndexByte(b[from:], 0)
		if n < 0 {
			return 0
		}
		from += n + 1
		if from < len(b) && b[from] == '<' {
			return from
		}
	}
}

// goesOn tells whether a line belongs to the message before.
func goesOn(line []byte) bool {
	if len(line) == 0 {
		return false
	}
	if bytes.IndexByte([]byte(" \t})]-|+=/\\!?,;~&@"), line[0]) >= 0 {
		return true
	}
	if !isLetter(line[0]) && line[0] < 0x80 {
		return false
	}
	var t syslogTime
	if _, ok := t.parse(line); ok {
		return false
	}
	// A line of auditd, a load balancer and the like begins with a word that is not prose, or a time follows it.
	for i, c := range line[:min(len(line), maxStretch)] {
		switch {
		case c == '\n' || c == '\r':
			return true
		case c == ' ':
			_, ok := t.parse(line[i+1:])
			return !ok
		case !isLetter(c) && c < 0x80 && c != '\'' && c != '.' && c != ',' && c != '-' && c != ':' && c != '(' && c != ')':
			return false
		}
	}
	return len(line) < maxStretch
}

// trimEnd takes off what ends a message, and the newline that some senders count.
func trimEnd(b []byte) []byte {
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r' || b[len(b)-1] == 0) {
		b = b[:len(b)-1]
	}
	return b
}
