package rule

import (
	"fmt"
	"strings"
)

// CompileError is everything that is wrong with a set of rules.
type CompileError struct{ Problems []Problem }

// Error lists the problems, one a line.
func (e *CompileError) Error() string {
	if len(e.Problems) == 1 {
		return e.Problems[0].Error()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "rule: %d problems:", len(e.Problems))
	for _, p := range e.Problems {
		b.WriteString("\n\t" + p.text())
	}
	return b.String()
}

// Unwrap returns the problems, each a [Problem].
func (e *CompileError) Unwrap() []error {
	errs := make([]error, len(e.Problems))
	for i, p := range e.Problems {
		errs[i] = p
	}
	return errs
}

// Problem is one thing that is wrong with one rule.
type Problem struct {
	// Rule is the rule's ID; empty where that is missing.
	Rule string
	// Index is the place of the rule among those given to Compile; -1 where it is all rules together.
	Index int
	// Condition is the condition that is wrong, in words; empty where the rule itself is.
	Condition string
	Err       error
}

func (p Problem) Error() string { return "rule: " + p.text() }

// Unwrap returns what is wrong.
func (p Problem) Unwrap() error { return p.Err }

func (p Problem) text() string {
	where := p.Rule
	switch {
	case p.Index < 0:
		where = "all rules"
	case where == "":
		where = fmt.Sprintf("rule at index %d", p.Index)
	}
	if p.Condition != "" {
		where += ": " + p.Condition
	}
	return where + ": " + p.Err.Error()
}
