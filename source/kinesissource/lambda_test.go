package kinesissource_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/kinesissource"
)

// got is what is compared of a payload.
type got struct {
	Origin parse.Origin
	Group  string
	Sent   time.Time
	Size   int64
	Body   string
	Item   string
	Key    string
}

// decode is an event's payloads, opened and read.
func decode(t *testing.T, event []byte) []got {
	t.Helper()
	b, err := kinesissource.Records{}.Decode(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Items) != len(b.Payloads) {
		t.Fatalf("%d items of %d payloads", len(b.Items), len(b.Payloads))
	}
	all := []got{}
	for i, p := range b.Payloads {
		body, err := read(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, got{p.Origin, p.Group, p.Sent, p.Size, string(body), b.Items[i], p.Attributes["partitionKey"]})
	}
	return all
}

func TestEachUserRecordHasAnOriginOfItsOwn(t *testing.T) {
	e := event(t,
		put{shard, sequence(0), "a", []byte("plain")},
		put{shard, sequence(1), "b", aggregated("first", "", "third")},
		put{shard, sequence(2), "c", nil},
		put{"shardId-000000000007", sequence(2), "d", aggregated("alone")},
	)
	sent := time.Date(2020, 12, 9, 7, 4, 35, 477_000_000, time.UTC)
	origin := func(place, id string) parse.Origin { return parse.Origin{Kind: "kinesis", Place: place, ID: id} }
	other := stream + "/shardId-000000000007"
	want := []got{
		{origin(place, sequence(0)), place, sent, 5, "plain", sequence(0), "a"},
		{origin(place, sequence(1)+".0"), place, sent, 5, "first", sequence(1), "user-0"},
		{origin(place, sequence(1)+".1"), place, sent, 0, "", sequence(1), "user-1"},
		{origin(place, sequence(1)+".2"), place, sent, 5, "third", sequence(1), "user-2"},
		{origin(place, sequence(2)), place, sent, 0, "", sequence(2), "c"},
		{origin(other, sequence(2)+".0"), other, sent, 5, "alone", sequence(2), "user-0"},
	}
	first := decode(t, e)
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(first, decode(t, e)); diff != "" {
		t.Errorf("payloads of the event when it is delivered again (-first +second):\n%s", diff)
	}
}

func TestAConsumerWithFanOutReadsTheSameOrigins(t *testing.T) {
	e := event(t, puts("a", string(aggregated("b", "c")))...)
	fanOut := strings.ReplaceAll(string(e), stream, stream+"/consumer/detections:1607497475")
	if diff := cmp.Diff(decode(t, e), decode(t, []byte(fanOut))); diff != "" {
		t.Errorf("payloads (-shared +fan-out):\n%s", diff)
	}
}

// answer is that of a function.
type answer struct {
	BatchItemFailures []struct{ ItemIdentifier string }
}

func TestTheLowestFailedSequenceNumberIsReported(t *testing.T) {
	plain := puts("a", "b", "c", "d")
	several := puts("a", string(aggregated("b0", "b1", "b2")), "c")
	second := put{"shardId-000000000001", "17", "k", []byte("other")}
	for name, tt := range map[string]struct {
		records []put
		refuse  []string
		want    []string
	}{
		"nothing failed":                            {records: plain},
		"the first of 55 digits failed":             {records: plain, refuse: []string{"a"}, want: []string{sequence(0)}},
		"one in the middle failed":                  {records: plain, refuse: []string{"c"}, want: []string{sequence(2)}},
		"two failed with an accepted one between":   {records: plain, refuse: []string{"b", "d"}, want: []string{sequence(1)}},
		"the last failed":                           {records: plain, refuse: []string{"d"}, want: []string{sequence(3)}},
		"all failed":                                {records: plain, refuse: []string{"a", "b", "c", "d"}, want: []string{sequence(0)}},
		"a user record in the middle of its number": {records: several, refuse: []string{"b1"}, want: []string{sequence(1)}},
		"the last user record of its number":        {records: several, refuse: []string{"b2"}, want: []string{sequence(1)}},
		"one shard of two failed":                   {records: append([]put{second}, plain...), refuse: []string{"c"}, want: []string{sequence(2)}},
		"both shards failed":                        {records: append([]put{plain[0], plain[1]}, second, plain[2]), refuse: []string{"b", "other"}, want: []string{sequence(1), "17"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := kinesissource.Lambda(refusing(tt.refuse...))
			f.ReportBatchItemFailures = true
			var a answer
			out, err := f.Invoke(t.Context(), event(t, tt.records...))
			if err == nil {
				err = json.Unmarshal(out, &a)
			}
			if err != nil {
				t.Fatal(err)
			}
			var items []string
			for _, f := range a.BatchItemFailures {
				items = append(items, f.ItemIdentifier)
			}
			if diff := cmp.Diff(tt.want, items); diff != "" {
				t.Errorf("reported (-want +got):\n%s", diff)
			}

			whole := kinesissource.Lambda(refusing(tt.refuse...))
			out, err = whole.Invoke(t.Context(), event(t, tt.records...))
			if (err != nil) != (len(tt.refuse) > 0) || err == nil && string(out) != "null" {
				t.Errorf("without partial answers: %s and error %v", out, err)
			}
		})
	}
}

