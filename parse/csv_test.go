package parse_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/parse"
)

func TestCSVWithoutNames(t *testing.T) {
	check(t, parse.TextFormat{Decoder: parse.CSV{}, Framing: parse.CSVFraming{}}, []formatCase{
		{"columns are called by their places", "a,b\n", []string{`{"column1":"a","column2":"b"}`}},
		{"records may have different numbers of columns", "a\nb,c", []string{`{"column1":"a"}`, `{"column1":"b","column2":"c"}`}},
		{"a doubled quote is a quote", `"say ""hi""",""""`, []string{`{"column1":"say \"hi\"","column2":"\""}`}},
		{"a quote within a column is data", `37°36'37.8"N 121°2'17.9"W,x`, []string{`{"column1":"37°36'37.8\"N 121°2'17.9\"W","column2":"x"}`}},
		{"a quote behind a blank is data", `a, "b"`, []string{`{"column1":"a","column2":" \"b\""}`}},
		{"quotes hold line ends and delimiters", "\"a\nb\",\"c\r\n,d\"\r\ne", []string{`{"column1":"a\nb","column2":"c\r\n,d"}`, `{"column1":"e"}`}},
		{"an empty column is no value, an empty text in quotes is one", `a,,""`, []string{`{"column1":"a","column3":""}`}},
		{"line ends are LF, CRLF, or the end", "a\r\nb\nc", []string{`{"column1":"a"}`, `{"column1":"b"}`, `{"column1":"c"}`}},
		{"CR alone ends a line too", "a,1\r\"b\r\",2\rc\r", []string{`{"column1":"a","column2":"1"}`, `{"column1":"b\r","column2":"2"}`, `{"column1":"c"}`}},
		{"blank lines are none", "a\n\n\r\nb", []string{`{"column1":"a"}`, `{"column1":"b"}`}},
		{"a quote that does not close loses the rest", "a,\"b\nc,d\ne", []string{syntax("quote does not close")}},
		{"text behind a quote loses the line", "a,\"b\"c\nd,e\n", []string{syntax("text behind a quote"), `{"column1":"d","column2":"e"}`}},
		{"text behind a quote that closes on another line loses the line in which the record begins", "a,\"b\nc\"d\ne,f\n",
			[]string{syntax("text behind a quote"), `{"column1":"c\"d"}`, `{"column1":"e","column2":"f"}`}},
		{"bytes that are no UTF-8 pass", "\xff,\"\xfe\"\"\"", []string{"{\"column1\":\"\xff\",\"column2\":\"\xfe\\\"\"}"}},
		{"a carriage return behind a quote at the end", "\"a\"\r", []string{`{"column1":"a"}`}},
	})
}

func TestCSVWithAHeader(t *testing.T) {
	check(t, parse.TextFormat{Decoder: parse.CSV{Header: true}, Framing: parse.CSVFraming{}}, []formatCase{
		{"the header is no record", "a,b\n1,2\n3,4\n", []string{`{"a":"1","b":"2"}`, `{"a":"3","b":"4"}`}},
		{"a header alone is none", "a,b\n", nil},
		{"the same header again is none", "a,b\n1,2\na,b\n3,4\n", []string{`{"a":"1","b":"2"}`, `{"a":"3","b":"4"}`}},
		{"names in quotes", "\"a,b\",\"c\nd\"\n1,2", []string{`{"a,b":"1","c\nd":"2"}`}},
		{"names that are missing or doubled are places", "a,,a\n1,2,3", []string{`{"a":"1","column2":"2","column3":"3"}`}},
		{"a byte order mark is skipped", "\ufeffa\n1", []string{`{"a":"1"}`}},
		{"fewer columns are refused", "a,b\n1\n2,3", []string{syntax("other number of columns"), `{"a":"2","b":"3"}`}},
		{"more columns are refused", "a,b\n1,2,3\n4,5", []string{syntax("other number of columns"), `{"a":"4","b":"5"}`}},
	})
	check(t, parse.TextFormat{Decoder: parse.CSV{Header: true, Least: 1, More: true}, Framing: parse.CSVFraming{}}, []formatCase{
		{"fewer and more, where these are taken", "a,b\n1\n2,3,4,\n", []string{`{"a":"1"}`, `{"a":"2","b":"3","column3":"4"}`}},
	})
}

