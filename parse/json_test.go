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

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
)

// item is one value that a parser yielded, in a form that can be compared.
type item struct {
	Index, Offset int64
	Record        string // the record's JSON
	Lost          string // the reason's sentinel, and the raw bytes
}

func items(p parse.Parser, in parse.Input) (list []item, last error) {
	for r, err := range p.Parse(in) {
		var e *parse.Error
		switch {
		case err == nil:
			list = append(list, item{Index: r.Index, Offset: r.Offset, Record: string(r.JSON())})
		case errors.As(err, &e):
			list = append(list, item{Index: e.Index, Offset: e.Offset, Lost: sentinel(e.Err) + ": " + string(e.Raw)})
		default:
			last = err
		}
	}
	return list, last
}

func sentinel(err error) string {
	for name, s := range map[string]error{
		"long": parse.ErrTooLong, "deep": parse.ErrTooDeep, "syntax": parse.ErrSyntax, "truncated": parse.ErrTruncated, "other": parse.ErrOther,
	} {
		if errors.Is(err, s) {
			return name
		}
	}
	return err.Error()
}

var deliveries = []struct {
	name string
	in   string
	want []item
}{
	{"an empty payload has no records", "", nil},
	{"white space has no records", " \r\n\t", nil},
	{"one object", `{"a":1}`, []item{{0, 0, `{"a":1}`, ""}}},
	{"an object behind a byte order mark", "\xef\xbb\xbf{\"a\":1}", []item{{0, 3, `{"a":1}`, ""}}},
	{"objects one a line", "{\"a\":1}\n{\"a\":2}\r\n{\"a\":3}", []item{{0, 0, `{"a":1}`, ""}, {1, 8, `{"a":2}`, ""}, {2, 17, `{"a":3}`, ""}}},
	{"objects run together", `{"a":1}{"a":2}`, []item{{0, 0, `{"a":1}`, ""}, {1, 7, `{"a":2}`, ""}}},
	{"a pretty-printed object", "{\n  \"a\": [\n    1\n  ]\n}\n", []item{{0, 0, "{\n  \"a\": [\n    1\n  ]\n}", ""}}},
	{"an array", `[{"a":1}, {"a":2}]`, []item{{0, 1, `{"a":1}`, ""}, {1, 10, `{"a":2}`, ""}}},
	{"an empty array", `[ ]`, nil},
	{"an array with an element a line", "[\n{\"a\":1},\n{\"a\":2}\n]\n", []item{{0, 2, `{"a":1}`, ""}, {1, 11, `{"a":2}`, ""}}},
	{"records in an object", `{"Records":[{"a":1},{"a":2}]}`, []item{{0, 12, `{"a":1}`, ""}, {1, 20, `{"a":2}`, ""}}},
	{"records between other members", `{"v":{"Records":[{}]},"Records":[{"a":1}],"more":[1,{"x":"]}"}]}`, []item{{0, 33, `{"a":1}`, ""}}},
	{"a name with an escape", `{"\u0052ecords":[{"a":1}]}`, []item{{0, 17, `{"a":1}`, ""}}},
	{"no records", `{"Records":[]}`, nil},
	{"records that are no array", `{"Records":null}`, []item{{0, 0, `{"Records":null}`, ""}}},
	{"several objects with records", "{\"Records\":[{\"a\":1}]}\n{\"Records\":[{\"a\":2}]}", []item{{0, 12, `{"a":1}`, ""}, {1, 34, `{"a":2}`, ""}}},

	{"a line that is no JSON costs that line", "{\"a\":1}\nhello {\n{\"a\":2}\n", []item{{0, 0, `{"a":1}`, ""}, {1, 8, "", "syntax: hello {"}, {2, 16, `{"a":2}`, ""}}},
	{"a broken object in a line costs that object", "{\"a\":tru}{\"a\":1}\n{\"a\":2}", []item{{0, 0, "", `syntax: {"a":tru}`}, {1, 9, `{"a":1}`, ""}, {2, 17, `{"a":2}`, ""}}},
	{"a line cut within a string costs that line", "{\"a\":\"xy\n{\"a\":2}\n{\"a\":3}", []item{{0, 0, "", "syntax: {\"a\":\"xy\n"}, {1, 9, `{"a":2}`, ""}, {2, 17, `{"a":3}`, ""}}},
	{"a line cut between members costs that line", "{\"a\":1,\n{\"a\":2}\n", []item{{0, 0, "", "syntax: {\"a\":1,\n"}, {1, 8, `{"a":2}`, ""}}},
	{"a line cut behind a backslash costs that line", "{\"a\":\"\\\n{\"a\":2}\n", []item{{0, 0, "", "syntax: {\"a\":\"\\\n"}, {1, 8, `{"a":2}`, ""}}},
	{"a broken element costs that element", `{"Records":[{"a":1},{"a":01},{"a":3}]}`, []item{{0, 12, `{"a":1}`, ""}, {1, 20, "", `syntax: {"a":01}`}, {2, 29, `{"a":3}`, ""}}},
	{"elements that are no objects cost themselves", `[1,"a]",null,[{}],{"a":1}]`, []item{
		{0, 1, "", "syntax: 1"}, {1, 3, "", `syntax: "a]"`}, {2, 8, "", "syntax: null"}, {3, 13, "", "syntax: [{}]"}, {4, 18, `{"a":1}`, ""}}},
	{"a value at the top that is no object", "17\n{\"a\":1}", []item{{0, 0, "", "syntax: 17"}, {1, 3, `{"a":1}`, ""}}},
	{"a comma before the end", `[{"a":1},]`, []item{{0, 1, `{"a":1}`, ""}, {1, 9, "", "syntax: "}}},
	{"a comma that is missing", `[{"a":1}{"a":2}]`, []item{{0, 1, `{"a":1}`, ""}, {1, 8, "", "syntax: "}, {2, 8, `{"a":2}`, ""}}},
	{"garbage behind the records", `{"Records":[{"a":1}],x}{"a":2}`, []item{{0, 12, `{"a":1}`, ""}, {1, 21, "", "syntax: x}"}, {2, 23, `{"a":2}`, ""}}},
	{"an object that ends in the middle", `{"a":1}{"a":`, []item{{0, 0, `{"a":1}`, ""}, {1, 7, "", `truncated: {"a":`}}},
	{"records that end in the middle of one", `{"Records":[{"a":1},{"a`, []item{{0, 12, `{"a":1}`, ""}, {1, 20, "", `truncated: {"a`}}},
	{"records that end between two", `{"Records":[{"a":1},`, []item{{0, 12, `{"a":1}`, ""}, {1, 20, "", "truncated: "}}},
	{"records that end behind the last", `{"Records":[{"a":1}]`, []item{{0, 12, `{"a":1}`, ""}, {1, 20, "", "truncated: "}}},
	{"control characters in a string", "{\"a\":\"\x01\"}{\"a\":2}", []item{{0, 0, "", "syntax: {\"a\":\"\x01\"}"}, {1, 9, `{"a":2}`, ""}}},
	{"invalid UTF-8 passes", "{\"a\":\"\xff\xfe\"}", []item{{0, 0, "{\"a\":\"\xff\xfe\"}", ""}}},
	{"UTF-16 is no JSON", "\xff\xfe{\x00}\x00", []item{{0, 0, "", "syntax: \xff\xfe{\x00}\x00"}}},
}

