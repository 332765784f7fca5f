package schema

import (
	"bytes"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
)

// StreamAlert is written in Python, and what its schemas mean is what Python's str(), int(), float() and bool() do.

// truthy is Python's bool(v).
func truthy(v value) bool {
	switch v.kind() {
	case 0:
		return len(v.b) > 0
	case '"':
		return len(v.b) > 2
	case 't':
		return true
	case '[', '{':
		end := len(v.b) - 1
		return blank(v.b, 1) != end
	case '0':
		f, err := strconv.ParseFloat(string(v.b), 64)
		return f != 0 || err != nil
	}
	return false
}

// str is Python's str(v).
func str(v value) []byte {
	if s, ok := v.str(); ok {
		return s
	}
	return appendRepr(nil, v)
}

// appendRepr appends repr(v), of a value that is no string.
func appendRepr(dst []byte, v value) []byte {
	switch v.kind() {
	case 't':
		return append(dst, "True"...)
	case 'f':
		return append(dst, "False"...)
	case 'n':
		return append(dst, "None"...)
	case '0':
		return appendNumber(dst, v)
	}
	dst, _ = rewrite(dst, v.b, 0, true)
	return dst
}

// appendNumber appends a JSON number as Python prints what it reads of it.
func appendNumber(dst []byte, v value) []byte {
	if isInt(v) {
		if string(v.b) == "-0" {
			return append(dst, '0')
		}
		return append(dst, v.b...)
	}
	f, err := strconv.ParseFloat(string(v.b), 64)
	if err != nil {
		return append(appendMinus(dst, f < 0), "inf"...)
	}
	return appendFloat(dst, f)
}

func appendMinus(dst []byte, minus bool) []byte {
	if minus {
		return append(dst, '-')
	}
	return dst
}

// isInt tells whether Python reads a JSON number as an int.
func isInt(v value) bool { return !bytes.ContainsAny(v.b, ".eE") }

// appendFloat appends repr(f): the shortest digits, with an exponent below 1e-4 and from 1e16 on.
func appendFloat(dst []byte, f float64) []byte {
	from := len(dst)
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	e := bytes.IndexByte(dst[from:], 'e')
	exp, err := strconv.Atoi(string(dst[from+e+1:]))
	if err != nil || exp < -4 || exp >= 16 {
		return dst
	}
	dst = strconv.AppendFloat(dst[:from], f, 'f', -1, 64)
	if bytes.IndexByte(dst[from:], '.') < 0 {
		dst = append(dst, ".0"...)
	}
	return dst
}

// appendReprString appends repr of a string.
func appendReprString(dst []byte, s string) []byte {
	quote := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	dst = append(dst, quote)
	for _, r := range s {
		switch {
		case r == rune(quote) || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\r':
			dst = append(dst, `\r`...)
		case r == '\t':
			dst = append(dst, `\t`...)
		case unicode.IsPrint(r):
			dst = utf8.AppendRune(dst, r)
		case r < 0x100:
			dst = appendHex(append(dst, `\x`...), r, 2)
		case r < 0x10000:
			dst = appendHex(append(dst, `\u`...), r, 4)
		default:
			dst = appendHex(append(dst, `\U`...), r, 8)
		}
	}
	return append(dst, quote)
}

func appendHex(dst []byte, r rune, digits int) []byte {
	for i := digits - 1; i >= 0; i-- {
		dst = append(dst, hexDigits[r>>(4*i)&15])
	}
	return dst
}

// appendInt appends int(v); false where Python fails.
func appendInt(dst []byte, v value) ([]byte, bool) {
	switch v.kind() {
	case 't':
		return append(dst, '1'), true
	case 'f':
		return append(dst, '0'), true
	case '0':
		if isInt(v) {
			return appendNumber(dst, v), true
		}
		f, err := strconv.ParseFloat(string(v.b), 64)
		if err != nil {
			return dst, false // infinite
		}
		n, _ := big.NewFloat(f).Int(nil)
		return n.Append(dst, 10), true
	case 0, '"':
		s, _ := v.str()
		return appendIntText(dst, s)
	}
	return dst, false
}

// appendIntText appends the number that a text holds, as Python's int() reads it: white space around it, a sign, digits
// with single underscores between them.
func appendIntText(dst, s []byte) ([]byte, bool) {
	s = decimal(s)
	minus := len(s) > 0 && s[0] == '-'
	if minus || len(s) > 0 && s[0] == '+' {
		s = s[1:]
	}
	digits, ok := plain(s)
	if !ok || len(digits) == 0 || bytes.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) >= 0 {
		return dst, false
	}
	if digits = bytes.TrimLeft(digits, "0"); len(digits) == 0 {
		return append(dst, '0'), true
	}
	return append(appendMinus(dst, minus), digits...), true
}

// decimal is s without white space around it, and with the decimal digits of other scripts as ASCII's.
func decimal(s []byte) []byte {
	s = bytes.TrimSpace(s)
	if bytes.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return s
	}
	return bytes.Map(func(r rune) rune {
		for _, t := range unicode.Nd.R16 {
			if r >= rune(t.Lo) && r <= rune(t.Hi) {
				return '0' + (r-rune(t.Lo))%10
			}
		}
		for _, t := range unicode.Nd.R32 {
			if lo := rune(t.Lo); r >= lo && r <= rune(t.Hi) {
				return '0' + (r-lo)%10
			}
		}
		return r
	}, s)
}

// plain is s without the underscores that stand between digits; ok is false where others do.
func plain(s []byte) (digits []byte, ok bool) {
	if bytes.IndexByte(s, '_') < 0 {
		return s, true
	}
	for i, c := range s {
		switch {
		case c != '_':
			digits = append(digits, c)
		case i == 0 || i == len(s)-1 || s[i-1]-'0' > 9 || s[i+1]-'0' > 9:
			return nil, false
		}
	}
	return digits, true
}

// appendFloatOf appends float(v); false where Python fails, or where the result is none that JSON can write.
func appendFloatOf(dst []byte, v value) ([]byte, bool) {
	s := v.b
	switch v.kind() {
	case 't':
		return append(dst, "1.0"...), true
	case 'f':
		return append(dst, "0.0"...), true
	case '0':
	case 0, '"':
		text, _ := v.str()
		var ok bool
		if s, ok = floatText(text); !ok {
			return dst, false
		}
	default:
		return dst, false
	}
	f, err := strconv.ParseFloat(string(s), 64)
	if err != nil {
		return dst, false
	}
	return appendFloat(dst, f), true
}

// floatText is the number that a text holds, as Python's float() reads it, but for those that are none or infinite.
func floatText(s []byte) (number []byte, ok bool) {
	if number, ok = plain(decimal(s)); !ok {
		return nil, false
	}
	// JSON's numbers, and more: a plus, leading zeros, no digit before or behind the point.
	n := bytes.TrimLeft(number, "+-")
	if len(number)-len(n) > 1 || len(n) == 0 {
		return nil, false
	}
	whole, rest := n, []byte(nil)
	if i := bytes.IndexAny(n, ".eE"); i >= 0 {
		whole, rest = n[:i], n[i:]
	}
	fraction := []byte(nil)
	if len(rest) > 0 && rest[0] == '.' {
		rest = rest[1:]
		if i := bytes.IndexAny(rest, "eE"); i >= 0 {
			fraction, rest = rest[:i], rest[i:]
		} else {
			fraction, rest = rest, nil
		}
	}
	digits := append(append([]byte("1"), whole...), fraction...)
	return number, len(digits) > 1 && jsonwalk.IsNumber(append(digits, rest...))
}
