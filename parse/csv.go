package parse

import (
	"bytes"
	"strconv"
)

// CSV decodes separated values as RFC 4180 has them: a column that begins with a quote ends at the next one, of which a
// doubled one is a quote itself; any other quote is data. Use [CSVFraming] where quotes can hold line ends.
//
// The columns are named by Columns, or by a header; where there is neither, they are column1, column2 and so on. A column
// without a name is named so too, and so is one whose name another before it has in a header. An empty column without
// quotes is no value and left away; one in quotes is an empty text.
//
// A record is refused whose quotes do not close, or have anything but a delimiter behind them, and one that has more
// columns than there are names, or fewer than Least.
type CSV struct {
	// Columns are the names; nil where there is a header, or none.
	Columns *Columns
	// Header tells that the first text of a payload names the columns, whatever Columns has. It is no record, and neither is
	// one that is the same again, as where files run together.
	Header bool
	// Delimiter is a comma where it is 0, Quote a double quote.
	Delimiter, Quote byte
	// Escape stands before a quote or itself within quotes, and is taken off. 0 is none: a quote is doubled.
	Escape byte
	// Least is the fewest columns of a record; 0 is as many as there are names.
	Least int
	// More takes records that have more columns than there are names; they are named by their place, column9.
	More bool
	// Nested are the columns that hold such a record themselves, by their names: it is an object. One that does not
	// decode stays a text.
	Nested map[string]CSV
}

const (
	errColumnCount = Reason("other number of columns")
	errQuoteBehind = Reason("text behind a quote")
	errNoHeader    = Reason("no header before")
)

// Start makes a decoder with memory of its own.
func (f CSV) Start() Decoder { return f.start() }

// Decode decodes one record. Without the payload's header, columns are not known: it is then refused.
func (f CSV) Decode(text []byte, w *Writer) error {
	if f.Header {
		return errNoHeader
	}
	return f.start().Decode(text, w)
}

func (f CSV) start() *csv {
	if f.Delimiter == 0 {
		f.Delimiter = ','
	}
	if f.Quote == 0 {
		f.Quote = '"'
	}
	d := &csv{CSV: f}
	if f.Header {
		d.Columns = nil
	} else if f.Columns != nil {
		d.named(f.Columns.Names)
	}
	return d
}

// csv is a CSV at work on one payload.
type csv struct {
	CSV
	header  []byte         // its text
	nested  map[int]*csv   // by column
	scratch []byte         // what escapes were taken off
	inner   []column       // of a nested record
	places  []string       // names of columns by their places
	names   map[string]int // of a header
}

type column struct {
	text  []byte
	quote byte // how it was quoted: see columnKind
}

func (d *csv) named(names []string) {
	for i, name := range names {
		if nested, ok := d.Nested[name]; ok {
			if d.nested == nil {
				d.nested = map[int]*csv{}
			}
			nested.Header = false
			d.nested[i] = nested.start()
		}
	}
}

// learn takes the names of the columns.
func (d *csv) learn(text []byte) error {
	d.names = map[string]int{}
	var names []string
	for i := 0; ; {
		c, next, err := d.next(text, i)
		if err != nil {
			return err
		}
		name := string(bytes.TrimSpace(d.text(c)))
		if _, ok := d.names[name]; name == "" || ok {
			name = d.place(len(names))
		}
		d.names[name] = len(names)
		names = append(names, name)
		if next < 0 {
			break
		}
		i = next
	}
	d.header = bytes.Clone(text)
	d.Columns = &Columns{Names: names}
	d.named(names)
	return ErrNoRecord
}

func (d *csv) Decode(text []byte, w *Writer) error {
	if d.Header {
		switch {
		case d.Columns == nil:
			return d.learn(text)
		case bytes.Equal(text, d.header):
			return ErrNoRecord
		}
	}
	names := 0
	var row Row
	if d.Columns != nil {
		names, row = len(d.Columns.Names), w.Columns(d.Columns)
	}
	n := 0
	for i := 0; i >= 0; n++ {
		c, next, err := d.next(text, i)
		if err != nil {
			return err
		}
		switch {
		case n < names && d.nested[n] != nil:
			d.object(w, n, c)
		case n < names:
			d.set(row, n, c)
		case names > 0 && !d.More:
			return errColumnCount
		case c.quote != absent && w.Asks(d.place(n)):
			w.String(d.place(n), d.text(c))
		}
		i = next
	}
	if n < names && n < d.least(names) {
		return errColumnCount
	}
	return nil
}

