package source_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
	"github.com/streamalert/streamalert-go/source"
	"github.com/ulikunitz/xz"
)

// formats are the files of testdata that hold lines.ndjson, one for each format, and how many bytes of each are the
// magic: cut within them, it is not of the format. Of zlib it is what comes before the first byte inflates.
var formats = []struct {
	name, file string
	magic      int
}{
	{"gzip", "lines.gz", 2},
	{"zlib", "lines.zlib", 100},
	{"zstd", "lines.zst", 4},
	{"bzip2", "lines.bz2", 10},
	{"xz", "lines.xz", 6},
}

func testdata(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// decompress reads all of r, whatever of the two calls fails.
func decompress(r io.Reader, l source.Limits) ([]byte, error) {
	d, err := source.Decompress(r, l)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return io.ReadAll(d)
}

func cat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func gzipped(tb testing.TB, level int, b []byte) []byte {
	tb.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, level)
	return written(tb, &out, w, err, b)
}

func zlibbed(tb testing.TB, b []byte) []byte {
	tb.Helper()
	var out bytes.Buffer
	return written(tb, &out, zlib.NewWriter(&out), nil, b)
}

func zstded(tb testing.TB, b []byte, o ...zstd.EOption) []byte {
	tb.Helper()
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out, append(o, zstd.WithEncoderConcurrency(1))...)
	return written(tb, &out, w, err, b)
}

func xzed(tb testing.TB, c xz.WriterConfig, b []byte) []byte {
	tb.Helper()
	var out bytes.Buffer
	w, err := c.NewWriter(&out)
	return written(tb, &out, w, err, b)
}

