package s3source_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/s3source"
)

func TestPolicies(t *testing.T) {
	deadLetter := s3source.Objects{Missing: s3source.PolicyDeadLetter, Denied: s3source.PolicyDeadLetter}
	skip := s3source.Objects{Missing: s3source.PolicySkip, Denied: s3source.PolicySkip}
	skipMissing := s3source.Objects{Missing: s3source.PolicySkip}
	skipDenied := s3source.Objects{Denied: s3source.PolicySkip}
	for _, test := range []struct {
		name   string
		o      s3source.Objects
		status int
		code   string
		want   string // the kind of the error
		reason s3source.SkipReason
	}{
		{"by default what is missing fails", s3source.Objects{}, http.StatusNotFound, "NoSuchKey", "transient", ""},
		{"by default what is denied fails", s3source.Objects{}, http.StatusForbidden, "AccessDenied", "transient", ""},
		{"what is missing is a dead letter", deadLetter, http.StatusNotFound, "NoSuchKey", "permanent", ""},
		{"a version that is missing is a dead letter", deadLetter, http.StatusNotFound, "NoSuchVersion", "permanent", ""},
		{"a delete marker is a dead letter", deadLetter, http.StatusMethodNotAllowed, "MethodNotAllowed", "permanent", ""},
		{"what is denied is a dead letter", deadLetter, http.StatusForbidden, "AccessDenied", "permanent", ""},
		{"what is archived is a dead letter", deadLetter, http.StatusForbidden, "InvalidObjectState", "permanent", ""},
		{"what is missing is skipped", skip, http.StatusNotFound, "NoSuchKey", "", s3source.SkipMissing},
		{"a version that is missing is skipped", skip, http.StatusNotFound, "NoSuchVersion", "", s3source.SkipMissing},
		{"what is denied is skipped", skip, http.StatusForbidden, "AccessDenied", "", s3source.SkipDenied},
		{"what is denied is not missing", skipMissing, http.StatusForbidden, "AccessDenied", "transient", ""},
		{"what is missing is not denied", skipDenied, http.StatusNotFound, "NoSuchKey", "transient", ""},
		{"a bucket that is missing fails", skip, http.StatusNotFound, "NoSuchBucket", "transient", ""},
		{"wrong credentials fail", skip, http.StatusForbidden, "SignatureDoesNotMatch", "transient", ""},
		{"unknown credentials fail", deadLetter, http.StatusForbidden, "InvalidAccessKeyId", "transient", ""},
		{"expired credentials fail", skip, http.StatusBadRequest, "ExpiredToken", "transient", ""},
		{"throttling fails", skip, http.StatusServiceUnavailable, "SlowDown", "transient", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []s3source.Skip
			o := test.o
			o.Skipped = func(s s3source.Skip) { got = append(got, s) }
			o.Client = newClient(t, func(w http.ResponseWriter, r *http.Request) { refuse(w, test.status, test.code) })
			body, err := read(t.Context(), payload(t, o, put("logs/a")))
			if body != "" || kindOf(err) != test.want {
				t.Errorf("%q, error %v is %q, want %q", body, err, kindOf(err), test.want)
			}
			if err != nil && (!strings.Contains(err.Error(), `"amzn-s3-demo-bucket/logs/a"`) || !strings.Contains(err.Error(), test.code)) {
				t.Errorf("error %v does not tell which object, and why", err)
			}
			wantSkipped(t, got, test.reason, "logs/a", test.code)
		})
	}
}

// wantSkipped wants one skip for this reason, or none where it is "". Its Err has the code, or is nil where that is "".
func wantSkipped(t *testing.T, got []s3source.Skip, reason s3source.SkipReason, key, code string) {
	t.Helper()
	if reason == "" {
		if len(got) > 0 {
			t.Errorf("skipped: %+v", got)
		}
		return
	}
	if len(got) != 1 {
		t.Fatalf("skipped %d times, want once: %+v", len(got), got)
	}
	want := parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/" + key, ID: "d41d8cd98f00b204e9800998ecf8427e"}
	if diff := cmp.Diff(s3source.Skip{Origin: want, Reason: reason}, s3source.Skip{Origin: got[0].Origin, Reason: got[0].Reason}); diff != "" {
		t.Errorf("skip (-want +got):\n%s", diff)
	}
	var api smithy.APIError
	if errors.As(got[0].Err, &api) != (code != "") || api != nil && api.ErrorCode() != code {
		t.Errorf("error %v, want code %q", got[0].Err, code)
	}
}

// graveyard is a dead letter.
type graveyard struct{ dead []streamalert.DeadRecord }

func (g *graveyard) Put(_ context.Context, batch []streamalert.DeadRecord) error {
	g.dead = append(g.dead, batch...)
	return nil
}

func TestADeadLetterSaysWhichObjectIsMissing(t *testing.T) {
	g := &graveyard{}
	pipeline := &streamalert.Pipeline{Parser: parse.JSONFormat{}, Rules: rule.MustCompile(), Sink: alert.NDJSON(io.Discard), DeadLetter: g}
	o := s3source.Objects{
		Client:  newClient(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, "NoSuchKey") }),
		Missing: s3source.PolicyDeadLetter,
	}
	f := &source.Lambda{Decode: o.Decode, Handler: pipeline.Handle}
	if _, err := f.Invoke(t.Context(), notification(t, put("logs/a"))); err != nil {
		t.Fatal(err)
	}
	if len(g.dead) != 1 || g.dead[0].Origin.Place != "amzn-s3-demo-bucket/logs/a" || g.dead[0].ID == "" || !strings.Contains(g.dead[0].Reason, "NoSuchKey") {
		t.Errorf("dead letters: %+v", g.dead)
	}
}
