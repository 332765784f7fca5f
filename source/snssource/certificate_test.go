package snssource_test

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/snssource"
)

func accept(context.Context, []*source.Payload) error { return nil }

func TestHTTPFetchesACertificateOnlyFromSNS(t *testing.T) {
	for name, address := range map[string]string{
		"plain HTTP":                       "http://" + host + certPath,
		"another scheme":                   "file://" + host + certPath,
		"another host":                     "https://example.com" + certPath,
		"a host that begins like it":       "https://" + host + ".example.com" + certPath,
		"a host that ends like it":         "https://evil-" + host + certPath,
		"a subdomain of it":                "https://x." + host + certPath,
		"a host in capital letters":        "https://SNS.us-east-1.amazonaws.com" + certPath,
		"a host with a dot at its end":     "https://" + host + "." + certPath,
		"another region":                   "https://sns.eu-south-1.amazonaws.com" + certPath,
		"another partition":                "https://sns.cn-north-1.amazonaws.com.cn" + certPath,
		"a bucket":                         "https://sns.s3.amazonaws.com" + certPath,
		"a bucket in the path":             "https://s3.us-east-1.amazonaws.com/sns" + certPath,
		"an IP address":                    "https://127.0.0.1" + certPath,
		"another port":                     "https://" + host + ":8443" + certPath,
		"port 0":                           "https://" + host + ":0443" + certPath,
		"a user":                           "https://user@" + host + certPath,
		"a user that is the host":          "https://" + host + "@example.com" + certPath,
		"a password that is the host":      "https://x:" + host + "@example.com" + certPath,
		"a host behind a backslash":        "https://example.com\\@" + host + certPath,
		"a path that is no PEM file":       "https://" + host + "/SimpleNotificationService-0123.crt",
		"a path that is none":              "https://" + host,
		"a path of several parts":          "https://" + host + "/x" + certPath,
		"a path that climbs":               "https://" + host + "/x/.." + certPath,
		"an encoded path":                  "https://" + host + "/%53impleNotificationService-0123456789abcdef0123456789abcdef.pem",
		"an encoded slash":                 "https://" + host + "/x%2fy.pem",
		"a query":                          certURL + "?x=y",
		"an empty query":                   certURL + "?",
		"a query that ends like the file":  "https://" + host + "/?x=y.pem",
		"a fragment":                       certURL + "#x",
		"a fragment that ends like it":     "https://" + host + "/x#y.pem",
		"a path without an end":            "https://" + host + "/" + strings.Repeat("x", 300) + ".pem",
		"no URL":                           "https://%zz/x.pem",
		"a relative URL":                   certPath,
		"a URL that is opaque":             "https:" + host + certPath,
		"the certificate itself":           "data:application/x-pem-file;base64,AAAA.pem",
		"a name beyond the letters of DNS": "https://ѕns.us-east-1.amazonaws.com" + certPath,
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			h := s.endpoint()
			h.Handler = new(recorder).handle
			r := notification("hello").sign()
			r.members["SigningCertURL"] = address
			if w := post(t.Context(), h, r); w.Code != http.StatusForbidden {
				t.Errorf("status %d, want 403", w.Code)
			}
			if asked := s.Asked(); len(asked) != 0 {
				t.Errorf("asked for %q", asked)
			}
		})
	}
}

