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
	asked []askedColumn // in their order
}

// askedColumn is a column that somebody reads.
type askedColumn struct {
	i      int
	slot   jsonwalk.Slot
	number bool
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
	return Row{w, c, w.columns[0]}
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
	l := &lookedUp{of: c, kids: make([]jsonwalk.Kid, len(c.Names))}
	for i, n := range c.Names {
		l.kids[i] = -1
		if n != "" {
			l.kids[i] = w.trie.Kid(n)
		}
		if l.kids[i] < 0 {
			continue
		}
		if slot, ok := w.trie.Slot(l.kids[i]); ok {
			l.asked = append(l.asked, askedColumn{i, slot, c.Numbers != nil && c.Numbers[i]})
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
	w *Writer
	c *Columns
	l *lookedUp // nil while the record is written as JSON
}

// Set is column i: a number where it is one and the text is, else a text.
func (r Row) Set(i int, text []byte) {
	number := r.c.Numbers != nil && r.c.Numbers[i]
	if r.l == nil {
		if number {
			r.w.Number(r.c.Names[i], text)
		} else {
			r.w.String(r.c.Names[i], text)
		}
		return
	}
	k := r.l.kids[i]
	if k < 0 || !r.w.walker.Meet(k) {
		return
	}
	kind := jsonwalk.String
	if number && jsonwalk.IsNumber(text) {
		kind = jsonwalk.Number
	}
	r.w.walker.Put(k, kind, text)
}

// SetCells is one column after another: what is empty or "-" is no value, and left away, and so is what has no name. Columns
// that nobody reads are not looked at.
func (r Row) SetCells(cells Cells) {
	if r.l == nil {
		for i := range min(len(r.c.Names), cells.Len()) {
			if r.c.Names[i] != "" && !cells.isNone(cells.spans[i]) {
				r.Set(i, cells.At(i))
			}
		}
		return
	}
	if len(r.l.asked) == 0 {
		return
	}
	walker := r.w.walker
	at := r.w.keep(cells.text)
	for _, a := range r.l.asked {
		if a.i >= len(cells.spans) {
			return
		}
		s := cells.spans[a.i]
		if cells.isNone(s) {
			continue
		}
		kind := jsonwalk.String
		if a.number && jsonwalk.IsNumber(cells.text[s.start:s.end]) {
			kind = jsonwalk.Number
		}
		walker.PutPart(a.slot, kind, at+int(s.start), at+int(s.end))
	}
}

// keep keeps a text that parts of will be put: without a copy where it is the record's own.
func (w *Writer) keep(text []byte) (at int) {
	if len(text) > 0 && len(text) <= len(w.text) && &text[0] == &w.text[0] {
		return w.walker.Lend(text)
	}
	return w.walker.Keep(text)
}

// isNone tells whether a column is empty or "-".
func (c Cells) isNone(s span) bool {
	return s.start == s.end || s.end-s.start == 1 && c.text[s.start] == '-'
}

// Asks tells whether somebody reads column i.
func (r Row) Asks(i int) bool { return r.l == nil || r.l.kids[i] >= 0 }
