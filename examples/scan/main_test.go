package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const event = `{"eventVersion":"1.08","eventTime":"2023-07-10T11:42:19Z","awsRegion":"us-east-1","eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","requestParameters":{"name":"main"}}`

// scan runs the program, and returns its exit status and what it wrote.
func scan(t *testing.T, stdin string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, strings.NewReader(stdin), &out, &errs)
	return status, out.String(), errs.String()
}

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func gzipped(t *testing.T, b []byte) []byte {
	t.Helper()
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, err := w.Write(b)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return z.Bytes()
}

func TestScanWritesAlerts(t *testing.T) {
	for name, in := range map[string]string{"plain": event, "compressed": string(gzipped(t, []byte(`{"Records":[`+event+`]}`)))} {
		t.Run(name, func(t *testing.T) {
			status, stdout, stderr := scan(t, in, "-")
			var a struct {
				Rule   struct{ ID string }
				Origin struct{ Kind, Place string }
			}
			if err := json.Unmarshal([]byte(stdout), &a); err != nil {
				t.Fatal(err, stdout)
			}
			if status != 0 || a.Rule.ID != "aws.cloudtrail.trail-stopped" || a.Origin.Place != "-" {
				t.Errorf("status %d: %s%s", status, stdout, stderr)
			}
			if !strings.Contains(stderr, "1 records = 1 evaluated + 0 unparsed + 0 skipped; 1 alerts = 1 delivered + 0 failed") {
				t.Error(stderr)
			}
		})
	}
}

func TestScanWritesRecords(t *testing.T) {
	in := event + "\nno JSON \"here\"\n" + `{"a":1}`
	for _, tt := range []struct {
		args   []string
		of     string // that a record which is lost was to be of
		reason [2]string
	}{
		{[]string{"-log", "aws.cloudtrail", "-records", "-"}, "aws.cloudtrail: ",
			[2]string{"syntax error: no JSON object or array begins with 'n'", "record is of another log type: no eventVersion"}},
		// With more log types than one no type is to blame.
		{[]string{"-records", "-"}, "", [2]string{"record is of another log type", "record is of another log type"}},
	} {
		status, stdout, stderr := scan(t, in, tt.args...)
		want := `{"log":"aws.cloudtrail","time":"2023-07-10T11:42:19Z","record":` + event + `}
{"error":"parse: ` + tt.of + `file:-: record 1 at offset 186: ` + tt.reason[0] + `","raw":"no JSON \"here\""}
{"error":"parse: ` + tt.of + `file:-: record 2 at offset 201: ` + tt.reason[1] + `","raw":"{\"a\":1}"}
`
		if d := cmp.Diff(want, stdout); d != "" {
			t.Error(tt.args, d)
		}
		if status != 1 || !strings.Contains(stderr, "3 records = 1 printed + 2 unparsed + 0 skipped") {
			t.Errorf("status %d: %s", status, stderr)
		}
	}
}

func TestScanTellsWhatCannotBeRead(t *testing.T) {
	whole := gzipped(t, []byte(event+"\n"+event+"\n"))
	good := write(t, "good", []byte(event))
	for _, tt := range []struct {
		name, path string
		alerts     string
		stderr     string
	}{
		{"a file that is not there", filepath.Join(t.TempDir(), "none"), "1 alerts", "no such file"},
		{"a truncated gzip", write(t, "cut.gz", whole[:len(whole)-9]), "3 alerts", "gzip: truncated"},
		{"a truncated text", write(t, "cut", []byte(event+event[:50])), "2 alerts", "ends in the middle"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, _, stderr := scan(t, "", tt.path, good)
			if status != 1 || !strings.Contains(stderr, tt.stderr) || !strings.Contains(stderr, tt.alerts) {
				t.Errorf("status %d: %s", status, stderr)
			}
			status, stdout, stderr := scan(t, "", "-records", tt.path, good)
			if status != 1 || !strings.Contains(stderr+stdout, tt.stderr) {
				t.Errorf("-records: status %d: %s\n%s", status, stdout, stderr)
			}
		})
	}
}

func TestScanUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"-log", "nothing", "-"}, {"-records", "-alerts", "-"}, {"-nothing"}} {
		if status, stdout, stderr := scan(t, "", args...); status != 2 || stdout != "" || stderr == "" {
			t.Errorf("%v: status %d: %s%s", args, status, stdout, stderr)
		}
	}
	if status, stdout, _ := scan(t, "", "-logs"); status != 0 || !strings.Contains(stdout, "aws.cloudtrail\n") {
		t.Errorf("-logs: status %d: %s", status, stdout)
	}
	if status, _, stderr := scan(t, "", "-h"); status != 0 || !strings.Contains(stderr, "usage: scan") {
		t.Errorf("-h: status %d: %s", status, stderr)
	}
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestScanFailsWhereItCannotWrite(t *testing.T) {
	for _, args := range [][]string{{"-"}, {"-records", "-"}} {
		var stderr bytes.Buffer
		if status := run(t.Context(), args, strings.NewReader(event), closed{}, &stderr); status != 1 || !strings.Contains(stderr.String(), "closed pipe") {
			t.Errorf("%v: status %d: %s", args, status, stderr.String())
		}
	}
}

// Each record of the genuine files is printed exactly once, as the JSON value that it is.
func TestScanPrintsTheCorpora(t *testing.T) {
	dir := os.Getenv("STREAMALERT_CORPORA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpora")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "cloudtrail", "*.json.gz"))
	if len(files) == 0 {
		t.Skipf("no corpora at %s: set STREAMALERT_CORPORA", dir)
	}
	var want []any
	size := 0
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		var doc struct{ Records []any }
		if err := json.Unmarshal(b, &doc); err != nil {
			t.Fatal(err)
		}
		size += len(b)
		want = append(want, doc.Records...)
	}
	status, stdout, stderr := scan(t, "", append([]string{"-records"}, files...)...)
	if status != 0 {
		t.Fatal(status, stderr)
	}
	var got []any
	for line := range strings.Lines(stdout) {
		var r struct {
			Log, Time string
			Record    map[string]any
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		if r.Log != "aws.cloudtrail" || r.Time != r.Record["eventTime"] {
			t.Errorf("%s %s %v", r.Log, r.Time, r.Record["eventTime"])
		}
		got = append(got, r.Record)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if sums := fmt.Sprintf("scan: %d files, %d bytes; %d records = %[3]d printed + 0 unparsed + 0 skipped", len(files), size, len(want)); !strings.HasPrefix(stderr, sums) {
		t.Error(stderr)
	}
	status, stdout, stderr = scan(t, "", files...)
	m := regexp.MustCompile(`(\d+) records = (\d+) evaluated \+ 0 unparsed \+ 0 skipped; (\d+) alerts = (\d+) delivered \+ 0 failed`).FindStringSubmatch(stderr)
	if status != 0 || m == nil || m[1] != strconv.Itoa(len(want)) || m[1] != m[2] || m[3] != m[4] || m[3] != strconv.Itoa(strings.Count(stdout, "\n")) {
		t.Error(status, stderr)
	}
}
