package rule_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
)

// trail, flow and none are log types that have the same entities in different fields, or not at all.
var (
	trail    = &parse.LogType{Name: "trail", Format: parse.JSONFormat{}, Entities: map[string][]string{"source.ip": {"client.ip", "ip"}, "user.name": {"user"}}}
	flow     = &parse.LogType{Name: "flow", Format: parse.JSONFormat{}, Fields: []string{"src", "dst"}, Entities: map[string][]string{"source.ip": {"src"}, "destination.ip": {"dst"}}}
	none     = &parse.LogType{Name: "none", Format: parse.JSONFormat{}}
	entities = rule.Compiler{Types: []*parse.LogType{trail, flow, none}}
)

func TestEntityIsReadFromTheFieldsOfTheRecordsType(t *testing.T) {
	source := rule.Entity("source.ip")
	conditions := map[string]rule.Condition{
		"equals":  source.Equals("10.0.0.1"),
		"not":     rule.Not(source.Equals("10.0.0.1")),
		"missing": source.Missing(),
		"cidr":    source.CIDR("10.0.0.0/8"),
		"prefix":  source.Prefix("10."),
		"fold":    source.Glob("10.*.1").Fold(),
		"user":    rule.Entity("user.name").Exists(),
		"each":    source.Each(rule.Element().CIDR("10.0.0.0/8")),
		"any of":  source.AnyOf(rule.Element().Prefix("10"), rule.Element().Suffix(".1")),
		"field":   source.EqualsField("dst"),
		"beside":  rule.All(rule.Field("dst").Exists(), rule.Not(source.Private())),
	}
	var rules []rule.Rule
	for id, c := range conditions {
		rules = append(rules, rule.Rule{ID: id, When: c})
	}
	set, err := entities.Compile(rules...)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		of     *parse.LogType
		record string
		want   string
	}{
		{"the type's own field", trail, `{"ip":"10.0.0.1"}`, "any of, cidr, each, equals, fold, prefix"},
		{"the more trusted one", trail, `{"client":{"ip":"10.0.0.1"},"user":null}`, "any of, cidr, each, equals, fold, prefix, user"},
		{"both: one of the values will do, but not for each", trail, `{"ip":"10.0.0.1","client":{"ip":"8.8.8.8"}}`, "any of, cidr, equals, fold, prefix"},
		{"the field of another type", trail, `{"src":"10.0.0.1"}`, "missing, not"},
		{"the same field in that type", flow, `{"src":"10.0.0.1"}`, "any of, cidr, each, equals, fold, prefix"},
		{"a field of another type beside it", flow, `{"src":"8.8.8.8","ip":"10.0.0.1","user":"ann","dst":"8.8.8.8"}`, "beside, field, not"},
		{"several values", flow, `{"src":["8.8.8.8","10.0.0.1"],"dst":["9.9.9.9","8.8.8.8"]}`, "any of, cidr, equals, field, fold, prefix"},
		{"a type that does not know it", none, `{"src":"10.0.0.1","ip":"10.0.0.1","dst":"x"}`, "beside, missing, not"},
		{"no type: the fields of all", nil, `{"src":"10.0.0.1"}`, "any of, cidr, each, equals, fold, prefix"},
		{"no type, and none of the fields", nil, `{"source.ip":"10.0.0.1"}`, "missing, not"},
		{"a type that the compiler does not know", &parse.LogType{Name: "own", Entities: trail.Entities}, `{"ip":"10.0.0.1"}`, "missing, not"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := parse.JSONRecord([]byte(test.record))
			r.Type = test.of
			got := map[string]bool{}
			for _, id := range matches(set, r) {
				got[id] = true
			}
			want := map[string]bool{}
			for _, id := range strings.Split(test.want, ", ") {
				want[id] = true
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
			if d := cmp.Diff(rule.PlainMatches(set, r), matches(set, r)); d != "" {
				t.Errorf("-plain +index\n%s", d)
			}
		})
	}
}

