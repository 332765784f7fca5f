package s3source_test

import (
	"crypto/sha1" //nolint:gosec // one of the checksums that S3 has
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/s3source"
)

// sum is a checksum as S3 writes it.
func sum(h hash.Hash, s string) string {
	_, _ = io.WriteString(h, s) // never fails
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// crc64NVME is checked against the catalogue's value in TestTheChecksumOfTheWholeIsVerified.
func crc64NVME() hash.Hash { return crc64.New(crc64.MakeTable(0x9a6c9329ac4bc9b5)) }

func TestTheChecksumOfTheWholeIsVerified(t *testing.T) {
	// https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-64-nvme
	if got := sum(crc64NVME(), "123456789"); got != base64.StdEncoding.EncodeToString([]byte{0xae, 0x8b, 0x14, 0x86, 0x0a, 0x79, 0x98, 0x88}) {
		t.Fatalf("CRC-64/NVME of the check value is %s", got)
	}
	text := noise(100_000)
	other := "y" + text[1:]
	for _, algorithm := range []struct {
		name string
		new  func() hash.Hash
	}{
		{"crc32", func() hash.Hash { return crc32.NewIEEE() }},
		{"crc32c", func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) }},
		{"crc64nvme", crc64NVME},
		{"sha1", sha1.New},
		{"sha256", sha256.New},
		{"sha512", sha512.New},
	} {
		for _, most := range []int{0, 30_000} {
			header := "x-amz-checksum-" + algorithm.name
			for _, test := range []struct {
				name    string
				headers map[string]string
				err     string
			}{
				{"of these bytes", map[string]string{header: sum(algorithm.new(), text)}, ""},
				{"of the full object", map[string]string{header: sum(algorithm.new(), text), "x-amz-checksum-type": "FULL_OBJECT"}, ""},
				{"of others", map[string]string{header: sum(algorithm.new(), other)}, "transient"},
				{"of others, of the full object", map[string]string{header: sum(algorithm.new(), other), "x-amz-checksum-type": "FULL_OBJECT"}, "transient"},
				{"that is none", map[string]string{header: "?"}, "transient"},
				{"of parts", map[string]string{header: sum(algorithm.new(), other), "x-amz-checksum-type": "COMPOSITE"}, ""},
				{"of parts, by its form", map[string]string{header: sum(algorithm.new(), other) + "-2"}, ""},
			} {
				t.Run(fmt.Sprintf("%s %s, broken each %d bytes", algorithm.name, test.name, most), func(t *testing.T) {
					s := &stored{body: text, most: most, headers: test.headers}
					_, err := s.get(t, s3source.Objects{})
					if kindOf(err) != test.err {
						t.Errorf("error %v is %q, want %q", err, kindOf(err), test.err)
					}
					if err != nil && (!strings.Contains(err.Error(), `"amzn-s3-demo-bucket/logs/a" at offset 100000: checksum `+strings.ToUpper(algorithm.name))) {
						t.Errorf("error %v does not name object and checksum", err)
					}
				})
			}
		}
	}
}

func TestTheChecksumIsAskedForAsTheClientIsConfigured(t *testing.T) {
	for validation, want := range map[aws.ResponseChecksumValidation]string{
		0: "ENABLED",
		aws.ResponseChecksumValidationWhenSupported: "ENABLED",
		aws.ResponseChecksumValidationWhenRequired:  "",
	} {
		t.Run(strconv.Itoa(int(validation)), func(t *testing.T) {
			var got []string
			s := &stored{body: "0123456789", most: 5}
			s.answer = func(_ int, _ http.ResponseWriter, r *http.Request) bool {
				got = append(got, r.Header.Get("x-amz-checksum-mode"))
				if !strings.Contains(r.Header.Get("Authorization"), "x-amz-checksum-mode") && r.Header.Get("x-amz-checksum-mode") != "" {
					t.Error("the header is not signed")
				}
				return true
			}
			_, err := s.get(t, s3source.Objects{}, func(o *s3.Options) { o.ResponseChecksumValidation = validation })
			if err != nil || !slices.Equal(got, []string{want, ""}) {
				t.Errorf("%q, %v; want %q for the whole alone", got, err, want)
			}
		})
	}
}

// A server that sends the whole object's checksum with a part, as gofakes3 does, is no reason to fail.
func TestTheChecksumThatComesWithAPartIsNotItsOwn(t *testing.T) {
	s := &stored{body: "0123456789", most: 5}
	s.answer = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("x-amz-checksum-crc32", sum(crc32.NewIEEE(), s.body))
		return true
	}
	if body, err := s.get(t, s3source.Objects{}); err != nil || body != s.body {
		t.Errorf("%q, %v", body, err)
	}
}

// Bytes that cannot be decompressed are permanent only if they are the object's.
func TestWhatCameBrokenIsNotTakenForTheObject(t *testing.T) {
	first := zipped(t, noise(10_000))
	whole := first + zipped(t, noise(300_000))
	damaged := first + "damage" + whole[len(first)+6:] // where the second member begins: all behind it is not even read
	cut := whole[:200_000]
	for _, test := range []struct {
		name  string
		body  string
		crc   string // of what is stored
		limit source.Limits
		want  string
	}{
		{"damaged on its way", damaged, sum(crc32.NewIEEE(), whole), source.Limits{}, "transient"},
		{"cut on its way", cut, sum(crc32.NewIEEE(), whole), source.Limits{}, "transient"},
		{"damaged as it is stored", damaged, sum(crc32.NewIEEE(), damaged), source.Limits{}, "permanent"},
		{"cut as it is stored", cut, sum(crc32.NewIEEE(), cut), source.Limits{}, "permanent"},
		{"damaged, and nothing tells where", damaged, "", source.Limits{}, "permanent"},
		{"over a limit, whatever came", whole, sum(crc32.NewIEEE(), damaged), source.Limits{Size: 1000}, "permanent"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &stored{body: test.body, headers: map[string]string{}}
			if test.crc != "" {
				s.headers["x-amz-checksum-crc32"] = test.crc
			}
			body, err := s.get(t, s3source.Objects{Limits: test.limit})
			if kindOf(err) != test.want {
				t.Errorf("error %v is %q, want %q", err, kindOf(err), test.want)
			}
			if len(body) == 0 {
				t.Error("nothing came of what is before the damage")
			}
		})
	}
}
