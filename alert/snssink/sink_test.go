package snssink_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/alert/snssink"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// numbered are alerts with the IDs from id-0.
func numbered(n int) []*alert.Alert {
	batch := make([]*alert.Alert, n)
	for i := range batch {
		batch[i] = &alert.Alert{
			ID:       fmt.Sprint("id-", i),
			Rule:     alert.RuleRef{ID: "aws.console.root-login", Title: "Root signed in"},
			Severity: rule.High,
			Log:      "aws.cloudtrail",
			Detected: time.Date(2023, 7, 10, 11, 51, 2, 0, time.UTC),
			Origin:   alert.Origin{Origin: parse.Origin{Kind: "s3", Place: "logs/1.json.gz"}, Index: int64(i)},
			Record:   json.RawMessage(`{"eventName":"ConsoleLogin"}`),
		}
	}
	return batch
}

// received decodes what the topic took, by alert ID.
func received(t *testing.T, s *server) map[string]*alert.Alert {
	t.Helper()
	all := make(map[string]*alert.Alert)
	for _, e := range s.Accepted() {
		var a alert.Alert
		if err := json.Unmarshal([]byte(e.Message), &a); err != nil {
			t.Fatalf("message is no alert: %v: %.200s", err, e.Message)
		}
		if all[a.ID] != nil {
			t.Errorf("%s came twice", a.ID)
		}
		all[a.ID] = &a
	}
	return all
}

func failedIDs(err error, batch []*alert.Alert) map[string]bool {
	ids := make(map[string]bool)
	for id := range alert.Failed(err, batch) {
		ids[id] = true
	}
	return ids
}

func TestSendPublishesEachAlertWithItsAttributes(t *testing.T) {
	s := newServer(t)
	batch := numbered(1)
	if err := snssink.New(s.client(), topic).Send(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	body, err := batch[0].AppendJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []entry{{ID: "0", Message: string(body), Attributes: map[string]string{
		"rule_id": "aws.console.root-login", "severity": "high", "log": "aws.cloudtrail"}}}
	if diff := cmp.Diff(want, s.Accepted()); diff != "" {
		t.Error(diff)
	}
}

func TestSendLeavesOutAttributesWithoutAValue(t *testing.T) {
	s := newServer(t)
	if err := snssink.New(s.client(), topic).Send(context.Background(), []*alert.Alert{{ID: "a"}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"severity": "info"}, s.Accepted()[0].Attributes); diff != "" {
		t.Error(diff)
	}
}

func TestSendMakesACallForEveryTenAlerts(t *testing.T) {
	for alerts, calls := range map[int]int{0: 0, 1: 1, 9: 1, 10: 1, 11: 2, 25: 3} {
		s := newServer(t)
		batch := numbered(alerts)
		if err := snssink.New(s.client(), topic).Send(context.Background(), batch); err != nil {
			t.Fatal(err)
		}
		if n := len(s.Calls()); n != calls {
			t.Errorf("%d alerts: %d calls, want %d", alerts, n, calls)
		}
		got := received(t, s)
		for _, a := range batch {
			if diff := cmp.Diff(a, got[a.ID]); diff != "" {
				t.Error(diff)
			}
		}
	}
}

func TestSendAnswersForARefusedEntryAlone(t *testing.T) {
	s := newServer(t)
	s.Answer = func(e entry) answer {
		switch {
		case strings.Contains(e.Message, `"id-3"`):
			return answer{Code: "InvalidParameter", Message: "bad", SenderFault: true}
		case strings.Contains(e.Message, `"id-14"`):
			return answer{Code: "InternalError", Message: "down"}
		}
		return answer{}
	}
	batch := numbered(25)
	err := snssink.New(s.client(), topic).Send(context.Background(), batch)
	var de *alert.DeliveryError
	if !errors.As(err, &de) || de.Sink != topic {
		t.Fatalf("error is %#v", err)
	}
	want := map[string]error{
		"id-3":  &snssink.EntryError{Code: "InvalidParameter", Message: "bad", SenderFault: true},
		"id-14": &snssink.EntryError{Code: "InternalError", Message: "down"},
	}
	if diff := cmp.Diff(want, alert.Failed(err, batch)); diff != "" {
		t.Error(diff)
	}
	if n := len(received(t, s)); n != 23 {
		t.Errorf("%d arrived", n)
	}
	for _, e := range []string{"sns: InvalidParameter: bad (the sender's fault)", "sns: InternalError: down (the service's fault)"} {
		if !strings.Contains(want["id-3"].Error()+want["id-14"].Error(), e) {
			t.Errorf("no error reads %q", e)
		}
	}
}

func TestSendFailsAnEntryThatTheAnswerDoesNotSpeakOf(t *testing.T) {
	s := newServer(t)
	s.Answer = func(e entry) answer { return answer{Silent: strings.Contains(e.Message, `"id-1"`)} }
	batch := numbered(3)
	err := snssink.New(s.client(), topic).Send(context.Background(), batch)
	if diff := cmp.Diff(map[string]bool{"id-1": true}, failedIDs(err, batch)); diff != "" {
		t.Error(diff)
	}
}

func TestSendGoesOnAfterACallThatFailed(t *testing.T) {
	s := newServer(t)
	s.Fail = func(call int) (int, string) {
		if call == 2 {
			return http.StatusBadRequest, "KMSAccessDenied"
		}
		return 0, ""
	}
	batch := numbered(25)
	err := snssink.New(s.client(), topic).Send(context.Background(), batch)
	failed := alert.Failed(err, batch)
	for i, a := range batch {
		if got, want := failed[a.ID] != nil, i >= 10 && i < 20; got != want {
			t.Errorf("%s failed: %v", a.ID, got)
		}
	}
	var api smithy.APIError
	if !errors.As(failed["id-12"], &api) || api.ErrorCode() != "KMSAccessDenied" {
		t.Errorf("failed with %v", failed["id-12"])
	}
	if n := len(received(t, s)); n != 15 {
		t.Errorf("%d arrived", n)
	}
}

func TestSendErrorsHoldNoCredentials(t *testing.T) {
	s := newServer(t)
	s.Fail = func(int) (int, string) { return http.StatusForbidden, "SignatureDoesNotMatch" }
	err := snssink.New(s.client(), topic).Send(context.Background(), numbered(1))
	if err == nil || strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), "AKID") {
		t.Errorf("error %v", err)
	}
	s.Close()
	err = snssink.New(s.client(), topic).Send(context.Background(), numbered(1))
	if err == nil || strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), "AKID") {
		t.Errorf("error %v", err)
	}
}

