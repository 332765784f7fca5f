package source_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math/bits"
	"runtime"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/streamalert/streamalert-go/source"
	"github.com/ulikunitz/xz"
)

func itoa(n int) string { return strconv.Itoa(n) }

func TestLimitsOfSizeAndWindow(t *testing.T) {
	lines := testdata(t, "lines.ndjson")
	size := int64(len(lines))
	window := zstdStored(2<<20, lines)
	single := zstded(t, bytes.Repeat(lines, 100), zstd.WithSingleSegment(true), zstd.WithWindowSize(1<<20))
	for name, tt := range map[string]struct {
		in      []byte
		limits  source.Limits
		want    *source.LimitError
		deliver int
	}{
		"a payload of the largest size":      {in: testdata(t, "lines.gz"), limits: source.Limits{Size: size}},
		"a payload of one byte more":         {testdata(t, "lines.gz"), source.Limits{Size: size - 1}, &source.LimitError{Limit: "Size", Max: size - 1, Offset: size - 1}, len(lines) - 1},
		"a plain payload of one byte more":   {lines, source.Limits{Size: size - 1}, &source.LimitError{Limit: "Size", Max: size - 1, Offset: size - 1}, len(lines) - 1},
		"a payload with no limit":            {in: testdata(t, "lines.gz"), limits: source.Limits{Size: -1, Ratio: -1, Window: -1}},
		"an empty payload":                   {in: []byte{}, limits: source.Limits{Size: 1}},
		"a zstd window of the largest size":  {in: window, limits: source.Limits{Window: 2 << 20}},
		"a larger zstd window":               {window, source.Limits{Window: 2<<20 - 1}, &source.LimitError{Limit: "Window", Max: 2<<20 - 1}, 0},
		"a zstd window with no limit":        {in: window, limits: source.Limits{Window: -1}},
		"a zstd frame that is its window":    {single, source.Limits{Window: size}, &source.LimitError{Limit: "Window", Max: size}, 0},
		"an xz dictionary of 64 KiB":         {in: testdata(t, "lines.xz"), limits: source.Limits{Window: 64 << 10}},
		"a larger xz dictionary":             {testdata(t, "lines.xz"), source.Limits{Window: 64<<10 - 1}, &source.LimitError{Limit: "Window", Max: 64<<10 - 1}, 0},
		"an xz block less than its window":   {in: testdata(t, "blocks.xz"), limits: source.Limits{Window: 4096}},
		"a second stream beyond the window":  {cat(testdata(t, "properties.xz"), testdata(t, "lines.xz")), source.Limits{Window: 4096}, &source.LimitError{Limit: "Window", Max: 4096, Offset: size}, len(lines)},
		"a window of less than the smallest": {in: lines, limits: source.Limits{Window: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			for mode, reader := range readings {
				got, err := decompress(reader(bytes.NewReader(tt.in)), tt.limits)
				if tt.want == nil {
					if err != nil {
						t.Errorf("%s: %v", mode, err)
					}
					continue
				}
				var limit *source.LimitError
				if !permanent(err) || !errors.As(err, &limit) {
					t.Fatalf("%s: error %v, want a permanent limit", mode, err)
				}
				if diff := cmp.Diff(tt.want, limit); diff != "" {
					t.Errorf("%s: %s", mode, diff)
				}
				if len(got) != tt.deliver {
					t.Errorf("%s: %d bytes before the limit, want %d", mode, len(got), tt.deliver)
				}
			}
		})
	}
}

