// Package mainjob_test holds the main job, CloudTrail in S3 to alerts, against the delivery contract: a real S3 server
// (versitygw), the Lambda handler, and notifications as S3 sends them. What the server cannot do is send these itself.
package mainjob_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/internal/integration/servers"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/s3source"
)

const bucket = "trail"

// job is the main job: a server, and a function with what it delivers to.
type job struct {
	t        *testing.T
	client   *s3.Client
	pipeline *streamalert.Pipeline
	function *source.Lambda

	mu     sync.Mutex
	refuse error // of the sink
	alerts []*alert.Alert
	dead   []streamalert.DeadRecord
}

func newJob(t *testing.T, rules ...rule.Rule) *job {
	t.Helper()
	server := servers.VersityGW(t)
	j := &job{t: t, client: s3.NewFromConfig(server.Config(), func(o *s3.Options) { o.UsePathStyle = true })}
	if _, err := j.client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(bucket)}); err != nil {
		t.Fatal(err)
	}
	rules = append(rules, rule.Rule{ID: "stop", Title: "Trail stopped", Logs: []string{"aws.cloudtrail"}, When: rule.Field("eventName").Equals("StopLogging")})
	j.pipeline = &streamalert.Pipeline{Parser: logtype.CloudTrail(), Rules: rule.MustCompile(rules...), Sink: j, DeadLetter: j}
	j.function = s3source.Lambda(j.client, j.pipeline.Handle)
	return j
}

func (j *job) Send(ctx context.Context, batch []*alert.Alert) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := errors.Join(j.refuse, ctx.Err()); err != nil {
		return err
	}
	j.alerts = append(j.alerts, batch...)
	return nil
}

func (j *job) Put(_ context.Context, batch []streamalert.DeadRecord) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.dead = append(j.dead, batch...)
	return nil
}

func (j *job) put(key string, body io.ReadSeeker) {
	j.t.Helper()
	_, err := j.client.PutObject(j.t.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: &key, Body: body})
	if err != nil {
		j.t.Fatal(err)
	}
}

// invoke hands the function the notification of some objects.
func (j *job) invoke(ctx context.Context, keys ...string) error {
	j.t.Helper()
	var records []string
	for _, key := range keys {
		records = append(records, fmt.Sprintf(`{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1","eventTime":"2023-07-10T11:45:00.000Z","eventName":"ObjectCreated:Put","userIdentity":{"principalId":"AWS:AROAEXAMPLE:CloudTrail"},"requestParameters":{"sourceIPAddress":"198.51.100.10"},"responseElements":{"x-amz-request-id":"C3D13FE58DE4C810"},"s3":{"s3SchemaVersion":"1.0","configurationId":"detections","bucket":{"name":%q,"arn":"arn:aws:s3:::%[1]s"},"object":{"key":%[2]q,"size":1024,"eTag":"d41d8cd98f00b204e9800998ecf8427e","sequencer":"0055AED6DCD90281E5"}}}`, bucket, key))
	}
	answer, err := j.function.Invoke(ctx, []byte(`{"Records":[`+strings.Join(records, ",")+`]}`))
	if err == nil && string(answer) != "null" {
		j.t.Errorf("answer %s", answer)
	}
	j.sums()
	return err
}

func (j *job) sums() {
	j.t.Helper()
	c := j.pipeline.Counts()
	if c.Records != c.Evaluated+c.Unparsed+c.Skipped || c.Matched != c.Delivered+c.Failed || int(c.Delivered) != len(j.alerts) {
		j.t.Errorf("the counts do not add up: %+v", c)
	}
}

func (j *job) ids() []string {
	var ids []string
	for _, a := range j.alerts {
		ids = append(ids, a.ID)
	}
	return ids
}

// record is a CloudTrail record of some event.
func record(n int, event string) string {
	return fmt.Sprintf(`{"eventVersion":"1.08","eventTime":"2023-07-10T11:42:19Z","awsRegion":"us-east-1","eventSource":"cloudtrail.amazonaws.com","eventName":%q,"eventID":"%d"}`, event, n)
}

