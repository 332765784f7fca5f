package main

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // what S3's ETag is
	"encoding/hex"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/kinesissource"
	"github.com/streamalert/streamalert-go/source/lambdasource"
)

// lambdaEvent is what a function hands over that is invoked with the input.
func (q question) lambdaEvent(ctx context.Context) (bodies [][]byte, err error) {
	f := lambdasource.Lambda(bucket(q.Objects), func(ctx context.Context, batch []*source.Payload) error {
		for _, p := range batch {
			body, err := read(ctx, p)
			if err != nil {
				return err
			}
			bodies = append(bodies, body)
		}
		return nil
	})
	_, err = f.Invoke(ctx, []byte(q.Input))
	return bodies, err
}

func read(ctx context.Context, p *source.Payload) ([]byte, error) {
	r, err := p.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// kpl is the user records of a Kinesis record.
func (q question) kpl() [][]byte {
	return kinesissource.Deaggregate(q.bytes())
}

// bucket is S3 with these objects, by bucket/key or bucket/key?versionId=ID.
type bucket map[string][]byte

// GetObject always has all of an object: what is in memory does not break off.
func (b bucket) GetObject(_ context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	name := *in.Bucket + "/" + *in.Key
	if in.VersionId != nil {
		name += "?versionId=" + *in.VersionId
	}
	object, ok := b[name]
	if !ok {
		return nil, &types.NoSuchKey{}
	}
	sum := md5.Sum(object) //nolint:gosec // as above
	eTag := `"` + hex.EncodeToString(sum[:]) + `"`
	size := int64(len(object))
	return &s3.GetObjectOutput{
		Body:          io.NopCloser(bytes.NewReader(object)),
		ContentLength: &size,
		ETag:          &eTag,
		VersionId:     in.VersionId,
	}, nil
}