func (d *csv) least(names int) int {
	if d.Least > 0 {
		return d.Least
	}
	return names
}

func (d *csv) set(row Row, n int, c column) {
	switch c.quote {
	case absent:
	case doubled:
		if row.Asks(n) {
			row.Set(n, d.text(c))
		}
	default:
		row.Set(n, c.text)
	}
}

// object gives a column that is a record itself.
func (d *csv) object(w *Writer, n int, c column) {
	name, of := d.Columns.Names[n], d.nested[n]
	if c.quote == absent || !w.Asks(name) {
		return
	}
	text := d.text(c)
	if !of.split(text) {
		w.String(name, text)
		return
	}
	w.Object(name)
	for i, c := range of.inner {
		if c.quote == absent {
			continue
		}
		key := of.place(i)
		if of.Columns != nil && i < len(of.Columns.Names) {
			key = of.Columns.Names[i]
		}
		switch {
		case of.nested[i] != nil:
			of.object(w, i, c)
		case of.Columns != nil && i < len(of.Columns.Numbers) && of.Columns.Numbers[i]:
			w.Number(key, of.text(c))
		default:
			w.String(key, of.text(c))
		}
	}
	w.End()
}

// split takes a nested record apart; false where it is none.
func (d *csv) split(text []byte) bool {
	d.inner = d.inner[:0]
	for i := 0; i >= 0; {
		c, next, err := d.next(text, i)
		if err != nil {
			return false
		}
		d.inner = append(d.inner, c)
		i = next
	}
	if d.Columns == nil {
		return true
	}
	names := len(d.Columns.Names)
	return len(d.inner) >= min(d.least(names), names) && (d.More || len(d.inner) <= names)
}

// How a column is written.
const (
	bare    byte = iota
	absent       // nothing, without quotes
	quoted       // without escapes
	doubled      // with some
)

// next is the column that begins at i, and where the one behind it begins: -1 where there is none.
func (d *csv) next(text []byte, i int) (c column, next int, err error) {
	if i < len(text) && text[i] == d.Quote {
		return d.quoted(text, i+1)
	}
	rest := text[i:]
	if n := bytes.IndexByte(rest, d.Delimiter); n >= 0 {
		rest, next = rest[:n], i+n+1
	} else {
		next = -1
	}
	if len(rest) == 0 {
		return column{quote: absent}, next, nil
	}
	return column{text: rest}, next, nil
}

func (d *csv) quoted(text []byte, i int) (c column, next int, err error) {
	start, how := i, quoted
	for {
		i, how = d.closing(text, i, how)
		if i < 0 {
			return column{}, 0, errQuoteOpen
		}
		switch {
		case i+1 == len(text):
			return column{text[start:i], how}, -1, nil
		case text[i+1] == d.Delimiter:
			return column{text[start:i], how}, i + 2, nil
		case text[i+1] != d.Quote:
			return column{}, 0, errQuoteBehind
		}
		how = doubled
		i += 2
	}
}

// closing is where the next quote stands that is not escaped; -1 where there is none.
func (d *csv) closing(text []byte, i int, how byte) (int, byte) {
	if d.Escape == 0 || d.Escape == d.Quote {
		n := bytes.IndexByte(text[i:], d.Quote)
		if n < 0 {
			return -1, how
		}
		return i + n, how
	}
	for ; i < len(text); i++ {
		switch text[i] {
		case d.Escape:
			how = doubled
			i++
		case d.Quote:
			return i, how
		}
	}
	return -1, how
}

// text is a column's text, without what escapes.
func (d *csv) text(c column) []byte {
	if c.quote != doubled {
		return c.text
	}
	if cap(d.scratch) > keptScratch {
		d.scratch = nil
	}
	dst := d.scratch[:0]
	for i := 0; i < len(c.text); i++ {
		b := c.text[i]
		if i+1 < len(c.text) && (b == d.Quote && c.text[i+1] == d.Quote || b == d.Escape && d.Escape != 0 && (c.text[i+1] == d.Quote || c.text[i+1] == b)) {
			i++
			b = c.text[i]
		}
		dst = append(dst, b)
	}
	d.scratch = dst
	return dst
}

