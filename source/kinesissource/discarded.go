package kinesissource

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
)

// Reader is what [Discarded] reads streams with. A *kinesis.Client is one.
type Reader interface {
	GetShardIterator(ctx context.Context, in *kinesis.GetShardIteratorInput, opts ...func(*kinesis.Options)) (*kinesis.GetShardIteratorOutput, error)
	GetRecords(ctx context.Context, in *kinesis.GetRecordsInput, opts ...func(*kinesis.Options)) (*kinesis.GetRecordsOutput, error)
}

// Discarded makes payloads of the batches that Lambda has given up on, from the documents that it then sends to the
// failure destination of the event source mapping. It is safe for concurrent use if its Client is.
type Discarded struct {
	// Client reads the records again, with kinesis:GetShardIterator and kinesis:GetRecords, in the region of the stream.
	// Without one only documents that have the records in them, as those in buckets, can be dealt with.
	Client Reader
	// Streams are the ARNs of the streams that may be read, since a document from outside can name any. nil: all that
	// the Client may read.
	Streams []string
	// Size is how many bytes of records may be read for one document, each user record counted as 512 bytes more.
	// They are held in memory until the payloads are done with. Default: 64 MiB. Negative: no limit.
	Size int64
	// Limits bound what a compressed record may cost.
	Limits source.Limits
}

// Payloads makes payloads of a document. It is false for one that is something else, that lacks what tells the place of the
// records, or, without a Client, that does not have them in it.
//
// The payloads are those of the batch, with the same origins as at first, in the order of the shard: the records are read
// until the last one of the batch, which takes a call or two of the service and the memory for them. Throttling, expired
// iterators and answers without records are met with patience, for about half a minute without a record. Where the service
// does not begin with the first one, the reading begins with the oldest that is not before it. A mapping
// with a ParallelizationFactor names the first and the last of records that are not neighbours: those between them are
// payloads too, though they were dealt with before.
//
// What could not be read is a payload by itself, that opens with an error. It has the place of the others, and as ID
// "first-last", the sequence numbers of the batch. Where the service has refused to answer, ctx ended or Stop came, it is the
// only payload, so that the document is not acknowledged and comes again. Records that are no longer in the stream,
// those beyond Size, and a stream that is not among Streams will not get better: it then is the last payload, and
// opens with a [*source.Permanent]. ctx ends with its cause.
func (d Discarded) Payloads(ctx context.Context, doc []byte) (payloads []*source.Payload, ok bool) {
	l, ok := parseLetter(doc)
	if !ok {
		return nil, false
	}
	if len(l.event) > 0 {
		if b, err := (Records{Limits: d.Limits}).Decode(ctx, l.event); err == nil && len(b.Payloads) > 0 {
			return b.Payloads, true
		}
	}
	switch {
	case d.Client == nil:
		return nil, false
	case d.Streams != nil && !slices.Contains(d.Streams, l.stream):
		return []*source.Payload{l.payload(&source.Permanent{Err: errNotAllowed})}, true
	}
	r := newReading(d, l)
	if err := r.run(ctx); err != nil {
		return []*source.Payload{l.payload(fmt.Errorf("kinesissource: batch not read again: %w", err))}, true
	}
	payloads = r.batch.Payloads
	if err := r.missing(); err != nil {
		payloads = append(payloads, l.payload(&source.Permanent{Err: err}))
	}
	return payloads, true
}

var errNotAllowed = errors.New("kinesissource: a stream that is not to be read")

// letter is what Lambda says of a batch that it has given up on:
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
type letter struct {
	stream, shard string
	first, last   string // sequence numbers
	size          int    // how many records the batch had
	event         []byte // the event with them, where it is there
}

func parseLetter(doc []byte) (letter, bool) {
	if !bytes.Contains(doc, []byte("KinesisBatchInfo")) { // most are found out without being read
		return letter{}, false
	}
	var d struct {
		RequestContext struct{ Condition string }
		Batch          struct {
			StreamARN, ShardID                     string
			StartSequenceNumber, EndSequenceNumber string
			BatchSize                              float64
		} `json:"KinesisBatchInfo"`
		Payload json.RawMessage
	}
	if err := json.Unmarshal(doc, &d); err != nil || d.RequestContext.Condition == "" {
		return letter{}, false
	}
	b := d.Batch
	stream, ok := streamARN(b.StreamARN)
	if !ok || !isShard(b.ShardID) || !isSequence(b.StartSequenceNumber) || !isSequence(b.EndSequenceNumber) {
		return letter{}, false
	}
	const most = 10_000
	l := letter{stream: stream, shard: b.ShardID, first: b.StartSequenceNumber, last: b.EndSequenceNumber,
		size: int(min(max(b.BatchSize, 0), most)), event: d.Payload}
	var text string
	if json.Unmarshal(d.Payload, &text) == nil { // it is written as a string
		l.event = []byte(text)
	}
	return l, compareSequence(l.first, l.last) <= 0
}

func (l *letter) place() string { return l.stream + "/" + l.shard }

// payload stands for what cannot be read of the batch.
func (l *letter) payload(err error) *source.Payload {
	origin := parse.Origin{Kind: "kinesis", Place: l.place(), ID: l.first + "-" + l.last}
	p := source.NewPayload(origin, func(context.Context, *source.Payload) (io.ReadCloser, error) { return nil, err })
	p.Group = l.place()
	return p
}

// compareSequence compares numbers of any length.
func compareSequence(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
