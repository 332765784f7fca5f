package parse

import "bytes"

// XML decodes an element, such as an event of Windows, as a record:
//
//	<Event><System><EventID>22</EventID><Execution ProcessID='2828'/></System></Event>
//
// is {"System":{"EventID":"22","Execution":{"ProcessID":"2828"}}}. The outermost element is the record, and not a member.
// An element's attributes and the elements in it are its members, called as they are written, with their prefixes; those
// that are called alike are an array. An element without any is its text; of one that has some, text is the member
// "text". All values are texts, those of elements without the white space around them.
//
// The entities of XML and those by number are undone; others stay as they are, since document types are not read. So do bytes
// that are no UTF-8, whatever encoding the text declares.
//
// Tags that do not match, attributes without quotes, text behind the element, and more than 131,072 elements, attributes
// and texts are refused.
type XML struct {
	// Names are, by an element's name, the attribute whose value it is to be called by: with {"Data": "Name"} the
	// element <Data Name="Image">cmd.exe</Data> is the member "Image":"cmd.exe".
	Names map[string]string
}

const (
	errXMLTag      = Reason("no tag")
	errXMLClose    = Reason("tag closes another element")
	errXMLOutside  = Reason("text outside of the element")
	errXMLTooMany  = Reason("too many elements")
	maxXMLNodes    = 1 << 17
	keptXMLNodes   = 1 << 12
	maxXMLElements = 512 // that stand in one another
)

// Start makes a decoder with memory of its own.
func (f XML) Start() Decoder { return &xml{XML: f} }

// Decode decodes one element, with what may stand around it: a declaration, comments.
func (f XML) Decode(text []byte, w *Writer) error { return f.Start().Decode(text, w) }

// xml is an XML at work on one payload.
type xml struct {
	XML
	nodes   []xmlNode // of the record; the first is the element that it is
	open    []int32   // elements that are not closed
	places  map[string]int32
	scratch []byte
}

// xmlNode is an element, an attribute or a text.
type xmlNode struct {
	kind        xmlKind
	later       bool // one before it in its element is called alike
	name, value []byte
	named       []byte // name of the attribute that an element is called by
	kids, last  int32  // its first and its last node; 0 where there is none
	next        int32  // the next one in the element that it is in
	same        int32  // the next one there that is called alike
}

func (d *xml) Decode(text []byte, w *Writer) error {
	if cap(d.nodes) > keptXMLNodes {
		d.nodes, d.places = nil, nil
	}
	if cap(d.scratch) > keptScratch {
		d.scratch = nil
	}
	d.nodes, d.open = d.nodes[:0], d.open[:0]
	for i := 0; i < len(text); {
		t := nextXML(text, i)
		if err := d.token(text, t); err != nil {
			return err
		}
		i = t.end
	}
	switch {
	case len(d.open) > 0:
		return ErrTruncated
	case len(d.nodes) == 0:
		return ErrNoRecord
	}
	d.members(w, 0)
	return nil
}

// token takes one piece.
func (d *xml) token(text []byte, t xmlToken) error {
	switch t.kind {
	case xmlShort:
		return ErrTruncated
	case xmlBad:
		return errXMLTag
	case xmlText, xmlCDATA:
		value := text[t.from:t.to]
		switch {
		case len(d.open) > 0 && (t.kind == xmlCDATA || len(trimSpace(value)) > 0):
			return d.add(xmlNode{kind: t.kind, value: value})
		case len(d.open) == 0 && (t.kind == xmlCDATA || len(trimSpace(value)) > 0):
			return errXMLOutside
		}
	case xmlOpen, xmlEmpty:
		return d.element(text, t)
	case xmlClose:
		if len(d.open) == 0 || !bytes.Equal(d.nodes[d.open[len(d.open)-1]].value, text[t.from:t.to]) {
			return errXMLClose
		}
		d.open = d.open[:len(d.open)-1]
	}
	return nil
}

