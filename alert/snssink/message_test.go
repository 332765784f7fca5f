package snssink_test

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/alert/snssink"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// size is how much SNS counts for an alert.
func size(t *testing.T, a *alert.Alert) int {
	t.Helper()
	body, err := a.AppendJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	e := entry{Message: string(body), Attributes: map[string]string{
		"rule_id": a.Rule.ID, "severity": a.Severity.String(), "log": a.Log}}
	return e.size()
}

func TestSendKeepsCallsWithinTheirBytes(t *testing.T) {
	// Two alerts that fill a call to the last byte, and two that exceed it by one.
	for over, calls := range map[int]int{0: 1, 1: 2} {
		s := newServer(t)
		batch := numbered(2)
		room := 262_144 - size(t, batch[0]) - size(t, batch[1]) + len(batch[1].Record)
		batch[1].Record = json.RawMessage(`"` + strings.Repeat("x", room+over-2) + `"`)
		if err := snssink.New(s.client(), topic).Send(context.Background(), batch); err != nil {
			t.Fatal(err)
		}
		if n := len(s.Calls()); n != calls {
			t.Errorf("%d bytes over: %d calls, want %d", over, n, calls)
		}
		if diff := cmp.Diff(batch[1], received(t, s)["id-1"]); diff != "" {
			t.Error(diff)
		}
	}
}

