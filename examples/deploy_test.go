package examples_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// deployment is what a template deploys, in words that CloudFormation's and Terraform's are both put into. What is named
// in it is so by the resource and the attribute, in lower case: "deadletters.arn"; a parameter by its name alone.
type deployment struct {
	Runtime, Handler, LogFormat, LogGroup string
	Architectures                         []string
	Timeout                               int
	Environment                           map[string]string

	Mappings      []mapping
	Async         async
	Subscriptions []subscription
	Grants        []grant // of the function's role
	Senders       []grant // to queues
	Queues        map[string]queue
	Topics        map[string]string // their keys
	Alarms        []alarm
}

type mapping struct {
	Source        string
	ResponseTypes []string
	Bisect        bool
	Retries, Age  int
	OnFailure     string
}

// async is how invocations are tried again that nothing waits for.
type async struct {
	Retries, Age int
	OnFailure    string
}

type subscription struct{ Topic, Endpoint, DeadLetters string }

type queue struct {
	Encrypted             bool
	Visibility, Retention int
	DeadLetters           string
	MaxReceive            int
}

type alarm struct {
	Namespace, Metric, Queue, Statistic, Comparison string
	Threshold                                       float64
	Actions                                         []string
}

// grant is a statement of a policy in one line: who, what and on what, and under which conditions.
type grant string

func newGrant(who string, actions, resources, conditions []string) grant {
	line := strings.TrimSpace(who + " " + strings.Join(actions, ",") + " on " + strings.Join(resources, ","))
	slices.Sort(conditions)
	for _, c := range conditions {
		line += " if " + c
	}
	return grant(line)
}

// example is what the templates of a function are held against.
type example struct {
	folder   string
	options  []string // parameters that may be left out
	required []string
	env      map[string]string
	sources  []string // of the event source mappings
	async    bool
	// subscriptions, grants and senders are in any order. What depends on an option begins with it: "keyarn? ".
	subscriptions, grants, senders []string
}

const (
	report     = "REPORT_BATCH_ITEM_FAILURES"
	readBucket = "s3:GetObject,s3:GetObjectVersion on arn:partition:s3:::logbucket/*"
	readQueue  = "sqs:ReceiveMessage,sqs:DeleteMessage,sqs:GetQueueAttributes on queue.arn"
	readStream = "kinesis:DescribeStream,kinesis:DescribeStreamSummary,kinesis:GetRecords,kinesis:GetShardIterator,kinesis:ListShards on streamarn"
	decrypt    = "keyarn? kms:Decrypt on keyarn"
	publish    = "sns:Publish on alerts.arn"
	writeLogs  = "logs:CreateLogStream,logs:PutLogEvents on logs.arn:*"
	giveUp     = "sqs:SendMessage on deadletters.arn"
	fromBucket = "s3.amazonaws.com sqs:SendMessage on queue.arn if ArnEquals aws:SourceArn arn:partition:s3:::logbucket if StringEquals aws:SourceAccount account"
)

var lambdas = []example{
	{
		folder: "lambda-s3", required: []string{"logbucket"}, options: []string{"keyarn", "alarmtopicarn"},
		env:     map[string]string{"TOPIC_ARN": "alerts.arn", report: "true"},
		sources: []string{"queue.arn"},
		grants:  []string{readBucket, decrypt, readQueue, publish, writeLogs},
		senders: []string{fromBucket},
	},
	{
		folder: "lambda-kinesis", required: []string{"streamarn"}, options: []string{"keyarn", "alarmtopicarn"},
		env:     map[string]string{"TOPIC_ARN": "alerts.arn", report: "true"},
		sources: []string{"streamarn"},
		grants:  []string{readStream, decrypt, giveUp, publish, writeLogs},
	},
	{
		folder: "lambda-sns", required: []string{"sourcetopicarn"}, options: []string{"alarmtopicarn"},
		env:           map[string]string{"TOPIC_ARN": "alerts.arn"},
		async:         true,
		subscriptions: []string{"sourcetopicarn to function.arn, else deadletters.arn"},
		grants:        []string{giveUp, publish, writeLogs},
		senders:       []string{"sns.amazonaws.com sqs:SendMessage on deadletters.arn if ArnEquals aws:SourceArn sourcetopicarn"},
	},
	{
		folder: "lambda-any", required: []string{"logbucket"}, options: []string{"sourcetopicarn", "streamarn", "keyarn", "alarmtopicarn"},
		env:           map[string]string{"TOPIC_ARN": "alerts.arn", report: "true"},
		sources:       []string{"queue.arn", "streamarn? streamarn"},
		async:         true,
		subscriptions: []string{"sourcetopicarn? sourcetopicarn to queue.arn, else "},
		grants:        []string{readBucket, decrypt, readQueue, "streamarn? " + readStream, giveUp, publish, writeLogs},
		senders:       []string{fromBucket, "sourcetopicarn? sns.amazonaws.com sqs:SendMessage on queue.arn if ArnEquals aws:SourceArn sourcetopicarn"},
	},
}

// templates are the kinds of them, and what reads each with some of its parameters.
var templates = []struct {
	name string
	read func(text []byte, parameters map[string]string) (deployment, error)
}{
	{"template.yaml", readCloudFormation},
	{"main.tf", readTerraform},
}

