package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

const (
	region = "us-east-1"
	bucket = "example-trail"
)

// server is an S3 server in this process.
type server struct{ *httptest.Server }

func startS3() server {
	backend := s3mem.New()
	if err := backend.CreateBucket(bucket); err != nil {
		panic(err) // the backend is empty: this cannot be
	}
	return server{httptest.NewServer(gofakes3.New(backend).Server())}
}

// client is made by hand, so that nothing on this machine configures it; a function uses config.LoadDefaultConfig.
func (s server) client() *s3.Client {
	return s3.New(s3.Options{
		Region:       region,
		BaseEndpoint: aws.String(s.URL),
		UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "example", SecretAccessKey: "example"}, nil
		}),
	})
}

// put stores a file as CloudTrail does, and returns the notification that S3 sends of it (Amazon S3 User Guide, "Event
// message structure").
func put(ctx context.Context, client *s3.Client, name string, body []byte) (event []byte, err error) {
	key := "AWSLogs/218007301253/CloudTrail/" + region + "/2023/07/10/" + path.Base(name)
	out, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String(key), Body: bytes.NewReader(body)})
	if err != nil {
		return nil, err
	}
	var r events.S3EventRecord
	r.EventVersion, r.EventSource, r.EventName, r.AWSRegion = "2.1", "aws:s3", "ObjectCreated:Put", region
	r.EventTime = time.Now().UTC()
	r.PrincipalID.PrincipalID = "AWS:AROAEXAMPLE:CloudTrail"
	r.RequestParameters.SourceIPAddress = "198.51.100.10"
	r.S3.SchemaVersion, r.S3.ConfigurationID = "1.0", "detections"
	r.S3.Bucket.Name, r.S3.Bucket.Arn = bucket, "arn:aws:s3:::"+bucket
	r.S3.Object.Key = strings.ReplaceAll(url.QueryEscape(key), "%2F", "/") // form-encoded, but for slashes
	r.S3.Object.Size = int64(len(body))
	r.S3.Object.ETag = strings.Trim(aws.ToString(out.ETag), `"`)
	r.S3.Object.VersionID = aws.ToString(out.VersionId)
	r.S3.Object.Sequencer = "0055AED6DCD90281E5"
	return json.Marshal(events.S3Event{Records: []events.S3EventRecord{r}})
}
