// Package lambdasource delivers whatever a Lambda function is invoked with. [Lambda] tells by its content what an event
// is, and hands it to the adapter for it:
//
//	event                                       payloads                                   on failure
//	S3, or a document that names objects        each object (package s3source)             the event again
//	SQS                                         each message, or the objects it names      the messages, or the batch
//	SNS                                         each message, or the objects it names      the event again
//	Kinesis                                     each user record (package kinesissource)   from the first failed on, or the batch
//	CloudWatch Logs                             the JSON document in awslogs.data          the event again
//	EventBridge                                 the event, or the object it names          the event again
//	failure destination, asynchronous           those of the event in requestPayload       as that of its envelope
//	failure destination, batch of Kinesis       its records, read again                    as that of its envelope
//	any other JSON: a schedule's, a CloudWatch  the event, byte for byte                   the event again
//	alarm's, one of DynamoDB or Kafka
//
// A function that has one kind of event takes that package alone, and so links less. Of several ways to it, SQS is the
// one that sends again least and waits longest: see the package comments of s3source, sqssource and kinesissource for
// what each costs in redeliveries. "The event again" is an asynchronous invocation: Lambda tries twice more and then
// hands it to the function's failure destination, which has to be configured, or the event is lost.
//
// A function with several event source mappings has one [source.Lambda].ReportBatchItemFailures for all of them: it is
// safe only if each mapping of SQS and Kinesis has it in its FunctionResponseTypes. It does no harm to other events,
// which have no partial answer and fail as a whole.
//
// # Crashes
//
// TestNothingIsLostInACrash kills a process after every single step that it takes outside of itself (each call of the
// service, each read of a body, each send, each answer), starts it again, and compares what arrived. Six payloads of
// three alerts each; what is sent again has the same IDs. Where a step fails and the process lives on, nothing is lost
// either, and the acknowledgements are in order. TestHTTPLosesNothingInACrash of package snssource does it for what SNS posts.
//
//	                      killed at   lost   sent again, of 18   order
//	S3, one record        54 points   0      1.3                 none promised
//	S3, six records       43          0      8.2                 none promised
//	S3 by EventBridge     54          0      1.3                 none promised
//	S3 by SQS             44          0      4.3                 none promised
//	SQS                   20          0      5.4                 none promised
//	SQS FIFO              20          0      5.4                 kept
//	SNS                   30          0      2.0                 none promised
//	SNS over HTTP(S)      48          0      1.5                 none promised
//	Kinesis               20          0      5.4                 kept
//	Kinesis, given up     32          0      3.4                 none promised
//	files (filesource)    36          0      9.2                 none promised
//
// # Failure destinations
//
// When Lambda gives up on an asynchronous invocation, its failure destination gets a document with the event. A
// function with this package takes such a document, as the event itself or through SNS, SQS or EventBridge, for the event
// in it, whose payloads have the origins that they had at first: so a failure queue is worked off by a function that
// is subscribed to it. Only an event that says itself what it is leads to the same origin; any other has a digest for an ID.
//
// When Lambda gives up on a batch of a stream, the document (KinesisBatchInfo) that a queue or a topic gets names a shard
// and sequence numbers and not the records. Where Events.Discarded has a Client, they are read again from the stream
// (kinesissource.Discarded), and have the origins that they had at first too. That must be before they expire in the
// stream, so a function should be subscribed to the queue at all times, with a maxReceiveCount that lasts longer than what
// the batch failed of: records that are gone are in the dead letter as the numbers of the batch, and the message is done.
// Without a Client the document is a payload of itself, and its reading is left to people.
//
// In a bucket each document is an object, of a batch with the records in it. Where the bucket notifies the function,
// it takes what is in objects named as Lambda names them, aws/lambda/.../YYYY-MM-DDTHH.MM.SS-UUID, for those documents.
// It needs no Client then, and nothing expires.
package lambdasource

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/streamalert/streamalert-go/internal/lambdaevent"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/kinesissource"
	"github.com/streamalert/streamalert-go/source/s3source"
)

// Lambda handles events of all kinds: lambda.Start takes it. Its payloads are those of [Events] without filters and
// limits of one's own, and without a client of Kinesis.
func Lambda(client s3source.Getter, h source.Handler) *source.Lambda {
	return &source.Lambda{Decode: Events{Objects: s3source.Objects{Client: client}}.Decode, Handler: h}
}

