package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A case passes as the corpora's MANIFEST.md says.

// scored is a case with what is wanted of the answer.
type scored struct {
	ID, Kind, Log, Format string
	Want                  struct {
		wantedRecord
		Records []json.RawMessage
		Parsed  []json.RawMessage
		Invalid int
		OK      bool
		Raises  bool
	}
}

type wantedRecord struct {
	Values []any
	Time   string
}

// fails tells why an answer is wrong; empty where it is right.
func (c *scored) fails(a answer, classify bool) string {
	switch {
	case c.Kind == "parse_error":
		switch {
		case a.Error == "" || len(a.Records) > 0:
			return "parsed, want an error"
		case strings.HasPrefix(a.Error, "corpus: "):
			return a.Error // the question was not understood
		}
		return ""
	case c.Kind == "streamalert_parse":
		return c.failsSchema(a)
	case a.Error != "":
		return a.Error
	}
	for _, r := range a.Records {
		if (classify || c.Kind == "streamalert_event") && !slices.Contains(c.labels(), r.Log) {
			return "classified as " + r.Log
		}
	}
	switch c.Kind {
	case "parse_ok":
		if len(a.Records) == 0 {
			return "no record"
		}
		return ""
	case "envelope", "streamalert_event":
		return c.holdAll(a.Records)
	}
	wants := []wantedRecord{c.Want.wantedRecord}
	if c.Kind == "parse_file" {
		wants = nil
		for _, raw := range c.Want.Records {
			var w wantedRecord
			if err := decodeNumbers(raw, &w); err != nil {
				return err.Error()
			}
			wants = append(wants, w)
		}
	}
	if len(a.Records) != len(wants) {
		return fmt.Sprintf("%d records, want %d", len(a.Records), len(wants))
	}
	for i, w := range wants {
		if why := w.fails(a.Records[i]); why != "" {
			return why
		}
	}
	return ""
}

// failsSchema tells why what a schema's parser gives is wrong.
func (c *scored) failsSchema(a answer) string {
	switch {
	case strings.HasPrefix(a.Error, "corpus: "):
		return a.Error
	case c.Want.Raises && (a.Error == "" || len(a.Records) > 0):
		return "parsed, want an error"
	case c.Want.Raises:
		return ""
	case len(a.Records) != len(c.Want.Parsed):
		return fmt.Sprintf("%d records, want %d: %s", len(a.Records), len(c.Want.Parsed), a.Error)
	case len(a.Invalid) != c.Want.Invalid:
		return fmt.Sprintf("%d invalid, want %d: %s", len(a.Invalid), c.Want.Invalid, a.Error)
	case (a.Error == "") != c.Want.OK:
		return fmt.Sprintf("ok is %v: %s", a.Error == "", a.Error)
	}
	for i, raw := range c.Want.Parsed {
		var got, want any
		if err := decodeNumbers(a.Records[i].Record, &got); err != nil {
			return err.Error()
		}
		if err := decodeNumbers(raw, &want); err != nil {
			return err.Error()
		}
		// Each holds the other: they are equal.
		if !holds(got, want) || !holds(want, got) {
			return fmt.Sprintf("record %s, want %s", a.Records[i].Record, raw)
		}
	}
	return ""
}

// labels are the log types that are right. A common or combined line does not say whether Apache or nginx wrote it.
func (c *scored) labels() []string {
	alike := []string{"apache.access", "nginx.access"}
	if c.Format == "" && slices.Contains(alike, c.Log) {
		return alike
	}
	return []string{c.Log}
}

func (w wantedRecord) fails(r record) string {
	var v any
	if err := decodeNumbers(r.Record, &v); err != nil {
		return err.Error()
	}
	got := leaves(nil, v)
	for _, want := range w.Values {
		if !slices.ContainsFunc(got, func(g any) bool { return same(g, want) }) {
			return fmt.Sprintf("no value %q", fmt.Sprint(want))
		}
	}
	if w.Time != "" && !same(r.Time, w.Time) {
		return fmt.Sprintf("time %s, want %s", r.Time, w.Time)
	}
	return ""
}

func (c *scored) holdAll(records []record) string {
	if len(records) != len(c.Want.Records) {
		return fmt.Sprintf("%d records, want %d", len(records), len(c.Want.Records))
	}
	for i, raw := range c.Want.Records {
		var got, want any
		if err := decodeNumbers(records[i].Record, &got); err != nil {
			return err.Error()
		}
		if err := decodeNumbers(raw, &want); err != nil {
			return err.Error()
		}
		if !holds(got, want) {
			return "records differ"
		}
	}
	return ""
}

func decodeNumbers(b []byte, v any) error {
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	return d.Decode(v)
}

func leaves(dst []any, v any) []any {
	switch v := v.(type) {
	case map[string]any:
		for _, e := range v {
			dst = leaves(dst, e)
		}
	case []any:
		for _, e := range v {
			dst = leaves(dst, e)
		}
	default:
		dst = append(dst, v)
	}
	return dst
}

// same tells whether two scalars are the same fact.
func same(a, b any) bool {
	x, y := text(a), text(b)
	_, isBool := a.(bool)
	_, isBool2 := b.(bool)
	if isBool || isBool2 {
		return strings.EqualFold(x, y)
	}
	if x == y {
		return true
	}
	m, ok := decimal(x)
	n, ok2 := decimal(y)
	if ok && ok2 {
		return m.Cmp(n) == 0
	}
	s, ok := instant(x)
	t, ok2 := instant(y)
	return ok && ok2 && s.Equal(t)
}

func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func decimal(s string) (*big.Rat, bool) {
	if len(s) > 40 || strings.ContainsAny(s, "/_xXpPbBoO") {
		return nil, false
	}
	if e := strings.IndexAny(s, "eE"); e >= 0 {
		if n, err := strconv.Atoi(s[e+1:]); err != nil || n > 400 || n < -400 {
			return nil, false
		}
	}
	return new(big.Rat).SetString(strings.TrimSpace(s))
}

var instants = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)$`)

func instant(s string) (time.Time, bool) {
	m := instants.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, false
	}
	zone := strings.ReplaceAll(m[4], ":", "")
	if zone == "Z" {
		zone = "+0000"
	}
	t, err := time.Parse("2006-01-02 15:04:05.999999999-0700", m[1]+" "+m[2]+"."+(m[3]+"0")+zone)
	return t, err == nil
}

// holds tells whether got has what want has: objects may have more members.
func holds(got, want any) bool {
	switch want := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return false
		}
		for k, v := range want {
			if e, ok := g[k]; !ok || !holds(e, v) {
				return false
			}
		}
		return true
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(want) {
			return false
		}
		for i := range want {
			if !holds(g[i], want[i]) {
				return false
			}
		}
		return true
	case json.Number:
		g, ok := got.(json.Number)
		return ok && same(g, want)
	}
	return reflect.DeepEqual(got, want)
}
