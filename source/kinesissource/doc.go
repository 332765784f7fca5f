// Package kinesissource delivers the records of Kinesis streams.
//
// [Lambda] is the handler of a function that a stream invokes. Each user record is a payload, decompressed when it is
// opened: by its content, one layer, within [source.Limits]. CloudWatch Logs subscriptions, EventBridge events and S3
// notifications in a record are payloads like any other; taking them apart is the parser's work.
//
// Records that the KPL, fluentd or another producer has aggregated are taken apart first, each user record an origin of
// its own. What only looks aggregated, by a wrong digest or a message that does not parse, is one plain record, as in
// the Kinesis Client Library. The reading of that format is this package's own: the published Go module panics on an
// index outside of its table, and gives up the whole batch for one bad message.
//
// # Places
//
// A payload's [parse.Origin] has the Kind "kinesis", the Place "stream ARN/shard ID", and as ID the sequence number, or
// "sequence number.place among the user records", counted from 0. It is the same however often the record is
// delivered, with enhanced fan-out or without. The shard is the payload's Group. Sent is when the stream took the record
// in, and the attribute "partitionKey" is the user record's partition key.
//
// # What a failure costs
//
// Lambda keeps a place in each shard, and nothing passes it: a batch that fails is sent again, for as long as the
// stream keeps its records, and everything behind it waits. So set, in the function and in its event source mapping:
//
//   - ReportBatchItemFailures, here and in FunctionResponseTypes alike: the lowest sequence number that failed is then
//     reported, and Lambda sends again that record and all behind it in the shard. User records that came in one record
//     share its fate. What is sent again raises the same alerts under the same IDs. Without it any failure costs the
//     whole batch: up to 10,000 records, and their alerts, once again.
//   - BisectBatchOnFunctionError: a batch that makes the function crash or run out of time is halved until the record
//     that does it is alone. With partial answers it is cut at the reported record.
//   - MaximumRetryAttempts or MaximumRecordAgeInSeconds, with a failure destination in DestinationConfig: the defaults
//     are to try without end and to drop what expires in the stream without a word. A queue or a topic is told the place
//     of the records, which must be read there before they expire ([Discarded] does); a bucket gets the records too.
//
// No record blocks its shard by what it is. Data that cannot be decompressed, exceeds a limit or is not base64, and
// records that cannot be parsed, go to the dead letter and are acknowledged: they open or read with a
// [*source.Permanent]. (Lambda itself sends no bad base64; an event made by hand can.) What waits is what may get
// better: a sink that refuses alerts, throttling, a deadline.
//
// # What Lambda has given up on
//
// [Discarded] makes payloads of the documents in a failure destination, with the origins that they had at first, so that
// what was alerted of them already keeps its IDs. Package lambdasource takes such documents wherever they come through;
// this package's own Lambda takes nothing but Kinesis events. Records that have left the stream, which keeps them for a
// day unless told otherwise, are lost but not without a trace: a payload that stands for them opens with a
// [*source.Permanent], and so is in the dead letter.
//
// # Sizes
//
// BatchSize is 100 by default and 10,000 at most, and an event holds at most 6 MB. Larger batches are cheaper, since each
// invocation sends its alerts in few calls, and cost more when they fail; 500 to 1,000 are a good start, with a
// MaximumBatchingWindowInSeconds of some seconds where the stream is slow. The function must get through a batch in its
// time: a tenth of it is kept for delivering what was read (see [source.Lambda]), and what is unfinished then comes
// again. ParallelizationFactor, up to 10, has so many batches of a shard at work at once. Order is then kept by
// partition key and not by shard, which does no harm here: each invocation answers for its own batch.
//
// The records of an event are in memory, compressed as they came. An aggregate made to be costly, of user records
// without bytes, takes 35 times the size of its event: a function of 512 MB is safe.
//
// # Which service to choose
//
// Kinesis is for streams of small records that are to be looked at within seconds and in order. Every consumer reads
// all of them, at its own place. For files in S3 take s3source through a queue: a failure there costs one object, not
// what is behind it, and what fails for ever ends in the queue's dead-letter queue by itself.
package kinesissource
