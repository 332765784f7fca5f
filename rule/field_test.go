package rule_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// cases are records for which a condition holds, and for which it does not.
type cases struct {
	when rule.Condition
	yes  []string
	no   []string
}

func (c cases) check(t *testing.T) {
	for want, records := range map[bool][]string{true: c.yes, false: c.no} {
		for _, record := range records {
			if got := holds(t, c.when, record); got != want {
				t.Errorf("%v holds for %q: %v", c.when, record, got)
			}
			if got, sure := naiveHolds(c.when, []byte(record)); sure && got != want {
				t.Errorf("%v holds for %q by the naive evaluation: %v", c.when, record, got)
			}
		}
	}
}

func TestFieldConditions(t *testing.T) {
	a := rule.Field("a")
	at := time.Date(2023, 7, 10, 11, 42, 36, 500_000_000, time.UTC)
	tests := map[string]cases{
		"missing": {a.Missing(), []string{`{}`, `{"b":{"a":1}}`, `[]`}, []string{`{"a":null}`, `{"a":""}`, `{"a":[]}`}},
		"null":    {a.Null(), []string{`{"a":null}`}, []string{`{}`, `{"a":""}`, `{"a":"null"}`, `{"a":[]}`}},
		"empty": {
			a.Empty(),
			[]string{`{"a":""}`, `{"a":[]}`, `{"a":{}}`, "{\"a\":[ \n\t]}", `{"a":{ }}`, `{"a":[1,""]}`, `{"a":[[1],[]]}`},
			[]string{`{}`, `{"a":null}`, `{"a":0}`, `{"a":false}`, `{"a":" "}`, `{"a":[0]}`, `{"a":[[null]]}`, `{"a":{"":1}}`, `{"a":"[]"}`},
		},
		"all of the texts in one value": {
			a.Contains("needle", "hay").AllValues(),
			[]string{`{"a":"hay needle"}`, `{"a":"needlehay"}`, `{"a":["x","a hay, a needle"]}`},
			[]string{`{"a":"needle"}`, `{"a":"hay"}`, `{"a":["hay","needle"]}`, `{"a":""}`, `{}`, `{"a":1}`},
		},
		"all of the prefixes":    {a.Prefix("ab", "abc").AllValues(), []string{`{"a":"abcd"}`}, []string{`{"a":"ab"}`, `{"a":"abx"}`}},
		"all of the suffixes":    {a.Suffix(".exe", "cmd.exe").AllValues().Fold(), []string{`{"a":"CMD.EXE"}`}, []string{`{"a":"x.exe"}`}},
		"all of the globs":       {a.Glob("*x*", "*y*", "?????*").AllValues(), []string{`{"a":"yzzzx"}`}, []string{`{"a":"xy"}`, `{"a":"xxxxxx"}`}},
		"all of the expressions": {a.Regexp("^x", `\d$`).AllValues(), []string{`{"a":"x1"}`}, []string{`{"a":"x"}`, `{"a":"1"}`, `{"a":["x","1"]}`}},
		"before a moment": {
			a.Before(at),
			[]string{
				`{"a":"2023-07-10T11:42:36Z"}`, `{"a":"2023-07-10T11:42:36.4999999999999Z"}`, `{"a":"2023-07-10T13:42:36+02:00"}`, `{"a":"0000-01-01T00:00:00Z"}`,
				`{"a":1688989356}`, `{"a":1688989356.4999}`, `{"a":1688989356499}`, `{"a":1688989356499999}`, `{"a":1688989356499999999}`, `{"a":0}`, `{"a":-1}`, `{"a":1.688989356e9}`, `{"a":1e11}`, `{"a":1e14}`, `{"a":1e17}`,
			},
			[]string{
				`{"a":"2023-07-10T11:42:36.5Z"}`, `{"a":"2023-07-10T11:42:37Z"}`, `{"a":"2023-07-10T11:42:36-00:01"}`, `{"a":"9999-12-31T23:59:59+23:59"}`,
				`{"a":"2023-07-10"}`, `{"a":"2023-07-10 11:42:36Z"}`, `{"a":"2023-07-10T11:42:36"}`, `{"a":"2023-07-10t11:42:36z"}`, `{"a":"2023-02-29T00:00:00Z"}`, `{"a":"2023-07-10T24:00:00Z"}`,
				`{"a":"2023-07-10T11:42:60Z"}`, `{"a":"2023-07-10T11:42:36.Z"}`, `{"a":"2023-07-10T11:42:36+24:00"}`, `{"a":"2023-07-10T11:42:36+2:00"}`, `{"a":"2023-00-10T11:42:36Z"}`, `{"a":"2023-07-00T11:42:36Z"}`,
				`{"a":"1688989356"}`, `{"a":""}`, `{"a":null}`, `{"a":true}`, `{"a":{}}`, `{}`, `{"a":1688989356.5}`, `{"a":1688989356500}`, `{"a":1688989356500000}`, `{"a":1688989356500000000}`, `{"a":99999999999}`, `{"a":99999999999999}`, `{"a":99999999999999999}`, `{"a":1e400}`,
			},
		},
		"after a moment": {
			a.After(at),
			[]string{`{"a":"2023-07-10T11:42:36.500000001Z"}`, `{"a":"2023-07-10T11:42:37Z"}`, `{"a":1688989356.50001}`, `{"a":1688989356501}`, `{"a":1688989356500001}`, `{"a":1688989356500000001}`, `{"a":99999999999}`, `{"a":1e400}`},
			[]string{`{"a":"2023-07-10T11:42:36.5Z"}`, `{"a":"2023-07-10T11:42:36.5000000009Z"}`, `{"a":"2023-07-10T11:42:36Z"}`, `{"a":1688989356.5}`, `{"a":1688989356500}`, `{"a":100000000000}`, `{"a":-1688989357}`, `{"a":"soon"}`, `{}`},
		},
		"a moment before 1970": {a.Before(time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC)), []string{`{"a":-2}`, `{"a":-1.5}`, `{"a":"1969-12-31T23:59:58Z"}`}, []string{`{"a":-1}`, `{"a":-0.5}`, `{"a":0}`}},
		"a moment of another zone": {
			a.After(time.Date(2023, 7, 10, 13, 42, 36, 0, time.FixedZone("", 7200))), []string{`{"a":"2023-07-10T11:42:37Z"}`}, []string{`{"a":"2023-07-10T11:42:36Z"}`},
		},
		"private addresses": {
			a.Private(),
			[]string{`{"a":"10.0.0.1"}`, `{"a":"172.31.255.255"}`, `{"a":"192.168.1.1"}`, `{"a":"127.9.9.9"}`, `{"a":"169.254.169.254"}`, `{"a":"::1"}`, `{"a":"fd00::1"}`, `{"a":"fe80::1%eth0"}`, `{"a":"::ffff:10.0.0.1"}`, `{"a":["8.8.8.8","10.0.0.1"]}`},
			[]string{`{"a":"8.8.8.8"}`, `{"a":"172.32.0.1"}`, `{"a":"100.64.0.1"}`, `{"a":"0.0.0.0"}`, `{"a":"::"}`, `{"a":"2001:db8::1"}`, `{"a":"localhost"}`, `{"a":"10.0.0.1:80"}`, `{"a":""}`, `{"a":10}`, `{}`},
		},
		"a length in characters": {
			a.Length(2, 3),
			[]string{`{"a":"éé"}`, `{"a":"😀😀😀"}`, `{"a":"\ud83d\ude00x"}`, "{\"a\":\"\xff\xff\"}", `{"a":["x","xx"]}`},
			[]string{`{"a":"x"}`, `{"a":"xxxx"}`, `{"a":""}`, `{"a":12}`, `{"a":[1,2]}`, `{"a":{"x":1,"y":2}}`, `{"a":null}`, `{}`},
		},
		"a length of none":     {a.Length(0, 0), []string{`{"a":""}`}, []string{`{"a":"x"}`, `{"a":[]}`, `{}`}},
		"a length without end": {a.Length(3, math.MaxInt), []string{`{"a":"xxx"}`, `{"a":"` + strings.Repeat("x", 10000) + `"}`}, []string{`{"a":"xx"}`}},
		"a count of elements and members": {
			a.Count(2, 3),
			[]string{`{"a":[1,2]}`, `{"a":[[],{},"],[\"\\"]}`, `{"a":{"x":[1,2,3,4],"y":{"z":1,"w":2}}}`, `{"a":[ "," , "]" ]}`, `{"a":[[1,2]]}`, `{"a":{"x":1,"x":2}}`},
			[]string{`{"a":[]}`, `{"a":[1]}`, `{"a":[[1],[2],[3],[4]]}`, `{"a":[1,2,3,4]}`, `{"a":{"x":1}}`, `{"a":"xx"}`, `{"a":2}`, `{"a":["[,,]"]}`, `{}`},
		},
		"a count of none": {a.Count(0, 0), []string{`{"a":[]}`, `{"a":{ }}`}, []string{`{"a":[0]}`, `{"a":""}`, `{}`}},
		"a field that equals another": {
			a.EqualsField("b"),
			[]string{`{"a":"x","b":"\u0078"}`, `{"a":1.0,"b":1}`, `{"a":null,"b":null}`, `{"a":true,"b":true}`, `{"a":[1,2],"b":[3,2]}`, `{"a":"","b":""}`},
			[]string{`{"a":"x","b":"y"}`, `{"a":"x","b":"X"}`, `{"a":1,"b":"1"}`, `{"a":null,"b":false}`, `{"a":true,"b":false}`, `{"a":[1],"b":[2]}`, `{"a":[],"b":[]}`, `{"a":{},"b":{}}`, `{"a":1}`, `{"b":1}`, `{}`},
		},
		"a field that equals another but for case": {a.EqualsField("b").Fold(), []string{`{"a":"ς","b":"Σ"}`, `{"a":1,"b":1}`}, []string{`{"a":"x","b":"y"}`}},
		"a field that differs from another": {
			a.DiffersFromField("b"),
			[]string{`{"a":"x","b":"y"}`, `{"a":1,"b":"1"}`, `{"a":[1,2],"b":[2,3]}`, `{"a":null,"b":0}`},
			[]string{`{"a":"x","b":"x"}`, `{"a":[1,2],"b":[2,1,3]}`, `{"a":1}`, `{"b":1}`, `{}`, `{"a":1,"b":[]}`, `{"a":{},"b":1}`, `{"a":1,"b":{"c":2}}`},
		},
		"a field that differs but for case": {a.DiffersFromField("b").Fold(), []string{`{"a":"x","b":"y"}`}, []string{`{"a":"x","b":"X"}`}},
		"a field that is less than another": {a.LessThanField("b"), []string{`{"a":1,"b":1.1}`, `{"a":[9,2],"b":[1,3]}`, `{"a":-1e400,"b":0}`}, []string{`{"a":1,"b":1.0}`, `{"a":2,"b":1}`, `{"a":"1","b":2}`, `{"a":1,"b":"2"}`, `{"a":1}`, `{"b":1}`, `{"a":[3,4],"b":[1,3]}`}},
		"a field that is above another":     {a.GreaterThanField("b"), []string{`{"a":9007199254740993,"b":9007199254740992}`, `{"a":[0,2],"b":[9,1]}`}, []string{`{"a":1,"b":1}`, `{"a":1,"b":2}`, `{"a":1,"b":null}`, `{}`}},
		"a function on fields, as an array": {rule.FuncOn(func(v rule.Values) bool { return v.Get(0).Int() > v.Get(1).Int() }, "a", "b.c"), []string{`{"a":2,"b":{"c":1}}`, `{"a":1}`}, []string{`{"a":1,"b":[{"c":2}]}`, `{}`}},
		"a function on all values of a path": {rule.FuncOn(func(v rule.Values) bool {
			n := 0
			for range v.All(0) {
				n++
			}
			return n == 3
		}, "a"), []string{`{"a":[1,2]}`}, []string{`{"a":[1,2,3]}`}},
	}
	for name, test := range tests {
		if test.when.Op == rule.OpExt {
			t.Run(name, func(t *testing.T) {
				for want, records := range map[bool][]string{true: test.yes, false: test.no} {
					for _, record := range records {
						if got := holds(t, test.when, record); got != want {
							t.Errorf("%v holds for %q: %v", test.when, record, got)
						}
					}
				}
			})
			continue
		}
		t.Run(name, test.check)
	}
}

