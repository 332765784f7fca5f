package parse_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/parse"
)

// BenchmarkParseFormat parses genuine records, of which three fields are read.
func BenchmarkParseFormat(b *testing.B) {
	formats, samples := formatsOfAll(b), formatSamples()
	for name, paths := range map[string][]string{
		"csv": {"column1", "column2", "column5"}, "csv-header": {"time", "user", "detail"}, "kv": {"srcip", "dstip", "profile"},
		"logfmt": {"time", "msg", "user"}, "cef": {"src", "dst", "msg"}, "leef": {"src", "dst", "policy"},
		"w3c": {"c-ip", "cs-method", "sc-status"}, "xml": {"System.EventID", "System.Computer", "EventData.QueryName"}, "grok": {"w", "n", "x"},
		"joined": {"a", "b", "c"},
	} {
		header, record := "", samples[name]
		if i := strings.LastIndex(record, "#"); name == "w3c" {
			i += strings.IndexByte(record[i:], '\n') + 1
			header, record = record[:i], record[i:]
		} else if name == "csv-header" {
			i = strings.IndexByte(record, '\n') + 1
			header, record = record[:i], record[i:]
		}
		data := []byte(header + strings.Repeat(record, 1+(1<<20)/len(record)))
		f := fields(b, paths...)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				for _, err := range formats[name].Parse(parse.Input{Reader: bytes.NewReader(data), Fields: f}) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/record")
		})
	}
}

// Records of these formats cost no allocation: what a payload costs does not grow with their number.
func TestFormatsDoNotAllocatePerRecord(t *testing.T) {
	formats, samples := formatsOfAll(t), formatSamples()
	for _, name := range []string{"csv", "csv-header", "csv-escape", "kv", "kv-colon", "logfmt", "cef", "leef", "w3c", "xml", "joined"} {
		paths := []string{"column1", "column2", "detail", "profile", "note", "msg", "user", "src", "policy", "c-ip", "EventData.Image", "System.EventID", "x"}
		f := fields(t, paths...)
		payload := func(n int) []byte { return []byte(strings.Repeat(samples[name], n)) }
		allocations := func(data []byte) float64 {
			return testing.AllocsPerRun(5, func() {
				for _, err := range formats[name].Parse(parse.Input{Reader: bytes.NewReader(data), Fields: f}) {
					if err != nil {
						t.Fatal(err)
					}
				}
			})
		}
		few, many := allocations(payload(10)), allocations(payload(1010))
		if perRecord := (many - few) / 1000; perRecord > 0.05 {
			t.Errorf("%s: %.2f allocations for each record", name, perRecord)
		}
	}
}
