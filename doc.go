// Package streamalert is security log analysis and alerting on AWS, as a library for Lambda functions and services: logs
// are read, parsed, held against detections, and what matches is delivered as alerts.
//
//	 source             parse              rule               alert
//	+--------------+   +--------------+   +--------------+   +--------------+
//	| lambdasource |   | logtype.     |   | rule.Rule    |   | snssink      |
//	| s3source ... |-->| CloudTrail() |-->| rule.Compile |-->| NDJSON, Text |
//	| filesource   |   |              |   |              |   |              |
//	+--------------+   +--------------+   +--------------+   +--------------+
//	  payloads:          records:           matches:           deliveries:
//	  bytes and          one log entry      a rule that        accepted, or
//	  their origin       each               holds for one      refused one by one
//	        ^                                                        |
//	        +------------- acknowledged only when all of ------------+
//	                       a payload's alerts were accepted
//
// A source delivers payloads, a parser turns a payload into records, a rule set matches records, and a sink delivers
// alerts. A [Pipeline] knits the four together; each works without the others too: the parsers in a command, the rule
// engine over another consumer's records.
//
//	p := &streamalert.Pipeline{
//		Parser: logtype.CloudTrail(),
//		Rules:  rule.MustCompile(rootLogin),
//		Sink:   snssink.New(sns.NewFromConfig(cfg), os.Getenv("TOPIC_ARN")),
//	}
//	lambda.Start(s3source.Lambda(s3.NewFromConfig(cfg), p.Handle))
//
// # What is promised
//
// At least once. A payload is acknowledged after every alert that it raised was accepted by the sink, and every record
// of it that was lost by the dead letter. Any other failure leaves it, and it alone, for redelivery. In a group (a shard,
// a FIFO message group) nothing behind a failure is acknowledged.
//
// The same input raises the same alert IDs, however often it is delivered. They are derived from the rule, the origin of
// the payload and the place of the record in it.
//
// Memory is bounded by the largest record ([parse.Limits]) and by MaxPending, not by the size of an object or a batch.
//
// One bad record costs one record: it is counted, logged, put into the dead letter, and the next one is evaluated. One rule
// that panics costs that rule on that record. Where a payload cannot be read on, it matters why. If the bytes are to
// blame (a truncated gzip that arrived whole, a JSON text that ends in the middle: [*source.Permanent], [*parse.Error]),
// what could be read before is evaluated, the rest is a dead letter, and the payload is acknowledged, since it will never
// get better. If anything else is (a connection, a deadline), the payload comes again.
//
// Stopping has two moments: Stop, when no further record is read ([source.WithStop]; for a Lambda function a margin before
// its deadline), and End, when the context ends. Between them what was read is delivered and answered for.
//
// The counts add up: Records = Evaluated + Unparsed + Skipped, and Matched = Delivered + Failed. See [Counts].
//
// # What it links
//
// The packages rule, parse, alert and this one link no client of an AWS service; each adapter and sink that needs one is
// a package of its own. Nothing here logs, keeps global state, or starts a goroutine that outlives the call it was made
// for.
package streamalert
