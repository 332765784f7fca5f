package jsonwalk

import "slices"

// Kind is what a value is; the numbers are those of package parse.
type Kind uint8

// The kinds of values.
const (
	Missing Kind = iota
	Null
	Bool
	Number
	String
	JSON
)

// Walker walks values and holds what it picked out of the last one. The zero value is ready; it is used by one goroutine
// at a time.
type Walker struct {
	b     []byte
	env   []string // names of the members that can hold the records, while a top-level object is walked
	depth int      // limit
	t     *Trie

	hits    []hit
	first   []int32  // by path: its first hit + 1, 0 where there is none
	last    []int32  // by path: its last hit, where there is one
	seen    []uint32 // by node: the last object in which it was met, so that of duplicate keys the first counts
	object  uint32   // serial number of objects
	orders  []*order // by node, made where it is first met
	spare   []*order // those of the last trie
	scratch []byte   // decoded strings
	own     []byte   // what was put
	lent    bool     // b is somebody else's, and stands for own
}

// hit is one value of one path: a part of the walked bytes, or of scratch.
type hit struct {
	path, next int32 // next: place of the path's next hit, 0 where there is none
	start, end uint32
	kind       Kind
	decoded    bool
}

// How much memory for decoded strings, how many hits, and how many orders of another trie are kept from one value to the
// next.
const (
	maxScratch = 1 << 20
	maxHits    = 1 << 14
	maxSpare   = 16
)

// Walk walks the value that begins at b[0], picks out what t asks for, and returns the place behind the value, or where it
// stopped. depth is the deepest nesting allowed, at most [MaxDepth].
//
// Where the value is an object with a member that env names and that is an array, it stops at the array's bracket with
// status [Envelope].
func (w *Walker) Walk(b []byte, t *Trie, depth int, env []string) (int, Status) {
	w.reset(t)
	w.b, w.depth, w.env = b, min(depth, MaxDepth), env
	if len(b) == 0 {
		return 0, Short
	}
	return w.value(0, t.root, 0)
}

// reset forgets the last value, in time that depends on what it held, not on how many paths there are.
func (w *Walker) reset(t *Trie) {
	if w.t == t {
		for i := range w.hits {
			w.first[w.hits[i].path] = 0
		}
	} else {
		w.t = t
		w.first, w.last, w.seen = zeros(w.first, t.paths), zeros(w.last, t.paths), zeros(w.seen, t.nodes)
		w.object = 0
		for _, o := range w.orders {
			if o != nil && len(w.spare) < maxSpare {
				w.spare = append(w.spare, o)
			}
		}
		w.orders = zeros(w.orders, t.nodes)
	}
	if cap(w.hits) > maxHits {
		w.hits = nil
	}
	if cap(w.scratch) > maxScratch {
		w.scratch = nil
	}
	w.hits, w.scratch = w.hits[:0], w.scratch[:0]
}

