package kinesissource

import "encoding/binary"

// message is a protocol buffer that is read field by field:
// https://protobuf.dev/programming-guides/encoding/
type message struct {
	rest []byte
	bad  bool // it does not parse

	field field
	value uint64 // of a wireVarint
	bytes []byte // of a wireBytes: a part of the message
}

// field is what tells fields apart. One of a known number but another wire type is an unknown field.
type field struct {
	number uint64
	wire   byte
}

const (
	wireVarint = iota
	wireFixed64
	wireBytes
	wireStartGroup
	wireEndGroup
	wireFixed32
)

const (
	maxField = 1<<29 - 1
	maxDepth = 100 // of groups, as other implementations have it
)

// next reads a field. It is false at the end of the message and where the message is bad.
func (m *message) next() bool {
	if len(m.rest) == 0 || m.bad {
		return false
	}
	m.tag()
	if m.field.wire == wireStartGroup {
		f := m.field
		m.skipGroup()
		m.field = f
	} else {
		m.read()
	}
	return !m.bad
}

// tag reads what field comes.
func (m *message) tag() {
	t := m.varint()
	m.field = field{t >> 3, byte(t & 7)}
	if m.field.number == 0 || m.field.number > maxField {
		m.bad = true
	}
}

// read reads the value of a field that is no group.
func (m *message) read() {
	switch m.field.wire {
	case wireVarint:
		m.value = m.varint()
	case wireFixed64:
		m.take(8)
	case wireBytes:
		m.bytes = m.take(m.varint())
	case wireFixed32:
		m.take(4)
	default: // the end of a group that has not begun, too
		m.bad = true
	}
}

// skipGroup reads on to the end of the group that has begun. None of the format's fields is one.
func (m *message) skipGroup() {
	open := []uint64{m.field.number}
	for len(open) > 0 && !m.bad {
		m.tag()
		switch m.field.wire {
		case wireStartGroup:
			open = append(open, m.field.number)
			m.bad = m.bad || len(open) > maxDepth
		case wireEndGroup:
			m.bad = m.bad || m.field.number != open[len(open)-1]
			open = open[:len(open)-1]
		default:
			m.read()
		}
	}
}

func (m *message) varint() uint64 {
	v, n := binary.Uvarint(m.rest)
	if n <= 0 {
		m.bad = true
		return 0
	}
	m.rest = m.rest[n:]
	return v
}

// take cuts n bytes off.
func (m *message) take(n uint64) []byte {
	if m.bad || n > uint64(len(m.rest)) {
		m.bad = true
		return nil
	}
	b := m.rest[:n:n]
	m.rest = m.rest[n:]
	return b
}