func TestCSVOfOtherCharacters(t *testing.T) {
	names := parse.NewColumns("id:n", "name", "detail")
	check(t, parse.TextFormat{
		Decoder: parse.CSV{Columns: names, Delimiter: '|', Quote: '\'', Escape: '\\'},
		Framing: parse.CSVFraming{Delimiter: '|', Quote: '\'', Escape: '\\'},
	}, []formatCase{
		{"numbers, delimiter, quote and escape", `7|'it\'s'|'a\\b|c'` + "\n", []string{`{"id":7,"name":"it's","detail":"a\\b|c"}`}},
		{"a number that is none is a text", "007|a|b", []string{`{"id":"007","name":"a","detail":"b"}`}},
		{"an escape before anything else is data", `1|'a\n'|b`, []string{`{"id":1,"name":"a\\n","detail":"b"}`}},
		{"an escape at the end", `1|a|'b\`, []string{syntax("quote does not close")}},
		{"quotes hold line ends", "1|'a\nb'|c\n2|d|e", []string{`{"id":1,"name":"a\nb","detail":"c"}`, `{"id":2,"name":"d","detail":"e"}`}},
	})
}

func TestCSVInAColumn(t *testing.T) {
	inner := parse.CSV{Columns: parse.NewColumns("ip", "port:n"), Delimiter: ';'}
	check(t, parse.TextFormat{Decoder: parse.CSV{
		Columns: parse.NewColumns("time", "peer", "note"),
		Nested:  map[string]parse.CSV{"peer": inner, "note": {Delimiter: ' ', Nested: map[string]parse.CSV{"column1": {}}}},
	}}, []formatCase{
		{"a column is an object", "1,192.0.2.1;80,a b", []string{`{"time":"1","peer":{"ip":"192.0.2.1","port":80},"note":{"column1":"a","column2":"b"}}`}},
		{"in quotes too", `1,"192.0.2.1;""80""",a`, []string{`{"time":"1","peer":{"ip":"192.0.2.1","port":80},"note":{"column1":"a"}}`}},
		{"one that does not decode is a text", `1,192.0.2.1,a`, []string{`{"time":"1","peer":"192.0.2.1","note":{"column1":"a"}}`}},
		{"an empty one is left away", `1,,a`, []string{`{"time":"1","note":{"column1":"a"}}`}},
	})
}

func TestCSVWithLinesRefusesAQuoteThatGoesOn(t *testing.T) {
	check(t, parse.TextFormat{Decoder: parse.CSV{}}, []formatCase{
		{"each line is one", "a,\"b\nc\",d\n", []string{syntax("quote does not close"), `{"column1":"c\"","column2":"d"}`}},
	})
}

// A quote that never closes is given up at the limit, and costs its line.
func TestCSVQuoteThatDoesNotCloseWithinTheLimit(t *testing.T) {
	f := parse.TextFormat{Decoder: parse.CSV{}, Framing: parse.CSVFraming{}}
	rows := "a,\"b\n"
	want := []string{"error: record is longer than the limit"}
	for range 300 {
		rows += "c,d\n"
		want = append(want, `{"column1":"c","column2":"d"}`)
	}
	got := toldBy(t, f, parse.Input{Reader: stringReader(rows), Limits: parse.Limits{Record: 1000}})
	compare(t, want, got)
}

// The framing looks for line ends in steps, whose edges are here.
func TestCSVLinesOfAnyLength(t *testing.T) {
	for _, end := range []string{"\n", "\r", "\r\n"} {
		for n := range 1100 {
			line := strings.Repeat("x", n)
			for _, b := range []string{line + end, line + end + "y", line + end + "y\n", line + end + "y\r"} {
				size, text, err := parse.CSVFraming{}.Frame([]byte(b), true)
				if size != n+len(end) || string(text) != line || err != nil {
					t.Fatalf("%q: %d bytes, %q, %v", b, size, text, err)
				}
			}
		}
	}
}

// BenchmarkCSVFraming takes lines from the beginning of many: what a line costs does not depend on what is behind it.
func BenchmarkCSVFraming(b *testing.B) {
	for name, end := range map[string]string{"LF": "\n", "CR": "\r", "CRLF": "\r\n"} {
		for _, size := range []int{4 << 10, 4 << 20} {
			in := []byte(strings.Repeat("a,b,c,dddddddddd"+end, size/17))
			b.Run(fmt.Sprintf("%s/window-%d", name, size), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(16 + len(end)))
				for b.Loop() {
					if n, _, err := (parse.CSVFraming{}).Frame(in, true); n != 16+len(end) || err != nil {
						b.Fatal(n, err)
					}
				}
			})
		}
	}
}