// element takes a tag that opens an element.
func (d *xml) element(text []byte, t xmlToken) error {
	switch {
	case len(d.open) == 0 && len(d.nodes) > 0:
		return errXMLOutside
	case len(d.open) == maxXMLElements:
		return ErrTooDeep
	}
	name := text[t.from:t.to]
	at := int32(len(d.nodes))
	if err := d.add(xmlNode{kind: xmlOpen, name: name, value: name}); err != nil {
		return err
	}
	d.open = append(d.open, at)
	end := t.end - 1
	if t.kind == xmlEmpty {
		end--
	}
	by := d.Names[string(name)]
	for i := t.to; i < end; {
		key, value, next, ok := nextXMLAttribute(text, i, end)
		switch i = next; {
		case !ok:
			return errXMLTag
		case key == nil:
		case by != "" && string(key) == by && d.nodes[at].named == nil && bytes.IndexByte(value, '&') < 0:
			d.nodes[at].name, d.nodes[at].named = value, key
		default:
			if err := d.add(xmlNode{kind: xmlAttribute, name: key, value: value}); err != nil {
				return err
			}
		}
	}
	if t.kind == xmlEmpty {
		d.open = d.open[:len(d.open)-1]
	}
	return nil
}

// add puts a node into the element that is open.
func (d *xml) add(n xmlNode) error {
	at := int32(len(d.nodes))
	if at == maxXMLNodes {
		return errXMLTooMany
	}
	d.nodes = append(d.nodes, n)
	if len(d.open) == 0 {
		return nil
	}
	in := &d.nodes[d.open[len(d.open)-1]]
	if in.kids == 0 {
		in.kids = at
	} else {
		d.nodes[in.last].next = at
	}
	in.last = at
	return nil
}

// members gives what is in the element at a place.
func (d *xml) members(w *Writer, at int32) {
	d.link(at)
	for i := d.nodes[at].kids; i != 0; i = d.nodes[i].next {
		n := &d.nodes[i]
		name := Name(n.name)
		switch {
		case n.later || isXMLText(n.kind) || w.depth == 0 && !w.Asks(name):
		case n.same == 0:
			d.member(w, name, i)
		default:
			w.Array(name)
			for k := i; k != 0; k = d.nodes[k].same {
				d.member(w, name, k)
			}
			w.End()
		}
	}
	if text := d.text(at); len(text) > 0 {
		w.String("text", text)
	}
}

// member gives one attribute or element.
func (d *xml) member(w *Writer, name string, at int32) {
	switch n := &d.nodes[at]; {
	case n.kind == xmlAttribute:
		d.scratch = appendXML(d.scratch[:0], n.value)
		w.String(name, d.scratch)
	case d.isText(at):
		w.String(name, d.text(at))
	default:
		w.Object(name)
		d.members(w, at)
		w.End()
	}
}

func isXMLText(k xmlKind) bool { return k == xmlText || k == xmlCDATA }

// isText tells whether an element holds nothing but text.
func (d *xml) isText(at int32) bool {
	for i := d.nodes[at].kids; i != 0; i = d.nodes[i].next {
		if !isXMLText(d.nodes[i].kind) {
			return false
		}
	}
	return true
}

// text is the text that stands in an element itself.
func (d *xml) text(at int32) []byte {
	d.scratch = d.scratch[:0]
	for i := d.nodes[at].kids; i != 0; i = d.nodes[i].next {
		switch n := &d.nodes[i]; n.kind {
		case xmlText:
			d.scratch = appendXML(d.scratch, n.value)
		case xmlCDATA:
			d.scratch = append(d.scratch, n.value...)
		}
	}
	return trimSpace(d.scratch)
}

// link finds the members of an element that are called alike.
func (d *xml) link(at int32) {
	kids := 0
	for i := d.nodes[at].kids; i != 0; i = d.nodes[i].next {
		kids++
	}
	if kids <= fewPairs {
		d.linkFew(at)
		return
	}
	if d.places == nil {
		d.places = map[string]int32{}
	}
	for i := d.nodes[at].kids; i != 0; i = d.nodes[i].next {
		n := &d.nodes[i]
		if isXMLText(n.kind) {
			continue
		}
		if before, ok := d.places[Name(n.name)]; ok {
			d.nodes[before].same, n.later = i, true
		}
		d.places[Name(n.name)] = i
	}
	if clear(d.places); kids > keptPairs {
		d.places = nil // clearing takes as long as the largest element did
	}
}

func (d *xml) linkFew(at int32) {
	for i := d.nodes[at].kids; i != 0; i = d.nodes[i].next {
		one := &d.nodes[i]
		for k := one.next; k != 0 && !isXMLText(one.kind); k = d.nodes[k].next {
			if other := &d.nodes[k]; !isXMLText(other.kind) && bytes.Equal(one.name, other.name) {
				one.same, other.later = k, true
				break
			}
		}
	}
}

// XMLFraming frames the elements of a payload, each with what stands before it, as it is written by programs that put one
// behind the other: on a line, or on many. It does not hold more than one in memory.
//
// An element in which tags do not match is lost, up to the next tag of its name.
type XMLFraming struct {
	// Element is the name of the elements that are records, wherever they stand; all else is passed over, such as
	// <Events> around them. Empty is every outermost element.
	Element string
}