func TestSendFillsEachCall(t *testing.T) {
	s := newServer(t)
	batch := numbered(7)
	for _, a := range batch {
		a.Record = json.RawMessage(`"` + strings.Repeat("x", 100_000) + `"`) // two in a call
	}
	if err := snssink.New(s.client(), topic).Send(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, entries := range s.Calls() {
		got = append(got, len(entries))
	}
	if diff := cmp.Diff([]int{2, 2, 2, 1}, got); diff != "" {
		t.Error(diff)
	}
}

func TestSendPublishesAHugeAlertWithoutWhatDoesNotFit(t *testing.T) {
	huge := strings.Repeat("x", 300_000)
	held := []rule.Held{{Field: "f", Condition: "f exists", Value: json.RawMessage(`1`)}}
	exact := numbered(1)[0]
	exact.Record = json.RawMessage(`"` + strings.Repeat("x", 262_144-size(t, exact)+len(exact.Record)-2) + `"`)
	tests := []struct {
		name   string
		change func(a, want *alert.Alert)
	}{
		{"a record that just fits is sent", func(a, want *alert.Alert) {
			a.Record, want.Record = exact.Record, exact.Record
		}},
		{"a record of one byte more is left out", func(a, want *alert.Alert) {
			a.Record = json.RawMessage(`"x` + string(exact.Record[1:]))
			a.Matched, want.Matched = held, held
			want.Record, want.RecordOmitted = nil, true
		}},
		{"a record that only white space makes large is sent", func(a, want *alert.Alert) {
			a.Record, want.Record = json.RawMessage("[\n"+strings.Repeat(" ", 300_000)+"1]"), json.RawMessage("[1]")
		}},
		{"a record that escaping makes large is left out", func(a, want *alert.Alert) {
			a.Record = json.RawMessage(strings.Repeat("\x01", 60_000))
			want.Record, want.RecordOmitted = nil, true
		}},
		{"what matched is left out next", func(a, want *alert.Alert) {
			a.Matched = []rule.Held{{Condition: huge}}
			want.Record, want.RecordOmitted = nil, true
		}},
		{"long texts are cut last", func(a, want *alert.Alert) {
			a.Rule.Title, a.Origin.Entry = huge, strings.Repeat("é", 150_000)
			want.Rule.Title = strings.Repeat("x", 65_536) + "…"
			want.Origin.Entry = strings.Repeat("é", 32_768) + "…"
			want.Record, want.RecordOmitted = nil, true
		}},
		{"long texts are cut as much as is needed", func(a, want *alert.Alert) {
			a.Rule.Title, a.Origin.Place = strings.Repeat("\x02", 60_000), strings.Repeat("\x01", 60_000)
			want.Rule.Title = strings.Repeat("\x02", 16_384) + "…"
			want.Origin.Place = strings.Repeat("\x01", 16_384) + "…"
			want.Record, want.RecordOmitted = nil, true
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newServer(t)
			a, want := numbered(1)[0], numbered(1)[0]
			test.change(a, want)
			if err := snssink.New(s.client(), topic).Send(context.Background(), []*alert.Alert{a}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, received(t, s)[a.ID]); diff != "" {
				t.Errorf("%.2000s", diff)
			}
		})
	}
}

// TestSendLosesNoAlertHoweverLarge makes everything an alert holds huge at once, its ID among them.
func TestSendLosesNoAlertHoweverLarge(t *testing.T) {
	for _, c := range []string{"x", "é", "\x01", `"`, "\xff", "\uffff"} {
		for _, limit := range []int{0, 1, 4096, 100_000} {
			huge := strings.Repeat(c, 70_000) // eight times that is too much
			a := &alert.Alert{
				ID: huge, Rule: alert.RuleRef{ID: huge, Title: huge}, Log: huge, Severity: rule.Critical,
				Time: time.Unix(1, 123456789), Detected: time.Unix(2, 123456789),
				Origin:  alert.Origin{Origin: parse.Origin{Kind: huge, Place: huge, ID: huge, Entry: huge}, Index: math.MaxInt64, Offset: math.MinInt64},
				Matched: []rule.Held{{Field: huge, Condition: huge, Value: json.RawMessage(huge)}},
				Record:  json.RawMessage(huge),
			}
			s := newServer(t)
			if limit > 0 {
				s.MaxBytes = max(limit, 4096)
			}
			sink := snssink.New(s.client(), fifo)
			sink.MaxBytes = limit
			small := numbered(3)
			if err := sink.Send(context.Background(), append(small, a)); err != nil {
				t.Fatalf("of %q, limit %d: %v", c, limit, err)
			}
			if got := received(t, s); len(got) != 4 {
				t.Errorf("of %q, limit %d: %d arrived", c, limit, len(got))
			}
		}
	}
}

func TestSendUsesTheTopicsOwnMaximum(t *testing.T) {
	s := newServer(t)
	s.MaxBytes = 1 << 20
	sink := snssink.New(s.client(), topic)
	sink.MaxBytes = 1 << 20
	batch := numbered(3)
	for _, a := range batch {
		a.Record = json.RawMessage(`"` + strings.Repeat("x", 300_000) + `"`)
	}
	if err := sink.Send(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Calls()); n != 1 {
		t.Errorf("%d calls", n)
	}
	if diff := cmp.Diff(batch[2], received(t, s)["id-2"]); diff != "" {
		t.Errorf("%.500s", diff)
	}
}

func TestSendToAFIFOTopicGroupsByRuleAndDeduplicatesByAlert(t *testing.T) {
	long := strings.Repeat("r", 129)
	tests := []struct{ name, rule, id, group, dedup string }{
		{"plain IDs are used", "aws.console.root-login", "3f0d8a52", "aws.console.root-login", "3f0d8a52"},
		{"punctuation is allowed", "a!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "i", "a!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "i"},
		{"the longest is used", long[:128], long[:128], long[:128], long[:128]},
		{"a longer one is hashed", long, long,
			"823571b215e235cb47fd8a5f9b7e23679d6174a9039c4983e7603c374a5c1637",
			"823571b215e235cb47fd8a5f9b7e23679d6174a9039c4983e7603c374a5c1637"},
		{"a space is hashed", "my rule", "my alert",
			"ccc6f03ddb5a4555723a6349e2cde9a9813da709dd616b85d971ca34370c95f9",
			"575e2625e2fe0d6b667654d3b12f36e6bf37e6c8b4226f4dadb879a0141401e2"},
		{"a rule without an ID is hashed", "", "i", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "i"},
		{"what is not ASCII is hashed", "règle", "é",
			"c527854a6660fd8fe099abcc3415f8b2dd1e371af976745de93360a267e9b037",
			"4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newServer(t)
			a := &alert.Alert{ID: test.id, Rule: alert.RuleRef{ID: test.rule}}
			if err := snssink.New(s.client(), fifo).Send(context.Background(), []*alert.Alert{a}); err != nil {
				t.Fatal(err)
			}
			got := s.Accepted()[0]
			if got.Group != test.group || got.Dedup != test.dedup {
				t.Errorf("group %q and deduplication ID %q, want %q and %q", got.Group, got.Dedup, test.group, test.dedup)
			}
		})
	}
}

