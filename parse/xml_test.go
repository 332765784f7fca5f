package parse_test

import (
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/parse"
)

func TestXML(t *testing.T) {
	check(t, parse.TextFormat{Decoder: parse.XML{Names: map[string]string{"Data": "Name"}}, Framing: parse.XMLFraming{}}, []formatCase{
		{"elements and attributes", `<e a="1"><b>two</b><c d='3'/></e>`, []string{`{"a":"1","b":"two","c":{"d":"3"}}`}},
		{"elements that are called alike, also with others between", `<e><b>1</b><c>2</c><b x="3">4</b></e>`, []string{`{"b":["1",{"x":"3","text":"4"}],"c":"2"}`}},
		{"an attribute that is called as an element", `<e b="1"><b>2</b></e>`, []string{`{"b":["1","2"]}`}},
		{"elements that are called by an attribute", `<e><Data Name="x">1</Data><Data Name='y' Type="t">2</Data><Data>3</Data></e>`, []string{`{"x":"1","y":{"Type":"t","text":"2"},"Data":"3"}`}},
		{"empty elements", `<e><a/><b></b><c> </c></e>`, []string{`{"a":"","b":"","c":""}`}},
		{"text beside elements", "<e>one <b>x</b> two</e>", []string{`{"b":"x","text":"one  two"}`}},
		{"nothing but text", "<e>one</e>", []string{`{"text":"one"}`}},
		{"entities", `<e a="&lt;&#65;&#x42;&apos;&quot;"><b>&amp;amp; &gt; &unknown; &#0; &#x110000; & &amp</b></e>`, []string{`{"a":"<AB'\"","b":"&amp; > &unknown; &#0; &#x110000; & &amp"}`}},
		{"CDATA and comments", "<e><b>x<![CDATA[<&amp;>]]>y<!-- <z> -->z</b></e>", []string{`{"b":"x<&amp;>yz"}`}},
		{"line ends within text", "<e><b>one\r\ntwo\rthree</b></e>", []string{`{"b":"one\ntwo\nthree"}`}},
		{"a declaration, a document type, comments around", "<?xml version=\"1.0\"?>\n<!DOCTYPE e [<!ENTITY a \"]>\">]>\n<!-- c --><e><b>1</b></e>\n<!-- d -->\n<?pi?>\n", []string{`{"b":"1"}`}},
		{"one behind the other, on one line and on many", "<e><b>1</b></e><f>\n<b>\n2\n</b>\n</f>\r\n<g b='3'/>", []string{`{"b":"1"}`, `{"b":"2"}`, `{"b":"3"}`}},
		{"an element in one that is called alike", "<e><e><b>1</b></e></e>", []string{`{"e":{"b":"1"}}`}},
		{"names with prefixes and other letters", `<ns:é xmlns:ns="u"><ns:b-c.d>1</ns:b-c.d></ns:é>`, []string{`{"xmlns:ns":"u","ns:b-c.d":"1"}`}},
		{"a > in an attribute", `<e a="x>y" b='</e>'/>`, []string{`{"a":"x>y","b":"</e>"}`}},
		{"bytes that are no UTF-8 pass", "<e>\xff</e>", []string{"{\"text\":\"\xff\"}"}},
		{"tags that do not match", "<e><b>1</c></e>\n<e>2</e>", []string{syntax("tag closes another element"), `{"text":"2"}`}},
		{"an end that is missing", "<e><b>1</b>", []string{"error: payload ends in the middle"}},
		{"a text that ends in a tag", "<e><b", []string{"error: payload ends in the middle"}},
		{"an attribute without quotes", "<e a=1/><f/>", []string{syntax("no tag"), `{}`}},
		{"a name that begins with a digit", "<1a/>\n<f/>", []string{syntax("no tag"), `{}`}},
		{"a bracket in a tag", "<e a<b></e>\n<f/>", []string{syntax("no tag"), `{}`}},
		{"text before an element costs itself", "some words\n<e/>", []string{syntax("text outside of the element"), `{}`}},
		{"a tag that closes nothing", "</e><f/>", []string{syntax("tag closes another element")}},
		{"a < that is no tag", "a < b\n<f/>", []string{syntax("text outside of the element"), syntax("no tag"), `{}`}},
	})
}

func TestXMLOfElementsOfAName(t *testing.T) {
	check(t, parse.TextFormat{Decoder: parse.XML{}, Framing: parse.XMLFraming{Element: "Event"}}, []formatCase{
		{"all else is passed over", "<?xml version='1.0'?><Events a='b'>\nx<Event><a>1</a></Event> y <Event b='2'/></Events>\n", []string{`{"a":"1"}`, `{"b":"2"}`}},
		{"nothing of that name", "<Events><Eventful/></Events>", nil},
		{"one that does not end is lost, the next is not", "<Event><a>1\n<Event><b>2</b></Event>", []string{"error: payload ends in the middle", `{"b":"2"}`}},
		{"one whose tags do not match is lost, the next is not", "<Event><a>1</b></Event><Event><b>2</b></Event>", []string{syntax("tag closes another element"), `{"b":"2"}`}},
		{"one that is cut at the end", "<Event><a>1</a></Event><Event><b>2", []string{`{"a":"1"}`, "error: payload ends in the middle"}},
		{"what is no tag between", "a < b <Event><a>1</a></Event>", []string{`{"a":"1"}`}},
	})
}

func TestXMLLimits(t *testing.T) {
	f := parse.TextFormat{Decoder: parse.XML{}, Framing: parse.XMLFraming{}}
	deep := strings.Repeat("<a>", 513) + strings.Repeat("</a>", 513)
	many := "<a>" + strings.Repeat("<b/>", 1<<17) + "</a>"
	for name, c := range map[string]struct {
		in, want string
		limits   parse.Limits
	}{
		"deep":               {deep, "error: record is nested deeper than the limit", parse.Limits{}},
		"as deep as allowed": {"<a><b><c>1</c></b></a>", `{"b":{"c":"1"}}`, parse.Limits{Depth: 4}},
		"many":               {many, syntax("too many elements"), parse.Limits{}},
		"long":               {"<a>" + strings.Repeat("b", 2000) + "</a>", "error: record is longer than the limit", parse.Limits{Record: 1000}},
	} {
		t.Run(name, func(t *testing.T) {
			compare(t, []string{c.want}, toldBy(t, f, parse.Input{Reader: strings.NewReader(c.in), Limits: c.limits}))
		})
	}
}

// An element that exceeds the limit costs itself, in time that is in proportion to its length.
func TestXMLElementBeyondTheLimit(t *testing.T) {
	for name, framing := range map[string]parse.XMLFraming{"any element": {}, "elements of a name": {Element: "e"}} {
		for kind, in := range map[string]string{
			"wide": "<e>\n" + strings.Repeat("<b>\n</b>\n", 1<<19),
			"deep": strings.Repeat("<e>\n", 400) + strings.Repeat("<b>\n</b>\n", 1<<19),
		} {
			t.Run(name+", "+kind, func(t *testing.T) {
				var got []string
				lost := 0
				in := in + "\n<e><c>1</c></e>"
				f := parse.TextFormat{Decoder: parse.XML{}, Framing: framing}
				for r, err := range f.Parse(parse.Input{Reader: strings.NewReader(in), Limits: parse.Limits{Record: 100 << 10}}) {
					if err != nil {
						lost++
						continue
					}
					got = append(got, string(r.JSON()))
				}
				compare(t, []string{`{"c":"1"}`}, got)
				if lost < 1 || lost > 1000 {
					t.Errorf("lost in %d pieces", lost)
				}
			})
		}
	}
}
