package parse

import (
	"bytes"
	"strconv"
	"time"
)

// Syslog decodes syslog messages: those of RFC 5424 and RFC 3164, and the dialects that daemons, relays and files have of
// the latter. Its fields are told by [SyslogMessage.Write]. It goes with [SyslogFraming].
type Syslog struct{}

// Decode tells the fields of one message.
func (Syslog) Decode(text []byte, w *Writer) error {
	var m SyslogMessage
	if err := m.Parse(text); err != nil {
		return err
	}
	m.Write(w)
	return nil
}

// SyslogMessage is one syslog message, taken apart. Its texts are parts of what was parsed; those that the message does not
// have, or has as "-", are nil. It is for decoders whose logs come over syslog: they parse the header, and take Message apart
// themselves.
type SyslogMessage struct {
	// Priority is facility*8 + severity; -1 where the message has none, as in most files.
	Priority int
	// Facility and Severity are the two halves of Priority, or what busybox's syslogd writes as "auth.info"; else -1.
	Facility, Severity int
	// Version is the 1 of RFC 5424, and 0 in all other dialects.
	Version int
	// Sequence is the number that Cisco's devices write before the time, the last of two.
	Sequence []byte
	// Uptime is what they write instead of a time while their clock is not set: "2y10w".
	Uptime []byte
	// Relay is the host that a relay put before the Hostname of a Cisco device's own.
	Relay []byte
	// Node is the part of a device of Cisco that runs IOS XR: "RP/0/RSP0/CPU0".
	Node []byte
	// Timestamp is the time as it is written, see Time.
	Timestamp []byte
	Hostname  []byte
	// AppName is the program, RFC 3164's tag.
	AppName []byte
	ProcID  []byte
	MsgID   []byte
	// StructuredData is what RFC 5424 calls so, with its brackets.
	StructuredData []byte
	// Message is the text: of RFC 5424 without a byte order mark, of the others without the blank behind the tag.
	Message []byte

	stamp syslogTime
}

// Errors of syslog.
const (
	errNoSyslog = Reason("begins with neither a priority nor a time")
	errTime     = Reason("the time is none")
	errPriority = Reason("the priority is no number from 0 to 191")
	errNoCisco  = Reason("no %FACILITY-SEVERITY-MNEMONIC stands behind the header")
)

const (
	maxPriority  = 191
	maxZoneBytes = 6
	nilValue     = '-'
	byteOrder    = "\ufeff"
)

// Parse takes a message apart. It must begin with a priority ("<13>") or a time; whatever else it lacks, it lacks.
func (m *SyslogMessage) Parse(text []byte) error {
	*m = SyslogMessage{Priority: -1, Facility: -1, Severity: -1}
	text = trimEnd(text)
	rest := text
	if len(text) > 0 && text[0] == '<' {
		n, ok := m.priority(text)
		if !ok {
			return errPriority
		}
		if rest = text[n:]; m.rfc5424(rest) {
			return nil
		}
		if badTime(rest) {
			return errTime
		}
	}
	return m.legacy(rest)
}

// priority reads "<13>".
func (m *SyslogMessage) priority(b []byte) (size int, ok bool) {
	p, i := 0, 1
	for ; i < len(b) && i < 4 && isDigit(b[i]); i++ {
		p = 10*p + int(b[i]-'0')
	}
	if i == 1 || i == len(b) || b[i] != '>' || p > maxPriority {
		return 0, false
	}
	m.Priority, m.Facility, m.Severity = p, p>>3, p&7
	return i + 1, true
}

