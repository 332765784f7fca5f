// Package s3source delivers the objects that S3 notifications announce.
//
// [Lambda] is the handler of a function that a bucket invokes. Each object that was created is a payload, streamed from
// GetObject and decompressed, in the order of the notification. Its [parse.Origin] has the Kind "s3", the Place
// "bucket/key", and as ID the object's version, or its ETag without quotes where the bucket has no versions. What
// the notification says of the ID holds until the payload is opened; then it is what GetObject answered, so that every
// way to announce an object leads to the same origin.
//
// An object that is not there, or that may not be read, fails the invocation like any other transient error: Lambda
// sends the event again, and hands it to the function's failure destination when it gives up.
package s3source

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/streamalert/streamalert-go/source"
)

// Lambda handles S3 notifications: lambda.Start takes it. Its payloads are those of [Objects] without limits of one's
// own.
func Lambda(client Getter, h source.Handler) *source.Lambda {
	return &source.Lambda{Decode: Objects{Client: client}.Decode, Handler: h}
}

// Objects makes payloads of S3 notifications. It is safe for concurrent use if its Client is.
type Objects struct {
	// Client gets the objects. Required.
	Client Getter
	// Limits bound what a compressed object may cost.
	Limits source.Limits
	// Skipped, where it is set, is told of each thing that was announced and is not delivered. It may be called
	// concurrently.
	Skipped func(Skip)
}

// Decode is the Decode of a [source.Lambda]. It takes the notification that S3 sends: one payload for each
// ObjectCreated record, in their order. Other records, the test event that S3 sends when notifications are set up, and
// folder markers (no bytes, and a key that ends in a slash) yield nothing.
//
// A record that names no proper bucket and key fails the event as a whole, and so does an event that is not an S3
// notification. The errors do not have the event in them.
func (o Objects) Decode(_ context.Context, event json.RawMessage) (source.Batch, error) {
	var e struct {
		Records []json.RawMessage
		Event   string // of a test event
	}
	if err := json.Unmarshal(event, &e); err != nil || len(e.Records) == 0 {
		if err == nil && e.Event == "s3:TestEvent" {
			return source.Batch{}, nil
		}
		return source.Batch{}, errNotS3
	}
	var b source.Batch
	for i, raw := range e.Records {
		p, err := o.record(raw)
		if err != nil {
			return source.Batch{}, fmt.Errorf("s3source: record %d of %d: %w", i+1, len(e.Records), err)
		}
		if p != nil {
			b.Payloads = append(b.Payloads, p)
		}
	}
	return b, nil
}

var (
	errNotS3     = errors.New("s3source: not an S3 notification")
	errNotRecord = errors.New("not an S3 event record")
	errKey       = errors.New("key that is not URL-encoded")
)

// record is the payload of a record, or nil. The structure is that of
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
func (o Objects) record(raw json.RawMessage) (*source.Payload, error) {
	var r events.S3EventRecord
	if err := json.Unmarshal(raw, &r); err != nil {
		var escape url.EscapeError
		if errors.As(err, &escape) {
			return nil, errKey
		}
		return nil, errNotRecord
	}
	if r.EventSource != "aws:s3" {
		return nil, errNotRecord
	}
	// Some events are published with the prefix, and the object is there either way.
	if !strings.HasPrefix(strings.TrimPrefix(r.EventName, "s3:"), "ObjectCreated:") {
		return nil, nil
	}
	p, err := o.payload(object{
		bucket:  r.S3.Bucket.Name,
		key:     r.S3.Object.URLDecodedKey,
		version: r.S3.Object.VersionID,
		eTag:    r.S3.Object.ETag,
		size:    r.S3.Object.Size,
	})
	if p != nil {
		p.Sent = r.EventTime
	}
	return p, err
}
