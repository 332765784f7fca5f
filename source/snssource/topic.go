package snssource

import (
	"net/http"
	"net/url"
	"strings"
)

// topic is a topic's ARN, read.
type topic struct {
	region string
	suffix string // of the names of its partition's hosts
}

func parseTopic(arn string) (topic, error) {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "sns" || !isLabel(parts[3]) {
		return topic{}, refuse(http.StatusForbidden, "topic without a proper ARN")
	}
	suffix := hostSuffix(parts[1])
	if suffix == "" {
		return topic{}, refuse(http.StatusForbidden, "topic of an unknown partition")
	}
	return topic{parts[3], suffix}, nil
}

// isLabel says whether s can be a part of a host's name, so that no region leads to another host.
func isLabel(s string) bool {
	other := func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }
	return s != "" && len(s) <= 63 && !strings.ContainsFunc(s, other)
}

// hostSuffix is what the names of a partition's hosts end in.
func hostSuffix(partition string) string {
	switch partition {
	case "aws", "aws-us-gov":
		return "amazonaws.com"
	case "aws-cn":
		return "amazonaws.com.cn"
	case "aws-eusc":
		return "amazonaws.eu"
	case "aws-iso":
		return "c2s.ic.gov"
	case "aws-iso-b":
		return "sc2s.sgov.gov"
	case "aws-iso-e":
		return "cloud.adc-e.uk"
	case "aws-iso-f":
		return "csp.hci.ic.gov"
	}
	return ""
}

// host is that of SNS in the topic's region.
func (t topic) host() string { return "sns." + t.region + "." + t.suffix }

// signers are the names of which a certificate for the topic's messages has one. Which it is depends on the age of the
// region. All are Amazon's own.
func (t topic) signers() []string {
	names := []string{
		"sns." + t.suffix,
		t.host(),
		"sns-" + t.region + "." + t.suffix,
		"sns-signing." + t.region + "." + t.suffix,
	}
	if strings.HasPrefix(t.region, "us-gov-") { // one for both regions
		names = append(names, "sns-us-gov-west-1."+t.suffix)
	}
	return names
}

// parseURL reads a URL that must be at the topic's host over TLS.
func (t topic) parseURL(s string) (*url.URL, bool) {
	u, err := url.Parse(s)
	ok := err == nil && u.Scheme == "https" && u.User == nil && u.Fragment == "" &&
		(u.Host == t.host() || u.Host == t.host()+":443")
	return u, ok
}
