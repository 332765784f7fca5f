package alert

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// Alert is one rule that matched one record. It owns its bytes: nothing in it refers to the record it was made of. It
// is safe for concurrent reading; sinks don't change it.
type Alert struct {
	// ID is what [ID] derives. It must not be empty: batches are answered for by it.
	ID       string        `json:"id"`
	Rule     RuleRef       `json:"rule"`
	Severity rule.Severity `json:"severity"`
	// Title is the rule's AlertTitle with the record's values in it; empty where the rule has none. [Alert.Headline] is
	// never empty.
	Title string `json:"title,omitempty"`
	// Staged tells that the rule is on trial, so that the alert can be routed elsewhere.
	Staged bool `json:"staged,omitempty"`
	// DedupKey is the same for alerts of the rule that are about the same thing, as its DedupBy says; empty where it
	// does not say. Unlike ID it is shared by different alerts.
	DedupKey string `json:"dedup_key,omitempty"`
	// Log is the record's log type, empty where it has none.
	Log string `json:"log"`
	// Time is when it happened, in UTC; zero where the record does not tell.
	Time time.Time `json:"time,omitzero"`
	// Detected is when the rule matched, in UTC. It differs each time a payload is delivered.
	Detected time.Time `json:"detected,omitzero"`
	Origin   Origin    `json:"origin"`
	// Fields are the rule's AlertFields with the record's values in them.
	Fields map[string]string `json:"fields,omitempty"`
	// Matched are the conditions that made the rule match, with the values that they held for.
	Matched []rule.Held `json:"matched,omitempty"`
	// Record is the record as JSON, as it came.
	Record json.RawMessage `json:"record,omitempty"`
	// RecordOmitted tells that a sink left out the record, and perhaps more, because the alert was larger than it can
	// deliver. Origin says where the record is.
	RecordOmitted bool `json:"record_omitted,omitempty"`
}

// RuleRef is what an alert says of its rule, in the words of [rule.Rule]. Its lists belong to the rule and must not be
// changed.
type RuleRef struct {
	ID             string      `json:"id"`
	Title          string      `json:"title"`
	Description    string      `json:"description,omitempty"`
	Status         rule.Status `json:"status,omitempty"`
	Author         string      `json:"author,omitempty"`
	Tags           []string    `json:"tags,omitempty"`
	Techniques     []string    `json:"techniques,omitempty"`
	References     []string    `json:"references,omitempty"`
	FalsePositives []string    `json:"false_positives,omitempty"`
	Runbook        string      `json:"runbook,omitempty"`
}

func newRuleRef(r *rule.Rule) RuleRef {
	return RuleRef{
		ID: r.ID, Title: r.Title, Description: r.Description, Status: r.Status, Author: r.Author, Tags: r.Tags,
		Techniques: r.Techniques, References: r.References, FalsePositives: r.FalsePositives, Runbook: r.Runbook,
	}
}

// Origin is the place of a record: the payload's, and where in it the record stands.
type Origin struct {
	parse.Origin
	// Index is the record's place among the payload's records, from 0.
	Index int64 `json:"index"`
	// Offset is the place of its first byte in the decompressed payload.
	Offset int64 `json:"offset"`
}

// New is the alert that a match raises. It copies what it needs, so the match may go. now becomes Detected and is no
// part of the ID.
func New(m rule.Match, now time.Time) *Alert {
	r := m.Record
	a := &Alert{
		ID:       ID(m.Rule.ID, r.Origin, r.Offset),
		Rule:     newRuleRef(m.Rule),
		Severity: m.Rule.Severity,
		Staged:   m.Rule.Staged,
		DedupKey: m.DedupKey(),
		Log:      r.Log(),
		Detected: now.Round(0).UTC(), // without the monotonic clock, which JSON does not hold
		Origin:   Origin{Origin: r.Origin, Index: r.Index, Offset: r.Offset},
		Fields:   m.Fields(),
		Matched:  m.Held(),
		Record:   bytes.Clone(r.JSON()),
	}
	if m.Rule.AlertTitle != "" {
		a.Title = m.Title()
	}
	if at, ok := r.Time(); ok {
		a.Time = at.UTC()
	}
	return a
}

// Headline is one line for people: the alert's title, else the rule's, else the rule's ID. What a record put into it is
// not made harmless.
func (a *Alert) Headline() string { return cmp.Or(a.Title, a.Rule.Title, a.Rule.ID) }

// ID is the ID of the alert that a rule raises for the record at offset in the payload at o: 32 hexadecimal digits. The
// same place gives the same ID each time it is read, and IDs change only in a major version.
func ID(ruleID string, o parse.Origin, offset int64) string {
	// Each part with its length before it, so that no two places run together into one.
	b := make([]byte, 0, 512)
	for _, s := range [...]string{ruleID, o.Kind, o.Place, o.ID, o.Entry} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	b = binary.BigEndian.AppendUint64(b, 8)
	b = binary.BigEndian.AppendUint64(b, uint64(offset))
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// Size is about how many bytes of memory the alert takes, to bound how many are held. What all alerts of a rule share
// does not count, but for its ID and title.
func (a *Alert) Size() int {
	const fixed, perHeld, perField = 640, 64, 64 // the structs, with their slice and string headers
	n := fixed + len(a.ID) + len(a.Title) + len(a.DedupKey) + len(a.Rule.ID) + len(a.Rule.Title) + len(a.Log) + cap(a.Record)
	n += len(a.Origin.Kind) + len(a.Origin.Place) + len(a.Origin.ID) + len(a.Origin.Entry)
	for _, h := range a.Matched {
		n += perHeld + len(h.Field) + len(h.Condition) + cap(h.Value)
	}
	for name, text := range a.Fields {
		n += perField + len(name) + len(text)
	}
	return n
}
