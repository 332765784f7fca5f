package peers

import (
	"context"
	"fmt"
	"strings"

	"github.com/bradleyjkemp/sigma-go"
	"github.com/bradleyjkemp/sigma-go/evaluator"

	"github.com/streamalert/streamalert-go/rule"
)

// compileSigma makes an evaluator of sigma-go of each rule, once. It is given fields in a flat map, since its JSONPath, which
// it parses again for every field of every rule, takes twice as long; and told that case counts, which spares it changing
// all text to lower case. Its bundle of many rules takes twice as long too: it evaluates them one by one as well, and
// copies each rule into its results.
//
// Equality in Sigma ignores case nevertheless. No value that is measured differs from one in a rule in case alone.
func compileSigma(rules []rule.Rule) (Match, error) {
	fields := map[string]path{}
	all, err := eachRule(rules, func(c rule.Condition) (*evaluator.RuleEvaluator, error) {
		s := sigmaRule{fields: fields, searches: map[string]sigma.Search{}}
		search, err := s.expression(c)
		return evaluator.ForRule(sigma.Rule{Detection: sigma.Detection{
			Searches: s.searches, Conditions: sigma.Conditions{{Search: search}},
		}}, evaluator.CaseSensitive), err
	})
	if err != nil {
		return nil, err
	}
	event := make(map[string]any, len(fields))
	ctx := context.Background()
	return func(record []byte, found func(int)) error {
		m, err := decode(record)
		if err != nil {
			return err
		}
		clear(event)
		for name, p := range fields {
			if v, ok := p.in(m); ok {
				event[name] = sigmaValue(v)
			}
		}
		for i, e := range all {
			result, err := e.Matches(ctx, event)
			if err != nil {
				return err
			}
			if result.Match {
				found(i)
			}
		}
		return nil
	}, nil
}

// sigmaValue keeps null apart from a field that is missing, which sigma-go does not.
func sigmaValue(v any) any {
	if v == nil {
		return struct{}{}
	}
	return v
}

// sigmaRule is a rule on its way to Sigma. Each of its searches is evaluated for every record, and ends early inside: so
// as much as possible goes into one.
type sigmaRule struct {
	searches map[string]sigma.Search
	fields   map[string]path
}

func (s *sigmaRule) expression(c rule.Condition) (sigma.SearchExpr, error) {
	switch c.Op {
	case rule.OpAll:
		of, err := s.group(c.Of, func(m []sigma.FieldMatcher) []sigma.EventMatcher { return []sigma.EventMatcher{m} })
		return sigma.And(of), err
	case rule.OpAny:
		of, err := s.group(c.Of, func(m []sigma.FieldMatcher) (alone []sigma.EventMatcher) {
			for _, one := range m {
				alone = append(alone, sigma.EventMatcher{one})
			}
			return alone
		})
		return sigma.Or(of), err
	case rule.OpNot:
		of, err := s.expression(c.Of[0])
		return sigma.Not{Expr: of}, err
	case rule.OpExists:
		return sigma.Not{Expr: s.search(sigma.EventMatcher{s.missing(c)})}, nil
	}
	m, err := s.matcher(c)
	return s.search(sigma.EventMatcher{m}), err
}

// group makes one search of the conditions that a search can have, and leaves the others as they are.
func (s *sigmaRule) group(of []rule.Condition, one func([]sigma.FieldMatcher) []sigma.EventMatcher) ([]sigma.SearchExpr, error) {
	var matchers []sigma.FieldMatcher
	var all []sigma.SearchExpr
	for _, c := range of {
		if c.Op == rule.OpNot && c.Of[0].Op == rule.OpExists {
			matchers = append(matchers, s.missing(c.Of[0]))
			continue
		}
		switch c.Op {
		case rule.OpAll, rule.OpAny, rule.OpNot, rule.OpExists:
			e, err := s.expression(c)
			if err != nil {
				return nil, err
			}
			all = append(all, e)
		default:
			m, err := s.matcher(c)
			if err != nil {
				return nil, err
			}
			matchers = append(matchers, m)
		}
	}
	if len(matchers) > 0 {
		all = append(all, s.search(one(matchers)...))
	}
	return all, nil
}

func (s *sigmaRule) search(of ...sigma.EventMatcher) sigma.SearchExpr {
	name := fmt.Sprintf("search%d", len(s.searches))
	s.searches[name] = sigma.Search{EventMatchers: of}
	return sigma.SearchIdentifier{Name: name}
}

// missing is a matcher for a field that is not there.
func (s *sigmaRule) missing(c rule.Condition) sigma.FieldMatcher {
	s.fields[c.Field] = strings.Split(c.Field, ".")
	return sigma.FieldMatcher{Field: c.Field, Values: []any{"null"}}
}

func (s *sigmaRule) matcher(c rule.Condition) (sigma.FieldMatcher, error) {
	s.fields[c.Field] = strings.Split(c.Field, ".")
	modifiers, ok := map[rule.Op][]string{
		rule.OpIn: nil, rule.OpContains: {"contains"}, rule.OpPrefix: {"startswith"}, rule.OpRegexp: {"re"}, rule.OpCIDR: {"cidr"}, rule.OpGreaterThan: {"gt"},
	}[c.Op]
	m := sigma.FieldMatcher{Field: c.Field, Modifiers: modifiers, Values: c.Values}
	if !ok || c.FoldCase {
		return m, untranslated(c)
	}
	if _, whole := c.Values[0].(int); whole && c.Op == rule.OpGreaterThan {
		return m, nil
	}
	values, err := texts(c)
	if err != nil {
		return m, err
	}
	for _, v := range values {
		if v == "null" || strings.HasPrefix(v, "%") {
			return m, untranslated(c)
		}
	}
	return m, nil
}