// place is the name of a column by its place.
func (d *csv) place(n int) string {
	for len(d.places) <= n && len(d.places) < maxPlaces {
		d.places = append(d.places, "column"+strconv.Itoa(len(d.places)+1))
	}
	if n < len(d.places) {
		return d.places[n]
	}
	return "column" + strconv.Itoa(n+1)
}

// maxPlaces is how many names of columns by their places are kept.
const maxPlaces = 1 << 10

// CSVFraming frames records of a [CSV] with these characters whose quotes can hold line ends; outside of quotes CR alone ends a
// line too. Where a quote closes and neither a delimiter nor the line's end follows, or it does not close within the limit of a
// record, the line is lost in which the record begins, and the next line begins one. Where it does not close before the
// payload's end, all the rest is one lost record: what is in it cannot be told.
type CSVFraming struct{ Delimiter, Quote, Escape byte }

// Frame is the first record of b.
func (f CSVFraming) Frame(b []byte, last bool) (size int, text []byte, err error) {
	if f.Delimiter == 0 {
		f.Delimiter = ','
	}
	if f.Quote == 0 {
		f.Quote = '"'
	}
	line, text := csvLine(b)
	if line == 0 && !last {
		return 0, nil, nil
	}
	if line > 0 && bytes.IndexByte(text, f.Quote) < 0 {
		return line, text, nil
	}
	for i := 0; ; {
		next, end, bad := f.column(b, i, last)
		switch {
		case bad && line > 0:
			return line, nil, errQuoteBehind
		case bad, last && next < 0:
			return len(b), trimCR(b), nil
		case next < 0:
			return 0, nil, nil
		case end:
			return next, trimCR(bytes.TrimSuffix(b[:next], []byte{'\n'})), nil
		}
		i = next
	}
}

// csvLine is the first line of b, and how many bytes it takes with its end; none where b has no line's end. It looks for both
// ends in growing steps: not for one through all of b where the other is near.
func csvLine(b []byte) (size int, text []byte) {
	for from, step := 0, 256; from < len(b); from, step = from+step, 2*step {
		part := b[from:min(from+step, len(b))]
		lf := bytes.IndexByte(part, '\n')
		if lf >= 0 {
			part = part[:lf]
		}
		end := from + bytes.IndexByte(part, '\r')
		switch {
		case end < from && lf < 0:
			continue
		case end < from:
			return from + lf + 1, b[:from+lf]
		case end+1 == len(b): // LF may follow
			return 0, b[:end]
		case b[end+1] == '\n':
			return end + 2, b[:end]
		}
		return end + 1, b[:end]
	}
	return 0, b
}

// column goes behind the column that begins at i. end tells that the record ends there; next is -1 where b ends before.
func (f CSVFraming) column(b []byte, i int, last bool) (next int, end, bad bool) {
	if i < len(b) && b[i] == f.Quote {
		if i = f.closing(b, i+1); i < 0 || i == len(b) && !last {
			return -1, false, false
		}
	} else {
		for i < len(b) && b[i] != f.Delimiter && b[i] != '\n' && b[i] != '\r' {
			i++
		}
	}
	switch {
	case i == len(b) && last:
		return i, true, false
	case i == len(b):
		return -1, false, false
	case b[i] == f.Delimiter:
		return i + 1, false, false
	case b[i] == '\n':
		return i + 1, true, false
	case b[i] == '\r' && i+1 == len(b) && !last:
		return -1, false, false
	case b[i] == '\r' && i+1 < len(b) && b[i+1] == '\n':
		return i + 2, true, false
	case b[i] == '\r':
		return i + 1, true, false
	}
	return 0, false, true
}

// closing goes behind the quote that closes the column whose text begins at i; -1 where b ends before.
func (f CSVFraming) closing(b []byte, i int) int {
	for i < len(b) {
		if f.Escape == 0 || f.Escape == f.Quote {
			n := bytes.IndexByte(b[i:], f.Quote)
			if n < 0 {
				return -1
			}
			i += n
		}
		switch {
		case b[i] == f.Quote && (i+1 == len(b) || b[i+1] != f.Quote):
			return i + 1
		case b[i] == f.Quote, f.Escape != 0 && b[i] == f.Escape:
			i++
		}
		i++
	}
	return -1
}
