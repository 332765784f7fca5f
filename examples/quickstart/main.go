// Quickstart shows the main job on a machine with nothing but Go: CloudTrail files lie in S3, and alerts come out.
//
//	go run ./examples/quickstart          alerts as a person wants to read them
//	go run ./examples/quickstart -json    one JSON line each
//
// It starts an S3 server inside the process, puts genuine CloudTrail files into it, and invokes the handler that a Lambda
// function would have (examples/lambda-s3 is that function) with the notification that S3 would send. It needs no AWS
// account and no network.
//
// To make it yours, put your own CloudTrail files into testdata, or your own rules into handler.
package main

import (
	"context"
	"embed"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/examples/detections"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source/s3source"
)

// CloudTrail files as CloudTrail delivered them: an hour of an account under attack, published by Invictus Incident
// Response, and what attack techniques leave behind, published by Datadog's Stratus Red Team and its users.
//
//go:embed testdata/*.json.gz
var files embed.FS

func main() {
	asJSON := flag.Bool("json", false, "write the alerts as JSON, one a line")
	flag.Parse()
	if err := run(context.Background(), *asJSON, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, asJSON bool, stdout, stderr io.Writer) error {
	server := startS3()
	defer server.Close()
	client := server.client()

	var sink alert.Sink = &alert.Text{W: stdout}
	if asJSON {
		sink = alert.NDJSON(stdout)
	}
	pipeline := &streamalert.Pipeline{
		Parser: logtype.CloudTrail(),
		Rules:  rule.MustCompile(detections.All()...),
		Sink:   sink,
	}
	handler := handler(client, pipeline)

	names, err := fs.Glob(files, "testdata/*.json.gz")
	if err != nil {
		return err
	}
	for _, name := range names {
		body, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		event, err := put(ctx, client, name, body)
		if err != nil {
			return fmt.Errorf("put %s: %w", name, err)
		}
		if _, err := handler.Invoke(ctx, event); err != nil {
			return err
		}
	}
	c := pipeline.Counts()
	fmt.Fprintf(stderr, "%d alerts from %d records in %d files\n", c.Delivered, c.Records, c.Payloads)
	return nil
}

// handler is what a Lambda function gives to lambda.Start.
func handler(client *s3.Client, p *streamalert.Pipeline) lambda.Handler {
	return s3source.Lambda(client, p.Handle)
}
