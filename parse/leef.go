package parse

import "bytes"

// LEEF decodes events of QRadar's Log Event Extended Format, versions 1.0 and 2.0, alone or behind the header of a syslog
// line:
//
//	LEEF:2.0|Vendor|Product|1.0|15345|^|src=192.0.2.7^dst=172.50.123.1^sev=5
//
// The header's fields are leefVersion, deviceVendor, deviceProduct, deviceVersion and eventId; what stands before "LEEF:" is
// syslogHeader. The attributes are called by their keys. All are texts. Empty values are left away. A key that stands more
// than once, or is called as a field of the header, is an array.
//
// Attributes are separated by tabs, in version 2.0 by the character that the header tells, as it is or in hexadecimal
// ("0x5e", "x5e"). Where the header tells none and there is no tab, a pipe or a caret with a key behind it separates them, as
// PAN-OS writes it. What stands behind a separator without a "=" is a part of the value before.
//
// A text without such a header, or with something behind it that is no key and value, is refused. Source: IBM QRadar DSM
// Configuration Guide, "LEEF event components".
type LEEF struct{}

const (
	errNoLEEF     = Reason("no LEEF header")
	errLEEFHeader = Reason("LEEF header is cut short")
)

// Start makes a decoder with memory of its own.
func (LEEF) Start() Decoder { return &leef{} }

// Decode decodes one event.
func (f LEEF) Decode(text []byte, w *Writer) error { return f.Start().Decode(text, w) }

// leef is a LEEF at work on one payload.
type leef struct{ pairs }

var leefHeader = [...]string{"deviceVendor", "deviceProduct", "deviceVersion", "eventId"}

func (d *leef) Decode(text []byte, w *Writer) error {
	d.forget()
	at, version, rest := eventHeader(text, "LEEF:")
	if at < 0 {
		return errNoLEEF
	}
	d.present(w, "syslogHeader", trimSpace(text[:at]), plain)
	d.present(w, "leefVersion", version, plain)
	for _, name := range leefHeader {
		n := bytes.IndexByte(rest, '|')
		if n < 0 {
			return errLEEFHeader
		}
		d.present(w, name, trimSpace(rest[:n]), plain)
		rest = rest[n+1:]
	}
	var delimiter byte
	if version[0] != '1' {
		delimiter, rest = leefDelimiter(rest)
	}
	if delimiter == 0 {
		delimiter = guessLEEF(rest)
	}
	if !d.attributes(w, rest, delimiter) {
		return errNoExtension
	}
	d.write(w, nil)
	return nil
}

// leefDelimiter takes the field off that tells the delimiter. It can be left away, and is then 0.
func leefDelimiter(b []byte) (delimiter byte, rest []byte) {
	n := bytes.IndexByte(b, '|')
	switch {
	case n < 0:
		return 0, b
	case n == 0 && len(b) > 1 && b[1] == '|': // the delimiter is a pipe
		return '|', b[2:]
	case n == 0:
		return 0, b[1:]
	case n == 1:
		return b[0], b[2:]
	}
	hex := b[:n]
	if hex[0] == '0' {
		hex = hex[1:]
	}
	if len(hex) > 1 && hex[0]|0x20 == 'x' {
		if r, ok := radix(hex[1:], len(hex)-1, 16); ok && r < 0x80 {
			return byte(r), b[n+1:]
		}
	}
	return 0, b
}

// guessLEEF is the delimiter of attributes that nothing is told of.
func guessLEEF(b []byte) byte {
	if bytes.IndexByte(b, '\t') < 0 {
		for i, c := range b {
			if (c == '|' || c == '^') && cefKey(b, i+1) > 0 {
				return c
			}
		}
	}
	return '\t'
}

// attributes adds the keys and values of b; false where b is neither these nor blank.
func (d *leef) attributes(w *Writer, b []byte, delimiter byte) bool {
	var key, value []byte
	from := 0 // where value begins
	for start := 0; start <= len(b); {
		end := len(b)
		if n := bytes.IndexByte(b[start:], delimiter); n >= 0 {
			end = start + n
		}
		one := b[start:end]
		equals := bytes.IndexByte(one, '=')
		switch {
		case equals > 0 && len(trimSpace(one[:equals])) > 0:
			d.present(w, Name(key), value, plain)
			key, from = trimSpace(one[:equals]), start+equals+1
			value = b[from:end]
		case len(trimSpace(one)) == 0:
		case key == nil:
			return false
		default: // the delimiter was a part of the value before
			value = b[from:end]
		}
		start = end + 1
	}
	d.present(w, Name(key), value, plain)
	return true
}