// Start makes a framing for one payload.
func (f XMLFraming) Start() Framing { return &xmlFraming{XMLFraming: f} }

// Frame is the first element of b.
func (f XMLFraming) Frame(b []byte, last bool) (size int, text []byte, err error) {
	return f.Start().Frame(b, last)
}

// xmlFraming is an XMLFraming at work on one payload.
type xmlFraming struct {
	XMLFraming
	resync
	tag []byte // that the record began with which was tried last
}

func (f *xmlFraming) Frame(b []byte, last bool) (size int, text []byte, err error) {
	if f.givesUp(b) {
		n := nextXMLTag(b, f.tag, 0)
		if f.giving = n < 0; f.giving {
			n = len(b)
			if !last {
				n = max(0, n-len(f.tag))
			}
		}
		if n > 0 {
			return n, nil, ErrTooLong
		}
		if f.giving {
			return 0, nil, nil
		}
	}
	size, text, err = f.frame(b, last)
	if size == 0 && err == nil && len(f.tag) > 0 {
		f.tried = len(b)
	}
	return size, text, err
}

func (f *xmlFraming) frame(b []byte, last bool) (size int, text []byte, err error) {
	var open [64]xmlToken // the outermost elements, whose tags are checked
	depth, start := 0, 0
	for i := 0; i < len(b); {
		t := nextXML(b, i)
		switch t.kind {
		case xmlShort:
			return f.short(b, i, start, depth, last)
		case xmlText:
			if depth == 0 && f.Element == "" && len(trimSpace(b[i:t.end])) > 0 && (t.end < len(b) || last) {
				return t.end, nil, errXMLOutside
			}
		case xmlBad:
			switch {
			case depth == 0 && f.Element == "":
				return 0, nil, errXMLTag
			case depth > 0:
				return f.broken(b, i+1, last, errXMLTag)
			}
			t.end = i + 1
		case xmlOpen, xmlEmpty:
			is := string(b[t.from:t.to]) == f.Element
			switch {
			case depth == 0 && f.Element != "" && !is:
				i = t.end
				continue
			case depth == 0 && is:
				start = i
			case is && f.Element != "":
				return i, nil, ErrTruncated
			}
			if depth == 0 {
				f.tag = append(f.tag[:0], b[t.start:t.to]...)
			}
			if depth < len(open) {
				open[depth] = t
			}
			if depth++; depth > maxXMLElements {
				return f.broken(b, i+1, last, ErrTooDeep)
			}
			if t.kind == xmlEmpty {
				depth--
			}
			if depth == 0 {
				return t.end, b[start:t.end], nil
			}
		case xmlClose:
			if depth == 0 && f.Element != "" {
				break
			}
			if depth--; depth < 0 || depth < len(open) && !bytes.Equal(b[t.from:t.to], b[open[depth].from:open[depth].to]) {
				return f.broken(b, t.end, last, errXMLClose)
			}
			if depth == 0 {
				return t.end, b[start:t.end], nil
			}
		}
		i = t.end
	}
	return f.short(b, len(b), start, depth, last)
}

// short is what to do where b ends in the middle of what begins at i.
func (f *xmlFraming) short(b []byte, i, start, depth int, last bool) (size int, text []byte, err error) {
	switch {
	case f.Element != "" && depth == 0 && last:
		return len(b), nil, nil
	case f.Element != "" && depth == 0:
		return i, nil, nil // what is passed over
	case !last:
		return 0, nil, nil
	}
	return len(b), b[start:], nil
}

// broken loses an element, up to the next tag of its name behind i.
func (f *xmlFraming) broken(b []byte, i int, last bool, reason error) (size int, text []byte, err error) {
	n := -1
	if len(f.tag) > 0 {
		n = nextXMLTag(b, f.tag, i)
	}
	switch {
	case n >= 0:
		return n, nil, reason
	case last:
		return len(b), nil, reason
	}
	return 0, nil, nil
}

// nextXMLTag is where the next tag that begins so stands in b from i on; -1 where there is none.
func nextXMLTag(b, tag []byte, i int) int {
	for i < len(b) {
		n := bytes.Index(b[i:], tag)
		if n < 0 {
			return -1
		}
		i += n
		if end := i + len(tag); end < len(b) && !isXMLName(b[end]) {
			return i
		}
		i++
	}
	return -1
}
