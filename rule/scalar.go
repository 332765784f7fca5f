package rule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"

	"github.com/streamalert/streamalert-go/parse"
)

// scalar is a value of a condition, as it is compared with the values of a record.
type scalar struct {
	kind   parse.Kind
	text   []byte // of a string
	number decimal
	truth  bool
}

// newScalar takes the values that JSON knows, in all of Go's types for them.
func newScalar(v any) (scalar, error) {
	if v == nil {
		return scalar{kind: parse.Null}, nil
	}
	if n, ok := v.(json.Number); ok {
		return newNumber(string(n))
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.String:
		return scalar{kind: parse.String, text: []byte(r.String())}, nil
	case reflect.Bool:
		return scalar{kind: parse.Bool, truth: r.Bool()}, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return newNumber(strconv.FormatInt(r.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return newNumber(strconv.FormatUint(r.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		if math.IsNaN(r.Float()) || math.IsInf(r.Float(), 0) {
			return scalar{}, fmt.Errorf("%v is not a number that a record can hold", v)
		}
		return newNumber(strconv.FormatFloat(r.Float(), 'e', -1, r.Type().Bits()))
	}
	return scalar{}, fmt.Errorf("value of type %T: want a string, a number, a bool or nil", v)
}

func newNumber(s string) (scalar, error) {
	d, ok := parseDecimal([]byte(s))
	if !ok {
		return scalar{}, errors.New(strconv.Quote(s) + " is not a number")
	}
	return scalar{kind: parse.Number, number: d}, nil
}

// appendKey appends what two scalars share if and only if they are equal, as appendKey does of a record's values.
func (s *scalar) appendKey(b []byte, fold bool) []byte {
	b = append(b, byte(s.kind))
	switch s.kind {
	case parse.Number:
		return s.number.appendKey(b)
	case parse.Bool:
		return strconv.AppendBool(b, s.truth)
	case parse.String:
		return appendText(b, s.text, fold)
	}
	return b
}

// equalsAny tells whether v is one of the scalars.
func equalsAny(v parse.Value, scalars []scalar, fold bool) bool {
	var number decimal
	if v.Kind() == parse.Number {
		var ok bool
		if number, ok = parseDecimal(v.Bytes()); !ok {
			return false
		}
	}
	for i := range scalars {
		s := &scalars[i]
		if s.kind != v.Kind() {
			continue
		}
		switch s.kind {
		case parse.Null:
			return true
		case parse.Bool:
			if s.truth == v.Bool() {
				return true
			}
		case parse.Number:
			if s.number.compare(&number) == 0 {
				return true
			}
		case parse.String:
			if bytes.Equal(s.text, v.Bytes()) || fold && bytes.EqualFold(s.text, v.Bytes()) {
				return true
			}
		}
	}
	return false
}
