package rule

import (
	"fmt"
	"runtime/debug"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// evaluation is one record that meets rules. It evaluates conditions the plain way: each as it stands.
type evaluation struct {
	record *parse.Record
	values parse.Values
	picker parse.Picker
	found  candidates
	now    func() time.Time

	entities []entity // of the set
	paths    []string // of its fields

	element parse.Value // what Element is, within one
	inner   *evaluation // of an element, used again for the next
}

// evaluate tells whether a rule holds, and which exception takes it all the same. It turns a panic, of an extension or of
// our own, into an error; what the caller does with the result is outside of it, so that his panics are his.
func (e *evaluation) evaluate(c *compiled) (ok bool, by *Exception, err error) {
	defer func() {
		if v := recover(); v != nil {
			ok, by, err = false, nil, &Error{Rule: c.ID, Err: panicError(v), Stack: debug.Stack()}
		}
	}()
	if !e.holds(&c.root) {
		return false, nil, nil
	}
	for i := range c.except {
		if x := &c.Exceptions[i]; !x.expired(e.now) && e.holds(&c.except[i]) {
			return true, x, nil
		}
	}
	return true, nil, nil
}

// expired tells whether the exception holds no more.
func (x *Exception) expired(now func() time.Time) bool {
	return !x.Expires.IsZero() && !now().Before(x.Expires)
}

// holds tells whether a condition holds, and asks no more of its parts than it takes to know.
func (e *evaluation) holds(n *node) bool {
	if n.op == OpNot {
		return !e.holds(&n.of[0])
	}
	if !n.op.isGroup() {
		_, ok := e.leaf(n)
		return ok
	}
	need, left := n.need, len(n.order)
	for _, part := range n.order {
		if e.holds(part) {
			need--
		}
		left--
		if need == 0 || need > left {
			break
		}
	}
	return need == 0
}

// leaf tells whether a condition that has no parts holds, and for which value.
func (e *evaluation) leaf(n *node) (parse.Value, bool) {
	if n.op == OpExt {
		return parse.Value{}, n.ext.Test(e.record, Values{all: e.values, fields: n.extFields})
	}
	switch {
	case n.op.isOtherField():
		return e.comparesFields(n)
	case n.op.isElements():
		return e.elementsHold(n)
	case n.field == theElement:
		return e.element, n.holdsFor(e.element)
	case isEntity(n.field):
		return e.entityHolds(n)
	}
	for v := range e.values.All(n.field) {
		if n.holdsFor(v) {
			return v, true
		}
	}
	return parse.Value{}, false
}

// Error is one rule that could not be evaluated on one record, because it panicked. With an empty Rule it is a record
// that is no JSON: none of the rules could be.
type Error struct {
	Rule string // ID
	Err  error
	// Stack is where it panicked, for a log. It is no part of the message.
	Stack []byte
}

func (e *Error) Error() string {
	if e.Rule == "" {
		return fmt.Sprintf("rule: record cannot be evaluated: %v", e.Err)
	}
	return fmt.Sprintf("rule: %s: %v", e.Rule, e.Err)
}

// Unwrap returns what went wrong.
func (e *Error) Unwrap() error { return e.Err }

func panicError(v any) error {
	if err, ok := v.(error); ok {
		return fmt.Errorf("panic: %w", err)
	}
	return fmt.Errorf("panic: %v", v)
}
