package snssource_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// life is a process that is killed after a number of steps that it takes outside of itself: each request for a
// certificate, each read of one, each send, each answer. From then on nothing it does has an effect. Or just that one
// step fails, and it lives on.
type life struct {
	mu     sync.Mutex
	left   int // negative: nothing happens to it
	lives  bool
	steps  int
	killed bool
	sent   map[string]int // alerts that were accepted, by ID: the sink outlives the process
}

var errKilled = errors.New("the process was killed, or would have been")

func (l *life) step() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.killed {
		return errKilled
	}
	l.steps++
	l.left--
	if l.left == -1 {
		l.killed = !l.lives
		return errKilled
	}
	return nil
}

// Send can be killed before the alerts arrive, and after.
func (l *life) Send(_ context.Context, batch []*alert.Alert) error {
	if err := l.step(); err != nil {
		return err
	}
	for _, a := range batch {
		l.sent[a.ID]++
	}
	return l.step()
}

// stepping is the network.
type stepping struct {
	*life
	http.RoundTripper
}

func (s stepping) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := s.step(); err != nil {
		return nil, err
	}
	resp, err := s.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = stepBody{s.life, resp.Body}
	}
	return resp, err
}

type stepBody struct {
	*life
	io.ReadCloser
}

func (b stepBody) Read(p []byte) (int, error) {
	if err := b.step(); err != nil {
		return 0, err
	}
	return b.ReadCloser.Read(p)
}

// The process is started again, SNS posts again what was not answered, and what the sink has in the end is compared with
// a run that nothing happened to. The tests of package lambdasource do the same for what invokes a function.
func TestHTTPLosesNothingInACrash(t *testing.T) {
	s := newServer(t)
	whole := runHTTP(t, s, -1, false)
	want := slices.Sorted(maps.Keys(whole.sent))
	if len(want) != 6*3 {
		t.Fatalf("%d alerts without a crash", len(want))
	}
	for name, lives := range map[string]bool{"killed": false, "failed": true} {
		twice := 0
		for at := range whole.steps {
			l := runHTTP(t, s, at, lives)
			if diff := cmp.Diff(want, slices.Sorted(maps.Keys(l.sent))); diff != "" {
				t.Errorf("%s at step %d: IDs of the alerts (-want +got):\n%s", name, at, diff)
			}
			for _, n := range l.sent {
				twice += n - 1
			}
		}
		t.Logf("%s at %d points: 0 lost, %.1f alerts sent again on average", name, whole.steps, float64(twice)/float64(whole.steps))
	}
}

// runHTTP posts six messages of three records each to a process that something happens to, and then to one that nothing
// does.
func runHTTP(t *testing.T, s *server, left int, lives bool) *life {
	t.Helper()
	l := &life{left: left, lives: lives, sent: map[string]int{}}
	pending := make([]*request, 6)
	for i := range pending {
		r := notification(fmt.Sprintf(`{"n":"%d-0"} {"n":"%[1]d-1"} {"n":"%[1]d-2"}`, i))
		r.set("MessageId", fmt.Sprintf("22b80b92-fdea-4c2c-8f9d-%012d", i))
		pending[i] = r.sign()
	}
	for range 2 {
		p := &streamalert.Pipeline{Parser: parse.JSONFormat{}, Rules: rule.MustCompile(rule.Rule{ID: "all", When: rule.Field("n").Exists()}), Sink: l, MaxPending: 2}
		h := s.endpoint()
		client := *s.client
		client.Transport = stepping{l, client.Transport}
		h.Client, h.Handler = &client, p.Handle
		pending = slices.DeleteFunc(pending, func(r *request) bool {
			if l.killed {
				return false
			}
			w := post(t.Context(), h, r)
			return l.step() == nil && w.Code == http.StatusOK // an answer that did not arrive is none
		})
		if len(pending) == 0 {
			return l
		}
		l.killed, l.left = false, -1
	}
	t.Fatalf("%d messages are left", len(pending))
	return nil
}
