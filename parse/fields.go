package parse

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
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
	trie  *jsonwalk.Trie

	// base is the set that this one was made of by adding what a log type reads; its paths come first.
	base *Fields
	// derived holds the sets that were made of this one, by what was added.
	derived sync.Map
}

// CompileFields compiles paths, of which doubles count once. Its error names every path that is wrong.
func CompileFields(paths ...string) (*Fields, error) {
	f, err := compileFields(paths)
	if err != nil {
		return nil, fmt.Errorf("parse: fields: %w", err)
	}
	return f, nil
}

func compileFields(paths []string) (*Fields, error) {
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
	if f.trie = jsonwalk.Compile(f.names, arrayIndex); f.trie == nil {
		return nil, errors.New("more than 65,534 names below one")
	}
	return f, nil
}

var emptyTrie = jsonwalk.Compile(nil, arrayIndex)

func (f *Fields) walkTrie() *jsonwalk.Trie {
	if f == nil {
		return emptyTrie
	}
	return f.trie
}

// with is f and further paths, which are known to be right. Values of f can be read from a record that was parsed with it.
func (f *Fields) with(paths []string) (*Fields, error) {
	if len(paths) == 0 {
		return f, nil
	}
	if f == nil {
		return compileFields(paths)
	}
	key := strings.Join(paths, "\x00")
	if d, ok := f.derived.Load(key); ok {
		return d.(*Fields), nil
	}
	d, err := compileFields(append(slices.Clone(f.paths), paths...))
	if err != nil {
		return nil, err
	}
	d.base = f
	f.derived.Store(key, d)
	return d, nil
}

// holds tells whether a record that was parsed with f has the values of g.
func (f *Fields) holds(g *Fields) bool {
	for ; f != nil; f = f.base {
		if f == g {
			return true
		}
	}
	return false
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
type Values struct{ w *jsonwalk.Walker }

// Get is the first value of path i; Missing where there is none.
func (v Values) Get(i int) Value {
	if h, ok := v.w.First(i); ok {
		return v.at(h)
	}
	return Value{}
}

// All yields the values of path i, in the order of the record.
func (v Values) All(i int) iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for h, ok := v.w.First(i); ok; h, ok = v.w.Next(h) {
			if !yield(v.at(h)) {
				return
			}
		}
	}
}

// Len is how many values there are, of all paths together.
func (v Values) Len() int { return v.w.Len() }

// At is the n-th of all values, in the order of the record, and the place of its path. Where the record was parsed with more
// paths than those of the Fields that were picked, that place may be behind the last of them.
func (v Values) At(n int) (path int, value Value) { return v.w.Path(n), v.at(n) }

func (v Values) at(h int) Value {
	k, b := v.w.At(h)
	return Value{Kind(k), b}
}

// Picker holds the memory that picking a record's fields needs. The zero value is ready; it is used by one
// goroutine at a time and may be used again for another record.
type Picker struct{ w jsonwalk.Walker }

// Pick returns the values of a record for f. Where the record was parsed with f they are there already, else the
// record is walked. An error means that the record is no JSON; it is nil for records that a Parser yielded.
func (p *Picker) Pick(r *Record, f *Fields) (Values, error) {
	if r.walker != nil && r.fields.holds(f) {
		return Values{r.walker}, nil
	}
	raw := r.JSON()
	n, st := p.w.Walk(raw, f.walkTrie(), jsonwalk.MaxDepth, nil)
	switch {
	case st == jsonwalk.OK && n == len(raw), st == jsonwalk.Short && isNumber(raw):
		return Values{&p.w}, nil
	case st == jsonwalk.Deep:
		return Values{}, fmt.Errorf("parse: %w of %d", ErrTooDeep, jsonwalk.MaxDepth)
	}
	return Values{}, fmt.Errorf("parse: %w at byte %d of the record", ErrSyntax, n)
}

// isNumber tells of what a walk found to be the beginning of a value whether it is a whole number: only the end of the
// text tells that.
func isNumber(b []byte) bool {
	return len(b) > 0 && (b[0] == '-' || b[0]-'0' < 10) && b[len(b)-1]-'0' < 10
}
