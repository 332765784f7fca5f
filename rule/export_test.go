package rule

import (
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// CompileSloppy is Compile, but for conditions that can never hold.
func CompileSloppy(rules ...Rule) (*Set, error) { return CompileSloppyFor(nil, rules...) }

// CompileSloppyFor is CompileSloppy for rules that may know log types.
func CompileSloppyFor(types []*parse.LogType, rules ...Rule) (*Set, error) {
	c := compiler{Compiler: Compiler{Types: types, Now: time.Now}, sloppy: true}
	return c.set(rules)
}

// PlainMatches are the IDs of the rules that hold for a record, found without the index: each rule is evaluated as it
// stands. It is what the engine is held against.
func PlainMatches(s *Set, r *parse.Record) (ids []string) {
	e, err := s.begin(r)
	if err != nil {
		return nil
	}
	defer s.end(e)
	for i := range s.rules {
		c := &s.rules[i]
		if ok, by, err := e.evaluate(c); ok && by == nil && err == nil && !c.Disabled && c.isFor(r.Log()) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}
