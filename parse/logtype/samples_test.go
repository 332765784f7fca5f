package logtype_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

var update = flag.Bool("update", false, "write the golden files of the samples anew")

// clock completes the samples' times.
var clock = parse.Clock{Received: time.Date(2024, time.December, 31, 0, 0, 0, 0, time.UTC)}

// Every log type has genuine samples, testdata/<name>/*.txt, that it makes records of as the golden file beside each says,
// and that a classifier of all types finds to be of it.
func TestSamples(t *testing.T) {
	for _, lt := range logtype.All() {
		t.Run(lt.Name, func(t *testing.T) {
			files, _ := filepath.Glob(filepath.Join("testdata", lt.Name, "*.txt"))
			if len(files) == 0 {
				t.Error("no samples")
			}
			for _, file := range files {
				in, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				got := records(t, lt, in)
				golden := strings.TrimSuffix(file, ".txt") + ".json"
				if *update {
					if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(string(want), got); d != "" {
					t.Errorf("%s (-want +got)\n%s", file, d)
				}
				for r, err := range (&parse.Classifier{Types: logtype.All()}).Parse(parse.Input{Reader: bytes.NewReader(in)}) {
					if err != nil {
						t.Errorf("%s: classified: %v", file, err)
					} else if r.Log() != lt.Name && !alike(r.Log(), lt.Name) {
						t.Errorf("%s: classified as %s", file, r.Log())
					}
				}
			}
		})
	}
}

// alike tells of two types whose lines look the same.
func alike(a, b string) bool {
	return strings.HasSuffix(a, ".access") && strings.HasSuffix(b, ".access") && a != "aws.s3_access" && b != "aws.s3_access"
}

// records are the records of a sample, as a golden file has them.
func records(t *testing.T, p parse.Parser, in []byte) string {
	t.Helper()
	var out bytes.Buffer
	for r, err := range p.Parse(parse.Input{Reader: bytes.NewReader(in), Clock: clock}) {
		if err != nil {
			t.Error(err)
			continue
		}
		at := "no time"
		if t, ok := r.Time(); ok {
			at = t.Format(time.RFC3339Nano)
		}
		fmt.Fprintf(&out, "%s %d@%d %s\n", r.Log(), r.Index, r.Offset, at)
		if err := json.Indent(&out, r.JSON(), "", "  "); err != nil {
			t.Error(err)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// reads are the paths of whatever a type says of its fields.
func reads(t testing.TB, types []*parse.LogType) *parse.Fields {
	t.Helper()
	var paths []string
	for _, lt := range types {
		paths = append(append(append(paths, lt.Fields...), lt.Requires...), lt.Reads...)
		for _, of := range lt.Entities {
			paths = append(paths, of...)
		}
	}
	f, err := parse.CompileFields(paths...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// FuzzAll gives mutated samples to every type and to a classifier of all. What is picked out of a record is what stands in
// its JSON, and that is JSON; the counts add up; every byte of what is yielded is within the payload.
func FuzzAll(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "*", "*.txt"))
	if err != nil || len(files) == 0 {
		f.Fatal("no samples", err)
	}
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(in)
	}
	types := logtype.All()
	fields := reads(f, types)
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, lt := range types {
			checkParse(t, lt, fields, in)
		}
		checkParse(t, &parse.Classifier{Types: types}, fields, in)
	})
}

func checkParse(t *testing.T, p parse.Parser, fields *parse.Fields, in []byte) {
	t.Helper()
	var stats parse.Stats
	yielded, lost := int64(0), int64(0)
	input := parse.Input{Reader: bytes.NewReader(in), Clock: clock, Fields: fields, Stats: &stats, Limits: parse.Limits{Record: 1 << 20}}
	for r, err := range p.Parse(input) {
		if err != nil {
			lost++
			continue
		}
		yielded++
		if r.Offset < 0 || r.Offset > int64(len(in)) || len(r.Bytes()) > len(in) && r.Log() != "aws.cloudwatch_logs" {
			t.Fatalf("%s: record of %d bytes at %d of %d", r.Log(), len(r.Bytes()), r.Offset, len(in))
		}
		c := r.Clone()
		if !json.Valid(c.JSON()) {
			t.Fatalf("%s: no JSON: %q of %q", r.Log(), c.JSON(), r.Bytes())
		}
		for _, path := range fields.Paths() {
			var got, want []string
			for v := range r.All(path) {
				got = append(got, v.Kind().String()+" "+v.String())
			}
			for v := range c.All(path) {
				want = append(want, v.Kind().String()+" "+v.String())
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("%s: %s of %q (-JSON +picked)\n%s", r.Log(), path, r.Bytes(), d)
			}
		}
		r.Time()
	}
	if stats.Records != yielded+lost+stats.Skipped || stats.Unparsed != lost {
		t.Fatalf("%+v, %d yielded, %d lost", stats, yielded, lost)
	}
}
