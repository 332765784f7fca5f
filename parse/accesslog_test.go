package parse_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
)

const combined = `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"`

func TestAccessLogs(t *testing.T) {
	for _, tt := range []struct {
		name      string
		compile   func(string) (*parse.AccessLog, error)
		directive string
		line      string
		want      string // JSON, and the time
	}{
		{
			"combined", parse.ApacheLogFormat, combined,
			`192.0.2.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326 "http://www.example.com/" "Mozilla/4.08 [en]"`,
			`{"remote_host":"192.0.2.1","remote_user":"frank","time":"10/Oct/2000:13:55:36 -0700","request":"GET /a.gif HTTP/1.0","request_method":"GET","request_uri":"/a.gif","request_protocol":"HTTP/1.0","status":200,"response_size":2326,"referer":"http://www.example.com/","user_agent":"Mozilla/4.08 [en]"} 2000-10-10T20:55:36Z`,
		},
		{
			"the quotes of a configuration file", parse.ApacheLogFormat, `%h \"%r\"`,
			`192.0.2.1 "GET / HTTP/1.0"`,
			`{"remote_host":"192.0.2.1","request":"GET / HTTP/1.0","request_method":"GET","request_uri":"/","request_protocol":"HTTP/1.0"} `,
		},
		{
			"escapes", parse.ApacheLogFormat, `"%{User-Agent}i" "%{X-Trace}o"`,
			`"say \"hi\" \\o/ \xc3\xbc \t \q \x4" "a\\"`,
			`{"user_agent":"say \"hi\" \\o/ ü \t \\q \\x4","response_x_trace":"a\\"} `,
		},
		{
			"a user with spaces and brackets", parse.ApacheLogFormat, `%h %l %u %t`,
			`192.0.2.1 - john [01/Jan/2000] doe [10/Oct/2000:13:55:36 +0000]`,
			`{"remote_host":"192.0.2.1","remote_user":"john [01/Jan/2000] doe","time":"10/Oct/2000:13:55:36 +0000"} 2000-10-10T13:55:36Z`,
		},
		{
			"a request of another form", parse.ApacheLogFormat, `"%r" %s`,
			`"\x16\x03 x HELP" 400`,
			`{"request":"\u0016\u0003 x HELP","status":400} `,
		},
		{
			"parts of a time with nothing between them", parse.ApacheLogFormat, `%{%Y-%m-%dT%H:%M:%S}t.%{usec_frac}t%{%z}t %a`,
			`2026-11-25T09:30:45.123456+0100 192.0.2.1`,
			`{"time":"2026-11-25T09:30:45","time_2":"123456","time_3":"+0100","remote_ip":"192.0.2.1"} 2026-11-25T08:30:45.123456Z`,
		},
		{
			"what Tomcat alone has", parse.ApacheLogFormat, `%h %I %S %{x}r %{y}s %{z}c %F`,
			`192.0.2.1 http-nio-8080-exec-1 - rx sy cz 5`,
			`{"remote_host":"192.0.2.1","bytes_received":"http-nio-8080-exec-1","attribute_x":"rx","session_y":"sy","cookie_z":"cz","commit_ms":5} `,
		},
		{
			"a format by its name", parse.ApacheLogFormat, `common`,
			`192.0.2.1 - - [10/Oct/2000:13:55:36 +0000] "-" 408 -`,
			`{"remote_host":"192.0.2.1","time":"10/Oct/2000:13:55:36 +0000","status":408} 2000-10-10T13:55:36Z`,
		},
		{
			"nginx's format by its name", parse.NginxLogFormat, `combined`,
			`192.0.2.1 - - [10/Oct/2000:13:55:36 +0000] "" 400 0 "-" "-"`,
			`{"remote_addr":"192.0.2.1","time_local":"10/Oct/2000:13:55:36 +0000","status":400,"body_bytes_sent":0} 2000-10-10T13:55:36Z`,
		},
		{
			"a path and its query", parse.ApacheLogFormat, `%m %U%q %H`,
			`GET /a/b?c=d HTTP/1.1`,
			`{"request_method":"GET","url_path":"/a/b","query_string":"?c=d","request_protocol":"HTTP/1.1"} `,
		},
		{
			"a path without a query", parse.ApacheLogFormat, `%m %U%q %H`,
			`GET /a/b HTTP/1.1`,
			`{"request_method":"GET","url_path":"/a/b","request_protocol":"HTTP/1.1"} `,
		},
		{
			"the first status and the last", parse.ApacheLogFormat, `%s %>s %<s %%`,
			`302 200 302 %`,
			`{"status":302,"status_2":200,"original_status":302} `,
		},
		{
			"a time in parts", parse.ApacheLogFormat, `%{%d/%b/%Y %T}t.%{msec_frac}t %{%z}t %h`,
			`10/Oct/2000 13:55:36.042 +0530 192.0.2.1`,
			`{"time":"10/Oct/2000 13:55:36","time_2":"042","time_3":"+0530","remote_host":"192.0.2.1"} 2000-10-10T08:25:36.042Z`,
		},
		{
			"a time of twelve hours, without a zone", parse.ApacheLogFormat, `%{%B %e %y %I:%M %p}t`,
			`October  9 00 01:55 PM`,
			`{"time":"October  9 00 01:55 PM"} 2000-10-09T11:55:00Z`,
		},
		{
			"the day of a year", parse.ApacheLogFormat, `%{%Y-%j %R}t %{UNIQUE_ID}e %{a}n`,
			`2024-366 00:00 x y`,
			`{"time":"2024-366 00:00","env_unique_id":"x","note_a":"y"} 2024-12-30T22:00:00Z`,
		},
		{
			"microseconds since 1970", parse.ApacheLogFormat, `%{usec}t %{remote}p %{ms}T %I`,
			`1795599043153042 1234 7 -`,
			`{"time":"1795599043153042","remote_port":1234,"duration_ms":7} 2026-11-25T09:30:43.153042Z`,
		},
		{
			"nginx", parse.NginxLogFormat, `$remote_addr - ${remote_user} [$time_local] "$request" $status $upstream_response_time`,
			`192.0.2.1 - - [10/Oct/2000:13:55:36 +0000] "GET /\x22\xC3\xBC\x5C HTTP/1.1" 200 0.001, 0.002`,
			`{"remote_addr":"192.0.2.1","time_local":"10/Oct/2000:13:55:36 +0000","request":"GET /\"ü\\ HTTP/1.1","request_method":"GET","request_uri":"/\"ü\\","server_protocol":"HTTP/1.1","status":200,"upstream_response_time":"0.001, 0.002"} 2000-10-10T13:55:36Z`,
		},
		{
			"lists", parse.NginxLogFormat, `$upstream_addr $upstream_status $http_x_forwarded_for $req_id`,
			`10.0.0.1:80, 10.0.0.2:80 502, 200 - 7f`,
			`{"upstream_addr":"10.0.0.1:80, 10.0.0.2:80","upstream_status":"502, 200","req_id":"7f"} `,
		},
		{
			"nginx that escapes as JSON", parse.NginxLogFormat, `escape=json $msec "$http_user_agent"`,
			`1795599034.105 "a\"b\\c\u00fc\n"`,
			`{"msec":"1795599034.105","http_user_agent":"a\"b\\cü\n"} 2026-11-25T09:30:34.105Z`,
		},
		{
			"nginx that escapes nothing", parse.NginxLogFormat, `escape=none "$request" ua=$http_user_agent`,
			`"GET /"x" HTTP/1.1" ua=\x22"`,
			`{"request":"GET /\"x\" HTTP/1.1","request_method":"GET","request_uri":"/\"x\"","server_protocol":"HTTP/1.1","http_user_agent":"\\x22\""} `,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := tt.compile(tt.directive)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range []*parse.Fields{nil, fields(t, a.Fields()...)} {
				clock := parse.Clock{Zone: time.FixedZone("", 2*60*60)}
				for r, err := range (parse.TextFormat{Decoder: a}).Parse(parse.Input{Reader: strings.NewReader(tt.line), Fields: f, Clock: clock}) {
					if err != nil {
						t.Fatal(err)
					}
					at := ""
					if t, ok := a.Time(r); ok {
						at = t.Format(time.RFC3339Nano)
					}
					if d := cmp.Diff(tt.want, string(r.JSON())+" "+at); d != "" {
						t.Errorf("(-want +got)\n%s", d)
					}
				}
			}
		})
	}
}

