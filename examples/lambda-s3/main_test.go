package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/streamalert/streamalert-go/examples/lambdafn/lambdafntest"
	"github.com/streamalert/streamalert-go/internal/integration/servers"
)

var program string // the function, built for this machine

func TestMain(m *testing.M) { os.Exit(lambdafntest.Main(m, &program)) }

func TestFunctionIsSmall(t *testing.T) {
	const limit = 14 << 20
	// As the program's comment says.
	path := filepath.Join(t.TempDir(), "bootstrap")
	if err := lambdafntest.Build(path, []string{"GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0"}, "-trimpath", "-ldflags=-s -w", "-tags", "lambda.norpc"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("linux/arm64, stripped, lambda.norpc: %.1f MB", float64(info.Size())/(1<<20))
	if info.Size() > limit {
		t.Errorf("%d bytes, the limit is %d", info.Size(), limit)
	}
}

// store puts genuine CloudTrail files into a bucket, under keys that need encoding.
func store(t *testing.T, server *servers.AWS, bucket string, names ...string) {
	t.Helper()
	client := s3.NewFromConfig(server.Config(), func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		key := "trail é/" + name + "+1.json.gz"
		if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(lambdafntest.LogFile(t, name))}); err != nil {
			t.Fatal(err)
		}
	}
}

func encoded(name string) string { return "trail+%C3%A9/" + name + "%2B1.json.gz" }

const (
	stop   = "aws.defense-evasion.cloudtrail-stop"
	remove = "aws.defense-evasion.cloudtrail-delete"
)

func TestFunctionWritesAlerts(t *testing.T) {
	server := servers.VersityGW(t)
	store(t, server, "trail", stop, remove)
	env := append(server.Env("S3"), "AWS_S3_USE_PATH_STYLE=true", "AWS_LAMBDA_LOG_LEVEL=INFO", "TOPIC_ARN=", "AWS_MAX_ATTEMPTS=1")
	fn := servers.LambdaRIE(t, program, env...)

	ids := map[string]int{}
	for range 2 { // the second is a redelivery
		for _, name := range []string{stop, remove} {
			answer, err := fn.Invoke(t.Context(), lambdafntest.Object("trail", encoded(name)))
			if err != nil || string(answer) != "null" {
				t.Fatalf("%v: %s\n%s", err, answer, fn.Output())
			}
		}
	}
	var logs []map[string]any
	lambdafntest.Await(t, "four lines of counters", func() bool { logs, _ = lambdafntest.Logged(t, fn.Output()); return len(logs) == 4 })
	_, alerts := lambdafntest.Logged(t, fn.Output())
	for _, a := range alerts {
		ids[a.ID]++
		if !strings.HasPrefix(a.Origin.Place, "trail/trail é/aws.") || a.Log != "aws.cloudtrail" {
			t.Errorf("%+v", a)
		}
	}
	if len(ids) != 2 || len(alerts) != 4 {
		t.Errorf("%d alerts with %d IDs\n%s", len(alerts), len(ids), fn.Output())
	}
	for _, l := range logs {
		counts, _ := l["counts"].(map[string]any)
		if id, _ := l["requestId"].(string); len(id) < 10 || l["message"] != "invocation done" || l["level"] != "INFO" || l["timestamp"] == nil ||
			counts["records"] != 1.0 || counts["evaluated"] != 1.0 || counts["matched"] != 1.0 || counts["delivered"] != 1.0 {
			t.Errorf("%v", l)
		}
	}

	// What is not there is an error that names it, and the function goes on.
	_, err := fn.Invoke(t.Context(), lambdafntest.Object("trail", "none.json.gz"))
	var failure *servers.InvokeError
	if !errors.As(err, &failure) || !strings.Contains(failure.Message, "s3:trail/none.json.gz") || !strings.Contains(failure.Message, "NoSuchKey") {
		t.Errorf("%v", err)
	}
	if _, err := fn.Invoke(t.Context(), []byte(`{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"trail","RequestId":"5582815E1AEA5ADF","HostId":"8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE"}`)); err != nil {
		t.Error(err)
	}
}

