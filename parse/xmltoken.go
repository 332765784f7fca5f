package parse

import "bytes"

// xmlToken is a piece of an XML text.
type xmlToken struct {
	kind       xmlKind
	start, end int // of the piece
	from, to   int // of a tag's name, of a text
}

type xmlKind uint8

const (
	xmlText  xmlKind = iota
	xmlCDATA         // a text without entities
	xmlOpen          // <a b="c">
	xmlEmpty         // <a/>
	xmlClose         // </a>
	xmlOther         // comment, processing instruction, document type
	xmlAttribute
	xmlShort // the bytes end before the piece does
	xmlBad
)

// nextXML is the piece that begins at i.
func nextXML(b []byte, i int) xmlToken {
	if b[i] != '<' {
		end := len(b)
		if n := bytes.IndexByte(b[i:], '<'); n >= 0 {
			end = i + n
		}
		return xmlToken{xmlText, i, end, i, end}
	}
	rest := b[i:]
	switch {
	case len(rest) < 2:
		return xmlToken{kind: xmlShort, start: i}
	case rest[1] == '?':
		return xmlUntil(b, i, "?>", 2, xmlOther)
	case rest[1] != '!':
		return xmlTag(b, i)
	case hasPrefix(rest, "<!--"):
		return xmlUntil(b, i, "-->", 4, xmlOther)
	case hasPrefix(rest, "<![CDATA["):
		return xmlUntil(b, i, "]]>", 9, xmlCDATA)
	case len(rest) < len("<![CDATA[") && (hasPrefix([]byte("<![CDATA["), string(rest)) || hasPrefix([]byte("<!--"), string(rest))):
		return xmlToken{kind: xmlShort, start: i}
	}
	return xmlDeclaration(b, i)
}

// xmlUntil is a piece that ends with mark, of which skip bytes are what it begins with.
func xmlUntil(b []byte, i int, mark string, skip int, kind xmlKind) xmlToken {
	n := bytes.Index(b[min(i+skip, len(b)):], []byte(mark))
	if n < 0 {
		return xmlToken{kind: xmlShort, start: i}
	}
	return xmlToken{kind, i, i + skip + n + len(mark), i + skip, i + skip + n}
}

// xmlDeclaration is a document type, with what stands in its brackets.
func xmlDeclaration(b []byte, start int) xmlToken {
	brackets := 0
	for i := start; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"' || c == '\'':
			n := bytes.IndexByte(b[i+1:], c)
			if n < 0 {
				return xmlToken{kind: xmlShort, start: start}
			}
			i += n + 1
		case c == '[':
			brackets++
		case c == ']':
			brackets--
		case c == '>' && brackets <= 0:
			return xmlToken{kind: xmlOther, start: start, end: i + 1}
		}
	}
	return xmlToken{kind: xmlShort, start: start}
}

// xmlTag is a tag. Its attributes are passed over.
func xmlTag(b []byte, start int) xmlToken {
	t := xmlToken{kind: xmlOpen, start: start, from: start + 1}
	if b[start+1] == '/' {
		t.kind, t.from = xmlClose, start+2
	}
	i := t.from
	if i < len(b) && isXMLNameStart(b[i]) {
		for i++; i < len(b) && isXMLName(b[i]); i++ {
		}
	}
	t.to = i
	if i < len(b) && (t.to == t.from || !isBlank(b[i]) && b[i] != '>' && b[i] != '/') {
		return xmlToken{kind: xmlBad, start: start}
	}
	for ; i < len(b); i++ {
		switch c := b[i]; c {
		case '>':
			if t.kind == xmlOpen && b[i-1] == '/' {
				t.kind = xmlEmpty
			}
			t.end = i + 1
			return t
		case '<':
			return xmlToken{kind: xmlBad, start: start}
		case '"', '\'':
			n := bytes.IndexByte(b[i+1:], c)
			if n < 0 {
				return xmlToken{kind: xmlShort, start: start}
			}
			i += n + 1
		}
	}
	return xmlToken{kind: xmlShort, start: start}
}

func isXMLNameStart(c byte) bool { return isWord(c) && c-'0' >= 10 || c == ':' }

func isXMLName(c byte) bool { return isWord(c) || c == '-' || c == '.' || c == ':' }

// nextXMLAttribute is the attribute behind i in a tag that ends at end: its name and its value; end where there is none.
func nextXMLAttribute(b []byte, i, end int) (name, value []byte, next int, ok bool) {
	for i < end && isBlank(b[i]) {
		i++
	}
	if i == end {
		return nil, nil, end, true
	}
	start := i
	for i < end && isXMLName(b[i]) {
		i++
	}
	name = b[start:i]
	for i < end && isBlank(b[i]) {
		i++
	}
	if len(name) == 0 || i == end || b[i] != '=' {
		return nil, nil, end, false
	}
	for i++; i < end && isBlank(b[i]); i++ {
	}
	if i == end || b[i] != '"' && b[i] != '\'' {
		return nil, nil, end, false
	}
	n := bytes.IndexByte(b[i+1:end], b[i])
	if n < 0 {
		return nil, nil, end, false
	}
	return name, b[i+1 : i+1+n], i + n + 2, true
}

// appendXML appends text without its entities, and its line ends as line feeds. An entity that is none of XML's own stays.
func appendXML(dst, text []byte) []byte {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '&':
			r, n := xmlEntity(text[i:])
			if n > 0 {
				dst = append(dst, string(r)...)
				i += n - 1
				continue
			}
			dst = append(dst, c)
		case '\r':
			if i+1 == len(text) || text[i+1] != '\n' {
				dst = append(dst, '\n')
			}
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// xmlEntity is the character of the entity that b begins with, and how many bytes that takes: 0 where there is none.
func xmlEntity(b []byte) (r rune, size int) {
	n := bytes.IndexByte(b[:min(len(b), 12)], ';')
	if n < 0 {
		return 0, 0
	}
	switch name := b[1:n]; string(name) {
	case "amp":
		return '&', n + 1
	case "lt":
		return '<', n + 1
	case "gt":
		return '>', n + 1
	case "quot":
		return '"', n + 1
	case "apos":
		return '\'', n + 1
	default:
		var ok bool
		switch {
		case len(name) > 2 && name[0] == '#' && name[1]|0x20 == 'x':
			r, ok = radix(name[2:], len(name)-2, 16)
		case len(name) > 1 && name[0] == '#':
			r, ok = radix(name[1:], len(name)-1, 10)
		}
		if !ok || r > 0x10ffff || r == 0 {
			return 0, 0
		}
		return r, n + 1
	}
}
