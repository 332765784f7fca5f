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
	osqueryRows(t, "columns")
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
	osqueryRows(t, "columns", "snapshot")
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
	delete(t.Entities, "event.action")
	osqueryRows(t, "diffResults.added", "diffResults.removed")
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

// osqueryRows adds the entities that the columns of osquery's tables are, for rows at some paths. What a column means depends on
// the table, so only those count whose name is telling.
func osqueryRows(t *parse.LogType, at ...string) {
	for _, path := range at {
		for name, columns := range map[string][]string{
			"source.ip":            {"local_address", "host"}, // host is where somebody came from
			"source.port":          {"local_port"},
			"destination.ip":       {"remote_address"},
			"destination.port":     {"remote_port"},
			"network.transport":    {"protocol"},
			"process.command_line": {"cmdline", "command"},
			"process.executable":   {"path"},
			"process.pid":          {"pid"},
			"file.path":            {"target_path"},
			"file.hash.md5":        {"md5"},
			"file.hash.sha1":       {"sha1"},
			"file.hash.sha256":     {"sha256"},
			"user.name":            {"username", "user"},
			"user.id":              {"uid"},
		} {
			addUnder(t.Entities, path+".", name, columns)
		}
	}
}

func osqueryTime(r *parse.Record) (time.Time, bool) { return epoch(r.Get("unixTime")) }

// is tells whether a value is a certain text.
func is(v parse.Value, text string) bool {
	return v.Kind() == parse.String && string(v.Bytes()) == text
}
