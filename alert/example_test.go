package alert_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"slices"
	"time"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// matches are the matches of one rule with one record.
func matches() []rule.Match {
	set, err := rule.Compile(rule.Rule{
		ID:       "aws.console.root-login",
		Title:    "Root account signed in to the console",
		Severity: rule.High,
		When: rule.All(
			rule.Field("eventName").Equals("ConsoleLogin"),
			rule.Field("userIdentity.type").Equals("Root"),
		),
	})
	if err != nil {
		log.Fatal(err)
	}
	record := parse.JSONRecord([]byte(`{"eventName": "ConsoleLogin", "userIdentity": {"type": "Root"}}`))
	record.Origin = parse.Origin{Kind: "s3", Place: "logs/AWSLogs/1.json.gz", ID: "v1"}
	record.Index, record.Offset = 12, 18342
	record.Type = &parse.LogType{Name: "aws.cloudtrail", Time: "eventTime"}
	var all []rule.Match
	for m, err := range set.Match(record) {
		if err != nil {
			log.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

func ExampleNew() {
	now := time.Date(2023, 7, 10, 11, 51, 2, 0, time.UTC) // in a program, time.Now()
	for _, m := range matches() {
		a := alert.New(m, now)
		fmt.Println(a.ID, a.Severity, a.Rule.Title)
	}
	// Output:
	// 4943483655bb75a4b53ef344e9395acb high Root account signed in to the console
}

func ExampleNDJSON() {
	sink := alert.NDJSON(os.Stdout)
	now := time.Date(2023, 7, 10, 11, 51, 2, 0, time.UTC) // in a program, time.Now()
	for _, m := range matches() {
		if err := sink.Send(context.Background(), []*alert.Alert{alert.New(m, now)}); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// {"id":"4943483655bb75a4b53ef344e9395acb","rule":{"id":"aws.console.root-login","title":"Root account signed in to the console"},"severity":"high","log":"aws.cloudtrail","detected":"2023-07-10T11:51:02Z","origin":{"kind":"s3","place":"logs/AWSLogs/1.json.gz","id":"v1","index":12,"offset":18342},"matched":[{"field":"eventName","condition":"eventName = \"ConsoleLogin\"","value":"ConsoleLogin"},{"field":"userIdentity.type","condition":"userIdentity.type = \"Root\"","value":"Root"}],"record":{"eventName":"ConsoleLogin","userIdentity":{"type":"Root"}}}
}

func ExampleText() {
	sink := &alert.Text{W: os.Stdout}
	now := time.Date(2023, 7, 10, 11, 51, 2, 0, time.UTC) // in a program, time.Now()
	for _, m := range matches() {
		if err := sink.Send(context.Background(), []*alert.Alert{alert.New(m, now)}); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// HIGH      detected 2023-07-10T11:51:02Z  Root account signed in to the console  aws.console.root-login
	//           aws.cloudtrail  s3:logs/AWSLogs/1.json.gz@v1  record 12 at offset 18342
	//           eventName          "ConsoleLogin"
	//           userIdentity.type  "Root"
}

// An alert counts as delivered only where no part of the error says otherwise.
func ExampleFailed() {
	batch := []*alert.Alert{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	refused := &alert.DeliveryError{Sink: "ticket system", Failed: map[string]error{"b": errors.New("queue is closed")}}

	report := func(err error) {
		var ids []string
		for id := range alert.Failed(err, batch) {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		fmt.Println(ids)
	}
	report(nil)
	report(fmt.Errorf("on-call route: %w", refused))
	report(errors.Join(refused, errors.New("connection reset")))
	// Output:
	// []
	// [b]
	// [a b c]
}

func ExampleAlert_AppendJSON() {
	a := &alert.Alert{
		ID:     "a1",
		Rule:   alert.RuleRef{ID: "sshd.root"},
		Origin: alert.Origin{Origin: parse.Origin{Kind: "file", Place: "auth.log"}},
		Record: []byte("Jul 10 sshd[7]: Accepted password for \"root\"\n"), // no JSON, so it becomes a string
	}
	line, err := a.AppendJSON(nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", line)
	// Output:
	// {"id":"a1","rule":{"id":"sshd.root","title":""},"severity":"info","log":"","origin":{"kind":"file","place":"auth.log","index":0,"offset":0},"record":"Jul 10 sshd[7]: Accepted password for \"root\"\n"}
}
