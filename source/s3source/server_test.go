package s3source_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/streamalert/streamalert-go/source"
)

// newClient serves S3's REST API with h, whose requests have the decoded "bucket/key" as URL.Path, and returns
// a client for it.
func newClient(tb testing.TB, h http.HandlerFunc, options ...func(*s3.Options)) *s3.Client {
	tb.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = strings.TrimPrefix(r.URL.Path, "/")
		h(w, r)
	}))
	tb.Cleanup(srv.Close)
	return s3.New(s3.Options{
		BaseEndpoint:     &srv.URL,
		Region:           "us-west-2",
		UsePathStyle:     true,
		RetryMaxAttempts: 1,
		HTTPClient:       srv.Client(),
		// As config.LoadDefaultConfig has it.
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenSupported,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "SECRETEXAMPLE"}, nil
		}),
	}, options...)
}

// objects serves these objects, by "bucket/key" or "bucket/key?versionId=ID".
func objects(bodies map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Path
		if v := r.URL.Query().Get("versionId"); v != "" {
			name += "?versionId=" + v
			w.Header().Set("x-amz-version-id", v)
		}
		body, ok := bodies[name]
		if !ok {
			refuse(w, http.StatusNotFound, "NoSuchKey")
			return
		}
		w.Header().Set("ETag", eTag)
		_, _ = io.WriteString(w, body)
	}
}

// refuse answers with an error as S3 does.
func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("x-amz-request-id", "656c76696e6727732072657175657374")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>Words.</Message></Error>", code)
}

const eTag = `"9b2cf535f27731c974343645a3985328"`

// change is made to a record of a notification.
type change func(record, bucket, object map[string]any)

// notification is the one that AWS publishes, with a record for each of the changes.
func notification(tb testing.TB, changes ...change) json.RawMessage {
	tb.Helper()
	text, err := os.ReadFile("testdata/put.json")
	if err != nil {
		tb.Fatal(err)
	}
	var records []any
	for _, c := range changes {
		var e struct{ Records []map[string]any }
		if err := json.Unmarshal(text, &e); err != nil {
			tb.Fatal(err)
		}
		entity := e.Records[0]["s3"].(map[string]any)
		c(e.Records[0], entity["bucket"].(map[string]any), entity["object"].(map[string]any))
		records = append(records, e.Records[0])
	}
	event, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		tb.Fatal(err)
	}
	return event
}

// asPublished changes nothing.
func asPublished(record, bucket, object map[string]any) {}

// put announces an object of a bucket without versions.
func put(key string) change {
	return func(_, _, object map[string]any) {
		object["key"] = key
		delete(object, "versionId")
	}
}

// read reads a payload to its end.
func read(ctx context.Context, p *source.Payload) (string, error) {
	r, err := p.Open(ctx)
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	return string(b), err
}
