package s3source_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/streamalert/streamalert-go/internal/integration/servers"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/s3source"
)

// These tests have toxiproxy between the client and versitygw. What only S3 itself does, such as throttling, is in the
// tests of the package.

// behind is a client that goes through a proxy, each request on a connection of its own.
func behind(tb testing.TB, p *servers.Toxiproxy) *s3.Client {
	tb.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true
	tb.Cleanup(transport.CloseIdleConnections)
	return s3.NewFromConfig(p.Config(), func(o *s3.Options) {
		o.UsePathStyle = true
		o.HTTPClient = &http.Client{Transport: transport}
	})
}

// noise does not compress, and is the same for the same seed.
func noise(seed uint64, n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{byte(seed)})
	_, _ = r.Read(b)
	return b
}

// announced is the payload of an object that was put.
func announced(tb testing.TB, o s3source.Objects, record map[string]any) *source.Payload {
	tb.Helper()
	batch, err := o.Decode(tb.Context(), notification(tb, record))
	if err != nil || len(batch.Payloads) != 1 {
		tb.Fatalf("%d payloads, %v", len(batch.Payloads), err)
	}
	return batch.Payloads[0]
}

// readAll reads a payload; after is called once it has read some bytes.
func readAll(ctx context.Context, p *source.Payload, some int64, after func()) ([]byte, error) {
	r, err := p.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var b bytes.Buffer
	if _, err := io.CopyN(&b, r, some); err != nil {
		return b.Bytes(), err
	}
	after()
	_, err = io.Copy(&b, r)
	return b.Bytes(), err
}

func wantSame(tb testing.TB, got []byte, err error, want []byte) {
	tb.Helper()
	if err != nil || sha256.Sum256(got) != sha256.Sum256(want) {
		tb.Errorf("%d bytes, want %d; the first differing is %d; %v", len(got), len(want), differing(got, want), err)
	}
}

