package logtype

import (
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// S3Access is aws.s3_access: a line of an S3 server access log: bucket_owner, bucket, time (the event time, as the line has it
// between brackets), remote_ip, requester, request_id, operation, key, request_uri, http_status, error_code, bytes_sent,
// object_size, total_time, turn_around_time (milliseconds), referer, user_agent, version_id, host_id, signature_version,
// cipher_suite, authentication_type, host_header, tls_version, access_point_arn, acl_required, source_region. A column of "-"
// is left away; those at the end came over the years and can lack; further ones, which are not known here, are the elements of
// extra. The key is encoded as S3 does it. Source: Amazon S3 User Guide, "Amazon S3 server access log format".
func S3Access() *parse.LogType {
	return &parse.LogType{
		Name:     "aws.s3_access",
		Format:   parse.TextFormat{Decoder: s3Access{}},
		Sniff:    sniffS3Access,
		TimeFunc: func(r *parse.Record) (time.Time, bool) { return clfTime(r.Get("time").Bytes()) },
		Fields:   append(s3Columns.Names[:len(s3Columns.Names):len(s3Columns.Names)], "extra"),
		Entities: map[string][]string{
			"source.ip":                 {"remote_ip"},
			"user.id":                   {"requester"},
			"user_agent.original":       {"user_agent"},
			"url.domain":                {"host_header"},
			"url.path":                  {"key"},
			"http.response.status_code": {"http_status"},
			"aws.arn":                   {"requester"},
			"event.action":              {"operation"},
			"event.outcome":             {"error_code", "http_status"},
		},
	}
}

var s3Columns = parse.NewColumns(
	"bucket_owner", "bucket", "time", "remote_ip", "requester", "request_id", "operation", "key", "request_uri",
	"http_status:n", "error_code", "bytes_sent:n", "object_size:n", "total_time:n", "turn_around_time:n", "referer", "user_agent", "version_id",
	"host_id", "signature_version", "cipher_suite", "authentication_type", "host_header", "tls_version", "access_point_arn", "acl_required",
	"source_region",
)

// Columns that are looked at, and how many there were at first (up to version_id).
const (
	s3Time       = 2
	s3RequestURI = 8
	s3Status     = 9
	s3Least      = 18
)

const (
	errColumns = parse.Reason("fewer columns than the type has")
	errTime    = parse.Reason("the time is none")
	errStatus  = parse.Reason("the status is none")
)

// sniffS3Access looks for the time between brackets that the third column is.
func sniffS3Access(text []byte) bool {
	spaces := 0
	for i, c := range text[:min(len(text), 512)] {
		if c != ' ' {
			continue
		}
		if spaces++; spaces == 2 {
			return i+28 < len(text) && text[i+1] == '[' && text[i+4] == '/' && text[i+28] == ']'
		}
	}
	return false
}

type s3Access struct{}

func (s3Access) Decode(text []byte, w *parse.Writer) error {
	cells, err := w.SplitQuoted(text)
	if err != nil {
		return err
	}
	if !isStatus(cells.At(s3Status)) {
		cells = cells.Rejoin(s3RequestURI, func(c parse.Cells, i int) bool { return len(c.At(i)) == 3 && isStatus(c.At(i)) })
	}
	switch {
	case cells.Len() < s3Least:
		return errColumns
	case !isStatus(cells.At(s3Status)):
		return errStatus
	}
	if _, ok := clfTime(cells.At(s3Time)); !ok {
		return errTime
	}
	w.Columns(s3Columns).SetCells(cells)
	extra(w, cells, len(s3Columns.Names))
	return nil
}

// extra writes the columns that have no name.
func extra(w *parse.Writer, cells parse.Cells, from int) {
	if cells.Len() <= from || !w.Asks("extra") {
		return
	}
	w.Array("extra")
	for i := from; i < cells.Len(); i++ {
		w.String("", cells.At(i))
	}
	w.End()
}

// isStatus tells whether a column is a status of HTTP, or none.
func isStatus(b []byte) bool {
	return len(b) == 1 && b[0] == '-' || len(b) == 3 && isDigit(b[0]) && isDigit(b[1]) && isDigit(b[2])
}

func isDigit(c byte) bool { return c-'0' < 10 }
