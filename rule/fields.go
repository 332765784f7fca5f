package rule

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/streamalert/streamalert-go/parse"
)

// fewValues is how many values of the other field are compared one by one. More of them become a set, so that two fields
// with very many values do not take the time of all pairs.
const fewValues = 16

// comparesFields tells whether a condition that compares two fields holds, and for which value of the first.
func (e *evaluation) comparesFields(n *node) (parse.Value, bool) {
	if n.op == OpLessField || n.op == OpGreaterField {
		return e.comparesNumbers(n)
	}
	count := 0
	for v := range e.all(n.other) {
		if isScalar(v) {
			count++
		}
	}
	if count == 0 {
		return parse.Value{}, false
	}
	var set map[string]struct{}
	var key []byte
	if count > fewValues {
		set = make(map[string]struct{}, count)
		for v := range e.all(n.other) {
			key = appendKey(key[:0], v, n.fold)
			set[string(key)] = struct{}{}
		}
	}
	for v := range e.all(n.field) {
		if !isScalar(v) {
			continue
		}
		var found bool
		if set != nil {
			key = appendKey(key[:0], v, n.fold)
			_, found = set[string(key)]
		} else {
			found = e.isOneOf(v, n)
		}
		if found == (n.op == OpEqualsField) {
			return v, true
		}
	}
	return parse.Value{}, false
}

// isOneOf tells whether v is one of the values of the other field.
func (e *evaluation) isOneOf(v parse.Value, n *node) bool {
	for other := range e.all(n.other) {
		if sameValue(v, other, n.fold) {
			return true
		}
	}
	return false
}

// comparesNumbers looks for a number that is below the largest of the others, or above the smallest.
func (e *evaluation) comparesNumbers(n *node) (parse.Value, bool) {
	want := 1
	if n.op == OpLessField {
		want = -1
	}
	var limit decimal
	found := false
	for v := range e.all(n.other) {
		if d, ok := numberOf(v); ok && (!found || limit.compare(&d) == want) {
			limit, found = d, true
		}
	}
	if !found {
		return parse.Value{}, false
	}
	for v := range e.all(n.field) {
		if d, ok := numberOf(v); ok && d.compare(&limit) == want {
			return v, true
		}
	}
	return parse.Value{}, false
}

func numberOf(v parse.Value) (decimal, bool) {
	if v.Kind() != parse.Number {
		return decimal{}, false
	}
	return parseDecimal(v.Bytes())
}

func isScalar(v parse.Value) bool { return v.Kind() != parse.Missing && v.Kind() != parse.JSON }

// sameValue tells whether two values are equal in the sense of Equals.
func sameValue(a, b parse.Value, fold bool) bool {
	if a.Kind() != b.Kind() {
		return false
	}
	switch a.Kind() {
	case parse.Null:
		return true
	case parse.Bool:
		return a.Bool() == b.Bool()
	case parse.Number:
		x, ok1 := parseDecimal(a.Bytes())
		y, ok2 := parseDecimal(b.Bytes())
		return ok1 && ok2 && x.compare(&y) == 0
	case parse.String:
		return bytes.Equal(a.Bytes(), b.Bytes()) || fold && bytes.EqualFold(a.Bytes(), b.Bytes())
	}
	return false
}

// appendKey appends bytes that two values share if and only if they are the same.
func appendKey(b []byte, v parse.Value, fold bool) []byte {
	b = append(b, byte(v.Kind()))
	switch v.Kind() {
	case parse.Number:
		if d, ok := parseDecimal(v.Bytes()); ok {
			return d.appendKey(b)
		}
	case parse.String:
		return appendText(b, v.Bytes(), fold)
	case parse.Null:
		return b
	}
	return append(b, v.Bytes()...)
}

// appendText appends a text, which is the same for all that differ in case only where case is ignored.
func appendText(b, text []byte, fold bool) []byte {
	if !fold {
		return append(b, text...)
	}
	for _, r := range string(text) {
		b = utf8.AppendRune(b, foldRune(r))
	}
	return b
}

func (d *decimal) appendKey(b []byte) []byte {
	b = strconv.AppendInt(b, int64(d.sign()), 10)
	b = append(append(append(b, ' '), d.whole...), d.part...)
	return strconv.AppendInt(append(b, 'e'), d.exp, 10)
}
