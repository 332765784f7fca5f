package rule_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/streamalert/streamalert-go/internal/mainjob"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// genuine makes rules and records of what real CloudTrail records hold.
type genuine struct {
	*rand.Rand
	records []map[string]any
	paths   []string
	values  map[string][]any // by path, different ones
}

func newGenuine(t testing.TB, seed uint64) *genuine {
	t.Helper()
	g := &genuine{Rand: rand.New(rand.NewPCG(seed, 1)), values: map[string][]any{}}
	for _, b := range genuineRecords(t) {
		var r map[string]any
		d := json.NewDecoder(bytes.NewReader(b))
		d.UseNumber()
		if err := d.Decode(&r); err != nil {
			t.Fatal(err)
		}
		g.records = append(g.records, r)
		g.learn("", r)
	}
	g.paths = slices.Sorted(maps.Keys(g.values))
	return g
}

// genuineRecords are those of the corpora, or where these are absent, those of the repository.
func genuineRecords(t testing.TB) (all [][]byte) {
	t.Helper()
	dir := os.Getenv("STREAMALERT_CORPORA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "corpora")
	}
	names, _ := filepath.Glob(filepath.Join(dir, "cloudtrail", "*.json.gz"))
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		var file struct{ Records []json.RawMessage }
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		for _, r := range file.Records {
			all = append(all, r)
		}
	}
	if len(all) > 0 {
		return all
	}
	samples, err := mainjob.Samples("../examples/quickstart/testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range samples {
		all = append(all, r)
	}
	return all
}

// learn notes the values of all paths, up to some of each.
func (g *genuine) learn(path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if name != "" {
				g.learn(strings.TrimPrefix(path+"."+parse.EscapeName(name), "."), member)
			}
		}
	case []any:
		for _, element := range v {
			g.learn(path, element)
		}
	default:
		if len(g.values[path]) < 30 && !slices.Contains(g.values[path], v) && path != "" {
			g.values[path] = append(g.values[path], v)
		}
	}
}

func pickOf[T any](g *genuine, of []T) T { return of[g.IntN(len(of))] }

// path is mostly one that many records have.
func (g *genuine) path() string {
	if g.IntN(3) == 0 {
		return pickOf(g, g.paths)
	}
	return pickOf(g, []string{
		"eventName", "eventSource", "awsRegion", "sourceIPAddress", "userIdentity.type", "userIdentity.arn", "userAgent", "errorCode", "readOnly",
		"eventTime", "userIdentity.sessionContext.attributes.mfaAuthenticated", "requestParameters", "responseElements", "userIdentity", "resources", "resources.ARN", "resources.0.type",
	})
}

func (g *genuine) value(path string) any {
	if of := g.values[path]; len(of) > 0 && g.IntN(8) > 0 {
		return pickOf(g, of)
	}
	return pickOf(g, []any{"", "x", nil, true, json.Number("0"), json.Number("1e2"), json.Number("-1.50")})
}

// text is a part of a value of a path.
func (g *genuine) text(path string) string {
	s, _ := g.value(path).(string)
	if len(s) < 2 {
		return "a" + s
	}
	from := g.IntN(len(s) - 1)
	return s[from : from+1+g.IntN(min(len(s)-from, 12))]
}

func (g *genuine) condition(depth int) rule.Condition {
	if op := g.IntN(6); depth > 0 && op < 4 {
		of := make([]rule.Condition, 1+g.IntN(3))
		for i := range of {
			of[i] = g.condition(depth - 1)
		}
		switch op {
		case 0:
			return rule.All(of...)
		case 1:
			return rule.Any(of...)
		case 2:
			return rule.Not(of[0])
		}
		return rule.AtLeast(1+g.IntN(len(of)), of...)
	}
	path := g.path()
	c := g.leaf(rule.Field(path), path, "")
	if g.IntN(5) == 0 {
		c = c.Fold()
	}
	return c
}

