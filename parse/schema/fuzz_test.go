package schema_test

import (
	"bytes"
	"os"
	"testing"
	"testing/fstest"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/schema"
)

// FuzzParse holds a deployment's parsers against any payload.
func FuzzParse(f *testing.F) {
	for _, name := range samples {
		b, err := os.ReadFile("testdata/" + name + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(payload()))
	f.Add([]byte("x,1\r\n\"a\"\"\n\",2\ry"))
	f.Add([]byte("\xff\xfe{\x00}\x00"))
	f.Add([]byte(`{"a":"1"} a=b c=d`))
	f.Add([]byte("Jan 26 19:35:33 vagrant-trusty-64 sshd[13941]: login for mike"))
	conf := all(f, deployment(f))
	small := all(f, load(f, twoLogs))
	texts := all(f, load(f, `{
		"t:csv": {"parser":"csv","schema":{"a":"string","b":{"c":"float","d":"boolean"}},"configuration":{"quotechar":"'","escapechar":"\\"}},
		"t:kv": {"parser":"kv","schema":{"a":"string","c":"string"}},
		"t:syslog": {"parser":"syslog","schema":{"timestamp":"string","host":"string","application":"string","message":"string"}},
		"t:regex": {"parser":"json","schema":{"a":"string"},"configuration":{"json_regex_key":"message","normalization":{"n":["a"]}}},
		"t:any": {"parser":"json","schema":{},"configuration":{"log_patterns":{"a":["*[!x]*"]},"normalization":{"n":["a","b"]}}}
	}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		for _, p := range []*schema.Parser{conf, small, texts} {
			check(t, p, payload)
			w := *p
			w.Whole = true
			check(t, &w, payload)
		}
	})
}

// FuzzLoad parses a payload with any schema: it is refused, or it works.
func FuzzLoad(f *testing.F) {
	for _, name := range []string{"cloudtrail", "cloudwatch", "ghe", "osquery"} {
		b, err := os.ReadFile("testdata/conf/schemas/" + name + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, []byte(payload()))
	}
	f.Add([]byte(twoLogs), []byte(payload()))
	f.Add([]byte("{\"a\":{\"schema\":{},\"parser\":\"json\",\"configuration\":{\"json_path\":\"a[?b=='c'].{d: e[1:]} | [0] || `[1]`\"}}}"), []byte(`{"a":[{"b":"c"}]}`))
	f.Fuzz(func(t *testing.T, file, payload []byte) {
		s, err := schema.Load(fstest.MapFS{"a.json": {Data: file}})
		if err != nil {
			return
		}
		p := all(t, s)
		if len(s.Types()) == 0 {
			return
		}
		records(t, p, parse.Input{Reader: bytes.NewReader(payload)})
		for _, l := range s.Types() {
			if _, err := parse.CompileFields(l.Fields...); err != nil {
				t.Errorf("%s: %v", l.Name, err)
			}
			for _, paths := range l.Entities {
				if _, err := parse.CompileFields(paths...); err != nil {
					t.Errorf("%s: %v", l.Name, err)
				}
			}
		}
	})
}
