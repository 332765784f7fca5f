package rule

import (
	"math/bits"
	"net/netip"
	"slices"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
	"github.com/streamalert/streamalert-go/parse"
)

// index finds the rules that can hold for a record by the values it has. Each rule is entered under what has to be there
// for it to hold, of several choices the most selective ([trigger]); a rule for which there is no such thing is always
// a candidate. What the index finds is evaluated as it stands, so an entry too many costs time and no more.
type index struct {
	always []posting
	fields []*fieldIndex // by place among the set's fields; nil where nothing is entered under it
	// guarded are the fields that guards are on, and isGuarded tells of each field whether it is one.
	guarded   []int32
	isGuarded []bool
}

// posting is a rule as it is entered in the index, with a second thing that it needs, so that most of the rules that are
// found are dismissed without a look at what they are made of.
type posting struct {
	rule  int32
	guard guard
}

// guard is a set of texts of which a field has to hold one: a bit for each, taken from its hash. Its field is that behind
// the set's fields, which has all bits, where nothing is known.
type guard struct {
	field int32
	texts uint64
}

func guardBit(text []byte) uint64 { return 1 << (jsonwalk.Hash(text, 0, len(text)) >> 58) }

// fieldIndex has the rules that are entered under the values of one field.
type fieldIndex struct {
	present  []posting // whatever the value
	texts    table
	prefixes []affixes
	suffixes []affixes
	long     *grams // texts anywhere in the value; nil where there are none
	short    *grams
	networks []network
}

// affixes are the prefixes, or the suffixes, of one length.
type affixes struct {
	size int
	table
}

type network struct {
	netip.Prefix
	rules []posting
}

// candidates are the rules that may hold, each once, in the order of the set.
type candidates struct {
	rules []int32
	seen  []uint32 // by rule: the serial number of the record it was last added for
	now   uint32
	texts []uint64 // by field: bits of the texts that the record has, for guards
}

func (c *candidates) begin(rules, fields int) {
	if len(c.seen) != rules {
		c.seen = make([]uint32, rules)
		c.texts = make([]uint64, fields+1)
		c.now = 0
	}
	if c.now++; c.now == 0 {
		clear(c.seen)
		c.now = 1
	}
	c.rules = c.rules[:0]
	c.texts[fields] = ^uint64(0)
}

func (c *candidates) add(rules []posting) {
	for i := range rules {
		p := &rules[i]
		if c.texts[p.guard.field]&p.guard.texts != 0 && c.seen[p.rule] != c.now {
			c.seen[p.rule] = c.now
			c.rules = append(c.rules, p.rule)
		}
	}
}

// find adds the rules that can hold for a record with these values.
func (x *index) find(v parse.Values, c *candidates) {
	x.guard(v, c)
	c.add(x.always)
	for n := range v.Len() {
		path, value := v.At(n)
		if path >= len(x.fields) {
			continue
		}
		if f := x.fields[path]; f != nil {
			f.find(value, c)
		}
	}
	if len(c.rules) > 1 {
		slices.Sort(c.rules)
	}
}

// guard notes the texts of the record that guards ask for.
func (x *index) guard(v parse.Values, c *candidates) {
	if len(x.guarded) == 0 {
		return
	}
	for _, field := range x.guarded {
		c.texts[field] = 0
	}
	for n := range v.Len() {
		if path, value := v.At(n); path < len(x.isGuarded) && x.isGuarded[path] && value.Kind() == parse.String {
			c.texts[path] |= guardBit(value.Bytes())
		}
	}
}

func (f *fieldIndex) find(v parse.Value, c *candidates) {
	c.add(f.present)
	if v.Kind() != parse.String {
		return
	}
	b := v.Bytes()
	c.add(f.texts.find(b))
	for i := range f.prefixes {
		if p := &f.prefixes[i]; len(b) >= p.size {
			c.add(p.find(b[:p.size]))
		}
	}
	for i := range f.suffixes {
		if s := &f.suffixes[i]; len(b) >= s.size {
			c.add(s.find(b[len(b)-s.size:]))
		}
	}
	if f.long != nil {
		f.long.find(b, c)
	}
	if f.short != nil {
		f.short.find(b, c)
	}
	if len(f.networks) == 0 {
		return
	}
	if addr, ok := parseAddress(b); ok {
		for i := range f.networks {
			if f.networks[i].Contains(addr) {
				c.add(f.networks[i].rules)
			}
		}
	}
}

// table finds lists of rules by a text. It hashes no more of it than two words and the length, so that the cost does
// not depend on how long the text is, and asks first whether any text of that length was entered.
type table struct {
	lengths [8]uint64 // bit n: a text of n bytes was entered; the last bit: of more than the others
	slots   []slot    // by hash. Its length is a power of two.
	shift   uint8
	entries []entry
}

// slot is the place of an entry + 1, and the lower half of its hash, which tells most others apart; 0 where there is none.
type slot struct {
	place int32
	hash  uint32
}

type entry struct {
	text  string
	rules []posting
}

func lengthBit(n int) (word int, bit uint64) {
	n = min(n, 8*64-1)
	return n >> 6, 1 << (n & 63)
}

func (t *table) find(b []byte) []posting {
	word, bit := lengthBit(len(b))
	if t.lengths[word]&bit == 0 {
		return nil
	}
	mask := uint64(len(t.slots) - 1)
	hash := jsonwalk.Hash(b, 0, len(b))
	for h := hash >> t.shift; ; h++ {
		s := t.slots[h&mask]
		if s.place == 0 {
			return nil
		}
		if s.hash != uint32(hash) {
			continue
		}
		if e := &t.entries[s.place-1]; e.text == string(b) {
			return e.rules
		}
	}
}

// build makes the table of its entries, which are different.
func (t *table) build() {
	if len(t.entries) == 0 {
		return
	}
	size := 1 << bits.Len(uint(2*len(t.entries)-1))
	t.slots = make([]slot, size)
	t.shift = uint8(64 - bits.Len(uint(size-1)))
	mask := uint64(size - 1)
	for i, e := range t.entries {
		word, bit := lengthBit(len(e.text))
		t.lengths[word] |= bit
		hash := jsonwalk.Hash([]byte(e.text), 0, len(e.text))
		h := hash >> t.shift
		for t.slots[h&mask].place != 0 {
			h++
		}
		t.slots[h&mask] = slot{int32(i + 1), uint32(hash)}
	}
}
