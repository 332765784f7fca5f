package logtype

import (
	"bytes"
	"net/netip"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
)

// templates are texts with holes, as vendors document their messages, and the columns that the holes are of.
//
// A hole is {column}, a word without blanks. Behind a colon stands what else it is: n digits (all that stand there), i an IP address, m a hardware address, p a
// port of a switch or router, t any text, e any text or none (all as short as what follows allows), g any text or none, as long as possible. {column=text} is a text that is told
// as it stands; the column _ is never told. What stands between « and » may be missing. Where flexible is set, a blank stands for
// one or more.
type templates struct {
	columns  *parse.Columns
	places   map[string]int
	flexible bool
	// anchored templates are of whole messages; others of their beginnings.
	anchored bool
}

// template is one text with holes, compiled.
type template struct{ ops []op }

type opKind uint8

const (
	opText opKind = iota
	opHole
	opOptional // of which what follows is tried with, and without: from skip on
)

type op struct {
	kind   opKind
	class  byte
	column int // -1 where the text is not told
	text   string
	key    string // what the text begins with, to its first blank: it is looked for
	skip   int
}

const (
	maxOps = 64
	// maxMatched is the longest message that is held against templates, and maxSteps what one template may cost: a hostile
	// message is then of no known form.
	maxMatched = 16 << 10
	maxSteps   = 5_000
	stepBytes  = 256 // so many bytes passed over are a step
)

// compile makes a template of its text. The texts are the program's own, and all are compiled by the tests.
func (s *templates) compile(text string) template {
	var t template
	var open []int
	for len(text) > 0 {
		switch {
		case strings.HasPrefix(text, "«"):
			open = append(open, len(t.ops))
			t.ops = append(t.ops, op{kind: opOptional})
			text = text[len("«"):]
		case strings.HasPrefix(text, "»"):
			t.ops[open[len(open)-1]].skip = len(t.ops)
			open = open[:len(open)-1]
			text = text[len("»"):]
		case text[0] == '{':
			end := strings.IndexByte(text, '}')
			t.ops = append(t.ops, s.hole(text[1:end]).keyed())
			text = text[end+1:]
		default:
			end := strings.IndexAny(text, "«»{")
			if end < 0 {
				end = len(text)
			}
			t.ops = append(t.ops, op{column: -1, text: text[:end]}.keyed())
			text = text[end:]
		}
	}
	return t
}

func (s *templates) hole(text string) op {
	o := op{kind: opHole, class: 'w'}
	name, word, told := strings.Cut(text, "=")
	if told {
		o.kind, o.text = opText, word
	} else if n, class, ok := strings.Cut(text, ":"); ok {
		name, o.class = n, class[0]
	}
	o.column = -1
	if name != "_" {
		o.column = s.place(name)
	}
	return o
}

// keyed sets the key of a text.
func (o op) keyed() op {
	if o.kind == opText {
		o.key = o.text
		if end := strings.IndexByte(o.text, ' '); end >= 0 {
			o.key = o.text[:end+1]
		}
	}
	return o
}

func (s *templates) place(name string) int {
	if s.places == nil {
		s.places, s.columns = map[string]int{}, &parse.Columns{}
	}
	i, ok := s.places[name]
	if !ok {
		i = len(s.columns.Names)
		s.places[name] = i
		s.columns.Names = append(s.columns.Names, name)
	}
	return i
}

// match is a message that is being held against a template.
type match struct {
	set   *templates
	t     *template
	text  []byte
	steps int
	found [maxOps]span // by op
}

// span is a part of the message; nothing where to is 0.
type span struct{ from, to int32 }

// match tells whether text is as the template says.
func (s *templates) match(m *match, t *template, text []byte) bool {
	m.set, m.t, m.text, m.steps = s, t, text, 0
	if len(text) > maxMatched {
		return false
	}
	clear(m.found[:len(t.ops)])
	return m.run(0, 0)
}

func (m *match) run(at, pos int) bool {
	for at < len(m.t.ops) {
		if m.steps++; m.steps > maxSteps {
			return false
		}
		o := &m.t.ops[at]
		switch o.kind {
		case opOptional:
			if m.run(at+1, pos) {
				return true
			}
			clear(m.found[at:o.skip])
			at = o.skip
			continue
		case opHole:
			return m.hole(o, at, pos)
		case opText:
			n := m.literal(o.text, m.text[pos:])
			if n < 0 {
				return false
			}
			if o.column >= 0 {
				m.found[at] = span{int32(pos), int32(pos + n)}
			}
			pos += n
		}
		at++
	}
	return pos == len(m.text) || !m.set.anchored && ended(m.text[pos:])
}

