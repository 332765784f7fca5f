package logtype_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

// BenchmarkClassify is a payload of one sample for a classifier of all types, as a record of a stream is one.
func BenchmarkClassify(b *testing.B) {
	c := &parse.Classifier{Types: logtype.All()}
	for _, lt := range logtype.All() {
		files, _ := filepath.Glob(filepath.Join("testdata", lt.Name, "1.txt"))
		for _, file := range files {
			in, err := os.ReadFile(file)
			if err != nil {
				b.Fatal(err)
			}
			b.Run(lt.Name, func(b *testing.B) {
				b.SetBytes(int64(len(in)))
				b.ReportAllocs()
				r := bytes.NewReader(in)
				for b.Loop() {
					r.Reset(in)
					for _, err := range c.Parse(parse.Input{Reader: r}) {
						if err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	}
}
