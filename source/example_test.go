package source_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
)

func ExampleDecompress() {
	var object bytes.Buffer
	w := gzip.NewWriter(&object)
	fmt.Fprintln(w, `{"eventName":"ConsoleLogin"}`)
	fmt.Fprintln(w, `{"eventName":"StopLogging"}`)
	w.Close()
	object.Truncate(object.Len() - 4) // a writer that died

	r, err := source.Decompress(&object, source.Limits{Size: 1 << 30})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	_, err = io.Copy(os.Stdout, r)
	fmt.Println(err)
	var permanent *source.Permanent
	fmt.Println("useless to try again:", errors.As(err, &permanent))
	// Output:
	// {"eventName":"ConsoleLogin"}
	// {"eventName":"StopLogging"}
	// source: gzip: truncated at decompressed offset 57
	// useless to try again: true
}

// A handler that accepts all payloads but those that it cannot read.
func ExampleHandler() {
	handle := func(ctx context.Context, batch []*source.Payload) error {
		failed := make(map[int]error)
		for i, p := range batch {
			if err := count(ctx, p); err != nil {
				failed[i] = err
			}
		}
		if len(failed) > 0 {
			return &source.BatchError{Failed: failed}
		}
		return nil
	}
	broken := source.NewPayload(parse.Origin{Kind: "file", Place: "b.log"},
		func(context.Context, *source.Payload) (io.ReadCloser, error) { return nil, errors.New("no such file") })
	err := handle(context.Background(), []*source.Payload{
		source.Bytes(parse.Origin{Kind: "file", Place: "a.log"}, []byte("one line\n")),
		broken,
	})
	fmt.Println(err)
	fmt.Println(source.Failed(err, 2))
	// Output:
	// file:a.log has 9 bytes
	// source: 1 payloads not accepted, the first: no such file
	// map[1:no such file]
}

func count(ctx context.Context, p *source.Payload) error {
	r, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	n, err := io.Copy(io.Discard, r)
	if err != nil {
		return err
	}
	fmt.Println(p.Origin, "has", n, "bytes")
	return nil
}

// A Lambda function over a queue, whose event source mapping has ReportBatchItemFailures.
func ExampleLambda() {
	l := &source.Lambda{
		Decode: func(_ context.Context, event json.RawMessage) (b source.Batch, err error) {
			var e struct {
				Records []struct{ MessageID, Body string }
			}
			if err := json.Unmarshal(event, &e); err != nil {
				return b, err
			}
			for _, r := range e.Records {
				origin := parse.Origin{Kind: "sqs", Place: "logs", ID: r.MessageID}
				b.Payloads = append(b.Payloads, source.Bytes(origin, []byte(r.Body)))
				b.Items = append(b.Items, r.MessageID)
			}
			return b, nil
		},
		Handler: func(ctx context.Context, batch []*source.Payload) error {
			return &source.BatchError{Failed: map[int]error{1: errors.New("throttled")}}
		},
	}
	event := []byte(`{"Records":[{"messageId":"a1","body":"one"},{"messageId":"b2","body":"two"}]}`)
	answer, err := l.Invoke(context.Background(), event)
	fmt.Println(string(answer), err)
	l.ReportBatchItemFailures = true
	answer, err = l.Invoke(context.Background(), event)
	fmt.Println(string(answer), err)
	// Output:
	// source: 1 of 2 payloads not accepted: sqs:logs@b2: throttled
	// {"batchItemFailures":[{"itemIdentifier":"b2"}]} <nil>
}

// Stop after a second, end after three.
func ExampleWithStop() {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	stop, cancelStop := context.WithTimeout(ctx, time.Second)
	defer cancelStop()
	ctx = source.WithStop(ctx, stop)

	cancelStop() // as if the second were over
	records := 0
	for range 100 {
		select {
		case <-source.Stopped(ctx):
			fmt.Println("stopped after", records, "records, with time to deliver:", ctx.Err() == nil)
			return
		default:
			records++
		}
	}
	// Output: stopped after 0 records, with time to deliver: true
}
