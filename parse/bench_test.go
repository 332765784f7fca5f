package parse_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

// readFields are about what a rule set for CloudTrail reads.
var readFields = []string{
	"eventName", "eventSource", "awsRegion", "sourceIPAddress", "userAgent", "errorCode", "errorMessage", "readOnly", "eventType",
	"recipientAccountId", "userIdentity.type", "userIdentity.arn", "userIdentity.accountId", "userIdentity.invokedBy", "userIdentity.userName",
	"userIdentity.sessionContext.attributes.mfaAuthenticated", "userIdentity.sessionContext.sessionIssuer.arn", "additionalEventData.MFAUsed",
	"requestParameters.bucketName", "requestParameters.userName", "requestParameters.policyArn", "requestParameters.roleName", "requestParameters.name",
	"requestParameters.groupId", "requestParameters.ipPermissions.items.ipRanges.items.cidrIp", "requestParameters.policyDocument",
	"requestParameters.instanceId", "requestParameters.attribute", "responseElements.ConsoleLogin", "responseElements.accessKey.userName",
	"resources.ARN", "resources.type", "tlsDetails.tlsVersion", "vpcEndpointId", "serviceEventDetails", "sharedEventID", "managementEvent",
	"requestParameters.key", "requestParameters.snapshotId", "requestParameters.imageId",
}

// cloudTrail is a payload of about 8 MB made of the genuine files of the corpora.
func cloudTrail(b *testing.B) (payload []byte, documents [][]byte) {
	dir := os.Getenv("STREAMALERT_CORPORA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "corpora")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "cloudtrail", "*.json.gz"))
	if len(files) == 0 {
		b.Skipf("no corpora at %s: set STREAMALERT_CORPORA", dir)
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			b.Fatal(err)
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			b.Fatal(err)
		}
		one, err := io.ReadAll(z)
		if err != nil {
			b.Fatal(err)
		}
		f.Close()
		documents = append(documents, one)
	}
	all := bytes.Join(documents, nil)
	return bytes.Repeat(all, 1+8<<20/len(all)), documents
}

func BenchmarkParse(b *testing.B) {
	data, documents := cloudTrail(b)
	fields, err := parse.CompileFields(readFields...)
	if err != nil {
		b.Fatal(err)
	}
	run := func(name string, p parse.Parser, f *parse.Fields) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				for _, err := range p.Parse(parse.Input{Reader: bytes.NewReader(data), Fields: f}) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
	run("json-frames", parse.JSONFormat{Records: "Records"}, nil)
	run("json-40-fields", parse.JSONFormat{Records: "Records"}, fields)
	run("cloudtrail-40-fields", logtype.CloudTrail(), fields)
	b.Run("reference-gjson-valid", func(b *testing.B) {
		n := 0
		for b.Loop() {
			for _, d := range documents {
				if n += len(d); !gjson.ValidBytes(d) {
					b.Fatal("not valid")
				}
			}
		}
		b.SetBytes(int64(n / b.N))
	})
}