// ended tells whether a template can end before b: not within a word, a number or an address.
func ended(b []byte) bool {
	if b[0] == ' ' || b[0] == '"' || b[0] == ')' || b[0] == '>' || b[0] == ']' {
		return true
	}
	switch b[0] {
	case '.', ',', ';', ':', '!', '(', '[':
		return len(b) == 1 || b[0] == '(' || b[0] == '[' || b[1] == ' '
	}
	return false
}

// hole tries the places where what fills the hole can end.
func (m *match) hole(o *op, at, pos int) bool {
	most, least := extent(o.class, m.text[pos:]), 1
	switch o.class {
	case 'e', 'g':
		least = 0
	case 'n', 'i', 'm', 'p':
		if least = most; most == 0 {
			return false
		}
	}
	if at+1 == len(m.t.ops) {
		if o.class == 'w' && m.set.flexible {
			most = len(bytes.TrimRight(m.text[pos:pos+most], ".,:;)]\""))
		}
		if most < least || m.set.anchored && pos+most != len(m.text) {
			return false
		}
		m.found[at] = span{int32(pos), int32(pos + most)}
		return true
	}
	follows := &m.t.ops[at+1]
	next := byte(0) // what stands behind the hole
	if follows.kind == opText {
		next = follows.text[0]
	}
	places := o.class == 'e' && follows.kind == opHole && isPlace(follows.class)
	try := func(n int) bool {
		end := pos + n
		if next != 0 && (end == len(m.text) || m.text[end] != next) {
			return false
		}
		if places && (end > 0 && isWord(m.text[end-1]) || extent(follows.class, m.text[end:]) == 0) {
			return false
		}
		m.steps++
		m.found[at] = span{int32(pos), int32(end)}
		return m.run(at+1, end)
	}
	if o.class == 'g' {
		for n := most; n >= least && m.steps < maxSteps; n-- {
			if try(n) {
				return true
			}
		}
		return false
	}
	for n := least; n <= most && m.steps < maxSteps; n++ {
		if next != 0 {
			skip := strings.Index(parse.Name(m.text[pos+n:]), follows.key)
			if skip < 0 {
				m.steps += len(m.text) / stepBytes
			}
			if skip < 0 || n+skip > most {
				return false
			}
			m.steps += skip / stepBytes
			n += skip
		}
		if try(n) {
			return true
		}
	}
	return false
}

// isPlace tells whether what fills a hole of the class is told by its form: an address, a port.
func isPlace(class byte) bool { return class == 'i' || class == 'm' || class == 'p' }

// extent is how many bytes can fill a hole at most.
func extent(class byte, b []byte) int {
	switch class {
	case 't', 'e', 'g':
		return len(b)
	case 'i':
		return addressSize(b)
	case 'm':
		return hardwareSize(b)
	case 'p':
		return portSize(b)
	case 'n':
		n := 0
		for n < len(b) && '0' <= b[n] && b[n] <= '9' {
			n++
		}
		return n
	}
	if n := bytes.IndexByte(b, ' '); n >= 0 {
		return n
	}
	return len(b)
}

// addressSize is how many bytes at the beginning of b are an IP address; 0 where there is none.
func addressSize(b []byte) int {
	const longest = 45
	n := 0
	for n < len(b) && n <= longest && (b[n] == '.' || b[n] == ':' || '0' <= b[n] && b[n] <= '9' || 'a' <= b[n]|0x20 && b[n]|0x20 <= 'f') {
		n++
	}
	if i := bytes.IndexByte(b[:n], ':'); i >= 0 && bytes.Count(b[:i], []byte(".")) == 3 {
		n = i // "192.0.2.1:80"
	}
	for ; n > 0; n-- {
		if isAddress(b[:n]) {
			return n
		}
		if b[n-1] != '.' && b[n-1] != ':' { // "from 2001:db8::1: reason"
			break
		}
	}
	return 0
}

