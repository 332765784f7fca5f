package rule

import (
	"slices"

	"github.com/streamalert/streamalert-go/parse"
)

// Op says what a [Condition] asks. The zero Op asks nothing, and [Compile] refuses it.
type Op uint8

// The operators. The comment names the builder, and the fields of [Condition] that the operator reads.
const (
	_             Op = iota
	OpAll            // All: Of
	OpAny            // Any: Of
	OpNot            // Not: Of, exactly one
	OpAtLeast        // AtLeast: N, Of
	OpIn             // Field(...).In and Equals: Field, Values, FoldCase
	OpContains       // Field(...).Contains: Field, Values (strings), FoldCase
	OpPrefix         // Field(...).Prefix: Field, Values (strings), FoldCase
	OpSuffix         // Field(...).Suffix: Field, Values (strings), FoldCase
	OpGlob           // Field(...).Glob: Field, Values (strings), FoldCase
	OpRegexp         // Field(...).Regexp: Field, Values (strings), FoldCase
	OpCIDR           // Field(...).CIDR: Field, Values (strings)
	OpLessThan       // Field(...).LessThan: Field, Values (one number)
	OpAtMost         // Field(...).AtMost: Field, Values (one number)
	OpGreaterThan    // Field(...).GreaterThan: Field, Values (one number)
	OpNotLessThan    // Field(...).AtLeast: Field, Values (one number)
	OpExists         // Field(...).Exists: Field
	OpExt            // Ext and Func: Ext
)

// Condition is when a rule matches, as plain data: a tree that can be read, printed, rewritten and compiled. It is
// built with [Field], [All], [Any], [Not], [AtLeast], [Func] and [Ext], or as a literal; nothing is checked before
// [Compile], which also copies it. A Condition must not be changed while somebody else reads it.
type Condition struct {
	Op Op
	// Field is the path that is read, as [parse.Fields] describes it.
	Field string
	// Values are what the field is compared with; one of them has to fit.
	Values []any
	// FoldCase makes text the same that differs in case only.
	FoldCase bool
	// Of are the conditions that this one is made of.
	Of []Condition
	// N is how many of Of have to hold.
	N int
	// Ext is what this package does not know.
	Ext Extension
}

// FieldRef is a field of the record, of which a condition can be made. The condition holds if it holds for one of the
// field's values; for a field that is missing none holds.
type FieldRef struct{ path string }

// Field names a field by its path, "userIdentity.type". See [parse.Fields] for what a path is.
func Field(path string) FieldRef { return FieldRef{path} }

// Equals holds if the field is v: a string, a number, a bool, or nil for null. "22" and 22 are different.
func (f FieldRef) Equals(v any) Condition {
	return Condition{Op: OpIn, Field: f.path, Values: []any{v}}
}

// In holds if the field equals one of v, which may be of different types.
func (f FieldRef) In(v ...any) Condition { return Condition{Op: OpIn, Field: f.path, Values: v} }

// Contains holds if the field is a string with one of s in it.
func (f FieldRef) Contains(s ...string) Condition { return f.text(OpContains, s) }

// Prefix holds if the field is a string that starts with one of s.
func (f FieldRef) Prefix(s ...string) Condition { return f.text(OpPrefix, s) }

// Suffix holds if the field is a string that ends with one of s.
func (f FieldRef) Suffix(s ...string) Condition { return f.text(OpSuffix, s) }

// Glob holds if the field is a string that is like one of the patterns, from its beginning to its end. * stands for
// any text, also none, ? for one character; nothing else is special. A backslash before *, ? or another backslash makes
// that an ordinary character, and is one itself before anything else: `C:\Windows\\*`. The time it takes is bounded by
// the length of the string times that of the pattern.
func (f FieldRef) Glob(patterns ...string) Condition { return f.text(OpGlob, patterns) }

// Regexp holds if the field is a string in which one of the expressions is found, anywhere: anchor with ^ and $. They
// are those of package regexp (RE2), and take time linear in the string.
func (f FieldRef) Regexp(exprs ...string) Condition { return f.text(OpRegexp, exprs) }

