package logtype

import (
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// OneLogin is onelogin.event: an event of a OneLogin account, one by one or as the data of an answer of the API: uuid or id,
// event_type_id, event_timestamp (the event time; created_at in the API), account_id, actor_user_id, actor_user_name,
// user_id, user_name, app_id, app_name, ipaddr, user_agent, risk_score, error_description and more, many of them null.
// Source: OneLogin Developers, "Get Events", "Event Webhooks".
func OneLogin() *parse.LogType {
	return &parse.LogType{
		Name:     "onelogin.event",
		Format:   parse.JSONFormat{Records: "data"},
		Requires: []string{"event_type_id"},
		Match:    matchOneLogin,
		Reads:    []string{"account_id", "actor_user_id", "user_id", "user_name"},
		TimeFunc: oneLoginTime,
		Entities: map[string][]string{
			"source.ip":           {"ipaddr"},
			"user.name":           {"actor_user_name", "user_name"},
			"user.id":             {"actor_user_id", "user_id"},
			"user_agent.original": {"user_agent"},
			"event.action":        {"event_type_id"},
		},
	}
}

const errNotOneLogin = parse.Reason("no account and no user of OneLogin")

func matchOneLogin(r *parse.Record) error {
	for _, path := range []string{"account_id", "actor_user_id", "user_id", "user_name"} {
		if r.Get(path).Exists() {
			return nil
		}
	}
	return errNotOneLogin
}

func oneLoginTime(r *parse.Record) (time.Time, bool) {
	at := r.Get("event_timestamp")
	if !at.Exists() {
		at = r.Get("created_at")
	}
	return stamp(at, "2006-01-02 15:04:05 UTC", "2006-01-02 15:04:05.999999999 UTC", time.RFC3339)
}
