package lambdasource

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/streamalert/streamalert-go/internal/lambdaevent"
	"github.com/streamalert/streamalert-go/source"
)

const (
	maxHeld   = 64 << 20 // bytes of what is read for one event; it is held until the event is done
	ofPayload = 512      // what a payload takes beside its bytes, and more
)

var (
	errLate = errors.New("half of the time for the event is over")
	errFull = fmt.Errorf("the documents before it take more than %d bytes", maxHeld)
)

// failure are the payloads of a document that a failure destination gets: of an invocation's event, or of a batch of a
// stream. It is false for any other.
func (d *decoding) failure(ctx context.Context, doc []byte, nested int) (payloads []*source.Payload, ok bool, err error) {
	if event, ok := lambdaevent.Failed(doc); ok && nested < maxNested {
		b, err := d.event(ctx, event, nested+1)
		d.hold(ofPayload * len(b.Payloads))
		return ofAnother(b.Payloads), true, err
	}
	payloads, ok = d.Discarded.Payloads(ctx, doc)
	for _, p := range payloads {
		d.hold(ofPayload + max(int(p.Size), 0))
	}
	return ofAnother(payloads), ok, nil
}

// hold counts bytes that are held, and ends the reading when they are too many.
func (d *decoding) hold(n int) {
	d.held += n
	if d.held > maxHeld {
		d.full(errFull)
	}
}

// ofAnother takes away what payloads have of the invocation that they were first for.
func ofAnother(payloads []*source.Payload) []*source.Payload {
	for _, p := range payloads {
		p.Group, p.Attempt = "", 0
	}
	return payloads
}

// object are the payloads of a failure document that is in a bucket; of any other object it is itself.
func (d *decoding) object(ctx context.Context, p *source.Payload, nested int) []*source.Payload {
	if !isFailure(p.Origin.Place) {
		return []*source.Payload{p}
	}
	doc, err := document(ctx, p)
	if err != nil {
		return []*source.Payload{failing(p, err)}
	}
	payloads, ok, err := d.failure(ctx, doc, nested)
	d.hold(len(doc))
	switch {
	case err != nil:
		return append(payloads, failing(p, &source.Permanent{Err: err}))
	case !ok:
		return []*source.Payload{p}
	}
	return payloads
}

// document reads an object. Of one that is too large to be a document it is the beginning, which is none.
func document(ctx context.Context, p *source.Payload) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	const most = 16 << 20 // an event of 6 MB, which is a string in it
	body, err := p.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(io.LimitReader(body, most))
}

// failing is a payload in the place of one that cannot be read.
func failing(of *source.Payload, err error) *source.Payload {
	p := source.NewPayload(of.Origin, func(context.Context, *source.Payload) (io.ReadCloser, error) {
		return nil, fmt.Errorf("lambdasource: document of a failure: %w", err)
	})
	p.Sent = of.Sent
	return p
}

// isFailure goes by the keys of the objects that Lambda writes,
// aws/lambda/MAPPING/SHARD/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-UUID and aws/lambda/async/FUNCTION/YYYY/MM/DD/...:
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
func isFailure(place string) bool {
	_, key, _ := strings.Cut(place, "/")
	const like = "0000-00-00T00.00.00-00000000-0000-0000-0000-000000000000"
	name := key[strings.LastIndexByte(key, '/')+1:]
	if !strings.HasPrefix(key, "aws/lambda/") || len(name) != len(like) {
		return false
	}
	for i := range len(like) {
		if like[i] != '0' && name[i] != like[i] {
			return false
		}
	}
	return true
}
