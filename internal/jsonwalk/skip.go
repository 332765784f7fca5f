package jsonwalk

import (
	"encoding/binary"
	"math/bits"
)

// MaxDepth is the deepest nesting that can be walked.
const MaxDepth = 512

// Status is how a walk ended.
type Status uint8

// The ways in which a walk ends.
const (
	OK       Status = iota
	Short           // the bytes end before the value does
	Syntax          // no JSON
	Deep            // nested deeper than the limit
	Envelope        // the member that holds the records was found, and is an array
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// skipString goes behind the string whose first byte, after the quote, is b[i]. escaped tells whether it has a backslash.
func skipString(b []byte, i int) (end int, escaped bool, st Status) {
	for len(b)-i >= 8 {
		m := special(binary.LittleEndian.Uint64(b[i : i+8]))
		if m == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(m) >> 3
		if b[i] == '"' {
			return i + 1, false, OK
		}
		break
	}
	return skipRest(b, i)
}

// skipRest is skipString where the string has an escape or the bytes come to an end.
func skipRest(b []byte, i int) (end int, escaped bool, st Status) {
	for {
		if i = findSpecial(b, i); i >= len(b) {
			return i, escaped, Short
		}
		switch b[i] {
		case '"':
			return i + 1, escaped, OK
		case '\\':
			escaped = true
			if i, st = skipEscape(b, i+1); st != OK {
				return i, escaped, st
			}
		default:
			return i, escaped, Syntax
		}
	}
}

// findSpecial goes to the next quote, backslash or control character, or to the end.
func findSpecial(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		if m := special(binary.LittleEndian.Uint64(b[i:])); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for i < len(b) && b[i] >= 0x20 && b[i] != '"' && b[i] != '\\' {
		i++
	}
	return i
}

// special has the high bit of each byte of x set that is a quote, a backslash or a control character. Behind the first of
// them others may be set too. A quote differs in one bit from a space, which is the first that is no control character.
func special(x uint64) uint64 {
	return ((x ^ ones*('"'^' ') - ones*(' '+1)) | (x ^ ones*'\\' - ones)) &^ x & highs
}

// skipEscape goes behind the escape whose first byte, after the backslash, is b[i].
func skipEscape(b []byte, i int) (int, Status) {
	if i >= len(b) {
		return i, Short
	}
	switch b[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 1, OK
	case 'u':
		for j := i + 1; j < i+5; j++ {
			if j >= len(b) {
				return j, Short
			}
			if !isHex(b[j]) {
				return j, Syntax
			}
		}
		return i + 5, OK
	}
	return i, Syntax
}

func isHex(c byte) bool {
	return c-'0' < 10 || (c|0x20)-'a' < 6
}

// skipScalar goes behind the number, true, false or null that begins at b[i]. A number that reaches the end of b is
// Short: it could go on.
func skipScalar(b []byte, i int) (int, Kind, Status) {
	switch c := b[i]; {
	case c == '-' || c-'0' < 10:
		end, st := skipNumber(b, i)
		return end, Number, st
	case c == 't':
		end, st := skipWord(b, i, "true")
		return end, Bool, st
	case c == 'f':
		end, st := skipWord(b, i, "false")
		return end, Bool, st
	case c == 'n':
		end, st := skipWord(b, i, "null")
		return end, Null, st
	}
	return i, Missing, Syntax
}

func skipWord(b []byte, i int, word string) (int, Status) {
	if len(b)-i >= len(word) && string(b[i:i+len(word)]) == word {
		return i + len(word), OK
	}
	for j := range len(word) {
		if i+j >= len(b) {
			return i + j, Short
		}
		if b[i+j] != word[j] {
			return i + j, Syntax
		}
	}
	return i + len(word), OK
}

func skipNumber(b []byte, i int) (int, Status) {
	if b[i] == '-' {
		i++
	}
	if i >= len(b) {
		return i, Short
	}
	switch c := b[i]; {
	case c == '0':
		i++
	case c-'1' < 9:
		i = skipDigits(b, i)
	default:
		return i, Syntax
	}
	if i < len(b) && b[i] == '.' {
		start := i + 1
		if i = skipDigits(b, start); i == start && i < len(b) {
			return i, Syntax
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		start := i
		if i = skipDigits(b, start); i == start && i < len(b) {
			return i, Syntax
		}
	}
	if i >= len(b) {
		return i, Short
	}
	return i, OK
}

func skipDigits(b []byte, i int) int {
	for i < len(b) && b[i]-'0' < 10 {
		i++
	}
	return i
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// skipSpace goes to the next byte that is not white space.
func skipSpace(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	return i
}

// skip goes behind the value that begins at b[i], which is depth containers deep. It is no recursion: one bit a level
// tells objects from arrays.
func skip(b []byte, i, depth, limit int) (int, Status) {
	var object [MaxDepth / 64]uint64
	base := depth
	var st Status

value:
	if i >= len(b) {
		return i, Short
	}
	switch c := b[i]; c {
	case '"':
		if i, _, st = skipString(b, i+1); st != OK {
			return i, st
		}
	case '{', '[':
		if depth >= limit {
			return i, Deep
		}
		word, bit := (depth-base)>>6&(MaxDepth/64-1), uint64(1)<<((depth-base)&63)
		depth++
		if i = skipSpace(b, i+1); i >= len(b) {
			return i, Short
		}
		if c == '[' {
			object[word] &^= bit
			if b[i] != ']' {
				goto value
			}
		} else {
			object[word] |= bit
			if b[i] != '}' {
				goto key
			}
		}
		depth--
		i++
	default:
		if i, _, st = skipScalar(b, i); st != OK {
			return i, st
		}
	}

after:
	if depth == base {
		return i, OK
	}
	if i < len(b) && b[i] <= ' ' {
		i = skipSpace(b, i)
	}
	if i >= len(b) {
		return i, Short
	}
	{
		top := depth - base - 1
		inObject := object[top>>6&(MaxDepth/64-1)]>>(top&63)&1 != 0
		switch c := b[i]; {
		case c == ',':
			i++
			if i < len(b) && b[i] <= ' ' {
				i = skipSpace(b, i)
			}
			if !inObject {
				goto value
			}
			goto key
		case c == '}' && inObject, c == ']' && !inObject:
			i++
			depth--
			goto after
		}
		return i, Syntax
	}

key:
	if i >= len(b) {
		return i, Short
	}
	if b[i] != '"' {
		return i, Syntax
	}
	if i, _, st = skipString(b, i+1); st != OK {
		return i, st
	}
	if i, st = skipColon(b, i); st != OK {
		return i, st
	}
	goto value
}

// skipColon goes behind a colon and the white space on both sides.
func skipColon(b []byte, i int) (int, Status) {
	if i+1 < len(b) && b[i] == ':' && b[i+1] > ' ' {
		return i + 1, OK
	}
	return skipColonSlowly(b, i)
}

func skipColonSlowly(b []byte, i int) (int, Status) {
	i = skipSpace(b, i)
	if i >= len(b) {
		return i, Short
	}
	if b[i] != ':' {
		return i, Syntax
	}
	i++
	if i < len(b) && b[i] <= ' ' {
		i = skipSpace(b, i)
	}
	if i >= len(b) {
		return i, Short
	}
	return i, OK
}
