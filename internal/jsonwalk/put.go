package jsonwalk

import "unsafe"

// Kid is the place of a name among those that are asked of an object; negative for one that is not asked for.
type Kid int

// Kid is the place of a member's name among those that are asked of the record itself.
func (t *Trie) Kid(name string) Kid {
	b := unsafe.Slice(unsafe.StringData(name), len(name)) // only read
	return Kid(t.root.find(b, 0, len(b)))
}

// Begin forgets the last value and begins an object that is no JSON text: its members are put, not walked.
func (w *Walker) Begin(t *Trie) {
	w.reset(t)
	if cap(w.own) > maxScratch {
		w.own = nil
	}
	w.own, w.lent = w.own[:0], false
	w.b = nil
	w.nextObject()
}

// Meet tells whether the member is met for the first time since Begin.
func (w *Walker) Meet(k Kid) bool {
	id := w.t.root.kids[k].node.id
	if w.seen[id] == w.object {
		return false
	}
	w.seen[id] = w.object
	return true
}

// Put is a member that is no object and no array. The bytes are copied; a string's are without quotes and escapes.
func (w *Walker) Put(k Kid, kind Kind, b []byte) {
	path := w.t.root.kids[k].node.path
	if path < 0 {
		return
	}
	start := len(w.kept())
	w.own = append(w.own, b...)
	w.b = w.own
	w.add(path, kind, start, len(w.own))
}

// Slot is where a member that is no object and no array is put, looked up once for many records.
type Slot struct {
	id, path int32
}

// Slot is that of a member; ok is false where only what is below it is asked for.
func (t *Trie) Slot(k Kid) (s Slot, ok bool) {
	n := t.root.kids[k].node
	return Slot{n.id, n.path}, n.path >= 0
}

// Keep copies a text of which parts are put with PutPart, and returns where it is kept.
func (w *Walker) Keep(text []byte) (at int) {
	at = len(w.kept())
	w.own = append(w.own, text...)
	w.b = w.own
	return at
}

// Lend is Keep of a text that stays as it is until the next Begin: it is not copied, unless more is put. It is the first.
func (w *Walker) Lend(text []byte) (at int) {
	if len(w.own) > 0 || w.lent {
		return w.Keep(text)
	}
	w.b, w.lent = text, true
	return 0
}

// kept are the walker's own bytes, also those that were lent.
func (w *Walker) kept() []byte {
	if w.lent {
		w.own, w.lent = append(w.own, w.b...), false
	}
	return w.own
}

// PutPart is a member that is w's own bytes from start to end, where it is met for the first time since Begin.
func (w *Walker) PutPart(s Slot, kind Kind, start, end int) {
	if w.seen[s.id] == w.object {
		return
	}
	w.seen[s.id] = w.object
	w.add(s.path, kind, start, end)
}

// PutJSON is a member whose value is an object or an array, as JSON. It is copied, and walked like any other.
func (w *Walker) PutJSON(k Kid, text []byte) Status {
	start := len(w.kept())
	w.own = append(w.own, text...)
	w.b, w.depth, w.env = w.own, MaxDepth, nil
	_, st := w.value(start, w.t.root.kids[k].node, 1)
	return st
}

// Valid tells whether b is one JSON value, nested no deeper than the limit.
func Valid(b []byte, depth int) bool {
	if len(b) == 0 {
		return false
	}
	end, st := skip(b, 0, 0, min(depth, MaxDepth))
	return end == len(b) && (st == OK || st == Short && isNumber(b))
}

// IsNumber tells whether b is a number as JSON writes it.
func IsNumber(b []byte) bool {
	if len(b) == 0 || b[0] != '-' && b[0]-'0' >= 10 {
		return false
	}
	end, st := skipNumber(b, 0)
	return end == len(b) && st == Short && isNumber(b)
}

// isNumber tells of what a walk found to be the beginning of a number whether it is whole.
func isNumber(b []byte) bool { return (b[0] == '-' || b[0]-'0' < 10) && b[len(b)-1]-'0' < 10 }
