package parse

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"
)

// Classifier is a Parser over many log types. It frames a payload once and asks the types record by record, the one
// that won last first, and in the order of Types otherwise: the more special type stands before the more general one.
//
// Its types are of JSONFormat, of which each member that holds records is looked for, and of TextFormat. Where a payload has
// JSON and texts, what begins like an object or an array of objects is JSON. A type of another format stands alone.
//
// A Classifier must not be copied or changed once it is used.
type Classifier struct {
	Types []*LogType

	last atomic.Pointer[plan] // the plan that was used last: nearly always the next one too
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
		for r, err := range p.begin().Parse(in) {
			if err != nil {
				var lost *Error
				if errors.As(err, &lost) && lost.Log == "" {
					lost.Log = p.name
				}
			} else if r.Type != nil {
				// A text: its type was asked before it was taken.
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
	*plan
	last int // the type that won last
}

// plan is what a Classifier does with payloads that have the same candidates and fields. It is immutable.
type plan struct {
	asked, fields *Fields // of the payload, and with what the types read
	candidates    []bool  // by type
	types         []recogniser
	texts         []recogniser
	json          formats
	format        Format // the only one, where it goes together with no other
	name          string // of the only type
}

func (c *Classifier) begin(in *Input) (*classifying, error) {
	if in.Stats == nil {
		in.Stats = &Stats{}
	}
	p := c.last.Load()
	if p == nil || p.asked != in.Fields || !p.expects(c.Types, in.Origin) {
		var err error
		if p, err = c.plan(in); err != nil {
			return nil, err
		}
		c.last.Store(p)
	}
	in.Fields = p.fields
	return &classifying{plan: p}, nil
}

// expects tells whether the candidates are those for an origin.
func (p *plan) expects(types []*LogType, o Origin) bool {
	if len(p.candidates) != len(types) {
		return false
	}
	for i, t := range types {
		if t.From != nil && t.From(o) != p.candidates[i] {
			return false
		}
	}
	return true
}

// begin is the format of one payload.
func (p *plan) begin() Format {
	if p.format != nil {
		return p.format
	}
	all := p.json
	if len(p.texts) > 0 {
		all.texts = &texts{of: p.texts}
	}
	return all
}

func (c *Classifier) plan(in *Input) (*plan, error) {
	p := &plan{asked: in.Fields, candidates: make([]bool, len(c.Types))}
	var types []*LogType
	var reads []string
	for i, t := range c.Types {
		if p.candidates[i] = t.From == nil || t.From(in.Origin); p.candidates[i] {
			types = append(types, t)
			reads = append(append(reads, t.Requires...), t.Reads...)
		}
	}
	switch len(types) {
	case 0:
		return nil, errNoType
	case 1:
		p.name = types[0].Name
	}
	var err error
	if p.fields, err = in.Fields.with(reads); err != nil {
		return nil, fmt.Errorf("parse: what the log types read: %w", err)
	}
	for _, t := range types {
		if err := p.add(t, len(types)); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// add adds a type of so many.
func (p *plan) add(t *LogType, of int) error {
	r := recogniser{LogType: t}
	for _, path := range t.Requires {
		slot, _ := p.fields.Index(path)
		r.slots = append(r.slots, slot)
	}
	switch f := t.Format.(type) {
	case JSONFormat:
		p.json.addJSON(f)
		p.types = append(p.types, r)
	case TextFormat:
		p.texts = append(p.texts, r)
	case nil:
		return fmt.Errorf("parse: %s has no format", t.Name)
	default:
		if of > 1 {
			return fmt.Errorf("parse: classifier: %s is of format %T, which does not go together with others", t.Name, f)
		}
		p.types, p.format = append(p.types, r), f
	}
	return nil
}

// errIgnored stands for a record that is known and holds nothing to look at.
var errIgnored = errors.New("ignored")

// classify sets the record's type, or tells that none takes it.
func (p *classifying) classify(r *Record) error {
	if len(p.types) == 0 {
		return nil
	}
	why := p.types[p.last].refuses(r)
	if why == nil {
		r.Type = p.types[p.last].LogType
		return nil
	}
	for i := range p.types {
		if i != p.last && p.types[i].refuses(r) == nil {
			r.Type = p.types[i].LogType
			if p.last = i; r.Type.General {
				p.last = 0
			}
			return nil
		}
	}
	for i := range p.types {
		if ignore := p.types[i].Ignore; ignore != nil && ignore(r) {
			return errIgnored
		}
	}
	e := &Error{Log: p.name, Origin: r.Origin, Index: r.Index, Offset: r.Offset, Raw: r.Bytes(), Err: ErrOther}
	if len(p.types) == 1 {
		e.Err = fmt.Errorf("%w: %w", ErrOther, why)
	}
	return e
}

// Refusal is what one log type says of a text.
type Refusal struct {
	Log string
	// Err is why the text is not of the type; nil where it is.
	Err error
}

// Explain asks every type of the first record of a payload, and tells in the order of Types why each refused it. It is for
// people, and reads what it is given as often as there are types: text is the payload, or its beginning.
func (c *Classifier) Explain(text []byte, origin Origin) []Refusal {
	all := make([]Refusal, 0, len(c.Types))
	for _, t := range c.Types {
		why := error(errNothing)
		one := &Classifier{Types: []*LogType{t}}
		for _, err := range one.Parse(Input{Reader: bytes.NewReader(text), Origin: origin}) {
			why = err
			if e, ok := errors.AsType[*Error](err); ok {
				why = e.Err
			}
			break
		}
		all = append(all, Refusal{Log: t.Name, Err: why})
	}
	return all
}

const errNothing = Reason("no record in it")
