package rule

import (
	"bytes"
	"encoding/json"

	"github.com/streamalert/streamalert-go/parse"
)

// Match is one rule that holds for one record. It is valid until the iterator that yielded it advances. Rule belongs to
// the set and must not be changed.
type Match struct {
	Rule   *Rule
	Record *parse.Record
	// Exception is what took the match; [Set.Match] yields none of these, [Set.MatchAll] does.
	Exception *Exception

	set      *Set
	compiled *compiled
}

// Held is one condition that held and made a rule match.
type Held struct {
	// Field is the path that was read; empty where the condition reads no field of its own. Of an entity, which Condition names,
	// it is the one that had the value.
	Field string `json:"field,omitempty"`
	// Condition is the condition in words, as its String gives it; "not ..." where it held that it did not.
	Condition string `json:"condition"`
	// Value is the value that it held for, as JSON; nil where it held for want of one. Up to [HeldLimit] bytes it is
	// whole; what is longer is a string that has the beginning and ends in "…".
	Value json.RawMessage `json:"value,omitempty"`
}

// HeldLimit is how much of a value [Held] has, in bytes.
const HeldLimit = 1 << 10

// Held tells which conditions made the rule match, with the values they held for: of All each, of Any and AtLeast those
// that held, of Not those that did not. They are in the order of the rule. It owns its bytes, and evaluates the rule
// again: it is for what matched, not for every record. Of the zero Match, and beside an error, it is empty.
func (m Match) Held() []Held {
	if m.set == nil {
		return nil
	}
	e, err := m.set.begin(m.Record)
	if err != nil {
		return nil
	}
	var held []Held
	e.explain(&m.compiled.root, true, &held)
	m.set.end(e)
	return held
}

// explain tells whether a condition comes out as want, and if so adds the leaves that make it so.
func (e *evaluation) explain(n *node, want bool, held *[]Held) bool {
	if n.op == OpNot {
		return e.explain(&n.of[0], !want, held)
	}
	if !n.op.isGroup() {
		return e.explainLeaf(n, want, held)
	}
	need, left := n.need, len(n.of)
	if !want {
		need = left - need + 1 // so many have to fail
	}
	before := len(*held)
	for i := range n.of {
		if e.explain(&n.of[i], want, held) {
			need--
		}
		left--
		if need > left {
			*held = (*held)[:before]
			return false
		}
	}
	return true
}

func (e *evaluation) explainLeaf(n *node, want bool, held *[]Held) (ok bool) {
	// An extension that evaluation did not come to may panic here: it neither holds nor fails.
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	v, holds := e.leaf(n)
	if holds != want {
		return false
	}
	h := Held{Field: n.path, Condition: n.words}
	if isEntity(n.field) {
		h.Field = e.pathOf(n.field, v)
	}
	if !want {
		h.Condition = "not " + h.Condition
	}
	if v.Exists() {
		h.Value = heldValue(v)
	}
	*held = append(*held, h)
	return true
}

// heldValue is a value as JSON, cut where it is long.
func heldValue(v parse.Value) json.RawMessage {
	b := v.Bytes()
	if v.Kind() != parse.String && len(b) <= HeldLimit {
		var compact bytes.Buffer
		if json.Compact(&compact, b) == nil {
			return bytes.ToValidUTF8(compact.Bytes(), []byte("\ufffd"))
		}
	}
	return quote(b)
}

// quote is text as a JSON string.
func quote(b []byte) json.RawMessage {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(string(cut(b, HeldLimit))) // a string always encodes; what is no UTF-8 becomes U+FFFD
	return bytes.TrimSpace(out.Bytes())
}
