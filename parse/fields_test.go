package parse_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
)

// values renders what a path has, so that it can be compared.
func values(v parse.Values, i int) (list []string) {
	for v := range v.All(i) {
		list = append(list, fmt.Sprintf("%v %s", v.Kind(), v.Bytes()))
	}
	return list
}

func TestPaths(t *testing.T) {
	for _, tt := range []struct {
		name, record, path string
		want               []string
	}{
		{"a member", `{"a":"x"}`, "a", []string{"string x"}},
		{"a member of a member", `{"a":{"b":{"c":1}}}`, "a.b.c", []string{"number 1"}},
		{"missing", `{"a":1}`, "b", nil},
		{"missing below a scalar", `{"a":1}`, "a.b", nil},
		{"null, empty and zero are values", `{"a":[null,"",0,false]}`, "a", []string{`json [null,"",0,false]`, "null null", "string ", "number 0", "bool false"}},
		{"through an array", `{"a":[{"b":1},{"c":0},{"b":2}]}`, "a.b", []string{"number 1", "number 2"}},
		{"through arrays in arrays", `{"a":[[{"b":1}],[[{"b":[2,3]}]]]}`, "a.b", []string{"number 1", "json [2,3]", "number 2", "number 3"}},
		{"an object", `{"a":{"b":1}}`, "a", []string{`json {"b":1}`}},
		{"an object and its member", `{"a":{"b":1}}`, "a.b", []string{"number 1"}},
		{"an empty array is its only value", `{"a":[]}`, "a", []string{"json []"}},
		{"elements of elements", `{"a":[[1],[]]}`, "a", []string{"json [[1],[]]", "json [1]", "number 1", "json []"}},
		{"an index", `{"a":[{"b":1},{"b":2}]}`, "a.1.b", []string{"number 2"}},
		{"an index out of range", `{"a":[1]}`, "a.1", nil},
		{"an index of an index", `{"a":[[1,2],[3,4]]}`, "a.1.0", []string{"number 3"}},
		{"an index is used up by the first array", `{"a":[[1,2],[3]]}`, "a.0", []string{"json [1,2]", "number 1", "number 2"}},
		{"digits name a member of an object", `{"a":{"0":"x"}}`, "a.0", []string{"string x"}},
		{"digits do not look into elements", `{"a":[{"0":"x"}]}`, "a.0", []string{`json {"0":"x"}`}},
		{"a leading zero is no index", `{"a":[{"00":"x"}]}`, "a.00", []string{"string x"}},
		{"an escaped dot", `{"a.b":{"c":1}}`, `a\.b.c`, []string{"number 1"}},
		{"an escaped modifier", `{"@timestamp":1}`, `\@timestamp`, []string{"number 1"}},
		{"an escaped backslash", `{"a\\b":1}`, `a\\b`, []string{"number 1"}},
		{"of duplicate keys the first counts", `{"a":1,"a":2,"\u0061":3}`, "a", []string{"number 1"}},
		{"also where only the second has the path", `{"a":1,"a":{"b":2}}`, "a.b", nil},
		{"but each element has its own", `{"a":[{"b":1,"b":2},{"b":3}]}`, "a.b", []string{"number 1", "number 3"}},
		{"a name with escapes", `{"\u0061\"":1}`, `a"`, []string{"number 1"}},
		{"a string with escapes", `{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"}`, "a", []string{"string \"\\/\b\f\n\r\té😀"}},
		{"half a surrogate pair", `{"a":"\ud83dx\ude00\ud83d\ud83d\ude00"}`, "a", []string{"string \ufffdx\ufffd\ufffd😀"}},
		{"invalid UTF-8", "{\"a\":\"\xff\"}", "a", []string{"string \xff"}},
		{"numbers stay as written", `{"a":[1e3,-0.0,12345678901234567890123]}`, "a", []string{"json [1e3,-0.0,12345678901234567890123]", "number 1e3", "number -0.0", "number 12345678901234567890123"}},
		{"white space everywhere", " { \"a\" : [ { \"b\" : 1 } , { \"b\" : 2 } ] } ", "a.b", []string{"number 1", "number 2"}},
		{"long names", `{"sourceIPAddressOfTheCaller":1,"sourceIPAddressOfTheCallee":2}`, "sourceIPAddressOfTheCallee", []string{"number 2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := parse.CompileFields("other", tt.path, "a", "a.b.c.d", "a.7")
			if err != nil {
				t.Fatal(err)
			}
			r := parse.JSONRecord([]byte(tt.record))
			var p parse.Picker
			v, err := p.Pick(r, f)
			if err != nil {
				t.Fatal(err)
			}
			i, ok := f.Index(tt.path)
			if !ok {
				t.Fatal("no index")
			}
			if d := cmp.Diff(tt.want, values(v, i)); d != "" {
				t.Errorf("picked (-want +got)\n%s", d)
			}
			var slow []string
			for v := range r.All(tt.path) {
				slow = append(slow, fmt.Sprintf("%v %s", v.Kind(), v.Bytes()))
			}
			if d := cmp.Diff(tt.want, slow); d != "" {
				t.Errorf("looked up (-want +got)\n%s", d)
			}
			for r, err := range (parse.JSONFormat{}).Parse(parse.Input{Reader: strings.NewReader(tt.record), Fields: f}) {
				if err != nil {
					t.Fatal(err)
				}
				v, err := p.Pick(r, f)
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(tt.want, values(v, i)); d != "" {
					t.Errorf("parsed (-want +got)\n%s", d)
				}
				if first := r.Get(tt.path); first.Exists() != (len(tt.want) > 0) {
					t.Errorf("Get: %v", first)
				}
				if c := r.Clone(); cmp.Diff(r.Get(tt.path).Bytes(), c.Get(tt.path).Bytes()) != "" {
					t.Errorf("clone: %s", c.Get(tt.path))
				}
			}
		})
	}
}

