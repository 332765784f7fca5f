package rule

import "time"

// Rule is a detection: what it is called, which logs it is for, and when it matches. ID and When are required, all else
// may be left out. Compile checks every field; what is for people and for routing stands on the alerts that the rule
// raises.
type Rule struct {
	// ID is unique in a set and stable: alert IDs are derived from it.
	ID string
	// Title is one line for people: what was seen.
	Title string
	// Description says why that is worth an alert.
	Description string
	Severity    Severity
	// Status is how far the rule is to be trusted; empty where nobody said.
	Status Status
	// Author is who to ask.
	Author string
	// Tags are words to route and search by.
	Tags []string
	// Techniques are the IDs of MITRE ATT&CK techniques and sub-techniques, T1078 and T1078.004.
	Techniques []string
	// References are http and https URLs.
	References []string
	// FalsePositives say what else can look like this.
	FalsePositives []string
	// Runbook is what to do: a URL or a text.
	Runbook string

	// Disabled rules are checked by Compile, and match nothing.
	Disabled bool
	// Staged rules are on trial: their alerts are marked and counted as staged, so that they can be routed elsewhere.
	Staged bool
	// Logs are the log types that the rule is for; none means every type. A record without a log type meets every
	// rule.
	Logs []string
	When Condition
	// Exceptions are what the rule does not match although When holds.
	Exceptions []Exception

	// AlertTitle is the title of the alert, made of the record: "Root signed in from {sourceIPAddress}". Where it is
	// empty, Title is. A path in braces stands for the record's values of it, {{ and }} for a brace; see [Match.Title].
	AlertTitle string
	// AlertFields are further texts for the alert by their names, made of the record as AlertTitle is.
	AlertFields map[string]string
	// DedupBy are paths of fields. Alerts of the rule whose records have the same values there are about the same thing,
	// and have the same [Match.DedupKey].
	DedupBy []string
}

// Status is how far a rule is to be trusted, in the words of Sigma.
type Status string

// The statuses.
const (
	StatusExperimental Status = "experimental" // may be noisy
	StatusTest         Status = "test"         // has worked, and is being tuned
	StatusStable       Status = "stable"       // is relied upon
)

// Exception is an allow list of a rule: a record for which it holds raises no alert. Such a record is counted as excepted,
// see [Set.MatchAll].
type Exception struct {
	// Name is unique in the rule.
	Name string
	// Reason says why, and is required: nobody can judge an exception later without.
	Reason string
	When   Condition
	// Expires is the moment from which on the exception holds no more, by the [Compiler]'s clock. From then on Compile
	// refuses it, so that somebody looks at it again; a set that was compiled before goes on without. That somebody should be
	// who runs the rules' tests: a program that has to start on that day too compiles with [Compiler].ExpiredOK. A zero time
	// never comes.
	Expires time.Time
}