// rfc5424 reads what stands behind the priority, if it is as RFC 5424 section 6 has it: version, time, and what follows.
func (m *SyslogMessage) rfc5424(b []byte) bool {
	i := 0
	for i < len(b) && i < 3 && isDigit(b[i]) {
		i++
	}
	if i == 0 || i >= len(b) || b[i] != ' ' || b[0] == '0' {
		return false
	}
	version, epoch := 0, false
	for _, c := range b[:i] {
		version = 10*version + int(c-'0')
	}
	stamp, rest := cutField(b[i+1:])
	if stamp != nil {
		n, ok := m.stamp.parseISO(stamp)
		if !ok {
			n, ok = m.stamp.parseEpoch(stamp)
			epoch = ok
		}
		if !ok || n != len(stamp) {
			m.stamp = syslogTime{}
			return false
		}
	} else if len(b) == i+1 {
		return false
	}
	m.Version, m.Timestamp = version, stamp
	m.Hostname, rest = cutField(rest)
	m.AppName, rest = cutField(rest)
	if epoch { // Meraki's devices have no further fields
		m.Message = rest
		return true
	}
	m.ProcID, rest = cutField(rest)
	m.MsgID, rest = cutField(rest)
	if n := structuredData(rest); n > 0 {
		m.StructuredData, rest = rest[:n], rest[n:]
	} else if len(rest) > 0 && rest[0] == nilValue && (len(rest) == 1 || rest[1] == ' ') {
		rest = rest[1:]
	} else {
		m.Message = rest
		return true
	}
	if len(rest) > 0 {
		m.Message = bytes.TrimPrefix(rest[1:], []byte(byteOrder))
	}
	return true
}

// badTime tells whether a message that is not as RFC 5424 has it begins with a version and a date: its time is none.
func badTime(b []byte) bool {
	_, n := digits(b, 3)
	if n == 0 || n == len(b) || b[n] != ' ' {
		return false
	}
	date, _ := cutField(b[n+1:])
	return len(date) > 0 && isDigit(date[0]) && bytes.Count(date, []byte("-")) > 1
}

// cutField cuts a field of the header off; "-" is none.
func cutField(b []byte) (field, rest []byte) {
	if i := bytes.IndexByte(b, ' '); i >= 0 {
		field, rest = b[:i], b[i+1:]
	} else {
		field = b
	}
	if len(field) == 0 || len(field) == 1 && field[0] == nilValue {
		return nil, rest
	}
	return field, rest
}

// structuredData is the size of the elements at the beginning of b; 0 where there are none, or what is there is none: an
// element that does not end, or a text in brackets.
func structuredData(b []byte) int {
	n := 0
	for n < len(b) && b[n] == '[' {
		size := sdElement(b[n:])
		if size == 0 {
			break
		}
		n += size
	}
	if n < len(b) && b[n] != ' ' {
		return 0
	}
	return n
}

// sdElement is the size of one "[id name="value" ...]"; 0 where b begins with none.
func sdElement(b []byte) int {
	i := 1 + sdName(b[1:])
	if i == 1 {
		return 0
	}
	for i < len(b) {
		if b[i] == ']' {
			return i + 1
		}
		size, _, _ := sdParam(b[i:])
		if size == 0 {
			return 0
		}
		i += size
	}
	return 0
}

// sdName is the size of a name: what has no '=', blank, ']' or '"' (RFC 5424, SD-NAME, but of any length and octets).
func sdName(b []byte) int {
	for i, c := range b {
		if c <= ' ' || c == '=' || c == ']' || c == '"' {
			return i
		}
	}
	return len(b)
}

// sdParam reads ` name="value"`; the value has its escapes.
func sdParam(b []byte) (size int, name, value []byte) {
	i := 0
	for i < len(b) && b[i] == ' ' {
		i++
	}
	n := sdName(b[i:])
	if i == 0 || n == 0 || i+n >= len(b) || b[i+n] != '=' {
		return 0, nil, nil
	}
	name = b[i : i+n]
	from := i + n + 1
	for from < len(b) && b[from] == ' ' { // some write a blank there
		from++
	}
	if from == len(b) || b[from] != '"' {
		return 0, nil, nil
	}
	from++
	for j := from; j < len(b); j++ {
		switch b[j] {
		case '"':
			return j + 1, name, b[from:j]
		case '\\':
			j++
		}
	}
	return 0, nil, nil
}

// Columns of a message, in the order in which they are told.
const (
	syslogPriority = iota
	syslogFacility
	syslogSeverity
	syslogVersion
	syslogSequence
	syslogUptime
	syslogRelay
	syslogNode
	syslogTimestamp
	syslogHostname
	syslogAppName
	syslogProcID
	syslogMsgID
	syslogText
)

