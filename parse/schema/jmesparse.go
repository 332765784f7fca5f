package schema

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
)

// compileExpr compiles a JMESPath expression.
func compileExpr(text string) (*expr, error) {
	p := &exprParser{}
	var err error
	if p.tokens, err = tokenize(text); err != nil {
		return nil, err
	}
	e, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != "" {
		return nil, fmt.Errorf("unexpected %q", t.text)
	}
	return e, nil
}

// token is one token: kind is "" at the end, "name", "quoted", "number", "literal", or the operator itself.
type token struct {
	kind, text string
}

// maxExpr bounds an expression and how deep it is nested.
const (
	maxExpr      = 4096
	maxExprDepth = 64
)

func tokenize(s string) ([]token, error) {
	if len(s) > maxExpr {
		return nil, errors.New("expression is too long")
	}
	var all []token
	for i := 0; i < len(s); {
		t, n, err := nextToken(s[i:])
		if err != nil {
			return nil, err
		}
		if t.kind != " " {
			all = append(all, t)
		}
		i += n
	}
	return all, nil
}

func nextToken(s string) (t token, n int, err error) {
	switch c := s[0]; {
	case strings.IndexByte(" \t\r\n", c) >= 0:
		return token{kind: " "}, 1, nil
	case isNameByte(c) && c-'0' > 9:
		for n < len(s) && isNameByte(s[n]) {
			n++
		}
		return token{"name", s[:n]}, n, nil
	case c == '-' || c-'0' <= 9:
		for n = 1; n < len(s) && s[n]-'0' <= 9; n++ {
		}
		return token{"number", s[:n]}, n, nil
	case c == '"' || c == '`' || c == '\'':
		return delimited(s)
	}
	for _, two := range []string{"[?", "[]", "||", "&&", "==", "!=", "<=", ">="} {
		if strings.HasPrefix(s, two) {
			return token{two, two}, 2, nil
		}
	}
	if strings.IndexByte(".*[](){},:|!<>@", s[0]) >= 0 {
		return token{s[:1], s[:1]}, 1, nil
	}
	return t, 0, fmt.Errorf("unexpected %q", s[:1])
}

func isNameByte(c byte) bool {
	return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
}

// delimited is the token that begins with a quote: a quoted name, a JSON literal, a raw string.
func delimited(s string) (t token, n int, err error) {
	quote := s[0]
	for n = 1; n < len(s) && s[n] != quote; n++ {
		if s[n] == '\\' {
			n++
		}
	}
	if n >= len(s) {
		return t, 0, fmt.Errorf("no %q at the end of %q", quote, s)
	}
	text := s[1:n]
	n++
	switch quote {
	case '\'':
		return token{"literal", string(appendQuoted(nil, []byte(strings.ReplaceAll(text, `\'`, `'`))))}, n, nil
	case '`':
		text = strings.TrimSpace(strings.ReplaceAll(text, "\\`", "`"))
		if !jsonwalk.Valid([]byte(text), jsonwalk.MaxDepth) {
			text = `"` + text + `"` // as texts were written once
		}
		if !jsonwalk.Valid([]byte(text), jsonwalk.MaxDepth) {
			return t, 0, fmt.Errorf("literal %s is no JSON", text)
		}
		return token{"literal", text}, n, nil
	}
	if !jsonwalk.Valid([]byte(s[:n]), 1) {
		return t, 0, fmt.Errorf("name %s is no JSON string", s[:n])
	}
	return token{"quoted", string(unquote([]byte(s[:n])))}, n, nil
}

// exprParser is a top-down operator precedence parser.
type exprParser struct {
	tokens []token
	depth  int
}

// power is how tightly an operator binds.
var power = map[string]int{
	"|": 1, "||": 2, "&&": 3, "==": 5, "!=": 5, "<": 5, "<=": 5, ">": 5, ">=": 5,
	"[]": 9, "*": 20, "[?": 21, ".": 40, "!": 45, "{": 50, "[": 55,
}

// projectionStop is the power below which an operator ends a projection.
const projectionStop = 10

func (p *exprParser) peek() token {
	if len(p.tokens) == 0 {
		return token{}
	}
	return p.tokens[0]
}

