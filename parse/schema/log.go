package schema

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/streamalert/streamalert-go/parse"
)

// envelopeKey and normalizationKey are the members that are added to records.
const (
	envelopeKey      = "streamalert:envelope_keys"
	normalizationKey = "streamalert_normalization"
)

// log is one schema of a deployment.
type log struct {
	name   string
	parser string

	shape, envelope *shape // envelope is nil where there is none
	path            *expr
	embedded        bool
	regexKey        string
	patterns        []pattern
	normalization   []normalized

	csv       csvDialect
	delimiter string // kv
	separator string
	priority  int

	// element is the member whose elements are the records, where each of them can be parsed without the others; elements tells
	// that there is one, "" is the payload itself.
	element  string
	elements bool

	kind *parse.LogType
}

// compileLog reads one entry of a schema file.
func compileLog(name string, v value) (*log, error) {
	if v.kind() != '{' {
		return nil, fmt.Errorf("it is no object")
	}
	l := &log{name: name}
	s, ok := v.member("schema")
	if !ok {
		return nil, fmt.Errorf("schema is missing")
	}
	var err error
	if l.shape, err = compileShape(s, "schema"); err != nil {
		return nil, err
	}
	p, ok := v.member("parser")
	if !ok {
		return nil, fmt.Errorf("parser is missing")
	}
	if l.parser, err = stringOf(p, "parser"); err != nil {
		return nil, err
	}
	switch l.parser {
	case "json", "csv", "kv", "syslog":
	case "gzip-json": // of the first versions; sources decompress
		l.parser = "json"
	default:
		return nil, fmt.Errorf("parser %q is none of json, csv, kv and syslog", l.parser)
	}
	c, ok := v.member("configuration")
	if !ok {
		c = value{b: []byte("{}")}
	}
	if c.kind() != '{' {
		return nil, fmt.Errorf("configuration is no object")
	}
	if err = l.configure(config{c}); err != nil {
		return nil, err
	}
	l.describe()
	return l, nil
}

// config is the configuration of a schema. What is not known there is ignored, as StreamAlert does.
type config struct{ v value }

func (l *log) configure(c config) error {
	if err := c.optional("optional_top_level_keys", l.shape); err != nil {
		return err
	}
	var err error
	if v, ok := c.v.member("envelope_keys"); ok {
		if l.envelope, err = compileShape(v, "configuration.envelope_keys"); err != nil {
			return err
		}
	}
	envelope := l.envelope
	if envelope == nil {
		envelope = &shape{}
	}
	if err = c.optional("optional_envelope_keys", envelope); err != nil {
		return err
	}
	if len(envelope.keys) == 0 {
		l.envelope = nil
	}
	path, err := c.text("json_path", "")
	if err != nil {
		return err
	}
	if path != "" {
		if l.path, err = compileExpr(path); err != nil {
			return fmt.Errorf("configuration.json_path: %w", err)
		}
	}
	if v, ok := c.v.member("embedded_json"); ok {
		l.embedded = truthy(v)
	}
	if l.regexKey, err = c.text("json_regex_key", ""); err != nil {
		return err
	}
	if v, ok := c.v.member("log_patterns"); ok {
		if l.patterns, err = compilePatterns(v, "configuration.log_patterns"); err != nil {
			return err
		}
	}
	if v, ok := c.v.member("normalization"); ok {
		if l.normalization, err = compileNormalization(v, "configuration.normalization"); err != nil {
			return err
		}
	}
	if err = l.columns(c); err != nil {
		return err
	}
	l.priority = -1
	if v, ok := c.v.member("priority"); ok {
		n, ok := appendInt(nil, v)
		if !ok {
			return fmt.Errorf("configuration.priority is no integer")
		}
		if l.priority, err = strconv.Atoi(string(n)); err != nil {
			return fmt.Errorf("configuration.priority is out of range")
		}
	}
	l.replace(envelopeKey, l.envelope != nil)
	l.replace(normalizationKey, l.normalization != nil)
	return nil
}

// columns reads how texts are split.
func (l *log) columns(c config) error {
	var err error
	switch l.parser {
	case "csv":
		l.csv = csvDialect{escape: -1}
		for _, d := range []struct {
			key, otherwise string
			to             *rune
		}{{"delimiter", ",", &l.csv.delimiter}, {"quotechar", `"`, &l.csv.quote}, {"escapechar", "", &l.csv.escape}} {
			s, err := c.text(d.key, d.otherwise)
			if err != nil {
				return err
			}
			_, set := c.v.member(d.key)
			if !set && s == "" {
				continue
			}
			if utf8.RuneCountInString(s) != 1 {
				return fmt.Errorf("configuration.%s: %q is not one character", d.key, s)
			}
			*d.to, _ = utf8.DecodeRuneInString(s)
		}
	case "kv":
		if l.delimiter, err = c.text("delimiter", " "); err != nil {
			return err
		}
		if l.separator, err = c.text("separator", "="); err != nil {
			return err
		}
		if l.delimiter == "" || l.separator == "" {
			return fmt.Errorf("configuration.delimiter or separator is empty")
		}
	}
	return nil
}

func (l *log) replace(name string, replaced bool) {
	if i, ok := l.shape.index[name]; ok {
		l.shape.keys[i].replaced = replaced
	}
}

// describe fills in what follows from the schema.
func (l *log) describe() {
	if p := l.path; l.parser == "json" && l.envelope == nil && !l.embedded && p != nil &&
		p.op == opProject && p.right.op == opCurrent && (p.left.op == opField || p.left.op == opCurrent) {
		l.element, l.elements = p.left.name, true
	}
	l.kind = &parse.LogType{Name: l.name, Format: &Parser{logs: []*log{l}}}
	l.entities()
	if len(l.shape.keys) > 0 {
		l.kind.Fields = l.shape.paths(nil, "")
		for _, added := range []struct {
			name string
			is   bool
		}{{envelopeKey, l.envelope != nil}, {normalizationKey, l.normalization != nil}} {
			if _, own := l.shape.index[added.name]; added.is && !own {
				l.kind.Fields = append(l.kind.Fields, parse.EscapeName(added.name))
			}
		}
	}
}

// paths are the paths of the values that records have.
func (s *shape) paths(all []string, prefix string) []string {
	for _, k := range s.keys {
		path := prefix + parse.EscapeName(k.name)
		if k.kind == anObject && len(k.shape.keys) > 0 {
			all = k.shape.paths(all, path+".")
			continue
		}
		if k.name != "" {
			all = append(all, path)
		}
	}
	return all
}

func (c config) optional(name string, s *shape) error {
	if v, ok := c.v.member(name); ok {
		return s.setOptional(v, "configuration."+name)
	}
	return nil
}

func (c config) text(name, otherwise string) (string, error) {
	v, ok := c.v.member(name)
	if !ok {
		return otherwise, nil
	}
	return stringOf(v, "configuration."+name)
}

func stringOf(v value, where string) (string, error) {
	s, ok := v.str()
	if !ok {
		return "", fmt.Errorf("%s is no string", where)
	}
	return string(s), nil
}

func stringList(v value, where string) ([]string, error) {
	if v.kind() != '[' {
		return nil, fmt.Errorf("%s is no list", where)
	}
	var all []string
	for e := range v.elements() {
		s, err := stringOf(e, where+": an element")
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}
