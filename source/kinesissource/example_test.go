package kinesissource_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/kinesissource"
)

// A Lambda function that a stream invokes. Its main ends with
//
//	lambda.Start(f)
//
// which calls Invoke with the events. The second record of this one is aggregated, and its second user record is not
// accepted: Lambda will send the second record and the third again.
func ExampleLambda() {
	f := kinesissource.Lambda(func(ctx context.Context, batch []*source.Payload) error {
		failed := map[int]error{}
		for i, p := range batch {
			body, err := read(ctx, p)
			if err != nil {
				return err
			}
			fmt.Printf("%s %s: %s\n", p.Origin.ID, p.Attributes["partitionKey"], body)
			if string(body) == "user root signed in" {
				failed[i] = errors.New("the pager does not answer")
			}
		}
		if len(failed) > 0 {
			return &source.BatchError{Failed: failed}
		}
		return nil
	})
	f.ReportBatchItemFailures = true // and in FunctionResponseTypes of the event source mapping

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
	// 49590338271490256608559692538361571095921575989136588898 host-1: user alice signed in
	// 49590338271490256608559692540925702759324208523137515618.0 host-1: user bob signed in
	// 49590338271490256608559692540925702759324208523137515618.1 host-2: user root signed in
	// 49590338271490256608559692541943892358613542543768461410 host-2: user carol signed in
	// {"batchItemFailures":[{"itemIdentifier":"49590338271490256608559692540925702759324208523137515618"}]}
}

// The same with limits of one's own.
func ExampleRecords() {
	records := kinesissource.Records{Limits: source.Limits{Size: 10}}
	f := &source.Lambda{Decode: records.Decode, Handler: func(ctx context.Context, batch []*source.Payload) error {
		_, err := read(ctx, batch[0])
		fmt.Println(err)
		return nil
	}}

	event, err := os.ReadFile("testdata/event.json")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := f.Invoke(context.Background(), event); err != nil {
		log.Fatal(err)
	}
	// Output:
	// source: limit Size of 10 exceeded at decompressed offset 10
}

// A program that reads a stream by other means can take apart what the KPL wrote.
func ExampleDeaggregate() {
	aggregate := "\xf3\x89\x9a\xc2\n\x04host\x1a\x09\b\x00\x1a\x05alice\x1a\x07\b\x00\x1a\x03bob" +
		"\x7d\xd8\x8d\x96\xfb\xcb\x46\x8d\x89\xf7\x42\xe7\x5d\x85\x42\xea"
	for _, record := range kinesissource.Deaggregate([]byte(aggregate)) {
		fmt.Printf("%s\n", record)
	}
	for _, record := range kinesissource.Deaggregate([]byte("as it is")) {
		fmt.Printf("%s\n", record)
	}
	// Output:
	// alice
	// bob
	// as it is
}

// A program that works off the failure destination of an event source mapping. Its client is kinesis.NewFromConfig's. The
// first record of the batch has left the stream by now.
func ExampleDiscarded() {
	stream := &kept{records: puts("", "user alice signed in", string(aggregated("user bob signed in", "user root signed in"))), trimmed: 1}
	discarded := kinesissource.Discarded{Client: stream}

	message := letter(stream.records[0], stream.records[2], 3)
	payloads, ok := discarded.Payloads(context.Background(), message)
	if !ok {
		log.Fatal("not of a batch")
	}
	for _, p := range payloads {
		body, err := read(context.Background(), p)
		if permanent, ok := errors.AsType[*source.Permanent](err); ok {
			fmt.Printf("lost of %s: %v\n", p.Origin.ID, permanent)
			continue
		}
		if err != nil {
			log.Fatal(err) // and let the message come again
		}
		fmt.Printf("%s: %s\n", p.Origin.ID, body)
	}
	// Output:
	// 49590338271490256608559692538361571095921575989100000001: user alice signed in
	// 49590338271490256608559692538361571095921575989100000002.0: user bob signed in
	// 49590338271490256608559692538361571095921575989100000002.1: user root signed in
	// lost of 9959033827149025660855969253836157109592157598913658889-49590338271490256608559692538361571095921575989100000002: kinesissource: of the batch of 3 records the stream only has sequence numbers 49590338271490256608559692538361571095921575989100000001 to 49590338271490256608559692538361571095921575989100000002 any more
}
