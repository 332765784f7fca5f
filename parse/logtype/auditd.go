package logtype

import (
	"bytes"
	"hash/maphash"
	"strconv"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// Auditd is linux.auditd: the records of the Linux audit system as auditd writes them to audit.log, as its plugins send
// them, and as ausearch prints them (raw or not interpreted). One record is one event: all lines of the same node, time and
// serial number, also where those of another event stand between them (up to 64 lines).
//
//	node       where a line begins with it
//	timestamp  seconds since 1970, as written
//	serial     number of the event
//	type       of the first line
//	types      of all lines, where there are several kinds
//	syscall, path, execve, cwd, ...  the fields of each line, under its type in lower case; an array where several lines
//	           have the type. Fields of msg='...' stand beside the others, as msg_NAME where that name is taken.
//
// What auditd writes as hexadecimal digits because of blanks, quotes or other characters in it is decoded; NUL becomes a
// blank (proctitle), \x01 separates keys. saddr has family, addr, port or path beside it. execve has its arguments as
// the array argv and as command_line. Nothing else is translated: uid and syscall are numbers, unset is 4294967295, and
// (null), (none) and ? stay.
//
// The event time is the timestamp. Source: Linux Audit Documentation Project, "Audit Event Fields", "Audit Record Types";
// auditd.conf(5), log_format; auparse_interpret_field(3).
func Auditd() *parse.LogType {
	t := &parse.LogType{
		Name:     "linux.auditd",
		Format:   parse.TextFormat{Decoder: auditDecoder{}, Framing: auditFraming{}},
		Sniff:    sniffAudit,
		TimeFunc: auditTime,
		Entities: map[string][]string{
			"host.name":            {"node"},
			"user.id":              {"syscall.uid"},
			"process.executable":   {"syscall.exe"},
			"process.command_line": {"execve.command_line", "user_cmd.cmd", "proctitle.proctitle"},
			"process.name":         {"syscall.comm"},
			"process.pid":          {"syscall.pid"},
			"file.path":            {"path.name"},
			"destination.ip":       {"sockaddr.addr"},
			"destination.port":     {"sockaddr.port"},
			"event.action":         {"type"},
			"event.outcome":        {"syscall.success"},
		},
	}
	// What programs such as sshd and sudo tell of a user.
	for _, line := range []string{
		"user_login", "user_logout", "user_auth", "user_acct", "user_start", "user_end", "user_err", "user_cmd", "user_chauthtok",
		"cred_acq", "cred_refr", "cred_disp",
	} {
		for name, field := range map[string]string{
			"user.name": ".acct", "user.id": ".uid", "process.executable": ".exe", "process.pid": ".pid", "source.ip": ".addr", "event.outcome": ".res",
		} {
			t.Entities[name] = append(t.Entities[name], line+field)
		}
	}
	return t
}

func sniffAudit(text []byte) bool {
	switch text[0] {
	case 't', 'n', ' ':
		return bytes.Contains(text, []byte("audit(")) || bytes.HasPrefix(text, []byte("time->"))
	}
	return bytes.HasPrefix(text, []byte("----"))
}

func auditTime(r *parse.Record) (time.Time, bool) {
	at := r.Get("timestamp").Bytes()
	sec, frac, _ := bytes.Cut(at, []byte("."))
	s, err := strconv.ParseInt(string(sec), 10, 64)
	if err != nil || len(frac) > 9 {
		return time.Time{}, false
	}
	var ns int64
	for i := range 9 {
		ns *= 10
		if i < len(frac) {
			ns += int64(frac[i] - '0')
		}
	}
	return time.Unix(s, ns).UTC(), true
}

// auditLine is a line, taken apart before its fields.
type auditLine struct {
	node, kind []byte
	stamp      []byte // what stands in the brackets behind audit: time and serial number
	at, serial []byte
	fields     []byte
}

const (
	errAuditStart = parse.Reason("no type and msg=audit(time:serial) at the beginning")
	errAuditQuote = parse.Reason("a quote does not close")
	errAuditTypes = parse.Reason("an event has too many types of records")
)

// auditHead takes a line apart.
func auditHead(line []byte) (l auditLine, ok bool) {
	line = bytes.TrimLeft(line, " \t")
	if rest, found := bytes.CutPrefix(line, []byte("node=")); found {
		l.node, line, ok = bytes.Cut(rest, []byte(" "))
		if !ok {
			return l, false
		}
	}
	rest, found := bytes.CutPrefix(line, []byte("type="))
	if !found {
		return l, false
	}
	l.kind, rest, ok = bytes.Cut(rest, []byte(" "))
	if !ok || !isAuditType(l.kind) {
		return l, false
	}
	rest = bytes.TrimPrefix(bytes.TrimLeft(rest, " "), []byte("msg="))
	rest, found = bytes.CutPrefix(rest, []byte("audit("))
	if !found {
		return l, false
	}
	l.stamp, rest, ok = bytes.Cut(rest, []byte(")"))
	if !ok {
		return l, false
	}
	l.at, l.serial, ok = bytes.Cut(l.stamp, []byte(":"))
	rest = bytes.TrimLeft(rest, " ")
	if !ok || !isAuditTime(l.at) || !isDigits(l.serial) || len(rest) == 0 || rest[0] != ':' {
		return l, false
	}
	l.fields = rest[1:]
	return l, true
}

// isAuditType tells whether b is a type of record: capital letters, digits and _, or UNKNOWN[1234].
func isAuditType(b []byte) bool {
	for _, c := range b {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '[' && c != ']' {
			return false
		}
	}
	return len(b) > 0 && len(b) <= 64
}

func isAuditTime(b []byte) bool {
	sec, frac, _ := bytes.Cut(b, []byte("."))
	return isDigits(sec) && len(sec) < 12 && (len(frac) == 0 || isDigits(frac) && len(frac) <= 9)
}

func isDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// auditFraming joins the lines of one event.
type auditFraming struct{}

// Frame is that of a line: the payload's own framing joins them.
func (auditFraming) Frame(b []byte, last bool) (size int, text []byte, err error) {
	return new(auditJoining).Frame(b, last)
}

// Start makes the framing of one payload.
func (auditFraming) Start() parse.Framing { return &auditJoining{seed: maphash.MakeSeed()} }

// auditAhead is how many lines are looked through for further ones of an event.
const auditAhead = 64

// auditJoining joins the lines of one payload. Lines that were joined to an event in front of them are passed over when their
// turn comes.
type auditJoining struct {
	seed  maphash.Seed
	taken [4 * auditAhead]uint64 // hashes of lines, a ring
	next  int
	text  []byte
}

// Frame is the event that the first line of b is of. A line that is none stands alone.
func (j *auditJoining) Frame(b []byte, last bool) (size int, text []byte, err error) {
	line, size := auditCut(b, last)
	if size == 0 {
		return 0, nil, nil
	}
	first, ok := auditHead(line)
	if !ok {
		return size, line, nil
	}
	if j.isTaken(line) {
		return size, nil, nil
	}
	complete := auditComplete(first)
	// Lines that follow each other are the text as it stands; those behind others are copied.
	text, own := line, size
	joined := false
	at := size
	for range auditAhead {
		line, n := auditCut(b[at:], last)
		if n == 0 {
			if !last {
				return 0, nil, nil
			}
			break
		}
		l, ok := auditHead(line)
		same := ok && bytes.Equal(l.stamp, first.stamp) && bytes.Equal(l.node, first.node)
		if complete && !same {
			break
		}
		switch {
		case same && at == own && !joined:
			own += n
			text = b[:at+len(line)]
		case same && !j.isTaken(line):
			if !joined {
				j.text, joined = append(j.text[:0], text...), true
			}
			j.text = append(append(j.text, '\n'), line...)
			j.take(line)
		}
		at += n
		complete = complete || same && auditComplete(l)
	}
	if joined {
		text = j.text
	}
	return own, text, nil
}

// auditCut is the first line of b, and how many bytes it takes; 0 where it may go on.
func auditCut(b []byte, last bool) (line []byte, size int) {
	n := bytes.IndexByte(b, '\n')
	switch {
	case n >= 0:
		return bytes.TrimSuffix(b[:n], []byte("\r")), n + 1
	case last:
		return bytes.TrimSuffix(b, []byte("\r")), len(b)
	}
	return nil, 0
}

// auditComplete tells whether no line of the event follows this one: those that user space sends have one, and the kernel
// ends its events with EOE, or with the title of the process where EOE is not written.
func auditComplete(l auditLine) bool {
	switch string(l.kind) {
	case "EOE", "PROCTITLE", "LOGIN", "SERVICE_START", "SERVICE_STOP":
		return true
	}
	for _, prefix := range []string{"USER_", "CRED_", "CRYPTO_", "DAEMON_", "SYSTEM_", "ADD_", "DEL_", "GRP_", "ROLE_", "VIRT_"} {
		if bytes.HasPrefix(l.kind, []byte(prefix)) {
			return string(l.kind) != "USER_AVC"
		}
	}
	return false
}

func (j *auditJoining) isTaken(line []byte) bool {
	if j.next == 0 {
		return false
	}
	h := maphash.Bytes(j.seed, line)
	for _, t := range j.taken {
		if t == h {
			return true
		}
	}
	return false
}

func (j *auditJoining) take(line []byte) {
	j.taken[j.next%len(j.taken)] = maphash.Bytes(j.seed, line)
	j.next++
}
