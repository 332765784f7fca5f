package parse_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	_ "time/tzdata" // wherever the test runs

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
)

var syslogFormat = parse.TextFormat{Decoder: parse.Syslog{}, Framing: parse.SyslogFraming{}}

// syslogClock is of a payload that was written in June 2026.
var syslogClock = parse.Clock{Received: time.Date(2026, time.June, 15, 12, 0, 0, 0, time.UTC), Zone: time.FixedZone("", 2*3600)}

func TestSyslogMessages(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"RFC 3164, example 1": {
			"<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
			`{"priority":34,"facility":4,"severity":2,"timestamp":"Oct 11 22:14:15","hostname":"mymachine","app_name":"su","message":"'su root' failed for lonvick on /dev/pts/8"}`,
		},
		"RFC 3164, example 2: neither time nor tag": {
			"Use the BFG!", "",
		},
		"RFC 3164, example 2 as a relay has it": {
			"<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!",
			`{"priority":13,"facility":1,"severity":5,"timestamp":"Feb  5 17:32:18","hostname":"10.0.0.99","message":"Use the BFG!"}`,
		},
		"RFC 3164, example 3: a tag without a colon's blank": {
			"<165>Aug 24 05:34:00 CST 1987 mymachine myproc[10]: %% It's time to make the do-nuts. %%  Ingredients: Mix=OK, Jelly=OK #",
			`{"priority":165,"facility":20,"severity":5,"timestamp":"Aug 24 05:34:00 CST 1987","hostname":"mymachine","app_name":"myproc","proc_id":"10","message":"%% It's time to make the do-nuts. %%  Ingredients: Mix=OK, Jelly=OK #"}`,
		},
		"RFC 3164, example 4: the year before the month": {
			"<0>1990 Oct 22 10:52:01 UTC scapegoat.dmz.example.org 10.1.2.3 sched[0]: That's All Folks!",
			`{"priority":0,"facility":0,"severity":0,"timestamp":"1990 Oct 22 10:52:01 UTC","hostname":"scapegoat.dmz.example.org","message":"10.1.2.3 sched[0]: That's All Folks!"}`,
		},
		"a tag that ends in a bracket": {
			"Nov 25 09:26:52 web1 gdm-password][77]: x: y",
			`{"timestamp":"Nov 25 09:26:52","hostname":"web1","app_name":"gdm-password]","proc_id":"77","message":"x: y"}`,
		},
		"RFC 5424, example 1: a byte order mark before the message": {
			"<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \ufeff'su root' failed",
			`{"priority":34,"facility":4,"severity":2,"version":1,"timestamp":"2003-10-11T22:14:15.003Z","hostname":"mymachine.example.com","app_name":"su","msg_id":"ID47","message":"'su root' failed"}`,
		},
		"RFC 5424, example 4: structured data alone": {
			`<165>1 2003-10-11T22:14:15.003Z h evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"][examplePriority@32473 class="high"]`,
			`{"priority":165,"facility":20,"severity":5,"version":1,"timestamp":"2003-10-11T22:14:15.003Z","hostname":"h","app_name":"evntslog","msg_id":"ID47","structured_data":{"exampleSDID@32473":{"iut":"3","eventSource":"Application","eventID":"1011"},"examplePriority@32473":{"class":"high"}}}`,
		},
		"escapes in structured data, and backslashes that are none": {
			`<13>1 - - - - - [a b="\" \\ \] \n \" [x" c=""] m`,
			`{"priority":13,"facility":1,"severity":5,"version":1,"structured_data":{"a":{"b":"\" \\ ] \\n \" [x","c":""}},"message":"m"}`,
		},
		"a parameter that is repeated": {
			`<13>1 - - - - - [origin ip="192.0.2.1" ip="192.0.2.2" ip="192.0.2.3" x="1"][o ip="4"] m`,
			`{"priority":13,"facility":1,"severity":5,"version":1,"structured_data":{"origin":{"ip":["192.0.2.1","192.0.2.2","192.0.2.3"],"x":"1"},"o":{"ip":"4"}},"message":"m"}`,
		},
		"a blank behind a parameter's name": {
			`<13>1 - - - - - [ex@32473 iut="3" src= "App" id="1"] m`,
			`{"priority":13,"facility":1,"severity":5,"version":1,"structured_data":{"ex@32473":{"iut":"3","src":"App","id":"1"}},"message":"m"}`,
		},
		"brackets that are no structured data": {
			`<13>1 - web1 app - - [not structured data] text`,
			`{"priority":13,"facility":1,"severity":5,"version":1,"hostname":"web1","app_name":"app","message":"[not structured data] text"}`,
		},
		"structured data that does not end": {
			`<13>1 - web1 app - - [a b="c`,
			`{"priority":13,"facility":1,"severity":5,"version":1,"hostname":"web1","app_name":"app","message":"[a b=\"c"}`,
		},
		"a header that is cut short": {
			`<13>1 2026-11-25T09:30:30Z web1 app`,
			`{"priority":13,"facility":1,"severity":5,"version":1,"timestamp":"2026-11-25T09:30:30Z","hostname":"web1","app_name":"app"}`,
		},
		"a message that is a dash": {
			"<13>1 - web1 app 8 - - -",
			`{"priority":13,"facility":1,"severity":5,"version":1,"hostname":"web1","app_name":"app","proc_id":"8","message":"-"}`,
		},
		"a version without a time is none": {
			"<13>1 more thing",
			`{"priority":13,"facility":1,"severity":5,"message":"1 more thing"}`,
		},
		"seconds since 1970 in the place of the time": {
			"<134>1 1374543213.342705328 MX84 urls src=192.0.2.1",
			`{"priority":134,"facility":16,"severity":6,"version":1,"timestamp":"1374543213.342705328","hostname":"MX84","app_name":"urls","message":"src=192.0.2.1"}`,
		},
		"no priority, as in a file": {
			"Nov 25 09:26:52 web1 su[17140]: session opened",
			`{"timestamp":"Nov 25 09:26:52","hostname":"web1","app_name":"su","proc_id":"17140","message":"session opened"}`,
		},
		"a time with a zone's offset behind a blank": {
			"<13>2026-11-25 09:26:52 +01:00 web1 su: x",
			`{"priority":13,"facility":1,"severity":5,"timestamp":"2026-11-25 09:26:52 +01:00","hostname":"web1","app_name":"su","message":"x"}`,
		},
		"a host without a tag": {
			"<190>2018-06-19T02:13:38.635322-0700 super mon message",
			`{"priority":190,"facility":23,"severity":6,"timestamp":"2018-06-19T02:13:38.635322-0700","hostname":"super","message":"mon message"}`,
		},
		"a tag without a host": {
			"<13>Nov 25 09:26:52 su[1]: x",
			`{"priority":13,"facility":1,"severity":5,"timestamp":"Nov 25 09:26:52","app_name":"su","proc_id":"1","message":"x"}`,
		},
		"neither time nor host, and a NUL at the end": {
			"<132>billing[19371]: 12 €\x00",
			`{"priority":132,"facility":16,"severity":4,"app_name":"billing","proc_id":"19371","message":"12 €"}`,
		},
		"no blank behind the tag": {
			"<13>Nov 25 09:26:52 web1 app:text",
			`{"priority":13,"facility":1,"severity":5,"timestamp":"Nov 25 09:26:52","hostname":"web1","app_name":"app","message":"text"}`,
		},
		"what looks like a tag, and is an address": {
			"<13>Nov 25 09:26:52 web1 http://192.0.2.1/ is down",
			`{"priority":13,"facility":1,"severity":5,"timestamp":"Nov 25 09:26:52","hostname":"web1","message":"http://192.0.2.1/ is down"}`,
		},
		"a host that is an IPv6 address": {
			"Nov 25 04:30:30 2001:db8::10 dhcpd[812]: DHCPACK",
			`{"timestamp":"Nov 25 04:30:30","hostname":"2001:db8::10","app_name":"dhcpd","proc_id":"812","message":"DHCPACK"}`,
		},
		"macOS: no colon behind the process": {
			"Dec 13 11:35:28 mac com.apple.xpc.launchd[1] (com.apple.quicklook[9]): Could not find it",
			`{"timestamp":"Dec 13 11:35:28","hostname":"mac","app_name":"com.apple.xpc.launchd","proc_id":"1","message":"(com.apple.quicklook[9]): Could not find it"}`,
		},
		"busybox: facility and severity by name": {
			"Nov 25 09:30:32 web1 authpriv.notice /usr/sbin/backup[77]: done",
			`{"facility":10,"severity":5,"timestamp":"Nov 25 09:30:32","hostname":"web1","app_name":"/usr/sbin/backup","proc_id":"77","message":"done"}`,
		},
		"BSD: repeated, without a host": {
			"Apr  4 03:39:57 last message repeated 2 times",
			`{"timestamp":"Apr  4 03:39:57","message":"last message repeated 2 times"}`,
		},
		"journalctl -o short-full": {
			"Wed 2026-11-25 09:31:18 UTC web1 app[19642]: x",
			`{"timestamp":"Wed 2026-11-25 09:31:18 UTC","hostname":"web1","app_name":"app","proc_id":"19642","message":"x"}`,
		},
		"journalctl -o short-unix": {
			"1764063078.757448 web1 app[19642]: x",
			`{"timestamp":"1764063078.757448","hostname":"web1","app_name":"app","proc_id":"19642","message":"x"}`,
		},
		"Cisco: a sequence number, an unset clock": {
			"<189>29: foo: *Apr 20 13:58:46.411: %SYS-5-CONFIG_I: Configured from console",
			`{"priority":189,"facility":23,"severity":5,"sequence":"29","timestamp":"Apr 20 13:58:46.411","hostname":"foo","app_name":"%SYS-5-CONFIG_I","message":"Configured from console"}`,
		},
		"Cisco: the time it is up": {
			"<166>7432: ASR920: 007438: 2y10w: %SYS-6-LOGOUT: User x",
			`{"priority":166,"facility":20,"severity":6,"sequence":"007438","uptime":"2y10w","hostname":"ASR920","app_name":"%SYS-6-LOGOUT","message":"User x"}`,
		},
		"a priority and nothing else": {"<13>", `{"priority":13,"facility":1,"severity":5,"message":""}`},
		"a time and nothing else":     {"Nov 25 09:30:32", `{"timestamp":"Nov 25 09:30:32","message":""}`},
		"bytes that are no text": {
			"<13>Nov 25 09:30:32 web1 app: a\xff\x00b",
			"{\"priority\":13,\"facility\":1,\"severity\":5,\"timestamp\":\"Nov 25 09:30:32\",\"hostname\":\"web1\",\"app_name\":\"app\",\"message\":\"a\xff\\u0000b\"}",
		},
		"a priority that is too large":       {"<192>Nov 25 09:30:32 web1 app: x", ""},
		"a priority without a number":        {"<>1 - - - - - -", ""},
		"a version, and a time that is none": {"<101>122 201-11-22 - - - - -", ""},
		"a version, and no such day":         {"<101>1 2018-02-30T10:00:00Z h a - - -", ""},
		"a priority that does not end":       {"<13", ""},
		"a priority of four digits":          {"<0013>x", ""},
		"a day that no month has":            {"Feb 30 09:30:32 web1 app: x", ""},
		"a day that this February has not":   {"2023-02-29T09:30:32Z web1 app: x", ""},
		"an hour that no day has":            {"Nov 25 24:30:32 web1 app: x", ""},
		"a line of a load balancer":          {"2015-05-13T23:39:43.945958Z my-lb 192.168.131.39:2817 10.0.0.1:80 0.1 200 \"GET / HTTP/1.1\"", ""},
		"a line of W3C":                      {"2002-05-02 17:42:15 172.22.255.255 - 172.30.255.255 80 GET /x - 200", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for r, err := range syslogFormat.Parse(parse.Input{Reader: strings.NewReader(test.text)}) {
				if err != nil {
					if !errors.Is(err, parse.ErrSyntax) {
						t.Errorf("not a syntax error: %v", err)
					}
					continue
				}
				got = append(got, string(r.JSON()))
			}
			var want []string
			if test.want != "" {
				want = append(want, test.want)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
		})
	}
}

