package parse_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"github.com/streamalert/streamalert-go/parse"
)

// toldBy are the records of a payload as JSON, and the errors of those that are lost.
func toldBy(t testing.TB, p parse.Parser, in parse.Input) []string {
	t.Helper()
	var stats parse.Stats
	in.Stats = &stats
	var got []string
	lost := int64(0)
	for r, err := range p.Parse(in) {
		if err != nil {
			var e *parse.Error
			if !errors.As(err, &e) {
				t.Fatal(err)
			}
			lost++
			got = append(got, "error: "+e.Err.Error())
			continue
		}
		if _, decoded := p.(parse.TextFormat); decoded && !json.Valid(bytes.ToValidUTF8(r.JSON(), []byte("?"))) {
			t.Errorf("no JSON: %q", r.JSON())
		}
		got = append(got, string(r.JSON()))
	}
	if stats.Unparsed != lost || stats.Records != int64(len(got)) {
		t.Errorf("%d records, of which %d lost, but counted %+v", len(got), lost, stats)
	}
	return got
}

// formatCase is a payload and what it gives, its lost records by the beginnings of their reasons.
type formatCase struct {
	name, in string
	want     []string
}

// check holds cases against a format, whole and a byte at a time, and what is picked against what is rendered.
func check(t *testing.T, f parse.Parser, cases []formatCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for name, r := range map[string]io.Reader{"whole": strings.NewReader(c.in), "a byte at a time": iotest.OneByteReader(strings.NewReader(c.in))} {
				if d := cmp.Diff(c.want, toldBy(t, f, parse.Input{Reader: r})); d != "" {
					t.Errorf("%s (-want +got)\n%s", name, d)
				}
			}
			pickedIsRendered(t, f, []byte(c.in))
		})
	}
}

// pickedIsRendered fails where a field that is picked is another than the one that is rendered, or where a record is lost
// only because of what is asked for.
func pickedIsRendered(t *testing.T, f parse.Parser, payload []byte) {
	t.Helper()
	var rendered [][]byte
	names := map[string]bool{}
	for r, err := range f.Parse(parse.Input{Reader: bytes.NewReader(payload)}) {
		if err != nil {
			continue
		}
		rendered = append(rendered, bytes.Clone(r.JSON()))
		for name := range gjson.ParseBytes(r.JSON()).Map() {
			if name != "" && len(names) < 20 {
				names[parse.EscapeName(name)] = true
			}
		}
	}
	var paths []string
	for name := range names {
		paths = append(paths, name)
	}
	fields, err := parse.CompileFields(append(paths, "no such name")...)
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for r, err := range f.Parse(parse.Input{Reader: bytes.NewReader(payload), Fields: fields}) {
		if err != nil {
			continue
		}
		if i == len(rendered) {
			t.Fatalf("a record more: %q", r.JSON())
		}
		for _, path := range append(paths, "no such name") {
			var want, got []string
			for v := range parse.JSONRecord(rendered[i]).All(path) {
				want = append(want, fmt.Sprintf("%v %q", v.Kind(), v.Bytes()))
			}
			for v := range r.All(path) {
				got = append(got, fmt.Sprintf("%v %q", v.Kind(), v.Bytes()))
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s of %q (-rendered +picked)\n%s", path, r.Bytes(), d)
			}
		}
		if !bytes.Equal(r.JSON(), rendered[i]) {
			t.Errorf("rendered %q, when nothing was picked %q", r.JSON(), rendered[i])
		}
		i++
	}
	if i != len(rendered) {
		t.Errorf("%d records, when nothing was picked %d", i, len(rendered))
	}
}

// syntax is the error of a text that is not of a format.
func syntax(reason string) string { return "error: syntax error: " + reason }

