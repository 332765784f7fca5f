package logtype_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

// BenchmarkParse parses samples of each type, of which three fields are read, until there is a megabyte of them. Beside each
// stands its speed as a part of what gjson.Valid has in the same process: over the same bytes where they are JSON, else over the
// sample of CloudTrail.
func BenchmarkParse(b *testing.B) {
	for _, lt := range logtype.All() {
		b.Run(lt.Name, func(b *testing.B) {
			files, _ := filepath.Glob(filepath.Join("testdata", lt.Name, "*.txt"))
			if len(files) == 0 {
				b.Fatal("no samples")
			}
			in, err := os.ReadFile(files[0])
			if err != nil {
				b.Fatal(err)
			}
			if in[len(in)-1] != '\n' {
				in = append(in, '\n')
			}
			reference := validated(b, in)
			in = bytes.Repeat(in, 1<<20/len(in)+1)
			var paths []string
			for _, name := range slices.Sorted(maps.Keys(lt.Entities)) {
				paths = append(paths, lt.Entities[name][0])
			}
			slices.Sort(paths)
			paths = slices.Compact(paths)
			fields, err := parse.CompileFields(paths[:min(3, len(paths))]...)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			records := 0
			for b.Loop() {
				records = 0
				for _, err := range lt.Parse(parse.Input{Reader: bytes.NewReader(in), Fields: fields, Clock: clock}) {
					if err != nil {
						b.Fatal(err)
					}
					records++
				}
			}
			b.ReportMetric(float64(records), "records/op")
			speed := float64(len(in)) * float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(speed/reference, "x/gjson.Valid")
		})
	}
}

// validated is how many bytes gjson.Valid looks at in a second: the best of some short runs.
func validated(b *testing.B, in []byte) (speed float64) {
	b.Helper()
	if !gjson.ValidBytes(in) {
		var err error
		if in, err = os.ReadFile(filepath.Join("testdata", "aws.cloudtrail", "1.txt")); err != nil {
			b.Fatal(err)
		}
	}
	rounds := 4<<20/len(in) + 1
	for range 5 {
		start := time.Now()
		for range rounds {
			if !gjson.ValidBytes(in) {
				b.Fatal("not valid")
			}
		}
		speed = max(speed, float64(rounds*len(in))/time.Since(start).Seconds())
	}
	return speed
}
