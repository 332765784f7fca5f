package parse

import (
	"fmt"
	"strings"
)

// ApacheLogFormat is the decoder of the lines that an Apache LogFormat writes (lighttpd's and Tomcat's are the same): the text
// between the quotes of the directive, `%h %l %u %t "%r" %>s %b`, in which \" is a quote, or common or combined, as Tomcat calls
// them. Its error tells what is wrong with it.
//
// Fields are named: %h remote_host, %l remote_logname, %u remote_user, %t time, %r request, %s status, %b and %B
// response_size, %a remote_ip, %A local_ip, %v and %V server_name, %p server_port, %m request_method, %U url_path, %q
// query_string, %H request_protocol, %D duration_us, %T duration_s (%{ms}T duration_ms), %I bytes_received, %O bytes_sent,
// %{Name}i name (%{User-Agent}i user_agent), %{Name}o response_name, %{Name}C cookie_name, %{Name}e env_name, %{Name}n
// note_name, %{NAME}x name; of Tomcat %{Name}c cookie_name, %{Name}r attribute_name, %{Name}s session_name, %F commit_ms. Its %I
// and %S, which are a thread and a session, are called as Apache's. What stands twice has _2 behind its name the second time.
// Source: Apache HTTP Server documentation, "Apache Module mod_log_config: Custom Log Formats"; Apache Tomcat Configuration
// Reference, "The Valve Component: Access Log Valve".
func ApacheLogFormat(directive string) (*AccessLog, error) {
	a := &AccessLog{escapes: apacheEscapes}
	switch directive {
	case "common":
		directive = apacheCommon
	case "combined":
		directive = apacheCommon + ` "%{Referer}i" "%{User-Agent}i"`
	}
	d := strings.ReplaceAll(directive, `\"`, `"`)
	d = strings.NewReplacer(`\t`, "\t", `\n`, "").Replace(d)
	for d != "" {
		i := strings.IndexByte(d, '%')
		if i < 0 || i+1 == len(d) {
			a.literal(d)
			break
		}
		a.literal(d[:i])
		d = d[i+1:]
		if d[0] == '%' {
			a.literal("%")
			d = d[1:]
			continue
		}
		rest, err := a.apacheField(d)
		if err != nil {
			return nil, fmt.Errorf("parse: LogFormat: %w", err)
		}
		d = rest
	}
	if err := a.compile("request_method", "request_uri", "request_protocol"); err != nil {
		return nil, fmt.Errorf("parse: LogFormat: %w", err)
	}
	return a, nil
}

const apacheCommon = `%h %l %u %t "%r" %>s %b`

// literal is text that stands behind the last field.
func (a *AccessLog) literal(s string) {
	if len(a.fields) == 0 {
		a.before += s
		return
	}
	a.fields[len(a.fields)-1].after += s
}

// apacheField reads a field behind its percent sign: conditions, an argument, a letter.
func (a *AccessLog) apacheField(d string) (rest string, err error) {
	i := strings.IndexFunc(d, func(r rune) bool { return !strings.ContainsRune("!<>,0123456789", r) })
	if i < 0 {
		return "", fmt.Errorf("%q ends in the middle", d)
	}
	original := strings.Contains(d[:i], "<")
	d = d[i:]
	arg := ""
	if d[0] == '{' {
		end := strings.IndexByte(d, '}')
		if end < 0 || end+1 == len(d) {
			return "", fmt.Errorf("%q ends in the middle", d)
		}
		arg, d = d[1:end], d[end+1:]
	}
	letter := d[:1]
	if letter == "^" && len(d) > 2 { // ^ti, ^to, ^FB
		letter = d[:3]
	}
	f, err := apacheName(letter, arg)
	if err != nil {
		return "", err
	}
	if letter == "s" && original {
		f.name = "original_status"
	}
	if letter == "t" && arg == "" {
		a.literal("[")
		f.after = "]"
	}
	a.fields = append(a.fields, f)
	return d[len(letter):], nil
}

// apacheFields are the fields without an argument.
var apacheFields = map[string]accessField{
	"a": {name: "remote_ip", kind: word}, "A": {name: "local_ip", kind: word}, "b": {name: "response_size", kind: number},
	"B": {name: "response_size", kind: number}, "D": {name: "duration_us", kind: number}, "f": {name: "filename"},
	"h": {name: "remote_host", kind: word}, "H": {name: "request_protocol"}, "k": {name: "keepalive_requests", kind: number},
	"l": {name: "remote_logname", kind: word}, "L": {name: "log_id", kind: word}, "m": {name: "request_method", kind: word},
	"p": {name: "server_port", kind: number}, "P": {name: "pid", kind: number}, "q": {name: "query_string"},
	"r": {name: "request"}, "R": {name: "handler"}, "s": {name: "status", kind: status}, "T": {name: "duration_s", kind: number},
	"u": {name: "remote_user"}, "U": {name: "url_path"}, "v": {name: "server_name", kind: word}, "V": {name: "server_name", kind: word},
	"X": {name: "connection_status"}, "I": {name: "bytes_received", kind: numberOrWord}, "O": {name: "bytes_sent", kind: number},
	"S": {name: "bytes_transferred", kind: numberOrWord}, "F": {name: "commit_ms", kind: number}, "^FB": {name: "first_byte_us", kind: number},
	"t": {name: "time", kind: timeValue, time: timePart{layout: "%d/%b/%Y:%H:%M:%S %z"}},
}

