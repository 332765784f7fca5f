package rule

import (
	"encoding/binary"
	"math/bits"
)

// grams finds which of many texts are in another one, by four bytes at a time. It looks at every stride-th place only, so
// of each text it knows the four bytes at the first stride places: wherever the text stands, one of these is seen. What it
// costs hardly depends on how many texts there are, as long as few of their four bytes are in what is searched.
type grams struct {
	stride int
	filter [1 << (gramBits - 6)]uint64 // by hash: whether slots may have it
	slots  []int32                     // by hash: place in grams + 1. Its length is a power of two.
	shift  uint8
	grams  []gram
	texts  []entry
}

// gram is four bytes that stand in a text at some place.
type gram struct {
	bytes uint32
	at    []gramPlace
}

type gramPlace struct{ text, offset int32 }

const (
	gramSize = 4
	gramBits = 14
	// longStride is the stride for texts of at least longText bytes.
	longStride = 4
	longText   = longStride + gramSize - 1
)

func gramHash(g uint32) uint64 { return uint64(g) * 0x9e3779b97f4a7c15 }

// build makes the tables of texts, each of which has at least stride + 3 bytes.
func (g *grams) build() {
	places := map[uint32]int{}
	for i, t := range g.texts {
		for offset := range g.stride {
			b := binary.LittleEndian.Uint32([]byte(t.text[offset : offset+gramSize]))
			n, ok := places[b]
			if !ok {
				n = len(g.grams)
				places[b] = n
				g.grams = append(g.grams, gram{bytes: b})
			}
			g.grams[n].at = append(g.grams[n].at, gramPlace{int32(i), int32(offset)})
		}
	}
	size := 1 << bits.Len(uint(2*len(g.grams)-1))
	g.slots = make([]int32, size)
	g.shift = uint8(64 - bits.Len(uint(size-1)))
	for i := range g.grams {
		h := gramHash(g.grams[i].bytes)
		f := h >> (64 - gramBits)
		g.filter[f>>6] |= 1 << (f & 63)
		s := h >> g.shift
		for g.slots[s] != 0 {
			s = (s + 1) & uint64(size-1)
		}
		g.slots[s] = int32(i + 1)
	}
}

// find adds the rules of each text that is in b.
func (g *grams) find(b []byte, c *candidates) {
	for i := 0; i+gramSize <= len(b); i += g.stride {
		h := gramHash(binary.LittleEndian.Uint32(b[i:]))
		f := h >> (64 - gramBits)
		if g.filter[f>>6]>>(f&63)&1 != 0 {
			g.verify(b, i, h, c)
		}
	}
}

// verify adds the rules of the texts that have the four bytes at b[i], where they are there as a whole.
func (g *grams) verify(b []byte, i int, h uint64, c *candidates) {
	want := binary.LittleEndian.Uint32(b[i:])
	for s := h >> g.shift; g.slots[s] != 0; s = (s + 1) & uint64(len(g.slots)-1) {
		gram := &g.grams[g.slots[s]-1]
		if gram.bytes != want {
			continue
		}
		for _, at := range gram.at {
			t := &g.texts[at.text]
			if start := i - int(at.offset); start >= 0 && start+len(t.text) <= len(b) && string(b[start:start+len(t.text)]) == t.text {
				c.add(t.rules)
			}
		}
		return
	}
}
