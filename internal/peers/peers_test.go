package peers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/internal/mainjob"
	"github.com/streamalert/streamalert-go/internal/peers"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

const seed = 1

func samples(t testing.TB) []json.RawMessage {
	t.Helper()
	all, err := mainjob.Samples("../../examples/quickstart/testdata")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// generated are records as the table is measured with.
func generated(t testing.TB, samples []json.RawMessage, size int) []json.RawMessage {
	t.Helper()
	var b bytes.Buffer
	if err := mainjob.Write(&b, samples, size, seed); err != nil {
		t.Fatal(err)
	}
	var doc struct{ Records []json.RawMessage }
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Records
}

// found is which rules an engine finds, by record.
func found(t *testing.T, e peers.Engine, rules []rule.Rule, records []json.RawMessage) map[int][]int {
	t.Helper()
	match, err := e.Compile(rules)
	if err != nil {
		t.Fatal(err)
	}
	all := map[int][]int{}
	for i, record := range records {
		if err := match(record, func(rule int) { all[i] = append(all[i], rule) }); err != nil {
			t.Fatalf("record %d: %v", i, err)
		}
	}
	return all
}

// Every engine finds the same rules in the same records: those that are generated, in which few rules find anything, and
// those that are planted, in which each rule does and nearly does.
func TestEveryEngineFindsTheSame(t *testing.T) {
	samples := samples(t)
	events := mainjob.EventNames(samples)
	for _, set := range []struct {
		name  string
		rules []rule.Rule
		can   int // rules that hold for what is planted; some ask two things of one value
	}{
		{"rules of set A", mainjob.RulesA(100, events, seed), 70},
		{"rules of set B", mainjob.RulesB(100, events, seed), 50},
	} {
		t.Run(set.name, func(t *testing.T) {
			records := generated(t, samples, 256<<10)
			few := len(records)
			r := rand.New(rand.NewPCG(seed, 1))
			for i := range set.rules {
				records = append(records, planted(t, r, samples[r.IntN(len(samples))], set.rules[i].When)...)
			}
			engines := peers.Engines()
			want := found(t, engines[0], set.rules, records)
			checkCoverage(t, set.rules, want, few, set.can)
			for _, e := range engines[1:] {
				t.Run(e.Name, func(t *testing.T) {
					got := found(t, e, set.rules, records)
					if d := cmp.Diff(want, got); d != "" {
						t.Errorf("rules by record (-ours +theirs):\n%s", d)
					}
				})
			}
		})
	}
}

// checkCoverage fails where too little is found for a comparison to tell anything.
func checkCoverage(t *testing.T, rules []rule.Rule, found map[int][]int, few, can int) {
	t.Helper()
	hold, operators := map[int]bool{}, map[rule.Op]bool{}
	inFew := 0
	for record, of := range found {
		if record < few {
			inFew += len(of)
		}
		for _, i := range of {
			hold[i] = true
			eachCondition(rules[i].When, func(c rule.Condition) { operators[c.Op] = true })
		}
	}
	t.Logf("%d matches in %d generated records; %d rules hold for some record", inFew, few, len(hold))
	if len(hold) < can {
		t.Errorf("%d of %d rules hold for some record, want %d", len(hold), len(rules), can)
	}
	for i := range rules {
		eachCondition(rules[i].When, func(c rule.Condition) {
			if !operators[c.Op] {
				t.Errorf("no rule that has %v holds for a record", c)
			}
		})
	}
}

func eachCondition(c rule.Condition, f func(rule.Condition)) {
	f(c)
	for _, of := range c.Of {
		eachCondition(of, f)
	}
}

// planted are records for which a condition holds, and some that differ from these in one field.
func planted(t *testing.T, r *rand.Rand, sample json.RawMessage, c rule.Condition) []json.RawMessage {
	t.Helper()
	p := plant{r: r, set: map[string]any{}, affix: map[string][3]string{}}
	p.satisfy(c)
	for path, s := range p.affix {
		p.set[path] = s[0] + s[1] + s[2]
	}
	record := func(except string, value any) json.RawMessage {
		var m map[string]any
		if err := json.Unmarshal(sample, &m); err != nil {
			t.Fatal(err)
		}
		for path, v := range p.set {
			if path == except {
				v = value
			}
			put(m, strings.Split(path, "."), v)
		}
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	all := []json.RawMessage{record("", nil)}
	// The same in other bytes: no literal of JSON has an o.
	all = append(all, bytes.ReplaceAll(all[0], []byte("o"), []byte(`\u006f`)))
	for path, v := range p.set {
		all = append(all, record(path, missing), record(path, nil))
		switch v := v.(type) {
		case string:
			all = append(all, record(path, ""), record(path, v+"x"), record(path, "x"+v))
		case int:
			// Not "": sigma-go panics where it compares that with a number.
			all = append(all, record(path, v-1), record(path, float64(v)-0.5), record(path, -v), record(path, "text"))
		default:
			all = append(all, record(path, "there"))
		}
	}
	return all
}

// missing is the value of a field that is not there.
var missing = new(struct{})

// plant is what a record needs to have for a condition to hold.
type plant struct {
	r     *rand.Rand
	set   map[string]any
	affix map[string][3]string // beginning, middle and end of a text
}

func (p *plant) satisfy(c rule.Condition) {
	switch c.Op {
	case rule.OpAll:
		for _, of := range c.Of {
			p.satisfy(of)
		}
	case rule.OpAny:
		one := p.r.IntN(len(c.Of))
		for i, of := range c.Of {
			if i != one {
				p.deny(of)
			}
		}
		p.satisfy(c.Of[one])
	case rule.OpNot:
		p.set[c.Of[0].Field] = missing
	case rule.OpExists:
		p.set[c.Field] = "there"
	case rule.OpGreaterThan:
		p.set[c.Field] = c.Values[0].(int) + 1
	default:
		p.text(c, c.Values[p.r.IntN(len(c.Values))].(string))
	}
}

func (p *plant) deny(c rule.Condition) {
	if c.Op == rule.OpNot {
		p.satisfy(c.Of[0])
		return
	}
	p.set[c.Field] = missing
}

func (p *plant) text(c rule.Condition, value string) {
	s := p.affix[c.Field]
	switch c.Op {
	case rule.OpPrefix:
		s[0] = value
	case rule.OpContains:
		s[1] += value
	case rule.OpRegexp: // :user/ann\.0*17$
		s[2] = strings.NewReplacer(`\.`, ".", "0*", "00", "$", "").Replace(value)
	case rule.OpCIDR:
		value = netip.MustParsePrefix(value).Addr().Next().String()
		fallthrough
	default:
		if _, ok := p.set[c.Field]; !ok {
			p.set[c.Field] = value
		}
		return
	}
	p.affix[c.Field] = s
}

func put(m map[string]any, path []string, v any) {
	for _, name := range path[:len(path)-1] {
		below, ok := m[name].(map[string]any)
		if !ok {
			below = map[string]any{}
			m[name] = below
		}
		m = below
	}
	if v == missing {
		delete(m, path[len(path)-1])
		return
	}
	m[path[len(path)-1]] = v
}

// What an engine would understand in another way, or not at all, is refused and not left out.
func TestWhatIsNotTranslatedIsRefused(t *testing.T) {
	f := rule.Field("a")
	for name, c := range map[string]rule.Condition{
		"text without case":     f.Equals("x").Fold(),
		"text that is empty":    f.Equals(""),
		"a number that is text": f.In("1", 1),
		"an end":                f.Suffix("x"),
		"a pattern":             f.Glob("x*"),
		"below a number":        f.LessThan(1),
		"above a fraction":      f.GreaterThan(0.5),
		"a quoted name":         rule.Field(`a\.b`).Exists(),
		"a name with a line":    rule.Field("a_b").Exists(),
		"an element":            rule.Field("a.0").Equals("x"),
		"any code":              rule.Func(func(*parse.Record) bool { return true }),
		"nothing":               {},
		"none of none":          rule.All(),
		"some of several":       rule.AtLeast(1, f.Equals("x"), f.Equals("y")),
		"deep inside":           rule.Any(f.Equals("x"), rule.Not(rule.All(f.Equals("y"), f.Suffix("z")))),
	} {
		for _, e := range peers.Engines()[1:] {
			if _, err := e.Compile([]rule.Rule{{ID: "r", When: c}}); err == nil || !strings.Contains(err.Error(), "rule r: ") {
				t.Errorf("%s: %s: %v", e.Name, name, err)
			}
		}
	}
}

func TestRecordsThatAreNoJSONAreErrors(t *testing.T) {
	rules := []rule.Rule{{ID: "r", When: rule.Field("a").Equals("x")}}
	for _, e := range peers.Engines() {
		if e.Name == "gjson" {
			continue // which looks no further than it has to
		}
		match, err := e.Compile(rules)
		if err != nil {
			t.Fatal(err)
		}
		for _, record := range []string{``, `{"a":"x"`, `{"a":"x`, `{"a":x}`} {
			if err := match([]byte(record), func(int) {}); err == nil {
				t.Errorf("%s: no error for %q", e.Name, record)
			}
		}
	}
}

func ExampleEngines() {
	rules := []rule.Rule{
		{ID: "root", When: rule.Field("userIdentity.type").Equals("Root")},
		{ID: "office", When: rule.Field("sourceIPAddress").CIDR("203.0.113.0/24")},
		{ID: "curl", When: rule.Field("userAgent").Prefix("curl/")},
	}
	record := []byte(`{"userIdentity":{"type":"Root"},"sourceIPAddress":"198.51.100.7","userAgent":"curl/8.1"}`)
	for _, e := range peers.Engines() {
		match, err := e.Compile(rules)
		if err != nil {
			fmt.Println(err)
			return
		}
		var ids []string
		if err := match(record, func(i int) { ids = append(ids, rules[i].ID) }); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(e.Name, slices.Sorted(slices.Values(ids)))
	}
	// Output:
	// streamalert-go [curl root]
	// map loop [curl root]
	// expr [curl root]
	// cel-go [curl root]
	// gjson [curl root]
	// sigma-go [curl root]
}
