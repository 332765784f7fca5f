package alert

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// AppendJSON appends the alert to b as one line of JSON, without the newline, and returns the longer slice. It is valid
// JSON and valid UTF-8 whatever the record holds: the record's bytes are put in as they are, but for white space
// between them, and a byte that is no UTF-8 becomes U+FFFD; a record that is no JSON becomes a JSON string. Nothing
// is escaped for HTML. A time that RFC 3339 cannot write (a year beyond 0 to 9999) is left out.
//
// The only error is a severity that there is none of; b is then returned as it was.
func (a *Alert) AppendJSON(b []byte) ([]byte, error) {
	severity, err := a.Severity.MarshalText()
	if err != nil {
		return b, fmt.Errorf("alert: %s: %w", a.ID, err)
	}
	b = appendString(append(b, `{"id":`...), a.ID)
	b = a.Rule.append(append(b, `,"rule":`...))
	b = append(append(append(b, `,"severity":"`...), severity...), '"')
	b = appendText(b, `,"title":`, a.Title)
	if a.Staged {
		b = append(b, `,"staged":true`...)
	}
	b = appendText(b, `,"dedup_key":`, a.DedupKey)
	b = appendString(append(b, `,"log":`...), a.Log)
	b = appendTime(b, `,"time":"`, a.Time)
	b = appendTime(b, `,"detected":"`, a.Detected)
	b = a.Origin.append(append(b, `,"origin":`...))
	b = a.appendFields(b)
	b = a.appendMatched(b)
	if len(a.Record) > 0 {
		b = appendRaw(append(b, `,"record":`...), a.Record)
	}
	if a.RecordOmitted {
		b = append(b, `,"record_omitted":true`...)
	}
	return append(b, '}'), nil
}

// MarshalJSON is AppendJSON for encoding/json, which may escape more.
func (a Alert) MarshalJSON() ([]byte, error) {
	return a.AppendJSON(make([]byte, 0, 512+len(a.Record)))
}

func (r *RuleRef) append(b []byte) []byte {
	b = appendString(append(b, `{"id":`...), r.ID)
	b = appendString(append(b, `,"title":`...), r.Title)
	b = appendText(b, `,"description":`, r.Description)
	b = appendText(b, `,"status":`, string(r.Status))
	b = appendText(b, `,"author":`, r.Author)
	b = appendList(b, `,"tags":`, r.Tags)
	b = appendList(b, `,"techniques":`, r.Techniques)
	b = appendList(b, `,"references":`, r.References)
	b = appendList(b, `,"false_positives":`, r.FalsePositives)
	b = appendText(b, `,"runbook":`, r.Runbook)
	return append(b, '}')
}

// appendText appends a field, unless its text is empty.
func appendText(b []byte, name, text string) []byte {
	if text == "" {
		return b
	}
	return appendString(append(b, name...), text)
}

// appendList appends a field, unless its list is empty.
func appendList(b []byte, name string, list []string) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(append(b, name...), '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

// appendFields appends the texts in the order of their names.
func (a *Alert) appendFields(b []byte) []byte {
	if len(a.Fields) == 0 {
		return b
	}
	b = append(b, `,"fields":{`...)
	for i, name := range slices.Sorted(maps.Keys(a.Fields)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, name), ':')
		b = appendString(b, a.Fields[name])
	}
	return append(b, '}')
}

func (o *Origin) append(b []byte) []byte {
	b = appendString(append(b, `{"kind":`...), o.Kind)
	b = appendString(append(b, `,"place":`...), o.Place)
	if o.ID != "" {
		b = appendString(append(b, `,"id":`...), o.ID)
	}
	if o.Entry != "" {
		b = appendString(append(b, `,"entry":`...), o.Entry)
	}
	b = strconv.AppendInt(append(b, `,"index":`...), o.Index, 10)
	b = strconv.AppendInt(append(b, `,"offset":`...), o.Offset, 10)
	return append(b, '}')
}

func (a *Alert) appendMatched(b []byte) []byte {
	if len(a.Matched) == 0 {
		return b
	}
	b = append(b, `,"matched":[`...)
	for i := range a.Matched {
		h := &a.Matched[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '{')
		if h.Field != "" {
			b = append(appendString(append(b, `"field":`...), h.Field), ',')
		}
		b = appendString(append(b, `"condition":`...), h.Condition)
		if len(h.Value) > 0 {
			b = appendRaw(append(b, `,"value":`...), h.Value)
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

// appendTime appends a field, name with the opening quote, where t is known and RFC 3339 can write it. A record's own
// time is hostile: with its zone taken off it may lie in the year -1.
func appendTime(b []byte, name string, t time.Time) []byte {
	t = t.UTC()
	if t.IsZero() || t.Year() < 0 || t.Year() > 9999 {
		return b
	}
	return append(t.AppendFormat(append(b, name...), time.RFC3339Nano), '"')
}

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(append(b, s[from:i]...), "\uFFFD"...)
				from = i + 1
			}
			i += n
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			b = appendEscape(append(b, s[from:i]...), c)
			from = i + 1
		}
		i++
	}
	return append(append(b, s[from:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// appendRaw appends one JSON text without the white space in it; what is no JSON, as a string.
func appendRaw(b, raw []byte) []byte {
	if longer, ok := appendCompact(b, raw); ok {
		return longer
	}
	return appendString(b, string(raw))
}