// leaf makes a condition on a field, of which path tells what it may hold. Paths within it begin with base.
func (g *genuine) leaf(f rule.FieldRef, path, base string) rule.Condition {
	other := g.path()
	switch g.IntN(24) {
	case 0, 1, 2, 3:
		return f.Equals(g.value(path))
	case 4, 5:
		return f.In(g.value(path), g.value(path), g.value(path))
	case 6:
		return f.Prefix(g.text(path), g.text(path))
	case 7:
		return f.Suffix(g.text(path))
	case 8:
		return f.Contains(g.text(path), g.text(path))
	case 9:
		return f.Contains(g.text(path), g.text(path)).AllValues()
	case 10:
		return f.Glob("*"+g.text(path)+"*", g.text(path)+"?*")
	case 11:
		return f.Regexp(pickOf(g, []string{"^(Get|List|Describe)", `\d+\.\d+`, "user/|role/", "[A-Z]{2}", "amazonaws.com$", "Boto3/"}))
	case 12:
		return f.CIDR(pickOf(g, []string{"0.0.0.0/1", "10.0.0.0/8", "52.0.0.0/6", "128.0.0.0/1"}), "2600::/16")
	case 13:
		return f.Private()
	case 14:
		return f.Exists()
	case 15:
		return f.Empty()
	case 16:
		return f.Length(g.IntN(20), 5+g.IntN(40))
	case 17:
		return f.Count(g.IntN(3), 1+g.IntN(4))
	case 18:
		return rule.Any(f.LessThan(g.IntN(100)), f.GreaterThan(g.IntN(1000)))
	case 19:
		t, _ := g.value("eventTime").(string)
		at, _ := time.Parse(time.RFC3339, t)
		return rule.Any(f.Before(at.Add(1)), f.After(at.Add(1)))
	case 20:
		return pickOf(g, []rule.Condition{f.EqualsField(other), f.DiffersFromField(other), f.LessThanField(other), f.GreaterThanField(other)})
	case 21:
		return rule.Ext(differ{g.path(), other})
	}
	return g.elements(f, path, base)
}

// elements makes a condition on what stands below a path.
func (g *genuine) elements(f rule.FieldRef, path, base string) rule.Condition {
	var within []string
	for _, p := range g.paths {
		if below, ok := strings.CutPrefix(p, path+"."); ok {
			within = append(within, below)
		}
	}
	of := []rule.Condition{rule.Element().Exists()}
	for range g.IntN(3) {
		if len(within) == 0 {
			of = append(of, rule.Element().Equals(g.value(path)))
			continue
		}
		below := pickOf(g, within)
		of = append(of, g.leaf(rule.Field(below), path+"."+below, base+path+"."))
	}
	if g.IntN(4) == 0 {
		of[0] = rule.Not(rule.Field("name").Exists())
	}
	if g.IntN(2) == 0 {
		return f.Each(of...)
	}
	return f.AnyOf(of...)
}

// record is a genuine record that was changed in some places.
func (g *genuine) record(t testing.TB) []byte {
	r := copied(pickOf(g, g.records)).(map[string]any)
	for range g.IntN(4) {
		path := g.path()
		set(r, strings.Split(path, "."), g.mutation(path))
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	switch g.IntN(12) {
	case 0: // of duplicate keys the first counts
		b = fmt.Appendf(nil, `{"%s":%s,%s`, pickOf(g, []string{"eventName", "userIdentity", `event\u004eame`}), pickOf(g, []string{`"ListBuckets"`, `null`, `{"type":"Root"}`}), b[1:])
	case 1: // escapes mean what they stand for
		b = bytes.ReplaceAll(b, []byte("amazonaws"), []byte(`\u0061mazon\u0061ws`))
	case 2:
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, b, "", "\t"); err != nil {
			t.Fatal(err)
		}
		b = pretty.Bytes()
	}
	return b
}

// mutation is what a path may come to hold; absent{} means nothing.
func (g *genuine) mutation(path string) any {
	v := g.value(path)
	switch g.IntN(8) {
	case 0:
		return absent{}
	case 1:
		return []any{v, g.value(path)}
	case 2:
		return map[string]any{"name": v, "0": v}
	case 3:
		if s, ok := v.(string); ok {
			return pickOf(g, []string{strings.ToUpper(s), strings.ToLower(s), s + "x", "10.1.2.3", "é" + s})
		}
	case 4:
		return json.Number(pickOf(g, []string{"0", "-0.0", "100", "1e2", "99.99999999999999999999", "1688989356"}))
	case 5:
		return []any{map[string]any{"ARN": v, "type": g.value("resources.type")}, []any{v}, map[string]any{}}
	}
	return v
}

