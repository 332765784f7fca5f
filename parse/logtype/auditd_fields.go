package logtype

import (
	"bytes"
	"net/netip"
	"strings"
	"sync"

	"github.com/streamalert/streamalert-go/parse"
)

// auditDecoder decodes the lines of one event.
type auditDecoder struct{}

// auditScratch is what decoding needs besides.
type auditScratch struct {
	lines  []auditLine
	fields []auditField
	value  []byte
	name   []byte
	argv   []byte
}

// auditField is a name and its value as it is written, without quotes.
type auditField struct {
	name, value []byte
	quoted      bool // the value is text, whatever it looks like
	inner       bool // it stands in msg='...'
}

var auditScratches = sync.Pool{New: func() any { return new(auditScratch) }}

// maxAuditTypes is how many types of records an event can have.
const maxAuditTypes = 32

// Decode tells the fields of an event.
func (auditDecoder) Decode(text []byte, w *parse.Writer) error {
	s := auditScratches.Get().(*auditScratch)
	defer func() {
		clear(s.lines)
		clear(s.fields)
		auditScratches.Put(s)
	}()
	s.lines = s.lines[:0]
	for rest := text; len(rest) > 0; {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		l, ok := auditHead(bytes.TrimSuffix(line, []byte("\r")))
		if !ok {
			return auditNoRecord(line)
		}
		s.lines = append(s.lines, l)
	}
	if len(s.lines) == 0 {
		return errAuditStart
	}
	first := &s.lines[0]
	if len(first.node) > 0 {
		w.String("node", first.node)
	}
	w.Number("timestamp", first.at)
	w.Number("serial", first.serial)
	w.String("type", first.kind)
	return s.types(w)
}

// auditNoRecord tells what a line is that is no record: ausearch writes lines between the events.
func auditNoRecord(line []byte) error {
	if bytes.Equal(bytes.TrimSpace(line), []byte("----")) || bytes.HasPrefix(line, []byte("time->")) {
		return parse.ErrNoRecord
	}
	return errAuditStart
}

// types tells the lines, type by type.
func (s *auditScratch) types(w *parse.Writer) error {
	var kinds [maxAuditTypes][]byte
	n := 0
	for i := range s.lines {
		known := false
		for _, k := range kinds[:n] {
			known = known || bytes.Equal(k, s.lines[i].kind)
		}
		if known {
			continue
		}
		if n == len(kinds) {
			return errAuditTypes
		}
		kinds[n] = s.lines[i].kind
		n++
	}
	if n > 1 {
		w.Array("types")
		for _, k := range kinds[:n] {
			w.String("", k)
		}
		w.End()
	}
	for _, k := range kinds[:n] {
		if err := s.kind(w, k); err != nil {
			return err
		}
	}
	return nil
}

// kind tells all lines of one type. One without any field, such as the end of an event, is none.
func (s *auditScratch) kind(w *parse.Writer, kind []byte) error {
	if string(kind) == "EXECVE" {
		return s.execve(w)
	}
	lines := 0
	for i := range s.lines {
		if bytes.Equal(s.lines[i].kind, kind) && len(bytes.TrimSpace(s.lines[i].fields)) > 0 {
			lines++
		}
	}
	if lines == 0 {
		return nil
	}
	s.name = append(s.name[:0], kind...)
	for i, c := range s.name {
		if c >= 'A' && c <= 'Z' {
			s.name[i] = c | 0x20
		}
	}
	name := parse.Name(s.name)
	if lines > 1 {
		w.Array(name)
	}
	asked := w.Asks(name)
	for i := range s.lines {
		l := &s.lines[i]
		if !bytes.Equal(l.kind, kind) || len(bytes.TrimSpace(l.fields)) == 0 {
			continue
		}
		w.Object(name)
		s.fields = s.fields[:0]
		if err := s.split(l.fields, kind, false); err != nil {
			return err
		}
		if asked {
			for f := range s.fields {
				s.field(w, f)
			}
		}
		w.End()
	}
	if lines > 1 {
		w.End()
	}
	return nil
}

