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
	"slices"
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
// user record, in the order of the event, to be reported by the sequence number of the record that it came in. Of a shard
// only the first that failed is reported, which has the lowest number, since events are in the order of the shard. An event
// without records has no payloads, and no error. The state of a tumbling window is kept for the answer.
//
// An event that is not of Kinesis, or whose records lack what tells their place, is an error as a whole, which does not
// have the event in it. A record whose data is no base64 is a payload that opens with a [*source.Permanent],
// so that it is dealt with as others that cannot be read, and the rest of its batch is not held up.
//
// The Attributes of a payload are its partition key, named "partitionKey", which of a user record is its own. Payloads
// may share them: they must not be changed. Nothing else of a payload is shared with others, and nothing with event.
func (r Records) Decode(_ context.Context, event json.RawMessage) (source.Batch, error) {
	var e struct {
		Records []record
		State   json.RawMessage
	}
	if err := json.Unmarshal(event, &e); err != nil || e.Records == nil {
		return source.Batch{}, errNotKinesis
	}
	b := source.Batch{State: e.State, FromFirst: true}
	d := decoder{limits: &r.Limits, batch: &b}
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
		Data           string
		Arrival        float64 `json:"approximateArrivalTimestamp"` // seconds since 1970
	}
}

// decoder adds records to a batch.
type decoder struct {
	limits *source.Limits
	batch  *source.Batch

	// What the last payload had. It is most often that of the next too, which then shares it.
	place      string
	attributes map[string]string
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
		d.place = place
	}
	d.data(r)
	return nil
}

// data adds the user records of a record of an event.
func (d *decoder) data(r *record) {
	sequence, key := r.Kinesis.SequenceNumber, r.Kinesis.PartitionKey
	data, err := base64.StdEncoding.DecodeString(r.Kinesis.Data)
	r.Kinesis.Data = "" // it is not needed twice
	if err != nil {
		d.payload(r, sequence, key, 0, func(context.Context, *source.Payload) (io.ReadCloser, error) {
			return nil, errData
		})
		return
	}
	d.userRecords(r, data)
}

// userRecords adds those in the data of a record.
func (d *decoder) userRecords(r *record, data []byte) {
	sequence, key := r.Kinesis.SequenceNumber, r.Kinesis.PartitionKey
	a, ok := parseAggregate(data)
	if !ok {
		d.payload(r, sequence, key, len(data), d.open(data))
		return
	}
	d.batch.Payloads = slices.Grow(d.batch.Payloads, len(a.records))
	d.batch.Items = slices.Grow(d.batch.Items, len(a.records))
	for i, user := range a.records {
		d.payload(r, sequence+"."+strconv.Itoa(i), a.partitionKey(user, key), len(user.data), d.open(user.data))
	}
}

// partitionKey is the name of the attribute.
const partitionKey = "partitionKey"

// opener is what opens a payload.
type opener = func(context.Context, *source.Payload) (io.ReadCloser, error)

func (d *decoder) payload(r *record, id, key string, size int, open opener) {
	p := source.NewPayload(parse.Origin{Kind: "kinesis", Place: d.place, ID: id}, open)
	p.Group = d.place
	p.Sent = arrival(r.Kinesis.Arrival)
	p.Size = int64(size)
	if last, ok := d.attributes[partitionKey]; !ok || last != key {
		d.attributes = map[string]string{partitionKey: key}
	}
	p.Attributes = d.attributes
	d.batch.Payloads = append(d.batch.Payloads, p)
	d.batch.Items = append(d.batch.Items, r.Kinesis.SequenceNumber)
}

// open decompresses data.
func (d *decoder) open(data []byte) opener {
	limits := d.limits // a pointer, since there can be very many payloads
	return func(ctx context.Context, _ *source.Payload) (io.ReadCloser, error) {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("kinesissource: open: %w", err)
		}
		dec, err := source.Decompress(bytes.NewReader(data), *limits)
		if err != nil {
			return nil, err
		}
		return &body{dec, ctx}, nil
	}
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
	name, _, _ = strings.Cut(name, "/")
	if !ok || name == "" {
		return "", false
	}
	return arn[:len(arn)-len(parts[5])+len("stream/")+len(name)], true
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
