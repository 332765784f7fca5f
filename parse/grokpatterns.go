package parse

import "maps"

// GrokPatterns are the patterns that [CompileGrok] knows, by their names: those of Logstash's grok filter, with the names
// and the fields that they have there where ECS compatibility is disabled, for numbers, words, paths, addresses and URIs,
// dates, syslog, Apache httpd, Cisco ASA and other firewalls, HAProxy, S3, ELB and CloudFront, Java and Tomcat, MongoDB, Redis,
// PostgreSQL, Ruby, Squid, BIND. The map is the caller's.
//
// They match what the ones of that name match there, but for what regular expressions without look-around cannot tell: a
// number may be found within a longer one, and an address must not touch a letter.
//
// Source: Logstash Reference, "Grok filter plugin", and the messages' own documentation.
func GrokPatterns() map[string]string {
	all := grokBase()
	for _, more := range []map[string]string{grokDates(), grokSyslog(), grokWeb(), grokCisco(), grokFirewalls(), grokServers()} {
		maps.Copy(all, more)
	}
	return all
}

const (
	grokOctet = `(?:25[0-5]|2[0-4]\d|[01]?\d{1,2})`
	grokV4    = grokOctet + `(?:\.` + grokOctet + `){3}`
	grokHex   = `[0-9A-Fa-f]{1,4}`
	// An address with its last 32 bits in decimal stands before those without, which its beginning would match.
	grokV6 = `(?:(?:` + grokHex + `:){6}` + grokV4 +
		`|(?:` + grokHex + `(?::` + grokHex + `){0,5})?::(?:` + grokHex + `:){0,5}` + grokV4 +
		`|(?:` + grokHex + `:){7}` + grokHex +
		`|(?:` + grokHex + `(?::` + grokHex + `){0,6})?::(?:` + grokHex + `(?::` + grokHex + `){0,6})?)(?:%\w+)?`
)

func grokBase() map[string]string {
	return map[string]string{
		"INT":         `[+-]?\d+`,
		"BASE10NUM":   `[+-]?(?:\d+(?:\.\d+)?|\.\d+)`,
		"NUMBER":      `%{BASE10NUM}`,
		"BASE16NUM":   `[+-]?(?:0x)?[0-9A-Fa-f]+`,
		"BASE16FLOAT": `[+-]?(?:0x)?(?:[0-9A-Fa-f]+(?:\.[0-9A-Fa-f]*)?|\.[0-9A-Fa-f]+)\b`,
		"POSINT":      `\b[1-9]\d*\b`,
		"NONNEGINT":   `\b\d+\b`,

		"WORD":         `[\pL\pM\pN_]+`,
		"NOTSPACE":     `\S+`,
		"SPACE":        `\s*`,
		"DATA":         `.*?`,
		"GREEDYDATA":   `.*`,
		"QUOTEDSTRING": `(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|` + "`(?:\\\\.|[^`\\\\])*`)",
		"QS":           `%{QUOTEDSTRING}`,
		"UUID":         `[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}`,
		"URN":          `urn:[0-9A-Za-z][0-9A-Za-z-]{0,31}:(?:%[0-9A-Fa-f]{2}|[0-9A-Za-z()+,.:=@;$_!*'/?#-])+`,
		"LOGLEVEL": `(?:[Aa]lert|ALERT|[Tt]race|TRACE|[Dd]ebug|DEBUG|[Nn]otice|NOTICE|[Ii]nfo(?:rmation)?|INFO(?:RMATION)?|` +
			`[Ww]arn(?:ing)?|WARN(?:ING)?|[Ee]rr(?:or)?|ERR(?:OR)?|[Cc]rit(?:ical)?|CRIT(?:ICAL)?|[Ff]atal|FATAL|` +
			`[Ss]evere|SEVERE|[Ee]merg(?:ency)?|EMERG(?:ENCY)?)`,

		"USERNAME":       `[0-9A-Za-z._-]+`,
		"USER":           `%{USERNAME}`,
		"EMAILLOCALPART": `[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+)*`,
		"EMAILADDRESS":   `%{EMAILLOCALPART}@%{HOSTNAME}`,
		"HOSTNAME":       `\b[0-9A-Za-z][0-9A-Za-z-]{0,62}(?:\.[0-9A-Za-z][0-9A-Za-z-]{0,62})*(?:\.|\b)`,
		"IPV4":           `\b` + grokV4 + `\b`,
		"IPV6":           grokV6,
		"IP":             `(?:%{IPV6}|%{IPV4})`,
		"IPORHOST":       `(?:%{IP}|%{HOSTNAME})`,
		"HOSTPORT":       `%{IPORHOST}:%{POSINT}`,
		"CISCOMAC":       `[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}`,
		"WINDOWSMAC":     `[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}`,
		"COMMONMAC":      `[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}`,
		"MAC":            `(?:%{CISCOMAC}|%{WINDOWSMAC}|%{COMMONMAC})`,

		"UNIXPATH":     `(?:/[\pL\pN_%!$@:.,+~-]*)+`,
		"WINPATH":      `(?:[A-Za-z]+:|\\)(?:\\[^\\?*]*)+`,
		"PATH":         `(?:%{UNIXPATH}|%{WINPATH})`,
		"TTY":          `/dev/(?:pts|tty[pq]?)\w*/?\d+`,
		"URIPROTO":     `[A-Za-z][A-Za-z0-9+.-]+`,
		"URIHOST":      `%{IPORHOST}(?::%{POSINT:port})?`,
		"URIPATH":      `(?:/[0-9A-Za-z$.+!*'(){},~:;=@#%&_-]*)+`,
		"URIQUERY":     `[0-9A-Za-z$.+!*'|(){},~@#%&/=:;_?<>\[\]-]*`,
		"URIPARAM":     `\?%{URIQUERY}`,
		"URIPATHPARAM": `%{URIPATH}(?:%{URIPARAM})?`,
		"URI":          `%{URIPROTO}://(?:%{USER}(?::[^@]*)?@)?(?:%{URIHOST})?(?:%{URIPATHPARAM})?`,
	}
}

