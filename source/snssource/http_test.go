package snssource_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/snssource"
)

var discard = log.New(io.Discard, "", 0)

// received is a payload as the handler has it.
type received struct {
	Origin     parse.Origin
	Group      string
	Sent       time.Time
	Size       int64
	Attributes map[string]string
	Body       string
}

// recorder is a handler that keeps what it is given, and answers err.
type recorder struct {
	mu  sync.Mutex
	got []received
	err error
}

func (r *recorder) handle(ctx context.Context, batch []*source.Payload) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range batch {
		body, err := p.Open(ctx)
		if err != nil {
			return err
		}
		defer body.Close()
		b, err := io.ReadAll(body)
		if err != nil {
			return err
		}
		r.got = append(r.got, received{p.Origin, p.Group, p.Sent, p.Size, p.Attributes, string(b)})
	}
	return r.err
}

func TestHTTPHandsOverTheMessage(t *testing.T) {
	var rec recorder
	h := newServer(t).endpoint()
	h.Handler = rec.handle
	r := notification("{\"text\": \"line\\nbreak and \\\"quotes\\\"\",\n\t\"é\": \"日本\", \"html\": \"<&>\"}")
	sent := time.Now().UTC().Truncate(time.Millisecond)
	r.members["MessageAttributes"] = map[string]any{"unsigned": map[string]string{"Type": "String", "Value": "x"}}
	r.set("Timestamp", stamp(sent))
	w := post(t.Context(), h, r.sign())
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	want := []received{{
		Origin: parse.Origin{Kind: "sns", Place: topic, ID: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324"},
		Sent:   sent,
		Size:   int64(len(r.members["Message"].(string))),
		Body:   r.members["Message"].(string),
	}}
	if diff := cmp.Diff(want, rec.got); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
}

func TestHTTPAccepts(t *testing.T) {
	for name, change := range map[string]func(*request){
		"a notification":       func(*request) {},
		"signature version 1":  func(r *request) { r.members["SignatureVersion"] = "1" },
		"a subject":            func(r *request) { r.members["Subject"] = "My subject" },
		"a subject, version 1": func(r *request) { r.members["Subject"], r.members["SignatureVersion"] = "s", "1" },
		"a subject of null":    func(r *request) { r.members["Subject"] = nil },
		"headers that SNS may leave out": func(r *request) {
			delete(r.header, "X-Amz-Sns-Message-Id")
			delete(r.header, "X-Amz-Sns-Subscription-Arn")
		},
		"JSON as content type":           func(r *request) { r.header["Content-Type"] = "application/json" },
		"members that SNS may add":       func(r *request) { r.members["New"] = []any{1, map[string]any{"a": nil}} },
		"a message of an hour ago":       func(r *request) { r.set("Timestamp", stamp(time.Now().Add(-time.Hour))) },
		"a clock that is 4 minutes slow": func(r *request) { r.set("Timestamp", stamp(time.Now().Add(4*time.Minute))) },
		"a time without milliseconds": func(r *request) {
			r.set("Timestamp", time.Now().UTC().Format(time.RFC3339))
		},
		"the port of HTTPS in the URL": func(r *request) {
			r.members["SigningCertURL"] = "https://" + host + ":443" + certPath
		},
		"the largest message": func(r *request) { r.members["Message"] = strings.Repeat("\u007f<", 128<<10) },
	} {
		t.Run(name, func(t *testing.T) {
			var rec recorder
			h := newServer(t).endpoint()
			h.Handler = rec.handle
			r := notification("hello")
			change(r)
			if w := post(t.Context(), h, r.sign()); w.Code != http.StatusOK {
				t.Errorf("status %d", w.Code)
			}
			if len(rec.got) != 1 || rec.got[0].Body != r.members["Message"] {
				t.Errorf("got %.100v", rec.got)
			}
		})
	}
}

const otherTopic = "arn:aws:sns:us-east-1:123456789012:other"

func TestHTTPRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		status  int
		change  func(*request)          // before it is signed
		tamper  func(*request)          // after
		prepare func(h *snssource.HTTP) // the endpoint
	}{
		"a GET":                  {status: 405, tamper: func(r *request) { r.method = http.MethodGet }},
		"a PUT":                  {status: 405, tamper: func(r *request) { r.method = http.MethodPut }},
		"no type in the headers": {status: 400, tamper: func(r *request) { delete(r.header, "X-Amz-Sns-Message-Type") }},
		"no header of SNS": {status: 400, tamper: func(r *request) {
			delete(r.header, "X-Amz-Sns-Message-Type")
			delete(r.header, "X-Amz-Sns-Topic-Arn")
		}},
		"no topic in the headers": {status: 403, tamper: func(r *request) { delete(r.header, "X-Amz-Sns-Topic-Arn") }},
		"another type in the headers": {status: 400, tamper: func(r *request) {
			r.header["X-Amz-Sns-Message-Type"] = "UnsubscribeConfirmation"
		}},
		"another message ID in the headers": {status: 400, tamper: func(r *request) {
			r.header["X-Amz-Sns-Message-Id"] = "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf325"
		}},
		"an allowed topic in the headers, another in the body": {status: 400, change: func(r *request) {
			r.members["TopicArn"] = otherTopic
		}},
		"an allowed topic in the body, another in the headers": {status: 403, change: func(r *request) {
			r.header["X-Amz-Sns-Topic-Arn"] = otherTopic
		}},
		"two allowed topics": {
			status:  400,
			prepare: func(h *snssource.HTTP) { h.Topics = append(h.Topics, otherTopic) },
			change:  func(r *request) { r.header["X-Amz-Sns-Topic-Arn"] = otherTopic },
		},
		"a topic that is not allowed":        {status: 403, change: func(r *request) { r.set("TopicArn", otherTopic) }},
		"any topic where none is allowed":    {status: 403, prepare: func(h *snssource.HTTP) { h.Topics = nil }},
		"the beginning of an allowed topic":  {status: 403, change: func(r *request) { r.set("TopicArn", topic[:len(topic)-1]) }},
		"an allowed topic in other letters":  {status: 403, change: func(r *request) { r.set("TopicArn", strings.ToUpper(topic)) }},
		"an allowed topic and something":     {status: 403, change: func(r *request) { r.set("TopicArn", topic+":x") }},
		"raw message delivery":               {status: 403, tamper: func(r *request) { r.header["X-Amz-Sns-Rawdelivery"] = "true" }},
		"a raw body":                         {status: 400, tamper: func(r *request) { r.body = "hello" }},
		"an array":                           {status: 400, tamper: func(r *request) { r.body = "[]" }},
		"a member of another type":           {status: 400, tamper: func(r *request) { r.members["Signature"] = 1 }},
		"a message that is an object":        {status: 400, tamper: func(r *request) { r.members["Message"] = map[string]string{} }},
		"no signature":                       {status: 400, tamper: func(r *request) { delete(r.members, "Signature") }},
		"an empty signature":                 {status: 400, tamper: func(r *request) { r.members["Signature"] = "" }},
		"a signature of bytes that are none": {status: 403, tamper: func(r *request) { r.members["Signature"] = "AAAA" }},
		"a signature in another base64": {status: 403, tamper: func(r *request) {
			r.members["Signature"] = strings.TrimRight(r.members["Signature"].(string), "=")
		}},
		"another message":           {status: 403, tamper: func(r *request) { r.members["Message"] = "hullo" }},
		"another message ID":        {status: 403, tamper: func(r *request) { r.set("MessageId", "22b80b92") }},
		"another subject":           {status: 403, tamper: func(r *request) { r.members["Subject"] = "x" }},
		"another time":              {status: 403, tamper: func(r *request) { r.set("Timestamp", stamp(time.Now().Add(-time.Second))) }},
		"another type":              {status: 400, tamper: func(r *request) { r.set("Type", "SubscriptionConfirmation") }},
		"another signature version": {status: 403, tamper: func(r *request) { r.members["SignatureVersion"] = "1" }},
		"an unknown version":        {status: 403, tamper: func(r *request) { r.members["SignatureVersion"] = "3" }},
		"another's key":             {status: 403, change: func(r *request) { r.key = rsaKeys().other }},
		"another's key, version 1":  {status: 403, change: func(r *request) { r.key, r.members["SignatureVersion"] = rsaKeys().other, "1" }},
		"a message of long ago":     {status: 403, change: func(r *request) { r.set("Timestamp", stamp(time.Now().Add(-66*time.Minute))) }},
		"a message of the future":   {status: 403, change: func(r *request) { r.set("Timestamp", stamp(time.Now().Add(6*time.Minute))) }},
		"a message older than MaxAge": {
			status:  403,
			prepare: func(h *snssource.HTTP) { h.MaxAge = time.Minute },
			change:  func(r *request) { r.set("Timestamp", stamp(time.Now().Add(-7*time.Minute))) },
		},
		"a time that is none": {status: 400, change: func(r *request) { r.set("Timestamp", "yesterday") }},
		"a body of more than 2 MiB": {status: 413, change: func(r *request) {
			r.members["Message"] = strings.Repeat("x", 2<<20)
		}},
		"a body larger than MaxBody": {status: 413, prepare: func(h *snssource.HTTP) { h.MaxBody = 100 }},
	} {
		t.Run(name, func(t *testing.T) {
			var rec recorder
			s := newServer(t)
			h := s.endpoint()
			h.Handler = rec.handle
			r := notification("hello")
			if tt.prepare != nil {
				tt.prepare(h)
			}
			if tt.change != nil {
				tt.change(r)
			}
			r.sign()
			if tt.tamper != nil {
				tt.tamper(r)
			}
			w := post(t.Context(), h, r)
			if w.Code != tt.status {
				t.Errorf("status %d, want %d", w.Code, tt.status)
			}
			if len(rec.got) != 0 {
				t.Errorf("the handler got %v", rec.got)
			}
			if w.Code == 405 && w.Header().Get("Allow") != "POST" {
				t.Errorf("header %v, want an Allow", w.Header())
			}
		})
	}
}