func TestHTTPRefusesACertificate(t *testing.T) {
	type serverCert = func(t *testing.T, s *server) []byte
	with := func(change func(*x509.Certificate)) serverCert {
		return func(t *testing.T, s *server) []byte { return pemOf(s.certificate(t, change)) }
	}
	for name, page := range map[string]serverCert{
		"for another name":                   with(func(c *x509.Certificate) { c.DNSNames = []string{"example.com"} }),
		"for a name that begins like it":     with(func(c *x509.Certificate) { c.DNSNames = []string{"sns.amazonaws.com.example.com"} }),
		"for another region":                 with(func(c *x509.Certificate) { c.DNSNames = []string{"sns.eu-south-1.amazonaws.com"} }),
		"for another partition":              with(func(c *x509.Certificate) { c.DNSNames = []string{"sns.amazonaws.com.cn"} }),
		"for another service":                with(func(c *x509.Certificate) { c.DNSNames = []string{"sqs.us-east-1.amazonaws.com"} }),
		"with its name as common name alone": with(func(c *x509.Certificate) { c.DNSNames = nil }),
		"that has expired": with(func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().Add(-48*time.Hour), time.Now().Add(-time.Minute)
		}),
		"that is not valid yet": with(func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().Add(time.Minute), time.Now().Add(48*time.Hour)
		}),
		"for another use": with(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection} }),
		"with a key of 1024 bits": func(t *testing.T, s *server) []byte {
			return pemOf(s.issuer.issue(t, leaf(), &rsaKeys().weak.PublicKey))
		},
		"with a key that is not RSA": func(t *testing.T, s *server) []byte {
			return pemOf(s.issuer.issue(t, leaf(), &s.issuer.key.PublicKey))
		},
		"of another authority": func(t *testing.T, s *server) []byte {
			root := newAuthority(t, "Root", nil)
			issuer := newAuthority(t, "Issuer", root)
			return pemOf(issuer.issue(t, leaf(), &rsaKeys().good.PublicKey), issuer.cert, root.cert)
		},
		"of an authority whose issuer is not in the repository": func(t *testing.T, s *server) []byte {
			return pemOf(newAuthority(t, "Issuer", newAuthority(t, "Root", nil)).issue(t, leaf(), &rsaKeys().good.PublicKey))
		},
		"of no authority": func(t *testing.T, s *server) []byte {
			return pemOf(newAuthority(t, "Self", nil, func(c *x509.Certificate) { c.DNSNames = []string{"sns.amazonaws.com"} }).cert)
		},
		"of one that is no authority": func(t *testing.T, s *server) []byte {
			middle := newAuthority(t, "Issuer", s.issuer, func(c *x509.Certificate) { c.IsCA, c.KeyUsage = false, 0 })
			return pemOf(middle.issue(t, leaf(), &rsaKeys().good.PublicKey), middle.cert)
		},
		"whose issuer has expired": func(t *testing.T, s *server) []byte {
			old := newAuthority(t, "Old", s.root, func(c *x509.Certificate) {
				c.NotBefore, c.NotAfter = time.Now().Add(-48*time.Hour), time.Now().Add(-time.Minute)
			})
			return pemOf(old.issue(t, leaf(), &rsaKeys().good.PublicKey), old.cert)
		},
		"whose issuer is nowhere": with(func(c *x509.Certificate) { c.IssuingCertificateURL = nil }),
		"that is none":            func(*testing.T, *server) []byte { return []byte("<Error><Code>AccessDenied</Code></Error>") },
		"that is empty":           func(*testing.T, *server) []byte { return nil },
		"that is not in PEM":      func(t *testing.T, s *server) []byte { return s.certificate(t).Raw },
		"that is damaged": func(t *testing.T, s *server) []byte {
			return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.certificate(t).Raw[:500]})
		},
		"that is called a key": func(t *testing.T, s *server) []byte {
			return bytes.ReplaceAll(pemOf(s.certificate(t)), []byte("CERTIFICATE"), []byte("PUBLIC KEY"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.publish(certURL, page(t, s))
			h := s.endpoint()
			var rec recorder
			h.Handler = rec.handle
			r := notification("hello")
			if strings.Contains(name, "1024") {
				r.key = rsaKeys().weak
			}
			w := post(t.Context(), h, r.sign())
			if w.Code != http.StatusForbidden || len(rec.got) != 0 || h.Kept() != 0 {
				t.Errorf("status %d, want 403; the handler got %v; %d kept", w.Code, rec.got, h.Kept())
			}
		})
	}
}

