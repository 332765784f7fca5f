// Package source delivers payloads: some bytes each, with the place they come from.
//
// # Payloads
//
// A [Payload] is an S3 object, a Kinesis record, a message, a file. It is announced first and opened late, by whoever
// works on it, so that a batch of large objects costs no memory. Its [parse.Origin] names the place of the bytes and
// not the envelope that announced them: the same object through a notification, a topic or a queue is the same origin.
// Its Group is its order domain, a shard or a FIFO message group.
//
// A [Source] brings payloads to a [Handler], in batches. The sources live in packages of their own, such as
// s3source and filesource, so that a program links only what it uses. [Lambda] is the part that the sources with a
// Lambda trigger share.
//
// # Acknowledgement
//
// Delivery is at least once. What the handler returns is the only acknowledgement there is:
//
//   - nil: all payloads of the batch are done, and will not come again;
//   - a [*BatchError]: those that it names are not done, all others are;
//   - any other error: none is done.
//
// [Failed] reads that answer, through wrapped and joined errors too, for those who write a source. What is not
// acknowledged comes again as soon as the service sends it again. In a group it is the acknowledgement that keeps the
// order: after the first failure nothing later in that group counts as done, whatever the handler said of it.
//
// Two kinds of failure are told apart. A [*Permanent] error is what the bytes are: a truncated gzip that arrived whole,
// a limit exceeded. Trying again will not mend it, so the payload is acknowledged once what could be read was dealt
// with. Every other error is transient, and leaves the payload for redelivery.
//
// # Stopping
//
// It has two moments. At the first, Stop ([WithStop], [Stopped]), no further record is read, but what was read is still
// delivered and answered for. The second is the end of the context itself, where work stops at once. What is
// unfinished or unstarted by then is not acknowledged. For a Lambda function Stop comes a [Lambda].Margin before the
// deadline.
//
// # Compression
//
// [Decompress] takes one layer of gzip, zstd, bzip2, xz or zlib off a payload, which it tells by the bytes alone. It
// streams, and starts no goroutines. Its [Limits] keep a hostile object from costing much: by default 64 GiB of
// payload, 1,100 decompressed bytes for each compressed one (more than gzip and zlib can reach), and 64 MiB of window.
package source
