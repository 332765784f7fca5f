package snssource

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/streamalert/streamalert-go/internal/snspost"
)

// verify returns when the message was sent, if it is one of SNS for the topic. What costs no request is checked first.
func (h *HTTP) verify(ctx context.Context, m *snspost.Message, t topic) (time.Time, error) {
	sent, err := time.Parse(time.RFC3339, m.Timestamp)
	if err != nil {
		return time.Time{}, refuse(http.StatusBadRequest, "timestamp that is none")
	}
	if age := h.time().Sub(sent); age > h.maxAge()+skew || age < -skew {
		return time.Time{}, refuse(http.StatusForbidden, fmt.Sprintf("message with an age of %v", age.Round(time.Second)))
	}
	address, err := certificateURL(m.SigningCertURL, t)
	if err != nil {
		return time.Time{}, err
	}
	cert, err := h.certificates.get(ctx, address, h.time(), func(ctx context.Context) (*certificate, error) {
		return h.fetchCertificate(ctx, address, t, sent)
	})
	if err != nil {
		return time.Time{}, err
	}
	if err := cert.check(t, sent, h.RootCAs); err != nil {
		return time.Time{}, err
	}
	if err := m.Verify(cert.leaf.PublicKey.(*rsa.PublicKey)); err != nil { // check has seen to the type
		return time.Time{}, refuse(http.StatusForbidden, err.Error())
	}
	return sent, nil
}

// certificateURL is the URL in its simplest form, so that each certificate has one.
func certificateURL(s string, t topic) (string, error) {
	const longest = 200 // some 70 are usual
	other := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.", r)
	}
	u, ok := t.parseURL(s)
	if !ok || len(s) > longest || u.RawQuery != "" || u.ForceQuery || u.RawPath != "" {
		return "", refuse(http.StatusForbidden, "certificate that is not at the host of SNS")
	}
	name, ok := strings.CutPrefix(u.Path, "/")
	if !ok || !strings.HasSuffix(name, ".pem") || strings.ContainsFunc(name, other) {
		return "", refuse(http.StatusForbidden, "certificate whose path is not one of SNS")
	}
	return "https://" + t.host() + "/" + name, nil
}

// confirm makes a subscription valid, by a visit to its SubscribeURL.
func (h *HTTP) confirm(ctx context.Context, m *snspost.Message, t topic) error {
	u, ok := t.parseURL(m.SubscribeURL)
	if !ok || u.Path != "" && u.Path != "/" {
		return refuse(http.StatusForbidden, "SubscribeURL that is not at the host of SNS")
	}
	q, err := url.ParseQuery(u.RawQuery)
	is := func(name, want string) bool { return len(q[name]) == 1 && q[name][0] == want }
	if err != nil || !is("Action", "ConfirmSubscription") || !is("TopicArn", m.TopicARN) || !is("Token", m.Token) {
		return refuse(http.StatusForbidden, "SubscribeURL that does not confirm this subscription")
	}
	const largest = 64 << 10
	if _, err := h.fetch(ctx, u.String(), largest); err != nil {
		return fmt.Errorf("snssource: confirm the subscription: %w", err)
	}
	h.log(ctx, slog.LevelInfo, "snssource: subscription confirmed", "topic", m.TopicARN)
	return nil
}

const fetchTimeout = 10 * time.Second

// fetch gets what is at a URL, which is not in its errors: it may hold a token.
func (h *HTTP) fetch(ctx context.Context, address string, largest int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("not a URL")
	}
	resp, err := h.client().Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("answered with status %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, largest+1))
	if err == nil && int64(len(body)) > largest {
		err = fmt.Errorf("answered with more than %d bytes", largest)
	}
	return body, err
}

// client follows no redirects: they could lead anywhere.
func (h *HTTP) client() *http.Client {
	c := http.Client{}
	if h.Client != nil {
		c = *h.Client
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}
