package logtype

import "github.com/streamalert/streamalert-go/parse"

// Box is box.event: an event of a Box enterprise or user, one by one or as the entries of an answer of the API: event_id,
// event_type, created_at (the event time), recorded_at, created_by (type, id, name, login), action_by, source, session_id,
// ip_address, additional_details. Source: Box Developer Documentation, "List user and enterprise events", "Event".
func Box() *parse.LogType {
	return &parse.LogType{
		Name:     "box.event",
		Format:   parse.JSONFormat{Records: "entries"},
		Requires: []string{"type", "event_type", "created_by"},
		Match:    matchBox,
		Time:     "created_at",
		Entities: map[string][]string{
			"source.ip":      {"ip_address"},
			"user.name":      {"created_by.name"},
			"user.email":     {"created_by.login"},
			"user.id":        {"created_by.id"},
			"event.action":   {"event_type"},
			"file.hash.sha1": {"source.file_version.sha1", "source.sha1"},
		},
	}
}

const errNotBox = parse.Reason(`type is not "event"`)

func matchBox(r *parse.Record) error {
	if !is(r.Get("type"), "event") {
		return errNotBox
	}
	return nil
}
