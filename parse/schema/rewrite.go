package schema

import "bytes"

// In these the time is linear: nothing that is nested is looked at once for each level around it.

// rewrite appends the JSON value that begins at b[i], as JSON or as Python prints it, and tells where it ends. Of members with
// one name only the last is written, in the place of the first.
func rewrite(dst, b []byte, i int, python bool) (out []byte, end int) {
	comma := ","
	if python {
		comma = ", "
	}
	switch b[i] {
	case '{':
		return rewriteObject(dst, b, i, python)
	case '[':
		dst = append(dst, '[')
		start := len(dst)
		for i = blank(b, i+1); b[i] != ']'; i = next(b, i) {
			if len(dst) > start {
				dst = append(dst, comma...)
			}
			dst, i = rewrite(dst, b, i, python)
		}
		return append(dst, ']'), i + 1
	}
	end = skip(b, i)
	switch v := (value{b: b[i:end]}); {
	case !python:
		dst = append(dst, v.b...)
	case b[i] == '"':
		dst = appendReprString(dst, string(unquote(v.b)))
	default:
		dst = appendRepr(dst, v)
	}
	return dst, end
}

// next goes from the end of an element or member to the beginning of the next one, or to the bracket.
func next(b []byte, i int) int {
	if i = blank(b, i); b[i] == ',' {
		i = blank(b, i+1)
	}
	return i
}

// span is a member in what was written.
type span struct{ from, to int }

func rewriteObject(dst, b []byte, i int, python bool) (out []byte, end int) {
	comma, colon := ",", ":"
	if python {
		comma, colon = ", ", ": "
	}
	dst = append(dst, '{')
	start := len(dst)
	var members []span
	index := map[string]int{}
	double := false
	for i = blank(b, i+1); b[i] != '}'; i = next(b, i) {
		if len(dst) > start {
			dst = append(dst, comma...)
		}
		from := len(dst)
		end := skip(b, i)
		name := string(unquote(b[i:end]))
		if python {
			dst = appendReprString(dst, name)
		} else {
			dst = append(dst, b[i:end]...)
		}
		dst = append(dst, colon...)
		dst, i = rewrite(dst, b, blank(b, blank(b, end)+1), python)
		at, ok := index[name]
		if !ok {
			at = len(members)
			index[name] = at
			members = append(members, span{})
		}
		double = double || ok
		members[at] = span{from - start, len(dst) - start}
	}
	if !double {
		return append(dst, '}'), i + 1
	}
	written := bytes.Clone(dst[start:])
	dst = dst[:start]
	for n, m := range members {
		if n > 0 {
			dst = append(dst, comma...)
		}
		dst = append(dst, written[m.from:m.to]...)
	}
	return append(dst, '}'), i + 1
}

// level is a container that is open; names are those of an object, from a place on.
type level struct {
	object, atName bool
	from           int
	many           map[string]bool // where they are many
}

// fewNames is up to how many names are compared one by one.
const fewNames = 16

// repeats tells whether there is an object in a JSON value that has two members with one name.
func repeats(b []byte) bool {
	if b[0] != '{' && b[0] != '[' {
		return false
	}
	levels := make([]level, 0, 8)
	names := make([][]byte, 0, 64)
	for i := 0; i < len(b); {
		switch c := b[i]; c {
		case '{', '[':
			levels = append(levels, level{object: c == '{', atName: c == '{', from: len(names)})
		case '}', ']':
			names = names[:levels[len(levels)-1].from]
			levels = levels[:len(levels)-1]
		case ',':
			l := &levels[len(levels)-1]
			l.atName = l.object
		case '"':
			end := skipString(b, i)
			if l := &levels[len(levels)-1]; l.atName {
				l.atName = false
				name := unquote(b[i:end])
				if l.has(names, name) {
					return true
				}
				names = append(names, name)
			}
			i = end
			continue
		}
		i++
	}
	return false
}

// has tells whether the object has the name already.
func (l *level) has(names [][]byte, name []byte) bool {
	names = names[l.from:]
	if l.many == nil && len(names) < fewNames {
		for _, n := range names {
			if bytes.Equal(n, name) {
				return true
			}
		}
		return false
	}
	if l.many == nil {
		l.many = map[string]bool{}
		for _, n := range names {
			l.many[string(n)] = true
		}
	}
	has := l.many[string(name)]
	l.many[string(name)] = true
	return has
}
