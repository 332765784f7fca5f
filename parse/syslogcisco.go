package parse

import "bytes"

// ParseCisco takes a message of a Cisco device apart, as it sends it or as a relay writes it: before the Message, which begins
// with %FACILITY-SEVERITY-MNEMONIC, stand in any order and number a priority, times, names, a program and sequence numbers,
// or nothing. The last time counts, which is the device's own.
func (m *SyslogMessage) ParseCisco(text []byte) error {
	*m = SyslogMessage{Priority: -1, Facility: -1, Severity: -1}
	text = trimEnd(text)
	rest := text
	if len(text) > 0 && text[0] == '<' {
		n, ok := m.priority(text)
		if !ok {
			return errPriority
		}
		if rest = text[n:]; m.rfc5424(rest) {
			rest = m.Message
		}
	}
	if !m.ciscoHeader(rest) {
		return errNoCisco
	}
	return nil
}

// maxHeaderParts is how many times, names and numbers can stand before a Cisco message.
const maxHeaderParts = 10

// ciscoHeader reads what stands before a Cisco message. Where none follows, nothing is changed.
func (m *SyslogMessage) ciscoHeader(b []byte) bool {
	was := *m
	for range maxHeaderParts {
		for len(b) > 0 && (b[0] == ' ' || b[0] == ':') {
			b = b[1:]
		}
		switch {
		case len(b) == 0:
			*m = was
			return false
		case b[0] == '%':
			if ciscoTag(b) {
				m.Message = b
				return true
			}
			*m = was
			return false
		}
		n := m.ciscoPart(b)
		if n == 0 {
			break
		}
		b = b[n:]
	}
	*m = was
	return false
}

// ciscoPart reads one part of the header and tells its size.
func (m *SyslogMessage) ciscoPart(b []byte) int {
	star := 0
	if (b[0] == '*' || b[0] == '.') && len(b) > 1 { // the clock is not set, or not synchronized
		star = 1
	}
	var stamp syslogTime
	if n, ok := stamp.parse(b[star:]); ok {
		m.stamp, m.Timestamp = stamp, b[star:star+n]
		return star + n
	}
	n := bytes.IndexByte(b, ' ')
	if n < 0 {
		n = len(b)
	}
	word := b[star:n]
	colon := len(word) > 0 && word[len(word)-1] == ':'
	if colon {
		word = word[:len(word)-1]
	}
	switch {
	case len(word) == 0:
		return 0
	case colon && allDigits(word):
		m.Sequence = word
	case colon && isUptime(word):
		m.Uptime = word
	case star > 0:
		return 0
	case colon && word[len(word)-1] == ']' && bytes.IndexByte(word, '[') > 0:
		i := bytes.IndexByte(word, '[')
		m.AppName, m.ProcID = word[:i], word[i+1:len(word)-1]
	case isDeviceName(word) && (colon || m.Hostname == nil):
		if m.Relay != nil {
			return 0
		}
		if m.Hostname != nil && !bytes.Equal(m.Hostname, word) {
			m.Relay = m.Hostname
		}
		m.Hostname = word
	default:
		return 0
	}
	return n
}

// isUptime tells whether b is a time since the start: "2y10w", "1w2d", "00:01:02".
func isUptime(b []byte) bool {
	if len(b) == 8 && b[2] == ':' && b[5] == ':' {
		return allDigits(b[:2]) && allDigits(b[3:5]) && allDigits(b[6:])
	}
	i := 0
	for parts := 0; parts < 3; parts++ {
		_, n := digits(b[i:], 4)
		i += n
		if n == 0 || i == len(b) || bytes.IndexByte([]byte("ywdhm"), b[i]) < 0 {
			return false
		}
		if i++; i == len(b) {
			return true
		}
	}
	return false
}

func isDeviceName(b []byte) bool {
	alnum := false
	for _, c := range b {
		switch {
		case isAlnum(c), c >= 0x80:
			alnum = true
		case c == '.' || c == '-' || c == '_' || c == ':' || c == '/' || c == '@' || c == '<' || c == '>':
		default:
			return false
		}
	}
	return alnum
}

// ciscoTag tells whether b begins with %FACILITY[-SUBFACILITY]-SEVERITY-MNEMONIC and a colon or a blank.
func ciscoTag(b []byte) bool {
	severity := false
	parts := 0
	for i := 1; ; {
		from := i
		for i < len(b) && (isAlnum(b[i]) || b[i] == '_') {
			i++
		}
		if i == from || i == len(b) || i > 128 {
			return false
		}
		if severity && b[i] != '-' {
			return b[i] == ':' || b[i] == ' '
		}
		if b[i] != '-' {
			return false
		}
		severity = parts > 0 && i == from+1 && '0' <= b[from] && b[from] <= '7'
		parts++
		i++
	}
}