func (p *exprParser) next() token {
	t := p.peek()
	if t.kind != "" {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *exprParser) expect(kind string) error {
	if t := p.next(); t.kind != kind {
		return fmt.Errorf("want %q, not %q", kind, t.text)
	}
	return nil
}

func (p *exprParser) expression(binding int) (*expr, error) {
	if p.depth++; p.depth > maxExprDepth {
		return nil, errors.New("expression is nested too deep")
	}
	defer func() { p.depth-- }()
	e, err := p.prefix(p.next())
	for err == nil && power[p.peek().kind] > binding {
		e, err = p.infix(e, p.next())
	}
	return e, err
}

// prefix is an expression that begins with t.
func (p *exprParser) prefix(t token) (*expr, error) {
	switch t.kind {
	case "name", "quoted":
		if p.peek().kind == "(" {
			return nil, fmt.Errorf("function %q: functions are not supported", t.text)
		}
		return &expr{op: opField, name: t.text}, nil
	case "literal":
		return &expr{op: opLiteral, literal: []byte(t.text)}, nil
	case "@":
		return &expr{}, nil
	case "!":
		e, err := p.expression(power["!"])
		return &expr{op: opNot, left: e}, err
	case "(":
		e, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		return e, p.expect(")")
	case "{":
		return p.hash()
	case "*":
		return p.project(opValues, &expr{}, power["*"])
	case "[]", "[?":
		return p.infix(&expr{}, t)
	case "[":
		if k := p.peek().kind; k != "number" && k != ":" && (k != "*" || len(p.tokens) < 2 || p.tokens[1].kind != "]") {
			return p.list()
		}
		return p.infix(&expr{}, t)
	}
	return nil, fmt.Errorf("unexpected %q", t.text)
}

func (p *exprParser) infix(left *expr, t token) (*expr, error) {
	switch t.kind {
	case ".":
		if p.peek().kind == "*" {
			p.next()
			return p.project(opValues, left, power["."])
		}
		right, err := p.afterDot(power["."])
		return &expr{op: opSub, left: left, right: right}, err
	case "[]":
		return p.project(opFlatten, left, power["[]"])
	case "[?":
		condition, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		if err = p.expect("]"); err != nil {
			return nil, err
		}
		e, err := p.project(opFilter, left, power["[?"])
		if err == nil {
			e.condition = condition
		}
		return e, err
	case "[":
		return p.bracket(left)
	case "|", "||", "&&":
		right, err := p.expression(power[t.kind])
		return &expr{op: map[string]op{"|": opSub, "||": opOr, "&&": opAnd}[t.kind], left: left, right: right}, err
	case "==", "!=", "<", "<=", ">", ">=":
		right, err := p.expression(power[t.kind])
		return &expr{op: opCompare, name: t.kind, left: left, right: right}, err
	}
	return nil, fmt.Errorf("unexpected %q", t.text)
}

// bracket is an index, a slice or a wildcard.
func (p *exprParser) bracket(left *expr) (*expr, error) {
	if p.peek().kind == "*" {
		p.next()
		if err := p.expect("]"); err != nil {
			return nil, err
		}
		return p.project(opProject, left, power["*"])
	}
	var parts [3]*int
	n := 0
	for p.peek().kind != "]" {
		switch t := p.next(); t.kind {
		case "number":
			i, err := strconv.Atoi(t.text)
			if err != nil {
				return nil, fmt.Errorf("index %q is no number", t.text)
			}
			parts[n] = &i
		case ":":
			if n++; n == len(parts) {
				return nil, errors.New("slice has more than three parts")
			}
		default:
			return nil, fmt.Errorf("unexpected %q in an index", t.text)
		}
	}
	p.next()
	switch {
	case n == 0 && parts[0] == nil:
		return nil, errors.New("index is empty")
	case n == 0:
		return &expr{op: opSub, left: left, right: &expr{op: opIndex, index: *parts[0]}}, nil
	case parts[2] != nil && *parts[2] == 0:
		return nil, errors.New("slice has a step of 0")
	}
	e, err := p.project(opSlice, left, power["*"])
	if err == nil {
		e.slice = parts
	}
	return e, err
}

// project is a projection of left, with what follows it and holds for each element.
func (p *exprParser) project(o op, left *expr, binding int) (*expr, error) {
	e := &expr{op: o, left: left, right: &expr{}}
	var err error
	switch t := p.peek(); {
	case power[t.kind] < projectionStop:
	case t.kind == "[" || t.kind == "[?":
		e.right, err = p.expression(binding)
	case t.kind == ".":
		p.next()
		e.right, err = p.afterDot(binding)
	default:
		err = fmt.Errorf("unexpected %q behind a projection", t.text)
	}
	return e, err
}

func (p *exprParser) afterDot(binding int) (*expr, error) {
	switch t := p.peek(); t.kind {
	case "name", "quoted", "*":
		return p.expression(binding)
	case "[":
		p.next()
		return p.list()
	case "{":
		p.next()
		return p.hash()
	default:
		return nil, fmt.Errorf("unexpected %q behind a dot", t.text)
	}
}

func (p *exprParser) list() (*expr, error) {
	e := &expr{op: opList}
	for {
		m, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		e.list = append(e.list, m)
		switch t := p.next(); t.kind {
		case ",":
		case "]":
			return e, nil
		default:
			return nil, fmt.Errorf("unexpected %q in a list", t.text)
		}
	}
}

func (p *exprParser) hash() (*expr, error) {
	e := &expr{op: opHash}
	for {
		name := p.next()
		if name.kind != "name" && name.kind != "quoted" {
			return nil, fmt.Errorf("unexpected %q as the name of a member", name.text)
		}
		if err := p.expect(":"); err != nil {
			return nil, err
		}
		m, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		e.names, e.list = append(e.names, name.text), append(e.list, m)
		switch t := p.next(); t.kind {
		case ",":
		case "}":
			return e, nil
		default:
			return nil, fmt.Errorf("unexpected %q in an object", t.text)
		}
	}
}
