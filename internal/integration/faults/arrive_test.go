// Package faults_test injects faults between the library and real servers, and counts what arrives. The harm to
// connections is toxiproxy's. Throttling is a substitute: no server that could be had throttles, so some of the requests
// do not get there, and are answered as the services do.
package faults_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/internal/integration/servers"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source/s3source"
)

const (
	bucket     = "trail"
	allObjects = 200
	perObject  = 100
	perEvent   = 10 // objects
)

// counter is a sink that counts alerts by the number of their record, and refuses one call in forty.
type counter struct {
	mu       sync.Mutex
	calls    int
	ids      map[int64]map[string]int
	accepted int
}

func (c *counter) Send(ctx context.Context, batch []*alert.Alert) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls++
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.calls%40 == 0 {
		return errors.New("the sink is full")
	}
	for _, a := range batch {
		var r struct{ RequestParameters struct{ Number int64 } }
		if err := json.Unmarshal(a.Record, &r); err != nil {
			return err
		}
		n := r.RequestParameters.Number
		if c.ids[n] == nil {
			c.ids[n] = map[string]int{}
		}
		c.ids[n][a.ID]++
		c.accepted++
	}
	return nil
}

// slowDown is how S3 throttles: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
func slowDown(w http.ResponseWriter) {
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`)
}

// throttled is the way to a server that throttles: of each so many requests it answers the first with an error, or the first
// few in a row. It counts them.
type throttled struct {
	*http.Client
	of, row int64
	answer  func(http.ResponseWriter)
	n       *atomic.Int64
}

func (c throttled) Do(r *http.Request) (*http.Response, error) {
	if c.n.Add(1)%c.of >= c.row {
		return c.Client.Do(r)
	}
	if r.Body != nil {
		if err := r.Body.Close(); err != nil {
			return nil, err
		}
	}
	w := httptest.NewRecorder()
	c.answer(w)
	return w.Result(), nil
}

// fill stores the objects, and returns the events that announce them.
func fill(t *testing.T, server *servers.AWS) (events [][]byte) {
	t.Helper()
	client := s3.NewFromConfig(server.Config(), func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(bucket)}); err != nil {
		t.Fatal(err)
	}
	random := rand.NewChaCha8([32]byte{})
	var records []string
	for i := range allObjects {
		var body bytes.Buffer
		z := gzip.NewWriter(&body)
		for j := range perObject {
			// Random, so that an object as stored has some 50 kB.
			noise := make([]byte, 256)
			_, _ = random.Read(noise)
			fmt.Fprintf(z, `%s{"eventVersion":"1.08","eventTime":"2023-07-10T11:42:19Z","awsRegion":"us-east-1","eventSource":"s3.amazonaws.com","eventName":"GetObject","requestParameters":{"number":%d,"noise":"%x"}}`,
				[]string{",", `{"Records":[`}[max(0, 1-j)], i*perObject+j, noise)
		}
		_, _ = io.WriteString(z, "]}")
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		key := fmt.Sprintf("AWSLogs/%d.json.gz", i)
		out, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: &key, Body: bytes.NewReader(body.Bytes())})
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, fmt.Sprintf(`{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1","eventTime":"2023-07-10T11:45:00.000Z","eventName":"ObjectCreated:Put","s3":{"s3SchemaVersion":"1.0","bucket":{"name":%q,"arn":"arn:aws:s3:::%[1]s"},"object":{"key":%q,"size":%d,"eTag":%s,"sequencer":"0055AED6DCD90281E5"}}}`,
			bucket, key, body.Len(), *out.ETag))
		if len(records) == perEvent {
			events = append(events, []byte(`{"Records":[`+strings.Join(records, ",")+`]}`))
			records = nil
		}
	}
	return events
}

func TestAllRecordsArriveThroughResetsStallsAndThrottling(t *testing.T) {
	t.Parallel()
	server := servers.VersityGW(t)
	events := fill(t, server)
	p := servers.NewToxiproxy(t, server)
	p.Add(t, servers.Toxic{Type: "limit_data", Attributes: map[string]any{"bytes": 20_000}, Toxicity: 0.6})
	p.Add(t, servers.Toxic{Type: "reset_peer", Attributes: map[string]any{"timeout": 5}, Toxicity: 0.05})
	p.Add(t, servers.Toxic{Type: "timeout", Attributes: map[string]any{"timeout": 0}, Toxicity: 0.03})
	var requests atomic.Int64
	client := s3.NewFromConfig(p.Config(), func(o *s3.Options) {
		o.UsePathStyle = true
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.DisableKeepAlives = true
		o.HTTPClient = throttled{&http.Client{Transport: transport}, 7, 1, slowDown, &requests}
		o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) { r.MaxBackoff = 20 * time.Millisecond })
	})
	sink := &counter{ids: map[int64]map[string]int{}}
	pipeline := &streamalert.Pipeline{
		Parser: logtype.CloudTrail(),
		Rules:  rule.MustCompile(rule.Rule{ID: "every", When: rule.Field("eventName").Equals("GetObject")}),
		Sink:   sink,
	}
	objects := s3source.Objects{Client: client, Stall: 500 * time.Millisecond}
	redelivered := deliver(t, objects, pipeline, events)

	for n := range int64(allObjects * perObject) {
		if len(sink.ids[n]) != 1 {
			t.Errorf("record %d arrived under %d IDs, want one: %v", n, len(sink.ids[n]), sink.ids[n])
		}
	}
	if len(sink.ids) != allObjects*perObject {
		t.Errorf("%d records arrived, want %d", len(sink.ids), allObjects*perObject)
	}
	c := pipeline.Counts()
	if c.Records != c.Evaluated+c.Unparsed+c.Skipped || c.Unparsed != 0 || c.Matched != c.Delivered+c.Failed || int(c.Delivered) != sink.accepted {
		t.Errorf("the counts do not add up: %+v, %d accepted", c, sink.accepted)
	}
	if requests.Load() < 2*allObjects || c.Failed == 0 || redelivered == 0 {
		t.Errorf("too little went wrong to tell: %d requests, %d events redelivered, %+v", requests.Load(), redelivered, c)
	}
	t.Logf("%d requests for %d objects, %d of %d invocations failed, %d alerts of %d records", requests.Load(), allObjects, redelivered, len(events)+redelivered, sink.accepted, allObjects*perObject)
}

// deliver invokes the function with each event until that succeeds, four at once, and returns how often it failed.
func deliver(t *testing.T, objects s3source.Objects, pipeline *streamalert.Pipeline, events [][]byte) int {
	t.Helper()
	f := s3source.Lambda(objects.Client, pipeline.Handle)
	f.Decode = objects.Decode
	queue := make(chan []byte, len(events))
	for _, e := range events {
		queue <- e
	}
	close(queue)
	var failed atomic.Int64
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for event := range queue {
				const most = 50
				var err error
				for range most {
					if _, err = f.Invoke(t.Context(), event); err == nil {
						break
					}
					failed.Add(1)
				}
				if err != nil {
					t.Errorf("it fails %d times: %v", most, err)
				}
			}
		})
	}
	workers.Wait()
	return int(failed.Load())
}