func TestEntityIsThatOfTheRulesLogs(t *testing.T) {
	set, err := entities.Compile(
		rule.Rule{ID: "trail", Logs: []string{"trail"}, When: rule.Entity("source.ip").Equals("a")},
		rule.Rule{ID: "flow", Logs: []string{"flow", "none"}, When: rule.Entity("source.ip").Equals("a")},
		rule.Rule{ID: "excepted", When: rule.Entity("source.ip").Equals("a"), Exceptions: []rule.Exception{
			{Name: "ann", Reason: "she may", When: rule.Entity("user.name").Equals("ann")},
		}},
	)
	if err != nil {
		t.Fatal(err)
	}
	for record, want := range map[string][]string{
		`{"src":"a"}`:              {"flow", "excepted"},
		`{"ip":"a"}`:               {"trail", "excepted"},
		`{"ip":"a","user":"ann"}`:  {"trail"},
		`{"ip":"b","src":["a",1]}`: {"flow", "excepted"},
	} {
		if d := cmp.Diff(want, matches(set, parse.JSONRecord([]byte(record)))); d != "" {
			t.Errorf("%s, without a type: -want +got\n%s", record, d)
		}
	}
	if d := cmp.Diff([]string{"client.ip", "ip", "src", "user"}, set.Fields().Paths()); d != "" {
		t.Errorf("fields: -want +got\n%s", d)
	}
}

func TestTypesOfOneNameHaveTheirEntitiesTogether(t *testing.T) {
	second := &parse.LogType{Name: "flow", Entities: map[string][]string{"source.ip": {"src", "from"}, "user.name": {"who"}}}
	compiler := rule.Compiler{Types: []*parse.LogType{flow, second}}
	set, err := compiler.Compile(rule.Rule{ID: "x", Logs: []string{"flow"}, When: rule.Entity("source.ip").Each(rule.Element().Equals("a"))})
	if err != nil {
		t.Fatal(err)
	}
	for record, want := range map[string][]string{`{"src":"a"}`: {"x"}, `{"from":"a"}`: {"x"}, `{"src":"a","from":"b"}`: nil} {
		if d := cmp.Diff(want, matches(set, recordOf("flow", record))); d != "" {
			t.Errorf("%s: -want +got\n%s", record, d)
		}
	}
}

func TestCompileChecksEntities(t *testing.T) {
	bad := &parse.LogType{Name: "bad", Entities: map[string][]string{"source.ip": {"ip", "a..b"}, "user.name": {}}}
	source := rule.Entity("source.ip")
	tests := map[string]struct {
		compiler rule.Compiler
		logs     []string
		when     rule.Condition
		want     []string
	}{
		"no known types": {rule.Compiler{}, nil, source.Exists(), []string{
			`rule: x: entity source.ip exists: an entity is what log types say it is, and the Compiler's Types are empty: give it those that the rules are for`}},
		"no name":                    {entities, nil, rule.Entity("").Exists(), []string{`rule: x: entity "" exists: entity has no name`}},
		"one that no type has":       {entities, nil, rule.Entity("sourceip").Exists(), []string{`rule: x: entity sourceip exists: no log type has an entity "sourceip"; did you mean "source.ip"?`}},
		"one that the rule's lack":   {entities, []string{"flow", "none"}, rule.Entity("user.name").Exists(), []string{`rule: x: entity user.name exists: flow, none has no entity "user.name"`}},
		"one without fields":         {rule.Compiler{Types: []*parse.LogType{bad}}, nil, rule.Entity("user.name").Exists(), []string{`rule: x: entity user.name exists: no log type has an entity "user.name"`}},
		"within an element":          {entities, nil, rule.Field("a").AnyOf(source.Exists()), []string{`rule: x: entity source.ip exists: an entity is one of the record, and not of an element`}},
		"a log type that is unknown": {entities, []string{"trial"}, source.Exists(), []string{`rule: x: log type "trial" is unknown; did you mean "trail"?`}},
		"a path that is none":        {rule.Compiler{Types: []*parse.LogType{bad}}, nil, source.Exists(), []string{`rule: x: entity source.ip exists: log type bad: ` + pathError("a..b")}},
		"an entity of a group":       {entities, nil, rule.Condition{Op: rule.OpAll, Of: []rule.Condition{source.Exists()}, Entity: true}, []string{`rule: x: entity source.ip exists: Entity has no meaning here`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := problems(t, test.compiler, rule.Rule{ID: "x", Logs: test.logs, When: test.when})
			if d := cmp.Diff(test.want, got); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
		})
	}
}

