package source_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
)

func TestPayloadMayBeOpenedAgain(t *testing.T) {
	p := source.Bytes(parse.Origin{Kind: "test", Place: "memory"}, []byte("hello"))
	if p.Size != 5 {
		t.Errorf("size %d, want 5", p.Size)
	}
	for range 2 {
		r, err := p.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil || string(b) != "hello" {
			t.Errorf("read %q, %v", b, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestOpenCompletesThePayload(t *testing.T) {
	type key struct{}
	announced := parse.Origin{Kind: "s3", Place: "bucket/key"}
	p := source.NewPayload(announced, func(ctx context.Context, p *source.Payload) (io.ReadCloser, error) {
		p.Origin.ID, p.Size = ctx.Value(key{}).(string), 12
		return nil, errors.ErrUnsupported
	})
	if p.Origin != announced || p.Size != -1 {
		t.Errorf("before: origin %v, size %d", p.Origin, p.Size)
	}
	if _, err := p.Open(context.WithValue(t.Context(), key{}, "etag")); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("got error %v", err)
	}
	if diff := cmp.Diff(parse.Origin{Kind: "s3", Place: "bucket/key", ID: "etag"}, p.Origin); diff != "" || p.Size != 12 {
		t.Errorf("after: size %d, %s", p.Size, diff)
	}
}
