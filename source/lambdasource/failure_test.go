package lambdasource_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	kinesisapi "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/kinesissource"
	"github.com/streamalert/streamalert-go/source/lambdasource"
	"github.com/streamalert/streamalert-go/source/s3source"
)

// oneShard is a closed shard, all of which is one answer.
type oneShard struct {
	stream, shard string
	records       []types.Record
	err           error
	calls         int
}

func (s *oneShard) GetShardIterator(ctx context.Context, in *kinesisapi.GetShardIteratorInput, _ ...func(*kinesisapi.Options)) (*kinesisapi.GetShardIteratorOutput, error) {
	s.calls++
	if s.err != nil {
		return nil, s.err
	}
	if *in.StreamARN != s.stream || *in.ShardId != s.shard {
		return nil, &types.ResourceNotFoundException{}
	}
	return &kinesisapi.GetShardIteratorOutput{ShardIterator: aws.String("i")}, ctx.Err()
}

func (s *oneShard) GetRecords(ctx context.Context, _ *kinesisapi.GetRecordsInput, _ ...func(*kinesisapi.Options)) (*kinesisapi.GetRecordsOutput, error) {
	s.calls++
	return &kinesisapi.GetRecordsOutput{Records: s.records}, ctx.Err()
}

const (
	firstNumber, lastNumber = "49568167373333333333333333333333333333333333333333333333", "49568167373333333334444444444444444444444444444444444444"
	simple                  = "arn:aws:kinesis:us-east-1:123456789012:stream/simple-stream"
)

// simpleStream has the records of testdata/kinesis.json.
func simpleStream() *oneShard {
	record := func(number string, ms int64) types.Record {
		return types.Record{SequenceNumber: &number, PartitionKey: aws.String("s1"), Data: []byte("Hello World"), ApproximateArrivalTimestamp: aws.Time(time.UnixMilli(ms))}
	}
	return &oneShard{stream: simple, shard: "shardId-000000000000", records: []types.Record{record(firstNumber, 1480641523477), record(lastNumber, 1480841523477)}}
}

func rereading(s *oneShard) lambdasource.Events {
	return lambdasource.Events{Objects: s3source.Objects{Client: logs}, Discarded: kinesissource.Discarded{Client: s}}
}

// givenUp is the document of a batch that has the records of simpleStream, and what more it may have.
func givenUp(tb testing.TB, more map[string]any) string {
	tb.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(file(tb, "failure-kinesis.json")), &doc); err != nil {
		tb.Fatal(err)
	}
	batch := doc["KinesisBatchInfo"].(map[string]any)
	batch["shardId"], batch["streamArn"] = "shardId-000000000000", simple
	batch["startSequenceNumber"], batch["endSequenceNumber"], batch["batchSize"] = firstNumber, lastNumber, 2
	for name, v := range more {
		doc[name] = v
	}
	return text(tb, doc)
}