// fake is a Publisher for what no server would say.
type fake func(context.Context, *sns.PublishBatchInput) (*sns.PublishBatchOutput, error)

func (f fake) PublishBatch(ctx context.Context, in *sns.PublishBatchInput, _ ...func(*sns.Options)) (*sns.PublishBatchOutput, error) {
	return f(ctx, in)
}

func TestSendTrustsNoStrangeAnswer(t *testing.T) {
	id := aws.String
	tests := []struct {
		name string
		out  *sns.PublishBatchOutput
		want map[string]bool // failed, of two
	}{
		{"no answer", nil, map[string]bool{"id-0": true, "id-1": true}},
		{"an empty answer", &sns.PublishBatchOutput{}, map[string]bool{"id-0": true, "id-1": true}},
		{"an entry accepted and refused is refused", &sns.PublishBatchOutput{
			Successful: []types.PublishBatchResultEntry{{Id: id("0")}, {Id: id("1")}},
			Failed:     []types.BatchResultErrorEntry{{Id: id("1"), Code: id("X")}},
		}, map[string]bool{"id-1": true}},
		{"entries without an ID say nothing", &sns.PublishBatchOutput{
			Successful: []types.PublishBatchResultEntry{{}, {Id: id("0")}},
			Failed:     []types.BatchResultErrorEntry{{}},
		}, map[string]bool{"id-1": true}},
		{"entries that were not sent say nothing", &sns.PublishBatchOutput{
			Successful: []types.PublishBatchResultEntry{{Id: id("7")}, {Id: id("id-0")}, {Id: id("0")}, {Id: id("1")}},
		}, map[string]bool{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := fake(func(context.Context, *sns.PublishBatchInput) (*sns.PublishBatchOutput, error) { return test.out, nil })
			batch := numbered(2)
			if diff := cmp.Diff(test.want, failedIDs(snssink.New(f, topic).Send(context.Background(), batch), batch)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSendOfADoneContextCallsNobody(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := newServer(t)
	batch := numbered(12)
	err := snssink.New(s.client(), topic).Send(ctx, batch)
	if n := len(alert.Failed(err, batch)); n != 12 || !errors.Is(err, context.Canceled) || len(s.Calls()) > 0 {
		t.Errorf("%d failed with %v after %d calls", n, err, len(s.Calls()))
	}
}

func TestSendStopsWhenTheContextEndsDuringACall(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	f := fake(func(ctx context.Context, in *sns.PublishBatchInput) (*sns.PublishBatchOutput, error) {
		if calls++; calls == 2 {
			cancel()
			return nil, ctx.Err()
		}
		var out sns.PublishBatchOutput
		for _, e := range in.PublishBatchRequestEntries {
			out.Successful = append(out.Successful, types.PublishBatchResultEntry{Id: e.Id})
		}
		return &out, nil
	})
	batch := numbered(45)
	err := snssink.New(f, topic).Send(ctx, batch)
	failed := alert.Failed(err, batch)
	if calls != 2 || len(failed) != 35 || failed["id-9"] != nil || failed["id-44"] == nil {
		t.Errorf("%d calls, %d failed", calls, len(failed))
	}
}

func TestSendPublishesAnAlertThatStandsInTheBatchTwiceOnce(t *testing.T) {
	s := newServer(t)
	s.Answer = func(e entry) answer {
		if strings.Contains(e.Message, `"id-1"`) {
			return answer{Code: "InternalError"}
		}
		return answer{}
	}
	batch := append(numbered(12), numbered(12)...)
	err := snssink.New(s.client(), topic).Send(context.Background(), batch)
	if diff := cmp.Diff(map[string]bool{"id-1": true}, failedIDs(err, batch)); diff != "" {
		t.Error(diff)
	}
	if n := len(received(t, s)); n != 11 { // which checks that none came twice
		t.Errorf("%d arrived", n)
	}
}

func TestSendRefusesWhatCannotBeTold(t *testing.T) {
	s := newServer(t)
	batch := numbered(4)
	batch[1].ID = ""
	batch[2].Severity = 99
	err := snssink.New(s.client(), topic).Send(context.Background(), batch)
	if diff := cmp.Diff(map[string]bool{"": true, "id-2": true}, failedIDs(err, batch)); diff != "" {
		t.Error(diff)
	}
	if n := len(received(t, s)); n != 2 {
		t.Errorf("%d arrived", n)
	}
}

func TestSendToAFIFOTopicKeepsTheOrder(t *testing.T) {
	s := newServer(t)
	if err := snssink.New(s.client(), fifo).Send(context.Background(), numbered(25)); err != nil {
		t.Fatal(err)
	}
	for i, e := range s.Accepted() {
		if want := fmt.Sprint("id-", i); e.Dedup != want {
			t.Errorf("at %d came %s", i, e.Dedup)
		}
	}
}

func TestSendIsSafeForConcurrentUse(t *testing.T) {
	s := newServer(t)
	sink := snssink.New(s.client(), topic)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			batch := numbered(15)
			for _, a := range batch {
				a.ID = fmt.Sprint(g, "-", a.ID)
			}
			if err := sink.Send(context.Background(), batch); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(received(t, s)); n != 8*15 {
		t.Errorf("%d arrived", n)
	}
}

func BenchmarkSend(b *testing.B) {
	f := fake(func(_ context.Context, in *sns.PublishBatchInput) (*sns.PublishBatchOutput, error) {
		var out sns.PublishBatchOutput
		for _, e := range in.PublishBatchRequestEntries {
			out.Successful = append(out.Successful, types.PublishBatchResultEntry{Id: e.Id})
		}
		return &out, nil
	})
	batch := numbered(100)
	sink := snssink.New(f, topic)
	b.ReportAllocs()
	for b.Loop() {
		if err := sink.Send(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
	}
}
