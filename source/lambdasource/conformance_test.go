package lambdasource_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/lambdasource"
	"github.com/streamalert/streamalert-go/source/s3source"
	"github.com/streamalert/streamalert-go/source/sourcetest"
)

// kind is a kind of event, the bodies of which are announced or carried by one record each.
type kind struct {
	name    string
	harness sourcetest.Harness // but for Make
	record  func(i int, group string, body []byte) string
	stream  bool // what is behind a reported record comes again
	objects bool // the bodies are objects, and record announces them
}

// item is what Lambda knows a record of SQS and Kinesis by.
func item(i int) string {
	return fmt.Sprintf("4956816737333333333333333333333333333333333333333%04d", i)
}

// quotedBytes is a JSON string of any bytes, which encoding/json would replace where they are not UTF-8.
func quotedBytes(body []byte) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range body {
		if c < ' ' || c == '"' || c == '\\' {
			fmt.Fprintf(&b, `\u%04x`, c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func announcement(i int) string {
	return fmt.Sprintf(`{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-west-2","eventTime":"1970-01-01T00:00:00.000Z","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"amzn-s3-demo-bucket"},"object":{"key":"%d","eTag":"e"}}}`, i)
}

func sqsRecord(i int, group, body string) string {
	if group != "" {
		group = fmt.Sprintf(`,"MessageGroupId":%q`, group)
	}
	return fmt.Sprintf(`{"messageId":%q,"body":%s,"attributes":{"ApproximateReceiveCount":"1"%s},"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-west-2:123456789012:q"}`, item(i), body, group)
}

const some = 1 << 20 // bytes of a message or a record

var kinds = []kind{
	{name: "S3", objects: true, harness: sourcetest.Harness{Ordered: true, Decompresses: true},
		record: func(i int, _ string, _ []byte) string { return announcement(i) }},
	{name: "S3 through SQS", objects: true, harness: sourcetest.Harness{Ordered: true, Decompresses: true, Partial: true},
		record: func(i int, _ string, _ []byte) string {
			return sqsRecord(i, "", quotedBytes([]byte(`{"Records":[`+announcement(i)+`]}`)))
		}},
	{name: "SQS", harness: sourcetest.Harness{Ordered: true, Partial: true, MaxSize: some},
		record: func(i int, group string, body []byte) string { return sqsRecord(i, group, quotedBytes(body)) }},
	{name: "SQS FIFO", harness: sourcetest.Harness{Groups: true, Partial: true, MaxSize: some},
		record: func(i int, group string, body []byte) string { return sqsRecord(i, group, quotedBytes(body)) }},
	{name: "SNS", harness: sourcetest.Harness{Ordered: true, MaxSize: some},
		record: func(i int, _ string, body []byte) string {
			return fmt.Sprintf(`{"EventSource":"aws:sns","Sns":{"Type":"Notification","TopicArn":"arn:aws:sns:us-west-2:123456789012:t","MessageId":%q,"Message":%s}}`, item(i), quotedBytes(body))
		}},
	{name: "Kinesis", stream: true, harness: sourcetest.Harness{Groups: true, Partial: true, Decompresses: true, MaxSize: some},
		record: func(i int, group string, body []byte) string {
			return fmt.Sprintf(`{"kinesis":{"partitionKey":"k","sequenceNumber":%q,"data":%q},"eventSource":"aws:kinesis","eventID":"shardId-%s:%[1]s","eventSourceARN":"arn:aws:kinesis:us-east-1:123456789012:stream/logs"}`,
				item(i), base64.StdEncoding.EncodeToString(body), group)
		}},
}

func TestConformance(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			h := k.harness
			h.Make = func(tb testing.TB, bodies []sourcetest.Body) sourcetest.Subject {
				s := &service{kind: k, bodies: bodies, acknowledged: map[int]bool{}}
				for i, b := range bodies {
					var body []byte
					if !k.objects {
						var err error
						if body, err = io.ReadAll(b.Open()); err != nil {
							tb.Fatal(err)
						}
					}
					s.records = append(s.records, k.record(i, b.Group, body))
				}
				return sourcetest.Subject{Deliver: s.deliver, Acknowledged: s.done}
			}
			sourcetest.Run(t, h)
		})
	}
}

// service hands a function what is outstanding, and takes what the answer does not name for done.
type service struct {
	kind
	bodies  []sourcetest.Body
	records []string

	mu           sync.Mutex
	acknowledged map[int]bool
}

func (s *service) GetObject(ctx context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	var i int
	if _, err := fmt.Sscan(*in.Key, &i); err != nil {
		return nil, &types.NoSuchKey{}
	}
	return &s3.GetObjectOutput{Body: ending{ctx, s.bodies[i].Open()}, ContentLength: &s.bodies[i].Size, ETag: aws.String("e")}, nil
}

// ending is a body that ends with the context of its request, as one of net/http does.
type ending struct {
	ctx context.Context
	io.Reader
}

func (e ending) Read(b []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	return e.Reader.Read(b)
}

func (ending) Close() error { return nil }

func (s *service) deliver(ctx context.Context, h source.Handler) error {
	f := &source.Lambda{Decode: lambdasource.Events{Objects: s3source.Objects{Client: s}}.Decode, Handler: h, ReportBatchItemFailures: s.harness.Partial}
	var batch []int
	var records []string
	for i, r := range s.records {
		if !s.acknowledged[i] {
			batch, records = append(batch, i), append(records, r)
		}
	}
	answer, err := f.Invoke(ctx, []byte(`{"Records":[`+strings.Join(records, ",")+`]}`))
	if err != nil {
		return err
	}
	failed, err := s.failed(answer, batch)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range batch {
		if !failed[i] {
			s.acknowledged[i] = true
		}
	}
	return ctx.Err()
}

// failed are the places of what an answer names and, in a stream, of what is behind that in its shard.
func (s *service) failed(answer []byte, batch []int) (map[int]bool, error) {
	failed := map[int]bool{}
	if !s.harness.Partial {
		return failed, nil
	}
	var a struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		return nil, fmt.Errorf("answer %s: %w", answer, err)
	}
	for _, f := range a.BatchItemFailures {
		named := false
		for _, i := range batch {
			switch {
			case item(i) == f.ItemIdentifier:
				named = true
				failed[i] = true
			case s.stream && item(i) > f.ItemIdentifier && s.shardOf(f.ItemIdentifier) == s.bodies[i].Group:
				failed[i] = true
			}
		}
		if !named {
			return nil, fmt.Errorf("the answer names %q, which is not in the batch", f.ItemIdentifier)
		}
	}
	return failed, nil
}

func (s *service) shardOf(sequence string) string {
	for i, b := range s.bodies {
		if item(i) == sequence {
			return b.Group
		}
	}
	return ""
}

func (s *service) done() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []int
	for i := range s.acknowledged {
		all = append(all, i)
	}
	return all
}
