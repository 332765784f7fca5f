package source_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
	"github.com/streamalert/streamalert-go/source"
	"github.com/ulikunitz/xz"
)

func permanent(err error) bool {
	var p *source.Permanent
	return errors.As(err, &p)
}

func TestDecompressOfWhatIsCutOffIsAPermanentError(t *testing.T) {
	lines := testdata(t, "lines.ndjson")
	for _, f := range formats {
		whole := testdata(t, f.file)
		for cut := range whole {
			got, err := decompress(bytes.NewReader(whole[:cut]), source.Limits{})
			if err == nil && cut < f.magic {
				if !bytes.Equal(got, whole[:cut]) {
					t.Errorf("%s cut at %d, which is plain: got %q", f.name, cut, got)
				}
				continue
			}
			want := "source: " + f.name + ": truncated at decompressed offset "
			if !permanent(err) || !errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%s cut at %d: error %v, want %sN", f.name, cut, err, want)
			}
			if !bytes.HasPrefix(lines, got) {
				t.Errorf("%s cut at %d: got %q, which is no beginning of the payload", f.name, cut, got)
			}
		}
	}
}

// varied is text that compresses to about a half, evenly.
func varied(n int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, 0, n+100)
	for len(b) < n {
		b = fmt.Appendf(b, "{\"eventID\":\"%016x\",\"eventName\":\"GetObject\"}\n", random.Uint64())
	}
	return b
}

func TestDecompressDeliversAllThatIsBeforeTheCut(t *testing.T) {
	big := varied(1 << 20)
	half := len(big) / 2
	for name, whole := range map[string][]byte{
		"gzip": gzipped(t, 6, big),
		"zlib": zlibbed(t, big),
		"zstd": zstded(t, big),
		"xz":   xzed(t, xz.WriterConfig{BlockSize: 100_000}, big),
	} {
		got, err := decompress(bytes.NewReader(whole[:len(whole)/2]), source.Limits{})
		if !permanent(err) {
			t.Errorf("%s: error %v, want a permanent one", name, err)
		}
		if len(got) < half-300_000 || !bytes.HasPrefix(big, got) {
			t.Errorf("%s: got %d of %d bytes from half of the file", name, len(got), len(big))
		}
		if want := "offset " + itoa(len(got)); !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: error %v does not end with %s", name, err, want)
		}
	}
}

func TestDecompressReturnsTheErrorOfItsReaderAsTransient(t *testing.T) {
	lines := testdata(t, "lines.ndjson")
	reset := errors.New("connection reset by peer")
	for _, f := range append(formats, struct {
		name, file string
		magic      int
	}{"plain", "lines.ndjson", 0}) {
		whole := testdata(t, f.file)
		// io.ErrUnexpectedEOF is what net/http returns for a body that ends too early.
		for _, cause := range []error{reset, io.ErrUnexpectedEOF} {
			for cut := range len(whole) + 1 {
				for _, together := range []bool{false, true} {
					r := &failing{b: whole[:cut], err: cause, together: together}
					got, err := decompress(r, source.Limits{})
					if !errors.Is(err, cause) || permanent(err) {
						t.Fatalf("%s, failing at %d: error %v, want a transient %v", f.name, cut, err, cause)
					}
					if !bytes.HasPrefix(lines, got) {
						t.Fatalf("%s, failing at %d: got %q, which is no beginning of the payload", f.name, cut, got)
					}
				}
			}
		}
	}
}

// failing hands out b and then err, or err together with the last of b. It is not asked again after that.
type failing struct {
	b        []byte
	err      error
	together bool
	failed   bool
}

func (f *failing) Read(p []byte) (int, error) {
	if f.failed {
		panic("read after an error")
	}
	n := copy(p, f.b)
	f.b = f.b[n:]
	if n == 0 || f.together && len(f.b) == 0 {
		f.failed = true
		return n, f.err
	}
	return n, nil
}

func TestDecompressGivesUpOnAReaderThatReturnsNothing(t *testing.T) {
	for _, before := range []string{"", "\x1f\x8b", "plain"} {
		r := io.MultiReader(strings.NewReader(before), nothing{})
		if _, err := decompress(r, source.Limits{}); !errors.Is(err, io.ErrNoProgress) || permanent(err) {
			t.Errorf("after %q: error %v, want a transient %v", before, err, io.ErrNoProgress)
		}
	}
}

func TestDecompressDoesNotBelieveAnImpossibleCount(t *testing.T) {
	for _, n := range []int{-1, 1 << 30} {
		_, err := decompress(impossible(n), source.Limits{})
		if err == nil || permanent(err) || !strings.Contains(err.Error(), "impossible count") {
			t.Errorf("a count of %d: error %v, want a transient one", n, err)
		}
	}
}