func grokDates() map[string]string {
	return map[string]string{
		"MONTH": `\b(?:[Jj]an(?:uary|uar)?|[Ff]eb(?:ruary|ruar)?|[Mm](?:a|ä)?r(?:ch|z)?|[Aa]pr(?:il)?|[Mm]a[yi]?|` +
			`[Jj]un[ei]?|[Jj]ul[yi]?|[Aa]ug(?:ust)?|[Ss]ep(?:tember)?|[Oo][ck]?t(?:ober)?|[Nn]ov(?:ember)?|[Dd]e[cz](?:ember)?)\b`,
		"MONTHNUM":     `(?:1[0-2]|0?[1-9])`,
		"MONTHNUM2":    `(?:0[1-9]|1[0-2])`,
		"MONTHDAY":     `(?:0[1-9]|[12]\d|3[01]|[1-9])`,
		"DAY":          `(?:Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)`,
		"YEAR":         `(?:\d\d){1,2}`,
		"HOUR":         `(?:2[0-3]|[01]?\d)`,
		"MINUTE":       `[0-5]\d`,
		"SECOND":       `(?:60|[0-5]?\d)(?:[:.,]\d+)?`,
		"TIME":         `%{HOUR}:%{MINUTE}:%{SECOND}`,
		"TZ":           `(?:[APMCE][SD]T|UTC)`,
		"DATE_US":      `%{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR}`,
		"DATE_EU":      `%{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR}`,
		"DATE":         `(?:%{DATE_US}|%{DATE_EU})`,
		"DATESTAMP":    `%{DATE}[- ]%{TIME}`,
		"HTTPDATE":     `%{MONTHDAY}/%{MONTH}/%{YEAR}:%{TIME} %{INT}`,
		"ISO8601_HOUR": `(?:2[0-3]|[01]\d)`,

		"ISO8601_TIMEZONE":   `(?:Z|[+-]%{HOUR}:?%{MINUTE})`,
		"ISO8601_SECOND":     `%{SECOND}`,
		"TIMESTAMP_ISO8601":  `%{YEAR}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?%{ISO8601_TIMEZONE}?`,
		"DATESTAMP_RFC822":   `%{DAY} %{MONTH} %{MONTHDAY} %{YEAR} %{TIME} %{TZ}`,
		"DATESTAMP_RFC2822":  `%{DAY}, %{MONTHDAY} %{MONTH} %{YEAR} %{TIME} %{ISO8601_TIMEZONE}`,
		"DATESTAMP_OTHER":    `%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{TZ} %{YEAR}`,
		"DATESTAMP_EVENTLOG": `%{YEAR}%{MONTHNUM2}%{MONTHDAY}%{HOUR}%{MINUTE}%{SECOND}`,
	}
}

