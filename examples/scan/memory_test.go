//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/internal/integration/servers"
)

const (
	size    = 2 << 30  // of what is scanned, uncompressed
	maximum = 48 << 10 // of the resident set, in KiB
)

// A gzip of many members is built of one that is compressed once, so that 2 GB take no time.
func TestScanStaysSmall(t *testing.T) {
	program := filepath.Join(t.TempDir(), "scan")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	records := genuineRecords(t)
	for _, tt := range []struct {
		name               string
		before, each, last string
		status             int
		stderr             string
	}{
		{"an object of many records", `{"Records":[`, records + ",", event + `]}`, 0, " 0 unparsed + 0 skipped"},
		{"a single record", `{"Records":[{"eventVersion":"`, strings.Repeat("x", 1<<20), `"},` + event + `]}`, 1, "2 records = 1 evaluated + 1 unparsed + 0 skipped; 1 alerts"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "object.json.gz")
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			put := func(b []byte) {
				if _, err := f.Write(b); err != nil {
					t.Fatal(err)
				}
			}
			put(gzipped(t, []byte(tt.before)))
			each := gzipped(t, []byte(tt.each))
			n := (size + len(tt.each) - 1) / len(tt.each)
			for range n {
				put(each)
			}
			put(gzipped(t, []byte(tt.last)))

			cmd := exec.Command(program, path)
			var stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = io.Discard, &stderr
			peak := servers.PeakMemory(t, cmd)
			t.Logf("%d MiB of %d records' worth in %v, at most %d MiB resident: %s", n*len(tt.each)>>20, n, cmd.ProcessState.UserTime(), peak>>10, stderr.String())
			if cmd.ProcessState.ExitCode() != tt.status || !strings.Contains(stderr.String(), tt.stderr) {
				t.Errorf("status %d: %s", cmd.ProcessState.ExitCode(), stderr.String())
			}
			if peak >= maximum {
				t.Errorf("%d KiB resident, the limit is %d", peak, maximum)
			}
		})
	}
}

// genuineRecords are the records of a CloudTrail file, joined by commas.
func genuineRecords(t *testing.T) string {
	files, _ := filepath.Glob("../quickstart/testdata/218007301253_*.json.gz")
	if len(files) == 0 {
		t.Fatal("no files")
	}
	var out, errs bytes.Buffer
	if status := run(t.Context(), append([]string{"-records"}, files...), nil, &out, &errs); status != 0 {
		t.Fatal(status, errs.String())
	}
	var records []string
	for line := range strings.Lines(out.String()) {
		var r struct{ Record json.RawMessage }
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		records = append(records, string(r.Record))
	}
	return strings.Join(records, ",")
}
