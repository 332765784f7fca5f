package kinesissource

import "github.com/streamalert/streamalert-go/source"

// Lambda handles Kinesis events: lambda.Start takes it. Its payloads are those of [Records] without limits of one's own.
func Lambda(h source.Handler) *source.Lambda {
	return &source.Lambda{Decode: Records{}.Decode, Handler: h}
}