func grokSyslog() map[string]string {
	return map[string]string{
		"SYSLOGTIMESTAMP": `%{MONTH} +%{MONTHDAY} %{TIME}`,
		"PROG":            `[!-Z\\^-~]+`,
		"SYSLOGPROG":      `%{PROG:program}(?:\[%{POSINT:pid}\])?`,
		"SYSLOGHOST":      `%{IPORHOST}`,
		"SYSLOGFACILITY":  `<%{NONNEGINT:facility}.%{NONNEGINT:priority}>`,
		"SYSLOGBASE":      `%{SYSLOGTIMESTAMP:timestamp} (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:logsource} %{SYSLOGPROG}:`,
		"SYSLOGBASE2": `(?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp8601}) (?:%{SYSLOGFACILITY} )?` +
			`%{SYSLOGHOST:logsource}(?: %{SYSLOGPROG}:)?`,
		"SYSLOGLINE": `%{SYSLOGBASE2} %{GREEDYDATA:message}`,
		"SYSLOGPAMSESSION": `%{SYSLOGBASE} (?:%{WORD:pam_module}\(%{DATA:pam_caller}\): session %{WORD:pam_session_state} ` +
			`for user %{USERNAME:username}(?: by %{GREEDYDATA:pam_by})?)`,
		"CRON_ACTION": `[A-Z ]+`,
		"CRONLOG":     `%{SYSLOGBASE} \(%{USER:user}\) %{CRON_ACTION:action} \(%{DATA:message}\)`,

		"SYSLOG5424PRINTASCII": `[!-~]+`,
		"SYSLOG5424PRI":        `<%{NONNEGINT:syslog5424_pri}>`,
		"SYSLOG5424SD":         `(?:\[(?:"(?:\\.|[^"\\])*"|[^"\]])*\])+`,
		"SYSLOG5424BASE": `%{SYSLOG5424PRI}%{NONNEGINT:syslog5424_ver} +(?:-|%{TIMESTAMP_ISO8601:syslog5424_ts}) +` +
			`(?:-|%{IPORHOST:syslog5424_host}) +(?:-|%{SYSLOG5424PRINTASCII:syslog5424_app}) +` +
			`(?:-|%{SYSLOG5424PRINTASCII:syslog5424_proc}) +(?:-|%{SYSLOG5424PRINTASCII:syslog5424_msgid}) +` +
			`(?:-|%{SYSLOG5424SD:syslog5424_sd})?`,
		"SYSLOG5424LINE": `%{SYSLOG5424BASE} +%{GREEDYDATA:syslog5424_msg}`,
	}
}

