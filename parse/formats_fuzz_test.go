package parse_test

import (
	"bytes"
	"testing"

	"github.com/streamalert/streamalert-go/parse"
)

// fuzzFormat holds mutated samples against what every format promises: no panic, counts that add up, JSON that is JSON,
// and fields that are the same whether they are picked or rendered.
func fuzzFormat(f *testing.F, names ...string) {
	all, samples := formatsOfAll(f), formatSamples()
	for _, name := range names {
		f.Add([]byte(samples[name]))
	}
	for _, payload := range hostile() {
		f.Add(payload[:min(len(payload), 1000)])
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		for _, name := range names {
			toldBy(t, all[name], parse.Input{Reader: bytes.NewReader(payload)})
			pickedIsRendered(t, all[name], payload)
		}
	})
}

func FuzzCSV(f *testing.F)      { fuzzFormat(f, "csv", "csv-header", "csv-escape") }
func FuzzKeyValue(f *testing.F) { fuzzFormat(f, "kv", "kv-colon") }
func FuzzLogfmt(f *testing.F)   { fuzzFormat(f, "logfmt") }
func FuzzCEF(f *testing.F)      { fuzzFormat(f, "cef") }
func FuzzLEEF(f *testing.F)     { fuzzFormat(f, "leef") }
func FuzzW3C(f *testing.F)      { fuzzFormat(f, "w3c") }
func FuzzXML(f *testing.F)      { fuzzFormat(f, "xml", "xml-event") }
func FuzzGrok(f *testing.F)     { fuzzFormat(f, "grok") }
func FuzzJoined(f *testing.F)   { fuzzFormat(f, "joined") }
func FuzzJSONText(f *testing.F) { fuzzFormat(f, "json-text") }
