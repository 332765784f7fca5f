package s3source

import (
	"crypto/sha1" //nolint:gosec // one of the checksums that S3 has; it is no signature here
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// checksum is that of a whole object, computed while it is read. A nil one knows none, and matches.
type checksum struct {
	algorithm string
	want      string // in base64
	hash      hash.Hash
}

// newChecksum is the quickest one that the answer tells, or nil. Composite ones are checksums of the parts' checksums;
// which bytes are a part nobody tells.
func newChecksum(out *s3.GetObjectOutput) *checksum {
	if out.ChecksumType == types.ChecksumTypeComposite {
		return nil
	}
	for _, c := range []struct {
		algorithm string
		want      *string
		hash      func() hash.Hash
	}{
		{"CRC32C", out.ChecksumCRC32C, func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) }},
		{"CRC32", out.ChecksumCRC32, func() hash.Hash { return crc32.NewIEEE() }},
		{"CRC64NVME", out.ChecksumCRC64NVME, newCRC64NVME},
		{"SHA1", out.ChecksumSHA1, sha1.New},
		{"SHA256", out.ChecksumSHA256, sha256.New},
		{"SHA512", out.ChecksumSHA512, sha512.New},
	} {
		// Older servers tell no type; a composite one then ends in the number of parts.
		if want := deref(c.want); want != "" && !strings.Contains(want, "-") {
			return &checksum{algorithm: c.algorithm, want: want, hash: c.hash()}
		}
	}
	return nil
}

// newCRC64NVME has the polynomial of the NVM Express specification, reflected.
func newCRC64NVME() hash.Hash { return crc64.New(crc64.MakeTable(0x9a6c_9329_ac4b_c9b5)) }

func (c *checksum) write(b []byte) {
	if c != nil {
		c.hash.Write(b)
	}
}

func (c *checksum) sum() string { return base64.StdEncoding.EncodeToString(c.hash.Sum(nil)) }

// matches says whether all that was written is the object.
func (c *checksum) matches() bool { return c == nil || c.sum() == c.want }

func (c *checksum) mismatch() error {
	return fmt.Errorf("checksum %s is %s, want %s: not all bytes are the object's", c.algorithm, c.sum(), c.want)
}
