package s3source_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/s3source"
	"github.com/streamalert/streamalert-go/source/sourcetest"
)

func TestConformance(t *testing.T) {
	sourcetest.Run(t, sourcetest.Harness{
		Ordered:      true,
		Decompresses: true,
		Make: func(tb testing.TB, bodies []sourcetest.Body) sourcetest.Subject {
			transport := http.DefaultTransport.(*http.Transport).Clone()
			client := newClient(tb, func(w http.ResponseWriter, r *http.Request) {
				var i int
				if _, err := fmt.Sscanf(r.URL.Path, "amzn-s3-demo-bucket/%d.log", &i); err != nil {
					refuse(w, http.StatusNotFound, "NoSuchKey")
					return
				}
				w.Header().Set("ETag", eTag)
				w.Header().Set("Content-Length", strconv.FormatInt(bodies[i].Size, 10))
				_, _ = io.Copy(w, bodies[i].Open()) // fails when the client goes away
			}, func(o *s3.Options) { o.HTTPClient = &http.Client{Transport: transport} })
			var changes []change
			for i, b := range bodies {
				changes = append(changes, func(_, _, object map[string]any) {
					put(fmt.Sprintf("%d.log", i))(nil, nil, object)
					object["size"] = b.Size
				})
			}
			s := subject(client, notification(tb, changes...), len(bodies))
			s.CloseIdle = transport.CloseIdleConnections
			return s
		},
	})
}

// subject invokes the function with an event of n objects. What it succeeds for is acknowledged.
func subject(client s3source.Getter, event []byte, n int) sourcetest.Subject {
	var mu sync.Mutex
	var acknowledged []int
	return sourcetest.Subject{
		Deliver: func(ctx context.Context, h source.Handler) error {
			_, err := s3source.Lambda(client, h).Invoke(ctx, event)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			for i := range n {
				acknowledged = append(acknowledged, i)
			}
			return nil
		},
		Acknowledged: func() []int {
			mu.Lock()
			defer mu.Unlock()
			return acknowledged
		},
	}
}
