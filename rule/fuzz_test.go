package rule_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// FuzzMatch holds the engine against the laws of logic, with conditions made of the fuzzer's bytes.
func FuzzMatch(f *testing.F) {
	records := []string{
		`{}`, `{"a":1,"b":"x","c":{"d":[1,"10.0.0.1",null]}}`, `{"a":"\ud800x","b":1e999,"c":[{"d":true},{"d":"K"}]}`,
		`{"c":[{"d":1,"a":"x"},{"d":2,"a":["x",1]},[{"d":"10.0.0.1","e":"2023-07-10T11:42:36Z"}]],"a":1,"d":1}`, `{"a":[1,2,"x"],"b":[2,{"0":1}],"c":{"d":["x","y"]}}`,
		"{\"a\":\"\xff\"}", `{"a":1,"a":2}`, `{"a":`, `[]`, ``, `{"a":-0.0e-99999999999999999999}`, `{"c":[[[{"d":{"e":[]}}]]]}`,
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 20 * len(records) {
		tree := make([]byte, 64)
		for j := range tree {
			tree[j] = byte(random.Uint32())
		}
		f.Add(tree, []byte(records[i%len(records)]))
	}
	f.Fuzz(func(t *testing.T, tree, record []byte) {
		if len(tree) > 1<<10 || len(record) > 1<<16 {
			return
		}
		g := generator{bytes: tree}
		c, d := g.condition(5), g.condition(5)
		all, any := rule.All(c, d), rule.Any(c, d)
		laws := map[string][2]rule.Condition{
			"not not c is c":               {c, rule.Not(rule.Not(c))},
			"c or not c":                   {always, rule.Any(c, rule.Not(c))},
			"c and not c":                  {rule.Not(always), rule.All(c, rule.Not(c))},
			"not (c and d)":                {rule.Not(all), rule.Any(rule.Not(c), rule.Not(d))},
			"not (c or d)":                 {rule.Not(any), rule.All(rule.Not(c), rule.Not(d))},
			"at least one is or":           {any, rule.AtLeast(1, c, d)},
			"at least two is and":          {all, rule.AtLeast(2, d, c)},
			"order makes no difference":    {all, rule.All(d, c)},
			"not at least two of c, c, d":  {rule.Not(c), rule.Not(rule.AtLeast(2, c, c, d))},
			"a func is as good as a field": {c, rule.Any(rule.Func(func(*parse.Record) bool { return false }), c)},
		}
		var rules []rule.Rule
		for name, law := range laws {
			rules = append(rules, rule.Rule{ID: name, When: law[0]}, rule.Rule{ID: "other " + name, When: law[1]})
		}
		never := impossible(t, rules)
		set, err := rule.CompileSloppy(rules...)
		if err != nil {
			t.Fatal(err)
		}
		held := map[string]bool{}
		for m, err := range set.Match(parse.JSONRecord(record)) {
			var e *rule.Error
			if errors.As(err, &e) && e.Rule == "" && len(held) == 0 {
				return // no JSON
			}
			if err != nil {
				t.Fatal(err)
			}
			held[m.Rule.ID] = true
			if never[m.Rule.ID] {
				t.Errorf("%v holds for %q, and Compile says it never can", m.Rule.When, record)
			}
			checkHeld(t, m)
		}
		if json.Valid(record) && utf8.Valid(record) {
			checkNaive(t, rules, record, held)
		}
		for _, id := range rule.PlainMatches(set, parse.JSONRecord(record)) {
			if !held[id] {
				t.Errorf("%s: not found by the index\nc = %v\nd = %v", id, c, d)
			}
		}
		for name := range laws {
			if held[name] != held["other "+name] {
				t.Errorf("%s: %v and %v\nc = %v\nd = %v", name, held[name], held["other "+name], c, d)
			}
		}
	})
}

// impossible are the rules of which Compile says that they can never hold, which is all that it may say.
func impossible(t *testing.T, rules []rule.Rule) map[string]bool {
	t.Helper()
	never := map[string]bool{}
	_, err := rule.Compile(rules...)
	var compile *rule.CompileError
	if err != nil && !errors.As(err, &compile) {
		t.Fatal(err)
	}
	if err == nil {
		return never
	}
	for _, p := range compile.Problems {
		if !errors.Is(p, rule.ErrNever) {
			t.Fatal(p)
		}
		never[p.Rule] = never[p.Rule] || p.Condition == rules[p.Index].When.String()
	}
	return never
}

// checkNaive holds the matches against the naive evaluation.
func checkNaive(t *testing.T, rules []rule.Rule, record []byte, held map[string]bool) {
	t.Helper()
	for _, r := range rules {
		if want, sure := naiveHolds(r.When, record); sure && want != held[r.ID] {
			t.Errorf("%s: %v for %q: holds %v, by the naive evaluation %v", r.ID, r.When, record, held[r.ID], want)
		}
	}
}

func checkHeld(t *testing.T, m rule.Match) {
	held := m.Held()
	if len(held) == 0 {
		t.Errorf("%v: nothing held", m.Rule.When)
	}
	for _, h := range held {
		if h.Condition == "" || h.Value != nil && (!json.Valid(h.Value) || !utf8.Valid(h.Value)) {
			t.Errorf("%v: held %q for %q", m.Rule.When, h.Condition, h.Value)
		}
	}
}

// generator makes conditions that compile out of bytes.
type generator struct {
	bytes    []byte
	entities []string // that conditions may be on
	depth    int      // of elements
}

func (g *generator) pick(n int) int {
	if len(g.bytes) == 0 {
		return 0
	}
	b := g.bytes[0]
	g.bytes = g.bytes[1:]
	return int(b) % n
}

func (g *generator) text() string {
	n := min(1+g.pick(6), len(g.bytes))
	s := string(g.bytes[:n])
	g.bytes = g.bytes[n:]
	return s + []string{"x", "K", "*", "?", `\`, "a"}[g.pick(6)]
}

func (g *generator) condition(depth int) rule.Condition {
	if op := g.pick(8); depth > 0 && op < 4 {
		of := make([]rule.Condition, 1+g.pick(3))
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
		return rule.AtLeast(1+g.pick(len(of)), of...)
	}
	c := g.leaf()
	if g.pick(3) == 0 {
		c = c.Fold()
	}
	return c
}

func (g *generator) field() rule.FieldRef {
	paths := []string{"a", "b", "c.d", "c", "c.0.d", "c.d.e", "d", "0", "e"}
	if g.depth > 0 && g.pick(3) == 0 {
		return rule.Element()
	}
	if g.depth == 0 && len(g.entities) > 0 && g.pick(2) == 0 {
		return rule.Entity(g.entities[g.pick(len(g.entities))])
	}
	return rule.Field(paths[g.pick(len(paths))])
}

func (g *generator) leaf() rule.Condition {
	f := g.field()
	number := []any{0, 1, -1.5, 1e20, uint64(1 << 63), json.Number("1e999")}[g.pick(6)]
	other := []string{"a", "b", "c.d", "c", "d"}[g.pick(5)]
	switch g.pick(28) {
	case 0:
		return f.Exists()
	case 1:
		return f.In(g.text(), number, nil)
	case 2:
		return f.Equals(g.pick(2) == 0)
	case 3:
		return f.Contains(g.text(), g.text())
	case 4:
		return f.Prefix(g.text())
	case 5:
		return f.Suffix(g.text())
	case 6:
		return f.Glob(g.text(), g.text()+g.text())
	case 7:
		return f.Regexp([]string{"^x", "k$", `\d+`, "(a|b)*c", "[^x]", "."}[g.pick(6)])
	case 8:
		return f.CIDR([]string{"10.0.0.0/8", "::/0", "::ffff:1.2.3.4"}[g.pick(3)])
	case 9:
		return rule.Any(f.LessThan(number), f.GreaterThan(number), f.Equals(number))
	case 10:
		return rule.All(f.AtMost(number), f.AtLeast(number))
	case 11:
		return rule.Ext(differ{"a", "c.d"})
	case 12:
		return f.Empty()
	case 13:
		return f.Missing()
	case 14:
		return f.Before(time.Unix(int64(g.pick(256)), 5))
	case 15:
		return f.After(time.UnixMilli(1<<40 + int64(g.pick(256))))
	case 16:
		return f.Private()
	case 17:
		return f.Length(g.pick(3), 2+g.pick(3))
	case 18:
		return f.Count(g.pick(3), 2+g.pick(3))
	case 19:
		return f.EqualsField(other)
	case 20:
		return f.DiffersFromField(other)
	case 21:
		return f.LessThanField(other)
	case 22:
		return f.GreaterThanField(other)
	case 23:
		return f.Contains(g.text(), g.text()).AllValues()
	case 24:
		return f.Suffix("x", g.text()).AllValues()
	case 25, 26:
		return g.elements(f)
	}
	return rule.Func(func(r *parse.Record) bool { return r.Get("b").Exists() })
}

func (g *generator) elements(f rule.FieldRef) rule.Condition {
	if g.depth == 3 {
		return f.Exists()
	}
	g.depth++
	defer func() { g.depth-- }()
	if g.pick(2) == 0 {
		return f.Each(g.condition(2))
	}
	return f.AnyOf(g.condition(2), g.condition(1))
}
