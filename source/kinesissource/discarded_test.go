package kinesissource_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/kinesissource"
)

// all is what is in a shard. The batch that failed is mostly all[2:8].
func all() []put {
	return puts("before", "last before", "first", string(aggregated("a", "", "c")), "", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00",
		string(aggregated("alone")), "last", "behind", "further behind")
}

func failed() []byte {
	records := all()
	return letter(records[2], records[7], 6)
}

// again are the payloads that a document leads to, opened and read, and the error of the one that cannot be.
func again(t *testing.T, d kinesissource.Discarded, doc []byte) ([]got, error) {
	t.Helper()
	return opened(t, t.Context(), d, doc)
}

func opened(t *testing.T, ctx context.Context, d kinesissource.Discarded, doc []byte) ([]got, error) {
	t.Helper()
	payloads, ok := d.Payloads(ctx, doc)
	if !ok {
		t.Fatal("not a document of a batch")
	}
	var records []got
	for i, p := range payloads {
		body, err := read(t.Context(), p)
		if err != nil {
			if i != len(payloads)-1 || p.Origin.Kind != "kinesis" || p.Origin.Place != place || !strings.Contains(string(doc), strings.Split(p.Origin.ID, "-")[1]) || p.Group != place {
				t.Errorf("payload %d of %d opens with %v: %v", i, len(payloads), err, p.Origin)
			}
			return records, err
		}
		records = append(records, got{p.Origin, p.Group, p.Sent, p.Size, string(body), "", p.Attributes["partitionKey"]})
	}
	return records, nil
}

// first is what records were when Lambda handed them over.
func first(t *testing.T, records []put) []got {
	t.Helper()
	var all []got
	for _, g := range decode(t, event(t, records...)) {
		g.Item = ""
		all = append(all, g)
	}
	return all
}

func TestADiscardedBatchHasThePayloadsThatItHadAtFirst(t *testing.T) {
	for _, test := range []struct {
		name  string
		shard *kept
		doc   []byte
		want  []put
		calls int
	}{
		{"in one answer", &kept{}, failed(), all()[2:8], 2},
		{"one record at a time", &kept{page: 1}, failed(), all()[2:8], 7},
		{"answers without records are normal", &kept{page: 4, empty: 9}, failed(), all()[2:8], 1 + 10 + 10},
		{"the batch is the oldest in the stream", &kept{trimmed: 2}, failed(), all()[2:8], 2},
		{"the first record has a number of fewer digits", &kept{}, letter(all()[0], all()[1], 2), all()[:2], 2},
		{"the batch ends where the stream ends", &kept{}, letter(all()[8], all()[9], 2), all()[8:], 2},
		{"the shard is closed behind it", &kept{closed: true}, letter(all()[8], all()[9], 2), all()[8:], 2},
		{"one record", &kept{}, letter(all()[3], all()[3], 1), all()[3:4], 2},
		{"the size is too small, for there are those of other batches between", &kept{}, letter(all()[2], all()[7], 2), all()[2:8], 3},
		{"the size is too large", &kept{}, letter(all()[2], all()[7], 1_000_000), all()[2:8], 2},
		{"the size is none", &kept{}, letter(all()[2], all()[7], -1), all()[2:8], 2},
		{"the ARN is a consumer's", &kept{}, []byte(strings.Replace(string(failed()), stream, stream+"/consumer/c:1", 1)), all()[2:8], 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				test.shard.records = all()
				records, err := again(t, kinesissource.Discarded{Client: test.shard, Streams: []string{stream}}, test.doc)
				if diff := cmp.Diff(first(t, test.want), records); diff != "" || err != nil {
					t.Errorf("%v, payloads (-first +again):\n%s", err, diff)
				}
				if test.shard.calls != test.calls {
					t.Errorf("%d calls, want %d", test.shard.calls, test.calls)
				}
			})
		})
	}
}

func TestNoMoreThanTheBatchIsAskedForAtFirst(t *testing.T) {
	k := &kept{records: all(), empty: 1}
	if _, err := again(t, kinesissource.Discarded{Client: k}, letter(all()[2], all()[7], 4)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int32{4, 4, 0, 0}, k.limits); diff != "" {
		t.Errorf("limits (-want +got):\n%s", diff)
	}
}

