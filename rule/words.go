package rule

import (
	"fmt"
	"strconv"
	"strings"
)

// maxListed is how many values of a list String writes.
const maxListed = 8

// String is the condition as a line that a person can read. Long lists are cut short. It is not meant to be parsed.
func (c Condition) String() string {
	var w words
	w.condition(c, looseOr, 0)
	return w.String()
}

// binding is how tightly a condition holds together, for parentheses where they are needed and nowhere else.
type binding int

const (
	looseOr binding = iota
	looseAnd
	tight
)

type words struct{ strings.Builder }

func (w *words) condition(c Condition, outer binding, depth int) {
	if depth > maxDepth {
		w.WriteString("…")
		return
	}
	switch {
	case (c.Op == OpAll || c.Op == OpAny) && len(c.Of) == 1:
		w.condition(c.Of[0], outer, depth+1)
	case c.Op == OpAll && len(c.Of) > 0:
		w.joined(c.Of, " and ", looseAnd, outer, depth)
	case c.Op == OpAny && len(c.Of) > 0:
		w.joined(c.Of, " or ", looseOr, outer, depth)
	case c.Op == OpAll:
		w.WriteString("all of nothing")
	case c.Op == OpAny:
		w.WriteString("any of nothing")
	case c.Op == OpNot && len(c.Of) == 1:
		w.WriteString("not ")
		w.condition(c.Of[0], tight, depth+1)
	case c.Op == OpNot:
		fmt.Fprintf(w, "not of %d conditions", len(c.Of))
	case c.Op == OpAtLeast:
		fmt.Fprintf(w, "at least %d of (", c.N)
		for i, of := range c.Of {
			if i > 0 {
				w.WriteString(", ")
			}
			w.condition(of, looseOr, depth+1)
		}
		w.WriteByte(')')
	default:
		w.leaf(c)
	}
}

func (w *words) joined(of []Condition, by string, own, outer binding, depth int) {
	if outer > own {
		w.WriteByte('(')
		defer w.WriteByte(')')
	}
	for i, c := range of {
		if i > 0 {
			w.WriteString(by)
		}
		w.condition(c, own, depth+1)
	}
}

// phrases are the operators that compare a field with values: for one value, and for several.
var phrases = map[Op][2]string{
	OpIn:          {"=", "in"},
	OpContains:    {"contains", "contains any of"},
	OpPrefix:      {"starts with", "starts with any of"},
	OpSuffix:      {"ends with", "ends with any of"},
	OpGlob:        {"like", "like any of"},
	OpRegexp:      {"matches", "matches any of"},
	OpCIDR:        {"in", "in"},
	OpLessThan:    {"<", "<"},
	OpAtMost:      {"<=", "<="},
	OpGreaterThan: {">", ">"},
	OpNotLessThan: {">=", ">="},
}

func (w *words) leaf(c Condition) {
	phrase, compares := phrases[c.Op]
	field := c.Field
	if field == "" {
		field = `""`
	}
	switch {
	case compares && len(c.Values) == 1:
		w.WriteString(field + " " + phrase[0] + " ")
		w.value(c.Op, c.Values[0])
	case compares:
		w.WriteString(field + " " + phrase[1] + " ")
		w.list(c.Op, c.Values)
	case c.Op == OpExists:
		w.WriteString(field + " exists")
	case c.Op == OpExt && c.Ext != nil:
		w.WriteString(c.Ext.String())
	case c.Op == OpExt:
		w.WriteString("no extension")
	case c.Op == 0:
		w.WriteString("no condition")
	default:
		fmt.Fprintf(w, "unknown operator %d", c.Op)
	}
	if c.FoldCase {
		w.WriteString(" ignoring case")
	}
}

func (w *words) list(op Op, values []any) {
	w.WriteByte('(')
	for i, v := range values {
		if i > 0 {
			w.WriteString(", ")
		}
		if i == maxListed && len(values) > maxListed+1 {
			fmt.Fprintf(w, "… and %d more", len(values)-i)
			break
		}
		w.value(op, v)
	}
	w.WriteByte(')')
}

func (w *words) value(op Op, v any) {
	s, isString := v.(string)
	switch {
	case v == nil:
		w.WriteString("null")
	case !isString:
		fmt.Fprint(w, v)
	case op == OpCIDR:
		w.WriteString(s)
	case op == OpRegexp && strconv.CanBackquote(s):
		w.WriteString("`" + s + "`")
	default:
		w.WriteString(strconv.Quote(s))
	}
}
