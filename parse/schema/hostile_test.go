package schema_test

import (
	"strings"
	"testing"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// TestHostileRecordsCostWhatTheirSizeIs parses large records that are nested as deep as may be, or repeat names.
func TestHostileRecordsCostWhatTheirSizeIs(t *testing.T) {
	const size, depth = 2 << 20, 500
	nested := func(inner, open, end string) string {
		return strings.Repeat(open, depth) + inner + strings.Repeat(end, depth)
	}
	many := strings.Repeat(`[],`, size/3)
	for name, in := range map[string]string{
		"deep and loose":           `{"l":` + nested(many+"0", "[", "]") + `}`,
		"deep, a name twice":       `{"l":` + nested(many+`{"a":1,"a":2}`, "[", "]") + `}`,
		"deep, as a string":        `{"s":` + nested(many+"0", "[", "]") + `}`,
		"deep objects":             `{"l":` + nested(`[`+many+"0]", `{"a":1,"a":`, "}") + `}`,
		"a name again and again":   `{"l":{"b":"` + strings.Repeat("x", size/2) + `"` + strings.Repeat(`,"a":1`, size/12) + `}}`,
		"a column after another":   strings.Repeat(",", size),
		"a row after another":      strings.Repeat("\n", size/64) + ",",
		"quotes":                   strings.Repeat(`"`, size),
		"pairs":                    strings.Repeat("a=b ", size/4),
		"backslashes":              `{"l":"` + strings.Repeat(`\\`, size/2) + `"}`,
		"braces in a text":         `{"m":"` + strings.Repeat(`{,`, size/2) + `"}`,
		"records that are nothing": `{"R":[` + many + `0]}`,
		"quotes in a string":       `{"s":["` + strings.Repeat(`\"`, size/2) + `'"]}`,
	} {
		t.Run(name, func(t *testing.T) {
			p := whole(all(t, load(t, `{
				"x:a": {"parser":"json","schema":{"l":{},"s":"string"},"configuration":{"optional_top_level_keys":["l","s"],"normalization":{"n":["l"],"o":["s"]}}},
				"x:b": {"parser":"csv","schema":{"a":"string","b":{"c":"string"}}},
				"x:c": {"parser":"kv","schema":{"a":"string"}},
				"x:d": {"parser":"json","schema":{"a":"string"},"configuration":{"json_regex_key":"m"}},
				"x:e": {"parser":"syslog","schema":{"message":"string"}},
				"x:f": {"parser":"json","schema":{"a":"string"},"configuration":{"json_path":"R[*]"}}
			}`)))
			begun := time.Now()
			n := 0
			for range p.Parse(parse.Input{Reader: strings.NewReader(in)}) {
				n++
			}
			if d := time.Since(begun); n == 0 || d > 20*time.Second {
				t.Errorf("%d records and errors in %v", n, d)
			}
			t.Log(n, time.Since(begun))
		})
	}
}
