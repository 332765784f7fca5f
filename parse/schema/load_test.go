package schema_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/schema"
)

func TestADeploymentLoadsAsItIs(t *testing.T) {
	var names []string
	for _, l := range deployment(t).Types() {
		names = append(names, l.Name)
	}
	want := []string{
		// No priority stands before these.
		"cloudtrail:digest", "cloudtrail:events", "cloudtrail:insight",
		"cloudwatch:cloudtrail", "cloudwatch:control_message", "cloudwatch:events", "cloudwatch:flow_logs", "cloudwatch:rds_aurora",
		"ghe:general", // 0
		"ghe:syslog",  // 1, and those behind it
		"osquery:batch", "osquery:differential", "osquery:snapshot", "osquery:status",
	}
	if d := cmp.Diff(want, names); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestFoldersOfSchemas(t *testing.T) {
	file := func(name string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(`{"` + name + `":{"schema":{"a":"string"},"parser":"json"}}`)}
	}
	for _, test := range []struct {
		name string
		fsys fstest.MapFS
		want []string
	}{
		{"conf", fstest.MapFS{"schemas/b.json": file("b"), "schemas/a.json": file("a"), "global.json": file("no"), "schemas/x.txt": file("no")}, []string{"a", "b"}},
		{"an older conf", fstest.MapFS{"logs.json": file("a"), "global.json": file("no")}, []string{"a"}},
		{"the folder itself", fstest.MapFS{"b.json": file("b"), "a.json": file("a")}, []string{"a", "b"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := schema.Load(test.fsys)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range s.Types() {
				got = append(got, l.Name)
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestPriorityOrdersSchemas(t *testing.T) {
	var names []string
	for _, l := range load(t, `{
		"first": {"schema":{},"parser":"json"},
		"three": {"schema":{},"parser":"json","configuration":{"priority":3}},
		"as three": {"schema":{},"parser":"json"},
		"one": {"schema":{},"parser":"json","configuration":{"priority":"1"}},
		"zero": {"schema":{},"parser":"json","configuration":{"priority":0}}
	}`).Types() {
		names = append(names, l.Name)
	}
	if d := cmp.Diff([]string{"first", "zero", "one", "three", "as three"}, names); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestABadSchemaIsAnErrorThatNamesFileAndKey(t *testing.T) {
	log := func(schema, configuration string) string {
		return `{"x:y":{"schema":` + schema + `,"parser":"json","configuration":` + configuration + `}}`
	}
	for _, test := range []struct{ file, want string }{
		{`{`, "schema: a.json: it is no JSON, or nested too deep"},
		{strings.Repeat("[", 1000), "schema: a.json: it is no JSON, or nested too deep"},
		{``, "schema: a.json: it is no JSON, or nested too deep"},
		{`[]`, "schema: a.json: it is no object"},
		{`{"x:y":[]}`, "schema: a.json: x:y: it is no object"},
		{`{"x:y":{"parser":"json"}}`, "schema: a.json: x:y: schema is missing"},
		{`{"x:y":{"schema":{}}}`, "schema: a.json: x:y: parser is missing"},
		{`{"x:y":{"schema":{},"parser":"xml"}}`, `schema: a.json: x:y: parser "xml" is none of json, csv, kv and syslog`},
		{`{"x:y":{"schema":{},"parser":1}}`, `schema: a.json: x:y: parser is no string`},
		{log(`[]`, `{}`), "schema: a.json: x:y: schema is no object"},
		{log(`{"a":{"b":"str"}}`, `{}`), `schema: a.json: x:y: schema.a.b: type "str" is none of string, integer, float, boolean, {} and []`},
		{log(`{"a":null}`, `{}`), `schema: a.json: x:y: schema.a: a type is a string, {} or [], not null`},
		{log(`{}`, `[]`), "schema: a.json: x:y: configuration is no object"},
		{log(`{"a":"string"}`, `{"optional_top_level_keys":["b"]}`), `schema: a.json: x:y: configuration.optional_top_level_keys: "b" is no key of the schema`},
		{log(`{"a":"string"}`, `{"optional_top_level_keys":"a"}`), `schema: a.json: x:y: configuration.optional_top_level_keys is no list`},
		{log(`{}`, `{"optional_envelope_keys":["b"]}`), `schema: a.json: x:y: configuration.optional_envelope_keys: "b" is no key of the schema`},
		{log(`{}`, `{"envelope_keys":{"b":"int"}}`), `schema: a.json: x:y: configuration.envelope_keys.b: type "int" is none of string, integer, float, boolean, {} and []`},
		{log(`{}`, `{"json_path":"a["}`), `schema: a.json: x:y: configuration.json_path: unexpected "" in an index`},
		{log(`{}`, `{"json_path":"a[0:1:0]"}`), `schema: a.json: x:y: configuration.json_path: slice has a step of 0`},
		{log(`{}`, `{"json_path":"length(a)"}`), `schema: a.json: x:y: configuration.json_path: function "length": functions are not supported`},
		{log(`{}`, `{"json_path":"`+strings.Repeat("!", 100)+`a"}`), `schema: a.json: x:y: configuration.json_path: expression is nested too deep`},
		{log(`{}`, `{"json_path":"`+strings.Repeat("a", 5000)+`"}`), `schema: a.json: x:y: configuration.json_path: expression is too long`},
		{log(`{}`, `{"json_path":"a 'b"}`), `schema: a.json: x:y: configuration.json_path: no '\'' at the end of "'b"`},
		{log(`{}`, `{"json_path":1}`), `schema: a.json: x:y: configuration.json_path is no string`},
		{log(`{}`, `{"priority":"high"}`), `schema: a.json: x:y: configuration.priority is no integer`},
		{log(`{}`, `{"priority":1e300}`), `schema: a.json: x:y: configuration.priority is out of range`},
		{log(`{}`, `{"log_patterns":["a"]}`), `schema: a.json: x:y: configuration.log_patterns is no object`},
		{log(`{}`, `{"log_patterns":{"a":{"b":1}}}`), `schema: a.json: x:y: configuration.log_patterns.a.b is no list`},
		{log(`{}`, `{"log_patterns":{"a":[1]}}`), `schema: a.json: x:y: configuration.log_patterns.a: an element is no string`},
		{log(`{}`, `{"log_patterns":{"streamalert:envelope_keys":"a"}}`), `schema: a.json: x:y: configuration.log_patterns.streamalert:envelope_keys is no object`},
		{log(`{}`, `{"normalization":{"a":"b"}}`), `schema: a.json: x:y: configuration.normalization.a is no list`},
		{log(`{}`, `{"normalization":{"a":["b",{"path":["c"]}]}}`), `schema: a.json: x:y: configuration.normalization.a: an element is neither a key nor an object, or both are mixed`},
		{log(`{}`, `{"normalization":{"a":[{"function":"f"}]}}`), `schema: a.json: x:y: configuration.normalization.a: path is missing`},
		{log(`{}`, `{"normalization":{"a":[{"path":["b"],"fn":"f"}]}}`), `schema: a.json: x:y: configuration.normalization.a: "fn" is none of path, function, condition and send_to_artifacts`},
		{log(`{}`, `{"normalization":{"a":[{"path":["b"],"condition":{"path":["c"],"is":1}}]}}`), `schema: a.json: x:y: configuration.normalization.a.condition.is is no string`},
		{`{"x:y":{"schema":{},"parser":"csv","configuration":{"delimiter":"||"}}}`, `schema: a.json: x:y: configuration.delimiter: "||" is not one character`},
		{`{"x:y":{"schema":{},"parser":"csv","configuration":{"escapechar":""}}}`, `schema: a.json: x:y: configuration.escapechar: "" is not one character`},
		{`{"x:y":{"schema":{},"parser":"kv","configuration":{"separator":""}}}`, `schema: a.json: x:y: configuration.delimiter or separator is empty`},
	} {
		t.Run(test.want, func(t *testing.T) {
			_, err := schema.Load(fstest.MapFS{"a.json": {Data: []byte(test.file)}})
			if err == nil || err.Error() != test.want {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

func TestAllBadSchemasAreTold(t *testing.T) {
	good := `"ok":{"schema":{},"parser":"json"}`
	_, err := schema.Load(fstest.MapFS{
		"a.json": {Data: []byte(`{` + good + `,"x":{},"y":{"schema":{}}}`)},
		"b.json": {Data: []byte(`{` + good + `}`)},
	})
	want := "schema: a.json: x: schema is missing\nschema: a.json: y: parser is missing\nschema: b.json: ok: it is in a.json too"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if _, err = schema.Load(fstest.MapFS{}); err == nil {
		t.Error("no error where there are no schemas")
	}
}

func TestNamesPickLogs(t *testing.T) {
	s := deployment(t)
	if _, err := s.Parser("cloudtrail", "none", "osquery:none"); err == nil || err.Error() != `schema: no log is named ["none" "osquery:none"]` {
		t.Errorf("error %v", err)
	}
	p, err := s.Parser("osquery:status", "ghe")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("testdata/osquery_snapshot.json")
	if err != nil {
		t.Fatal(err)
	}
	if got := records(t, p, text(string(b))); len(got) != 1 || !strings.HasPrefix(got[0], "lost: no schema matches: ") {
		t.Errorf("got %q from a parser that does not know it", got)
	}
}

func TestTypesTellFieldsAndEntities(t *testing.T) {
	types := map[string]*parse.LogType{}
	for _, l := range deployment(t).Types() {
		types[l.Name] = l
	}
	batch := types["osquery:batch"]
	want := []string{"calendarTime", "counter", "decorations", "log_type", "diffResults.added", "diffResults.removed", "epoch", "hostIdentifier", "name", "unixTime"}
	if d := cmp.Diff(want, batch.Fields); d != "" {
		t.Errorf("fields (-want +got)\n%s", d)
	}
	events := types["cloudwatch:events"]
	if f := events.Fields; !slices.Contains(f, "detail-type") || !slices.Contains(f, "streamalert_normalization") {
		t.Errorf("fields %q", f)
	}
	for _, test := range []struct {
		log, name string
		want      []string
	}{
		{"cloudwatch:events", "event.action", []string{"detail.eventName"}},
		{"cloudwatch:events", "event_name", []string{"detail.eventName"}},
		{"cloudwatch:events", "user_agent.original", []string{"detail.userAgent"}},
		{"cloudwatch:events", "cloud.region", []string{"region", "detail.region"}},
		{"cloudtrail:events", "source.ip", []string{"sourceIPAddress", "additionalEventData.sourceIPAddress", "addendum.sourceIPAddress",
			"insightDetails.sourceIPAddress", "requestParameters.sourceIPAddress", "responseElements.sourceIPAddress",
			"serviceEventDetails.sourceIPAddress", "tlsDetails.sourceIPAddress", "userIdentity.sourceIPAddress"}},
		{"osquery:differential", "file.hash.sha256", []string{"columns.sha256", "decorations.sha256"}},
	} {
		if d := cmp.Diff(test.want, types[test.log].Entities[test.name]); d != "" {
			t.Errorf("%s: %s (-want +got)\n%s", test.log, test.name, d)
		}
	}
}

func TestBadNormalizedTypes(t *testing.T) {
	for file, want := range map[string]string{
		`[]`:              "schema: normalized_types.json: it is no object",
		`{"x":[]}`:        "schema: normalized_types.json: x is no object",
		`{"x":{"a":"b"}}`: "schema: normalized_types.json: x.a is no list",
	} {
		_, err := schema.Load(fstest.MapFS{"x.json": {Data: []byte(`{"x":{"schema":{},"parser":"json"}}`)}, "normalized_types.json": {Data: []byte(file)}})
		if err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
