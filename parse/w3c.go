package parse

import (
	"bytes"
	"time"
)

// W3C decodes log files whose #Fields line names the columns, as the W3C's extended log file format has it: those of IIS,
// Tomcat, CloudFront.
//
//	#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)
//	2026-11-25 09:31:12 192.0.2.23 GET /index.html 200 "curl/7.88.1"
//
// The fields are called as they are there, and hold for the lines that follow, until there is another such line. Lines that
// begin with "#" are no records. Columns are separated by tabs in a line that has one, by commas where the #Fields line
// has commas and no blanks (Exchange), and by blanks otherwise. A column that begins with a quote ends at the next one, of
// which a doubled one is a quote itself; where a line has then other columns than the fields, quotes are data, as they are
// for IIS. "-" and nothing are no value, and left away. All values are texts; the plus signs that IIS writes for blanks
// stay, since it does not escape the others.
//
// A line with other columns than the fields, or before there are any, or whose date or time is none, is refused.
//
// [W3CTime] is the time of such a record. Where the fields have a time and no date, the date is that of the #Date line
// before, and a field "date". Source: W3C Working Draft WD-logfile, "Extended Log File Format".
type W3C struct{}

const (
	errNoFields = Reason("no #Fields line before")
	errW3CTime  = Reason("date or time that is none")
)

// Start makes a decoder that learns the columns.
func (W3C) Start() Decoder { return &w3c{} }

// Decode refuses a line without the payload's header.
func (W3C) Decode([]byte, *Writer) error { return errNoFields }

// w3c is a W3C at work on one payload.
type w3c struct {
	csv
	names  []byte // the #Fields line
	date   []byte // of the #Date line, where the fields have none
	dateAt int    // the column that is one, or -1
	timeAt int
	comma  bool
}

func (d *w3c) Decode(text []byte, w *Writer) error {
	if text[0] == '#' {
		return d.directive(text)
	}
	if d.Columns == nil {
		return errNoFields
	}
	d.Delimiter = ' '
	switch {
	case d.comma:
		d.Delimiter = ','
	case bytes.IndexByte(text, '\t') >= 0:
		d.Delimiter = '\t'
	}
	d.Quote = '"'
	if !d.columns(text) {
		if d.Quote = noQuote; !d.columns(text) {
			return errColumnCount
		}
	}
	if !d.columnIs(d.dateAt, isW3CDate) || !d.columnIs(d.timeAt, isW3CTime) {
		return errW3CTime
	}
	row := w.Columns(d.Columns)
	if d.dateAt < 0 && d.date != nil {
		w.String("date", d.date)
	}
	d.Quote = '"'
	for n, c := range d.inner {
		if !isDash(c) {
			d.set(row, n, c)
		}
	}
	return nil
}

func isDash(c column) bool { return c.quote == bare && len(c.text) == 1 && c.text[0] == '-' }

// columnIs tells whether a column, where there is one and it has a value, is what it should be.
func (d *w3c) columnIs(n int, is func([]byte) bool) bool {
	return n < 0 || d.inner[n].quote == absent || isDash(d.inner[n]) || is(d.inner[n].text)
}

// isW3CDate tells whether b is YYYY-MM-DD.
func isW3CDate(b []byte) bool {
	return len(b) == len(time.DateOnly) && b[4] == '-' && b[7] == '-' && onlyDigits(b[:4]) && onlyDigits(b[5:7]) && onlyDigits(b[8:])
}

// isW3CTime tells whether b is HH:MM, HH:MM:SS, or that with a fraction.
func isW3CTime(b []byte) bool {
	if len(b) < 5 || b[2] != ':' || !onlyDigits(b[:2]) || !onlyDigits(b[3:5]) {
		return false
	}
	if len(b) == 5 {
		return true
	}
	seconds, fraction, dot := bytes.Cut(b[5:], []byte{'.'})
	return len(seconds) == 3 && seconds[0] == ':' && onlyDigits(seconds[1:]) && (!dot || onlyDigits(fraction))
}

// noQuote is a character that no column begins with: a column ends before a line's end.
const noQuote = '\n'

// columns takes a line apart; false where it has other columns than there are fields.
func (d *w3c) columns(text []byte) bool {
	d.inner = d.inner[:0]
	for i := 0; i >= 0; {
		if d.Delimiter == ' ' {
			if i = skipBlanks(text, i); i == len(text) {
				break
			}
		}
		c, next, err := d.next(text, i)
		if err != nil || len(d.inner) == len(d.Columns.Names) {
			return false
		}
		d.inner = append(d.inner, c)
		i = next
	}
	return len(d.inner) == len(d.Columns.Names)
}

func skipBlanks(text []byte, i int) int {
	for i < len(text) && isBlankOrTab(text[i]) {
		i++
	}
	return i
}

// directive reads a line that begins with "#".
func (d *w3c) directive(text []byte) error {
	name, value, _ := bytes.Cut(text[1:], []byte{':'})
	value = trimSpace(value)
	switch name = trimSpace(name); {
	case bytes.EqualFold(name, []byte("Fields")):
		if !bytes.Equal(d.names, value) {
			d.fields(bytes.Clone(value))
		}
	case bytes.EqualFold(name, []byte("Date")):
		if date, _, _ := bytes.Cut(value, []byte{' '}); len(date) == len(time.DateOnly) && !bytes.Equal(date, d.date) {
			d.date = bytes.Clone(date)
		}
	}
	return ErrNoRecord
}

func (d *w3c) fields(value []byte) {
	names := bytes.Fields(value)
	if d.comma = len(names) == 1 && bytes.IndexByte(value, ',') >= 0; d.comma {
		names = bytes.Split(value, []byte{','})
	}
	d.names, d.dateAt, d.timeAt = value, -1, -1
	d.Columns = &Columns{}
	for i, name := range names {
		switch name = trimSpace(name); string(name) {
		case "date":
			d.dateAt = i
		case "time":
			d.timeAt = i
		}
		d.Columns.Names = append(d.Columns.Names, Name(name))
	}
}

// W3CTime is the time of a record of [W3C], in UTC: its date and time, or its "date-time" as Exchange writes it.
func W3CTime(r *Record) (time.Time, bool) {
	if at := r.Get("date-time"); at.Exists() {
		t, err := time.Parse(time.RFC3339, at.String())
		return t.UTC(), err == nil
	}
	var b [64]byte
	text := append(b[:0], r.Get("date").Bytes()...)
	text = append(append(text, ' '), r.Get("time").Bytes()...)
	t, err := time.Parse(time.DateTime, Name(text))
	if err != nil {
		t, err = time.Parse("2006-01-02 15:04", Name(text))
	}
	return t, err == nil
}
