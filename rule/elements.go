package rule

import (
	"fmt"
	"iter"

	"github.com/streamalert/streamalert-go/parse"
)

// theElement is the field of a condition on the element itself.
const theElement = -2

// scope is what paths are read in: the record, or an element of an array.
type scope struct {
	paths  []string
	fields map[string]int // their places among paths
	outer  *scope         // nil of the record
	// base is the path of the array in the record. Where it is empty, there is none that could be told.
	base string
}

// elements compiles what is asked about the elements of an array. The paths within are entered among those of the record
// too, so that the index can look for the values that one of the elements has to have.
func (c *compiler) elements(of *Condition, n *node, depth int) {
	n.path = of.Field
	c.fieldOrElement(of, n)
	if len(of.Of) != 1 {
		c.problem(of, fmt.Errorf("of %d conditions, want 1", len(of.Of)))
		return
	}
	inner := &scope{fields: map[string]int{}, outer: c.scope}
	if !of.Entity {
		inner.base = c.scope.path(of.Field)
	}
	c.scope = inner
	when, root := c.condition(of.Of[0], depth+1)
	c.scope = inner.outer
	of.Of, n.of, n.late = []Condition{when}, []node{root}, root.late
	var err error
	if n.within, err = parse.CompileFields(inner.paths...); err != nil && len(c.problems) == 0 {
		c.problem(of, err)
	}
}

// path is where in the record a path of the scope leads; empty where that cannot be told. An element's member whose name
// is digits would be taken for a place in the array.
func (s *scope) path(path string) string {
	switch {
	case s.outer == nil:
		return path
	case path == "":
		return s.base
	case s.base == "" || path[0] >= '0' && path[0] <= '9':
		return ""
	}
	return s.base + "." + path
}

// record is the scope of the record.
func (s *scope) record() *scope {
	for s.outer != nil {
		s = s.outer
	}
	return s
}

// add is the place of a path.
func (s *scope) add(path string) int {
	if i, ok := s.fields[path]; ok {
		return i
	}
	i := len(s.paths)
	s.fields[path] = i
	s.paths = append(s.paths, path)
	return i
}

// fieldOrElement sets the place of a condition's field in its scope, and the places that it has in the record: of an entity
// several, and none where that cannot be told.
func (c *compiler) fieldOrElement(of *Condition, n *node) {
	switch {
	case of.Entity:
		c.entity(of, n)
		return
	case of.Field == "" && c.scope.outer != nil:
		n.field = theElement
	default:
		n.field = c.field(of, of.Field)
	}
	if n.field == -1 {
		return
	}
	if c.scope.outer == nil {
		n.keys = []int{n.field}
		return
	}
	path := c.scope.path(of.Field)
	if _, err := parse.CompileFields(path); err != nil {
		return // there is none, or that of the array is wrong, which is told of that
	}
	n.keys = []int{c.scope.record().add(path)}
}

// elementsHold tells whether a condition on elements holds, and for which one.
func (e *evaluation) elementsHold(n *node) (parse.Value, bool) {
	seen := false
	for v := range e.all(n.field) {
		if isArray(v) {
			continue // its elements are values too
		}
		seen = true
		holds := e.enter(n, v).holds(&n.of[0])
		if holds && n.op == OpAnyOf {
			return v, true
		}
		if !holds && n.op == OpEach {
			return parse.Value{}, false
		}
	}
	return parse.Value{}, seen && n.op == OpEach
}

func isArray(v parse.Value) bool {
	return v.Kind() == parse.JSON && len(v.Bytes()) > 0 && v.Bytes()[0] == '['
}

var emptyObject = []byte("{}")

// enter is the evaluation of one element. It is used again for the next one.
func (e *evaluation) enter(n *node, v parse.Value) *evaluation {
	if e.inner == nil {
		e.inner = &evaluation{}
	}
	in := e.inner
	in.record, in.element = e.record, v
	object := emptyObject
	if v.Kind() == parse.JSON {
		object = v.Bytes()
	}
	values, err := in.picker.Pick(parse.JSONRecord(object), n.within)
	if err != nil {
		// The walk that found it may have been content with less. The rule fails on this record, and that is told.
		panic(fmt.Errorf("element of %s: %w", n.path, err))
	}
	in.values = values
	return in
}

// all yields the values of a field; of the element itself, that. It is in two parts so that it is inlined, and nothing is
// allocated.
func (e *evaluation) all(field int) iter.Seq[parse.Value] {
	return func(yield func(parse.Value) bool) { e.each(field, yield) }
}

func (e *evaluation) each(field int, yield func(parse.Value) bool) {
	switch {
	case field == theElement:
		yield(e.element)
		return
	case isEntity(field):
		e.eachOf(field, yield)
		return
	}
	for v := range e.values.All(field) {
		if !yield(v) {
			return
		}
	}
}
