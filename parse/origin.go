package parse

import (
	"strconv"
	"unicode/utf8"
)

// Origin names the place of some bytes: where they are, not the envelope that announced them. The same
// object announced by S3, SNS, SQS or EventBridge has one origin, and a payload that is delivered again
// has the origin it had before; alert IDs are derived from it. It is comparable.
type Origin struct {
	// Kind is the kind of place: "s3", "kinesis", "sns", "sqs", "file", ...
	Kind string `json:"kind"`
	// Place is bucket/key, stream/shard, topic, queue or path.
	Place string `json:"place"`
	// ID tells apart what was at that place at different times: object version or ETag, sequence number
	// and sub-sequence number, message ID.
	ID string `json:"id,omitempty"`
	// Entry is the member, where the bytes are one member of an archive.
	Entry string `json:"entry,omitempty"`
}

// String is a line for errors and logs: kind:place@id#entry. A part with characters that are not printable is quoted, since
// names come from outside. It is not unambiguous; compare origins with ==.
func (o Origin) String() string {
	s := printable(o.Kind) + ":" + printable(o.Place)
	if o.ID != "" {
		s += "@" + printable(o.ID)
	}
	if o.Entry != "" {
		s += "#" + printable(o.Entry)
	}
	return s
}

func printable(s string) string {
	for _, r := range s {
		if !strconv.IsPrint(r) || r == utf8.RuneError {
			return strconv.Quote(s)
		}
	}
	return s
}
