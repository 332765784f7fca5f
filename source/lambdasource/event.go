package lambdasource

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/streamalert/streamalert-go/internal/lambdaevent"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/tidwall/gjson"
)

// itself is the payload of an event that names nothing else. It has the bytes of the event, for as long as the payload
// is there.
func itself(event []byte, kind lambdaevent.Kind) *source.Payload {
	if kind == lambdaevent.EventBridge {
		if id := gjson.GetBytes(event, "id").Str; id != "" {
			p := source.Bytes(parse.Origin{Kind: "eventbridge", Place: gjson.GetBytes(event, "source").Str, ID: id}, event)
			if t, err := time.Parse(time.RFC3339, gjson.GetBytes(event, "time").Str); err == nil {
				p.Sent = t.UTC()
			}
			return p
		}
	}
	return source.Bytes(parse.Origin{Kind: "lambda", Place: "event", ID: digest(event)}, event)
}

var errBase64 = errors.New("lambdasource: awslogs.data is not base64")

// cloudWatchLogs is the document of a subscription:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
func (e Events) cloudWatchLogs(event []byte) (*source.Payload, error) {
	stored, err := base64.StdEncoding.DecodeString(gjson.GetBytes(event, "awslogs.data").Str)
	if err != nil {
		return nil, errBase64
	}
	origin := parse.Origin{Kind: "cloudwatch_logs", Place: e.logStream(stored), ID: digest(stored)}
	p := source.NewPayload(origin, func(ctx context.Context, _ *source.Payload) (io.ReadCloser, error) {
		dec, err := source.Decompress(bytes.NewReader(stored), e.Limits)
		if err != nil {
			return nil, err
		}
		return &body{dec, ctx}, nil
	})
	p.Size = int64(len(stored))
	return p, nil
}

// logStream is where the document is from. It says so at its beginning; where it does not, the place is not known.
func (e Events) logStream(stored []byte) string {
	const most = 16 << 10
	dec, err := source.Decompress(bytes.NewReader(stored), e.Limits)
	if err != nil {
		return ""
	}
	defer dec.Close()
	head, _ := io.ReadAll(io.LimitReader(dec, most)) // an error is the reader's of the payload
	owner, group, stream := gjson.GetBytes(head, "owner"), gjson.GetBytes(head, "logGroup"), gjson.GetBytes(head, "logStream")
	if owner.Type != gjson.String || group.Type != gjson.String || stream.Type != gjson.String {
		return ""
	}
	return owner.Str + "/" + group.Str + "/" + stream.Str
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// body ends with its context too, since a few bytes as stored can be many.
type body struct {
	io.ReadCloser
	ctx context.Context
}

func (b *body) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, fmt.Errorf("lambdasource: read: %w", err)
	}
	return b.ReadCloser.Read(p)
}
