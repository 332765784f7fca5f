package schema

import (
	"fmt"

	"github.com/streamalert/streamalert-go/parse"
)

// shape is what an object must be: its keys and their types. One without keys is any object, and anything else.
type shape struct {
	keys  []key
	index map[string]int
}

type key struct {
	name     string
	quoted   string // the name as JSON, with the colon
	kind     kind
	shape    *shape // of an object
	optional bool
	// replaced tells that something else takes the key's place in the record.
	replaced bool
	missing  error
}

type kind uint8

const (
	aString kind = iota
	anInteger
	aFloat
	aBoolean
	aList
	anObject
)

var kinds = map[string]kind{"string": aString, "integer": anInteger, "float": aFloat, "boolean": aBoolean}

// absent is what an optional key that is missing gets.
var absent = [...]string{aString: `""`, anInteger: "0", aFloat: "0.0", aBoolean: "false", aList: "[]", anObject: "{}"}

// compileShape reads a schema; where is the path to it, for errors.
func compileShape(v value, where string) (*shape, error) {
	if v.kind() != '{' {
		return nil, fmt.Errorf("%s is no object", where)
	}
	s := &shape{index: map[string]int{}}
	for _, m := range dict(v) {
		k := key{name: m.name, quoted: string(appendQuoted(nil, []byte(m.name))) + ":", missing: missing(m.name)}
		at := where + "." + m.name
		switch m.value.kind() {
		case '"':
			t, _ := m.value.str()
			kind, ok := kinds[string(t)]
			if !ok {
				return nil, fmt.Errorf("%s: type %q is none of string, integer, float, boolean, {} and []", at, t)
			}
			k.kind = kind
		case '[':
			k.kind = aList
		case '{':
			k.kind = anObject
			var err error
			if k.shape, err = compileShape(m.value, at); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("%s: a type is a string, {} or [], not %s", at, m.value.b)
		}
		s.index[k.name] = len(s.keys)
		s.keys = append(s.keys, k)
	}
	return s, nil
}

// setOptional marks the keys that may be missing.
func (s *shape) setOptional(v value, where string) error {
	names, err := stringList(v, where)
	if err != nil {
		return err
	}
	for _, n := range names {
		i, ok := s.index[n]
		if !ok {
			return fmt.Errorf("%s: %q is no key of the schema", where, n)
		}
		s.keys[i].optional = true
	}
	return nil
}

type missing string

func (m missing) Error() string { return "key " + string(m) + " is missing" }

type unexpected string

func (u unexpected) Error() string { return "key " + string(u) + " is not in the schema" }

const (
	errUnexpected = parse.Reason("a key is not in the schema")
	errNoObject   = parse.Reason("it is no object")
	errNoInteger  = parse.Reason("a value is no integer")
	errNoFloat    = parse.Reason("a value is no float")
	errNoList     = parse.Reason("a value is no list")
)

// slot is what an object has for a key.
type slot struct {
	value value
	found bool
}

// caster makes records of objects. It is used by one goroutine at a time.
type caster struct {
	slots   []slot
	order   []int
	absent  []int // keys that the object that was opened last does not have
	explain bool  // errors name keys
}

// open appends the object v, cast to s, without its last bracket: an error where it does not have exactly the keys of s,
// or, of an envelope, at least these. Of members with one name the last counts, in the place of the first.
func (c *caster) open(dst []byte, s *shape, v value, envelope bool) ([]byte, error) {
	if v.kind() != '{' {
		return dst, errNoObject
	}
	slots, order := len(c.slots), len(c.order)
	for range s.keys {
		c.slots = append(c.slots, slot{})
	}
	defer func() { c.slots, c.order = c.slots[:slots], c.order[:order] }()
	for name, m := range v.members() {
		i, ok := s.index[string(name)]
		switch {
		case ok:
			if k := &c.slots[slots+i]; !k.found {
				k.found = true
				c.order = append(c.order, i)
			}
			c.slots[slots+i].value = m
		case envelope:
		case c.explain:
			return dst, unexpected(name)
		default:
			return dst, errUnexpected
		}
	}
	for i := range s.keys {
		k := &s.keys[i]
		if c.slots[slots+i].found {
			continue
		}
		// An object that is missing counts as {}, which lacks the keys that it must have.
		if !k.optional || k.kind == anObject && len(k.shape.keys) > 0 {
			return dst, k.missing
		}
	}
	dst = append(dst, '{')
	for _, i := range c.order[order:] {
		k := &s.keys[i]
		before := len(dst)
		dst = append(dst, k.quoted...)
		var err error
		if dst, err = c.cast(dst, k, c.slots[slots+i].value); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
		if k.replaced {
			dst = dst[:before]
		}
	}
	c.absent = c.absent[:0]
	for i := range s.keys {
		if !c.slots[slots+i].found {
			c.absent = append(c.absent, i)
		}
	}
	return dst, nil
}

// defaults appends the optional keys that the object that was opened last does not have.
func (c *caster) defaults(dst []byte, s *shape) []byte {
	for _, i := range c.absent {
		if k := &s.keys[i]; !k.replaced {
			dst = append(append(append(dst, k.quoted...), absent[k.kind]...), ',')
		}
	}
	return dst
}

// cast appends a value as the type of its key has it. What Python takes for false stays as it is.
func (c *caster) cast(dst []byte, k *key, v value) ([]byte, error) {
	if k.kind == anObject && len(k.shape.keys) > 0 {
		dst, err := c.open(dst, k.shape, v, false)
		if err != nil {
			return dst, err
		}
		return closed(dst, '}'), nil
	}
	if !truthy(v) {
		return appendValue(dst, v), nil
	}
	switch k.kind {
	case aString:
		if s, ok := v.str(); ok {
			if v.text {
				return appendQuoted(dst, s), nil
			}
			return append(dst, v.b...), nil
		}
		return appendQuoted(dst, str(v)), nil
	case anInteger:
		dst, ok := appendInt(dst, v)
		if !ok {
			return dst, c.typed(k, errNoInteger)
		}
		return dst, nil
	case aFloat:
		dst, ok := appendFloatOf(dst, v)
		if !ok {
			return dst, c.typed(k, errNoFloat)
		}
		return dst, nil
	case aBoolean:
		s := v.b
		if v.kind() == '"' {
			s, _ = v.str()
		}
		if isTrueText(s) {
			return append(dst, "true"...), nil
		}
		return append(dst, "false"...), nil
	case aList:
		if v.kind() != '[' {
			return dst, c.typed(k, errNoList)
		}
	}
	return appendValue(dst, v), nil
}

// isTrueText tells whether a text is "true" in any case.
func isTrueText(s []byte) bool {
	const word = "true"
	if len(s) != len(word) {
		return false
	}
	for i := range s {
		if s[i]|0x20 != word[i] {
			return false
		}
	}
	return true
}

func (c *caster) typed(k *key, err error) error {
	if c.explain {
		return fmt.Errorf("key %s: %w", k.name, err)
	}
	return err
}
