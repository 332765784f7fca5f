package rule

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
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

type words struct {
	strings.Builder
	inElement bool // an empty path is the element
}

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
	case c.Op.isElements():
		w.elements(c, depth)
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
	OpBefore:      {"before", "before"},
	OpAfter:       {"after", "after"},
}

// otherPhrases are the operators that compare two fields.
var otherPhrases = map[Op]string{
	OpEqualsField:  "equals",
	OpDiffersField: "differs from",
	OpLessField:    "<",
	OpGreaterField: ">",
}

func (w *words) leaf(c Condition) {
	phrase, compares := phrases[c.Op]
	if c.Every {
		phrase[1] = strings.Replace(phrase[1], "any of", "all of", 1)
	}
	field := w.subject(c)
	switch {
	case compares && len(c.Values) == 1:
		w.WriteString(field + " " + phrase[0] + " ")
		w.value(c.Op, c.Values[0])
	case compares:
		w.WriteString(field + " " + phrase[1] + " ")
		w.list(c.Op, c.Values)
	case c.Op == OpExists:
		w.WriteString(field + " exists")
	case c.Op == OpEmpty:
		w.WriteString(field + " is empty")
	case c.Op == OpPrivate:
		w.WriteString(field + " is private")
	case c.Op == OpLength:
		w.WriteString("length of " + field + " is " + bounds(c.Values))
	case c.Op == OpCount:
		w.WriteString("count of " + field + " is " + bounds(c.Values))
	case c.Op.isOtherField():
		w.WriteString(field + " " + otherPhrases[c.Op] + " field " + w.field(c.Other))
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

// subject is what a condition is about.
func (w *words) subject(c Condition) string {
	if c.Entity {
		return "entity " + cmp.Or(c.Field, `""`)
	}
	return w.field(c.Field)
}

func (w *words) field(path string) string {
	switch {
	case path != "":
		return path
	case w.inElement:
		return "element"
	}
	return `""`
}

// elements writes what is asked of the elements of an array.
func (w *words) elements(c Condition, depth int) {
	phrase := "any of "
	if c.Op == OpEach {
		phrase = "each of "
	}
	w.WriteString(phrase + w.subject(c) + " (")
	outer := w.inElement
	w.inElement = true
	for i, of := range c.Of {
		if i > 0 {
			w.WriteString(", ")
		}
		w.condition(of, looseOr, depth+1)
	}
	w.inElement = outer
	w.WriteByte(')')
}

// bounds are the bounds of a length in words.
func bounds(values []any) string {
	if len(values) != 2 {
		return fmt.Sprintf("between %d bounds", len(values))
	}
	least, ok1 := values[0].(int)
	most, ok2 := values[1].(int)
	switch {
	case !ok1 || !ok2:
		return fmt.Sprint(values[0], " to ", values[1])
	case least == most:
		return fmt.Sprint(least)
	case most == math.MaxInt:
		return fmt.Sprint("at least ", least)
	case least == 0:
		return fmt.Sprint("at most ", most)
	default:
		return fmt.Sprint(least, " to ", most)
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
	t, isTime := v.(time.Time)
	switch {
	case isTime:
		w.WriteString(t.UTC().Format(time.RFC3339Nano))
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
