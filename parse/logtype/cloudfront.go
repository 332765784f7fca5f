package logtype

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// CloudFront is aws.cloudfront: a line of a standard log of CloudFront, whose fields are named as in the line that begins with
// #Fields: date and time (together the event time, UTC), x-edge-location, sc-bytes, c-ip, cs-method, cs(Host), cs-uri-stem,
// sc-status, cs(Referer), cs(User-Agent), cs-uri-query, cs(Cookie), x-edge-result-type and so on; without such a line they are
// those of the standard order, of which the later ones can lack. A field of "-" is left away; a value stays encoded as
// CloudFront writes it (%20 for a space), since it does not say what was encoded before. Fields that are not known here are
// the elements of extra.
//
// Source: Amazon CloudFront Developer Guide, "Configure standard logging (legacy): Standard log file fields".
func CloudFront() *parse.LogType {
	return &parse.LogType{
		Name:     "aws.cloudfront",
		Format:   parse.TextFormat{Decoder: cloudFront{}},
		Sniff:    sniffCloudFront,
		TimeFunc: cloudFrontTime,
		Entities: map[string][]string{
			"source.ip":                 {"c-ip"},
			"source.port":               {"c-port"},
			"user_agent.original":       {"cs(User-Agent)"},
			"url.domain":                {"x-host-header", "cs(Host)"},
			"url.path":                  {"cs-uri-stem"},
			"url.query":                 {"cs-uri-query"},
			"http.request.method":       {"cs-method"},
			"http.response.status_code": {"sc-status"},
			"event.action":              {"cs-method"},
			"event.outcome":             {"sc-status"},
		},
	}
}

var cloudFrontColumns = awsColumns(
	"date", "time", "x-edge-location", "sc-bytes", "c-ip", "cs-method", "cs(Host)", "cs-uri-stem", "sc-status", "cs(Referer)",
	"cs(User-Agent)", "cs-uri-query", "cs(Cookie)", "x-edge-result-type", "x-edge-request-id", "x-host-header", "cs-protocol",
	"cs-bytes", "time-taken", "x-forwarded-for", "ssl-protocol", "ssl-cipher", "x-edge-response-result-type", "cs-protocol-version",
	"fle-status", "fle-encrypted-fields", "c-port", "time-to-first-byte", "x-edge-detailed-result-type", "sc-content-type",
	"sc-content-len", "sc-range-start", "sc-range-end",
)

// cloudFrontLeast is how many columns the first version had (up to cs-uri-query).
const cloudFrontLeast = 12

// awsColumns are columns of which those that CloudFront and VPC flow logs know as numbers are.
func awsColumns(names ...string) *parse.Columns {
	c := &parse.Columns{Names: names, Numbers: make([]bool, len(names))}
	for i, n := range names {
		switch n {
		case "sc-bytes", "sc-status", "cs-bytes", "time-taken", "c-port", "time-to-first-byte", "sc-content-len", "sc-range-start", "sc-range-end",
			"version", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end", "tcp-flags", "traffic-path",
			"packets-lost-no-route", "packets-lost-blackhole", "packets-lost-mtu-exceeded", "packets-lost-ttl-expired":
			c.Numbers[i] = true
		}
	}
	return c
}

const (
	cloudFrontFields  = "#Fields:"
	cloudFrontVersion = "#Version:"
)

// sniffCloudFront takes the header, and a line that begins with a date, a tab, a time and a tab.
func sniffCloudFront(text []byte) bool {
	if len(text) > 0 && text[0] == '#' {
		return bytes.HasPrefix(text, []byte(cloudFrontFields)) || bytes.HasPrefix(text, []byte(cloudFrontVersion))
	}
	return len(text) > 20 && text[4] == '-' && text[10] == '\t' && text[13] == ':' && text[19] == '\t'
}

// cloudFront decodes lines of the standard order; that of one payload learns from its header.
type cloudFront struct{}

func (cloudFront) Start() parse.Decoder {
	return &cloudFrontFile{columns: cloudFrontColumns, least: cloudFrontLeast}
}

func (cloudFront) Decode(text []byte, w *parse.Writer) error {
	return (&cloudFrontFile{columns: cloudFrontColumns, least: cloudFrontLeast}).Decode(text, w)
}

type cloudFrontFile struct {
	known   string // the #Fields line that columns is from
	columns *parse.Columns
	least   int
	date    int // the place of the date, which the time is behind; negative where it is not there
}

const errHeader = parse.Reason("a header of another type")

func (f *cloudFrontFile) Decode(text []byte, w *parse.Writer) error {
	if len(text) > 0 && text[0] == '#' {
		if f.known == string(text) || bytes.HasPrefix(text, []byte(cloudFrontVersion)) {
			return parse.ErrNoRecord
		}
		return f.header(string(text))
	}
	cells := w.Split(text, '\t')
	if cells.Len() < f.least {
		return errColumns
	}
	if f.date >= 0 {
		if _, ok := dateTime(cells.At(f.date), cells.At(f.date+1)); !ok {
			return errTime
		}
	}
	w.Columns(f.columns).SetCells(cells)
	extra(w, cells, len(f.columns.Names))
	return nil
}

// header learns the columns of the lines that follow.
func (f *cloudFrontFile) header(text string) error {
	names, ok := strings.CutPrefix(text, cloudFrontFields)
	if !ok {
		return errHeader
	}
	all := strings.Fields(names)
	if len(all) > parse.MaxCells || !slices.ContainsFunc(all, func(n string) bool { return strings.HasPrefix(n, "x-edge-") }) {
		return errHeader
	}
	f.known = text
	if slices.Equal(all, f.columns.Names) {
		return parse.ErrNoRecord
	}
	f.columns, f.least = awsColumns(all...), len(all)
	if f.date = slices.Index(all, "date"); f.date+1 >= len(all) || all[f.date+1] != "time" {
		f.date = -1
	}
	return parse.ErrNoRecord
}

func cloudFrontTime(r *parse.Record) (time.Time, bool) {
	return dateTime(r.Get("date").Bytes(), r.Get("time").Bytes())
}

// dateTime is an instant that stands in two columns, in UTC.
func dateTime(date, clock []byte) (time.Time, bool) {
	if len(date) != 10 || len(clock) != 8 {
		return time.Time{}, false
	}
	var b [19]byte
	copy(b[:], date)
	b[10] = 'T'
	copy(b[11:], clock)
	return isoTime(b[:])
}
