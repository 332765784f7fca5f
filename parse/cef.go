package parse

import "bytes"

// CEF decodes events of ArcSight's Common Event Format, alone or behind the header of a syslog line:
//
//	CEF:0|Elastic|Vaporware|1.0.0|18|Authentication|low|src=192.0.2.4 spt=33876 msg=signed in
//
// The header's fields are cefVersion, deviceVendor, deviceProduct, deviceVersion, deviceEventClassId, name and severity;
// what stands before "CEF:" is syslogHeader. The extension's are called by their keys, as they are written: cs1 and its
// cs1Label stand side by side. All are texts. Empty values are left away, and so are the blanks around a value. A key that
// stands more than once, or is called as a field of the header, is an array.
//
// A key is a word, also with parts behind dots and an index ("ad.field[0]"), at the beginning of the extension or behind a
// blank, and directly before a "=". Anything else is a part of the value before it, so that a "=" that should have been
// escaped does no harm in most values. Escapes are undone as the format defines them: \| and \\ in the header, \=, \\, \n
// and \r in the extension; other backslashes stay.
//
// A text without such a header, or with an extension that is no key and value, is refused. Source: ArcSight Common Event
// Format Implementation Standard, "Header Information" and "The Extension Field".
type CEF struct{}

const (
	errNoCEF       = Reason("no CEF header")
	errCEFHeader   = Reason("CEF header is cut short")
	errNoExtension = Reason("extension without a key")
)

// Start makes a decoder with memory of its own.
func (CEF) Start() Decoder { return &cef{} }

// Decode decodes one event.
func (f CEF) Decode(text []byte, w *Writer) error { return f.Start().Decode(text, w) }

// cef is a CEF at work on one payload.
type cef struct {
	pairs
	header []byte // what escapes were taken off in it
}

var cefHeader = [...]string{"deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId", "name", "severity"}

func (d *cef) Decode(text []byte, w *Writer) error {
	d.forget()
	d.header = d.header[:0]
	at, version, rest := eventHeader(text, "CEF:")
	if at < 0 {
		return errNoCEF
	}
	d.present(w, "syslogHeader", trimSpace(text[:at]), plain)
	d.present(w, "cefVersion", version, plain)
	for _, name := range cefHeader {
		value, kind, n := headerField(rest)
		if n < 0 {
			return errCEFHeader
		}
		d.headerField(w, name, trimSpace(value), kind)
		rest = rest[n:]
	}
	if !d.extension(w, trimSpace(rest)) {
		return errNoExtension
	}
	d.write(w, unescapeCEF)
	return nil
}

// present adds a value that is one.
func (p *pairs) present(w *Writer, name string, value []byte, kind pairKind) {
	if len(value) > 0 {
		p.add(w, name, value, kind)
	}
}

// headerField adds a field of the header, whose escapes are other ones than those of the extension.
func (d *cef) headerField(w *Writer, name string, value []byte, kind pairKind) {
	if kind == escaped && w.Asks(name) {
		start := len(d.header)
		for i := 0; i < len(value); i++ {
			if value[i] == '\\' && i+1 < len(value) && (value[i+1] == '|' || value[i+1] == '\\') {
				i++
			}
			d.header = append(d.header, value[i])
		}
		value = d.header[start:]
	}
	d.present(w, name, value, plain)
}

// eventHeader finds a mark such as "CEF:", the version behind it, and a pipe. at is -1 where there is none.
func eventHeader(text []byte, mark string) (at int, version, rest []byte) {
	for from := 0; ; {
		n := bytes.Index(text[from:], []byte(mark))
		if n < 0 {
			return -1, nil, nil
		}
		at = from + n
		from = at + len(mark)
		pipe := bytes.IndexByte(text[from:], '|')
		if pipe < 0 {
			return -1, nil, nil
		}
		version = trimBlanks(text[from : from+pipe])
		if isVersion(version) && (at == 0 || !isWord(text[at-1])) {
			return at, version, text[from+pipe+1:]
		}
	}
}

// isVersion tells whether b is digits, and digits behind a dot.
func isVersion(b []byte) bool {
	whole, part, dot := bytes.Cut(b, []byte("."))
	return onlyDigits(whole) && (!dot || onlyDigits(part))
}

func onlyDigits(b []byte) bool {
	for _, c := range b {
		if c-'0' >= 10 {
			return false
		}
	}
	return len(b) > 0
}

// headerField is the text before the next pipe, and how many bytes it takes with it; -1 where there is none.
func headerField(b []byte) (value []byte, kind pairKind, size int) {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '|':
			return b[:i], kind, i + 1
		case '\\':
			if i+1 < len(b) && (b[i+1] == '|' || b[i+1] == '\\') {
				kind = escaped
				i++
			}
		}
	}
	return nil, kind, -1
}

// extension adds the keys and values of b; false where b is neither these nor empty.
func (d *cef) extension(w *Writer, b []byte) bool {
	equals := cefKey(b, 0)
	if equals < 0 {
		return len(b) == 0
	}
	key, start, kind := b[:equals], equals+1, plain
	word := -1 // where the word begins that could be the next key
	for i := start; i < len(b); i++ {
		switch c := b[i]; {
		case isBlank(c):
			word = i + 1
		case c == '\\':
			kind = escaped
			i++
		case c == '=' && word >= 0:
			if cefKey(b, word) == i {
				d.present(w, Name(key), trimSpace(b[start:word]), kind)
				key, start, kind = b[word:i], i+1, plain
			}
			word = -1
		}
	}
	d.present(w, Name(key), trimSpace(b[start:]), kind)
	return true
}

// cefKey is where the "=" stands behind the key that begins at i; -1 where none begins.
func cefKey(b []byte, i int) int {
	start := i
	for i < len(b) && (isWord(b[i]) || b[i] == '-') {
		i++
	}
	if i == start {
		return -1
	}
	for i < len(b) && b[i] == '.' {
		part := i + 1
		for i = part; i < len(b) && isKeyPart(b[i]); i++ {
		}
		if i == part {
			return -1
		}
	}
	if i < len(b) && b[i] == '[' {
		digits := i + 1
		for i = digits; i < len(b) && b[i]-'0' < 10; i++ {
		}
		if i == digits || i == len(b) || b[i] != ']' {
			return -1
		}
		i++
	}
	if i < len(b) && b[i] == '=' {
		return i
	}
	return -1
}

func isWord(c byte) bool {
	return c-'0' < 10 || (c|0x20)-'a' < 26 || c == '_' || c >= 0x80
}

func isKeyPart(c byte) bool {
	switch c {
	case '.', '=', '|', '\\', '[', ']', ' ', '\t', '\r', '\n':
		return false
	}
	return true
}

// unescapeCEF undoes the escapes of the extension.
func unescapeCEF(dst, value []byte) []byte {
	for i := 0; i < len(value); i++ {
		c := value[i]
		if c == '\\' && i+1 < len(value) {
			switch value[i+1] {
			case '=', '\\':
				i++
				c = value[i]
			case 'n':
				i++
				c = '\n'
			case 'r':
				i++
				c = '\r'
			}
		}
		dst = append(dst, c)
	}
	return dst
}
