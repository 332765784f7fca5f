package logtype

import (
	"bytes"
	"fmt"
	"net/netip"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// ApacheAccess is apache.access: a line of an Apache access log in the Common Log Format, the combined one, combined with the
// bytes received and sent, or one of these behind the virtual host, with its port or without: remote_host, remote_logname, remote_user, time (the
// event time), request, request_method, request_uri, request_protocol, status, response_size, referer, user_agent,
// bytes_received, bytes_sent, server_name, server_port. Other formats are read by [ApacheAccessFormat]. Source: Apache HTTP
// Server documentation, "Apache Module mod_log_config: Custom Log Formats".
func ApacheAccess() *parse.LogType {
	t := accessType("apache.access", apacheLogs)
	t.Sniff = sniffAccess
	return t
}

// ApacheAccessFormat is apache.access in the format of a LogFormat directive; [parse.ApacheLogFormat] tells how its fields are
// named.
func ApacheAccessFormat(directive string) (*parse.LogType, error) {
	a, err := parse.ApacheLogFormat(directive)
	if err != nil {
		return nil, fmt.Errorf("logtype: %w", err)
	}
	return accessType("apache.access", accessLogs{alone: []*parse.AccessLog{a}}), nil
}

// accessLogs decode a line by the first of them that it is of.
type accessLogs struct {
	alone []*parse.AccessLog // of lines that begin with the client
	by    []*parse.AccessLog // of those that begin with the host that was asked
}

func (all accessLogs) Decode(text []byte, w *parse.Writer) error {
	if err := all.decode(text, w); err == nil || len(text) == 0 || text[len(text)-1] != ' ' {
		return err
	}
	return all.decode(bytes.TrimRight(text, " "), w) // a relay's
}

func (all accessLogs) decode(text []byte, w *parse.Writer) (err error) {
	if len(all.by) > 0 && isBehindHost(text) {
		for _, a := range all.by {
			if err = a.Decode(text, w); err == nil {
				return nil
			}
		}
	}
	for _, a := range all.alone {
		if err = a.Decode(text, w); err == nil {
			return nil
		}
	}
	return err
}

// isBehindHost tells whether the second word of a line is the client's address.
func isBehindHost(text []byte) bool {
	first := bytes.IndexByte(text, ' ')
	if first < 0 {
		return false
	}
	second := text[first+1:]
	n := bytes.IndexByte(second, ' ')
	if n < 3 {
		return false
	}
	if second = second[:n]; bytes.IndexByte(second, '.') < 0 && bytes.IndexByte(second, ':') < 0 {
		return false
	}
	_, err := netip.ParseAddr(parse.Name(second))
	return err == nil
}

// apacheLogs are the formats that Apache's own configuration names, and the common one.
var apacheLogs = accessLogs{
	alone: known(parse.ApacheLogFormat,
		`%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"`,
		`%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"`,
		`%h %l %u %t "%r" %>s %b`,
		`%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %I %O`,
	),
	by: known(parse.ApacheLogFormat,
		`%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"`,
		`%v %h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"`,
		`%v:%p %h %l %u %t "%r" %>s %b`,
		`%v %h %l %u %t "%r" %>s %b`,
	),
}

// known are decoders of directives that are right.
func known(compile func(string) (*parse.AccessLog, error), directives ...string) (all []*parse.AccessLog) {
	for _, d := range directives {
		a, err := compile(d)
		if err != nil {
			panic(err) // a test reads them all
		}
		all = append(all, a)
	}
	return all
}

// accessType is the log type of access logs.
func accessType(name string, d accessLogs) *parse.LogType {
	return &parse.LogType{
		Name:   name,
		Format: parse.TextFormat{Decoder: d},
		// The time fields of all that are not formats of their own have one name.
		TimeFunc: d.alone[len(d.alone)-1].Time,
		Entities: map[string][]string{
			"source.ip":                 {"remote_ip", "remote_addr", "remote_host"},
			"source.port":               {"remote_port"},
			"user.name":                 {"remote_user"},
			"user_agent.original":       {"user_agent", "http_user_agent"},
			"url.domain":                {"host", "server_name"},
			"url.original":              {"request_uri", "url_path"},
			"http.request.method":       {"request_method"},
			"http.response.status_code": {"status"},
			"event.action":              {"request_method"},
			"event.outcome":             {"status"},
		},
	}
}

// sniffAccess looks for a time between brackets.
func sniffAccess(text []byte) bool {
	for i := 0; ; {
		n := bytes.IndexByte(text[i:], '[')
		if n < 0 || i+n+27 >= len(text) {
			return false
		}
		if i += n + 1; text[i+2] == '/' && text[i+6] == '/' && text[i+11] == ':' && text[i+26] == ']' {
			return true
		}
	}
}

// ApacheError is apache.error: a line of an Apache error log, as httpd 2.4 and 2.2 write it: time (the event time, in the zone of
// [parse.Input].Clock, with or without a fraction; before a module, a level and a process also as 2026-11-25 09:30:48.907293 and
// as in an access log), module, level, pid, tid, source_file, os_error and os_error_text,
// client_ip and client_port (remote_ip and remote_port of a connection that httpd opened), error_code ("AH01630"), message,
// referer. Source: Apache HTTP Server documentation, "core: ErrorLogFormat Directive", "Log Files: Error Log".
func ApacheError() *parse.LogType {
	return &parse.LogType{
		Name:     "apache.error",
		Format:   parse.TextFormat{Decoder: apacheError{}},
		Sniff:    sniffApacheError,
		TimeFunc: func(r *parse.Record) (time.Time, bool) { return apacheErrorTime(r.Get("time").Bytes(), r.Clock()) },
		Fields:   apacheErrorColumns.Names,
		Entities: map[string][]string{
			"source.ip":    {"client_ip"},
			"source.port":  {"client_port"},
			"event.action": {"error_code"},
		},
	}
}

var apacheErrorColumns = parse.NewColumns(
	"time", "module", "level", "pid:n", "tid:n", "source_file", "os_error:n", "os_error_text", "client_ip", "client_port:n", "error_code",
	"message", "referer", "remote_ip", "remote_port:n",
)

// The columns of apacheErrorColumns.
const (
	apacheTime = iota
	apacheModule
	apacheLevel
	apachePID
	apacheTID
	apacheSource
	apacheOSError
	apacheOSErrorText
	apacheClientIP
	_ // its port
	apacheCode
	apacheMessage
	apacheReferer
	apacheRemoteIP
)

// sniffApacheError takes "[Wed Nov 25 09:30:48", "[2026-11-25 09:30:48" and "[25/Nov/2026:09:30:48".
func sniffApacheError(text []byte) bool {
	if len(text) <= 26 || text[0] != '[' {
		return false
	}
	return text[4] == ' ' && monthOf(text[5:8]) != 0 && text[8] == ' ' && text[14] == ':' ||
		text[5] == '-' && text[8] == '-' && text[11] == ' ' && text[14] == ':' ||
		text[3] == '/' && monthOf(text[4:7]) != 0 && text[7] == '/' && text[12] == ':'
}

// apacheErrorTime reads "Wed Nov 25 09:30:48.907293 2026", the day padded with a zero or a space, or what the time formats of
// ErrorLogFormat make of it.
func apacheErrorTime(b []byte, clock parse.Clock) (time.Time, bool) {
	if len(b) > 0 && isDigit(b[0]) {
		if at, ok := clfTime(b); ok {
			return at, true
		}
		at, err := time.ParseInLocation(time.DateTime, string(b), clock.In())
		return at.UTC(), err == nil
	}
	for _, layout := range []string{"Mon Jan _2 15:04:05 2006", "Mon Jan 02 15:04:05 2006"} {
		if at, err := time.ParseInLocation(layout, string(b), clock.In()); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

type apacheError struct{}

const (
	errNoBracket = parse.Reason("no time and level between brackets")
	errLevel     = parse.Reason("the level is none")
)

func (apacheError) Decode(text []byte, w *parse.Writer) error {
	at, rest, ok := inBrackets(text)
	if !ok {
		return errNoBracket
	}
	if _, ok := apacheErrorTime(at, parse.Clock{}); !ok {
		return errTime
	}
	level, rest, ok := inBrackets(rest)
	if !ok {
		return errNoBracket
	}
	module, level, both := cutLast(level, ':')
	if !both {
		module, level = nil, module
	}
	if !isApacheLevel(level) {
		return errLevel
	}
	process, after, ok := inBrackets(rest)
	isProcess := ok && bytes.HasPrefix(process, []byte("pid "))
	if isDigit(at[0]) && !(both && isProcess) {
		return errProcess // many a log has such a time and a level
	}
	row := w.Columns(apacheErrorColumns)
	row.Set(apacheTime, at)
	setPart(row, apacheModule, module)
	row.Set(apacheLevel, level)
	if isProcess {
		pid, tid, _ := bytes.Cut(process[len("pid "):], []byte(":tid "))
		setPart(row, apachePID, pid)
		setPart(row, apacheTID, tid)
		rest = after
	}
	apacheRest(row, rest, both)
	return nil
}

// apacheRest writes what stands behind the process: a source file, an error of the system, the client, a code, the message and
// the referer, of which all but the message can lack. A port stands behind every address of httpd 2.4, which has modules.
func apacheRest(row parse.Row, rest []byte, ports bool) {
	if file, after, ok := bytes.Cut(rest, []byte(": ")); ok && bytes.HasSuffix(file, []byte(")")) && bytes.Contains(file, []byte(".c(")) && bytes.IndexByte(file, ' ') < 0 {
		row.Set(apacheSource, file)
		rest = after
	}
	if len(rest) > 0 && rest[0] == '(' {
		code, after, ok1 := bytes.Cut(rest[1:], []byte(")"))
		what, after, ok2 := bytes.Cut(after, []byte(": "))
		if _, digit := digits(code); digit && ok1 && ok2 {
			row.Set(apacheOSError, code)
			setPart(row, apacheOSErrorText, what)
			rest = after
		}
	}
	if client, after, ok := inBrackets(rest); ok && bytes.HasPrefix(client, []byte("client ")) {
		setClient(row, apacheClientIP, client[len("client "):], ports)
		rest = after
	} else if ok && bytes.HasPrefix(client, []byte("remote ")) {
		setClient(row, apacheRemoteIP, client[len("remote "):], ports)
		rest = after
	}
	if code, after, ok := bytes.Cut(rest, []byte(": ")); ok && len(code) >= 7 && string(code[:2]) == "AH" {
		if _, ok := digits(code[2:]); ok {
			row.Set(apacheCode, code)
			rest = after
		}
	}
	if i := bytes.LastIndex(rest, []byte(", referer: ")); i >= 0 {
		setPart(row, apacheReferer, rest[i+len(", referer: "):])
		rest = rest[:i]
	}
	setPart(row, apacheMessage, rest)
}

// setClient writes an address with a port, or without one, as httpd 2.2 does: 192.0.2.1:50366, [2001:db8::1]:50366, 2001:db8::1,
// and where ports tells that there is one, 2001:db8::1:50366.
func setClient(row parse.Row, column int, client []byte, ports bool) {
	ip, port, ok := cutLast(client, ':')
	_, isPort := digits(port)
	if ok && isPort && bytes.IndexByte(ip, ':') >= 0 && client[0] != '[' {
		_, err := netip.ParseAddr(parse.Name(ip))
		ok = ports && err == nil
	}
	if !ok || !isPort {
		ip, port = client, nil
	}
	setPart(row, column, bytes.Trim(ip, "[] "))
	setPart(row, column+1, port)
}

// inBrackets cuts off what stands between brackets, with the space behind it. Brackets inside are part of it.
func inBrackets(text []byte) (in, rest []byte, ok bool) {
	if len(text) == 0 || text[0] != '[' {
		return nil, text, false
	}
	depth := 0
	for i, c := range text {
		switch c {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return text[1:i], bytes.TrimPrefix(text[i+1:], space), true
			}
		}
	}
	return nil, text, false
}

func cutLast(b []byte, sep byte) (before, after []byte, ok bool) {
	if i := bytes.LastIndexByte(b, sep); i >= 0 {
		return b[:i], b[i+1:], true
	}
	return b, nil, false
}

func isApacheLevel(b []byte) bool {
	switch string(b) {
	case "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug",
		"trace1", "trace2", "trace3", "trace4", "trace5", "trace6", "trace7", "trace8":
		return true
	}
	return false
}