type impossible int

func (n impossible) Read([]byte) (int, error) { return int(n), nil }

type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, nil }

func TestDecompressNeverTakesChangedBytesForGoodOnes(t *testing.T) {
	lines := testdata(t, "lines.ndjson")
	files := []string{"blocks.xz", "check-crc32.xz", "check-sha256.xz", "stdin.zst"}
	for _, f := range formats {
		files = append(files, f.file)
	}
	for _, file := range files {
		good := testdata(t, file)
		for i := range good {
			bad := bytes.Clone(good)
			bad[i] ^= 1 << (i % 8)
			got, err := decompress(bytes.NewReader(bad), source.Limits{})
			plain := bytes.Equal(got, bad)
			switch {
			case err != nil && !permanent(err):
				t.Errorf("%s, byte %d: transient error %v", file, i, err)
			case err == nil && !plain && !bytes.Equal(got, lines):
				t.Errorf("%s, byte %d: no error, but another payload", file, i)
			}
		}
	}
}

func TestDecompressDeliversAllBeforeABadChecksum(t *testing.T) {
	lines := testdata(t, "lines.ndjson")
	for name, tt := range map[string]struct {
		file    string
		fromEnd int
		want    error
	}{
		"gzip, CRC":              {"lines.gz", 8, gzip.ErrChecksum},
		"gzip, size":             {"lines.gz", 4, gzip.ErrChecksum},
		"zlib, Adler-32":         {"lines.zlib", 4, zlib.ErrChecksum},
		"zstd, checksum":         {"lines.zst", 4, zstd.ErrCRCMismatch},
		"bzip2, stream checksum": {"lines.bz2", 4, nil},
		"xz, footer":             {"lines.xz", 12, nil},
		"xz, index":              {"lines.xz", 16, nil},
		"xz, block check":        {"lines.xz", 28, nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := testdata(t, tt.file)
			b[len(b)-tt.fromEnd] ^= 1
			got, err := decompress(iotest.OneByteReader(bytes.NewReader(b)), source.Limits{})
			if !permanent(err) || errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("error %v, want a permanent one that is no truncation", err)
			}
			if tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("error %v does not wrap %v", err, tt.want)
			}
			if want := "at decompressed offset " + itoa(len(lines)); !strings.HasSuffix(err.Error(), want) {
				t.Errorf("error %q does not end with %q", err, want)
			}
			if !bytes.Equal(got, lines) {
				t.Errorf("got %d bytes of %d", len(got), len(lines))
			}
		})
	}
}

func TestDecompressRefusesWhatStandsBehind(t *testing.T) {
	lines := testdata(t, "lines.ndjson")
	for name, in := range map[string][]byte{
		"gzip and a line":                 cat(testdata(t, "lines.gz"), []byte("\n")),
		"gzip and half a magic":           cat(testdata(t, "lines.gz"), []byte("\x1f")),
		"gzip and zstd":                   cat(testdata(t, "lines.gz"), testdata(t, "lines.zst")),
		"gzip, zeros and a line":          cat(testdata(t, "lines.gz"), make([]byte, 512), []byte("\n")),
		"gzip, zeros and another member":  cat(testdata(t, "lines.gz"), make([]byte, 512), testdata(t, "lines.gz")),
		"zlib and a line":                 cat(testdata(t, "lines.zlib"), []byte("\n")),
		"zlib and zlib":                   cat(testdata(t, "lines.zlib"), testdata(t, "lines.zlib")),
		"zstd and a line":                 cat(testdata(t, "lines.zst"), []byte("\n")),
		"zstd and a long line":            cat(testdata(t, "lines.zst"), lines),
		"bzip2 and a line":                cat(testdata(t, "lines.bz2"), []byte("\n")),
		"bzip2 and zeros":                 cat(testdata(t, "lines.bz2"), make([]byte, 4)),
		"xz and a line":                   cat(testdata(t, "lines.xz"), []byte("\n")),
		"xz and a long line":              cat(testdata(t, "lines.xz"), lines),
		"xz and padding of three bytes":   cat(testdata(t, "lines.xz"), make([]byte, 3)),
		"xz, padding of six and a stream": cat(testdata(t, "lines.xz"), make([]byte, 6), testdata(t, "lines.xz")),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decompress(bytes.NewReader(in), source.Limits{})
			if !permanent(err) {
				t.Errorf("error %v, want a permanent one", err)
			}
			if !bytes.Equal(got, lines) {
				t.Errorf("got %d bytes of %d before the error %v", len(got), len(lines), err)
			}
		})
	}
}
