package rule

import (
	"iter"

	"github.com/streamalert/streamalert-go/parse"
)

// Set is a compiled set of rules. It is immutable and safe for concurrent use.
type Set struct{}

// Match yields the rules that hold for r. An error is a [*Error].
func (s *Set) Match(r *parse.Record) iter.Seq2[Match, error] { return nil }

// Fields is what the set reads.
func (s *Set) Fields() *parse.Fields { return nil }

type Condition struct{}
