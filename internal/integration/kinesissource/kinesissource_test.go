package kinesissource_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/google/go-cmp/cmp"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/alert/snssink"
	"github.com/streamalert/streamalert-go/internal/integration/servers"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/kinesissource"
)

// sample is a record as a producer writes it.
type sample struct {
	Name     string
	Key      string   `json:"partition_key"`
	Data     []byte   `json:"data_b64"`
	Payloads [][]byte `json:"payloads_b64"`
}

// samples are those of the corpora for which a record is sent.
func samples(t *testing.T) []sample {
	t.Helper()
	dir := os.Getenv("STREAMALERT_CORPORA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "corpora")
	}
	f, err := os.Open(filepath.Join(dir, "wire", "samples.jsonl"))
	if err != nil {
		t.Skipf("the corpora are not here (STREAMALERT_CORPORA names their folder): %v", err)
	}
	defer f.Close()
	var all []sample
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var s sample
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		if s.Data != nil {
			all = append(all, s)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatProducersPutIsRead(t *testing.T) {
	all := samples(t)
	s := newStream(t, 1)
	var want []string
	var entries []types.PutRecordsRequestEntry
	for _, sample := range all {
		entries = append(entries, entry(sample.Key, sample.Data))
		for _, p := range sample.Payloads {
			want = append(want, string(p))
		}
	}
	s.put(t, entries...)
	var got []string
	origins := map[string]bool{}
	m := &mapping{stream: s, size: 10, function: kinesissource.Lambda(func(ctx context.Context, batch []*source.Payload) error {
		for _, p := range batch {
			body, err := p.Open(ctx)
			if err != nil {
				return err
			}
			b, err := io.ReadAll(body)
			if err = errors.Join(err, body.Close()); err != nil {
				return err
			}
			got = append(got, string(b))
			origins[p.Origin.String()] = true
			if age := time.Since(p.Sent); age < -time.Minute || age > time.Hour || p.Attributes["partitionKey"] == "" {
				t.Errorf("%v was sent %v ago, with the attributes %v", p.Origin, age, p.Attributes)
			}
		}
		return nil
	})}
	m.run(t, 100)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
	if len(origins) != len(want) || m.whole > 0 {
		t.Errorf("%d origins of %d payloads, %d failed invocations", len(origins), len(want), m.whole)
	}
}

// publisher is a topic of a real server. It counts its calls, and refuses alerts of some records, each once, as SNS does
// that is throttled.
type publisher struct {
	*sns.Client

	mu     sync.Mutex
	calls  int
	refuse map[string]bool // eventID of the record
}

func (p *publisher) PublishBatch(ctx context.Context, in *sns.PublishBatchInput, opts ...func(*sns.Options)) (*sns.PublishBatchOutput, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	rest := *in
	rest.PublishBatchRequestEntries = nil
	var refused []snstypes.BatchResultErrorEntry
	for _, e := range in.PublishBatchRequestEntries {
		var a alert.Alert
		var record struct{ EventID string }
		if err := errors.Join(json.Unmarshal([]byte(*e.Message), &a), json.Unmarshal(a.Record, &record)); err != nil {
			return nil, err
		}
		if p.refuse[record.EventID] {
			delete(p.refuse, record.EventID)
			refused = append(refused, snstypes.BatchResultErrorEntry{Id: e.Id, Code: aws.String("Throttled"), Message: aws.String("Rate exceeded")})
			continue
		}
		rest.PublishBatchRequestEntries = append(rest.PublishBatchRequestEntries, e)
	}
	if len(rest.PublishBatchRequestEntries) == 0 {
		return &sns.PublishBatchOutput{Failed: refused}, nil
	}
	out, err := p.Client.PublishBatch(ctx, &rest, opts...)
	if err == nil {
		out.Failed = append(out.Failed, refused...)
	}
	return out, err
}

// job is a function that reads a stream and alerts a topic.
type job struct {
	mapping
	publisher *publisher
	pipeline  *streamalert.Pipeline

	mu     sync.Mutex
	alerts map[string][]string // IDs of the alerts that were accepted, by eventID of their record
	dead   []streamalert.DeadRecord
}

func newJob(t *testing.T, shards int32) *job {
	t.Helper()
	client := sns.NewFromConfig(servers.FauxQS(t).Config())
	topic, err := client.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("alerts")})
	if err != nil {
		t.Fatal(err)
	}
	j := &job{publisher: &publisher{Client: client, refuse: map[string]bool{}}, alerts: map[string][]string{}}
	j.pipeline = &streamalert.Pipeline{
		Parser:     logtype.CloudTrail(),
		Rules:      rule.MustCompile(rule.Rule{ID: "stop", Title: "Trail stopped", When: rule.Field("eventName").Equals("StopLogging")}),
		Sink:       &accepted{sink: snssink.New(j.publisher, *topic.TopicArn), job: j},
		DeadLetter: j,
	}
	j.mapping = mapping{stream: newStream(t, shards), size: 500, function: kinesissource.Lambda(j.pipeline.Handle)}
	return j
}