func TestJSONDeliveries(t *testing.T) {
	for _, tt := range deliveries {
		t.Run(tt.name, func(t *testing.T) {
			for name, r := range readers(tt.in) {
				var stats parse.Stats
				got, err := items(parse.JSONFormat{Records: "Records"}, parse.Input{Reader: r, Stats: &stats})
				if err != nil {
					t.Fatal(name, err)
				}
				if d := cmp.Diff(tt.want, got); d != "" {
					t.Errorf("%s: (-want +got)\n%s", name, d)
				}
				want := parse.Stats{Bytes: int64(len(tt.in)), Records: int64(len(got))}
				for _, i := range got {
					if i.Lost != "" {
						want.Unparsed++
					}
				}
				if d := cmp.Diff(want, stats); d != "" {
					t.Errorf("%s: stats (-want +got)\n%s", name, d)
				}
			}
		})
	}
}

// readers give the same bytes in different portions.
func readers(s string) map[string]io.Reader {
	return map[string]io.Reader{
		"whole":            strings.NewReader(s),
		"a byte at a time": iotest.OneByteReader(strings.NewReader(s)),
		"halves":           iotest.HalfReader(strings.NewReader(s)),
		"data with EOF":    iotest.DataErrReader(strings.NewReader(s)),
	}
}

