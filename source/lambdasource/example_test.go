package lambdasource_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/kinesissource"
	"github.com/streamalert/streamalert-go/source/lambdasource"
	"github.com/streamalert/streamalert-go/source/s3source"
)

// printPayloads is a handler. Its nil tells Lambda that the payloads are done.
func printPayloads(ctx context.Context, batch []*source.Payload) error {
	for _, p := range batch {
		body, err := p.Open(ctx)
		if err != nil {
			return err
		}
		defer body.Close()
		text, err := io.ReadAll(body)
		if err != nil {
			return err
		}
		fmt.Printf("%v: %s\n", p.Origin, text)
	}
	return nil
}

// A Lambda function that takes whatever it is invoked with. Its main ends with
//
//	lambda.Start(f)
//
// and its client is s3.NewFromConfig's.
func ExampleLambda() {
	client := bucket{"amzn-s3-demo-bucket/a.json": `{"from":"S3"}`}
	f := lambdasource.Lambda(client, printPayloads)
	f.ReportBatchItemFailures = true // as all of the function's event source mappings have it

	queue, err := os.ReadFile("testdata/sqs.json")
	if err != nil {
		log.Fatal(err)
	}
	for _, event := range []string{
		string(queue),
		`{"s3Bucket":"amzn-s3-demo-bucket","s3ObjectKey":["a.json"]}`,
		`{"id":"53dc4d37","detail-type":"GuardDuty Finding","source":"aws.guardduty","detail":{}}`,
	} {
		if _, err := f.Invoke(context.Background(), []byte(event)); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// sqs:arn:aws:sqs:us-west-2:123456789012:SQSQueue@MessageID_1: Message Body
	// s3:amzn-s3-demo-bucket/a.json@etag: {"from":"S3"}
	// eventbridge:aws.guardduty@53dc4d37: {"id":"53dc4d37","detail-type":"GuardDuty Finding","source":"aws.guardduty","detail":{}}
}

// The same with limits of one's own, told of what is skipped.
func ExampleEvents() {
	events := lambdasource.Events{
		Objects: s3source.Objects{
			Client:  bucket{},
			Limits:  source.Limits{Size: 1 << 30},
			Skipped: func(s s3source.Skip) { fmt.Println("skipped:", s.Reason, s.Origin) },
		},
		Limits: source.Limits{Size: 16 << 20},
	}
	f := &source.Lambda{Decode: events.Decode, Handler: printPayloads}

	if _, err := f.Invoke(context.Background(), []byte(`{"Service":"Amazon S3","Event":"s3:TestEvent"}`)); err != nil {
		log.Fatal(err)
	}
	// Output: skipped: event s3:
}

// The function works off its failure queue too. A batch of Kinesis that Lambda has given up on is in it without its records,
// which are read again with a client as kinesis.NewFromConfig makes one.
func ExampleEvents_failureQueue() {
	events := lambdasource.Events{
		Objects:   s3source.Objects{Client: bucket{}},
		Discarded: kinesissource.Discarded{Client: simpleStream()},
	}
	f := &source.Lambda{Decode: events.Decode, Handler: printPayloads}

	queue, err := os.ReadFile("testdata/sqs-failure-kinesis.json")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := f.Invoke(context.Background(), queue); err != nil {
		log.Fatal(err)
	}
	// Output:
	// kinesis:arn:aws:kinesis:us-east-1:123456789012:stream/simple-stream/shardId-000000000000@49568167373333333333333333333333333333333333333333333333: Hello World
	// kinesis:arn:aws:kinesis:us-east-1:123456789012:stream/simple-stream/shardId-000000000000@49568167373333333334444444444444444444444444444444444444: Hello World
}
