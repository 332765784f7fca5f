// Package s3source_test holds the S3 source against servers of S3 that others made: gofakes3, in the test's process,
// and versitygw.
package s3source_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/internal/integration/servers"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/s3source"
	"github.com/streamalert/streamalert-go/source/sourcetest"
)

// everyServer are the servers by name.
var everyServer = []struct {
	name  string
	start func(testing.TB) *servers.AWS
}{
	{"gofakes3", servers.GoFakeS3},
	{"versitygw", servers.VersityGW},
}

// bucket is a bucket on a server.
type bucket struct {
	name      string
	client    *s3.Client
	transport *http.Transport
}

// open is a client of a bucket, which it makes.
func open(tb testing.TB, server *servers.AWS, name string) *bucket {
	tb.Helper()
	b := &bucket{name: name, transport: http.DefaultTransport.(*http.Transport).Clone()}
	tb.Cleanup(b.transport.CloseIdleConnections)
	b.client = s3.NewFromConfig(server.Config(), func(o *s3.Options) {
		o.UsePathStyle = true
		o.HTTPClient = &http.Client{Transport: b.transport}
	})
	if _, err := b.client.CreateBucket(tb.Context(), &s3.CreateBucketInput{Bucket: &name}); err != nil {
		tb.Fatal(err)
	}
	return b
}

// put stores an object and returns the record that announces it, as S3 would.
func (b *bucket) put(tb testing.TB, key string, body []byte) map[string]any {
	tb.Helper()
	out, err := b.client.PutObject(tb.Context(), &s3.PutObjectInput{Bucket: &b.name, Key: &key, Body: bytes.NewReader(body)})
	if err != nil {
		tb.Fatal(err)
	}
	object := map[string]any{
		"key":       strings.ReplaceAll(url.QueryEscape(key), "%2F", "/"),
		"size":      len(body),
		"eTag":      strings.Trim(*out.ETag, `"`),
		"sequencer": "0055AED6DCD90281E5",
	}
	if v := aws.ToString(out.VersionId); v != "" {
		object["versionId"] = v
	}
	return map[string]any{
		"eventVersion":      "2.1",
		"eventSource":       "aws:s3",
		"awsRegion":         servers.Region,
		"eventTime":         "1970-01-01T00:00:00.000Z",
		"eventName":         "ObjectCreated:Put",
		"userIdentity":      map[string]any{"principalId": "AIDAJDPLRKLG7UEXAMPLE"},
		"requestParameters": map[string]any{"sourceIPAddress": "127.0.0.1"},
		"responseElements":  map[string]any{"x-amz-request-id": "C3D13FE58DE4C810"},
		"s3": map[string]any{
			"s3SchemaVersion": "1.0",
			"configurationId": "testConfigRule",
			"bucket": map[string]any{
				"name":          b.name,
				"ownerIdentity": map[string]any{"principalId": "A3NL1KOZZKExample"},
				"arn":           "arn:aws:s3:::" + b.name,
			},
			"object": object,
		},
	}
}

func notification(tb testing.TB, records ...map[string]any) []byte {
	tb.Helper()
	event, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		tb.Fatal(err)
	}
	return event
}

// got is a payload that was read.
type got struct {
	Origin parse.Origin
	Body   string
}

// invoke invokes a function that reads all payloads.
func invoke(tb testing.TB, client s3source.Getter, event []byte) ([]got, error) {
	tb.Helper()
	var all []got
	_, err := s3source.Lambda(client, func(ctx context.Context, batch []*source.Payload) error {
		for _, p := range batch {
			r, err := p.Open(ctx)
			if err != nil {
				return err
			}
			body, err := io.ReadAll(r)
			_ = r.Close()
			if err != nil {
				return err
			}
			all = append(all, got{p.Origin, string(body)})
		}
		return nil
	}).Invoke(tb.Context(), event)
	return all, err
}

