// Lambda-any is a Lambda function that finds detections in whatever it is invoked with: S3 objects however they are
// announced, messages of SQS and SNS, records of Kinesis, and any other event as it is.
//
// Build it for provided.al2023 on arm64:
//
//	GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -tags lambda.norpc -o bootstrap .
//
// It reads from the environment
//
//	TOPIC_ARN                    the SNS topic that alerts are published to; without it they are written to standard
//	                             output, one JSON line each
//	REPORT_BATCH_ITEM_FAILURES   true where all event source mappings have ReportBatchItemFailures among their
//	                             FunctionResponseTypes, and only there: see below
//	AWS_LAMBDA_LOG_LEVEL         DEBUG, INFO (the default), WARN or ERROR, for the log on standard error; Lambda sets it
//	AWS_ENDPOINT_URL*            other endpoints than those of AWS, as every AWS SDK reads them
//	AWS_S3_USE_PATH_STYLE        true for S3 servers that know no buckets as host names
//
// With REPORT_BATCH_ITEM_FAILURES the function answers what failed of a batch, and only that comes again. Lambda
// reads that answer only where the mapping has the response type, and else takes the whole batch for done: set the
// variable and all mappings, or none. Other events have no partial answer and fail as a whole either way; they need a
// failure destination of the function for what failed three times.
//
// What is in the failure destinations is an event like any other: hand it to the function once the cause is put right.
// Batches of Kinesis, of which a queue has the place alone, are read again from the stream while they are in it.
//
// To make it yours, exchange detections.All for your rules, logtype.CloudTrail for the types of your logs, and add a
// DeadLetter: without one, records that cannot be read are only logged. A function with one kind of event is smaller
// with that event's own source, as in the examples beside this one.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/examples/detections"
	"github.com/streamalert/streamalert-go/examples/lambdafn"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/kinesissource"
	"github.com/streamalert/streamalert-go/source/lambdasource"
	"github.com/streamalert/streamalert-go/source/s3source"
)

func main() {
	logger := lambdafn.Logger(os.Stderr, os.Getenv("AWS_LAMBDA_LOG_LEVEL"))
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		logger.Error("no AWS configuration", "error", err)
		os.Exit(1)
	}
	p := &streamalert.Pipeline{
		Parser: logtype.CloudTrail(),
		Rules:  rule.MustCompile(detections.All()...),
		Sink:   lambdafn.Sink(cfg, os.Getenv("TOPIC_ARN")),
		Logger: logger,
		Hooks:  streamalert.Hooks{Batch: lambdafn.Tally},
	}
	events := lambdasource.Events{
		Objects:   s3source.Objects{Client: s3.NewFromConfig(cfg, lambdafn.PathStyle)},
		Discarded: kinesissource.Discarded{Client: kinesis.NewFromConfig(cfg)},
	}
	handler := &source.Lambda{
		Decode:                  events.Decode,
		Handler:                 p.Handle,
		ReportBatchItemFailures: os.Getenv("REPORT_BATCH_ITEM_FAILURES") == "true",
	}
	lambda.Start(&lambdafn.Function{Next: handler, Logger: logger})
}
