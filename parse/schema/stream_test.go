package schema_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/schema"
)

const twoLogs = `{
	"x:path": {"parser":"json","schema":{"a":"integer"},"configuration":{"json_path":"R[*]"}},
	"x:plain": {"parser":"json","schema":{"b":"integer"}},
	"x:env": {"parser":"json","schema":{"c":"integer"},"configuration":{"json_path":"R[*]","envelope_keys":{"e":"string"}}},
	"x:list": {"parser":"json","schema":{"d":"integer"},"configuration":{"json_path":"[*]"}},
	"x:row": {"parser":"csv","schema":{"f":"string","g":"integer"}}
}`

func TestPayloads(t *testing.T) {
	long := `{"R":[` + strings.Repeat(`{"a":1},`, 20) + `{"z":1}]}`
	for _, test := range []struct {
		name, in string
		want     []string
	}{
		{"no bytes", "", nil},
		{"white space", " \r\n\t\n", nil},
		{"one JSON text", `{"R":[{"a":1},{"b":2}]}`, []string{`{"a":1}`, `lost: key b is not in the schema: {"b":2}`}},
		{"one JSON text over lines", "\ufeff\n{\"R\":\n[{\"a\":1}]\n}\n\n", []string{`{"a":1}`}},
		{"a JSON text on each line", `{"R":[{"a":1},{"a":2}]}` + "\r\n\n" + `{"b":3}` + "\n" + `{"e":"E","R":[{"c":4}]}` + "\n" + `[{"d":5}]`,
			[]string{`{"a":1}`, `{"a":2}`, `{"b":3}`, `{"c":4,"streamalert:envelope_keys":{"e":"E"}}`, `{"d":5}`}},
		{"the log that refused comes before the one that takes", `{"e":"E","R":[{"x":1},{"c":4}]}`,
			[]string{`lost: key x is not in the schema: {"x":1}`, `{"c":4,"streamalert:envelope_keys":{"e":"E"}}`}},
		{"rows", "x,1\ny,2\r\nz\n[a,3", []string{`{"f":"x","g":1}`, `{"f":"y","g":2}`, `lost: no schema matches: z`, `{"f":"[a","g":3}`}},
		{"JSON and rows", `{"b":3}` + "\nx,1\n{\n", []string{`{"b":3}`, `{"f":"x","g":1}`, `lost: no schema matches: {`}},
		{"two JSON texts on a line", `{"b":3}{"b":4}`, []string{`lost: no schema matches: {"b":3}{"b":4}`}},
		{"a number", "5", []string{`lost: no schema matches: 5`}},
		{"too deep", `{"R":` + strings.Repeat(`[`, 20), []string{`lost: record is nested deeper than the limit of 16: ` + strings.Repeat(`[`, 19)}},
		{"too deep on a line", `{"b":1}` + "\n" + strings.Repeat(`[`, 20) + "\n" + `{"b":2}`,
			[]string{`{"b":1}`, `lost: record is nested deeper than the limit of 16: ` + strings.Repeat(`[`, 20), `{"b":2}`}},
		{"NULs", "\x00\x00\x00\x00\x00", []string{"lost: no schema matches: \x00\x00\x00\x00\x00"}},
		{"NULs before a line", "\x00\x00\x00\x00\nx,1\n" + strings.Repeat("y,2\n", 20), append([]string{"lost: no schema matches: \x00\x00\x00\x00", `{"f":"x","g":1}`}, repeated(`{"f":"y","g":2}`, 20)...)},
		{"no UTF-8 in what is larger than the limit", `{"R":[` + strings.Repeat(`{"a":1},`, 20) + "{\"a\":\"\xff\"}]}", append(repeated(`{"a":1}`, 20), "lost: it is no UTF-8: {\"a\":\"\xff\"}")},
		{"no UTF-8", "{\"b\":\"\xff\"}", []string{"lost: no schema matches: {\"b\":\"\xff\"}"}},
		{"UTF-16", "\xff\xfe{\x00\"\x00b\x00\"\x00:\x001\x00}\x00", []string{`{"b":1}`}},
		{"UTF-16, the other one", "\x00{\x00\"\x00b\x00\"\x00:\x001\x00}", []string{`{"b":1}`}},
		{"UTF-32", "{\x00\x00\x00\"\x00\x00\x00b\x00\x00\x00\"\x00\x00\x00:\x00\x00\x001\x00\x00\x00}\x00\x00\x00", []string{`{"b":1}`}},
		{"larger than the limit", long, append(repeated(`{"a":1}`, 20), `lost: no schema matches: {"z":1}`)},
		{"larger than the limit, and a second one", long + "\n" + `{"b":1}` + "\n" + long,
			append(append(append(repeated(`{"a":1}`, 20), `lost: no schema matches: {"z":1}`, `{"b":1}`), repeated(`{"a":1}`, 20)...), `lost: no schema matches: {"z":1}`)},
		{"larger than the limit, a list", `[` + strings.Repeat(`{"d":1},`, 20) + `{"d":"2"}]`, append(repeated(`{"d":1}`, 20), `{"d":2}`)},
		{"larger than the limit, with one record that is", `{"R":[{"a":1},{"a":"` + strings.Repeat("1", 100) + `"},{"a":2}]}`,
			[]string{`{"a":1}`, `lost: record is longer than the limit: {"a":"` + strings.Repeat("1", 64)[:64-6], `{"a":2}`}},
		{"a line that is larger than the limit", "x,1\n" + strings.Repeat("y", 100) + "\nz,2", []string{`{"f":"x","g":1}`, `lost: record is longer than the limit: ` + strings.Repeat("y", 64), `{"f":"z","g":2}`}},
		{"it ends in the middle", `{"R":[{"a":1},{"a":2},{"a`, []string{`{"a":1}`, `{"a":2}`, `lost: payload ends in the middle: {"a`}},
		{"it ends in the middle of another", `{"b":`, []string{`lost: payload ends in the middle: {"b":`}},
	} {
		for name, r := range map[string]io.Reader{
			"whole": strings.NewReader(test.in), "a byte at a time": iotest.OneByteReader(strings.NewReader(test.in)),
			"halves": iotest.HalfReader(strings.NewReader(test.in)), "its last bytes with its end": iotest.DataErrReader(strings.NewReader(test.in)),
		} {
			t.Run(test.name+", "+name, func(t *testing.T) {
				stats := &parse.Stats{}
				got := records(t, all(t, load(t, twoLogs)), parse.Input{
					Reader: r, Origin: parse.Origin{Kind: "s3", Place: "b/k"}, Limits: parse.Limits{Record: 64, Depth: 16}, Stats: stats,
				})
				if d := cmp.Diff(test.want, got); d != "" {
					t.Errorf("(-want +got)\n%s", d)
				}
				if stats.Bytes != int64(len(test.in)) {
					t.Errorf("%d bytes, want %d", stats.Bytes, len(test.in))
				}
			})
		}
	}
}

