package schema

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// normalized is one entry of normalization: a name, and where its values stand.
type normalized struct {
	name    string
	sources []normalizedSource
}

type normalizedSource struct {
	path       []string
	function   []byte // JSON
	condition  *condition
	noArtifact bool
}

// condition tells of which records a source is read.
type condition struct {
	path []string
	test string // is, is_not, in, ...; none never holds
	text string
	list []string // of in and not_in; nil where text is what the value must stand in
}

func compileNormalization(v value, where string) ([]normalized, error) {
	if v.kind() != '{' {
		return nil, fmt.Errorf("%s is no object", where)
	}
	var all []normalized
	for _, m := range dict(v) {
		at := where + "." + m.name
		if m.value.kind() != '[' {
			return nil, fmt.Errorf("%s is no list", at)
		}
		n := normalized{name: m.name}
		if path, err := stringList(m.value, at); err == nil {
			n.sources = []normalizedSource{{path: path, function: null}}
			all = append(all, n)
			continue
		}
		for e := range m.value.elements() {
			s, err := compileSource(e, at)
			if err != nil {
				return nil, err
			}
			n.sources = append(n.sources, s)
		}
		all = append(all, n)
	}
	return all, nil
}

func compileSource(v value, where string) (normalizedSource, error) {
	s := normalizedSource{function: null}
	if v.kind() != '{' {
		return s, fmt.Errorf("%s: an element is neither a key nor an object, or both are mixed", where)
	}
	for _, m := range dict(v) {
		var err error
		switch m.name {
		case "path":
			s.path, err = stringList(m.value, where+".path")
		case "function":
			if truthy(m.value) {
				s.function = bytes.Clone(m.value.b)
			}
		case "condition":
			if truthy(m.value) {
				s.condition, err = compileCondition(m.value, where+".condition")
			}
		case "send_to_artifacts":
			s.noArtifact = !truthy(m.value)
		default:
			err = fmt.Errorf("%s: %q is none of path, function, condition and send_to_artifacts", where, m.name)
		}
		if err != nil {
			return s, err
		}
	}
	if s.path == nil {
		return s, fmt.Errorf("%s: path is missing", where)
	}
	return s, nil
}

// tests are what a condition can ask, in the order in which the first one counts.
var tests = []string{"is", "is_not", "in", "not_in", "contains", "not_contains"}

func compileCondition(v value, where string) (*condition, error) {
	c := &condition{}
	if v.kind() != '{' {
		return nil, fmt.Errorf("%s is no object", where)
	}
	var err error
	if p, ok := v.member("path"); ok && truthy(p) {
		if c.path, err = stringList(p, where+".path"); err != nil {
			return nil, err
		}
	}
	for _, test := range tests {
		t, ok := v.member(test)
		if !ok || !truthy(t) || c.test != "" {
			continue
		}
		c.test = test
		if t.kind() == '[' && (test == "in" || test == "not_in") {
			c.list, err = stringList(t, where+"."+test)
		} else {
			c.text, err = stringOf(t, where+"."+test)
		}
		if err != nil {
			return nil, err
		}
	}
	return c, nil
}

// holds tells whether the condition is met, of the value in lower case. It is not where there is no value.
func (c *condition) holds(record []byte) bool {
	v, ok := find(record, c.path)
	if !ok {
		return false
	}
	s := strings.ToLower(string(str(v)))
	within := strings.Contains(c.text, s)
	if c.list != nil {
		within = slices.Contains(c.list, s)
	}
	switch c.test {
	case "is":
		return s == c.text
	case "is_not":
		return s != c.text
	case "in":
		return within
	case "not_in":
		return !within
	case "contains":
		return strings.Contains(s, c.text)
	case "not_contains":
		return !strings.Contains(s, c.text)
	}
	return false
}

// find is the value at a path of keys; ok is false where it, or one before it, is none or what Python takes for false.
func find(record []byte, path []string) (v value, ok bool) {
	v = value{b: record}
	for _, name := range path {
		if v, ok = v.member(name); !ok || !truthy(v) {
			return v, false
		}
	}
	return v, ok
}

// appendNormalization appends what a record has under streamalert_normalization.
func appendNormalization(dst []byte, all []normalized, record []byte) []byte {
	dst = append(dst, '{')
	for _, n := range all {
		before := len(dst)
		dst = append(appendQuoted(dst, []byte(n.name)), ":["...)
		some := false
		for _, s := range n.sources {
			if s.condition != nil && !s.condition.holds(record) {
				continue
			}
			if v, ok := find(record, s.path); ok {
				dst, some = s.append(dst, v), true
			}
		}
		if !some {
			dst = dst[:before]
			continue
		}
		dst = append(closed(dst, ']'), ',')
	}
	return closed(dst, '}')
}

func (s *normalizedSource) append(dst []byte, v value) []byte {
	dst = append(append(append(dst, `{"function":`...), s.function...), `,"values":`...)
	if v.kind() == '[' {
		dst = appendValue(dst, v)
	} else {
		dst = append(appendQuoted(append(dst, '['), str(v)), ']')
	}
	if s.noArtifact {
		dst = append(dst, `,"send_to_artifacts":false`...)
	}
	return append(dst, "},"...)
}
