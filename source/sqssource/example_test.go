package sqssource_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/sqssource"
)

// printPayloads is a handler. What it returns nil for is deleted from the queue.
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

// A Lambda function that reads a queue. Its main ends with
//
//	lambda.Start(f)
//
// which calls Invoke with the messages.
func ExampleLambda() {
	f := sqssource.Lambda(printPayloads)
	f.ReportBatchItemFailures = true // as the function's event source mapping has it

	event, err := os.ReadFile("testdata/event.json")
	if err != nil {
		log.Fatal(err)
	}
	answer, err := f.Invoke(context.Background(), event)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", answer)
	// Output:
	// sqs:arn:aws:sqs:us-west-2:123456789012:SQSQueue@MessageID_1: Message Body
	// {"batchItemFailures":[]}
}

// The payloads of an event, for a program that has a loop of its own.
func ExampleDecode() {
	event, err := os.ReadFile("testdata/event.json")
	if err != nil {
		log.Fatal(err)
	}
	batch, err := sqssource.Decode(context.Background(), event)
	if err != nil {
		log.Fatal(err)
	}
	for i, p := range batch.Payloads {
		fmt.Println(batch.Items[i], p.Size, p.Attempt, p.Attributes["Attribute1"])
	}
	// Output: MessageID_1 12 2 AttributeValue1
}
