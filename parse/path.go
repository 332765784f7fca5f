package parse

import (
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/tidwall/gjson"
)

// splitPath splits a path into its names. A backslash makes the next character an ordinary one. What gjson would
// read as a query or a modifier is refused, so that no path means one thing here and another there.
func splitPath(path string) ([]string, error) {
	if path == "" {
		return nil, errors.New("path is empty")
	}
	var names []string
	var name strings.Builder
	for i := 0; i < len(path); i++ {
		switch c := path[i]; c {
		case '\\':
			if i++; i == len(path) {
				return nil, fmt.Errorf("path %q ends in a backslash", path)
			}
			name.WriteByte(path[i])
		case '.':
			if name.Len() == 0 {
				return nil, fmt.Errorf("path %q has an empty name", path)
			}
			names = append(names, name.String())
			name.Reset()
		case '#', '*', '?', '@', '|':
			return nil, fmt.Errorf("path %q has an unescaped %q: queries and modifiers are no paths", path, c)
		default:
			name.WriteByte(c)
		}
	}
	if name.Len() == 0 {
		return nil, fmt.Errorf("path %q ends in an empty name", path)
	}
	return append(names, name.String()), nil
}

// EscapeName writes one name as it stands in a path.
func EscapeName(name string) string {
	if !strings.ContainsAny(name, `.\#*?@|`) {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if strings.IndexByte(`.\#*?@|`, name[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(name[i])
	}
	return b.String()
}

// lookup is what a path means, over gjson: the slow way, and the reference that the walk is tested against.
func lookup(json []byte, names []string) iter.Seq[Value] {
	return func(yield func(Value) bool) {
		resolve(gjson.ParseBytes(json), names, yield)
	}
}

func resolve(v gjson.Result, names []string, yield func(Value) bool) bool {
	if !v.Exists() {
		return true
	}
	if v.IsArray() {
		if len(names) == 0 && !yield(gjsonValue(v)) {
			return false
		}
		n, isIndex := -1, false
		if len(names) > 0 {
			n, isIndex = arrayIndex(names[0])
		}
		i, on := 0, true
		v.ForEach(func(_, e gjson.Result) bool {
			switch {
			case !isIndex:
				on = resolve(e, names, yield)
			case i == n:
				on = resolve(e, names[1:], yield)
				return false
			}
			i++
			return on
		})
		return on
	}
	if len(names) == 0 {
		return yield(gjsonValue(v))
	}
	if !v.IsObject() {
		return true
	}
	on := true
	v.ForEach(func(k, e gjson.Result) bool {
		if k.Str != names[0] {
			return true
		}
		on = resolve(e, names[1:], yield)
		return false
	})
	return on
}

// arrayIndex reads a name as an array's index: digits without a leading zero.
func arrayIndex(name string) (int, bool) {
	if name == "" || len(name) > 9 || name[0] == '0' && len(name) > 1 {
		return 0, false
	}
	n := 0
	for i := 0; i < len(name); i++ {
		if name[i] < '0' || name[i] > '9' {
			return 0, false
		}
		n = n*10 + int(name[i]-'0')
	}
	return n, true
}

func gjsonValue(v gjson.Result) Value {
	switch v.Type {
	case gjson.Null:
		return Value{Null, []byte(v.Raw)}
	case gjson.True, gjson.False:
		return Value{Bool, []byte(v.Raw)}
	case gjson.Number:
		return Value{Number, []byte(v.Raw)}
	case gjson.String:
		return Value{String, []byte(v.Str)}
	}
	return Value{JSON, []byte(v.Raw)}
}
