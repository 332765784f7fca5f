package parse

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
)

// Grok decodes texts that a pattern of Logstash's grok filter matches, anywhere in them unless it is anchored:
//
//	%{IP:client} %{WORD:method} %{URIPATHPARAM:request} %{NUMBER:duration:float}
//
// What is named is a field, a number where its type is int or float and it is one, else a text; "[source][ip]" is ip in the
// object source. What matched nothing is left away, and what is named more than once is an array if more than one
// matched. A text without a match is refused. What [Regexp] says of speed holds for it too. It is made by [CompileGrok].
type Grok struct{ captures captures }

// Decode decodes one text.
func (g *Grok) Decode(text []byte, w *Writer) error { return g.captures.Decode(text, w) }

// CompileGrok makes a Grok of a pattern. own are further patterns by their names, which count before [GrokPatterns].
//
// Expressions are those of the regexp package, which takes time in proportion to the text, and knows neither backreferences
// nor what looks ahead or behind; an atomic group, (?>, is taken as one that is not. Groups can be named in the pattern as
// well, (?<name>...).
func CompileGrok(pattern string, own map[string]string) (*Grok, error) {
	patterns := GrokPatterns()
	maps.Copy(patterns, own)
	// %{NAME}, %{NAME:field}, %{NAME:field:type}
	reference := regexp.MustCompile(`%\{(\w+)(?::([^:{}\s]+))?(?::(\w+))?\}`)
	g := &grokCompiler{patterns: patterns, reference: reference}
	if err := g.expand(pattern, 0); err != nil {
		return nil, fmt.Errorf("parse: grok: %w", err)
	}
	expr, err := regexp.Compile(g.expr.String())
	if err != nil {
		if e, ok := errors.AsType[*syntax.Error](err); ok {
			return nil, fmt.Errorf("parse: grok: %s: %.80q", e.Code, e.Expr)
		}
		return nil, fmt.Errorf("parse: grok: %w", err)
	}
	c := captures{expr: expr}
	for i, name := range expr.SubexpNames() {
		if name == "" {
			continue
		}
		field := grokField{path: []string{name}}
		if n, err := strconv.Atoi(strings.TrimPrefix(name, grokGroup)); err == nil && strings.HasPrefix(name, grokGroup) {
			field = g.fields[n]
		}
		c.fields = capture(c.fields, field.path, i, field.number)
	}
	return &Grok{c}, nil
}

// Limits of a pattern.
const (
	maxGrokDepth = 64
	maxGrokSize  = 1 << 20
	grokGroup    = "grok__" // names of groups whose fields have other ones
)

var (
	errGrokDepth = errors.New("patterns stand in one another deeper than 64")
	errGrokSize  = errors.New("pattern is longer than 1 MiB")
)

type grokCompiler struct {
	patterns  map[string]string
	reference *regexp.Regexp
	expr      strings.Builder
	fields    []grokField
}

type grokField struct {
	path   []string
	number bool
}

func (g *grokCompiler) expand(pattern string, depth int) error {
	if depth > maxGrokDepth {
		return errGrokDepth
	}
	pattern = strings.ReplaceAll(pattern, "(?>", "(?:")
	last := 0
	for _, m := range g.reference.FindAllStringSubmatchIndex(pattern, -1) {
		g.expr.WriteString(pattern[last:m[0]])
		last = m[1]
		name := pattern[m[2]:m[3]]
		sub, ok := g.patterns[name]
		if !ok {
			return fmt.Errorf("pattern %q is not known", name)
		}
		if m[4] < 0 {
			g.expr.WriteString("(?:")
		} else if err := g.open(pattern[m[4]:m[5]], submatch(pattern, m[6], m[7])); err != nil {
			return err
		}
		if err := g.expand(sub, depth+1); err != nil {
			return err
		}
		g.expr.WriteByte(')')
		if g.expr.Len() > maxGrokSize {
			return errGrokSize
		}
	}
	g.expr.WriteString(pattern[last:])
	return nil
}

func submatch(s string, start, end int) string {
	if start < 0 {
		return ""
	}
	return s[start:end]
}

// open begins the group of a field.
func (g *grokCompiler) open(name, kind string) error {
	field := grokField{path: []string{name}}
	if strings.HasPrefix(name, "[") && strings.HasSuffix(name, "]") {
		field.path = strings.Split(name[1:len(name)-1], "][")
	}
	switch kind {
	case "", "string":
	case "int", "long", "float", "double":
		field.number = true
	default:
		return fmt.Errorf("field %q is of no known type: %q", name, kind)
	}
	fmt.Fprintf(&g.expr, "(?P<%s%d>", grokGroup, len(g.fields))
	g.fields = append(g.fields, field)
	return nil
}
