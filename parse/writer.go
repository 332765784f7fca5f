package parse

import (
	"strconv"
	"unicode/utf8"
	"unsafe"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
)

// Writer takes the fields of one record from a [Decoder], in the order of the record. It keeps what was asked for and
// drops the rest, so that a field costs hardly more than telling its name; when somebody asks for the whole record, the
// decoder is run once more and the same calls make a JSON object of it.
//
// Objects and arrays are opened with Object and Array and closed with End, as often as they were opened. Within an array
// the names do not count. Of members with the same name the first counts; a decoder whose format repeats names, and means
// it, writes an array.
//
// Names and values are copied where they are kept. A value is text as it is meant: the decoder takes quotes and escapes off.
type Writer struct {
	walker *jsonwalk.Walker // what is asked for is put there; nil while the record is written as JSON
	trie   *jsonwalk.Trie
	out    []byte       // JSON: of the whole record, or of one member that is asked for
	kid    jsonwalk.Kid // the member that out is of
	depth  int          // containers that are open
	unread int          // at this depth a container was opened that nobody asked for; 0 where none was
	limit  int          // deepest nesting
	deep   bool         // the limit was exceeded
	clock  Clock
	text   []byte                      // of the record, which stays until the next one
	array  [jsonwalk.MaxDepth + 1]bool // by depth: what was opened is an array
	comma  bool                        // a value stands before
	// columns are the columns that were looked up in the trie asked, the one that was used last first.
	columns []*lookedUp
	asked   *jsonwalk.Trie
	spans   []span // of the text that was split last
}

// release forgets what belongs to one payload, and memory that only a huge record needed.
func (w *Writer) release() {
	w.walker, w.trie, w.clock, w.text = nil, nil, Clock{}, nil
	if cap(w.out) > keptWindow {
		w.out = nil
	}
}

