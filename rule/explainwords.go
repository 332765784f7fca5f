package rule

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
)

// String is the explanation for people, a condition a line:
//
//	aws.console.root-login does not match
//	  no   eventName: want "ConsoleLogin", got "AssumeRole"
//	  yes  userIdentity.type: want "Root", got "Root"
//	  yes  userIdentity.invokedBy: want not exists, got nothing
func (x *Explanation) String() string {
	w := &explainer{}
	verdict := " does not match"
	if x.Matched {
		verdict = " matches"
	}
	w.WriteString(x.Rule + verdict)
	if x.Staged {
		w.WriteString(" (staged)")
	}
	if x.OtherLog {
		w.line(1, "no   ", fmt.Sprintf("log: want %s, got %s", strings.Join(x.Logs, " or "), x.Log))
	}
	if x.Disabled {
		w.line(1, "no   ", "the rule is disabled")
	}
	if x.Err != "" {
		w.line(1, "no   ", x.Err)
	}
	for i := range x.Exceptions {
		w.exception(&x.Exceptions[i])
	}
	if x.When.Op == OpAll {
		w.parts(x.When.Of, 1) // which needs no line of its own
	} else {
		w.part(&x.When, 1)
	}
	return w.String()
}

type explainer struct{ strings.Builder }

func (w *explainer) line(depth int, sign, text string) {
	w.WriteString("\n" + strings.Repeat("  ", depth) + sign + text)
}

func (w *explainer) exception(p *ExceptionPart) {
	switch {
	case p.When.Held && p.Expired:
		w.line(1, "yes  ", fmt.Sprintf("exception %q has expired", p.Name))
	case p.When.Held:
		w.line(1, "no   ", fmt.Sprintf("exception %q holds: %s", p.Name, p.Reason))
	default:
		w.line(1, "yes  ", fmt.Sprintf("exception %q does not hold", p.Name))
	}
	w.part(&p.When, 3)
}

func (w *explainer) parts(parts []Part, depth int) {
	for i := range parts {
		w.part(&parts[i], depth)
	}
}

func (w *explainer) part(p *Part, depth int) {
	sign, not := "no   ", ""
	if p.Held {
		sign = "yes  "
	}
	if p.Op == OpNot && !p.Of[0].Op.isGroup() && !p.Of[0].Op.isElements() {
		p, not = &p.Of[0], "not "
	}
	text := p.Condition
	switch {
	case p.Op.isElements():
		text = p.Condition + fmt.Sprintf(", %d elements", len(p.Of)+p.More)
	case p.Op.isGroup() && p.Got != nil:
		text += ": " + string(p.Got[0])
	case !p.Op.isGroup():
		text = w.leaf(p, not)
	}
	w.line(depth, sign, text)
	if p.Err != "" {
		w.WriteString(": " + p.Err)
	}
	w.parts(p.Of, depth+2)
}

// leaf is what was wanted of a field, and what was there.
func (w *explainer) leaf(p *Part, not string) string {
	if p.Op == OpExt {
		if p.Got == nil {
			return not + p.Condition
		}
		return not + p.Condition + ": got " + list(p.Got, p.More)
	}
	got := list(p.Got, p.More)
	if p.Other != nil {
		got += ", and " + list(p.Other, 0)
	}
	subject := p.Field
	if p.Entity != "" {
		subject = fmt.Sprintf("entity %s (%s)", p.Entity, cmp.Or(p.Field, "no field of this log type"))
	}
	return fmt.Sprintf("%s: want %s%s, got %s", subject, not, strings.TrimPrefix(p.Want, "= "), got)
}

func list(values []json.RawMessage, more int) string {
	if len(values) == 0 {
		return "nothing"
	}
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		b.Write(v)
	}
	if more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return b.String()
}
