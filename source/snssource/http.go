package snssource

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/streamalert/streamalert-go/internal/snspost"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
)

// HTTP is the endpoint of HTTP(S) subscriptions to SNS topics: an [http.Handler] that takes the requests SNS posts. Each
// notification is a payload: the text of the message, with the topic's ARN as Place and the message ID as ID of its
// [parse.Origin]. It is safe for concurrent use; its fields are not changed once it serves.
//
// # What is verified
//
// Nothing reaches Handler but what is signed by SNS for one of the Topics. Both signature versions are verified, as in
// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html. The certificate is fetched from the
// host of SNS in the topic's region over TLS, and from nowhere else; it must be one of SNS, with a chain to a root, valid
// when the message was sent, and have an RSA key of at least 2048 bits. Certificates are kept for a day.
//
// SNS publishes its certificates without the one that issued them, which is therefore fetched from Amazon's
// repository (*.amazontrust.com, over plain HTTP, since a certificate proves itself). Where that cannot be reached, and
// for certificates of another authority, set Intermediates.
//
// Message attributes are not signed, so they are not handed over. Raw message delivery is not signed at all: its requests
// are refused, leave it off.
//
// # Answers
//
// 200 is answered only after Handler has returned nil: the message is acknowledged. On 5xx SNS sends it again, for up to
// an hour by the subscription's delivery policy, under the same origin; then, or on any other answer, it goes to the
// subscription's dead-letter queue, or is lost where there is none.
//
//   - 400: not a request of SNS, or its headers and its body differ;
//   - 403: not verified, too old, or of a topic that is not one of Topics;
//   - 405: not a POST; 413: larger than MaxBody;
//   - 500: Handler failed, or a certificate or the confirmation could not be fetched;
//   - 503: the server is being stopped.
//
// SNS waits 15 seconds for an answer, hangs up, and sends the message again. The context of Handler is the request's,
// which ends then.
//
// # Stopping
//
// Give the server a BaseContext with a Stop ([source.WithStop]): once it has come, new requests are answered with 503,
// and those under way are finished. http.Server.Shutdown waits for them.
type HTTP struct {
	// Handler takes the payloads, one in each batch. It is called concurrently, as requests come in. Required.
	Handler source.Handler
	// Topics are the ARNs of the topics whose messages are taken and whose subscriptions are confirmed. Without any,
	// all messages are refused.
	Topics []string
	// Client fetches certificates and confirms subscriptions, in 10 seconds each and without following redirects.
	// Default: one with [http.DefaultTransport].
	Client *http.Client
	// RootCAs are the roots of the certificates that messages are signed with. Default: those of the system. TLS
	// has its own, in the transport of Client.
	RootCAs *x509.CertPool
	// Intermediates are issuers of such certificates that need not be fetched. Optional.
	Intermediates *x509.CertPool
	// MaxAge is how old a message may be by its time of sending, give or take 5 minutes in which clocks differ. What
	// was recorded cannot be sent again later than that; before, it arrives under the same origin as the first time.
	// Default: 1 h, as long as SNS may send it.
	MaxAge time.Duration
	// MaxBody is the size of the largest request body in bytes. A request costs a few times its body in memory. Default:
	// 2 MiB, enough for the largest message of SNS, 256 KiB, with each byte escaped.
	MaxBody int64
	// Logger is told of requests that were refused or failed, and of confirmations. Tokens and signatures are not in
	// it. Default: none.
	Logger *slog.Logger

	now          func() time.Time // in tests
	certificates certificates
}

// skew is how much clocks may differ.
const skew = 5 * time.Minute

// refusal is an error that sending the request again will not mend.
type refusal struct {
	status int
	reason string
}

func (r *refusal) Error() string { return "snssource: " + r.reason }

func refuse(status int, reason string) error { return &refusal{status, reason} }

// errStopped is transient like any error that is not a refusal, but has a status of its own.
var errStopped = errors.New("snssource: stopped")

