package lambdasource_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/google/go-cmp/cmp"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/alert/snssink"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source/lambdasource"
)

// publisher is SNS, which counts its calls and refuses alerts of some records.
type publisher struct {
	refuse map[int]bool
	calls  int
	taken  map[int]int // alerts, by record
}

func (p *publisher) PublishBatch(_ context.Context, in *sns.PublishBatchInput, _ ...func(*sns.Options)) (*sns.PublishBatchOutput, error) {
	p.calls++
	out := &sns.PublishBatchOutput{}
	for _, e := range in.PublishBatchRequestEntries {
		var a alert.Alert
		var record struct{ N int }
		if err := json.Unmarshal([]byte(*e.Message), &a); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(a.Record, &record); err != nil {
			return nil, err
		}
		if p.refuse[record.N] {
			out.Failed = append(out.Failed, types.BatchResultErrorEntry{Id: e.Id, Code: aws.String("Throttled")})
			continue
		}
		p.taken[record.N]++
		out.Successful = append(out.Successful, types.PublishBatchResultEntry{Id: e.Id})
	}
	return out, nil
}

// A batch of 500 records, each of which raises an alert.
func TestASinkThatRefusesSomeFailsJustThese(t *testing.T) {
	byName := map[string]kind{}
	for _, k := range kinds {
		byName[k.name] = k
	}
	items := func(places ...int) string {
		var failures []string
		for _, i := range places {
			failures = append(failures, fmt.Sprintf(`{"itemIdentifier":%q}`, item(i)))
		}
		return `{"batchItemFailures":[` + strings.Join(failures, ",") + `]}`
	}
	for _, test := range []struct {
		kind   string
		refuse []int
		want   string
	}{
		{"Kinesis", nil, items()},
		{"Kinesis", []int{499}, items(499)},
		{"Kinesis", []int{300, 137, 138, 499}, items(137)},
		{"SQS", nil, items()},
		{"SQS", []int{300, 137, 138, 499}, items(137, 138, 300, 499)},
		// Every other message is in one group.
		{"SQS FIFO", []int{494, 495}, items(494, 495, 496, 497, 498, 499)},
		{"SQS FIFO", []int{494}, items(494, 496, 498)},
		{"SNS", nil, items()},
		{"SNS", []int{137}, ""}, // which has no partial answer
	} {
		t.Run(fmt.Sprint(test.kind, ", refused ", test.refuse), func(t *testing.T) {
			var records []string
			for i := range 500 {
				group := ""
				switch test.kind {
				case "SQS FIFO":
					group = fmt.Sprint("group", i%2)
				case "Kinesis":
					group = "000000000000"
				}
				records = append(records, byName[test.kind].record(i, group, fmt.Appendf(nil, `{"n":%d}`, i)))
			}
			event := json.RawMessage(`{"Records":[` + strings.Join(records, ",") + `]}`)
			sink := &publisher{refuse: map[int]bool{}, taken: map[int]int{}}
			for _, i := range test.refuse {
				sink.refuse[i] = true
			}
			p := &streamalert.Pipeline{Parser: parse.JSONFormat{}, Sink: snssink.New(sink, "arn:aws:sns:us-east-1:123456789012:alerts"),
				Rules: rule.MustCompile(rule.Rule{ID: "every", When: rule.Field("n").Exists()})}
			f := lambdasource.Lambda(logs, p.Handle)
			f.ReportBatchItemFailures = true
			answer, err := f.Invoke(t.Context(), event)
			if (err != nil) != (test.want == "") {
				t.Fatalf("error %v, want the answer %q", err, test.want)
			}
			if diff := cmp.Diff(test.want, string(answer)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if sink.calls > 50 {
				t.Errorf("%d calls of PublishBatch, want at most 50", sink.calls)
			}
			if len(sink.taken) != 500-len(test.refuse) {
				t.Errorf("alerts of %d records were taken", len(sink.taken))
			}

			f.ReportBatchItemFailures = false
			if answer, err := f.Invoke(t.Context(), event); (err != nil) != (test.refuse != nil) {
				t.Errorf("without ReportBatchItemFailures: answer %s, error %v", answer, err)
			}
		})
	}
}