func document(records ...string) string { return `{"Records":[` + strings.Join(records, ",") + `]}` }

func gzipped(t testing.TB, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.WriteString(z, s)
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRedeliveryRaisesTheSameIDs(t *testing.T) {
	j := newJob(t)
	j.put("a.json.gz", bytes.NewReader(gzipped(t, document(record(1, "StopLogging"), record(2, "StartLogging"), record(3, "StopLogging")))))
	j.put("b.json.gz", bytes.NewReader(gzipped(t, document(record(1, "StopLogging")))))
	for range 2 {
		if err := j.invoke(t.Context(), "a.json.gz", "b.json.gz"); err != nil {
			t.Fatal(err)
		}
	}
	ids := j.ids()
	if d := cmp.Diff(ids[:3], ids[3:]); d != "" {
		t.Error(d)
	}
	if slices.Sort(ids); len(slices.Compact(ids)) != 3 {
		t.Errorf("%v", ids)
	}
}

func TestAFailingSinkFailsTheInvocation(t *testing.T) {
	j := newJob(t)
	j.refuse = errors.New("topic is gone")
	j.put("dir/a b.json.gz", bytes.NewReader(gzipped(t, document(record(1, "StopLogging")))))
	j.put("quiet.json.gz", bytes.NewReader(gzipped(t, document(record(1, "StartLogging")))))
	err := j.invoke(t.Context(), "dir/a+b.json.gz", "quiet.json.gz")
	if err == nil || !strings.Contains(err.Error(), "s3:trail/dir/a b.json.gz") || !errors.Is(err, j.refuse) {
		t.Fatal(err)
	}
	j.refuse = nil
	if err := j.invoke(t.Context(), "dir/a+b.json.gz", "quiet.json.gz"); err != nil || len(j.alerts) != 1 {
		t.Error(err, len(j.alerts))
	}
}

// What the bytes are to blame for costs what the contract says, and the event is acknowledged: it will not get better.
func TestWhatBadBytesCost(t *testing.T) {
	good := document(record(1, "StopLogging"), record(2, "StartLogging"), record(3, "StopLogging"))
	// Random values keep the compressor from putting the end of the records before the cut.
	long := record(1, "StopLogging")
	for n := range 2000 {
		long += "," + record(rand.Int(), "StartLogging"+fmt.Sprint(n))
	}
	cut := gzipped(t, document(long, record(2, "StopLogging")))
	for _, tt := range []struct {
		name   string
		body   []byte
		rules  []rule.Rule
		alerts int
		lost   string // what the only dead letter says, without the place
		index  int64
	}{
		{"a truncated gzip: the rest", cut[:len(cut)-20], nil, 1, "source: gzip: truncated at decompressed offset", -1},
		{"a truncated document: the record it ends in", gzipped(t, good[:len(good)-20]), nil, 1, "payload ends in the middle", 2},
		{"a record of the wrong shape: itself", gzipped(t, document(record(1, "StopLogging"), `{"what":"ever"}`, record(2, "StopLogging"))), nil, 2,
			"record is of another log type: no eventVersion", 1},
		{"an element that is no object: itself", gzipped(t, document(record(1, "StopLogging"), `7`, record(2, "StopLogging"))), nil, 2, "syntax error: record is no object", 1},
		{"a rule that panics: the rule, on the record", gzipped(t, good), []rule.Rule{{ID: "panics", When: rule.Func(func(r *parse.Record) bool {
			if r.Get("eventID").String() == "2" {
				panic("no")
			}
			return false
		})}}, 2, "rule: panics", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := newJob(t, tt.rules...)
			j.put("a.json.gz", bytes.NewReader(tt.body))
			if err := j.invoke(t.Context(), "a.json.gz"); err != nil {
				t.Fatal(err)
			}
			if len(j.alerts) != tt.alerts || len(j.dead) != 1 {
				t.Fatalf("%d alerts, dead letters: %+v", len(j.alerts), j.dead)
			}
			d := j.dead[0]
			if !strings.Contains(d.Reason, tt.lost) || tt.index >= 0 && d.Index != tt.index || d.Origin.Place != "trail/a.json.gz" || d.Origin.ID == "" {
				t.Errorf("%+v", d)
			}
			if c := j.pipeline.Counts(); c.Unparsed+c.RuleErrors != 1 || c.PayloadsFailed != 0 {
				t.Errorf("%+v", c)
			}
		})
	}
}

