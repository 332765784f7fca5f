// Package mainjob generates what the main job is measured with: CloudTrail files of any size and sets of rules of any
// number, the same for the same seed.
package mainjob

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Samples are the records of the CloudTrail files in a folder, each compacted.
func Samples(dir string) ([]json.RawMessage, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json.gz"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var all []json.RawMessage
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		var doc struct{ Records []json.RawMessage }
		if err := json.NewDecoder(z).Decode(&doc); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, doc.Records...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no CloudTrail files in %s", dir)
	}
	return all, nil
}

// The pools that records and rules draw from, so that the rules can match.
const (
	users    = 1000
	accounts = 500
	subnets  = 5000
	buckets  = 2000
)

func user(n int) string    { return fmt.Sprintf("%s.%04d", names[n%len(names)], n) }
func account(n int) string { return fmt.Sprintf("%012d", 100_000_000_000+int64(n)*7_919_177) }
func bucket(n int) string {
	return fmt.Sprintf("%s-%s-%d", names[n%len(names)], names[n/7%len(names)], n)
}
func subnet(n int) string { return fmt.Sprintf("%d.%d.%d", 11+n%180, n/7%256, n/3%256) }

var names = []string{"ann", "bob", "carla", "deploy", "etl", "frontend", "grace", "heidi", "ingest", "jenkins", "kim", "lambda", "mallory",
	"nightly", "olivia", "peggy", "query", "rupert", "svc", "terraform", "ursula", "victor", "walter", "xena", "yves", "zoe"}

var regions = []string{"us-east-1", "us-east-1", "us-east-1", "us-west-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2", "sa-east-1", "ca-central-1"}

var agents = []string{
	"aws-cli/2.13.%d Python/3.11.4 Linux/5.10.0 exe/x86_64.debian.12 prompt/off command/%s",
	"Boto3/1.28.%d md/Botocore#1.31.%[1]d ua/2.0 os/linux#6.1.%[1]d md/arch#x86_64 lang/python#3.10.12 cfg/retry-mode#%s",
	"APN/1.0 HashiCorp/1.0 Terraform/1.5.%d (+https://www.terraform.io) terraform-provider-aws/5.7.0 %s aws-sdk-go/1.44.299",
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.%d.0 Safari/537.36 %s",
}

// Write writes a CloudTrail document of at least size bytes. Each record is a sample with the values exchanged that differ
// from one event to the next, so that no record comes twice.
func Write(w io.Writer, samples []json.RawMessage, size int, seed uint64) error {
	r := rand.New(rand.NewPCG(seed, 1))
	buf := []byte(`{"Records":[`)
	written := 0
	for n := 0; written+len(buf) < size; n++ {
		if n > 0 {
			buf = append(buf, ',')
		}
		var err error
		if buf, err = appendRecord(buf, samples[r.IntN(len(samples))], r, n); err != nil {
			return err
		}
		if len(buf) > 1<<16 {
			if _, err := w.Write(buf); err != nil {
				return err
			}
			written += len(buf)
			buf = buf[:0]
		}
	}
	_, err := w.Write(append(buf, `]}`...))
	return err
}

// Records are the records of a document that [Write] writes.
func Records(samples []json.RawMessage, size int, seed uint64) ([]json.RawMessage, error) {
	var b bytes.Buffer
	if err := Write(&b, samples, size, seed); err != nil {
		return nil, err
	}
	var doc struct{ Records []json.RawMessage }
	err := json.Unmarshal(b.Bytes(), &doc)
	return doc.Records, err
}

func appendRecord(b []byte, sample json.RawMessage, r *rand.Rand, n int) ([]byte, error) {
	var e []member
	if err := members(sample, &e); err != nil {
		return nil, err
	}
	u, acct := r.IntN(users), account(r.IntN(accounts))
	b = append(b, '{')
	for i, m := range e {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), m.name...), `":`...)
		switch m.name {
		case "eventTime":
			b = fmt.Appendf(b, `"2023-07-%02dT%02d:%02d:%02dZ"`, 1+n/86400%28, n/3600%24, n/60%60, n%60)
		case "eventID", "requestID", "sharedEventID":
			b = fmt.Appendf(b, `"%08x-%04x-%04x-%04x-%012x"`, r.Uint32(), r.Uint32()&0xffff, r.Uint32()&0xffff, r.Uint32()&0xffff, r.Uint64()&0xffffffffffff)
		case "awsRegion":
			b = fmt.Appendf(b, `%q`, regions[r.IntN(len(regions))])
		case "recipientAccountId":
			b = fmt.Appendf(b, `%q`, acct)
		case "sourceIPAddress":
			if len(m.value) > 0 && strings.Contains(string(m.value), "amazonaws") {
				b = append(b, m.value...)
			} else {
				b = fmt.Appendf(b, `"%s.%d"`, subnet(r.IntN(subnets)), r.IntN(256))
			}
		case "userAgent":
			b = fmt.Appendf(b, `%q`, fmt.Sprintf(agents[r.IntN(len(agents))], r.IntN(200), names[r.IntN(len(names))]))
		case "userIdentity":
			b = identity(b, r, u, acct)
		case "requestParameters":
			if r.IntN(3) == 0 {
				b = fmt.Appendf(b, `{"bucketName":%q,"key":"logs/%d/%s.gz"}`, bucket(r.IntN(buckets)), r.IntN(1e6), names[r.IntN(len(names))])
			} else {
				b = append(b, m.value...)
			}
		default:
			b = append(b, m.value...)
		}
	}
	return append(b, '}'), nil
}

func identity(b []byte, r *rand.Rand, u int, acct string) []byte {
	if r.IntN(3) > 0 {
		return fmt.Appendf(b, `{"type":"AssumedRole","principalId":"AROA%016X:%s","arn":"arn:aws:sts::%s:assumed-role/%s/%[2]s","accountId":%[3]q,"accessKeyId":"ASIA%016[5]X","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA%016[1]X","arn":"arn:aws:iam::%[3]s:role/%[4]s","accountId":%[3]q,"userName":%[4]q},"webIdFederationData":{},"attributes":{"creationDate":"2023-07-10T11:%02[6]d:47Z","mfaAuthenticated":"%[7]v"}}}`,
			r.Uint64(), user(u), acct, names[u%len(names)]+"-role", r.Uint64(), r.IntN(60), r.IntN(2) == 0)
	}
	return fmt.Appendf(b, `{"type":"IAMUser","principalId":"AIDA%016X","arn":"arn:aws:iam::%s:user/%s","accountId":%[2]q,"accessKeyId":"AKIA%016[4]X","userName":%[3]q}`,
		r.Uint64(), acct, user(u), r.Uint64())
}

// member is one of an object's, in its order.
type member struct {
	name  string
	value json.RawMessage
}

func members(object json.RawMessage, into *[]member) error {
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		m := member{name: name.(string)}
		if err := d.Decode(&m.value); err != nil {
			return err
		}
		*into = append(*into, m)
	}
	return nil
}
