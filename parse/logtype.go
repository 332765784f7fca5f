package parse

import (
	"iter"
	"time"
)

// Format frames a payload into records and decodes them. It knows nothing of log types.
type Format interface {
	Parse(Input) iter.Seq2[*Record, error]
}

// LogType is one type of log, as data: how its payloads are framed, how a record of it is recognised, when it
// happened. It is a [Parser] that refuses records of other types. It must not be changed once it is used.
type LogType struct {
	// Name is what rules name it by, "aws.cloudtrail".
	Name   string
	Format Format
	// Sniff tells of a text, before it is decoded, whether it can be of this type; it is cheap. nil lets every text
	// pass. Of JSON it is not asked.
	Sniff func(text []byte) bool
	// General tells that the type takes what a more special one would take too: after a record of it, a [Classifier] asks
	// in the order of its types again, not this one first.
	General bool
	// Requires are paths that every record of this type has; a record that lacks one is of another type.
	Requires []string
	// Match tells whether a record that has them is of this type, and why not. It is asked for every record, so
	// it returns an error that is made beforehand. nil takes every record.
	Match func(*Record) error
	// Ignore tells of a record that is not of this type whether it is a known companion with nothing to look at. It is
	// then counted as skipped, instead of lost.
	Ignore func(*Record) bool
	// Reads are the paths that Match reads, so that they are picked out in the one pass.
	Reads []string
	// Time is the path of the event time, in RFC 3339; TimeFunc, where it is set, is asked instead.
	Time     string
	TimeFunc func(*Record) (time.Time, bool)
	// Fields are the paths of all fields that records of this type can have, where these are known: a rule that reads
	// another one is wrong. What stands below one of them counts as known. nil means that any can be there.
	Fields []string
	// Entities are the fields that hold what is called the same in all types: by the name of the Elastic Common Schema
	// ("source.ip"), the paths in the order of trust. See [Entities] for the well-known ones.
	Entities map[string][]string
	// From tells whether an origin can carry this type; nil means that any can. Only a [Classifier] asks.
	From func(Origin) bool
}

func (t *LogType) time(r *Record) (time.Time, bool) {
	if t.TimeFunc != nil {
		return t.TimeFunc(r)
	}
	if t.Time == "" {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339, r.Get(t.Time).String())
	return at.UTC(), err == nil
}

// Parse yields the payload's records of this type. A record of another one is an [*Error] that wraps [ErrOther].
func (t *LogType) Parse(in Input) iter.Seq2[*Record, error] {
	return (&Classifier{Types: []*LogType{t}}).Parse(in)
}

// recogniser is a log type and where its required paths stand among the picked fields.
type recogniser struct {
	*LogType
	slots []int
}

// refuses tells why r is not of this type; nil where it is.
func (t *recogniser) refuses(r *Record) error {
	for i, slot := range t.slots {
		var found bool
		if r.walker != nil {
			_, found = r.walker.First(slot)
		} else {
			found = r.Get(t.Requires[i]).Exists()
		}
		if !found {
			return missing(t.Requires[i])
		}
	}
	if t.Match == nil {
		return nil
	}
	return t.Match(r)
}

// missing is the reason that a required path is not there.
type missing string

func (m missing) Error() string { return "no " + string(m) }

// errNoType is the reason where no candidate is left to ask.
const errNoType = Reason("no log type is expected from this origin")