func repeated(s string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}

func TestAWholePayloadIsOneDocument(t *testing.T) {
	for _, test := range []struct {
		in   string
		want []string
	}{
		{"{\"b\":1}\n{\"b\":2}\n", []string{"lost: no schema matches: {\"b\":1}\n{\"b\":2}\n"}},
		{" {\"b\":1}\n", []string{`{"b":1}`}},
		{"x,1\ny,2", []string{`{"f":"x","g":1}`, `{"f":"y","g":2}`}},
		{"", []string{"lost: no schema matches: "}},
		{`{"R":[` + strings.Repeat(`{"a":1},`, 20) + `{"a":2}]}`, append(repeated(`{"a":1}`, 20), `{"a":2}`)},
		{strings.Repeat("x,1\n", 20), []string{"lost: record is longer than the limit: " + strings.Repeat("x,1\n", 20)[:64]}},
		{strings.Repeat("{\x00", 40), []string{"lost: record is longer than the limit: " + strings.Repeat("{\x00", 32)}},
	} {
		if d := cmp.Diff(test.want, records(t, whole(all(t, load(t, twoLogs))), parse.Input{Reader: strings.NewReader(test.in), Limits: parse.Limits{Record: 64}})); d != "" {
			t.Errorf("%q (-want +got)\n%s", test.in, d)
		}
	}
}

func TestOffsetsAreWhereRecordsStand(t *testing.T) {
	const in = "\ufeff\n" + `{"b":1}` + "\nx,1\n" + `{"R":[{"a":1}, {"a":2}]}` + "\n"
	var got []int64
	for r, err := range all(t, load(t, twoLogs)).Parse(text(in)) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.Offset)
	}
	want := []int64{int64(strings.Index(in, `{"b"`)), int64(strings.Index(in, `x,1`)), int64(strings.Index(in, `{"a":1}`)), int64(strings.Index(in, `{"a":2}`))}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// payload is a mixed one that is long enough for what is tested.
func payload() string {
	return `{"R":[{"a":1},{"x":2}]}` + "\n" + `{"b":3}` + "\nrow,1\nnone\n" + `[{"d":5}]` + "\n"
}

func TestAPayloadIsResumed(t *testing.T) {
	p := all(t, load(t, twoLogs))
	want := records(t, p, text(payload()))
	for skip := range len(want) + 1 {
		in := text(payload())
		in.Skip = int64(skip)
		if d := cmp.Diff(want[skip:], records(t, p, in), cmp.Transformer("none", func(s []string) []string { return append([]string{}, s...) })); d != "" {
			t.Errorf("from %d (-want +got)\n%s", skip, d)
		}
	}
}

