package kinesissource_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/kinesissource"
)

// lines are those of a file of the corpora, each one a T.
func lines[T any](t *testing.T, path ...string) []T {
	t.Helper()
	dir := os.Getenv("STREAMALERT_CORPORA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpora")
	}
	f, err := os.Open(filepath.Join(append([]string{dir}, path...)...))
	if err != nil {
		t.Skipf("the corpora are not here (STREAMALERT_CORPORA names their folder): %v", err)
	}
	defer f.Close()
	var all []T
	s := bufio.NewScanner(f)
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		var line T
		if err := json.Unmarshal(s.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		all = append(all, line)
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// collect is a handler that reads all into bodies.
func collect(bodies *[]string) source.Handler {
	return func(ctx context.Context, batch []*source.Payload) error {
		for _, p := range batch {
			b, err := read(ctx, p)
			if err != nil {
				return err
			}
			*bodies = append(*bodies, string(b))
		}
		return nil
	}
}

func texts(bodies [][]byte) []string {
	all := []string{}
	for _, b := range bodies {
		all = append(all, string(b))
	}
	return all
}

func TestRealEventsYieldTheirRecords(t *testing.T) {
	type lambdaCase struct {
		ID    string
		Input string
		Want  struct {
			Payloads [][]byte
			Error    bool
		}
	}
	n := 0
	for _, c := range lines[lambdaCase](t, "cases", "events_lambda.jsonl") {
		name, ok := strings.CutPrefix(c.ID, "lambda_event/kinesis/")
		if !ok {
			continue
		}
		n++
		t.Run(name, func(t *testing.T) {
			got := []string{}
			_, err := kinesissource.Lambda(collect(&got)).Invoke(t.Context(), []byte(c.Input))
			if (err != nil) != c.Want.Error {
				t.Fatalf("error %v, want one: %v", err, c.Want.Error)
			}
			if diff := cmp.Diff(texts(c.Want.Payloads), got); diff != "" && !c.Want.Error {
				t.Errorf("payloads (-want +got):\n%s", diff)
			}
		})
	}
	if n < 37 {
		t.Errorf("%d cases, want at least 37", n)
	}
}

func TestRealRecordsAreDeaggregated(t *testing.T) {
	type kplCase struct {
		ID    string
		Input []byte `json:"input_b64"`
		Want  struct{ Payloads [][]byte }
	}
	cases := lines[kplCase](t, "cases", "events_kpl.jsonl")
	if len(cases) < 51 {
		t.Errorf("%d cases, want at least 51", len(cases))
	}
	for _, c := range cases {
		t.Run(strings.TrimPrefix(c.ID, "kpl/"), func(t *testing.T) {
			if diff := cmp.Diff(texts(c.Want.Payloads), texts(kinesissource.Deaggregate(c.Input))); diff != "" {
				t.Errorf("user records (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatEachProducerWritesIsRead(t *testing.T) {
	type sample struct {
		Name     string
		Key      string    `json:"partition_key"`
		Data     *[]byte   `json:"data_b64"` // nil: the producer sends no record
		Payloads *[][]byte `json:"payloads_b64"`
	}
	samples := lines[sample](t, "wire", "samples.jsonl")
	producers := map[string]int{}
	for _, s := range samples {
		t.Run(s.Name, func(t *testing.T) {
			producer, _, _ := strings.Cut(s.Name, "/")
			producers[producer]++
			var records []put
			if s.Data != nil {
				records = append(records, put{shard, sequence(1), s.Key, *s.Data})
			}
			want := []string{}
			if s.Payloads != nil {
				want = texts(*s.Payloads)
			}
			got := []string{}
			if _, err := kinesissource.Lambda(collect(&got)).Invoke(t.Context(), event(t, records...)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("payloads (-want +got):\n%s", diff)
			}
			if s.Data != nil && len(got) == 0 && !bytes.HasPrefix(*s.Data, []byte("\xf3\x89\x9a\xc2")) {
				t.Error("a record was lost")
			}
		})
	}
	for _, p := range []string{"aws-kinesis-agent", "fluentd", "logstash", "osquery", "application", "kpl", "cloudwatch-logs", "eventbridge"} {
		if producers[p] == 0 {
			t.Errorf("no sample of %s", p)
		}
	}
	if len(samples) < 45 {
		t.Errorf("%d samples, want at least 45", len(samples))
	}
}
