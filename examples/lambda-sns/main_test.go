package main

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/examples/lambdafn/lambdafntest"
	"github.com/streamalert/streamalert-go/internal/integration/servers"
)

var program string // the function, built for this machine

func TestMain(m *testing.M) { os.Exit(lambdafntest.Main(m, &program)) }

func TestFunctionFindsDetectionsInMessages(t *testing.T) {
	topic := lambdafntest.NewTopic(t)
	fn := servers.LambdaRIE(t, program, append(topic.Env(), "AWS_LAMBDA_LOG_LEVEL=INFO", "AWS_MAX_ATTEMPTS=1")...)
	event := lambdafntest.SNS(lambdafntest.CloudTrail(t, "aws.cloudtrail.trail-stopped", "stopped"))

	for range 2 { // the second is a redelivery
		if answer, err := fn.Invoke(t.Context(), event); err != nil || string(answer) != "null" {
			t.Fatalf("%v: %s\n%s", err, answer, fn.Output())
		}
	}
	alerts := topic.Receive(t, 2)
	if diff := cmp.Diff(alerts[0].ID, alerts[1].ID); diff != "" {
		t.Error("a redelivery raised another ID:", diff)
	}
	if a := alerts[0]; a.Rule.ID != "aws.cloudtrail.trail-stopped" || a.Origin.Kind != "sns" || a.Origin.Place != "arn:aws:sns:us-east-1:123456789012:logs" {
		t.Errorf("%+v", a)
	}

	// What is no CloudTrail event is logged and never comes again; what raises no alert needs no topic.
	if _, err := fn.Invoke(t.Context(), lambdafntest.SNS([]byte("hello"))); err != nil {
		t.Error(err)
	}
	lambdafntest.Await(t, "a line of counters with one unparsed", func() bool {
		logs, _ := lambdafntest.Logged(t, fn.Output())
		counts, _ := logs[len(logs)-1]["counts"].(map[string]any)
		return counts["unparsed"] == 1.0
	})
	topic.Delete(t)
	if _, err := fn.Invoke(t.Context(), lambdafntest.SNS(lambdafntest.CloudTrail(t, "aws.cloudtrail.trail-stopped", "started"))); err != nil {
		t.Error(err)
	}

	// A topic that refuses fails the invocation, which Lambda repeats.
	_, err := fn.Invoke(t.Context(), event)
	var failure *servers.InvokeError
	if !errors.As(err, &failure) || !strings.Contains(failure.Message, "sns:arn:aws:sns:us-east-1:123456789012:logs") {
		t.Error(err)
	}
	topic.Create(t)
	if _, err := fn.Invoke(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(alerts[0].ID, topic.Receive(t, 1)[0].ID); diff != "" {
		t.Error("after a failure another ID was raised:", diff)
	}
}
