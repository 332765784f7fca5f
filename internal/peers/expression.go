package peers

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"

	"github.com/streamalert/streamalert-go/rule"
)

// dialect is how a language of expressions says what conditions say. Each is a format for a variable and a literal; within
// is one for a variable and the name of a network.
type dialect struct {
	contains, prefix, matches, within string
}

// variable is what an expression reads of a record. Variables have types, which makes expressions quick: text that is
// missing or something else is "", such a number is below all others, such an address is in no network.
type variable struct {
	name string
	path path
	kind kind
}

type kind int

const (
	text kind = iota
	number
	there
	addr
)

// of is the variable's value: a string, a float64, a bool, or a netip.Addr.
func (v *variable) of(record map[string]any) any {
	value, ok := v.path.in(record)
	switch v.kind {
	case there:
		return ok
	case number:
		if n, ok := value.(float64); ok {
			return n
		}
		return math.Inf(-1)
	}
	s, _ := value.(string)
	if v.kind == addr {
		return address(s)
	}
	return s
}

// writer writes conditions as expressions, and gathers what these read: variables of the record, and networks by name.
type writer struct {
	dialect
	variables []variable
	known     map[string]bool
	networks  map[string]netip.Prefix
}

func (w *writer) expression(c rule.Condition) (string, error) {
	switch c.Op {
	case rule.OpAll:
		return w.join(c.Of, " && ")
	case rule.OpAny:
		return w.join(c.Of, " || ")
	case rule.OpNot:
		s, err := w.expression(c.Of[0])
		return "!(" + s + ")", err
	case rule.OpExists:
		return w.variable(c, there), nil
	}
	if c.FoldCase {
		return "", untranslated(c)
	}
	if c.Op == rule.OpGreaterThan {
		n, ok := c.Values[0].(int)
		if !ok {
			return "", untranslated(c)
		}
		return fmt.Sprintf("%s > %d.0", w.variable(c, number), n), nil
	}
	return w.text(c)
}

func (w *writer) text(c rule.Condition) (string, error) {
	values, err := texts(c)
	if err != nil {
		return "", err
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = strconv.Quote(v)
	}
	switch c.Op {
	case rule.OpIn:
		if len(quoted) == 1 {
			return w.variable(c, text) + " == " + quoted[0], nil
		}
		return w.variable(c, text) + " in [" + strings.Join(quoted, ", ") + "]", nil
	case rule.OpContains:
		return anyLiteral(w.contains, w.variable(c, text), quoted), nil
	case rule.OpPrefix:
		return anyLiteral(w.prefix, w.variable(c, text), quoted), nil
	case rule.OpRegexp:
		return anyLiteral(w.matches, w.variable(c, text), quoted), nil
	case rule.OpCIDR:
		networks, err := parseAll(values, netip.ParsePrefix)
		return anyLiteral(w.within, w.variable(c, addr), w.names(networks)), err
	}
	return "", untranslated(c)
}

func (w *writer) names(networks []netip.Prefix) []string {
	if w.networks == nil {
		w.networks = map[string]netip.Prefix{}
	}
	names := make([]string, len(networks))
	for i, n := range networks {
		names[i] = fmt.Sprintf("network_%d", len(w.networks))
		w.networks[names[i]] = n
	}
	return names
}

func anyLiteral(format, variable string, literals []string) string {
	all := make([]string, len(literals))
	for i, l := range literals {
		all[i] = fmt.Sprintf(format, variable, l)
	}
	return "(" + strings.Join(all, " || ") + ")"
}

func (w *writer) join(of []rule.Condition, operator string) (string, error) {
	all := make([]string, len(of))
	for i := range of {
		var err error
		if all[i], err = w.expression(of[i]); err != nil {
			return "", err
		}
	}
	return "(" + strings.Join(all, operator) + ")", nil
}

// variable is the name under which a condition reads its field.
func (w *writer) variable(c rule.Condition, k kind) string {
	name := [...]string{text: "text_", number: "number_", there: "there_", addr: "address_"}[k] + strings.ReplaceAll(c.Field, ".", "_")
	if !w.known[name] {
		if w.known == nil {
			w.known = map[string]bool{}
		}
		w.known[name] = true
		w.variables = append(w.variables, variable{name, strings.Split(c.Field, "."), k})
	}
	return name
}

// zero is a value of the variable's type.
func (v *variable) zero() any {
	return [...]any{text: "", number: 0.0, there: false, addr: netip.Addr{}}[v.kind]
}
