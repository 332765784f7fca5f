package parse

import (
	"bytes"
	"unicode/utf8"
)

// Logfmt decodes lines as the logfmt package of go-logfmt takes them:
//
//	time=2026-11-25T09:30:58Z level=WARN msg="request done" cached
//
// A name has no blank, no "=" and no quote, and a value without quotes neither. In quotes the escapes of JSON and of Go
// are taken off. A name that stands more than once is an array; one without "=" is null; one with nothing behind it is
// empty. All values are texts.
//
// A line is refused where a "=" or a quote stands where it must not, where quotes do not close or have an escape that is
// none, where a name is no UTF-8 or has U+FFFD, which stands for what was none, or where there is no name.
type Logfmt struct{}

const (
	errLogfmtByte   = Reason(`"=" or quote where none can be`)
	errLogfmtName   = Reason("name is no UTF-8")
	errLogfmtEscape = Reason("no such escape")
)

// Start makes a decoder with memory of its own.
func (Logfmt) Start() Decoder { return &logfmt{} }

// Decode decodes one line.
func (f Logfmt) Decode(text []byte, w *Writer) error { return f.Start().Decode(text, w) }

// logfmt is a Logfmt at work on one payload.
type logfmt struct{ pairs }

func (d *logfmt) Decode(text []byte, w *Writer) error {
	d.forget()
	some := false
	for i := 0; ; {
		for i < len(text) && text[i] <= ' ' {
			i++
		}
		if i == len(text) {
			break
		}
		start, multibyte := i, false
		for i < len(text) && text[i] > ' ' && text[i] != '=' && text[i] != '"' {
			multibyte = multibyte || text[i] >= utf8.RuneSelf
			i++
		}
		name := text[start:i]
		switch {
		case len(name) == 0 || i < len(text) && text[i] == '"':
			return errLogfmtByte
		case multibyte && (!utf8.Valid(name) || bytes.ContainsRune(name, utf8.RuneError)):
			return errLogfmtName
		}
		some = true
		if i == len(text) || text[i] != '=' {
			d.add(w, Name(name), nil, lone)
			continue
		}
		var err error
		if i, err = d.take(text, i+1, Name(name), w); err != nil {
			return err
		}
	}
	if !some {
		return errNoPair
	}
	d.write(w, appendUnquoted)
	return nil
}

// take adds the value that begins at i and returns where it ends.
func (d *logfmt) take(text []byte, i int, name string, w *Writer) (end int, err error) {
	if i < len(text) && text[i] == '"' {
		return d.quoted(text, i+1, name, w)
	}
	start := i
	for i < len(text) && text[i] > ' ' {
		if text[i] == '=' || text[i] == '"' {
			return i, errLogfmtByte
		}
		i++
	}
	d.add(w, name, text[start:i], plain)
	return i, nil
}

func (d *logfmt) quoted(text []byte, i int, name string, w *Writer) (end int, err error) {
	start, kind := i, plain
	for ; i < len(text); i++ {
		switch text[i] {
		case '"':
			d.add(w, name, text[start:i], kind)
			return i + 1, nil
		case '\\':
			kind = escaped
			_, n, ok := unquoteEscape(text[i:])
			if !ok {
				return i, errLogfmtEscape
			}
			i += n - 1
		}
	}
	return i, errQuoteOpen
}