func grokWeb() map[string]string {
	return map[string]string{
		"HTTPDUSER":       `(?:%{EMAILADDRESS}|%{USER})`,
		"HTTPDERROR_DATE": `%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{YEAR}`,
		"HTTPD_COMMONLOG": `%{IPORHOST:clientip} %{HTTPDUSER:ident} %{HTTPDUSER:auth} \[%{HTTPDATE:timestamp}\] ` +
			`"(?:%{WORD:verb} %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion})?|%{DATA:rawrequest})" ` +
			`(?:-|%{NUMBER:response}) (?:-|%{NUMBER:bytes})`,
		"HTTPD_COMBINEDLOG": `%{HTTPD_COMMONLOG} %{QS:referrer} %{QS:agent}`,
		"COMMONAPACHELOG":   `%{HTTPD_COMMONLOG}`,
		"COMBINEDAPACHELOG": `%{HTTPD_COMBINEDLOG}`,
		"HTTPD20_ERRORLOG": `\[%{HTTPDERROR_DATE:timestamp}\] \[%{LOGLEVEL:loglevel}\] ` +
			`(?:\[client %{IPORHOST:clientip}\] )?%{GREEDYDATA:message}`,
		"HTTPD24_ERRORLOG": `\[%{HTTPDERROR_DATE:timestamp}\] \[(?:%{WORD:module})?:%{LOGLEVEL:loglevel}\] ` +
			`\[pid %{POSINT:pid}(?::tid %{NUMBER:tid})?\](?: \(%{POSINT:proxy_errorcode}\)%{DATA:proxy_message}:)?` +
			`(?: \[client %{IPORHOST:clientip}:%{POSINT:clientport}\])?(?: %{DATA:errorcode}:)? %{GREEDYDATA:message}`,
		"HTTPD_ERRORLOG": `(?:%{HTTPD20_ERRORLOG}|%{HTTPD24_ERRORLOG})`,

		"S3_REQUEST_LINE": `(?:%{WORD:verb} %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion})?|%{DATA:rawrequest})`,
		"S3_ACCESS_LOG": `%{WORD:owner} %{NOTSPACE:bucket} \[%{HTTPDATE:timestamp}\] %{IP:clientip} %{NOTSPACE:requester} ` +
			`%{NOTSPACE:request_id} %{NOTSPACE:operation} %{NOTSPACE:key} (?:"%{S3_REQUEST_LINE}"|-) (?:%{INT:response:int}|-) ` +
			`(?:-|%{NOTSPACE:error_code}) (?:%{INT:bytes:int}|-) (?:%{INT:object_size:int}|-) (?:%{INT:request_time_ms:int}|-) ` +
			`(?:%{INT:turnaround_time_ms:int}|-) (?:%{QS:referrer}|-) (?:"?%{QS:agent}"?|-) (?:-|%{NOTSPACE:version_id})`,
		"CLOUDFRONT_ACCESS_LOG": `(?P<timestamp>%{YEAR}-%{MONTHNUM}-%{MONTHDAY}\t%{TIME})\t%{NOTSPACE:x_edge_location}\t` +
			`(?:%{INT:sc_bytes:int}|-)\t%{IPORHOST:clientip}\t%{WORD:cs_method}\t%{HOSTNAME:cs_host}\t%{NOTSPACE:cs_uri_stem}\t` +
			`%{INT:sc_status:int}\t(?P<referrer>[^\t]*)\t(?P<agent>[^\t]*)\t(?P<cs_uri_query>[^\t]*)\t(?P<cookies>[^\t]*)\t` +
			`%{WORD:x_edge_result_type}\t%{NOTSPACE:x_edge_request_id}\t%{HOSTNAME:x_host_header}\t%{URIPROTO:cs_protocol}\t` +
			`%{INT:cs_bytes:int}\t%{NOTSPACE:time_taken:float}\t(?P<x_forwarded_for>[^\t]*)\t(?P<ssl_protocol>[^\t]*)\t` +
			`(?P<ssl_cipher>[^\t]*)\t%{NOTSPACE:x_edge_response_result_type}`,

		"ELB_URIPATHPARAM": `%{URIPATH:path}(?:%{URIPARAM:params})?`,
		"ELB_URI":          `%{URIPROTO:proto}://(?:%{USER}(?::[^@]*)?@)?(?:%{URIHOST:urihost})?(?:%{ELB_URIPATHPARAM})?`,
		"ELB_REQUEST_LINE": `(?:%{WORD:verb} %{ELB_URI:request}(?: HTTP/%{NUMBER:httpversion})?|%{DATA:rawrequest})`,
		"ELB_ACCESS_LOG": `%{TIMESTAMP_ISO8601:timestamp} %{NOTSPACE:elb} %{IP:clientip}:%{INT:clientport:int} ` +
			`(?:%{IP:backendip}:%{INT:backendport:int}|-) %{NUMBER:request_processing_time:float} ` +
			`%{NUMBER:backend_processing_time:float} %{NUMBER:response_processing_time:float} (?:%{INT:response:int}|-) ` +
			`(?:%{INT:backend_response:int}|-) %{INT:received_bytes:int} %{INT:bytes:int} "%{ELB_REQUEST_LINE}"`,
	}
}