func TestFunctionPublishesAlerts(t *testing.T) {
	objects, topic := servers.VersityGW(t), lambdafntest.NewTopic(t)
	store(t, objects, "trail", stop, remove)
	env := slices.Concat(objects.Env("S3"), topic.Env(), []string{"AWS_S3_USE_PATH_STYLE=true", "AWS_LAMBDA_LOG_LEVEL=ERROR"})
	fn := servers.LambdaRIE(t, program, env...)
	if _, err := fn.Invoke(t.Context(), lambdafntest.Object("trail", encoded(stop))); err != nil {
		t.Fatal(err, fn.Output())
	}
	if a := topic.Receive(t, 1)[0]; a.Rule.ID != "aws.cloudtrail.trail-stopped" {
		t.Errorf("%+v", a)
	}
	if logs, alerts := lambdafntest.Logged(t, fn.Output()); len(logs) != 0 || len(alerts) != 0 {
		t.Errorf("at the level ERROR: %v %v", logs, alerts)
	}

	// A topic that refuses fails the invocation.
	topic.Delete(t)
	_, err := fn.Invoke(t.Context(), lambdafntest.Object("trail", encoded(stop)))
	var failure *servers.InvokeError
	if !errors.As(err, &failure) || !strings.Contains(failure.Message, "s3:trail/trail é/"+stop) {
		t.Error(err)
	}
	lambdafntest.Await(t, "the failure in the log", func() bool { return strings.Contains(fn.Output(), "invocation failed") })
}

func TestFunctionAnswersWhichMessagesFailed(t *testing.T) {
	objects, topic := servers.VersityGW(t), lambdafntest.NewTopic(t)
	store(t, objects, "trail", stop, remove)
	batch := lambdafntest.SQS(lambdafntest.Object("trail", encoded(stop)), lambdafntest.Object("trail", "none.json.gz"), lambdafntest.Object("trail", encoded(remove)))
	env := slices.Concat(objects.Env("S3"), topic.Env(), []string{"AWS_S3_USE_PATH_STYLE=true"})

	fn := servers.LambdaRIE(t, program, append(env, "REPORT_BATCH_ITEM_FAILURES=true")...)
	var ids []string
	for range 2 { // the second is a redelivery of more than what failed
		answer, err := fn.Invoke(t.Context(), batch)
		if want := `{"batchItemFailures":[{"itemIdentifier":"message-1"}]}`; err != nil || string(answer) != want {
			t.Fatalf("%v: answered %s, want %s\n%s", err, answer, want, fn.Output())
		}
		for _, a := range topic.Receive(t, 2) {
			ids = append(ids, a.ID)
		}
	}
	slices.Sort(ids)
	if ids[0] != ids[1] || ids[2] != ids[3] || ids[0] == ids[2] {
		t.Errorf("a redelivery raised other IDs: %v", ids)
	}
	// What is not a batch has no partial answer.
	if answer, err := fn.Invoke(t.Context(), lambdafntest.Object("trail", "none.json.gz")); err == nil {
		t.Errorf("a direct invocation that failed answered %s", answer)
	}

	// Without the variable Lambda would not read that answer.
	fn = servers.LambdaRIE(t, program, append(env, "REPORT_BATCH_ITEM_FAILURES=")...)
	_, err := fn.Invoke(t.Context(), batch)
	var failure *servers.InvokeError
	if !errors.As(err, &failure) || !strings.Contains(failure.Message, "s3:trail/none.json.gz") {
		t.Error(err)
	}
	topic.Receive(t, 2)
}

// BenchmarkInit is the time from the start of the process to its first call of the Runtime API for an invocation, which
// Lambda counts as init.
func BenchmarkInit(b *testing.B) {
	next := make(chan struct{}, 1)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/runtime/invocation/next") {
			next <- struct{}{}
			<-r.Context().Done()
		}
	}))
	defer api.Close()
	env := append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(api.URL, "http://"), "AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=example", "AWS_SECRET_ACCESS_KEY=example", "TOPIC_ARN=arn:aws:sns:us-east-1:123456789012:alerts")
	for b.Loop() {
		ctx, cancel := context.WithTimeout(b.Context(), 20*time.Second)
		cmd := exec.CommandContext(ctx, program)
		cmd.Env, cmd.Stderr = env, os.Stderr
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		select {
		case <-next:
		case <-ctx.Done():
			b.Fatal("no call for an invocation")
		}
		b.StopTimer()
		cancel()
		_ = cmd.Wait() // killed
		b.StartTimer()
	}
}
