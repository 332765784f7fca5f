package source_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/source"
)

// xzStream is an xz stream without check, of one block: what its header has between size and padding, and its data.
func xzStream(check byte, header, data string) []byte {
	b := []byte("\xfd7zXZ\x00\x00" + string(check))
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b[6:]))
	pad := -(1 + len(header)) & 3
	h := append([]byte{byte((1+len(header)+pad+4)/4 - 1)}, header...)
	h = append(h, make([]byte, pad)...)
	h = binary.LittleEndian.AppendUint32(h, crc32.ChecksumIEEE(h))
	return cat(b, h, []byte(data))
}

func TestDecompressRefusesBadXZ(t *testing.T) {
	const (
		lzma2  = "\x00\x21\x01\x00" // a dictionary of 4 KiB
		stored = "\x01\x00\x04hello"
		zeros  = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	)
	for name, tt := range map[string]struct {
		in   []byte
		read string // before the error
		want string // in it
	}{
		"a check that is not known":            {xzStream(2, lzma2, stored), "", "check of unknown type 2"},
		"another filter":                       {testdata(t, "x86-filter.xz"), "", "filters other than LZMA2"},
		"two filters":                          {xzStream(0, "\x01\x21\x01\x00\x21\x01\x00", stored), "", "filters other than LZMA2"},
		"reserved flags":                       {xzStream(0, "\x04\x21\x01\x00", stored), "", "bad block header"},
		"a dictionary that cannot be":          {xzStream(0, "\x00\x21\x01\x29", stored), "", "bad block header"},
		"a long filter property":               {xzStream(0, "\x00\x21\x02\x00\x00", stored), "", "bad block header"},
		"a header that is too short":           {xzStream(0, "\xc0\xff\xff", stored), "", "bad block header"},
		"a number that is too long":            {xzStream(0, "\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x21\x01\x00", stored), "", "bad block header"},
		"a number that is not the shortest":    {xzStream(0, "\x80\x85\x00\x21\x01\x00", stored), "", "bad block header"},
		"something in the header's padding":    {xzStream(0, lzma2+"\x01", stored), "", "bad block header"},
		"no bytes of compressed data":          {xzStream(0, "\x40\x00\x21\x01\x00", stored), "", "bad block header"},
		"more data than the header says":       {xzStream(0, "\x80\x04\x21\x01\x00", stored+"\x00"+zeros), "hello", "not as large as its header says"},
		"less compressed than the header says": {xzStream(0, "\x40\x0a\x21\x01\x00", stored+"\x00"+zeros), "hello", "not as large as its header says"},
		"block padding that is not zero":       {xzStream(0, lzma2, stored+"\x00\x00\x01\x00"), "hello", "block padding is not zero"},
		"an index of other blocks":             {xzStream(0, lzma2, stored+"\x00\x00\x00\x00"+"\x00\x00"), "hello", "index is not of these blocks"},
		"an index with 2^62 blocks":            {xzStream(0, lzma2, stored+"\x00\x00\x00\x00"+"\x00\xff\xff\xff\xff\xff\xff\xff\xff\x3f"), "hello", "index is not of these blocks"},
		"a first chunk that resets nothing":    {xzStream(0, lzma2, "\x02\x00\x04hello\x00"), "", "bad LZMA2 data"},
		"a chunk of no known kind":             {xzStream(0, lzma2, stored+"\x03\x00\x04hello"), "hello", "bad LZMA2 data"},
		"LZMA without properties":              {xzStream(0, lzma2, stored+"\x80\x00\x04\x00\x04"+zeros), "hello", "bad LZMA2 data"},
		"properties that cannot be":            {xzStream(0, lzma2, "\xe0\x00\x04\x00\x08\xff"+zeros), "", "bad LZMA2 data"},
		"more literal bits than LZMA2 has":     {xzStream(0, lzma2, "\xe0\x00\x04\x00\x08\x0d"+zeros), "", "bad LZMA2 data"},
		"a chunk with bytes left over":         {xzStream(0, lzma2, "\xe0\x00\x00\x00\x0b\x00"+zeros), "\x00", "bad LZMA2 data"},
		"a chunk too short for its data":       {xzStream(0, lzma2, "\xe0\x00\x04\x00\x00\x00"+zeros), "", "bad LZMA2 data"},
		"a match before the beginning":         {xzStream(0, lzma2, "\xe0\x00\x04\x00\x0b\x00\x00\xff\xff\xff\xfe"+zeros), "", "bad LZMA2 data"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decompress(bytes.NewReader(tt.in), source.Limits{})
			if !permanent(err) || !strings.HasPrefix(err.Error(), "source: xz: ") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want a permanent one with %q", err, tt.want)
			}
			if string(got) != tt.read {
				t.Errorf("read %q, want %q", got, tt.read)
			}
		})
	}
}