// CIDR holds if the field is a string that is an IP address in one of the networks, "10.0.0.0/8" or "2001:db8::/32". A
// network may be a single address. An IPv4 address that is mapped into IPv6 is an IPv4 address; zones are ignored.
func (f FieldRef) CIDR(networks ...string) Condition { return f.text(OpCIDR, networks) }

// LessThan holds if the field is a number below v, which is a number. A string that holds a number is none.
func (f FieldRef) LessThan(v any) Condition { return f.compare(OpLessThan, v) }

// AtMost holds if the field is the number v, or one below it.
func (f FieldRef) AtMost(v any) Condition { return f.compare(OpAtMost, v) }

// GreaterThan holds if the field is a number above v, which is a number. A string that holds a number is none.
func (f FieldRef) GreaterThan(v any) Condition { return f.compare(OpGreaterThan, v) }

// AtLeast holds if the field is the number v, or one above it.
func (f FieldRef) AtLeast(v any) Condition { return f.compare(OpNotLessThan, v) }

// Exists holds if the field is there, whatever its value: null, "" and 0 exist.
func (f FieldRef) Exists() Condition { return Condition{Op: OpExists, Field: f.path} }

func (f FieldRef) text(op Op, s []string) Condition {
	c := Condition{Op: op, Field: f.path, Values: make([]any, len(s))}
	for i, v := range s {
		c.Values[i] = v
	}
	return c
}

func (f FieldRef) compare(op Op, v any) Condition {
	return Condition{Op: op, Field: f.path, Values: []any{v}}
}

// All holds if each of c holds.
func All(c ...Condition) Condition { return Condition{Op: OpAll, Of: c} }

// Any holds if one of c holds.
func Any(c ...Condition) Condition { return Condition{Op: OpAny, Of: c} }

// Not holds if c does not. Mind the field that is missing: Not(Field("a").Equals("x")) holds for a record without a,
// and for one whose a has several values it holds if none of them is "x".
func Not(c Condition) Condition { return Condition{Op: OpNot, Of: []Condition{c}} }

// AtLeast holds if n or more of c hold.
func AtLeast(n int, c ...Condition) Condition { return Condition{Op: OpAtLeast, N: n, Of: c} }

// Func holds if f returns true: a rule can be any code. f must be pure, quick and safe for concurrent use, and keeps
// nothing of the record. It is called after the conditions that stand beside it in an All, Any or AtLeast, and only
// where these did not decide. What it reads is not in [Set.Fields]; where that matters, write an [Extension].
func Func(f func(*parse.Record) bool) Condition { return Condition{Op: OpExt, Ext: plainFunc(f)} }

// Ext is a condition of another package.
func Ext(e Extension) Condition { return Condition{Op: OpExt, Ext: e} }

// Fold returns c with case ignored in Equals, In, Contains, Prefix, Suffix, Glob and Regexp, also in those that c is
// made of. Two characters are the same if Unicode's simple case folding makes them so, as in [strings.EqualFold].
func (c Condition) Fold() Condition { return c.fold(0) }

func (c Condition) fold(depth int) Condition {
	if c.Op.isText() || c.Op == OpIn {
		c.FoldCase = true
	}
	if len(c.Of) == 0 || depth > maxDepth {
		return c
	}
	c.Of = slices.Clone(c.Of)
	for i := range c.Of {
		c.Of[i] = c.Of[i].fold(depth + 1)
	}
	return c
}

// isText tells whether the operator compares text, for which case may be ignored.
func (op Op) isText() bool { return op >= OpContains && op <= OpRegexp }

// isCompare tells whether the operator compares a number with one number.
func (op Op) isCompare() bool { return op >= OpLessThan && op <= OpNotLessThan }

// isGroup tells whether the operator combines conditions.
func (op Op) isGroup() bool { return op >= OpAll && op <= OpAtLeast }