func TestJSONLimits(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", 100) + `"}`
	deep := `{"a":` + strings.Repeat("[", 20) + strings.Repeat("]", 20) + `}`
	for _, tt := range []struct {
		name   string
		in     string
		limits parse.Limits
		want   []item
	}{
		{"a record as long as the limit passes", long, parse.Limits{Record: len(long)}, []item{{0, 0, long, ""}}},
		{"a longer one is lost, the next is not", long + `{"a":1}`, parse.Limits{Record: len(long) - 1}, []item{{0, 0, "", "long: " + long[:len(long)-1]}, {1, 108, `{"a":1}`, ""}}},
		{"so it is among records", `{"Records":[` + long + `,{"a":1}]}`, parse.Limits{Record: 50}, []item{{0, 12, "", "long: " + long[:50]}, {1, 121, `{"a":1}`, ""}}},
		{"a record as deep as the limit passes", deep, parse.Limits{Depth: 21}, []item{{0, 0, deep, ""}}},
		{"a deeper one is lost, the next is not", deep + `{"a":1}`, parse.Limits{Depth: 20}, []item{{0, 0, "", "deep: " + deep}, {1, int64(len(deep)), `{"a":1}`, ""}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for name, r := range readers(tt.in) {
				got, err := items(parse.JSONFormat{Records: "Records"}, parse.Input{Reader: r, Limits: tt.limits})
				if err != nil {
					t.Fatal(name, err)
				}
				if d := cmp.Diff(tt.want, got); d != "" {
					t.Errorf("%s: (-want +got)\n%s", name, d)
				}
			}
		})
	}
}

func TestJSONDefaultDepth(t *testing.T) {
	for n, lost := range map[int]bool{511: false, 512: true, 100_000: true} {
		in := `{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}{"b":1}`
		got, _ := items(parse.JSONFormat{}, parse.Input{Reader: strings.NewReader(in)})
		if len(got) != 2 || (got[0].Lost != "") != lost || got[1].Record != `{"b":1}` {
			t.Errorf("%d arrays in an object: %d items, lost: %v", n, len(got), got[0].Lost != "")
		}
	}
}

// A record of 64 MiB is lost at the limit of 8 MiB; what an error holds of it is bounded, and the next one is read.
func TestJSONHugeRecord(t *testing.T) {
	const size = 64 << 20
	in := io.MultiReader(strings.NewReader(`{"Records":[{"a":"`), &repeat{'x', size}, strings.NewReader(`"},{"a":1}]}`))
	got, err := items(parse.JSONFormat{Records: "Records"}, parse.Input{Reader: in})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || !strings.HasPrefix(got[0].Lost, `long: {"a":"xxx`) || len(got[0].Lost) > parse.RawLimit+10 || got[1].Record != `{"a":1}` {
		t.Fatalf("%d items, %.40q...", len(got), got[0].Lost)
	}
	if want := int64(12 + size + 8 + 1); got[1].Offset != want {
		t.Errorf("offset %d, want %d", got[1].Offset, want)
	}
}

type repeat struct {
	b byte
	n int
}

func (r *repeat) Read(p []byte) (int, error) {
	if r.n == 0 {
		return 0, io.EOF
	}
	n := min(r.n, len(p))
	for i := range p[:n] {
		p[i] = r.b
	}
	r.n -= n
	return n, nil
}

