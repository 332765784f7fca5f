package logtype_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

// corpora is the folder of real logs; the test is skipped where there is none.
func corpora(t testing.TB) string {
	dir := os.Getenv("STREAMALERT_CORPORA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpora")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no corpora at %s: set STREAMALERT_CORPORA", dir)
	}
	return dir
}

func gunzip(t testing.TB, file string) []byte {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every genuine CloudTrail file gives the records that encoding/json finds in it, with their times.
func TestCloudTrailFiles(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpora(t), "cloudtrail", "*.json.gz"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	total := 0
	for _, file := range files {
		b := gunzip(t, file)
		var want struct{ Records []any }
		if err := json.Unmarshal(b, &want); err != nil {
			t.Fatal(err)
		}
		var got []any
		for r, err := range logtype.CloudTrail().Parse(parse.Input{Reader: strings.NewReader(string(b))}) {
			if err != nil {
				t.Fatal(file, err)
			}
			var v map[string]any
			if err := json.Unmarshal(r.JSON(), &v); err != nil {
				t.Fatal(file, err)
			}
			at, ok := r.Time()
			if !ok || at.Format(time.RFC3339) != v["eventTime"] || r.Log() != "aws.cloudtrail" {
				t.Errorf("%s: %s: %v %v %v", file, r.Log(), at, ok, v["eventTime"])
			}
			got = append(got, v)
		}
		if d := cmp.Diff(want.Records, got); d != "" {
			t.Errorf("%s (-want +got)\n%s", file, d)
		}
		total += len(got)
	}
	if total != 2511 {
		t.Errorf("%d records", total)
	}
}

const (
	insight = `{"Records":[{"eventVersion":"1.07","eventTime":"2020-07-21T10:28:00Z","awsRegion":"us-east-1","eventID":"55ed45c5-0b0c-4228-9fe5-EXAMPLE","eventType":"AwsCloudTrailInsight","recipientAccountId":"123456789012","sharedEventID":"19aeff5a-9e6a-4ec5-b5d4-EXAMPLE","insightDetails":{"state":"Start","eventSource":"autoscaling.amazonaws.com","eventName":"CompleteLifecycleAction","insightType":"ApiCallRateInsight"},"eventCategory":"Insight"}]}`
	digest  = `{"awsAccountId":"111122223333","digestStartTime":"2015-08-17T14:01:31Z","digestEndTime":"2015-08-17T15:01:31Z","digestS3Bucket":"DOC-EXAMPLE-BUCKET","digestS3Object":"AWSLogs/111122223333/CloudTrail-Digest/us-east-2/2015/08/17/111122223333_CloudTrail-Digest_us-east-2_your-trail-name_us-east-2_20150817T150131Z.json.gz","digestPublicKeyFingerprint":"31e8b5433410dfb61a9dc45cc65b22ff","digestSignatureAlgorithm":"SHA256withRSA","newestEventTime":"2015-08-17T14:52:27Z","oldestEventTime":"2015-08-17T14:42:27Z","previousDigestS3Bucket":"DOC-EXAMPLE-BUCKET","logFiles":[{"s3Bucket":"DOC-EXAMPLE-BUCKET","hashValue":"9bb6196fc6b84d6f075a56548feca262bd99ba3c2de41b618e5b6e22c1fc71f6","hashAlgorithm":"SHA-256","newestEventTime":"2015-08-17T14:52:27Z","oldestEventTime":"2015-08-17T14:42:27Z"}]}`
	notice  = `{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-west-2","eventTime":"1970-01-01T00:00:00.000Z","eventName":"ObjectCreated:Put","userIdentity":{"principalId":"AIDAJDPLRKLG7UEXAMPLE"},"s3":{"s3SchemaVersion":"1.0"}}]}`
)

func TestCloudTrailToldApart(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
		reason   string
		stats    parse.Stats
	}{
		{"an Insights event is a record", insight, []string{"Insight"}, "", parse.Stats{Records: 1}},
		{"a digest is skipped", digest, nil, "", parse.Stats{Records: 1, Skipped: 1}},
		{"an S3 notification is lost", notice, nil, "record is of another log type: eventVersion is not 1.x", parse.Stats{Records: 1, Unparsed: 1}},
		{"another object is lost", `{"a":1}`, nil, "record is of another log type: no eventVersion", parse.Stats{Records: 1, Unparsed: 1}},
		{"a record of the wrong shape costs itself", `{"Records":[{"eventVersion":1.08,"eventTime":"x","awsRegion":"y"},` + insight[12:], []string{"Insight"}, "", parse.Stats{Records: 2, Unparsed: 1}},
		{"an event one by one", `{"eventVersion":"1.08","eventTime":"2023-07-10T11:42:19Z","awsRegion":"us-east-1","eventCategory":"Management"}`, []string{"Management"}, "", parse.Stats{Records: 1}},
	} {
		for kind, p := range map[string]parse.Parser{"log type": logtype.CloudTrail(), "classifier": &parse.Classifier{Types: logtype.All()}} {
			t.Run(tt.name+", by "+kind, func(t *testing.T) {
				var stats parse.Stats
				var got []string
				for r, err := range p.Parse(parse.Input{Reader: strings.NewReader(tt.in), Stats: &stats}) {
					if err != nil {
						var e *parse.Error
						if !errors.As(err, &e) || !errors.Is(err, parse.ErrOther) || len(e.Raw) == 0 || kind == "log type" && e.Log != "aws.cloudtrail" {
							t.Fatal(err)
						}
						if tt.reason != "" && kind == "log type" && e.Err.Error() != tt.reason {
							t.Error(e.Err)
						}
						continue
					}
					got = append(got, r.Get("eventCategory").String())
				}
				if d := cmp.Diff(tt.want, got); d != "" {
					t.Error(d)
				}
				tt.stats.Bytes = int64(len(tt.in))
				if d := cmp.Diff(tt.stats, stats); d != "" {
					t.Error(d)
				}
			})
		}
	}
}

// The corpora's cases of this type: one record each, or an error.
func TestCloudTrailCases(t *testing.T) {
	dir := filepath.Join(corpora(t), "cases")
	n := 0
	for _, file := range []string{"aws_cloudtrail.jsonl", "aws_errors.jsonl", "aws_json.jsonl"} {
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			var c struct{ ID, Kind, Log, Input string }
			if err := json.Unmarshal([]byte(line), &c); err != nil {
				t.Fatal(err)
			}
			if c.Log != "aws.cloudtrail" {
				continue
			}
			n++
			records, lost := 0, 0
			for _, err := range logtype.CloudTrail().Parse(parse.Input{Reader: strings.NewReader(c.Input)}) {
				if err != nil {
					lost++
				} else {
					records++
				}
			}
			if bad := c.Kind == "parse_error"; bad != (lost > 0) || bad == (records > 0) {
				t.Errorf("%s (%s): %d records, %d lost", c.ID, c.Kind, records, lost)
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d cases", n)
	}
}
