package logtype_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

// BenchmarkParse parses the samples of each type, of which three fields are read, until there is a megabyte of them.
func BenchmarkParse(b *testing.B) {
	for _, lt := range logtype.All() {
		b.Run(lt.Name, func(b *testing.B) {
			files, _ := filepath.Glob(filepath.Join("testdata", lt.Name, "*.txt"))
			if len(files) == 0 {
				b.Skip("no samples")
			}
			in, err := os.ReadFile(files[0])
			if err != nil {
				b.Fatal(err)
			}
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
		})
	}
}
