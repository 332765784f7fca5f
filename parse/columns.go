package parse

import "github.com/streamalert/streamalert-go/internal/jsonwalk"

// Columns are the fields of a format that has the same ones in every record, in an order. Their names are looked up once
// for all records, so that a column nobody reads costs a comparison. A column without a name is not written. A Columns must
// not be changed once it is used.
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

// lookedUp are columns, and what is asked of them.
type lookedUp struct {
	of    *Columns
	kids  []jsonwalk.Kid
	asked []int // the columns that somebody reads
}

// Columns begins a record of columns.
func (w *Writer) Columns(c *Columns) Row {
	if w.walker == nil {
		return Row{w: w, c: c}
	}
	if w.asked != w.trie {
		w.asked, w.columns = w.trie, w.columns[:0]
	}
	if len(w.columns) == 0 || w.columns[0].of != c {
		w.lookUp(c)
	}
	return Row{w: w, c: c, kids: w.columns[0].kids, asked: w.columns[0].asked}
}

// maxLookedUp is how many columns stay looked up: more than a payload has, unless it makes them up.
const maxLookedUp = 64

// lookUp makes c the first of the columns that are looked up.
func (w *Writer) lookUp(c *Columns) {
	for i := range w.columns {
		if w.columns[i].of == c {
			w.columns[0], w.columns[i] = w.columns[i], w.columns[0]
			return
		}
	}
	l := lookedUp{of: c, kids: make([]jsonwalk.Kid, len(c.Names)), asked: []int{}}
	for i, n := range c.Names {
		l.kids[i] = -1
		if n != "" {
			l.kids[i] = w.trie.Kid(n)
		}
		if l.kids[i] >= 0 {
			l.asked = append(l.asked, i)
		}
	}
	if len(w.columns) == maxLookedUp {
		w.columns = w.columns[:0]
	}
	w.columns = append(w.columns, l)
	last := len(w.columns) - 1
	w.columns[0], w.columns[last] = w.columns[last], w.columns[0]
}

// Row is a record of columns that is being written.
type Row struct {
	w     *Writer
	c     *Columns
	kids  []jsonwalk.Kid // nil while the record is written as JSON
	asked []int
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

// SetCells is one column after another: what is empty or "-" is no value, and left away, and so is what has no name. Columns
// that nobody reads are not looked at.
func (r Row) SetCells(cells Cells) {
	if r.kids == nil {
		for i := range min(len(r.c.Names), cells.Len()) {
			if r.c.Names[i] != "" {
				r.setCell(i, cells)
			}
		}
		return
	}
	for _, i := range r.asked {
		if i >= cells.Len() {
			return
		}
		r.setCell(i, cells)
	}
}

func (r Row) setCell(i int, cells Cells) {
	if b := cells.At(i); len(b) > 1 || len(b) == 1 && b[0] != '-' {
		r.Set(i, b)
	}
}

// Asks tells whether somebody reads column i.
func (r Row) Asks(i int) bool { return r.kids == nil || r.kids[i] >= 0 }