type absent struct{}

// set sets what stands at a path of names, as far as objects lead there.
func set(r map[string]any, names []string, v any) {
	if len(names) == 1 {
		if _, ok := v.(absent); ok {
			delete(r, names[0])
			return
		}
		r[names[0]] = v
		return
	}
	inner, ok := r[names[0]].(map[string]any)
	if !ok {
		inner = map[string]any{}
		r[names[0]] = inner
	}
	set(inner, names[1:], v)
}

func copied(v any) any {
	switch v := v.(type) {
	case map[string]any:
		c := make(map[string]any, len(v))
		for name, member := range v {
			c[name] = copied(member)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i := range v {
			c[i] = copied(v[i])
		}
		return c
	}
	return v
}

// pairs is how many pairs of a rule and a record are tried: a million with SOAK=1.
func pairs(t *testing.T) int {
	switch {
	case os.Getenv("SOAK") == "1":
		return 1_000_000
	case testing.Short():
		return 2_000
	}
	return 20_000
}

// agreement counts what was held against each other.
type agreement struct{ pairs, matched, compared int }

// check holds the engine, Explain and the naive evaluation against each other, for one record.
func (a *agreement) check(t *testing.T, set *rule.Set, record []byte) {
	t.Helper()
	r := parse.JSONRecord(record)
	held := map[string]bool{}
	for m, err := range set.Match(r) {
		if err != nil {
			return // no JSON
		}
		held[m.Rule.ID] = true
	}
	naively := json.Valid(record) && utf8.Valid(record)
	for one := range set.Rules() {
		a.pairs++
		if held[one.ID] {
			a.matched++
		}
		if naively {
			if want, sure := naiveHolds(one.When, record); sure {
				a.compared++
				if want != held[one.ID] {
					t.Fatalf("%v for %s: match %v, by the naive evaluation %v", one.When, record, held[one.ID], want)
				}
			}
		}
		x, err := set.Explain(r, one.ID)
		if err != nil {
			t.Fatal(err)
		}
		if x.Matched != held[one.ID] || x.When.Held != x.Matched || (len(x.Failed()) == 0) != x.Matched {
			t.Fatalf("%v for %s: match %v, explained as\n%s", one.When, record, held[one.ID], x)
		}
	}
}

// rules are so many generated rules.
func (g *genuine) rules(t testing.TB, n int) *rule.Set {
	t.Helper()
	var list []rule.Rule
	for i := range n {
		list = append(list, rule.Rule{ID: fmt.Sprint(i), When: g.condition(3)})
	}
	set, err := rule.CompileSloppy(list...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestEngineExplainAndNaiveEvaluationAgree(t *testing.T) {
	g := newGenuine(t, 11)
	var a agreement
	n := pairs(t)
	for a.pairs < n {
		set := g.rules(t, 25)
		for range 40 {
			a.check(t, set, g.record(t))
		}
	}
	if a.matched < n/20 || a.matched > n*19/20 || a.compared < n*9/10 {
		t.Errorf("%+v: that proves little", a)
	}
}

// FuzzGenuine holds them against each other with genuine records that the fuzzer changes.
func FuzzGenuine(f *testing.F) {
	g := newGenuine(f, 13)
	for i := range 40 {
		f.Add(uint64(i), g.record(f))
	}
	f.Fuzz(func(t *testing.T, seed uint64, record []byte) {
		if len(record) > 1<<16 {
			return
		}
		of := *g
		of.Rand = rand.New(rand.NewPCG(seed, 2))
		new(agreement).check(t, of.rules(t, 5), record)
	})
}

// wish is a condition, with values for which it holds and for which it does not.
type wish struct {
	path    string
	when    rule.Condition
	yes, no any
}

func (g *genuine) wish(path string) wish {
	f, s := rule.Field(path), g.text("userAgent")
	day := time.Date(2023, 7, 10, 0, 0, 0, 0, time.UTC)
	return pickOf(g, []wish{
		{path, f.Equals(s), s, s + "x"},
		{path, f.In("x", s, 1), json.Number("1.0"), true},
		{path, f.Prefix(s).Fold(), s + "x", "\x00" + s},
		{path, f.Suffix(s), "x" + s, s + "\x00"},
		{path, f.Contains("hay", "need").AllValues(), "needhay", "need"},
		{path, f.Glob("a*b"), "ab", "abc"},
		{path, f.Regexp("^a+$"), "aaa", "b"},
		{path, f.CIDR("10.0.0.0/8"), "10.0.0.1", "11.0.0.1"},
		{path, f.Private(), "fe80::1", "2001:db8::1"},
		{path, f.LessThan(5), json.Number("4.99"), json.Number("5e0")},
		{path, f.AtLeast(5), json.Number("5.0"), "5"},
		{path, f.Exists(), nil, absent{}},
		{path, f.Missing(), absent{}, nil},
		{path, rule.Not(f.Equals(s)), s + "x", s},
		{path, f.Empty(), []any{}, []any{s}},
		{path, f.Length(2, 3), "xé", "x"},
		{path, f.Count(1, 1), map[string]any{s: s}, []any{}},
		{path, f.Before(day), "2023-07-09T23:59:59Z", json.Number("1688947200")},
		{path, f.After(day), json.Number("1688947200001"), "2023-07-10T00:00:00Z"},
		{path, f.EqualsField("eventVersion"), "same", "other"},
		{path, f.DiffersFromField("eventVersion"), "other", "same"},
		{path, f.AnyOf(rule.Field("n").Equals(s), rule.Field("m").Equals(1)), []any{map[string]any{"n": s, "m": 1}}, []any{map[string]any{"n": s}, map[string]any{"m": 1}}},
		{path, f.Each(rule.Element().Prefix("a")), []any{"a", "ab"}, []any{"a", "b"}},
		{path, f.Null(), nil, ""},
	})
}

// What the explanation of a non-match names is what has to be changed, and nothing else: changed it makes the rule match,
// and changed back it does not.
func TestChangingWhatExplainNamesFlipsTheVerdict(t *testing.T) {
	g := newGenuine(t, 12)
	flips := 0
	for range pairs(t) / 20 {
		r := copied(pickOf(g, g.records)).(map[string]any)
		r["eventVersion"] = "same"
		wishes := map[string]wish{}
		var all []rule.Condition
		for _, path := range []string{"eventName", "userIdentity.type", "sourceIPAddress", "requestParameters.x", "tlsDetails.y"} {
			if g.IntN(3) == 0 {
				continue
			}
			w := g.wish(path)
			wishes[path], all = w, append(all, w.when)
			set(r, strings.Split(path, "."), pickOf(g, []any{w.yes, w.no}))
		}
		if len(all) == 0 {
			continue
		}
		rules := rule.MustCompile(rule.Rule{ID: "r", When: rule.All(all...)})
		verdict := func() *rule.Explanation {
			b, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			x, err := rules.Explain(parse.JSONRecord(b), "r")
			if err != nil || x.Matched != (len(matches(rules, parse.JSONRecord(b))) == 1) {
				t.Fatalf("%v, %v", x, err)
			}
			return x
		}
		before := verdict()
		for _, p := range before.Failed() {
			set(r, strings.Split(p.Field, "."), wishes[p.Field].yes)
		}
		if x := verdict(); !x.Matched {
			t.Fatalf("still no match:\n%s\nbefore:\n%s", x, before)
		}
		for path, w := range wishes {
			set(r, strings.Split(path, "."), w.no)
			if x := verdict(); x.Matched || len(x.Failed()) != 1 || x.Failed()[0].Field != path {
				t.Fatalf("%s was changed for the worse:\n%s", path, x)
			}
			set(r, strings.Split(path, "."), w.yes)
			if x := verdict(); !x.Matched {
				t.Fatalf("%s was changed back:\n%s", path, x)
			}
			flips++
		}
	}
	if flips < pairs(t)/20 {
		t.Errorf("only %d flips", flips)
	}
}
