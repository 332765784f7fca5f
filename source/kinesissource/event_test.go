package kinesissource_test

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // what the format has
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/streamalert/streamalert-go/source"
)

const (
	stream = "arn:aws:kinesis:us-east-1:123456789012:stream/logs"
	shard  = "shardId-000000000000"
	place  = stream + "/" + shard
)

// put is a record of a stream, as Lambda hands it over.
type put struct {
	shard, sequence, key string
	data                 []byte
}

// sequence is the n-th sequence number of a shard. The first has 55 digits, the others 56.
func sequence(n int) string {
	if n == 0 {
		return "9959033827149025660855969253836157109592157598913658889"
	}
	return fmt.Sprintf("495903382714902566085596925383615710959215759891%08d", n)
}

// event is one of these records, in the form of the AWS documentation.
func event(tb testing.TB, records ...put) []byte {
	tb.Helper()
	return eventWith(tb, nil, records...)
}

// eventWith is an event that has more to it than records.
func eventWith(tb testing.TB, more map[string]any, records ...put) []byte {
	tb.Helper()
	list := []map[string]any{}
	for _, r := range records {
		list = append(list, map[string]any{
			"kinesis": map[string]any{
				"kinesisSchemaVersion": "1.0", "partitionKey": r.key, "sequenceNumber": r.sequence, "data": r.data,
				"approximateArrivalTimestamp": json.Number("1607497475.477"),
			},
			"eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": r.shard + ":" + r.sequence,
			"eventName": "aws:kinesis:record", "invokeIdentityArn": "arn:aws:iam::123456789012:role/lambda-kinesis-role",
			"awsRegion": "us-east-1", "eventSourceARN": stream,
		})
	}
	e := map[string]any{"Records": list}
	for k, v := range more {
		e[k] = v
	}
	b, err := json.Marshal(e)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// puts are records with these data in one shard.
func puts(data ...string) []put {
	var records []put
	for i, d := range data {
		records = append(records, put{shard, sequence(i), fmt.Sprint("key-", i), []byte(d)})
	}
	return records
}

// aggregated are user records as the KPL aggregates them, the partition key of each its own.
func aggregated(records ...string) []byte {
	var table, list []byte
	for i, r := range records {
		table = appendBytes(table, 1, fmt.Sprint("user-", i))
		list = appendBytes(list, 3, string(appendBytes(appendVarint(nil, 1, uint64(i)), 3, r)))
	}
	return seal(append(table, list...))
}

// seal makes an aggregated record of a message.
func seal(message []byte) []byte {
	sum := md5.Sum(message) //nolint:gosec // as above
	return slices.Concat([]byte("\xf3\x89\x9a\xc2"), message, sum[:])
}

func appendVarint(b []byte, field, v uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(b, field<<3), v)
}

func appendBytes(b []byte, field uint64, s string) []byte {
	return append(binary.AppendUvarint(binary.AppendUvarint(b, field<<3|2), uint64(len(s))), s...)
}

// read reads a payload to its end.
func read(ctx context.Context, p *source.Payload) ([]byte, error) {
	body, err := p.Open(ctx)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(body)
	return b, errors.Join(err, body.Close())
}

// refusing is a handler that reads all, and does not accept the payloads with these bodies.
func refusing(bodies ...string) source.Handler {
	return func(ctx context.Context, batch []*source.Payload) error {
		failed := map[int]error{}
		for i, p := range batch {
			b, err := read(ctx, p)
			if err != nil {
				failed[i] = err
			}
			if slices.ContainsFunc(bodies, func(s string) bool { return bytes.Equal(b, []byte(s)) }) {
				failed[i] = errors.New("refused")
			}
		}
		if len(failed) == 0 {
			return nil
		}
		return &source.BatchError{Failed: failed}
	}
}
