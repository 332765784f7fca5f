package lambdafn_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/alert/snssink"
	"github.com/streamalert/streamalert-go/examples/lambdafn"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source/sqssource"
)

const event = `{"Records":[{"messageId":"1","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:logs",
	"body":"{\"eventVersion\":\"1.08\",\"eventTime\":\"2024-07-31T13:06:24Z\",\"eventSource\":\"cloudtrail.amazonaws.com\",\"eventName\":\"StopLogging\",\"awsRegion\":\"us-east-1\",\"eventType\":\"AwsApiCall\"}"}]}`

func ExampleFunction() {
	p := &streamalert.Pipeline{
		Parser: logtype.CloudTrail(),
		Rules:  rule.MustCompile(rule.Rule{ID: "stopped", Title: "Trail stopped", When: rule.Field("eventName").Equals("StopLogging")}),
		Sink:   sink{},
		Hooks:  streamalert.Hooks{Batch: lambdafn.Tally},
	}
	withoutTime := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	fn := &lambdafn.Function{Next: sqssource.Lambda(p.Handle), Logger: logger} // lambda.Start(fn)
	answer, err := fn.Invoke(context.Background(), []byte(event))
	fmt.Println(string(answer), err)
	// Output:
	// level=INFO msg="invocation done" counts.payloads=1 counts.bytes=174 counts.records=1 counts.evaluated=1 counts.matched=1 counts.delivered=1
	// null <nil>
}

type sink struct{ err error }

func (s sink) Send(context.Context, []*alert.Alert) error { return s.err }

// invocation is the context of one.
func invocation(t *testing.T) context.Context {
	return lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "e2d5f0c1"})
}

func TestFunctionLogsHowItFailed(t *testing.T) {
	p := &streamalert.Pipeline{
		Parser: logtype.CloudTrail(),
		Rules:  rule.MustCompile(rule.Rule{ID: "stopped", Title: "Trail stopped", When: rule.Field("eventName").Equals("StopLogging")}),
		Sink:   sink{errors.New("no such topic")},
		Hooks:  streamalert.Hooks{Batch: lambdafn.Tally},
	}
	var log bytes.Buffer
	fn := &lambdafn.Function{Next: sqssource.Lambda(p.Handle), Logger: lambdafn.Logger(&log, "ERROR")}
	answer, err := fn.Invoke(invocation(t), []byte(event))
	if answer != nil || err == nil {
		t.Fatalf("%s %v", answer, err)
	}
	var line struct {
		Level, Message, RequestID, Error string
		Counts                           struct{ Failed int }
	}
	if jsonErr := json.Unmarshal(log.Bytes(), &line); jsonErr != nil {
		t.Fatalf("%v: %s", jsonErr, &log)
	}
	if line.Level != "ERROR" || line.Message != "invocation failed" || line.RequestID != "e2d5f0c1" || line.Error != err.Error() || line.Counts.Failed != 1 {
		t.Errorf("%+v", line)
	}
}

func TestLoggerWritesFromItsLevelOn(t *testing.T) {
	for level, want := range map[string][]string{
		"DEBUG": {"DEBUG", "INFO", "WARN", "ERROR"},
		"INFO":  {"INFO", "WARN", "ERROR"},
		"warn":  {"WARN", "ERROR"},
		"ERROR": {"ERROR"},
		"":      {"INFO", "WARN", "ERROR"},
		"TRACE": {"INFO", "WARN", "ERROR"}, // Lambda's, but not of slog
	} {
		var log bytes.Buffer
		logger := lambdafn.Logger(&log, level).With("a", 1).WithGroup("g")
		for _, l := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
			logger.Log(invocation(t), l, "done", "b", 2)
		}
		var got []string
		for dec := json.NewDecoder(&log); dec.More(); {
			var line struct {
				Level, Timestamp string
				A                int
				G                struct {
					B         int
					RequestID string
				}
			}
			if err := dec.Decode(&line); err != nil {
				t.Fatal(err)
			}
			if line.Timestamp == "" || line.A != 1 || line.G.B != 2 || line.G.RequestID != "e2d5f0c1" {
				t.Errorf("%+v", line)
			}
			got = append(got, line.Level)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", level, diff)
		}
	}
}

func TestSinkIsTheTopicOrStandardOutput(t *testing.T) {
	if got, ok := lambdafn.Sink(aws.Config{}, "arn:aws:sns:us-east-1:123456789012:alerts").(*snssink.Sink); !ok {
		t.Errorf("with a topic: %T", got)
	}
	if got, ok := lambdafn.Sink(aws.Config{}, "").(*snssink.Sink); ok {
		t.Errorf("without one: %T", got)
	}
}

func TestPathStyleIsAskedForByTheEnvironment(t *testing.T) {
	for value, want := range map[string]bool{"true": true, "false": false, "": false} {
		t.Setenv("AWS_S3_USE_PATH_STYLE", value)
		var o s3.Options
		lambdafn.PathStyle(&o)
		if o.UsePathStyle != want {
			t.Errorf("%q: %v", value, o.UsePathStyle)
		}
	}
}