func TestAWindowKeepsItsState(t *testing.T) {
	state := map[string]any{"1": "282", "<&>": []any{1.5, nil}}
	window := map[string]any{
		"window": map[string]any{"start": "2020-12-09T07:04:00Z", "end": "2020-12-09T07:06:00Z"}, "state": state,
		"shardId": "shardId-000000000006", "eventSourceARN": stream, "isFinalInvokeForWindow": true, "isWindowTerminatedEarly": false,
	}
	null := map[string]any{"state": nil}
	failure := []any{map[string]any{"itemIdentifier": sequence(1)}}
	for name, tt := range map[string]struct {
		event  []byte
		report bool
		want   any
		fails  bool
	}{
		"records":                                   {event: eventWith(t, window, puts("a")...), want: map[string]any{"state": state}},
		"records, with partial answers":             {event: eventWith(t, window, puts("a")...), report: true, want: map[string]any{"state": state, "batchItemFailures": []any{}}},
		"a failure":                                 {event: eventWith(t, window, puts("a", "bad")...), fails: true},
		"a failure, with partial answers":           {event: eventWith(t, window, puts("a", "bad")...), report: true, want: map[string]any{"state": state, "batchItemFailures": failure}},
		"a last call, no records":                   {event: eventWith(t, window), want: map[string]any{"state": state}},
		"a last call, with partial answers":         {event: eventWith(t, window), report: true, want: map[string]any{"state": state, "batchItemFailures": []any{}}},
		"an empty state":                            {event: eventWith(t, map[string]any{"state": map[string]any{}}, puts("a")...), want: map[string]any{"state": map[string]any{}}},
		"a state that is null":                      {event: eventWith(t, null, puts("a")...), want: map[string]any{"state": nil}},
		"no window":                                 {event: event(t, puts("a")...), want: nil},
		"no window and no records":                  {event: event(t), want: nil},
		"no window, no records and partial answers": {event: event(t), report: true, want: map[string]any{"batchItemFailures": []any{}}},
	} {
		t.Run(name, func(t *testing.T) {
			f := kinesissource.Lambda(refusing("bad"))
			f.ReportBatchItemFailures = tt.report
			out, err := f.Invoke(t.Context(), tt.event)
			if (err != nil) != tt.fails {
				t.Fatalf("error %v", err)
			}
			if err != nil {
				return
			}
			var got any
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

func TestARecordThatCannotBeReadDoesNotBlockItsShard(t *testing.T) {
	sound := string(event(t, puts("before", "DATA", "behind")...))
	data := `"data":"REFUQQ=="`
	if !strings.Contains(sound, data) {
		t.Fatal("the event is of another form")
	}
	for name, with := range map[string]string{
		"data that is no base64":   `"data":"SGVsbG8*"`,
		"base64 that is cut off":   `"data":"REFUQ"`,
		"a gzip that is cut off":   `"data":"H4sIAAAAAAAAA0tMSk5JTQMA"`,
		"a zstd of a broken frame": `"data":"KLUv/SQDGQAAYWJjAAAAAAA="`,
	} {
		t.Run(name, func(t *testing.T) {
			b, err := kinesissource.Records{}.Decode(t.Context(), []byte(strings.Replace(sound, data, with, 1)))
			if err != nil {
				t.Fatal(err)
			}
			var outcome []string
			for _, p := range b.Payloads {
				body, err := read(t.Context(), p)
				var permanent *source.Permanent
				switch {
				case errors.As(err, &permanent):
					outcome = append(outcome, "permanent "+p.Origin.ID)
				case err != nil:
					t.Errorf("error %v", err)
				default:
					outcome = append(outcome, string(body))
				}
			}
			if diff := cmp.Diff([]string{"before", "permanent " + sequence(1), "behind"}, outcome); diff != "" {
				t.Errorf("payloads (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnEventThatIsNotOfKinesisIsAnError(t *testing.T) {
	sound := string(event(t, puts("s3cret")...))
	for name, tt := range map[string]struct{ event, want string }{
		"nothing":                  {"", "kinesissource: not a Kinesis event"},
		"no JSON":                  {sound[:len(sound)-1], "kinesissource: not a Kinesis event"},
		"another type":             {`["s3cret"]`, "kinesissource: not a Kinesis event"},
		"no records":               {`{"detail":"s3cret"}`, "kinesissource: not a Kinesis event"},
		"records of another type":  {`{"Records":"s3cret"}`, "kinesissource: not a Kinesis event"},
		"an empty record":          {`{"Records":[{}]}`, "kinesissource: record 1 of 1: not a record of a Kinesis event"},
		"a record of S3":           {strings.ReplaceAll(sound, `"aws:kinesis"`, `"aws:s3"`), "kinesissource: record 1 of 1: not a record of a Kinesis event"},
		"a stream by another name": {strings.ReplaceAll(sound, stream, "s3cret"), "kinesissource: record 1 of 1: no ARN of a stream"},
		"a table":                  {strings.ReplaceAll(sound, ":kinesis:", ":dynamodb:"), "kinesissource: record 1 of 1: no ARN of a stream"},
		"a stream without a name":  {strings.ReplaceAll(sound, stream, strings.TrimSuffix(stream, "logs")), "kinesissource: record 1 of 1: no ARN of a stream"},
		"an ARN without an end":    {strings.ReplaceAll(sound, stream, stream+strings.Repeat("s3cret", 1000)), "kinesissource: record 1 of 1: no ARN of a stream"},
		"no shard":                 {strings.ReplaceAll(sound, shard, ""), "kinesissource: record 1 of 1: no shard ID"},
		"a shard of another form":  {strings.ReplaceAll(sound, shard, "s3/cret"), "kinesissource: record 1 of 1: no shard ID"},
		"a sequence that is none":  {strings.ReplaceAll(sound, sequence(0), "-1"), "kinesissource: record 1 of 1: no sequence number"},
		"no sequence number":       {strings.ReplaceAll(sound, sequence(0), ""), "kinesissource: record 1 of 1: no sequence number"},
		"a sequence without end":   {strings.ReplaceAll(sound, sequence(0), strings.Repeat("1", 130)), "kinesissource: record 1 of 1: no sequence number"},
		"a second record":          {string(event(t, put{shard, "1", "k", nil}, put{"", "2", "k", nil})), "kinesissource: record 2 of 2: no shard ID"},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := kinesissource.Records{}.Decode(t.Context(), json.RawMessage(tt.event))
			if err == nil || len(b.Payloads) > 0 {
				t.Fatalf("%d payloads and error %v", len(b.Payloads), err)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestARecordOfNoBytesIsAPayloadOfNoBytes(t *testing.T) {
	sound := string(event(t, puts("abc")...))
	for name, with := range map[string]string{"empty": `"data":""`, "null": `"data":null`, "left out": `"encryptionType":"NONE"`} {
		t.Run(name, func(t *testing.T) {
			all := decode(t, []byte(strings.Replace(sound, `"data":"YWJj"`, with, 1)))
			if len(all) != 1 || all[0].Size != 0 || all[0].Body != "" {
				t.Errorf("got %+v", all)
			}
		})
	}
}

func TestATimeThatIsNoneIsLeftOut(t *testing.T) {
	sound := string(event(t, puts("a")...))
	for name, with := range map[string]string{"zero": "0", "before 1970": "-1.5", "beyond all years": "1e300"} {
		t.Run(name, func(t *testing.T) {
			all := decode(t, []byte(strings.Replace(sound, "1607497475.477", with, 1)))
			if len(all) != 1 || !all[0].Sent.IsZero() {
				t.Errorf("got %+v", all)
			}
		})
	}
}

func TestLimitsHoldForEachRecord(t *testing.T) {
	b, err := kinesissource.Records{Limits: source.Limits{Size: 3}}.Decode(t.Context(), event(t, puts("abc", "abcd")...))
	if err != nil {
		t.Fatal(err)
	}
	var limit *source.LimitError
	if body, err := read(t.Context(), b.Payloads[0]); string(body) != "abc" || err != nil {
		t.Errorf("within the limit: %q, %v", body, err)
	}
	if body, err := read(t.Context(), b.Payloads[1]); string(body) != "abc" || !errors.As(err, &limit) {
		t.Errorf("beyond the limit: %q, %v", body, err)
	}
}

func TestAPayloadEndsWithItsContext(t *testing.T) {
	b, err := kinesissource.Records{}.Decode(t.Context(), event(t, puts("abc")...))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	body, err := b.Payloads[0].Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	cancel()
	if n, err := body.Read(make([]byte, 8)); n > 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("read %d bytes and %v", n, err)
	}
	if _, err := b.Payloads[0].Open(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("opened with %v", err)
	}
}

func TestInvocationsShareNothing(t *testing.T) {
	f := kinesissource.Lambda(refusing("d"))
	f.ReportBatchItemFailures = true
	e := event(t, puts("a", string(aggregated("b", "c")), "d")...)
	answers := make([]string, 8)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			out, err := f.Invoke(t.Context(), e)
			if err != nil {
				t.Error(err)
			}
			answers[i] = string(out)
		})
	}
	wg.Wait()
	for _, a := range answers {
		if diff := cmp.Diff(`{"batchItemFailures":[{"itemIdentifier":"`+sequence(2)+`"}]}`, a); diff != "" {
			t.Errorf("answer (-want +got):\n%s", diff)
		}
	}
}

func TestPayloadsDoNotShareMemoryWithTheEvent(t *testing.T) {
	e := event(t, puts("abc", string(aggregated("def")))...)
	b, err := kinesissource.Records{}.Decode(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	clear(e)
	for i, want := range []string{"abc", "def"} {
		if body, err := read(t.Context(), b.Payloads[i]); err != nil || string(body) != want {
			t.Errorf("payload %d: %q, %v", i, body, err)
		}
	}
	if diff := cmp.Diff([]string{sequence(0), sequence(1)}, b.Items); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}
