package peers

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/streamalert/streamalert-go/rule"
)

// test is a condition as a Go function over a record, in whatever form an engine has it.
type test[T any] func(record T) bool

// combine makes one test of a condition and all that it is made of.
func combine[T any](c rule.Condition, on func(rule.Condition, leaf) test[T]) (test[T], error) {
	switch c.Op {
	case rule.OpAll, rule.OpAny, rule.OpNot:
	default:
		l, err := leafOf(c)
		if err != nil {
			return nil, err
		}
		return on(c, l), nil
	}
	of := make([]test[T], len(c.Of))
	for i := range of {
		var err error
		if of[i], err = combine(c.Of[i], on); err != nil {
			return nil, err
		}
	}
	if c.Op == rule.OpNot {
		return func(r T) bool { return !of[0](r) }, nil
	}
	all := c.Op == rule.OpAll
	return func(r T) bool {
		for _, holds := range of {
			if holds(r) != all {
				return !all
			}
		}
		return all
	}, nil
}

// leaf is what a condition asks of its field: a test of text or of a number, or neither, only that it is there.
type leaf struct {
	text   func(string) bool
	number func(float64) bool
}

func leafOf(c rule.Condition) (leaf, error) {
	if c.FoldCase {
		return leaf{}, untranslated(c)
	}
	if c.Op == rule.OpExists {
		return leaf{}, nil
	}
	if c.Op == rule.OpGreaterThan {
		n, ok := c.Values[0].(int)
		if !ok {
			return leaf{}, untranslated(c)
		}
		return leaf{number: func(v float64) bool { return v > float64(n) }}, nil
	}
	values, err := texts(c)
	if err != nil {
		return leaf{}, err
	}
	text, err := textTest(c, values)
	return leaf{text: text}, err
}

func textTest(c rule.Condition, values []string) (func(string) bool, error) {
	switch c.Op {
	case rule.OpIn:
		if len(values) == 1 {
			return func(s string) bool { return s == values[0] }, nil
		}
		return func(s string) bool { return slices.Contains(values, s) }, nil
	case rule.OpContains:
		return anyOf(values, strings.Contains), nil
	case rule.OpPrefix:
		return anyOf(values, strings.HasPrefix), nil
	case rule.OpRegexp:
		exprs, err := parseAll(values, regexp.Compile)
		return anyOf(exprs, func(s string, e *regexp.Regexp) bool { return e.MatchString(s) }), err
	case rule.OpCIDR:
		networks, err := parseAll(values, netip.ParsePrefix)
		return func(s string) bool {
			a := address(s)
			return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(a) })
		}, err
	}
	return nil, untranslated(c)
}

func anyOf[T any](values []T, holds func(string, T) bool) func(string) bool {
	return func(s string) bool {
		for _, v := range values {
			if holds(s, v) {
				return true
			}
		}
		return false
	}
}

func parseAll[T any](values []string, parse func(string) (T, error)) ([]T, error) {
	all := make([]T, len(values))
	for i, v := range values {
		var err error
		if all[i], err = parse(v); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// address is the address that a text is; of other text the zero Addr, which is in no network.
func address(s string) netip.Addr {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

// texts are the values of a condition, which have to be text. Some engines take "" for a field that is missing.
func texts(c rule.Condition) ([]string, error) {
	all := make([]string, len(c.Values))
	for i, v := range c.Values {
		s, ok := v.(string)
		if !ok || s == "" {
			return nil, untranslated(c)
		}
		all[i] = s
	}
	return all, nil
}