func TestHTTPLetsSNSTryAgainWhereTheCertificateCouldNotBeFetched(t *testing.T) {
	for name, prepare := range map[string]func(s *server){
		"none there":     func(s *server) { s.serve(certURL, http.NotFound) },
		"a server error": func(s *server) { s.serve(certURL, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }) },
		"a broken answer": func(s *server) {
			s.serve(certURL, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		},
		"an answer that ends in the middle": func(s *server) {
			s.serve(certURL, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "2000")
				_, _ = w.Write([]byte("-----BEGIN CERTIFICATE-----"))
			})
		},
		"an answer without an end": func(s *server) {
			s.serve(certURL, func(w http.ResponseWriter, r *http.Request) {
				for r.Context().Err() == nil {
					_, _ = w.Write(make([]byte, 1<<16))
				}
			})
		},
		"a redirect": func(s *server) {
			page := s.pages[certURL]
			s.serve("https://"+host+"/x.pem", page)
			s.serve(certURL, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x.pem", http.StatusFound) })
		},
		"a host without a certificate of its own": func(s *server) {
			s.client = &http.Client{Transport: &http.Transport{DialContext: s.client.Transport.(*http.Transport).DialContext}}
		},
		"a repository that has no issuer": func(s *server) { s.serve(issuerAt, http.NotFound) },
		"a repository that redirects": func(s *server) {
			page := s.pages[issuerAt]
			s.serve(issuerAt+"/x", page)
			s.serve(issuerAt, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, issuerAt+"/x", http.StatusFound) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			good := s.pages[certURL]
			issuer := s.pages[issuerAt]
			client := s.client
			prepare(s)
			h := s.endpoint()
			var rec recorder
			h.Handler = rec.handle
			r := notification("hello").sign()
			if w := post(t.Context(), h, r); w.Code != 500 || len(rec.got) != 0 || h.Kept() != 0 {
				t.Errorf("status %d, want 500; the handler got %v; %d kept", w.Code, rec.got, h.Kept())
			}
			s.serve(certURL, good)
			s.serve(issuerAt, issuer)
			h.Client = client
			if w := post(t.Context(), h, r); w.Code != 200 || len(rec.got) != 1 {
				t.Errorf("once it is there: status %d, want 200", w.Code)
			}
		})
	}
}

func TestHTTPFetchesIssuersOnlyFromTheRepository(t *testing.T) {
	for _, address := range []string{
		"http://example.com/r2m01.cer", "http://amazontrust.com.example.com/r2m01.cer", "http://evilamazontrust.com/r2m01.cer",
		"http://crt.r2m01.amazontrust.com:8080/r2m01.cer", "http://x@crt.r2m01.amazontrust.com/r2m01.cer",
		"ldap://crt.r2m01.amazontrust.com/r2m01.cer", "http://169.254.169.254/.amazontrust.com",
	} {
		s := newServer(t)
		s.publish(address, s.issuer.cert.Raw)
		s.publish(certURL, pemOf(s.certificate(t, func(c *x509.Certificate) { c.IssuingCertificateURL = []string{address} })))
		if w := post(t.Context(), s.endpoint(), notification("hello").sign()); w.Code != http.StatusForbidden {
			t.Errorf("%s: status %d, want 403", address, w.Code)
		}
		if diff := cmp.Diff([]string{certURL}, s.Asked()); diff != "" {
			t.Errorf("%s: asked for (-want +got):\n%s", address, diff)
		}
	}
}

func TestHTTPTakesNoIssuerThatDidNotIssue(t *testing.T) {
	for name, issuer := range map[string][]byte{
		"another authority": newAuthority(t, "Issuer", nil).cert.Raw,
		"no certificate":    []byte("<Error/>"),
	} {
		s := newServer(t)
		s.publish(issuerAt, issuer)
		if w := post(t.Context(), s.endpoint(), notification("hello").sign()); w.Code != http.StatusForbidden {
			t.Errorf("%s: status %d, want 403", name, w.Code)
		}
	}
}

// An authority that names itself as its issuer must not be asked for without an end.
func TestHTTPGivesUpOnAChainThatDoesNotEnd(t *testing.T) {
	s := newServer(t)
	parent := newAuthority(t, "0", nil)
	for i := 1; i < 10; i++ {
		at := fmt.Sprintf("http://%d.amazontrust.com/x.cer", i-1)
		s.publish(at, parent.cert.Raw)
		parent = newAuthority(t, fmt.Sprint(i), parent, func(c *x509.Certificate) { c.IssuingCertificateURL = []string{at} })
	}
	s.publish(issuerAt, parent.cert.Raw)
	s.publish(certURL, pemOf(parent.issue(t, leaf(), &rsaKeys().good.PublicKey)))
	if w := post(t.Context(), s.endpoint(), notification("hello").sign()); w.Code != http.StatusForbidden {
		t.Errorf("status %d, want 403", w.Code)
	}
	if n := len(s.Asked()); n != 4 {
		t.Errorf("asked %d times, want 4: %q", n, s.Asked())
	}
}

