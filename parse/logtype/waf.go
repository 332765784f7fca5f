package logtype

import (
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// WAF is aws.waf: a web request that AWS WAF (or WAF Classic) looked at: timestamp (the event time, in milliseconds),
// formatVersion, webaclId, terminatingRuleId, terminatingRuleType, action, httpSourceName, httpSourceId, ruleGroupList,
// rateBasedRuleList, nonTerminatingMatchingRules, labels, httpRequest (clientIp, country, headers, uri, args, httpVersion,
// httpMethod, requestId) and more. Source: AWS WAF Developer Guide, "Log fields for protection pack (web ACL) traffic".
func WAF() *parse.LogType {
	return &parse.LogType{
		Name:     "aws.waf",
		Format:   parse.JSONFormat{},
		Requires: []string{"webaclId", "action", "httpRequest"},
		TimeFunc: func(r *parse.Record) (time.Time, bool) { return epoch(r.Get("timestamp")) },
		Entities: map[string][]string{
			"source.ip":                 {"httpRequest.clientIp"},
			"url.domain":                {"httpRequest.host"},
			"url.path":                  {"httpRequest.uri"},
			"url.query":                 {"httpRequest.args"},
			"http.request.method":       {"httpRequest.httpMethod"},
			"http.response.status_code": {"responseCodeSent"},
			"aws.arn":                   {"webaclId"},
			"event.action":              {"action"},
			"event.outcome":             {"action"},
		},
	}
}
