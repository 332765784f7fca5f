package source

import (
	"bytes"
	"context"
	"io"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// Payload is some bytes that can be read: an S3 object, a Kinesis record, a file. It is opened late, and by one
// goroutine at a time.
type Payload struct {
	// Origin names the place of the bytes. What the announcement does not say of it (the version of an S3 object) is
	// filled in by Open, so read it after that.
	Origin parse.Origin
	// Group is the payload's order domain: a shard, a FIFO message group. After a failure nothing later in its
	// group is acknowledged. "" has no order.
	Group string
	// Attempt counts deliveries from 1, where the service tells; else it is 0.
	Attempt int
	// Sent is when the service took the payload in, where it tells.
	Sent time.Time
	// Attributes are those of the message that the payload is or was announced by, where the service has some: SQS and
	// SNS message attributes, binary ones in base64. They come from whoever sent the message.
	Attributes map[string]string
	// Size in bytes as stored, compressed or not; -1 where it is not known.
	Size int64

	open func(context.Context, *Payload) (io.ReadCloser, error)
}

// NewPayload is a payload that open opens. open may complete the payload's Origin and Size; its body ends with ctx.
// It is called again after the body was closed, when the payload is tried again.
func NewPayload(o parse.Origin, open func(context.Context, *Payload) (io.ReadCloser, error)) *Payload {
	return &Payload{Origin: o, Size: -1, open: open}
}

// Bytes is a payload that is in memory. b is not copied.
func Bytes(o parse.Origin, b []byte) *Payload {
	p := NewPayload(o, func(context.Context, *Payload) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(b)), nil
	})
	p.Size = int64(len(b))
	return p
}

// Open opens the body, decompressed where the source decompresses. Whoever opens a payload closes the body, and may
// then open it again. An error, here or while reading, that will never get better is a [*Permanent].
func (p *Payload) Open(ctx context.Context) (io.ReadCloser, error) { return p.open(ctx, p) }
