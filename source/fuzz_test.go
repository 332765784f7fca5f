package source_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/streamalert/streamalert-go/source"
)

// FuzzDecompress wants any bytes to be a payload or a permanent error, within the limits, and the same one however
// the bytes arrive.
func FuzzDecompress(f *testing.F) {
	files, err := filepath.Glob("testdata/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if !strings.HasPrefix(filepath.Base(name), "zeros") {
			f.Add(b)
			f.Add(b[:len(b)/2])
		}
	}
	f.Add(xzHeader(40))
	f.Add(zstdZeros(1 << 20))
	f.Add([]byte("\x5a\x2a\x4d\x18\xff\xff\xff\xff"))
	limits := source.Limits{Size: 1 << 20, Window: 1 << 20}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := decompress(bytes.NewReader(in), limits)
		if err != nil && !permanent(err) {
			t.Fatalf("transient error %v", err)
		}
		if int64(len(got)) > limits.Size {
			t.Fatalf("%d bytes, of which the limit is %d", len(got), limits.Size)
		}
		again, err2 := decompress(iotest.OneByteReader(bytes.NewReader(in)), limits)
		if !bytes.Equal(got, again) || text(err) != text(err2) {
			t.Fatalf("byte by byte: %d bytes and %v, else %d and %v", len(again), err2, len(got), err)
		}
		cause := errors.New("connection reset")
		if _, err := decompress(&failing{b: in, err: cause}, source.Limits{}); !errors.Is(err, cause) && !permanent(err) {
			t.Fatalf("the reader's error became %v", err)
		}
	})
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
