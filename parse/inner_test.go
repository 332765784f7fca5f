package parse_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
)

var (
	envelopes = &parse.LogType{
		Name: "outer", Format: parse.JSONFormat{Records: "events", Envelope: true}, Requires: []string{"group"},
		Ignore: func(r *parse.Record) bool { return r.Get("check").Exists() },
	}
	messages = parse.Inner{
		Outer: envelopes, Paths: []string{"detail.list", "message", "detail"},
		Parser: &parse.Classifier{Types: []*parse.LogType{
			lines("a", "a"),
			{Name: "json", Format: parse.JSONFormat{}, Requires: []string{"j"}, Ignore: func(r *parse.Record) bool { return r.Get("none").Exists() }},
		}},
	}
)

const enveloped = `{"group":"g","events":[{"message":"a=1\na=2\n"},{"message":"{\"j\":\"\\u00e9\"}"},{"message":""},{"detail":{"j":3}},` +
	`{"detail":{"list":[{"j":4},{"none":0},{"j":5},{"x":6}]}},{"message":"other"},{"message":7},{"message":"a=3\n{\"j"}]}` +
	"\n{\"check\":1}\n" + `{"group":"h","events":[{"message":"a=8"}]}` + "\n{\"oth"

// told are the records, and the errors, as lines.
func told(t *testing.T, p parse.Parser, in parse.Input) (all []string, stats parse.Stats) {
	t.Helper()
	in.Stats = &stats
	places := map[string]bool{}
	for r, err := range p.Parse(in) {
		var lost *parse.Error
		switch {
		case errors.As(err, &lost):
			all = append(all, fmt.Sprintf("%d@%d lost %q", lost.Index, lost.Offset, lost.Raw))
		case err != nil:
			all = append(all, err.Error())
			stats.Records++ // the one that was being read
		default:
			group := "alone"
			if r.Outer != nil {
				group = r.Outer.Get("group").String()
			}
			place := fmt.Sprint(r.Origin, r.Offset)
			if places[place] {
				t.Errorf("two records at %s", place)
			}
			places[place] = true
			all = append(all, fmt.Sprintf("%s %d@%d in %s: a=%s j=%s %s", r.Log(), r.Index, r.Offset, group, r.Get("a"), r.Get("j"), r.JSON()))
		}
	}
	if got := stats.Records - stats.Skipped; got != int64(len(all)) {
		t.Errorf("%+v of %d", stats, len(all))
	}
	return all, stats
}

