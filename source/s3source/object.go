package s3source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
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

// payload is the object's, or nil for one that is left out. It checks what the announcement says.
func (o Objects) payload(ob object) (*source.Payload, error) {
	switch {
	case !isBucket(ob.bucket):
		return nil, errors.New("no valid bucket name")
	case !isKey(ob.key):
		return nil, errors.New("no valid key")
	}
	origin := parse.Origin{Kind: "s3", Place: ob.place(), ID: identity(ob.version, ob.eTag)}
	wrong := o.Filter.check()
	if wrong == nil {
		if reason := o.Filter.reason(ob); reason != "" {
			o.skip(origin, reason, nil)
			return nil, nil
		}
	}
	p := source.NewPayload(origin, func(ctx context.Context, p *source.Payload) (io.ReadCloser, error) {
		if wrong != nil {
			return nil, wrong
		}
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
	d, err := o.download(ctx, ob)
	if err != nil {
		if err = o.apply(p.Origin, err); err != nil {
			return nil, err
		}
		return none{}, nil
	}
	if id := identity(d.version, d.eTag); id != "" {
		p.Origin.ID = id
	}
	p.Size = d.size
	if reason := o.unwanted(ob.key, d.size); reason != "" {
		o.skip(p.Origin, reason, nil)
		return none{}, d.Close()
	}
	dec, err := source.Decompress(d, o.Limits)
	if err != nil {
		_ = d.Close()
		return nil, err
	}
	return &body{dec: dec, download: d}, nil
}

// unwanted is why an object is left out whose size the answer tells, or "".
func (o Objects) unwanted(key string, size int64) SkipReason {
	switch {
	case isFolder(key, size):
		return SkipFolder
	case !o.Filter.hasSize(size):
		return SkipSize
	}
	return ""
}

// none is the body of an object that is skipped.
type none struct{}

func (none) Read([]byte) (int, error) { return 0, io.EOF }
func (none) Close() error             { return nil }

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// body is a decompressed one. Closing it before its end stops the download.
type body struct {
	dec      io.ReadCloser
	download *download
	err      error // what every further Read returns
}

// Read asks for the context too, because a few bytes as stored can be many.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if err := b.download.ended(); err != nil {
		return 0, err
	}
	n, err := b.dec.Read(p)
	if err != nil {
		b.err = b.verdict(err)
	}
	return n, b.err
}

// verdict is the error that b ends with. What is wrong with the bytes is permanent only if they are the object's: where
// its checksum can tell that, it is asked first.
func (b *body) verdict(err error) error {
	var permanent *source.Permanent
	var limit *source.LimitError
	if !errors.As(err, &permanent) || errors.As(err, &limit) || b.download.sum == nil {
		return err
	}
	if _, rest := io.Copy(io.Discard, b.download); rest != nil {
		return rest
	}
	return err
}

func (b *body) Close() error { return errors.Join(b.dec.Close(), b.download.Close()) }

var errClosed = fmt.Errorf("s3source: read of a closed object: %w", fs.ErrClosed)

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