func TestConformance(t *testing.T) {
	for _, server := range everyServer {
		t.Run(server.name, func(t *testing.T) {
			aws := server.start(t)
			n := 0
			sourcetest.Run(t, sourcetest.Harness{
				Ordered:      true,
				Decompresses: true,
				Make: func(tb testing.TB, bodies []sourcetest.Body) sourcetest.Subject {
					n++
					b := open(tb, aws, fmt.Sprintf("bucket-%d", n))
					var records []map[string]any
					for i, body := range bodies {
						content, err := io.ReadAll(body.Open())
						if err != nil {
							tb.Fatal(err)
						}
						records = append(records, b.put(tb, fmt.Sprintf("logs/%d.log", i), content))
					}
					return subject(b, notification(tb, records...), len(bodies))
				},
			})
		})
	}
}

// subject invokes the function with an event of n objects. What it succeeds for is acknowledged.
func subject(b *bucket, event []byte, n int) sourcetest.Subject {
	var mu sync.Mutex
	var acknowledged []int
	return sourcetest.Subject{
		Deliver: func(ctx context.Context, h source.Handler) error {
			_, err := s3source.Lambda(b.client, h).Invoke(ctx, event)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			for i := range n {
				acknowledged = append(acknowledged, i)
			}
			return nil
		},
		Acknowledged: func() []int {
			mu.Lock()
			defer mu.Unlock()
			return acknowledged
		},
		CloseIdle: b.transport.CloseIdleConnections,
	}
}

