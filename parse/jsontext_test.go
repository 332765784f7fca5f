package parse_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/streamalert/streamalert-go/parse"
)

func TestJSONText(t *testing.T) {
	const ends = "error: payload ends in the middle"
	at := func(n string) string { return "error: syntax error at offset " + n }
	check(t, parse.JSONText{}, []formatCase{
		{"an object", ` {"a":[1,{"b":null}]} ` + "\r\n", []string{`{"a":[1,{"b":null}]}`}},
		{"an array is one record", `[{"a":1},2]`, []string{`[{"a":1},2]`}},
		{"a number", " -1.5e+3\n", []string{"-1.5e+3"}},
		{"a number at the end", "0", []string{"0"}},
		{"a text", `"a\u0041"`, []string{`"a\u0041"`}},
		{"true", "true", []string{"true"}},
		{"null", "null ", []string{"null"}},
		{"a byte order mark", "\ufeff[]", []string{"[]"}},
		{"nothing", "", []string{ends}},
		{"blanks", " \n", []string{ends}},
		{"a byte order mark alone", "\ufeff", []string{ends}},
		{"half a byte order mark", "\xef\xbb[]", []string{at("0")}},
		{"cut", `{"a":[1,`, []string{ends}},
		{"a cut number", "-", []string{ends}},
		{"a number that goes wrong", "2@", []string{at("1")}},
		{"a leading zero", "012", []string{at("1")}},
		{"text behind", `{"a":1} x`, []string{at("8")}},
		{"a second text behind", "{}\n{}", []string{at("3")}},
		{"a bracket behind", "1]", []string{at("1")}},
		{"no JSON", "*", []string{at("0")}},
		{"a control character in a string", "\"a\tb\"", []string{at("2")}},
	})
}

func TestJSONTextLimits(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", 1000) + `"}`
	for in, want := range map[string]string{
		long:                                   "error: record is longer than the limit",
		"{}" + strings.Repeat(" ", 1000):       "error: record is longer than the limit",
		strings.Repeat("[", 20):                "error: record is nested deeper than the limit of 10",
		strings.Repeat("[", 10) + "]]]]]]]]]]": "[[[[[[[[[[]]]]]]]]]]",
	} {
		limits := parse.Limits{Record: 500, Depth: 10}
		compare(t, []string{want}, toldBy(t, parse.JSONText{}, parse.Input{Reader: strings.NewReader(in), Limits: limits}))
	}
}

func TestJSONTextTellsAReaderThatFails(t *testing.T) {
	broken := errors.New("broken")
	for _, in := range []string{"", "{", "{} ", "{}x"} {
		var got error
		for _, err := range (parse.JSONText{}).Parse(parse.Input{Reader: io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken))}) {
			got = err
		}
		var e *parse.ReadError
		if !errors.As(got, &e) || !errors.Is(got, broken) {
			t.Errorf("%q: %v", in, got)
		}
	}
}
