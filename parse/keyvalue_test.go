package parse_test

import (
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/parse"
)

func TestKeyValue(t *testing.T) {
	check(t, parse.TextFormat{Decoder: parse.KeyValue{}}, []formatCase{
		{"values with and without quotes", `time=15:58:39 devname="fw 1" port=80`, []string{`{"time":"15:58:39","devname":"fw 1","port":"80"}`}},
		{"an empty value is an empty text", `a= b="" c=1`, []string{`{"a":"","b":"","c":"1"}`}},
		{"a word alone is null", `a=1 debug b=2`, []string{`{"a":"1","debug":null,"b":"2"}`}},
		{"a separator within a value is data", `url=/a?b=c d="e=f"`, []string{`{"url":"/a?b=c","d":"e=f"}`}},
		{"a quote within a value is data", `a=b"c d=e`, []string{`{"a":"b\"c","d":"e"}`}},
		{"escaped quotes and backslashes in quotes", `a="say \"hi\"" b="C:\\x" c="C:\temp"`, []string{`{"a":"say \"hi\"","b":"C:\\x","c":"C:\\temp"}`}},
		{"a backslash without quotes is data", `p=C:\\temp\new`, []string{`{"p":"C:\\\\temp\\new"}`}},
		{"a quote that no pair's end follows is data", `msg="user "bob" in" n=1`, []string{`{"msg":"user \"bob\" in","n":"1"}`}},
		{"words alone behind a quote end it", `a="b" c d="e f" g="" h`, []string{`{"a":"b","c":null,"d":"e f","g":"","h":null}`}},
		{"a value that ends in a backslash", `p="C:\\" q=1`, []string{`{"p":"C:\\","q":"1"}`}},
		{"names that repeat are an array", `a=1 b=2 a="3 4" a=5`, []string{`{"a":["1","3 4","5"],"b":"2"}`}},
		{"tabs and more blanks between pairs", "  a=1\t\tb=2  ", []string{`{"a":"1","b":"2"}`}},
		{"no pair", "just some words", []string{syntax("no name and value")}},
		{"no name", "=1", []string{syntax("value without a name")}},
		{"quotes that do not close", `a=1 b="2 c=3`, []string{syntax("quote does not close")}},
		{"one bad line costs itself", "a=1\nb=\"\nc=2", []string{`{"a":"1"}`, syntax("quote does not close"), `{"c":"2"}`}},
		{"names with dots", "a.b=1", []string{`{"a.b":"1"}`}},
	})
}

func TestKeyValueOfManyNames(t *testing.T) {
	line, want := "", "{"
	for i := range 40 {
		line += strings.Repeat("k", i+1) + "=v "
		if i > 0 {
			want += ","
		}
		want += `"` + strings.Repeat("k", i+1) + `":` + map[bool]string{true: `["v","w"]`, false: `"v"`}[i == 2 || i == 39]
	}
	check(t, parse.TextFormat{Decoder: parse.KeyValue{}}, []formatCase{
		{"some repeat", line + "kkk=w " + strings.Repeat("k", 40) + "=w", []string{want + "}"}},
	})
}

func TestKeyValueOfOtherSeparators(t *testing.T) {
	check(t, parse.TextFormat{Decoder: parse.KeyValue{Separator: ":", Pair: ",", Quotes: `'"`}}, []formatCase{
		{"blanks around what separates do not count", `a: 1 , b :two words,c:'x,y' , d:"z"`, []string{`{"a":"1","b":"two words","c":"x,y","d":"z"}`}},
		{"empty pairs are none", ",a:1,,b:2,", []string{`{"a":"1","b":"2"}`}},
		{"a word alone is null", "a:1,b,c:2", []string{`{"a":"1","b":null,"c":"2"}`}},
	})
	check(t, parse.TextFormat{Decoder: parse.KeyValue{Separator: ": "}}, []formatCase{
		{"a separator with a blank", `user: alice action: "sign in" at: 10:11:12`, []string{`{"user":"alice","action":"sign in","at":"10:11:12"}`}},
	})
	check(t, parse.TextFormat{Decoder: parse.KeyValue{Pair: "\t"}}, []formatCase{
		{"pairs between tabs", "a=one two\tb=\tc=\"x\ty\" \td=4", []string{`{"a":"one two","b":"","c":"x\ty","d":"4"}`}},
	})
	check(t, parse.TextFormat{Decoder: parse.KeyValue{Separator: "=>", Pair: " | ", Escape: '^'}}, []formatCase{
		{"separators of many characters", `a=>1 | b=>"x | ^"y^"" | c=>3`, []string{`{"a":"1","b":"x | \"y\"","c":"3"}`}},
	})
}

func TestLogfmt(t *testing.T) {
	check(t, parse.TextFormat{Decoder: parse.Logfmt{}}, []formatCase{
		{"a name with what stands for no UTF-8", "a\ufffd=bar", []string{syntax("name is no UTF-8")}},
		{"names and values", `level=info msg="a b" n=-1 ƒ=2h3s`, []string{`{"level":"info","msg":"a b","n":"-1","ƒ":"2h3s"}`}},
		{"a name alone is null, one without a value empty", `d x= e="" y=`, []string{`{"d":null,"x":"","e":"","y":""}`}},
		{"escapes of JSON and of Go", `a="\t\"\\\/\u00e9\ud83d\ude00" b="\a\x1b\v\033\U0001F600" c='\'`, []string{"{\"a\":\"\\t\\\"\\\\/é😀\",\"b\":\"\\u0007\\u001b\\u000b\\u001b😀\",\"c\":\"'\\\\'\"}"}},
		{"half a pair is no character", `a="\ud83d" b="\ud83dx"`, []string{`{"a":"` + "\ufffd" + `","b":"` + "\ufffdx" + `"}`}},
		{"names that repeat are an array", `a=1 a=2`, []string{`{"a":["1","2"]}`}},
		{"control characters separate", "a=1\x00b=2", []string{`{"a":"1","b":"2"}`}},
		{"a backslash without quotes is data", `p=C:\temp`, []string{`{"p":"C:\\temp"}`}},
		{"a second =", "a==", []string{syntax(`"=" or quote where none can be`)}},
		{"a quote in a value", `a=b"c`, []string{syntax(`"=" or quote where none can be`)}},
		{"a quote in a name", `a"b=c`, []string{syntax(`"=" or quote where none can be`)}},
		{"no name", "=a", []string{syntax(`"=" or quote where none can be`)}},
		{"quotes that do not close", `a="1`, []string{syntax("quote does not close")}},
		{"an escape at the end", `a="1\`, []string{syntax("no such escape")}},
		{"an escape that is none", `a="\q" b=1`, []string{syntax("no such escape")}},
		{"an escape that is cut", `a="\u1"`, []string{syntax("no such escape")}},
		{"an octal escape of more than a byte", `a="\477"`, []string{syntax("no such escape")}},
		{"a name that is no UTF-8", "\x80=bar", []string{syntax("name is no UTF-8")}},
		{"a value that is no UTF-8 passes", "a=\x80", []string{"{\"a\":\"\x80\"}"}},
	})
}
