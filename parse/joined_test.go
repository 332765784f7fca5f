package parse_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/parse"
)

// whole decodes a text as it is.
type whole struct{}

func (whole) Decode(text []byte, w *parse.Writer) error {
	w.String("text", text)
	return nil
}

func TestJoined(t *testing.T) {
	trace := "2026-11-25 ERROR boom\njava.lang.Error: x\r\n\tat a.b\n\n\tat c.d\n2026-11-25 INFO next\n"
	for _, c := range []struct {
		name string
		f    parse.Joined
		in   string
		want []string
	}{
		{"by how a record begins", parse.Joined{Begins: regexp.MustCompile(`^\d{4}-`)}, trace,
			[]string{`{"text":"2026-11-25 ERROR boom\njava.lang.Error: x\r\n\tat a.b\n\n\tat c.d"}`, `{"text":"2026-11-25 INFO next"}`}},
		{"lines before the first record are one", parse.Joined{Begins: regexp.MustCompile(`^\d{4}-`)}, "a\nb\n2026-x", []string{`{"text":"a\nb"}`, `{"text":"2026-x"}`}},
		{"by how a line goes on", parse.Joined{Continues: regexp.MustCompile(`^(\s|java|$)`)}, trace,
			[]string{`{"text":"2026-11-25 ERROR boom\njava.lang.Error: x\r\n\tat a.b\n\n\tat c.d"}`, `{"text":"2026-11-25 INFO next"}`}},
		{"by what is indented", parse.Joined{Indented: true}, "a\n b\n\tc\r\nd\r\n", []string{`{"text":"a\n b\n\tc"}`, `{"text":"d"}`}},
		{"by a backslash", parse.Joined{Backslash: true}, "a\\\nb\\\r\nc\nd", []string{`{"text":"a\\\nb\\\r\nc"}`, `{"text":"d"}`}},
		{"by none", parse.Joined{}, "a\n b\n\nc", []string{`{"text":"a"}`, `{"text":" b"}`, `{"text":"c"}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			check(t, parse.TextFormat{Decoder: whole{}, Framing: c.f}, []formatCase{{"", c.in, c.want}})
		})
	}
}

func TestJoinedRecordBeyondTheLimit(t *testing.T) {
	f := parse.TextFormat{Decoder: whole{}, Framing: parse.Joined{Indented: true}}
	in := "a\n" + strings.Repeat(" b\n", 100) + "c\n"
	got := toldBy(t, f, parse.Input{Reader: strings.NewReader(in), Limits: parse.Limits{Record: 100}})
	if got[0] != "error: record is longer than the limit" || got[len(got)-1] != `{"text":"c"}` {
		t.Errorf("%q", got)
	}
}
