package rule_test

import (
	"math/big"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// naive evaluates conditions by the letter of their documentation: with gjson for the fields, and with regexp, math/big,
// net/netip and time for the rest. It shares nothing with the engine, which is held against it.
type naive struct {
	record  *parse.Record // whole
	within  *parse.Record // what paths are read in
	types   []*parse.LogType
	element *parse.Value
	// unsure tells that a number was too large for math/big.
	unsure bool
}

// naiveHolds tells whether a condition holds. sure is false where the naive evaluation cannot tell.
func naiveHolds(c rule.Condition, record []byte) (holds, sure bool) {
	return naiveHoldsFor(nil, c, parse.JSONRecord(record))
}

// naiveHoldsFor is naiveHolds where conditions may ask for entities of the types.
func naiveHoldsFor(types []*parse.LogType, c rule.Condition, r *parse.Record) (holds, sure bool) {
	n := &naive{record: r, within: r, types: types}
	holds = n.holds(c)
	return holds, !n.unsure
}

// naiveExtension is an extension that can be asked without the engine.
type naiveExtension interface {
	naive(values func(path string) []parse.Value) bool
}

func (n *naive) holds(c rule.Condition) bool {
	count := 0
	switch c.Op {
	case rule.OpAll, rule.OpAny, rule.OpAtLeast, rule.OpNot:
		for _, of := range c.Of {
			if n.holds(of) {
				count++
			}
		}
	}
	switch c.Op {
	case rule.OpAll:
		return count == len(c.Of)
	case rule.OpAny:
		return count > 0
	case rule.OpAtLeast:
		return count >= c.N
	case rule.OpNot:
		return count == 0
	case rule.OpExt:
		if e, ok := c.Ext.(naiveExtension); ok {
			return e.naive(n.values)
		}
		return c.Ext.Test(n.record, rule.Values{})
	case rule.OpAnyOf, rule.OpEach:
		return n.elements(c)
	case rule.OpEqualsField, rule.OpDiffersField, rule.OpLessField, rule.OpGreaterField:
		return n.fields(c)
	}
	for _, v := range n.subject(c) {
		if n.value(c, v) {
			return true
		}
	}
	return false
}

// subject are the values that a condition is about.
func (n *naive) subject(c rule.Condition) (all []parse.Value) {
	if !c.Entity {
		return n.values(c.Field)
	}
	read := map[string]bool{}
	for _, t := range n.types {
		if n.record.Type != nil && t != n.record.Type {
			continue
		}
		for _, path := range t.Entities[c.Field] {
			if !read[path] {
				all = append(all, n.values(path)...)
			}
			read[path] = true
		}
	}
	return all
}

func (n *naive) values(path string) (all []parse.Value) {
	if path == "" && n.element != nil {
		return []parse.Value{*n.element}
	}
	for v := range n.within.All(path) {
		all = append(all, v)
	}
	return all
}

func (n *naive) elements(c rule.Condition) bool {
	held, all := 0, 0
	for _, v := range n.subject(c) {
		if v.Kind() == parse.JSON && v.Bytes()[0] == '[' {
			continue
		}
		in := &naive{record: n.record, within: parse.JSONRecord([]byte("{}")), element: &v}
		if v.Kind() == parse.JSON {
			in.within = parse.JSONRecord(v.Bytes())
		}
		all++
		if in.holds(c.Of[0]) {
			held++
		}
		n.unsure = n.unsure || in.unsure
	}
	if c.Op == rule.OpEach {
		return all > 0 && held == all
	}
	return held > 0
}

func (n *naive) fields(c rule.Condition) bool {
	others := n.values(c.Other)
	for _, v := range n.subject(c) {
		if v.Kind() == parse.JSON {
			continue
		}
		same, less, greater, scalars := false, false, false, 0
		for _, o := range others {
			if o.Kind() == parse.JSON {
				continue
			}
			scalars++
			if o.Kind() != v.Kind() {
				continue
			}
			switch v.Kind() {
			case parse.Number:
				cmp := n.number(string(v.Bytes())).Cmp(n.number(string(o.Bytes())))
				same, less, greater = same || cmp == 0, less || cmp < 0, greater || cmp > 0
			case parse.String:
				same = same || sameText(v.String(), o.String(), c.FoldCase)
			default:
				same = same || v.String() == o.String()
			}
		}
		switch {
		case c.Op == rule.OpEqualsField && same, c.Op == rule.OpDiffersField && !same && scalars > 0,
			c.Op == rule.OpLessField && less, c.Op == rule.OpGreaterField && greater:
			return true
		}
	}
	return false
}

func sameText(a, b string, fold bool) bool {
	if fold {
		return foldText(a) == foldText(b)
	}
	return a == b
}

// foldText replaces each character by the smallest of those that differ from it in case only.
func foldText(s string) string {
	var b strings.Builder
	for _, r := range s {
		least := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			least = min(least, f)
		}
		b.WriteRune(least)
	}
	return b.String()
}

func (n *naive) number(s string) *big.Rat {
	if _, exp, ok := strings.Cut(strings.ToLower(s), "e"); ok {
		if e, err := strconv.Atoi(exp); err != nil || e > 5000 || e < -5000 {
			n.unsure = true
			return new(big.Rat)
		}
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		n.unsure = true
		return new(big.Rat)
	}
	return r
}

