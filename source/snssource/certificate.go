package snssource

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// certificate is one that SNS signs with.
type certificate struct {
	leaf    *x509.Certificate
	issuers *x509.CertPool
	fetched time.Time
}

const (
	largestCertificate = 64 << 10 // the PEM file; some 2 kB are usual
	most               = 10       // certificates in one file
	minKeyBits         = 2048
)

// fetchCertificate gets a certificate and those that issued it, and checks them.
func (h *HTTP) fetchCertificate(ctx context.Context, address string, t topic, at time.Time) (*certificate, error) {
	b, err := h.fetch(ctx, address, largestCertificate)
	if err != nil {
		return nil, fmt.Errorf("snssource: fetch the certificate: %w", err)
	}
	chain, err := parseCertificates(b)
	if err != nil {
		return nil, err
	}
	c := &certificate{leaf: chain[0], issuers: x509.NewCertPool(), fetched: h.time()}
	if h.Intermediates != nil {
		c.issuers = h.Intermediates.Clone()
	}
	for _, issuer := range chain[1:] {
		c.issuers.AddCert(issuer)
	}
	const longest = 3 // issuers below the root; one is usual
	last := chain[len(chain)-1]
	for range longest {
		err = c.check(t, at, h.RootCAs)
		if !errors.Is(err, errUnknownIssuer) {
			break
		}
		last, err = h.fetchIssuer(ctx, last)
		if err != nil {
			return nil, err
		}
		c.issuers.AddCert(last)
	}
	return c, c.check(t, at, h.RootCAs)
}

func parseCertificates(b []byte) ([]*x509.Certificate, error) {
	var chain []*x509.Certificate
	for len(chain) < most {
		var block *pem.Block
		block, b = pem.Decode(b)
		if block == nil {
			break
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil || block.Type != "CERTIFICATE" {
			return nil, errNoCertificate
		}
		chain = append(chain, cert)
	}
	if len(chain) == 0 {
		return nil, errNoCertificate
	}
	return chain, nil
}

var (
	errNoCertificate = refuse(http.StatusForbidden, "certificate that is none")
	errKey           = refuse(http.StatusForbidden, "certificate without an RSA key of at least 2048 bits")
	errName          = refuse(http.StatusForbidden, "certificate that is not one of SNS")
	errUnknownIssuer = refuse(http.StatusForbidden, "certificate without a chain to a root")
	errChain         = refuse(http.StatusForbidden, "certificate that is not valid at the time of the message")
)

// check says whether the certificate is one of SNS that was valid at a time. It is asked for each message, since what is
// kept can expire.
func (c *certificate) check(t topic, at time.Time, roots *x509.CertPool) error {
	key, ok := c.leaf.PublicKey.(*rsa.PublicKey)
	if !ok || key.N.BitLen() < minKeyBits {
		return errKey
	}
	if !c.isFor(t) {
		return errName
	}
	_, err := c.leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: c.issuers, CurrentTime: at})
	var unknown x509.UnknownAuthorityError
	var system x509.SystemRootsError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &unknown):
		return errUnknownIssuer
	case errors.As(err, &system): // no fault of the message's
		return fmt.Errorf("snssource: check the certificate: %w", err)
	}
	return errChain
}

func (c *certificate) isFor(t topic) bool {
	for _, name := range t.signers() {
		if c.leaf.VerifyHostname(name) == nil {
			return true
		}
	}
	return false
}

// fetchIssuer gets the certificate that issued another from Amazon's repository. What comes instead of it makes no
// chain, so that its way here does not matter.
func (h *HTTP) fetchIssuer(ctx context.Context, of *x509.Certificate) (*x509.Certificate, error) {
	for _, address := range of.IssuingCertificateURL {
		if !isRepository(address) {
			continue
		}
		b, err := h.fetch(ctx, address, largestCertificate)
		if err != nil {
			return nil, fmt.Errorf("snssource: fetch the issuer of the certificate: %w", err)
		}
		issuer, err := x509.ParseCertificate(b)
		if err != nil {
			return nil, errUnknownIssuer
		}
		return issuer, nil
	}
	return nil, errUnknownIssuer
}

func isRepository(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.User == nil &&
		strings.HasSuffix(u.Host, ".amazontrust.com")
}

// certificates are those that were fetched and found to be good, by URL. Nothing else is kept, so that nobody can push
// out a good one.
type certificates struct {
	mu    sync.Mutex
	kept  map[string]*certificate
	calls map[string]*call // under way
}

// call is one fetch that others wait for.
type call struct {
	done  chan struct{} // closed once the rest is set
	cert  *certificate
	err   error
	ended bool // it failed when its own request had ended
}

const (
	maxKept  = 16             // SNS has one or two for each region
	maxCalls = 8              // at a time
	keepFor  = 24 * time.Hour // so that one that is withdrawn does not stay for ever
)

var errBusy = errors.New("snssource: too many certificates are being fetched")

// get returns the certificate of a URL, fetched where it is not kept. Of several calls for one URL one fetches.
func (cs *certificates) get(ctx context.Context, address string, now time.Time,
	fetch func(context.Context) (*certificate, error)) (*certificate, error) {
	for {
		cert, c, mine, err := cs.begin(address, now)
		switch {
		case cert != nil || err != nil:
			return cert, err
		case mine:
			defer cs.end(address, c) // even if fetch panics
			c.cert, c.err = fetch(ctx)
			c.ended = c.err != nil && ctx.Err() != nil
			return c.cert, c.err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-c.done:
		}
		if !c.ended { // another request's end is not this one's
			return c.cert, c.err
		}
	}
}

// begin returns what is kept, or the call that fetches it, and whether that is the caller's to do.
func (cs *certificates) begin(address string, now time.Time) (_ *certificate, _ *call, mine bool, _ error) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cert := cs.kept[address]; cert != nil && now.Sub(cert.fetched) < keepFor {
		return cert, nil, false, nil
	}
	if c := cs.calls[address]; c != nil {
		return nil, c, false, nil
	}
	if len(cs.calls) >= maxCalls {
		return nil, nil, false, errBusy
	}
	if cs.calls == nil {
		cs.calls = map[string]*call{}
		cs.kept = map[string]*certificate{}
	}
	c := &call{done: make(chan struct{}), err: errFetch}
	cs.calls[address] = c
	return nil, c, true, nil
}

var errFetch = errors.New("snssource: fetch the certificate: it was not finished")

// end keeps what was fetched, and lets go those who wait.
func (cs *certificates) end(address string, c *call) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	delete(cs.calls, address)
	if c.err == nil {
		cs.keep(address, c.cert)
	}
	close(c.done)
}

// keep puts a certificate in the place of the oldest, where there are too many.
func (cs *certificates) keep(address string, cert *certificate) {
	cs.kept[address] = cert
	if len(cs.kept) <= maxKept {
		return
	}
	oldest := address
	for a, c := range cs.kept {
		if c.fetched.Before(cs.kept[oldest].fetched) {
			oldest = a
		}
	}
	delete(cs.kept, oldest)
}
