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
	// Match tells whether a record is of this type, and why not. It is asked for every record, so it returns
	// an error that is made beforehand. nil takes every record.
	Match func(*Record) error
	// Skip tells whether a record of this type holds nothing to look at. It is then counted, and not yielded.
	Skip func(*Record) bool
	// Time is the path of the event time, in RFC 3339; TimeFunc, where it is set, is asked instead.
	Time     string
	TimeFunc func(*Record) (time.Time, bool)
	// Reads are the paths that Match and Skip read, so that they are picked out in the one pass.
	Reads []string
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

// Parse yields the payload's records of this type.
func (t *LogType) Parse(in Input) iter.Seq2[*Record, error] {
	return t.Format.Parse(in) // TEMPORARY
}
