package s3source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
)

// Getter is the part of an *s3.Client that is used.
type Getter interface {
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
}

// object is one that was announced.
type object struct {
	bucket  string
	key     string // decoded
	version string // the one to get; "" is the newest
	eTag    string
	size    int64
}

func (ob object) place() string { return ob.bucket + "/" + ob.key }

// payload is the object's, or nil for a folder marker. It checks what the announcement says.
func (o Objects) payload(ob object) (*source.Payload, error) {
	switch {
	case !isBucket(ob.bucket):
		return nil, errors.New("no valid bucket name")
	case !isKey(ob.key):
		return nil, errors.New("no valid key")
	case ob.size == 0 && strings.HasSuffix(ob.key, "/"):
		return nil, nil
	}
	origin := parse.Origin{Kind: "s3", Place: ob.place(), ID: identity(ob.version, ob.eTag)}
	p := source.NewPayload(origin, func(ctx context.Context, p *source.Payload) (io.ReadCloser, error) {
		return o.open(ctx, ob, p)
	})
	p.Size = max(ob.size, -1)
	return p, nil
}

// identity tells versions of an object apart. "null" is the version in a bucket that has, or then had, none.
func identity(version, eTag string) string {
	if version != "" && version != "null" {
		return version
	}
	return strings.Trim(eTag, `"`)
}

// open gets the object, and completes the payload by the answer.
func (o Objects) open(ctx context.Context, ob object, p *source.Payload) (io.ReadCloser, error) {
	in := &s3.GetObjectInput{Bucket: &ob.bucket, Key: &ob.key}
	if ob.version != "" {
		in.VersionId = &ob.version
	}
	out, err := o.Client.GetObject(ctx, in, quiet)
	if err != nil {
		return nil, fmt.Errorf("s3source: get %q: %w", ob.place(), err)
	}
	if id := identity(deref(out.VersionId), deref(out.ETag)); id != "" {
		p.Origin.ID = id
	}
	p.Size = -1
	if out.ContentLength != nil {
		p.Size = max(*out.ContentLength, -1)
	}
	r := &reader{ctx: ctx, place: ob.place(), raw: out.Body, size: p.Size}
	dec, err := source.Decompress(r, o.Limits)
	if err != nil {
		_ = out.Body.Close()
		return nil, err
	}
	return &body{dec, r, out.Body}, nil
}

// quiet keeps the SDK from logging each object that has no checksum it could compare.
func quiet(o *s3.Options) { o.DisableLogOutputChecksumValidationSkipped = true }

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// body is a decompressed one. Closing it before its end stops the download.
type body struct {
	io.ReadCloser
	reader *reader
	raw    io.Closer
}

// Read asks for the context too, because a few bytes as stored can be many.
func (b *body) Read(p []byte) (int, error) {
	if err := b.reader.ended(); err != nil {
		return 0, err
	}
	return b.ReadCloser.Read(p)
}

func (b *body) Close() error { return errors.Join(b.ReadCloser.Close(), b.raw.Close()) }

// reader is the body as stored. It tells a download that was cut off from an object that is at its end.
type reader struct {
	ctx   context.Context
	place string
	raw   io.Reader
	size  int64 // -1 is not known
	read  int64
}

func (r *reader) Read(b []byte) (int, error) {
	if err := r.ended(); err != nil {
		return 0, err
	}
	n, err := r.raw.Read(b)
	r.read += int64(n)
	switch {
	case err == io.EOF && r.read < r.size:
		err = io.ErrUnexpectedEOF
	case err == nil || err == io.EOF:
		return n, err
	}
	return n, fmt.Errorf("s3source: read %q at offset %d: %w", r.place, r.read, err)
}

// ended is the error of a context that is.
func (r *reader) ended() error {
	if err := r.ctx.Err(); err != nil {
		return fmt.Errorf("s3source: read %q at offset %d: %w", r.place, r.read, err)
	}
	return nil
}

// isBucket says whether it is a name that S3 can have given: 3 to 63 lower-case letters, digits, dots and hyphens, in
// Virginia up to 255 with upper case and underscores before 2018, or the ARN of an access point. More than that is the
// service's to refuse; this keeps a hostile event from naming another host or path.
func isBucket(name string) bool {
	if strings.HasPrefix(name, "arn:") {
		return isAccessPoint(name)
	}
	return len(name) >= 3 && len(name) <= 255 && consistsOf(name, "._-")
}

// isAccessPoint knows arn:aws:s3:region:account:accesspoint/name, and those of Outposts.
func isAccessPoint(arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	if len(arn) > 2048 || len(parts) < 6 || !consistsOf(arn, "._-/:") {
		return false
	}
	switch service, resource := parts[2], parts[5]; service {
	case "s3":
		return strings.HasPrefix(resource, "accesspoint/") || strings.HasPrefix(resource, "accesspoint:")
	case "s3-outposts":
		return strings.HasPrefix(resource, "outpost/") || strings.HasPrefix(resource, "outpost:")
	}
	return false
}

// consistsOf says whether s has only ASCII letters, digits and these others.
func consistsOf(s, others string) bool {
	for _, c := range []byte(s) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return true
}

// isKey: 1 to 1,024 bytes of UTF-8.
func isKey(key string) bool {
	return len(key) > 0 && len(key) <= 1024 && utf8.ValidString(key)
}