func TestSendPublishesCharactersThatSNSRefuses(t *testing.T) {
	const bad = "\x00\x08\x0b\x1f\x7f\ufffe\uffff\xff\xed\xa0\x80\u2028é😀"
	for _, record := range []string{`{"a":"` + "\ufffe\uffff\uFFFD\xff\xef\xbf" + `"}`, "no JSON " + bad} {
		s := newServer(t)
		a := &alert.Alert{ID: bad, Rule: alert.RuleRef{ID: bad, Title: bad}, Log: bad,
			Matched: []rule.Held{{Field: bad, Condition: bad, Value: json.RawMessage(record)}}, Record: json.RawMessage(record)}
		if err := snssink.New(s.client(), fifo).Send(context.Background(), []*alert.Alert{a}); err != nil {
			t.Fatal(err)
		}
		got := received(t, s)[string([]rune(bad))]
		if got == nil {
			t.Fatalf("the alert did not arrive under its ID: %q", s.Accepted())
		}
		if want := string([]rune(bad)); got.Rule.Title != want {
			t.Errorf("title %q, want %q", got.Rule.Title, want)
		}
		var have, want any
		if json.Unmarshal(got.Record, &have) != nil {
			t.Errorf("record %q", got.Record)
		}
		if json.Unmarshal([]byte(record), &want) != nil {
			want = string([]rune(record))
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Error(diff)
		}
	}
}

func TestSendCutsLongAttributes(t *testing.T) {
	s := newServer(t)
	a := &alert.Alert{ID: "a", Rule: alert.RuleRef{ID: strings.Repeat("é", 200)}, Log: "l" + strings.Repeat("é", 200)}
	if err := snssink.New(s.client(), topic).Send(context.Background(), []*alert.Alert{a}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"rule_id": strings.Repeat("é", 128), "severity": "info", "log": "l" + strings.Repeat("é", 127)}
	if diff := cmp.Diff(want, s.Accepted()[0].Attributes); diff != "" {
		t.Error(diff)
	}
}

func FuzzSend(f *testing.F) {
	f.Add("id", "rule", "text", []byte(`{"a":1}`), 0, uint16(0))
	f.Add("é\x00", "\uffff", "\xff\x00\"", []byte("\xff\ufffe"), 5_000, uint16(1))
	f.Add(strings.Repeat("i", 200), strings.Repeat("\x01", 200), "", []byte(`["\ufffe"]`), 9, uint16(4100))
	f.Fuzz(func(t *testing.T, id, ruleID, text string, record []byte, times int, limit uint16) {
		if id == "" {
			return
		}
		long := strings.Repeat(text, min(max(times, 0), 10_000/(len(text)+1)))
		a := &alert.Alert{
			ID: id, Rule: alert.RuleRef{ID: ruleID, Title: long}, Log: text,
			Origin:  alert.Origin{Origin: parse.Origin{Kind: text, Place: long, ID: text, Entry: text}},
			Matched: []rule.Held{{Field: text, Condition: long, Value: record}},
			Record:  record,
		}
		checked := fake(func(_ context.Context, in *sns.PublishBatchInput) (*sns.PublishBatchOutput, error) {
			s := &server{MaxBytes: max(int(limit), 4096)}
			e := asEntry(in.PublishBatchRequestEntries[0])
			if code := s.refuseCall(*in.TopicArn, []entry{e}); code != "" {
				t.Errorf("call refused: %s", code)
			}
			if bad := refuseEntry(e, true); bad != (answer{}) {
				t.Errorf("entry refused: %+v", bad)
			}
			var got alert.Alert
			if err := json.Unmarshal([]byte(e.Message), &got); err != nil {
				t.Errorf("message is no alert: %v", err)
			}
			return &sns.PublishBatchOutput{Successful: []types.PublishBatchResultEntry{{Id: aws.String(e.ID)}}}, nil
		})
		sink := snssink.New(checked, fifo)
		sink.MaxBytes = max(int(limit), 1)
		if err := sink.Send(context.Background(), []*alert.Alert{a}); err != nil {
			t.Error(err)
		}
	})
}

func asEntry(e types.PublishBatchRequestEntry) entry {
	all := entry{ID: *e.Id, Message: *e.Message, Group: *e.MessageGroupId, Dedup: *e.MessageDeduplicationId,
		Attributes: make(map[string]string)}
	for name, v := range e.MessageAttributes {
		all.Attributes[name] = *v.StringValue
	}
	return all
}