func (j *job) Put(_ context.Context, batch []streamalert.DeadRecord) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.dead = append(j.dead, batch...)
	return nil
}

// accepted notes what the topic accepted.
type accepted struct {
	sink alert.Sink
	job  *job
}

func (a *accepted) Send(ctx context.Context, batch []*alert.Alert) error {
	err := a.sink.Send(ctx, batch)
	failed := alert.Failed(err, batch)
	a.job.mu.Lock()
	defer a.job.mu.Unlock()
	for _, al := range batch {
		var record struct{ EventID string }
		if failed[al.ID] == nil {
			if err := json.Unmarshal(al.Record, &record); err != nil {
				return err
			}
			a.job.alerts[record.EventID] = append(a.job.alerts[record.EventID], al.ID)
		}
	}
	return err
}

// cloudTrail is an event of CloudTrail that raises an alert.
func cloudTrail(n int) string {
	return fmt.Sprintf(`{"eventVersion":"1.08","eventTime":"2023-07-10T11:42:19Z","awsRegion":"us-east-1","eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","eventID":"%d"}`, n)
}

func numbered(n int) []types.PutRecordsRequestEntry {
	var entries []types.PutRecordsRequestEntry
	for i := range n {
		entries = append(entries, entry(fmt.Sprint("key-", i), []byte(cloudTrail(i))))
	}
	return entries
}

// checkAll asks that the alerts of n records all arrived, and those that came twice under the same ID.
func (j *job) checkAll(t *testing.T, n int) (twice int) {
	t.Helper()
	ids := map[string]bool{}
	for i := range n {
		all := j.alerts[fmt.Sprint(i)]
		if len(all) == 0 {
			t.Errorf("no alert of record %d", i)
			continue
		}
		if distinct := slices.Compact(slices.Sorted(slices.Values(all))); len(distinct) != 1 || ids[all[0]] {
			t.Errorf("alerts of record %d have the IDs %v", i, distinct)
		}
		ids[all[0]] = true
		twice += len(all) - 1
	}
	if len(j.alerts) != n {
		t.Errorf("alerts of %d records, want %d", len(j.alerts), n)
	}
	if c := j.pipeline.Counts(); c.Records != c.Evaluated+c.Unparsed+c.Skipped || c.Matched != c.Delivered+c.Failed {
		t.Errorf("the counts do not add up: %+v", c)
	}
	return twice
}

func TestABatchOf500RecordsMakesAtMost50Calls(t *testing.T) {
	j := newJob(t, 1)
	j.stream.put(t, numbered(500)...)
	j.run(t, 10)
	if twice := j.checkAll(t, 500); twice != 0 || j.invoked != 1 {
		t.Errorf("%d invocations, %d alerts came twice", j.invoked, twice)
	}
	if j.publisher.calls > 50 {
		t.Errorf("%d calls of PublishBatch, want at most 50", j.publisher.calls)
	}
}

