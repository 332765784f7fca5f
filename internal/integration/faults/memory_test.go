//go:build linux

package faults_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/streamalert/streamalert-go/internal/integration/servers"
)

const (
	member  = 1 << 20   // bytes of each gzip member, which do not compress
	members = 500       // so that an object has 500 MiB, as stored and decompressed
	pieces  = 120 << 20 // of an object, after which its connection breaks
	most    = 256 << 10 // KiB that 20 of them may take at once
)

// object is an S3 object that is generated while it is read. The server is a substitute in the test's process that keeps
// ranges and conditions as in https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html: one that stores 10 GB
// would measure the disk.
type object struct {
	member []byte // repeated
	crc    string
}

func newObject(t *testing.T) *object {
	t.Helper()
	noise := make([]byte, member)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(noise)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	o := &object{member: b.Bytes()}
	h := crc32.NewIEEE()
	for range members {
		_, _ = h.Write(o.member)
	}
	o.crc = base64.StdEncoding.EncodeToString(h.Sum(nil))
	return o
}

func (o *object) size() int { return members * len(o.member) }

func (o *object) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const eTag = `"9b2cf535f27731c974343645a3985328"`
	if match := r.Header.Get("If-Match"); match != "" && match != eTag {
		w.WriteHeader(http.StatusPreconditionFailed)
		return
	}
	first, status := 0, http.StatusOK
	if _, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &first); err == nil {
		status = http.StatusPartialContent
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, o.size()-1, o.size()))
	} else {
		w.Header().Set("x-amz-checksum-crc32", o.crc)
	}
	w.Header().Set("ETag", eTag)
	w.Header().Set("Content-Length", strconv.Itoa(o.size()-first))
	w.WriteHeader(status)
	end := min(o.size(), first+pieces)
	for at := first; at < end; {
		in := at % len(o.member)
		n, err := w.Write(o.member[in:min(len(o.member), in+end-at)])
		if err != nil {
			return
		}
		at += n
	}
	if end < o.size() {
		panic(http.ErrAbortHandler) // breaks the connection
	}
}

// The program is one of its own, so that neither the server nor the race detector counts.
func TestTwentyLargeObjectsAtOnceTakeLittleMemory(t *testing.T) {
	program := filepath.Join(t.TempDir(), "reader")
	if out, err := exec.Command("go", "build", "-o", program, "./reader").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	o := newObject(t)
	srv := httptest.NewServer(o)
	defer srv.Close()
	cmd := exec.Command(program, srv.URL)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	peak := servers.PeakMemory(t, cmd)
	if want := fmt.Sprintf("20 %d\n", 20*members*member); stdout.String() != want {
		t.Errorf("it read %q, want %q: %s", stdout.String(), want, stderr.String())
	}
	if peak >= most {
		t.Errorf("%d KiB resident, the limit is %d", peak, most)
	}
	t.Logf("20 objects of %d MiB in %v, at most %d MiB resident", o.size()>>20, time.Since(start).Round(time.Millisecond), peak>>10)
}
