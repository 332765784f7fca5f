package logtype

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// VPCFlow is aws.vpcflow: a record of a VPC flow log, or of a transit gateway's, whose fields are named as AWS names them. The
// event time is start. A payload whose first line names its fields, as the files in S3 do, has these; in others each line is of
// the default format, which is version 2: version, account-id, interface-id, srcaddr, dstaddr, srcport, dstport, protocol,
// packets, bytes, start, end, action, log-status. A log of another format without such a line, as CloudWatch Logs and Firehose
// have them, is read by [VPCFlowFormat]. A field of "-" is left away.
//
// Source: Amazon VPC User Guide, "Flow log records"; Amazon VPC Transit Gateways, "Transit Gateway Flow Log records".
func VPCFlow() *parse.LogType { return vpcFlowType(vpcFlow{vpcDefault}) }

// VPCFlowFormat is aws.vpcflow in the format of a flow log: "${version} ${vpc-id} ${srcaddr}", or the names alone, in the
// log's order. A first line that names the fields is taken, too.
func VPCFlowFormat(format string) (*parse.LogType, error) {
	var names []string
	for _, f := range strings.Fields(format) {
		if inner, ok := strings.CutPrefix(f, "${"); ok {
			f = strings.TrimSuffix(inner, "}")
		}
		if !isVPCName([]byte(f)) {
			return nil, fmt.Errorf("logtype: format of a VPC flow log: %q is no field", f)
		}
		names = append(names, f)
	}
	if len(names) == 0 || len(names) > parse.MaxCells {
		return nil, errors.New("logtype: format of a VPC flow log has no fields, or too many")
	}
	return vpcFlowType(vpcFlow{newVPCFormat(names)}), nil
}

func vpcFlowType(d vpcFlow) *parse.LogType {
	return &parse.LogType{
		Name:     "aws.vpcflow",
		Format:   parse.TextFormat{Decoder: d},
		TimeFunc: func(r *parse.Record) (time.Time, bool) { return epochSeconds(r.Get("start").Bytes()) },
		Entities: map[string][]string{
			"source.ip":         {"srcaddr", "pkt-srcaddr"},
			"source.port":       {"srcport"},
			"destination.ip":    {"dstaddr", "pkt-dstaddr"},
			"destination.port":  {"dstport"},
			"network.bytes":     {"bytes"},
			"network.packets":   {"packets"},
			"network.direction": {"flow-direction"},
			"network.transport": {"protocol"},
			"cloud.account.id":  {"account-id", "tgw-src-vpc-account-id", "tgw-dst-vpc-account-id"},
			"cloud.region":      {"region"},
			"host.name":         {"instance-id"},
			"aws.arn":           {"ecs-task-arn", "ecs-container-instance-arn", "ecs-cluster-arn"},
			"event.action":      {"action"},
			"event.outcome":     {"action"},
		},
	}
}

// vpcFormat is the order of the fields of a flow log.
type vpcFormat struct {
	columns *parse.Columns
	// The places of what is looked at; negative where it is not there.
	start, end, status int
}

var vpcDefault = newVPCFormat([]string{
	"version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end", "action",
	"log-status",
})

func newVPCFormat(names []string) *vpcFormat {
	f := &vpcFormat{columns: awsColumns(names...)}
	f.start, f.end, f.status = slices.Index(names, "start"), slices.Index(names, "end"), slices.Index(names, "log-status")
	return f
}

// vpcFlow decodes lines of a format; that of one payload learns from its header.
type vpcFlow struct{ format *vpcFormat }

func (d vpcFlow) Start() parse.Decoder { return &vpcFlowFile{d.format} }

func (d vpcFlow) Decode(text []byte, w *parse.Writer) error { return d.format.decode(text, w) }

type vpcFlowFile struct{ format *vpcFormat }

func (f *vpcFlowFile) Decode(text []byte, w *parse.Writer) error {
	if len(text) > 0 && text[0]-'a' < 26 && isVPCHeader(text) {
		f.header(text)
		return parse.ErrNoRecord
	}
	return f.format.decode(text, w)
}

// header learns the fields of the lines that follow.
func (f *vpcFlowFile) header(text []byte) {
	names := strings.Fields(string(text))
	if !slices.Equal(names, f.format.columns.Names) {
		f.format = newVPCFormat(names)
	}
}

// isVPCHeader tells whether a line names fields: it has nothing but names, of which two at least are known.
func isVPCHeader(text []byte) bool {
	known, n := 0, 0
	for name := range bytes.FieldsSeq(text) {
		if n++; n > parse.MaxCells || !isVPCName(name) {
			return false
		}
		switch string(name) {
		case "version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes", "start",
			"end", "action", "log-status", "pkt-srcaddr", "pkt-dstaddr", "vpc-id", "subnet-id", "instance-id", "tgw-id", "tgw-attachment-id":
			known++
		}
	}
	return known >= 2
}

// isVPCName tells whether a word can name a field.
func isVPCName(b []byte) bool {
	for _, c := range b {
		if c-'a' >= 26 && !isDigit(c) && c != '-' && c != '_' {
			return false
		}
	}
	return len(b) > 0 && b[0]-'a' < 26
}

const (
	errFields    = parse.Reason("another number of fields than the format has")
	errLogStatus = parse.Reason("the log status is none")
)

func (f *vpcFormat) decode(text []byte, w *parse.Writer) error {
	cells := w.Split(text, ' ')
	if cells.Len() != len(f.columns.Names) {
		if trimmed := bytes.Trim(text, " "); len(trimmed) < len(text) {
			return f.decode(trimmed, w)
		}
		return errFields
	}
	if f.start >= 0 && !isSeconds(cells.At(f.start)) || f.end >= 0 && !isSeconds(cells.At(f.end)) {
		return errTime
	}
	if f.status >= 0 && !isLogStatus(cells.At(f.status)) {
		return errLogStatus
	}
	w.Columns(f.columns).SetCells(cells)
	return nil
}

// isSeconds tells whether a column is a time in whole seconds since 1970.
func isSeconds(b []byte) bool {
	if len(b) < 8 || len(b) > 12 {
		return false
	}
	first, last := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[len(b)-8:])
	return areDigits(first) && areDigits(last)
}

// areDigits tells whether eight bytes are digits.
func areDigits(x uint64) bool {
	const high, threes = 0xf0f0f0f0f0f0f0f0, 0x3030303030303030
	return x&high == threes && (x+0x0606060606060606)&high == threes
}

func isLogStatus(b []byte) bool {
	switch string(b) {
	case "OK", "NODATA", "SKIPDATA":
		return true
	}
	return false
}

// epochSeconds is a time in whole seconds since 1970.
func epochSeconds(b []byte) (time.Time, bool) {
	n, ok := digits(b)
	if !ok || !isSeconds(b) {
		return time.Time{}, false
	}
	return time.Unix(int64(n), 0).UTC(), true
}