// Events makes payloads of events. It is safe for concurrent use if the clients of its Objects and Discarded are.
type Events struct {
	// Objects makes payloads of what names objects, in any event but Kinesis. Its Client is required.
	Objects s3source.Objects
	// Records makes payloads of Kinesis events.
	Records kinesissource.Records
	// Discarded makes payloads of Kinesis batches that Lambda has given up on. With a Client it reads them again.
	Discarded kinesissource.Discarded
	// Limits bound what a compressed document of CloudWatch Logs may cost.
	Limits source.Limits
}

// Decode is the Decode of a [source.Lambda]. It takes any event that is JSON, by the table in the package comment. An
// event of a kind that it knows, but that lacks what that kind must have, is an error as a whole; messages are dealt
// with one by one, as [s3source.Objects.Decode] does. Errors do not have the event in them.
//
// The origin of an EventBridge event has the Kind "eventbridge", its source as Place and its id; that of CloudWatch Logs
// the Kind "cloudwatch_logs", the Place "owner/group/stream", and as ID the SHA-256 of the compressed document; that of
// any other event the Kind "lambda", the Place "event" and the SHA-256 of its bytes, so that two events of the
// same bytes are one to those who count by ID.
//
// Batches that Lambda has given up on, and failure documents in buckets, are read by Decode itself, since their records
// are the payloads. It takes at most half of the time that ctx has, and reads no other once it holds more than 64 MiB:
// what is left is a payload that opens with an error, and comes again.
func (e Events) Decode(ctx context.Context, event json.RawMessage) (source.Batch, error) {
	ctx, full := context.WithCancelCause(ctx)
	defer full(nil)
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, deadline.Add(-time.Until(deadline)/2), errLate)
		defer cancel()
	}
	d := &decoding{Events: e, full: full}
	return d.event(ctx, event, 0)
}

// decoding is that of one event.
type decoding struct {
	Events
	held int                     // bytes of what was read
	full context.CancelCauseFunc // ends the reading
}

// maxNested is how many failures of failures are taken apart.
const maxNested = 4

// event decodes one that is inside so many failure documents.
func (d *decoding) event(ctx context.Context, event []byte, nested int) (source.Batch, error) {
	kind, err := lambdaevent.KindOf(event)
	if err != nil {
		return source.Batch{}, fmt.Errorf("lambdasource: event: %w", err)
	}
	switch kind {
	case lambdaevent.Kinesis:
		return d.Records.Decode(ctx, event)
	case lambdaevent.SQS, lambdaevent.SNS:
		return d.messages(ctx, event, kind, nested)
	case lambdaevent.CloudWatchLogs:
		p, err := d.cloudWatchLogs(event)
		if err != nil {
			return source.Batch{}, err
		}
		return source.Batch{Payloads: []*source.Payload{p}}, nil
	}
	payloads, named, err := d.named(ctx, event, nested)
	switch {
	case err != nil:
		return source.Batch{}, err
	case !named:
		payloads = []*source.Payload{itself(event, kind)}
	}
	return source.Batch{Payloads: payloads}, nil
}

func (d *decoding) messages(ctx context.Context, event []byte, kind lambdaevent.Kind, nested int) (source.Batch, error) {
	messages, err := lambdaevent.Messages(event, kind)
	if err != nil {
		return source.Batch{}, fmt.Errorf("lambdasource: event: %w", err)
	}
	expand := func(ctx context.Context, m lambdaevent.Message) ([]*source.Payload, bool, error) {
		return d.named(ctx, m.Body, nested)
	}
	return lambdaevent.Batch(ctx, messages, expand), nil
}

// named are the payloads of a document that stands for others: objects, or what failed, an invocation or a batch of a
// stream.
func (d *decoding) named(ctx context.Context, doc []byte, nested int) (payloads []*source.Payload, ok bool, err error) {
	if payloads, ok, err := d.failure(ctx, doc, nested); ok {
		return payloads, true, err
	}
	objects, ok, err := d.Objects.Notification(doc)
	for _, p := range objects {
		payloads = append(payloads, d.object(ctx, p, nested)...)
	}
	return payloads, ok, err
}