// hostile are payloads that no format may be hurt by.
func hostile() map[string][]byte {
	return map[string][]byte{
		"empty":                  {},
		"blank":                  []byte(" \t\r\n\n"),
		"a byte order mark":      []byte("\ufeff"),
		"NULs":                   bytes.Repeat([]byte{0}, 100),
		"no UTF-8":               []byte("\xff\xfe=\x80\"\xc3|\xe2\x82<\xf0 >\n\xff"),
		"quotes":                 bytes.Repeat([]byte(`"`), 1001),
		"backslashes":            bytes.Repeat([]byte(`\`), 1001),
		"separators":             bytes.Repeat([]byte(`=,|;:<>&`), 1000),
		"one name many times":    bytes.Repeat([]byte("a=1 "), 20000),
		"names":                  manyNames(20000),
		"a CEF of equal signs":   append([]byte("CEF:0|a|b|c|d|e|f|k=v "), bytes.Repeat([]byte("=a"), 50000)...),
		"a LEEF of separators":   append([]byte("LEEF:1.0|a|b|c|d|k=v"), bytes.Repeat([]byte("\t"), 50000)...),
		"marks of events":        bytes.Repeat([]byte("CEF:0"), 20000),
		"open elements":          bytes.Repeat([]byte("<a>"), 20000),
		"many elements":          append(append([]byte("<a>"), bytes.Repeat([]byte("<b/>"), 20000)...), "</a>"...),
		"elements in elements":   append(bytes.Repeat([]byte("<a>"), 600), bytes.Repeat([]byte("</a>"), 600)...),
		"entities":               append(append([]byte("<a>"), bytes.Repeat([]byte("&a"), 50000)...), "</a>"...),
		"quoted lines":           []byte("a,\"b\n" + strings.Repeat("c,d\n", 4000)),
		"open brackets":          bytes.Repeat([]byte("["), 20000),
		"a quote at each line":   bytes.Repeat([]byte("\"\n"), 4000),
		"fields lines":           bytes.Repeat([]byte("#Fields: a b\n"), 500),
		"many fields":            append([]byte("#Fields:"), bytes.Repeat([]byte(" a"), 20000)...),
		"a header without names": []byte(strings.Repeat(",", 5000) + "\n" + strings.Repeat(",", 5000) + "\n"),
	}
}

func manyNames(n int) []byte {
	var b []byte
	for i := range n {
		b = fmt.Appendf(b, "k%d=v ", i)
	}
	return b
}

// formatsOfAll are all formats, as they are in the corpora.
func formatsOfAll(t testing.TB) map[string]parse.Format {
	grok, err := parse.CompileGrok(`%{WORD:w}=%{NUMBER:n:int}`, nil)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]parse.Format{
		"csv":        parse.TextFormat{Decoder: parse.CSV{Least: 1}, Framing: parse.CSVFraming{}},
		"csv-header": parse.TextFormat{Decoder: parse.CSV{Header: true, Least: 1, More: true}, Framing: parse.CSVFraming{}},
		"csv-escape": parse.TextFormat{Decoder: parse.CSV{Escape: '\\', Delimiter: ';'}, Framing: parse.CSVFraming{Escape: '\\', Delimiter: ';'}},
		"kv":         parse.TextFormat{Decoder: parse.KeyValue{}},
		"kv-colon":   parse.TextFormat{Decoder: parse.KeyValue{Separator: ": ", Pair: ", ", Quotes: `'"`}},
		"logfmt":     parse.TextFormat{Decoder: parse.Logfmt{}},
		"cef":        parse.TextFormat{Decoder: parse.CEF{}},
		"leef":       parse.TextFormat{Decoder: parse.LEEF{}},
		"w3c":        parse.TextFormat{Decoder: parse.W3C{}},
		"xml":        parse.TextFormat{Decoder: parse.XML{Names: map[string]string{"Data": "Name"}}, Framing: parse.XMLFraming{}},
		"xml-event":  parse.TextFormat{Decoder: parse.XML{}, Framing: parse.XMLFraming{Element: "a"}},
		"grok":       parse.TextFormat{Decoder: grok},
		"joined":     parse.TextFormat{Decoder: parse.Logfmt{}, Framing: parse.Joined{Indented: true, Backslash: true}},
		"json-text":  parse.JSONText{},
	}
}

func TestFormatsTakeNoHarmOfHostilePayloads(t *testing.T) {
	for name, f := range formatsOfAll(t) {
		for kind, payload := range hostile() {
			t.Run(name+", "+kind, func(t *testing.T) {
				toldBy(t, f, parse.Input{Reader: bytes.NewReader(payload)})
				pickedIsRendered(t, f, payload)
			})
		}
	}
}

// A line of many megabytes costs its record, and no more memory than the limit.
func TestFormatsRefuseWhatIsLongerThanTheLimit(t *testing.T) {
	const limit = 1 << 16
	for name, f := range formatsOfAll(t) {
		t.Run(name, func(t *testing.T) {
			long := io.MultiReader(strings.NewReader("a="), io.LimitReader(forever('x'), 8<<20), strings.NewReader("\n"))
			var reasons []string
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for r, err := range f.Parse(parse.Input{Reader: long, Limits: parse.Limits{Record: limit}}) {
				if err == nil {
					t.Fatalf("a record of %d bytes", len(r.Bytes()))
				}
				var e *parse.Error
				if !errors.As(err, &e) {
					t.Fatal(err)
				}
				if len(e.Raw) > limit {
					t.Errorf("%d bytes kept", len(e.Raw))
				}
				reasons = append(reasons, fmt.Sprint(errors.Is(err, parse.ErrTooLong)))
			}
			if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 4<<20 {
				t.Errorf("%d bytes allocated", after.TotalAlloc-before.TotalAlloc)
			}
			if d := cmp.Diff([]string{"true"}, reasons); d != "" && name != "json-text" && name != "xml-event" { // one sees an "a", the other passes over it
				t.Error(d)
			}
		})
	}
}

type forever byte

func (c forever) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(c)
	}
	return len(b), nil
}

