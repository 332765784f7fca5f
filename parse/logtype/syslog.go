package logtype

import "github.com/streamalert/streamalert-go/parse"

// Syslog is syslog: any message of RFC 5424, of RFC 3164, or of a dialect that daemons, relays and files have of it, framed by
// lines, by octet counts or by NULs as RFC 6587 says. Its fields are priority, facility, severity, version, sequence, uptime,
// relay, timestamp, hostname, app_name, proc_id, msg_id, structured_data (an object of objects, by the elements' names) and
// message; a field that a message does not have, or has as "-", is missing. The message stands as it is written: rsyslog's #012
// cannot be undone for certain.
//
// A time without a year is of the latest year in which it is not more than a day behind the payload's time, and one without
// a zone is in the input's zone ([parse.Clock]). Source: RFC 5424, "The Syslog Protocol", RFC 3164, "The BSD Syslog Protocol",
// RFC 6587, "Transmission of Syslog Messages over TCP".
func Syslog() *parse.LogType {
	return &parse.LogType{
		Name:     "syslog",
		General:  true,
		Format:   parse.TextFormat{Decoder: parse.Syslog{}, Framing: parse.SyslogFraming{}},
		Sniff:    beginsLikeSyslog,
		TimeFunc: parse.SyslogTime,
		Fields:   parse.SyslogFields(),
		Entities: map[string][]string{"host.name": {"hostname"}, "process.name": {"app_name"}, "process.pid": {"proc_id"}},
	}
}

// beginsLikeSyslog tells whether a text can begin with a priority or a time.
func beginsLikeSyslog(text []byte) bool {
	c := text[0]
	return c == '<' || 'A' <= c && c <= 'W' || '0' <= c && c <= '9' || c == ' ' || c == '*' || c == '.' || c == ':'
}