func TestAReaderThatFailsIsTheLastValue(t *testing.T) {
	failure := errors.New("connection reset")
	p := all(t, load(t, twoLogs))
	whole := records(t, p, text(payload()))
	for _, in := range []string{payload(), `{"R":[` + strings.Repeat(`{"a":1},`, 20) + `{"a":2}]}`} {
		for cut := range len(in) {
			var got []string
			var failed *parse.ReadError
			for r, err := range p.Parse(parse.Input{Reader: io.MultiReader(strings.NewReader(in[:cut]), iotest.ErrReader(failure)), Limits: parse.Limits{Record: 64}}) {
				switch {
				case failed != nil:
					t.Fatal("a value behind the failure")
				case errors.As(err, &failed):
					if !errors.Is(err, failure) {
						t.Error(err)
					}
				case err == nil:
					got = append(got, string(r.JSON()))
				default:
					got = append(got, err.Error())
				}
			}
			if failed == nil {
				t.Fatalf("cut at %d: no failure, but %q", cut, got)
			}
			if len(got) > 21 || in == payload() && len(got) > len(whole) {
				t.Errorf("cut at %d: %q", cut, got)
			}
		}
	}
}

func TestAReaderThatGivesNothingFails(t *testing.T) {
	got := records(t, all(t, load(t, twoLogs)), parse.Input{Reader: nothing{}})
	if d := cmp.Diff([]string{"failed: " + io.ErrNoProgress.Error()}, got); d != "" {
		t.Error(d)
	}
}

type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, nil }

func TestTheCallerMayStopAnywhere(t *testing.T) {
	p := all(t, load(t, twoLogs))
	want := len(records(t, p, text(payload())))
	for n := 1; n <= want; n++ {
		seen := 0
		for range p.Parse(text(payload())) {
			if seen++; seen == n {
				break
			}
		}
		if seen != n {
			t.Errorf("%d values, want %d", seen, n)
		}
	}
}

func TestOneParserServesManyGoroutines(t *testing.T) {
	p := all(t, load(t, twoLogs))
	want := records(t, p, text(payload()))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				i := 0
				for r, err := range p.Parse(text(payload())) {
					if err == nil && string(r.JSON()) != want[i] {
						t.Errorf("got %s, want %s", r.JSON(), want[i])
					}
					i++
				}
				if i != len(want) {
					t.Errorf("%d values, want %d", i, len(want))
				}
			}
		})
	}
	wg.Wait()
}

func TestARecordThatIsKeptStays(t *testing.T) {
	var kept []*parse.Record
	for r, err := range all(t, load(t, twoLogs), "x:path").Parse(text(`{"R":[{"a":"1"},{"a":"2"}]}`)) {
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, r.Clone())
	}
	if got := fmt.Sprintf("%s %s %s", kept[0].JSON(), kept[1].JSON(), kept[0].Log()); got != `{"a":1} {"a":2} x:path` {
		t.Error(got)
	}
}

func TestALogTypeIsAParserToo(t *testing.T) {
	for _, l := range load(t, twoLogs).Types() {
		if l.Name != "x:path" {
			continue
		}
		got := records(t, l, text(`{"R":[{"a":"1"},{"b":2}]}`))
		if d := cmp.Diff([]string{`{"a":1}`, `lost: key b is not in the schema: {"b":2}`}, got); d != "" {
			t.Errorf("(-want +got)\n%s", d)
		}
	}
}

// TestMutatedPayloads holds the parsers of a deployment against payloads that are almost genuine: records are JSON objects,
// in any portions the same, and the counts add up.
func TestMutatedPayloads(t *testing.T) {
	s := deployment(t)
	p := all(t, s)
	rng := rand.New(rand.NewPCG(1, 2))
	for _, name := range samples {
		b, err := os.ReadFile("testdata/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		for range 300 {
			m := bytes.Clone(b)
			for range 1 + rng.IntN(3) {
				switch i := rng.IntN(len(m)); rng.IntN(4) {
				case 0:
					m[i] = "{}[]\",:\\\x00\xff\n01aé"[rng.IntN(15)]
				case 1:
					m = append(m[:i], m[i+rng.IntN(len(m)-i):]...)
				case 2:
					m = append(append(bytes.Clone(m[:i]), m[rng.IntN(i+1):]...), '\n')
				case 3:
					m = m[:i]
				}
				if len(m) == 0 {
					m = []byte("{")
				}
			}
			check(t, p, m)
		}
	}
}

var samples = []string{"cloudtrail_events", "cloudwatch_cloudtrail", "cloudwatch_events", "ghe_general", "osquery_differential", "osquery_snapshot"}

// check holds what a parser makes of any payload.
func check(t *testing.T, p *schema.Parser, payload []byte) {
	t.Helper()
	limits := parse.Limits{Record: 4 << 10, Depth: 64}
	want := records(t, p, parse.Input{Reader: bytes.NewReader(payload), Limits: limits})
	got := records(t, p, parse.Input{Reader: iotest.OneByteReader(bytes.NewReader(payload)), Limits: limits})
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%q: a byte at a time is another payload (-want +got)\n%s", payload, d)
	}
}
