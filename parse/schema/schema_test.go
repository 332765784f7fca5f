package schema_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/schema"
)

// load is a set of one schema file.
func load(t testing.TB, file string) *schema.Set {
	t.Helper()
	s, err := schema.Load(oneFile(file))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func oneFile(text string) fs.FS { return fstest.MapFS{"test.json": {Data: []byte(text)}} }

// parser is one of one log: its parser, schema and configuration.
func parser(t testing.TB, name, keys, configuration string) *schema.Parser {
	t.Helper()
	if configuration == "" {
		configuration = "{}"
	}
	return all(t, load(t, fmt.Sprintf(`{"log":{"parser":%q,"schema":%s,"configuration":%s}}`, name, keys, configuration)))
}

func all(t testing.TB, s *schema.Set, names ...string) *schema.Parser {
	t.Helper()
	p, err := s.Parser(names...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// deployment is the one of testdata.
func deployment(t testing.TB) *schema.Set {
	t.Helper()
	s, err := schema.Load(os.DirFS("testdata/conf"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// records are what a parser yields, each as a line: the record, or the reason why it is lost and its bytes.
func records(t testing.TB, p parse.Parser, in parse.Input) []string {
	t.Helper()
	var got []string
	var stats parse.Stats
	if in.Stats == nil {
		in.Stats = &stats
	}
	lost, index := int64(0), in.Skip
	for r, err := range p.Parse(in) {
		var e *parse.Error
		var failed *parse.ReadError
		switch {
		case errors.As(err, &e):
			lost++
			if e.Index != index || e.Origin != in.Origin {
				t.Errorf("error of record %d, want %d: %v", e.Index, index, err)
			}
			if !errors.Is(err, parse.ErrOther) && !errors.Is(err, parse.ErrTooLong) && !errors.Is(err, parse.ErrTooDeep) &&
				!errors.Is(err, parse.ErrTruncated) && !errors.Is(err, parse.ErrSyntax) {
				t.Errorf("%v wraps no reason of package parse", err)
			}
			got = append(got, fmt.Sprintf("lost: %s: %s", strings.TrimPrefix(e.Err.Error(), "record is of another log type: "), e.Raw))
		case errors.As(err, &failed):
			return append(got, "failed: "+failed.Err.Error())
		case err != nil:
			t.Fatal(err)
		default:
			if r.Index != index || r.Origin != in.Origin || !json.Valid(bytes.ToValidUTF8(r.JSON(), nil)) {
				t.Errorf("record %d, want %d: %s", r.Index, index, r.JSON())
			}
			got = append(got, string(r.JSON()))
		}
		index++
	}
	if s := in.Stats; s.Records != index || s.Unparsed != lost || s.Skipped != in.Skip {
		t.Errorf("stats %+v do not add up to %d records and %d lost", *s, index, lost)
	}
	return got
}

func text(s string) parse.Input { return parse.Input{Reader: strings.NewReader(s)} }

func whole(p *schema.Parser) *schema.Parser {
	p.Whole = true
	return p
}

func TestValuesAreCastAsPythonDoes(t *testing.T) {
	const refused = "refused"
	for _, test := range []struct{ kind, in, want string }{
		{`"string"`, `"a"`, `"a"`},
		{`"string"`, `"\u00e9\n"`, `"\u00e9\n"`},
		{`"string"`, `1.0`, `"1.0"`},
		{`"string"`, `1e3`, `"1000.0"`},
		{`"string"`, `1e16`, `"1e+16"`},
		{`"string"`, `0.00001`, `"1e-05"`},
		{`"string"`, `-7`, `"-7"`},
		{`"string"`, `1e999`, `"inf"`},
		{`"string"`, `-1e999`, `"-inf"`},
		{`"string"`, `true`, `"True"`},
		{`"string"`, `false`, `false`},
		{`"string"`, `null`, `null`},
		{`"string"`, `0`, `0`},
		{`"string"`, `-0.0`, `-0.0`},
		{`"string"`, `[]`, `[]`},
		{`"string"`, `{}`, `{}`},
		{`"string"`, `{"x": 1, "y": [null, true], "z": "it's"}`, `"{'x': 1, 'y': [None, True], 'z': \"it's\"}"`},
		{`"string"`, `["\"'\\\n\t\r\u0007\u00ad\u202e\u00e9\ud83d\ude00"]`, `"['\"\\'\\\\\\n\\t\\r\\x07\\xad\\u202eé😀']"`},
		{`"string"`, `["\ud83f\udffe"]`, `"['\\U0001fffe']"`},
		{`"string"`, `{"a":1,"b":2,"a":-0}`, `"{'a': 0, 'b': 2}"`},
		{`"integer"`, `1`, `1`},
		{`"integer"`, `-0`, `-0`},
		{`"integer"`, `"12"`, `12`},
		{`"integer"`, `" +007 "`, `7`},
		{`"integer"`, `"-00"`, `0`},
		{`"integer"`, `"1_000"`, `1000`},
		{`"integer"`, `"1__0"`, refused},
		{`"integer"`, `"_1"`, refused},
		{`"integer"`, `"- 1"`, refused},
		{`"integer"`, `"12.9"`, refused},
		{`"integer"`, `"0x1f"`, refused},
		{`"integer"`, `"\u0663"`, `3`},
		{`"integer"`, `"-\ud835\udfd9"`, `-1`},
		{`"integer"`, `12.9`, `12`},
		{`"integer"`, `-12.9`, `-12`},
		{`"integer"`, `1e20`, `100000000000000000000`},
		{`"integer"`, `1e999`, refused},
		{`"integer"`, `true`, `1`},
		{`"integer"`, `false`, `false`},
		{`"integer"`, `""`, `""`},
		{`"integer"`, `null`, `null`},
		{`"integer"`, `[1]`, refused},
		{`"integer"`, `{"b":1}`, refused},
		{`"integer"`, `1180591620717411303424`, `1180591620717411303424`},
		{`"float"`, `1`, `1.0`},
		{`"float"`, `"1e5"`, `100000.0`},
		{`"float"`, `" .5 "`, `0.5`},
		{`"float"`, `"5."`, `5.0`},
		{`"float"`, `"+0_1.2_5e-1_0"`, `1.25e-10`},
		{`"float"`, `"."`, refused},
		{`"float"`, `"1e"`, refused},
		{`"float"`, `"++1"`, refused},
		{`"float"`, `"0x1p3"`, refused},
		{`"float"`, `"nan"`, refused},
		{`"float"`, `"-Infinity"`, refused},
		{`"float"`, `1e999`, refused},
		{`"float"`, `true`, `1.0`},
		{`"float"`, `[1]`, refused},
		{`"boolean"`, `true`, `true`},
		{`"boolean"`, `"TRUE"`, `true`},
		{`"boolean"`, `"yes"`, `false`},
		{`"boolean"`, `1`, `false`},
		{`"boolean"`, `0`, `0`},
		{`"boolean"`, `["true"]`, `false`},
		{`{}`, `"s"`, `"s"`},
		{`{}`, `{"deep":{"a":1,"b":[{"c":1,"c":2}],"a":3}}`, `{"deep":{"a":3,"b":[{"c":2}]}}`},
		{`{}`, `null`, `null`},
		{`[]`, `["a", 1]`, `["a", 1]`},
		{`[]`, `"s"`, refused},
		{`[]`, `{"x":1}`, refused},
		{`[]`, `""`, `""`},
		{`{"b":"integer"}`, `{"b":"1"}`, `{"b":1}`},
		{`{"b":"integer"}`, `{"b":"1","c":2}`, refused},
		{`{"b":"integer"}`, `{}`, refused},
		{`{"b":"integer"}`, `null`, refused},
		{`{"b":{"c":"string"}}`, `{"b":{"c":1}}`, `{"b":{"c":"1"}}`},
	} {
		t.Run(test.kind+" of "+test.in, func(t *testing.T) {
			got := records(t, parser(t, "json", `{"a":`+test.kind+`}`, ""), text(`{"a":`+test.in+`}`))
			if test.want == refused {
				if len(got) != 1 || !strings.HasPrefix(got[0], "lost: ") {
					t.Errorf("got %q, want it refused", got)
				}
				return
			}
			if d := cmp.Diff([]string{`{"a":` + test.want + `}`}, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestRecords(t *testing.T) {
	for _, test := range []struct {
		name, parser, schema, configuration, in string
		want                                    []string
	}{
		{"keys in another order stay there", "json", `{"a":"string","b":"integer"}`, "", `{"b":1,"a":"x"}`, []string{`{"b":1,"a":"x"}`}},
		{"of a key twice the last counts", "json", `{"a":"string"}`, "", `{"a":"1","\u0061":"2"}`, []string{`{"a":"2"}`}},
		{"a key too many", "json", `{"a":"string"}`, "", `{"a":"1","b":2}`, []string{`lost: key b is not in the schema: {"a":"1","b":2}`}},
		{"a key missing", "json", `{"a":"string","b":"string"}`, "", `{"a":"1"}`, []string{`lost: key b is missing: {"a":"1"}`}},
		{"optional keys get what is empty", "json", `{"s":"string","i":"integer","f":"float","b":"boolean","l":[],"o":{}}`,
			`{"optional_top_level_keys":["s","i","f","b","l","o"]}`, `{"i":1}`, []string{`{"i":1,"s":"","f":0.0,"b":false,"l":[],"o":{}}`}},
		{"nothing is there but optional keys", "json", `{"s":"string"}`, `{"optional_top_level_keys":["s"]}`, `{}`, []string{`{"s":""}`}},
		{"a nested schema is not optional", "json", `{"a":"string","o":{"b":"integer"}}`, `{"optional_top_level_keys":["o"]}`, `{"a":"x"}`,
			[]string{`lost: key o is missing: {"a":"x"}`}},
		{"no schema takes anything", "json", `{}`, "", `[1]`, []string{`[1]`}},
		{"no object", "json", `{"a":"string"}`, "", `[{"a":"x"}]`, []string{`lost: it is no object: [{"a":"x"}]`}},

		{"records at a path", "json", `{"a":"integer"}`, `{"json_path":"R[*]"}`, `{"R":[{"a":1},{"b":2},{"a":"3"},4]}`,
			[]string{`{"a":1}`, `lost: key b is not in the schema: {"b":2}`, `{"a":3}`, `lost: it is no object: 4`}},
		{"nothing at the path", "json", `{"a":"integer"}`, `{"json_path":"R[*]"}`, `{"R":[]}`, []string{`lost: nothing stands at json_path: {"R":[]}`}},
		{"one record at the path", "json", `{"a":"integer"}`, `{"json_path":"R.x"}`, `{"R":{"x":{"a":1}}}`, []string{`{"a":1}`}},
		{"flattened", "json", `{"a":"integer"}`, `{"json_path":"p[].c[]"}`, `{"p":[{"c":[{"a":1}]},{},{"c":[{"a":2},{"a":3}]}]}`, []string{`{"a":1}`, `{"a":2}`, `{"a":3}`}},
		{"filtered", "json", `{"a":"integer"}`, `{"json_path":"R[?a > ` + "`1`" + ` && !(a == ` + "`3`" + `)]"}`, `{"R":[{"a":1},{"a":2},{"a":3}]}`, []string{`{"a":2}`}},
		{"chosen", "json", `{"x":"integer"}`, `{"json_path":"\"a b\".{x: y[-1]} | [@]"}`, `{"a b":{"y":[1,2]}}`, []string{`{"x":2}`}},
		{"sliced, values", "json", `{"x":"integer"}`, `{"json_path":"a.*[::-2] | [0]"}`, `{"a":{"k":[{"x":0},{"x":1},{"x":2}],"l":1}}`, []string{`{"x":2}`, `{"x":0}`}},
		{"JSON in strings", "json", `{"a":"integer"}`, `{"json_path":"R[*]","embedded_json":true}`, `{"R":["{\"a\":\"1\"}","{\"a\"}","[]",{"a":2}]}`,
			[]string{`{"a":1}`, `lost: it is no JSON object in a string: "{\"a\"}"`, `lost: it is no JSON object in a string: "[]"`, `lost: it is no JSON object in a string: {"a":2}`}},
		{"JSON within a text", "json", `{"a":"integer"}`, `{"json_regex_key":"m"}`, `{"m":"<1> x: {\"a\":\"1\"} y","n":1}`, []string{`{"a":1}`}},
		{"two objects within a text", "json", `{"a":"integer"}`, `{"json_regex_key":"m"}`, `{"m":"{\"a\":1} {\"a\":2}"}`,
			[]string{`lost: no JSON object stands in json_regex_key: {"m":"{\"a\":1} {\"a\":2}"}`}},
		{"no text to look in", "json", `{"a":"integer"}`, `{"json_regex_key":"m"}`, `[1]`, []string{`lost: it is no object: [1]`}},

		{"an envelope", "json", `{"a":"integer"}`, `{"json_path":"R[*]","envelope_keys":{"e":"integer","o":"string"},"optional_envelope_keys":["o"]}`,
			`{"R":[{"a":1},{"a":2}],"e":"7","more":1}`,
			[]string{`{"a":1,"streamalert:envelope_keys":{"e":7,"o":""}}`, `{"a":2,"streamalert:envelope_keys":{"e":7,"o":""}}`}},
		{"no envelope", "json", `{"a":"integer"}`, `{"json_path":"R[*]","envelope_keys":{"e":"integer"}}`, `{"R":[{"a":1}]}`,
			[]string{`lost: document is not that of the schema: envelope: key e is missing: {"R":[{"a":1}]}`}},
		{"an envelope of another type", "json", `{"a":"integer"}`, `{"json_path":"R[*]","envelope_keys":{"e":"integer"}}`, `{"R":[{"a":1}],"e":"x"}`,
			[]string{`lost: document is not that of the schema: envelope: key e: a value is no integer: {"R":[{"a":1}],"e":"x"}`}},
		{"a record that has the envelope's name", "json", `{"a":"integer","streamalert:envelope_keys":{}}`, `{"json_path":"R[*]","envelope_keys":{"e":"integer"}}`,
			`{"R":[{"streamalert:envelope_keys":1,"a":1}],"e":1}`, []string{`{"a":1,"streamalert:envelope_keys":{"e":1}}`}},

		{"rows", "csv", `{"a":"string","b":"integer"}`, "", "x,1\n\"y\"\"\nz\",2\r\nz,no\n\nv,4", []string{`{"a":"x","b":1}`, `{"a":"y\"\u000az","b":2}`,
			"lost: key b: a value is no integer: z,no\n", "lost: the number of columns is another one: \n", `{"a":"v","b":4}`}},
		{"characters of its own", "csv", `{"a":"string","b":"string","c":"string"}`, `{"delimiter":"|","quotechar":"'","escapechar":"\\"}`, `'a|b'|c\|d|'e\'f'x`,
			[]string{`{"a":"a|b","b":"c|d","c":"e'fx"}`}},
		{"columns in a column", "csv", `{"a":"string","b":{"c":"integer","d":{"e":"string"}}}`, "", `1,"2,""x"""`, []string{`{"a":"1","b":{"c":2,"d":{"e":"x"}}}`}},
		{"too many columns in a column", "csv", `{"a":"string","b":{"c":"integer","d":"string"}}`, "", `1,"2,3,4"`, []string{`lost: the number of columns is another one: 1,"2,3,4"`}},
		{"a loose column fits nothing", "csv", `{"a":{}}`, "", `x`, []string{`lost: the number of columns is another one: x`}},
		{"a carriage return within a row", "csv", `{"a":"string"}`, "", "a\nb\rc\nd", []string{`{"a":"a"}`, "lost: a line ends within an unquoted column: a\nb\rc\nd"}},
		{"a quote that does not close", "csv", `{"a":"string","b":"string"}`, "", "a,\"b\nc", []string{`{"a":"a","b":"b\u000ac"}`}},
		{"a column that is too long", "csv", `{"a":"string"}`, "", strings.Repeat("x", 131073), []string{"lost: a column is longer than 131,072 characters: " + strings.Repeat("x", 131073)}},
		{"rows within JSON", "csv", `{"a":"string","b":"integer"}`, `{"json_path":"R[*].m","envelope_keys":{"e":"string"}}`, `{"e":"E","R":[{"m":"x,1"},{"m":2}]}`,
			[]string{`{"a":"x","b":1,"streamalert:envelope_keys":{"e":"E"}}`, `lost: it is JSON, no text: 2`}},
		{"JSON instead of a row", "csv", `{"a":"string"}`, "", `{"a":1}`, []string{`lost: it is JSON, no text: {"a":1}`}},
		{"no row", "csv", `{"a":"string"}`, "", `""`, []string{`lost: document is not that of the schema: it has no rows: ""`}},

		{"pairs", "kv", `{"a":"string","b":"integer"}`, "", `a=x=y  b=2`, []string{`{"a":"x=y","b":2}`}},
		{"pairs with characters of their own", "kv", `{"a":"string","b":"string"}`, `{"delimiter":"; ","separator":": "}`, `a: x y; b: `, []string{`{"a":"x y","b":""}`}},
		{"a key twice", "kv", `{"a":"string","b":"string"}`, "", `a=1 a=2`, []string{`{"a":"1","b":"2"}`}},
		{"a pair too many", "kv", `{"a":"string"}`, "", `a=1 b=2`, []string{`lost: the number of pairs is another one: a=1 b=2`}},
		{"no separator", "kv", `{"a":"string","b":"string"}`, "", `a=1 b`, []string{`lost: key b is missing: a=1 b`}},

		{"syslog", "syslog", `{"timestamp":"string","host":"string","application":"string","message":"string"}`, "", "Jan 26 19:35:33 vagrant-trusty-64 sshd[13941]: login for mike",
			[]string{`{"timestamp":"Jan 26 19:35:33","host":"vagrant-trusty-64","application":"sshd","message":"login for mike"}`}},
		{"syslog with a day of one digit", "syslog", `{"timestamp":"string","host":"string","application":"string","message":"string"}`, "", "Jan  2 19:35:33 h sudo: x",
			[]string{"lost: it is no syslog line as StreamAlert knows them: Jan  2 19:35:33 h sudo: x"}},
		{"syslog that is JSON", "syslog", `{"timestamp":"string","host":"string","application":"string","message":"string"}`, "", `{"a":1}`, []string{`lost: it is JSON, no text: {"a":1}`}},

		{"a pattern", "json", `{"a":"string","b":"string"}`, `{"log_patterns":{"a":["x*","[0-9]?"],"b":"z"}}`, `{"a":"4é","b":"z"}`, []string{`{"a":"4é","b":"z"}`}},
		{"another pattern", "json", `{"a":"string"}`, `{"log_patterns":{"a":["x*","[!0-9]"]}}`, `{"a":"yx"}`, []string{`lost: log_patterns do not match: {"a":"yx"}`}},
		{"a pattern on a number", "json", `{"a":"integer"}`, `{"log_patterns":{"a":["1*"]}}`, `{"a":1}`, []string{`lost: log_patterns do not match: {"a":1}`}},
		{"a pattern on an optional key", "json", `{"a":"string","b":"string"}`, `{"log_patterns":{"b":["*"]},"optional_top_level_keys":["b"]}`, `{"a":"1"}`,
			[]string{`lost: log_patterns do not match: {"a":"1"}`}},
		{"a nested pattern decides alone", "json", `{"a":{"x":"string"},"b":"string"}`, `{"log_patterns":{"a":{"x":"1*"},"b":["NO"]}}`, `{"a":{"x":"11"},"b":"z"}`,
			[]string{`{"a":{"x":"11"},"b":"z"}`}},
		{"a pattern on the envelope", "json", `{"a":"string"}`, `{"json_path":"R","envelope_keys":{"e":"string"},"log_patterns":{"streamalert:envelope_keys":{"e":"y*"}}}`,
			`{"R":{"a":"1"},"e":"x"}`, []string{`lost: log_patterns do not match: {"a":"1"}`}},
		{"braces in patterns", "json", `{"a":"string"}`, `{"log_patterns":{"a":["[]]","[a-","[]-a]*"]}}`, `{"a":"_b"}`, []string{`{"a":"_b"}`}},

		{"normalized", "json", `{"a":{},"l":[],"n":"integer"}`,
			`{"normalization":{"one":["a","b"],"two":[{"path":["l"],"function":"f"},{"path":["n"],"send_to_artifacts":false},{"path":["a"]}],"none":["n","x"]}}`,
			`{"a":{"b":"x"},"l":["y",1],"n":5}`,
			[]string{`{"a":{"b":"x"},"l":["y",1],"n":5,"streamalert_normalization":{"one":[{"function":null,"values":["x"]}],` +
				`"two":[{"function":"f","values":["y",1]},{"function":null,"values":["5"],"send_to_artifacts":false},{"function":null,"values":["{'b': 'x'}"]}]}}`}},
		{"normalized on conditions", "json", `{"a":"string","b":{}}`,
			`{"normalization":{"is":[{"path":["a"],"condition":{"path":["b","c"],"is":"yes"}}],"is_not":[{"path":["a"],"condition":{"path":["b","c"],"is_not":"yes"}}],` +
				`"in":[{"path":["a"],"condition":{"path":["b","c"],"in":["yes"]}}],"in text":[{"path":["a"],"condition":{"path":["b","c"],"in":"a yes"}}],` +
				`"not_in":[{"path":["a"],"condition":{"path":["b","c"],"not_in":["no"]}}],"contains":[{"path":["a"],"condition":{"path":["b","c"],"contains":"es"}}],` +
				`"not_contains":[{"path":["a"],"condition":{"path":["b","c"],"not_contains":"es"}}],"missing":[{"path":["a"],"condition":{"path":["b","d"],"is_not":"x"}}]}}`,
			`{"a":"x","b":{"c":"YES"}}`,
			[]string{`{"a":"x","b":{"c":"YES"},"streamalert_normalization":{"is":[{"function":null,"values":["x"]}],"in":[{"function":null,"values":["x"]}],` +
				`"in text":[{"function":null,"values":["x"]}],"not_in":[{"function":null,"values":["x"]}],"contains":[{"function":null,"values":["x"]}]}}`}},
		{"nothing to normalize", "json", `{"a":{}}`, `{"normalization":{"one":["a","b"]}}`, `{"a":{}}`, []string{`{"a":{},"streamalert_normalization":{}}`}},
		{"an empty record of any schema", "json", `{}`, `{"normalization":{"one":["a"]}}`, `{}`, []string{`{"streamalert_normalization":{}}`}},
		{"no record to put the normalization in", "json", `{}`, `{"normalization":{"one":["a"]}}`, `[1]`, []string{`lost: it is no object: [1]`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := records(t, whole(parser(t, test.parser, test.schema, test.configuration)), text(test.in))
			if d := cmp.Diff(test.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// TestStreamAlertsOwnNormalizerAgrees takes what StreamAlert's normalizer makes of records.
func TestStreamAlertsOwnNormalizerAgrees(t *testing.T) {
	dir := os.Getenv("STREAMALERT_CORPORA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpora")
	}
	f, err := os.Open(filepath.Join(dir, "streamalert", "vectors_normalizer.jsonl"))
	if err != nil {
		t.Skipf("the corpora are not here (STREAMALERT_CORPORA names their folder): %v", err)
	}
	defer f.Close()
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); n++ {
		var v struct {
			Source  string
			LogType string `json:"log_type"`
			Config  map[string]json.RawMessage
			In      json.RawMessage
			Out     map[string]any
		}
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		config := v.Config[v.LogType]
		if config == nil {
			config = json.RawMessage("{}")
		}
		p := whole(parser(t, "json", "{}", `{"normalization":`+string(config)+`}`))
		want := v.Out
		if n, ok := want["streamalert_normalization"].(map[string]any); ok {
			delete(n, "streamalert_record_id") // random
		}
		var got map[string]any
		if err := json.Unmarshal([]byte(records(t, p, text(string(v.In)))[0]), &got); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got)\n%s", v.Source, d)
		}
	}
	if n == 0 {
		t.Error("no vectors")
	}
}