func TestHTTPFollowsALongerChain(t *testing.T) {
	s := newServer(t)
	upper := newAuthority(t, "Upper", s.root)
	s.publish("http://crt.rootca1.amazontrust.com/rootca1.cer", upper.cert.Raw)
	s.issuer = newAuthority(t, "Lower", upper, func(c *x509.Certificate) {
		c.IssuingCertificateURL = []string{"http://crt.rootca1.amazontrust.com/rootca1.cer"}
	})
	s.publish(issuerAt, s.issuer.cert.Raw)
	s.publish(certURL, pemOf(s.certificate(t)))
	h := s.endpoint()
	h.Handler = accept
	if w := post(t.Context(), h, notification("hello").sign()); w.Code != 200 {
		t.Errorf("status %d", w.Code)
	}
}

func TestHTTPFetchesNoIssuerThatItHas(t *testing.T) {
	for name, prepare := range map[string]func(*server, *snssource.HTTP){
		"in Intermediates": func(s *server, h *snssource.HTTP) { h.Intermediates = s.issuer.pool() },
		"in the file":      func(s *server, _ *snssource.HTTP) { s.publish(certURL, pemOf(s.certificate(t), s.issuer.cert)) },
	} {
		s := newServer(t)
		h := s.endpoint()
		h.Handler = accept
		prepare(s, h)
		if w := post(t.Context(), h, notification("hello").sign()); w.Code != 200 {
			t.Errorf("%s: status %d", name, w.Code)
		}
		if diff := cmp.Diff([]string{certURL}, s.Asked()); diff != "" {
			t.Errorf("%s: asked for (-want +got):\n%s", name, diff)
		}
	}
}

func TestHTTPLeavesIntermediatesAsTheyAre(t *testing.T) {
	s := newServer(t)
	h := s.endpoint()
	h.Handler = accept
	h.Intermediates = newAuthority(t, "Other", nil).pool()
	before := h.Intermediates.Clone()
	if w := post(t.Context(), h, notification("hello").sign()); w.Code != 200 {
		t.Errorf("status %d", w.Code)
	}
	if !h.Intermediates.Equal(before) {
		t.Error("they have changed")
	}
}

func TestHTTPKnowsTheNamesOfSNSInAllPartitions(t *testing.T) {
	for _, tt := range []struct{ topic, host, name string }{
		{topic, host, "sns.amazonaws.com"},
		{topic, host, "sns.us-east-1.amazonaws.com"},
		{"arn:aws:sns:eu-south-1:123456789012:logs", "sns.eu-south-1.amazonaws.com", "sns-signing.eu-south-1.amazonaws.com"},
		{"arn:aws-us-gov:sns:us-gov-east-1:123456789012:logs", "sns.us-gov-east-1.amazonaws.com", "sns-us-gov-west-1.amazonaws.com"},
		{"arn:aws-cn:sns:cn-north-1:123456789012:logs", "sns.cn-north-1.amazonaws.com.cn", "sns-cn-north-1.amazonaws.com.cn"},
	} {
		s := newServer(t)
		h := s.endpoint()
		h.Topics, h.Handler = []string{tt.topic}, accept
		address := "https://" + tt.host + certPath
		s.publish(address, pemOf(s.certificate(t, func(c *x509.Certificate) { c.DNSNames = []string{tt.name} })))
		r := notification("hello")
		r.set("TopicArn", tt.topic)
		r.members["SigningCertURL"] = address
		if w := post(t.Context(), h, r.sign()); w.Code != 200 {
			t.Errorf("%s: status %d", tt.name, w.Code)
		}
	}
}

