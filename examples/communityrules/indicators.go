package communityrules

import (
	"strings"

	"github.com/streamalert/streamalert-go/rule"
)

// Indicators are what is known to be bad, or to be watched, in one place. What changes daily belongs into a lookup table
// instead.
type Indicators struct {
	Addresses []string // IP addresses and networks, "203.0.113.7" or "203.0.113.0/24"
	Domains   []string // "evil.example": the domain and all below it
	Hosts     []string // osquery's hostIdentifier of decoys, on which nothing should happen
}

// Rules are the detections for these indicators; there is none for those that are empty.
func (in Indicators) Rules() []rule.Rule {
	var rules []rule.Rule
	if len(in.Addresses) > 0 {
		rules = append(rules, oneLoginKnownAddress(in.Addresses), flowKnownAddress(in.Addresses))
	}
	if len(in.Domains) > 0 {
		rules = append(rules, dnsKnownDomain(in.Domains))
	}
	if len(in.Hosts) > 0 {
		rules = append(rules, decoyTouched(in.Hosts))
	}
	return rules
}

func oneLoginKnownAddress(networks []string) rule.Rule {
	return rule.Rule{
		ID:             "onelogin.known-bad-address",
		Title:          "OneLogin: an event from an address that is known to be bad",
		Description:    "Somebody works with an account from an address that attacks came from before.",
		Severity:       rule.High,
		Status:         rule.StatusExperimental,
		Tags:           []string{"onelogin", "identity"},
		Techniques:     []string{"T1078.004"},
		References:     []string{"https://developers.onelogin.com/api-docs/1/events/event-resource"},
		FalsePositives: []string{"Addresses that many share, or that have a new owner"},
		AlertTitle:     "OneLogin: {user_name} from {ipaddr}, which is known to be bad",
		Logs:           []string{logOneLogin},
		When:           rule.Field("ipaddr").CIDR(networks...),
	}
}

func flowKnownAddress(networks []string) rule.Rule {
	return rule.Rule{
		ID:             "packetbeat.known-bad-address",
		Title:          "A connection to an address that is known to be bad",
		Description:    "A host talks to an address that malware is steered from.",
		Severity:       rule.High,
		Status:         rule.StatusExperimental,
		Tags:           []string{"network"},
		Techniques:     []string{"T1071"},
		References:     []string{"https://www.elastic.co/guide/en/beats/packetbeat/current/packetbeat-overview.html"},
		FalsePositives: []string{"Addresses that many share, or that have a new owner"},
		AlertTitle:     "{source.ip} talks to {dest.ip}, which is known to be bad",
		Logs:           []string{logPacketbeatIP},
		When:           rule.Field("dest.ip").CIDR(networks...),
	}
}

func dnsKnownDomain(domains []string) rule.Rule {
	var names []any
	var below []string
	for _, d := range domains {
		d = strings.Trim(d, ".")
		names = append(names, d, d+".") // as a resolver writes it, and as DNS does
		below = append(below, "."+d, "."+d+".")
	}
	return rule.Rule{
		ID:             "packetbeat.known-bad-domain",
		Title:          "A look-up of a domain that is known to be bad",
		Description:    "A host asks for the address of a domain that malware is steered from.",
		Severity:       rule.High,
		Status:         rule.StatusExperimental,
		Tags:           []string{"network"},
		Techniques:     []string{"T1071.004"},
		References:     []string{"https://www.elastic.co/guide/en/beats/packetbeat/current/packetbeat-overview.html"},
		FalsePositives: []string{"Mail filters and scanners, which look up what they find"},
		AlertTitle:     "{client_ip} looks up {dns.question.name}, which is known to be bad",
		Logs:           []string{logPacketbeatDN},
		When: rule.Any(
			rule.Field("dns.question.name").In(names...),
			rule.Field("dns.question.name").Suffix(below...),
		).Fold(),
	}
}

func decoyTouched(hosts []string) rule.Rule {
	names := make([]any, len(hosts))
	for i, h := range hosts {
		names[i] = h
	}
	return rule.Rule{
		ID:             "osquery.decoy-touched",
		Title:          "Something happens on a decoy",
		Description:    "The host is there to be found by who looks around. Nobody has work to do on it.",
		Severity:       rule.Medium,
		Status:         rule.StatusExperimental,
		Tags:           []string{"osquery", "host"},
		References:     []string{"https://osquery.readthedocs.io/en/stable/deployment/logging/"},
		FalsePositives: []string{"Updates of the decoy"},
		AlertTitle:     "{name} has news of the decoy {hostIdentifier}",
		Logs:           []string{logOsquery},
		When:           rule.Field("hostIdentifier").In(names...),
	}
}
