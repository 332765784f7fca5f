package rule

import (
	"fmt"
	"unicode/utf8"

	"github.com/streamalert/streamalert-go/parse"
)

// lengthFits tells whether the length of v lies within the node's bounds.
func (n *node) lengthFits(v parse.Value) bool {
	var length int
	switch {
	case n.op == OpLength && v.Kind() == parse.String:
		length = utf8.RuneCount(v.Bytes())
	case n.op == OpCount && v.Kind() == parse.JSON:
		length = countParts(v.Bytes())
	default:
		return false
	}
	return length >= n.least && length <= n.most
}

// addBounds takes the least and the most of a length.
func (n *node) addBounds(values []any) error {
	var bounds [2]int
	for i, v := range values {
		b, ok := v.(int)
		if !ok {
			return fmt.Errorf("value of type %T, want an int", v)
		}
		bounds[i] = b
	}
	n.least, n.most = bounds[0], bounds[1]
	return nil
}

// isEmpty tells whether v is "", [] or {}.
func isEmpty(v parse.Value) bool {
	switch v.Kind() {
	case parse.String:
		return len(v.Bytes()) == 0
	case parse.JSON:
		return countParts(v.Bytes()) == 0
	}
	return false
}

// countParts is how many elements an array has, or members an object. b is the JSON text of one.
func countParts(b []byte) (n int) {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = behindString(b, i) - 1
		case '[', '{':
			if depth++; depth == 1 {
				continue
			}
		case ']', '}':
			depth--
			continue
		case ',':
			if depth == 1 {
				n++
			}
			continue
		case ' ', '\t', '\r', '\n':
			continue
		}
		if n == 0 {
			n = 1 // there is something in it
		}
	}
	return n
}

// behindString is the place behind the string that begins at b[i].
func behindString(b []byte, i int) int {
	for i++; i < len(b) && b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}