func TestHTTPRefusesATopicWithoutAProperARN(t *testing.T) {
	long := strings.Repeat("x", 64)
	for arn, host := range map[string]string{
		"":                           host,
		"logs":                       host,
		"arn:aws:sns:us-east-1:logs": host,
		"arn:aws:sqs:us-east-1:123456789012:logs":          host,
		"urn:aws:sns:us-east-1:123456789012:logs":          host,
		"arn:aws:sns:us-east-1:123456789012:logs:c9135db0": host,
		"arn:aws:sns::123456789012:logs":                   "sns..amazonaws.com",
		"arn:aws:sns:us_east_1:123456789012:logs":          "sns.us_east_1.amazonaws.com",
		"arn:aws:sns:x.example:123456789012:logs":          "sns.x.example.amazonaws.com",
		"arn:aws:sns:" + long + ":123456789012:logs":       "sns." + long + ".amazonaws.com",
		"arn:aws-x:sns:us-east-1:123456789012:logs":        "sns.us-east-1.",
	} {
		s := newServer(t)
		h := s.endpoint()
		h.Topics, h.Handler = []string{arn}, accept
		r := notification("hello")
		r.set("TopicArn", arn)
		r.members["SigningCertURL"] = "https://" + host + certPath
		w := post(t.Context(), h, r.sign())
		if w.Code != 403 && (arn != "" || w.Code != 400) || len(s.Asked()) != 0 {
			t.Errorf("%q: status %d, want 403; asked for %q", arn, w.Code, s.Asked())
		}
	}
}

func TestHTTPKeepsCertificatesForADay(t *testing.T) {
	s := newServer(t)
	h := s.endpoint()
	h.Handler = accept
	now := time.Now()
	h.SetNow(func() time.Time { return now })
	send := func(want int) {
		t.Helper()
		r := notification("hello")
		r.set("Timestamp", stamp(now))
		if w := post(t.Context(), h, r.sign()); w.Code != 200 {
			t.Errorf("status %d", w.Code)
		}
		if n := len(s.Asked()); n != want {
			t.Errorf("asked %d times, want %d", n, want)
		}
	}
	send(2)
	send(2)
	now = now.Add(23 * time.Hour)
	send(2)
	now = now.Add(2 * time.Hour)
	send(4)
}

func TestHTTPRefusesWhatWasSignedAfterAKeptCertificateExpired(t *testing.T) {
	s := newServer(t)
	s.publish(certURL, pemOf(s.certificate(t, func(c *x509.Certificate) {
		c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	})))
	h := s.endpoint()
	h.Handler = accept
	now := time.Now()
	h.SetNow(func() time.Time { return now })
	send := func(sent time.Time) int {
		r := notification("hello")
		r.set("Timestamp", stamp(sent))
		return post(t.Context(), h, r.sign()).Code
	}
	if code := send(now); code != 200 {
		t.Errorf("status %d", code)
	}
	now = now.Add(90 * time.Minute)
	if code := send(now); code != 403 {
		t.Errorf("signed after its end: status %d, want 403", code)
	}
	if code := send(now.Add(-40 * time.Minute)); code != 200 {
		t.Errorf("signed before its end, sent again after it: status %d, want 200", code)
	}
}

func TestHTTPTakesACertificateThatIsNew(t *testing.T) {
	s := newServer(t)
	h := s.endpoint()
	h.Handler = accept
	if w := post(t.Context(), h, notification("hello").sign()); w.Code != 200 {
		t.Errorf("status %d", w.Code)
	}
	next := "https://" + host + "/SimpleNotificationService-next.pem"
	s.publish(next, pemOf(s.issuer.issue(t, leaf(), &rsaKeys().other.PublicKey)))
	r := notification("hello")
	r.members["SigningCertURL"], r.key = next, rsaKeys().other
	if w := post(t.Context(), h, r.sign()); w.Code != 200 {
		t.Errorf("signed with the new one: status %d", w.Code)
	}
	if w := post(t.Context(), h, notification("hello").sign()); w.Code != 200 {
		t.Errorf("signed with the old one: status %d", w.Code)
	}
	r.members["SigningCertURL"] = certURL
	if w := post(t.Context(), h, r); w.Code != 403 {
		t.Errorf("signed with the new one, naming the old one: status %d, want 403", w.Code)
	}
}

