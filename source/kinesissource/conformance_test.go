package kinesissource_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/kinesissource"
	"github.com/streamalert/streamalert-go/source/sourcetest"
)

func TestConformance(t *testing.T) {
	for name, partial := range map[string]bool{"the whole batch fails": false, "partial answers": true} {
		t.Run(name, func(t *testing.T) {
			sourcetest.Run(t, sourcetest.Harness{
				Groups:       true,
				Partial:      partial,
				Decompresses: true,
				MaxSize:      1 << 20, // of a record, as Lambda can hand some of them over
				Make: func(tb testing.TB, bodies []sourcetest.Body) sourcetest.Subject {
					m := &mapping{tb: tb, partial: partial, acknowledged: make([]bool, len(bodies))}
					for i, b := range bodies {
						data, err := io.ReadAll(b.Open())
						if err != nil {
							tb.Fatal(err)
						}
						m.records = append(m.records, put{"shardId-" + b.Group, sequence(i), "key", data})
					}
					return sourcetest.Subject{Deliver: m.deliver, Acknowledged: m.done}
				},
			})
		})
	}
}

// mapping does what an event source mapping does, as the Lambda developer guide has it: for each shard it invokes the
// function with what is outstanding, and moves the shard's checkpoint by the answer.
type mapping struct {
	tb      testing.TB
	partial bool // ReportBatchItemFailures
	records []put

	mu           sync.Mutex
	acknowledged []bool
}

func (m *mapping) deliver(ctx context.Context, h source.Handler) error {
	var shards []string
	for _, r := range m.records {
		if !slices.Contains(shards, r.shard) {
			shards = append(shards, r.shard)
		}
	}
	f := kinesissource.Lambda(h)
	f.ReportBatchItemFailures = m.partial
	for _, s := range shards {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-source.Stopped(ctx):
			return nil
		default:
		}
		if err := m.invoke(ctx, f, s); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// invoke hands over what is outstanding of a shard. A failure is no error of the mapping: it has a next shard.
func (m *mapping) invoke(ctx context.Context, f *source.Lambda, shard string) error {
	var batch []put
	var places []int
	for i, r := range m.records {
		if r.shard == shard && !m.acknowledged[i] {
			batch, places = append(batch, r), append(places, i)
		}
	}
	out, err := f.Invoke(ctx, event(m.tb, batch...))
	if err != nil {
		return nil // and nothing is acknowledged
	}
	n := len(batch) // how many are done
	if m.partial {
		var a answer
		if err := json.Unmarshal(out, &a); err != nil {
			return fmt.Errorf("answer %s: %w", out, err)
		}
		for _, failure := range a.BatchItemFailures {
			at := slices.IndexFunc(batch, func(r put) bool { return r.sequence == failure.ItemIdentifier })
			if at < 0 {
				return fmt.Errorf("answer names %s, which is not in the batch", failure.ItemIdentifier)
			}
			n = min(n, at)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, i := range places[:n] {
		m.acknowledged[i] = true
	}
	return nil
}

func (m *mapping) done() []int {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []int
	for i, ok := range m.acknowledged {
		if ok {
			all = append(all, i)
		}
	}
	return all
}
