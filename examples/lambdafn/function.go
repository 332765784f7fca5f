// Package lambdafn is what the functions beside it have in common: their log, their counters, where their alerts go.
// Copy it with the one that you start from.
package lambdafn

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/alert/snssink"
)

// Sink publishes alerts to an SNS topic, or without one writes them to standard output, one JSON line each.
func Sink(cfg aws.Config, topicARN string) alert.Sink {
	if topicARN == "" {
		return alert.NDJSON(os.Stdout)
	}
	return snssink.New(sns.NewFromConfig(cfg), topicARN)
}

// PathStyle is an option of s3.NewFromConfig, for S3 servers that know no buckets as host names: where
// AWS_S3_USE_PATH_STYLE is true.
func PathStyle(o *s3.Options) { o.UsePathStyle = os.Getenv("AWS_S3_USE_PATH_STYLE") == "true" }

// Function logs one line for each invocation of Next: what was counted, given that [Tally] is the Batch hook of its
// pipeline, and how it failed. It is safe for concurrent use if Next is.
type Function struct {
	Next   lambda.Handler
	Logger *slog.Logger
}

// Invoke handles one event.
func (f *Function) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	var counts streamalert.Counts
	answer, err := f.Next.Invoke(context.WithValue(ctx, countsKey{}, &counts), event)
	if err != nil {
		f.Logger.ErrorContext(ctx, "invocation failed", "counts", counts, "error", err.Error())
		return nil, err
	}
	f.Logger.InfoContext(ctx, "invocation done", "counts", counts)
	return answer, nil
}

type countsKey struct{}

// Tally adds a batch's counts to its invocation's: of these there may be several at the same time.
func Tally(ctx context.Context, c streamalert.Counts, _ error) {
	if sum, ok := ctx.Value(countsKey{}).(*streamalert.Counts); ok {
		sum.Add(c)
	}
}