func grokFirewalls() map[string]string {
	return map[string]string{
		"SFW2": `(?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp})\s*%{HOSTNAME}\s*kernel:\s*(?:\[\s*%{NUMBER:nagios_epoch}\])?\s*` +
			`SFW2-INext-%{NOTSPACE:nf_action}\s*IN=(?:%{USERNAME:nf_in_interface})?.*OUT=\s*(?:%{USERNAME:nf_out_interface})?\s*` +
			`MAC=(?:%{COMMONMAC:nf_dst_mac}:%{COMMONMAC:nf_src_mac})?.*SRC=%{IP:nf_src_ip}\s*DST=%{IP:nf_dst_ip}.*PROTO=%{WORD:nf_protocol}` +
			`(?:.*SPT=%{INT:nf_src_port}.*DPT=%{INT:nf_dst_port})?`,
		"NETSCREENSESSIONLOG": `%{SYSLOGTIMESTAMP:date} %{IPORHOST:device} %{IPORHOST}: NetScreen device_id=%{WORD:device_id}` +
			`%{DATA}: start_time=%{QUOTEDSTRING:start_time} duration=%{INT:duration} policy_id=%{INT:policy_id} ` +
			`service=%{DATA:service} proto=%{INT:proto} src zone=%{WORD:src_zone} dst zone=%{WORD:dst_zone} ` +
			`action=%{WORD:action} sent=%{INT:sent} rcvd=%{INT:rcvd} src=%{IPORHOST:src_ip} dst=%{IPORHOST:dst_ip} ` +
			`src_port=%{INT:src_port} dst_port=%{INT:dst_port} src-xlated ip=%{IPORHOST:src_xlated_ip} ` +
			`port=%{INT:src_xlated_port} dst-xlated ip=%{IPORHOST:dst_xlated_ip} port=%{INT:dst_xlated_port} ` +
			`session_id=%{INT:session_id} reason=%{GREEDYDATA:reason}`,
		"SHOREWALL": `%{SYSLOGTIMESTAMP:timestamp} %{WORD:nf_host} .*Shorewall:(?:%{WORD:nf_action1})?:(?:%{WORD:nf_action2})?` +
			`.*IN=(?:%{USERNAME:nf_in_interface})?.*(?:OUT= *MAC=%{COMMONMAC:nf_dst_mac}:(?:%{COMMONMAC:nf_src_mac})?|` +
			`OUT=%{USERNAME:nf_out_interface}).*SRC=%{IPV4:nf_src_ip}.*DST=%{IPV4:nf_dst_ip}.*LEN=%{WORD:nf_len}.*?` +
			`TOS=%{WORD:nf_tos}.*?PREC=%{WORD:nf_prec}.*?TTL=%{INT:nf_ttl}.*?ID=%{INT:nf_id}.*?PROTO=%{WORD:nf_protocol}.*?` +
			`SPT=(?:%{INT:nf_src_port})?.*DPT=(?:%{INT:nf_dst_port})?`,
	}
}

