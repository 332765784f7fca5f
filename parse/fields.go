package parse

import (
	"errors"
	"iter"
	"slices"
)

// Fields is a compiled set of field paths: what somebody downstream will read. It is immutable and safe for
// concurrent use; a nil *Fields has no paths.
//
// A path is names joined by dots, with a backslash before a character that is to be an ordinary one (`\.`, `\@`).
// A name of digits indexes an array; every other name passes through arrays, so that a.b over
// {"a":[{"b":1},{"b":2}]} has two values. Where a path ends at an array, the array is its first value and the
// elements are the next ones. Of duplicate keys the first counts.
type Fields struct {
	paths []string
	names [][]string
	index map[string]int
}

// CompileFields compiles paths, of which doubles count once. Its error names every path that is wrong.
func CompileFields(paths ...string) (*Fields, error) {
	f := &Fields{index: make(map[string]int, len(paths))}
	var errs []error
	for _, p := range paths {
		if _, ok := f.index[p]; ok {
			continue
		}
		names, err := splitPath(p)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		f.index[p] = len(f.paths)
		f.paths = append(f.paths, p)
		f.names = append(f.names, names)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return f, nil
}

// Len is the number of paths.
func (f *Fields) Len() int {
	if f == nil {
		return 0
	}
	return len(f.paths)
}

// Paths are the paths, in the order in which they were first given.
func (f *Fields) Paths() []string {
	if f == nil {
		return nil
	}
	return slices.Clone(f.paths)
}

// Index is the place of a path among the paths, for [Values].
func (f *Fields) Index(path string) (int, bool) {
	if f == nil {
		return 0, false
	}
	i, ok := f.index[path]
	return i, ok
}

// Values are the values that a record has for the paths of a Fields, by their place in it. They are valid as long as
// the record and the [Picker] that they come from.
type Values struct {
	all [][]Value // TEMPORARY until the walk stands
}

// Get is the first value of path i; Missing where there is none.
func (v Values) Get(i int) Value {
	if len(v.all[i]) == 0 {
		return Value{}
	}
	return v.all[i][0]
}

// All yields the values of path i, in the order of the record.
func (v Values) All(i int) iter.Seq[Value] { return slices.Values(v.all[i]) }

// Picker holds the memory that picking a record's fields needs. The zero value is ready; it is used by one
// goroutine at a time and may be used again for another record.
type Picker struct{}

// Pick returns the values of a record for f. Where the record was parsed with f they are there already, else the
// record is walked. An error means that the record is no JSON; it is nil for records that a Parser yielded.
func (p *Picker) Pick(r *Record, f *Fields) (Values, error) {
	v := Values{all: make([][]Value, f.Len())}
	for i := range v.all {
		v.all[i] = slices.Collect(lookup(r.raw, f.names[i]))
	}
	return v, nil
}
