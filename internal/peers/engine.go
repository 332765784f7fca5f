package peers

import (
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// Engine is one way to find out which rules hold for a record.
type Engine struct {
	Name string
	// Compile translates rules into what the engine evaluates. It refuses what it has no equivalent for.
	Compile func([]rule.Rule) (Match, error)
}

// Match calls found for each rule that holds for a record of JSON, with the rule's place among those that were compiled,
// in their order. It keeps nothing of the record, and is used by one goroutine at a time.
type Match func(record []byte, found func(rule int)) error

// Engines are all engines, this library's first.
func Engines() []Engine {
	return []Engine{
		{"streamalert-go", compileOurs},
		{"map loop", compileLoop},
		{"expr", compileExpr},
		{"cel-go", compileCEL},
		{"gjson", compileGJSON},
		{"sigma-go", compileSigma},
	}
}

func compileOurs(rules []rule.Rule) (Match, error) {
	set, err := rule.Compile(rules...)
	if err != nil {
		return nil, err
	}
	places := make(map[string]int, len(rules))
	for i := range rules {
		places[rules[i].ID] = i
	}
	return func(record []byte, found func(int)) error {
		for m, err := range set.Match(parse.JSONRecord(record)) {
			if err != nil {
				return err
			}
			found(places[m.Rule.ID])
		}
		return nil
	}, nil
}

// path is where a value stands in a decoded record. It does not pass through arrays, as a [rule.Field] does: on no path
// of the rules that are measured is there one.
type path []string

// in is the value; ok is false where there is none.
func (p path) in(record map[string]any) (v any, ok bool) {
	for _, name := range p[:len(p)-1] {
		if record, ok = record[name].(map[string]any); !ok {
			return nil, false
		}
	}
	v, ok = record[p[len(p)-1]]
	return v, ok
}

func decode(record []byte) (map[string]any, error) {
	var m map[string]any
	err := json.Unmarshal(record, &m)
	return m, err
}

// untranslated is a condition that an engine has no equivalent for, or none that was needed.
func untranslated(c rule.Condition) error { return fmt.Errorf("%v is not translated", c) }

// eachRule compiles rules one by one.
func eachRule[T any](rules []rule.Rule, compile func(rule.Condition) (T, error)) ([]T, error) {
	all := make([]T, len(rules))
	for i := range rules {
		err := checkFields(rules[i].When)
		if err == nil {
			all[i], err = compile(rules[i].When)
		}
		if err != nil {
			return nil, fmt.Errorf("peers: rule %s: %w", rules[i].ID, err)
		}
	}
	return all, nil
}

// checkFields refuses fields whose paths would have to be quoted, for which each engine has a way of its own.
func checkFields(c rule.Condition) error {
	for _, of := range c.Of {
		if err := checkFields(of); err != nil {
			return err
		}
	}
	if len(c.Of) == 0 && !plainPath.MatchString(c.Field) {
		return untranslated(c)
	}
	return nil
}

var plainPath = regexp.MustCompile(`^[A-Za-z]+(\.[A-Za-z]+)*$`)
