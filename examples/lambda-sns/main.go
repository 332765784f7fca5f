// Lambda-sns is a Lambda function that finds detections in the CloudTrail events that are published to an SNS topic.
//
// Build it for provided.al2023 on arm64:
//
//	GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -tags lambda.norpc -o bootstrap .
//
// It reads from the environment
//
//	TOPIC_ARN                    the SNS topic that alerts are published to; without it they are written to standard
//	                             output, one JSON line each
//	AWS_LAMBDA_LOG_LEVEL         DEBUG, INFO (the default), WARN or ERROR, for the log on standard error; Lambda sets it
//	AWS_ENDPOINT_URL*            other endpoints than those of AWS, as every AWS SDK reads them
//
// SNS invokes it with one message at a time, and Lambda tries one that failed twice more. There are no partial
// answers; what failed three times goes to the function's failure destination: set one, as the templates in deploy
// do.
//
// To make it yours, exchange detections.All for your rules, logtype.CloudTrail for the types of your logs, and add a
// DeadLetter: without one, records that cannot be read are only logged. Where the messages announce objects in S3,
// start from lambda-s3: it takes them through SNS too.
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
	"github.com/streamalert/streamalert-go/source/snssource"
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
	lambda.Start(&lambdafn.Function{Next: snssource.Lambda(p.Handle), Logger: logger})
}
