package rule

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// maxDepth is how deep conditions may be nested.
const maxDepth = 1000

// Compile checks the rules and makes them a set. It copies them: what is changed afterwards makes no difference. Its
// error is a [*CompileError] that tells everything that is wrong with any of them:
//
//   - an ID that is missing, or is there twice; a severity that there is none of; a log type without a name
//   - a condition that asks nothing: the zero Condition, All of nothing, In and Contains of no values, a nil Func
//   - AtLeast(n) of fewer than n conditions, or with n below 1
//   - a path, an expression or a network that cannot be read; a value of a wrong type; text of ""
//     to look for
//   - parts of a Condition that its Op does not read
//   - a condition, also one within others, that can never hold: All of one and its Not, of a field that has to be there and
//     must not, a length of at least 3 and at most 2 ([ErrNever])
//   - a log type, or a field of a closed log type, that the [Compiler] does not know
//   - an entity that none of the rule's log types has, or where no log types are known
//   - an exception without a name or a reason, or that has expired ([ErrExpired])
//   - a template that cannot be read, a status that there is none of, a technique or a reference in a wrong form, and
//     empty words in lists
//   - conditions that are nested more than 1000 deep
func Compile(rules ...Rule) (*Set, error) { return Compiler{}.Compile(rules...) }

// MustCompile is Compile for rules that are written in Go: it panics where Compile returns an error. Mind exceptions that
// expire: from that day on it panics, see [Compiler].ExpiredOK.
func MustCompile(rules ...Rule) *Set {
	s, err := Compile(rules...)
	if err != nil {
		panic(err)
	}
	return s
}

// Compiler makes sets of rules. The zero Compiler is what [Compile] uses.
type Compiler struct {
	// Types are the known log types. Where there are any, a rule for another one is a problem, and so is a field that a
	// closed type does not have ([parse.LogType].Fields); of a rule for several types, one that none of them has, if all of
	// them are closed. Conditions on an [Entity] are about the fields that these types have it in.
	Types []*parse.LogType
	// Now is the clock by which exceptions expire: time.Now where it is nil. The set asks it too, whenever an exception
	// that can expire holds, so it must be safe for concurrent use.
	Now func() time.Time
	// ExpiredOK is for a program that has to start whatever the date: an exception that has expired is then no problem,
	// it just holds no more. Without it, let the tests of the rules compile them.
	ExpiredOK bool
}

// Compile is as the package's Compile is.
func (o Compiler) Compile(rules ...Rule) (*Set, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	c := compiler{Compiler: o}
	return c.set(rules)
}

func (c *compiler) set(rules []Rule) (*Set, error) {
	s := &Set{rules: make([]compiled, len(rules)), now: c.Now}
	c.ids, c.entityIDs, c.scope = map[string]int{}, map[string]int{}, &scope{fields: map[string]int{}}
	for i := range rules {
		s.rules[i] = c.rule(i, rules[i])
	}
	if len(c.problems) > 0 {
		return nil, &CompileError{Problems: c.problems}
	}
	fields, err := parse.CompileFields(c.scope.paths...)
	if err != nil {
		return nil, &CompileError{Problems: []Problem{{Index: -1, Err: err}}} // each path is right by itself
	}
	s.fields, s.paths, s.entities = fields, c.scope.paths, c.entities
	s.index = newIndex(fields.Len(), s.rules)
	s.logs = map[string]struct{}{}
	for i := range s.rules {
		if s.rules[i].Disabled {
			continue
		}
		s.enabled = true
		s.anyLog = s.anyLog || len(s.rules[i].Logs) == 0
		for _, log := range s.rules[i].Logs {
			s.logs[log] = struct{}{}
		}
	}
	return s, nil
}

type compiler struct {
	Compiler
	problems []Problem
	ids      map[string]int // where each was first
	id       string         // of the rule at hand
	index    int
	logs     []string         // those of the rule at hand
	unknown  bool             // one of them is
	closed   []*parse.LogType // the types of the rule at hand, where all are closed
	within   string           // the exception at hand; empty where it is the rule's own condition
	sloppy   bool             // a condition may be one that can never hold
	scope    *scope           // what paths are read in; outermost, the fields of all rules
	entities []entity         // of all rules
	// entityIDs are their places among entities, by name and by the log types of the rule.
	entityIDs map[string]int
}

