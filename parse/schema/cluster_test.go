package schema_test

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"github.com/streamalert/streamalert-go/parse"
)

func TestAClusterPicksLogsByOrigin(t *testing.T) {
	file, err := os.ReadFile("testdata/conf/clusters/prod.json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := deployment(t).Cluster(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ kind, place, payload, want string }{
		{"s3", "prefix.cluster.sample.bucket/AWSLogs/1.json.gz", "cloudtrail_events", "cloudtrail:events"},
		{"s3", "prefix.cluster.sample.bucket/AWSLogs/1.json.gz", "osquery_snapshot", ""},
		{"s3", "another.bucket/1.json.gz", "cloudtrail_events", ""},
		{"kinesis", "prefix_cluster1_streamalert/shardId-000000000000", "osquery_snapshot", "osquery:snapshot"},
		{"kinesis", "arn:aws:kinesis:us-east-1:123456789012:stream/prefix_cluster1_streamalert/shardId-000000000000", "ghe_general", "ghe:general"},
		{"kinesis", "prefix_cluster1_streamalert", "cloudwatch_cloudtrail", "cloudwatch:cloudtrail"},
		{"kinesis", "prefix_cluster1_streamalert", "cloudwatch_events", "cloudwatch:events"},
		{"kinesis", "prefix_cluster1_streamalert", "cloudtrail_events", ""},
		{"sns", "arn:aws:sns:us-east-1:123456789012:prefix_cluster_sample_topic", "osquery_snapshot", ""},
		{"streamalert_app", "prefix_cluster_ghe_app", "ghe_general", "ghe:general"},
		{"sqs", "prefix_cluster1_streamalert", "osquery_snapshot", ""},
	} {
		t.Run(test.kind+" "+test.place+" "+test.payload, func(t *testing.T) {
			b, err := os.ReadFile("testdata/" + test.payload + ".json")
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for r, err := range c.Parse(parse.Input{Reader: bytes.NewReader(b), Origin: parse.Origin{Kind: test.kind, Place: test.place}}) {
				n++
				got := ""
				if err == nil {
					got = r.Log()
				} else if !errors.Is(err, parse.ErrOther) {
					t.Error(err)
				}
				if got != test.want {
					t.Errorf("got %q, %v, want %q", got, err, test.want)
				}
			}
			if n != 1 {
				t.Errorf("%d records and errors, want 1", n)
			}
		})
	}
	if _, ok := c.Source("sns", "prefix_cluster_sample_topic"); !ok {
		t.Error("a source that is in the file is not known")
	}
	if _, ok := c.Source("sns", "none"); ok {
		t.Error("a source that is not in the file is known")
	}
}

func TestBadClusters(t *testing.T) {
	s := load(t, `{"x:y":{"schema":{},"parser":"json"}}`)
	for file, want := range map[string]string{
		`nothing`:                             "schema: cluster: it is no JSON, or nested too deep",
		`{}`:                                  "schema: cluster: data_sources is missing, or no object",
		`{"data_sources":{"s3":["a"]}}`:       "schema: cluster: data_sources.s3 is no object",
		`{"data_sources":{"s3":{"b":"x"}}}`:   "schema: cluster: data_sources.s3.b is no list",
		`{"data_sources":{"s3":{"b":[]}}}`:    "schema: cluster: data_sources.s3.b has no logs",
		`{"data_sources":{"s3":{"b":["z"]}}}`: `schema: cluster: data_sources.s3.b: schema: no log is named ["z"]`,
	} {
		if _, err := s.Cluster([]byte(file)); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	if _, err := s.Cluster([]byte(`{"data_sources":{"s3":{"b":{"logs":["x"]}},"sns":{"t":["x:y"]}}}`)); err != nil {
		t.Error(err)
	}
}
