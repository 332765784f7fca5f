package lambdasource_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	kinesisapi "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/filesource"
	"github.com/streamalert/streamalert-go/source/kinesissource"
	"github.com/streamalert/streamalert-go/source/lambdasource"
	"github.com/streamalert/streamalert-go/source/s3source"
)

// A process is killed after every single step that it takes outside of itself: each call of the service, each read of a
// body, each send, each answer. From then on nothing it does has an effect. It is started again, the service hands over
// what was not acknowledged, and what the sink has in the end is compared with a run that nothing happened to. The same
// once more, where just that one step fails and the process lives on.
func TestNothingIsLostInACrash(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			s.dir = t.TempDir()
			whole := s.run(t, -1, false)
			want := whole.sink.ids()
			if len(want) != bodies*records {
				t.Fatalf("%d alerts without a crash", len(want))
			}
			for name, lives := range map[string]bool{"killed": false, "failed": true} {
				twice := 0
				for at := range whole.steps {
					w := s.run(t, at, lives)
					if got := w.sink.ids(); !slices.Equal(want, got) {
						t.Errorf("%s after step %d: %d alerts, want %d with the same IDs", name, at, len(got), len(want))
					}
					for _, n := range w.sink.times {
						if n > 1 {
							twice++
						}
					}
					if s.ordered && !slices.IsSorted(w.acknowledged) {
						t.Errorf("%s after step %d: acknowledged out of order: %v", name, at, w.acknowledged)
					}
					// While a process lives, it may send alerts of later payloads before those that failed.
					if s.ordered && !lives && !slices.IsSorted(w.sink.first) {
						t.Errorf("%s after step %d: out of order: %v", name, at, w.sink.first)
					}
				}
				t.Logf("%s at %d points: 0 lost, %.1f alerts sent again on average, order kept: %v", name, whole.steps, float64(twice)/float64(whole.steps), s.ordered)
			}
		})
	}
}

const (
	bodies  = 6 // payloads
	records = 3 // in each, every one raises an alert
)

// world is everything outside of the process.
type world struct {
	mu      sync.Mutex // of the steps: the pipeline sends while it reads
	left    int        // steps until the process is killed; negative: never
	lives   bool       // only that step fails
	steps   int
	killed  bool
	pending []message
	sink    sink

	acknowledged []string // messages, in order
}

var errKilled = errors.New("the process was killed, or would have been")

// step is one thing that the process does outside of itself. What it does after its death does not happen.
func (w *world) step() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.killed {
		return errKilled
	}
	w.steps++
	w.left--
	if w.left == -1 {
		w.killed = !w.lives
		return errKilled
	}
	return nil
}

// sink is durable: it outlives the process.
type sink struct {
	times map[string]int
	first []string // the records, in the order in which they were first accepted
}

