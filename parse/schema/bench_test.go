package schema_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/streamalert/streamalert-go/parse"
)

// BenchmarkParse parses records of the deployment of testdata, of which three fields are read.
func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"cloudtrail_events", "cloudwatch_events", "osquery_differential"} {
		one, err := os.ReadFile("testdata/" + name + ".json")
		if err != nil {
			b.Fatal(err)
		}
		lines := bytes.Repeat(append(one, '\n'), 100)
		b.Run(name, func(b *testing.B) {
			p := all(b, deployment(b))
			fields, err := parse.CompileFields("eventName", "detail.eventName", "columns.command")
			if err != nil {
				b.Fatal(err)
			}
			var pick parse.Picker
			r := bytes.NewReader(lines)
			b.SetBytes(int64(len(lines)))
			b.ReportAllocs()
			for b.Loop() {
				r.Reset(lines)
				for rec, err := range p.Parse(parse.Input{Reader: r}) {
					if err != nil {
						b.Fatal(err)
					}
					if _, err := pick.Pick(rec, fields); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
