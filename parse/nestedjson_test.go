package parse_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
)

func TestNestedJSON(t *testing.T) {
	check(t, parse.NestedJSON{Records: "detail.events"}, []formatCase{
		{"an array", `{"a":1,"detail":{"events":[{"id":1},{"id":2}],"b":2}}`, []string{`{"id":1}`, `{"id":2}`}},
		{"an object", `{"detail":{"events":{"id":1}}}`, []string{`{"id":1}`}},
		{"a text that holds an array", `{"detail":{"events":" [{\"id\":\"\\u0041\"}]\n"}}`, []string{`{"id":"\u0041"}`}},
		{"a text that holds an object", `{"detail":{"events":"{\"id\":1}"}}`, []string{`{"id":1}`}},
		{"nothing like that is a record itself", `{"detail":{"events":"x"}}{"detail":1}{"a":1}{"detail":{"events":null}}`,
			[]string{`{"detail":{"events":"x"}}`, `{"detail":1}`, `{"a":1}`, `{"detail":{"events":null}}`}},
		{"an empty array is no record", `{"detail":{"events":[]}}`, nil},
		{"an element that is no object costs itself", `{"detail":{"events":[1,{"id":2}]}}`, []string{syntax("record is no object"), `{"id":2}`}},
		{"an object that is broken costs itself", "{\"detail\" 1}\n{\"detail\":{\"events\":[{\"id\":2}]}}", []string{"error: syntax error at offset 10", `{"id":2}`}},
	})
	check(t, parse.NestedJSON{Records: "detail.events", Envelope: true, Outer: parse.JSONFormat{Records: "Records"}, Texts: []string{"m", "n"}}, []formatCase{
		{"the envelope, and texts that hold JSON", `{"Records":[{"a":1,"m":"[2]","detail":{"events":[{"m":"{\"x\": 1}","n":"{","o":"{}","a":3},{}]}}]}`,
			[]string{`{"m":{"x": 1},"n":"{","o":"{}","a":3,"a":1,"m":"[2]"}`, `{"a":1,"m":"[2]"}`}},
	})
	check(t, parse.NestedJSON{Texts: []string{"message"}}, []formatCase{
		{"texts that hold JSON, in the objects themselves", `{"time":1,"message":"{\"user\":\"alice\"}"}` + "\n" + `{"message":" 5 "}{"message":"\"\""}{"message":5}{}`,
			[]string{`{"time":1,"message":{"user":"alice"}}`, `{"message":5}`, `{"message":""}`, `{"message":5}`, `{}`}},
	})
}

func TestNestedJSONPlacesAndSkips(t *testing.T) {
	f := parse.NestedJSON{Records: "a"}
	in := `{"a":[{"id":1}, {"id":2},3]}` + "\n" + `{"a":[{"id":4}]}` + "\n" + `{"b":5}`
	var stats parse.Stats
	var got []string
	fields := fields(t, "id")
	for r, err := range f.Parse(parse.Input{Reader: strings.NewReader(in), Skip: 1, Stats: &stats, Fields: fields}) {
		if err != nil {
			got = append(got, err.Error())
			continue
		}
		got = append(got, fmt.Sprintf("%d@%d %s", r.Index, r.Offset, r.Get("id")))
	}
	want := []string{"1@11 2", "parse: :: record 2 at offset 20: syntax error: record is no object", "3@30 4", "4@46 "}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(parse.Stats{Bytes: int64(len(in)), Records: 5, Unparsed: 1, Skipped: 1}, stats); d != "" {
		t.Error(d)
	}
}

func TestNestedJSONRefusesAPath(t *testing.T) {
	for _, err := range (parse.NestedJSON{Records: "a.#"}).Parse(parse.Input{Reader: strings.NewReader("{}")}) {
		if err == nil || !strings.HasPrefix(err.Error(), "parse: nested JSON: path") {
			t.Error(err)
		}
	}
}

func TestNestedJSONDepth(t *testing.T) {
	in := `{"m":"` + strings.Repeat("[", 9) + strings.Repeat("]", 9) + `"}`
	got := toldBy(t, parse.NestedJSON{Texts: []string{"m"}}, parse.Input{Reader: strings.NewReader(in), Limits: parse.Limits{Depth: 5}})
	compare(t, []string{in}, got)
}

func FuzzNestedJSON(f *testing.F) {
	f.Add([]byte(`{"Records":[{"a":1,"m":"[2]","detail":{"events":[{"m":"{\"x\": 1}","n":"{"},{}]}}]}`))
	f.Add([]byte(`{"detail":{"events":"[{\"id\":1}]"}}`))
	nested := parse.NestedJSON{Records: "detail.events", Envelope: true, Texts: []string{"m"}, Outer: parse.JSONFormat{Records: "Records"}}
	f.Fuzz(func(t *testing.T, payload []byte) {
		toldBy(t, nested, parse.Input{Reader: strings.NewReader(string(payload))})
		pickedIsRendered(t, nested, payload)
	})
}

func ExampleNestedJSON() {
	show(parse.NestedJSON{Records: "detail.events", Envelope: true, Texts: []string{"message"}},
		`{"account":"1234","detail":{"events":[{"id":1,"message":"{\"user\":\"alice\"}"},{"id":2}]}}`)
	// Output:
	// {"id":1,"message":{"user":"alice"},"account":"1234"}
	// {"id":2,"account":"1234"}
}
