package rule

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"regexp"

	"github.com/streamalert/streamalert-go/parse"
)

// node is a compiled condition. Which fields are set depends on op, as in [Condition].
type node struct {
	op    Op
	words string // the condition in words; of leaves only

	// of are the parts of a group in the order of the rule, of which need have to hold; of OpNot the only part.
	of   []node
	need int
	// order is of in the order of evaluation: what is cheap first, and what calls Go code with the whole record last.
	order []*node

	path  string
	field int   // its place among the fields of its scope: the record, or the element at hand
	keys  []int // its places among the set's fields, which are several of an entity; none where it has none
	// atOnce is how many of keys one record can have; 0 is all.
	atOnce int
	other  int // of a second field, as field
	fold   bool
	every  bool // all of what is looked for has to fit, instead of one

	// inside are texts of which one has to be somewhere in a value for the condition to hold, one for each thing that is
	// looked for; "" where none can be told.
	inside []string

	scalars  []scalar
	needles  []needle
	globs    []glob
	exprs    []expr
	networks []netip.Prefix

	least, most int // of a length
	moment      *moment
	within      *parse.Fields // what is read of each element

	ext       Extension
	extFields []int
	// cost is about how long it takes to evaluate, in comparisons of a text.
	cost int
	// late tells that the whole record is asked for, here or in a part.
	late bool
}

// expr is an expression, and a text without which it is not found; empty where none can be told.
type expr struct {
	*regexp.Regexp
	must []byte
}

// addValue adds one of the values that the field is compared with.
func (n *node) addValue(v any) (err error) {
	if n.op.isTime() {
		n.moment, err = newMoment(v)
		return err
	}
	if n.op == OpIn || n.op.isCompare() {
		s, err := newScalar(v)
		if err == nil && n.op.isCompare() && s.kind != parse.Number {
			return fmt.Errorf("value of type %T, want a number", v)
		}
		n.scalars = append(n.scalars, s)
		return err
	}
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("value of type %T, want a string", v)
	}
	if s == "" {
		return errors.New("empty text")
	}
	switch n.op {
	case OpRegexp:
		return n.addExpr(s)
	case OpCIDR:
		p, err := parseNetwork(s)
		n.networks = append(n.networks, p)
		return err
	case OpGlob:
		n.globs = append(n.globs, newGlob(s, n.fold))
		n.inside = append(n.inside, requiredOfGlob(s))
	default:
		n.inside = append(n.inside, s)
		n.needles = append(n.needles, newNeedle(s, n.fold))
	}
	return nil
}

func (n *node) addExpr(s string) error {
	e, err := regexp.Compile(s)
	if err == nil && n.fold {
		e, err = regexp.Compile("(?i)" + s)
	}
	must := requiredText(s)
	n.inside = append(n.inside, must)
	if n.fold {
		must = ""
	}
	n.exprs = append(n.exprs, expr{e, []byte(must)})
	return err
}

// weigh sets cost, which is that of the parts and of the condition's own.
func (n *node) weigh() {
	n.cost = 1
	switch n.op {
	case OpGlob, OpContains:
		n.cost = 6 * (len(n.globs) + len(n.needles))
	case OpRegexp:
		n.cost = 20 * len(n.exprs)
	case OpCIDR, OpPrivate, OpBefore, OpAfter, OpEqualsField, OpDiffersField, OpLessField, OpGreaterField:
		n.cost = 3
	case OpExt:
		n.cost = 10
	case OpAnyOf, OpEach:
		n.cost = 20
	}
	for i := range n.of {
		n.cost += n.of[i].cost
	}
}

// holdsFor tells whether the condition, which is one on the values of a field, holds for a value that is there.
func (n *node) holdsFor(v parse.Value) bool {
	switch n.op {
	case OpExists:
		return true
	case OpIn:
		return equalsAny(v, n.scalars, n.fold)
	case OpContains, OpPrefix, OpSuffix, OpGlob, OpRegexp:
		return v.Kind() == parse.String && n.holdsForText(v.Bytes())
	case OpCIDR, OpPrivate:
		return v.Kind() == parse.String && inAny(n.networks, v.Bytes())
	case OpLessThan, OpAtMost, OpGreaterThan, OpNotLessThan:
		return v.Kind() == parse.Number && n.compares(v.Bytes())
	case OpEmpty:
		return isEmpty(v)
	case OpLength, OpCount:
		return n.lengthFits(v)
	}
	c, ok := n.moment.compare(v)
	return ok && (c < 0) == (n.op == OpBefore) && c != 0
}

func (n *node) compares(number []byte) bool {
	d, ok := parseDecimal(number)
	if !ok {
		return false
	}
	c := d.compare(&n.scalars[0].number)
	switch n.op {
	case OpLessThan:
		return c < 0
	case OpAtMost:
		return c <= 0
	case OpGreaterThan:
		return c > 0
	}
	return c >= 0
}

func (n *node) holdsForText(b []byte) bool {
	for i := range n.needles {
		s := &n.needles[i]
		fits := n.op == OpContains && s.isIn(b) || n.op == OpPrefix && s.starts(b) || n.op == OpSuffix && s.ends(b)
		if fits != n.every {
			return fits
		}
	}
	for i := range n.globs {
		if fits := n.globs[i].match(b); fits != n.every {
			return fits
		}
	}
	for i := range n.exprs {
		e := &n.exprs[i]
		if fits := bytes.Contains(b, e.must) && e.Match(b); fits != n.every {
			return fits
		}
	}
	return n.every
}
