package parse

import (
	"unicode/utf16"
	"unicode/utf8"
)

// appendUnquoted appends a quoted value without the escapes of JSON and of Go. All of them are known to be right.
func appendUnquoted(dst, value []byte) []byte {
	for i := 0; i < len(value); {
		if value[i] != '\\' {
			dst = append(dst, value[i])
			i++
			continue
		}
		r, n, ok := unquoteEscape(value[i:])
		switch {
		case !ok:
			return append(dst, value[i:]...)
		case r < 0:
			dst = append(dst, byte(^r))
		default:
			dst = utf8.AppendRune(dst, r)
		}
		i += n
	}
	return dst
}

// unquoteEscape reads the escape that b begins with: its character, or the complement of a byte that is none, and how many
// bytes it takes.
func unquoteEscape(b []byte) (r rune, size int, ok bool) {
	if len(b) < 2 {
		return 0, 0, false
	}
	switch c := b[1]; c {
	case '"', '\\', '/', '\'':
		return rune(c), 2, true
	case 'a':
		return '\a', 2, true
	case 'b':
		return '\b', 2, true
	case 'f':
		return '\f', 2, true
	case 'n':
		return '\n', 2, true
	case 'r':
		return '\r', 2, true
	case 't':
		return '\t', 2, true
	case 'v':
		return '\v', 2, true
	case 'x':
		r, ok = radix(b[2:], 2, 16)
		return ^r, 4, ok
	case 'u':
		return unquoteUTF16(b)
	case 'U':
		r, ok = radix(b[2:], 8, 16)
		return r, 10, ok && r <= utf8.MaxRune
	case '0', '1', '2', '3':
		r, ok = radix(b[1:], 3, 8)
		return ^r, 4, ok
	}
	return 0, 0, false
}

// unquoteUTF16 reads \uXXXX, and both halves of a pair. Half a pair is U+FFFD.
func unquoteUTF16(b []byte) (r rune, size int, ok bool) {
	r, ok = radix(b[2:], 4, 16)
	if !ok || !utf16.IsSurrogate(r) {
		return r, 6, ok
	}
	if len(b) >= 12 && b[6] == '\\' && b[7] == 'u' {
		if low, ok := radix(b[8:], 4, 16); ok {
			if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
				return both, 12, true
			}
		}
	}
	return utf8.RuneError, 6, true
}

// radix reads n digits.
func radix(b []byte, n int, base rune) (r rune, ok bool) {
	if len(b) < n {
		return 0, false
	}
	for _, c := range b[:n] {
		var v rune
		switch {
		case c-'0' < 10:
			v = rune(c - '0')
		case (c|0x20)-'a' < 6:
			v = rune((c|0x20)-'a') + 10
		default:
			return 0, false
		}
		if v >= base || r > 1<<26 {
			return 0, false
		}
		r = r*base + v
	}
	return r, true
}
