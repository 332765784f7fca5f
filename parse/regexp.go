package parse

import (
	"regexp"
	"slices"
)

// Regexp decodes texts that a regular expression matches, anywhere in it unless it is anchored: its named groups are the
// fields, as texts. A group that takes no part in the match is left away, and one that matches nothing is an empty text.
// Where groups have the same name, the field is an array if more than one takes part. A text without a match is refused.
//
// The regexp package allocates for each text that matches, and is ten to a hundred times slower than a format of its own.
type Regexp struct {
	Expr *regexp.Regexp
}

const errNoMatch = Reason("no match")

// Start makes a decoder that knows the groups.
func (f Regexp) Start() Decoder {
	c := &captures{expr: f.Expr, empty: true}
	for i, name := range f.Expr.SubexpNames() {
		if name != "" {
			c.fields = capture(c.fields, []string{name}, i, false)
		}
	}
	return c
}

// Decode decodes one text.
func (f Regexp) Decode(text []byte, w *Writer) error { return f.Start().Decode(text, w) }

// captures are the groups of an expression that are fields.
type captures struct {
	expr   *regexp.Regexp
	fields []captured
	empty  bool // a group that matches nothing is a field too
}

// captured is a field, or an object of fields.
type captured struct {
	name   string
	groups []int
	number bool
	kids   []captured
}

// capture adds a group to the field of a path.
func capture(fields []captured, path []string, group int, number bool) []captured {
	i := slices.IndexFunc(fields, func(c captured) bool { return c.name == path[0] && (len(path) > 1) == (c.groups == nil) })
	if i < 0 {
		i = len(fields)
		fields = append(fields, captured{name: path[0]})
	}
	if f := &fields[i]; len(path) > 1 {
		f.kids = capture(f.kids, path[1:], group, number)
	} else {
		f.groups, f.number = append(f.groups, group), f.number || number
	}
	return fields
}

func (c *captures) Decode(text []byte, w *Writer) error {
	m := c.expr.FindSubmatchIndex(text)
	if m == nil {
		return errNoMatch
	}
	c.write(w, c.fields, text, m)
	return nil
}

func (c *captures) write(w *Writer, fields []captured, text []byte, m []int) {
	for i := range fields {
		f := &fields[i]
		n := c.matched(f, m)
		switch {
		case n == 0:
		case f.kids != nil:
			w.Object(f.name)
			c.write(w, f.kids, text, m)
			w.End()
		case n == 1:
			c.values(w, f, text, m)
		default:
			w.Array(f.name)
			c.values(w, f, text, m)
			w.End()
		}
	}
}

// matched tells how many groups of a field take part.
func (c *captures) matched(f *captured, m []int) (n int) {
	for i := range f.kids {
		n += c.matched(&f.kids[i], m)
	}
	for _, g := range f.groups {
		if c.is(g, m) {
			n++
		}
	}
	return n
}

func (c *captures) is(group int, m []int) bool {
	start, end := m[2*group], m[2*group+1]
	return start >= 0 && (c.empty || end > start)
}

func (c *captures) values(w *Writer, f *captured, text []byte, m []int) {
	for _, g := range f.groups {
		if !c.is(g, m) {
			continue
		}
		if value := text[m[2*g]:m[2*g+1]]; f.number {
			w.Number(f.name, value)
		} else {
			w.String(f.name, value)
		}
	}
}