func TestAccessLinesThatAreNone(t *testing.T) {
	a, err := parse.ApacheLogFormat(combined)
	if err != nil {
		t.Fatal(err)
	}
	const line = `192.0.2.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326 "-" "Mozilla"`
	for name, bad := range map[string]string{
		"half a line":                   line[:60],
		"a quote that does not close":   line[:len(line)-1],
		"a quote that is only escaped":  line[:len(line)-1] + `\"`,
		"something behind it":           line + " x",
		"something behind it in quotes": line + ` "x"`,
		"a time that is none":           strings.Replace(line, "Oct", "Okt", 1),
		"a day that is none":            strings.Replace(line, "10/", "40/", 1),
		"a status that is none":         strings.Replace(line, " 200 ", " 2xx ", 1),
		"a size that is none":           strings.Replace(line, " 2326 ", " big ", 1),
		"a host with a space":           " " + line,
		"brackets without end":          strings.Repeat("[", 4000),
		"quotes without end":            line[:48] + strings.Repeat(`" `, 4000),
	} {
		for r, err := range (parse.TextFormat{Decoder: a}).Parse(parse.Input{Reader: strings.NewReader(bad)}) {
			if !errors.Is(err, parse.ErrSyntax) {
				t.Errorf("%s: %v %v", name, r, err)
			}
		}
	}
}

