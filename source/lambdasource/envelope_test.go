package lambdasource_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/lambdasource"
	"github.com/streamalert/streamalert-go/source/s3source"
)

const (
	trailKey  = "AWSLogs/123456789012/CloudTrail/eu-west-1/2023/07/10/a b+c.json.gz"
	trailETag = "9b2cf535f27731c974343645a3985328"
	first     = `{"eventVersion":"1.08","eventTime":"2023-07-10T11:42:36Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"eu-west-1","userIdentity":{"type":"Root"}}`
	second    = `{"eventVersion":"1.08","eventTime":"2023-07-10T11:42:36Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1"}`
	third     = `{"eventVersion":"1.08","eventTime":"2023-07-10T11:42:36Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"eu-west-1","userIdentity":{"type":"IAMUser"}}`
	trail     = `{"Records":[` + first + "," + second + "," + third + `]}`
)

// trailBucket has one object, a file of CloudTrail. Where it has versions, the object's is V1.
type trailBucket struct{ versions bool }

func (b trailBucket) GetObject(_ context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	if *in.Bucket != "amzn-s3-demo-bucket" || *in.Key != trailKey || aws.ToString(in.VersionId) != "" && *in.VersionId != "V1" {
		return nil, errors.New("asked for another object")
	}
	var body bytes.Buffer
	z := gzip.NewWriter(&body)
	_, err := io.WriteString(z, trail)
	if err = errors.Join(err, z.Close()); err != nil {
		return nil, err
	}
	out := &s3.GetObjectOutput{Body: io.NopCloser(&body), ContentLength: aws.Int64(int64(body.Len())), ETag: aws.String(`"` + trailETag + `"`)}
	if b.versions {
		out.VersionId = aws.String("V1")
	}
	return out, nil
}

// announcements are events that announce the object, each in another envelope.
func announcements(t *testing.T, versions bool) map[string]string {
	object := map[string]any{"key": strings.NewReplacer(" ", "+", "+", "%2B").Replace(trailKey), "size": 99, "eTag": trailETag, "sequencer": "0055AED6DCD90281E5"}
	bridged := map[string]any{"key": trailKey, "size": 99, "etag": trailETag, "sequencer": "0055AED6DCD90281E5"}
	if versions {
		object["versionId"], bridged["version-id"] = "V1", "V1"
	}
	notification := text(t, map[string]any{"Records": []any{map[string]any{
		"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-west-1", "eventTime": "2023-07-10T11:45:00.000Z", "eventName": "ObjectCreated:Put",
		"s3": map[string]any{"s3SchemaVersion": "1.0", "bucket": map[string]any{"name": "amzn-s3-demo-bucket", "arn": "arn:aws:s3:::amzn-s3-demo-bucket"}, "object": object},
	}}})
	bridge := text(t, map[string]any{
		"version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "detail-type": "Object Created", "source": "aws.s3", "account": "123456789012",
		"time": "2023-07-10T11:45:00Z", "region": "eu-west-1", "resources": []string{"arn:aws:s3:::amzn-s3-demo-bucket"},
		"detail": map[string]any{"version": "0", "bucket": map[string]any{"name": "amzn-s3-demo-bucket"}, "object": bridged, "reason": "PutObject"},
	})
	own := text(t, map[string]any{"s3Bucket": "amzn-s3-demo-bucket", "s3ObjectKey": []string{trailKey}})
	// around is what SNS puts around a message for a queue without raw delivery.
	around := func(message string) string {
		return text(t, map[string]any{"Type": "Notification", "MessageId": "s", "TopicArn": "arn:aws:sns:eu-west-1:123456789012:t",
			"Message": message, "Timestamp": "2023-07-10T11:45:00.123Z", "SignatureVersion": "1", "Signature": "E", "SigningCertURL": "E", "UnsubscribeURL": "E"})
	}
	return map[string]string{
		"S3":                            notification,
		"SNS":                           snsEvent(t, notification),
		"SQS, or SNS in SQS raw":        sqsEvent(t, "", notification),
		"SNS in SQS":                    sqsEvent(t, "", around(notification)),
		"SNS in a FIFO queue":           sqsEvent(t, "g", around(notification)),
		"EventBridge":                   bridge,
		"EventBridge through SNS":       snsEvent(t, bridge),
		"EventBridge through SQS":       sqsEvent(t, "", bridge),
		"EventBridge, SNS in SQS":       sqsEvent(t, "", around(bridge)),
		"CloudTrail's own, SNS":         snsEvent(t, own),
		"CloudTrail's own, SNS in SQS":  sqsEvent(t, "", around(own)),
		"CloudTrail's own, raw":         sqsEvent(t, "", own),
		"all that in one batch of SQS":  sqsEvent(t, "", notification, around(notification), bridge, around(own), own),
		"a failed invocation, of S3":    failed(t, notification),
		"a failed invocation, in a DLQ": sqsEvent(t, "", failed(t, snsEvent(t, own))),
	}
}

// idSink keeps the IDs of alerts.
type idSink struct {
	mu  sync.Mutex
	ids []string
}

func (s *idSink) Send(_ context.Context, batch []*alert.Alert) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range batch {
		s.ids = append(s.ids, a.ID)
	}
	return nil
}

func TestAnObjectRaisesTheSameAlertsInWhateverEnvelopeItIsAnnounced(t *testing.T) {
	rules := rule.MustCompile(
		rule.Rule{ID: "login", When: rule.Field("eventName").Equals("ConsoleLogin")},
		rule.Rule{ID: "root", When: rule.Field("userIdentity.type").Equals("Root")},
	)
	for name, versions := range map[string]bool{"a bucket without versions": false, "a bucket with versions": true} {
		origin := parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/" + trailKey, ID: trailETag}
		if versions {
			origin.ID = "V1"
		}
		at := func(record string) int64 { return int64(strings.Index(trail, record)) }
		want := []string{alert.ID("login", origin, at(first)), alert.ID("root", origin, at(first)), alert.ID("login", origin, at(third))}
		slices.Sort(want)
		for around, event := range announcements(t, versions) {
			for adapter, lambda := range map[string]func(s3source.Getter, source.Handler) *source.Lambda{
				"lambdasource": lambdasource.Lambda, "s3source": s3source.Lambda,
			} {
				if adapter == "s3source" && strings.HasPrefix(around, "a failed invocation") {
					continue // which it does not read
				}
				t.Run(name+", "+around+", "+adapter, func(t *testing.T) {
					var sink idSink
					p := &streamalert.Pipeline{Parser: logtype.CloudTrail(), Rules: rules, Sink: &sink}
					if _, err := lambda(trailBucket{versions}, p.Handle).Invoke(t.Context(), json.RawMessage(event)); err != nil {
						t.Fatal(err)
					}
					slices.Sort(sink.ids)
					if diff := cmp.Diff(want, slices.Compact(sink.ids)); diff != "" {
						t.Errorf("IDs of the alerts (-want +got):\n%s", diff)
					}
				})
			}
		}
	}
}
