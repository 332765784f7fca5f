package schema

import (
	"bytes"
	"iter"
	"unicode/utf8"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
)

// value is a JSON value that is known to be well formed, or a text that is no JSON, and where it stands in its document.
type value struct {
	b    []byte
	off  int
	text bool
}

var null = []byte("null")

// kind is the first byte of a JSON value, '0' of every number, and 0 of a text.
func (v value) kind() byte {
	switch {
	case v.text:
		return 0
	case v.b[0] == '-' || v.b[0]-'0' < 10:
		return '0'
	}
	return v.b[0]
}

func (v value) isNull() bool { return v.kind() == 'n' }

// str is the text of a string.
func (v value) str() (text []byte, ok bool) {
	switch v.kind() {
	case 0:
		return v.b, true
	case '"':
		return unquote(v.b), true
	}
	return nil, false
}

// unquote is the text of a JSON string.
func unquote(b []byte) []byte {
	b = b[1 : len(b)-1]
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	return jsonwalk.Unescape(nil, b)
}

// part is a part of a value.
func (v value) part(from, to int) value { return value{b: v.b[from:to:to], off: v.off + from} }

// members yields the names and values of an object, as they stand there.
func (v value) members() iter.Seq2[[]byte, value] {
	return func(yield func([]byte, value) bool) {
		if v.kind() != '{' {
			return
		}
		for i := blank(v.b, 1); v.b[i] != '}'; {
			end := skip(v.b, i)
			name := unquote(v.b[i:end])
			i = blank(v.b, blank(v.b, end)+1) // behind the colon
			end = skip(v.b, i)
			if !yield(name, v.part(i, end)) {
				return
			}
			if i = blank(v.b, end); v.b[i] == ',' {
				i = blank(v.b, i+1)
			}
		}
	}
}

// elements yields the elements of an array.
func (v value) elements() iter.Seq[value] {
	return func(yield func(value) bool) {
		if v.kind() != '[' {
			return
		}
		for i := blank(v.b, 1); v.b[i] != ']'; {
			end := skip(v.b, i)
			if !yield(v.part(i, end)) {
				return
			}
			if i = blank(v.b, end); v.b[i] == ',' {
				i = blank(v.b, i+1)
			}
		}
	}
}

// member is a member of an object: of several with one name the last, as in Python.
func (v value) member(name string) (found value, ok bool) {
	for n, m := range v.members() {
		if string(n) == name {
			found, ok = m, true
		}
	}
	return found, ok
}

// blank is the place of the next byte that is not white space.
func blank(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t' {
		i++
	}
	return i
}

// skip is the place behind the value that begins at i.
func skip(b []byte, i int) int {
	for depth := 0; i < len(b); {
		switch b[i] {
		case '"':
			i = skipString(b, i)
		case '{', '[':
			depth++
			i++
			continue
		case '}', ']':
			depth--
			i++
		case ' ', '\n', '\r', '\t', ',', ':':
			i++
			continue
		default:
			for i < len(b) && !ends(b[i]) {
				i++
			}
		}
		if depth == 0 {
			break
		}
	}
	return i
}

// skipString is the place behind the string that begins at i.
func skipString(b []byte, i int) int {
	for {
		i += 1 + bytes.IndexByte(b[i+1:], '"')
		n := 0
		for b[i-1-n] == '\\' {
			n++
		}
		if n%2 == 0 {
			return i + 1
		}
	}
}

// ends tells whether a byte ends a number, true, false or null.
func ends(c byte) bool {
	switch c {
	case ',', '}', ']', ' ', '\n', '\r', '\t':
		return true
	}
	return false
}

// appendValue appends a value as JSON. Of members with one name only the last is written, in the place of the first.
func appendValue(dst []byte, v value) []byte {
	switch {
	case v.text:
		return appendQuoted(dst, v.b)
	case !repeats(v.b):
		return append(dst, v.b...)
	}
	dst, _ = rewrite(dst, v.b, 0, false)
	return dst
}

// closed ends what was opened, behind a comma that stands there or not.
func closed(dst []byte, bracket byte) []byte {
	if dst[len(dst)-1] == ',' {
		dst = dst[:len(dst)-1]
	}
	return append(dst, bracket)
}

// member is a member of a Python dictionary.
type member struct {
	name  string
	value value
}

// dict are the members of an object, as a Python dictionary holds them: each name once, in the place of its first member
// and with the value of its last.
func dict(v value) []member {
	var all []member
	index := map[string]int{}
	for n, m := range v.members() {
		i, ok := index[string(n)]
		if !ok {
			i = len(all)
			index[string(n)] = i
			all = append(all, member{name: string(n)})
		}
		all[i].value = m
	}
	return all
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends text as a JSON string. Bytes that are no UTF-8 become U+FFFD.
func appendQuoted(dst, text []byte) []byte {
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\ufffd"))
	}
	dst = append(dst, '"')
	from := 0
	for i, c := range text {
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, text[from:i]...)
		from = i + 1
		if c == '"' || c == '\\' {
			dst = append(dst, '\\', c)
			continue
		}
		dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
	return append(append(dst, text[from:]...), '"')
}