// sparse is an object of 200 MB of gzip members, 25 times as much decompressed.
func sparse(t *testing.T) io.ReadSeeker {
	var records []string
	for n := range 4000 {
		event := "StartLogging"
		if n == 0 {
			event = "StopLogging"
		}
		records = append(records, record(n, event))
	}
	member := gzipped(t, strings.Join(records, ",")+",")
	var b bytes.Buffer
	b.Write(gzipped(t, `{"Records":[`))
	for b.Len() < 200<<20 {
		b.Write(member)
	}
	b.Write(gzipped(t, record(0, "StopLogging")+"]}"))
	return bytes.NewReader(b.Bytes())
}

func TestALargeObjectAndLittleTime(t *testing.T) {
	j := newJob(t)
	j.put("large.json.gz", sparse(t))
	j.put("small.json.gz", bytes.NewReader(gzipped(t, document(record(1, "StopLogging")))))
	before := runtime.NumGoroutine()

	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	start := time.Now()
	err := j.invoke(ctx, "small.json.gz", "large.json.gz", "small.json.gz")
	took := time.Since(start)
	if ctx.Err() != nil || took > 3*time.Second {
		t.Errorf("answered after %v", took)
	}
	if err == nil || !errors.Is(err, streamalert.ErrStopped) || !strings.Contains(err.Error(), "s3:trail/large.json.gz") {
		t.Error(err)
	}
	c := j.pipeline.Counts()
	if c.PayloadsFailed != 2 || c.Payloads != 2 || c.Delivered != c.Matched || c.Delivered < 2 {
		t.Errorf("%+v", c) // what was read by then is delivered
	}
	t.Logf("answered after %v: %+v", took, c)
	for range 100 {
		if runtime.NumGoroutine() <= before+2 { // the SDK keeps a connection
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before+2 {
		t.Errorf("%d goroutines, before %d", n, before)
	}
}

// One invocation leaves nothing to the next: each gives what it gives in a process of its own.
func TestInvocationsShareNoState(t *testing.T) {
	j := newJob(t)
	j.pipeline.Limits.Record = 64 << 10
	bodies := map[string]string{
		"good": document(record(1, "StopLogging"), record(2, "StopLogging")), "cut": document(record(1, "StopLogging"))[:150],
		"none": document(), "bad": "xx", "long": document(record(1, "StopLogging"), `{"x":"`+strings.Repeat("y", 99<<10)+`"}`),
	}
	for name, body := range bodies {
		j.put(name, bytes.NewReader(gzipped(t, body)))
	}
	alone := map[string]string{}
	outcome := func(name string) string {
		alerts, dead := len(j.alerts), len(j.dead)
		err := j.invoke(t.Context(), name)
		var b strings.Builder
		fmt.Fprintln(&b, err, j.ids()[alerts:])
		for _, d := range j.dead[dead:] {
			fmt.Fprintln(&b, d.ID, d.Reason, len(d.Raw))
		}
		return b.String()
	}
	names := slices.Sorted(maps.Keys(bodies))
	for _, name := range names {
		alone[name] = outcome(name)
	}
	for range 30 {
		name := names[rand.IntN(len(names))]
		if d := cmp.Diff(alone[name], outcome(name)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	var b []byte
	for _, a := range j.alerts {
		var err error
		if b, err = json.Marshal(a); err != nil || !bytes.Contains(b, []byte("StopLogging")) {
			t.Errorf("%v %s", err, b)
		}
	}
}
