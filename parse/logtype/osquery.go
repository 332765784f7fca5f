package logtype

import (
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// The logs that osquery's loggers write (filesystem, TLS, AWS Kinesis, AWS Firehose, Kafka). The event time is unixTime.
// Source: osquery documentation, "Logging" (Results logs; Event format, Snapshot format, Batch format; Status logs).

// OsqueryDifferential is osquery.differential: a row that a scheduled query found more or less than the last time, or an
// event: action (added, removed), name (of the query), columns (the row), hostIdentifier or hostname, calendarTime,
// unixTime, epoch, counter, numerics, decorations.
func OsqueryDifferential() *parse.LogType {
	t := osquery("osquery.differential", "action", "columns")
	t.Match = func(r *parse.Record) error {
		if a := r.Get("action"); !is(a, "added") && !is(a, "removed") || r.Get("columns").Kind() != parse.JSON {
			return errOsqueryAction
		}
		return nil
	}
	t.Entities["process.command_line"] = []string{"columns.cmdline"}
	t.Entities["process.executable"] = []string{"columns.path"}
	t.Entities["source.ip"] = []string{"columns.local_address"}
	t.Entities["destination.ip"] = []string{"columns.remote_address"}
	t.Entities["source.port"] = []string{"columns.local_port"}
	t.Entities["destination.port"] = []string{"columns.remote_port"}
	t.Entities["file.hash.sha256"] = []string{"columns.sha256"}
	t.Entities["file.hash.md5"] = []string{"columns.md5"}
	t.Entities["file.hash.sha1"] = []string{"columns.sha1"}
	t.Entities["user.name"] = []string{"columns.username", "columns.user"}
	return t
}

// OsquerySnapshot is osquery.snapshot: all rows of a query, as the array snapshot, or one of them as columns, with action
// "snapshot" and the other fields of [OsqueryDifferential].
func OsquerySnapshot() *parse.LogType {
	t := osquery("osquery.snapshot", "action", "snapshot", "columns")
	t.Requires = []string{"action", "name", "unixTime"}
	t.Match = func(r *parse.Record) error {
		if !is(r.Get("action"), "snapshot") || r.Get("snapshot").Kind() != parse.JSON && r.Get("columns").Kind() != parse.JSON {
			return errOsqueryAction
		}
		return nil
	}
	return t
}

// OsqueryBatch is osquery.batch: all differences of a query at once, as the arrays added and removed of diffResults.
func OsqueryBatch() *parse.LogType {
	t := osquery("osquery.batch", "diffResults")
	t.Match = func(r *parse.Record) error {
		if r.Get("diffResults").Kind() != parse.JSON {
			return errOsqueryAction
		}
		return nil
	}
	return t
}

// OsqueryStatus is osquery.status: what osquery says of itself: severity (0 to 3), filename, line, message, version,
// hostIdentifier, calendarTime, unixTime, decorations.
func OsqueryStatus() *parse.LogType {
	t := osquery("osquery.status")
	t.Requires = []string{"severity", "filename", "line", "message", "unixTime"}
	delete(t.Entities, "event.action")
	return t
}

const errOsqueryAction = parse.Reason("its action is none of this type")

func osquery(name string, fields ...string) *parse.LogType {
	return &parse.LogType{
		Name:     name,
		Format:   parse.JSONFormat{Records: "data"}, // as the TLS logger posts them
		Requires: append([]string{"name", "unixTime"}, fields...),
		Reads:    []string{"action", "columns", "snapshot", "diffResults"},
		TimeFunc: osqueryTime,
		Entities: map[string][]string{
			"host.name":    {"hostIdentifier", "hostname", "decorations.hostname"},
			"event.action": {"action"},
		},
	}
}

func osqueryTime(r *parse.Record) (time.Time, bool) { return epoch(r.Get("unixTime")) }

// is tells whether a value is a certain text.
func is(v parse.Value, text string) bool {
	return v.Kind() == parse.String && string(v.Bytes()) == text
}