// zeros are n zero values, in the memory of s where that is enough.
func zeros[T int32 | uint32 | *order](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// value walks the value that begins at b[i], of which n is asked.
func (w *Walker) value(i int, n *node, depth int) (int, Status) {
	switch w.b[i] {
	case '"':
		end, escaped, st := skipString(w.b, i+1)
		if st == OK && n.path >= 0 {
			w.addString(n.path, i+1, end-1, escaped)
		}
		return end, st
	case '{':
		if len(n.kids) > 0 || depth == 0 && len(w.env) > 0 {
			return w.walkObject(i, n, depth)
		}
		end, st := skip(w.b, i, depth, w.depth)
		if st == OK && n.path >= 0 {
			w.add(n.path, JSON, i, end)
		}
		return end, st
	case '[':
		return w.walkArray(i, n, depth)
	}
	end, kind, st := skipScalar(w.b, i)
	if st == OK && n.path >= 0 {
		w.add(n.path, kind, i, end)
	}
	return end, st
}

func (w *Walker) walkObject(i int, n *node, depth int) (int, Status) {
	if depth >= w.depth {
		return i, Deep
	}
	b := w.b
	own := -1
	if n.path >= 0 {
		own = w.add(n.path, JSON, i, i)
	}
	serial := w.nextObject()
	if i = skipSpace(b, i+1); i >= len(b) {
		return i, Short
	}
	if b[i] == '}' {
		return w.close(own, i+1), OK
	}
	o := w.order(n)
	at := uint8(atStart)
	for {
		if b[i] != '"' {
			return i, Syntax
		}
		var k, next int
		var st Status
		if guess := o.guess(b, i, at); guess != atStart {
			at = guess
			k, next = o.at(at).kid, i+int(o.at(at).size)
			if next < len(b) && b[next] <= ' ' {
				next = skipSpace(b, next)
			}
			if next >= len(b) {
				return next, Short
			}
		} else if k, at, next, st = w.name(n, o, i, at); st != OK {
			return next, st
		}
		if depth == 0 && len(w.env) > 0 && b[next] == '[' && w.isEnvelope(i+1) {
			return next, Envelope
		}
		if k >= 0 && w.seen[n.kids[k].node.id] != serial {
			kid := n.kids[k].node
			w.seen[kid.id] = serial
			i, st = w.value(next, kid, depth+1)
		} else {
			i, st = skip(b, next, depth+1, w.depth)
		}
		if st != OK {
			return i, st
		}
		if i < len(b) && b[i] <= ' ' {
			i = skipSpace(b, i)
		}
		if i >= len(b) {
			return i, Short
		}
		switch b[i] {
		case ',':
			i++
			if i < len(b) && b[i] <= ' ' {
				i = skipSpace(b, i)
			}
			if i >= len(b) {
				return i, Short
			}
		case '}':
			return w.close(own, i+1), OK
		default:
			return i, Syntax
		}
	}
}

// order is what is known of the order of members in the objects that n is asked of.
func (w *Walker) order(n *node) *order {
	o := &w.orders[n.id]
	last := len(w.spare) - 1
	switch {
	case *o != nil:
	case last < 0:
		*o = new(order)
	default:
		*o, w.spare = w.spare[last], w.spare[:last]
		**o = order{}
	}
	return *o
}

// name reads the member name that begins at b[i] and its colon. at is the place in o of the name before, and then of this
// one; k is the kid that is named, or -1.
func (w *Walker) name(n *node, o *order, i int, at uint8) (k int, place uint8, next int, st Status) {
	start := i + 1
	end, escaped, st := skipString(w.b, start)
	if st != OK {
		return -1, at, end, st
	}
	if next, st = skipColon(w.b, end); st != OK {
		return -1, at, next, st
	}
	if k = w.find(n, start, end-1, escaped); escaped {
		return k, atStart, next, OK
	}
	return k, o.learn(w.b, start, end-1, k, at), next, OK
}

// walkArray walks an array: its elements are what n is asked of too, without the names that index it.
func (w *Walker) walkArray(i int, n *node, depth int) (int, Status) {
	if depth >= w.depth {
		return i, Deep
	}
	b := w.b
	own := -1
	if n.path >= 0 {
		own = w.add(n.path, JSON, i, i)
	}
	if i = skipSpace(b, i+1); i >= len(b) {
		return i, Short
	}
	if b[i] == ']' {
		return w.close(own, i+1), OK
	}
	through := n.through
	ask := through.path >= 0 || len(through.kids) > 0
	for index := 0; ; index++ {
		start := i
		if start >= len(b) {
			return start, Short
		}
		var st Status
		if ask {
			i, st = w.value(start, through, depth+1)
		} else {
			i, st = skip(b, start, depth+1, w.depth)
		}
		if st != OK {
			return i, st
		}
		for d := range n.digits {
			if n.digits[d].index == index {
				if i, st = w.value(start, n.digits[d].node, depth+1); st != OK {
					return i, st
				}
			}
		}
		if i < len(b) && b[i] <= ' ' {
			i = skipSpace(b, i)
		}
		if i >= len(b) {
			return i, Short
		}
		switch b[i] {
		case ',':
			i = skipSpace(b, i+1)
		case ']':
			return w.close(own, i+1), OK
		default:
			return i, Syntax
		}
	}
}

// close sets the end of a container that was added when it began, so that it comes before what it holds.
func (w *Walker) close(hit, end int) int {
	if hit >= 0 {
		w.hits[hit].end = uint32(end)
	}
	return end
}

func (w *Walker) nextObject() uint32 {
	w.object++
	if w.object == 0 {
		clear(w.seen)
		w.object = 1
	}
	return w.object
}

func (w *Walker) add(path int32, kind Kind, start, end int) int {
	h := int32(len(w.hits))
	if w.first[path] == 0 {
		w.first[path] = h + 1
	} else {
		w.hits[w.last[path]].next = h
	}
	w.last[path] = h
	w.hits = append(w.hits, hit{path: path, start: uint32(start), end: uint32(end), kind: kind})
	return int(h)
}

func (w *Walker) addString(path int32, start, end int, escaped bool) {
	if !escaped {
		w.add(path, String, start, end)
		return
	}
	from := len(w.scratch)
	w.scratch = Unescape(w.scratch, w.b[start:end])
	h := w.add(path, String, from, len(w.scratch))
	w.hits[h].decoded = true
}

// find is the index of the kid that is named by the member name w.b[start:end], or -1.
func (w *Walker) find(n *node, start, end int, escaped bool) int {
	if !escaped {
		return n.find(w.b, start, end)
	}
	from := len(w.scratch)
	w.scratch = Unescape(w.scratch, w.b[start:end])
	k := n.find(w.scratch, from, len(w.scratch))
	w.scratch = w.scratch[:from]
	return k
}

// isEnvelope tells whether the member name that begins at b[start] is one that can hold the records.
func (w *Walker) isEnvelope(start int) bool {
	end, escaped, _ := skipString(w.b, start)
	name := w.b[start : end-1]
	if escaped {
		name = Unescape(nil, name)
	}
	for _, e := range w.env {
		if e == string(name) {
			return true
		}
	}
	return false
}

// Len is how many values were picked out, of all paths together. Their places are from 0.
func (w *Walker) Len() int { return len(w.hits) }

// Path is the path of the value at a place.
func (w *Walker) Path(place int) int { return int(w.hits[place].path) }

// First is the place of the first value of a path; ok is false where it has none.
func (w *Walker) First(path int) (place int, ok bool) {
	h := w.first[path]
	return int(h) - 1, h != 0
}

// Next is the place of the next value of the same path; ok is false behind the last.
func (w *Walker) Next(place int) (next int, ok bool) {
	n := w.hits[place].next
	return int(n), n != 0
}

// At is the value at a place. The bytes are those that were walked, or the walker's own until the next walk.
func (w *Walker) At(place int) (Kind, []byte) {
	h := &w.hits[place]
	b := w.b
	if h.decoded {
		b = w.scratch
	}
	return h.kind, slices.Clip(b[h.start:h.end])
}

// Reads tells whether the walker's values are those of t.
func (w *Walker) Reads(t *Trie) bool { return w.t == t }
