package logtype

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// CloudFrontRealTime is aws.cloudfront as a real-time log configuration writes it to Kinesis: the fields that it names, one or
// more spaces apart here, in its order. The event time is timestamp. Values are as in [CloudFront]. Source: Amazon CloudFront
// Developer Guide, "Use real-time access logs: Understand real-time log configurations".
func CloudFrontRealTime(fields string) (*parse.LogType, error) {
	names := strings.Fields(fields)
	if len(names) == 0 || len(names) > parse.MaxCells {
		return nil, errors.New("logtype: configuration of a real-time log has no fields, or too many")
	}
	d := cloudFrontRealTime{awsColumns(names...), slices.Index(names, "timestamp")}
	t := CloudFront()
	t.Format, t.Sniff = parse.TextFormat{Decoder: d}, nil
	t.TimeFunc = func(r *parse.Record) (time.Time, bool) { return epoch(r.Get("timestamp")) }
	return t, nil
}

type cloudFrontRealTime struct {
	columns   *parse.Columns
	timestamp int // its place; negative where it is not there
}

func (d cloudFrontRealTime) Decode(text []byte, w *parse.Writer) error {
	cells := w.Split(text, '\t')
	if cells.Len() < len(d.columns.Names) {
		return errColumns
	}
	if d.timestamp >= 0 && (len(cells.At(d.timestamp)) < 10 || !isSeconds(cells.At(d.timestamp)[:10])) {
		return errTime
	}
	w.Columns(d.columns).SetCells(cells)
	extra(w, cells, len(d.columns.Names))
	return nil
}
