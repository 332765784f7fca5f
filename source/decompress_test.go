package source_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
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
	big := bytes.Repeat(lines, 120)
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
		"zlib of 400 kB":                      {zlibbed(t, big), big},
		"zlib of nothing":                     {zlibbed(t, nil), nil},
		"zlib of one byte":                    {zlibbed(t, []byte("a")), []byte("a")},
		"zstd":                                {testdata(t, "lines.zst"), lines},
		"zstd without content size":           {testdata(t, "stdin.zst"), lines},
		"zstd frames":                         {cat(testdata(t, "lines.zst"), testdata(t, "stdin.zst")), cat(lines, lines)},
		"zstd behind a skippable frame":       {cat(skippable, testdata(t, "lines.zst")), lines},
		"zstd with skippable frames":          {cat(testdata(t, "lines.zst"), skippable, skippable), lines},
		"a skippable frame alone":             {skippable, nil},
		"zstd of 400 kB":                      {zstded(t, big), big},
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
		"xz of 400 kB":                        {xzed(t, xz.WriterConfig{DictCap: 1 << 20, BlockSize: 150_000}, big), big},
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
