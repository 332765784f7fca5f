package schema

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
)

// expr is a compiled JMESPath expression (jmespath.org, JMESPath Specification), of which functions and references to
// expressions are left out.
type expr struct {
	op          op
	name        string // of a field; the operator of a comparison
	left, right *expr
	condition   *expr
	list        []*expr
	names       []string // of a hash
	literal     []byte
	index       int
	slice       [3]*int
}

type op uint8

const (
	opCurrent op = iota
	opField
	opIndex
	opLiteral
	opSub     // left.right, left | right
	opProject // left[*].right
	opSlice   // left[a:b:c].right
	opFlatten // left[].right
	opValues  // left.*.right
	opFilter  // left[?condition].right
	opOr
	opAnd
	opNot
	opCompare
	opList
	opHash
)

var none = value{b: null}

// eval is what the expression finds in v; null where it finds nothing.
func (e *expr) eval(v value) value {
	switch e.op {
	case opCurrent:
		return v
	case opField:
		if m, ok := v.member(e.name); ok {
			return m
		}
	case opIndex:
		return element(v, e.index)
	case opLiteral:
		return value{b: e.literal, off: v.off}
	case opSub:
		return e.right.eval(e.left.eval(v))
	case opOr:
		if l := e.left.eval(v); isTrue(l) {
			return l
		}
		return e.right.eval(v)
	case opAnd:
		if l := e.left.eval(v); !isTrue(l) {
			return l
		}
		return e.right.eval(v)
	case opNot:
		return boolean(!isTrue(e.left.eval(v)), v.off)
	case opCompare:
		return e.compare(e.left.eval(v), e.right.eval(v))
	case opList:
		return e.multiList(v)
	case opHash:
		return e.multiHash(v)
	default:
		out := value{b: []byte{'['}, off: v.off}
		if !e.items(v, func(m value) bool {
			if len(out.b) == 1 {
				out.off = m.off
			}
			out.b = append(appendValue(out.b, m), ',')
			return true
		}) {
			return none
		}
		out.b = closed(out.b, ']')
		return out
	}
	return none
}

// records yields what StreamAlert takes as the records that the expression finds: the elements of a list, or the only
// result; none where the result is one that Python takes for false.
func (e *expr) records(v value, yield func(value) bool) {
	if e.op >= opProject && e.op <= opFilter {
		e.items(v, yield)
		return
	}
	switch r := e.eval(v); {
	case !truthy(r):
	case r.kind() == '[':
		each(r, yield)
	default:
		yield(r)
	}
}

// items yields the elements of the list that the expression finds; false where it finds something else.
func (e *expr) items(v value, yield func(value) bool) bool {
	on := true
	right := func(m value) bool {
		if r := e.right.eval(m); !r.isNull() {
			on = yield(r)
		}
		return on
	}
	switch e.op {
	case opProject:
		return e.left.items(v, right)
	case opFlatten:
		return e.left.items(v, func(m value) bool {
			if m.kind() != '[' {
				return right(m)
			}
			each(m, right)
			return on
		})
	case opFilter:
		return e.left.items(v, func(m value) bool {
			return !isTrue(e.condition.eval(m)) || right(m)
		})
	case opValues:
		m := e.left.eval(v)
		if m.kind() != '{' {
			return false
		}
		for _, m := range dict(m) {
			if !right(m.value) {
				break
			}
		}
		return true
	case opSlice:
		m := e.left.eval(v)
		if m.kind() != '[' {
			return false
		}
		e.sliced(m, right)
		return true
	}
	r := e.eval(v)
	if r.kind() != '[' {
		return false
	}
	each(r, yield)
	return true
}

func each(v value, yield func(value) bool) {
	for e := range v.elements() {
		if !yield(e) {
			return
		}
	}
}

func element(v value, index int) value {
	if index < 0 {
		n := 0
		for range v.elements() {
			n++
		}
		index += n
	}
	for e := range v.elements() {
		if index == 0 {
			return e
		}
		index--
	}
	return none
}

// sliced yields the elements that Python's v[a:b:c] has.
func (e *expr) sliced(v value, yield func(value) bool) {
	var all []value
	for m := range v.elements() {
		all = append(all, m)
	}
	step := 1
	if e.slice[2] != nil {
		step = *e.slice[2]
	}
	bound := func(p *int, otherwise int) int {
		if p == nil {
			return otherwise
		}
		n, least, most := *p, 0, len(all)
		if step < 0 {
			least, most = -1, len(all)-1
		}
		if n < 0 {
			n += len(all)
		}
		return min(max(n, least), most)
	}
	from, to := bound(e.slice[0], 0), bound(e.slice[1], len(all))
	if step < 0 {
		from, to = bound(e.slice[0], len(all)-1), bound(e.slice[1], -1)
	}
	for i := from; step > 0 && i < to || step < 0 && i > to; i += step {
		if !yield(all[i]) {
			return
		}
	}
}

// isTrue is what JMESPath takes for true: 0 is.
func isTrue(v value) bool { return v.kind() == '0' || truthy(v) }

func boolean(b bool, off int) value { return value{b: strconv.AppendBool(nil, b), off: off} }

func (e *expr) compare(l, r value) value {
	if e.name == "==" || e.name == "!=" {
		return boolean(equal(l, r) == (e.name == "=="), l.off)
	}
	var order int
	switch ls, ok := l.str(); {
	case l.kind() == '0' && r.kind() == '0':
		x, errX := strconv.ParseFloat(string(l.b), 64)
		y, errY := strconv.ParseFloat(string(r.b), 64)
		if errX != nil || errY != nil {
			return none
		}
		order = cmpFloat(x, y)
	case ok && r.kind() == '"':
		rs, _ := r.str()
		order = bytes.Compare(ls, rs)
	default:
		return none
	}
	switch e.name {
	case "<":
		return boolean(order < 0, l.off)
	case "<=":
		return boolean(order <= 0, l.off)
	case ">":
		return boolean(order > 0, l.off)
	}
	return boolean(order >= 0, l.off)
}

func cmpFloat(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func equal(l, r value) bool {
	if l.kind() != r.kind() {
		return false
	}
	var x, y any
	errX := json.Unmarshal(appendValue(nil, l), &x)
	errY := json.Unmarshal(appendValue(nil, r), &y)
	return errX == nil && errY == nil && reflect.DeepEqual(x, y)
}

func (e *expr) multiList(v value) value {
	if v.isNull() {
		return none
	}
	out := []byte{'['}
	for _, m := range e.list {
		out = append(appendValue(out, m.eval(v)), ',')
	}
	return value{b: closed(out, ']'), off: v.off}
}

func (e *expr) multiHash(v value) value {
	if v.isNull() {
		return none
	}
	out := []byte{'{'}
	for i, m := range e.list {
		out = append(appendQuoted(out, []byte(e.names[i])), ':')
		out = append(appendValue(out, m.eval(v)), ',')
	}
	return value{b: closed(out, '}'), off: v.off}
}
