package snssource_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/streamalert/streamalert-go/source"
)

// FuzzHTTP posts what anybody may post. Only what SNS has signed is handed over, and it is asked for nothing that is not
// at its host.
func FuzzHTTP(f *testing.F) {
	s := newServer(f)
	h := s.endpoint()
	var got string
	h.Handler = func(ctx context.Context, batch []*source.Payload) error {
		body, err := batch[0].Open(ctx)
		if err != nil {
			return err
		}
		defer body.Close()
		b := new(bytes.Buffer)
		_, err = b.ReadFrom(body)
		got = b.String()
		return err
	}
	h.MaxBody = 64 << 10
	good := notification("signed").sign()
	for _, r := range []*request{good, confirmation("SubscriptionConfirmation").sign(), confirmation("UnsubscribeConfirmation").sign()} {
		b, err := json.Marshal(r.members)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(r.members["Type"].(string), topic, string(b))
	}
	f.Add("Notification", topic, `{"Type":"Notification","SigningCertURL":"https://`+host+`/x.pem"}`)
	f.Fuzz(func(t *testing.T, kind, arn, body string) {
		got = ""
		r := &request{method: http.MethodPost, body: body, header: map[string]string{
			"X-Amz-Sns-Message-Type": kind, "X-Amz-Sns-Topic-Arn": arn,
		}}
		w := post(t.Context(), h, r)
		switch {
		case w.Code == http.StatusOK && kind == "Notification" && got != "signed":
			t.Errorf("a message that is not signed was handed over: %q", got)
		case w.Code != http.StatusOK && got != "":
			t.Errorf("status %d, but a message was handed over", w.Code)
		}
	})
}
