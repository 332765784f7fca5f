package parse

import (
	"bytes"
	"iter"
	"time"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
)

// Record is one log entry. It, and everything read from it, is valid until the iterator that yielded it advances;
// Clone keeps it. It is used by one goroutine at a time.
type Record struct {
	// Origin, Index and Offset say where the record stands: the payload it came in, its place among the payload's
	// records (lost ones counted), and the place of its first byte in the decompressed payload.
	Origin Origin
	Index  int64
	Offset int64
	// Type is the record's log type, nil where nobody asked.
	Type *LogType
	// Outer is the record that this one stands in, where an [Inner] found it there; nil where it stands alone. It is valid
	// as long as this one.
	Outer *Record

	raw    []byte           // JSON; nil of a text until somebody asks
	walker *jsonwalk.Walker // holds the values of fields; nil where nothing was picked out
	fields *Fields
	clock  Clock
	// asked is the path that was asked for last, and place where it stands among fields: a log type asks every record
	// for the same one.
	asked string
	place int
	found bool

	// Of a record that is no JSON: its bytes, and what makes JSON of them.
	text    []byte
	decoder Decoder
	writer  *Writer
	depth   int
}

// JSONRecord is a record over one JSON text that the program already has. The bytes are not copied and must not
// change while the record is used; they are not checked here, but where they are matched or picked from.
func JSONRecord(b []byte) *Record { return &Record{raw: bytes.Trim(b, " \t\r\n")} }

// Log is the name of the record's log type; empty where it has none.
func (r *Record) Log() string {
	if r.Type == nil {
		return ""
	}
	return r.Type.Name
}

// JSON is the record as one JSON text. It must not be changed. Of a record that is no JSON it is made when it is asked for
// the first time.
func (r *Record) JSON() []byte {
	if r.raw == nil && r.decoder != nil {
		r.writer.render(r.depth)
		// The decoder took the text before, and takes it again.
		_ = r.decoder.Decode(r.text, r.writer)
		r.raw = r.writer.rendered()
	}
	return r.raw
}

// Bytes are the record as it stands in the payload, without what frames it. They must not be changed.
func (r *Record) Bytes() []byte {
	if r.text != nil {
		return r.text
	}
	return r.raw
}

// Clock is what completes the record's times where they have no year or no zone: [Input].Clock.
func (r *Record) Clock() Clock { return r.clock }

// Get is the first value of a path; Missing where there is none, or where the path is no path. See [Fields] for what
// a path is. It is quick for what was in Input.Fields, and looks through the record for everything else.
func (r *Record) Get(path string) Value {
	if i, ok := r.picked(path); ok {
		return Values{r.walker}.Get(i)
	}
	return r.lookup(path)
}

func (r *Record) lookup(path string) Value {
	for v := range r.All(path) {
		return v
	}
	return Value{}
}

// All yields the values of a path, in the order of the record.
func (r *Record) All(path string) iter.Seq[Value] {
	if i, ok := r.picked(path); ok {
		return Values{r.walker}.All(i)
	}
	names, err := splitPath(path)
	if err != nil {
		return func(func(Value) bool) {}
	}
	return lookup(r.JSON(), names)
}

// picked is the place of a path among the values that were picked out.
func (r *Record) picked(path string) (int, bool) {
	if r.walker == nil {
		return 0, false
	}
	if r.asked == path && path != "" {
		return r.place, r.found
	}
	r.asked = path
	r.place, r.found = r.fields.Index(path)
	return r.place, r.found
}

// Time is the record's event time, as its log type knows it. ok is false where the type knows none, or the record
// has none.
func (r *Record) Time() (t time.Time, ok bool) {
	if r.Type == nil {
		return time.Time{}, false
	}
	return r.Type.time(r)
}

// Clone is a record that stays valid.
func (r *Record) Clone() *Record {
	c := *r
	c.raw, c.text = bytes.Clone(r.JSON()), bytes.Clone(r.text)
	c.walker, c.fields, c.decoder, c.writer = nil, nil, nil, nil
	if r.Outer != nil {
		c.Outer = r.Outer.Clone()
	}
	return &c
}
