package snssource_test

// This file imitates what an HTTP endpoint sees of Amazon SNS: the requests that SNS posts, signed in both versions, the
// host at which it publishes its certificates and confirms subscriptions, over TLS, and the repository of the
// authority that issued the certificates. It is made from the developer guide: HTTP/HTTPS headers; HTTP/HTTPS
// notification, subscription confirmation and unsubscribe confirmation JSON format; Verifying the signatures of Amazon SNS
// messages. No independent server was found that signs in version 2 or serves certificates over TLS; genuine messages of
// both versions are in the tests of snspost and in TestGenuineMessages here, and the integration tests hold version 1
// against an independent server.

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // SignatureVersion 1 is made with it
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/streamalert/streamalert-go/source/snssource"
)

const (
	topic    = "arn:aws:sns:us-east-1:123456789012:logs"
	host     = "sns.us-east-1.amazonaws.com"
	certPath = "/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
	certURL  = "https://" + host + certPath
	token    = "secret-token-2336412f37fb687f5d51e6e2425929f5"
	issuerAt = "http://crt.r2m01.amazontrust.com/r2m01.cer"
)

// authority issues certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t testing.TB, name string, parent *authority, change ...func(*x509.Certificate)) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{key: key}
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	for _, c := range change {
		c(template)
	}
	if parent == nil {
		parent = a
	}
	a.cert = parent.issue(t, template, &key.PublicKey)
	return a
}

// issue completes the template and signs it.
func (a *authority) issue(t testing.TB, template *x509.Certificate, public crypto.PublicKey) *x509.Certificate {
	t.Helper()
	var err error
	if template.SerialNumber, err = rand.Int(rand.Reader, big.NewInt(1<<62)); err != nil {
		t.Fatal(err)
	}
	if template.NotAfter.IsZero() {
		template.NotBefore, template.NotAfter = time.Now().Add(-24*time.Hour), time.Now().Add(240*time.Hour)
	}
	issuer := a.cert
	if issuer == nil {
		issuer = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, public, a.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

func pemOf(certs ...*x509.Certificate) []byte {
	var b bytes.Buffer
	for _, c := range certs {
		_ = pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	return b.Bytes()
}

// Keys take long to make, and which they are does not matter.
var rsaKeys = sync.OnceValue(func() (keys struct{ good, other, weak *rsa.PrivateKey }) {
	var errs [3]error
	keys.good, errs[0] = rsa.GenerateKey(rand.Reader, 2048)
	keys.other, errs[1] = rsa.GenerateKey(rand.Reader, 2048)
	keys.weak, errs[2] = rsa.GenerateKey(rand.Reader, 1024) //nolint:gosec // to be refused
	for _, err := range errs {
		if err != nil {
			panic(err)
		}
	}
	return keys
})

// server is SNS, and the repository of its authority.
type server struct {
	root, issuer *authority // of what messages are signed with
	client       *http.Client

	mu    sync.Mutex
	pages map[string]http.HandlerFunc // by URL without its query
	asked []string                    // URLs, in order
}

func newServer(t testing.TB) *server {
	t.Helper()
	s := &server{pages: map[string]http.HandlerFunc{}}
	s.root = newAuthority(t, "Root", nil)
	s.issuer = newAuthority(t, "Issuer", s.root)
	s.publish(certURL, pemOf(s.certificate(t)))
	s.publish(issuerAt, s.issuer.cert.Raw)
	s.publish("https://"+host+"/", []byte("<ConfirmSubscriptionResponse/>"))

	web := newAuthority(t, "Web", nil)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	webCert := web.issue(t, &x509.Certificate{DNSNames: []string{
		host, "sns.eu-south-1.amazonaws.com", "sns.us-gov-east-1.amazonaws.com", "sns.cn-north-1.amazonaws.com.cn",
	}}, &key.PublicKey)
	secure := httptest.NewUnstartedServer(s)
	secure.Config.ErrorLog = discard
	secure.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{webCert.Raw}, PrivateKey: key}}}
	secure.StartTLS()
	t.Cleanup(secure.Close)
	plain := httptest.NewServer(s)
	t.Cleanup(plain.Close)

	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: web.pool()},
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			to := plain.Listener.Addr().String()
			if strings.HasSuffix(addr, ":443") {
				to = secure.Listener.Addr().String()
			}
			var d net.Dialer
			return d.DialContext(ctx, network, to)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	s.client = &http.Client{Transport: transport}
	return s
}

// certificate is one to sign with, as SNS has them.
func (s *server) certificate(t testing.TB, change ...func(*x509.Certificate)) *x509.Certificate {
	t.Helper()
	return s.issuer.issue(t, leaf(change...), &rsaKeys().good.PublicKey)
}