var (
	throttled = &types.ProvisionedThroughputExceededException{Message: aws.String("Rate exceeded for shard.")}
	expired   = &types.ExpiredIteratorException{Message: aws.String("Iterator expired.")}
	errReset  = errors.New("connection reset by peer")
)

func TestWhatMayPassIsTriedAgain(t *testing.T) {
	for _, test := range []struct {
		name string
		fail func(n int, records bool) error
		from int // iterators asked for
	}{
		{"throttling of iterators", func(n int, _ bool) error { return errIf(n <= 8, throttled) }, 1},
		{"throttling of records", func(n int, records bool) error { return errIf(records && n%3 != 0, throttled) }, 1},
		{"throttling of the key", func(n int, _ bool) error { return errIf(n == 2, &types.KMSThrottlingException{}) }, 1},
		{"the network", func(n int, _ bool) error { return errIf(n%2 == 1, &smithy.OperationError{Err: errReset}) }, 1},
		{"the service itself", func(n int, _ bool) error { return errIf(n == 3, &types.InternalFailureException{}) }, 1},
		{"an error that nobody knows", func(n int, _ bool) error { return errIf(n == 3, &smithy.GenericAPIError{Code: "X"}) }, 1},
		{"an iterator that expired at once", func(n int, _ bool) error { return errIf(n == 2, expired) }, 2},
		{"iterators that expire again and again", func(n int, records bool) error { return errIf(records && n%3 == 0, expired) }, 6},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := &kept{records: all(), page: 1, fail: func(_ context.Context, n int, records bool) error { return test.fail(n, records) }}
				begun := time.Now()
				records, err := again(t, kinesissource.Discarded{Client: k}, failed())
				if diff := cmp.Diff(first(t, all()[2:8]), records); diff != "" || err != nil {
					t.Errorf("%v, payloads (-first +again):\n%s", err, diff)
				}
				if len(k.from) != test.from {
					t.Errorf("iterators at %q, want %d", k.from, test.from)
				}
				if took := time.Since(begun); took < 250*time.Millisecond || took > time.Minute {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

func errIf(is bool, err error) error {
	if is {
		return err
	}
	return nil
}

func TestABatchThatIsNotReadIsNotAcknowledged(t *testing.T) {
	denied := &types.AccessDeniedException{Message: aws.String("not authorized")}
	for _, test := range []struct {
		name  string
		shard *kept
		want  string
		calls int
	}{
		{"access denied", &kept{fail: always(denied)}, "AccessDeniedException: not authorized", 1},
		{"no such shard", &kept{fail: always(&types.ResourceNotFoundException{})}, "ResourceNotFoundException", 2},
		{"a sequence number of another stream", &kept{fail: always(&types.InvalidArgumentException{})}, "InvalidArgumentException", 2},
		{"a sequence number that is refused, but not for its age", &kept{fail: func(_ context.Context, n int, _ bool) error {
			return errIf(n == 1, &types.InvalidArgumentException{Message: aws.String("invalid")})
		}}, "InvalidArgumentException: invalid", 3},
		{"the key may not be used", &kept{fail: func(_ context.Context, _ int, records bool) error {
			return errIf(records, &types.KMSAccessDeniedException{})
		}}, "KMSAccessDenied", 2},
		{"throttling that does not end", &kept{fail: always(throttled)}, "Rate exceeded for shard.", 9},
		{"throttling that does not end in the middle", &kept{page: 2, fail: func(_ context.Context, n int, _ bool) error { return errIf(n > 3, throttled) }}, "Rate exceeded", 3 + 9},
		{"iterators that all expire", &kept{fail: func(_ context.Context, _ int, records bool) error { return errIf(records, expired) }}, "Iterator expired.", 18},
		{"a network that is down", &kept{fail: always(errReset)}, "connection reset", 9},
		{"answers without records that do not end", &kept{empty: 1 << 30}, "100 answers without records", 101},
		{"answers with records that were not asked for", &kept{alter: func(_ int, out *kinesis.GetRecordsOutput) {
			out.Records, out.MillisBehindLatest = []types.Record{{SequenceNumber: aws.String("7")}}, nil
		}}, "100 answers without records", 101},
		{"a record without a number", &kept{alter: func(_ int, out *kinesis.GetRecordsOutput) { out.Records[3].SequenceNumber = nil }}, "no sequence number", 10},
		{"a record whose number is text", &kept{page: 3, alter: func(_ int, out *kinesis.GetRecordsOutput) {
			out.Records[2].SequenceNumber = aws.String("x")
		}}, "no sequence number", 10},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				test.shard.records = all()
				begun := time.Now()
				records, err := again(t, kinesissource.Discarded{Client: test.shard}, failed())
				var permanent *source.Permanent
				if err == nil || errors.As(err, &permanent) || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "kinesissource: ") {
					t.Errorf("error %v, want a passing one: %s", err, test.want)
				}
				if len(records) != 0 {
					t.Errorf("payloads beside it, which would come again with it: %v", records)
				}
				if test.shard.calls != test.calls || time.Since(begun) > time.Minute {
					t.Errorf("%d calls in %v, want %d", test.shard.calls, time.Since(begun), test.calls)
				}
			})
		})
	}
}