func TestElementConditions(t *testing.T) {
	items, e := rule.Field("items"), rule.Element()
	name, port := rule.Field("name"), rule.Field("port")
	tests := map[string]cases{
		"one element has to meet all": {
			items.AnyOf(name.Equals("ssh"), port.Equals(22)),
			[]string{`{"items":[{"name":"x"},{"name":"ssh","port":22}]}`, `{"items":{"name":"ssh","port":22}}`, `{"items":[[{"port":22,"name":"ssh"}]]}`},
			[]string{`{"items":[{"name":"ssh"},{"port":22}]}`, `{"items":[{"name":"ssh","port":23},{"name":"x","port":22}]}`, `{"items":[]}`, `{"items":"ssh"}`, `{}`, `{"name":"ssh","port":22}`},
		},
		"a field may be missing in the same element": {
			items.AnyOf(name.Equals("ssh"), rule.Not(port.Exists())),
			[]string{`{"items":[{"name":"ssh"},{"port":22}]}`}, []string{`{"items":[{"name":"ssh","port":22},{}]}`},
		},
		"each element has to": {
			items.Each(port.LessThan(1024)),
			[]string{`{"items":[{"port":1},{"port":22}]}`, `{"items":{"port":1}}`, `{"items":[{"port":[9999,1]}]}`},
			[]string{`{"items":[{"port":1},{"port":8080}]}`, `{"items":[{"port":1},{}]}`, `{"items":[{"port":1},5]}`, `{"items":[]}`, `{"items":[[]]}`, `{}`, `{"items":null}`},
		},
		"each element, none with": {items.Each(rule.Not(name.Exists())), []string{`{"items":[{},1,"x",null]}`, `{"items":"x"}`}, []string{`{"items":[{"name":null}]}`, `{"items":[]}`, `{}`}},
		"the element itself": {
			rule.Field("groups").Each(e.Prefix("team-")),
			[]string{`{"groups":["team-a","team-b"]}`, `{"groups":"team-a"}`, `{"groups":[["team-a"],"team-b"]}`},
			[]string{`{"groups":["team-a","admins"]}`, `{"groups":[]}`, `{"groups":["team-a",1]}`, `{"groups":["team-a",{}]}`, `{}`},
		},
		"any element itself":          {items.AnyOf(e.Equals(1)), []string{`{"items":[2,1]}`, `{"items":1}`}, []string{`{"items":[2]}`, `{"items":[{"items":1}]}`}},
		"an element that is there":    {items.AnyOf(e.Exists()), []string{`{"items":[null]}`, `{"items":0}`}, []string{`{"items":[]}`, `{"items":[[]]}`, `{}`}},
		"an object has no value":      {items.AnyOf(e.Count(2, 2)), []string{`{"items":[{"a":1,"b":2}]}`}, []string{`{"items":[{"a":1}]}`, `{"items":[1,2]}`}},
		"the element and its fields":  {items.AnyOf(e.Exists(), name.Equals("x")), []string{`{"items":[{"name":"x"}]}`}, []string{`{"items":["x"]}`}},
		"elements of elements":        {items.AnyOf(name.Equals("x"), rule.Field("ports").Each(e.LessThan(10))), []string{`{"items":[{"name":"x","ports":[1,2]}]}`}, []string{`{"items":[{"name":"x","ports":[1,20]},{"name":"y","ports":[1]}]}`, `{"items":[{"name":"x"}]}`}},
		"objects of objects":          {items.Each(rule.Field("r").AnyOf(rule.Field("cidr").Equals("0.0.0.0/0"), port.In(22, 3389))), []string{`{"items":[{"r":[{"cidr":"0.0.0.0/0","port":22}]},{"r":{"cidr":"0.0.0.0/0","port":3389}}]}`}, []string{`{"items":[{"r":[{"cidr":"0.0.0.0/0","port":22}]},{"r":[{"cidr":"0.0.0.0/0"},{"port":22}]}]}`}},
		"a name of digits":            {items.AnyOf(rule.Field("0").Equals("x"), rule.Field("1.a").Equals(2)), []string{`{"items":[{"0":"x","1":{"a":2}}]}`, `{"items":{"0":"x","1":[{"a":2}]}}`}, []string{`{"items":["x",{"a":2}]}`}},
		"an index within the element": {items.AnyOf(rule.Field("a.1").Equals("x")), []string{`{"items":[{"a":["y","x"]}]}`}, []string{`{"items":[{"a":["x","y"]}]}`}},
		"an index before the array":   {rule.Field("l.1").AnyOf(name.Equals("x"), port.Equals(1)), []string{`{"l":[0,[{"name":"x","port":1}]]}`, `{"l":[0,{"name":"x","port":1}]}`}, []string{`{"l":[{"name":"x","port":1},0]}`}},
		"a name with a dot":           {rule.Field(`i\.j`).AnyOf(rule.Field(`n\.m`).Equals(1)), []string{`{"i.j":[{"n.m":1}]}`}, []string{`{"i":{"j":{"n.m":1}}}`}},
		"duplicate keys":              {items.AnyOf(name.Equals("x")), []string{`{"items":[{"name":"x","name":"y"}],"items":1}`}, []string{`{"items":[{"name":"y","name":"x"}]}`, `{"items":1,"items":[{"name":"x"}]}`}},
		"two fields of an element":    {items.AnyOf(rule.Field("from").LessThanField("to")), []string{`{"items":[{"from":5,"to":1},{"from":1,"to":5}]}`}, []string{`{"items":[{"from":5,"to":1},{"from":9,"to":8}]}`, `{"items":[{"from":1},{"to":5}]}`}},
		"the element and one of many": {items.AnyOf(name.In("x", 1, nil).Fold(), rule.Any(port.Exists(), rule.Field("p").Exists())), []string{`{"items":[{"name":"X","p":0}]}`}, []string{`{"items":[{"name":"X"}]}`}},
		"not any":                     {rule.Not(items.AnyOf(name.Exists())), []string{`{}`, `{"items":[]}`, `{"items":[{"port":1}]}`}, []string{`{"items":[{},{"name":1}]}`}},
		"an extension on its fields":  {items.AnyOf(rule.Ext(differ{"name", "port"})), []string{`{"items":[{"name":1,"port":1},{"name":1,"port":2}]}`}, []string{`{"items":[{"name":1,"port":1}]}`, `{"items":[{"name":1},{"port":2}]}`}},
		"a func has the whole record": {items.AnyOf(name.Exists(), rule.Func(func(r *parse.Record) bool { return r.Get("top").Bool() })), []string{`{"top":true,"items":{"name":1}}`}, []string{`{"items":{"name":1,"top":true}}`}},
	}
	for name, test := range tests {
		t.Run(name, test.check)
	}
}