func (c *compiler) rule(i int, r Rule) compiled {
	c.id, c.index = r.ID, i
	if r.ID == "" {
		c.problem(nil, errors.New("ID is empty"))
	} else if first, ok := c.ids[r.ID]; ok {
		c.problem(nil, fmt.Errorf("ID is also that of the rule at index %d", first))
	} else {
		c.ids[r.ID] = i
	}
	if _, err := r.Severity.MarshalText(); err != nil {
		c.problem(nil, fmt.Errorf("severity %d is unknown", r.Severity))
	}
	if slices.Contains(r.Logs, "") {
		c.problem(nil, errors.New("log type has no name"))
	}
	c.forLogs(r.Logs)
	when, root := c.root(r.When)
	r.Logs, r.When = slices.Clone(r.Logs), when
	out := compiled{Rule: r, root: root}
	c.exceptions(&out)
	c.metadata(&out)
	return out
}

// root checks and compiles a whole condition.
func (c *compiler) root(of Condition) (Condition, node) {
	before := len(c.problems)
	when, root := c.condition(of, 1)
	if len(c.problems) == before && !c.sloppy {
		c.never(&when, true)
	}
	return when, root
}

// problem notes what is wrong with a condition, or with the rule itself where that is nil.
func (c *compiler) problem(of *Condition, err error) {
	if c.within != "" {
		err = fmt.Errorf("exception %q: %w", c.within, err)
	}
	p := Problem{Rule: c.id, Index: c.index, Err: err}
	if of != nil {
		p.Condition = c.wordsOf(*of)
	}
	c.problems = append(c.problems, p)
}

// wordsOf is a condition in words, also where an extension's code fails.
func (c *compiler) wordsOf(of Condition) (text string) {
	defer func() {
		if v := recover(); v != nil {
			text = fmt.Sprintf("extension of type %T", of.Ext)
		}
	}()
	w := words{inElement: c.scope.outer != nil}
	w.condition(of, looseOr, 0)
	return w.String()
}

// condition checks and compiles a condition, and copies it.
func (c *compiler) condition(of Condition, depth int) (Condition, node) {
	if depth > maxDepth {
		c.problem(nil, fmt.Errorf("conditions are nested more than %d deep", maxDepth))
		return of, node{}
	}
	if stray := strayPart(of); stray != "" {
		c.problem(&of, fmt.Errorf("%s has no meaning here", stray))
	}
	n := node{op: of.Op, fold: of.FoldCase, every: of.Every}
	switch {
	case of.Op.isGroup():
		of.Of = c.group(of, &n, depth)
		n.weigh()
		return of, n
	case of.Op == OpExt:
		c.extension(&of, &n)
	case of.Op.isElements():
		c.elements(&of, &n, depth)
	case of.Op == 0:
		c.problem(&of, errors.New("rule has no condition"))
	case of.Op > OpExt:
		c.problem(&of, errors.New("operator is unknown"))
	default:
		of.Values = slices.Clone(of.Values)
		c.leaf(&of, &n)
	}
	n.weigh()
	if n.words == "" {
		n.words = c.wordsOf(of)
	}
	return of, n
}

// strayPart names a part of a condition that its operator does not read.
func strayPart(c Condition) string {
	if c.Op == 0 || c.Op > OpExt {
		return ""
	}
	onField := !c.Op.isGroup() && c.Op != OpExt
	compares := onField && c.Op != OpExists && c.Op != OpEmpty && c.Op != OpPrivate && !c.Op.isOtherField() && !c.Op.isElements()
	switch {
	case c.Field != "" && !onField:
		return "Field"
	case c.Entity && !onField:
		return "Entity"
	case len(c.Values) > 0 && !compares:
		return "Values"
	case c.FoldCase && !c.Op.folds():
		return "FoldCase"
	case c.Every && !c.Op.isText():
		return "Every"
	case c.Other != "" && !c.Op.isOtherField():
		return "Other"
	case len(c.Of) > 0 && !c.Op.isGroup() && !c.Op.isElements():
		return "Of"
	case c.N != 0 && c.Op != OpAtLeast:
		return "N"
	case c.Ext != nil && c.Op != OpExt:
		return "Ext"
	}
	return ""
}

