package s3source

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/tidwall/gjson"
)

// Notification makes payloads of a document that names objects, in the order in which it names them. It knows these:
//
//   - S3's own: one payload for each ObjectCreated record. Its test event and all other records yield nothing.
//   - EventBridge's "Object Created" of aws.s3. Its other "Object ..." types yield nothing.
//   - CloudTrail's, with s3Bucket and a list s3ObjectKey.
//   - AWS Config's, with s3Bucket, s3ObjectKey and a messageType that ends in DeliveryCompleted.
//
// What yields nothing is told to Skipped as [SkipEvent]. Keys are form-encoded in S3's own, and as they are in the others.
// A document can name 10,000 objects; one that names more is an error as a whole.
//
// named is false, without an error, for any other document, JSON or not. An error is of the first object that is not
// named properly, such as a key that does not decode; the payloads are then all the others'. It does not have the
// document in it.
func (o Objects) Notification(doc []byte) (payloads []*source.Payload, named bool, err error) {
	if !json.Valid(doc) {
		return nil, false, nil
	}
	d := gjson.ParseBytes(doc)
	switch {
	case isS3Event(d):
		payloads, err = o.s3Event(d)
	case d.Get("Event").Str == "s3:TestEvent":
		o.skip(parse.Origin{Kind: "s3"}, SkipEvent, nil)
	case d.Get("source").Str == "aws.s3" && strings.HasPrefix(d.Get("detail-type").Str, "Object "):
		payloads, err = o.eventBridge(d)
	case isDelivery(d):
		payloads, err = o.delivery(d)
	default:
		return nil, false, nil
	}
	if err != nil {
		err = fmt.Errorf("s3source: %w", err)
	}
	return payloads, true, err
}

var (
	errNotRecord = errors.New("not an S3 event record")
	errKey       = errors.New("key that is not URL-encoded")
)

// isS3Event goes by the first record: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
func isS3Event(d gjson.Result) bool {
	return d.Get("Records").IsArray() && d.Get("Records.0.eventSource").Str == "aws:s3"
}

func (o Objects) s3Event(d gjson.Result) ([]*source.Payload, error) {
	return collect(d.Get("Records"), "record", func(r gjson.Result) (*source.Payload, error) { return o.record(r.Raw) })
}

// maxObjects is how many objects a document can name. CloudTrail, which names the most, has room for 2,000 in a message;
// without a bound, one of 1 MiB could ask for 200,000.
const maxObjects = 10_000

// collect makes the payloads of a list's elements. What it is an error of is the first bad one.
func collect(list gjson.Result, element string, of func(gjson.Result) (*source.Payload, error)) (payloads []*source.Payload, first error) {
	n := list.Get("#").Int()
	if n > maxObjects {
		return nil, fmt.Errorf("%d %ss, which is more than %d", n, element, maxObjects)
	}
	i := 0
	list.ForEach(func(_, e gjson.Result) bool {
		i++
		p, err := of(e)
		if err != nil && first == nil {
			first = fmt.Errorf("%s %d of %d: %w", element, i, n, err)
		}
		if p != nil {
			payloads = append(payloads, p)
		}
		return true
	})
	return payloads, first
}

// record is the payload of a record, or nil.
func (o Objects) record(raw string) (*source.Payload, error) {
	var r events.S3EventRecord
	if err := json.Unmarshal([]byte(raw), &r); err != nil {
		var escape url.EscapeError
		if errors.As(err, &escape) {
			return nil, errKey
		}
		return nil, errNotRecord
	}
	if r.EventSource != "aws:s3" {
		return nil, errNotRecord
	}
	ob := object{
		bucket:  r.S3.Bucket.Name,
		key:     r.S3.Object.URLDecodedKey,
		version: r.S3.Object.VersionID,
		eTag:    r.S3.Object.ETag,
		size:    r.S3.Object.Size,
	}
	// Some events are published with the prefix, and the object is there either way.
	if !strings.HasPrefix(strings.TrimPrefix(r.EventName, "s3:"), "ObjectCreated:") {
		o.skipEvent(ob)
		return nil, nil
	}
	return o.announced(ob, r.EventTime)
}

// eventBridge: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
func (o Objects) eventBridge(d gjson.Result) ([]*source.Payload, error) {
	detail := d.Get("detail")
	ob := object{
		bucket:  detail.Get("bucket.name").Str,
		key:     detail.Get("object.key").Str,
		version: detail.Get("object.version-id").Str,
		eTag:    detail.Get("object.etag").Str,
		size:    -1,
	}
	const exact = 1 << 53 // up to which a JSON number is
	if size := detail.Get("object.size"); size.Type == gjson.Number && size.Num >= 0 && size.Num <= exact {
		ob.size = size.Int()
	}
	if d.Get("detail-type").Str != "Object Created" {
		o.skipEvent(ob)
		return nil, nil
	}
	return one(o.announced(ob, instant(d.Get("time"))))
}

// isDelivery knows the notifications that CloudTrail and AWS Config make themselves, once a file is in the bucket:
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/configure-sns-notifications-for-cloudtrail.html
// https://docs.aws.amazon.com/config/latest/developerguide/notifications-for-AWS-Config.html
func isDelivery(d gjson.Result) bool {
	bucket, key := d.Get("s3Bucket"), d.Get("s3ObjectKey")
	if bucket.Type != gjson.String {
		return false
	}
	if !key.IsArray() {
		return key.Type == gjson.String && strings.HasSuffix(d.Get("messageType").Str, "DeliveryCompleted")
	}
	some, all := false, true
	key.ForEach(func(_, k gjson.Result) bool {
		some, all = true, k.Type == gjson.String
		return all
	})
	return some && all
}

func (o Objects) delivery(d gjson.Result) ([]*source.Payload, error) {
	sent := instant(d.Get("notificationCreationTime")) // which CloudTrail does not tell
	of := func(key gjson.Result) (*source.Payload, error) {
		return o.announced(object{bucket: d.Get("s3Bucket").Str, key: key.Str, size: -1}, sent)
	}
	keys := d.Get("s3ObjectKey")
	if keys.IsArray() {
		return collect(keys, "key", of)
	}
	return one(of(keys))
}

func one(p *source.Payload, err error) ([]*source.Payload, error) {
	if p == nil {
		return nil, err
	}
	return []*source.Payload{p}, err
}

// instant is zero for what is no time.
func instant(v gjson.Result) time.Time {
	t, err := time.Parse(time.RFC3339, v.Str)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

func (o Objects) announced(ob object, sent time.Time) (*source.Payload, error) {
	p, err := o.payload(ob)
	if p != nil {
		p.Sent = sent
	}
	return p, err
}

func (o Objects) skipEvent(ob object) {
	origin := parse.Origin{Kind: "s3"}
	if ob.bucket != "" {
		origin.Place, origin.ID = ob.place(), identity(ob.version, ob.eTag)
	}
	o.skip(origin, SkipEvent, nil)
}
