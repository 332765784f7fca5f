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
	always []int32
	fields []*fieldIndex // by place among the set's fields; nil where nothing is entered under it
}

// fieldIndex has the rules that are entered under the values of one field.
type fieldIndex struct {
	present  []int32 // whatever the value
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
	rules []int32
}

// candidates are the rules that may hold, each once, in the order of the set.
type candidates struct {
	rules []int32
	seen  []uint32 // by rule: the serial number of the record it was last added for
	now   uint32
}

func (c *candidates) begin(rules int) {
	if len(c.seen) != rules {
		c.seen = make([]uint32, rules)
		c.now = 0
	}
	if c.now++; c.now == 0 {
		clear(c.seen)
		c.now = 1
	}
	c.rules = c.rules[:0]
}

func (c *candidates) add(rules []int32) {
	for _, r := range rules {
		if c.seen[r] != c.now {
			c.seen[r] = c.now
			c.rules = append(c.rules, r)
		}
	}
}

// find adds the rules that can hold for a record with these values.
func (x *index) find(v parse.Values, c *candidates) {
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
	slices.Sort(c.rules)
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
	slots   []int32   // by hash: place in entries + 1. Its length is a power of two.
	shift   uint8
	entries []entry
}

type entry struct {
	text  string
	rules []int32
}

func lengthBit(n int) (word int, bit uint64) {
	n = min(n, 8*64-1)
	return n >> 6, 1 << (n & 63)
}

func (t *table) find(b []byte) []int32 {
	word, bit := lengthBit(len(b))
	if t.lengths[word]&bit == 0 {
		return nil
	}
	mask := uint64(len(t.slots) - 1)
	for h := jsonwalk.Hash(b, 0, len(b)) >> t.shift; ; h++ {
		i := t.slots[h&mask]
		if i == 0 {
			return nil
		}
		if e := &t.entries[i-1]; e.text == string(b) {
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
	t.slots = make([]int32, size)
	t.shift = uint8(64 - bits.Len(uint(size-1)))
	mask := uint64(size - 1)
	for i, e := range t.entries {
		word, bit := lengthBit(len(e.text))
		t.lengths[word] |= bit
		h := jsonwalk.Hash([]byte(e.text), 0, len(e.text)) >> t.shift
		for t.slots[h&mask] != 0 {
			h++
		}
		t.slots[h&mask] = int32(i + 1)
	}
}