func TestSyslogTimes(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"the latest year that fits":               {"Jun  1 09:30:32 h a: x", "2026-06-01T07:30:32Z"},
		"a day ahead is this year":                {"Jun 16 09:30:32 h a: x", "2026-06-16T07:30:32Z"},
		"two days ahead were a year ago":          {"Jun 17 19:30:32 h a: x", "2025-06-17T17:30:32Z"},
		"December is last year":                   {"Dec 31 23:59:59 h a: x", "2025-12-31T21:59:59Z"},
		"a leap day is of the latest leap year":   {"Feb 29 12:00:00 h a: x", "2024-02-29T10:00:00Z"},
		"one digit for the day":                   {"Jun 1 09:30:32 h a: x", "2026-06-01T07:30:32Z"},
		"a fraction":                              {"Jun 10 09:30:32.1234567891 h a: x", "2026-06-10T07:30:32.123456789Z"},
		"a fraction behind a comma":               {"2026-01-02T03:04:05,5Z h a: x", "2026-01-02T03:04:05.5Z"},
		"the year behind the day":                 {"Jun  4 2012 06:31:23 h a: x", "2012-06-04T04:31:23Z"},
		"the year behind the time":                {"Jun  4 06:31:23 2012 h a: x", "2012-06-04T04:31:23Z"},
		"the year before the month":               {"2012 Jun  4 06:31:23 h a: x", "2012-06-04T04:31:23Z"},
		"a weekday":                               {"Mon Jun  4 06:31:23 2012 h a: x", "2012-06-04T04:31:23Z"},
		"a known zone":                            {"Jun  4 2012 06:31:23 EDT h a: x", "2012-06-04T10:31:23Z"},
		"a zone that nobody knows is the clock's": {"<1>Jun  4 2012 06:31:23 XYZT: %A-1-B: x", "2012-06-04T04:31:23Z"},
		"an offset":                               {"2026-11-25T23:15:30+13:45 h a: x", "2026-11-25T09:30:30Z"},
		"an offset without a colon":               {"2026-11-25T23:15:30-0730 h a: x", "2026-11-26T06:45:30Z"},
		"an offset of hours":                      {"2026-11-25T23:15:30+02 h a: x", "2026-11-25T21:15:30Z"},
		"no zone":                                 {"2026-11-25T23:15:30 h a: x", "2026-11-25T21:15:30Z"},
		"seconds since 1970":                      {"<1>1 1374543213.342705328 h a - - -", "2013-07-23T01:33:33.342705328Z"},
		"a leap second":                           {"<1>1 2016-12-31T23:59:60Z h a - - -", "2017-01-01T00:00:00Z"},
		"none":                                    {"<1>1 - h a - - -", ""},
		"none either":                             {"<1>a: x", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var m parse.SyslogMessage
			if err := m.Parse([]byte(test.text)); err != nil {
				t.Fatal(err)
			}
			got := ""
			if at, ok := m.Time(syslogClock); ok {
				got = at.Format(time.RFC3339Nano)
			}
			if got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

// An abbreviation that several zones have is the clock's where it has it.
func TestSyslogZoneOfTheClock(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	for zone, want := range map[*time.Location]string{shanghai: "2026-06-01T01:30:32Z", time.UTC: "2026-06-01T15:30:32Z"} {
		var m parse.SyslogMessage
		if err := m.Parse([]byte("Jun  1 2026 09:30:32 CST h a: x")); err != nil {
			t.Fatal(err)
		}
		if at, _ := m.Time(parse.Clock{Zone: zone}); at.Format(time.RFC3339) != want {
			t.Errorf("%s: %s, want %s", zone, at, want)
		}
	}
}

func TestSyslogFraming(t *testing.T) {
	for name, test := range map[string]struct {
		in   string
		want []string
	}{
		"lines":                        {"<1>a: 1\n<2>b: 2\r\n\n<3>c: 3", []string{"<1>a: 1", "<2>b: 2", "<3>c: 3"}},
		"octets":                       {"7 <1>a: 17 <2>b: 27 <3>c: 3", []string{"<1>a: 1", "<2>b: 2", "<3>c: 3"}},
		"octets with newlines within":  {"20 <1>a: 1\n9 <2>b: 2\n\n!7 <3>c: 3", []string{"<1>a: 1\n9 <2>b: 2\n\n!", "<3>c: 3"}},
		"a newline that is counted":    {"8 <1>a: 1\n8 <2>b: 2\n", []string{"<1>a: 1", "<2>b: 2"}},
		"a newline that is not":        {"7 <1>a: 1\n7 <2>b: 2\n", []string{"<1>a: 1", "<2>b: 2"}},
		"both in one stream":           {"<1>a: 1\n7 <2>b: 2<3>c: 3\n", []string{"<1>a: 1", "<2>b: 2", "<3>c: 3"}},
		"NULs":                         {"<1>a: 1\x00<2>b: 2\x00\n<3>c: 3\x00", []string{"<1>a: 1", "<2>b: 2", "<3>c: 3"}},
		"a NUL that is text":           {"<1>a: 1\x002\n<2>b: 2", []string{"<1>a: 1\x002", "<2>b: 2"}},
		"a message of several lines":   {"<1>a: one\ntwo three\n  four\n\tfive\n<2>b: 2\n", []string{"<1>a: one\ntwo three\n  four\n\tfive", "<2>b: 2"}},
		"paragraphs, and brackets":     {"<1>a: {\n  \"b\": 1\n}\n\nand more\r\n\r\n<2>b: 2\n\n", []string{"<1>a: {\n  \"b\": 1\n}\n\nand more", "<2>b: 2"}},
		"a line that begins another":   {"<1>a: one\nNov 25 09:30:32 h a: 2\n<2>b: 3", []string{"<1>a: one", "Nov 25 09:30:32 h a: 2", "<2>b: 3"}},
		"a line of another type":       {"<1>a: one\ntype=SYSCALL msg=audit(1.2:3):\n<2>b: 3", []string{"<1>a: one", "! type=SYSCALL msg=audit(1.2:3):", "<2>b: 3"}},
		"a line without a priority":    {"Nov 25 09:30:32 h a: 1\nmore\nNov 25 09:30:32 h a: 2", []string{"Nov 25 09:30:32 h a: 1", "! more", "Nov 25 09:30:32 h a: 2"}},
		"octets that end too early":    {"7 <1>a: 1100 <2>b: 2", []string{"<1>a: 1", "! 100 <2>b: 2"}},
		"a count of nothing":           {"0 <1>a: 1\n<2>b: 2", []string{"! 0 <1>a: 1", "<2>b: 2"}},
		"a count that no number holds": {"99999999999999999999 <1>a: 1\n<2>b: 2", []string{"! 99999999999999999999 <1>a: 1", "<2>b: 2"}},
		"a count alone":                {"12", []string{"! 12"}},
		"nothing":                      {"", nil},
		"blanks":                       {"\n\r\n \n", nil},
		"a byte order mark":            {"\ufeff<1>a: 1", []string{"<1>a: 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range []io.Reader{
				strings.NewReader(test.in), iotest.OneByteReader(strings.NewReader(test.in)), iotest.DataErrReader(strings.NewReader(test.in)),
			} {
				var got []string
				for r, err := range syslogFormat.Parse(parse.Input{Reader: r}) {
					var lost *parse.Error
					switch {
					case errors.As(err, &lost):
						got = append(got, "! "+string(lost.Raw))
					case err != nil:
						t.Fatal(err)
					default:
						got = append(got, string(r.Bytes()))
					}
				}
				if d := cmp.Diff(test.want, got); d != "" {
					t.Errorf("-want +got\n%s", d)
				}
			}
		})
	}
}

func TestSyslogFramingErrors(t *testing.T) {
	for range syslogFormat.Parse(parse.Input{Reader: strings.NewReader("100 <1>a: cut off")}) {
	}
	for _, err := range syslogFormat.Parse(parse.Input{Reader: strings.NewReader("100 <1>a: cut off")}) {
		if !errors.Is(err, parse.ErrTruncated) {
			t.Errorf("%v, want it to be truncated", err)
		}
	}
	long := "999999999 <1>a: " + strings.Repeat("x", 10_000) + "\n<2>b: 2\n"
	var got []string
	for r, err := range syslogFormat.Parse(parse.Input{Reader: strings.NewReader(long), Limits: parse.Limits{Record: 1000}}) {
		if err != nil {
			if !errors.Is(err, parse.ErrTooLong) {
				t.Errorf("%v, want it to be too long", err)
			}
			got = append(got, "lost")
			continue
		}
		got = append(got, string(r.Bytes()))
	}
	if d := cmp.Diff([]string{"lost", "<2>b: 2"}, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

func TestParseCisco(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"the message alone":     {"%ASA-6-302013: Built", `{"message":"%ASA-6-302013: Built"}`},
		"a relay's time before": {"Feb  8 04:00:48 192.0.2.2 585917: Feb  8 04:00:47.272: %SEC-6-X: y", `{"sequence":"585917","timestamp":"Feb  8 04:00:47.272","hostname":"192.0.2.2","message":"%SEC-6-X: y"}`},
		"a relay's host before": {"<189>Feb  8 04:00:48 relay 12: sw01: .Feb  8 2021 04:00:47.272 CET: %SEC-SW1-6-X: y", `{"priority":189,"facility":23,"severity":5,"sequence":"12","relay":"relay","timestamp":"Feb  8 2021 04:00:47.272 CET","hostname":"sw01","message":"%SEC-SW1-6-X: y"}`},
		"a program":             {"Oct 10 2018 12:34:56 localhost CiscoASA[999]: %ASA-6-305011: Built", `{"timestamp":"Oct 10 2018 12:34:56","hostname":"localhost","app_name":"CiscoASA","proc_id":"999","message":"%ASA-6-305011: Built"}`},
		"over RFC 5424":         {"<166>1 2018-06-27T12:17:46Z asa - - - - : %ASA-6-110002: Failed", `{"priority":166,"facility":20,"severity":6,"version":1,"timestamp":"2018-06-27T12:17:46Z","hostname":"asa","message":"%ASA-6-110002: Failed"}`},
		"no colon":              {"Aug 15 2012 23:30:09 : %ASA-6-302016 Teardown", `{"timestamp":"Aug 15 2012 23:30:09","message":"%ASA-6-302016 Teardown"}`},
		"an uptime":             {"<189>31: 00:01:02: %SYS-5-RESTART: x", `{"priority":189,"facility":23,"severity":5,"sequence":"31","uptime":"00:01:02","message":"%SYS-5-RESTART: x"}`},
		"quoted by others":      {"Nov 25 09:30:32 web1 app[1]: saw '%ASA-6-302013: Built'", ""},
		"a severity of 8":       {"%ASA-8-302013: Built", ""},
		"no severity":           {"%ASA-302013: Built", ""},
		"nothing behind":        {"%ASA-6-302013", ""},
		"a header and no tag":   {"<1>Nov 25 09:30:32 host:", ""},
		"many parts":            {strings.Repeat("12: ", 20) + "%A-1-B: x", ""},
		"a wrong priority":      {"<999>%A-1-B: x", ""},
		"nothing":               {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			for r, err := range (parse.TextFormat{Decoder: cisco{}}).Parse(parse.Input{Reader: strings.NewReader(test.text)}) {
				if err == nil {
					got = string(r.JSON())
				}
			}
			if got != test.want {
				t.Errorf("%s\nwant %s", got, test.want)
			}
		})
	}
}

type cisco struct{}

func (cisco) Decode(text []byte, w *parse.Writer) error {
	var m parse.SyslogMessage
	if err := m.ParseCisco(text); err != nil {
		return err
	}
	m.Write(w)
	return nil
}

func ExampleSyslog() {
	in := `<165>1 2003-10-11T22:14:15.003Z web1 app 77 ID47 [ex@32473 iut="3"] An event` + "\n" + `Oct 11 22:14:15 web2 su: failed`
	f := parse.TextFormat{Decoder: parse.Syslog{}, Framing: parse.SyslogFraming{}}
	for r, err := range f.Parse(parse.Input{Reader: strings.NewReader(in)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(r.Get("hostname"), r.Get("app_name"), r.Get(`structured_data.ex\@32473.iut`), r.Get("message"))
	}
	// Output:
	// web1 app 3 An event
	// web2 su  failed
}

func ExampleSyslogMessage() {
	var m parse.SyslogMessage
	if err := m.Parse([]byte("<34>Oct 11 22:14:15 mymachine su[7]: 'su root' failed")); err != nil {
		fmt.Println(err)
		return
	}
	at, _ := m.Time(parse.Clock{Received: time.Date(2003, 10, 12, 0, 0, 0, 0, time.UTC)})
	fmt.Println(m.Facility, m.Severity, at, string(m.Hostname), string(m.AppName), string(m.ProcID), string(m.Message))
	// Output:
	// 4 2 2003-10-11 22:14:15 +0000 UTC mymachine su 7 'su root' failed
}

func ExampleSyslogFraming() {
	in := "11 <1>a: 1\n2\n3<2>b: 4\n<3>c: 5"
	for r := range (parse.TextFormat{Decoder: parse.Syslog{}, Framing: parse.SyslogFraming{}}).Parse(parse.Input{Reader: strings.NewReader(in)}) {
		fmt.Printf("%q\n", r.Bytes())
	}
	// Output:
	// "<1>a: 1\n2\n3"
	// "<2>b: 4"
	// "<3>c: 5"
}

// FuzzSyslog: what is told of a message is a part of it, what is picked is what stands in the JSON, a message has the same
// fields however the reader cuts the payload, and the frames are all of the payload.
func FuzzSyslog(f *testing.F) {
	for _, seed := range []string{
		`<165>1 2003-10-11T22:14:15.003Z h evntslog - ID47 [ex@32473 iut="3" ip="1" ip="\"2\]"][b] ` + "\ufeffx",
		"<34>Oct 11 22:14:15 mymachine su[1]: 'su root' failed\nmore of it\n<1>a: b\x00<2>c: d",
		"20 <1>a: 1\n9 <2>b: 2\n\n!7 <3>c: 3", "Wed 2026-11-25 09:31:18 UTC web1 app[1]: x\r\n",
		"<189>29: foo: *Apr 20 13:58:46.411 CET: %SYS-5-CONFIG_I: y", "Nov 25 09:30:32 web1 user.notice app: x", "1764063078.757448 web1 app[1]: x",
	} {
		f.Add([]byte(seed))
	}
	fields, err := parse.CompileFields(append(parse.SyslogFields(), "structured_data.b", `structured_data.ex\@32473.ip`)...)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var m parse.SyslogMessage
		if m.Parse(in) == nil {
			m.Time(syslogClock)
			for _, part := range [][]byte{m.Timestamp, m.Hostname, m.AppName, m.ProcID, m.MsgID, m.StructuredData, m.Message, m.Sequence, m.Uptime, m.Relay} {
				if !bytes.Contains(in, part) {
					t.Fatalf("%q is no part of %q", part, in)
				}
			}
		}
		_ = m.ParseCisco(in)
		var first []string
		for i, reader := range []io.Reader{bytes.NewReader(in), iotest.OneByteReader(bytes.NewReader(in))} {
			var all []string
			for r, err := range syslogFormat.Parse(parse.Input{Reader: reader, Fields: fields}) {
				if err != nil {
					all = append(all, err.Error())
					continue
				}
				c := r.Clone()
				if !json.Valid(c.JSON()) {
					t.Fatalf("no JSON: %q", c.JSON())
				}
				for _, path := range fields.Paths() {
					if got, want := r.Get(path), c.Get(path); got.Kind() != want.Kind() || got.String() != want.String() {
						t.Fatalf("%s: picked %q, in the JSON %q", path, got, want)
					}
				}
				all = append(all, string(c.JSON()))
			}
			if i == 0 {
				first = all
			} else if d := cmp.Diff(first, all); d != "" {
				t.Fatalf("read byte by byte (-all at once +byte by byte)\n%s", d)
			}
		}
	})
}
