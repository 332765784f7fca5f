package streamalert

import (
	"log/slog"
	"sync"
)

// Counts are what a pipeline did. They add up: Records = Evaluated + Unparsed + Skipped, and Matched = Delivered +
// Failed. A payload that is delivered again is counted again.
type Counts struct {
	Payloads       int64 // opened
	PayloadsFailed int64 // not acknowledged
	Bytes          int64 // parsed, decompressed
	Records        int64 // found, lost ones counted; the rest of a payload that could not be read on is one
	Skipped        int64 // of them known and of no interest
	Unparsed       int64 // of them lost
	Evaluated      int64 // of them given to the rules
	RuleErrors     int64 // times that one rule failed on one record
	Excepted       int64 // times that a rule held for a record, and an exception of the rule did too: no alert is raised
	Matched        int64 // times that a rule held for a record: alerts raised
	Staged         int64 // of them by rules that are staged
	Delivered      int64 // of them accepted by the sink
	Failed         int64 // of them not
	DeadLettered   int64 // records that the dead letter accepted
}

// Add adds d to c.
func (c *Counts) Add(d Counts) {
	from := d.fields()
	for i, n := range c.fields() {
		*n += *from[i]
	}
}

// LogValue is a group of the counts that are not 0.
func (c Counts) LogValue() slog.Value {
	var attrs []slog.Attr
	for i, n := range c.fields() {
		if *n != 0 {
			attrs = append(attrs, slog.Int64(countNames[i], *n))
		}
	}
	return slog.GroupValue(attrs...)
}

func (c *Counts) fields() [14]*int64 {
	return [...]*int64{&c.Payloads, &c.PayloadsFailed, &c.Bytes, &c.Records, &c.Skipped, &c.Unparsed, &c.Evaluated, &c.RuleErrors,
		&c.Excepted, &c.Matched, &c.Staged, &c.Delivered, &c.Failed, &c.DeadLettered}
}

var countNames = [14]string{"payloads", "payloads_failed", "bytes", "records", "skipped", "unparsed", "evaluated", "rule_errors",
	"excepted", "matched", "staged", "delivered", "failed", "dead_lettered"}

type counters struct {
	mu  sync.Mutex
	sum Counts
}

func (c *counters) add(d Counts) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sum.Add(d)
}

// Counts are the pipeline's counts since it was made. They are added to when Handle returns.
func (p *Pipeline) Counts() Counts {
	p.counters.mu.Lock()
	defer p.counters.mu.Unlock()
	return p.counters.sum
}
