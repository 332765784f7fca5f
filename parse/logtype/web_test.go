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
		{"a common line is not nginx's", logtype.NginxAccess(), `127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326`, "the line is not as its directive writes it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff([]string{tt.want}, outcome(t, tt.of, tt.in)); d != "" {
				t.Error(d)
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
