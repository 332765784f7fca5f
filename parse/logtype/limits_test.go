package logtype_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

// endless is a sample's beginning, and then one byte for as long as it has to be.
func endless(begin []byte, size int64) io.Reader {
	return io.MultiReader(bytes.NewReader(begin), io.LimitReader(same('x'), size))
}

type same byte

func (s same) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(s)
	}
	return len(b), nil
}

// A record without an end is an error at the limit, for every type and for a classifier, in memory that does not grow with
// what is read. With SOAK=1 it is a gigabyte.
func TestARecordWithoutAnEnd(t *testing.T) {
	const limit = 128 << 10
	size := int64(2 << 20)
	if os.Getenv("SOAK") != "" {
		size = 1 << 30
	}
	for _, lt := range logtype.All() {
		name := lt.Name
		files, err := filepath.Glob(filepath.Join("testdata", name, "*.txt"))
		if err != nil || len(files) == 0 {
			t.Fatal("no samples of "+name, err)
		}
		begin, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		line, _, _ := bytes.Cut(begin, []byte("\n"))
		begin = begin[:len(line)*2/3]
		if begin[0] == '{' {
			begin = append(begin[:bytes.IndexByte(begin, ':')+1], '"') // in the middle of a text
		}
		for kind, p := range map[string]parse.Parser{"by name": lt, "classified": &parse.Classifier{Types: logtype.All()}} {
			t.Run(name+" "+kind, func(t *testing.T) {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				tooLong := 0
				var stats parse.Stats
				in := parse.Input{Reader: endless(begin, size), Limits: parse.Limits{Record: limit}, Stats: &stats}
				for _, err := range p.Parse(in) {
					if errors.Is(err, parse.ErrTooLong) {
						tooLong++
					}
				}
				runtime.ReadMemStats(&after)
				if tooLong != 1 {
					t.Errorf("%d errors of a record that is too long", tooLong)
				}
				if stats.Bytes != int64(len(begin))+size {
					t.Errorf("%d bytes read", stats.Bytes)
				}
				if grown := after.TotalAlloc - before.TotalAlloc; grown > 32*limit {
					t.Errorf("%d bytes of memory were made", grown)
				}
			})
		}
	}
}
