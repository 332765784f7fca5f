package rule

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
)

// Entity names something that has one name in all log types, "source.ip": [parse.Entities] are the well-known ones. What is
// said of it is said of the fields that hold it in the record's log type, so that one rule is for many types:
//
//	rule.Entity("source.ip").CIDR("198.51.100.0/24")
//
// asks for sourceIPAddress of a CloudTrail event, and for srcaddr of a VPC flow. An entity has the values of all fields that
// the type has it in, as if they were those of one field. It has none in a type that does not know it, where only Not and
// Missing hold. As everywhere, nothing is converted: a port is a number in one type and a text in another, and In(22, "22")
// asks for both.
//
// Compile has to know the log types for that: use [Compiler] with Types. Of a record without a log type the entity is in the
// fields of all types that the rule is for; of one whose type the Compiler did not know, in none. Within
// [FieldRef.AnyOf] and [FieldRef.Each] there are no entities, but these can be asked of one.
func Entity(name string) FieldRef { return FieldRef{path: name, entity: true} }

// errNoTypes is why an entity is refused where Compile knows no log types.
var errNoTypes = errors.New("an entity is what log types say it is, and the Compiler's Types are empty: give it those that the rules are for")

// firstEntity is the field of a condition on the set's first entity; the numbers below it are further ones.
const firstEntity = -3

// entity are the places of its fields among those of the set by the name of the log type, in the order of trust; under "" those
// of all types.
type entity map[string][]int

// entity sets the field that stands for an entity, and the places that this can have.
func (c *compiler) entity(of *Condition, n *node) {
	n.field = -1
	switch {
	case c.scope.outer != nil:
		c.problem(of, errors.New("an entity is one of the record, and not of an element"))
		return
	case of.Field == "":
		c.problem(of, errors.New("entity has no name"))
		return
	case len(c.Types) == 0:
		c.problem(of, errNoTypes)
		return
	}
	id := strings.Join(append([]string{of.Field}, c.logs...), "\x00")
	i, ok := c.entityIDs[id]
	if !ok {
		e := c.newEntity(of)
		if len(e) == 0 {
			return
		}
		i = len(c.entities)
		c.entities, c.entityIDs[id] = append(c.entities, e), i
	}
	n.field, n.keys, n.atOnce = firstEntity-i, c.entities[i][""], c.entities[i].widest()
}

// newEntity enters the fields of an entity among the set's. It is empty where there is a problem.
func (c *compiler) newEntity(of *Condition) entity {
	e := entity{}
	known := map[string]bool{}
	for _, t := range c.Types {
		if len(c.logs) > 0 && !slices.Contains(c.logs, t.Name) {
			continue
		}
		for name, paths := range t.Entities {
			known[name] = known[name] || len(paths) > 0
		}
		for _, path := range t.Entities[of.Field] {
			if _, err := parse.CompileFields(path); err != nil {
				c.problem(of, fmt.Errorf("log type %s: %w", t.Name, err))
				return nil
			}
			place := c.scope.add(path)
			for _, log := range []string{t.Name, ""} {
				if !slices.Contains(e[log], place) {
					e[log] = append(e[log], place)
				}
			}
		}
	}
	if len(e) > 0 || c.unknown {
		return e
	}
	who := "no log type has an entity"
	if len(c.logs) > 0 {
		who = strings.Join(c.logs, ", ") + " has no entity"
	}
	maps.DeleteFunc(known, func(_ string, has bool) bool { return !has })
	c.problem(of, fmt.Errorf("%s %q%s", who, of.Field, didYouMean(of.Field, slices.Sorted(maps.Keys(known)))))
	return nil
}

// widest is how many fields the entity has in one log type at most.
func (e entity) widest() (n int) {
	for log, places := range e {
		if log != "" {
			n = max(n, len(places))
		}
	}
	return n
}

// isEntity tells whether a field stands for an entity.
func isEntity(field int) bool { return field <= firstEntity }

// places are those of an entity in the record at hand.
func (e *evaluation) places(field int) []int { return e.entities[firstEntity-field][e.record.Log()] }

// entityHolds tells whether a condition on an entity holds, and for which value.
func (e *evaluation) entityHolds(n *node) (parse.Value, bool) {
	for _, place := range e.places(n.field) {
		for v := range e.values.All(place) {
			if n.holdsFor(v) {
				return v, true
			}
		}
	}
	return parse.Value{}, false
}

// eachOf yields the values of an entity.
func (e *evaluation) eachOf(field int, yield func(parse.Value) bool) {
	for _, place := range e.places(field) {
		for v := range e.values.All(place) {
			if !yield(v) {
				return
			}
		}
	}
}

// pathOf is the field of an entity that has a value: the first, which is the most trusted. It is empty where none has it.
func (e *evaluation) pathOf(field int, v parse.Value) string {
	for _, place := range e.places(field) {
		for has := range e.values.All(place) {
			if has.Kind() == v.Kind() && bytes.Equal(has.Bytes(), v.Bytes()) {
				return e.paths[place]
			}
		}
	}
	return ""
}

// pathsOf are the fields of an entity in the record's log type, for people.
func (e *evaluation) pathsOf(field int) string {
	var paths []string
	for _, place := range e.places(field) {
		paths = append(paths, e.paths[place])
	}
	return strings.Join(paths, ", ")
}
