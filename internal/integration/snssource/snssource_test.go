// Package snssource_test holds the HTTP endpoint against goaws, a server of SNS that others made, which signs what it
// posts in version 1. It publishes its certificate over plain HTTP, and confirms subscriptions there, so that the endpoint
// must refuse all of it; that the signatures are verified is held against it with the certificate at hand. Version
// 2, certificates over TLS and their chains are not to be had there: see the tests of source/snssource.
package snssource_test

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/streamalert/streamalert-go/internal/integration/servers"
	"github.com/streamalert/streamalert-go/internal/snspost"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/snssource"
)

// posted is a request and the endpoint's answer.
type posted struct {
	header http.Header
	body   []byte
	status int
}

// subscribe makes a topic with the endpoint as its subscriber, and returns what the endpoint is sent.
func subscribe(t *testing.T, client *sns.Client, endpoint *snssource.HTTP) (topic string, requests <-chan posted) {
	t.Helper()
	out, err := client.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("logs")})
	if err != nil {
		t.Fatal(err)
	}
	endpoint.Topics = []string{*out.TopicArn}
	got := make(chan posted, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer := httptest.NewRecorder()
		endpoint.ServeHTTP(answer, r)
		w.WriteHeader(answer.Code)
		got <- posted{r.Header, body, answer.Code}
	}))
	t.Cleanup(server.Close)
	_, err = client.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: out.TopicArn, Protocol: aws.String("http"), Endpoint: &server.URL,
	})
	if err != nil {
		t.Fatal(err)
	}
	return *out.TopicArn, got
}

func next(t *testing.T, requests <-chan posted) posted {
	t.Helper()
	select {
	case p := <-requests:
		return p
	case <-time.After(20 * time.Second):
		t.Fatal("nothing was posted")
		return posted{}
	}
}

// certificate is what goaws signs with.
func certificate(t *testing.T, address string) *rsa.PublicKey {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(b)
	if block == nil {
		t.Fatalf("no certificate at %s: %q", address, b)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return cert.PublicKey.(*rsa.PublicKey)
}

func TestTheSignaturesOfAnotherServerAreVerified(t *testing.T) {
	client := sns.NewFromConfig(servers.GoAWS(t).Config())
	topic, requests := subscribe(t, client, &snssource.HTTP{})
	got := []posted{next(t, requests)}
	for _, in := range []*sns.PublishInput{
		{Message: aws.String("plain")},
		{Message: aws.String("with a subject"), Subject: aws.String("the subject")},
		{Message: aws.String("lines\n{\"a\": \"\\u00e9 <&> 日本\"}\n\ttabs"), Subject: aws.String("s")},
	} {
		in.TopicArn = &topic
		if _, err := client.Publish(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		p := next(t, requests)
		if m, err := snspost.Parse(p.body); err != nil || m.Message != *in.Message {
			t.Errorf("posted %s, want message %q: %v", p.body, *in.Message, err)
		}
		got = append(got, p)
	}
	for _, p := range got {
		m, err := snspost.Parse(p.body)
		if err != nil {
			t.Errorf("%s: %v", p.body, err)
			continue
		}
		key := certificate(t, m.SigningCertURL)
		if err := m.Verify(key); err != nil {
			t.Errorf("%s: %v", p.body, err)
		}
		m.Message += "."
		if m.Verify(key) == nil {
			t.Errorf("%s: another message is accepted", p.body)
		}
	}
	if kind := got[0].header.Get("x-amz-sns-message-type"); kind != snspost.SubscriptionConfirmation {
		t.Errorf("the first request is a %s", kind)
	}
}

func TestAServerThatIsNotSNSIsRefused(t *testing.T) {
	client := sns.NewFromConfig(servers.GoAWS(t).Config())
	var out strings.Builder
	endpoint := &snssource.HTTP{
		Logger: slog.New(slog.NewTextHandler(&out, nil)),
		Handler: func(context.Context, []*source.Payload) error {
			t.Error("a message was handed over")
			return nil
		},
	}
	topic, requests := subscribe(t, client, endpoint)
	if p := next(t, requests); p.status != http.StatusForbidden {
		t.Errorf("status %d of the confirmation, want 403", p.status)
	}
	if _, err := client.Publish(t.Context(), &sns.PublishInput{TopicArn: &topic, Message: aws.String("hello")}); err != nil {
		t.Fatal(err)
	}
	if p := next(t, requests); p.status != http.StatusForbidden {
		t.Errorf("status %d of the message, want 403", p.status)
	}
	if n := strings.Count(out.String(), "certificate that is not at the host of SNS"); n != 2 {
		t.Errorf("the log does not say twice what was wrong:\n%s", out.String())
	}
}

// With the certificate's URL led to where SNS has them, a chain is asked for, and there is none.
func TestACertificateThatIsNotOfSNSIsRefused(t *testing.T) {
	server := servers.GoAWS(t)
	client := sns.NewFromConfig(server.Config())
	var mu sync.Mutex
	var fetched []string
	endpoint := &snssource.HTTP{Client: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		fetched = append(fetched, r.URL.String())
		mu.Unlock()
		// The server has one certificate, whatever the name.
		return http.Get(server.URL + "/SimpleNotificationService" + r.URL.Path)
	})}}
	_, requests := subscribe(t, client, endpoint)
	p := next(t, requests)
	var members map[string]any
	if err := json.Unmarshal(p.body, &members); err != nil {
		t.Fatal(err)
	}
	const genuine = "https://sns.us-east-1.amazonaws.com/x.pem"
	members["SigningCertURL"] = genuine // is not signed
	body, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(body))
	r.Header = p.header
	w := httptest.NewRecorder()
	endpoint.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("status %d, want 403", w.Code)
	}
	if len(fetched) != 1 || fetched[0] != genuine {
		t.Errorf("fetched %q", fetched)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
