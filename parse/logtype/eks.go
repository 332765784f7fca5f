package logtype

import (
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// EKSAudit is aws.eks_audit: an event of the audit log of a Kubernetes API server, as Amazon EKS sends it to CloudWatch Logs
// and webhooks send it (one by one, or as items): kind "Event", apiVersion, level, auditID, stage, requestURI, verb, user,
// impersonatedUser, sourceIPs, userAgent, objectRef, responseStatus, requestObject, responseObject,
// requestReceivedTimestamp (the event time; timestamp in old versions), stageTimestamp, annotations. Source: Kubernetes
// Reference, "kube-apiserver Audit Configuration (v1)"; Amazon EKS User Guide, "Send control plane logs to CloudWatch Logs".
func EKSAudit() *parse.LogType {
	return &parse.LogType{
		Name:     "aws.eks_audit",
		Format:   parse.JSONFormat{Records: "items"},
		Requires: []string{"kind", "auditID", "stage", "verb"},
		Match:    matchEKSAudit,
		TimeFunc: eksTime,
		Fields: []string{
			"kind", "apiVersion", "metadata", "level", "timestamp", "auditID", "stage", "requestURI", "verb", "user", "impersonatedUser",
			"authenticationMetadata", "sourceIPs", "userAgent", "objectRef", "responseStatus", "requestObject", "responseObject",
			"requestReceivedTimestamp", "stageTimestamp", "annotations",
		},
		Entities: map[string][]string{
			"source.ip":                 {"sourceIPs"},
			"user.name":                 {"user.username"},
			"user.id":                   {"user.uid"},
			"user_agent.original":       {"userAgent"},
			"url.original":              {"requestURI"},
			"http.response.status_code": {"responseStatus.code"},
			"aws.arn":                   {"user.extra.arn", "user.extra.canonicalArn"},
			"event.action":              {"verb"},
			"event.outcome":             {"responseStatus.code"},
		},
	}
}

const errNotKubernetes = parse.Reason(`kind is not "Event"`)

func matchEKSAudit(r *parse.Record) error {
	if !is(r.Get("kind"), "Event") {
		return errNotKubernetes
	}
	return nil
}

func eksTime(r *parse.Record) (time.Time, bool) {
	for _, path := range []string{"requestReceivedTimestamp", "stageTimestamp", "timestamp"} {
		if at, ok := stamp(r.Get(path), time.RFC3339); ok {
			return at, true
		}
	}
	return time.Time{}, false
}
