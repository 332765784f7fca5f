package schema

import (
	"fmt"
	"strings"
)

// pattern is one entry of log_patterns.
type pattern struct {
	field    string
	envelope bool
	nested   []pattern
	isNested bool
	globs    []string
}

func compilePatterns(v value, where string) ([]pattern, error) {
	if v.kind() != '{' {
		return nil, fmt.Errorf("%s is no object", where)
	}
	var all []pattern
	for _, m := range dict(v) {
		p := pattern{field: m.name, envelope: m.name == envelopeKey}
		at := where + "." + m.name
		var err error
		switch m.value.kind() {
		case '{':
			p.isNested = true
			p.nested, err = compilePatterns(m.value, at)
		case '"':
			var s string
			s, err = stringOf(m.value, at)
			p.globs = []string{s}
		default:
			p.globs, err = stringList(m.value, at)
		}
		if err != nil {
			return nil, err
		}
		if p.envelope && !p.isNested {
			return nil, fmt.Errorf("%s is no object", at)
		}
		all = append(all, p)
	}
	return all, nil
}

// matches tells whether a record has the patterns. As in StreamAlert, the first entry that is nested or of the envelope
// decides alone, whatever stands before and behind it, and a value that is no string has none.
func matches(patterns []pattern, record, envelope []byte) bool {
	result := true
	for _, p := range patterns {
		if p.envelope {
			return len(p.nested) == 0 || envelope != nil && matches(p.nested, envelope, nil)
		}
		v, ok := value{b: record}.member(p.field)
		if p.isNested {
			return ok && (len(p.nested) == 0 || v.kind() == '{' && matches(p.nested, v.b, nil))
		}
		if !ok {
			return false
		}
		if !result {
			continue
		}
		s, isString := v.str()
		if !isString && len(p.globs) > 0 {
			return false // whatever follows: StreamAlert fails here
		}
		result = matchesOne(p.globs, string(s))
	}
	return result
}

func matchesOne(globs []string, s string) bool {
	for _, g := range globs {
		if glob(g, s) {
			return true
		}
	}
	return false
}

// glob is Python's fnmatch.fnmatchcase: * is any text, ? a character, [a-z] one of these, [!a-z] any other.
func glob(pattern, s string) bool {
	p, t := []rune(pattern), []rune(s)
	star, mark := -1, 0 // where the last star stands, and what it has taken so far
	i, j := 0, 0
	for j < len(t) {
		if i < len(p) {
			if p[i] == '*' {
				star, mark = i, j
				i++
				continue
			}
			if n, ok := one(p[i:], t[j]); ok {
				i += n
				j++
				continue
			}
		}
		if star < 0 {
			return false
		}
		mark++
		i, j = star+1, mark
	}
	return strings.Trim(string(p[i:]), "*") == ""
}

// one tells whether the first element of a pattern is r, and how much of the pattern it is.
func one(p []rune, r rune) (n int, ok bool) {
	if p[0] == '?' {
		return 1, true
	}
	if p[0] != '[' {
		return 1, p[0] == r
	}
	end := 1
	if end < len(p) && p[end] == '!' {
		end++
	}
	if end < len(p) && p[end] == ']' {
		end++
	}
	for end < len(p) && p[end] != ']' {
		end++
	}
	if end >= len(p) {
		return 1, r == '['
	}
	set, not := p[1:end], false
	if set[0] == '!' {
		set, not = set[1:], true
	}
	in := false
	for i := 0; i < len(set); i++ {
		if i+2 < len(set) && set[i+1] == '-' {
			in = in || set[i] <= r && r <= set[i+2]
			i += 2
			continue
		}
		in = in || set[i] == r
	}
	return end + 1, in != not
}
