package kinesissource_test

import (
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/source/kinesissource"
)

// BenchmarkDecode decodes batches of 10,000 user records, the most that Lambda hands over where each is a record of
// its own.
func BenchmarkDecode(b *testing.B) {
	line := strings.Repeat("a log line of three hundred bytes ", 9)[:300]
	lines := make([]string, 10_000)
	for i := range lines {
		lines[i] = line
	}
	var records []put
	for i := range 100 {
		records = append(records, put{shard, sequence(i), "a", aggregated(lines[:100]...)})
	}
	for name, e := range map[string][]byte{
		"10000-records":           event(b, puts(lines...)...),
		"100-aggregates-of-100":   event(b, records...),
		"one-aggregate-of-10000":  event(b, puts(string(aggregated(lines...)))...),
		"10000-records-no-bytes":  event(b, puts(make([]string, 10_000)...)...),
		"hostile-aggregate-1-MiB": event(b, puts(string(seal([]byte(strings.Repeat("\x1a\x04\x08\x00\x1a\x00", 1<<20/6)))))...),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(e)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := (kinesissource.Records{}).Decode(b.Context(), e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDeaggregate(b *testing.B) {
	line := strings.Repeat("a log line of three hundred bytes ", 9)[:300]
	lines := make([]string, 160)
	for i := range lines {
		lines[i] = line
	}
	data := aggregated(lines...)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if got := kinesissource.Deaggregate(data); len(got) != len(lines) {
			b.Fatal(len(got))
		}
	}
}
