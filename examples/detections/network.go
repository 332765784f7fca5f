package detections

import (
	"fmt"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// SSHOpenToTheWorld: anybody can try to sign in.
var SSHOpenToTheWorld = rule.Rule{
	ID:       "aws.ec2.ssh-open-to-the-world",
	Title:    "Security group opens port 22 to the world",
	Severity: rule.High,
	Logs:     cloudTrail,
	When: rule.All(
		rule.Field("eventName").Equals("AuthorizeSecurityGroupIngress"),
		rule.Ext(opensToTheWorld{port: 22}),
	),
}

// PasswordDataRead: reading the administrator's password of a Windows instance is rare, and trying to for one after the
// other is an attack. One event says little by itself; it counts even if it was refused.
var PasswordDataRead = rule.Rule{
	ID:       "aws.ec2.password-data-read",
	Title:    "Administrator password of an instance was asked for",
	Severity: rule.Low,
	Logs:     cloudTrail,
	When: rule.All(
		rule.Field("eventSource").Equals("ec2.amazonaws.com"),
		rule.Field("eventName").Equals("GetPasswordData"),
	),
}

// opensToTheWorld is a condition on single rules of a security group: port and network have to be those of one rule,
// which conditions on fields cannot ask. The answer lists them in one form, whatever form the request had.
type opensToTheWorld struct{ port int64 }

func (o opensToTheWorld) Fields() []string {
	return []string{"responseElements.securityGroupRuleSet.items"}
}

func (o opensToTheWorld) String() string {
	return fmt.Sprintf("a rule opens port %d to the world", o.port)
}

func (o opensToTheWorld) Test(_ *parse.Record, v rule.Values) bool {
	for r := range objects(v.All(0)) {
		world := strings.HasSuffix(r.Get("cidrIpv4").String(), "/0") || strings.HasSuffix(r.Get("cidrIpv6").String(), "/0")
		if world && !r.Get("isEgress").Bool() && o.covers(r) {
			return true
		}
	}
	return false
}

func (o opensToTheWorld) covers(r *parse.Record) bool {
	switch r.Get("ipProtocol").String() {
	case "-1": // all protocols, all ports
		return true
	case "tcp", "6":
		return r.Get("fromPort").Int() <= o.port && o.port <= r.Get("toPort").Int()
	}
	return false
}
