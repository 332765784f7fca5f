package s3source

import (
	"errors"

	"github.com/aws/smithy-go"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
)

// Policy is what becomes of an object that the service refuses to hand out.
type Policy int

const (
	// PolicyFail fails the payload, which is not acknowledged and comes again. The service that delivers it bounds how
	// often: a queue its maxReceiveCount (without a redrive policy: its retention), Lambda's asynchronous invocation two
	// retries and then the function's failure destination. So nothing is lost where these are set up, and nothing is
	// retried for ever.
	PolicyFail Policy = iota
	// PolicyDeadLetter fails the payload with a [source.Permanent] error: a pipeline puts it into the dead letter
	// with its origin and the reason, and acknowledges it.
	PolicyDeadLetter
	// PolicySkip makes it a payload of no bytes, and tells [Objects].Skipped.
	PolicySkip
)

// apply does with an object that was refused with err what the user wants: nil makes it one of no bytes.
func (o Objects) apply(origin parse.Origin, err error) error {
	policy, reason := PolicyFail, SkipReason("")
	var api smithy.APIError
	if errors.As(err, &api) {
		switch api.ErrorCode() {
		case "NoSuchKey", "NoSuchVersion", "MethodNotAllowed": // the last of a version that is a delete marker
			policy, reason = o.Missing, SkipMissing
		case "AccessDenied", "InvalidObjectState": // the latter of one that is archived
			policy, reason = o.Denied, SkipDenied
		}
	}
	switch policy {
	case PolicyDeadLetter:
		return &source.Permanent{Err: err}
	case PolicySkip:
		o.skip(origin, reason, err)
		return nil
	}
	return err
}