// apachePrefixes are what stands before the argument in the name of a field that has one.
var apachePrefixes = map[string]string{
	"i": "", "o": "response_", "C": "cookie_", "e": "env_", "n": "note_", "x": "", "^ti": "trailer_", "^to": "response_trailer_",
	"c": "cookie_", "r": "attribute_", "s": "session_",
}

func apacheName(letter, arg string) (accessField, error) {
	if prefix, ok := apachePrefixes[letter]; ok && arg != "" {
		f := accessField{name: prefix + fieldName(arg)}
		if f.name == "x_forwarded_for" {
			f.kind = list
		}
		return f, nil
	}
	f, ok := apacheFields[letter]
	if !ok {
		return f, fmt.Errorf("%%%s is not known", letter)
	}
	switch {
	case arg == "":
	case letter == "t":
		f.time = timePart{layout: strings.TrimPrefix(strings.TrimPrefix(arg, "begin:"), "end:")}
		if !f.time.known() {
			return f, fmt.Errorf("%%{%s}t has a part that is not known", arg)
		}
	case letter == "T":
		f.name = "duration_" + arg
	case letter == "p" && arg != "canonical", letter == "P", letter == "h" || letter == "a":
		f.name = map[string]string{"premote": "remote_port", "plocal": "local_port", "Ptid": "tid", "Phextid": "tid", "ac": "peer_ip", "hc": "peer_host"}[letter+arg]
		if f.name == "" {
			return f, fmt.Errorf("%%{%s}%s is not known", arg, letter)
		}
		if arg == "hextid" {
			f.kind = word
		}
	}
	return f, nil
}

// fieldName is the name of a header as a field's.
func fieldName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r | 0x20
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, s)
}

// NginxLogFormat is the decoder of the lines that an nginx log_format writes: the directive's text without name and quotes,
// `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent`, or combined, which is predefined, with escape=json or escape=none before it
// where the directive has it. Fields are named as the variables. Its error tells what is wrong with it. Source: nginx
// documentation, "Module ngx_http_log_module: log_format".
func NginxLogFormat(directive string) (*AccessLog, error) {
	a := &AccessLog{escapes: hexEscapes}
	d := directive
	if rest, ok := strings.CutPrefix(d, "escape="); ok {
		kind, rest, _ := strings.Cut(rest, " ")
		switch kind {
		case "default":
		case "json":
			a.escapes = jsonEscapes
		case "none":
			a.escapes = noEscapes
		default:
			return nil, fmt.Errorf("parse: log_format: escape=%s is not known", kind)
		}
		d = rest
	}
	if d == "combined" {
		d = `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"`
	}
	for d != "" {
		i := strings.IndexByte(d, '$')
		if i < 0 {
			a.literal(d)
			break
		}
		a.literal(d[:i])
		d = d[i+1:]
		name, rest := variable(d)
		if name == "" {
			return nil, fmt.Errorf("parse: log_format: no variable at %q", "$"+d)
		}
		a.fields = append(a.fields, nginxField(name))
		d = rest
	}
	if err := a.compile("request_method", "request_uri", "server_protocol"); err != nil {
		return nil, fmt.Errorf("parse: log_format: %w", err)
	}
	return a, nil
}

// variable cuts off the name of an nginx variable, $name or ${name} without the dollar sign.
func variable(d string) (name, rest string) {
	if inner, ok := strings.CutPrefix(d, "{"); ok {
		name, rest, _ = strings.Cut(inner, "}")
		return name, rest
	}
	i := 0
	for i < len(d) && (d[i]-'a' < 26 || d[i]-'A' < 26 || d[i]-'0' < 10 || d[i] == '_') {
		i++
	}
	return d[:i], d[i:]
}

// nginxField is the field of a variable.
func nginxField(name string) accessField {
	f := accessField{name: name}
	switch name {
	case "remote_addr", "host", "server_name", "scheme", "request_method", "server_addr", "binary_remote_addr":
		f.kind = word
	case "status":
		f.kind = status
	case "body_bytes_sent", "bytes_sent", "request_length", "request_time", "remote_port", "server_port", "connection", "connection_requests", "pid":
		f.kind = number
	case "http_x_forwarded_for", "proxy_add_x_forwarded_for", "upstream_addr", "upstream_status", "upstream_response_time",
		"upstream_response_length", "upstream_connect_time", "upstream_header_time", "upstream_bytes_sent", "upstream_bytes_received":
		f.kind = list
	case "time_local":
		f.kind, f.time = timeValue, timePart{layout: "%d/%b/%Y:%H:%M:%S %z"}
	case "time_iso8601":
		f.kind, f.time = timeValue, timePart{layout: "%Y-%m-%dT%H:%M:%S%z"}
	case "msec":
		f.kind, f.time = timeValue, timePart{layout: "msec."}
	}
	return f
}