func (s *sink) ids() []string {
	var ids []string
	for id := range s.times {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Send can be killed before the alerts arrive, and after.
func (w *world) Send(_ context.Context, batch []*alert.Alert) error {
	if err := w.step(); err != nil {
		return err
	}
	for _, a := range batch {
		if w.sink.times[a.ID]++; w.sink.times[a.ID] == 1 {
			w.sink.first = append(w.sink.first, string(a.Record))
		}
	}
	return w.step()
}

func (w *world) GetObject(_ context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	if err := w.step(); err != nil {
		return nil, err
	}
	var n int
	if _, err := fmt.Sscanf(aws.ToString(in.Key), "object-%d", &n); err != nil {
		return nil, err
	}
	b := compressed(n)
	return &s3.GetObjectOutput{Body: io.NopCloser(&steps{w, bytes.NewReader(b)}), ContentLength: aws.Int64(int64(len(b))), ETag: aws.String(fmt.Sprint(n))}, nil
}

// steps is a body that comes in portions.
type steps struct {
	w *world
	r io.Reader
}

func (s *steps) Read(b []byte) (int, error) {
	if err := s.w.step(); err != nil {
		return 0, err
	}
	return s.r.Read(b[:min(len(b), 40)])
}

func body(n int) string {
	var b strings.Builder
	for r := range records {
		fmt.Fprintf(&b, "{\"n\":\"%02d-%d\"}\n", n, r)
	}
	return b.String()
}

func compressed(n int) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.WriteString(z, body(n))
	if err = errors.Join(err, z.Close()); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func (w *world) pipeline() *streamalert.Pipeline {
	return &streamalert.Pipeline{Parser: parse.JSONFormat{}, Rules: rule.MustCompile(rule.Rule{ID: "all", When: rule.Field("n").Exists()}), Sink: w, MaxPending: 4}
}

// message is what a service hands over until it is acknowledged.
type message struct {
	id   string
	json string
}

type scenario struct {
	name    string
	message func(n int) message
	// event makes an event of messages; batch is how many at most.
	event   func([]message) string
	batch   int
	partial bool // FunctionResponseTypes: ReportBatchItemFailures
	stream  bool // a failure holds back what is behind it
	ordered bool
	files   bool
	dir     string // of the files: the same for all runs, since a file's time is part of its identity
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func notice(n int) string {
	return fmt.Sprintf(`{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1","eventTime":"2023-07-10T11:45:00.000Z","eventName":"ObjectCreated:Put","s3":{"s3SchemaVersion":"1.0","bucket":{"name":"logs","arn":"arn:aws:s3:::logs"},"object":{"key":"object-%d","size":99,"eTag":"%[1]d"}}}`, n)
}

func sqs(body func(n int) string, queue, group string) func(n int) message {
	return func(n int) message {
		id := fmt.Sprintf("message-%d", n)
		return message{id, fmt.Sprintf(`{"messageId":%q,"receiptHandle":"h","body":%s,"attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1688989500000"%s},"messageAttributes":{},"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:%s","awsRegion":"us-east-1"}`,
			id, quoted(body(n)), group, queue)}
	}
}

func inRecords(m []message) string {
	var all []string
	for _, m := range m {
		all = append(all, m.json)
	}
	return `{"Records":[` + strings.Join(all, ",") + `]}`
}

func alone(m []message) string { return m[0].json }

func s3Event(n int) string { return `{"Records":[` + notice(n) + `]}` }

func kinesis(n int) message {
	id := fmt.Sprintf("4959033827149025660855969253836157109592157598913658889%d", n)
	return message{id, fmt.Sprintf(`{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"1","sequenceNumber":%q,"data":%q,"approximateArrivalTimestamp":1607497475.0},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-000000000006:%[1]s","eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::123456789012:role/r","awsRegion":"us-east-1","eventSourceARN":"arn:aws:kinesis:us-east-1:123456789012:stream/logs"}`,
		id, base64.StdEncoding.EncodeToString(compressed(n)))}
}

// letter is what a failure destination gets of a batch that is one record of Kinesis.
func letter(n int) string {
	return fmt.Sprintf(`{"requestContext":{"requestId":"c9b8fa9f","functionArn":"arn:aws:lambda:us-east-1:123456789012:function:f","condition":"RetryAttemptsExhausted","approximateInvokeCount":1},"version":"1.0","timestamp":"2019-11-14T00:38:06.021Z","KinesisBatchInfo":{"shardId":"shardId-000000000006","startSequenceNumber":%[1]q,"endSequenceNumber":%[1]q,"batchSize":1,"streamArn":"arn:aws:kinesis:us-east-1:123456789012:stream/logs"}}`, kinesis(n).id)
}

// call is a step that is a call of Kinesis. A killed process does not try again.
func (w *world) call() error {
	if err := w.step(); err != nil {
		return &smithy.GenericAPIError{Code: "Killed", Message: err.Error(), Fault: smithy.FaultClient}
	}
	return nil
}

func (w *world) GetShardIterator(_ context.Context, in *kinesisapi.GetShardIteratorInput, _ ...func(*kinesisapi.Options)) (*kinesisapi.GetShardIteratorOutput, error) {
	return &kinesisapi.GetShardIteratorOutput{ShardIterator: in.StartingSequenceNumber}, w.call()
}

func (w *world) GetRecords(_ context.Context, in *kinesisapi.GetRecordsInput, _ ...func(*kinesisapi.Options)) (*kinesisapi.GetRecordsOutput, error) {
	var n int
	if _, err := fmt.Sscan((*in.ShardIterator)[len(*in.ShardIterator)-1:], &n); err != nil {
		return nil, err
	}
	return &kinesisapi.GetRecordsOutput{Records: []types.Record{{SequenceNumber: in.ShardIterator, Data: compressed(n)}}}, w.call()
}

func snsMessage(n int) message {
	return message{fmt.Sprint(n), fmt.Sprintf(`{"EventVersion":"1.0","EventSubscriptionArn":"arn:aws:sns:us-east-1:123456789012:logs:1","EventSource":"aws:sns","Sns":{"Type":"Notification","MessageId":"95df01b4-ee98-5cb9-9903-4c221d41eb5%d","TopicArn":"arn:aws:sns:us-east-1:123456789012:logs","Subject":null,"Message":%s,"Timestamp":"2023-07-10T11:45:00.123Z","SignatureVersion":"1","Signature":"E","SigningCertUrl":"E","UnsubscribeUrl":"E","MessageAttributes":{}}}`, n, quoted(body(n)))}
}

func eventBridge(n int) message {
	return message{fmt.Sprint(n), fmt.Sprintf(`{"version":"0","id":"17793124-05d4-b198-2fde-7ededc63b10%d","detail-type":"Object Created","source":"aws.s3","account":"111122223333","time":"2021-11-12T00:00:00Z","region":"us-east-1","resources":[],"detail":{"version":"0","bucket":{"name":"logs"},"object":{"key":"object-%[1]d","size":99,"etag":"%[1]d"},"reason":"PutObject"}}`, n)}
}

var scenarios = []scenario{
	{name: "S3", message: func(n int) message { return message{fmt.Sprint(n), notice(n)} }, event: inRecords, batch: 1},
	{name: "S3, several records", message: func(n int) message { return message{fmt.Sprint(n), notice(n)} }, event: inRecords, batch: bodies},
	{name: "S3 by EventBridge", message: eventBridge, event: alone, batch: 1},
	{name: "S3 by SQS", message: sqs(s3Event, "logs", ""), event: inRecords, batch: 4, partial: true},
	{name: "S3 by SQS, no partial answers", message: sqs(s3Event, "logs", ""), event: inRecords, batch: 4},
	{name: "SQS", message: sqs(body, "logs", ""), event: inRecords, batch: 4, partial: true},
	{name: "SQS FIFO", message: sqs(body, "logs.fifo", `,"MessageGroupId":"g"`), event: inRecords, batch: 4, partial: true, ordered: true},
	{name: "SNS", message: snsMessage, event: inRecords, batch: 1},
	{name: "Kinesis", message: kinesis, event: inRecords, batch: 4, partial: true, stream: true, ordered: true},
	{name: "Kinesis, no partial answers", message: kinesis, event: inRecords, batch: 4, stream: true, ordered: true},
	{name: "Kinesis, given up and read again, by SQS", message: sqs(letter, "letters", ""), event: inRecords, batch: 4, partial: true},
	{name: "files", files: true},
}

// run lets a process that is killed after a number of steps run, or of which one fails, and then one that is not.
func (s scenario) run(t *testing.T, killAfter int, lives bool) *world {
	t.Helper()
	w := &world{left: killAfter, lives: lives, sink: sink{times: map[string]int{}}}
	if s.files {
		s.runFiles(t, w)
		return w
	}
	for n := range bodies {
		w.pending = append(w.pending, s.message(n))
	}
	for n := 0; len(w.pending) > 0; n++ {
		if n > 1 {
			t.Fatal("the second process was killed too")
		}
		// A killed process does not try again.
		events := lambdasource.Events{Objects: s3source.Objects{Client: w, Attempts: -1}, Discarded: kinesissource.Discarded{Client: w}}
		fn := &source.Lambda{Decode: events.Decode, Handler: w.pipeline().Handle, ReportBatchItemFailures: s.partial}
		for len(w.pending) > 0 && !w.killed {
			batch := w.pending[:min(s.batch, len(w.pending))]
			answer, err := fn.Invoke(t.Context(), []byte(s.event(batch)))
			if w.step() != nil {
				break // the answer did not arrive
			}
			again := s.unacknowledged(t, batch, answer, err)
			for _, m := range batch {
				if !slices.Contains(again, m) {
					w.acknowledged = append(w.acknowledged, m.id)
				}
			}
			w.pending = append(again, w.pending[len(batch):]...)
		}
		w.killed, w.left = false, -1
	}
	return w
}

// unacknowledged is what Lambda hands over again.
func (s scenario) unacknowledged(t *testing.T, batch []message, answer []byte, err error) []message {
	if err != nil {
		return slices.Clone(batch)
	}
	var a struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		t.Fatal(err)
	}
	var again []message
	for i, m := range batch {
		for _, f := range a.BatchItemFailures {
			if f.ItemIdentifier != m.id {
				continue
			}
			if s.stream {
				return slices.Clone(batch[i:])
			}
			again = append(again, m)
		}
	}
	return again
}

// runFiles is the source that has no acknowledgement: the second process begins from the start.
func (s scenario) runFiles(t *testing.T, w *world) {
	for n := range bodies {
		path := filepath.Join(s.dir, fmt.Sprint(n))
		if _, err := os.Stat(path); err != nil {
			if err := os.WriteFile(path, compressed(n), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 2 {
		err := (&filesource.Source{Paths: []string{s.dir}}).Run(t.Context(), w.reading)
		if err == nil {
			return
		}
		w.killed, w.left = false, -1
	}
	t.Fatal("not finished")
}

// reading makes opening a file, and its end, steps.
func (w *world) reading(ctx context.Context, batch []*source.Payload) error {
	if err := w.step(); err != nil {
		return err
	}
	if err := w.pipeline().Handle(ctx, batch); err != nil {
		return err
	}
	return w.step()
}
