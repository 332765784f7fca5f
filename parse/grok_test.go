package parse_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/parse"
)

func TestRegexp(t *testing.T) {
	check(t, parse.TextFormat{Decoder: parse.Regexp{Expr: regexp.MustCompile(`(?P<user>\w+)@(?P<host>\w+)(?::(?P<port>\d*))?(?P<user>!)?`)}}, []formatCase{
		{"groups are fields, wherever the match is", "<bob@web1:22>", []string{`{"user":"bob","host":"web1","port":"22"}`}},
		{"a group that takes no part is left away, an empty one is not", "a@b\na@b:", []string{`{"user":"a","host":"b"}`, `{"user":"a","host":"b","port":""}`}},
		{"groups of one name are an array", "a@b!", []string{`{"user":["a","!"],"host":"b"}`}},
		{"no match", "nobody\na@b", []string{syntax("no match"), `{"user":"a","host":"b"}`}},
	})
}

func TestGrok(t *testing.T) {
	for _, c := range []struct{ name, pattern, in, want string }{
		{"a field", "%{WORD:a} %{INT:b:int}", "x 12", `{"a":"x","b":12}`},
		{"anywhere in the text", "%{IP:ip}", "from 192.0.2.7 port", `{"ip":"192.0.2.7"}`},
		{"patterns in patterns have their fields", "%{SYSLOGBASE} %{GREEDYDATA:message}", "Nov 25 09:00:01 web1 sshd[42]: hello", `{"timestamp":"Nov 25 09:00:01","logsource":"web1","program":"sshd","pid":"42","message":"hello"}`},
		{"objects", "%{WORD:[a][b]}-%{WORD:[a][c]} %{WORD:d}", "1-2 3", `{"a":{"b":"1","c":"2"},"d":"3"}`},
		{"names with dots", "%{WORD:a.b}", "x", `{"a.b":"x"}`},
		{"a number that is none stays a text", "%{INT:a:int}", "+5", `{"a":"+5"}`},
		{"a fraction", "%{NUMBER:a:float}", "0.25", `{"a":0.25}`},
		{"what matched nothing is left away", `"%{DATA:a}" %{WORD:b}`, `"" x`, `{"b":"x"}`},
		{"alternatives with one name", "(?:%{INT:a}|%{WORD:a})", "x", `{"a":"x"}`},
		{"a field that matched twice", "%{WORD:a} %{WORD:a}", "x y", `{"a":["x","y"]}`},
		{"groups of the pattern", `(?<a>\d+)(?>x)`, "12x", `{"a":"12"}`},
		{"an IPv6 address with one in decimal", "%{IP:a}$", "::ffff:192.0.2.1", `{"a":"::ffff:192.0.2.1"}`},
		{"an IPv6 address with a zone", "^%{IP:a} ", "fe80::1%eth0 x", `{"a":"fe80::1%eth0"}`},
		{"a time is no address", "%{IP:a}|%{TIME:t}", "10:11:12", `{"t":"10:11:12"}`},
		{"quotes", "%{QS:a}", `x "a \" b" y`, `{"a":"\"a \\\" b\""}`},
		{"a URI", "%{URI:u}", "GET https://u@a.example:8080/x/y?z=1 HTTP", `{"u":"https://u@a.example:8080/x/y?z=1","port":"8080"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := parse.CompileGrok(c.pattern, nil)
			if err != nil {
				t.Fatal(err)
			}
			check(t, parse.TextFormat{Decoder: g}, []formatCase{{"", c.in, []string{c.want}}})
		})
	}
}

func TestGrokPatternsOfMessages(t *testing.T) {
	for pattern, c := range map[string]struct{ in, want string }{
		"CISCOFW106100": {"access-list inside permitted tcp inside/192.0.2.1(1025) -> outside/198.51.100.2(80) hit-cnt 1 first hit [0x1, 0x0]",
			`{"policy_id":"inside","action":"permitted","protocol":"tcp","src_interface":"inside","src_ip":"192.0.2.1","src_port":"1025","dst_interface":"outside","dst_ip":"198.51.100.2","dst_port":"80","hit_count":"1","interval":"first hit","hashcode1":"0x1","hashcode2":"0x0"}`},
		"HTTPD_ERRORLOG": {"[Wed Nov 25 09:30:34.123456 2026] [core:error] [pid 7:tid 140] [client 192.0.2.1:5000] AH00126: Invalid URI",
			`{"timestamp":"Wed Nov 25 09:30:34.123456 2026","loglevel":"error","clientip":"192.0.2.1","message":"Invalid URI","module":"core","pid":"7","tid":"140","clientport":"5000","errorcode":"AH00126"}`},
		"CRONLOG": {"Nov 25 09:00:01 web1 CRON[42]: (root) CMD (run-parts /etc/cron.hourly)",
			`{"timestamp":"Nov 25 09:00:01","logsource":"web1","program":"CRON","pid":"42","user":"root","action":"CMD","message":"run-parts /etc/cron.hourly"}`},
		"SFW2": {"Mar  8 20:16:44 black kernel: [20474.050964] SFW2-INext-ACC-TCP IN=eth0 OUT= MAC=28:45:a7:f3:18:00:00:22:15:67:6a:25:08:00 SRC=192.0.2.101 DST=192.0.2.100 LEN=60 TOS=0x00 DF PROTO=TCP SPT=59282 DPT=631 WINDOW=14600",
			`{"timestamp":"Mar  8 20:16:44","nagios_epoch":"20474.050964","nf_action":"ACC-TCP","nf_in_interface":"eth0","nf_dst_mac":"28:45:a7:f3:18:00","nf_src_mac":"00:22:15:67:6a:25","nf_src_ip":"192.0.2.101","nf_dst_ip":"192.0.2.100","nf_protocol":"TCP","nf_src_port":"59282","nf_dst_port":"631"}`},
		"CLOUDFRONT_ACCESS_LOG": {"2014-01-14\t03:49:12\tMIA50-C1\t1234\t192.0.2.4\tGET\td1.cloudfront.net\t/x.jpg\t200\t-\tMozilla/5.0%20(X)\ta=b\t-\tHit\tabc==\twww.example.com\thttp\t293\t0.004\t-\t-\t-\tHit",
			`{"timestamp":"2014-01-14\t03:49:12","x_edge_location":"MIA50-C1","sc_bytes":1234,"clientip":"192.0.2.4","cs_method":"GET","cs_host":"d1.cloudfront.net","cs_uri_stem":"/x.jpg","sc_status":200,"referrer":"-","agent":"Mozilla/5.0%20(X)","cs_uri_query":"a=b","cookies":"-","x_edge_result_type":"Hit","x_edge_request_id":"abc==","x_host_header":"www.example.com","cs_protocol":"http","cs_bytes":293,"time_taken":0.004,"x_forwarded_for":"-","ssl_protocol":"-","ssl_cipher":"-","x_edge_response_result_type":"Hit"}`},
		"TOMCATLOG": {"2014-01-09 20:03:28,269 -0800 | ERROR | com.example.service.ExampleService - something unexpected happened",
			`{"timestamp":"2014-01-09 20:03:28,269 -0800","level":"ERROR","class":"com.example.service.ExampleService","logmessage":"something unexpected happened"}`},
		"JAVASTACKTRACEPART": {"\tat com.example.Foo$Bar.<init>(Foo.java:42)", `{"class":"com.example.Foo$Bar","method":"<init>","file":"Foo.java","line":"42"}`},
		"MONGO3_LOG": {"2014-11-03T18:28:32.450-0500 I NETWORK [initandlisten] waiting for connections on port 27017",
			`{"timestamp":"2014-11-03T18:28:32.450-0500","severity":"I","component":"NETWORK","context":"initandlisten","message":"waiting for connections on port 27017"}`},
		"RUBY_LOGGER": {"I, [2026-11-25T09:00:01.5 #42]  INFO -- main: hello",
			`{"timestamp":"2026-11-25T09:00:01.5","pid":"42","loglevel":"INFO","progname":"main","message":"hello"}`},
	} {
		g, err := parse.CompileGrok("%{"+pattern+"}", nil)
		if err != nil {
			t.Fatal(pattern, err)
		}
		check(t, parse.TextFormat{Decoder: g}, []formatCase{{pattern, c.in, []string{c.want}}})
	}
}

func TestEveryGrokPatternCompiles(t *testing.T) {
	for name := range parse.GrokPatterns() {
		if _, err := parse.CompileGrok("%{"+name+":x}", nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCompileGrokTellsWhatIsWrong(t *testing.T) {
	own := map[string]string{"LOOP": "x%{LOOP}", "BAD": "(", "MINE": "%{INT:n:int}!", "BIG": strings.Repeat("%{IPV6}", 400), "BIGGER": strings.Repeat("%{BIG}", 400)}
	for pattern, want := range map[string]string{
		"%{NOSUCH}":      `parse: grok: pattern "NOSUCH" is not known`,
		"%{WORD:a:date}": `parse: grok: field "a" is of no known type: "date"`,
		"%{LOOP}":        "parse: grok: patterns stand in one another deeper than 64",
		"%{BAD}":         "parse: grok: missing closing )",
		"a(?=b)":         "parse: grok: invalid or unsupported Perl syntax: \"(?=\"",
		"%{BIGGER}":      "parse: grok: pattern is longer than 1 MiB",
	} {
		if _, err := parse.CompileGrok(pattern, own); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", pattern, err, want)
		}
	}
	g, err := parse.CompileGrok("%{MINE}", own)
	if err != nil {
		t.Fatal(err)
	}
	check(t, parse.TextFormat{Decoder: g}, []formatCase{{"own patterns", "5!", []string{`{"n":5}`}}})
}