func written(tb testing.TB, out *bytes.Buffer, w io.WriteCloser, err error, b []byte) []byte {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Write(b); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func TestDecompressReadsEveryFormat(t *testing.T) {
	lines := testdata(t, "lines.ndjson")
	big := bytes.Repeat(lines, 1000)
	gz := testdata(t, "lines.gz")
	empty := gzipped(t, 6, nil)
	skippable := []byte("\x5a\x2a\x4d\x18\x05\x00\x00\x00hello")
	for name, tt := range map[string]struct{ in, want []byte }{
		"an empty payload":                    {nil, nil},
		"plain text":                          {lines, lines},
		"gzip with name and time":             {gz, lines},
		"gzip of two members":                 {cat(gz, gz), cat(lines, lines)},
		"gzip members that split a record":    {cat(gzipped(t, 6, lines[:50]), gzipped(t, 1, lines[50:])), lines},
		"gzip with empty members":             {cat(empty, gz, empty, empty, gz, empty), cat(lines, lines)},
		"gzip of one empty member":            {empty, nil},
		"gzip level 0":                        {gzipped(t, 0, big), big},
		"gzip level 9":                        {gzipped(t, 9, big), big},
		"gzip with zeros behind":              {cat(gz, make([]byte, 100_000)), lines},
		"zlib":                                {testdata(t, "lines.zlib"), lines},
		"zlib of a megabyte":                  {zlibbed(t, big), big},
		"zlib of nothing":                     {zlibbed(t, nil), nil},
		"zlib of one byte":                    {zlibbed(t, []byte("a")), []byte("a")},
		"zstd":                                {testdata(t, "lines.zst"), lines},
		"zstd without content size":           {testdata(t, "stdin.zst"), lines},
		"zstd frames":                         {cat(testdata(t, "lines.zst"), testdata(t, "stdin.zst")), cat(lines, lines)},
		"zstd behind a skippable frame":       {cat(skippable, testdata(t, "lines.zst")), lines},
		"zstd with skippable frames":          {cat(testdata(t, "lines.zst"), skippable, skippable), lines},
		"a skippable frame alone":             {skippable, nil},
		"zstd of a megabyte":                  {zstded(t, big), big},
		"zstd without checksum":               {zstded(t, big, zstd.WithEncoderCRC(false)), big},
		"zstd with a window of 64 MiB":        {zstded(t, big, zstd.WithWindowSize(64<<20)), big},
		"bzip2":                               {testdata(t, "lines.bz2"), lines},
		"bzip2 of two streams":                {cat(testdata(t, "lines.bz2"), testdata(t, "lines.bz2")), cat(lines, lines)},
		"bzip2 of nothing":                    {[]byte("BZh9\x17\x72\x45\x38\x50\x90\x00\x00\x00\x00"), nil},
		"xz":                                  {testdata(t, "lines.xz"), lines},
		"xz of several blocks":                {testdata(t, "blocks.xz"), lines},
		"xz without check":                    {testdata(t, "check-none.xz"), lines},
		"xz with CRC32":                       {testdata(t, "check-crc32.xz"), lines},
		"xz with SHA-256":                     {testdata(t, "check-sha256.xz"), lines},
		"xz with other LZMA properties":       {testdata(t, "properties.xz"), lines},
		"xz of a megabyte":                    {xzed(t, xz.WriterConfig{DictCap: 1 << 20, BlockSize: 300_000}, big), big},
		"xz of nothing":                       {xzed(t, xz.WriterConfig{}, nil), nil},
		"xz of streams with padding":          {cat(testdata(t, "lines.xz"), make([]byte, 8), testdata(t, "check-none.xz"), make([]byte, 4)), cat(lines, lines)},
		"only the outer of two layers":        {gzipped(t, 6, gz), gz},
		"only the outer of two other layers":  {zstded(t, gz), gz},
		"a text like bzip2":                   {[]byte("BZh9 was here\n"), []byte("BZh9 was here\n")},
		"a text like bzip2 without a level":   {[]byte("BZh was here"), []byte("BZh was here")},
		"bzip2 with a wrong level":            {[]byte("BZh0\x31\x41\x59\x26\x53\x59"), []byte("BZh0\x31\x41\x59\x26\x53\x59")},
		"gzip with an unknown method":         {[]byte("\x1f\x8b\x07 or so"), []byte("\x1f\x8b\x07 or so")},
		"the first byte of gzip":              {[]byte("\x1f"), []byte("\x1f")},
		"a text like a skippable frame":       {[]byte("P*M and so on"), []byte("P*M and so on")},
		"a text like zlib: x^":                {[]byte("x^2 + y^2 = r^2\n"), []byte("x^2 + y^2 = r^2\n")},
		"a text like zlib: HK":                {[]byte("HKEY_LOCAL_MACHINE\\Software\r\n"), []byte("HKEY_LOCAL_MACHINE\\Software\r\n")},
		"a text like zlib: 8O":                {[]byte("8OT03 ERROR\n"), []byte("8OT03 ERROR\n")},
		"a long text like zlib":               {cat([]byte("HK"), big), cat([]byte("HK"), big)},
		"a header of zlib alone":              {[]byte("x\x9c"), []byte("x\x9c")},
		"zlib with a preset dictionary":       {[]byte("x\xbb\x11\x22\x33\x44\x03\x00"), []byte("x\xbb\x11\x22\x33\x44\x03\x00")},
		"zlib that inflates for 100 B only":   {cat(zlibbed(t, big)[:100], make([]byte, 2000)), cat(zlibbed(t, big)[:100], make([]byte, 2000))},
		"UTF-16":                              {[]byte("\xff\xfe{\x00"), []byte("\xff\xfe{\x00")},
		"zeros":                               {make([]byte, 4), make([]byte, 4)},
		"plain text larger than every buffer": {big, big},
	} {
		t.Run(name, func(t *testing.T) {
			for mode, reader := range readings {
				got, err := decompress(reader(bytes.NewReader(tt.in)), source.Limits{})
				if err != nil {
					t.Errorf("%s: %v", mode, err)
				}
				if !bytes.Equal(got, tt.want) {
					t.Errorf("%s: got %d bytes %.40q, want %d bytes %.40q", mode, len(got), got, len(tt.want), tt.want)
				}
			}
		})
	}
}

// readings are ways in which a reader may hand out its bytes.
var readings = map[string]func(io.Reader) io.Reader{
	"as it is":              func(r io.Reader) io.Reader { return r },
	"byte by byte":          iotest.OneByteReader,
	"the last with the EOF": iotest.DataErrReader,
	"with nothing now and then": func(r io.Reader) io.Reader {
		return &hesitant{r: iotest.HalfReader(r)}
	},
	"through a bufio.Reader": func(r io.Reader) io.Reader { return bufio.NewReader(r) },
}

// hesitant returns 0, nil every other time.
type hesitant struct {
	r     io.Reader
	ready bool
}

func (h *hesitant) Read(p []byte) (int, error) {
	if h.ready = !h.ready; h.ready {
		return 0, nil
	}
	return h.r.Read(p)
}

func TestDecompressKeepsToTheReaderContract(t *testing.T) {
	lines := testdata(t, "lines.ndjson")
	for _, f := range append(formats, formats[0]) {
		d, err := source.Decompress(bytes.NewReader(testdata(t, f.file)), source.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := d.Read(nil); n != 0 || err != nil {
			t.Errorf("%s: an empty read gave %d, %v", f.name, n, err)
		}
		if err := iotest.TestReader(d, lines); err != nil {
			t.Errorf("%s: %v", f.name, err)
		}
		d.Close()
	}
}

// corpora is the folder of the real logs.
func corpora(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("STREAMALERT_CORPORA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "corpora")
	}
	if _, err := os.Stat(dir); err != nil {
		tb.Skipf("the corpora are not there (set STREAMALERT_CORPORA): %v", err)
	}
	return dir
}

func TestDecompressReadsTheObjectsOfTheCorpora(t *testing.T) {
	file, err := os.Open(filepath.Join(corpora(t), "cases", "events_lambda.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	cases := 0
	for d := json.NewDecoder(file); d.More(); {
		var c struct {
			ID      string
			Objects map[string][]byte
			Want    struct {
				Payloads [][]byte
				Error    bool
			}
		}
		if err := d.Decode(&c); err != nil {
			t.Fatal(err)
		}
		// One object, and its content is what the case is about.
		one := len(c.Objects) == 1 && (c.Want.Error || len(c.Want.Payloads) == 1)
		if !strings.HasPrefix(c.ID, "lambda_event/s3/") || !one || strings.HasSuffix(c.ID, "/bad-key-encoding") {
			continue
		}
		cases++
		for _, body := range c.Objects {
			got, err := decompress(bytes.NewReader(body), source.Limits{})
			switch {
			case c.Want.Error && !permanent(err):
				t.Errorf("%s: error %v, want a permanent one", c.ID, err)
			case c.Want.Error:
			case err != nil:
				t.Errorf("%s: %v", c.ID, err)
			case !bytes.Equal(got, c.Want.Payloads[0]):
				t.Errorf("%s: %s", c.ID, cmp.Diff(c.Want.Payloads[0], got))
			}
		}
	}
	if cases < 50 {
		t.Errorf("the corpora have %d such cases, want at least 50", cases)
	}
}

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
	big := varied(3 << 20)
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
			for _, mask := range []byte{0x01, 0x80, 0xff} {
				bad := bytes.Clone(good)
				bad[i] ^= mask
				got, err := decompress(bytes.NewReader(bad), source.Limits{})
				plain := bytes.Equal(got, bad)
				switch {
				case err != nil && !permanent(err):
					t.Errorf("%s, byte %d ^ %#x: transient error %v", file, i, mask, err)
				case err == nil && !plain && !bytes.Equal(got, lines):
					t.Errorf("%s, byte %d ^ %#x: no error, but another payload", file, i, mask)
				}
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

func TestDecompressErrorsStay(t *testing.T) {
	b := testdata(t, "lines.gz")
	d, err := source.Decompress(bytes.NewReader(b[:len(b)-4]), source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	_, first := io.ReadAll(d)
	n, second := d.Read(make([]byte, 10))
	if n != 0 || first == nil || second != first {
		t.Errorf("read %d bytes and %v after %v", n, second, first)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestDecompressCloseMayComeAtAnyTimeAndTwice(t *testing.T) {
	lines := testdata(t, "lines.ndjson")
	files := []string{"lines.ndjson", "blocks.xz"}
	for _, f := range formats {
		files = append(files, f.file)
	}
	for _, file := range files {
		for _, before := range []int{0, 1, 1000, len(lines)} {
			d, err := source.Decompress(bytes.NewReader(testdata(t, file)), source.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(d, make([]byte, before)); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(d.Close(), d.Close()); err != nil {
				t.Error(err)
			}
			if n, err := d.Read(make([]byte, 1)); n != 0 || !errors.Is(err, fs.ErrClosed) || permanent(err) {
				t.Errorf("%s: read after close gave %d, %v", file, n, err)
			}
			// The decoder that was given back is the next one's.
			if got, err := decompress(bytes.NewReader(testdata(t, file)), source.Limits{}); err != nil || !bytes.Equal(got, lines) {
				t.Errorf("%s, after one closed at %d: %d bytes, %v", file, before, len(got), err)
			}
		}
	}
}

func TestDecompressIsSafeAfterErrorsAndConcurrently(t *testing.T) {
	lines := testdata(t, "lines.ndjson")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 40 {
				for _, f := range formats {
					b := testdata(t, f.file)
					b[len(b)*(i+1)/42] ^= 0xff
					if got, err := decompress(bytes.NewReader(b), source.Limits{}); err == nil && !bytes.Equal(got, lines) && !bytes.Equal(got, b) {
						t.Errorf("%s, changed: another payload", f.name)
					}
					if got, err := decompress(bytes.NewReader(testdata(t, f.file)), source.Limits{}); err != nil || !bytes.Equal(got, lines) {
						t.Errorf("%s, after an error: %d bytes, %v", f.name, len(got), err)
					}
				}
			}
		})
	}
	wg.Wait()
}

func TestDecompressDoesNotWaitForMoreThanItNeeds(t *testing.T) {
	for _, line := range []string{"a", "{", "[1]\n", "B\n", "xyz\n"} {
		r, w := io.Pipe()
		go io.WriteString(w, line)
		d, err := source.Decompress(r, source.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(line))
		if _, err := io.ReadFull(d, got); err != nil || string(got) != line {
			t.Errorf("got %q, %v, want %q", got, err, line)
		}
		d.Close()
		w.Close()
	}
}

func TestDecompressReadsPlainBytesStraightIntoTheCallersBuffer(t *testing.T) {
	sizes := &sizeRecorder{r: bytes.NewReader(make([]byte, 4<<20))}
	d, err := source.Decompress(sizes, source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := io.ReadFull(d, make([]byte, 3<<20)); err != nil {
		t.Fatal(err)
	}
	if sizes.largest < 2<<20 {
		t.Errorf("the largest read was of %d bytes, want the caller's buffer", sizes.largest)
	}
}

type sizeRecorder struct {
	r       io.Reader
	largest int
}

func (s *sizeRecorder) Read(p []byte) (int, error) {
	s.largest = max(s.largest, len(p))
	return s.r.Read(p)
}
