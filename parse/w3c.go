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
// A line with other columns than the fields, or before there are any, is refused.
//
// [W3CTime] is the time of such a record. Where the fields have a time and no date, the date is that of the #Date line
// before, and a field "date". Source: W3C Working Draft WD-logfile, "Extended Log File Format".
type W3C struct{}

const errNoFields = Reason("no #Fields line before")

// Start makes a decoder that learns the columns.
func (W3C) Start() Decoder { return &w3c{} }

// Decode refuses a line without the payload's header.
func (W3C) Decode([]byte, *Writer) error { return errNoFields }

// w3c is a W3C at work on one payload.
type w3c struct {
	csv
	names []byte // the #Fields line
	date  []byte // of the #Date line, where the fields have none
	dated bool   // they have one
	comma bool
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
	row := w.Columns(d.Columns)
	if !d.dated && d.date != nil {
		w.String("date", d.date)
	}
	d.Quote = '"'
	for n, c := range d.inner {
		if c.quote != bare || len(c.text) != 1 || c.text[0] != '-' {
			d.set(row, n, c)
		}
	}
	return nil
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
	d.names, d.dated = value, false
	d.Columns = &Columns{}
	for _, name := range names {
		name = trimSpace(name)
		d.dated = d.dated || string(name) == "date"
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
	return t, err == nil
}
