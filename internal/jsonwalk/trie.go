package jsonwalk

import (
	"encoding/binary"
	"math/bits"
)

// Trie is a set of paths, merged by their names. It is immutable and safe for concurrent use.
type Trie struct {
	root  *node
	paths int
	nodes int
}

// node is what is asked of one value: the value itself (path), its members (kids) and its elements.
type node struct {
	id   int32
	path int32 // -1: the value itself is not asked for
	kids []kid
	// table finds a kid by its name's hash: index + 1, 0 where there is none. Its length is a power of two.
	table []uint16
	shift uint8
	// digits are the kids that index an array, and through is what every element is met with: this node
	// without them.
	digits  []digit
	through *node
}

type kid struct {
	name string
	node *node
}

type digit struct {
	index int
	node  *node
}

// maxKids is set by the table's entries.
const maxKids = 1<<16 - 2

// Compile makes a trie of paths, each a list of names, all of them different. index tells which names index an array. It
// is nil where one value would have more members asked for than a trie can hold (65,534).
func Compile(paths [][]string, index func(name string) (int, bool)) *Trie {
	t := &Trie{paths: len(paths)}
	t.root = t.newNode()
	type member struct {
		of   *node
		name string
	}
	known := map[member]*node{}
	for i, p := range paths {
		n := t.root
		for _, name := range p {
			k := known[member{n, name}]
			if k == nil {
				k = t.newNode()
				known[member{n, name}] = k
				n.kids = append(n.kids, kid{name, k})
			}
			n = k
		}
		n.path = int32(i)
	}
	if !t.seal(t.root, index) {
		return nil
	}
	return t
}

func (t *Trie) newNode() *node {
	t.nodes++
	return &node{id: int32(t.nodes - 1), path: -1}
}

// seal makes the tables and the nodes that elements are met with.
func (t *Trie) seal(n *node, index func(string) (int, bool)) bool {
	if len(n.kids) > maxKids {
		return false
	}
	n.through = n
	for _, k := range n.kids {
		if !t.seal(k.node, index) {
			return false
		}
		if i, ok := index(k.name); ok {
			n.digits = append(n.digits, digit{i, k.node})
		}
	}
	if len(n.digits) > 0 {
		th := t.newNode()
		th.path, th.through = n.path, th
		for _, k := range n.kids {
			if _, ok := index(k.name); !ok {
				th.kids = append(th.kids, k)
			}
		}
		th.hash()
		n.through = th
	}
	n.hash()
	return true
}

// hash fills the table, at most half full.
func (n *node) hash() {
	if len(n.kids) == 0 {
		return
	}
	size := 1 << bits.Len(uint(2*len(n.kids)-1))
	n.shift = uint8(64 - bits.Len(uint(size-1)))
	n.table = make([]uint16, size)
	for i, k := range n.kids {
		b := []byte(k.name)
		h := Hash(b, 0, len(b)) >> n.shift
		for n.table[h] != 0 {
			h = (h + 1) & uint64(size-1)
		}
		n.table[h] = uint16(i + 1)
	}
}

// find is the index of the kid that is named by b[start:end], or -1.
func (n *node) find(b []byte, start, end int) int {
	if len(n.table) == 0 {
		return -1
	}
	mask := uint64(len(n.table) - 1)
	for h := Hash(b, start, end) >> n.shift & mask; ; h = (h + 1) & mask {
		i := int(n.table[h&mask]) - 1
		if i < 0 || n.kids[i].name == string(b[start:end]) {
			return i
		}
	}
}

// Hash mixes the first eight bytes, the last eight bytes and the length of b[start:end]. Bytes behind end do not count.
func Hash(b []byte, start, end int) uint64 {
	n := end - start
	var first, last uint64
	switch {
	case n >= 8:
		first = binary.LittleEndian.Uint64(b[start:])
		last = binary.LittleEndian.Uint64(b[end-8:])
	case start+8 <= len(b):
		first = binary.LittleEndian.Uint64(b[start:]) & (1<<(8*n) - 1)
	default:
		for i := end - 1; i >= start; i-- {
			first = first<<8 | uint64(b[i])
		}
	}
	h := (first+uint64(n))*0x9e3779b97f4a7c15 ^ bits.RotateLeft64(last*0xc2b2ae3d27d4eb4f, 29)
	return h * 0x9fb21c651e98df25
}
