package parse_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
)

// pairs decodes "name=value name=[value,value] ...", and takes a line that begins with # as a comment.
type pairs struct{}

func (pairs) Decode(text []byte, w *parse.Writer) error {
	if text[0] == '#' {
		return parse.ErrNoRecord
	}
	for pair := range bytes.FieldsSeq(text) {
		name, value, ok := bytes.Cut(pair, []byte("="))
		if !ok {
			return parse.Reason("no =")
		}
		n := parse.Name(name)
		switch {
		case len(value) > 1 && value[0] == '[':
			w.Array(n)
			for v := range bytes.SplitSeq(value[1:len(value)-1], []byte(",")) {
				w.Object("")
				w.String("v", v)
				w.End()
			}
			w.End()
		case len(value) > 1 && value[0] == '{':
			w.JSON(n, value)
		default:
			w.Number(n, value)
		}
	}
	return nil
}

func lines(log string, prefix string) *parse.LogType {
	return &parse.LogType{
		Name:   log,
		Format: parse.TextFormat{Decoder: pairs{}},
		Sniff:  func(text []byte) bool { return bytes.HasPrefix(text, []byte(prefix)) },
	}
}

const mixed = "\ufeffa=1 t=x\r\n" + `{"j":1,"n":[{"v":"q"}]}` + "\n\n# comment\nb=[p,\"q] k={\"x\":[1,{\"y\":null}]}\n  \nnone\n" +
	"[{\"j\":2}]\na=-1.5e3 a=2 z=\"\\\t"

func TestTextsAndJSONOfManyTypes(t *testing.T) {
	types := []*parse.LogType{
		lines("a", "a"), lines("b", "b"), {Name: "json", Format: parse.JSONFormat{}, Requires: []string{"j"}}, lines("none", "none"), lines("#", "#"),
	}
	want := []string{
		`a 0@3 {"a":1,"t":"x"} a="1" t="x" n.v=[]`,
		`json 1@12 {"j":1,"n":[{"v":"q"}]} a="" t="" n.v=["q"]`,
		`b 2@47 {"b":[{"v":"p"},{"v":"\"q"}],"k":{"x":[1,{"y":null}]}} a="" t="" n.v=[]`,
		`error: parse: file:x: record 3 at offset 82: record is of another log type "none"`,
		`json 4@88 {"j":2} a="" t="" n.v=[]`,
		`a 5@97 {"a":-1.5e3,"a":2,"z":"\"\\"} a="-1.5e3" t="" n.v=[]`,
	}
	for _, picked := range []bool{false, true} {
		for name, r := range map[string]io.Reader{"whole": strings.NewReader(mixed), "a byte at a time": iotest.OneByteReader(strings.NewReader(mixed))} {
			t.Run(fmt.Sprintf("%s, picked %v", name, picked), func(t *testing.T) {
				var stats parse.Stats
				in := parse.Input{Reader: r, Origin: parse.Origin{Kind: "file", Place: "x"}, Stats: &stats}
				if picked {
					in.Fields = fields(t, "a", "t", "n.v", "b.v", "k.x.y")
				}
				var got []string
				for r, err := range (&parse.Classifier{Types: types}).Parse(in) {
					if err != nil {
						var e *parse.Error
						if !errors.As(err, &e) {
							t.Fatal(err)
						}
						got = append(got, fmt.Sprintf("error: %v %q", err, e.Raw))
						continue
					}
					var nv []string
					for v := range r.All("n.v") {
						nv = append(nv, v.String())
					}
					if r.Log() == "b" {
						var bv []string
						for v := range r.All("b.v") {
							bv = append(bv, v.String())
						}
						if d := cmp.Diff([]string{"p", `"q`}, bv); d != "" || r.Get("k.x.y").Kind() != parse.Null {
							t.Error(d, r.Get("k.x.y").Kind())
						}
					}
					got = append(got, fmt.Sprintf("%s %d@%d %s a=%q t=%q n.v=%q", r.Log(), r.Index, r.Offset, r.JSON(), r.Get("a"), r.Get("t"), nv))
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("(-want +got)\n%s", d)
				}
				if d := cmp.Diff(parse.Stats{Bytes: int64(len(mixed)), Records: 6, Unparsed: 1}, stats); d != "" {
					t.Error(d)
				}
			})
		}
	}
}

// A type that is general does not keep its records from the special ones that come later.
func TestAGeneralTypeIsAskedLast(t *testing.T) {
	for _, general := range []bool{true, false} {
		all := &parse.LogType{Name: "all", Format: parse.TextFormat{Decoder: pairs{}}, General: general}
		json := &parse.LogType{Name: "json", Format: parse.JSONFormat{}, General: general}
		c := &parse.Classifier{Types: []*parse.LogType{
			lines("a", "a"), {Name: "special", Format: parse.JSONFormat{}, Requires: []string{"s"}}, json, all,
		}}
		var got []string
		for r, err := range c.Parse(parse.Input{Reader: strings.NewReader("b=1\na=2\nb=3\n{}\n{\"s\":1}\n")}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, r.Log())
		}
		want := []string{"all", "a", "all", "json", "special"}
		if !general {
			want = []string{"all", "all", "all", "json", "json"}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("general %v: %s", general, d)
		}
	}
}

func fields(t testing.TB, paths ...string) *parse.Fields {
	t.Helper()
	f, err := parse.CompileFields(paths...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
