package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
	"github.com/streamalert/streamalert-go/parse"
)

// Set is the schemas of a deployment. It is immutable and safe for concurrent use.
type Set struct {
	logs []*log // in the order in which they are asked
}

// Load reads the schemas of a deployment: fsys is its conf folder, with schemas/*.json or, in older ones, logs.json; or the
// schemas folder itself. A normalized_types.json beside them, of version 2, names the entities of the log types. A schema that is wrong, or stands in two files, is an error that names file, log and key; all of
// them are told at once.
func Load(fsys fs.FS) (*Set, error) {
	files, err := schemaFiles(fsys)
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	s := &Set{}
	var errs []error
	from := map[string]string{}
	for _, f := range files {
		b, err := fs.ReadFile(fsys, f)
		if err != nil {
			return nil, fmt.Errorf("schema: %w", err)
		}
		errs = append(errs, s.add(f, b, from)...)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	if err := s.addNormalizedTypes(fsys); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	s.sort()
	return s, nil
}

// schemaFiles are the names of the schema files, in their order.
func schemaFiles(fsys fs.FS) ([]string, error) {
	for _, pattern := range []string{"schemas/*.json", "logs.json", "*.json"} {
		files, err := fs.Glob(fsys, pattern)
		files = slices.DeleteFunc(files, func(f string) bool { return f == normalizedTypesFile })
		if err != nil || len(files) > 0 {
			return files, err
		}
	}
	return nil, errors.New("no schema file: neither schemas/*.json nor logs.json nor *.json")
}

// add adds the logs of a file; from tells which file a log is from.
func (s *Set) add(file string, b []byte, from map[string]string) (errs []error) {
	v, err := parseFile(b)
	if err != nil {
		return []error{fmt.Errorf("schema: %s: %w", file, err)}
	}
	for _, m := range dict(v) {
		l, err := compileLog(m.name, m.value)
		if other, ok := from[m.name]; ok {
			err = fmt.Errorf("it is in %s too", other)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("schema: %s: %s: %w", file, m.name, err))
			continue
		}
		from[m.name] = file
		s.logs = append(s.logs, l)
	}
	return errs
}

// parseFile is the object that a configuration file holds.
func parseFile(b []byte) (value, error) {
	v := value{b: bytes.TrimSpace(b)}
	switch {
	case !jsonwalk.Valid(v.b, maxFileDepth):
		return v, errors.New("it is no JSON, or nested too deep")
	case v.kind() != '{':
		return v, errNoObject
	}
	return v, nil
}

// maxFileDepth is how deep a configuration file may be nested.
const maxFileDepth = 64

// sort puts the logs in the order in which StreamAlert asks them: by priority, 0 first. One without a priority has the
// highest number that stands in the files up to it, -1 where there is none yet.
func (s *Set) sort() {
	highest := -1
	for _, l := range s.logs {
		highest = max(highest, l.priority)
		if l.priority == -1 {
			l.priority = highest
		}
	}
	slices.SortStableFunc(s.logs, func(a, b *log) int { return a.priority - b.priority })
}

// Types are the log types that the records of the set's parsers have, in the order in which their schemas are asked. Each is
// a parser of its own, too, which takes payloads as they stand in S3 objects. Their Fields are those of the schema; where it
// is empty, any. Their Entities are what normalization and normalized_types.json name, by StreamAlert's name and that of the
// Elastic Common Schema. They know no event time; set Time or TimeFunc of one before the first payload is parsed.
func (s *Set) Types() []*parse.LogType {
	all := make([]*parse.LogType, len(s.logs))
	for i, l := range s.logs {
		all[i] = l.kind
	}
	return all
}

// Parser is one over the logs with these names; over all logs where there is none. A name without a colon stands for all logs
// that begin with it and a colon, too, as in a cluster's data_sources. A name that is no log's is an error.
func (s *Set) Parser(names ...string) (*Parser, error) {
	if len(names) == 0 {
		return &Parser{logs: s.logs}, nil
	}
	p := &Parser{}
	unknown := slices.Clone(names)
	for _, l := range s.logs {
		family, _, _ := strings.Cut(l.name, ":")
		if slices.Contains(names, l.name) || slices.Contains(names, family) {
			p.logs = append(p.logs, l)
			unknown = slices.DeleteFunc(unknown, func(n string) bool { return n == l.name || n == family })
		}
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("schema: no log is named %q", unknown)
	}
	return p, nil
}