// execve tells the arguments of a program; those that are long are spread over several fields and lines.
func (s *auditScratch) execve(w *parse.Writer) error {
	s.fields = s.fields[:0]
	for i := range s.lines {
		if string(s.lines[i].kind) != "EXECVE" {
			continue
		}
		if err := s.split(s.lines[i].fields, s.lines[i].kind, false); err != nil {
			return err
		}
	}
	w.Object("execve")
	s.argv = s.argv[:0]
	args := 0
	var last []byte // number of the argument before
	for i := range s.fields {
		number, index := auditArgument(s.fields[i].name)
		if number == nil {
			if !bytes.HasSuffix(s.fields[i].name, []byte("_len")) { // of an argument in parts
				s.field(w, i)
			}
			continue
		}
		if index == nil || !bytes.Equal(number, last) {
			last = number
			if args > 0 {
				s.argv = append(s.argv, 0)
			}
			args++
		}
		s.argv = s.decode(s.argv, i)
	}
	if args > 0 {
		w.Array("argv")
		for rest, i := s.argv, 0; i < args; i++ {
			var arg []byte
			arg, rest, _ = bytes.Cut(rest, []byte{0})
			w.String("", arg)
		}
		w.End()
		for i, c := range s.argv {
			if c == 0 {
				s.argv[i] = ' '
			}
		}
		w.String("command_line", s.argv)
	}
	w.End()
	return nil
}

// auditArgument is the number of an argument, and which part of it the field is where there are several: a0, a1[0], a1[1]. It
// is nil of other fields.
func auditArgument(name []byte) (number, index []byte) {
	rest, ok := bytes.CutPrefix(name, []byte("a"))
	if !ok {
		return nil, nil
	}
	number, index, parted := bytes.Cut(rest, []byte("["))
	if !isDigits(number) || parted && !isDigits(bytes.TrimSuffix(index, []byte("]"))) {
		return nil, nil
	}
	return number, index
}

// split adds the fields that stand in b.
func (s *auditScratch) split(b, kind []byte, inner bool) error {
	var age []byte
	for {
		b = bytes.TrimLeft(b, " ,\x1d\t")
		if len(b) == 0 {
			return nil
		}
		if b[0] == '{' { // avc: denied { read write } for
			in, rest, ok := bytes.Cut(b[1:], []byte("}"))
			if ok {
				s.fields = append(s.fields, auditField{name: []byte("permissions"), value: bytes.TrimSpace(in), quoted: true, inner: inner})
				b = rest
				continue
			}
		}
		end := bytes.IndexAny(b, " =\x1d")
		if end < 0 || b[end] != '=' {
			if end < 0 {
				end = len(b)
			}
			switch word := string(b[:end]); word {
			case "denied", "granted":
				s.fields = append(s.fields, auditField{name: []byte("result"), value: b[:end], quoted: true, inner: inner})
			case "old", "new": // old auid=700, of old kernels
				age = b[:end]
			}
			b = b[end:]
			continue
		}
		name := bytes.TrimLeft(b[:end], "(")
		if age != nil {
			name, age = append(append(bytes.Clone(age), '-'), name...), nil
		}
		rest, err := s.addValue(name, b[end+1:], kind, inner)
		if err != nil {
			return err
		}
		b = rest
	}
}

// addValue adds the field whose value is at the beginning of b, and returns what is behind it.
func (s *auditScratch) addValue(name, b, kind []byte, inner bool) (rest []byte, err error) {
	f := auditField{name: name, inner: inner}
	switch {
	case len(b) > 0 && b[0] == '"':
		end := bytes.IndexByte(b[1:], '"')
		if end < 0 {
			return nil, errAuditQuote
		}
		f.value, f.quoted, rest = b[1:1+end], true, b[2+end:]
	case len(b) > 0 && b[0] == '\'':
		end := bytes.LastIndexByte(b, '\'')
		if end == 0 {
			return nil, errAuditQuote
		}
		if string(name) == "msg" && !inner {
			return b[end+1:], s.split(b[1:end], kind, true)
		}
		if end = bytes.IndexByte(b[1:], '\'') + 1; end == 0 {
			return nil, errAuditQuote
		}
		f.value, f.quoted, rest = b[1:end], true, b[end+1:]
	default:
		end := bytes.IndexAny(b, " \x1d")
		if end < 0 {
			end = len(b)
		}
		f.value, rest = bytes.TrimRight(b[:end], ","), b[end:]
		if bytes.IndexByte(f.value, '(') < 0 {
			f.value = bytes.TrimRight(f.value, ")")
		}
	}
	s.fields = append(s.fields, f)
	return rest, nil
}

// field tells one field.
func (s *auditScratch) field(w *parse.Writer, i int) {
	f := &s.fields[i]
	name := f.name
	if len(name) == 0 || len(f.value) == 0 && !f.quoted {
		return
	}
	for k := range i {
		if !bytes.Equal(s.fields[k].name, f.name) {
			continue
		}
		if !f.inner {
			return
		}
		s.value = append(append(s.value[:0], "msg_"...), f.name...)
		name = bytes.Clone(s.value)
	}
	switch {
	case f.quoted:
		w.String(parse.Name(name), f.value)
	case string(name) == "saddr":
		w.String("saddr", f.value)
		writeSockaddr(w, f.value)
	case auditNumbers()[string(name)]:
		w.Number(parse.Name(name), f.value)
	case string(name) == "key":
		s.keys(w, i)
	default:
		s.value = s.decode(s.value[:0], i)
		w.String(parse.Name(name), s.value)
	}
}