func leaf(change ...func(*x509.Certificate)) *x509.Certificate {
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "sns.amazonaws.com"},
		DNSNames:              []string{"sns.amazonaws.com"},
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IssuingCertificateURL: []string{issuerAt},
	}
	for _, c := range change {
		c(template)
	}
	return template
}

func (s *server) publish(address string, b []byte) {
	s.serve(address, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(b) })
}

func (s *server) serve(address string, page http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[address] = page
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	u := url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawQuery: r.URL.RawQuery}
	if r.TLS != nil {
		u.Scheme = "https"
	}
	asked := u.String()
	u.RawQuery = ""
	s.mu.Lock()
	s.asked = append(s.asked, asked)
	page := s.pages[u.String()]
	s.mu.Unlock()
	if page == nil {
		http.NotFound(w, r)
		return
	}
	page(w, r)
}

// Asked are the URLs that were asked for.
func (s *server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// endpoint is an HTTP that trusts this SNS.
func (s *server) endpoint() *snssource.HTTP {
	return &snssource.HTTP{Topics: []string{topic}, Client: s.client, RootCAs: s.root.pool()}
}

// request is one that SNS posts.
type request struct {
	method  string
	header  map[string]string
	members map[string]any
	body    string // in place of the members
	key     *rsa.PrivateKey
}

// notification is not signed yet.
func notification(message string) *request {
	return &request{
		method: http.MethodPost,
		header: map[string]string{
			"Content-Type":               "text/plain; charset=UTF-8",
			"User-Agent":                 "Amazon Simple Notification Service Agent",
			"X-Amz-Sns-Message-Type":     "Notification",
			"X-Amz-Sns-Message-Id":       "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
			"X-Amz-Sns-Topic-Arn":        topic,
			"X-Amz-Sns-Subscription-Arn": topic + ":c9135db0-26c4-47ec-8998-413945fb5a96",
		},
		members: map[string]any{
			"Type":             "Notification",
			"MessageId":        "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
			"TopicArn":         topic,
			"Message":          message,
			"Timestamp":        stamp(time.Now()),
			"SignatureVersion": "2",
			"SigningCertURL":   certURL,
			"UnsubscribeURL":   "https://" + host + "/?Action=Unsubscribe&SubscriptionArn=" + topic + ":c9135db0",
		},
		key: rsaKeys().good,
	}
}

// confirmation is one of either type, not signed yet.
func confirmation(kind string) *request {
	r := notification("You have chosen to subscribe to the topic.\nTo confirm, visit the SubscribeURL.")
	r.set("Type", kind)
	delete(r.members, "UnsubscribeURL")
	delete(r.header, "X-Amz-Sns-Subscription-Arn")
	r.members["Token"] = token
	r.members["SubscribeURL"] = subscribeURL
	return r
}

const subscribeURL = "https://" + host + "/?Action=ConfirmSubscription&TopicArn=" + topic + "&Token=" + token

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// set changes a member, and its header.
func (r *request) set(name, value string) {
	r.members[name] = value
	switch name {
	case "Type":
		r.header["X-Amz-Sns-Message-Type"] = value
	case "TopicArn":
		r.header["X-Amz-Sns-Topic-Arn"] = value
	case "MessageId":
		r.header["X-Amz-Sns-Message-Id"] = value
	}
}

// sign sets the signature by the other members.
func (r *request) sign() *request {
	names := []string{"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"}
	if r.members["Type"] != "Notification" {
		names = []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	}
	var text string
	for _, name := range names {
		if value, ok := r.members[name].(string); ok {
			text += name + "\n" + value + "\n"
		}
	}
	kind, sum := crypto.SHA256, sha256.Sum256([]byte(text))
	digest := sum[:]
	if r.members["SignatureVersion"] == "1" {
		old := sha1.Sum([]byte(text)) //nolint:gosec // SignatureVersion 1 is made with it
		kind, digest = crypto.SHA1, old[:]
	}
	signature, err := rsa.SignPKCS1v15(nil, r.key, kind, digest)
	if err != nil {
		panic(err)
	}
	r.members["Signature"] = base64.StdEncoding.EncodeToString(signature)
	return r
}

func (r *request) http(ctx context.Context) *http.Request {
	body := r.body
	if body == "" {
		b, err := json.MarshalIndent(r.members, "", "  ")
		if err != nil {
			panic(err)
		}
		body = string(b)
	}
	req := httptest.NewRequestWithContext(ctx, r.method, "http://logs.example.com/sns", strings.NewReader(body))
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	return req
}

// post is what h answers.
func post(ctx context.Context, h http.Handler, r *request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.http(ctx))
	return w
}

// transport answers without a network.
type transport func(*http.Request) *http.Response

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

func answer(b []byte) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(b))}
}
