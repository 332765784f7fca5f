package alert

import (
	"unicode/utf8"

	"github.com/streamalert/streamalert-go/parse"
)

// One pass that checks a JSON text and copies it without its white space: what json.Valid and json.Compact do in two,
// at two to three times their speed (BenchmarkAppendJSON). FuzzAlertJSON holds it against them.

// deepest is how deep a text may be nested: as deep as a record that was parsed.
const deepest = parse.DefaultDepthLimit

// expect is what may come next in a JSON text.
type expect uint8

const (
	aValue        expect = iota
	aValueOrClose        // after [
	aKey                 // after a comma in an object
	aKeyOrClose          // after {
	aColon
	anEnd // after a value: a comma, a close, or nothing at the top
)

// compacter copies src to dst, all of src before from.
type compacter struct {
	dst, src []byte
	from     int
	next     expect
	depth    int
	objects  [deepest/64 + 1]uint64 // a bit for each open object, none for an array
}

// appendCompact appends src, one JSON text, without its white space and with U+FFFD for each byte that is no UTF-8. ok is
// false where src is no JSON or is nested too deep; what it returns then is of no use.
func appendCompact(dst, src []byte) (b []byte, ok bool) {
	c := compacter{dst: dst, src: src}
	for i := 0; i >= 0 && i < len(src); {
		switch ch := src[i]; ch {
		case ' ', '\t', '\n', '\r':
			c.dst = append(c.dst, src[c.from:i]...)
			for i++; i < len(src) && isSpace(src[i]); i++ {
			}
			c.from = i
		case '{', '[':
			i = c.open(i, ch == '{')
		case '}', ']':
			i = c.close(i, ch == '}')
		case ',', ':':
			i = c.separate(i, ch)
		case '"':
			i = c.stringOrKey(i)
		default:
			i = c.scalar(i, ch)
		}
		if i < 0 {
			return nil, false
		}
	}
	if c.next != anEnd || c.depth > 0 {
		return nil, false
	}
	return append(c.dst, src[c.from:]...), true
}

// Each of these takes what begins at i, and returns where it ends, -1 where it may not stand there.

func (c *compacter) open(i int, object bool) int {
	if c.next > aValueOrClose || c.depth == deepest {
		return -1
	}
	bit := uint64(1) << (c.depth % 64)
	if object {
		c.objects[c.depth/64] |= bit
		c.next = aKeyOrClose
	} else {
		c.objects[c.depth/64] &^= bit
		c.next = aValueOrClose
	}
	c.depth++
	return i + 1
}

// inObject tells whether the innermost open container is an object; depth is above 0.
func (c *compacter) inObject() bool {
	d := c.depth - 1
	return c.objects[d/64]>>(d%64)&1 == 1
}

func (c *compacter) close(i int, object bool) int {
	if c.depth == 0 || c.inObject() != object {
		return -1
	}
	if c.next != anEnd && c.next != aKeyOrClose && c.next != aValueOrClose {
		return -1
	}
	c.depth--
	c.next = anEnd
	return i + 1
}

func (c *compacter) separate(i int, ch byte) int {
	switch {
	case ch == ':' && c.next == aColon:
		c.next = aValue
	case ch == ',' && c.next == anEnd && c.depth > 0:
		c.next = aValue
		if c.inObject() {
			c.next = aKey
		}
	default:
		return -1
	}
	return i + 1
}

func (c *compacter) stringOrKey(i int) int {
	switch c.next {
	case aKey, aKeyOrClose:
		c.next = aColon
	case aValue, aValueOrClose:
		c.next = anEnd
	default:
		return -1
	}
	return c.string(i)
}

func (c *compacter) string(i int) int {
	for i++; i < len(c.src); {
		switch ch := c.src[i]; {
		case ch == '"':
			return i + 1
		case ch == '\\':
			n := escapeLen(c.src[i:])
			if n == 0 {
				return -1
			}
			i += n
		case ch < ' ':
			return -1
		case ch < utf8.RuneSelf:
			i++
		default:
			r, n := utf8.DecodeRune(c.src[i:])
			if r == utf8.RuneError && n == 1 {
				c.dst = append(append(c.dst, c.src[c.from:i]...), "\uFFFD"...)
				c.from = i + 1
			}
			i += n
		}
	}
	return -1
}

// escapeLen is the length of the escape that s begins with, 0 where it is none.
func escapeLen(s []byte) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(s) < 6 {
			return 0
		}
		for _, c := range s[2:6] {
			if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
				return 0
			}
		}
		return 6
	}
	return 0
}

func (c *compacter) scalar(i int, ch byte) int {
	if c.next > aValueOrClose {
		return -1
	}
	c.next = anEnd
	switch ch {
	case 't':
		return literal(c.src, i, "true")
	case 'f':
		return literal(c.src, i, "false")
	case 'n':
		return literal(c.src, i, "null")
	}
	return number(c.src, i)
}

func literal(s []byte, i int, word string) int {
	if len(s)-i < len(word) || string(s[i:i+len(word)]) != word {
		return -1
	}
	return i + len(word)
}

func number(s []byte, i int) int {
	if s[i] == '-' {
		i++
	}
	whole := digits(s, i)
	if whole == i || s[i] == '0' && whole > i+1 {
		return -1
	}
	i = whole
	if i < len(s) && s[i] == '.' {
		from := i + 1
		if i = digits(s, from); i == from {
			return -1
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		from := i
		if i = digits(s, from); i == from {
			return -1
		}
	}
	return i
}

// digits is where the digits that begin at i end.
func digits(s []byte, i int) int {
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
