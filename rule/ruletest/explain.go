package ruletest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// missing tells why a rule did not match: the exception that took the match, or each of its conditions, and what the record
// has for it. Of several records it is the one for which most of the conditions held.
func (c *testCase) missing(r *rule.Rule, by *rule.Exception) string {
	if by != nil {
		return fmt.Sprintf("%s did not match: its exception %q holds, %s:\n    %s", r.ID, by.Name, by.When, by.Reason)
	}
	if c.log != "" && len(r.Logs) > 0 && !slices.Contains(r.Logs, c.log) {
		return fmt.Sprintf("%s did not match: it is for logs of type %s, not %s", r.ID, strings.Join(r.Logs, ", "), c.log)
	}
	best := explanation{held: -1}
	closest := 0
	for i := range c.records {
		e := explanation{record: c.record(i)}
		e.parts(r.When, "    ")
		if e.held > best.held {
			best, closest = e, i
		}
	}
	which := ""
	if len(c.records) > 1 {
		which = fmt.Sprintf(" (record %d came closest)", closest+1)
	}
	return fmt.Sprintf("%s did not match%s:%s", r.ID, which, best.text.String())
}

// explanation is a condition, part by part, a line each.
type explanation struct {
	record *parse.Record
	held   int // how many parts held
	text   *strings.Builder
}

// parts explains the parts of an All, or anything else as one part.
func (e *explanation) parts(c rule.Condition, indent string) {
	if e.text == nil {
		e.text = &strings.Builder{}
	}
	if c.Op != rule.OpAll {
		e.part(c, indent)
		return
	}
	for _, of := range c.Of {
		e.part(of, indent)
	}
}

func (e *explanation) part(c rule.Condition, indent string) {
	sign := "FAIL"
	if e.holds(c) {
		sign = "ok  "
		e.held++
	}
	fmt.Fprintf(e.text, "\n%s%s  ", indent, sign)
	inner := c
	if c.Op == rule.OpNot {
		inner = c.Of[0]
	}
	if !isGroup(inner.Op) {
		e.text.WriteString(c.String() + e.has(inner))
		return
	}
	switch c.Op {
	case rule.OpAll:
		e.text.WriteString("all of:")
	case rule.OpAny:
		e.text.WriteString("any of:")
	case rule.OpAtLeast:
		fmt.Fprintf(e.text, "at least %d of:", c.N)
	default:
		e.text.WriteString("not:")
	}
	for _, part := range c.Of {
		e.part(part, indent+"      ")
	}
}

// isGroup tells whether a condition is made of others on the same record: those of AnyOf and Each are on elements.
func isGroup(op rule.Op) bool {
	return op == rule.OpAll || op == rule.OpAny || op == rule.OpNot || op == rule.OpAtLeast
}

// holds asks the engine about a part of a rule.
func (e *explanation) holds(c rule.Condition) bool {
	set, err := rule.Compile(rule.Rule{ID: "part", When: c})
	if err != nil {
		return false
	}
	for _, err := range set.Match(e.record) {
		return err == nil
	}
	return false
}

// has tells the values that the record has for what a condition without parts reads.
func (e *explanation) has(c rule.Condition) string {
	switch {
	case c.Field != "" && c.Other != "":
		return fmt.Sprintf(": has %s; %s has %s", e.values(c.Field), c.Other, e.values(c.Other))
	case c.Field != "":
		return ": has " + e.values(c.Field)
	case c.Op == rule.OpExt:
		var b strings.Builder
		for _, path := range c.Ext.Fields() {
			fmt.Fprintf(&b, "; %s has %s", path, e.values(path))
		}
		return b.String()
	}
	return ""
}

// maxShown bounds what is told of a field: its values, and the length of each in bytes.
const (
	maxShown  = 5
	maxLength = 200
)

func (e *explanation) values(path string) string {
	var shown []string
	for v := range e.record.All(path) {
		if len(shown) == maxShown {
			shown = append(shown, "…")
			break
		}
		text := v.String()
		if len(text) > maxLength {
			text = text[:maxLength] + "…"
		}
		if v.Kind() == parse.String {
			text = fmt.Sprintf("%q", text)
		}
		shown = append(shown, text)
	}
	if len(shown) == 0 {
		return "nothing"
	}
	return strings.Join(shown, ", ")
}
