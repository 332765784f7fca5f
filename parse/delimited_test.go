package parse_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
)

// split is a decoder that writes what a text is split into.
type split func(text []byte, w *parse.Writer) (parse.Cells, error)

func (s split) Decode(text []byte, w *parse.Writer) error {
	cells, err := s(text, w)
	if err != nil {
		return err
	}
	w.Array("cells")
	for i := range cells.Len() {
		w.String("", cells.At(i))
	}
	w.End()
	return nil
}

// cells are what a line is split into.
func cells(t *testing.T, s split, line string) ([]string, error) {
	t.Helper()
	got := []string{}
	for r, err := range (parse.TextFormat{Decoder: s}).Parse(parse.Input{Reader: strings.NewReader(line)}) {
		if err != nil {
			return nil, err
		}
		for v := range r.All("cells") {
			if v.Kind() == parse.String {
				got = append(got, v.String())
			}
		}
	}
	return got, nil
}

func bySpaces(text []byte, w *parse.Writer) (parse.Cells, error) { return w.Split(text, ' '), nil }

func byTabs(text []byte, w *parse.Writer) (parse.Cells, error) { return w.Split(text, '\t'), nil }

func quoted(text []byte, w *parse.Writer) (parse.Cells, error) { return w.SplitQuoted(text) }

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		name  string
		split split
		line  string
		want  []string
	}{
		{"columns", bySpaces, "2 123 eni-1", []string{"2", "123", "eni-1"}},
		{"one column", bySpaces, "x", []string{"x"}},
		{"empty columns are columns", bySpaces, " a  b ", []string{"", "a", "", "b", ""}},
		{"another separator", byTabs, "a b\tc", []string{"a b", "c"}},
		{"bytes that differ from the separator in one bit", bySpaces, "!\"\x00\xa0a", []string{"!\"\x00\xa0a"}},
		{"separators at each place of a word", bySpaces, "a bb ccc dddd eeeee ffffff ggggggg hhhhhhhh", strings.Fields("a bb ccc dddd eeeee ffffff ggggggg hhhhhhhh")},
		{"many separators in a row", bySpaces, strings.Repeat(" ", 20) + "x", append(make([]string, 20), "x")},
		{"more columns than there may be", bySpaces, strings.Repeat("x ", 1030), append(repeated("x", 1023), "x x x x x x x ")},
		{"quotes hold spaces", quoted, `a "b c" d`, []string{"a", "b c", "d"}},
		{"a quote closes where a space or the end follows", quoted, `"a"b c" "d"`, []string{`a"b c`, "d"}},
		{"an empty quoted column", quoted, `"" ""`, []string{"", ""}},
		{"a quote within a column is data", quoted, `a"b c`, []string{`a"b`, "c"}},
		{"brackets", quoted, "[a b] c", []string{"a b", "c"}},
		{"a bracket that does not enclose a column", quoted, "[::1]:80 [a", []string{"[::1]:80", "[a"}},
		{"more quoted columns than there may be", quoted, strings.Repeat(`"x" `, 1030), append(repeated("x", 1023), strings.Repeat(`"x" `, 7))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := cells(t, tt.split, tt.line)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func repeated(s string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}

func TestSplitQuotedRefusesAQuoteThatDoesNotClose(t *testing.T) {
	for _, line := range []string{`"`, `a "b`, `"a"b`, `a "b c`} {
		if got, err := cells(t, quoted, line); err == nil || !strings.Contains(err.Error(), parse.ErrQuote.Error()) {
			t.Errorf("%s: %q, %v", line, got, err)
		}
	}
}

func TestRejoin(t *testing.T) {
	digits := func(c parse.Cells, i int) bool { return len(bytes.Trim(c.At(i), "0123456789")) == 0 }
	rejoin := func(text []byte, w *parse.Writer) (parse.Cells, error) {
		c, err := w.SplitQuoted(text)
		return c.Rejoin(1, digits), err
	}
	for _, tt := range []struct {
		name, line string
		want       []string
	}{
		{"a quoted column that was cut too early", `a "GET /" HTTP/1.1" 200 b`, []string{"a", `GET /" HTTP/1.1`, "200", "b"}},
		{"with a quoted column in it", `a "x" "y" z" 200`, []string{"a", `x" "y" z`, "200"}},
		{"one that ends as a quoted column", `a "x" "y" 200`, []string{"a", `x" "y`, "200"}},
		{"one that is right", `a "x" 200`, []string{"a", "x", "200"}},
		{"one without quotes", `a x y" 200`, []string{"a", "x", `y"`, "200"}},
		{"no end", `a "x" y z`, []string{"a", "x", "y", "z"}},
		{"no such column", "a", []string{"a"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := cells(t, rejoin, tt.line)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// Splitting by eight bytes is splitting.
func FuzzSplit(f *testing.F) {
	f.Add("2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK", byte(' '))
	f.Add("2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.100", byte('\t'))
	f.Add(`a "b c" "d"e" [f g] h`, byte('\x80'))
	f.Fuzz(func(t *testing.T, line string, sep byte) {
		if strings.ContainsAny(line, "\r\n") || strings.TrimSpace(line) == "" || strings.HasPrefix(line, "\xef\xbb\xbf") {
			return
		}
		got, err := cells(t, func(text []byte, w *parse.Writer) (parse.Cells, error) { return w.Split(text, sep), nil }, line)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{}
		for c := range bytes.SplitSeq([]byte(line), []byte{sep}) {
			want = append(want, string(c))
		}
		if len(want) > parse.MaxCells {
			return
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q by %q (-want +got)\n%s", line, sep, d)
		}
		if got, err = cells(t, quoted, line); err == nil && len(strings.Join(got, " ")) > len(line) {
			t.Errorf("%q of %q", got, line)
		}
	})
}

// points is a decoder of lines "name x y".
type points struct{ columns *parse.Columns }

func (p points) Decode(text []byte, w *parse.Writer) error {
	cells := w.Split(text, ' ')
	if cells.Len() != 3 {
		return parse.Reason("not three columns")
	}
	w.Columns(p.columns).SetCells(cells)
	return nil
}

func ExampleWriter_Split() {
	format := parse.TextFormat{Decoder: points{parse.NewColumns("name", "x:n", "y:n")}}
	for r, err := range format.Parse(parse.Input{Reader: strings.NewReader("a 1 2\nb 3 -\nc 4\n")}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(r.Get("x").Int(), r.Get("y").Exists(), string(r.JSON()))
	}
	// Output:
	// 1 true {"name":"a","x":1,"y":2}
	// 3 false {"name":"b","x":3}
	// parse: :: record 2 at offset 12: syntax error: not three columns
}

// Columns that are read have their values, whatever else is read, and whatever stands in the line twice.
func TestColumnsThatAreRead(t *testing.T) {
	format := parse.TextFormat{Decoder: points{parse.NewColumns("a", "b:n", "a")}}
	for _, paths := range [][]string{nil, {"a"}, {"b"}, {"b", "a", "c"}, {"a.x"}} {
		for r, err := range format.Parse(parse.Input{Reader: strings.NewReader("p 07 q"), Fields: fields(t, paths...)}) {
			if err != nil {
				t.Fatal(err)
			}
			if r.Get("a").String() != "p" || r.Get("b").String() != "07" || r.Get("b").Kind() != parse.String || r.Get("a.x").Exists() {
				t.Errorf("%q: %q %q %v", paths, r.Get("a"), r.Get("b"), r.Get("a.x").Exists())
			}
			if d := cmp.Diff(`{"a":"p","b":"07","a":"q"}`, string(r.JSON())); d != "" {
				t.Error(d)
			}
		}
	}
}
