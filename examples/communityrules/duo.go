package communityrules

import (
	"fmt"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

func duoRules() []rule.Rule {
	return []rule.Rule{DuoFraud, DuoAnonymousAddress, DuoBypassCodeByHand, DuoBypassCodeForEver, DuoBypassCodeUnlimited}
}

// DuoFraud matches a login that the user says was not theirs.
var DuoFraud = rule.Rule{
	ID:             "duo.fraud",
	Title:          "Duo: a user reports a login as fraud",
	Description:    "The user was asked to approve a login and says that it is not theirs: somebody else has the password.",
	Severity:       rule.High,
	Status:         rule.StatusStable,
	Tags:           []string{"duo", "identity"},
	Techniques:     []string{"T1621", "T1078"},
	References:     []string{"https://duo.com/docs/adminapi#authentication-logs"},
	FalsePositives: []string{"Users who press the wrong button"},
	AlertTitle:     "Duo: {username}{user.name} reports a login as fraud",
	Logs:           []string{logDuoLogin},
	When:           rule.Field("result").In("FRAUD", "fraud"),
}

// DuoAnonymousAddress matches a login that Duo refused because it came by way of Tor or a proxy.
var DuoAnonymousAddress = rule.Rule{
	ID:             "duo.anonymous-address",
	Title:          "Duo: a login from an anonymous address was refused",
	Description:    "Somebody had the password and came by way of Tor or an open proxy.",
	Severity:       rule.Medium,
	Status:         rule.StatusStable,
	Tags:           []string{"duo", "identity"},
	Techniques:     []string{"T1078", "T1090"},
	References:     []string{"https://duo.com/docs/policy#anonymous-networks"},
	FalsePositives: []string{"Users of a VPN service"},
	Logs:           []string{logDuoLogin},
	When: rule.All(
		rule.Field("result").In("FAILURE", "denied"),
		rule.Field("reason").In("Anonymous IP", "anonymous_ip"),
	),
}

// bypassCodeReference tells what a bypass code is.
const bypassCodeReference = "https://duo.com/docs/administration-users#generating-a-bypass-code"

// DuoBypassCodeByHand matches a bypass code that somebody chose.
var DuoBypassCodeByHand = rule.Rule{
	ID:             "duo.bypass-code-by-hand",
	Title:          "Duo: a bypass code was chosen by hand",
	Description:    "A bypass code stands in for the second factor. One that a person chose is easier to guess, and known to that person.",
	Severity:       rule.Medium,
	Status:         rule.StatusStable,
	Tags:           []string{"duo", "identity"},
	Techniques:     []string{"T1556.006"},
	References:     []string{bypassCodeReference},
	FalsePositives: []string{"Help desks with a habit of short codes"},
	Logs:           []string{logDuoAdmin},
	When:           bypassCode("auto_generated", "is false", func(v parse.Value) bool { return v.Kind() == parse.Bool && !v.Bool() }),
}

// DuoBypassCodeForEver matches a bypass code that never expires.
var DuoBypassCodeForEver = rule.Rule{
	ID:             "duo.bypass-code-for-ever",
	Title:          "Duo: a bypass code that does not expire",
	Description:    "A bypass code stands in for the second factor, and this one does so until somebody remembers it.",
	Severity:       rule.Medium,
	Status:         rule.StatusStable,
	Tags:           []string{"duo", "identity"},
	Techniques:     []string{"T1556.006"},
	References:     []string{bypassCodeReference},
	FalsePositives: []string{"Users who cannot have a second factor"},
	Logs:           []string{logDuoAdmin},
	When:           bypassCode("valid_secs", "is not there", isNoValue),
}

// DuoBypassCodeUnlimited matches a bypass code that can be used again and again.
var DuoBypassCodeUnlimited = rule.Rule{
	ID:             "duo.bypass-code-unlimited",
	Title:          "Duo: a bypass code without a limit of uses",
	Description:    "A bypass code stands in for the second factor. One that can be used again and again is a second password.",
	Severity:       rule.Medium,
	Status:         rule.StatusStable,
	Tags:           []string{"duo", "identity"},
	Techniques:     []string{"T1556.006"},
	References:     []string{bypassCodeReference},
	FalsePositives: []string{"Users who cannot have a second factor"},
	Logs:           []string{logDuoAdmin},
	When:           bypassCode("remaining_uses", "is not there", isNoValue),
}

// bypassCode holds for a new bypass code of which the description, which is JSON in a string, says something.
func bypassCode(path, words string, test func(parse.Value) bool) rule.Condition {
	return rule.All(
		rule.Field("action").Equals("bypass_create"),
		rule.Ext(textJSON{field: "description", path: path, words: words, test: test}),
	)
}

func isNoValue(v parse.Value) bool { return v.Kind() == parse.Missing || v.Kind() == parse.Null }

// textJSON is a condition on a value in a JSON text that is the value of a field. The value is missing where the field is,
// and where it is no JSON.
type textJSON struct {
	field, path string
	words       string
	test        func(parse.Value) bool
}

func (c textJSON) Fields() []string { return []string{c.field} }

func (c textJSON) String() string {
	return fmt.Sprintf("%s of the JSON in %s %s", c.path, c.field, c.words)
}

func (c textJSON) Test(_ *parse.Record, v rule.Values) bool {
	return c.test(parse.JSONRecord(v.Get(0).Bytes()).Get(c.path))
}