// hardwareSize is how many bytes at the beginning of b are a hardware address: "0200.0000.0001", "02:00:00:00:00:01" or the
// same with hyphens.
func hardwareSize(b []byte) int {
	for _, form := range [...]struct {
		digits, size int
		between      string
	}{{4, 14, "."}, {2, 17, ":-"}} {
		n := 0
		for n < len(b) && n < form.size && (n%(form.digits+1) == form.digits && strings.IndexByte(form.between, b[n]) >= 0 ||
			n%(form.digits+1) != form.digits && isHex(b[n])) {
			n++
		}
		if n == form.size && (n == len(b) || !isHex(b[n]) && b[n] != ':') {
			return n
		}
	}
	return 0
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

// portSize is how many bytes at the beginning of b are the name of a port: "Gi1/0/1", "TenGigabitEthernet0/1.100", "Vlan10".
func portSize(b []byte) int {
	const longest = 40
	letters := 0
	for letters < len(b) && letters < longest && ('a' <= b[letters]|0x20 && b[letters]|0x20 <= 'z' || b[letters] == '-') {
		letters++
	}
	n, slash := letters, false
	for n < len(b) && n < longest && ('0' <= b[n] && b[n] <= '9' || n > letters && n+1 < len(b) && (b[n] == '/' || b[n] == '.' || b[n] == ':') && '0' <= b[n+1] && b[n+1] <= '9') {
		slash = slash || b[n] == '/'
		n++
	}
	if letters < 2 || n == letters || n < len(b) && 'a' <= b[n]|0x20 && b[n]|0x20 <= 'z' {
		return 0
	}
	if slash && 'A' <= b[0] && b[0] <= 'Z' {
		return n
	}
	var lower [longest]byte
	for i, c := range b[:letters] {
		lower[i] = c | 0x20
	}
	switch string(lower[:letters]) {
	case "vlan", "po", "port-channel", "gi", "te", "fa", "loopback", "lo", "tunnel", "tu", "mgmt", "serial", "bvi", "bdi", "dialer", "multilink",
		"nve", "cellular", "bundle-ether", "virtual-access", "virtual-template", "null":
		return n
	}
	return 0
}

func isAddress(b []byte) bool {
	colons := bytes.Count(b, []byte(":"))
	if colons == 0 {
		return isIPv4(b)
	}
	if colons != 7 && !bytes.Contains(b, []byte("::")) {
		return false // a time, a hardware address: without an error, which is allocated
	}
	_, err := netip.ParseAddr(parse.Name(b))
	return err == nil
}

func isIPv4(b []byte) bool {
	for part := range 4 {
		n, value := 0, 0
		for n < len(b) && n < 3 && '0' <= b[n] && b[n] <= '9' {
			value = 10*value + int(b[n]-'0')
			n++
		}
		if n == 0 || value > 255 {
			return false
		}
		b = b[n:]
		if part == 3 {
			break
		}
		if len(b) == 0 || b[0] != '.' {
			return false
		}
		b = b[1:]
	}
	return len(b) == 0
}

// literal is how many bytes of b the text takes; -1 where b does not begin with it.
func (m *match) literal(text string, b []byte) int {
	if !m.set.flexible {
		if len(b) < len(text) || string(b[:len(text)]) != text {
			return -1
		}
		return len(text)
	}
	n := 0
	for i := 0; i < len(text); i++ {
		if n == len(b) || b[n] != text[i] {
			return -1
		}
		n++
		if text[i] == ' ' {
			for n < len(b) && b[n] == ' ' {
				n++
			}
		}
	}
	return n
}

// tell writes what filled the holes, and takes vis(3)'s escapes off where there are some. Nothing is left away.
func (m *match) tell(row parse.Row, escaped bool) {
	for i := range m.t.ops {
		o, f := &m.t.ops[i], m.found[i]
		if o.column < 0 || o.kind == opOptional || f.to == 0 {
			continue
		}
		text := m.text[f.from:f.to]
		if m.set.flexible {
			text = bytes.Trim(text, " ")
		}
		if len(text) == 0 {
			continue
		}
		if escaped && bytes.IndexByte(text, '\\') >= 0 {
			if !row.Asks(o.column) {
				continue
			}
			var b [128]byte
			text = appendUnvis(b[:0], text)
		}
		row.Set(o.column, text)
	}
}

// asks tells whether somebody reads one of the columns.
func asks(row parse.Row, columns []int) bool {
	for _, c := range columns {
		if row.Asks(c) {
			return true
		}
	}
	return false
}
