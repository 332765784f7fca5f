package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

// record is one record that was found in a question's input.
type record struct {
	Log    string          `json:"log"`
	Time   string          `json:"time,omitempty"`
	Record json.RawMessage `json:"record"`
}

// assumed is what the input does not say.
type assumed struct {
	Year int    `json:"year"`
	Zone string `json:"zone"`
}

// records are what the parser of the question's log type finds, up to the first error.
func (q question) records(classify bool) ([]record, error) {
	p, err := q.parser(classify)
	if err != nil {
		return nil, err
	}
	clock, err := q.Assume.clock()
	if err != nil {
		return nil, err
	}
	all, lost := q.parsed(p, clock)
	return all, errors.Join(lost...)
}

func found(r *parse.Record) record {
	f := record{Log: r.Log(), Record: bytes.ToValidUTF8(bytes.Clone(r.JSON()), []byte("\ufffd"))}
	if at, ok := r.Time(); ok {
		f.Time = at.UTC().Format(time.RFC3339Nano)
	}
	return f
}

func (q question) bytes() []byte {
	if q.InputBytes != nil {
		return q.InputBytes
	}
	return []byte(q.Input)
}

// parser is that of the log type that is named, or of all that there are.
func (q question) parser(classify bool) (parse.Parser, error) {
	if strings.HasPrefix(q.Log, "format.") {
		return q.format()
	}
	types := logtype.All()
	if q.Format != "" {
		t, err := directive(q.Log, q.Format)
		if err != nil || !classify {
			return t, err
		}
		types = append([]*parse.LogType{t}, types...)
	}
	if classify {
		return &parse.Classifier{Types: types}, nil
	}
	for _, t := range types {
		if t.Name == q.Log {
			return t, nil
		}
	}
	return nil, fmt.Errorf("corpus: log type %q is not known", q.Log)
}

// clock is one that completes dates with the year and the zone.
func (a assumed) clock() (parse.Clock, error) {
	var c parse.Clock
	if a.Zone != "" && a.Zone != "UTC" {
		t, err := time.Parse("-07:00", a.Zone)
		if err != nil {
			return c, fmt.Errorf("corpus: zone: %w", err)
		}
		_, offset := t.Zone()
		c.Zone = time.FixedZone("", offset)
	}
	if a.Year != 0 {
		// A date may be a day behind: the last instant of the year, less a day.
		c.Received = time.Date(a.Year, time.December, 31, 0, 0, 0, -1, c.In())
	}
	return c, nil
}