func TestJSONReaderFails(t *testing.T) {
	boom := errors.New("boom")
	in := `{"Records":[{"a":1},{"b":2},{"c"`
	for name, r := range map[string]io.Reader{
		"behind the data": io.MultiReader(strings.NewReader(in), iotest.ErrReader(boom)),
		"with the data":   &withError{in, boom},
	} {
		got, err := items(parse.JSONFormat{Records: "Records"}, parse.Input{Reader: r, Origin: parse.Origin{Kind: "s3", Place: "b/k", ID: "v"}})
		if want := []item{{0, 12, `{"a":1}`, ""}, {1, 20, `{"b":2}`, ""}}; !cmp.Equal(want, got) {
			t.Error(name, cmp.Diff(want, got))
		}
		var re *parse.ReadError
		if !errors.As(err, &re) || !errors.Is(err, boom) {
			t.Fatalf("%s: %v", name, err)
		}
		if re.Offset != 28 || re.Index != 2 || string(re.Raw) != `{"c"` {
			t.Errorf("%s: %d %d %s", name, re.Offset, re.Index, re.Raw)
		}
		if want := "parse: s3:b/k@v: read of record 2 at offset 28: boom"; err.Error() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type withError struct {
	s   string
	err error
}

func (r *withError) Read(p []byte) (int, error) { return copy(p, r.s), r.err }

func TestJSONReaderGivesNothing(t *testing.T) {
	_, err := items(parse.JSONFormat{}, parse.Input{Reader: stuck{}})
	if !errors.Is(err, io.ErrNoProgress) {
		t.Fatal(err)
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestJSONSkip(t *testing.T) {
	in := "{\"a\":0}\nbroken\n{\"a\":2}\n{\"a\":3}\n"
	var stats parse.Stats
	got, err := items(parse.JSONFormat{}, parse.Input{Reader: strings.NewReader(in), Skip: 3, Stats: &stats})
	if err != nil {
		t.Fatal(err)
	}
	if want := []item{{3, 23, `{"a":3}`, ""}}; !cmp.Equal(want, got) {
		t.Error(cmp.Diff(want, got))
	}
	if want := (parse.Stats{Bytes: int64(len(in)), Records: 4, Skipped: 3}); stats != want {
		t.Error(cmp.Diff(want, stats))
	}
}

// Whoever stops early gets no further value, and the next payload is read as if nothing had been before.
func TestJSONStopsEarly(t *testing.T) {
	for range 3 {
		n := 0
		for r, err := range (parse.JSONFormat{}).Parse(parse.Input{Reader: strings.NewReader(`[{"a":1},{"a":2},{"a":3}]`)}) {
			if err != nil || r.Index != int64(n) {
				t.Fatal(r, err)
			}
			if n++; n == 2 {
				break
			}
		}
	}
}

// A line that was cut costs that line, also where the reader gives little and the window grows.
func TestJSONBrokenLineAtTheWindowsEdge(t *testing.T) {
	var b strings.Builder
	for i := range 2000 {
		if i == 1000 {
			b.WriteString("{\"cut\":[{\"x\":\"" + strings.Repeat("y", 300_000) + "\n")
			continue
		}
		fmt.Fprintf(&b, "{\"i\":%d,\"fill\":%q}\n", i, strings.Repeat("z", 400))
	}
	for name, r := range readers(b.String()) {
		got, err := items(parse.JSONFormat{}, parse.Input{Reader: r})
		if err != nil {
			t.Fatal(err)
		}
		lost := 0
		for _, i := range got {
			if i.Lost != "" {
				lost++
			}
		}
		if len(got) != 2000 || lost != 1 {
			t.Errorf("%s: %d items, %d lost", name, len(got), lost)
		}
	}
}

func FuzzJSON(f *testing.F) {
	for _, d := range deliveries {
		f.Add([]byte(d.in), 64)
	}
	f.Fuzz(func(t *testing.T, b []byte, limit int) {
		in := parse.Input{Limits: parse.Limits{Record: 1 + limit&0xff, Depth: 1 + limit>>8&0xf}}
		p := parse.JSONFormat{Records: "Records"}
		in.Reader = bytes.NewReader(b)
		whole, err := items(p, in)
		if err != nil {
			t.Fatal(err)
		}
		in.Reader = iotest.OneByteReader(bytes.NewReader(b))
		single, _ := items(p, in)
		if d := cmp.Diff(whole, single); d != "" {
			t.Fatalf("portions make a difference (-whole +single)\n%s", d)
		}
		end := int64(0)
		for i, it := range whole {
			if it.Index != int64(i) || it.Offset < end || it.Offset > int64(len(b)) {
				t.Fatalf("item %d: %+v", i, it)
			}
			if it.Record == "" {
				continue
			}
			end = it.Offset + int64(len(it.Record))
			if !json.Valid([]byte(it.Record)) || it.Record[0] != '{' || string(b[it.Offset:end]) != it.Record {
				t.Fatalf("no record of the payload: %+v", it)
			}
		}
	})
}