// Two fields with very many values each, and an array of very many elements, take no more than some passes.
func TestManyValuesTakeLinearTime(t *testing.T) {
	var a, b, items strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&a, "%d,", 2*i)
		fmt.Fprintf(&b, "%d,", 2*i+1)
		fmt.Fprintf(&items, `{"n":%d,"m":[%d,[]]},`, i, i)
	}
	record := `{"a":[` + a.String() + `0],"b":[` + b.String() + `1],"items":[` + items.String() + `{}],"deep":` + strings.Repeat("[", 400) + strings.Repeat("]", 400) + `}`
	start := time.Now()
	for _, c := range []rule.Condition{
		rule.Field("a").EqualsField("b"), rule.Field("a").EqualsField("b").Fold(), rule.Not(rule.Field("a").DiffersFromField("b")),
		rule.All(rule.Field("a").LessThanField("b"), rule.Field("a").Count(1, 2)),
		rule.Field("items").AnyOf(rule.Field("n").Equals(1), rule.Field("m").Equals(2)), rule.Field("items").Each(rule.Field("n").Exists()),
		rule.Field("deep").AnyOf(rule.Element().Exists()), rule.Field("deep").Count(2, 9),
	} {
		if holds(t, c, record) {
			t.Errorf("%v holds", c)
		}
	}
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("took %v", d)
	}
}

