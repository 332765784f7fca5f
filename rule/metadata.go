package rule

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"github.com/streamalert/streamalert-go/parse"
)

// ErrExpired is why an exception is refused whose time is over, for errors.Is.
var ErrExpired = errors.New("expired")

// exceptions checks and compiles the exceptions of a rule.
func (c *compiler) exceptions(out *compiled) {
	out.Exceptions = slices.Clone(out.Exceptions)
	names := map[string]bool{}
	for i := range out.Exceptions {
		x := &out.Exceptions[i]
		if c.within = x.Name; x.Name == "" {
			c.problem(nil, fmt.Errorf("exception %d has no name", i+1))
			c.within = fmt.Sprint(i + 1)
		} else if names[x.Name] {
			c.problem(nil, errors.New("name is there twice"))
		}
		names[x.Name] = true
		if x.Reason == "" {
			c.problem(nil, errors.New("no reason"))
		}
		if !c.ExpiredOK && x.expired(c.Now) {
			c.problem(nil, fmt.Errorf("%w on %s", ErrExpired, x.Expires.Format("2006-01-02 15:04 MST")))
		}
		when, root := c.root(x.When)
		x.When = when
		out.except = append(out.except, root)
	}
	c.within = ""
}

// metadata checks and copies what a rule says of itself and of its alerts.
func (c *compiler) metadata(out *compiled) {
	r := &out.Rule
	switch r.Status {
	case "", StatusExperimental, StatusTest, StatusStable:
	default:
		c.problem(nil, fmt.Errorf("status %q: want experimental, test or stable", r.Status))
	}
	r.Tags = c.words("tags", r.Tags)
	r.Techniques = c.words("techniques", r.Techniques)
	r.References = c.words("references", r.References)
	r.FalsePositives = c.words("false positives", r.FalsePositives)
	for _, t := range r.Techniques {
		if t != "" && !isTechnique(t) {
			c.problem(nil, fmt.Errorf("technique %q: want T1234 or T1234.001", t))
		}
	}
	for _, s := range r.References {
		if u, err := url.Parse(s); s != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
			c.problem(nil, fmt.Errorf("reference %q: want an http or https URL", s))
		}
	}
	c.templates(out)
}

// words checks and copies a list.
func (c *compiler) words(of string, list []string) []string {
	if slices.Contains(list, "") {
		c.problem(nil, fmt.Errorf("one of the %s is empty", of))
	}
	return slices.Clone(list)
}

// templates checks and compiles what makes texts of the record.
func (c *compiler) templates(out *compiled) {
	r := &out.Rule
	if r.AlertTitle != "" {
		out.title = c.template("alert title", r.AlertTitle)
	}
	r.AlertFields, r.DedupBy = maps.Clone(r.AlertFields), slices.Clone(r.DedupBy)
	for _, name := range slices.Sorted(maps.Keys(r.AlertFields)) {
		if name == "" {
			c.problem(nil, errors.New("an alert field has no name"))
		}
		if out.extra == nil {
			out.extra = map[string]template{}
		}
		out.extra[name] = c.template(fmt.Sprintf("alert field %q", name), r.AlertFields[name])
	}
	for _, path := range r.DedupBy {
		c.read("dedup", path)
	}
}

func (c *compiler) template(what, text string) template {
	t, err := parseTemplate(text)
	if err != nil {
		c.problem(nil, fmt.Errorf("%s: %w", what, err))
		return t
	}
	for _, path := range t.paths() {
		c.read(what, path)
	}
	return t
}

// read notes a path that is read of records that the rule holds for. It is not picked out of all records.
func (c *compiler) read(what, path string) {
	if _, err := parse.CompileFields(path); err != nil {
		c.problem(nil, fmt.Errorf("%s: %w", what, err))
		return
	}
	c.checkField(nil, what, path)
}

// isTechnique tells whether s has the form of a technique's ID, T1234 or T1234.001.
func isTechnique(s string) bool {
	if len(s) != len("T1234") && len(s) != len("T1234.001") || s[0] != 'T' || len(s) > 5 && s[5] != '.' {
		return false
	}
	return digits([]byte(s[1:])) == 4 && (len(s) == 5 || digits([]byte(s[6:])) == 3)
}

// Title is the alert's title: the rule's AlertTitle with the record's values in it, or its Title where it has none. Of a
// path with several values these are joined with commas, the first 8 of them; "-" stands for a field that is missing,
// and objects and arrays stand as JSON. A value is cut after 256 bytes and the whole after [TextLimit]. It is valid UTF-8,
// but may have control characters: whoever shows it takes care of them.
func (m Match) Title() string {
	if m.compiled == nil || m.Rule.AlertTitle == "" {
		if m.Rule == nil {
			return ""
		}
		return m.Rule.Title
	}
	return m.compiled.title.render(m.Record)
}

// Fields are the rule's AlertFields with the record's values in them, as in Title. It is nil where the rule has none.
func (m Match) Fields() map[string]string {
	if m.compiled == nil || len(m.compiled.extra) == 0 {
		return nil
	}
	fields := make(map[string]string, len(m.compiled.extra))
	for name, t := range m.compiled.extra {
		fields[name] = t.render(m.Record)
	}
	return fields
}

// DedupKey is the same for two matches of a rule whose records have the same values of DedupBy: 32 hexadecimal digits,
// which are no secret and tell nothing of the values. It is empty where the rule has no DedupBy. Values are the same that
// are of one type and written alike, once their escapes are undone; a field that is missing has no values.
func (m Match) DedupKey() string {
	if m.compiled == nil || len(m.compiled.DedupBy) == 0 {
		return ""
	}
	// Each part with its length before it, so that no two lists of values run together into one.
	b := appendPart(nil, m.Rule.ID)
	for _, path := range m.compiled.DedupBy {
		b = appendPart(append(b, 'f'), path)
		for v := range m.Record.All(path) {
			b = appendPart(append(b, 'v', byte(v.Kind())), string(v.Bytes()))
		}
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

func appendPart(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
	return append(b, s...)
}