func decodeWith(t *testing.T, events lambdasource.Events, event string) []delivered {
	t.Helper()
	b, err := events.Decode(t.Context(), []byte(event))
	if err != nil {
		t.Fatal(err)
	}
	var all []delivered
	for i, p := range b.Payloads {
		body, err := read(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		d := delivered{Origin: p.Origin, Body: body, Group: p.Group}
		if b.Items != nil {
			d.Item = b.Items[i]
		}
		all = append(all, d)
	}
	return all
}

func inSNS(tb testing.TB, message string) string {
	tb.Helper()
	return text(tb, map[string]any{"Type": "Notification", "MessageId": "s", "TopicArn": "arn:aws:sns:us-west-2:123456789012:t", "Message": message})
}

const (
	ofMapping  = "aws/lambda/14e0db71-xmpl-4eb5-b481-8945cf9d10c2/shardId-000000000000/2019/11/14/2019-11-14T00.38.06-1d9c3ba4-5c7e-4a0e-a6e3-3f3bb1a8d9a1"
	ofFunction = "aws/lambda/async/my-function/2019/11/14/2019-11-14T18.16.05-1d9c3ba4-5c7e-4a0e-a6e3-3f3bb1a8d9a1"
)

func TestABatchThatLambdaHasGivenUpOnIsTakenAgain(t *testing.T) {
	doc := givenUp(t, nil)
	events := rereading(simpleStream())
	events.Objects.Client = bucket{
		"amzn-s3-demo-bucket/" + ofMapping:  givenUp(t, map[string]any{"payload": file(t, "kinesis.json")}),
		"amzn-s3-demo-bucket/" + ofFunction: failed(t, snsEvent(t, doc)),
	}
	bridge := func(key string) string {
		return `{"version":"0","id":"1","detail-type":"Object Created","source":"aws.s3","detail":{"bucket":{"name":"amzn-s3-demo-bucket"},"object":{"key":"` + key + `"}}}`
	}
	for name, event := range map[string]string{
		"directly":                                doc,
		"through SNS":                             snsEvent(t, doc),
		"through SQS":                             sqsEvent(t, "", doc),
		"through FIFO":                            sqsEvent(t, "g", doc),
		"through SNS and SQS":                     sqsEvent(t, "", inSNS(t, doc)),
		"in an invocation that failed":            failed(t, snsEvent(t, doc)),
		"in an invocation that failed, by SQS":    sqsEvent(t, "", failed(t, snsEvent(t, doc))),
		"in a bucket":                             putEvent(t, ofMapping),
		"in a bucket, by SQS":                     sqsEvent(t, "", putEvent(t, ofMapping)),
		"in a bucket, by EventBridge":             bridge(ofMapping),
		"in a bucket, of an invocation":           putEvent(t, ofFunction),
		"in a bucket, of an invocation, by SQS":   sqsEvent(t, "", bridge(ofFunction)),
		"in a bucket, of an invocation, and back": failed(t, putEvent(t, ofFunction)),
	} {
		t.Run(name, func(t *testing.T) {
			var want []delivered
			for _, d := range decode(t, []byte(file(t, "kinesis.json"))) {
				d.Item, d.Group = "", ""
				if strings.Contains(name, "SQS") || strings.Contains(name, "FIFO") {
					d.Item = "m0"
				}
				if strings.Contains(name, "FIFO") {
					d.Group = "arn:aws:sqs:us-west-2:123456789012:q/g"
				}
				want = append(want, d)
			}
			if diff := cmp.Diff(want, decodeWith(t, events, event)); diff != "" {
				t.Errorf("payloads (-first +again):\n%s", diff)
			}
		})
	}
}

// sent collects alerts and dead letters.
type sent struct {
	ids  map[string]int
	dead []streamalert.DeadRecord
}

func (s *sent) Send(_ context.Context, batch []*alert.Alert) error {
	for _, a := range batch {
		s.ids[a.ID]++
	}
	return nil
}

func (s *sent) Put(_ context.Context, batch []streamalert.DeadRecord) error {
	s.dead = append(s.dead, batch...)
	return nil
}

// jsonStream is simpleStream with records that are JSON; jsonEvent is the event of them.
func jsonStream() *oneShard {
	s := simpleStream()
	for i := range s.records {
		s.records[i].Data = []byte(`{"n":1}`)
	}
	return s
}

func jsonEvent(tb testing.TB) string {
	tb.Helper()
	return strings.ReplaceAll(file(tb, "kinesis.json"), "SGVsbG8gV29ybGQ=", base64.StdEncoding.EncodeToString([]byte(`{"n":1}`)))
}

func (s *sent) pipeline() *streamalert.Pipeline {
	s.ids = map[string]int{}
	return &streamalert.Pipeline{Parser: parse.JSONFormat{}, Rules: rule.MustCompile(rule.Rule{ID: "all", When: rule.Field("n").Exists()}), Sink: s, DeadLetter: s}
}

func TestWhatIsReadAgainRaisesTheSameAlerts(t *testing.T) {
	var s sent
	p := s.pipeline()
	f := &source.Lambda{Decode: rereading(jsonStream()).Decode, Handler: p.Handle, ReportBatchItemFailures: true}
	for _, event := range []string{jsonEvent(t), sqsEvent(t, "", givenUp(t, nil)), givenUp(t, map[string]any{"payload": jsonEvent(t)})} {
		if answer, err := f.Invoke(t.Context(), []byte(event)); err != nil || string(answer) != `{"batchItemFailures":[]}` {
			t.Fatalf("%s, %v", answer, err)
		}
	}
	if len(s.ids) != 2 || len(s.dead) != 0 {
		t.Fatalf("alerts %v, dead letters %v", s.ids, s.dead)
	}
	for id, n := range s.ids {
		if n != 3 {
			t.Errorf("alert %s was raised %d times", id, n)
		}
	}
}

func TestRecordsThatAreGoneAreInTheDeadLetterAndTheirMessageIsDone(t *testing.T) {
	var s sent
	p := s.pipeline()
	stream := jsonStream()
	stream.records = stream.records[1:]
	f := &source.Lambda{Decode: rereading(stream).Decode, Handler: p.Handle, ReportBatchItemFailures: true}
	for range 2 {
		if answer, err := f.Invoke(t.Context(), []byte(sqsEvent(t, "", givenUp(t, nil)))); err != nil || string(answer) != `{"batchItemFailures":[]}` {
			t.Fatalf("%s, %v", answer, err)
		}
	}
	if len(s.ids) != 1 || len(s.dead) != 2 || s.dead[0].ID != s.dead[1].ID {
		t.Fatalf("%d alerts, dead letters %+v", len(s.ids), s.dead)
	}
	want := parse.Origin{Kind: "kinesis", Place: simple + "/shardId-000000000000", ID: firstNumber + "-" + lastNumber}
	if s.dead[0].Origin != want || !strings.Contains(s.dead[0].Reason, "any more") {
		t.Errorf("%v: %s", s.dead[0].Origin, s.dead[0].Reason)
	}
	if c := p.Counts(); c.Records != 4 || c.Unparsed != 2 || c.Evaluated != 2 {
		t.Errorf("the counts do not add up: %+v", c)
	}
}

func TestABatchThatCannotBeReadFailsItsMessageAlone(t *testing.T) {
	stream := simpleStream()
	stream.err = &types.AccessDeniedException{Message: aws.String("not authorized to perform kinesis:GetShardIterator")}
	f := &source.Lambda{Decode: rereading(stream).Decode, ReportBatchItemFailures: true, Handler: new(sent).pipeline().Handle}
	answer, err := f.Invoke(t.Context(), []byte(sqsEvent(t, "", `{"n":1}`, givenUp(t, nil), `{"n":2}`)))
	if want := `{"batchItemFailures":[{"itemIdentifier":"m1"}]}`; string(answer) != want || err != nil {
		t.Errorf("answer %s, %v; want %s", answer, err, want)
	}
	for name, event := range map[string]string{"directly": givenUp(t, nil), "through SNS": snsEvent(t, givenUp(t, nil))} {
		if answer, err := f.Invoke(t.Context(), []byte(event)); err == nil || !strings.Contains(err.Error(), "not authorized") {
			t.Errorf("%s: answer %s, %v", name, answer, err)
		}
	}
}

func TestWhatIsReadAgainForOneEventIsBounded(t *testing.T) {
	stream := simpleStream()
	for i := range stream.records {
		stream.records[i].Data = bytes.Repeat([]byte("x"), 17<<20)
	}
	doc := givenUp(t, nil)
	b, err := rereading(stream).Decode(t.Context(), []byte(sqsEvent(t, "", doc, doc, doc, "a", doc)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, p := range b.Payloads {
		r, err := p.Open(t.Context())
		switch {
		case err != nil:
			got = append(got, fmt.Sprintf("%s: %v", b.Items[i], errors.Unwrap(err)))
		default:
			got = append(got, b.Items[i])
			r.Close()
		}
		if permanent := new(source.Permanent); errors.As(err, &permanent) {
			t.Errorf("%s will never come again: %v", b.Items[i], err)
		}
	}
	full := ": the documents before it take more than 67108864 bytes"
	if diff := cmp.Diff([]string{"m0", "m0", "m1", "m1", "m2" + full, "m3", "m4" + full}, got); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
}

// slow never answers.
type slow struct{ oneShard }

func (slow) GetShardIterator(ctx context.Context, _ *kinesisapi.GetShardIteratorInput, _ ...func(*kinesisapi.Options)) (*kinesisapi.GetShardIteratorOutput, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestReadingTakesHalfOfTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		events := lambdasource.Events{Objects: s3source.Objects{Client: logs}, Discarded: kinesissource.Discarded{Client: &slow{}}}
		begun := time.Now()
		b, err := events.Decode(ctx, []byte(sqsEvent(t, "", givenUp(t, nil), "a", givenUp(t, nil), putEvent(t, ofMapping))))
		if took := time.Since(begun); err != nil || len(b.Payloads) != 4 || took != 30*time.Second {
			t.Fatalf("%d payloads after %v, %v", len(b.Payloads), took, err)
		}
		for i, late := range []bool{true, false, true, true} {
			_, err := read(ctx, b.Payloads[i])
			if late != (err != nil) || late && !strings.Contains(err.Error(), "half of the time") {
				t.Errorf("payload %d: %v", i, err)
			}
		}
	})
}

// getter is S3 by key.
type getter func(key string) (string, error)

func (g getter) GetObject(_ context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	object, err := g(*in.Key)
	if err != nil {
		return nil, err
	}
	return &s3.GetObjectOutput{Body: io.NopCloser(strings.NewReader(object)), ContentLength: aws.Int64(int64(len(object))), ETag: aws.String(`"etag"`)}, nil
}

func TestOnlyObjectsThatAreNamedLikeDocumentsAreReadBeforehand(t *testing.T) {
	stem, uuid := ofMapping[:len(ofMapping)-36], ofMapping[len(ofMapping)-36:]
	for name, key := range map[string]string{
		"another folder":      "logs/" + ofMapping,
		"the folder":          "aws/lambda/",
		"without UUID":        stem,
		"without a time":      "aws/lambda/x/" + uuid,
		"with colons":         strings.ReplaceAll(ofMapping, ".", ":"),
		"with a name behind":  ofMapping + ".json",
		"with a name before":  strings.Replace(ofMapping, "2019-11-14T", "x-2019-11-14T", 1),
		"a folder of them":    ofMapping + "/a",
		"a log of that place": "aws/lambda/log.json",
	} {
		read := []string{}
		client := getter(func(key string) (string, error) { read = append(read, key); return givenUp(t, nil), nil })
		b, err := lambdasource.Events{Objects: s3source.Objects{Client: client}}.Decode(t.Context(), []byte(putEvent(t, key)))
		if err != nil || len(read) > 0 || len(b.Payloads) > 1 || len(b.Payloads) == 1 && b.Payloads[0].Origin.Kind != "s3" {
			t.Errorf("%s: %d payloads, %q read, %v", name, len(b.Payloads), read, err)
		}
	}
}

func TestObjectsThatAreOnlyNamedLikeDocumentsAreThemselves(t *testing.T) {
	for name, object := range map[string]string{
		"nothing":             "",
		"text":                "KinesisBatchInfo",
		"a batch of a table":  strings.Replace(givenUp(t, nil), "KinesisBatchInfo", "DDBStreamBatchInfo", 1),
		"names an object":     putEvent(t, "a"),
		"without its records": givenUp(t, nil),
		"is too large":        givenUp(t, map[string]any{"payload": strings.Repeat("x", 17<<20)}),
	} {
		client := getter(func(string) (string, error) { return object, nil })
		got := decodeWith(t, lambdasource.Events{Objects: s3source.Objects{Client: client}}, putEvent(t, ofMapping))
		origin := parse.Origin{Kind: "s3", Place: "amzn-s3-demo-bucket/" + ofMapping, ID: "etag"}
		if len(got) != 1 || got[0].Origin != origin || got[0].Body != object {
			t.Errorf("%s: %d payloads, the first is %v", name, len(got), got[0].Origin)
		}
	}
}

func TestADocumentThatCannotBeGotIsNotTakenForALog(t *testing.T) {
	times := 0
	client := getter(func(string) (string, error) {
		if times++; times == 1 {
			return "", errors.New("connection reset")
		}
		return givenUp(t, nil), nil
	})
	broken := failed(t, putEvent(t, "hunter2%zz"))
	for _, test := range []struct {
		name      string
		client    s3source.Getter
		policy    s3source.Policy
		permanent bool
		want      string
	}{
		{"once", client, s3source.PolicyFail, false, "connection reset"},
		{"it is gone", getter(func(string) (string, error) { return "", &s3types.NoSuchKey{} }), s3source.PolicyFail, false, "NoSuchKey"},
		{"it is gone, and that is for the dead letter", getter(func(string) (string, error) { return "", &s3types.NoSuchKey{} }), s3source.PolicyDeadLetter, true, "NoSuchKey"},
		{"its event is none", getter(func(string) (string, error) { return broken, nil }), s3source.PolicyFail, true, "key that is not URL-encoded"},
	} {
		events := lambdasource.Events{Objects: s3source.Objects{Client: test.client, Missing: test.policy, Attempts: -1}}
		b, err := events.Decode(t.Context(), []byte(sqsEvent(t, "", putEvent(t, ofFunction))))
		if err != nil || len(b.Payloads) != 1 || b.Payloads[0].Origin.Kind != "s3" {
			t.Fatalf("%s: %d payloads, %v", test.name, len(b.Payloads), err)
		}
		_, err = read(t.Context(), b.Payloads[0])
		if permanent := new(source.Permanent); err == nil || errors.As(err, &permanent) != test.permanent || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// A batch of a queue is the document of another: what the objects that are named lead to does not grow without end.
func TestDocumentsThatNameDocumentsEnd(t *testing.T) {
	gets := 0
	client := getter(func(string) (string, error) { gets++; return failed(t, putEvent(t, ofFunction, ofFunction)), nil })
	b, err := lambdasource.Events{Objects: s3source.Objects{Client: client}}.Decode(t.Context(), []byte(putEvent(t, ofFunction)))
	if err != nil || len(b.Payloads) != 16 || gets > 1+2+4+8+16 {
		t.Errorf("%d payloads after %d objects, %v", len(b.Payloads), gets, err)
	}

	many := make([]string, 100)
	for i := range many {
		many[i] = ofFunction
	}
	doc := failed(t, putEvent(t, many...)) + strings.Repeat(" ", 4<<20)
	gets = 0
	client = func(string) (string, error) { gets++; return doc, nil }
	b, err = lambdasource.Events{Objects: s3source.Objects{Client: client}}.Decode(t.Context(), []byte(putEvent(t, ofFunction)))
	if err != nil || gets > 32 {
		t.Errorf("%d payloads after %d objects of 4 MiB: %v", len(b.Payloads), gets, err)
	}
}
