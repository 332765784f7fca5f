package parse

import "bytes"

// legacy reads RFC 3164 and its dialects: [time] [host] [facility.severity] [tag] message.
func (m *SyslogMessage) legacy(b []byte) error {
	b = trimLeft(b)
	n, ok := m.stamp.parse(b)
	if !ok && len(b) > 0 && (b[0] == ':' || b[0] == '*' || b[0] == '.' || isDigit(b[0])) && m.ciscoHeader(b) {
		m.cutTag(m.Message)
		return nil
	}
	if !ok && m.Priority < 0 {
		n, ok = m.journalEpoch(b)
	}
	if !ok {
		if m.Priority < 0 {
			return errNoSyslog
		}
		m.cutTag(b)
		return nil
	}
	m.Timestamp = b[:n]
	iso := isDigit(b[0]) && n > 10 && b[4] == '-'
	if n < len(b) && b[n] == ':' { // only Cisco's devices
		n++
	}
	rest := trimLeft(b[n:])
	if host := hostSize(rest); host > 0 {
		m.Hostname, rest = rest[:host], trimLeft(rest[host:])
		if len(rest) > 0 && rest[0] == ':' && (len(rest) == 1 || rest[1] == ' ') { // "host : %ASA-...": Cisco's again
			rest = trimLeft(rest[1:])
		}
	}
	rest = m.facilityName(rest)
	m.cutTag(rest)
	if iso && m.Priority < 0 && m.AppName == nil && !untagged(m.Message) {
		// Many logs that are no syslog begin with such a time.
		return errNoSyslog
	}
	return nil
}

// untagged tells whether a message is one that syslog daemons write without a tag: "-- MARK --", "last message repeated 2 times".
func untagged(message []byte) bool {
	return bytes.HasPrefix(message, []byte("--")) || isRepeated(message)
}

func isRepeated(b []byte) bool {
	return bytes.HasPrefix(b, []byte("last message repeated ")) || bytes.HasPrefix(b, []byte("message repeated "))
}

// journalEpoch reads the time of `journalctl -o short-unix`, where a host and a tag follow it, since other logs begin with
// seconds too.
func (m *SyslogMessage) journalEpoch(b []byte) (int, bool) {
	n, ok := m.stamp.parseEpoch(b)
	if ok {
		rest := trimLeft(b[n:])
		if host := hostSize(rest); host > 0 {
			var probe SyslogMessage
			probe.cutTag(trimLeft(rest[host:]))
			if probe.AppName != nil {
				return n, true
			}
		}
	}
	m.stamp = syslogTime{}
	return 0, false
}

// hostSize is the size of the host at the beginning of b: 0 where the tag or the message stands there.
func hostSize(b []byte) int {
	n := bytes.IndexByte(b, ' ')
	if n < 0 {
		n = len(b)
	}
	if n == 0 || isRepeated(b) {
		return 0
	}
	letters, colons := false, 0
	for _, c := range b[:n] {
		switch {
		case isAlnum(c):
			letters = true
		case c == ':':
			colons++
		case c >= 0x80 || c == '.' || c == '-' || c == '_' || c == '/' || c == '@' || c == '~':
		case c == '%' && colons > 1: // an IPv6 zone
		default:
			return 0
		}
	}
	if !letters || b[n-1] == ':' && colons < 2 || colons == 1 && b[n-1] != ':' && !isDigit(b[n-1]) {
		return 0
	}
	return n
}

// facilityName cuts off the "auth.info" that busybox's syslogd writes behind the host.
func (m *SyslogMessage) facilityName(b []byte) []byte {
	n := bytes.IndexByte(b[:min(len(b), 20)], ' ')
	dot := bytes.IndexByte(b[:max(n, 0)], '.')
	if dot < 0 || m.Priority >= 0 {
		return b
	}
	f, s := facilityOf(b[:dot]), severityOf(b[dot+1:n])
	if f < 0 || s < 0 {
		return b
	}
	m.Facility, m.Severity = f, s
	return trimLeft(b[n:])
}

// cutTag takes the program and its process off the message.
func (m *SyslogMessage) cutTag(b []byte) {
	m.Message = b
	i := tagName(b)
	if i == 0 || i == len(b) {
		return
	}
	switch b[i] {
	case ':':
		if i+1 < len(b) && b[i+1] != ' ' && !isLetter(b[i+1]) {
			return // a time, an address, a URL
		}
		m.AppName, m.Message = b[:i], afterBlank(b[i+1:])
	case '[':
		end := bytes.IndexByte(b[i:min(len(b), i+128)], ']')
		if end < 0 {
			return
		}
		pid, rest := b[i+1:i+end], b[i+end+1:]
		colon := len(rest) > 0 && rest[0] == ':'
		if bytes.IndexByte(pid, ' ') >= 0 || bytes.IndexByte(pid, '[') >= 0 || !colon && !allDigits(pid) || !colon && len(rest) > 0 && rest[0] != ' ' {
			return
		}
		if colon {
			rest = rest[1:]
		}
		m.AppName, m.Message = b[:i], afterBlank(rest)
		if len(pid) > 0 {
			m.ProcID = pid
		}
	}
}

// tagName is how many bytes at the beginning of b can be a program's name.
func tagName(b []byte) int {
	for i, c := range b {
		if c == ']' && i > 0 && i+1 < len(b) && (b[i+1] == ':' || b[i+1] == '[') {
			continue // "gdm-password]"
		}
		if c <= ' ' || c == ':' || c == '[' || c == 0x7f || c == '"' || c == '=' || c == ',' || c == '{' || c == '<' || c == ']' || i > 128 {
			return i
		}
	}
	return len(b)
}

func afterBlank(b []byte) []byte {
	if len(b) > 0 && b[0] == ' ' {
		return b[1:]
	}
	return b
}

func trimLeft(b []byte) []byte {
	for len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	return b
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isAlnum(c byte) bool { return isDigit(c) || isLetter(c) }

func allDigits(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
	}
	return len(b) > 0
}

// facilityOf is a facility by the name that syslog(3) has for it; -1 where it has none.
func facilityOf(name []byte) int {
	switch string(name) {
	case "kern":
		return 0
	case "user":
		return 1
	case "mail":
		return 2
	case "daemon":
		return 3
	case "auth", "security":
		return 4
	case "syslog":
		return 5
	case "lpr":
		return 6
	case "news":
		return 7
	case "uucp":
		return 8
	case "cron":
		return 9
	case "authpriv":
		return 10
	case "ftp":
		return 11
	case "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7":
		return 16 + int(name[5]-'0')
	}
	return -1
}

// severityOf is a severity by the name that syslog(3) has for it; -1 where it has none.
func severityOf(name []byte) int {
	switch string(name) {
	case "emerg", "panic":
		return 0
	case "alert":
		return 1
	case "crit":
		return 2
	case "err", "error":
		return 3
	case "warn", "warning":
		return 4
	case "notice":
		return 5
	case "info":
		return 6
	case "debug":
		return 7
	}
	return -1
}
