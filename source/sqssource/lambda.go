// Package sqssource delivers the messages of an SQS queue.
//
// [Lambda] is the handler of a function that reads a queue. Each message is a payload: its body, of any form, as it is.
// The envelope that SNS puts around a message, unless the subscription has raw message delivery, is taken off.
//
// The origin of a message is its queue and its ID: Kind "sqs", Place the queue's ARN. That of a message in an SNS
// envelope is the topic's, Kind "sns", Place the topic's ARN, ID the message's there: the same message raises the same
// alert IDs directly, through one queue or through two. Whoever may send to the queue can write such an envelope, so
// let its policy name only the topics and roles that should.
//
// For messages that announce objects take package s3source, for queues with both it too, or lambdasource.
//
// # What a failure costs
//
// A message that fails is sent again once its visibility timeout is over, as often as the queue's maxReceiveCount says,
// and then moved to its dead-letter queue; without one it comes again until the retention period ends. With
// ReportBatchItemFailures in the mapping's FunctionResponseTypes and in [source.Lambda] just the failed messages come
// again; without it the whole batch does. In a FIFO queue what follows the first failure in its message group comes
// again too, in order; other groups go on.
//
// Set the visibility timeout to six times the function's timeout, and maxReceiveCount to 5 or more: messages that an
// invocation was given and did not get to, since its time was up or Lambda throttled it, use up a receive as well. A
// batch is at most 10 messages, or 10,000 with a batch window (FIFO: 10), and 6 MB.
package sqssource

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/streamalert/streamalert-go/internal/lambdaevent"
	"github.com/streamalert/streamalert-go/source"
)

// Lambda handles the messages of a queue: lambda.Start takes it.
func Lambda(h source.Handler) *source.Lambda {
	return &source.Lambda{Decode: Decode, Handler: h}
}

// Decode is the Decode of a [source.Lambda]. It takes an SQS event: a payload for each message, in their order. Its
// Group is the message group of its queue, its Attempt how often the queue has handed it out, Sent when the queue
// or the topic took it in, its Attributes are the message's, or those in the SNS envelope.
//
// Any other event is an error, which does not have the event in it.
func Decode(ctx context.Context, event json.RawMessage) (source.Batch, error) {
	messages, err := lambdaevent.Messages(event, lambdaevent.SQS)
	if err != nil {
		return source.Batch{}, fmt.Errorf("sqssource: event: %w", err)
	}
	return lambdaevent.Batch(ctx, messages, nil), nil
}
