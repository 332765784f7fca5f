package parse_test

import (
	"errors"
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

// A record that exceeds the limit costs itself, in time that is in proportion to its length.
func TestJoinedRecordBeyondTheLimit(t *testing.T) {
	for name, f := range map[string]parse.Joined{
		"indented":  {Indented: true},
		"begins":    {Begins: regexp.MustCompile(`^[acd]`)},
		"continues": {Continues: regexp.MustCompile(`^ `)},
	} {
		t.Run(name, func(t *testing.T) {
			in := "a\n" + strings.Repeat(" b\n", 1<<20) + "c\n d\n"
			var got []string
			lost := 0
			for r, err := range (parse.TextFormat{Decoder: whole{}, Framing: f}).Parse(parse.Input{Reader: strings.NewReader(in), Limits: parse.Limits{Record: 100 << 10}}) {
				switch {
				case err == nil:
					got = append(got, string(r.JSON()))
				case !errors.Is(err, parse.ErrTooLong):
					t.Fatal(err)
				default:
					lost++
				}
			}
			compare(t, []string{`{"text":"c\n d"}`}, got)
			if lost < 2 || lost > 100 {
				t.Errorf("lost in %d pieces", lost)
			}
		})
	}
}
