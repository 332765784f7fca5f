package ruletest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// StreamAlert runs StreamAlert's test events, the *.json files beside its rules, against rules that took the place of
// those. A file is a list of events, or as older versions had it {"records": [...]}:
//
//   - description, log, service and source have to be there. Of them only log counts: Logs says what it is here.
//   - data is the payload: an object, or a string that holds the payload's text. It is parsed as Logs says.
//   - override_record, instead of data, is the record itself. What it does not have is missing; it is not filled up with
//     the defaults of a schema.
//   - trigger_rules are the rules that match, all of them.
//   - classify_only, or validate_schema_only as it was called before: the payload has to be parsed, and no rule is asked.
//   - compress, skip_publishers, publisher_tests and test_fixtures are about parts of StreamAlert that are not tested here.
//
// <helper:last_hour> in a text is the Unix time of a minute ago. Any other key or helper is an error. A case is named by
// its file, its number there and its description.
type StreamAlert struct {
	// Logs says what stands for StreamAlert's names of logs, "cloudtrail:events". An event of any other log is an error.
	Logs map[string]Log
	// Rules says which rule's ID stands for the name of a StreamAlert rule. A name that is not here is an ID itself.
	Rules map[string]string
}

// Log is what stands for a log of StreamAlert.
type Log struct {
	// Name is the log type of the records; empty leaves them the type that Parser gave them.
	Name string
	// Parser makes records of the payload; nil takes it for JSON whose objects are the records.
	Parser parse.Parser
}

// fixtures is the name of folders in which StreamAlert has files that are no test events.
const fixtures = "test_fixtures"

// Dir runs the test events of a folder and of all folders below it but those named test_fixtures, as the function [Dir]
// does with cases.
func (s StreamAlert) Dir(t testing.TB, set *rule.Set, dir string) {
	t.Helper()
	cases, errs := s.format().readTree(dir, set)
	report(t, errs)
	runAll(t, set, cases)
}

// Complete counts the test events of folders, as the function [Complete] does with cases.
func (s StreamAlert) Complete(t testing.TB, set *rule.Set, dirs ...string) {
	t.Helper()
	s.format().complete(t, set, dirs)
}

func (s StreamAlert) format() format { return format{read: s.readFile, skip: fixtures} }

func (s StreamAlert) readFile(path string, b []byte) ([]testCase, []error) {
	events, err := readEvents(b)
	if err != nil {
		return nil, []error{fmt.Errorf("%s: %w", path, err)}
	}
	var cases []testCase
	var errs []error
	for i, raw := range events {
		c, err := s.readEvent(raw)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: event %d: %w", path, i+1, err))
			continue
		}
		c.file = path
		c.name = fmt.Sprintf("%s %d: %s", strings.TrimSuffix(filepath.Base(path), ".json"), i+1, c.name)
		cases = append(cases, c)
	}
	return cases, errs
}

// readEvents reads the events of a file: a list, or as older versions had it the member records of an object.
func readEvents(b []byte) ([]json.RawMessage, error) {
	whole, err := elements(b)
	if err != nil || !whole.single {
		return whole.elements, err
	}
	parts, err := members(whole.elements[0])
	if err != nil || len(parts) != 1 || parts["records"] == nil {
		return nil, errors.New("test events are a list")
	}
	var events []json.RawMessage
	if err := read(parts["records"], &events); err != nil {
		return nil, fmt.Errorf("records: %w", err)
	}
	return events, nil
}

// event is a test event as it is written.
type event struct {
	description  string
	log          string
	data         json.RawMessage
	override     json.RawMessage
	triggers     []string
	classifyOnly bool
}

