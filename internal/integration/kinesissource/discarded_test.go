package kinesissource_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/kinesissource"
	"github.com/streamalert/streamalert-go/source/lambdasource"
)

// letter is what Lambda sends to a queue when it gives up on a batch, as the queue hands it to a function:
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
func letter(t *testing.T, arn, shard, first, last string, size int) []byte {
	t.Helper()
	doc, err := json.Marshal(map[string]any{
		"requestContext": map[string]any{"requestId": "c9b8fa9f-5a7f-xmpl-af9c-0c604cde93a5", "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:f",
			"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 1},
		"responseContext": map[string]any{"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
		"version":         "1.0", "timestamp": "2019-11-14T00:38:06.021Z",
		"KinesisBatchInfo": map[string]any{"shardId": shard, "startSequenceNumber": first, "endSequenceNumber": last, "batchSize": size, "streamArn": arn,
			"approximateArrivalOfFirstRecord": "2019-11-14T00:38:04.835Z", "approximateArrivalOfLastRecord": "2019-11-14T00:38:05.580Z"},
	})
	if err != nil {
		t.Fatal(err)
	}
	event, err := json.Marshal(map[string]any{"Records": []any{map[string]any{"messageId": "m", "body": string(doc), "eventSource": "aws:sqs",
		"eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:failures"}}})
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// reread is a function of the failure queue.
func (s *stream) reread(h source.Handler) *source.Lambda {
	events := lambdasource.Events{Discarded: kinesissource.Discarded{Client: s.client, Streams: []string{s.arn}}}
	return &source.Lambda{Decode: events.Decode, Handler: h, ReportBatchItemFailures: true}
}

// seen is what is compared of a payload.
type seen struct{ Origin, Body, Key, Sent string }

// collect reads payloads. lost has the permanent errors.
func collect(all *[]seen, lost *[]string) source.Handler {
	return func(ctx context.Context, batch []*source.Payload) error {
		for _, p := range batch {
			body, err := p.Open(ctx)
			if permanent, ok := errors.AsType[*source.Permanent](err); ok {
				*lost = append(*lost, fmt.Sprintf("%v: %v", p.Origin, permanent))
				continue
			}
			if err != nil {
				return err
			}
			b, err := io.ReadAll(body)
			if err = errors.Join(err, body.Close()); err != nil {
				return err
			}
			*all = append(*all, seen{p.Origin.String(), string(b), p.Attributes["partitionKey"], p.Sent.String()})
		}
		return nil
	}
}

// mixed are records plain, compressed, of no bytes, and aggregated.
func mixed(t *testing.T, n int) []types.PutRecordsRequestEntry {
	t.Helper()
	const aggregate = "\xf3\x89\x9a\xc2\n\x04host\x1a\x09\b\x00\x1a\x05alice\x1a\x07\b\x00\x1a\x03bob" +
		"\x7d\xd8\x8d\x96\xfb\xcb\x46\x8d\x89\xf7\x42\xe7\x5d\x85\x42\xea"
	var entries []types.PutRecordsRequestEntry
	for i := range n {
		var data []byte
		switch i % 3 {
		case 0:
			data = []byte(cloudTrail(i))
		case 1:
			var z bytes.Buffer
			w := gzip.NewWriter(&z)
			if _, err := io.WriteString(w, cloudTrail(i)); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			data = z.Bytes()
		case 2:
			data = []byte(aggregate)
		}
		entries = append(entries, entry(fmt.Sprint("key-", i), data))
	}
	return entries
}

// One stream for all, for the server takes longer to start than these to run.
func TestABatchThatLambdaHasGivenUpOn(t *testing.T) {
	s := newStream(t, 2)
	s.put(t, mixed(t, 600)...)
	// One shard is closed: its records are there all the same.
	shards, err := s.client.ListShards(t.Context(), &kinesis.ListShardsInput{StreamARN: &s.arn})
	if err != nil {
		t.Fatal(err)
	}
	closed := *shards.Shards[0].ShardId
	if _, err := s.client.SplitShard(t.Context(), &kinesis.SplitShardInput{StreamARN: &s.arn,
		ShardToSplit: &closed, NewStartingHashKey: aws.String("1000000000000000000000000000000000000")}); err != nil {
		t.Fatal(err)
	}
	s.active(t)
	read := 0
	all := s.read(t)
	for shard, records := range all {
		n := len(records)
		if n == 0 {
			continue
		}
		read++
		for name, at := range map[string][2]int{"the first": {0, 1}, "the middle": {n / 3, n / 2}, "the end": {n / 2, n}, "all": {0, n}} {
			t.Run("is read again: "+shard+", "+name, func(t *testing.T) {
				batch := records[at[0]:at[1]]
				first := s.first(t, shard, batch)
				again, lost := s.again(t, letter(t, s.arn, shard, *batch[0].SequenceNumber, *batch[len(batch)-1].SequenceNumber, len(batch)))
				if diff := cmp.Diff(first, again); diff != "" || len(first) < len(batch) || len(lost) > 0 {
					t.Errorf("%d payloads of %d records, lost %q (-first +again):\n%s", len(first), len(batch), lost, diff)
				}
			})
		}
	}
	if read < 2 || len(all[closed]) == 0 {
		t.Errorf("records in %d shards, %d of them in the closed one", read, len(all[closed]))
	}
	t.Run("and is not in the stream any more is lost with a trace", func(t *testing.T) { s.lost(t, closed, all[closed]) })
	t.Run("of a stream that is not there comes again", func(t *testing.T) { s.notThere(t, closed, *all[closed][0].SequenceNumber) })
}

// first are the payloads of a batch as Lambda handed it over.
func (s *stream) first(t *testing.T, shard string, batch []types.Record) (all []seen) {
	t.Helper()
	if _, err := kinesissource.Lambda(collect(&all, new([]string))).Invoke(t.Context(), event(t, s.arn, shard, batch)); err != nil {
		t.Fatal(err)
	}
	return all
}

// again are those of a message of the failure queue.
func (s *stream) again(t *testing.T, message []byte) (all []seen, lost []string) {
	t.Helper()
	if answer, err := s.reread(collect(&all, &lost)).Invoke(t.Context(), message); err != nil || string(answer) != `{"batchItemFailures":[]}` {
		t.Fatalf("%s, %v", answer, err)
	}
	return all, lost
}

// The server keeps its records for longer than a test takes. It has none of before a stream was made, though.
func (s *stream) lost(t *testing.T, shard string, records []types.Record) {
	before := number(t, *records[0].SequenceNumber)
	before.Sub(before, number(t, "1"))
	again, lost := s.again(t, letter(t, s.arn, shard, before.String(), *records[4].SequenceNumber, 6))
	if diff := cmp.Diff(s.first(t, shard, records[:5]), again); diff != "" || len(lost) != 1 {
		t.Errorf("lost %q, payloads (-first +again):\n%s", lost, diff)
	}
}

// notThere deletes the stream.
func (s *stream) notThere(t *testing.T, shard, sequence string) {
	check := func(name, shard string) {
		answer, err := s.reread(func(ctx context.Context, batch []*source.Payload) error {
			_, err := batch[0].Open(ctx)
			return err
		}).Invoke(t.Context(), letter(t, s.arn, shard, sequence, sequence, 1))
		if want := `{"batchItemFailures":[{"itemIdentifier":"m"}]}`; string(answer) != want {
			t.Errorf("%s: answer %s, %v; want %s", name, answer, err, want)
		}
	}
	check("no such shard", "shardId-000000000042")
	if _, err := s.client.DeleteStream(t.Context(), &kinesis.DeleteStreamInput{StreamARN: &s.arn}); err != nil {
		t.Fatal(err)
	}
	check("no such stream", shard)
}

func TestWhatIsReadAgainRaisesTheSameAlerts(t *testing.T) {
	j := newJob(t, 1)
	j.stream.put(t, numbered(120)...)
	j.run(t, 1)
	for shard, records := range j.stream.read(t) {
		doc := letter(t, j.stream.arn, shard, *records[20].SequenceNumber, *records[79].SequenceNumber, 60)
		if answer, err := j.stream.reread(j.pipeline.Handle).Invoke(t.Context(), doc); err != nil || string(answer) != `{"batchItemFailures":[]}` {
			t.Fatalf("%s, %v", answer, err)
		}
	}
	if twice := j.checkAll(t, 120); twice != 60 {
		t.Errorf("%d alerts came twice, want 60", twice)
	}
}