// ServeHTTP takes a request of SNS, and answers it when the handler is done.
func (h *HTTP) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	if err := h.serve(w, r); err != nil {
		status = statusOf(err)
		level := slog.LevelError
		if status < http.StatusInternalServerError {
			level = slog.LevelWarn
		}
		h.log(r.Context(), level, "snssource: request not accepted", "status", status, "error", err)
	}
	if status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", http.MethodPost)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, http.StatusText(status)+"\n") // who hung up need not read it
}

func statusOf(err error) int {
	var r *refusal
	switch {
	case errors.As(err, &r):
		return r.status
	case errors.Is(err, errStopped):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

func (h *HTTP) serve(w http.ResponseWriter, r *http.Request) error {
	if isStopped(r.Context()) {
		return errStopped
	}
	m, err := h.receive(w, r)
	if err != nil {
		return err
	}
	t, err := parseTopic(m.TopicARN)
	if err != nil {
		return err
	}
	sent, err := h.verify(r.Context(), m, t)
	if err != nil {
		return err
	}
	switch m.Type {
	case snspost.Notification:
		return h.handle(r.Context(), m, sent)
	case snspost.SubscriptionConfirmation:
		return h.confirm(r.Context(), m, t)
	}
	h.log(r.Context(), slog.LevelWarn, "snssource: unsubscribed", "topic", m.TopicARN)
	return nil
}

// receive reads the message, once the headers say that it can be one of ours. Nothing in it is verified yet.
func (h *HTTP) receive(w http.ResponseWriter, r *http.Request) (*snspost.Message, error) {
	kind, topic := r.Header.Get("x-amz-sns-message-type"), r.Header.Get("x-amz-sns-topic-arn")
	switch {
	case r.Method != http.MethodPost:
		return nil, refuse(http.StatusMethodNotAllowed, "not a POST")
	case kind == "":
		return nil, refuse(http.StatusBadRequest, "not a request of SNS")
	case !slices.Contains(h.Topics, topic):
		return nil, refuse(http.StatusForbidden, fmt.Sprintf("topic %.300q is not allowed", topic))
	case r.Header.Get("x-amz-sns-rawdelivery") == "true":
		return nil, refuse(http.StatusForbidden, "raw message delivery, which is not signed")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.maxBody()))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("body of more than %d bytes", tooLarge.Limit))
	}
	if err != nil {
		return nil, fmt.Errorf("snssource: read the request: %w", err)
	}
	m, err := snspost.Parse(body)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, err.Error())
	}
	id := r.Header.Get("x-amz-sns-message-id")
	if m.Type != kind || m.TopicARN != topic || id != "" && m.MessageID != id {
		return nil, refuse(http.StatusBadRequest, "headers and body differ")
	}
	return m, nil
}

// handle hands a message over that is verified.
func (h *HTTP) handle(ctx context.Context, m *snspost.Message, sent time.Time) error {
	if isStopped(ctx) { // meanwhile
		return errStopped
	}
	p := source.Bytes(parse.Origin{Kind: "sns", Place: m.TopicARN, ID: m.MessageID}, []byte(m.Message))
	p.Sent = sent
	if err := source.Failed(h.Handler(ctx, []*source.Payload{p}), 1)[0]; err != nil {
		return fmt.Errorf("snssource: %v not accepted: %v", p.Origin, err) // %v: nothing in it passes for a refusal
	}
	return nil
}

func (h *HTTP) maxBody() int64 {
	if h.MaxBody > 0 {
		return h.MaxBody
	}
	return 2 << 20
}

func (h *HTTP) maxAge() time.Duration {
	if h.MaxAge > 0 {
		return h.MaxAge
	}
	return time.Hour
}

func (h *HTTP) time() time.Time {
	if h.now != nil {
		return h.now()
	}
	return time.Now()
}

func (h *HTTP) log(ctx context.Context, level slog.Level, msg string, args ...any) {
	if h.Logger != nil {
		h.Logger.Log(ctx, level, msg, args...)
	}
}

func isStopped(ctx context.Context) bool {
	select {
	case <-source.Stopped(ctx):
		return true
	default:
		return false
	}
}
