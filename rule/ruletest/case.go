package ruletest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// testCase is one case of a file.
type testCase struct {
	file        string
	name        string
	description string
	log         string
	now         time.Time // zero: the clock is not touched
	records     []*parse.Record
	want        []string
	parseOnly   bool // no rule is asked
}

// format is how cases are written.
type format struct {
	// read reads one file, and tells everything that is wrong with it.
	read func(path string, b []byte) ([]testCase, []error)
	skip string // folders of this name have other files
}

// own is the format of this package.
func own() format { return format{read: readFile} }

// readDir reads the cases of a folder, and tells everything that is wrong with them; a case that is wrong is left out.
func (f format) readDir(dir string, set *rule.Set) ([]testCase, []error) {
	files, err := jsonFiles(dir)
	if err != nil {
		return nil, []error{err}
	}
	var cases []testCase
	var errs []error
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		got, wrong := f.read(path, b)
		cases, errs = append(cases, got...), append(errs, wrong...)
	}
	if len(cases) == 0 && len(errs) == 0 {
		return nil, []error{fmt.Errorf("%s: no cases: no *.json file has any", dir)}
	}
	cases, wrong := check(cases, set)
	return cases, append(errs, wrong...)
}

func jsonFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	var files []string
	for _, e := range entries {
		if !e.IsDir() && filepath.Ext(e.Name()) == ".json" {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files, err
}

// readTree reads the cases of a folder and of all folders below it, which need not each have some.
func (f format) readTree(root string, set *rule.Set) ([]testCase, []error) {
	var cases []testCase
	var errs []error
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case f.skip != "" && d.Name() == f.skip:
			return fs.SkipDir
		}
		if files, err := jsonFiles(path); err != nil || len(files) == 0 {
			return err
		}
		got, wrong := f.readDir(path, set)
		cases, errs = append(cases, got...), append(errs, wrong...)
		return nil
	})
	switch {
	case err != nil:
		errs = append(errs, err)
	case len(cases) == 0 && len(errs) == 0:
		errs = append(errs, fmt.Errorf("%s: no cases: no *.json file there or below has any", root))
	}
	return cases, errs
}

// check leaves out the cases that do not stand by themselves or do not fit the set.
func check(cases []testCase, set *rule.Set) ([]testCase, []error) {
	rules := map[string]bool{}
	for r := range set.Rules() {
		rules[r.ID] = true
	}
	first := map[string]string{}
	var good []testCase
	var errs []error
next:
	for _, c := range cases {
		if file, ok := first[c.name]; ok {
			errs = append(errs, fmt.Errorf("%s: %s: the name is also that of a case in %s", c.file, c.name, filepath.Base(file)))
			continue
		}
		first[c.name] = c.file
		for _, id := range c.want {
			if !rules[id] {
				errs = append(errs, fmt.Errorf("%s: %s: the set has no rule %q", c.file, c.name, id))
				continue next
			}
		}
		good = append(good, c)
	}
	return good, errs
}

// readFile reads one case, or a list of them.
func readFile(path string, b []byte) ([]testCase, []error) {
	list, err := elements(b)
	if err != nil {
		return nil, []error{fmt.Errorf("%s: %w", path, err)}
	}
	var cases []testCase
	var errs []error
	for i, raw := range list.elements {
		name, where := "", fmt.Sprintf("case %d: ", i+1)
		if list.single {
			name, where = strings.TrimSuffix(filepath.Base(path), ".json"), ""
		}
		c, err := readCase(raw, name)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %s%w", path, where, err))
			continue
		}
		c.file = path
		cases = append(cases, c)
	}
	return cases, errs
}

// list is what a file holds.
type list struct {
	elements []json.RawMessage
	single   bool // it is no list, but one case
}

// elements are those of the list that a file is, or what the file is itself.
func elements(b []byte) (list, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	var whole json.RawMessage
	if err := dec.Decode(&whole); err != nil {
		return list{}, syntaxError(b, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return list{}, errors.New("more than one JSON text; several cases are a list")
	}
	if whole[0] != '[' {
		return list{[]json.RawMessage{whole}, true}, nil
	}
	var l list
	err := json.Unmarshal(whole, &l.elements)
	return l, err
}

// syntaxError says where the error is as an editor does.
func syntaxError(b []byte, err error) error {
	var syntax *json.SyntaxError
	switch {
	case err == io.EOF:
		return errors.New("file is empty")
	case !errors.As(err, &syntax):
		return err
	}
	before := b[:min(int(syntax.Offset), len(b))]
	return fmt.Errorf("line %d: %w", 1+bytes.Count(before, []byte("\n")), err)
}

func readCase(raw json.RawMessage, name string) (testCase, error) {
	parts, err := members(raw)
	if err != nil {
		return testCase{}, err
	}
	c := testCase{name: name}
	var records []json.RawMessage
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		v := parts[key]
		switch key {
		case "name":
			err = read(v, &c.name)
		case "description":
			err = read(v, &c.description)
		case "log":
			err = read(v, &c.log)
		case "now":
			c.now, err = readTime(v)
		case "record":
			records = []json.RawMessage{v}
		case "records":
			err = read(v, &records)
		case "want":
			err = read(v, &c.want)
		default:
			return testCase{}, fmt.Errorf("%q is no part of a case", key)
		}
		if err != nil {
			return testCase{}, fmt.Errorf("%s: %w", key, err)
		}
	}
	return c, c.complete(parts, records)
}

// complete takes the records, and tells what a case lacks.
func (c *testCase) complete(parts map[string]json.RawMessage, records []json.RawMessage) error {
	_, one := parts["record"]
	_, several := parts["records"]
	_, log := parts["log"]
	switch {
	case c.name == "":
		return errors.New("no name")
	case log && c.log == "":
		return fmt.Errorf("%s: log is empty", c.name)
	case one && several:
		return fmt.Errorf("%s: both record and records", c.name)
	case len(records) == 0:
		return fmt.Errorf("%s: no record and no records", c.name)
	case parts["want"] == nil:
		return fmt.Errorf("%s: no want; where nothing may match, it is []", c.name)
	}
	for _, r := range records {
		if r[0] != '{' {
			return fmt.Errorf("%s: a record is no object", c.name)
		}
		c.records = append(c.records, parse.JSONRecord(r))
	}
	return nil
}

// The clock of a case starts at epoch, and can be set to any later time that is a [time.Duration] away.
var (
	epoch    = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	doomsday = time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)
)

func readTime(raw json.RawMessage) (time.Time, error) {
	var t time.Time
	if err := read(raw, &t); err != nil {
		return time.Time{}, err
	}
	if t.Before(epoch) || t.After(doomsday) {
		return time.Time{}, errors.New("is not within the years 2000 to 2261")
	}
	return t, nil
}

// read reads a value that must not be null.
func read(raw json.RawMessage, v any) error {
	if string(raw) == "null" {
		return errors.New("is null")
	}
	return json.Unmarshal(raw, v)
}

// members are the members of an object. Unlike package json it does not take one key for another that differs in case,
// nor the last of two that are the same.
func members(raw json.RawMessage) (map[string]json.RawMessage, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil, errors.New("is no object")
	}
	parts := map[string]json.RawMessage{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var v json.RawMessage
		if err := dec.Decode(&v); err != nil {
			return nil, err
		}
		name, _ := key.(string)
		if _, twice := parts[name]; twice {
			return nil, fmt.Errorf("%q is there twice", name)
		}
		parts[name] = v
	}
	return parts, nil
}