func TestDirectivesThatAreNone(t *testing.T) {
	for directive, want := range map[string]string{
		"":                        "parse: LogFormat: it has 0 fields, want 1 to 64",
		"only text":               "parse: LogFormat: it has 0 fields, want 1 to 64",
		"%h %":                    "",
		"%h%u":                    "parse: LogFormat: nothing stands between remote_host and remote_user",
		"%J":                      "parse: LogFormat: %J is not known",
		"%{Foo":                   `parse: LogFormat: "{Foo" ends in the middle`,
		"%>":                      `parse: LogFormat: ">" ends in the middle`,
		"%{x}p":                   "parse: LogFormat: %{x}p is not known",
		"%{%Q}t":                  "parse: LogFormat: %{%Q}t has a part that is not known",
		strings.Repeat("%h ", 65): "parse: LogFormat: it has 65 fields, want 1 to 64",
	} {
		_, err := parse.ApacheLogFormat(directive)
		if got := fmt.Sprint(err); want != "" && got != want || want == "" && err != nil {
			t.Errorf("%q: %v", directive, err)
		}
	}
	for directive, want := range map[string]string{
		"escape=some $a": "parse: log_format: escape=some is not known",
		"$a $":           `parse: log_format: no variable at "$"`,
		"$a$b":           "parse: log_format: nothing stands between a and b",
	} {
		if _, err := parse.NginxLogFormat(directive); err == nil || err.Error() != want {
			t.Errorf("%q: %v", directive, err)
		}
	}
}

// Any directive and any line: no panic, and what is picked is what is written.
func FuzzAccessLog(f *testing.F) {
	f.Add(combined, `192.0.2.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326 "-" "Mozilla \"x\" \xc3"`)
	f.Add(`%m %U%q %{%Y-%m-%d %H:%M:%S}t.%{usec_frac}t %{%z}t`, `GET /a?b 2026-11-25 09:30:43.151866 +0000`)
	f.Add(`escape=json $time_iso8601 "$request"`, `2026-11-25T09:30:34+00:00 "GET /\u00fc\" HTTP/1.1"`)
	f.Add(`$remote_addr [$msec] $status <$http_user_agent>`, `::1 [1795599034.105] 200 <\x22>`)
	f.Fuzz(func(t *testing.T, directive, line string) {
		for _, compile := range []func(string) (*parse.AccessLog, error){parse.ApacheLogFormat, parse.NginxLogFormat} {
			a, err := compile(directive)
			if err != nil {
				continue
			}
			var paths []string
			for _, name := range a.Fields() {
				paths = append(paths, parse.EscapeName(name))
			}
			for r, err := range (parse.TextFormat{Decoder: a}).Parse(parse.Input{Reader: strings.NewReader(line), Fields: fields(t, paths...)}) {
				if err != nil {
					continue
				}
				a.Time(r)
				c := r.Clone()
				for _, p := range paths {
					if picked, written := r.Get(p), c.Get(p); picked.Kind() != written.Kind() || picked.String() != written.String() {
						t.Errorf("%s of %q: picked %q, written %q", p, r.Bytes(), picked, written)
					}
				}
			}
		}
	})
}

func BenchmarkParseAccessLog(b *testing.B) {
	a, err := parse.ApacheLogFormat(combined)
	if err != nil {
		b.Fatal(err)
	}
	f, err := parse.CompileFields("remote_host", "status", "request_uri")
	if err != nil {
		b.Fatal(err)
	}
	in := strings.Repeat(`198.51.100.23 - - [25/Nov/2026:09:30:34 +0000] "GET /index.html?a=1&b=two%20words HTTP/1.1" 200 9 "https://www.example.com/start?x=%22y%22" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"`+"\n", 4000)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range (parse.TextFormat{Decoder: a}).Parse(parse.Input{Reader: strings.NewReader(in), Fields: f}) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func ExampleApacheLogFormat() {
	decoder, err := parse.ApacheLogFormat(`%v %h %t "%r" %>s %{ms}T "%{X-Forwarded-For}i"`)
	if err != nil {
		fmt.Println(err)
		return
	}
	line := `www.example.com 10.0.0.7 [25/Nov/2026:09:30:45 +0000] "GET /moved?to=x HTTP/1.1" 302 12 "203.0.113.9"`
	for r := range (parse.TextFormat{Decoder: decoder}).Parse(parse.Input{Reader: strings.NewReader(line)}) {
		at, _ := decoder.Time(r)
		fmt.Println(at, r.Get("x_forwarded_for"), r.Get("request_uri"), r.Get("duration_ms").Int())
	}
	// Output: 2026-11-25 09:30:45 +0000 UTC 203.0.113.9 /moved?to=x 12
}

func ExampleNginxLogFormat() {
	decoder, err := parse.NginxLogFormat(`$time_iso8601 $remote_addr "$request" $status`)
	if err != nil {
		fmt.Println(err)
		return
	}
	line := `2026-11-25T09:30:34+00:00 203.0.113.7 "GET /gr\xC3\xB6\xC3\x9Fe HTTP/1.1" 404`
	for r := range (parse.TextFormat{Decoder: decoder}).Parse(parse.Input{Reader: strings.NewReader(line)}) {
		fmt.Println(r.Get("request_method"), r.Get("request_uri"), r.Get("status").Int())
	}
	// Output: GET /größe 404
}
