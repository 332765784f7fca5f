// Package examples_test holds the programs that the library was designed by, as they are written with the AWS SDK's
// configuration.
package examples_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert/snssink"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/rule/ruletest"
	"github.com/streamalert/streamalert-go/source/s3source"
)

var rootLogin = rule.Rule{
	ID:       "aws.console.root-login",
	Title:    "Root account signed in to the console",
	Severity: rule.High,
	Logs:     []string{"aws.cloudtrail"},
	When: rule.All(
		rule.Field("eventName").Equals("ConsoleLogin"),
		rule.Field("userIdentity.type").Equals("Root"),
		rule.Not(rule.Field("userIdentity.invokedBy").Exists()),
	),
}

// A Lambda over CloudTrail in S3.
func Example_lambda() {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		log.Fatal(err)
	}
	p := &streamalert.Pipeline{
		Parser: logtype.CloudTrail(),
		Rules:  rule.MustCompile(rootLogin),
		Sink:   snssink.New(sns.NewFromConfig(cfg), os.Getenv("TOPIC_ARN")),
	}
	lambda.Start(s3source.Lambda(s3.NewFromConfig(cfg), p.Handle))
}

// A rule's unit test.
func TestRootLogin(t *testing.T) {
	ruletest.Dir(t, rule.MustCompile(rootLogin), "testdata/root-login")
}

// A rule that is plain Go, because a rule can be any code.
func Example_plainGo() {
	night := rule.Rule{
		ID:   "night",
		When: rule.Func(func(r *parse.Record) bool { return time.Unix(r.Get("ts").Int(), 0).UTC().Hour() < 6 }),
	}
	for m, err := range rule.MustCompile(night).Match(parse.JSONRecord([]byte(`{"ts":1700020000}`))) {
		fmt.Println(m.Rule.ID, err)
	}
	// Output: night <nil>
}

// Only the rule engine, on bytes the program already has.
func Example_engine() {
	set := rule.MustCompile(rootLogin)
	line := []byte(`{"eventName":"ConsoleLogin","userIdentity":{"type":"Root"}}`)
	for m := range set.Match(parse.JSONRecord(line)) {
		fmt.Println(m.Rule.ID)
	}
	// Output: aws.console.root-login
}