func always(err error) func(context.Context, int, bool) error {
	return func(context.Context, int, bool) error { return err }
}

func TestReadingEndsWithItsContextAndAtStop(t *testing.T) {
	late := errors.New("no time is left")
	for _, test := range []struct {
		name string
		ctx  func(context.Context) (context.Context, context.CancelFunc)
		want error
	}{
		{"cancelled before", func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			cancel(late)
			return ctx, func() {}
		}, late},
		{"out of time on the way", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeoutCause(ctx, time.Second, late)
		}, late},
		{"stopped", func(ctx context.Context) (context.Context, context.CancelFunc) {
			stop, cancel := context.WithTimeout(ctx, time.Second)
			return source.WithStop(ctx, stop), cancel
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := test.ctx(t.Context())
				defer cancel()
				begun := time.Now()
				k := &kept{records: all(), page: 1, empty: 20}
				records, err := opened(t, ctx, kinesissource.Discarded{Client: k}, failed())
				if len(records) > 0 || err == nil || test.want != nil && !errors.Is(err, test.want) {
					t.Errorf("%v, error %v", records, err)
				}
				if took := time.Since(begun); took > time.Second {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

func TestACallThatEndsWithTheContextIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := errors.New("no time is left")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, late)
		defer cancel()
		k := &kept{records: all(), fail: func(ctx context.Context, _ int, _ bool) error {
			<-ctx.Done()
			return &smithy.CanceledError{Err: ctx.Err()}
		}}
		_, err := opened(t, ctx, kinesissource.Discarded{Client: k}, failed())
		if !errors.Is(err, late) || k.calls != 1 {
			t.Errorf("%d calls, error %v", k.calls, err)
		}
	})
}