func (c *compiler) group(of Condition, n *node, depth int) []Condition {
	switch {
	case of.Op == OpNot && len(of.Of) != 1:
		c.problem(&of, fmt.Errorf("not of %d conditions, want 1", len(of.Of)))
	case len(of.Of) == 0:
		c.problem(&of, errors.New("no conditions"))
	case of.Op == OpAtLeast && (of.N < 1 || of.N > len(of.Of)):
		c.problem(&of, fmt.Errorf("at least %d of %d conditions", of.N, len(of.Of)))
	}
	switch of.Op {
	case OpAll:
		n.need = len(of.Of)
	case OpAtLeast:
		n.need = of.N
	default:
		n.need = 1
	}
	copies := make([]Condition, len(of.Of))
	n.of = make([]node, len(of.Of))
	for i := range of.Of {
		copies[i], n.of[i] = c.condition(of.Of[i], depth+1)
	}
	for i := range n.of {
		n.order = append(n.order, &n.of[i])
	}
	slices.SortStableFunc(n.order, func(a, b *node) int {
		switch {
		case a.late == b.late:
			return cmp.Compare(a.cost, b.cost)
		case a.late:
			return 1
		}
		return -1
	})
	n.late = len(n.of) > 0 && n.order[len(n.order)-1].late
	return copies
}

func (c *compiler) leaf(of *Condition, n *node) {
	n.path = of.Field
	c.fieldOrElement(of, n)
	switch {
	case of.Op == OpPrivate:
		n.networks = privateNetworks
		return
	case of.Op.isOtherField():
		n.other = c.field(of, of.Other)
		return
	case of.Op == OpExists, of.Op == OpEmpty:
		return
	case of.Op == OpLength, of.Op == OpCount:
		c.bounds(of, n)
		return
	case len(of.Values) == 0:
		c.problem(of, errors.New("no values"))
		return
	case (of.Op.isCompare() || of.Op.isTime()) && len(of.Values) > 1:
		c.problem(of, fmt.Errorf("%d values, want 1", len(of.Values)))
		return
	}
	for _, v := range of.Values {
		if err := n.addValue(v); err != nil {
			c.problem(of, err)
		}
	}
}

func (c *compiler) bounds(of *Condition, n *node) {
	if len(of.Values) != 2 {
		c.problem(of, fmt.Errorf("%d values, want 2", len(of.Values)))
		return
	}
	if err := n.addBounds(of.Values); err != nil {
		c.problem(of, err)
	}
}

// field is the place of a path among the fields of its scope.
func (c *compiler) field(of *Condition, path string) int {
	if _, known := c.scope.fields[path]; !known {
		if _, err := parse.CompileFields(path); err != nil {
			c.problem(of, err)
			return -1
		}
	}
	c.checkField(of, "", c.scope.path(path))
	return c.scope.add(path)
}

func (c *compiler) extension(of *Condition, n *node) {
	plain, isPlain := of.Ext.(plainFunc)
	onFields, isOnFields := of.Ext.(fieldsFunc)
	if of.Ext == nil || isPlain && plain == nil || isOnFields && onFields.f == nil {
		*of = Condition{Op: OpExt}
		c.problem(of, errors.New("nothing to call"))
		return
	}
	defer func() {
		if v := recover(); v != nil {
			c.problem(of, fmt.Errorf("panic: %v", v))
		}
	}()
	n.ext = of.Ext
	n.words = of.Ext.String()
	paths := of.Ext.Fields()
	n.late = paths == nil
	for _, p := range paths {
		n.extFields = append(n.extFields, c.field(of, p))
	}
}
