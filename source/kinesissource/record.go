package kinesissource

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
)

// Records makes payloads of Kinesis events. It is safe for concurrent use.
type Records struct {
	// Limits bound what a compressed record may cost.
	Limits source.Limits
}

// Decode is the Decode of a [source.Lambda]. It takes the event of a Kinesis event source mapping: one payload for each
// user record, in the order of the event, to be reported by the sequence number of the record that it came in. An event
// without records has no payloads, and no error. The state of a tumbling window is kept for the answer.
//
// An event that is not of Kinesis, or whose records lack what tells their place, is an error as a whole, which does not
// have the event in it. A record whose data is missing or no base64 is a payload that opens with a [*source.Permanent],
// so that it is dealt with as others that cannot be read, and the rest of its batch is not held up.
//
// The payloads share memory, some of it with one another and none with event.
func (r Records) Decode(_ context.Context, event json.RawMessage) (source.Batch, error) {
	var e struct {
		Records []record
		State   json.RawMessage
	}
	if err := json.Unmarshal(event, &e); err != nil || e.Records == nil {
		return source.Batch{}, errNotKinesis
	}
	b := source.Batch{State: e.State}
	d := decoder{records: r, batch: &b}
	for i := range e.Records {
		if err := d.add(&e.Records[i]); err != nil {
			return source.Batch{}, fmt.Errorf("kinesissource: record %d of %d: %w", i+1, len(e.Records), err)
		}
	}
	return b, nil
}

var (
	errNotKinesis = errors.New("kinesissource: not a Kinesis event")
	errNotRecord  = errors.New("not a record of a Kinesis event")
	errStream     = errors.New("no ARN of a stream")
	errShard      = errors.New("no shard ID")
	errSequence   = errors.New("no sequence number")
	errData       = &source.Permanent{Err: errors.New("kinesissource: data that is not base64")}
)

// record is one of an event:
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
type record struct {
	EventSource    string
	EventSourceARN string
	EventID        string
	Kinesis        struct {
		PartitionKey   string
		SequenceNumber string
		Data           *string
		Arrival        float64 `json:"approximateArrivalTimestamp"` // seconds since 1970
	}
}

// decoder adds records to a batch.
type decoder struct {
	records Records
	batch   *source.Batch
	place   string // of the last record
}

func (d *decoder) add(r *record) error {
	if r.EventSource != "aws:kinesis" {
		return errNotRecord
	}
	stream, ok := streamARN(r.EventSourceARN)
	if !ok {
		return errStream
	}
	shard, _, _ := strings.Cut(r.EventID, ":")
	if !isShard(shard) {
		return errShard
	}
	if !isSequence(r.Kinesis.SequenceNumber) {
		return errSequence
	}
	if place := stream + "/" + shard; place != d.place {
		d.place = place // one string for all records of a shard
	}
	d.data(r)
	return nil
}

// data adds the user records of a record.
func (d *decoder) data(r *record) {
	sequence, key := r.Kinesis.SequenceNumber, r.Kinesis.PartitionKey
	if r.Kinesis.Data == nil {
		d.payload(r, sequence, key, nil, errData)
		return
	}
	data, err := base64.StdEncoding.DecodeString(*r.Kinesis.Data)
	r.Kinesis.Data = nil
	if err != nil {
		d.payload(r, sequence, key, nil, errData)
		return
	}
	a, ok := parseAggregate(data)
	if !ok {
		d.payload(r, sequence, key, data, nil)
		return
	}
	for i, user := range a.records {
		d.payload(r, sequence+"."+strconv.Itoa(i), a.partitionKey(user, key), user.data, nil)
	}
}

func (d *decoder) payload(r *record, id, key string, data []byte, bad error) {
	limits := d.records.Limits
	origin := parse.Origin{Kind: "kinesis", Place: d.place, ID: id}
	p := source.NewPayload(origin, func(ctx context.Context, _ *source.Payload) (io.ReadCloser, error) {
		if bad != nil {
			return nil, bad
		}
		return open(ctx, data, limits)
	})
	p.Group = d.place
	p.Sent = arrival(r.Kinesis.Arrival)
	p.Size = int64(len(data))
	d.batch.Payloads = append(d.batch.Payloads, p)
	d.batch.Items = append(d.batch.Items, r.Kinesis.SequenceNumber)
}

// arrival is zero for what is no time.
func arrival(seconds float64) time.Time {
	const most = 1 << 35 // the year 3058
	if seconds <= 0 || seconds > most {
		return time.Time{}
	}
	return time.UnixMilli(int64(math.Round(seconds * 1000))).UTC()
}

// streamARN is the ARN of the stream: that of a consumer with enhanced fan-out is the stream's with more behind it, and
// its records are the same.
func streamARN(arn string) (string, bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(arn) > 2048 || len(parts) < 6 || parts[0] != "arn" || parts[2] != "kinesis" {
		return "", false
	}
	name, ok := strings.CutPrefix(parts[5], "stream/")
	name, consumer, _ := strings.Cut(name, "/")
	if !ok || name == "" {
		return "", false
	}
	if consumer != "" {
		arn = arn[:len(arn)-len(consumer)-1]
	}
	return arn, true
}

// isShard: letters, digits, "_", "." and "-", at most 128 of them (AWS: Kinesis PutRecord, ShardId).
func isShard(id string) bool {
	for _, c := range []byte(id) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && strings.IndexByte("_.-", c) < 0 {
			return false
		}
	}
	return len(id) > 0 && len(id) <= 128
}

// isSequence: at most 129 digits (AWS: Kinesis PutRecord, SequenceNumber).
func isSequence(number string) bool {
	for _, c := range []byte(number) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(number) > 0 && len(number) <= 129
}

// open decompresses data.
func open(ctx context.Context, data []byte, l source.Limits) (io.ReadCloser, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("kinesissource: open: %w", err)
	}
	dec, err := source.Decompress(bytes.NewReader(data), l)
	if err != nil {
		return nil, err
	}
	return &body{dec, ctx}, nil
}

// body is a decompressed one that ends with its context, since a few bytes as stored can be many.
type body struct {
	io.ReadCloser
	ctx context.Context
}

func (b *body) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, fmt.Errorf("kinesissource: read: %w", err)
	}
	return b.ReadCloser.Read(p)
}
