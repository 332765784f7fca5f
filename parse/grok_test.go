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
