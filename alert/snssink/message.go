package snssink

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/streamalert/streamalert-go/alert"
)

// message is an alert as SNS takes it.
type message struct {
	body       string
	attributes map[string]types.MessageAttributeValue
	bytes      int // of body and attributes, as SNS counts them
}

var errNoID = errors.New("alert has no ID")

// newMessage makes a message of at most limit bytes, with as much of the alert as fits.
func newMessage(a *alert.Alert, limit int) (*message, error) {
	if a.ID == "" { // alerts are told apart by it: a second one without would be taken for the first
		return nil, errNoID
	}
	m := &message{attributes: make(map[string]types.MessageAttributeValue, 3)}
	m.addAttribute("rule_id", a.Rule.ID)
	m.addAttribute("severity", a.Severity.String())
	m.addAttribute("log", a.Log)
	var body []byte
	for a := range smaller(a) {
		var err error
		if body, err = a.AppendJSON(body[:0]); err != nil {
			return nil, err
		}
		if body = escapeRefused(body); m.bytes+len(body) <= limit {
			break
		}
	}
	m.body = string(body)
	m.bytes += len(body)
	return m, nil
}

// smaller yields the alert, and then copies of it that say less and less. The last one, with the attributes, is below
// leastMaxBytes.
func smaller(a *alert.Alert) iter.Seq[*alert.Alert] {
	return func(yield func(*alert.Alert) bool) {
		b := *a
		if !yield(&b) {
			return
		}
		b.Record, b.RecordOmitted = nil, true
		if !yield(&b) {
			return
		}
		b.Matched = nil
		if !yield(&b) {
			return
		}
		b.ID = token(a.ID)
		for most := 64 << 10; most > 0; most /= 2 {
			b.Rule = alert.RuleRef{ID: cut(a.Rule.ID, most), Title: cut(a.Rule.Title, most)}
			b.Log = cut(a.Log, most)
			b.Origin.Kind, b.Origin.Place = cut(a.Origin.Kind, most), cut(a.Origin.Place, most)
			b.Origin.ID, b.Origin.Entry = cut(a.Origin.ID, most), cut(a.Origin.Entry, most)
			if !yield(&b) {
				return
			}
		}
	}
}

// longestAttribute is the longest value of an attribute, in bytes: what a filter policy compares is short.
const longestAttribute = 256

func (m *message) addAttribute(name, value string) {
	value = strings.Map(func(r rune) rune {
		if refused(r) {
			return utf8.RuneError
		}
		return r
	}, value)
	if len(value) > longestAttribute {
		value = prefix(value, longestAttribute)
	}
	if value == "" {
		return
	}
	const dataType = "String"
	m.attributes[name] = types.MessageAttributeValue{DataType: aws.String(dataType), StringValue: aws.String(value)}
	m.bytes += len(name) + len(dataType) + len(value)
}

// refused tells whether SNS refuses a message with this character. It accepts #x9, #xA, #xD, #x20 to #xD7FF, #xE000 to
// #xFFFD and #x10000 to #x10FFFF.
func refused(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
}

// escapeRefused writes as escapes what SNS refuses in JSON text. Control characters are escaped in JSON in any case, and
// all else stands in strings.
func escapeRefused(b []byte) []byte {
	if bytes.Contains(b, []byte("\ufffe")) {
		b = bytes.ReplaceAll(b, []byte("\ufffe"), []byte(`\ufffe`))
	}
	if bytes.Contains(b, []byte("\uffff")) {
		b = bytes.ReplaceAll(b, []byte("\uffff"), []byte(`\uffff`))
	}
	return b
}

// cut shortens s to at most n bytes and a mark that it was longer.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return prefix(s, n) + "…"
}

// prefix is the longest beginning of s of at most n bytes that does not end within a character.
func prefix(s string, n int) string {
	for i := 0; i < utf8.UTFMax && n > 0 && !utf8.RuneStart(s[n]); i++ {
		n--
	}
	return s[:n]
}

// token is s where SNS takes it for a message group or deduplication ID, else its SHA-256 in hexadecimal.
func token(s string) string {
	ok := len(s) > 0 && len(s) <= 128
	for i := 0; ok && i < len(s); i++ {
		ok = s[i] > ' ' && s[i] <= '~'
	}
	if ok {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
