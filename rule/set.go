package rule

import (
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// Set is a compiled set of rules. It is immutable and safe for concurrent use; a nil *Set and the zero Set have no
// rules. A Set must not be copied.
type Set struct {
	rules  []compiled
	fields *parse.Fields
	paths  []string // of fields
	// entities are those that conditions ask for.
	entities []entity
	index    *index
	logs     map[string]struct{} // that rules are for
	anyLog   bool                // a rule is for all
	// enabled tells that there is a rule that is not disabled.
	enabled bool
	now     func() time.Time // by which exceptions expire
	pool    sync.Pool        // of *evaluation
}

// compiled is a rule and its condition as it is evaluated.
type compiled struct {
	Rule
	root node
	// except are the conditions of Exceptions. What follows is read of rules that hold, and of no others.
	except []node
	title  template
	extra  map[string]template
}

// Match yields the rules that hold for r, in the order in which Compile was given them. A [Match] is valid until the
// iterator advances. An error is a [*Error]: one rule could not be evaluated on this record, and the others go on; or,
// with an empty Rule, the record is no JSON, and no rule was evaluated. The Match beside it tells rule and record.
//
// Nothing is allocated for a record that no rule holds for.
func (s *Set) Match(r *parse.Record) iter.Seq2[Match, error] {
	return func(yield func(Match, error) bool) { s.match(r, yield, false) }
}

// MatchAll yields what Match does, and also the rules that hold but for an exception: their [Match] has it. It is for
// those who count.
func (s *Set) MatchAll(r *parse.Record) iter.Seq2[Match, error] {
	return func(yield func(Match, error) bool) { s.match(r, yield, true) }
}

func (s *Set) match(r *parse.Record, yield func(Match, error) bool, excepted bool) {
	log := r.Log()
	if s == nil || !s.asksFor(log) {
		return
	}
	e, err := s.begin(r)
	if err != nil {
		yield(Match{Record: r}, &Error{Err: err})
		return
	}
	e.found.begin(len(s.rules), s.fields.Len())
	s.index.find(e.values, &e.found)
	for _, i := range e.found.rules {
		c := &s.rules[i]
		if !c.isFor(log) {
			continue
		}
		ok, by, err := e.evaluate(c)
		if !ok && err == nil || by != nil && !excepted {
			continue
		}
		m := Match{Rule: &c.Rule, Record: r, Exception: by}
		if ok {
			m.set, m.compiled = s, c
		}
		if !yield(m, err) {
			break
		}
	}
	// A panic of the loop's body ends up with the caller; what it cost is one evaluation less in the pool.
	s.end(e)
}

// asksFor tells whether there is a rule for a type of log.
func (s *Set) asksFor(log string) bool {
	if s.anyLog || log == "" {
		return s.enabled
	}
	_, ok := s.logs[log]
	return ok
}

func (c *compiled) isFor(log string) bool {
	return len(c.Logs) == 0 || log == "" || slices.Contains(c.Logs, log)
}

// begin picks what the set reads out of r.
func (s *Set) begin(r *parse.Record) (*evaluation, error) {
	e, _ := s.pool.Get().(*evaluation)
	if e == nil {
		e = &evaluation{now: s.now, entities: s.entities, paths: s.paths}
	}
	values, err := e.picker.Pick(r, s.fields)
	if err != nil {
		s.end(e)
		return nil, err
	}
	e.record, e.values = r, values
	return e, nil
}

func (s *Set) end(e *evaluation) {
	for in := e; in != nil; in = in.inner {
		in.record, in.values, in.element = nil, parse.Values{}, parse.Value{}
	}
	s.pool.Put(e)
}

// Fields is what the set reads, except for what [Func] does: give it to the parser, and a record is walked once.
func (s *Set) Fields() *parse.Fields {
	if s == nil {
		return nil
	}
	return s.fields
}

// Len is the number of rules.
func (s *Set) Len() int {
	if s == nil {
		return 0
	}
	return len(s.rules)
}

// Rules yields the rules in the order in which Compile was given them. They must not be changed.
func (s *Set) Rules() iter.Seq[*Rule] {
	return func(yield func(*Rule) bool) {
		for i := range s.Len() {
			if !yield(&s.rules[i].Rule) {
				return
			}
		}
	}
}

// Current is the set itself, so that a Set can stand where a [Live] could.
func (s *Set) Current() *Set { return s }

// Live is a set that is exchanged while it is used. The zero Live has an empty one. It is safe for concurrent use and
// must not be copied.
type Live struct{ set atomic.Pointer[Set] }

// Store makes s the current set. Who is matching with the one before goes on with that.
func (l *Live) Store(s *Set) { l.set.Store(s) }

// Current is the set that was stored last; never nil.
func (l *Live) Current() *Set {
	if s := l.set.Load(); s != nil {
		return s
	}
	return &Set{}
}
