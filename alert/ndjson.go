package alert

import (
	"context"
	"io"
)

// NDJSONSink writes alerts as newline-delimited JSON. [NDJSON] makes one.
type NDJSONSink struct {
	w     io.Writer
	lines lines
}

// NDJSON is a sink that writes one alert a line to w, in the form of [Alert.AppendJSON].
//
// Lines of about 64 KiB together are one Write, and an alert that is larger by itself is one Write; what concurrent
// Sends write never mixes within a batch. Nothing is held back: when Send returns, all was written or has failed. Where
// a Write fails or is short, the lines that it wrote whole are accepted and the rest of the batch is not, and the next
// line is written on a line of its own. An alert that stands in a batch twice is written twice.
//
// A Write that blocks is not interrupted by the context, which is asked before each. Accepted means that w took it: a w
// that buffers has to be flushed before anything is acknowledged.
func NDJSON(w io.Writer) *NDJSONSink { return &NDJSONSink{w: w} }

// Send writes the batch. See [Sink] for what it returns.
func (s *NDJSONSink) Send(ctx context.Context, batch []*Alert) error {
	return s.lines.send(ctx, "ndjson", s.w, batch, func(b []byte, a *Alert) ([]byte, error) {
		b, err := a.AppendJSON(b)
		if err != nil {
			return b, err
		}
		return append(b, '\n'), nil
	})
}
