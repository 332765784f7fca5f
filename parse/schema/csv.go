package schema

import (
	"unicode/utf8"

	"github.com/streamalert/streamalert-go/parse"
)

// csvDialect reads columns as Python's csv module does, in its dialect "excel" with other characters: quotes double
// themselves, a quote within an unquoted column is data, and what stands behind a closing quote belongs to the column.
type csvDialect struct {
	delimiter, quote rune
	escape           rune // -1 where there is none
}

// row is one row; fields is valid until the next one.
type row struct {
	fields   [][]byte
	from, to int // in the text, with the line's end
	err      error
}

const (
	errNewLine   = parse.Reason("a line ends within an unquoted column")
	errLongField = parse.Reason("a column is longer than 131,072 characters")
)

// maxField is Python's csv.field_size_limit.
const maxField = 131072

type csvState uint8

const (
	startRecord csvState = iota
	startField
	escapedChar
	inField
	inQuoted
	escapeInQuoted
	quoteInQuoted
	eatNewLine
	afterEscapedNewLine
)

// csvReader is the state of reading one row.
type csvReader struct {
	csvDialect
	state  csvState
	buf    []byte // the columns, one behind the other
	ends   []int
	chars  int // of the column
	most   int // columns that matter
	fields [][]byte
}

// rows yields the rows of a text, of longer ones one column more than there should be. An error is the last one.
func (d csvDialect) rows(c *csvReader, text []byte, most int, yield func(row) bool) {
	c.csvDialect, c.most = d, most
	for from := 0; from < len(text); {
		c.state, c.buf, c.ends, c.chars = startRecord, c.buf[:0], c.ends[:0], 0
		to, err := c.row(text, from)
		if err != nil {
			yield(row{from: from, to: len(text), err: err})
			return
		}
		c.fields = c.fields[:0]
		start := 0
		for _, end := range c.ends {
			c.fields = append(c.fields, c.buf[start:end:end])
			start = end
		}
		if !yield(row{fields: c.fields, from: from, to: to}) {
			return
		}
		from = to
	}
}

// row reads the row that begins at i, and tells where it ends.
func (c *csvReader) row(text []byte, i int) (int, error) {
	for i < len(text) {
		for i < len(text) { // a line
			r, n := utf8.DecodeRune(text[i:])
			if err := c.char(r, text[i:i+n]); err != nil {
				return i, err
			}
			i += n
			if r == '\n' {
				break
			}
		}
		if c.lineEnd(); c.state == startRecord {
			return i, nil
		}
	}
	c.save() // the text ends within a column
	return i, nil
}

func (c *csvReader) save() {
	if len(c.ends) <= c.most {
		c.ends = append(c.ends, len(c.buf))
	}
	c.chars = 0
}

func (c *csvReader) add(b []byte) error {
	if c.chars++; c.chars > maxField {
		return errLongField
	}
	c.buf = append(c.buf, b...)
	return nil
}

// char takes one character; b is how it is written.
func (c *csvReader) char(r rune, b []byte) error {
	newLine := r == '\n' || r == '\r'
	switch c.state {
	case startRecord, startField:
		return c.begin(r, b, newLine)
	case escapedChar:
		c.state = inField
		if newLine {
			c.state = afterEscapedNewLine
		}
		return c.add(b)
	case inField, afterEscapedNewLine:
		switch {
		case newLine:
			c.save()
			c.state = eatNewLine
		case r == c.escape:
			c.state = escapedChar
		case r == c.delimiter:
			c.save()
			c.state = startField
		default:
			c.state = inField
			return c.add(b)
		}
	case inQuoted:
		switch r {
		case c.escape:
			c.state = escapeInQuoted
		case c.quote:
			c.state = quoteInQuoted
		default:
			return c.add(b)
		}
	case escapeInQuoted:
		c.state = inQuoted
		return c.add(b)
	case quoteInQuoted:
		switch {
		case r == c.quote:
			c.state = inQuoted
			return c.add(b)
		case r == c.delimiter:
			c.save()
			c.state = startField
		case newLine:
			c.save()
			c.state = eatNewLine
		default:
			c.state = inField
			return c.add(b)
		}
	case eatNewLine:
		if !newLine {
			return errNewLine
		}
	}
	return nil
}

// begin takes the first character of a column.
func (c *csvReader) begin(r rune, b []byte, newLine bool) error {
	switch {
	case newLine:
		if c.state == startField {
			c.save()
		}
		c.state = eatNewLine
	case r == c.quote:
		c.state = inQuoted
	case r == c.escape:
		c.state = escapedChar
	case r == c.delimiter:
		c.save()
		c.state = startField
	default:
		c.state = inField
		return c.add(b)
	}
	return nil
}

// lineEnd ends a line. Where the row goes on in the next one, the state is not startRecord.
func (c *csvReader) lineEnd() {
	switch c.state {
	case startField, inField, quoteInQuoted:
		c.save()
		c.state = startRecord
	case eatNewLine:
		c.state = startRecord
	case escapedChar:
		c.buf = append(c.buf, '\n')
		c.state = inField
	case escapeInQuoted:
		c.buf = append(c.buf, '\n')
		c.state = inQuoted
	}
}

// object appends a row as an object of strings; a column of a nested schema is a row itself. ok is false where the number of
// columns is another one.
func (d csvDialect) object(dst []byte, fields [][]byte, s *shape) (object []byte, ok bool) {
	if len(fields) != len(s.keys) || len(fields) == 0 {
		return dst, false
	}
	dst = append(dst, '{')
	for i := range s.keys {
		dst = append(dst, s.keys[i].quoted...)
		if s.keys[i].kind != anObject {
			dst = append(appendQuoted(dst, fields[i]), ',')
			continue
		}
		ok := false
		d.rows(&csvReader{}, fields[i], len(s.keys[i].shape.keys), func(r row) bool {
			if r.err == nil {
				dst, ok = d.object(dst, r.fields, s.keys[i].shape)
			}
			return false
		})
		if !ok {
			return dst, false
		}
		dst = append(dst, ',')
	}
	return closed(dst, '}'), true
}
