package rule

import (
	"iter"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
)

// Extension is a condition of another package: a lookup table, a comparison of two fields.
type Extension interface {
	// Fields are the paths whose values Test is given; they are picked out together with those of all rules. nil
	// means that Test wants the record itself: it is then asked last, as [Func] is. Fields is asked once, by Compile.
	Fields() []string
	// Test tells whether the condition holds. v has the values of Fields, by their place in it. Test must be pure,
	// quick and safe for concurrent use: no I/O, hence no context. It keeps nothing of r and v. If it panics, the rule
	// fails on this record.
	Test(r *parse.Record, v Values) bool
	// String says in words what is asked, for people: `user in table "vips"`.
	String() string
}

// Values are the values of an [Extension]'s fields. They are valid during the call of Test.
type Values struct {
	all    parse.Values
	fields []int
}

// Get is the first value of field i of Fields; it is Missing where the record has none.
func (v Values) Get(i int) parse.Value { return v.all.Get(v.fields[i]) }

// All yields the values of field i of Fields, in the order of the record.
func (v Values) All(i int) iter.Seq[parse.Value] { return v.all.All(v.fields[i]) }

// plainFunc is the Extension behind Func.
type plainFunc func(*parse.Record) bool

func (f plainFunc) Fields() []string                    { return nil }
func (f plainFunc) Test(r *parse.Record, _ Values) bool { return f(r) }
func (f plainFunc) String() string                      { return "func" }

// fieldsFunc is the Extension behind FuncOn.
type fieldsFunc struct {
	f     func(Values) bool
	paths []string
}

func (f fieldsFunc) Fields() []string                    { return f.paths }
func (f fieldsFunc) Test(_ *parse.Record, v Values) bool { return f.f(v) }
func (f fieldsFunc) String() string                      { return "func(" + strings.Join(f.paths, ", ") + ")" }
