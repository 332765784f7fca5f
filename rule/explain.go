package rule

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
)

// Explanation says why a rule matched a record, or why not: the whole rule, with what the record has for each condition.
// It owns its bytes, and can be written as JSON. String is for people.
type Explanation struct {
	Rule string `json:"rule"` // ID
	// Matched is what Match says. All that follows has to be so for it: the log type is one of Logs, the rule is not
	// Disabled, When held, and none of Exceptions took it.
	Matched bool `json:"matched"`
	// Log is the record's log type, and Logs are those that the rule is for, empty where it is for all. OtherLog tells that
	// the record's is none of them.
	Log      string   `json:"log,omitempty"`
	Logs     []string `json:"logs,omitempty"`
	OtherLog bool     `json:"other_log,omitempty"`
	Disabled bool     `json:"disabled,omitempty"`
	Staged   bool     `json:"staged,omitempty"`
	When     Part     `json:"when"`
	// Exceptions are all that the rule has.
	Exceptions []ExceptionPart `json:"exceptions,omitempty"`
	// Err is why the rule could not be evaluated: its own code panicked. It then did not match.
	Err string `json:"error,omitempty"`
}

// ExceptionPart is what an [Explanation] says of an exception. It takes the record if it held and has not expired.
type ExceptionPart struct {
	Name    string `json:"name"`
	Reason  string `json:"reason"`
	Expired bool   `json:"expired,omitempty"`
	When    Part   `json:"when"`
}

// Part is what an [Explanation] says of a condition.
type Part struct {
	// Op is the condition's operator.
	Op Op `json:"-"`
	// Condition is the condition in words, where it has no parts; else what it makes of them: "all of".
	Condition string `json:"condition"`
	Held      bool   `json:"held"`
	// Field is the path that was read, and Want what was asked of it, in words: `= "ConsoleLogin"`. Within AnyOf and Each
	// it is the path within the element. Of an entity it is the path that this is in the record's log type; of several they are
	// separated by commas.
	Field string `json:"field,omitempty"`
	// Entity is the name of the entity that the condition is on; empty where it is on none.
	Entity string `json:"entity,omitempty"`
	Want   string `json:"want,omitempty"`
	// Got are the values that the record has there, as JSON, the first 5 of them, each cut as [Held] cuts it. More is how
	// many there are beside.
	Got  []json.RawMessage `json:"got,omitempty"`
	More int               `json:"more,omitempty"`
	// Other are the values of the second field, where two are compared.
	Other []json.RawMessage `json:"other,omitempty"`
	// Of are the parts; of AnyOf and Each they are the first 5 elements.
	Of []Part `json:"of,omitempty"`
	// Err is that the condition's own code panicked. Match comes to see it only where nothing else decides before.
	Err string `json:"error,omitempty"`
}

// mostShown is how many values, or elements, an explanation has of a field.
const mostShown = 5

// Explain says why a rule matches a record, or why not. It evaluates every part of the rule, and is for rule authors and
// tests, not for every record. The error tells that the set has no such rule, or that the record is no JSON.
func (s *Set) Explain(r *parse.Record, ruleID string) (*Explanation, error) {
	i := -1
	if s != nil {
		i = slices.IndexFunc(s.rules, func(c compiled) bool { return c.ID == ruleID })
	}
	if i < 0 {
		return nil, fmt.Errorf("rule: the set has no rule %q", ruleID)
	}
	e, err := s.begin(r)
	if err != nil {
		return nil, &Error{Err: err}
	}
	defer s.end(e)
	c := &s.rules[i]
	x := &Explanation{
		Rule: c.ID, Log: r.Log(), Logs: slices.Clone(c.Logs), OtherLog: !c.isFor(r.Log()), Disabled: c.Disabled, Staged: c.Staged,
		When: e.part(&c.root),
	}
	excepted := false
	for i := range c.except {
		of := &c.Exceptions[i]
		p := ExceptionPart{Name: of.Name, Reason: of.Reason, Expired: of.expired(s.now), When: e.part(&c.except[i])}
		excepted = excepted || p.When.Held && !p.Expired
		x.Exceptions = append(x.Exceptions, p)
	}
	if _, _, err := e.evaluate(c); err != nil {
		x.Err = err.Error()
	}
	x.Matched = x.When.Held && !x.OtherLog && !x.Disabled && !excepted && x.Err == ""
	return x, nil
}