func TestHTTPRefusesAMemberThatIsThereTwice(t *testing.T) {
	var rec recorder
	h := newServer(t).endpoint()
	h.Handler = rec.handle
	r := notification("hello").sign()
	body := new(bytes.Buffer)
	_, _ = body.ReadFrom(r.http(t.Context()).Body)
	r.body = strings.Replace(body.String(), "{", `{"Message": "forged",`, 1)
	if w := post(t.Context(), h, r); w.Code != 400 || len(rec.got) != 0 {
		t.Errorf("status %d, handed over %v", w.Code, rec.got)
	}
}

func TestHTTPAsksForNothingOnBehalfOfOtherTopics(t *testing.T) {
	s := newServer(t)
	h := s.endpoint()
	h.Handler = new(recorder).handle
	for _, r := range []*request{notification("m"), confirmation("SubscriptionConfirmation")} {
		r.set("TopicArn", otherTopic)
		if w := post(t.Context(), h, r.sign()); w.Code != 403 {
			t.Errorf("status %d, want 403", w.Code)
		}
	}
	if asked := s.Asked(); len(asked) != 0 {
		t.Errorf("asked for %q", asked)
	}
}

func TestHTTPAcknowledgesJustWhatTheHandlerAccepted(t *testing.T) {
	refused := errors.New("sink down")
	for name, tt := range map[string]struct {
		err    error
		status int
	}{
		"nil":                     {nil, 200},
		"an error":                {refused, 500},
		"a BatchError":            {&source.BatchError{Failed: map[int]error{0: refused}}, 500},
		"a BatchError of nothing": {&source.BatchError{}, 500},
		"a BatchError of another": {&source.BatchError{Failed: map[int]error{1: refused}}, 500},
		"a permanent error":       {&source.Permanent{Err: refused}, 500},
		"the end of a context":    {context.Canceled, 500},
	} {
		t.Run(name, func(t *testing.T) {
			rec := recorder{err: tt.err}
			h := newServer(t).endpoint()
			h.Handler = rec.handle
			r := notification("hello").sign()
			for range 2 { // SNS sends it again
				if w := post(t.Context(), h, r); w.Code != tt.status {
					t.Errorf("status %d, want %d", w.Code, tt.status)
				}
			}
			if len(rec.got) != 2 || rec.got[0].Origin != rec.got[1].Origin {
				t.Errorf("got %v", rec.got)
			}
		})
	}
}

