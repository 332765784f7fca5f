package parse

import (
	"errors"
	"fmt"
	"iter"
	"slices"
)

// Classifier is a Parser over many log types. It frames a payload once and asks the types record by record, the one
// that won last first, and in the order of Types otherwise: the more special type stands before the more general one.
//
// All its types are of one format. JSON formats may differ in the member that holds the records: each of these names is
// looked for.
type Classifier struct {
	Types []*LogType
}

// Parse yields the payload's records, each with its log type. One that no type takes is an [*Error] that wraps
// [ErrOther], and so is the whole payload where no type is expected from its origin.
func (c *Classifier) Parse(in Input) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		p, err := c.begin(&in)
		switch {
		case errors.Is(err, errNoType):
			// It will not get better, so it is the payload that is lost, unread.
			in.Stats.Records++
			in.Stats.Unparsed++
			yield(nil, &Error{Origin: in.Origin, Err: fmt.Errorf("%w: %w", ErrOther, err)})
			return
		case err != nil:
			yield(nil, err)
			return
		}
		for r, err := range p.format.Parse(in) {
			if err != nil {
				var lost *Error
				if errors.As(err, &lost) && lost.Log == "" {
					lost.Log = p.name
				}
			} else if err = p.classify(r); err == errIgnored {
				in.Stats.Skipped++
				continue
			} else if err != nil {
				in.Stats.Unparsed++
				r = nil
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// classifying is a Classifier at work on one payload.
type classifying struct {
	types  []recogniser
	format Format
	name   string // of the only type
	last   int    // the type that won last
}

func (c *Classifier) begin(in *Input) (*classifying, error) {
	if in.Stats == nil {
		in.Stats = &Stats{}
	}
	p := &classifying{}
	var reads, envelopes []string
	for _, t := range c.Types {
		if t.From != nil && !t.From(in.Origin) {
			continue
		}
		p.types = append(p.types, recogniser{LogType: t})
		reads = append(append(reads, t.Requires...), t.Reads...)
		switch f := t.Format.(type) {
		case JSONFormat:
			if f.Records != "" && !slices.Contains(envelopes, f.Records) {
				envelopes = append(envelopes, f.Records)
			}
			p.format = jsonFormats(envelopes)
		default:
			p.format = f
			if len(c.Types) > 1 {
				return nil, fmt.Errorf("parse: classifier: %s is of format %T, and only JSON formats go together", t.Name, f)
			}
		}
	}
	switch {
	case len(p.types) == 0:
		return nil, errNoType
	case p.format == nil:
		return nil, fmt.Errorf("parse: %s has no format", p.types[0].Name)
	case len(c.Types) == 1:
		p.name = c.Types[0].Name
	}
	fields, err := in.Fields.with(reads)
	if err != nil {
		return nil, fmt.Errorf("parse: what the log types read: %w", err)
	}
	in.Fields = fields
	for i := range p.types {
		t := &p.types[i]
		for _, path := range t.Requires {
			slot, _ := fields.Index(path)
			t.slots = append(t.slots, slot)
		}
	}
	return p, nil
}

// errIgnored stands for a record that is known and holds nothing to look at.
var errIgnored = errors.New("ignored")

// classify sets the record's type, or tells that none takes it.
func (p *classifying) classify(r *Record) error {
	why := p.types[p.last].refuses(r)
	if why == nil {
		r.Type = p.types[p.last].LogType
		return nil
	}
	for i := range p.types {
		if i != p.last && p.types[i].refuses(r) == nil {
			p.last = i
			r.Type = p.types[i].LogType
			return nil
		}
	}
	for i := range p.types {
		if ignore := p.types[i].Ignore; ignore != nil && ignore(r) {
			return errIgnored
		}
	}
	e := &Error{Log: p.name, Origin: r.Origin, Index: r.Index, Offset: r.Offset, Raw: r.raw, Err: ErrOther}
	if len(p.types) == 1 {
		e.Err = fmt.Errorf("%w: %w", ErrOther, why)
	}
	return e
}
