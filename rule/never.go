package rule

import (
	"errors"
	"fmt"
	"reflect"
)

// ErrNever is why a condition is refused that holds for no record at all, for errors.Is.
var ErrNever = errors.New("can never hold")

// maxFacts bounds how many pairs of facts are looked at.
const maxFacts = 1 << 16

// fact is a condition that has to hold, or must not, for another one to hold.
type fact struct {
	of   *Condition
	want bool
}

// never reports conditions, also within others, that cannot come out as want because they contradict themselves. It claims
// what is certain and no more: a field may have several values, so that = "x" and = "y" do not exclude each other, but = "x"
// and not = "x" do.
func (c *compiler) never(of *Condition, want bool) {
	facts := collect(nil, of, want)
	if why := contradiction(facts); why != "" {
		wrong := *of
		if !want {
			wrong = Not(wrong)
		}
		c.problem(&wrong, fmt.Errorf("%w: %s", ErrNever, why))
	}
	for _, f := range facts {
		switch {
		case f.of.Op.isElements():
			c.never(&f.of.Of[0], true)
		case f.of.Op.isGroup():
			for i := range f.of.Of {
				c.never(&f.of.Of[i], f.want || f.of.Op == OpAtLeast)
			}
		case f.of.Op == OpLength || f.of.Op == OpCount:
			if least, most := f.of.Values[0].(int), f.of.Values[1].(int); most < 0 || most < least {
				c.problem(f.of, fmt.Errorf("%w: the most is less than the least", ErrNever))
			}
		}
	}
}

// collect adds what has to hold all together for a condition to come out as want.
func collect(facts []fact, of *Condition, want bool) []fact {
	switch {
	case of.Op == OpNot:
		return collect(facts, &of.Of[0], !want)
	case of.Op == OpAll && want, of.Op == OpAny && !want, (of.Op == OpAll || of.Op == OpAny) && len(of.Of) == 1:
		for i := range of.Of {
			facts = collect(facts, &of.Of[i], want)
		}
		return facts
	}
	return append(facts, fact{of, want})
}

// contradiction tells which two facts exclude each other; "" where none do.
func contradiction(facts []fact) string {
	var holds, fails []*Condition
	for _, f := range facts {
		if f.want {
			holds = append(holds, f.of)
		} else {
			fails = append(fails, f.of)
		}
	}
	if len(holds)*len(fails) > maxFacts {
		return ""
	}
	for _, f := range fails {
		for _, h := range holds {
			if excludes(f, h) {
				return fmt.Sprintf("%v, and not %v", h, f)
			}
		}
	}
	return ""
}

// excludes tells whether h cannot hold where f does not.
func excludes(f, h *Condition) bool {
	switch {
	case f.Op == OpExists:
		onField := !h.Op.isGroup() && h.Op != OpExt
		return onField && h.Field == f.Field && h.Entity == f.Entity || h.Op.isOtherField() && h.Other == f.Field && !f.Entity
	case f.Op == OpIn && h.Op == OpIn && f.Field == h.Field && f.Entity == h.Entity && (f.FoldCase || !h.FoldCase):
		return isSubset(h.Values, f.Values, f.FoldCase)
	}
	return reflect.DeepEqual(f, h)
}

// isSubset tells whether each of the values is one of others.
func isSubset(values, others []any, fold bool) bool {
	if len(values) > len(others) && len(others) < 2 {
		return false // most lists; doubles do not matter here
	}
	known := make(map[string]bool, len(others))
	for _, v := range others {
		known[valueKey(v, fold)] = true
	}
	for _, v := range values {
		if !known[valueKey(v, fold)] {
			return false
		}
	}
	return true
}

// valueKey is the same for values that are equal in the sense of Equals.
func valueKey(v any, fold bool) string {
	s, err := newScalar(v)
	if err != nil {
		return ""
	}
	return string(s.appendKey(nil, fold))
}
