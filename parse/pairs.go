package parse

import "slices"

// pairs are the names and values of one text, in its order, of formats in which a name can stand more than once: it is
// then one array. They are the memory of a decoder at work on one payload.
type pairs struct {
	all     []pair
	places  map[string]int32 // by name: the next pair that has it
	scratch []byte           // what escapes were taken off
}

type pair struct {
	name  string // over the text
	value []byte
	kind  pairKind
	next  int32 // place of the next pair with this name; 0 where there is none
	later bool  // one before has the same name
}

type pairKind uint8

const (
	plain   pairKind = iota
	escaped          // the value has escapes
	lone             // a name without a value
)

// add keeps a pair that somebody asks for.
func (p *pairs) add(w *Writer, name string, value []byte, kind pairKind) {
	if w.Asks(name) {
		p.all = append(p.all, pair{name: name, value: value, kind: kind})
	}
}

// write gives the pairs to w, and forgets them. unescape appends a value without its escapes.
func (p *pairs) write(w *Writer, unescape func(dst, value []byte) []byte) {
	p.link()
	for i := range p.all {
		first := &p.all[i]
		switch {
		case first.later:
		case first.next == 0:
			p.value(w, first, unescape)
		default:
			w.Array(first.name)
			for k := i; ; k = int(p.all[k].next) {
				p.value(w, &p.all[k], unescape)
				if p.all[k].next == 0 {
					break
				}
			}
			w.End()
		}
	}
	p.forget()
}

func (p *pairs) value(w *Writer, one *pair, unescape func(dst, value []byte) []byte) {
	switch one.kind {
	case lone:
		w.Null(one.name)
	case escaped:
		p.scratch = unescape(p.scratch[:0], one.value)
		w.String(one.name, p.scratch)
	default:
		w.String(one.name, one.value)
	}
}

// fewPairs is up to how many are compared one by one.
const fewPairs = 16

// link finds the pairs that have the same name.
func (p *pairs) link() {
	if len(p.all) <= fewPairs {
		for i := range p.all {
			for k := i + 1; k < len(p.all); k++ {
				if p.all[k].name == p.all[i].name {
					p.all[i].next, p.all[k].later = int32(k), true
					break
				}
			}
		}
		return
	}
	if p.places == nil {
		p.places = make(map[string]int32, len(p.all))
	}
	for i, one := range slices.Backward(p.all) {
		if k, ok := p.places[one.name]; ok {
			p.all[i].next, p.all[k].later = k, true
		}
		p.places[one.name] = int32(i)
	}
}

// Memory of a record that is out of the ordinary is not kept for the next one.
const (
	keptPairs   = 1 << 10
	keptScratch = 1 << 20
)

func (p *pairs) forget() {
	if len(p.all) > keptPairs {
		p.places = nil
	}
	clear(p.places)
	if cap(p.all) > keptPairs {
		p.all = nil
	}
	p.all = p.all[:0]
	if cap(p.scratch) > keptScratch {
		p.scratch = nil
	}
}
