package lambdaevent

import (
	"bytes"
	"context"
	"io"

	"github.com/streamalert/streamalert-go/source"
)

// Expand makes payloads of a message that stands for others: one that names objects. It is false for one that does not,
// whose payload is itself. Payloads beside an error are those that could be made all the same.
type Expand func(ctx context.Context, m Message) (payloads []*source.Payload, ok bool, err error)

// Batch makes payloads of messages. All that come of one message share its Item, Group and Attempt; those that have no
// attributes of their own get the message's. expand may be nil.
//
// A message that expand has an error for is lost by itself and not with its batch: its payload is what it says, with a
// [*source.Permanent] at the end.
func Batch(ctx context.Context, messages []Message, expand Expand) source.Batch {
	var b source.Batch
	for _, m := range messages {
		var payloads []*source.Payload
		var ok bool
		var err error
		if expand != nil {
			payloads, ok, err = expand(ctx, m)
		}
		switch {
		case err != nil:
			payloads = append(payloads, m.payload(&source.Permanent{Err: err}))
		case !ok:
			payloads = []*source.Payload{m.payload(io.EOF)}
		}
		for _, p := range payloads {
			p.Group, p.Attempt = m.Group, m.Attempt
			if p.Attributes == nil {
				p.Attributes = m.Attributes
			}
			b.Payloads = append(b.Payloads, p)
			b.Items = append(b.Items, m.Item)
		}
	}
	return b
}

// payload is the message itself, that ends with this error.
func (m Message) payload(end error) *source.Payload {
	p := source.NewPayload(m.Origin, func(context.Context, *source.Payload) (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(bytes.NewReader(m.Body), failing{end})), nil
	})
	p.Size, p.Sent = int64(len(m.Body)), m.Sent
	return p
}

// failing is a reader that only has an error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
