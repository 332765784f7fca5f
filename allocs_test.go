//go:build !race

package streamalert_test

import (
	"bytes"
	"context"
	"io"
	"testing"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/internal/mainjob"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
)

// A payload costs some allocations; a record of it that matches nothing costs none. The race detector allocates, and
// empties pools, so this is not for it.
func TestRecordsThatMatchNothingAllocateNothing(t *testing.T) {
	samples, err := mainjob.Samples("examples/quickstart/testdata")
	if err != nil {
		t.Fatal(err)
	}
	// Rules that look at the records as those of set A do, and hold for none.
	rules := mainjob.RulesA(1000, mainjob.EventNames(samples), 1)
	for i := range rules {
		rules[i].When = rule.All(rules[i].When, rule.Not(rule.Field("eventVersion").Exists()))
	}
	const perPayload = 100
	for _, readAhead := range []int{0, 1 << 20} {
		p := &streamalert.Pipeline{Parser: logtype.CloudTrail(), Rules: rule.MustCompile(rules...), Sink: &sink{}, ReadAhead: readAhead}
		for _, size := range []int{10_000, 1 << 20, 8 << 20} {
			var doc bytes.Buffer
			if err := mainjob.Write(&doc, samples, size, 1); err != nil {
				t.Fatal(err)
			}
			packed := gzipped(t, doc.Bytes())
			pl := source.NewPayload(parse.Origin{Kind: "test"}, func(context.Context, *source.Payload) (io.ReadCloser, error) {
				return source.Decompress(bytes.NewReader(packed), source.Limits{})
			})
			before, runs := p.Counts().Evaluated, 0
			n := testing.AllocsPerRun(5, func() {
				if failed := handle(t, t.Context(), p, pl); failed != nil {
					t.Error(failed)
				}
				runs++
			})
			records := (p.Counts().Evaluated - before) / int64(runs)
			if records < int64(size)/3000 || p.Counts().Matched != 0 {
				t.Fatalf("%d records, %d matches", records, p.Counts().Matched)
			}
			if n > perPayload {
				t.Errorf("%v allocations for a payload of %d records, read ahead %d: want at most %d", n, records, readAhead, perPayload)
			}
			t.Logf("%v allocations for a payload of %d records, read ahead %d", n, records, readAhead)
		}
	}
}
