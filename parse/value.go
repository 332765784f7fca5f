package parse

import "strconv"

// Kind is what a value is. Missing, null, "" and 0 are four different things.
type Kind uint8

// The kinds of values.
const (
	Missing Kind = iota
	Null
	Bool
	Number
	String
	JSON // an object or an array
)

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "Kind(" + strconv.Itoa(int(k)) + ")"
}

var kindNames = [...]string{"missing", "null", "bool", "number", "string", "json"}

// Value is one value of a record, over the record's bytes. It is valid as long as the record; the zero Value is
// Missing.
type Value struct {
	kind Kind
	b    []byte
}

// Kind tells what the value is.
func (v Value) Kind() Kind { return v.kind }

// Exists tells whether there is a value, null included.
func (v Value) Exists() bool { return v.kind != Missing }

// Bytes is a string without its quotes and escapes, and everything else as it is written; nil where it is missing. It
// must not be changed.
func (v Value) Bytes() []byte { return v.b }

// String is Bytes as a string: a copy.
func (v Value) String() string { return string(v.b) }

// Bool is true where the value is the boolean true.
func (v Value) Bool() bool { return v.kind == Bool && len(v.b) == 4 }

// Int is a number, or a string that holds one, as an integer. It is 0 where there is none, and a number with a
// fraction or out of range is cut to the nearest integer there is.
func (v Value) Int() int64 {
	if v.kind != Number && v.kind != String {
		return 0
	}
	if n, err := strconv.ParseInt(string(v.b), 10, 64); err == nil {
		return n
	}
	f := v.Float()
	switch {
	case f >= 1<<63:
		return 1<<63 - 1
	case f <= -1<<63:
		return -1 << 63
	case f != f:
		return 0
	}
	return int64(f)
}

// Float is a number, or a string that holds one; 0 where there is none.
func (v Value) Float() float64 {
	if v.kind != Number && v.kind != String {
		return 0
	}
	f, _ := strconv.ParseFloat(string(v.b), 64)
	return f
}
