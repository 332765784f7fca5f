package servers

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// VersityGW starts versitygw, an S3 server that keeps conditions, ranges, checksums and versions as S3 does. It has
// no bucket yet. It cannot hold an object x beside an object x/y, and it announces no objects.
func VersityGW(t testing.TB) *AWS {
	t.Helper()
	program := tool(t, "bin", "versitygw")
	var url string
	start(t, "versitygw", func() *exec.Cmd {
		addr := freePorts(t, 1)[0]
		url = "http://" + addr
		return exec.Command(program, "--port", addr, "--access", AccessKey, "--secret", SecretKey, "--quiet",
			"posix", "--versioning-dir", t.TempDir(), t.TempDir())
	}, func(string) error {
		return answers(url, http.StatusForbidden) // what S3 says to the unsigned
	})
	return &AWS{URL: url, validation: aws.ResponseChecksumValidationWhenSupported}
}

// GoFakeS3 starts an S3 server inside the test's process, which needs no program. It is less true to S3 than
// VersityGW: it takes no notice of If-Match on reads, of wrong checksums and of parts that are too small.
func GoFakeS3(t testing.TB) *AWS {
	t.Helper()
	srv := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	t.Cleanup(srv.Close)
	// It sends the whole object's checksum with a range, which the SDK would refuse.
	return &AWS{URL: srv.URL, validation: aws.ResponseChecksumValidationWhenRequired}
}