// part explains a condition. Unlike evaluation it asks every part.
func (e *evaluation) part(n *node) (p Part) {
	p.Op = n.op
	switch {
	case n.op == OpNot:
		p.Of = []Part{e.part(&n.of[0])}
		p.Condition, p.Held = "not", !p.Of[0].Held
	case n.op.isGroup():
		e.groupPart(n, &p)
	default:
		e.leafPart(n, &p)
	}
	return p
}

func (e *evaluation) groupPart(n *node, p *Part) {
	held := 0
	for i := range n.of {
		part := e.part(&n.of[i])
		if part.Held {
			held++
		}
		p.Of = append(p.Of, part)
	}
	p.Held = held >= n.need
	switch n.op {
	case OpAll:
		p.Condition = "all of"
	case OpAny:
		p.Condition = "any of"
	default:
		p.Condition = fmt.Sprintf("at least %d of", n.need)
	}
}

func (e *evaluation) leafPart(n *node, p *Part) {
	p.Condition, p.Field = n.words, n.path
	if n.field == theElement {
		p.Field = "element"
	}
	subject := p.Field
	if isEntity(n.field) {
		subject = "entity " + n.path
		p.Entity, p.Field = n.path, e.pathsOf(n.field)
	}
	p.Want = strings.TrimPrefix(n.words, subject+" ")
	defer func() {
		if v := recover(); v != nil {
			p.Held, p.Err = false, panicError(v).Error()
		}
	}()
	switch {
	case n.op == OpExt:
		p.Want = ""
		for _, f := range n.extFields {
			e.show(f, &p.Got, &p.More)
		}
	case n.op.isElements():
		e.elementParts(n, p)
	default:
		e.show(n.field, &p.Got, &p.More)
	}
	if n.op.isOtherField() {
		var more int
		e.show(n.other, &p.Other, &more)
	}
	_, p.Held = e.leaf(n)
}

// show adds the first values of a field, and counts the others.
func (e *evaluation) show(field int, shown *[]json.RawMessage, more *int) {
	for v := range e.all(field) {
		if len(*shown) == mostShown {
			*more++
			continue
		}
		*shown = append(*shown, heldValue(v))
	}
}

func (e *evaluation) elementParts(n *node, p *Part) {
	for v := range e.all(n.field) {
		switch {
		case isArray(v):
			continue
		case len(p.Of) == mostShown:
			p.More++
			continue
		}
		part := e.enter(n, v).part(&n.of[0])
		p.Of = append(p.Of, Part{Op: OpAll, Condition: fmt.Sprintf("element %d", len(p.Of)), Held: part.Held, Got: []json.RawMessage{heldValue(v)}, Of: []Part{part}})
	}
}

// Failed are the conditions without parts because of which When did not hold: of All those that failed, of Any and AtLeast
// each that failed, of Not what held. Each is one that would have to come out the other way for its group; it is empty
// where When held.
func (x *Explanation) Failed() []Part { return x.When.leaves(nil, false) }

// leaves adds the conditions because of which p did not come out as want, provided it did not.
func (p *Part) leaves(to []Part, came bool) []Part {
	if p.Held != came {
		return to
	}
	switch {
	case p.Op == OpNot:
		return p.Of[0].leaves(to, !came)
	case !p.Op.isGroup():
		return append(to, *p)
	}
	for i := range p.Of {
		to = p.Of[i].leaves(to, came)
	}
	return to
}
