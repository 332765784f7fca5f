package logtype

import (
	"bytes"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// GitHub is github.audit: an event of the audit log of an organization, an enterprise or an Enterprise Server, exported,
// streamed, or from the API: action ("team.add_member"), actor, created_at or @timestamp (milliseconds, the event time), org,
// user, repo, business, actor_ip, actor_location, operation_type, user_agent, data, and what the action has besides. Source:
// GitHub Docs, "Audit log events for your organization", "Exporting audit log activity for your enterprise".
func GitHub() *parse.LogType {
	return &parse.LogType{
		Name:     "github.audit",
		Format:   parse.JSONFormat{},
		Requires: []string{"action", "actor"},
		Match:    matchGitHub,
		Reads:    gitHubKeys,
		TimeFunc: gitHubTime,
		Entities: map[string][]string{
			"source.ip":           {"actor_ip"},
			"user.name":           {"actor"},
			"user.id":             {"actor_id"},
			"user_agent.original": {"user_agent"},
			"event.action":        {"action"},
		},
	}
}

// Of these a record has one at least: an action and an actor are in other logs too.
var gitHubKeys = []string{"created_at", `\@timestamp`, "_document_id", "org", "repo", "business"}

const errNotGitHub = parse.Reason("action is none of GitHub's, or nothing tells whose it is")

func matchGitHub(r *parse.Record) error {
	a := r.Get("action")
	if a.Kind() != parse.String || bytes.IndexByte(a.Bytes(), ' ') >= 0 {
		return errNotGitHub
	}
	need := 2
	if bytes.IndexByte(a.Bytes(), '.') > 0 {
		need = 1 // as nearly all of them are written
	}
	for _, path := range gitHubKeys {
		if r.Get(path).Exists() {
			if need--; need == 0 {
				return nil
			}
		}
	}
	return errNotGitHub
}

func gitHubTime(r *parse.Record) (time.Time, bool) {
	for _, path := range []string{"created_at", `\@timestamp`} {
		v := r.Get(path)
		if at, ok := epoch(v); ok {
			return at, true
		}
		if at, ok := stamp(v, time.RFC3339); ok {
			return at, true
		}
	}
	return time.Time{}, false
}