// A set of the other field's values says what comparing them one by one does.
func TestManyOtherValuesAreComparedAsFewAre(t *testing.T) {
	filler := strings.Repeat(`"filler",`, 20)
	for _, v := range []string{`1`, `1.0`, `10e-1`, `-0`, `0`, `"x"`, `"X"`, `"\u212a"`, `"k"`, "\"\xff\"", `"\ufffd"`, `null`, `true`, `false`, `"true"`, `"null"`, `""`, `1e999`, `"1"`, `{}`, `[]`} {
		for _, w := range []string{`1`, `0`, `"X"`, `"K"`, "\"\xfe\"", `null`, `true`, `"true"`, `""`, `10e998`, `{}`} {
			few, many := `{"a":`+v+`,"b":["filler",`+w+`]}`, `{"a":`+v+`,"b":[`+filler+w+`]}`
			for _, c := range []rule.Condition{rule.Field("a").EqualsField("b"), rule.Field("a").DiffersFromField("b")} {
				for _, c := range []rule.Condition{c, c.Fold()} {
					if holds(t, c, few) != holds(t, c, many) {
						t.Errorf("%v: %s and %s: %v for few", c, v, w, holds(t, c, few))
					}
				}
			}
		}
	}
}

func TestBrokenElementFailsTheRuleAndNoOther(t *testing.T) {
	set := rule.MustCompile(
		rule.Rule{ID: "digits", When: rule.Field("a").AnyOf(rule.Field("0").Exists())},
		rule.Rule{ID: "other", When: rule.Field("b").Exists()},
	)
	// Whatever the walk makes of what it skips: an error or an answer, and never a panic.
	for _, record := range []string{`{"a":[{"0" 1}],"b":1}`, `{"a":[{"0":1,}],"b":1}`, `{"a":[{"0":tru}],"b":1}`, `{"a":[{]}],"b":1}`} {
		for m, err := range set.Match(recordOf("", record)) {
			if err == nil && m.Rule.ID != "other" {
				t.Errorf("%s: %s matched", record, m.Rule.ID)
			}
		}
	}
}