// Name is b as a name for the next call, uncopied.
func Name(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// pick begins a record of which w gets what trie asks for.
func (w *Writer) pick(walker *jsonwalk.Walker, trie *jsonwalk.Trie, limit int) {
	walker.Begin(trie)
	w.walker, w.trie, w.limit = walker, trie, limit
	w.depth, w.unread, w.deep = 0, 0, false
}

// render begins a record that is written as JSON; ended with rendered.
func (w *Writer) render(limit int) {
	w.walker, w.trie, w.limit = nil, nil, limit
	w.depth, w.unread, w.deep, w.comma = 0, 0, false, false
	w.out = append(w.out[:0], '{')
}

func (w *Writer) rendered() []byte {
	for w.depth > 0 {
		w.End()
	}
	w.out = append(w.out, '}')
	return w.out
}

// wants tells whether the next member is asked for, and puts its name and what separates it from the one before. Where
// direct is true it is to be put as it is.
func (w *Writer) wants(name string) (k jsonwalk.Kid, direct, ok bool) {
	if w.unread > 0 {
		return 0, false, false
	}
	if w.walker != nil && w.depth == 0 {
		k = w.trie.Kid(name)
		return k, true, k >= 0 && w.walker.Meet(k)
	}
	w.separate(name)
	return 0, false, true
}

func (w *Writer) separate(name string) {
	if w.comma {
		w.out = append(w.out, ',')
	}
	w.comma = true
	if !w.array[w.depth] || w.depth == 0 {
		w.out = appendQuoted(w.out, unsafe.Slice(unsafe.StringData(name), len(name)))
		w.out = append(w.out, ':')
	}
}

// String is a text.
func (w *Writer) String(name string, text []byte) {
	k, direct, ok := w.wants(name)
	switch {
	case !ok:
	case direct:
		w.walker.Put(k, jsonwalk.String, text)
	default:
		w.out = appendQuoted(w.out, text)
	}
}

// Number is a number; text that is none, as JSON writes numbers, stays a text: "007" and "0x1f" do.
func (w *Writer) Number(name string, text []byte) {
	if !jsonwalk.IsNumber(text) {
		w.String(name, text)
		return
	}
	w.scalar(name, jsonwalk.Number, text)
}

// Int is a number.
func (w *Writer) Int(name string, n int64) {
	var b [20]byte
	w.scalar(name, jsonwalk.Number, strconv.AppendInt(b[:0], n, 10))
}

// Bool is true or false.
func (w *Writer) Bool(name string, v bool) {
	var b [5]byte
	w.scalar(name, jsonwalk.Bool, strconv.AppendBool(b[:0], v))
}

// Null is null.
func (w *Writer) Null(name string) { w.scalar(name, jsonwalk.Null, null) }

var null = []byte("null")

func (w *Writer) scalar(name string, kind jsonwalk.Kind, text []byte) {
	k, direct, ok := w.wants(name)
	switch {
	case !ok:
	case direct:
		w.walker.Put(k, kind, text)
	default:
		w.out = append(w.out, text...)
	}
}

// JSON is a value that is JSON already: an object, an array or anything else. Text that is no JSON, or is nested too
// deep, stays a text.
func (w *Writer) JSON(name string, text []byte) {
	if w.unread > 0 {
		return
	}
	text = trimSpace(text)
	switch {
	case !jsonwalk.Valid(text, w.limit-w.depth-1):
		w.String(name, text)
	case text[0] == '{' || text[0] == '[':
		k, direct, ok := w.wants(name)
		switch {
		case !ok:
		case direct:
			w.walker.PutJSON(k, text)
		default:
			w.out = append(w.out, text...)
		}
	case text[0] == '"':
		w.String(name, jsonwalk.Unescape(nil, text[1:len(text)-1]))
	case text[0] == 'n':
		w.Null(name)
	case text[0] == 't' || text[0] == 'f':
		w.Bool(name, text[0] == 't')
	default:
		w.Number(name, text)
	}
}

// Object opens a member that is an object.
func (w *Writer) Object(name string) { w.open(name, false) }

// Array opens a member that is an array.
func (w *Writer) Array(name string) { w.open(name, true) }

func (w *Writer) open(name string, array bool) {
	if w.depth+1 >= w.limit {
		w.deep = true
		if w.unread == 0 {
			w.unread = w.depth + 1
		}
	}
	k, direct, ok := w.wants(name)
	w.depth++
	switch {
	case !ok:
		if w.unread == 0 {
			w.unread = w.depth
		}
		return
	case direct:
		w.kid, w.out = k, w.out[:0]
	}
	w.array[w.depth] = array
	w.comma = false
	w.out = append(w.out, bracket(array, '{', '['))
}

// End closes what was opened last.
func (w *Writer) End() {
	if w.depth == 0 {
		return
	}
	depth := w.depth
	w.depth--
	if w.unread > 0 {
		if w.unread == depth {
			w.unread = 0
		}
		return
	}
	w.out = append(w.out, bracket(w.array[depth], '}', ']'))
	w.comma = true
	if w.walker != nil && w.depth == 0 {
		w.walker.PutJSON(w.kid, w.out)
	}
}

func bracket(array bool, object, other byte) byte {
	if array {
		return other
	}
	return object
}

// Asks tells whether somebody reads a member of the record itself, or what is below it: a decoder can spare itself what
// is dear to make. It is always true while the whole record is asked for.
func (w *Writer) Asks(name string) bool { return w.walker == nil || w.trie.Kid(name) >= 0 }

// Clock is what times that say less than an instant are completed with.
func (w *Writer) Clock() Clock { return w.clock }

const hexDigits = "0123456789abcdef"

// appendQuoted appends text as a JSON string. Bytes that are no UTF-8 pass as they are, as they do in JSON that is read.
func appendQuoted(dst, text []byte) []byte {
	dst = append(dst, '"')
	from := 0
	for i, c := range text {
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, text[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	dst = append(dst, text[from:]...)
	return append(dst, '"')
}

func trimSpace(b []byte) []byte {
	for len(b) > 0 && b[0] < utf8.RuneSelf && isBlank(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isBlank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
