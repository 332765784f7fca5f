// Package rule matches records with detections.
package rule

// Rule is a detection.
type Rule struct {
	// ID is unique in a set and stable: alert IDs are derived from it.
	ID       string
	Title    string
	Severity Severity
	// Logs are the log types that the rule is for; none means every type. A record without a log type meets every
	// rule.
	Logs []string
	When Condition
}
