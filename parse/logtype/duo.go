package logtype

import (
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// The logs of Duo Security. The event time is isotimestamp, else timestamp (seconds). Source: Duo Admin API,
// "Authentication Logs", "Administrator Logs".

// DuoAuthentication is duo.authentication: an attempt to authenticate, as version 2 of the API writes it: txid, event_type,
// factor, result, reason, user (key, name, groups), email, alias, access_device, auth_device, application,
// trusted_endpoint_status; or as version 1 does: username, integration, ip, factor, result, reason, new_enrollment.
func DuoAuthentication() *parse.LogType {
	return &parse.LogType{
		Name:     "duo.authentication",
		Format:   parse.JSONFormat{Records: "authlogs"},
		Requires: []string{"factor", "result"},
		Match:    matchDuoAuthentication,
		Reads:    []string{"txid", "integration", "timestamp", "event_type", "access_device", "auth_device"},
		TimeFunc: duoTime,
		Entities: map[string][]string{
			"source.ip":     {"access_device.ip", "ip"},
			"user.name":     {"user.name", "username"},
			"user.email":    {"email"},
			"user.id":       {"user.key"},
			"host.name":     {"access_device.hostname", "host"},
			"event.action":  {"event_type", "factor"},
			"event.outcome": {"result"},
		},
	}
}

// DuoAdministrator is duo.administrator: what an administrator did: action, username (of the administrator), object,
// description (a JSON text), isotimestamp, timestamp, eventtype, host.
func DuoAdministrator() *parse.LogType {
	return &parse.LogType{
		Name:     "duo.administrator",
		Format:   parse.JSONFormat{},
		Requires: []string{"action", "timestamp", "username"},
		Match:    matchDuoAdministrator,
		Reads:    []string{"txid", "factor", "isotimestamp", "eventtype", "description", "object"},
		TimeFunc: duoTime,
		Entities: map[string][]string{
			"user.name":    {"username"},
			"host.name":    {"host"},
			"event.action": {"action"},
		},
	}
}

const errNotDuo = parse.Reason("it has not the fields of Duo's log")

func matchDuoAuthentication(r *parse.Record) error {
	switch {
	case r.Get("timestamp").Exists() && (r.Get("txid").Exists() || r.Get("integration").Exists()):
		return nil
	case is(r.Get("event_type"), "authentication") && r.Get("access_device").Exists() && r.Get("auth_device").Exists():
		return nil
	}
	return errNotDuo
}

func matchDuoAdministrator(r *parse.Record) error {
	if r.Get("txid").Exists() || r.Get("factor").Exists() {
		return errNotDuo
	}
	for _, path := range []string{"isotimestamp", "eventtype", "description", "object"} {
		if r.Get(path).Exists() {
			return nil
		}
	}
	return errNotDuo
}

func duoTime(r *parse.Record) (time.Time, bool) {
	if at, ok := stamp(r.Get("isotimestamp"), time.RFC3339); ok {
		return at, true
	}
	return epoch(r.Get("timestamp"))
}