func (n *naive) value(c rule.Condition, v parse.Value) bool {
	switch c.Op {
	case rule.OpExists:
		return true
	case rule.OpEmpty:
		return v.Kind() == parse.String && len(v.Bytes()) == 0 || v.Kind() == parse.JSON && count(v) == 0
	case rule.OpLength:
		length := len([]rune(v.String()))
		return v.Kind() == parse.String && length >= c.Values[0].(int) && length <= c.Values[1].(int)
	case rule.OpCount:
		return v.Kind() == parse.JSON && count(v) >= c.Values[0].(int) && count(v) <= c.Values[1].(int)
	case rule.OpPrivate:
		addr, err := netip.ParseAddr(v.String())
		addr = addr.Unmap()
		return v.Kind() == parse.String && err == nil && (addr.IsPrivate() || addr.IsLoopback() || addr.IsLinkLocalUnicast())
	case rule.OpBefore, rule.OpAfter:
		cmp, ok := n.moment(v, c.Values[0].(time.Time))
		return ok && (c.Op == rule.OpBefore && cmp < 0 || c.Op == rule.OpAfter && cmp > 0)
	}
	for _, want := range c.Values {
		if n.fits(c, v, want) != c.Every {
			return !c.Every
		}
	}
	return c.Every
}

// count is how many elements or members there are.
func count(v parse.Value) (n int) {
	gjson.ParseBytes(v.Bytes()).ForEach(func(_, _ gjson.Result) bool { n++; return true })
	return n
}

// rfc3339 is what package time takes less what it should not (go.dev/issue/54580).
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

func (n *naive) moment(v parse.Value, t time.Time) (int, bool) {
	if v.Kind() == parse.String {
		var at time.Time
		err := at.UnmarshalText(v.Bytes())
		return at.Compare(t), err == nil && rfc3339.Match(v.Bytes())
	}
	if v.Kind() != parse.Number {
		return 0, false
	}
	since := n.number(string(v.Bytes()))
	unit := int64(1)
	for _, least := range []float64{1e11, 1e14, 1e17} {
		if new(big.Rat).Abs(since).Cmp(new(big.Rat).SetFloat64(least)) >= 0 {
			unit *= 1000
		}
	}
	want := new(big.Rat).SetFrac(big.NewInt(int64(t.Nanosecond())), big.NewInt(1e9))
	want.Add(want, new(big.Rat).SetInt64(t.Unix()))
	return since.Cmp(want.Mul(want, new(big.Rat).SetInt64(unit))), true
}

func (n *naive) fits(c rule.Condition, v parse.Value, want any) bool {
	text, isText := want.(string)
	if c.Op == rule.OpIn {
		switch v.Kind() {
		case parse.Null:
			return want == nil
		case parse.Bool:
			return want == v.Bool()
		case parse.String:
			return isText && sameText(v.String(), text, c.FoldCase)
		}
	}
	if c.Op == rule.OpIn || !isText {
		if want == nil || isText || want == true || want == false || v.Kind() != parse.Number {
			return false
		}
		cmp := n.number(string(v.Bytes())).Cmp(n.number(numberText(want)))
		switch c.Op {
		case rule.OpIn:
			return cmp == 0
		case rule.OpLessThan:
			return cmp < 0
		case rule.OpAtMost:
			return cmp <= 0
		case rule.OpGreaterThan:
			return cmp > 0
		}
		return cmp >= 0
	}
	if v.Kind() != parse.String {
		return false
	}
	s := v.String()
	switch c.Op {
	case rule.OpRegexp:
		if c.FoldCase {
			text = "(?i)" + text
		}
		return regexp.MustCompile(text).MatchString(s)
	case rule.OpCIDR:
		return inNetwork(s, text)
	case rule.OpGlob:
		return likeGlob(s, text, c.FoldCase)
	}
	if c.FoldCase {
		s, text = foldText(s), foldText(text)
	}
	switch c.Op {
	case rule.OpContains:
		return strings.Contains(s, text)
	case rule.OpPrefix:
		return strings.HasPrefix(s, text)
	}
	return strings.HasSuffix(s, text)
}

func numberText(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	switch v := v.(type) {
	case int:
		return strconv.Itoa(v)
	case uint64:
		return strconv.FormatUint(v, 10)
	}
	return v.(interface{ String() string }).String()
}

func inNetwork(s, network string) bool {
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return false
	}
	addr = addr.Unmap().WithZone("")
	if one, err := netip.ParseAddr(network); err == nil {
		return addr == one.Unmap().WithZone("")
	}
	return netip.MustParsePrefix(network).Contains(addr)
}

// likeGlob fills the table of which beginnings of the pattern fit which beginnings of the text.
func likeGlob(s, pattern string, fold bool) bool {
	type token struct {
		special byte
		text    string
	}
	letters := func(s string) (all []string) {
		for len(s) > 0 {
			_, size := utf8.DecodeRuneInString(s)
			letter := s[:size]
			if fold {
				letter = foldText(letter)
			}
			all, s = append(all, letter), s[size:]
		}
		return all
	}
	var tokens []token
	of := letters(pattern)
	for i := 0; i < len(of); i++ {
		switch {
		case of[i] == `\` && i+1 < len(of) && len(of[i+1]) == 1 && strings.ContainsAny(of[i+1], `*?\`):
			i++
			tokens = append(tokens, token{text: of[i]})
		case of[i] == "*" || of[i] == "?":
			tokens = append(tokens, token{special: of[i][0]})
		default:
			tokens = append(tokens, token{text: of[i]})
		}
	}
	text := letters(s)
	fits := make([]bool, len(text)+1)
	fits[0] = true
	for _, t := range tokens {
		next := make([]bool, len(text)+1)
		for i := range next {
			switch {
			case t.special == '*':
				next[i] = fits[i] || i > 0 && next[i-1]
			case i > 0:
				next[i] = fits[i-1] && (t.special == '?' || t.text == text[i-1])
			}
		}
		fits = next
	}
	return fits[len(text)]
}
