package kinesissource

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/smithy-go"

	"github.com/streamalert/streamalert-go/source"
)

const (
	maxFailures = 8   // calls in turn that fail
	maxEmpty    = 100 // answers in turn without records; they are normal where a shard has gaps
	maxTip      = 3   // such answers in turn that say that nothing is behind them
	emptyWait   = 200 * time.Millisecond
	firstWait   = 250 * time.Millisecond
	longestWait = 5 * time.Second // after an answer of 10 MiB a shard is throttled for that long

	userRecordSize = 512 // what a payload takes beside its bytes, and more
)

// reading is the reading of a batch that Lambda has given up on.
type reading struct {
	client Reader
	letter
	limit   int64 // bytes
	batch   source.Batch
	decoder decoder

	iterator *string // nil where there is none yet, or not any more
	held     int64   // bytes
	records  int
	from, to string // sequence numbers of the first and the last record; "" before that
	over     bool   // nothing more is to be read
	tooMuch  bool   // since the limit is reached
	refused  error  // to begin at the first record: begins with the oldest

	failures, empty, tip int // in turn
}

func newReading(d Discarded, l letter) *reading {
	r := &reading{client: d.Client, letter: l, limit: d.Size}
	switch {
	case r.limit == 0:
		r.limit = 64 << 20
	case r.limit < 0:
		r.limit = math.MaxInt64
	}
	r.decoder = decoder{limits: &d.Limits, batch: &r.batch, place: l.place()}
	return r
}

// run reads until it is over. After an error the batch is not to be used.
func (r *reading) run(ctx context.Context) error {
	for wait := time.Duration(0); !r.over; {
		if err := pause(ctx, wait); err != nil {
			return err
		}
		var err error
		wait, err = r.step(ctx)
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case r.failures >= maxFailures || !mayPass(err):
			return err
		default:
			wait = min(firstWait<<r.failures, longestWait)
			r.failures++
		}
	}
	return nil
}

// step is one call of the service. It says how long to wait until the next.
func (r *reading) step(ctx context.Context) (time.Duration, error) {
	if r.iterator == nil {
		return 0, r.locate(ctx)
	}
	in := &kinesis.GetRecordsInput{StreamARN: &r.stream, ShardIterator: r.iterator}
	if limit := int32(r.size); limit > 0 && r.records == 0 {
		in.Limit = &limit // most often the batch, and no more
	}
	out, err := r.client.GetRecords(ctx, in)
	if err != nil {
		if _, ok := errors.AsType[*types.ExpiredIteratorException](err); ok {
			r.iterator = nil
		}
		return 0, err
	}
	more, err := r.take(out.Records)
	if err != nil {
		return 0, err
	}
	r.iterator, r.failures = out.NextShardIterator, 0
	switch {
	case r.over:
		return 0, nil
	case r.iterator == nil: // the shard is closed, and read
		r.over = true
		return 0, nil
	case more:
		r.empty, r.tip = 0, 0
		return 0, nil
	}
	return emptyWait, r.nothing(out.MillisBehindLatest)
}

// locate gets an iterator at the first record, or behind the last one that was read. Kinesis begins with the oldest record
// there is where the first has left the stream; where it refuses to, the oldest is asked for.
func (r *reading) locate(ctx context.Context) error {
	in := &kinesis.GetShardIteratorInput{StreamARN: &r.stream, ShardId: &r.shard}
	switch {
	case r.to != "":
		in.ShardIteratorType, in.StartingSequenceNumber = types.ShardIteratorTypeAfterSequenceNumber, &r.to
	case r.refused != nil:
		in.ShardIteratorType = types.ShardIteratorTypeTrimHorizon
	default:
		in.ShardIteratorType, in.StartingSequenceNumber = types.ShardIteratorTypeAtSequenceNumber, &r.first
	}
	out, err := r.client.GetShardIterator(ctx, in)
	switch {
	case err != nil && in.ShardIteratorType == types.ShardIteratorTypeAtSequenceNumber && isRefusal(err):
		r.refused = err
		return nil
	case err != nil:
		return err
	case out.ShardIterator == nil:
		return errNoIterator
	}
	r.iterator = out.ShardIterator
	return nil
}

