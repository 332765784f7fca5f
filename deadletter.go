package streamalert

import (
	"context"

	"github.com/streamalert/streamalert-go/parse"
)

// DeadLetter takes what could not be parsed or evaluated, for somebody to look at. Put returns when the batch is in a
// durable store; an error means that none of it is, and leaves the payloads that it came from unacknowledged. It is
// called by one goroutine at a time for each call of Handle.
type DeadLetter interface {
	Put(ctx context.Context, batch []DeadRecord) error
}

// DeadRecord is one record that was lost: to all rules, or where Rule is set to that one.
type DeadRecord struct {
	// ID is derived from Rule, Origin and Offset as an alert's: the same record has the same one each time.
	ID  string `json:"id"`
	Log string `json:"log,omitempty"` // log type, where one is known
	// Rule is the rule that could not be evaluated.
	Rule   string       `json:"rule,omitempty"`
	Origin parse.Origin `json:"origin"`
	Index  int64        `json:"index"`
	Offset int64        `json:"offset"`
	// Raw is the record's bytes, at most the beginning of one that is too long, and empty where there is none to show. In
	// JSON it is base64.
	Raw []byte `json:"raw,omitempty"`
	// Reason is Err in words.
	Reason string `json:"reason"`
	Err    error  `json:"-"`
}

func (d *DeadRecord) size() int {
	const fixed = 256
	return fixed + len(d.Raw) + len(d.Reason) + len(d.Origin.Place)
}
