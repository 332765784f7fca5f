package rule

import (
	"fmt"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
)

// forLogs checks the log types of a rule, and remembers whose fields it may read.
func (c *compiler) forLogs(logs []string) {
	c.logs, c.closed, c.unknown = logs, nil, false
	if len(c.Types) == 0 {
		return
	}
	var types []*parse.LogType
	if len(logs) == 0 {
		types = c.Types
	}
	unknown := false
	for _, log := range logs {
		t := c.logType(log)
		if types = append(types, t); t == nil {
			unknown, c.unknown = true, true
		}
	}
	for _, t := range types {
		if t == nil || t.Fields == nil {
			unknown = true
		}
	}
	if !unknown {
		c.closed = types
	}
}

// logType is the known type of a name; nil where there is none, which is reported.
func (c *compiler) logType(name string) *parse.LogType {
	names := make([]string, len(c.Types))
	for i, t := range c.Types {
		if t.Name == name {
			return t
		}
		names[i] = t.Name
	}
	if name != "" {
		c.problem(nil, fmt.Errorf("log type %q is unknown%s", name, didYouMean(name, names)))
	}
	return nil
}

// checkField reports a path of the record that none of the rule's log types has. what is whose path it is, where that is
// no condition.
func (c *compiler) checkField(of *Condition, what, path string) {
	if len(c.closed) == 0 || path == "" {
		return
	}
	var fields, types []string
	names := namesOf(path)
	for _, t := range c.closed {
		for _, f := range t.Fields {
			if fits(names, namesOf(f)) {
				return
			}
		}
		fields, types = append(fields, t.Fields...), append(types, t.Name)
	}
	err := fmt.Errorf("%s has no field %q%s", strings.Join(types, ", "), path, didYouMean(path, fields))
	if what != "" {
		err = fmt.Errorf("%s: %w", what, err)
	}
	c.problem(of, err)
}

// namesOf are the names of a path, without those that index an array.
func namesOf(path string) (names []string) {
	from := 0
	for i := 0; i <= len(path); i++ {
		switch {
		case i < len(path) && path[i] == '\\':
			i++
		case i == len(path) || path[i] == '.':
			if name := path[from:min(i, len(path))]; digits([]byte(name)) < len(name) {
				names = append(names, name)
			}
			from = i + 1
		}
	}
	return names
}

// fits tells whether a path is one that a closed type lists, or lies below or above one.
func fits(names, listed []string) bool {
	for i := range min(len(names), len(listed)) {
		if names[i] != listed[i] {
			return false
		}
	}
	return len(names) > 0
}

// didYouMean is a question about the name that is most like s; empty where none is like it.
func didYouMean(s string, names []string) string {
	best, least := "", max(2, len(s)/3)+1
	for _, name := range names {
		if d := distance(strings.ToLower(s), strings.ToLower(name), least); d < least {
			best, least = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// distance is how many bytes have to be put in, taken out or exchanged to make b of a, or any number not below limit where
// these are so many.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			d := before
			if a[i] != b[j] {
				d = 1 + min(before, row[j], row[j+1])
			}
			before, row[j+1] = row[j+1], d
		}
	}
	return row[len(b)]
}
