package logtype

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// NginxAccess is nginx.access: a line of an nginx access log in the predefined format, combined, that of its packages, which
// has http_x_forwarded_for behind it, the common one, or one of these behind the host, with its port or without: remote_addr,
// remote_user, time_local (the event time), request, request_method, request_uri, server_protocol, status, body_bytes_sent,
// http_referer, http_user_agent, host, server_port; or in the format of the Kubernetes ingress controller, which adds
// request_length, request_time, proxy_upstream_name, proxy_alternative_upstream_name, upstream_addr, upstream_response_length,
// upstream_response_time, upstream_status, req_id. Other formats are read by
// [NginxAccessFormat]. Source: nginx documentation, "Module ngx_http_log_module: log_format".
func NginxAccess() *parse.LogType {
	t := accessType("nginx.access", nginxLogs)
	t.Sniff = sniffAccess
	return t
}

const (
	nginxCommon    = `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent`
	nginxCombined  = nginxCommon + ` "$http_referer" "$http_user_agent"`
	nginxForwarded = nginxCombined + ` "$http_x_forwarded_for"`
)

// nginxLogs are the format that nginx has, the one that its packages' configuration names, that of ingress-nginx, and those
// that are Apache's.
var nginxLogs = accessLogs{
	alone: known(parse.NginxLogFormat,
		nginxCombined,
		nginxForwarded,
		nginxCombined+` $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] `+
			`$upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id`,
		nginxCommon,
	),
	by: known(parse.NginxLogFormat,
		`$host:$server_port `+nginxCombined, `$host `+nginxCombined,
		`$host:$server_port `+nginxForwarded, `$host `+nginxForwarded,
		`$host:$server_port `+nginxCommon, `$host `+nginxCommon,
	),
}

// NginxAccessFormat is nginx.access in the format of a log_format directive; [parse.NginxLogFormat] tells how its fields are
// named. Where escape=json writes an object, the record is that object, and its fields are named as in it.
func NginxAccessFormat(directive string) (*parse.LogType, error) {
	if object, ok := strings.CutPrefix(directive, "escape=json "); ok && strings.HasPrefix(strings.TrimSpace(object), "{") {
		return nginxJSON(object), nil
	}
	a, err := parse.NginxLogFormat(directive)
	if err != nil {
		return nil, fmt.Errorf("logtype: %w", err)
	}
	return accessType("nginx.access", accessLogs{alone: []*parse.AccessLog{a}}), nil
}

// nginxMember is a member of an object that is one variable.
var nginxMember = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`("(?:[^"\\]|\\.)*")\s*:\s*"?\$\{?(\w+)\}?"?\s*[,}]`)
})

// nginxJSON is the type of lines that are objects.
func nginxJSON(object string) *parse.LogType {
	t := accessType("nginx.access", nginxLogs)
	t.Format, t.TimeFunc = parse.JSONFormat{}, nil
	named := map[string]string{}
	for _, m := range nginxMember().FindAllStringSubmatch(object, -1) {
		var name string
		if json.Unmarshal([]byte(m[1]), &name) != nil || name == "" {
			continue
		}
		path := parse.EscapeName(name)
		named[m[2]] = path
		t.Requires = append(t.Requires, path)
	}
	for entity, paths := range t.Entities {
		var of []string
		for _, p := range paths {
			if named[p] != "" {
				of = append(of, named[p])
			}
		}
		if t.Entities[entity] = of; len(of) == 0 {
			delete(t.Entities, entity)
		}
	}
	switch {
	case named["time_iso8601"] != "":
		t.Time = named["time_iso8601"]
	case named["msec"] != "":
		t.TimeFunc = func(r *parse.Record) (time.Time, bool) { return epoch(r.Get(named["msec"])) }
	case named["time_local"] != "":
		t.TimeFunc = func(r *parse.Record) (time.Time, bool) { return clfTime(r.Get(named["time_local"]).Bytes()) }
	}
	return t
}

// NginxError is nginx.error: a line of an nginx error log: time (the event time, in the zone of [parse.Input].Clock), level,
// pid, tid, connection, message, and of what follows it: client, server, login, request, subrequest, upstream, host, referrer;
// of a limit that was exceeded excess and zone. Nothing in it is escaped. Source: nginx documentation, "Core functionality:
// error_log", and the formats in its source text.
func NginxError() *parse.LogType {
	return &parse.LogType{
		Name:   "nginx.error",
		Format: parse.TextFormat{Decoder: nginxError{}},
		Sniff:  sniffNginxError,
		TimeFunc: func(r *parse.Record) (time.Time, bool) {
			return nginxTime(r.Get("time").Bytes(), r.Clock())
		},
		Fields: nginxErrorColumns.Names,
		Entities: map[string][]string{
			"source.ip":    {"client"},
			"source.port":  {"client_port"},
			"url.domain":   {"host", "server"},
			"url.original": {"request"},
		},
	}
}

var nginxErrorColumns = parse.NewColumns(
	"time", "level", "pid:n", "tid:n", "connection:n", "message", "excess:n", "zone", "client", "client_port:n", "server", "request",
	"subrequest", "upstream", "host", "referrer", "login",
)

