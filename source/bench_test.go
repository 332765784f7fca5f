package source_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/streamalert/streamalert-go/source"
	"github.com/ulikunitz/xz"
)

// BenchmarkDecompress counts decompressed bytes. The klauspost lines are the bare decoder, made anew each time: what
// gzip costs beyond it is what Decompress costs.
func BenchmarkDecompress(b *testing.B) {
	big, small := records(8<<20), records(2<<10)
	for _, bm := range []struct {
		name  string
		in    []byte
		plain int
	}{
		{"gzip-8MB", gzipped(b, 6, big), len(big)},
		{"gzip-2kB", gzipped(b, 6, small), len(small)},
		{"zlib-8MB", zlibbed(b, big), len(big)},
		{"zstd-8MB", zstded(b, big), len(big)},
		{"zstd-2kB", zstded(b, small), len(small)},
		{"bzip2-3kB", testdata(b, "lines.bz2"), len(testdata(b, "lines.ndjson"))},
		{"xz-8MB", xzed(b, xz.WriterConfig{}, big), len(big)},
		{"plain-8MB", big, len(big)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			measure(b, bm.plain, func() (io.ReadCloser, error) {
				return source.Decompress(bytes.NewReader(bm.in), source.Limits{})
			})
		})
	}
	for _, plain := range [][]byte{big, small} {
		in := gzipped(b, 6, plain)
		b.Run("klauspost-gzip-"+map[bool]string{true: "8MB", false: "2kB"}[len(plain) == len(big)], func(b *testing.B) {
			measure(b, len(plain), func() (io.ReadCloser, error) { return gzip.NewReader(bytes.NewReader(in)) })
		})
	}
}

func measure(b *testing.B, n int, open func() (io.ReadCloser, error)) {
	buf := make([]byte, 64<<10)
	b.SetBytes(int64(n))
	b.ReportAllocs()
	for b.Loop() {
		r, err := open()
		if err != nil {
			b.Fatal(err)
		}
		if got, err := drain(r, buf); err != io.EOF || got != int64(n) {
			b.Fatalf("%d bytes and %v, want %d", got, err, n)
		}
		r.Close()
	}
}

// records are like CloudTrail's: most of each is in the others too.
func records(n int) []byte {
	random := rand.New(rand.NewPCG(3, 4))
	b := make([]byte, 0, n+1000)
	for len(b) < n {
		b = fmt.Appendf(b, `{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROA%x:session","arn":"arn:aws:sts::123456789012:assumed-role/app/%d","accountId":"123456789012"},`+
			`"eventTime":"2026-03-01T%02d:%02d:%02dZ","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.%d",`+
			`"requestParameters":{"bucketName":"amzn-s3-demo-bucket","key":"a/%d"},"responseElements":null,"eventID":"%016x%016x","readOnly":true,"eventType":"AwsApiCall"}`+"\n",
			random.Uint32N(64), random.IntN(200), random.IntN(24), random.IntN(60), random.IntN(60), random.IntN(256), random.IntN(1e6), random.Uint64(), random.Uint64())
	}
	return b
}
