package communityrules

import "github.com/streamalert/streamalert-go/rule"

func hostRules() []rule.Rule {
	return []rule.Rule{SSHLogin, RightToLeftOverride, BinaryAlertMatch, TrendMicroMalware}
}

// SSHLogin matches a login on a host that should have none.
var SSHLogin = rule.Rule{
	ID:    "osquery.login",
	Title: "Somebody signed in to a host",
	Description: "The table last has a new login. The rule takes the query to be that of osquery's pack incident-response, and is for " +
		"hosts that nobody should sign in to.",
	Severity:       rule.Low,
	Status:         rule.StatusTest,
	Tags:           []string{"osquery", "host"},
	Techniques:     []string{"T1021.004"},
	References:     []string{"https://osquery.io/schema/#last", "https://github.com/osquery/osquery/blob/master/packs/incident-response.conf"},
	FalsePositives: []string{"Hosts that people work on: make an exception for them"},
	AlertTitle:     "{columns.username} signed in to {hostIdentifier} from {columns.host}",
	Logs:           []string{logOsquery},
	When: rule.All(
		rule.Field("action").Equals("added"),
		rule.Field("name").Equals("pack_incident-response_last"),
		rule.Field("columns.type").In(7, "7"), // USER_PROCESS in utmp
		rule.Field("columns.username").Exists(),
		rule.Not(rule.Field("columns.username").In("", "LOGIN", "reboot", "shutdown", "runlevel")),
	),
}

// RightToLeftOverride matches a command or file whose name reads differently than it is.
var RightToLeftOverride = rule.Rule{
	ID:    "host.right-to-left-override",
	Title: "A name has a character that turns it round",
	Description: "U+202E makes what follows it read from right to left: a program whose name ends in exe looks like a document. There " +
		"is no good reason to have it in the name of a file.",
	Severity:       rule.High,
	Status:         rule.StatusStable,
	Tags:           []string{"host"},
	Techniques:     []string{"T1036.002"},
	References:     []string{"https://krebsonsecurity.com/2011/09/right-to-left-override-aids-email-attacks"},
	FalsePositives: []string{"Texts in scripts that read from right to left, in the arguments of a command"},
	Runbook:        "Look at the file: if it is a program, treat the host as taken over.",
	Logs:           []string{logOsquery, logOsquerySnap, logCarbonBlack},
	When: anyContains("\u202e",
		"command_line", "cmdline", "path", "process_path", "parent_path", "file_path", "observed_filename",
		"columns.command", "columns.cmdline", "columns.path", "columns.filename", "columns.target_path",
		"snapshot.command", "snapshot.cmdline", "snapshot.path", "snapshot.filename", "snapshot.target_path",
	),
}

// anyContains holds if one of the fields has text in it.
func anyContains(text string, paths ...string) rule.Condition {
	any := make([]rule.Condition, len(paths))
	for i, path := range paths {
		any[i] = rule.Field(path).Contains(text)
	}
	return rule.Any(any...)
}

// BinaryAlertMatch matches a file that a YARA rule of BinaryAlert matched.
var BinaryAlertMatch = rule.Rule{
	ID:             "binaryalert.match",
	Title:          "BinaryAlert: a file matches a YARA rule",
	Description:    "A file that was uploaded for a check is known to be bad, or is like one that is.",
	Severity:       rule.High,
	Status:         rule.StatusStable,
	Tags:           []string{"malware"},
	Techniques:     []string{"T1204.002"},
	References:     []string{"https://www.binaryalert.io"},
	FalsePositives: []string{"YARA rules that match too much", "The EICAR test file"},
	AlertTitle:     "BinaryAlert: {FileInfo.S3Location} matches a YARA rule",
	Logs:           []string{logBinaryAlert},
	When: rule.Any(
		rule.Field("NumMatchedRules").GreaterThan(0),
		rule.Field("NumMatchedRules").Regexp(`^[1-9]`),
	),
}

// TrendMicroMalware matches what the malware scan of Trend Micro Deep Security finds.
var TrendMicroMalware = rule.Rule{
	ID:             "trendmicro.malware",
	Title:          "Trend Micro: malware was found",
	Description:    "The scan of Deep Security found malware, or a program that behaves like it.",
	Severity:       rule.High,
	Status:         rule.StatusStable,
	Tags:           []string{"malware", "host"},
	Techniques:     []string{"T1204.002"},
	References:     []string{"https://help.deepsecurity.trendmicro.com/aws/events-anti-malware.html"},
	FalsePositives: []string{"Cookies, which are found as spyware", "The EICAR test file"},
	AlertTitle:     "Trend Micro: {MalwareName} on {Hostname}",
	Logs:           []string{logTrendMicro},
	When:           rule.Field("EventType").Equals("AntiMalwareEvent"),
}
