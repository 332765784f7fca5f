package schema

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/streamalert/streamalert-go/parse"
)

// item is what a parser makes of a document: an object or anything else, or an error of this one record.
type item struct {
	value value
	raw   value // where it stands in the document
	err   error
}

const (
	errNoRecords = parse.Reason("nothing stands at json_path")
	errNoBlob    = parse.Reason("no JSON object stands in json_regex_key")
	errEmbedded  = parse.Reason("it is no JSON object in a string")
	errNoText    = parse.Reason("it is JSON, no text")
	errNoUTF8    = parse.Reason("it is no UTF-8")
	errNoColumns = parse.Reason("the number of columns is another one")
	errNoPairs   = parse.Reason("the number of pairs is another one")
	errNoSyslog  = parse.Reason("it is no syslog line as StreamAlert knows them")
)

// items yields what the schema's parser finds in a document. What does not move on is nil: scratch holds what is made.
func (l *log) items(m *matcher, doc value, yield func(item) bool) {
	switch l.parser {
	case "json":
		l.jsonItems(m, doc, yield)
	case "csv":
		l.csvItems(m, doc, yield)
	case "kv":
		yield(l.pairs(m, doc))
	case "syslog":
		yield(l.syslog(m, doc))
	}
}

func (l *log) jsonItems(m *matcher, doc value, yield func(item) bool) {
	switch {
	case l.path != nil:
		some := false
		l.path.records(doc, func(v value) bool {
			some = true
			if !l.embedded {
				return yield(item{value: v, raw: v})
			}
			in, ok := m.embedded(v)
			if !ok {
				return yield(item{raw: v, err: errEmbedded})
			}
			return yield(item{value: in, raw: v})
		})
		if !some {
			yield(item{raw: doc, err: errNoRecords})
		}
	case l.regexKey != "":
		yield(l.blob(m, doc))
	default:
		yield(item{value: doc, raw: doc})
	}
}

var blobs = regexp.MustCompile(`{.+[:,].+}|\[.+[,:].+\]`)

// blob is the JSON object within the text of json_regex_key.
func (l *log) blob(m *matcher, doc value) item {
	bad := item{raw: doc, err: errNoBlob}
	if doc.kind() != '{' {
		bad.err = errNoObject
		return bad
	}
	v, ok := doc.member(l.regexKey)
	if !ok || !truthy(v) {
		return bad
	}
	text := str(v)
	at := blobs.FindIndex(text)
	if at == nil {
		return bad
	}
	in, ok := m.json(text[at[0]:at[1]])
	if !ok || in.kind() != '{' {
		return bad
	}
	in.off = v.off + at[0]
	return item{value: in, raw: doc}
}

// texts yields the texts of a document that has columns.
func (l *log) texts(doc value, yield func(value, error) bool) {
	if l.path == nil {
		yield(doc, nil)
		return
	}
	some := false
	if !doc.text {
		l.path.records(doc, func(v value) bool {
			some = true
			return yield(v, nil)
		})
	}
	if !some {
		yield(doc, errNoRecords)
	}
}

func (l *log) csvItems(m *matcher, doc value, yield func(item) bool) {
	l.texts(doc, func(v value, err error) bool {
		text, ok := v.str()
		switch {
		case err != nil:
		case !ok:
			err = errNoText
		case !utf8.Valid(text):
			err = errNoUTF8
		}
		if err != nil {
			return yield(item{raw: v, err: err})
		}
		on := true
		l.csv.rows(&m.csv, text, len(l.shape.keys), func(r row) bool {
			raw := value{b: text[r.from:r.to], off: v.off + r.from, text: true}
			if r.err != nil {
				on = yield(item{raw: v, err: r.err})
				return on
			}
			var ok bool
			if m.made, ok = l.csv.object(m.made[:0], r.fields, l.shape); !ok {
				on = yield(item{raw: raw, err: errNoColumns})
				return on
			}
			on = yield(item{value: value{b: m.made, off: raw.off}, raw: raw})
			return on
		})
		return on
	})
}

// text is a document that is one text.
func (l *log) text(doc value) (string, error) {
	s, ok := doc.str()
	switch {
	case !ok:
		return "", errNoText
	case !utf8.Valid(s):
		return "", errNoUTF8
	}
	return string(s), nil
}

// pairs is the record of a text of keys and values. A key that is there already gives its value to the key of the schema
// that has the pair's place.
func (l *log) pairs(m *matcher, doc value) item {
	s, err := l.text(doc)
	if err != nil {
		return item{raw: doc, err: err}
	}
	n := strings.Count(s, l.delimiter) + 1
	for part := range strings.SplitSeq(s, l.delimiter) {
		if part == "" {
			n--
		}
	}
	if n != len(l.shape.keys) {
		return item{raw: doc, err: errNoPairs}
	}
	seen := make(map[string]bool, n)
	m.made = append(m.made[:0], '{')
	i := 0
	for part := range strings.SplitSeq(s, l.delimiter) {
		if part == "" {
			continue
		}
		if k, v, ok := strings.Cut(part, l.separator); ok {
			if seen[k] {
				k = l.shape.keys[i].name
			}
			seen[k] = true
			m.made = append(appendQuoted(m.made, []byte(k)), ':')
			m.made = append(appendQuoted(m.made, []byte(v)), ',')
		}
		i++
	}
	if len(m.made) == 1 {
		return item{raw: doc, err: errNoPairs}
	}
	m.made = closed(m.made, '}')
	return item{value: value{b: m.made, off: doc.off}, raw: doc}
}

// syslogLine is what StreamAlert takes for syslog: RFC 3164 without the PRI, with a day of two digits.
var syslogLine = regexp.MustCompile(`^([\pL\pN_]{3}[\s\v\x1c-\x1f\x85\pZ]\p{Nd}{2}[\s\v\x1c-\x1f\x85\pZ](?:\p{Nd}{2}:?)+)[\s\v\x1c-\x1f\x85\pZ]` +
	`((?:[\pL\pN_]-*)+)[\s\v\x1c-\x1f\x85\pZ]([\pL\pN_]+)(?:\[[\pL\pN_]+\])*:[\s\v\x1c-\x1f\x85\pZ](.*)\n?$`)

func (l *log) syslog(m *matcher, doc value) item {
	s, err := l.text(doc)
	if err != nil {
		return item{raw: doc, err: err}
	}
	parts := syslogLine.FindStringSubmatch(s)
	if parts == nil {
		return item{raw: doc, err: errNoSyslog}
	}
	m.made = append(m.made[:0], '{')
	for i, name := range []string{"timestamp", "host", "application", "message"} {
		m.made = append(appendQuoted(m.made, []byte(name)), ':')
		m.made = append(appendQuoted(m.made, []byte(parts[i+1])), ',')
	}
	m.made = closed(m.made, '}')
	return item{value: value{b: m.made, off: doc.off}, raw: doc}
}
