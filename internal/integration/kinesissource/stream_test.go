// Package kinesissource_test holds the Kinesis source against kinesis-local, a server of Kinesis that others made: records
// are put as producers put them, and read again by the SDK. What the server does not have is event source mappings: the
// type mapping does what the Lambda developer guide says of them.
package kinesissource_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/streamalert/streamalert-go/internal/integration/servers"
	"github.com/streamalert/streamalert-go/source"
)

// stream is one of the server's.
type stream struct {
	client *kinesis.Client
	arn    string
}

func newStream(t *testing.T, shards int32) *stream {
	t.Helper()
	s := &stream{client: kinesis.NewFromConfig(servers.Kinesis(t).Config())}
	if _, err := s.client.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: aws.String("logs"), ShardCount: &shards}); err != nil {
		t.Fatal(err)
	}
	s.arn = s.active(t)
	return s
}

// active waits until the stream is, and returns its ARN.
func (s *stream) active(t *testing.T) string {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		out, err := s.client.DescribeStreamSummary(t.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: aws.String("logs")})
		if err == nil && out.StreamDescriptionSummary.StreamStatus == types.StreamStatusActive {
			return *out.StreamDescriptionSummary.StreamARN
		}
	}
	t.Fatal("the stream does not become active")
	return ""
}

// entry is a record to put.
func entry(key string, data []byte) types.PutRecordsRequestEntry {
	return types.PutRecordsRequestEntry{PartitionKey: &key, Data: data}
}

// put puts records by calls of 500.
func (s *stream) put(t *testing.T, entries ...types.PutRecordsRequestEntry) {
	t.Helper()
	for some := range slices.Chunk(entries, 500) {
		out, err := s.client.PutRecords(t.Context(), &kinesis.PutRecordsInput{StreamARN: &s.arn, Records: some})
		if err != nil {
			t.Fatal(err)
		}
		if *out.FailedRecordCount != 0 {
			t.Fatalf("%d records were not taken", *out.FailedRecordCount)
		}
	}
}

// read is all that is in the stream by now, by shard.
func (s *stream) read(t *testing.T) map[string][]types.Record {
	t.Helper()
	shards, err := s.client.ListShards(t.Context(), &kinesis.ListShardsInput{StreamARN: &s.arn})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]types.Record{}
	for _, shard := range shards.Shards {
		it, err := s.client.GetShardIterator(t.Context(), &kinesis.GetShardIteratorInput{StreamARN: &s.arn,
			ShardId: shard.ShardId, ShardIteratorType: types.ShardIteratorTypeTrimHorizon})
		if err != nil {
			t.Fatal(err)
		}
		for next := it.ShardIterator; next != nil; {
			out, err := s.client.GetRecords(t.Context(), &kinesis.GetRecordsInput{StreamARN: &s.arn, ShardIterator: next})
			if err != nil {
				t.Fatal(err)
			}
			all[*shard.ShardId] = append(all[*shard.ShardId], out.Records...)
			if len(out.Records) == 0 {
				break
			}
			next = out.NextShardIterator
		}
	}
	return all
}

// mapping is an event source mapping of a stream: it hands the function batches of each shard, and moves the shard's
// checkpoint by the answer.
type mapping struct {
	stream   *stream
	function *source.Lambda
	size     int // of a batch

	done    map[string]int // records that are, by shard
	lowest  []string       // what each failed invocation with a partial answer led to
	whole   int            // invocations that failed as a whole
	invoked int
}

// run invokes the function until nothing is left, or for so many rounds.
func (m *mapping) run(t *testing.T, rounds int) {
	t.Helper()
	records := m.stream.read(t)
	if m.done == nil {
		m.done = map[string]int{}
	}
	for range rounds {
		left := false
		for shard, rs := range records {
			if rest := rs[m.done[shard]:]; len(rest) > 0 {
				m.done[shard] += m.invoke(t, shard, rest[:min(len(rest), m.size)])
				left = left || m.done[shard] < len(rs)
			}
		}
		if !left {
			return
		}
	}
}

// invoke returns how many records of the batch are done.
func (m *mapping) invoke(t *testing.T, shard string, batch []types.Record) int {
	t.Helper()
	m.invoked++
	out, err := m.function.Invoke(t.Context(), event(t, m.stream.arn, shard, batch))
	if err != nil {
		m.whole++
		return 0
	}
	if !m.function.ReportBatchItemFailures {
		return len(batch) // whatever the answer says
	}
	var answer struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatalf("answer %s: %v", out, err)
	}
	n := len(batch)
	for _, f := range answer.BatchItemFailures {
		n = min(n, find(t, batch, f.ItemIdentifier))
	}
	if n < len(batch) {
		m.lowest = append(m.lowest, *batch[n].SequenceNumber)
	}
	return n
}

// find is the place of a sequence number in a batch. The batch is in the order of the numbers.
func find(t *testing.T, batch []types.Record, sequence string) int {
	t.Helper()
	want := number(t, sequence)
	i, ok := slices.BinarySearchFunc(batch, want, func(r types.Record, n *big.Int) int {
		return number(t, *r.SequenceNumber).Cmp(n)
	})
	if !ok {
		t.Fatalf("the answer names %s, which is not in the batch", sequence)
	}
	return i
}

func number(t *testing.T, s string) *big.Int {
	t.Helper()
	n, ok := new(big.Int).SetString(s, 10)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return n
}

// event is what Lambda makes of records: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
func event(t *testing.T, arn, shard string, records []types.Record) []byte {
	t.Helper()
	list := []map[string]any{}
	for _, r := range records {
		data := r.Data
		if data == nil {
			data = []byte{}
		}
		list = append(list, map[string]any{
			"kinesis": map[string]any{
				"kinesisSchemaVersion": "1.0", "partitionKey": *r.PartitionKey, "sequenceNumber": *r.SequenceNumber, "data": data,
				"approximateArrivalTimestamp": json.Number(fmt.Sprintf("%.3f", float64(r.ApproximateArrivalTimestamp.UnixMilli())/1000)),
			},
			"eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": shard + ":" + *r.SequenceNumber,
			"eventName": "aws:kinesis:record", "invokeIdentityArn": "arn:aws:iam::000000000000:role/function",
			"awsRegion": servers.Region, "eventSourceARN": arn,
		})
	}
	b, err := json.Marshal(map[string]any{"Records": list})
	if err != nil {
		t.Fatal(err)
	}
	return b
}