func differing(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

const large = 16 << 20 // more than the sockets between hold

func TestDownloadsOutliveWhatNetworksDo(t *testing.T) {
	server := servers.VersityGW(t)
	b := open(t, server, "amzn-s3-demo-bucket")
	plain := noise(1, large)
	record := b.put(t, "large", plain)
	for _, test := range []struct {
		name   string
		always servers.Toxic                            // from the start
		middle func(t *testing.T, p *servers.Toxiproxy) // once some bytes were read
	}{
		{"connections that end after 1 MB", servers.Toxic{Type: "limit_data", Attributes: map[string]any{"bytes": 1_000_003}}, nil},
		{"connections that end after 5 MB", servers.Toxic{Type: "limit_data", Attributes: map[string]any{"bytes": 5_000_000}}, nil},
		{"latency", servers.Toxic{Type: "latency", Attributes: map[string]any{"latency": 50, "jitter": 50}}, nil},
		{"little bandwidth", servers.Toxic{Type: "bandwidth", Attributes: map[string]any{"rate": 20_000}}, nil},
		{"small slices", servers.Toxic{Type: "slicer", Attributes: map[string]any{"average_size": 3000, "size_variation": 2000, "delay": 10}}, nil},
		{"a slow close", servers.Toxic{Type: "slow_close", Attributes: map[string]any{"delay": 200}}, nil},
		{"a reset in the middle", servers.Toxic{}, func(t *testing.T, p *servers.Toxiproxy) {
			p.Add(t, servers.Toxic{Type: "reset_peer", Attributes: map[string]any{"timeout": 0}})
			time.AfterFunc(300*time.Millisecond, func() { p.Remove(t, "reset_peer") })
		}},
		{"a stall in the middle", servers.Toxic{}, func(t *testing.T, p *servers.Toxiproxy) {
			p.Add(t, servers.Toxic{Type: "timeout", Attributes: map[string]any{"timeout": 0}})
			time.AfterFunc(900*time.Millisecond, func() { p.Remove(t, "timeout") })
		}},
		{"a server that is stopped and started", servers.Toxic{}, func(t *testing.T, p *servers.Toxiproxy) {
			p.Stop()
			time.AfterFunc(500*time.Millisecond, func() { p.Start(t) })
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := servers.NewToxiproxy(t, server)
			if test.always.Type != "" {
				p.Add(t, test.always)
			}
			o := s3source.Objects{Client: behind(t, p), Stall: 300 * time.Millisecond}
			got, err := readAll(t.Context(), announced(t, o, record), large/5, func() {
				if test.middle != nil {
					test.middle(t, p)
				}
			})
			wantSame(t, got, err, plain)
		})
	}
}

// beforeEach does something before each request.
type beforeEach struct {
	s3.HTTPClient
	do func()
}

func (c beforeEach) Do(r *http.Request) (*http.Response, error) {
	c.do()
	return c.HTTPClient.Do(r)
}

// Each cut is at another place: in the head of the answer, before the first byte, within a block, before the last byte. Only
// the first answer is cut: the client must not have used up its attempts before the network is as it should be again.
func TestDownloadsOutliveACutAtAnyPlace(t *testing.T) {
	server := servers.VersityGW(t)
	b := open(t, server, "amzn-s3-demo-bucket")
	plain := noise(2, 300_000)
	record := b.put(t, "small", compressed(t, plain))
	for cut := 1; cut < 320_000; cut += 9_973 {
		t.Run(fmt.Sprint(cut), func(t *testing.T) {
			p := servers.NewToxiproxy(t, server)
			p.Add(t, servers.Toxic{Type: "limit_data", Attributes: map[string]any{"bytes": cut}})
			requests := 0
			client := s3.New(behind(t, p).Options(), func(o *s3.Options) {
				o.HTTPClient = beforeEach{o.HTTPClient, func() {
					if requests++; requests == 2 {
						p.Remove(t, "limit_data")
					}
				}}
			})
			o := s3source.Objects{Client: client}
			got, err := readAll(t.Context(), announced(t, o, record), 0, func() {})
			wantSame(t, got, err, plain)
			if cut < objectOf(record)["size"].(int) && requests < 2 {
				t.Error("nothing was cut")
			}
		})
	}
}

// What is exchanged or deleted between the break and what would go on is never mixed with what came before.
func TestAnObjectThatChangesDuringABreak(t *testing.T) {
	first, second := noise(3, large), noise(4, large)
	for _, test := range []struct {
		name      string
		versioned bool
		change    func(t *testing.T, b *bucket, record map[string]any)
		want      string // in the error; "" is none
	}{
		{"overwritten", false, func(t *testing.T, b *bucket, _ map[string]any) { b.put(t, "a", second) }, "PreconditionFailed"},
		{"overwritten by less", false, func(t *testing.T, b *bucket, _ map[string]any) { b.put(t, "a", second[:10]) }, ""},
		{"deleted", false, func(t *testing.T, b *bucket, _ map[string]any) { b.remove(t, "a", "") }, "NoSuchKey"},
		{"overwritten, where the version is named", true, func(t *testing.T, b *bucket, _ map[string]any) { b.put(t, "a", second) }, "-"},
		{"a version that is deleted", true, func(t *testing.T, b *bucket, record map[string]any) {
			b.put(t, "a", second)
			b.remove(t, "a", objectOf(record)["versionId"].(string))
		}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := servers.VersityGW(t)
			b := open(t, server, "amzn-s3-demo-bucket")
			if test.versioned {
				b.setVersioning(t, types.BucketVersioningStatusEnabled)
			}
			record := b.put(t, "a", first)
			p := servers.NewToxiproxy(t, server)
			payload := announced(t, s3source.Objects{Client: behind(t, p)}, record)
			got, err := readAll(t.Context(), payload, large/5, func() {
				p.Stop()
				test.change(t, b, record)
				p.Start(t)
			})
			if test.want == "-" {
				wantSame(t, got, err, first)
				return
			}
			var permanent *source.Permanent
			if err == nil || errors.As(err, &permanent) || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), `"amzn-s3-demo-bucket/a" at offset`) {
				t.Errorf("error %v, want a transient one that names the object and %q", err, test.want)
			}
			if at := differing(got, first); at < len(got) {
				t.Errorf("byte %d of %d is not that of the first object", at, len(got))
			}
		})
	}
}

