package logtype

import (
	"bytes"
	"slices"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// The logs of Palo Alto Networks firewalls and of Panorama, as they are sent by syslog in the default format or written to
// files: columns with commas between them, behind a syslog header or without one. PAN-OS 8 to 11 append columns to those
// of older versions; what a version of the future appends is column_N, counted from 1. The fields are named as in the
// documentation, in lower case with underscores; a column that has no text is no field. The syslog header in front is the
// field header, as it is written.
//
// The event time is receive_time, which says no zone. Source: PAN-OS Administrator's Guide, "Syslog Field Descriptions".

// PANTraffic is panos.traffic: sessions that start, end, or are dropped or denied.
func PANTraffic() *parse.LogType {
	t := panLog("panos.traffic", panTraffic)
	panSessions(t)
	t.Entities["network.bytes"] = []string{"bytes"}
	t.Entities["network.packets"] = []string{"packets"}
	return t
}

// PANThreat is panos.threat: what a security profile found, also URL filtering, WildFire and data filtering, by subtype.
func PANThreat() *parse.LogType {
	t := panLog("panos.threat", panThreat)
	panSessions(t)
	t.Entities["user_agent.original"] = []string{"user_agent"}
	t.Entities["file.hash.sha256"] = []string{"file_digest"}
	t.Entities["url.original"] = []string{"url_filename"}
	t.Entities["http.request.method"] = []string{"http_method"}
	return t
}

// PANSystem is panos.system: events of the system.
func PANSystem() *parse.LogType {
	t := panLog("panos.system", panSystem)
	t.Entities["event.action"] = []string{"event_id"}
	return t
}

// PANConfig is panos.config: changes of the configuration.
func PANConfig() *parse.LogType {
	t := panLog("panos.config", panConfig, panConfigDetail)
	t.Entities["user.name"] = []string{"admin"}
	t.Entities["source.ip"] = []string{"host"}
	t.Entities["event.action"] = []string{"command"}
	t.Entities["event.outcome"] = []string{"result"}
	return t
}

// PANGlobalProtect is panos.globalprotect: events of the VPN.
func PANGlobalProtect() *parse.LogType {
	t := panLog("panos.globalprotect", panGlobalProtect)
	t.Entities["source.ip"] = []string{"public_ip", "public_ipv6"}
	t.Entities["user.name"] = []string{"source_user"}
	t.Entities["host.name"] = []string{"machine_name"}
	t.Entities["host.ip"] = []string{"private_ip", "private_ipv6"}
	t.Entities["event.action"] = []string{"event_id"}
	t.Entities["event.outcome"] = []string{"status"}
	return t
}

// PANOther is panos.other: all other types (USERID, HIPMATCH, AUTHENTICATION, DECRYPTION, CORRELATION, IPTAG, SCTP, GTP, tunnel
// inspection, audit), and types that are not known, whose columns are column_N.
func PANOther() *parse.LogType {
	t := panLog("panos.other", panOthers...)
	d := newPANDecoder(append(slices.Clone(panOthers), panUnknown)...)
	for _, p := range []panType{panTraffic, panThreat, panSystem, panConfig, panGlobalProtect} {
		d.not = append(d.not, p.types...)
	}
	t.Format = parse.TextFormat{Decoder: d}
	panSessions(t)
	t.Entities["source.ip"] = []string{"source_address", "source_ip", "ipv6_source_address"}
	t.Entities["user.name"] = []string{"source_user", "user", "admin"}
	t.Entities["process.command_line"] = []string{"cli_command"}
	t.Entities["user_agent.original"] = []string{"user_agent"}
	t.Entities["host.name"] = []string{"machine_name", "device_name"}
	t.Entities["event.action"] = []string{"action", "event_id", "event_type"}
	return t
}

// panSessions adds the entities of what panSession begins with.
func panSessions(t *parse.LogType) {
	for name, column := range map[string]string{
		"source.ip": "source_address", "source.port": "source_port", "destination.ip": "destination_address", "destination.port": "destination_port",
		"user.name": "source_user", "network.transport": "protocol", "event.action": "action",
	} {
		t.Entities[name] = []string{column}
	}
}

func panLog(name string, types ...panType) *parse.LogType {
	return &parse.LogType{
		Name:     name,
		Format:   parse.TextFormat{Decoder: newPANDecoder(types...)},
		Sniff:    func(text []byte) bool { return panStart(text) >= 0 },
		TimeFunc: panTime,
		Entities: map[string][]string{"host.name": {"device_name"}},
	}
}

const panTimeLayout = "2006/01/02 15:04:05"

func panTime(r *parse.Record) (time.Time, bool) {
	t, err := time.ParseInLocation(panTimeLayout, r.Get("receive_time").String(), r.Clock().In())
	return t.UTC(), err == nil
}

// panDecoder decodes records of some types. It is immutable.
type panDecoder struct {
	types   []panType
	columns []*parse.Columns
	not     []string // types that are not taken
}

func newPANDecoder(types ...panType) *panDecoder {
	d := &panDecoder{types: types}
	for _, t := range types {
		d.columns = append(d.columns, t.compile())
	}
	return d
}

const (
	errPANStart  = parse.Reason("no column with a receive time")
	errPANType   = parse.Reason("its type is another one")
	errPANShort  = parse.Reason("fewer columns than the type has")
	errPANQuote  = parse.Reason("a quote does not close")
	errPANTime   = parse.Reason("receive time is none")
	errPANTooFar = parse.Reason("more columns than any type has")
)

// Decode tells the columns of a record.
func (d *panDecoder) Decode(text []byte, w *parse.Writer) error {
	start := panStart(text)
	if start < 0 {
		return errPANStart
	}
	var fields [panWidest][]byte
	n, err := splitCSV(text[start:], fields[:])
	if err != nil {
		return err
	}
	if n < panUnknown.least {
		return errPANShort
	}
	if !isPANTime(fields[1]) {
		return errPANTime
	}
	of := d.find(fields[:n])
	switch {
	case of < 0:
		return errPANType
	case n < d.types[of].least:
		return errPANShort
	}
	if header := bytes.TrimRight(text[:start], " \t"); len(header) > 0 {
		w.String("header", header)
	}
	columns := d.columns[of]
	row := w.Columns(columns)
	for i, f := range fields[:n] {
		if len(f) == 0 || columns.Names[i] == "-" || !row.Asks(i) {
			continue
		}
		if f[0] == '"' {
			f = unquoteCSV(f)
		}
		row.Set(i, f)
	}
	return nil
}

// find is the place of the type that a record is of; -1 where it is none of these.
func (d *panDecoder) find(fields [][]byte) int {
	name := fields[3]
	if string(fields[2]) == panAuditName {
		name = fields[2]
	}
	for _, not := range d.not {
		if string(name) == not {
			return -1
		}
	}
	for i := range d.types {
		t := &d.types[i]
		if len(t.types) == 0 {
			return i
		}
		for _, known := range t.types {
			if string(name) == known && (i+1 == len(d.types) || !d.detailed(i, fields)) {
				return i
			}
		}
	}
	return -1
}

// detailed tells of a change of the configuration whether the columns before and after the change are there, which moves
// the sequence number and the flags behind it.
func (d *panDecoder) detailed(of int, fields [][]byte) bool {
	if d.types[of].types[0] != "CONFIG" || len(fields) < 18 {
		return false
	}
	return !bytes.HasPrefix(fields[15], []byte("0x")) && bytes.HasPrefix(fields[17], []byte("0x"))
}

// panStart is where a record's first column begins: a syslog header may stand before it, and the second column is a time.
func panStart(text []byte) int {
	for i := 0; i < len(text); i++ {
		n := bytes.IndexByte(text[i:], ',')
		if n < 0 {
			return -1
		}
		i += n
		if i+1+len(panTimeLayout) < len(text) && isPANTime(text[i+1:i+1+len(panTimeLayout)]) && text[i+1+len(panTimeLayout)] == ',' {
			return bytes.LastIndexByte(text[:i], ' ') + 1
		}
	}
	return -1
}

// isPANTime tells whether b is written like 2006/01/02 15:04:05.
func isPANTime(b []byte) bool {
	if len(b) != len(panTimeLayout) {
		return false
	}
	for i, c := range b {
		if l := panTimeLayout[i]; l >= '0' && l <= '9' {
			if c < '0' || c > '9' {
				return false
			}
		} else if c != l {
			return false
		}
	}
	return true
}

// splitCSV splits a line into columns, quoted ones with their quotes, and tells how many there are.
func splitCSV(line []byte, fields [][]byte) (n int, err error) {
	for {
		if n == len(fields) {
			return n, errPANTooFar
		}
		end := 0
		if len(line) > 0 && line[0] == '"' {
			if end = closeQuote(line); end < 0 {
				return n, errPANQuote
			}
		}
		if c := bytes.IndexByte(line[end:], ','); c >= 0 {
			fields[n] = line[:end+c]
			line = line[end+c+1:]
			n++
			continue
		}
		fields[n] = line
		return n + 1, nil
	}
}

// closeQuote is the place behind the quote that closes a column; a doubled quote does not.
func closeQuote(line []byte) int {
	for i := 1; ; {
		n := bytes.IndexByte(line[i:], '"')
		if n < 0 {
			return -1
		}
		i += n + 1
		if i >= len(line) || line[i] != '"' {
			return i
		}
		i++
	}
}

// unquoteCSV takes off the quotes of a column, and doubled ones within it.
func unquoteCSV(f []byte) []byte {
	end := closeQuote(f)
	in := f[1 : end-1]
	if end == len(f) && bytes.IndexByte(in, '"') < 0 {
		return in
	}
	return append(bytes.ReplaceAll(in, []byte(`""`), []byte(`"`)), f[end:]...)
}
