// Lambda-kinesis is a Lambda function that finds detections in the CloudTrail events of a Kinesis stream, whether a
// record is one event or many, plain or compressed, aggregated by the KPL or not.
//
// Build it for provided.al2023 on arm64:
//
//	GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -tags lambda.norpc -o bootstrap .
//
// It reads from the environment
//
//	TOPIC_ARN                    the SNS topic that alerts are published to; without it they are written to standard
//	                             output, one JSON line each
//	REPORT_BATCH_ITEM_FAILURES   true where the event source mapping has ReportBatchItemFailures among its
//	                             FunctionResponseTypes, and only there: see below
//	AWS_LAMBDA_LOG_LEVEL         DEBUG, INFO (the default), WARN or ERROR, for the log on standard error; Lambda sets it
//	AWS_ENDPOINT_URL*            other endpoints than those of AWS, as every AWS SDK reads them
//
// With REPORT_BATCH_ITEM_FAILURES the function answers the first record that failed, and the shard goes on from
// there. Lambda reads that answer only where the mapping has the response type, and else takes the whole batch for
// done: set both or neither. Without them any failure sends the batch again. The mapping also needs
// BisectBatchOnFunctionError, a MaximumRecordAgeInSeconds below the stream's retention, and a failure destination:
// see deploy.
//
// To make it yours, exchange detections.All for your rules, logtype.CloudTrail for the types of your logs, and add a
// DeadLetter: without one, records that cannot be read are only logged.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/examples/detections"
	"github.com/streamalert/streamalert-go/examples/lambdafn"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source/kinesissource"
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
	handler := kinesissource.Lambda(p.Handle)
	handler.ReportBatchItemFailures = os.Getenv("REPORT_BATCH_ITEM_FAILURES") == "true"
	lambda.Start(&lambdafn.Function{Next: handler, Logger: logger})
}