// A multipart object has a checksum of its parts' checksums or, where the uploader says so, of the whole.
func TestChecksumsOfMultipartObjects(t *testing.T) {
	server := servers.VersityGW(t)
	b := open(t, server, "amzn-s3-demo-bucket")
	body := noise(5, 11<<20)
	for _, test := range []struct {
		name      string
		algorithm types.ChecksumAlgorithm
		kind      types.ChecksumType
	}{
		{"composite", types.ChecksumAlgorithmSha256, types.ChecksumTypeComposite},
		{"full object", types.ChecksumAlgorithmCrc64nvme, types.ChecksumTypeFullObject},
	} {
		t.Run(test.name, func(t *testing.T) {
			record := b.putParts(t, "parts", body, 5<<20, test.algorithm, test.kind)
			p := servers.NewToxiproxy(t, server)
			p.Add(t, servers.Toxic{Type: "limit_data", Attributes: map[string]any{"bytes": 3_000_000}})
			got, err := readAll(t.Context(), announced(t, s3source.Objects{Client: behind(t, p)}, record), 0, func() {})
			wantSame(t, got, err, body)
		})
	}
}

func (b *bucket) remove(tb testing.TB, key, version string) {
	tb.Helper()
	in := &s3.DeleteObjectInput{Bucket: &b.name, Key: &key}
	if version != "" {
		in.VersionId = &version
	}
	if _, err := b.client.DeleteObject(tb.Context(), in); err != nil {
		tb.Fatal(err)
	}
}

// putParts stores an object in parts, and returns the record that announces it.
func (b *bucket) putParts(tb testing.TB, key string, body []byte, size int, algorithm types.ChecksumAlgorithm, kind types.ChecksumType) map[string]any {
	tb.Helper()
	record := b.put(tb, key, nil)
	upload, err := b.client.CreateMultipartUpload(tb.Context(), &s3.CreateMultipartUploadInput{Bucket: &b.name, Key: &key, ChecksumAlgorithm: algorithm, ChecksumType: kind})
	if err != nil {
		tb.Fatal(err)
	}
	var parts []types.CompletedPart
	for rest := body; len(rest) > 0; rest = rest[min(size, len(rest)):] {
		n := aws.Int32(int32(len(parts) + 1))
		part, err := b.client.UploadPart(tb.Context(), &s3.UploadPartInput{Bucket: &b.name, Key: &key, UploadId: upload.UploadId, PartNumber: n,
			ChecksumAlgorithm: algorithm, Body: bytes.NewReader(rest[:min(size, len(rest))])})
		if err != nil {
			tb.Fatal(err)
		}
		parts = append(parts, types.CompletedPart{PartNumber: n, ETag: part.ETag, ChecksumSHA256: part.ChecksumSHA256, ChecksumCRC64NVME: part.ChecksumCRC64NVME})
	}
	out, err := b.client.CompleteMultipartUpload(tb.Context(), &s3.CompleteMultipartUploadInput{Bucket: &b.name, Key: &key, UploadId: upload.UploadId,
		ChecksumType: kind, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts}})
	if err != nil {
		tb.Fatal(err)
	}
	objectOf(record)["eTag"] = strings.Trim(*out.ETag, `"`)
	objectOf(record)["size"] = len(body)
	return record
}

func compressed(tb testing.TB, b []byte) []byte {
	tb.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(b)
	if err = errors.Join(err, z.Close()); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}
