package snssource

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/streamalert/streamalert-go/internal/lambdaevent"
	"github.com/streamalert/streamalert-go/source"
)

// Lambda handles the messages of topics that the function is subscribed to: lambda.Start takes it.
//
// SNS invokes a function asynchronously, with one message. If it fails, Lambda tries twice more, a minute and two minutes
// later, and then hands the event to the function's failure destination: configure one, or the message is lost. A
// queue between topic and function (package sqssource) gives more attempts, batches and partial answers. There
// is no partial answer here, and no order.
func Lambda(h source.Handler) *source.Lambda {
	return &source.Lambda{Decode: Decode, Handler: h}
}

// Decode is the Decode of a [source.Lambda]. It takes an SNS event: a payload for each message, in their order. Its
// origin has the Kind "sns", the topic's ARN as Place and the message's ID; Sent is when the topic took it in, and
// its Attributes are the message's.
//
// Any other event is an error, which does not have the event in it.
func Decode(ctx context.Context, event json.RawMessage) (source.Batch, error) {
	messages, err := lambdaevent.Messages(event, lambdaevent.SNS)
	if err != nil {
		return source.Batch{}, fmt.Errorf("snssource: event: %w", err)
	}
	return lambdaevent.Batch(ctx, messages, nil), nil
}
