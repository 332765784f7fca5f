package rule_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// holds tells whether a condition holds for a record.
func holds(t testing.TB, c rule.Condition, record string) bool {
	t.Helper()
	set, err := rule.Compile(rule.Rule{ID: "r", When: c})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range set.Match(parse.JSONRecord([]byte(record))) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n > 1 {
		t.Fatalf("%v matched %d times", c, n)
	}
	return n == 1
}

type text string

func TestConditions(t *testing.T) {
	a := rule.Field("a")
	tests := map[string]struct {
		when rule.Condition
		yes  []string
		no   []string
	}{
		"a string equals itself alone": {
			a.Equals("22"),
			[]string{`{"a":"22"}`, `{"a":"\u0032\u0032"}`, `{"a":["x","22"]}`},
			[]string{`{"a":22}`, `{"a":"22 "}`, `{"a":"022"}`, `{"a":null}`, `{"a":true}`, `{"a":{"22":"22"}}`, `{}`, `{"b":"22"}`, `{"a":""}`},
		},
		"a number equals itself however it is written": {
			a.Equals(1000),
			[]string{`{"a":1000}`, `{"a":1e3}`, `{"a":1000.0}`, `{"a":1000.000e0}`, `{"a":0.001E+6}`, `{"a":10000e-1}`, `{"a":[1,1000]}`},
			[]string{`{"a":"1000"}`, `{"a":1000.0000000000000000000001}`, `{"a":-1000}`, `{"a":1e4}`, `{"a":100}`, `{"a":10000}`, `{"a":null}`},
		},
		"large integers are exact": {
			a.Equals(int64(9007199254740993)),
			[]string{`{"a":9007199254740993}`, `{"a":9007199254740993.0}`, `{"a":9.007199254740993e15}`},
			[]string{`{"a":9007199254740992}`, `{"a":9007199254740994}`, `{"a":9007199254740993.5}`},
		},
		"the largest uint64 is exact": {
			a.Equals(uint64(18446744073709551615)),
			[]string{`{"a":18446744073709551615}`},
			[]string{`{"a":18446744073709551614}`, `{"a":18446744073709551616}`, `{"a":1.8446744073709552e19}`, `{"a":-1}`},
		},
		"a json.Number may be larger than any of Go's": {
			a.Equals(json.Number("123456789012345678901234567890")),
			[]string{`{"a":123456789012345678901234567890}`, `{"a":12345678901234567890123456789e1}`},
			[]string{`{"a":123456789012345678901234567891}`, `{"a":"123456789012345678901234567890"}`},
		},
		"a float is its shortest decimal": {
			a.Equals(0.1),
			[]string{`{"a":0.1}`, `{"a":1e-1}`, `{"a":0.10}`},
			[]string{`{"a":0.1000000000000000055511151231257827}`, `{"a":0.2}`, `{"a":-0.1}`},
		},
		"a float32 is its own shortest decimal": {a.Equals(float32(0.1)), []string{`{"a":0.1}`}, []string{`{"a":0.10000000149011612}`}},
		"zero has no sign": {
			a.Equals(0),
			[]string{`{"a":0}`, `{"a":-0}`, `{"a":0.000}`, `{"a":0e99}`, `{"a":-0.0e-5}`},
			[]string{`{"a":""}`, `{"a":null}`, `{"a":false}`, `{"a":"0"}`, `{"a":1e-300}`, `{}`},
		},
		"huge exponents neither overflow nor take long": {
			a.Equals(1),
			nil,
			[]string{`{"a":1e999999999999999999999}`, `{"a":1e-999999999999999999999}`, `{"a":-1e999999999999999999999}`},
		},
		"null is a value": {a.Equals(nil), []string{`{"a":null}`, `{"a":[null]}`}, []string{`{}`, `{"a":""}`, `{"a":0}`, `{"a":false}`, `{"a":"null"}`, `{"a":[]}`}},
		"true is true":    {a.Equals(true), []string{`{"a":true}`}, []string{`{"a":"true"}`, `{"a":false}`, `{"a":1}`, `{}`}},
		"false is false":  {a.Equals(false), []string{`{"a":false}`}, []string{`{"a":"false"}`, `{"a":true}`, `{"a":null}`, `{"a":0}`, `{}`}},
		"the empty string is a value": {
			a.Equals(""), []string{`{"a":""}`}, []string{`{}`, `{"a":null}`, `{"a":0}`, `{"a":" "}`, `{"a":[]}`},
		},
		"a named type is its kind": {a.Equals(text("x")), []string{`{"a":"x"}`}, []string{`{"a":"y"}`}},
		"one of several types": {
			a.In("x", 1, nil, true),
			[]string{`{"a":"x"}`, `{"a":1.0}`, `{"a":null}`, `{"a":true}`},
			[]string{`{"a":"1"}`, `{"a":"null"}`, `{"a":false}`, `{}`, `{"a":[]}`, `{"a":{}}`},
		},
		"escapes are undone": {
			a.Equals("\"\\/\n\u00e9😀\x00"),
			[]string{`{"a":"\"\\\/\n\u00e9\ud83d\ude00\u0000"}`, `{"a":"\"\\/\u000a` + "é😀" + `\u0000"}`},
			[]string{`{"a":"\"\\/\ne\u0301😀\u0000"}`},
		},
		"a lone surrogate is U+FFFD": {a.Equals("x\ufffd"), []string{`{"a":"x\ud800"}`, `{"a":"x\ufffd"}`}, []string{`{"a":"x"}`}},
		"bytes that are no UTF-8 are themselves": {
			a.Equals("x\xff"), []string{"{\"a\":\"x\xff\"}"}, []string{"{\"a\":\"x\xfe\"}", `{"a":"x\ufffd"}`},
		},
		"of duplicate keys the first counts": {a.Equals("first"), []string{`{"a":"first","a":"second"}`}, []string{`{"a":"second","a":"first"}`}},
		"the key may be escaped":             {a.Equals(1), []string{`{"\u0061":1}`}, []string{`{"\u0062":1}`}},
		"paths pass through arrays": {
			rule.Field("r.n").Equals("x"),
			[]string{`{"r":[{"n":"y"},{"n":"x"}]}`, `{"r":{"n":["y","x"]}}`, `{"r":[[{"n":"x"}]]}`},
			[]string{`{"r":[{"n":"y"}]}`, `{"r":"x"}`, `{"r":[]}`, `{"r.n":"x"}`},
		},
		"a dot in a name is escaped": {rule.Field(`r\.n`).Equals("x"), []string{`{"r.n":"x"}`}, []string{`{"r":{"n":"x"}}`}},
		"digits index an array":      {rule.Field("r.1").Equals("x"), []string{`{"r":["y","x"]}`, `{"r":{"1":"x"}}`}, []string{`{"r":["x","y"]}`}},

		"contains a text": {
			a.Contains("need", "le"),
			[]string{`{"a":"need"}`, `{"a":"a le b"}`, `{"a":["x","sole"]}`},
			[]string{`{"a":"NEED"}`, `{"a":"ned"}`, `{"a":""}`, `{}`, `{"a":{"need":"need"}}`, `{"a":null}`},
		},
		"text is not looked for in numbers": {rule.Any(a.Contains("2"), a.Prefix("2"), a.Suffix("2"), a.Glob("*"), a.Regexp(".")), nil, []string{`{"a":222}`, `{"a":null}`, `{"a":{"2":"2"}}`}},
		"starts with a text":                {a.Prefix("ab", "x"), []string{`{"a":"ab"}`, `{"a":"abc"}`, `{"a":"xab"}`}, []string{`{"a":"a"}`, `{"a":" ab"}`, `{"a":"AB"}`, `{"a":""}`}},
		"ends with a text":                  {a.Suffix("ab", "x"), []string{`{"a":"ab"}`, `{"a":"cab"}`, `{"a":"abx"}`}, []string{`{"a":"b"}`, `{"a":"ab "}`, `{"a":"AB"}`, `{"a":""}`}},

		"equal but for case": {
			a.Equals("Straße K").Fold(),
			[]string{`{"a":"STRAßE k"}`, `{"a":"straße \u212a"}`, `{"a":"ſtraße K"}`},
			[]string{`{"a":"STRASSE K"}`, `{"a":"Straße"}`, `{"a":1}`},
		},
		"folding leaves other types alone": {a.In(1, nil, true, "x").Fold(), []string{`{"a":1}`, `{"a":null}`, `{"a":true}`, `{"a":"X"}`}, []string{`{"a":false}`, `{"a":"TRUE"}`}},
		"contains but for case": {
			a.Contains("σίγμα", "kelvin").Fold(),
			[]string{`{"a":"_ΣΊΓΜΑ_"}`, `{"a":"ςίγμα"}`, `{"a":"\u212aELVIN!"}`, `{"a":"kkelvin"}`},
			[]string{`{"a":"σιγμα"}`, `{"a":"kelvi"}`, `{"a":""}`},
		},
		"starts with but for case": {a.Prefix("ǅx").Fold(), []string{`{"a":"ǄX!"}`, `{"a":"ǆx"}`}, []string{`{"a":"dzx"}`, `{"a":"ǆ"}`, `{"a":"-ǆx"}`}},
		"ends with but for case":   {a.Suffix("aǅ").Fold(), []string{`{"a":"!AǄ"}`, `{"a":"aǆ"}`}, []string{`{"a":"adz"}`, `{"a":"ǆ"}`, `{"a":"aǆ-"}`}},
		"bytes that are no UTF-8 are alike when case is ignored": {
			rule.All(a.Contains("\xff").Fold(), a.Prefix("\xfe").Fold(), a.Suffix("\xfd").Fold(), a.Glob("\xfc").Fold(), a.Equals("\xfb").Fold(), a.Regexp("^\ufffd$").Fold()),
			[]string{"{\"a\":\"\xff\"}", `{"a":"\ufffd"}`, "{\"a\":\"\xe2\"}"},
			[]string{`{"a":"x"}`, "{\"a\":\"\xff\xff\"}", "{\"a\":\"\xe2\x82\"}"},
		},
		"folding reaches into groups": {
			rule.All(a.Equals("x"), rule.Not(rule.Any(a.Contains("y"), rule.Field("b").Exists()))).Fold(),
			[]string{`{"a":"X"}`}, []string{`{"a":["X","zY"]}`, `{"a":"X","b":1}`},
		},

		"a glob is anchored": {
			a.Glob("a*c", "?"),
			[]string{`{"a":"ac"}`, `{"a":"abbc"}`, `{"a":"acc"}`, `{"a":"é"}`, `{"a":"a/b\nc"}`, `{"a":"😀"}`, "{\"a\":\"\xff\"}"},
			[]string{`{"a":"xac"}`, `{"a":"acx"}`, `{"a":""}`, `{"a":"AC"}`, `{"a":"éé"}`, "{\"a\":\"\xff\xff\"}"},
		},
		"a star is any text, also none":      {a.Glob("*"), []string{`{"a":""}`, `{"a":"x"}`}, []string{`{"a":1}`, `{}`}},
		"stars in a row are one":             {a.Glob("**x***"), []string{`{"a":"x"}`, `{"a":"yxz"}`}, []string{`{"a":""}`, `{"a":"y"}`}},
		"stars give way to each other":       {a.Glob("*ab*ab?"), []string{`{"a":"ababx"}`, `{"a":"aababxabc"}`}, []string{`{"a":"abab"}`, `{"a":"abx"}`, `{"a":"abababxx"}`}},
		"nothing else is special in a glob":  {a.Glob("[a-z]{b}(c|d)^$.+"), []string{`{"a":"[a-z]{b}(c|d)^$.+"}`}, []string{`{"a":"abc"}`}},
		"a backslash escapes in a glob":      {a.Glob(`\*\?\\*`), []string{`{"a":"*?\\"}`, `{"a":"*?\\x"}`}, []string{`{"a":"xy\\"}`, `{"a":"*?"}`}},
		"other backslashes are themselves":   {a.Glob(`C:\Win*\cmd.exe`), []string{`{"a":"C:\\Windows\\cmd.exe"}`}, []string{`{"a":"C:Windows\\cmd.exe"}`, `{"a":"C:\\cmd.exe"}`}},
		"a backslash may end a glob":         {a.Glob(`x\`), []string{`{"a":"x\\"}`}, []string{`{"a":"x"}`}},
		"a glob takes bad bytes as they are": {a.Glob("\xff*"), []string{"{\"a\":\"\xffx\"}"}, []string{"{\"a\":\"\xfe\"}", `{"a":"\ufffd"}`}},
		"a glob but for case":                {a.Glob("a?Σ*").Fold(), []string{`{"a":"AéςX"}`, `{"a":"a-σ"}`}, []string{`{"a":"aς"}`}},

		"an expression is found anywhere": {a.Regexp(`b+c`, `^x$`), []string{`{"a":"abbcd"}`, `{"a":"x"}`}, []string{`{"a":"ac"}`, `{"a":"xx"}`, `{"a":""}`, `{"a":"BC"}`, `{}`}},
		"an expression but for case":      {a.Regexp(`^k|b$`).Fold(), []string{`{"a":"\u212ax"}`, `{"a":"xB"}`}, []string{`{"a":"xk"}`}},

		"an address in a network": {
			a.CIDR("10.0.0.0/8", "192.0.2.7", "2001:db8::/32"),
			[]string{`{"a":"10.255.0.1"}`, `{"a":"192.0.2.7"}`, `{"a":"2001:DB8:0::1"}`, `{"a":"::ffff:10.0.0.1"}`, `{"a":"::ffff:0a00:1"}`, `{"a":"2001:db8::1%eth0"}`, `{"a":["x","10.0.0.1"]}`},
			[]string{`{"a":"11.0.0.1"}`, `{"a":"192.0.2.8"}`, `{"a":"2001:db9::1"}`, `{"a":"10.0.0"}`, `{"a":"10.0.0.256"}`, `{"a":"010.0.0.1"}`, `{"a":"10.0.0.1/8"}`, `{"a":"10.0.0.1:80"}`,
				`{"a":"10.0.0.1%x"}`, `{"a":"s3.amazonaws.com"}`, `{"a":"AWS Internal"}`, `{"a":"::ffff:11.0.0.1"}`, `{"a":" 10.0.0.1"}`, `{"a":""}`, `{"a":167772161}`, `{"a":null}`, `{}`, `{"a":":"}`, `{"a":"a.b.c.d"}`, `{"a":"10.0.0.1."}`, `{"a":"10.0.0.1.1"}`, `{"a":"10..0.1"}`, `{"a":"10.0.0.0001"}`, `{"a":"10.0.0.-1"}`, `{"a":"10.0.0.1\u0000"}`,
				`{"a":"` + strings.Repeat("1:", 1000) + `"}`},
		},
		"a network that is mapped into IPv6": {a.CIDR("::ffff:10.0.0.0/104", "::ffff:192.0.2.1"), []string{`{"a":"10.9.9.9"}`, `{"a":"192.0.2.1"}`}, []string{`{"a":"11.0.0.1"}`, `{"a":"::1"}`}},
		"all of IPv4 is not all of IPv6":     {a.CIDR("0.0.0.0/0"), []string{`{"a":"1.2.3.4"}`, `{"a":"::ffff:1.2.3.4"}`}, []string{`{"a":"::1"}`}},
		"all of IPv6 is not all of IPv4":     {a.CIDR("::/0"), []string{`{"a":"::"}`, `{"a":"fe80::1%en0"}`}, []string{`{"a":"1.2.3.4"}`, `{"a":"::ffff:1.2.3.4"}`}},
		"host bits of a network are ignored": {a.CIDR("10.1.2.3/8"), []string{`{"a":"10.9.9.9"}`}, []string{`{"a":"11.1.2.3"}`}},

		"less than":     {a.LessThan(10), []string{`{"a":9}`, `{"a":9.99999999999999999999}`, `{"a":-11}`, `{"a":1e0}`, `{"a":0}`, `{"a":-1e99}`}, []string{`{"a":10}`, `{"a":10.0}`, `{"a":"9"}`, `{"a":null}`, `{}`, `{"a":1e99}`, `{"a":true}`}},
		"at most":       {a.AtMost(-1.5), []string{`{"a":-1.5}`, `{"a":-15e-1}`, `{"a":-2}`, `{"a":-1.51}`}, []string{`{"a":-1.49}`, `{"a":0}`, `{"a":1.5}`, `{}`}},
		"greater than":  {a.GreaterThan(uint64(1 << 63)), []string{`{"a":9223372036854775809}`, `{"a":1e19}`, `{"a":1e400}`}, []string{`{"a":9223372036854775808}`, `{"a":9223372036854775807}`, `{"a":-1e400}`, `{"a":"1e400"}`}},
		"at least":      {a.AtLeast(0.3), []string{`{"a":0.3}`, `{"a":0.30000000000000004}`, `{"a":1}`}, []string{`{"a":0.29999999999999999}`, `{"a":-1}`, `{"a":0}`, `{}`}},
		"negative less": {a.LessThan(-100), []string{`{"a":-101}`, `{"a":-1000}`, `{"a":-1e3}`}, []string{`{"a":-100}`, `{"a":-99}`, `{"a":100}`, `{"a":-0}`}},

		"whatever is there exists": {
			a.Exists(),
			[]string{`{"a":null}`, `{"a":""}`, `{"a":0}`, `{"a":false}`, `{"a":[]}`, `{"a":{}}`, `{"a":"x"}`},
			[]string{`{}`, `{"b":{"a":1}}`, `{"A":1}`, `[]`, `"a"`, `null`, `1`},
		},

		"all":                {rule.All(a.Exists(), rule.Field("b").Exists()), []string{`{"a":1,"b":2}`}, []string{`{"a":1}`, `{"b":1}`, `{}`}},
		"all of one array":   {rule.All(a.Equals(1), a.Equals(2)), []string{`{"a":[1,2]}`}, []string{`{"a":1}`, `{"a":[1,1]}`}},
		"any":                {rule.Any(a.Exists(), rule.Field("b").Exists()), []string{`{"a":1,"b":2}`, `{"a":1}`, `{"b":1}`}, []string{`{}`}},
		"not":                {rule.Not(a.Equals(1)), []string{`{}`, `{"a":2}`, `{"a":"1"}`, `{"a":[]}`}, []string{`{"a":1}`, `{"a":[2,1]}`}},
		"at least two":       {rule.AtLeast(2, a.Exists(), rule.Field("b").Exists(), rule.Field("c").Exists()), []string{`{"a":1,"b":2}`, `{"a":1,"c":2}`, `{"b":1,"c":2}`, `{"a":1,"b":2,"c":3}`}, []string{`{"a":1}`, `{"c":1}`, `{}`}},
		"the same one twice": {rule.AtLeast(2, a.Exists(), a.Exists()), []string{`{"a":1}`}, []string{`{}`}},
		"func":               {rule.Func(func(r *parse.Record) bool { return r.Get("a").Int() > r.Get("b").Int() }), []string{`{"a":2,"b":1}`}, []string{`{"a":1,"b":1}`}},
		"ext":                {rule.Ext(differ{"a", "b"}), []string{`{"a":"x","b":"y"}`}, []string{`{"a":"x","b":"x"}`, `{"a":["x","y"],"b":"y"}`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, record := range test.yes {
				if !holds(t, test.when, record) {
					t.Errorf("%v does not hold for %q", test.when, record)
				}
			}
			for _, record := range test.no {
				if holds(t, test.when, record) {
					t.Errorf("%v holds for %q", test.when, record)
				}
			}
		})
	}
}

// differ is an Extension: no value of one field is a value of the other.
type differ struct{ one, other string }

func (d differ) Fields() []string { return []string{d.one, d.other} }
func (d differ) String() string   { return d.one + " differs from " + d.other }
func (d differ) Test(_ *parse.Record, v rule.Values) bool {
	for a := range v.All(0) {
		for b := range v.All(1) {
			if a.Kind() == b.Kind() && bytes.Equal(a.Bytes(), b.Bytes()) {
				return false
			}
		}
	}
	return v.Get(0).Exists() && v.Get(1).Exists()
}

func (d differ) naive(values func(path string) []parse.Value) bool {
	ones, others := values(d.one), values(d.other)
	for _, a := range ones {
		for _, b := range others {
			if a.Kind() == b.Kind() && a.String() == b.String() {
				return false
			}
		}
	}
	return len(ones) > 0 && len(others) > 0
}

func TestFoldLeavesTheOriginalAlone(t *testing.T) {
	c := rule.All(rule.Field("a").Equals("x"))
	c.Fold()
	if holds(t, c, `{"a":"X"}`) {
		t.Error("the condition was changed")
	}
}

func TestHugeValuesTakeLinearTime(t *testing.T) {
	const size = 1 << 20
	a := strings.Repeat("a", size)
	tests := map[string]rule.Condition{
		"glob of many stars":     rule.Field("a").Glob(strings.Repeat("a*", 50) + "b"),
		"glob of stars and runs": rule.Field("a").Glob("*a*a*a*a*a*a*a*a*a*ab"),
		"expression":             rule.Field("a").Regexp(`(a|aa)+$b`),
		"folded text":            rule.Field("a").Contains("aaaaaaaaab").Fold(),
		"number":                 rule.Field("n").Equals(1),
		"compared number":        rule.Field("n").LessThan(-1),
	}
	record := `{"a":"` + a + `","n":1.` + strings.Repeat("0", size) + `1e` + strings.Repeat("9", size) + `}`
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			if holds(t, c, record) {
				t.Errorf("%v holds", c)
			}
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
}

func TestDeepRecords(t *testing.T) {
	const depth = 500
	record := strings.Repeat(`{"a":`, depth) + `"x"` + strings.Repeat(`}`, depth)
	path := strings.TrimSuffix(strings.Repeat("a.", depth), ".")
	if !holds(t, rule.Field(path).Equals("x"), record) {
		t.Error("the innermost value was not found")
	}
	if !holds(t, rule.Field("a").Exists(), fmt.Sprintf(`{"a":%s%s}`, strings.Repeat("[", depth), strings.Repeat("]", depth))) {
		t.Error("a nested array was not found")
	}
}