// The columns of nginxErrorColumns.
const (
	nginxStamp = iota
	nginxLevel
	nginxPID
	nginxTID
	nginxConnection
	nginxMessage
	nginxExcess
	nginxZone
	nginxClient
	nginxClientPort
	nginxServer
	nginxRequest
	nginxSubrequest
	nginxUpstream
	nginxHost
	nginxReferrer
	nginxLogin
)

const nginxLayout = "2006/01/02 15:04:05"

// sniffNginxError takes "2026/11/25 09:30:37 [".
func sniffNginxError(text []byte) bool {
	return len(text) > 22 && text[4] == '/' && text[7] == '/' && text[10] == ' ' && text[13] == ':' && text[19] == ' ' && text[20] == '['
}

func nginxTime(b []byte, clock parse.Clock) (time.Time, bool) {
	at, err := time.ParseInLocation(nginxLayout, string(b), clock.In())
	return at.UTC(), err == nil
}

type nginxError struct{}

const errProcess = parse.Reason("no process and thread")

func (nginxError) Decode(text []byte, w *parse.Writer) error {
	if len(text) < len(nginxLayout)+1 {
		return errTime
	}
	at := text[:len(nginxLayout)]
	if _, ok := nginxTime(at, parse.Clock{}); !ok {
		return errTime
	}
	level, rest, ok := inBrackets(text[len(nginxLayout)+1:])
	if !ok || !isNginxLevel(level) {
		return errLevel
	}
	process, rest, ok1 := bytes.Cut(rest, []byte(": "))
	pid, tid, ok2 := bytes.Cut(process, []byte("#"))
	_, ok3 := digits(pid)
	_, ok4 := digits(tid)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return errProcess
	}
	row := w.Columns(nginxErrorColumns)
	row.Set(nginxStamp, at)
	row.Set(nginxLevel, level)
	row.Set(nginxPID, pid)
	row.Set(nginxTID, tid)
	if len(rest) > 1 && rest[0] == '*' {
		connection, after, ok := bytes.Cut(rest[1:], space)
		if _, digit := digits(connection); ok && digit {
			row.Set(nginxConnection, connection)
			rest = after
		}
	}
	message := nginxContext(row, rest)
	setPart(row, nginxMessage, message)
	nginxDetails(row, message)
	return nil
}

func isNginxLevel(b []byte) bool {
	switch string(b) {
	case "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug":
		return true
	}
	return false
}

// nginxKeys are what follows a message, in nginx's order.
var nginxKeys = []struct {
	key    []byte
	column int
}{
	{[]byte(", client: "), nginxClient}, {[]byte(", server: "), nginxServer}, {[]byte(", login: "), nginxLogin},
	{[]byte(", request: "), nginxRequest},
	{[]byte(", subrequest: "), nginxSubrequest}, {[]byte(", upstream: "), nginxUpstream}, {[]byte(", host: "), nginxHost},
	{[]byte(", referrer: "), nginxReferrer},
}

// nginxContext writes what follows the message, and returns the message. A value ends where a later key begins, or at the
// line's end; in quotes it ends with one.
func nginxContext(row parse.Row, text []byte) (message []byte) {
	start, next := -1, 0
	for i := range nginxKeys {
		if n := bytes.Index(text, nginxKeys[i].key); n >= 0 && (start < 0 || n < start) {
			start, next = n, i
		}
		if start >= 0 {
			break
		}
	}
	if start < 0 {
		return text
	}
	message, text = text[:start], text[start:]
	for {
		k := nginxKeys[next]
		value := text[len(k.key):]
		quoted := len(value) > 0 && value[0] == '"'
		end, later := len(value), -1
		for i := next + 1; i < len(nginxKeys); i++ {
			if n := bytes.Index(value, nginxKeys[i].key); n >= 0 && n < end && (!quoted || n > 1 && value[n-1] == '"') {
				end, later = n, i
			}
		}
		v := value[:end]
		switch {
		case quoted && k.column == nginxUpstream: // of a stream, counts of bytes follow it
			v, _, _ = bytes.Cut(v[1:], []byte{'"'})
		case quoted:
			v = bytes.TrimSuffix(v[1:], []byte{'"'})
		}
		setPart(row, k.column, v)
		if later < 0 {
			return message
		}
		text, next = value[end:], later
	}
}

// nginxDetails writes what a message tells of a limit or of a client.
func nginxDetails(row parse.Row, message []byte) {
	if _, rest, ok := bytes.Cut(message, []byte(", excess: ")); ok {
		excess, rest, _ := bytes.Cut(rest, space)
		setPart(row, nginxExcess, bytes.TrimSuffix(excess, []byte{','}))
		if zone, ok := bytes.CutPrefix(rest, []byte(`by zone "`)); ok {
			zone, _, _ = bytes.Cut(zone, []byte{'"'})
			setPart(row, nginxZone, zone)
		}
	} else if _, zone, ok := bytes.Cut(message, []byte(`limiting connections by zone "`)); ok {
		zone, _, _ = bytes.Cut(zone, []byte{'"'})
		setPart(row, nginxZone, zone)
	}
	if client, ok := bytes.CutPrefix(message, []byte("client ")); ok {
		client, _, _ = bytes.Cut(client, space)
		ip, port, _ := cutLast(client, ':')
		if _, ok := digits(port); ok {
			setPart(row, nginxClient, bytes.Trim(ip, "[]"))
			row.Set(nginxClientPort, port)
		}
	}
}
