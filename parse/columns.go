package parse

import "github.com/streamalert/streamalert-go/internal/jsonwalk"

// Columns are the fields of a format that has the same ones in every record, in an order. Their names are looked up once
// for all records, so that a column nobody reads costs a comparison. A Columns must not be changed once it is used.
type Columns struct {
	Names []string
	// Numbers tells by column whether it is a number; nil where none is.
	Numbers []bool
}

// NewColumns makes columns of their names. A name that ends in ":n" is that of a number.
func NewColumns(names ...string) *Columns {
	c := &Columns{Names: names, Numbers: make([]bool, len(names))}
	for i, n := range names {
		if len(n) > 2 && n[len(n)-2:] == ":n" {
			c.Names[i], c.Numbers[i] = n[:len(n)-2], true
		}
	}
	return c
}

// Columns begins a record of columns.
func (w *Writer) Columns(c *Columns) Row {
	if w.walker == nil {
		return Row{w: w, c: c}
	}
	if w.asked != w.trie || w.columns == nil {
		w.asked, w.columns = w.trie, map[*Columns][]jsonwalk.Kid{}
	}
	kids, ok := w.columns[c]
	if !ok {
		kids = make([]jsonwalk.Kid, len(c.Names))
		for i, n := range c.Names {
			kids[i] = w.trie.Kid(n)
		}
		w.columns[c] = kids
	}
	return Row{w: w, c: c, kids: kids}
}

// Row is a record of columns that is being written.
type Row struct {
	w    *Writer
	c    *Columns
	kids []jsonwalk.Kid // nil while the record is written as JSON
}

// Set is column i: a number where it is one and the text is, else a text.
func (r Row) Set(i int, text []byte) {
	if r.kids == nil {
		if r.c.Numbers != nil && r.c.Numbers[i] {
			r.w.Number(r.c.Names[i], text)
		} else {
			r.w.String(r.c.Names[i], text)
		}
		return
	}
	k := r.kids[i]
	if k < 0 || !r.w.walker.Meet(k) {
		return
	}
	kind := jsonwalk.String
	if r.c.Numbers != nil && r.c.Numbers[i] && jsonwalk.IsNumber(text) {
		kind = jsonwalk.Number
	}
	r.w.walker.Put(k, kind, text)
}

// Asks tells whether somebody reads column i.
func (r Row) Asks(i int) bool { return r.kids == nil || r.kids[i] >= 0 }
