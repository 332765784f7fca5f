package source

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// Batch is a decoded event.
type Batch struct {
	// Payloads are in the order of the event.
	Payloads []*Payload
	// Items[i] is what payload i is reported by: an SQS message ID, a Kinesis sequence number. Several payloads may
	// share one. "" means that this event has no partial answer. It is as long as Payloads, or nil, which is all "".
	Items []string
}

// Lambda handles the events of a Lambda function.
type Lambda struct {
	Decode                  func(context.Context, json.RawMessage) (Batch, error)
	Handler                 Handler
	ReportBatchItemFailures bool
	Margin                  time.Duration
}

// Invoke handles one event.
func (l *Lambda) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	return nil, errors.ErrUnsupported
}
