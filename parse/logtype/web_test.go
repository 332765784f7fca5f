package logtype_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

func TestWebLinesThatAreNone(t *testing.T) {
	const (
		apache = `[Wed Nov 25 09:30:48.907293 2026] [authz_core:error] [pid 19504:tid 19511] [client 203.0.113.7:50357] AH01630: denied`
		nginx  = `2026/11/25 09:30:37 [error] 19490#19490: *56 open() failed, client: 198.51.100.23, server: x, request: "GET /nope HTTP/1.1"`
	)
	for _, tt := range []struct {
		name string
		of   *parse.LogType
		in   string
		want string
	}{
		{"a time that is none", logtype.ApacheError(), strings.Replace(apache, "09:30", "29:30", 1), "the time is none"},
		{"a level that is none", logtype.ApacheError(), strings.Replace(apache, ":error", ":odd", 1), "the level is none"},
		{"a bracket that does not close", logtype.ApacheError(), apache[:45], "no time and level between brackets"},
		{"a line of nginx", logtype.ApacheError(), nginx, "it does not look like one"},
		{"a line of Apache", logtype.NginxError(), apache, "it does not look like one"},
		{"a time of nginx that is none", logtype.NginxError(), strings.Replace(nginx, "11/25", "25/11", 1), "the time is none"},
		{"a level of nginx that is none", logtype.NginxError(), strings.Replace(nginx, "[error]", "[odd]", 1), "the level is none"},
		{"a process of nginx that is none", logtype.NginxError(), strings.Replace(nginx, "#", "+", 1), "no process and thread"},
		{"a line without a time", logtype.ApacheAccess(), "not a common log line", "it does not look like one"},
		{"a line of S3", logtype.ApacheAccess(), access, "the line is not as its directive writes it"},
		{"a line with an identity is not nginx's", logtype.NginxAccess(), `127.0.0.1 bob frank [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326`, "the line is not as its directive writes it"},
		{"a quote that does not close", logtype.ApacheAccess(), `192.0.2.1 - - [29/Jul/2023:10:26:06 -0700] "GET /c HTTP/1.1" 200 126 "-" "x`, "the line is not as its directive writes it"},
		{"a line that ends behind the request", logtype.ApacheAccess(), `192.0.2.1 - - [29/Jul/2023:10:26:06 -0700] "GET /c HTTP/1.1"`, "the line is not as its directive writes it"},
		{"another log's time and level", logtype.ApacheError(), "[2026-11-25 09:30:48.907293] [error] worker: denied", "no process and thread"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff([]string{tt.want}, outcome(t, tt.of, tt.in)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAccessLinesThatAreUnusual(t *testing.T) {
	const at = `[08/Jun/2020:08:04:43 +0000] `
	for _, tt := range []struct {
		name string
		of   *parse.LogType
		in   string
		want string
	}{
		{
			"a virtual host without its port", logtype.ApacheAccess(), `www.example.com 192.0.2.1 - - ` + at + `"GET /a HTTP/1.1" 500 803 "-" "x"`,
			`{"server_name":"www.example.com","remote_host":"192.0.2.1","time":"08/Jun/2020:08:04:43 +0000","request":"GET /a HTTP/1.1","request_method":"GET","request_uri":"/a","request_protocol":"HTTP/1.1","status":500,"response_size":803,"user_agent":"x"}`,
		},
		{
			"a virtual host and an IPv6 client", logtype.ApacheAccess(), `www.example.com:443 2001:db8::1 - bob ` + at + `"HEAD / HTTP/1.1" 200 -`,
			`{"server_name":"www.example.com","server_port":443,"remote_host":"2001:db8::1","remote_user":"bob","time":"08/Jun/2020:08:04:43 +0000","request":"HEAD / HTTP/1.1","request_method":"HEAD","request_uri":"/","request_protocol":"HTTP/1.1","status":200}`,
		},
		{
			"a user with a blank", logtype.ApacheAccess(), `192.0.2.1 - John Doe ` + at + `"GET / HTTP/1.1" 200 1`,
			`{"remote_host":"192.0.2.1","remote_user":"John Doe","time":"08/Jun/2020:08:04:43 +0000","request":"GET / HTTP/1.1","request_method":"GET","request_uri":"/","request_protocol":"HTTP/1.1","status":200,"response_size":1}`,
		},
		{
			"a request of HTTP/0.9", logtype.ApacheAccess(), `192.0.2.1 - - ` + at + `"GET /" 200 1`,
			`{"remote_host":"192.0.2.1","time":"08/Jun/2020:08:04:43 +0000","request":"GET /","request_method":"GET","request_uri":"/","status":200,"response_size":1}`,
		},
		{
			"blanks at the end", logtype.NginxAccess(), `192.0.2.1 - - ` + at + `"PING 1" 400 0 "-" "x"  `,
			`{"remote_addr":"192.0.2.1","time_local":"08/Jun/2020:08:04:43 +0000","request":"PING 1","status":400,"body_bytes_sent":0,"http_user_agent":"x"}`,
		},
		{
			"a host before a line of nginx", logtype.NginxAccess(), `www.example.com:80 192.0.2.1 - - ` + at + `"GET /a HTTP/1.1" 301 0 "-" "x"`,
			`{"host":"www.example.com","server_port":80,"remote_addr":"192.0.2.1","time_local":"08/Jun/2020:08:04:43 +0000","request":"GET /a HTTP/1.1","request_method":"GET","request_uri":"/a","server_protocol":"HTTP/1.1","status":301,"body_bytes_sent":0,"http_user_agent":"x"}`,
		},
		{
			"ingress-nginx", logtype.NginxAccess(), `192.0.2.1 - bob ` + at + `"GET /a HTTP/2.0" 200 12 "" "x" 462 0.050 [svc-9000] [] 192.0.2.80:9000 19 0.049 200 752178`,
			`{"remote_addr":"192.0.2.1","remote_user":"bob","time_local":"08/Jun/2020:08:04:43 +0000","request":"GET /a HTTP/2.0","request_method":"GET","request_uri":"/a","server_protocol":"HTTP/2.0","status":200,"body_bytes_sent":12,"http_user_agent":"x","request_length":462,"request_time":0.050,"proxy_upstream_name":"svc-9000","upstream_addr":"192.0.2.80:9000","upstream_response_length":"19","upstream_response_time":"0.049","upstream_status":"200","req_id":"752178"}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff([]string{tt.want}, outcome(t, tt.of, tt.in)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestWebErrorsThatAreUnusual(t *testing.T) {
	for _, tt := range []struct {
		name string
		of   *parse.LogType
		in   string
		want string
	}{
		{
			"an IPv6 client", logtype.ApacheError(), "[Wed Nov 25 09:30:48.9 2026] [core:info] [pid 1] [client [2001:db8::1]:50357] x",
			`{"time":"Wed Nov 25 09:30:48.9 2026","module":"core","level":"info","pid":1,"client_ip":"2001:db8::1","client_port":50357,"message":"x"}`,
		},
		{
			"an IPv6 client without brackets", logtype.ApacheError(), "[01/Mar/2021:12:00:19 +0000] [ab:alert] [pid 3:tid 4] [client 2001:db8::1:24259] x",
			`{"time":"01/Mar/2021:12:00:19 +0000","module":"ab","level":"alert","pid":3,"tid":4,"client_ip":"2001:db8::1","client_port":24259,"message":"x"}`,
		},
		{
			"a time of digits", logtype.ApacheError(), "[2021-06-04 15:40:27.138633] [php7:emerg] [pid 4803] [client 192.0.2.60:35106] PHP Parse error:  x",
			`{"time":"2021-06-04 15:40:27.138633","module":"php7","level":"emerg","pid":4803,"client_ip":"192.0.2.60","client_port":35106,"message":"PHP Parse error:  x"}`,
		},
		{
			"an IPv6 client of httpd 2.2", logtype.ApacheError(), "[Wed Nov  5 09:30:48 2026] [info] [client 2001:db8::10] x",
			`{"time":"Wed Nov  5 09:30:48 2026","level":"info","client_ip":"2001:db8::10","message":"x"}`,
		},
		{
			"a request that looks like what follows it", logtype.NginxError(), `2026/11/25 09:30:37 [error] 1#2: *3 x, client: ::1, server: , request: "GET /a, host: b HTTP/1.1", upstream: "http://[::1]:80/", host: "c"`,
			`{"time":"2026/11/25 09:30:37","level":"error","pid":1,"tid":2,"connection":3,"client":"::1","request":"GET /a, host: b HTTP/1.1","upstream":"http://[::1]:80/","host":"c","message":"x"}`,
		},
		{
			"a request that was not read to its end", logtype.NginxError(), `2026/11/25 09:30:37 [info] 1#2: *3 x, client: 192.0.2.1, server: y, request: "GET /`,
			`{"time":"2026/11/25 09:30:37","level":"info","pid":1,"tid":2,"connection":3,"client":"192.0.2.1","server":"y","request":"GET /","message":"x"}`,
		},
		{
			"a stream", logtype.NginxError(), `2026/11/25 09:30:37 [info] 1#2: *3 x, client: ::1, server: 0.0.0.0:53, upstream: "192.0.2.1:53", bytes from/to client:1/2, bytes from/to upstream:3/4`,
			`{"time":"2026/11/25 09:30:37","level":"info","pid":1,"tid":2,"connection":3,"client":"::1","server":"0.0.0.0:53","upstream":"192.0.2.1:53","message":"x"}`,
		},
		{
			"mail", logtype.NginxError(), `2026/11/25 09:30:37 [info] 1#2: *3 client login failed: "no" while in http auth state, client: ::1, server: 0.0.0.0:25, login: "bob"`,
			`{"time":"2026/11/25 09:30:37","level":"info","pid":1,"tid":2,"connection":3,"client":"::1","server":"0.0.0.0:25","login":"bob","message":"client login failed: \"no\" while in http auth state"}`,
		},
		{
			"a request that has to wait", logtype.NginxError(), `2026/11/25 09:30:37 [warn] 1#2: *3 delaying request, excess: 0.400, by zone "one", client: ::1, server: y`,
			`{"time":"2026/11/25 09:30:37","level":"warn","pid":1,"tid":2,"connection":3,"client":"::1","server":"y","message":"delaying request, excess: 0.400, by zone \"one\"","excess":0.400,"zone":"one"}`,
		},
		{
			"a connection that httpd opened", logtype.ApacheError(), "[Wed Nov 25 09:30:48.9 2026] [proxy:error] [pid 1:tid 2] (110)Timed out: [remote 192.0.2.9:80] AH01102: y",
			`{"time":"Wed Nov 25 09:30:48.9 2026","module":"proxy","level":"error","pid":1,"tid":2,"os_error":110,"os_error_text":"Timed out","remote_ip":"192.0.2.9","remote_port":80,"error_code":"AH01102","message":"y"}`,
		},
		{
			"a limit of connections", logtype.NginxError(), `2026/11/25 09:30:37 [error] 1#2: *3 limiting connections by zone "addr", client: 192.0.2.1, server: y`,
			`{"time":"2026/11/25 09:30:37","level":"error","pid":1,"tid":2,"connection":3,"client":"192.0.2.1","server":"y","message":"limiting connections by zone \"addr\"","zone":"addr"}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff([]string{tt.want}, outcome(t, tt.of, tt.in)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func ExampleApacheAccessFormat() {
	log, err := logtype.ApacheAccessFormat(`%v %h %t "%r" %>s`)
	if err != nil {
		fmt.Println(err)
		return
	}
	line := `www.example.com 203.0.113.9 [25/Nov/2026:09:30:45 +0000] "GET /moved?to=x HTTP/1.1" 302`
	for r := range log.Parse(parse.Input{Reader: strings.NewReader(line)}) {
		at, _ := r.Time()
		fmt.Println(r.Log(), at, r.Get("remote_host"), r.Get("request_uri"))
	}
	// Output: apache.access 2026-11-25 09:30:45 +0000 UTC 203.0.113.9 /moved?to=x
}

func ExampleNginxAccessFormat() {
	log, err := logtype.NginxAccessFormat(`escape=json {"at":"$time_iso8601","ip":"$remote_addr","status":$status}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	line := `{"at":"2026-11-25T09:30:34+00:00","ip":"203.0.113.7","status":404}`
	for r := range log.Parse(parse.Input{Reader: strings.NewReader(line)}) {
		at, _ := r.Time()
		fmt.Println(r.Log(), at, r.Get("ip"), log.Entities["source.ip"])
	}
	// Output: nginx.access 2026-11-25 09:30:34 +0000 UTC 203.0.113.7 [ip]
}