func TestTheVersionThatIsNamedIsDelivered(t *testing.T) {
	for _, server := range everyServer {
		t.Run(server.name, func(t *testing.T) {
			b := open(t, server.start(t), "amzn-s3-demo-bucket")
			b.setVersioning(t, types.BucketVersioningStatusEnabled)
			first := b.put(t, "logs/a b+é.log", []byte("first"))
			second := b.put(t, "logs/a b+é.log", []byte("second"))
			ids := [2]string{objectOf(first)["versionId"].(string), objectOf(second)["versionId"].(string)}
			newest := b.put(t, "logs/c.log", []byte("newest"))
			newestID := objectOf(newest)["versionId"].(string)
			delete(objectOf(newest), "versionId") // as in announcements that do not tell it

			all, err := invoke(t, b.client, notification(t, second, first, newest))
			if err != nil {
				t.Fatal(err)
			}
			want := []got{
				{parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/logs/a b+é.log", ID: ids[1]}, "second"},
				{parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/logs/a b+é.log", ID: ids[0]}, "first"},
				{parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/logs/c.log", ID: newestID}, "newest"},
			}
			if diff := cmp.Diff(want, all); diff != "" {
				t.Errorf("payloads (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWithoutVersionsTheETagIsTheID(t *testing.T) {
	for _, server := range everyServer {
		t.Run(server.name, func(t *testing.T) {
			b := open(t, server.start(t), "amzn-s3-demo-bucket")
			record := b.put(t, "a", []byte("body"))
			want := []got{{parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/a", ID: "841a2d689ad86bd1611447453c22c6fc"}, "body"}}
			for _, change := range []func(){
				func() {},
				func() { delete(objectOf(record), "eTag") },
				func() { objectOf(record)["eTag"] = "of what was there before" },
			} {
				change()
				all, err := invoke(t, b.client, notification(t, record))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, all); diff != "" {
					t.Errorf("payloads (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestWhatIsNotThereFailsTheInvocation(t *testing.T) {
	for _, server := range everyServer {
		t.Run(server.name, func(t *testing.T) {
			b := open(t, server.start(t), "amzn-s3-demo-bucket")
			there := b.put(t, "logs/there", []byte("body"))
			gone := b.put(t, "logs/gone", []byte("body"))
			_, err := b.client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &b.name, Key: aws.String("logs/gone")})
			if err != nil {
				t.Fatal(err)
			}
			_, err = invoke(t, b.client, notification(t, there, gone))
			var noKey *types.NoSuchKey
			var permanent *source.Permanent
			if !errors.As(err, &noKey) || errors.As(err, &permanent) || !strings.Contains(err.Error(), `"amzn-s3-demo-bucket/logs/gone"`) {
				t.Errorf("error %v, want a transient NoSuchKey that names the object", err)
			}
		})
	}
}

// Each way in which an object can be gone, as the servers tell it.
func TestWhatIsNotThereCanBeSkipped(t *testing.T) {
	for _, server := range everyServer {
		t.Run(server.name, func(t *testing.T) {
			b := open(t, server.start(t), "amzn-s3-demo-bucket")
			b.setVersioning(t, types.BucketVersioningStatusEnabled)
			gone := b.put(t, "gone", []byte("body"))
			b.remove(t, "gone", objectOf(gone)["versionId"].(string))
			hidden := b.put(t, "hidden", []byte("body"))
			b.remove(t, "hidden", "")
			delete(objectOf(hidden), "versionId")
			there := b.put(t, "there", []byte("body"))
			var skipped []string
			o := s3source.Objects{Client: b.client, Missing: s3source.PolicySkip, Skipped: func(s s3source.Skip) {
				skipped = append(skipped, string(s.Reason)+" "+s.Origin.Place)
			}}
			batch, err := o.Decode(t.Context(), notification(t, gone, hidden, there))
			if err != nil {
				t.Fatal(err)
			}
			var bodies []string
			for _, p := range batch.Payloads {
				body, err := readAll(t.Context(), p, 0, func() {})
				if err != nil {
					t.Errorf("%v: %v", p.Origin, err)
				}
				bodies = append(bodies, string(body))
			}
			if diff := cmp.Diff([]string{"", "", "body"}, bodies); diff != "" {
				t.Errorf("bodies (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"missing amzn-s3-demo-bucket/gone", "missing amzn-s3-demo-bucket/hidden"}, skipped); diff != "" {
				t.Errorf("skipped (-want +got):\n%s", diff)
			}
		})
	}
}

func objectOf(record map[string]any) map[string]any {
	return record["s3"].(map[string]any)["object"].(map[string]any)
}

func (b *bucket) setVersioning(t *testing.T, status types.BucketVersioningStatus) {
	t.Helper()
	_, err := b.client.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket:                  &b.name,
		VersioningConfiguration: &types.VersioningConfiguration{Status: status},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// lambdaCase is an event with the bodies that it must lead to.
type lambdaCase struct {
	ID      string
	Input   string
	Objects map[string][]byte
	Want    struct {
		Payloads [][]byte
		Error    bool
	}
}

// lambdaCases are the corpora's of S3 notifications.
func lambdaCases(t *testing.T) []lambdaCase {
	t.Helper()
	dir := os.Getenv("STREAMALERT_CORPORA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "corpora")
	}
	f, err := os.Open(filepath.Join(dir, "cases", "events_lambda.jsonl"))
	if err != nil {
		t.Skipf("the corpora are not here (STREAMALERT_CORPORA names their folder): %v", err)
	}
	defer f.Close()
	var cases []lambdaCase
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var c lambdaCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(c.ID, "lambda_event/s3/") {
			cases = append(cases, c)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

// Versions are left out: a server gives them their IDs.
func TestRealNotificationsYieldTheirObjects(t *testing.T) {
	n := 0
	for _, c := range lambdaCases(t) {
		if strings.Contains(c.Input, `"ObjectCreated:`) && strings.Contains(c.Input, `"versionId":`) {
			continue
		}
		n++
		t.Run(strings.TrimPrefix(c.ID, "lambda_event/s3/"), func(t *testing.T) {
			server := servers.GoFakeS3(t)
			buckets := map[string]*bucket{}
			for place, body := range c.Objects {
				name, key, _ := strings.Cut(place, "/")
				if buckets[name] == nil {
					buckets[name] = open(t, server, name)
				}
				buckets[name].put(t, key, body)
			}
			all, err := invoke(t, open(t, server, "another-bucket").client, []byte(c.Input))
			if (err != nil) != c.Want.Error {
				t.Fatalf("error %v, want one: %v", err, c.Want.Error)
			}
			if c.Want.Error {
				return
			}
			got, want := []string{}, []string{}
			for _, p := range all {
				got = append(got, base64.StdEncoding.EncodeToString([]byte(p.Body)))
			}
			for _, body := range c.Want.Payloads {
				want = append(want, base64.StdEncoding.EncodeToString(body))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("payloads (-want +got):\n%s", diff)
			}
		})
	}
	if n < 70 {
		t.Errorf("%d cases, want at least 70", n)
	}
}
