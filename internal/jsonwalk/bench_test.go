package jsonwalk_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
	"github.com/streamalert/streamalert-go/internal/mainjob"
	"github.com/streamalert/streamalert-go/rule"
)

// records are some MB of generated CloudTrail, one record behind the other without what stands between them.
func records(b *testing.B) [][]byte {
	samples, err := mainjob.Samples("../../examples/quickstart/testdata")
	if err != nil {
		b.Fatal(err)
	}
	var doc bytes.Buffer
	if err := mainjob.Write(&doc, samples, 4<<20, 1); err != nil {
		b.Fatal(err)
	}
	rest := bytes.TrimPrefix(doc.Bytes(), []byte(`{"Records":[`))
	var all [][]byte
	var w jsonwalk.Walker
	none := jsonwalk.Compile(nil, index)
	for rest[0] == '{' {
		n, st := w.Walk(rest, none, jsonwalk.MaxDepth, nil)
		if st != jsonwalk.OK {
			b.Fatal(st)
		}
		all = append(all, rest[:n])
		rest = rest[n+1:]
	}
	return all
}

func index(name string) (int, bool) {
	n, err := strconv.Atoi(name)
	return n, err == nil
}

// BenchmarkWalk walks records for nothing but their end, and for what generated rules read.
func BenchmarkWalk(b *testing.B) {
	all := records(b)
	var paths [][]string
	for _, p := range rule.MustCompile(mainjob.RulesA(1000, []string{"x"}, 1)...).Fields().Paths() {
		paths = append(paths, strings.Split(p, "."))
	}
	size := 0
	for _, r := range all {
		size += len(r)
	}
	for name, t := range map[string]*jsonwalk.Trie{"end": jsonwalk.Compile(nil, index), "fields": jsonwalk.Compile(paths, index)} {
		b.Run(name, func(b *testing.B) {
			var w jsonwalk.Walker
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				for _, r := range all {
					if n, st := w.Walk(r, t, jsonwalk.MaxDepth, nil); st != jsonwalk.OK || n != len(r) {
						b.Fatal(n, st)
					}
				}
			}
		})
	}
}