func TestHTTPKeepsNotTooManyCertificates(t *testing.T) {
	s := newServer(t)
	h := s.endpoint()
	h.Handler = accept
	page := pemOf(s.certificate(t), s.issuer.cert)
	now := time.Now()
	h.SetNow(func() time.Time { now = now.Add(time.Millisecond); return now })
	var last string
	for i := range snssource.MaxKept + 5 {
		last = fmt.Sprintf("https://%s/%d.pem", host, i)
		s.publish(last, page)
		r := notification("hello")
		r.members["SigningCertURL"] = last
		if w := post(t.Context(), h, r.sign()); w.Code != 200 {
			t.Errorf("status %d", w.Code)
		}
	}
	if h.Kept() != snssource.MaxKept {
		t.Errorf("%d kept, want %d", h.Kept(), snssource.MaxKept)
	}
	before := len(s.Asked())
	r := notification("hello")
	r.members["SigningCertURL"] = last
	if post(t.Context(), h, r.sign()); len(s.Asked()) != before {
		t.Error("the newest is not kept")
	}
}

func TestHTTPFetchesACertificateOnceForManyRequests(t *testing.T) {
	const requests = 20
	s := newServer(t)
	var fetches atomic.Int32
	arrived := make(chan struct{}, requests)
	page := pemOf(s.certificate(t), s.issuer.cert)
	s.serve(certURL, func(w http.ResponseWriter, _ *http.Request) {
		fetches.Add(1)
		for range requests {
			<-arrived // all are waiting, or about to
		}
		time.Sleep(20 * time.Millisecond)
		_, _ = w.Write(page)
	})
	h := s.endpoint()
	h.Handler = accept
	var wg sync.WaitGroup
	for range requests {
		r := notification("hello").sign()
		wg.Go(func() {
			arrived <- struct{}{}
			if w := post(t.Context(), h, r); w.Code != 200 {
				t.Errorf("status %d", w.Code)
			}
		})
	}
	wg.Wait()
	if fetches.Load() != 1 {
		t.Errorf("fetched %d times, want once", fetches.Load())
	}
}

func TestHTTPFetchesAnewWhereTheOneThatFetchedWasCancelled(t *testing.T) {
	s := newServer(t)
	page := pemOf(s.certificate(t), s.issuer.cert)
	began := make(chan struct{}, 2)
	s.serve(certURL, func(w http.ResponseWriter, r *http.Request) {
		began <- struct{}{}
		if len(s.Asked()) == 1 {
			<-r.Context().Done()
			return
		}
		_, _ = w.Write(page)
	})
	h := s.endpoint()
	h.Handler = accept
	ctx, cancel := context.WithCancel(t.Context())
	first, second := make(chan int), make(chan int)
	r := notification("hello").sign()
	go func() { first <- post(ctx, h, r).Code }()
	<-began
	go func() { second <- post(t.Context(), h, r).Code }()
	time.Sleep(20 * time.Millisecond)
	cancel()
	if code := <-first; code == 200 {
		t.Errorf("the cancelled one: status %d", code)
	}
	if code := <-second; code != 200 {
		t.Errorf("the other one: status %d, want 200", code)
	}
}

func TestHTTPWaitsForAnothersFetchOnlyAsLongAsItsRequest(t *testing.T) {
	s := newServer(t)
	began, leave := make(chan struct{}), make(chan struct{})
	page := pemOf(s.certificate(t), s.issuer.cert)
	s.serve(certURL, func(w http.ResponseWriter, _ *http.Request) {
		close(began)
		<-leave
		_, _ = w.Write(page)
	})
	h := s.endpoint()
	h.Handler = accept
	first := make(chan int)
	r := notification("hello").sign()
	go func() { first <- post(t.Context(), h, r).Code }()
	<-began
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if w := post(ctx, h, r); w.Code != 500 {
		t.Errorf("status %d, want 500", w.Code)
	}
	close(leave)
	if code := <-first; code != 200 {
		t.Errorf("status %d", code)
	}
}