func TestLimitErrorNamesLimitAndOffset(t *testing.T) {
	_, err := decompress(bytes.NewReader(testdata(t, "lines.gz")), source.Limits{Size: 1000})
	if want := "source: limit Size of 1000 exceeded at decompressed offset 1000"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A bomb must neither be read to its end nor cost memory.
func TestLimitsOnBombs(t *testing.T) {
	xzZeros, err := decompress(bytes.NewReader(testdata(t, "zeros-80MiB.xz.gz")), source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	gzipZeros := gzipped(t, 9, make([]byte, 8<<20))
	for name, tt := range map[string]struct {
		in     io.Reader
		limits source.Limits
		want   string // the limit
		read   int64  // at most
	}{
		"10 GB of zeros as zstd":                  {in: bytes.NewReader(zstdZeros(10 << 30)), want: "Ratio", read: 65 << 20},
		"10 GB of zeros as zstd, any ratio":       {in: bytes.NewReader(zstdZeros(10 << 30)), limits: source.Limits{Ratio: -1, Size: 200 << 20}, want: "Size", read: 200 << 20},
		"1 GiB of zeros as bzip2":                 {in: bytes.NewReader(testdata(t, "zeros-1GiB.bz2")), want: "Ratio", read: 65 << 20},
		"80 MiB of zeros as xz":                   {in: bytes.NewReader(xzZeros), limits: source.Limits{Size: 8 << 20}, want: "Size", read: 8 << 20},
		"gzip without end":                        {in: &endless{b: gzipZeros}, limits: source.Limits{Size: 100 << 20}, want: "Size", read: 100 << 20},
		"gzip without end, other ratio":           {in: &endless{b: gzipZeros}, limits: source.Limits{Ratio: 100}, want: "Ratio", read: 65 << 20},
		"an xz dictionary of 4 GiB":               {in: bytes.NewReader(xzHeader(40)), want: "Window"},
		"an xz dictionary of 96 MiB":              {in: bytes.NewReader(xzHeader(29)), want: "Window"},
		"a zstd window of 3.75 TB":                {in: bytes.NewReader([]byte("\x28\xb5\x2f\xfd\x00\xff\x01\x00\x00")), want: "Window"},
		"a zstd frame that says it has 1 TB":      {in: bytes.NewReader([]byte("\x28\xb5\x2f\xfd\xe0\x00\x00\x00\x00\x00\x01\x00\x00\x01\x00\x00")), want: "Window"},
		"a zstd window of 3.75 TB, without limit": {in: bytes.NewReader([]byte("\x28\xb5\x2f\xfd\x00\xff\x01\x00\x00")), limits: source.Limits{Window: -1}, want: "Window"},
	} {
		t.Run(name, func(t *testing.T) {
			var n int64
			allocated := allocations(func() {
				d, err := source.Decompress(tt.in, tt.limits)
				if err != nil {
					t.Fatal(err)
				}
				defer d.Close()
				var limit *source.LimitError
				n, err = drain(d, make([]byte, 64<<10))
				if !permanent(err) || !errors.As(err, &limit) || limit.Limit != tt.want || limit.Offset != n {
					t.Errorf("error %v after %d bytes, want a permanent limit %s", err, n, tt.want)
				}
			})
			if n > tt.read {
				t.Errorf("read %d bytes, want at most %d", n, tt.read)
			}
			if allocated > 100<<20 {
				t.Errorf("allocated %d MB in all", allocated>>20)
			}
		})
	}
}

func TestDefaultRatioAllowsWhatGzipCanDo(t *testing.T) {
	in := bytes.Repeat(gzipped(t, 9, make([]byte, 8<<20)), 12)
	d, err := source.Decompress(bytes.NewReader(in), source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if n, err := drain(d, make([]byte, 64<<10)); n != 96<<20 || err != io.EOF {
		t.Errorf("%d bytes and %v, want 96 MiB, of %d", n, err, len(in))
	}
}

// A hostile file must not make its reader allocate for every few bytes of it.
func TestDecompressOfManySmallPartsIsCheap(t *testing.T) {
	lines := testdata(t, "lines.ndjson")
	parts := 2000
	for name, in := range map[string][]byte{
		"gzip members":              bytes.Repeat(gzipped(t, 6, lines[:20]), parts),
		"zstd frames":               bytes.Repeat(zstdStored(8<<20, lines[:20]), parts),
		"xz streams":                bytes.Repeat(xzed(t, xz.WriterConfig{DictCap: 32 << 20}, lines[:20]), parts),
		"xz blocks":                 xzed(t, xz.WriterConfig{DictCap: 1 << 16, BlockSize: 20}, bytes.Repeat(lines[:20], parts)),
		"xz blocks with a bad size": bytes.Repeat(xzHeader(28), parts),
	} {
		t.Run(name, func(t *testing.T) {
			allocated := allocations(func() {
				got, err := decompress(bytes.NewReader(in), source.Limits{})
				if name != "xz blocks with a bad size" && (err != nil || len(got) != 20*parts) {
					t.Errorf("got %d bytes, %v", len(got), err)
				}
			})
			if allocated > 150<<20 {
				t.Errorf("allocated %d MB for %d kB of input", allocated>>20, len(in)>>10)
			}
		})
	}
}

func TestDecompressStartsNoGoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, f := range formats {
		d, err := source.Decompress(bytes.NewReader(testdata(t, f.file)), source.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(d, make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
		if now := runtime.NumGoroutine(); now > before {
			t.Errorf("%s: %d goroutines, %d before", f.name, now, before)
		}
		d.Close()
	}
}

func TestDecompressOfSmallPayloadsAllocatesNoDecoderEachTime(t *testing.T) {
	const times = 200
	for _, f := range formats {
		if f.name == "bzip2" {
			continue // the standard library's cannot be used again
		}
		b := testdata(t, f.file)
		buf := make([]byte, 64<<10)
		allocated := allocations(func() {
			for range times {
				d, err := source.Decompress(bytes.NewReader(b), source.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				for err == nil {
					_, err = d.Read(buf)
				}
				d.Close()
			}
		})
		// The race detector makes pools forget a quarter of what they are given. xz has its probabilities anew for each block.
		most := map[string]uint64{"gzip": 40, "zlib": 60, "zstd": 250, "xz": 100}[f.name] << 10
		if each := allocated / times; each > most {
			t.Errorf("%s: %d bytes for each payload, want at most %d", f.name, each, most)
		}
	}
}

// allocations is how many bytes f allocates in all, and so more than it ever holds.
func allocations(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func drain(r io.Reader, buf []byte) (n int64, err error) {
	for {
		m, err := r.Read(buf)
		n += int64(m)
		if err != nil {
			return n, err
		}
	}
}

// zstdZeros is a zstd frame of n zeros, in blocks of one repeated byte.
func zstdZeros(n int) []byte {
	const block = 128 << 10
	frame := zstdHeader(block)
	for ; n > 0; n -= block {
		h := uint32(min(n, block))<<3 | 1<<1
		if n <= block {
			h |= 1
		}
		frame = append(frame, byte(h), byte(h>>8), byte(h>>16), 0)
	}
	return frame
}

// zstdStored is a zstd frame of less than 128 KiB, not compressed.
func zstdStored(window uint, b []byte) []byte {
	h := uint32(len(b))<<3 | 1
	return append(append(zstdHeader(window), byte(h), byte(h>>8), byte(h>>16)), b...)
}

// zstdHeader is the header of a frame with a window that is a power of two (RFC 8878 section 3.1.1.1).
func zstdHeader(window uint) []byte {
	return []byte{0x28, 0xb5, 0x2f, 0xfd, 0, byte(bits.Len(window)-1-10) << 3}
}

// endless hands out its bytes over and over.
type endless struct {
	b    []byte
	rest []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		e.rest = e.b
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// xzHeader is the beginning of an xz file whose first block wants a dictionary of this size (section 5.3.1).
func xzHeader(dictionary byte) []byte {
	b := []byte("\xfd7zXZ\x00\x00\x00\x00\x00\x00\x00\x02\x00\x21\x01\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00a")
	binary.LittleEndian.PutUint32(b[8:], crc32.ChecksumIEEE(b[6:8]))
	b[16] = dictionary
	binary.LittleEndian.PutUint32(b[20:], crc32.ChecksumIEEE(b[12:20]))
	return b
}
