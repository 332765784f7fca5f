// Package s3source delivers the objects that notifications announce.
//
// [Lambda] is the handler of a function that is invoked for new objects. Each is a payload, streamed from GetObject and
// decompressed, in the order of the notification. Its [parse.Origin] has the Kind "s3", the Place "bucket/key", and
// as ID the object's version, or its ETag without quotes where the bucket has no versions. What the notification says
// of the ID holds until the payload is opened; then it is what GetObject answered, so that every way to announce an
// object leads to the same origin.
//
// # Reading
//
// Nothing of an object is held in memory but a few buffers. When the connection breaks or stalls in the middle, the rest
// is asked for from the byte reached, on the condition that the object still has the ETag of the first answer: what was
// exchanged meanwhile is an error, and comes again as a whole. So the bytes of two objects are never mixed, and an object
// of many gigabytes outlives a flaky network. [Objects].Attempts and Stall bound the patience.
//
// The whole is held against the checksum that S3 has of it, however many connections it took, unless the client's
// ResponseChecksumValidation is "when_required". Composite checksums, which most tools make of multipart uploads, cannot
// be: they are checksums of parts, and nobody tells which bytes are a part. A mismatch is a transient error. Where
// there is a checksum, bytes that cannot be decompressed are called permanent only once it has shown that they are the
// object's.
//
// # What is not read
//
// An object that is not there, or that the role may not read, fails its payload, so that it comes again: by default
// nothing is lost, and it is the service's bound on redelivery (below) that keeps anything from being tried for ever.
// [Objects].Missing and Denied choose the dead letter or skipping instead. An object of no bytes is a payload of no
// bytes; folders, CloudTrail's digests, and what [Filter] leaves out are skipped before anything is fetched.
// [Objects].Skipped is told of each.
//
// # Which way to the function
//
// S3, EventBridge, CloudTrail and AWS Config announce objects, to the function itself, to a topic, or to a queue that is
// subscribed to the topic or not. All lead to the same alerts under the same IDs; they differ in what a failure costs:
//
//   - Through SQS (recommended): a message that fails is sent again once its visibility timeout is over, as often as the
//     queue's maxReceiveCount says (5 is a good value), and then moved to its dead-letter queue. Set
//     ReportBatchItemFailures here and in the mapping's FunctionResponseTypes, and only what failed comes again. The
//     visibility timeout should be six times the function's. Messages of an invocation that is out of time use up
//     a receive too, so take batches of one for objects of more than some 100 MB, and of 10 for CloudTrail's.
//   - Directly, through SNS or through EventBridge: the invocation is asynchronous. Lambda tries twice more, a minute and
//     two minutes later, and then hands the event to the function's failure destination. There is no partial
//     answer: if one record fails, the event is sent again as a whole. S3 and SNS put one record into an event.
//
// Raw message delivery of a subscription makes no difference here.
package s3source

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/streamalert/streamalert-go/internal/lambdaevent"
	"github.com/streamalert/streamalert-go/source"
)

// Lambda handles the announcements of objects: lambda.Start takes it. Its payloads are those of [Objects] without filters
// and limits of one's own.
func Lambda(client Getter, h source.Handler) *source.Lambda {
	return &source.Lambda{Decode: Objects{Client: client}.Decode, Handler: h}
}

// Objects makes payloads of S3 notifications. It is safe for concurrent use if its Client is.
type Objects struct {
	// Client gets the objects. Required.
	Client Getter
	// Limits bound what a compressed object may cost.
	Limits source.Limits
	// Filter selects among what is announced, before anything is fetched.
	Filter Filter
	// Missing is for an object, or its version, that is not there: deleted or expired by a lifecycle rule before it was
	// read, or announced wrongly. S3 says so only to a role that has s3:ListBucket; to others it is Denied. Default:
	// PolicyFail, since none of it can be told from a mistake that somebody can put right.
	Missing Policy
	// Denied is for an object that the role may not read (AccessDenied, by a policy of the role, the bucket or the key
	// that encrypts it), or that is archived. Default: PolicyFail: once the role is put right, it can be read. Errors
	// about the credentials themselves always fail.
	Denied Policy
	// Attempts is how often a download is taken up again whose connection broke, without a byte between: each byte
	// that comes begins the count anew. Each is a call with the retries of the Client, after a wait that grows up to 5 s.
	// Default: 8. Negative: none, so that a break is an error.
	Attempts int
	// Stall is how long no byte may come until the connection counts as broken; of an answer, with the retries of the
	// Client. Default: 30 s. Negative: no limit.
	Stall time.Duration
	// Skipped, where it is set, is told of each thing that was announced and is not delivered. It may be called
	// concurrently.
	Skipped func(Skip)
}

// Decode is the Decode of a [source.Lambda]. It takes a document that names objects ([Objects.Notification]): as the
// event itself, as the message of an SNS event, or as the body of SQS messages, in an SNS envelope or bare. The payloads
// are in the order of the messages, and in that of the objects in each.
//
// All that one SQS message announces shares its Item, Group and Attempt, so that it is done, or comes again, as a whole.
// A message that is no such document is a payload itself: nothing is lost, and the parser has the word. One that
// names an object badly is a payload too, behind those of its other objects, and ends with a [*source.Permanent]: it
// will not get better, and should not hold up its batch.
//
// A document that is the event itself and names an object badly fails as a whole, and so does any other event. The
// errors do not have the event in them.
func (o Objects) Decode(ctx context.Context, event json.RawMessage) (source.Batch, error) {
	switch kind, err := lambdaevent.KindOf(event); {
	case err != nil:
		return source.Batch{}, fmt.Errorf("s3source: event: %w", err)
	case kind == lambdaevent.SQS || kind == lambdaevent.SNS:
		return o.messages(ctx, event, kind)
	}
	payloads, named, err := o.Notification(event)
	switch {
	case err != nil:
		return source.Batch{}, err
	case !named:
		return source.Batch{}, errNotS3
	}
	return source.Batch{Payloads: payloads}, nil
}

var errNotS3 = errors.New("s3source: not an event that announces objects")

func (o Objects) messages(ctx context.Context, event []byte, kind lambdaevent.Kind) (source.Batch, error) {
	messages, err := lambdaevent.Messages(event, kind)
	if err != nil {
		return source.Batch{}, fmt.Errorf("s3source: event: %w", err)
	}
	expand := func(_ context.Context, m lambdaevent.Message) ([]*source.Payload, bool, error) {
		return o.Notification(m.Body)
	}
	return lambdaevent.Batch(ctx, messages, expand), nil
}
