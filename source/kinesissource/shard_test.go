package kinesissource_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

// kept is a shard as Kinesis serves it: what left its retention is not read, and an iterator at a record that did starts at
// the oldest one there is.
type kept struct {
	records []put
	trimmed int                                                  // how many of them have left it
	closed  bool                                                 // nothing more will come
	page    int                                                  // how many records an answer has; 0 is as many as are asked for
	empty   int                                                  // how many answers without records come before each that has some
	strict  bool                                                 // iterators are not had at what has left it
	alter   func(n int, out *kinesis.GetRecordsOutput)           // of the n-th answer
	fail    func(ctx context.Context, n int, records bool) error // of the n-th call, which is for records or an iterator

	mu     sync.Mutex
	calls  int
	waited int      // answers without records that are due
	limits []int32  // asked for
	from   []string // what iterators were asked for
}

// number is the place of a sequence number, or of the next behind it.
func (k *kept) number(s string) int {
	for i, r := range k.records {
		if len(s) < len(r.sequence) || len(s) == len(r.sequence) && s <= r.sequence {
			return i
		}
	}
	return len(k.records)
}

func (k *kept) GetShardIterator(ctx context.Context, in *kinesis.GetShardIteratorInput, _ ...func(*kinesis.Options)) (*kinesis.GetShardIteratorOutput, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.calls++
	if k.fail != nil {
		if err := k.fail(ctx, k.calls, false); err != nil {
			return nil, err
		}
	}
	if *in.StreamARN != stream || *in.ShardId != shard || in.StreamName != nil {
		return nil, &types.ResourceNotFoundException{}
	}
	k.from = append(k.from, string(in.ShardIteratorType)+" "+aws.ToString(in.StartingSequenceNumber))
	k.waited = k.empty
	at := k.number(aws.ToString(in.StartingSequenceNumber))
	switch in.ShardIteratorType {
	case types.ShardIteratorTypeTrimHorizon:
		at = 0
	case types.ShardIteratorTypeAtSequenceNumber:
		if k.strict && (at < k.trimmed || at == len(k.records)) {
			return nil, &types.InvalidArgumentException{Message: aws.String("StartingSequenceNumber is invalid")}
		}
	case types.ShardIteratorTypeAfterSequenceNumber:
		at++
	default:
		return nil, errors.New("no such type of iterators")
	}
	return &kinesis.GetShardIteratorOutput{ShardIterator: aws.String(strconv.Itoa(max(at, k.trimmed)))}, nil
}

func (k *kept) GetRecords(ctx context.Context, in *kinesis.GetRecordsInput, _ ...func(*kinesis.Options)) (*kinesis.GetRecordsOutput, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.calls++
	if k.fail != nil {
		if err := k.fail(ctx, k.calls, true); err != nil {
			return nil, err
		}
	}
	at, err := strconv.Atoi(*in.ShardIterator)
	if err != nil {
		return nil, err
	}
	k.limits = append(k.limits, aws.ToInt32(in.Limit))
	end := len(k.records)
	if in.Limit != nil {
		end = min(end, at+int(*in.Limit))
	}
	if k.page > 0 {
		end = min(end, at+k.page)
	}
	if k.waited > 0 {
		k.waited--
		end = at
	} else {
		k.waited = k.empty
	}
	out := &kinesis.GetRecordsOutput{NextShardIterator: aws.String(strconv.Itoa(end)), MillisBehindLatest: aws.Int64(int64(len(k.records)-end) * 1000)}
	arrival := time.Date(2020, 12, 9, 7, 4, 35, 477_000_000, time.UTC).In(time.FixedZone("", 3600))
	for _, r := range k.records[at:end] {
		out.Records = append(out.Records, types.Record{SequenceNumber: &r.sequence, PartitionKey: &r.key, Data: slices.Clone(r.data), ApproximateArrivalTimestamp: &arrival})
	}
	if k.closed && end == len(k.records) {
		out.NextShardIterator = nil
	}
	if k.alter != nil {
		k.alter(k.calls, out)
	}
	return out, nil
}

// letter is what Lambda's documentation publishes, about the batch from one record to another.
func letter(first, last put, size int, more ...string) []byte {
	return fmt.Appendf(nil, `{
    "requestContext": {
        "requestId": "c9b8fa9f-5a7f-xmpl-af9c-0c604cde93a5",
        "functionArn": "arn:aws:lambda:us-east-2:123456789012:function:myfunction",
        "condition": "RetryAttemptsExhausted",
        "approximateInvokeCount": 1
    },
    "responseContext": {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled"
    },
    "version": "1.0",
    "timestamp": "2019-11-14T00:38:06.021Z",
    "KinesisBatchInfo": {
        "shardId": %q,
        "startSequenceNumber": %q,
        "endSequenceNumber": %q,
        "approximateArrivalOfFirstRecord": "2019-11-14T00:38:04.835Z",
        "approximateArrivalOfLastRecord": "2019-11-14T00:38:05.580Z",
        "batchSize": %d,
        "streamArn": %q
    }%s
}`, first.shard, first.sequence, last.sequence, size, stream, strings.Join(more, ""))
}

// withEvent is such a document as a bucket gets it.
func withEvent(tb testing.TB, records ...put) []byte {
	tb.Helper()
	text, err := json.Marshal(string(event(tb, records...)))
	if err != nil {
		tb.Fatal(err)
	}
	return letter(records[0], records[len(records)-1], len(records), `, "payload": `+string(text))
}
