package parse_test

import (
	"strings"
	"testing"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

func TestW3C(t *testing.T) {
	check(t, parse.TextFormat{Decoder: parse.W3C{}}, []formatCase{
		{"blanks between columns, and fields that change", "#Version: 1.0\n#Fields: date time c-ip\n2026-11-25 09:31:12 192.0.2.1\n#Fields: c-ip cs-method\n192.0.2.2 GET\n",
			[]string{`{"date":"2026-11-25","time":"09:31:12","c-ip":"192.0.2.1"}`, `{"c-ip":"192.0.2.2","cs-method":"GET"}`}},
		{"quotes with a doubled quote", "#Fields: a b c\n1 \"x \"\"y\"\" z\" \"\"\n", []string{`{"a":"1","b":"x \"y\" z","c":""}`}},
		{"no value", "#Fields: a b c\n- 1 -\n\"-\" 1 2", []string{`{"b":"1"}`, `{"a":"-","b":"1","c":"2"}`}},
		{"quotes that are data", "#Fields: a b c\n1 \"Mozilla/5.0 x\n1 \"a\" b\" c\n1 \"a b\"\n", []string{`{"a":"1","b":"\"Mozilla/5.0","c":"x"}`, syntax("other number of columns"), `{"a":"1","b":"\"a","c":"b\""}`}},
		{"tabs between columns", "#Fields: a b c\n1\ttwo words\t-\n", []string{`{"a":"1","b":"two words"}`}},
		{"commas between fields", "#Fields: date-time,client-ip,subject\r\n2026-11-25T09:31:12.345Z,192.0.2.1,\"a, b\"\r\n,,x\r\n", []string{
			`{"date-time":"2026-11-25T09:31:12.345Z","client-ip":"192.0.2.1","subject":"a, b"}`, `{"subject":"x"}`}},
		{"names with blanks behind, and more blanks between columns", "#Fields:  a   b \n 1  2 \n", []string{`{"a":"1","b":"2"}`}},
		{"a date of its own line, where the fields have none", "#Date: 2026-11-25 00:00:00\n#Fields: time a\n09:31:12 1\n", []string{`{"date":"2026-11-25","time":"09:31:12","a":"1"}`}},
		{"a line before the fields", "a b\n#Fields: a b\n1 2", []string{syntax("no #Fields line before"), `{"a":"1","b":"2"}`}},
		{"fewer and more columns", "#Fields: a b\n1\n1 2 3\n1 2", []string{syntax("other number of columns"), syntax("other number of columns"), `{"a":"1","b":"2"}`}},
		{"a date or a time that is none", "#Fields: date time\n2026-11-25 09:31\nx 09:31:12\n2026-11-25 9:31:12\n2026-11-25 09:31:1\n- 09:31:12.5\n", []string{
			`{"date":"2026-11-25","time":"09:31"}`, syntax("date or time that is none"), syntax("date or time that is none"), syntax("date or time that is none"), `{"time":"09:31:12.5"}`}},
		{"fields without names take nothing", "#Fields:\na", []string{syntax("no #Fields line before")}},
	})
}

func TestW3CTime(t *testing.T) {
	log := parse.LogType{Name: "web", Format: parse.TextFormat{Decoder: parse.W3C{}}, TimeFunc: parse.W3CTime}
	for in, want := range map[string]string{
		"#Fields: date time\n2026-11-25 09:31:12":                 "2026-11-25T09:31:12Z",
		"#Fields: date time\n2026-11-25 09:31:12.25":              "2026-11-25T09:31:12.25Z",
		"#Date: 2026-11-25 01:02:03\n#Fields: time a\n09:31:12 x": "2026-11-25T09:31:12Z",
		"#Fields: date-time,a\n2026-11-25T09:31:12.345Z,b":        "2026-11-25T09:31:12.345Z",
		"#Fields: date time\n2026-11-25 -":                        "",
		"#Fields: date time\n2026-13-25 09:31:12":                 "",
		"#Fields: a\nb":                        "",
		"#Fields: date time\n2026-11-25 09:31": "2026-11-25T09:31:00Z",
	} {
		for r, err := range log.Parse(parse.Input{Reader: strings.NewReader(in)}) {
			if err != nil {
				t.Error(err)
				continue
			}
			got := ""
			if at, ok := r.Time(); ok {
				got = at.Format(time.RFC3339Nano)
			}
			if got != want {
				t.Errorf("%q: %s, want %s", in, got, want)
			}
		}
	}
}

// A file's header is not the next one's.
func TestW3CForgetsTheLastPayload(t *testing.T) {
	f := parse.TextFormat{Decoder: parse.W3C{}}
	toldBy(t, f, parse.Input{Reader: strings.NewReader("#Fields: a\n1")})
	compare(t, []string{syntax("no #Fields line before")}, toldBy(t, f, parse.Input{Reader: strings.NewReader("1")}))
}
