package logtype

import "github.com/streamalert/streamalert-go/parse"

// GoogleWorkspace is google.workspace: an activity of the Reports API, of whatever application (id.applicationName: login,
// admin, drive, token, calendar, groups, ...), one by one or as the items of an answer: id (time, uniqueQualifier,
// applicationName, customerId), actor (email, profileId, callerType), ipAddress, ownerDomain, events (type, name, parameters
// with name and one of value, intValue, boolValue, multiValue, messageValue). The event time is id.time. Source: Google
// Workspace Admin SDK, "Reports API: Activities".
func GoogleWorkspace() *parse.LogType {
	return &parse.LogType{
		Name:     "google.workspace",
		Format:   parse.JSONFormat{Records: "items"},
		Requires: []string{"kind", "id.time", "events"},
		Match:    matchGoogle,
		Time:     "id.time",
		Entities: map[string][]string{
			"source.ip":    {"ipAddress"},
			"user.email":   {"actor.email"},
			"user.id":      {"actor.profileId"},
			"event.action": {"events.name"},
		},
	}
}

const errNotGoogle = parse.Reason(`kind is not "admin#reports#activity"`)

func matchGoogle(r *parse.Record) error {
	kind := r.Get("kind")
	if !is(kind, "admin#reports#activity") && !is(kind, "audit#activity") {
		return errNotGoogle
	}
	return nil
}
