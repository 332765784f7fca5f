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

// One pipeline over logs of any type, each told by its content: a rule may be for some types, or for whatever calls an
// address "source.ip".
func Example_manyLogs() {
	types := logtype.All()
	rules, err := (&rule.Compiler{Types: types}).Compile(
		rule.Rule{
			ID:   "scanner",
			When: rule.Entity("source.ip").CIDR("198.51.100.0/24"),
		},
		rule.Rule{
			ID:   "ssh.root",
			Logs: []string{"syslog.sshd"},
			When: rule.All(rule.Field("action").Equals("Accepted"), rule.Field("user").Equals("root")),
		},
	)
	if err != nil {
		log.Fatal(err)
	}
	p := &streamalert.Pipeline{Parser: &parse.Classifier{Types: types}, Rules: rules, Sink: printer{}}
	logs := "2 123456789010 eni-1235b8ca 198.51.100.7 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK\n" +
		"Oct 11 22:14:15 web1 sshd[4711]: Accepted password for root from 203.0.113.9 port 40022 ssh2\n" +
		`{"uuid":"1","published":"2024-01-05T00:00:00Z","eventType":"user.session.start","severity":"INFO","actor":{"id":"u1"},"client":{"ipAddress":"198.51.100.7"}}`
	origin := parse.Origin{Kind: "s3", Place: "logs/mixed", ID: "1"}
	fmt.Println(p.Handle(context.Background(), []*source.Payload{source.Bytes(origin, []byte(logs))}))
	// Output:
	// scanner s3:logs/mixed@1 record 0 {"version":2,"account-id":"123456789010","interface-id":"eni-1235b8ca","srcaddr":"198.51.100.7","dstaddr":"172.31.16.21","srcport":20641,"dstport":22,"protocol":6,"packets":20,"bytes":4249,"start":1418530010,"end":1418530070,"action":"ACCEPT","log-status":"OK"}
	// ssh.root s3:logs/mixed@1 record 1 {"timestamp":"Oct 11 22:14:15","hostname":"web1","app_name":"sshd","proc_id":"4711","message":"Accepted password for root from 203.0.113.9 port 40022 ssh2","action":"Accepted","method":"password","user":"root","src_ip":"203.0.113.9","src_port":"40022","protocol":"ssh2"}
	// scanner s3:logs/mixed@1 record 2 {"uuid":"1","published":"2024-01-05T00:00:00Z","eventType":"user.session.start","severity":"INFO","actor":{"id":"u1"},"client":{"ipAddress":"198.51.100.7"}}
	// <nil>
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
