package logtype

import "github.com/streamalert/streamalert-go/parse"

// Okta is okta.system: an event of Okta's System Log: uuid, published (the event time), eventType, severity,
// legacyEventType, displayMessage, actor, client (ipAddress, userAgent, geographicalContext, zone, device), outcome
// (result, reason), target, transaction, debugContext, authenticationContext, securityContext, request. Source: Okta
// Developer, "System Log API: LogEvent object".
func Okta() *parse.LogType {
	return &parse.LogType{
		Name:     "okta.system",
		Format:   parse.JSONFormat{},
		Requires: []string{"eventType", "published", "actor", "severity"},
		Time:     "published",
		Entities: map[string][]string{
			"source.ip":           {"client.ipAddress"},
			"user.name":           {"actor.displayName"},
			"user.email":          {"actor.alternateId"},
			"user.id":             {"actor.id"},
			"user_agent.original": {"client.userAgent.rawUserAgent"},
			"event.action":        {"eventType"},
			"event.outcome":       {"outcome.result"},
		},
	}
}
