package rule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/streamalert/streamalert-go/parse"
)

// TextLimit is the length of what a template makes of a record, in bytes. What is longer is cut, and ends in "…".
const TextLimit = 1 << 10

// longestValue is how much of one value goes into a text, in bytes, and mostValues how many of one path.
const (
	longestValue = 256
	mostValues   = 8
)

// template is a text with places for values of the record.
type template struct{ parts []templatePart }

// templatePart is a text, or a path whose values stand in its place.
type templatePart struct{ text, path string }

// parseTemplate tells everything that is wrong with a template.
func parseTemplate(s string) (t template, err error) {
	var text strings.Builder
	var errs []error
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "{{"), strings.HasPrefix(s[i:], "}}"):
			text.WriteByte(s[i])
			i++
		case s[i] == '}':
			errs = append(errs, fmt.Errorf("template %q: } without {", s))
		case s[i] == '{':
			end := strings.IndexByte(s[i:], '}')
			if end < 0 {
				return template{}, errors.Join(append(errs, fmt.Errorf("template %q: { without }", s))...)
			}
			path := s[i+1 : i+end]
			if _, err := parse.CompileFields(path); err != nil {
				errs = append(errs, fmt.Errorf("template %q: %w", s, err))
			}
			t.parts = append(t.parts, templatePart{text: text.String()}, templatePart{path: path})
			text.Reset()
			i += end
		default:
			text.WriteByte(s[i])
		}
	}
	t.parts = append(t.parts, templatePart{text: text.String()})
	return t, errors.Join(errs...)
}

// paths are the fields that the template reads.
func (t template) paths() (paths []string) {
	for _, p := range t.parts {
		if p.path != "" {
			paths = append(paths, p.path)
		}
	}
	return paths
}

func (t template) render(r *parse.Record) string {
	var b []byte
	for _, p := range t.parts {
		if len(b) > TextLimit {
			break
		}
		if b = append(b, p.text...); p.path != "" {
			b = appendValues(b, r, p.path)
		}
	}
	return strings.ToValidUTF8(string(cut(b, TextLimit)), "\ufffd")
}

// appendValues appends the values of a path for people: all that are no objects or arrays; where there are none, the
// first object or array; and "-" for nothing.
func appendValues(b []byte, r *parse.Record, path string) []byte {
	n := 0
	var container []byte
	for v := range r.All(path) {
		switch {
		case v.Kind() == parse.JSON:
			if container == nil {
				container = v.Bytes()
			}
			continue
		case n == mostValues:
			return append(b, ", …"...)
		case n > 0:
			b = append(b, ", "...)
		}
		n++
		b = append(b, cut(v.Bytes(), longestValue)...)
	}
	switch {
	case n > 0:
		return b
	case container == nil:
		return append(b, '-')
	}
	var compact bytes.Buffer
	if json.Compact(&compact, container) == nil {
		container = compact.Bytes()
	}
	return append(b, cut(container, longestValue)...)
}

// cut is b, or its beginning and "…" where it is longer than most bytes.
func cut(b []byte, most int) []byte {
	if len(b) <= most {
		return b
	}
	n := most
	for n > most-utf8.UTFMax && !utf8.RuneStart(b[n]) {
		n--
	}
	return append(b[:n:n], "…"...)
}