func TestRecordsThatHaveLeftTheStreamAreLostWithATrace(t *testing.T) {
	for _, test := range []struct {
		name  string
		shard *kept
		doc   []byte
		left  []put
		want  string
	}{
		{"the first", &kept{records: all(), trimmed: 4}, failed(), all()[4:8],
			fmt.Sprintf("of the batch of 6 records the stream only has sequence numbers %s to %s any more", sequence(4), sequence(7))},
		{"all but the last", &kept{records: all(), trimmed: 7, page: 1, empty: 5}, failed(), all()[7:8], "only has sequence numbers " + sequence(7)},
		{"the first, and the service says so", &kept{records: all(), trimmed: 4, strict: true, page: 1}, failed(), all()[4:8], "only has sequence numbers " + sequence(4)},
		{"all, and the service says so", &kept{records: all(), trimmed: 9, strict: true}, failed(), nil, "none any more"},
		{"all, and nothing is there, and the service says so", &kept{records: all(), trimmed: 10, strict: true}, failed(), nil, "none any more"},
		{"all, and others are there", &kept{records: all(), trimmed: 8}, failed(), nil, "of the batch of 6 records the stream has none any more"},
		{"all, and nothing is there", &kept{records: all(), trimmed: 10}, failed(), nil, "none any more"},
		{"all, and the shard is closed", &kept{records: all(), trimmed: 10, closed: true}, failed(), nil, "none any more"},
		{"the last, which was never there", &kept{records: all()}, letter(all()[8], put{shard: shard, sequence: sequence(99)}, 3), all()[8:], "to " + sequence(9) + " any more"},
		{"the last, and the shard is closed", &kept{records: all(), closed: true}, letter(all()[8], put{shard: shard, sequence: sequence(99)}, 3), all()[8:], "to " + sequence(9) + " any more"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				records, err := again(t, kinesissource.Discarded{Client: test.shard}, test.doc)
				var permanent *source.Permanent
				if !errors.As(err, &permanent) || !strings.Contains(err.Error(), test.want) {
					t.Errorf("error %v, want a permanent one: %s", err, test.want)
				}
				var want []got
				if test.left != nil {
					want = first(t, test.left)
				}
				if diff := cmp.Diff(want, records); diff != "" {
					t.Errorf("payloads of what is left (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestOneAnswerThatTheStreamEndsIsNotBelieved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &kept{records: all(), empty: 2, alter: func(_ int, out *kinesis.GetRecordsOutput) { out.MillisBehindLatest = aws.Int64(0) }}
		records, err := again(t, kinesissource.Discarded{Client: k}, failed())
		if diff := cmp.Diff(first(t, all()[2:8]), records); diff != "" || err != nil {
			t.Errorf("%v, payloads (-first +again):\n%s", err, diff)
		}
	})
}

func TestABatchIsReadUpToItsLimit(t *testing.T) {
	var records []put
	for i := range 100 {
		records = append(records, put{shard, sequence(i), "k", slices.Repeat([]byte("x"), 1000)})
	}
	doc := letter(records[0], records[99], 100)
	for _, test := range []struct {
		size int64
		read int
	}{{1, 1}, {20_000, 10}, {0, 100}, {-1, 100}} {
		got, err := again(t, kinesissource.Discarded{Client: &kept{records: records}, Size: test.size}, doc)
		if diff := cmp.Diff(first(t, records[:test.read]), got); diff != "" {
			t.Errorf("size %d (-want +got):\n%s", test.size, diff)
		}
		var permanent *source.Permanent
		if whole := test.read == 100; whole != (err == nil) || !whole && !errors.As(err, &permanent) {
			t.Errorf("size %d: error %v", test.size, err)
		}
	}
	// Records of no bytes count too.
	empty := put{shard, sequence(1), "k", aggregated(make([]string, 10_000)...)}
	k := &kept{records: []put{empty, {shard, sequence(2), "k", nil}}}
	if got, err := again(t, kinesissource.Discarded{Client: k, Size: 4 << 20}, letter(k.records[0], k.records[1], 2)); len(got) != 10_000 || err == nil {
		t.Errorf("%d payloads, error %v", len(got), err)
	}
}

func TestOnlyStreamsThatAreAllowedAreRead(t *testing.T) {
	for _, streams := range [][]string{{}, {stream + "2"}, {"arn:aws:kinesis:us-east-1:123456789012:stream/"}} {
		k := &kept{records: all()}
		records, err := again(t, kinesissource.Discarded{Client: k, Streams: streams}, failed())
		var permanent *source.Permanent
		if len(records) > 0 || !errors.As(err, &permanent) || k.calls != 0 {
			t.Errorf("%q: %v, %v, %d calls", streams, records, err, k.calls)
		}
	}
}

func TestADocumentWithItsRecordsNeedsNoClient(t *testing.T) {
	want := first(t, all()[2:8])
	text := withEvent(t, all()[2:8]...)
	object := letter(all()[2], all()[7], 6, `, "payload": `, string(event(t, all()[2:8]...)))
	for name, doc := range map[string][]byte{"as text": text, "as an object": object} {
		k := &kept{}
		for _, d := range []kinesissource.Discarded{{}, {Client: k}, {Client: k, Streams: []string{}}} {
			records, err := again(t, d, doc)
			if diff := cmp.Diff(want, records); diff != "" || err != nil || k.calls != 0 {
				t.Errorf("%s: %d calls, %v, payloads (-first +again):\n%s", name, k.calls, err, diff)
			}
		}
	}
	for _, payload := range []string{`""`, `null`, `"{"`, `"{\"Records\":[]}"`, `{"Records":[{}]}`, `7`, `"hunter2"`} {
		doc := letter(all()[2], all()[7], 6, `, "payload": `, payload)
		if _, ok := (kinesissource.Discarded{}).Payloads(t.Context(), doc); ok {
			t.Errorf("%s: taken for records", payload)
		}
		records, err := again(t, kinesissource.Discarded{Client: &kept{records: all()}}, doc)
		if diff := cmp.Diff(want, records); diff != "" || err != nil {
			t.Errorf("%s, read again: %v, payloads (-first +again):\n%s", payload, err, diff)
		}
	}
}

func TestOtherDocumentsAreNoBatch(t *testing.T) {
	good := string(failed())
	edit := func(old, replacement string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %s", old)
		}
		return strings.ReplaceAll(good, old, replacement)
	}
	for name, doc := range map[string]string{
		"nothing":                      "",
		"text":                         "KinesisBatchInfo",
		"a string":                     `"KinesisBatchInfo"`,
		"cut off":                      good[:len(good)-1],
		"no batch":                     edit("KinesisBatchInfo", "DDBStreamBatchInfo"),
		"a batch that is null":         `{"requestContext":{"condition":"x"},"KinesisBatchInfo":null}`,
		"a batch that is a list":       `{"requestContext":{"condition":"x"},"KinesisBatchInfo":[]}`,
		"no condition":                 edit("RetryAttemptsExhausted", ""),
		"no stream":                    edit(stream, ""),
		"a table":                      edit(stream, "arn:aws:dynamodb:us-east-1:123456789012:table/t"),
		"no shard":                     edit(shard, ""),
		"a shard that is a path":       edit(shard, "../x"),
		"no first record":              edit(sequence(2), ""),
		"a last record that is a text": edit(sequence(7), "LATEST"),
		"a number that is too long":    edit(sequence(7), strings.Repeat("9", 130)),
		"a last record that is lower":  string(letter(all()[7], all()[2], 6)),
		"last and first are numbers":   edit(`"`+sequence(2)+`"`, sequence(2)),
	} {
		k := &kept{}
		payloads, ok := kinesissource.Discarded{Client: k}.Payloads(t.Context(), []byte(doc))
		if ok || payloads != nil || k.calls != 0 {
			t.Errorf("%s: %v, %d payloads, %d calls", name, ok, len(payloads), k.calls)
		}
	}
	if _, ok := (kinesissource.Discarded{}).Payloads(t.Context(), failed()); ok {
		t.Error("without a client the records cannot be had")
	}
}

func TestDocumentsAreReadAtTheSameTime(t *testing.T) {
	d := kinesissource.Discarded{Client: &kept{records: all(), page: 2}}
	want := first(t, all()[2:8])
	var working sync.WaitGroup
	for range 8 {
		working.Go(func() {
			records, err := again(t, d, failed())
			if diff := cmp.Diff(want, records); diff != "" || err != nil {
				t.Errorf("%v, payloads (-first +again):\n%s", err, diff)
			}
		})
	}
	working.Wait()
}

func TestALimitHoldsForRecordsThatAreReadAgain(t *testing.T) {
	d := kinesissource.Discarded{Client: &kept{records: all()}, Limits: source.Limits{Size: 4}}
	payloads, ok := d.Payloads(t.Context(), failed())
	if !ok || len(payloads) < 2 {
		t.Fatalf("%d payloads", len(payloads))
	}
	_, err := read(t.Context(), payloads[0]) // first
	var permanent *source.Permanent
	if !errors.As(err, &permanent) {
		t.Errorf("error %v, want a permanent one", err)
	}
}

func FuzzDiscarded(f *testing.F) {
	f.Add(failed(), uint8(0), uint8(3))
	f.Add(withEvent(f, all()[2:4]...), uint8(4), uint8(1))
	f.Add(letter(all()[0], put{shard: shard, sequence: sequence(99)}, 1<<30), uint8(10), uint8(0))
	f.Fuzz(func(t *testing.T, doc []byte, trimmed, page uint8) {
		k := &kept{records: all(), trimmed: min(int(trimmed), 10), page: int(page), closed: true}
		payloads, ok := kinesissource.Discarded{Client: k}.Payloads(t.Context(), doc)
		if !ok && (payloads != nil || k.calls > 0) || ok && len(payloads) == 0 || k.calls > 20 {
			t.Fatalf("%v: %d payloads after %d calls", ok, len(payloads), k.calls)
		}
		for _, p := range payloads {
			if p.Origin.Kind != "kinesis" || p.Origin.Place == "" || p.Origin.ID == "" || p.Group == "" {
				t.Errorf("origin %v", p.Origin)
			}
			if body, err := p.Open(t.Context()); err == nil {
				_, _ = io.Copy(io.Discard, io.LimitReader(body, 1<<20))
				body.Close()
			}
		}
	})
}
