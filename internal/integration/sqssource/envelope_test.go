package sqssource_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/google/go-cmp/cmp"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/internal/integration/servers"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/lambdasource"
)

// idSink keeps the IDs of alerts.
type idSink struct{ ids []string }

func (s *idSink) Send(_ context.Context, batch []*alert.Alert) error {
	for _, a := range batch {
		s.ids = append(s.ids, a.ID)
	}
	return nil
}

// object is one of the server's, and the documents that announce it.
type object struct {
	client                        *s3.Client
	notification, bridge, ownNote string
}

// newObject stores a file of CloudTrail.
func newObject(t *testing.T, versions bool) object {
	t.Helper()
	client := s3.NewFromConfig(servers.VersityGW(t).Config(), func(o *s3.Options) { o.UsePathStyle = true })
	const bucket, key = "trail", "AWSLogs/123456789012/a b+c.json"
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(bucket)}); err != nil {
		t.Fatal(err)
	}
	if versions {
		if _, err := client.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{Bucket: aws.String(bucket),
			VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled}}); err != nil {
			t.Fatal(err)
		}
	}
	const record = `{"eventVersion":"1.08","eventTime":"2023-07-10T11:42:19Z","awsRegion":"us-east-1","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin"}`
	out, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String(key),
		Body: strings.NewReader(`{"Records":[` + record + `,` + record + `]}`)})
	if err != nil {
		t.Fatal(err)
	}
	eTag := strings.Trim(*out.ETag, `"`)
	versionID, bridgedID := "", ""
	if versions {
		versionID, bridgedID = fmt.Sprintf(`,"versionId":%q`, *out.VersionId), fmt.Sprintf(`,"version-id":%q`, *out.VersionId)
	}
	return object{client,
		fmt.Sprintf(`{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1","eventTime":"2023-07-10T11:45:00.000Z","eventName":"ObjectCreated:Put","s3":{"s3SchemaVersion":"1.0","bucket":{"name":%q},"object":{"key":"AWSLogs/123456789012/a+b%%2Bc.json","size":99,"eTag":%q%s}}}]}`, bucket, eTag, versionID),
		fmt.Sprintf(`{"version":"0","id":"17793124-05d4-b198-2fde-7ededc63b103","detail-type":"Object Created","source":"aws.s3","account":"123456789012","time":"2023-07-10T11:45:00Z","region":"us-east-1","resources":["arn:aws:s3:::%s"],"detail":{"version":"0","bucket":{"name":%[1]q},"object":{"key":%q,"size":99,"etag":%q%s}}}`, bucket, key, eTag, bridgedID),
		fmt.Sprintf(`{"s3Bucket":%q,"s3ObjectKey":[%q]}`, bucket, key),
	}
}

// alerts are the IDs of those that the object raises, sorted.
func (o object) alerts(t *testing.T, deliver func(*source.Lambda)) []string {
	t.Helper()
	var sink idSink
	p := &streamalert.Pipeline{Parser: logtype.CloudTrail(), Sink: &sink,
		Rules: rule.MustCompile(rule.Rule{ID: "login", When: rule.Field("eventName").Equals("ConsoleLogin")})}
	f := lambdasource.Lambda(o.client, p.Handle)
	f.ReportBatchItemFailures = true
	deliver(f)
	slices.Sort(sink.ids)
	return sink.ids
}

func TestAnObjectRaisesTheSameAlertsThroughTopicsAndQueues(t *testing.T) {
	for name, versions := range map[string]bool{"a bucket with versions": true, "a bucket without": false} {
		t.Run(name, func(t *testing.T) {
			o := newObject(t, versions)
			want := o.alerts(t, func(f *source.Lambda) {
				if _, err := f.Invoke(t.Context(), json.RawMessage(o.notification)); err != nil {
					t.Fatal(err)
				}
			})
			if len(want) != 2 || want[0] == want[1] {
				t.Fatalf("alerts %q, want two", want)
			}
			c := newCloud(t)
			plain, raw, wrapped := c.queue(t, "plain"), c.queue(t, "raw"), c.queue(t, "wrapped")
			topic := c.topic(t, map[*queue]bool{raw: true, wrapped: false})
			for kind, doc := range map[string]string{"S3": o.notification, "EventBridge": o.bridge, "CloudTrail": o.ownNote} {
				plain.send(t, "", doc)
				if _, err := c.sns.Publish(t.Context(), &sns.PublishInput{TopicArn: &topic, Message: &doc}); err != nil {
					t.Fatal(err)
				}
				for through, q := range map[string]*queue{"a queue": plain, "a topic and a queue": wrapped, "a topic and a queue, raw": raw} {
					got := o.alerts(t, func(f *source.Lambda) {
						m := &mapping{queue: q, function: f}
						m.run(t)
						if m.batches != 1 || m.whole != 0 {
							t.Errorf("%d batches, %d failed", m.batches, m.whole)
						}
					})
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%s through %s: IDs (-want +got):\n%s", kind, through, diff)
					}
				}
			}
		})
	}
}