var syslogColumns = NewColumns("priority:n", "facility:n", "severity:n", "version:n", "sequence", "uptime", "relay", "node", "timestamp", "hostname", "app_name",
	"proc_id", "msg_id", "message")

// SyslogFields are the names of what [SyslogMessage.Write] tells.
func SyslogFields() []string {
	return append([]string{"structured_data"}, syslogColumns.Names...)
}

// Write tells a message's fields: priority, facility, severity and version as numbers, sequence, uptime, relay, node, timestamp, hostname,
// app_name, proc_id, msg_id, structured_data and message. structured_data is an object of objects, by the elements' names; a
// parameter that stands several times in a row is an array. What the message does not have is not told.
func (m *SyslogMessage) Write(w *Writer) {
	row := w.Columns(syslogColumns)
	setNumber(row, syslogPriority, m.Priority)
	setNumber(row, syslogFacility, m.Facility)
	setNumber(row, syslogSeverity, m.Severity)
	if m.Version > 0 {
		setNumber(row, syslogVersion, m.Version)
	}
	setText(row, syslogSequence, m.Sequence)
	setText(row, syslogUptime, m.Uptime)
	setText(row, syslogRelay, m.Relay)
	setText(row, syslogNode, m.Node)
	setText(row, syslogTimestamp, m.Timestamp)
	setText(row, syslogHostname, m.Hostname)
	setText(row, syslogAppName, m.AppName)
	setText(row, syslogProcID, m.ProcID)
	setText(row, syslogMsgID, m.MsgID)
	if m.StructuredData != nil && w.Asks("structured_data") {
		w.Object("structured_data")
		writeStructured(w, m.StructuredData)
		w.End()
	}
	setText(row, syslogText, m.Message)
}

func setText(row Row, i int, text []byte) {
	if text != nil {
		row.Set(i, text)
	}
}

func setNumber(row Row, i, n int) {
	if n < 0 || !row.Asks(i) {
		return
	}
	var b [20]byte
	row.Set(i, strconv.AppendInt(b[:0], int64(n), 10))
}

func writeStructured(w *Writer, b []byte) {
	var scratch [256]byte
	unescaped := scratch[:0]
	for len(b) > 0 {
		n := 1 + sdName(b[1:])
		w.Object(Name(b[1:n]))
		for b = b[n:]; b[0] != ']'; {
			size, name, value := sdParam(b)
			if size == 0 {
				break // it was found whole before
			}
			next, same, _ := sdParam(b[size:])
			array := next > 0 && bytes.Equal(name, same)
			if array {
				w.Array(Name(name))
			}
			for {
				unescaped = appendUnescaped(unescaped[:0], value)
				w.String(Name(name), unescaped)
				b = b[size:]
				var other []byte
				if size, other, value = sdParam(b); size == 0 || !bytes.Equal(name, other) {
					break
				}
			}
			if array {
				w.End()
			}
		}
		w.End()
		b = b[1:]
	}
}

// appendUnescaped takes off the escapes of a parameter's value: of '"', '\' and ']'. Any other backslash stands for itself
// (RFC 5424 section 6.3.3).
func appendUnescaped(dst, b []byte) []byte {
	for {
		i := bytes.IndexByte(b, '\\')
		if i < 0 || i+1 == len(b) {
			return append(dst, b...)
		}
		dst = append(dst, b[:i]...)
		if c := b[i+1]; c != '"' && c != '\\' && c != ']' {
			dst = append(dst, '\\')
		}
		dst = append(dst, b[i+1])
		b = b[i+2:]
	}
}

// Time is the time of the message. ok is false where it has none. A time without a year or a zone is completed by the
// clock; a zone's abbreviation is that of the clock's zone where it has it at that time, else one of those that RFC 5322 and
// common use know, else the clock's zone.
func (m *SyslogMessage) Time(c Clock) (t time.Time, ok bool) {
	return m.stamp.time(c)
}

// SyslogTime is the time of a record that is a syslog message, for [LogType.TimeFunc].
func SyslogTime(r *Record) (time.Time, bool) {
	var m SyslogMessage
	if r.text == nil || m.Parse(r.text) != nil {
		return time.Time{}, false
	}
	return m.Time(r.clock)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
