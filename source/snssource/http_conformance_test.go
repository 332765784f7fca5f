package snssource_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/sourcetest"
)

// A request is a delivery, which 200 acknowledges. SNS takes text alone, so bodies are sent in base64.
func TestConformanceOfHTTP(t *testing.T) {
	s := newServer(t)
	sourcetest.Run(t, sourcetest.Harness{
		Ordered: true,
		Partial: true,
		MaxSize: 180_000,
		Make: func(tb testing.TB, bodies []sourcetest.Body) sourcetest.Subject {
			return httpSubject(tb, s, bodies)
		},
	})
}

func httpSubject(tb testing.TB, s *server, bodies []sourcetest.Body) sourcetest.Subject {
	var requests []*request
	for i, body := range bodies {
		b, err := io.ReadAll(body.Open())
		if err != nil {
			tb.Fatal(err)
		}
		r := notification("base64:" + base64.StdEncoding.EncodeToString(b))
		r.set("MessageId", fmt.Sprintf("22b80b92-fdea-4c2c-8f9d-%012d", i))
		requests = append(requests, r.sign())
	}
	var mu sync.Mutex
	var acknowledged []int
	return sourcetest.Subject{
		Deliver: func(ctx context.Context, handle source.Handler) error {
			h := s.endpoint()
			h.Handler = decoding(handle)
			var last error
			for i, r := range requests {
				mu.Lock()
				done := slices.Contains(acknowledged, i)
				mu.Unlock()
				if done {
					continue
				}
				if ctx.Err() != nil {
					return ctx.Err()
				}
				w := post(ctx, h, r)
				if w.Code != http.StatusOK {
					last = fmt.Errorf("status %d", w.Code)
					continue
				}
				mu.Lock()
				acknowledged = append(acknowledged, i)
				mu.Unlock()
			}
			return last
		},
		Acknowledged: func() []int {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(acknowledged)
		},
		CloseIdle: s.client.CloseIdleConnections,
	}
}

// decoding takes the base64 off again.
func decoding(handle source.Handler) source.Handler {
	return func(ctx context.Context, batch []*source.Payload) error {
		var decoded []*source.Payload
		for _, p := range batch {
			p := p
			decoded = append(decoded, source.NewPayload(p.Origin, func(ctx context.Context, _ *source.Payload) (io.ReadCloser, error) {
				r, err := p.Open(ctx)
				if err != nil {
					return nil, err
				}
				defer r.Close()
				b, err := io.ReadAll(r)
				if err != nil {
					return nil, err
				}
				text, ok := strings.CutPrefix(string(b), "base64:")
				if !ok {
					return nil, fmt.Errorf("the message is %.20q", b)
				}
				return io.NopCloser(base64.NewDecoder(base64.StdEncoding, strings.NewReader(text))), nil
			}))
		}
		return handle(ctx, decoded)
	}
}