func grokServers() map[string]string {
	return map[string]string{
		"JAVACLASS":          `(?:[a-zA-Z$_][a-zA-Z0-9$_]*\.)*[a-zA-Z$_][a-zA-Z0-9$_]*`,
		"JAVAFILE":           `[a-zA-Z$_0-9. -]+`,
		"JAVAMETHOD":         `(?:<(?:cl)?init>|[a-zA-Z$_][a-zA-Z0-9$_]*)`,
		"JAVALOGMESSAGE":     `.*`,
		"JAVASTACKTRACEPART": `%{SPACE}at %{JAVACLASS:class}\.%{JAVAMETHOD:method}\(%{JAVAFILE:file}(?::%{INT:line})?\)`,
		"CATALINA_DATESTAMP": `%{MONTH} %{MONTHDAY}, 20%{YEAR} %{HOUR}:?%{MINUTE}:?%{SECOND} (?:AM|PM)`,
		"CATALINALOG":        `%{CATALINA_DATESTAMP:timestamp} %{JAVACLASS:class} %{JAVALOGMESSAGE:logmessage}`,
		"TOMCAT_DATESTAMP":   `20%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{HOUR}:?%{MINUTE}:?%{SECOND} %{ISO8601_TIMEZONE}`,
		"TOMCATLOG":          `%{TOMCAT_DATESTAMP:timestamp} \| %{LOGLEVEL:level} \| %{JAVACLASS:class} - %{JAVALOGMESSAGE:logmessage}`,

		"MONGO_LOG":        `%{SYSLOGTIMESTAMP:timestamp} \[%{WORD:component}\] %{GREEDYDATA:message}`,
		"MONGO3_SEVERITY":  `\w`,
		"MONGO3_COMPONENT": `(?:\w+|-)`,
		"MONGO3_LOG": `%{TIMESTAMP_ISO8601:timestamp} %{MONGO3_SEVERITY:severity} %{MONGO3_COMPONENT:component}\s+` +
			`(?:\[%{DATA:context}\])? %{GREEDYDATA:message}`,

		"REDISTIMESTAMP": `%{MONTHDAY} %{MONTH} %{TIME}`,
		"REDISLOG":       `\[%{POSINT:pid}\] %{REDISTIMESTAMP:timestamp} \*`,
		"REDISMONLOG": `%{NUMBER:timestamp} \[%{INT:database} %{IP:client}:%{NUMBER:port}\] "%{WORD:command}"` +
			`(?: %{GREEDYDATA:params})?`,

		"POSTGRESQL": `%{DATESTAMP:timestamp} %{TZ} %{DATA:user_id} %{GREEDYDATA:connection_id} %{POSINT:pid}`,

		"RUBY_LOGLEVEL": `(?:DEBUG|FATAL|ERROR|WARN|INFO)`,
		"RUBY_LOGGER": `[DFEWI], \[%{TIMESTAMP_ISO8601:timestamp} #%{POSINT:pid}\] *%{RUBY_LOGLEVEL:loglevel} -- +` +
			`%{DATA:progname}: %{GREEDYDATA:message}`,

		"SQUID3": `%{NUMBER:timestamp}\s+%{NUMBER:duration}\s+%{IP:client_address}\s+%{WORD:cache_result}/%{POSINT:status_code}\s+` +
			`%{NUMBER:bytes}\s+%{WORD:request_method}\s+%{NOTSPACE:url}\s+(?:-|%{NOTSPACE:user})\s+%{WORD:hierarchy_code}/` +
			`%{IPORHOST:server}\s+(?:-|%{NOTSPACE:content_type})`,

		"BIND9_TIMESTAMP": `%{MONTHDAY}-%{MONTH}-%{YEAR} %{TIME}`,
		"BIND9": `%{BIND9_TIMESTAMP:timestamp} queries: %{LOGLEVEL:loglevel}: client(?: @0x[0-9A-Fa-f]+)? ` +
			`%{IP:clientip}#%{POSINT:clientport} \(%{GREEDYDATA:query}\): query: %{GREEDYDATA:query_class} ` +
			`(?:%{WORD:query_type}) (?:.*)\(%{IP:dns}\)`,

		"HAPROXYTIME": `%{HOUR:haproxy_hour}:%{MINUTE:haproxy_minute}:%{SECOND:haproxy_second}`,
		"HAPROXYDATE": `%{MONTHDAY:haproxy_monthday}/%{MONTH:haproxy_month}/%{YEAR:haproxy_year}:%{HAPROXYTIME:haproxy_time}\.` +
			`%{INT:haproxy_milliseconds}`,
		"HAPROXYCAPTUREDREQUESTHEADERS":  `%{DATA:captured_request_headers}`,
		"HAPROXYCAPTUREDRESPONSEHEADERS": `%{DATA:captured_response_headers}`,
		"HAPROXYHTTPBASE": `%{IP:client_ip}:%{INT:client_port} \[%{HAPROXYDATE:accept_date}\] %{NOTSPACE:frontend_name} ` +
			`%{NOTSPACE:backend_name}/%{NOTSPACE:server_name} ` +
			`%{INT:time_request}/%{INT:time_queue}/%{INT:time_backend_connect}/%{INT:time_backend_response}/%{NOTSPACE:time_duration} ` +
			`%{INT:http_status_code} %{NOTSPACE:bytes_read} %{DATA:captured_request_cookie} %{DATA:captured_response_cookie} ` +
			`%{NOTSPACE:termination_state} %{INT:actconn}/%{INT:feconn}/%{INT:beconn}/%{INT:srvconn}/%{NOTSPACE:retries} ` +
			`%{INT:srv_queue}/%{INT:backend_queue} (?:\{%{HAPROXYCAPTUREDREQUESTHEADERS}\})? ?` +
			`(?:\{%{HAPROXYCAPTUREDRESPONSEHEADERS}\})? ?"(?:<BADREQ>|%{WORD:http_verb} %{NOTSPACE:http_request}` +
			`(?: HTTP/%{NUMBER:http_version})?)?"?`,
		"HAPROXYHTTP": `(?:%{SYSLOGTIMESTAMP:syslog_timestamp}|%{TIMESTAMP_ISO8601:timestamp8601}) %{IPORHOST:syslog_server} ` +
			`%{SYSLOGPROG}: %{HAPROXYHTTPBASE}`,
		"HAPROXYTCP": `(?:%{SYSLOGTIMESTAMP:syslog_timestamp}|%{TIMESTAMP_ISO8601:timestamp8601}) %{IPORHOST:syslog_server} ` +
			`%{SYSLOGPROG}: %{IP:client_ip}:%{INT:client_port} \[%{HAPROXYDATE:accept_date}\] %{NOTSPACE:frontend_name} ` +
			`%{NOTSPACE:backend_name}/%{NOTSPACE:server_name} %{INT:time_queue}/%{INT:time_backend_connect}/` +
			`%{NOTSPACE:time_duration} %{NOTSPACE:bytes_read} %{NOTSPACE:termination_state} ` +
			`%{INT:actconn}/%{INT:feconn}/%{INT:beconn}/%{INT:srvconn}/%{NOTSPACE:retries} %{INT:srv_queue}/%{INT:backend_queue}`,
	}
}
