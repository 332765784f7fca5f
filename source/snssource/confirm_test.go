package snssource_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestHTTPConfirmsASubscription(t *testing.T) {
	for _, version := range []string{"1", "2"} {
		var rec recorder
		s := newServer(t)
		h := s.endpoint()
		h.Handler = rec.handle
		r := confirmation("SubscriptionConfirmation")
		r.members["SignatureVersion"] = version
		if w := post(t.Context(), h, r.sign()); w.Code != http.StatusOK {
			t.Errorf("version %s: status %d", version, w.Code)
		}
		if diff := cmp.Diff([]string{certURL, issuerAt, subscribeURL}, s.Asked()); diff != "" {
			t.Errorf("version %s: asked for (-want +got):\n%s", version, diff)
		}
		if len(rec.got) != 0 {
			t.Errorf("version %s: the handler got %v", version, rec.got)
		}
	}
}

func TestHTTPDoesNotConfirmWhatWasUnsubscribed(t *testing.T) {
	var rec recorder
	s := newServer(t)
	h := s.endpoint()
	h.Handler = rec.handle
	if w := post(t.Context(), h, confirmation("UnsubscribeConfirmation").sign()); w.Code != http.StatusOK {
		t.Errorf("status %d", w.Code)
	}
	if diff := cmp.Diff([]string{certURL, issuerAt}, s.Asked()); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
	if len(rec.got) != 0 {
		t.Errorf("the handler got %v", rec.got)
	}
}

func TestHTTPVisitsNoSubscribeURLBut(t *testing.T) {
	query := strings.TrimPrefix(subscribeURL, "https://"+host+"/?")
	for name, address := range map[string]string{
		"over TLS":                       "http://" + host + "/?" + query,
		"at a host of SNS":               "https://example.com/?" + query,
		"at a host that is that one":     "https://" + host + ".example.com/?" + query,
		"at the host of the region":      "https://sns.eu-south-1.amazonaws.com/?" + query,
		"at another host of AWS":         "https://s3.us-east-1.amazonaws.com/?" + query,
		"at the port of HTTPS":           "https://" + host + ":8443/?" + query,
		"without a user":                 "https://user:password@" + host + "/?" + query,
		"without a user that is a host":  "https://" + host + "@example.com/?" + query,
		"at the root":                    "https://" + host + "/x?" + query,
		"without a fragment":             subscribeURL + "#x",
		"with an action":                 strings.Replace(subscribeURL, "Action=ConfirmSubscription&", "", 1),
		"with the action to confirm":     strings.Replace(subscribeURL, "ConfirmSubscription", "DeleteTopic", 1),
		"with one action":                subscribeURL + "&Action=DeleteTopic",
		"with one action and that first": strings.Replace(subscribeURL, "?", "?Action=DeleteTopic&", 1),
		"with a topic":                   strings.Replace(subscribeURL, "TopicArn", "topic", 1),
		"with this topic":                strings.Replace(subscribeURL, topic, topic+"x", 1),
		"with one topic":                 subscribeURL + "&TopicArn=" + otherTopic,
		"with this token":                subscribeURL + "x",
		"with one token":                 subscribeURL + "&Token=x",
		"with a query that can be read":  subscribeURL + "&%zz",
		"that is one":                    "https://%zz/",
		"that is absolute":               "/?" + query,
		"that is hierarchical":           "https:" + host + "/?" + query,
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			h := s.endpoint()
			r := confirmation("SubscriptionConfirmation")
			r.members["SubscribeURL"] = address
			if w := post(t.Context(), h, r.sign()); w.Code != http.StatusForbidden {
				t.Errorf("status %d, want 403", w.Code)
			}
			if diff := cmp.Diff([]string{certURL, issuerAt}, s.Asked()); diff != "" {
				t.Errorf("asked for (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHTTPConfirmsNothingThatIsNotVerified(t *testing.T) {
	for name, change := range map[string]func(*request){
		"another's key":       func(r *request) { r.key = rsaKeys().other },
		"a topic not allowed": func(r *request) { r.set("TopicArn", otherTopic) },
		"long ago":            func(r *request) { r.set("Timestamp", stamp(time.Now().Add(-2*time.Hour))) },
	} {
		s := newServer(t)
		r := confirmation("SubscriptionConfirmation")
		change(r)
		if w := post(t.Context(), s.endpoint(), r.sign()); w.Code != http.StatusForbidden {
			t.Errorf("%s: status %d, want 403", name, w.Code)
		}
		for _, asked := range s.Asked() {
			if strings.Contains(asked, token) {
				t.Errorf("%s: asked for %s", name, asked)
			}
		}
	}
	s := newServer(t)
	r := confirmation("SubscriptionConfirmation").sign()
	r.members["Token"] = "x"
	r.members["SubscribeURL"] = strings.Replace(subscribeURL, token, "x", 1)
	if w := post(t.Context(), s.endpoint(), r); w.Code != http.StatusForbidden || len(s.Asked()) != 2 {
		t.Errorf("another token: status %d, want 403; asked for %q", w.Code, s.Asked())
	}
}

func TestHTTPLetsSNSTryAgainWhereItCouldNotConfirm(t *testing.T) {
	for name, page := range map[string]http.HandlerFunc{
		"an error":        func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"a broken answer": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"an answer without an end": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(make([]byte, 1<<20))
		},
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://"+host+"/elsewhere", http.StatusFound)
		},
	} {
		s := newServer(t)
		s.serve("https://"+host+"/", page)
		s.publish("https://"+host+"/elsewhere", []byte("<ConfirmSubscriptionResponse/>"))
		if w := post(t.Context(), s.endpoint(), confirmation("SubscriptionConfirmation").sign()); w.Code != 500 {
			t.Errorf("%s: status %d, want 500", name, w.Code)
		}
		if asked := s.Asked(); strings.Contains(asked[len(asked)-1], "elsewhere") {
			t.Errorf("%s: it was followed", name)
		}
	}
}
