package jsonwalk

// order remembers of one node's objects which member came behind which, since most records have theirs in the same order. A
// name that was guessed is compared as a whole, and needs neither be scanned nor be looked up. A wrong guess costs a
// comparison or two, and changes nothing else.
type order struct{ names [orderSize]ordered }

// ordered is a name as it is written, with its quotes and the colon.
type ordered struct {
	size  uint8    // in bytes; 0: there is no name here
	after [2]uint8 // the places of the two names that came behind it last
	kid   int      // -1: not asked for
	text  [maxOrdered]byte
}

const (
	orderBits  = 7
	orderSize  = 1 << orderBits
	maxOrdered = 48
	// atStart is the place of what all objects begin with. No name takes it.
	atStart = 0
)

func (o *order) at(place uint8) *ordered { return &o.names[place%orderSize] }

// guess is the place of the name that begins at b[i], if it is one that came last behind the one at place before; else
// atStart.
func (o *order) guess(b []byte, i int, before uint8) uint8 {
	for _, place := range o.at(before).after {
		n := o.at(place)
		if end := i + int(n.size); n.size > 0 && end <= len(b) && string(b[i:end]) == string(n.text[:n.size]) {
			return place
		}
	}
	return atStart
}

// learn notes that the name b[start:end], of which kid is asked, came behind the one at place before. It returns the name's
// place, or atStart where it has none.
func (o *order) learn(b []byte, start, end, kid int, before uint8) uint8 {
	n := ordered{size: uint8(min(end-start+len(`"":`), 1<<8-1)), kid: kid}
	if n.size > maxOrdered {
		return atStart
	}
	n.text[0] = '"'
	copy(n.text[copy(n.text[1:], b[start:end])+1:], `":`)
	h := Hash(b, start, end)
	place := uint8(h >> (64 - orderBits))
	if place == atStart || o.at(place).size > 0 && o.at(place).text != n.text {
		// Of two names with one place, one has another.
		if place = uint8(h>>(64-2*orderBits)) % orderSize; place == atStart {
			return atStart
		}
	}
	if at := o.at(place); at.text != n.text {
		*at = n
	}
	after := &o.at(before).after
	after[0], after[1] = place, after[0]
	return place
}