// problems are what is wrong with a template, with and without its optional parameters.
func problems(e example, text []byte, read func([]byte, map[string]string) (deployment, error)) []string {
	var found []string
	for _, options := range [][]string{nil, e.options} {
		parameters := map[string]string{}
		for _, name := range append(slices.Clone(options), e.required...) {
			parameters[name] = name
		}
		d, err := read(text, parameters)
		if err != nil {
			return []string{err.Error()}
		}
		for _, p := range e.check(d, parameters) {
			found = append(found, fmt.Sprintf("with %v: %s", options, p))
		}
	}
	if !strings.Contains(string(text), "GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -tags lambda.norpc -o ") {
		found = append(found, "the comment does not say how to build")
	}
	return found
}

func (e example) check(d deployment, parameters map[string]string) []string {
	// given leaves out what depends on a parameter that is not given.
	given := func(lines []string) []string {
		kept := []string{}
		for _, l := range lines {
			option, line, optional := strings.Cut(l, "? ")
			if !optional {
				kept = append(kept, l)
			} else if parameters[option] != "" {
				kept = append(kept, line)
			}
		}
		slices.Sort(kept)
		return kept
	}
	var found []string
	same := func(what string, want, got any) {
		if diff := cmp.Diff(want, got); diff != "" {
			found = append(found, what+": "+diff)
		}
	}
	same("function", []string{"provided.al2023", "bootstrap", "JSON", "logs.name", "arm64"},
		append([]string{d.Runtime, d.Handler, d.LogFormat, d.LogGroup}, d.Architectures...))
	same("environment", e.env, d.Environment)
	same("grants", given(e.grants), lines(d.Grants))
	same("senders", given(e.senders), lines(d.Senders))
	var sources, subscriptions []string
	for _, m := range d.Mappings {
		sources = append(sources, m.Source)
		found = append(found, m.check(d)...)
	}
	for _, s := range d.Subscriptions {
		subscriptions = append(subscriptions, fmt.Sprintf("%s to %s, else %s", s.Topic, s.Endpoint, s.DeadLetters))
	}
	same("event source mappings", given(e.sources), sorted(sources))
	same("subscriptions", given(e.subscriptions), sorted(subscriptions))
	if e.async {
		same("asynchronous invocations", async{Retries: 2, Age: 21600, OnFailure: "deadletters.arn"}, d.Async)
	}
	found = append(found, d.checkStores()...)
	action := []string{}
	if parameters["alarmtopicarn"] != "" {
		action = append(action, "alarmtopicarn")
	}
	same("alarms", []alarm{{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "deadletters.name", "Maximum", "GreaterThanThreshold", 0, action}}, d.Alarms)
	return found
}

// check is about what comes again, how often, and where it ends.
func (m mapping) check(d deployment) []string {
	var found []string
	problem := func(bad bool, format string, args ...any) {
		if bad {
			found = append(found, fmt.Sprintf("mapping of %s: ", m.Source)+fmt.Sprintf(format, args...))
		}
	}
	reports := slices.Equal(m.ResponseTypes, []string{"ReportBatchItemFailures"})
	problem(reports != (d.Environment[report] == "true"), "response types %v, though %s is %q", m.ResponseTypes, report, d.Environment[report])
	if m.Source == "queue.arn" {
		q := d.Queues["queue"]
		problem(q.Visibility != 6*d.Timeout || d.Timeout == 0, "visibility timeout %d s, the function's is %d s", q.Visibility, d.Timeout)
		problem(q.DeadLetters != "deadletters.arn", "dead letters go to %q", q.DeadLetters)
		problem(q.MaxReceive < 5, "maxReceiveCount %d", q.MaxReceive)
		return found
	}
	problem(!m.Bisect, "batches are not bisected")
	problem(m.OnFailure != "deadletters.arn", "what is given up goes to %q", m.OnFailure)
	problem(m.Age < 60 || m.Age > 86400/2, "records are given up at an age of %d s, the stream keeps them for 86400", m.Age)
	problem(m.Retries < 100 || m.Retries > 10000, "%d retries", m.Retries)
	return found
}

// checkStores is about queues and topics.
func (d deployment) checkStores() []string {
	var found []string
	for name, q := range d.Queues {
		if !q.Encrypted {
			found = append(found, "queue "+name+" is not encrypted")
		}
	}
	for name, key := range d.Topics {
		if key == "" {
			found = append(found, "topic "+name+" is not encrypted")
		}
	}
	if q := d.Queues["deadletters"]; q.Retention != 14*86400 || q.DeadLetters != "" {
		found = append(found, fmt.Sprintf("dead letters are kept for %d s, and then go to %q", q.Retention, q.DeadLetters))
	}
	// Whatever is granted: a wildcard stands for objects of one bucket or streams of one log group, never for more.
	for _, g := range slices.Concat(d.Grants, d.Senders) {
		what, resource, _ := strings.Cut(string(g), " on ")
		if rest := strings.TrimSuffix(strings.TrimSuffix(resource, "logbucket/*"), "logs.arn:*"); strings.Contains(what+rest, "*") {
			found = append(found, "wildcard: "+string(g))
		}
	}
	return found
}

func lines(grants []grant) []string {
	all := []string{}
	for _, g := range grants {
		all = append(all, string(g))
	}
	slices.Sort(all)
	return all
}

func sorted(all []string) []string {
	slices.Sort(all)
	return append([]string{}, all...)
}

func readTemplate(t *testing.T, folder, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTemplatesDeployWhatTheFunctionsNeed(t *testing.T) {
	for _, e := range lambdas {
		for _, kind := range templates {
			t.Run(e.folder+"/"+kind.name, func(t *testing.T) {
				for _, p := range problems(e, readTemplate(t, e.folder, kind.name), kind.read) {
					t.Error(p)
				}
			})
		}
	}
}
