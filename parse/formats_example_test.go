package parse_test

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
)

// show prints the records of a payload.
func show(p parse.Parser, payload string) {
	for r, err := range p.Parse(parse.Input{Reader: strings.NewReader(payload)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%s\n", r.JSON())
	}
}

func ExampleCSV() {
	f := parse.TextFormat{Decoder: parse.CSV{Header: true}, Framing: parse.CSVFraming{}}
	show(f, "time,user,note\n2026-11-25T09:00:01Z,alice,\"two\nlines\"\n2026-11-25T09:00:02Z,bob,\n")
	// Output:
	// {"time":"2026-11-25T09:00:01Z","user":"alice","note":"two\nlines"}
	// {"time":"2026-11-25T09:00:02Z","user":"bob"}
}

func ExampleCSV_nested() {
	f := parse.TextFormat{Decoder: parse.CSV{
		Columns: parse.NewColumns("id:n", "peer"),
		Nested:  map[string]parse.CSV{"peer": {Columns: parse.NewColumns("ip", "port:n"), Delimiter: ';'}},
	}}
	show(f, "7,192.0.2.1;443\n")
	// Output: {"id":7,"peer":{"ip":"192.0.2.1","port":443}}
}

func ExampleKeyValue() {
	show(parse.TextFormat{Decoder: parse.KeyValue{}}, `action=deny srcip=192.0.2.7 msg="no such user" tag=a tag=b`)
	show(parse.TextFormat{Decoder: parse.KeyValue{Separator: ":", Pair: ","}}, `action: deny, msg: no such user`)
	// Output:
	// {"action":"deny","srcip":"192.0.2.7","msg":"no such user","tag":["a","b"]}
	// {"action":"deny","msg":"no such user"}
}

func ExampleLogfmt() {
	show(parse.TextFormat{Decoder: parse.Logfmt{}}, `level=warn msg="say \"hi\"" cached`)
	// Output: {"level":"warn","msg":"say \"hi\"","cached":null}
}

func ExampleCEF() {
	show(parse.TextFormat{Decoder: parse.CEF{}}, `CEF:0|Example|IDS|1.0|18|Sign in|low|src=192.0.2.4 msg=a\=b, twice spt=33876`)
	// Output: {"cefVersion":"0","deviceVendor":"Example","deviceProduct":"IDS","deviceVersion":"1.0","deviceEventClassId":"18","name":"Sign in","severity":"low","src":"192.0.2.4","msg":"a=b, twice","spt":"33876"}
}

func ExampleLEEF() {
	show(parse.TextFormat{Decoder: parse.LEEF{}}, "LEEF:2.0|Example|IDS|1.0|18|^|src=192.0.2.4^msg=two words")
	// Output: {"leefVersion":"2.0","deviceVendor":"Example","deviceProduct":"IDS","deviceVersion":"1.0","eventId":"18","src":"192.0.2.4","msg":"two words"}
}

func ExampleW3C() {
	web := &parse.LogType{Name: "web", Format: parse.TextFormat{Decoder: parse.W3C{}}, TimeFunc: parse.W3CTime}
	payload := "#Version: 1.0\n#Fields: date time c-ip cs-method cs(User-Agent)\n2026-11-25 09:31:12 192.0.2.23 GET -\n"
	for r, err := range web.Parse(parse.Input{Reader: strings.NewReader(payload)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		at, _ := r.Time()
		fmt.Println(at, r.Get("c-ip"), r.Get("cs(User-Agent)").Exists())
	}
	// Output: 2026-11-25 09:31:12 +0000 UTC 192.0.2.23 false
}

func ExampleXML() {
	f := parse.TextFormat{
		Decoder: parse.XML{Names: map[string]string{"Data": "Name"}},
		Framing: parse.XMLFraming{Element: "Event"},
	}
	show(f, `<Events>
		<Event><System><EventID>22</EventID></System><EventData><Data Name="Image">a &amp; b.exe</Data></EventData></Event>
		<Event><System><EventID>23</EventID></System></Event>
	</Events>`)
	// Output:
	// {"System":{"EventID":"22"},"EventData":{"Image":"a & b.exe"}}
	// {"System":{"EventID":"23"}}
}

func ExampleRegexp() {
	f := parse.TextFormat{Decoder: parse.Regexp{Expr: regexp.MustCompile(`^(?P<user>\w+) from (?P<ip>\S+)`)}}
	show(f, "alice from 192.0.2.7 at noon\n")
	// Output: {"user":"alice","ip":"192.0.2.7"}
}

func ExampleCompileGrok() {
	g, err := parse.CompileGrok("%{IP:client} %{VERB:[http][verb]} %{URIPATHPARAM:[http][request]} %{NUMBER:took:float}",
		map[string]string{"VERB": "GET|POST"})
	if err != nil {
		fmt.Println(err)
		return
	}
	show(parse.TextFormat{Decoder: g}, "192.0.2.7 GET /index.html?a=b 0.043\n")
	// Output: {"client":"192.0.2.7","http":{"verb":"GET","request":"/index.html?a=b"},"took":0.043}
}

func ExampleJoined() {
	f := parse.TextFormat{
		Decoder: parse.Regexp{Expr: regexp.MustCompile(`(?s)^(?P<time>\S+) (?P<level>\S+) (?P<message>.*)`)},
		Framing: parse.Joined{Begins: regexp.MustCompile(`^\d{4}-\d\d-\d\dT`)},
	}
	show(f, "2026-11-25T09:00:01Z ERROR boom\n\tat a.b(c.go:1)\n2026-11-25T09:00:02Z INFO next\n")
	// Output:
	// {"time":"2026-11-25T09:00:01Z","level":"ERROR","message":"boom\n\tat a.b(c.go:1)"}
	// {"time":"2026-11-25T09:00:02Z","level":"INFO","message":"next"}
}

func ExampleJSONText() {
	show(parse.JSONText{}, `[{"a": 1}, {"a": 2}]`)
	show(parse.JSONText{}, `{"a": 1} and more`)
	// Output:
	// [{"a": 1}, {"a": 2}]
	// parse: :: record 0 at offset 0: syntax error at offset 9
}
