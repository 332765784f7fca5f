package rule

// Rule is a detection: what it is called, which logs it is for, and when it matches.
type Rule struct {
	// ID is unique in a set and stable: alert IDs are derived from it.
	ID string
	// Title is one line for people.
	Title    string
	Severity Severity
	// Logs are the log types that the rule is for; none means every type. A record without a log type meets every
	// rule.
	Logs []string
	When Condition
}