func TestTheLowestRefusedRecordIsReported(t *testing.T) {
	j := newJob(t, 1)
	j.function.ReportBatchItemFailures = true
	j.stream.put(t, numbered(500)...)
	records := slices.Collect(maps.Values(j.stream.read(t)))[0]
	for _, n := range []int{137, 138, 300, 499} {
		j.publisher.refuse[fmt.Sprint(n)] = true
	}
	j.run(t, 10)
	// The first invocation tries all four, so that the second delivers the rest.
	if diff := cmp.Diff([]string{*records[137].SequenceNumber}, j.lowest); diff != "" {
		t.Errorf("reported (-want +got):\n%s", diff)
	}
	// What is behind record 137 was delivered twice, but for the three that were refused.
	if twice := j.checkAll(t, 500); twice != 500-138-3 || j.invoked != 2 || j.whole != 0 {
		t.Errorf("%d invocations, %d of them failed as a whole, and %d alerts came twice", j.invoked, j.whole, twice)
	}
}

func TestWithoutPartialAnswersARefusedRecordFailsItsBatch(t *testing.T) {
	j := newJob(t, 1)
	j.stream.put(t, numbered(100)...)
	j.publisher.refuse["99"] = true
	j.run(t, 10)
	if twice := j.checkAll(t, 100); twice != 99 || j.invoked != 2 || j.whole != 1 {
		t.Errorf("%d invocations, %d of them failed, and %d alerts came twice", j.invoked, j.whole, twice)
	}
}

func TestEachShardKeepsItsOwnPlace(t *testing.T) {
	j := newJob(t, 3)
	j.function.ReportBatchItemFailures = true
	j.size = 40
	j.stream.put(t, numbered(150)...)
	// Records behind a split are in other shards than those before.
	shards, err := j.stream.client.ListShards(t.Context(), &kinesis.ListShardsInput{StreamARN: &j.stream.arn})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.stream.client.SplitShard(t.Context(), &kinesis.SplitShardInput{StreamARN: &j.stream.arn,
		ShardToSplit: shards.Shards[0].ShardId, NewStartingHashKey: aws.String("1000000000000000000000000000000000000")}); err != nil {
		t.Fatal(err)
	}
	j.stream.active(t)
	j.stream.put(t, numbered(300)[150:]...)
	for n := 7; n < 300; n += 60 {
		j.publisher.refuse[fmt.Sprint(n)] = true
	}
	j.run(t, 100)
	if twice := j.checkAll(t, 300); twice == 0 {
		t.Error("no alert came twice, though some were refused")
	}
	if n := len(j.done); n < 4 {
		t.Errorf("records in %d shards, want at least 4", n)
	}
	if n := len(j.lowest); n == 0 || n > 5 || j.whole != 0 {
		t.Errorf("%d invocations with partial answers, %d failed as a whole", n, j.whole)
	}
}

func TestRecordsThatCannotBeReadDoNotBlockTheShard(t *testing.T) {
	j := newJob(t, 1)
	j.function.ReportBatchItemFailures = true
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := io.WriteString(w, cloudTrail(1)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	j.stream.put(t,
		entry("a", []byte(cloudTrail(0))),
		entry("a", z.Bytes()),
		entry("a", z.Bytes()[:z.Len()-9]),
		entry("a", []byte(`{"eventVersion":`)),
		entry("a", []byte("\xf3\x89\x9a\xc2, which looks aggregated and is not")),
		entry("a", []byte(cloudTrail(2))),
	)
	j.run(t, 1)
	// Of the gzip that is cut off, the event itself is whole: it raises record 1's alert from a place of its own.
	got := map[string]int{}
	for id, all := range j.alerts {
		got[id] = len(slices.Compact(slices.Sorted(slices.Values(all))))
	}
	if got["0"] != 1 || got["1"] < 1 || got["2"] != 1 || len(got) != 3 {
		t.Errorf("alerts by record: %v", got)
	}
	if len(j.dead) != 3 || len(j.lowest) != 0 || j.whole != 0 {
		t.Errorf("%d dead letters, reported %v, %d failed invocations", len(j.dead), j.lowest, j.whole)
	}
	for _, d := range j.dead {
		if d.Origin.Kind != "kinesis" || !strings.HasPrefix(d.Origin.Place, j.stream.arn+"/shardId-") || d.Origin.ID == "" {
			t.Errorf("a dead letter of %v", d.Origin)
		}
	}
}
