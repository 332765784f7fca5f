package s3source_test

import (
	"regexp"
	"strconv"
	"testing"

	"github.com/streamalert/streamalert-go/source/s3source"
)

// The reference is RFC 9110, section 14.4, for what answers a range of bytes whose size is known.
func FuzzContentRange(f *testing.F) {
	for _, seed := range []string{"bytes 5-9/10", "bytes 0-0/1", "bytes 5-9/*", "bytes */10", "bytes=5-9/10", "bytes 9-5/10", "bytes 5-10/10",
		"bytes 05-9/10", "bytes +5-9/10", "bytes -5-9/10", "bytes 5-9/9223372036854775807", "bytes 5-9/9223372036854775808", "bytes 5-9/10 ", "items 5-9/10", "bytes 5_0-60/70", ""} {
		f.Add(seed)
	}
	form := regexp.MustCompile(`^bytes ([0-9]+)-([0-9]+)/([0-9]+)$`)
	f.Fuzz(func(t *testing.T, s string) {
		first, total, ok := s3source.ContentRange(s)
		m := form.FindStringSubmatch(s)
		var a, b, n int64
		var errA, errB, errN error
		if m != nil {
			a, errA = strconv.ParseInt(m[1], 10, 64)
			b, errB = strconv.ParseInt(m[2], 10, 64)
			n, errN = strconv.ParseInt(m[3], 10, 64)
		}
		want := m != nil && errA == nil && errB == nil && errN == nil && a <= b && b < n
		if ok != want || ok && (first != a || total != n) {
			t.Errorf("%q: %d of %d, %v; want %d of %d, %v", s, first, total, ok, a, n, want)
		}
	})
}