func TestHTTPFetchesNotTooManyCertificatesAtATime(t *testing.T) {
	s := newServer(t)
	leave := make(chan struct{})
	const most = 8
	began := make(chan struct{}, most+1)
	done := make(chan int, most)
	h := s.endpoint()
	h.Handler = accept
	if w := post(t.Context(), h, notification("hello").sign()); w.Code != 200 { // is kept
		t.Errorf("status %d", w.Code)
	}
	forged := func(i int) *request {
		address := fmt.Sprintf("https://%s/%d.pem", host, i)
		s.serve(address, func(w http.ResponseWriter, r *http.Request) {
			began <- struct{}{}
			<-leave
			http.NotFound(w, r)
		})
		r := notification("hello").sign()
		r.members["SigningCertURL"] = address
		return r
	}
	for i := range most {
		r := forged(i)
		go func() { done <- post(t.Context(), h, r).Code }()
	}
	for range most {
		<-began
	}
	if w := post(t.Context(), h, forged(most)); w.Code != 500 || len(began) != 0 {
		t.Errorf("one more: status %d, want 500, and no fetch", w.Code)
	}
	if w := post(t.Context(), h, notification("hello").sign()); w.Code != 200 {
		t.Errorf("one whose certificate is kept: status %d, want 200", w.Code)
	}
	close(leave)
	for range most {
		if code := <-done; code != 500 {
			t.Errorf("status %d, want 500", code)
		}
	}
}

// What SNS itself has signed, with the certificates of Amazon: the README beside it says where it is from.
func TestGenuineMessages(t *testing.T) {
	const dir = "../../internal/snspost/testdata/"
	certs := map[string]*x509.Certificate{}
	for _, name := range []string{"signing", "issuer", "root"} {
		b, err := os.ReadFile(dir + name + ".pem")
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(b)
		if certs[name], err = x509.ParseCertificate(block.Bytes); err != nil {
			t.Fatal(err)
		}
	}
	roots := x509.NewCertPool()
	roots.AddCert(certs["root"])
	var asked []string
	client := &http.Client{Transport: transport(func(r *http.Request) *http.Response {
		asked = append(asked, r.URL.String())
		switch {
		case strings.HasSuffix(r.URL.Path, ".pem"):
			return answer(pemOf(certs["signing"]))
		case r.URL.Host == "crt.r2m01.amazontrust.com":
			return answer(certs["issuer"].Raw)
		}
		return answer(nil)
	})}
	var rec recorder
	h := &snssource.HTTP{
		Handler: rec.handle, Client: client, RootCAs: roots,
		Topics: []string{"arn:aws:sns:us-west-2:131990247566:dongie-standard-topic"},
	}
	h.SetNow(func() time.Time { return time.Date(2026, 3, 6, 20, 5, 0, 0, time.UTC) })
	for name, kind := range map[string]string{
		"notification": "Notification", "notification-subject": "Notification", "notification-v2": "Notification",
		"subscription": "SubscriptionConfirmation", "unsubscription-v2": "UnsubscribeConfirmation",
	} {
		b, err := os.ReadFile(dir + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		r := &request{method: http.MethodPost, body: string(b), header: map[string]string{
			"X-Amz-Sns-Message-Type": kind, "X-Amz-Sns-Topic-Arn": h.Topics[0],
		}}
		if w := post(t.Context(), h, r); w.Code != 200 {
			t.Errorf("%s: status %d", name, w.Code)
		}
		r.body = strings.Replace(r.body, `"Message" : "`, `"Message" : "x`, 1)
		if w := post(t.Context(), h, r); w.Code != 403 {
			t.Errorf("%s, changed: status %d, want 403", name, w.Code)
		}
	}
	if len(rec.got) != 3 {
		t.Errorf("got %v", rec.got)
	}
	if n := len(asked); n != 3 || !slices.ContainsFunc(asked, func(s string) bool { return strings.Contains(s, "ConfirmSubscription") }) {
		t.Errorf("asked for %q", asked)
	}
	if certs["signing"].PublicKey.(*rsa.PublicKey).N.BitLen() != 2048 {
		t.Error("the certificate is another one")
	}
}
