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
		rest = text[n:]
		if b, ok := bytes.CutPrefix(rest, []byte("Original Address=")); ok { // Kiwi's server, which relays it
			_, rest, _ = bytes.Cut(b, []byte(" "))
		}
		if m.rfc5424(rest) {
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
	if b[0] == '<' && m.Priority < 0 { // a relay's header stands before the device's
		if n, ok := m.priority(b); ok {
			return n
		}
	}
	if n := nodeSize(b); n > 0 {
		m.Node = b[:n]
		return n + 1 + m.hostBeforeTime(b[n+1:])
	}
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
	case star > 0 && colon && isDeviceName(word): // a task of a wireless controller
		m.AppName = word
	case star > 0:
		return 0
	case colon && m.Facility < 0 && m.cutLevel(word):
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

// nodeSize is the size of the name of the node that a message of IOS XR is from, "RP/0/RSP0/CPU0", behind which a colon stands without a
// blank; 0 where there is none.
func nodeSize(b []byte) int {
	slashes := 0
	for i, c := range b[:min(len(b), maxNode)] {
		switch {
		case c == '/':
			slashes++
		case c == ':':
			if slashes != 3 || i+1 == len(b) || b[i+1] == ' ' {
				return 0
			}
			return i
		case !isAlnum(c):
			return 0
		}
	}
	return 0
}

const maxNode = 32

// hostBeforeTime reads the name of a device behind which its time stands without a blank between them.
func (m *SyslogMessage) hostBeforeTime(b []byte) int {
	i := bytes.IndexByte(b[:min(len(b), maxNode*2)], ':')
	if i <= 0 || !isDeviceName(b[:i]) {
		return 0
	}
	var t syslogTime
	if _, ok := t.parse(b[i+1:]); !ok {
		return 0
	}
	if m.Hostname != nil {
		m.Relay = m.Hostname
	}
	m.Hostname = b[:i]
	return i + 1
}

// cutLevel reads "LOCAL4.WARNING".
func (m *SyslogMessage) cutLevel(word []byte) bool {
	dot := bytes.IndexByte(word, '.')
	if dot < 0 || len(word) > 20 {
		return false
	}
	var lower [20]byte
	for i, c := range word {
		lower[i] = c
		if 'A' <= c && c <= 'Z' {
			lower[i] |= 0x20
		}
	}
	f, s := facilityOf(lower[:dot]), severityOf(lower[dot+1:len(word)])
	if f < 0 || s < 0 {
		return false
	}
	m.Facility, m.Severity = f, s
	return true
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
		for i < len(b) && (isAlnum(b[i]) || b[i] == '_' || b[i] == '+') { // "TAC+"
			i++
		}
		if i == len(b) || i > 128 || i == from && (parts != 1 || b[i] != '-') { // "%FTD--6-852002" has a class of no name
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
