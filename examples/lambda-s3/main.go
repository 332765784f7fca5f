// Lambda-s3 is a Lambda function that finds detections in the CloudTrail files that S3 notifies it of.
//
// Build it for provided.al2023 on arm64:
//
//	GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -tags lambda.norpc -o bootstrap .
//
// It reads from the environment
//
//	TOPIC_ARN                  the SNS topic that alerts are published to; without it they are written to standard
//	                           output, one JSON line each
//	AWS_LAMBDA_LOG_LEVEL       DEBUG, INFO (the default), WARN or ERROR, for the log on standard error
//	AWS_ENDPOINT_URL*          other endpoints than those of AWS, as every AWS SDK reads them
//	AWS_S3_USE_PATH_STYLE      true for S3 servers that know no buckets as host names
//
// To make it yours, exchange detections.All for your rules, logtype.CloudTrail for the types of your logs, and add a
// DeadLetter: without one, records that cannot be read are only logged. A function that S3 invokes directly has its
// failure destination, or dead-letter queue, for events that failed three times: set one.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/alert/snssink"
	"github.com/streamalert/streamalert-go/examples/detections"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source/s3source"
)

func main() {
	logger := newLogger(os.Stderr, os.Getenv("AWS_LAMBDA_LOG_LEVEL"))
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		logger.Error("no AWS configuration", "error", err)
		os.Exit(1)
	}
	p := &streamalert.Pipeline{
		Parser: logtype.CloudTrail(),
		Rules:  rule.MustCompile(detections.All()...),
		Sink:   sink(cfg, os.Getenv("TOPIC_ARN")),
		Logger: logger,
		Hooks:  streamalert.Hooks{Batch: tally},
	}
	objects := s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.UsePathStyle = os.Getenv("AWS_S3_USE_PATH_STYLE") == "true"
	})
	lambda.Start(&function{next: s3source.Lambda(objects, p.Handle), logger: logger})
}

func sink(cfg aws.Config, topicARN string) alert.Sink {
	if topicARN == "" {
		return alert.NDJSON(os.Stdout)
	}
	return snssink.New(sns.NewFromConfig(cfg), topicARN)
}

// function logs one line for each invocation.
type function struct {
	next   lambda.Handler
	logger *slog.Logger
}

func (f *function) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	var counts streamalert.Counts
	answer, err := f.next.Invoke(context.WithValue(ctx, countsKey{}, &counts), event)
	attrs := []any{"counts", counts}
	if err != nil {
		f.logger.ErrorContext(ctx, "invocation failed", append(attrs, "error", err.Error())...)
		return nil, err
	}
	f.logger.InfoContext(ctx, "invocation done", attrs...)
	return answer, nil
}

type countsKey struct{}

// tally adds a batch's counts to its invocation's: of these there may be several at the same time.
func tally(ctx context.Context, c streamalert.Counts, _ error) {
	if sum, ok := ctx.Value(countsKey{}).(*streamalert.Counts); ok {
		sum.Add(c)
	}
}
