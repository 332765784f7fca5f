package peers

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/streamalert/streamalert-go/rule"
)

// compileLoop is the loop that many write: decode the record into a map, and ask every rule. Each field is looked up
// once a record, not once a rule.
func compileLoop(rules []rule.Rule) (Match, error) {
	var fields []path
	places := map[string]int{}
	tests, err := eachRule(rules, func(c rule.Condition) (test[[]field], error) {
		return combine(c, func(c rule.Condition, l leaf) test[[]field] {
			i, ok := places[c.Field]
			if !ok {
				i = len(fields)
				places[c.Field] = i
				fields = append(fields, strings.Split(c.Field, "."))
			}
			return l.onField(i)
		})
	})
	if err != nil {
		return nil, err
	}
	values := make([]field, len(fields))
	return func(record []byte, found func(int)) error {
		m, err := decode(record)
		if err != nil {
			return err
		}
		for i, p := range fields {
			values[i].value, values[i].exists = p.in(m)
		}
		for i, holds := range tests {
			if holds(values) {
				found(i)
			}
		}
		return nil
	}, nil
}

// field is a field of a record that was decoded.
type field struct {
	value  any
	exists bool
}

func (l leaf) onField(i int) test[[]field] {
	switch {
	case l.text != nil:
		return func(f []field) bool {
			s, ok := f[i].value.(string)
			return ok && l.text(s)
		}
	case l.number != nil:
		return func(f []field) bool {
			n, ok := f[i].value.(float64)
			return ok && l.number(n)
		}
	}
	return func(f []field) bool { return f[i].exists }
}

// compileGJSON asks the record's bytes for each condition that a rule comes to.
func compileGJSON(rules []rule.Rule) (Match, error) {
	tests, err := eachRule(rules, func(c rule.Condition) (test[[]byte], error) {
		return combine(c, func(c rule.Condition, l leaf) test[[]byte] { return l.onBytes(c.Field) })
	})
	if err != nil {
		return nil, err
	}
	return func(record []byte, found func(int)) error {
		for i, holds := range tests {
			if holds(record) {
				found(i)
			}
		}
		return nil
	}, nil
}

func (l leaf) onBytes(path string) test[[]byte] {
	switch {
	case l.text != nil:
		return func(record []byte) bool {
			r := gjson.GetBytes(record, path)
			return r.Type == gjson.String && l.text(r.Str)
		}
	case l.number != nil:
		return func(record []byte) bool {
			r := gjson.GetBytes(record, path)
			return r.Type == gjson.Number && l.number(r.Num)
		}
	}
	return func(record []byte) bool { return gjson.GetBytes(record, path).Exists() }
}