// keys are the keys of the rules that an event met; several of them are separated by \x01.
func (s *auditScratch) keys(w *parse.Writer, i int) {
	s.value = s.decode(s.value[:0], i)
	if bytes.IndexByte(s.value, 1) < 0 {
		w.String("key", s.value)
		return
	}
	w.Array("key")
	for k := range bytes.SplitSeq(s.value, []byte{1}) {
		w.String("", k)
	}
	w.End()
}

// decode appends a value without its encoding: that of fields which can hold anything is hexadecimal digits where they are
// not quoted.
func (s *auditScratch) decode(dst []byte, i int) []byte {
	f := &s.fields[i]
	number, _ := auditArgument(f.name)
	if f.quoted || len(f.value)%2 != 0 || number == nil && !auditEncoded()[string(f.name)] {
		return append(dst, f.value...)
	}
	from := len(dst)
	for k := 0; k < len(f.value); k += 2 {
		hi, lo := unhex(f.value[k]), unhex(f.value[k+1])
		if hi > 15 || lo > 15 {
			return append(dst[:from], f.value...)
		}
		c := hi<<4 | lo
		if c == 0 {
			c = ' '
		}
		dst = append(dst, c)
	}
	if len(dst) == from+1 && dst[from] < ' ' && !bytes.ContainsRune([]byte("\t\n\v\f\r\x1b"), rune(dst[from])) {
		// No such text stands alone: it is a number of somebody who does not encode.
		return append(dst[:from], f.value...)
	}
	return dst
}

// unhex is the value of a digit as the kernel writes it: capital letters.
func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 0xff
}

func auditNames(names string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		m := map[string]bool{}
		for n := range strings.FieldsSeq(names) {
			m[n] = true
		}
		return m
	})
}

// auditEncoded are the fields that are written encoded where that is needed.
var auditEncoded = auditNames("acct bus cgroup cmd comm cwd data dev device dir exe file grp invalid_context key name new-chardev " +
	"new-disk new-fs new-net new-rng new_group ocomm old-chardev old-disk old-fs old-net old-rng operation path peer profile " +
	"proctitle root_dir sw vm watch new-mem vm-ctx img-ctx id-name unit info")

// auditNumbers are the fields that are numbers.
var auditNumbers = auditNames("pid ppid auid uid gid euid suid fsuid egid sgid fsgid ses exit items item argc inode ino ouid " +
	"ogid oauid opid oses syscall lport rport sig spid rpid old-auid new-auid old-ses new-ses entries family major minor list")

// writeSockaddr tells what a struct sockaddr says, given as hexadecimal digits: the family in the byte order of the machine,
// port and address in that of the network.
func writeSockaddr(w *parse.Writer, hex []byte) {
	var raw [128]byte
	n := 0
	for ; n < len(raw) && 2*n+1 < len(hex); n++ {
		hi, lo := unhex(hex[2*n]), unhex(hex[2*n+1])
		if hi > 15 || lo > 15 {
			return
		}
		raw[n] = hi<<4 | lo
	}
	b := raw[:n]
	if n < 2 {
		return
	}
	family := int(b[0]) | int(b[1])<<8
	if b[0] == 0 {
		family = int(b[1])
	}
	var buf [48]byte
	switch {
	case family == 1:
		w.String("family", []byte("unix"))
		path := b[2:]
		if len(path) > 0 && path[0] == 0 { // abstract
			path = append(append(buf[:0], '@'), bytes.TrimRight(path[1:], "\x00")...)
		} else if end := bytes.IndexByte(path, 0); end >= 0 {
			path = path[:end]
		}
		w.String("path", path)
	case family == 2 && n >= 8:
		w.String("family", []byte("inet"))
		w.String("addr", appendAddress(buf[:0], b[4:8]))
		w.Int("port", int64(b[2])<<8|int64(b[3]))
	case family == 10 && n >= 24:
		w.String("family", []byte("inet6"))
		w.String("addr", appendAddress(buf[:0], b[8:24]))
		w.Int("port", int64(b[2])<<8|int64(b[3]))
	}
}

// appendAddress appends an address of four or sixteen bytes.
func appendAddress(dst, b []byte) []byte {
	addr, _ := netip.AddrFromSlice(b)
	return addr.AppendTo(dst)
}
