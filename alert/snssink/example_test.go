package snssink_test

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/alert/snssink"
)

// printer stands for the client that sns.NewFromConfig makes.
type printer struct{}

func (printer) PublishBatch(_ context.Context, in *sns.PublishBatchInput, _ ...func(*sns.Options)) (*sns.PublishBatchOutput, error) {
	out := &sns.PublishBatchOutput{}
	for _, e := range in.PublishBatchRequestEntries {
		fmt.Println(*in.TopicArn, *e.MessageAttributes["severity"].StringValue, *e.Message)
		out.Successful = append(out.Successful, types.PublishBatchResultEntry{Id: e.Id})
	}
	return out, nil
}

func ExampleNew() {
	sink := snssink.New(printer{}, "arn:aws:sns:us-east-1:123456789012:alerts")
	batch := []*alert.Alert{{ID: "a1", Rule: alert.RuleRef{ID: "aws.console.root-login", Title: "Root signed in"}}}
	if err := sink.Send(context.Background(), batch); err != nil {
		log.Fatal(err)
	}
	// Output:
	// arn:aws:sns:us-east-1:123456789012:alerts info {"id":"a1","rule":{"id":"aws.console.root-login","title":"Root signed in"},"severity":"info","log":"","origin":{"kind":"","place":"","index":0,"offset":0}}
}