// FuzzTime holds the reading of times against package time.
func FuzzTime(f *testing.F) {
	for _, s := range []string{"2023-07-10T11:42:36Z", "2024-02-29T23:59:59.123456789123+23:59", "2023-02-29T00:00:00-00:00", "0000-01-01T00:00:00Z", "2023-07-10T11:42:36,5Z"} {
		f.Add(s)
	}
	at := time.Date(2023, 7, 10, 11, 42, 36, 5, time.UTC)
	set := rule.MustCompile(rule.Rule{ID: "before", When: rule.Field("a").Before(at)}, rule.Rule{ID: "after", When: rule.Field("a").After(at)})
	f.Fuzz(func(t *testing.T, s string) {
		got := matches(set, recordOf("", `{"a":`+quoted(s)+`}`))
		v := parse.JSONRecord([]byte(`{"a":` + quoted(s) + `}`)).Get("a")
		var want time.Time
		var ids []string
		if err := want.UnmarshalText(v.Bytes()); err == nil && rfc3339.Match(v.Bytes()) {
			switch want.Compare(at) {
			case -1:
				ids = []string{"before"}
			case 1:
				ids = []string{"after"}
			}
		}
		if fmt.Sprint(ids) != fmt.Sprint(got) {
			t.Errorf("%q: got %v, want %v", s, got, ids)
		}
	})
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestHeldTellsTheElementAndTheValueThatDiffers(t *testing.T) {
	c := rule.All(
		rule.Field("a").AnyOf(rule.Field("n").Equals(2)), rule.Field("a").Each(rule.Field("n").Exists()),
		rule.Field("b").DiffersFromField("c"), rule.Not(rule.Field("b").Each(rule.Element().Equals(1))),
	)
	var got []string
	for _, h := range held(t, c, `{"a":[{"n":1},{"n": 2}],"b":[1,7],"c":1}`) {
		got = append(got, fmt.Sprintf("%s: %s: %s", h.Field, h.Condition, h.Value))
	}
	want := []string{
		`a: any of a (n = 2): {"n":2}`, `a: each of a (n exists): `, `b: b differs from field c: 7`, `b: not each of b (element = 1): `,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