func TestInner(t *testing.T) {
	want := []string{
		`a 0@23 in g: a=1 j= {"a":1}`,
		`a 1@27 in g: a=2 j= {"a":2}`,
		`json 2@48 in g: a= j=é {"j":"\u00e9"}`,
		`json 3@97 in g: a= j=3 {"j":3}`,
		`json 4@117 in g: a= j=4 {"j":4}`,
		`json 6@136 in g: a= j=5 {"j":5}`,
		`7@144 lost "{\"x\":6}"`,
		`8@173 lost "other"`,
		`9@193 lost "{\"message\":7,\"group\":\"g\"}"`,
		`a 10@207 in g: a=3 j= {"a":3}`,
		`11@211 lost "{\"j"`,
		`a 13@268 in h: a=8 j= {"a":8}`,
		`14@288 lost "{\"oth"`,
	}
	whole := parse.Stats{Bytes: int64(len(enveloped)), Records: 15, Skipped: 2, Unparsed: 5}
	for _, tt := range []struct {
		name   string
		reader io.Reader
		fields *parse.Fields
		skip   int64
	}{
		{"whole", strings.NewReader(enveloped), nil, 0},
		{"with fields", strings.NewReader(enveloped), fields(t, "a", "j", "group"), 0},
		{"a byte at a time", iotest.OneByteReader(strings.NewReader(enveloped)), nil, 0},
		{"resumed", strings.NewReader(enveloped), nil, 4},
		{"resumed behind everything", strings.NewReader(enveloped), nil, 99},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, stats := told(t, messages, parse.Input{Reader: tt.reader, Fields: tt.fields, Skip: tt.skip})
			want, whole := want, whole
			switch tt.skip {
			case 4:
				want, whole.Skipped = want[4:], whole.Skipped+4
			case 99:
				want, whole.Skipped, whole.Unparsed = nil, whole.Records, 0
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			if d := cmp.Diff(whole, stats); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestInnerKeepsTheRest(t *testing.T) {
	rest := messages
	rest.Rest = true
	got, _ := told(t, rest, parse.Input{Reader: strings.NewReader(`{"group":"g","events":[{"message":"a=1\nother"},{"message":"other"},{"x":1}]}`)})
	want := []string{
		`a 0@23 in g: a=1 j= {"a":1}`,
		`1@27 lost "other"`,
		`outer 2@48 in alone: a= j= {"message":"other","group":"g"}`,
		`outer 3@68 in alone: a= j= {"x":1,"group":"g"}`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// One within another within another: each record knows all that it stands in.
func TestInnerOfInner(t *testing.T) {
	both := parse.Inner{
		Outer:  &parse.LogType{Name: "outermost", Format: parse.JSONFormat{}, Requires: []string{"body"}},
		Paths:  []string{"body"},
		Parser: messages,
	}
	got, n := []string{}, 0
	in := parse.Input{Reader: strings.NewReader(`{"body":"{\"group\":\"g\",\"events\":[{\"message\":\"a=1\\na=2\"},{\"message\":\"a=3\"}]}"}{"body":{"group":"h","events":[{"message":"a=4"}]}}`)}
	for r, err := range both.Parse(in) {
		if err != nil {
			t.Fatal(err)
		}
		c := r.Clone()
		for o := c; o != nil && n < 100; o, n = o.Outer, n+1 {
			got = append(got, fmt.Sprintf("%s@%d", o.Log(), o.Offset))
		}
	}
	want := []string{
		"a@23", "outer@23", "outermost@0", "a@27", "outer@23", "outermost@0", "a@46", "outer@46", "outermost@0",
		"a@114", "outer@23", "outermost@91",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestInnerStops(t *testing.T) {
	for _, p := range []parse.Parser{messages, parse.Inner{Outer: messages, Paths: []string{"a"}, Parser: messages, Rest: true}} {
		n := 0
		for range p.Parse(parse.Input{Reader: strings.NewReader(enveloped)}) {
			if n++; n == 2 {
				break
			}
		}
		if n != 2 {
			t.Error(n)
		}
	}
	broken := errors.New("broken")
	got, _ := told(t, parse.Inner{Outer: parse.JSONFormat{}, Paths: []string{"a"}, Parser: parse.JSONFormat{}},
		parse.Input{Reader: io.MultiReader(strings.NewReader(`{"a":{"j":1}}{"a`), iotest.ErrReader(broken))})
	if len(got) != 2 || !strings.HasSuffix(got[1], "broken") {
		t.Errorf("%q", got)
	}
	for _, err := range (parse.Inner{Outer: parse.JSONFormat{}, Paths: []string{"a..b"}}).Parse(parse.Input{}) {
		if err == nil || err.Error() != `parse: inner: path "a..b" has an empty name` {
			t.Error(err)
		}
	}
}

func ExampleInner() {
	queue := parse.Inner{Outer: parse.JSONFormat{Records: "Records"}, Paths: []string{"body"}, Parser: parse.JSONFormat{}}
	payload := `{"Records":[{"messageId":"m1","body":"{\"user\":\"alice\"}"},{"messageId":"m2","body":"{\"user\":\"bob\"}"}]}`
	for r, err := range queue.Parse(parse.Input{Reader: strings.NewReader(payload)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(r.Get("user"), r.Outer.Get("messageId"), r.Offset)
	}
	// Output:
	// alice m1 12
	// bob m2 61
}

// Whatever the payload: the counts add up, no two records are at one place, and nothing panics.
func FuzzInner(f *testing.F) {
	f.Add([]byte(enveloped), int64(0))
	f.Add([]byte(`{"group":"g","events":[{"message":"a=1\nother"},{"message":"other"},{"x":1}]}`), int64(1))
	f.Add([]byte(`{"group":"g","events":[{"detail":{"list":[{"j":1},{"j":`), int64(0))
	rest := messages
	rest.Rest = true
	f.Fuzz(func(t *testing.T, in []byte, skip int64) {
		for _, p := range []parse.Inner{messages, rest, {Outer: rest, Paths: []string{"j", "a"}, Parser: messages, Rest: true}} {
			var stats parse.Stats
			n, lost := int64(0), int64(0)
			places := map[int64]bool{}
			for r, err := range p.Parse(parse.Input{Reader: strings.NewReader(string(in)), Skip: skip, Stats: &stats}) {
				if err != nil {
					lost++
					continue
				}
				if n++; places[r.Offset] || r.Offset > int64(len(in)) || r.Index < skip {
					t.Errorf("record %d at %d of %d", r.Index, r.Offset, len(in))
				}
				places[r.Offset] = true
			}
			if stats.Records != n+lost+stats.Skipped || stats.Unparsed != lost || stats.Bytes != int64(len(in)) {
				t.Errorf("%+v, %d records, %d lost", stats, n, lost)
			}
		}
	})
}