// One decoder serves many payloads at the same time.
func TestFormatsAreSafeForConcurrentUse(t *testing.T) {
	for name, f := range formatsOfAll(t) {
		t.Run(name, func(t *testing.T) {
			sample := formatSamples()[name]
			want := toldBy(t, f, parse.Input{Reader: strings.NewReader(sample)})
			done := make(chan []string)
			for range 8 {
				go func() { done <- toldBy(t, f, parse.Input{Reader: iotest.HalfReader(strings.NewReader(sample))}) }()
			}
			for range 8 {
				if d := cmp.Diff(want, <-done); d != "" {
					t.Error(d)
				}
			}
		})
	}
}

// A record that is kept is the same after the payload has gone on.
func TestFormatsGiveRecordsThatCanBeKept(t *testing.T) {
	for name, f := range formatsOfAll(t) {
		var kept []*parse.Record
		var want []string
		for r, err := range f.Parse(parse.Input{Reader: iotest.OneByteReader(strings.NewReader(formatSamples()[name]))}) {
			if err != nil {
				t.Fatal(name, err)
			}
			kept, want = append(kept, r.Clone()), append(want, string(r.JSON()))
		}
		for i, r := range kept {
			if string(r.JSON()) != want[i] {
				t.Errorf("%s: kept %q, want %q", name, r.JSON(), want[i])
			}
		}
		if len(kept) == 0 {
			t.Errorf("%s: no record", name)
		}
	}
}

// formatSamples are genuine lines, by the names of formatsOfAll.
func formatSamples() map[string]string {
	const csv = `2026-11-25T09:00:01Z,"O""Neil, Pat",comma and quote,2001:db8::10,"say ""hi"", twice"` + "\n" +
		"2026-11-25T09:00:02Z,bob,\"two\nlines\",192.0.2.11,\"a\r\nb\"\r\n"
	const kv = `time=15:58:39 devname="dev-name" devid="1111111111111111" logid="1500054000" type="utm" subtype="dns" level="information" ` +
		`vd="root" policyid=770 policytype="policy" sessionid=933538554 user="user1" srcip=192.0.2.4 srcport=45362 dstip=192.0.2.1 ` +
		`dstport=53 proto=17 profile="DNS Filtering \"Normal\"" qname="[example.com]" qtype="A"` + "\n"
	const event = `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Sysmon' ` +
		`Guid='{5770385f-c22a-43e0-bf4c-06f5698ffbd9}'/><EventID>22</EventID><Correlation/><Execution ProcessID='2828' ThreadID='1684'/>` +
		`<Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>vagrant-2016</Computer></System><EventData>` +
		`<Data Name='RuleName'></Data><Data Name='QueryName'>www.example.com</Data><Data Name='Image'>C:\Program Files\a &amp; b.exe</Data>` +
		"</EventData></Event>\n"
	return map[string]string{
		"csv":        csv,
		"csv-header": "time,user,event,ip,detail\r\n" + csv,
		"csv-escape": "1;\"a \\\" b;\n\\\\\";3\n4;5;6\n",
		"kv":         kv,
		"kv-colon":   "user: 'alice', action: \"sign in\", note: two words\n",
		"logfmt":     `time=2026-11-25T09:30:58.762Z level=WARN msg="looks like more" x="1\" level=error msg=\"forged" user=alice cached` + "\n",
		"cef": `CEF:0|FORCEPOINT|Firewall|6.6.1|70018|Connection_Allowed|0|deviceExternalId=Master FW node 1 dvc=10.1.1.40 ` +
			`src=10.37.205.252 dst=10.1.1.40 proto=1 act=Allow msg=Referred connection: 10.1.1.40 -> 10.37.133.35 frag\=0x4000 TCP ` +
			`deviceFacility=Packet Filtering rt=Jan 17 2020 08:52:09 app=Dest. Unreachable cs1Label=RuleID cs1=2097157.1` + "\n",
		"leef": "LEEF:1.0|WatchGuard|XTM|12.8.2.B666661|30000151|serial=000000000000\tpolicy=DNS-srv-00\tdisp=Allow\tsrc=192.168.91.11\t" +
			"srcPort=52075\tdst=198.51.100.4\tdstPort=53\tsrc_user=admin@test.org\tduration=38\tsent_bytes=69\trcvd_bytes=185\n",
		"w3c": "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2018-01-01 08:09:10\n" +
			"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status time-taken\n" +
			"2018-01-01 08:09:10 127.0.0.1 GET / q=100 80 - 192.0.2.143 Mozilla/5.0+(Windows+NT+6.1) - 200 123\n",
		"xml":       event,
		"xml-event": "<all><a x='1'>b</a>\n<a><c>d</c><c>e</c></a></all>",
		"grok":      "the load=0.75 was high\n",
		"joined":    "a=1\n b=2\nc=\\\nd=3\n",
		"json-text": `[{"a":1}, null]` + "\n",
	}
}

func stringReader(s string) io.Reader { return strings.NewReader(s) }

func compare(t *testing.T, want, got []string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}
