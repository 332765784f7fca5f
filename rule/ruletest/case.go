package ruletest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/streamalert/streamalert-go/rule"
)

// testCase is one case of a file.
type testCase struct {
	file    string
	name    string
	log     string
	records []json.RawMessage
	want    []string
}

// readDir reads the cases of a folder, and tells everything that is wrong with them; a case that is wrong is left out.
func readDir(dir string, set *rule.Set) ([]testCase, []error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, []error{err}
	}
	var cases []testCase
	var errs []error
	for _, f := range files {
		if f.IsDir() || filepath.Ext(f.Name()) != ".json" {
			continue
		}
		path := filepath.Join(dir, f.Name())
		b, err := os.ReadFile(path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		got, wrong := readFile(path, b)
		cases, errs = append(cases, got...), append(errs, wrong...)
	}
	if len(cases) == 0 && len(errs) == 0 {
		return nil, []error{fmt.Errorf("%s: no cases: no *.json file has any", dir)}
	}
	cases, wrong := check(cases, set)
	return cases, append(errs, wrong...)
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
	dec := json.NewDecoder(bytes.NewReader(b))
	var whole json.RawMessage
	if err := dec.Decode(&whole); err != nil {
		return nil, []error{fmt.Errorf("%s: %w", path, syntaxError(b, err))}
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, []error{fmt.Errorf("%s: more than one JSON text; several cases are a list", path)}
	}
	if whole[0] != '[' {
		c, err := readCase(whole, strings.TrimSuffix(filepath.Base(path), ".json"))
		if err != nil {
			return nil, []error{fmt.Errorf("%s: %w", path, err)}
		}
		c.file = path
		return []testCase{c}, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(whole, &list); err != nil {
		return nil, []error{fmt.Errorf("%s: %w", path, err)}
	}
	var cases []testCase
	var errs []error
	for i, raw := range list {
		c, err := readCase(raw, "")
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: case %d: %w", path, i+1, err))
			continue
		}
		c.file = path
		cases = append(cases, c)
	}
	return cases, errs
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
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		v := parts[key]
		switch key {
		case "name":
			err = read(v, &c.name)
		case "log":
			err = read(v, &c.log)
		case "record":
			c.records = []json.RawMessage{v}
		case "records":
			err = read(v, &c.records)
		case "want":
			err = read(v, &c.want)
		default:
			return testCase{}, fmt.Errorf("%q is no part of a case", key)
		}
		if err != nil {
			return testCase{}, fmt.Errorf("%s: %w", key, err)
		}
	}
	return c, c.complete(parts)
}

// complete tells what a case lacks.
func (c *testCase) complete(parts map[string]json.RawMessage) error {
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
	case len(c.records) == 0:
		return fmt.Errorf("%s: no record and no records", c.name)
	case parts["want"] == nil:
		return fmt.Errorf("%s: no want; where nothing may match, it is []", c.name)
	}
	for _, r := range c.records {
		if r[0] != '{' {
			return fmt.Errorf("%s: a record is no object", c.name)
		}
	}
	return nil
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
		return nil, errors.New("a case is an object")
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