// isRefusal is an error about the sequence number, as far as one can tell.
func isRefusal(err error) bool {
	_, invalid := errors.AsType[*types.InvalidArgumentException](err)
	_, missing := errors.AsType[*types.ResourceNotFoundException](err)
	return invalid || missing
}

var (
	errNoIterator = errors.New("an answer without an iterator")
	errNothing    = fmt.Errorf("%d answers without records", maxEmpty)
	errStopped    = errors.New("stopped")
)

// take takes the records of an answer, and says whether there were some of the batch.
func (r *reading) take(records []types.Record) (more bool, err error) {
	for i := range records {
		of := &records[i]
		if of.SequenceNumber == nil || !isSequence(*of.SequenceNumber) {
			return more, errSequence
		}
		number := *of.SequenceNumber
		switch {
		case compareSequence(number, r.last) > 0:
			r.over = true
			return more, nil
		case r.refused != nil && r.from == "" && compareSequence(number, r.first) < 0:
			return more, r.refused // it was not for its age
		case compareSequence(number, r.first) < 0, r.to != "" && compareSequence(number, r.to) <= 0:
			continue // not asked for
		case r.held >= r.limit:
			r.over, r.tooMuch = true, true
			return more, nil
		}
		r.add(of)
		more = true
		if compareSequence(number, r.last) == 0 {
			r.over = true
			return more, nil
		}
	}
	return more, nil
}

func (r *reading) add(of *types.Record) {
	var e record
	e.Kinesis.SequenceNumber = *of.SequenceNumber
	if of.PartitionKey != nil {
		e.Kinesis.PartitionKey = *of.PartitionKey
	}
	if of.ApproximateArrivalTimestamp != nil {
		e.Kinesis.Arrival = float64(of.ApproximateArrivalTimestamp.UnixMilli()) / 1000
	}
	before := len(r.batch.Payloads)
	r.decoder.userRecords(&e, of.Data)
	r.held += int64(len(of.Data)) + userRecordSize*int64(1+len(r.batch.Payloads)-before)
	r.records++
	if r.from == "" {
		r.from = *of.SequenceNumber
	}
	r.to = *of.SequenceNumber
}

// nothing is an answer without records of the batch.
func (r *reading) nothing(behind *int64) error {
	r.empty++
	if behind == nil || *behind > 0 {
		r.tip = 0
	} else {
		r.tip++
	}
	switch {
	case r.tip >= maxTip:
		r.over = true
	case r.empty >= maxEmpty:
		r.failures = maxFailures
		return errNothing
	}
	return nil
}

// missing is an error for records of the batch that were not read, though all was read that could be.
func (r *reading) missing() error {
	switch {
	case r.tooMuch:
		return fmt.Errorf("kinesissource: more than %d bytes: not read behind sequence number %s", r.limit, r.to)
	case r.from == "":
		return fmt.Errorf("kinesissource: of the batch of %d records the stream has none any more", r.size)
	case compareSequence(r.from, r.first) > 0 || compareSequence(r.to, r.last) < 0:
		return fmt.Errorf("kinesissource: of the batch of %d records the stream only has sequence numbers %s to %s any more", r.size, r.from, r.to)
	}
	return nil
}

// mayPass tells errors that the next call may not have from those that somebody has to put right first.
func mayPass(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return true // the network
	}
	switch api.ErrorCode() {
	case "ProvisionedThroughputExceededException", "LimitExceededException", "KMSThrottlingException", "ThrottlingException", "ExpiredIteratorException":
		return true
	}
	return api.ErrorFault() != smithy.FaultClient
}

// pause waits, and ends with ctx or at Stop.
func pause(ctx context.Context, wait time.Duration) error {
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-source.Stopped(ctx):
	case <-t.C:
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-source.Stopped(ctx):
		return errStopped
	default:
		return nil
	}
}