func TestHTTPAnswersOnlyAfterTheHandler(t *testing.T) {
	h := newServer(t).endpoint()
	entered, leave := make(chan struct{}), make(chan struct{})
	h.Handler = func(context.Context, []*source.Payload) error {
		close(entered)
		<-leave
		return nil
	}
	status := make(chan int)
	go func() { status <- post(t.Context(), h, notification("hello").sign()).Code }()
	<-entered
	select {
	case code := <-status:
		t.Errorf("status %d before the handler returned", code)
	case <-time.After(20 * time.Millisecond):
	}
	close(leave)
	if code := <-status; code != 200 {
		t.Errorf("status %d", code)
	}
}

func TestHTTPTakesNothingNewOnceItIsStopped(t *testing.T) {
	h := newServer(t).endpoint()
	stop, halt := context.WithCancel(t.Context())
	ctx := source.WithStop(t.Context(), stop)
	var calls int
	h.Handler = func(ctx context.Context, _ []*source.Payload) error {
		calls++
		halt()
		return ctx.Err() // the request under way goes on
	}
	r := notification("hello").sign()
	if w := post(ctx, h, r); w.Code != 200 {
		t.Errorf("status %d of the request under way, want 200", w.Code)
	}
	if w := post(ctx, h, r); w.Code != 503 || calls != 1 {
		t.Errorf("after Stop: status %d, want 503; %d calls of the handler, want 1", w.Code, calls)
	}
}