func (s StreamAlert) readEvent(raw json.RawMessage) (testCase, error) {
	e, err := readEventParts(raw)
	if err != nil {
		return testCase{}, err
	}
	log, ok := s.Logs[e.log]
	if !ok {
		return testCase{}, fmt.Errorf("log %q stands for nothing here", e.log)
	}
	c := testCase{name: e.description, log: log.Name, parseOnly: e.classifyOnly}
	for _, name := range e.triggers {
		if id, ok := s.Rules[name]; ok {
			name = id
		}
		c.want = append(c.want, name)
	}
	c.records, err = log.records(e)
	return c, err
}

func readEventParts(raw json.RawMessage) (event, error) {
	parts, err := members(raw)
	if err != nil {
		return event{}, err
	}
	var e event
	var schemaOnly bool
	var ignored string
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		v := parts[key]
		switch key {
		case "description":
			err = read(v, &e.description)
		case "log":
			err = read(v, &e.log)
		case "service", "source":
			err = read(v, &ignored)
		case "data":
			e.data = v
		case "override_record":
			e.override = v
		case "trigger_rules":
			err = read(v, &e.triggers)
		case "classify_only":
			err = read(v, &e.classifyOnly)
		case "validate_schema_only":
			err = read(v, &schemaOnly)
		case "compress", "skip_publishers", "publisher_tests", "test_fixtures":
		default:
			return event{}, fmt.Errorf("%q is no part of a test event", key)
		}
		if err != nil {
			return event{}, fmt.Errorf("%s: %w", key, err)
		}
	}
	e.classifyOnly = e.classifyOnly || schemaOnly
	return e, e.complete(parts)
}

// complete tells what an event lacks, as StreamAlert does, and which parts contradict each other.
func (e *event) complete(parts map[string]json.RawMessage) error {
	for _, key := range []string{"description", "log", "service", "source"} {
		if parts[key] == nil {
			return fmt.Errorf("no %s", key)
		}
	}
	switch {
	case parts["trigger_rules"] == nil && !e.classifyOnly:
		return errors.New("no trigger_rules, and not classify_only")
	case len(e.triggers) > 0 && e.classifyOnly:
		return errors.New("trigger_rules, and classify_only")
	case (e.data == nil) == (e.override == nil):
		return errors.New("data and override_record: one of them has to be there")
	case e.override != nil && e.override[0] != '{':
		return errors.New("override_record is no object")
	}
	return nil
}

// records makes records of an event's payload.
func (l Log) records(e event) ([]*parse.Record, error) {
	if e.override != nil {
		record, err := applyHelpers(e.override)
		return []*parse.Record{parse.JSONRecord(record)}, err
	}
	payload, err := e.payload()
	if err != nil {
		return nil, err
	}
	var parser parse.Parser = parse.JSONFormat{}
	if l.Parser != nil {
		parser = l.Parser
	}
	place := parse.Origin{Kind: "test event", Place: "data"}
	var records []*parse.Record
	for r, err := range parser.Parse(parse.Input{Reader: bytes.NewReader(payload), Origin: place}) {
		if err != nil {
			return nil, err
		}
		records = append(records, r.Clone())
	}
	if len(records) == 0 {
		return nil, errors.New("data: no record")
	}
	return records, nil
}

// payload is what StreamAlert would have been sent.
func (e *event) payload() ([]byte, error) {
	data, err := applyHelpers(e.data)
	if err != nil {
		return nil, err
	}
	switch data[0] {
	case '{':
		return data, nil
	case '"':
		var text string
		err := json.Unmarshal(data, &text)
		return []byte(text), err
	}
	return nil, errors.New("data is neither an object nor a string")
}

var helper = regexp.MustCompile(`<helper:(\w+)>`)

// applyHelpers puts in what changes from run to run.
func applyHelpers(raw []byte) ([]byte, error) {
	var err error
	out := helper.ReplaceAllFunc(raw, func(found []byte) []byte {
		if string(found) != "<helper:last_hour>" {
			err = fmt.Errorf("%s is unknown", found)
			return found
		}
		return strconv.AppendInt(nil, time.Now().Add(-time.Minute).Unix(), 10)
	})
	return out, err
}
