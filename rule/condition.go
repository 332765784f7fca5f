package rule

import (
	"slices"

	"github.com/streamalert/streamalert-go/parse"
)

// Op says what a [Condition] asks. The zero Op asks nothing, and [Compile] refuses it.
type Op uint8

// The operators. The comment names the builder, and the fields of [Condition] that the operator reads.
const (
	_              Op = iota
	OpAll             // All: Of
	OpAny             // Any: Of
	OpNot             // Not: Of, exactly one
	OpAtLeast         // AtLeast: N, Of
	OpIn              // Field(...).In and Equals: Field, Values, FoldCase
	OpContains        // Field(...).Contains: Field, Values (strings), FoldCase, Every
	OpPrefix          // Field(...).Prefix: Field, Values (strings), FoldCase, Every
	OpSuffix          // Field(...).Suffix: Field, Values (strings), FoldCase, Every
	OpGlob            // Field(...).Glob: Field, Values (strings), FoldCase, Every
	OpRegexp          // Field(...).Regexp: Field, Values (strings), FoldCase, Every
	OpCIDR            // Field(...).CIDR: Field, Values (strings)
	OpLessThan        // Field(...).LessThan: Field, Values (one number)
	OpAtMost          // Field(...).AtMost: Field, Values (one number)
	OpGreaterThan     // Field(...).GreaterThan: Field, Values (one number)
	OpNotLessThan     // Field(...).AtLeast: Field, Values (one number)
	OpExists          // Field(...).Exists: Field
	OpEmpty           // Field(...).Empty: Field
	OpBefore          // Field(...).Before: Field, Values (one time.Time)
	OpAfter           // Field(...).After: Field, Values (one time.Time)
	OpPrivate         // Field(...).Private: Field
	OpLength          // Field(...).Length: Field, Values (two ints)
	OpCount           // Field(...).Count: Field, Values (two ints)
	OpEqualsField     // Field(...).EqualsField: Field, Other, FoldCase
	OpDiffersField    // Field(...).DiffersFromField: Field, Other, FoldCase
	OpLessField       // Field(...).LessThanField: Field, Other
	OpGreaterField    // Field(...).GreaterThanField: Field, Other
	OpAnyOf           // Field(...).AnyOf: Field, Of, exactly one
	OpEach            // Field(...).Each: Field, Of, exactly one
	OpExt             // Ext, Func and FuncOn: Ext
)

// Condition is when a rule matches, as plain data: a tree that can be read, printed, rewritten and compiled. It is
// built with [Field], [All], [Any], [Not], [AtLeast], [Func], [FuncOn] and [Ext], or as a literal; nothing is checked before
// [Compile], which also copies it. A Condition must not be changed while somebody else reads it.
type Condition struct {
	Op Op
	// Field is the path that is read, as [parse.Fields] describes it.
	Field string
	// Entity tells that Field is no path, but the name of an entity. See the function Entity.
	Entity bool
	// Values are what the field is compared with; one of them has to fit.
	Values []any
	// FoldCase makes text the same that differs in case only.
	FoldCase bool
	// Every asks for all of Values instead of one.
	Every bool
	// Other is the path of the field that Field is compared with.
	Other string
	// Of are the conditions that this one is made of.
	Of []Condition
	// N is how many of Of have to hold.
	N int
	// Ext is what this package does not know.
	Ext Extension
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
// where these did not decide. What it reads is not in [Set.Fields]; where that matters, use [FuncOn].
func Func(f func(*parse.Record) bool) Condition { return Condition{Op: OpExt, Ext: plainFunc(f)} }

// FuncOn holds if f returns true for the values of the fields, which it has by their place among paths. They are picked
// out together with those of all rules, so that a function of this kind costs less than a [Func], and is called where it
// stands, not last. f must be pure, quick and safe for concurrent use, and keeps nothing of the values.
func FuncOn(f func(Values) bool, paths ...string) Condition {
	return Condition{Op: OpExt, Ext: fieldsFunc{f, slices.Clone(paths)}}
}

// Ext is a condition of another package.
func Ext(e Extension) Condition { return Condition{Op: OpExt, Ext: e} }

// Fold returns c with case ignored in Equals, In, Contains, Prefix, Suffix, Glob, Regexp, EqualsField and
// DiffersFromField, also in those that c is made of. Two characters are the same if Unicode's simple case folding makes them so, as in [strings.EqualFold].
func (c Condition) Fold() Condition { return c.fold(0) }

func (c Condition) fold(depth int) Condition {
	if c.Op.folds() {
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

// AllValues returns c, which is Contains, Prefix, Suffix, Glob or Regexp, asking for all of its values instead of one of
// them: Field("a").Contains("x", "y").AllValues() holds if one value of a has both in it.
func (c Condition) AllValues() Condition {
	c.Every = true
	return c
}

// isText tells whether the operator compares text, for which case may be ignored.
func (op Op) isText() bool { return op >= OpContains && op <= OpRegexp }

// isCompare tells whether the operator compares a number with one number.
func (op Op) isCompare() bool { return op >= OpLessThan && op <= OpNotLessThan }

// folds tells whether the operator can ignore case.
func (op Op) folds() bool {
	return op == OpIn || op.isText() || op == OpEqualsField || op == OpDiffersField
}

// isTime tells whether the operator compares a moment with one.
func (op Op) isTime() bool { return op == OpBefore || op == OpAfter }

// isOtherField tells whether the operator compares a field with another one.
func (op Op) isOtherField() bool { return op >= OpEqualsField && op <= OpGreaterField }

// isElements tells whether the operator asks about the elements of an array.
func (op Op) isElements() bool { return op == OpAnyOf || op == OpEach }

// isGroup tells whether the operator combines conditions.
func (op Op) isGroup() bool { return op >= OpAll && op <= OpAtLeast }