func TestCompileFieldsTellsEveryProblem(t *testing.T) {
	_, err := parse.CompileFields("ok", "", "a..b", "a.", ".a", "a.#", "a.*", "@this", "a|b", "a?", `a\`)
	want := `parse: fields: path is empty
path "a..b" has an empty name
path "a." ends in an empty name
path ".a" has an empty name
path "a.#" has an unescaped '#': queries and modifiers are no paths
path "a.*" has an unescaped '*': queries and modifiers are no paths
path "@this" has an unescaped '@': queries and modifiers are no paths
path "a|b" has an unescaped '|': queries and modifiers are no paths
path "a?" has an unescaped '?': queries and modifiers are no paths
path "a\\" ends in a backslash`
	if err == nil || err.Error() != want {
		t.Error(cmp.Diff(want, fmt.Sprint(err)))
	}
}

func TestPickRefusesWhatIsNoJSON(t *testing.T) {
	f, _ := parse.CompileFields("a")
	var p parse.Picker
	for _, in := range []string{"", "{", `{"a":1}x`, `{"a":1}{"a":2}`, `{"a":nul}`, strings.Repeat(`{"a":`, 600) + "1" + strings.Repeat("}", 600)} {
		if _, err := p.Pick(parse.JSONRecord([]byte(in)), f); err == nil {
			t.Errorf("%.20q: no error", in)
		}
	}
	if v, err := p.Pick(parse.JSONRecord([]byte(`{"a":1}`)), f); err != nil || v.Get(0).Int() != 1 {
		t.Errorf("the picker was spoilt: %v %v", v.Get(0), err)
	}
}

func TestValue(t *testing.T) {
	r := parse.JSONRecord([]byte(`{"i":42,"s":"42","f":-1.9,"big":1e300,"small":-1e300,"t":true,"n":null,"o":{},"text":"x","over":9223372036854775808}`))
	for path, want := range map[string]struct {
		Int   int64
		Float float64
		Bool  bool
		Kind  string
	}{
		"i": {42, 42, false, "number"}, "s": {42, 42, false, "string"}, "f": {-1, -1.9, false, "number"},
		"big": {1<<63 - 1, 1e300, false, "number"}, "small": {-1 << 63, -1e300, false, "number"},
		"t": {0, 0, true, "bool"}, "n": {0, 0, false, "null"}, "o": {0, 0, false, "json"}, "text": {0, 0, false, "string"},
		"none": {0, 0, false, "missing"}, "over": {1<<63 - 1, 9223372036854775808, false, "number"},
	} {
		v := r.Get(path)
		if v.Int() != want.Int || v.Float() != want.Float || v.Bool() != want.Bool || v.Kind().String() != want.Kind {
			t.Errorf("%s: %d %g %v %v", path, v.Int(), v.Float(), v.Bool(), v.Kind())
		}
	}
}

func TestEscapeName(t *testing.T) {
	for _, name := range []string{"a", "a.b", `a\b`, "@timestamp", "a#b*c?d|e"} {
		r := parse.JSONRecord(fmt.Appendf(nil, "{%s:1}", mustJSON(name)))
		if r.Get(parse.EscapeName(name)).Int() != 1 {
			t.Errorf("%q: %q", name, parse.EscapeName(name))
		}
	}
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

var fuzzPaths = []string{"a", "b", "a.a", "a.b", "a.0", "a.1.b", "a.0.0", "b.b.b", "a.00", `a\.b`, "1", "eventName", "eventNames", "eventTime.a", "a.eventName.b"}

// FuzzFields holds the walk against gjson.
func FuzzFields(f *testing.F) {
	for _, s := range []string{
		`{"a":[{"b":1},{"a":[[2]]},null],"b":{"b":{"b":"x"}},"a":0}`, `{"eventName":"\ud83d\u0041","eventTime":{"a":[]},"a":{"eventName":[{"b":1}]}}`,
		`[{"a":1}]`, `"x"`, `{"a.b":1,"a":{"00":[1,"2",true]},"1":-1.5e+7}`, "{\"a\":\"\xff\\u12\"}",
	} {
		f.Add([]byte(s))
	}
	fields, err := parse.CompileFields(fuzzPaths...)
	if err != nil {
		f.Fatal(err)
	}
	none, _ := parse.CompileFields()
	f.Fuzz(func(t *testing.T, b []byte) {
		var p parse.Picker
		r := parse.JSONRecord(b)
		_, err := p.Pick(r, none)
		v, err2 := p.Pick(r, fields)
		if (err == nil) != (err2 == nil) {
			t.Fatalf("validity depends on what is asked: %v, %v", err, err2)
		}
		if (err == nil) != json.Valid(r.JSON()) && depth(b) < 512 {
			t.Fatalf("encoding/json says valid: %v, the walk: %v", json.Valid(b), err)
		}
		if err != nil {
			return
		}
		for i, path := range fuzzPaths {
			var want []string
			for v := range r.All(path) {
				want = append(want, fmt.Sprintf("%v %s", v.Kind(), v.Bytes()))
			}
			if d := cmp.Diff(want, values(v, i)); d != "" {
				t.Fatalf("%s (-gjson +walk)\n%s", path, d)
			}
		}
	})
}

// depth is more than a text can be nested.
func depth(b []byte) int { return strings.Count(string(b), "[") + strings.Count(string(b), "{") }