func TestEntityAndFieldOfTheSameNameAreDifferent(t *testing.T) {
	own := &parse.LogType{Name: "own", Entities: map[string][]string{"user": {"who"}}}
	compiler := rule.Compiler{Types: []*parse.LogType{own}}
	e, f := rule.Entity("user"), rule.Field("user")
	set, err := compiler.Compile(
		rule.Rule{ID: "both", When: rule.All(e.Exists(), f.Missing())},
		rule.Rule{ID: "values", When: rule.All(e.Equals("a"), rule.Not(f.In("a", "b")))},
		rule.Rule{ID: "other", When: rule.All(rule.Field("x").EqualsField("user"), e.Missing())},
	)
	if err != nil {
		t.Fatal(err)
	}
	r := parse.JSONRecord([]byte(`{"who":"a"}`))
	r.Type = own
	if d := cmp.Diff([]string{"both", "values"}, matches(set, r)); d != "" {
		t.Error(d)
	}
	for name, c := range map[string]rule.Condition{
		"there and not there": rule.All(e.Prefix("a"), e.Missing()),
		"excluded":            rule.All(e.Equals("a"), rule.Not(e.In("a", "b"))),
		"one and its not":     rule.All(e.Private(), rule.Not(e.Private())),
	} {
		if got := problems(t, compiler, rule.Rule{ID: "x", When: c}); len(got) != 1 || !strings.Contains(got[0], rule.ErrNever.Error()) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestEntityInWords(t *testing.T) {
	e := rule.Entity("source.ip")
	for want, c := range map[string]rule.Condition{
		`entity source.ip in 10.0.0.0/8`:                      e.CIDR("10.0.0.0/8"),
		`not entity source.ip exists`:                         e.Missing(),
		`length of entity source.ip is 3`:                     e.Length(3, 3),
		`entity source.ip differs from field a`:               e.DiffersFromField("a"),
		`any of entity source.ip (element = "a")`:             e.AnyOf(rule.Element().Equals("a")),
		`entity source.ip in ("a", "b") ignoring case`:        e.In("a", "b").Fold(),
		`entity "" is empty`:                                  rule.Entity("").Empty(),
		`entity source.ip = "a" and not source.ip is private`: rule.All(e.Equals("a"), rule.Not(rule.Field("source.ip").Private())),
	} {
		if got := c.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestHeldAndExplainTellTheFieldOfAnEntity(t *testing.T) {
	set, err := entities.Compile(rule.Rule{ID: "x", When: rule.All(
		rule.Entity("source.ip").CIDR("10.0.0.0/8"), rule.Not(rule.Entity("user.name").Equals("ann")), rule.Entity("source.ip").Each(rule.Element().Prefix("10")),
	)})
	if err != nil {
		t.Fatal(err)
	}
	r := parse.JSONRecord([]byte(`{"ip":"10.0.0.1","user":"bob"}`))
	r.Type = trail
	want := []rule.Held{
		{Field: "ip", Condition: "entity source.ip in 10.0.0.0/8", Value: json.RawMessage(`"10.0.0.1"`)},
		{Condition: `not entity user.name = "ann"`},
		{Condition: `each of entity source.ip (element starts with "10")`},
	}
	for m, err := range set.Match(r) {
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, m.Held()); d != "" {
			t.Errorf("-want +got\n%s", d)
		}
		want = nil
	}
	if want != nil {
		t.Error("no match")
	}
	explained := map[string]string{
		"trail": `x matches
  yes  entity source.ip (client.ip, ip): want in 10.0.0.0/8, got "10.0.0.1"
  yes  entity user.name (user): want not "ann", got "bob"
  yes  each of entity source.ip (element starts with "10"), 1 elements
      yes  element 0: "10.0.0.1"
          yes  element: want starts with "10", got "10.0.0.1"`,
		"none": `x does not match
  no   entity source.ip (no field of this log type): want in 10.0.0.0/8, got nothing
  yes  entity user.name (no field of this log type): want not "ann", got nothing
  no   each of entity source.ip (element starts with "10"), 0 elements`,
	}
	for _, lt := range []*parse.LogType{trail, none} {
		r.Type = lt
		x, err := set.Explain(r, "x")
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(explained[lt.Name], x.String()); d != "" {
			t.Errorf("%s: -want +got\n%s", lt.Name, d)
		}
		if p := x.When.Of[0]; p.Entity != "source.ip" || lt == trail && p.Field != "client.ip, ip" || lt == none && p.Field != "" {
			t.Errorf("%+v", p)
		}
	}
}

// quietEntityRules are n rules for every log type, of which none holds for testdata/console-login.json.
func quietEntityRules(n int) []rule.Rule {
	rules := make([]rule.Rule, n)
	for i := range rules {
		source, agent := rule.Entity("source.ip"), rule.Entity("user_agent.original")
		rules[i] = rule.Rule{ID: fmt.Sprint(i), When: []rule.Condition{
			source.Equals(fmt.Sprintf("10.%d.%d.1", i/256, i%256)),
			rule.All(source.CIDR("203.0.113.0/24"), rule.Not(rule.Entity("user.name").Exists())),
			rule.All(agent.Contains("sqlmap", "masscan"), rule.Entity("event.action").Exists()),
			source.Each(rule.Element().Private()),
			rule.All(rule.Entity("cloud.region").Exists(), rule.Entity("event.action").EqualsField("eventSource")),
		}[i%5]}
	}
	return rules
}

func TestNothingIsAllocatedForEntitiesThatDoNotMatch(t *testing.T) {
	set, err := rule.Compiler{Types: logtype.All()}.Compile(quietEntityRules(50)...)
	if err != nil {
		t.Fatal(err)
	}
	r := consoleLogin(t)
	r.Type = logtype.CloudTrail()
	if got := matches(set, r); got != nil {
		t.Fatalf("matches %v", got)
	}
	n := testing.AllocsPerRun(100, func() {
		for m, err := range set.Match(r) {
			t.Fatal(m, err)
		}
	})
	if n != 0 && !raceEnabled {
		t.Errorf("%v allocations a record", n)
	}
}

func TestEveryWellKnownEntityOfATypeCompiles(t *testing.T) {
	types := logtype.All()
	for _, lt := range types {
		for name := range lt.Entities {
			if _, err := (rule.Compiler{Types: types}).Compile(rule.Rule{ID: "x", Logs: []string{lt.Name}, When: rule.Entity(name).Exists()}); err != nil {
				t.Error(err)
			}
		}
	}
}

func BenchmarkMatchEntities(b *testing.B) {
	for _, n := range []int{10, 1000} {
		b.Run(fmt.Sprintf("rules-%d", n), func(b *testing.B) {
			set, err := rule.Compiler{Types: logtype.All()}.Compile(quietEntityRules(n)...)
			if err != nil {
				b.Fatal(err)
			}
			r := consoleLogin(b)
			r.Type = logtype.CloudTrail()
			b.SetBytes(int64(len(r.JSON())))
			b.ReportAllocs()
			for b.Loop() {
				for m, err := range set.Match(r) {
					b.Fatal(m, err)
				}
			}
		})
	}
}

// FuzzEntity holds conditions on entities against their naive evaluation, for records of each type and of none.
func FuzzEntity(f *testing.F) {
	types := []*parse.LogType{
		{Name: "t", Entities: map[string][]string{"e": {"a", "c.d"}, "f": {"b"}}},
		{Name: "u", Entities: map[string][]string{"e": {"b", "a"}}},
		{Name: "v", Entities: map[string][]string{"f": {"c", "c.d.e", "d"}}},
		{Name: "w"},
	}
	records := []string{
		`{"a":1,"b":"x","c":{"d":[1,"10.0.0.1",null]}}`, `{"c":[{"d":1,"a":"x"},{"d":2,"a":["x",1]}],"a":1,"d":"K"}`,
		`{"a":["x","xK",{"d":1}],"b":[2,{"0":1}],"c":{"d":["x",{"e":"y"}]},"d":""}`, `{}`,
	}
	random := rand.New(rand.NewPCG(3, 4))
	for i := range 20 * len(records) {
		tree := make([]byte, 64)
		for j := range tree {
			tree[j] = byte(random.Uint32())
		}
		f.Add(tree, []byte(records[i%len(records)]))
	}
	f.Fuzz(func(t *testing.T, tree, record []byte) {
		if len(tree) > 1<<10 || len(record) > 1<<16 || !json.Valid(record) || !utf8.Valid(record) {
			return
		}
		g := generator{bytes: tree, entities: []string{"e", "f"}}
		c, d := g.condition(4), g.condition(3)
		var rules []rule.Rule
		for i, when := range []rule.Condition{c, rule.Not(c), rule.All(c, d), rule.Any(d, c), rule.AtLeast(1, rule.Not(d), c)} {
			rules = append(rules, rule.Rule{ID: fmt.Sprint(i), When: when})
		}
		set, err := rule.CompileSloppyFor(types, rules...)
		if err != nil {
			t.Fatal(err)
		}
		for _, lt := range append(types, nil) {
			r := parse.JSONRecord(record)
			r.Type = lt
			held := map[string]bool{}
			for m, err := range set.Match(r) {
				if err != nil {
					return // no object, or too deep
				}
				held[m.Rule.ID] = true
				checkHeld(t, m)
			}
			for _, one := range rules {
				if want, sure := naiveHoldsFor(types, one.When, r); sure && want != held[one.ID] {
					t.Errorf("%v of %s for %q: holds %v, by the naive evaluation %v", one.When, r.Log(), record, held[one.ID], want)
				}
			}
			for _, id := range rule.PlainMatches(set, r) {
				if !held[id] {
					t.Errorf("%s not found by the index: %v", id, rules)
				}
			}
		}
	})
}

func ExampleEntity() {
	c := rule.Compiler{Types: []*parse.LogType{logtype.CloudTrail(), logtype.VPCFlow()}}
	set, err := c.Compile(rule.Rule{
		ID:   "seen.bad-network",
		When: rule.Entity("source.ip").CIDR("198.51.100.0/24"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, payload := range []string{
		`{"eventVersion":"1.08","eventTime":"2024-05-01T12:00:00Z","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7"}`,
		`2 123456789012 eni-0a1b2c3d 198.51.100.9 10.0.0.5 49152 22 6 10 840 1700000000 1700000060 REJECT OK`,
	} {
		parser := parse.Classifier{Types: c.Types}
		for r, err := range parser.Parse(parse.Input{Reader: strings.NewReader(payload), Fields: set.Fields()}) {
			if err != nil {
				fmt.Println(err)
				continue
			}
			for m, err := range set.Match(r) {
				if err != nil {
					fmt.Println(err)
					continue
				}
				for _, held := range m.Held() {
					fmt.Printf("%s: %s: %s is %s\n", r.Log(), m.Rule.ID, held.Field, held.Value)
				}
			}
		}
	}
	// Output:
	// aws.cloudtrail: seen.bad-network: sourceIPAddress is "198.51.100.7"
	// aws.vpcflow: seen.bad-network: srcaddr is "198.51.100.9"
}