func TestHTTPDoesNotBeginARequestOnceItIsStopped(t *testing.T) {
	s := newServer(t)
	stop, halt := context.WithCancel(t.Context())
	halt()
	if w := post(source.WithStop(t.Context(), stop), s.endpoint(), confirmation("SubscriptionConfirmation").sign()); w.Code != 503 {
		t.Errorf("status %d, want 503", w.Code)
	}
	if asked := s.Asked(); len(asked) != 0 {
		t.Errorf("asked for %q", asked)
	}
}

func TestHTTPDoesNotBeginAMessageIfStopComesWhileItIsVerified(t *testing.T) {
	s := newServer(t)
	stop, halt := context.WithCancel(t.Context())
	page := pemOf(s.certificate(t))
	s.serve(certURL, func(w http.ResponseWriter, _ *http.Request) {
		halt()
		_, _ = w.Write(page)
	})
	h := s.endpoint()
	h.Handler = func(context.Context, []*source.Payload) error {
		t.Error("the handler was called")
		return nil
	}
	if w := post(source.WithStop(t.Context(), stop), h, notification("hello").sign()); w.Code != 503 {
		t.Errorf("status %d, want 503", w.Code)
	}
}

func TestHTTPGivesTheHandlerTheContextOfTheRequest(t *testing.T) {
	h := newServer(t).endpoint()
	ctx, cancel := context.WithCancel(t.Context())
	h.Handler = func(ctx context.Context, _ []*source.Payload) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	}
	if w := post(ctx, h, notification("hello").sign()); w.Code != 500 {
		t.Errorf("status %d, want 500", w.Code)
	}
}

func TestHTTPLogsNoSecrets(t *testing.T) {
	s := newServer(t)
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	secrets := []string{token}
	send := func(r *request, prepare func(h *snssource.HTTP)) {
		h := s.endpoint()
		h.Logger = log
		h.Handler = new(recorder).handle
		if prepare != nil {
			prepare(h)
		}
		w := post(t.Context(), h, r)
		secrets = append(secrets, r.members["Signature"].(string)[:20])
		out.WriteString(w.Body.String())
	}
	send(confirmation("SubscriptionConfirmation").sign(), nil)
	send(confirmation("UnsubscribeConfirmation").sign(), nil)
	forged := confirmation("SubscriptionConfirmation")
	forged.key = rsaKeys().other
	send(forged.sign(), nil)
	elsewhere := confirmation("SubscriptionConfirmation")
	elsewhere.members["SubscribeURL"] = "https://example.com/?Token=" + token
	send(elsewhere.sign(), nil)
	send(notification("hello").sign(), func(h *snssource.HTTP) {
		h.Handler = func(context.Context, []*source.Payload) error { return errors.New("sink down") }
	})
	s.serve("https://"+host+"/", func(w http.ResponseWriter, r *http.Request) { http.Error(w, r.URL.String(), 500) })
	send(confirmation("SubscriptionConfirmation").sign(), nil)
	s.serve("https://"+host+"/", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	send(confirmation("SubscriptionConfirmation").sign(), nil)
	for _, want := range []string{"subscription confirmed", "unsubscribed", "sink down", "status 500", "not that of the message", "EOF"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the log does not tell of %q", want)
		}
	}
	for _, secret := range secrets {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%q is in the log:\n%s", secret, out.String())
		}
	}
}
