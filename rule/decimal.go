package rule

import (
	"bytes"
	"cmp"
)

// decimal is a number as it is written, so that numbers of any size and precision compare exactly and without being
// converted: 0.DIGITS times ten to the power of exp, where DIGITS are those of whole and then those of part, with no
// zero in front or behind. Zero has no digits.
type decimal struct {
	negative    bool
	whole, part []byte
	exp         int64
}

// maxExponent bounds what the digits of an exponent add up to. Numbers beyond it are hostile, and so large or small that
// only their sign matters.
const maxExponent = 1 << 60

// parseDecimal reads a JSON number. It keeps parts of b, and accepts zeros in front.
func parseDecimal(b []byte) (d decimal, ok bool) {
	if len(b) > 0 && b[0] == '-' {
		d.negative = true
		b = b[1:]
	}
	n := digits(b)
	if n == 0 {
		return decimal{}, false
	}
	d.whole, b = b[:n], b[n:]
	if len(b) > 0 && b[0] == '.' {
		n = digits(b[1:])
		if n == 0 {
			return decimal{}, false
		}
		d.part, b = b[1:1+n], b[1+n:]
	}
	if len(b) > 0 && b[0]|0x20 == 'e' {
		if d.exp, ok = parseExponent(b[1:]); !ok {
			return decimal{}, false
		}
		b = nil
	}
	d.normalize()
	return d, len(b) == 0
}

// digits is how many of b's first bytes are digits.
func digits(b []byte) int {
	for i, c := range b {
		if c < '0' || c > '9' {
			return i
		}
	}
	return len(b)
}

func parseExponent(b []byte) (exp int64, ok bool) {
	negative := false
	if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
		negative = b[0] == '-'
		b = b[1:]
	}
	if len(b) == 0 || digits(b) != len(b) {
		return 0, false
	}
	for _, c := range b {
		exp = min(exp*10+int64(c-'0'), maxExponent)
	}
	if negative {
		exp = -exp
	}
	return exp, true
}

func (d *decimal) normalize() {
	d.whole = bytes.TrimLeft(d.whole, "0")
	d.part = bytes.TrimRight(d.part, "0")
	d.exp += int64(len(d.whole))
	if len(d.whole) == 0 {
		part := bytes.TrimLeft(d.part, "0")
		d.exp -= int64(len(d.part) - len(part))
		d.part = part
	}
	if len(d.part) == 0 {
		d.whole = bytes.TrimRight(d.whole, "0")
	}
	if d.len() == 0 {
		*d = decimal{}
	}
}

func (d *decimal) len() int { return len(d.whole) + len(d.part) }

func (d *decimal) digit(i int) byte {
	if i < len(d.whole) {
		return d.whole[i]
	}
	return d.part[i-len(d.whole)]
}

// compare is -1, 0 or 1 as d is less than, the same as or more than e.
func (d *decimal) compare(e *decimal) int {
	if s := cmp.Compare(d.sign(), e.sign()); s != 0 || d.len() == 0 {
		return s
	}
	return d.compareSize(e) * d.sign()
}

func (d *decimal) compareSize(e *decimal) int {
	if c := cmp.Compare(d.exp, e.exp); c != 0 {
		return c
	}
	for i := range min(d.len(), e.len()) {
		if c := cmp.Compare(d.digit(i), e.digit(i)); c != 0 {
			return c
		}
	}
	return cmp.Compare(d.len(), e.len())
}

func (d *decimal) sign() int {
	switch {
	case d.len() == 0:
		return 0
	case d.negative:
		return -1
	}
	return 1
}
