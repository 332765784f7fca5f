package main

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/examples/lambdafn/lambdafntest"
	"github.com/streamalert/streamalert-go/internal/integration/servers"
)

var program string // the function, built for this machine

func TestMain(m *testing.M) { os.Exit(lambdafntest.Main(m, &program)) }

// batch are records of which the second, third and fourth raise one alert each: a log file, compressed; an event; the
// same event twice in lines.
func batch(t *testing.T) [][]byte {
	t.Helper()
	quiet := lambdafntest.CloudTrail(t, "aws.cloudtrail.trail-stopped", "started")
	stopped := lambdafntest.CloudTrail(t, "aws.cloudtrail.trail-stopped", "stopped")
	var line bytes.Buffer
	line.Write(quiet)
	line.WriteString("\n")
	line.Write(stopped)
	return [][]byte{quiet, lambdafntest.LogFile(t, "aws.defense-evasion.cloudtrail-stop"), stopped, line.Bytes(), quiet}
}

func ids(alerts []alert.Alert) []string {
	var ids []string
	for _, a := range alerts {
		ids = append(ids, a.ID)
	}
	slices.Sort(ids)
	return ids
}

func TestFunctionFindsDetectionsInRecords(t *testing.T) {
	topic := lambdafntest.NewTopic(t)
	fn := servers.LambdaRIE(t, program, append(topic.Env(), "REPORT_BATCH_ITEM_FAILURES=true", "AWS_LAMBDA_LOG_LEVEL=INFO")...)
	var first []string
	for i := range 2 { // the second is a redelivery
		answer, err := fn.Invoke(t.Context(), lambdafntest.Kinesis(batch(t)...))
		if err != nil || string(answer) != `{"batchItemFailures":[]}` {
			t.Fatalf("%v: %s\n%s", err, answer, fn.Output())
		}
		alerts := topic.Receive(t, 3)
		for _, a := range alerts {
			if a.Rule.ID != "aws.cloudtrail.trail-stopped" || a.Origin.Kind != "kinesis" || !strings.Contains(a.Origin.Place, "stream/logs") {
				t.Errorf("%+v", a)
			}
		}
		got := ids(alerts)
		if i == 0 {
			first = got
		}
		if len(slices.Compact(slices.Clone(got))) != 3 || !slices.Equal(got, first) {
			t.Errorf("alert IDs %v, at first %v", got, first)
		}
	}
	var logs []map[string]any
	lambdafntest.Await(t, "two lines of counters", func() bool { logs, _ = lambdafntest.Logged(t, fn.Output()); return len(logs) == 2 })
	for _, l := range logs {
		counts, _ := l["counts"].(map[string]any)
		if l["message"] != "invocation done" || counts["payloads"] != 5.0 || counts["records"] != 6.0 || counts["delivered"] != 3.0 {
			t.Errorf("%v", l)
		}
	}

	// The end of a tumbling window and nothing in it.
	if answer, err := fn.Invoke(t.Context(), []byte(`{"Records":[],"isFinalInvokeForWindow":true,"shardId":"shardId-000000000006",
		"window":{"start":"2020-07-30T17:00:00Z","end":"2020-07-30T17:05:00Z"},"state":{},"eventSourceARN":"arn:aws:kinesis:us-east-1:123456789012:stream/logs"}`)); err != nil {
		t.Errorf("%v: %s", err, answer)
	}
	// Another's event.
	if answer, err := fn.Invoke(t.Context(), lambdafntest.SNS([]byte("hello"))); err == nil {
		t.Errorf("an event of SNS was answered with %s", answer)
	}
}

func TestFunctionAnswersTheFirstRecordThatFailed(t *testing.T) {
	topic := lambdafntest.NewTopic(t)
	fn := servers.LambdaRIE(t, program, append(topic.Env(), "REPORT_BATCH_ITEM_FAILURES=true", "AWS_MAX_ATTEMPTS=1")...)
	records := batch(t)

	topic.Delete(t)
	answer, err := fn.Invoke(t.Context(), lambdafntest.Kinesis(records...))
	// Those after it come again with it.
	want := `{"batchItemFailures":[{"itemIdentifier":"` + lambdafntest.SequenceNumber(1) + `"}]}`
	if err != nil || string(answer) != want {
		t.Fatalf("%v: answered %s, want %s\n%s", err, answer, want, fn.Output())
	}

	topic.Create(t)
	for range 2 {
		if answer, err := fn.Invoke(t.Context(), lambdafntest.Kinesis(records...)); err != nil || string(answer) != `{"batchItemFailures":[]}` {
			t.Fatalf("%v: %s", err, answer)
		}
	}
	all := ids(topic.Receive(t, 6))
	if len(slices.Compact(all)) != 3 {
		t.Errorf("a redelivery raised other IDs: %v", all)
	}
}

func TestFunctionFailsTheBatchWherePartialAnswersAreNotRead(t *testing.T) {
	topic := lambdafntest.NewTopic(t)
	for _, value := range []string{"", "1"} { // whatever is not plainly true
		topic.Create(t)
		fn := servers.LambdaRIE(t, program, append(topic.Env(), "REPORT_BATCH_ITEM_FAILURES="+value, "AWS_MAX_ATTEMPTS=1")...)
		if answer, err := fn.Invoke(t.Context(), lambdafntest.Kinesis(batch(t)...)); err != nil || string(answer) != "null" {
			t.Fatalf("%v: %s", err, answer)
		}
		topic.Receive(t, 3)
		topic.Delete(t)
		answer, err := fn.Invoke(t.Context(), lambdafntest.Kinesis(batch(t)...))
		var failure *servers.InvokeError // which names what follows the first failure in the shard, too
		if !errors.As(err, &failure) || !strings.Contains(failure.Message, "4 of 5 payloads not accepted: kinesis:") || !strings.Contains(failure.Message, lambdafntest.SequenceNumber(1)) {
			t.Errorf("%q: %v: answered %s", value, err, answer)
		}
	}
}
