package streamalert_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/alert/snssink"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/filesource"
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

// awsConfig stands for config.LoadDefaultConfig of aws-sdk-go-v2/config, which examples/lambda-s3 calls.
func awsConfig(context.Context) (aws.Config, error) { return aws.Config{Region: "us-east-1"}, nil }

// A Lambda function over CloudTrail in S3.
func Example_lambda() {
	ctx := context.Background()
	cfg, err := awsConfig(ctx) // config.LoadDefaultConfig(ctx)
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

// A service, or a command, runs a source until all is delivered.
func ExamplePipeline_Run() {
	p := &streamalert.Pipeline{
		Parser: logtype.CloudTrail(),
		Rules:  rule.MustCompile(rootLogin),
		Sink:   &alert.Text{W: os.Stdout},
	}
	logs, err := os.Open("testdata/root-login.json")
	if err != nil {
		log.Fatal(err)
	}
	defer logs.Close()
	// Paths can be files and folders as well; "-" is standard input, or what stands for it.
	if err := p.Run(context.Background(), &filesource.Source{Paths: []string{"-"}, Stdin: logs}); err != nil {
		fmt.Println(err)
	}
	fmt.Println(p.Counts().Records, "records")
	// Output:
	// HIGH      2023-07-10T11:42:19Z  Root account signed in to the console  aws.console.root-login
	//           aws.cloudtrail  file:-  record 1 at offset 218
	//           eventName          "ConsoleLogin"
	//           userIdentity.type  "Root"
	//           not userIdentity.invokedBy exists
	//
	// 2 records
}

// Handle works on payloads from anywhere: here on bytes that the program already has.
func ExamplePipeline_Handle() {
	p := &streamalert.Pipeline{
		Parser: parse.JSONFormat{},
		Rules:  rule.MustCompile(rule.Rule{ID: "sudo", When: rule.Field("command").Prefix("sudo ")}),
		Sink:   printer{},
	}
	// An origin names the place of the bytes: alert IDs are derived from it.
	origin := parse.Origin{Kind: "kafka", Place: "audit/7", ID: "1042"}
	err := p.Handle(context.Background(), []*source.Payload{
		source.Bytes(origin, []byte("{\"command\":\"ls\"}\n{\"command\":\"sudo id\"}\n")),
	})
	fmt.Println(err) // nil: everything is delivered, and the message can be acknowledged
	// Output:
	// sudo kafka:audit/7@1042 record 1 {"command":"sudo id"}
	// <nil>
}

type printer struct{}

func (printer) Send(_ context.Context, batch []*alert.Alert) error {
	for _, a := range batch {
		fmt.Printf("%s %v record %d %s\n", a.Rule.ID, a.Origin.Origin, a.Origin.Index, a.Record)
	}
	return nil
}

// A record that is lost goes to the dead letter, and the next one is evaluated.
func ExampleDeadLetter() {
	p := &streamalert.Pipeline{
		Parser:     parse.JSONFormat{},
		Rules:      rule.MustCompile(rule.Rule{ID: "sudo", When: rule.Field("command").Prefix("sudo ")}),
		Sink:       printer{},
		DeadLetter: lost{},
	}
	err := p.Handle(context.Background(), []*source.Payload{
		source.Bytes(parse.Origin{Kind: "kafka", Place: "audit/7", ID: "1043"}, []byte("{\"comm\n{\"command\":\"sudo id\"}\n")),
	})
	fmt.Println(err)
	// Unordered output:
	// lost at 0: "{\"comm\n": syntax error at offset 6
	// sudo kafka:audit/7@1043 record 1 {"command":"sudo id"}
	// <nil>
}

type lost struct{}

func (lost) Put(_ context.Context, batch []streamalert.DeadRecord) error {
	for _, d := range batch {
		fmt.Printf("lost at %d: %q: %s\n", d.Offset, d.Raw, d.Reason)
	}
	return nil
}
