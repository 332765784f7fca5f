package faults_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/alert/snssink"
	"github.com/streamalert/streamalert-go/internal/integration/servers"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/kinesissource"
)

const (
	allBatches = 40
	perBatch   = 50 // Kinesis records
	perRecord  = 10 // log records
	allShards  = 4
	perShard   = allBatches * perBatch / allShards
	allRecords = allBatches * perBatch * perRecord
)

// tooFast is how Kinesis throttles:
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
func tooFast(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, `{"__type":"ProvisionedThroughputExceededException","message":"Rate exceeded for shard."}`)
}

// throttling is how SNS does: https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
func throttling(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>1</RequestId></ErrorResponse>`)
}

// harmed are clients of a server that throttles, behind a network that cuts answers off, resets connections and stalls.
func harmed(t *testing.T, server *servers.AWS, answer func(http.ResponseWriter), requests *atomic.Int64) aws.Config {
	t.Helper()
	p := servers.NewToxiproxy(t, server)
	p.Add(t, servers.Toxic{Type: "limit_data", Attributes: map[string]any{"bytes": 300}, Toxicity: 0.03})
	p.Add(t, servers.Toxic{Type: "reset_peer", Attributes: map[string]any{"timeout": 1}, Toxicity: 0.02})
	p.Add(t, servers.Toxic{Type: "timeout", Attributes: map[string]any{"timeout": 0}, Toxicity: 0.006})
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true
	cfg := p.Config()
	cfg.HTTPClient = throttled{&http.Client{Transport: transport, Timeout: time.Second}, 400, 6, answer, requests}
	cfg.Retryer = func() aws.Retryer {
		// Two attempts, so that enough is left for Lambda to do.
		return retry.NewStandard(func(r *retry.StandardOptions) {
			r.MaxAttempts, r.MaxBackoff, r.RateLimiter = 2, 10*time.Millisecond, noLimit{}
		})
	}
	return cfg
}

// noLimit lets clients try again however often that has not helped.
type noLimit struct{}

func (noLimit) GetToken(context.Context, uint) (func() error, error) { return noLimit{}.release, nil }
func (noLimit) AddTokens(uint) error                                 { return nil }
func (noLimit) release() error                                       { return nil }

// fillStream makes a stream of numbered records: in each shard as many as in any other, and in their order.
func fillStream(t *testing.T, server *servers.AWS) (arn string, shards []string) {
	t.Helper()
	client := kinesis.NewFromConfig(server.Config())
	name := aws.String("logs")
	if _, err := client.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: name, ShardCount: aws.Int32(allShards)}); err != nil {
		t.Fatal(err)
	}
	if err := kinesis.NewStreamExistsWaiter(client).Wait(t.Context(), &kinesis.DescribeStreamInput{StreamName: name}, time.Minute,
		func(o *kinesis.StreamExistsWaiterOptions) {
			o.MinDelay, o.MaxDelay = 20*time.Millisecond, 100*time.Millisecond
		}); err != nil {
		t.Fatal(err)
	}
	out, err := client.DescribeStream(t.Context(), &kinesis.DescribeStreamInput{StreamName: name})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, shard := range out.StreamDescription.Shards {
		shards = append(shards, *shard.ShardId)
		for range perShard / perBatch {
			var entries []types.PutRecordsRequestEntry
			for range perBatch {
				var lines []byte
				for range perRecord {
					lines = fmt.Appendf(lines, `{"eventVersion":"1.08","eventTime":"2023-07-10T11:42:19Z","awsRegion":"us-east-1","eventSource":"s3.amazonaws.com","eventName":"GetObject","requestParameters":{"number":%d}}`+"\n", n)
					n++
				}
				entries = append(entries, types.PutRecordsRequestEntry{
					PartitionKey: aws.String("host"), ExplicitHashKey: shard.HashKeyRange.StartingHashKey, Data: lines})
			}
			put, err := client.PutRecords(t.Context(), &kinesis.PutRecordsInput{StreamName: name, Records: entries})
			if err != nil || *put.FailedRecordCount != 0 {
				t.Fatalf("records were not put: %v", err)
			}
		}
	}
	return *out.StreamDescription.StreamARN, shards
}

// poller does for one shard what an event source mapping does, which no server has: it reads from its checkpoint on,
// invokes the function with what it read, and moves the checkpoint by the answer.
type poller struct {
	client   *kinesis.Client
	function *source.Lambda
	stream   string
	shard    string

	checkpoint string // the sequence number behind which it reads; "" is the beginning
	done       int
	whole      int // invocations that failed as a whole
	partly     int // that failed in part
}

// run reads the shard until it is done, or does not get on.
func (p *poller) run(ctx context.Context) error {
	const most = 500
	var err error
	for range most {
		if p.done == perShard {
			return nil
		}
		var records []types.Record
		if records, err = p.read(ctx); err != nil || len(records) == 0 {
			continue // what it reads through fails, too
		}
		if err = p.invoke(ctx, records); err != nil && !errors.Is(err, errWhole) {
			return err
		}
	}
	return fmt.Errorf("%s: %d of %d records are done after %d rounds: %w", p.shard, p.done, perShard, most, err)
}

func (p *poller) read(ctx context.Context) ([]types.Record, error) {
	in := &kinesis.GetShardIteratorInput{StreamARN: &p.stream, ShardId: &p.shard, ShardIteratorType: types.ShardIteratorTypeTrimHorizon}
	if p.checkpoint != "" {
		in.ShardIteratorType, in.StartingSequenceNumber = types.ShardIteratorTypeAfterSequenceNumber, &p.checkpoint
	}
	it, err := p.client.GetShardIterator(ctx, in)
	if err != nil {
		return nil, err
	}
	out, err := p.client.GetRecords(ctx, &kinesis.GetRecordsInput{StreamARN: &p.stream, ShardIterator: it.ShardIterator, Limit: aws.Int32(perBatch)})
	if err != nil {
		return nil, err
	}
	return out.Records, nil
}

var errWhole = errors.New("the batch failed as a whole")

func (p *poller) invoke(ctx context.Context, records []types.Record) error {
	event, err := p.event(records)
	if err != nil {
		return err
	}
	answer, err := p.function.Invoke(ctx, event)
	if err != nil {
		p.whole++
		return fmt.Errorf("%w: %w", errWhole, err)
	}
	n := len(records)
	if p.function.ReportBatchItemFailures {
		if n, err = firstFailed(answer, records); err != nil {
			return err
		}
	}
	if n < len(records) {
		p.partly++
	}
	if n > 0 {
		p.checkpoint = *records[n-1].SequenceNumber
		p.done += n
	}
	return nil
}

// event is what Lambda makes of records: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
func (p *poller) event(records []types.Record) ([]byte, error) {
	var list []map[string]any
	for _, r := range records {
		list = append(list, map[string]any{
			"kinesis": map[string]any{
				"kinesisSchemaVersion": "1.0", "partitionKey": r.PartitionKey, "sequenceNumber": r.SequenceNumber, "data": r.Data,
				"approximateArrivalTimestamp": float64(r.ApproximateArrivalTimestamp.UnixMilli()) / 1000,
			},
			"eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": p.shard + ":" + *r.SequenceNumber,
			"eventName": "aws:kinesis:record", "invokeIdentityArn": "arn:aws:iam::000000000000:role/function",
			"awsRegion": servers.Region, "eventSourceARN": p.stream,
		})
	}
	return json.Marshal(map[string]any{"Records": list})
}

// firstFailed is the place of the lowest sequence number in an answer, by which Lambda goes, or behind the last record:
// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
func firstFailed(answer []byte, records []types.Record) (int, error) {
	var a struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		return 0, fmt.Errorf("answer %s: %w", answer, err)
	}
	places := make(map[string]int, len(records))
	for i, r := range records {
		places[*r.SequenceNumber] = i
	}
	n, lowest := len(records), new(big.Int)
	for _, f := range a.BatchItemFailures {
		at, ok := places[f.ItemIdentifier]
		sequence, isNumber := new(big.Int).SetString(f.ItemIdentifier, 10)
		if !ok || !isNumber {
			return 0, fmt.Errorf("the answer names %q, which is not in the batch", f.ItemIdentifier)
		}
		if n == len(records) || sequence.Cmp(lowest) < 0 {
			n, lowest = at, sequence
		}
	}
	return n, nil
}

// topic makes a topic, and a queue that gets its messages as they are.
func topic(t *testing.T, cfg aws.Config) (topicARN, queueURL string) {
	t.Helper()
	topics, queues := sns.NewFromConfig(cfg), sqs.NewFromConfig(cfg)
	out, err := topics.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("alerts")})
	if err != nil {
		t.Fatal(err)
	}
	queue, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("alerts")})
	if err != nil {
		t.Fatal(err)
	}
	arn, err := queues.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: queue.QueueUrl, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameQueueArn}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := topics.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: out.TopicArn, Protocol: aws.String("sqs"),
		Endpoint: aws.String(arn.Attributes["QueueArn"]), Attributes: map[string]string{"RawMessageDelivery": "true"}}); err != nil {
		t.Fatal(err)
	}
	return *out.TopicArn, *queue.QueueUrl
}

// inbox receives the alerts of a queue, and counts them by the number of their record and their ID.
type inbox struct {
	client *sqs.Client
	queue  string
	ids    map[int64]map[string]int
}

// drain takes alerts in while they come, and once that is over until the queue has none. What it took it deletes: an
// answer of the queue can be lost, and what was in it comes again after the visibility timeout.
func (b *inbox) drain(ctx context.Context, over <-chan struct{}) error {
	for {
		last := false
		select {
		case <-over:
			last = true
		default:
		}
		out, err := b.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &b.queue, MaxNumberOfMessages: 10, VisibilityTimeout: 5, WaitTimeSeconds: 1})
		if err != nil {
			return err
		}
		if err := errors.Join(b.take(out.Messages), b.delete(ctx, out.Messages)); err != nil {
			return err
		}
		if !last || len(out.Messages) > 0 {
			continue
		}
		if empty, err := b.empty(ctx); empty || err != nil {
			return err
		}
	}
}

func (b *inbox) delete(ctx context.Context, messages []sqstypes.Message) error {
	if len(messages) == 0 {
		return nil
	}
	var entries []sqstypes.DeleteMessageBatchRequestEntry
	for i, m := range messages {
		entries = append(entries, sqstypes.DeleteMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), ReceiptHandle: m.ReceiptHandle})
	}
	_, err := b.client.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &b.queue, Entries: entries})
	return err
}

// empty tells whether the queue holds no message, not even one that was handed out.
func (b *inbox) empty(ctx context.Context) (bool, error) {
	out, err := b.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &b.queue, AttributeNames: []sqstypes.QueueAttributeName{
		sqstypes.QueueAttributeNameApproximateNumberOfMessages, sqstypes.QueueAttributeNameApproximateNumberOfMessagesNotVisible}})
	if err != nil {
		return false, err
	}
	for _, n := range out.Attributes {
		if n != "0" {
			return false, nil
		}
	}
	return len(out.Attributes) == 2, nil
}

func (b *inbox) take(messages []sqstypes.Message) error {
	for _, m := range messages {
		var a alert.Alert
		var r struct{ RequestParameters struct{ Number int64 } }
		if err := errors.Join(json.Unmarshal([]byte(*m.Body), &a), json.Unmarshal(a.Record, &r)); err != nil {
			return err
		}
		n := r.RequestParameters.Number
		if b.ids[n] == nil {
			b.ids[n] = map[string]int{}
		}
		b.ids[n][a.ID]++
	}
	return nil
}

// check asks that the alert of every record arrived, each time under the same ID, and returns how many did.
func (b *inbox) check(t *testing.T) (arrived int) {
	t.Helper()
	distinct := map[string]bool{}
	for n := range int64(allRecords) {
		if len(b.ids[n]) != 1 {
			t.Errorf("record %d arrived under %d IDs, want one: %v", n, len(b.ids[n]), b.ids[n])
		}
		for id, times := range b.ids[n] {
			distinct[id] = true
			arrived += times
		}
	}
	if len(b.ids) != allRecords || len(distinct) != allRecords {
		t.Errorf("%d records arrived under %d IDs, want %d", len(b.ids), len(distinct), allRecords)
	}
	return arrived
}

// Records are read from a real stream, and their alerts are published to a real topic, both through a network that does
// harm. Every other shard has partial answers.
func TestAllRecordsOfAStreamArriveThroughResetsStallsAndThrottling(t *testing.T) {
	t.Parallel()
	kinesisServer, snsServer := servers.Kinesis(t), servers.FauxQS(t)
	stream, shards := fillStream(t, kinesisServer)
	topicARN, queue := topic(t, snsServer.Config())
	var reads, sends atomic.Int64
	streams := kinesis.NewFromConfig(harmed(t, kinesisServer, tooFast, &reads))
	pipeline := &streamalert.Pipeline{
		Parser: logtype.CloudTrail(),
		Rules:  rule.MustCompile(rule.Rule{ID: "every", When: rule.Field("eventName").Equals("GetObject")}),
		Sink:   snssink.New(sns.NewFromConfig(harmed(t, snsServer, throttling, &sends)), topicARN),
	}

	pollers := make([]*poller, len(shards))
	over := make(chan struct{})
	var working, draining sync.WaitGroup
	for i, shard := range shards {
		f := kinesissource.Lambda(pipeline.Handle)
		f.ReportBatchItemFailures = i%2 == 0
		pollers[i] = &poller{client: streams, function: f, stream: stream, shard: shard}
		working.Go(func() {
			if err := pollers[i].run(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	in := &inbox{client: sqs.NewFromConfig(snsServer.Config()), queue: queue, ids: map[int64]map[string]int{}}
	draining.Go(func() {
		if err := in.drain(t.Context(), over); err != nil {
			t.Error(err)
		}
	})
	working.Wait()
	close(over)
	draining.Wait()

	arrived := in.check(t)
	c := pipeline.Counts()
	if c.Records != c.Evaluated+c.Unparsed+c.Skipped || c.Unparsed != 0 || c.Matched != c.Delivered+c.Failed || int(c.Delivered) > arrived {
		t.Errorf("the counts do not add up: %+v, %d alerts arrived", c, arrived)
	}
	whole, partly := 0, 0
	for _, p := range pollers {
		whole += p.whole
		partly += p.partly
	}
	if whole == 0 || partly == 0 || c.Failed == 0 {
		t.Errorf("too little went wrong to tell: %d invocations failed, %d in part, %+v", whole, partly, c)
	}
	t.Logf("%d requests to read, %d to publish; of %d invocations %d failed and %d in part; %d alerts of %d records",
		reads.Load(), sends.Load(), allBatches+whole+partly, whole, partly, arrived, len(in.ids))
}
