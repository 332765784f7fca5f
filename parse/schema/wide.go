package schema

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// encoding is one of the encodings in which Python's json module expects bytes.
type encoding uint8

const (
	utf8Text encoding = iota
	utf16BE
	utf16LE
	utf32BE
	utf32LE
)

// isWide tells whether bytes begin like UTF-16 or UTF-32.
func isWide(b []byte) bool {
	e, _ := encodingOf(b)
	return e != utf8Text
}

// encodingOf is what the first bytes of a JSON text tell, and how many of them are a byte order mark.
func encodingOf(b []byte) (e encoding, mark int) {
	switch {
	case bytes.HasPrefix(b, []byte{0, 0, 0xfe, 0xff}):
		return utf32BE, 4
	case bytes.HasPrefix(b, []byte{0xff, 0xfe, 0, 0}):
		return utf32LE, 4
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return utf16BE, 2
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return utf16LE, 2
	case len(b) < 4:
		return utf8Text, 0
	case b[0] == 0 && b[1] == 0:
		return utf32BE, 0
	case b[0] == 0:
		return utf16BE, 0
	case b[1] != 0:
		return utf8Text, 0
	case b[2] == 0 && b[3] == 0:
		return utf32LE, 0
	}
	return utf16LE, 0
}

// narrowed is UTF-16 or UTF-32 as UTF-8; ok is false where the text is none of them.
func narrowed(b []byte) (text []byte, ok bool) {
	e, mark := encodingOf(b)
	b = b[mark:]
	switch e {
	case utf16BE, utf16LE:
		if len(b)%2 != 0 {
			return nil, false
		}
		for len(b) > 0 {
			r := rune(order(e).Uint16(b))
			b = b[2:]
			if utf16.IsSurrogate(r) {
				low := rune(0)
				if len(b) > 0 {
					low = rune(order(e).Uint16(b))
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					b = b[2:]
				}
			}
			text = utf8.AppendRune(text, r)
		}
		return text, true
	case utf32BE, utf32LE:
		if len(b)%4 != 0 {
			return nil, false
		}
		for ; len(b) > 0; b = b[4:] {
			text = utf8.AppendRune(text, rune(order(e).Uint32(b))) // U+FFFD where it is no rune
		}
		return text, true
	}
	return nil, false
}

func order(e encoding) binary.ByteOrder {
	if e == utf16BE || e == utf32BE {
		return binary.BigEndian
	}
	return binary.LittleEndian
}
