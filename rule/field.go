package rule

import "time"

// FieldRef is a field of the record, of which a condition can be made. The condition holds if it holds for one of the
// field's values; for a field that is missing none holds.
type FieldRef struct {
	path   string
	entity bool // path is the name of one
}

// Field names a field by its path, "userIdentity.type". See [parse.Fields] for what a path is.
func Field(path string) FieldRef { return FieldRef{path: path} }

// Equals holds if the field is v: a string, a number, a bool, or nil for null. "22" and 22 are different.
func (f FieldRef) Equals(v any) Condition {
	return Condition{Op: OpIn, Field: f.path, Entity: f.entity, Values: []any{v}}
}

// In holds if the field equals one of v, which may be of different types.
func (f FieldRef) In(v ...any) Condition {
	return Condition{Op: OpIn, Field: f.path, Entity: f.entity, Values: v}
}

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
func (f FieldRef) Exists() Condition { return Condition{Op: OpExists, Field: f.path, Entity: f.entity} }

// Missing holds if the field is not there. It is Not of Exists.
func (f FieldRef) Missing() Condition { return Not(f.Exists()) }

// Null holds if the field is null. It is Equals(nil).
func (f FieldRef) Null() Condition { return f.Equals(nil) }

// Empty holds if the field is "", an array without elements or an object without members. null is not empty.
func (f FieldRef) Empty() Condition { return Condition{Op: OpEmpty, Field: f.path, Entity: f.entity} }

// Before holds if the field is a moment before t: a string as RFC 3339 writes it, with any offset and with or
// without decimals, of which nine count, or a number of seconds since 1970, with or without decimals. A number of 1e11 or more is one of milliseconds, of
// 1e14 or more of microseconds, of 1e17 or more of nanoseconds. A string that holds a number is no moment.
func (f FieldRef) Before(t time.Time) Condition { return f.compare(OpBefore, t) }

// After holds if the field is a moment after t, see Before.
func (f FieldRef) After(t time.Time) Condition { return f.compare(OpAfter, t) }

// Private holds if the field is a string that is an IP address which is not routed in the internet: of a private network
// (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7), of the machine itself (127.0.0.0/8, ::1) or of the link
// (169.254.0.0/16, fe80::/10). It reads addresses as CIDR does.
func (f FieldRef) Private() Condition {
	return Condition{Op: OpPrivate, Field: f.path, Entity: f.entity}
}

// Length holds if the field is a string of least to most characters; [math.MaxInt] for most is no limit. A byte that is no
// UTF-8 is one character.
func (f FieldRef) Length(least, most int) Condition {
	return Condition{Op: OpLength, Field: f.path, Entity: f.entity, Values: []any{least, most}}
}

// Count holds if the field is an array of least to most elements, or an object of so many members; [math.MaxInt] for most
// is no limit.
func (f FieldRef) Count(least, most int) Condition {
	return Condition{Op: OpCount, Field: f.path, Entity: f.entity, Values: []any{least, most}}
}

// EqualsField holds if the field and the one at path are the same, in the sense of Equals. If they have several values,
// one of the one has to be one of the other. What is missing, an object or an array equals nothing.
func (f FieldRef) EqualsField(path string) Condition { return f.other(OpEqualsField, path) }

// DiffersFromField holds if both fields are there and differ. If they have several values, one of the field's has to be
// none of those at path. Objects and arrays do not count.
func (f FieldRef) DiffersFromField(path string) Condition { return f.other(OpDiffersField, path) }

// LessThanField holds if the field is a number below the number at path; of several, one below one of them.
func (f FieldRef) LessThanField(path string) Condition { return f.other(OpLessField, path) }

// GreaterThanField holds if the field is a number above the number at path; of several, one above one of them.
func (f FieldRef) GreaterThanField(path string) Condition { return f.other(OpGreaterField, path) }

// AnyOf holds if all of c hold for one and the same element of the array that the field is. The paths in c are those within
// the element, and [Element] is the element itself. Where the field has no array, it is its own element, and
// elements that are arrays are passed through, as everywhere. A Func in c is given the whole record.
func (f FieldRef) AnyOf(c ...Condition) Condition { return f.elements(OpAnyOf, c) }

// Each holds if the array that the field is has elements, and all of c hold for each of them. See AnyOf.
func (f FieldRef) Each(c ...Condition) Condition { return f.elements(OpEach, c) }

// Element is the element at hand, within [FieldRef.AnyOf] and [FieldRef.Each].
func Element() FieldRef { return FieldRef{} }

func (f FieldRef) text(op Op, s []string) Condition {
	c := Condition{Op: op, Field: f.path, Entity: f.entity, Values: make([]any, len(s))}
	for i, v := range s {
		c.Values[i] = v
	}
	return c
}

func (f FieldRef) compare(op Op, v any) Condition {
	return Condition{Op: op, Field: f.path, Entity: f.entity, Values: []any{v}}
}

func (f FieldRef) other(op Op, path string) Condition {
	return Condition{Op: op, Field: f.path, Entity: f.entity, Other: path}
}

func (f FieldRef) elements(op Op, c []Condition) Condition {
	if len(c) != 1 {
		c = []Condition{All(c...)}
	}
	return Condition{Op: op, Field: f.path, Entity: f.entity, Of: c}
}
