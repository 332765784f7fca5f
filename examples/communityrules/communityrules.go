// Package communityrules is a set of detections to copy from: over AWS CloudTrail, GuardDuty, GitHub, Duo, OneLogin,
// osquery and a few others. They look for what StreamAlert's community rules look for, and pass those rules' test events;
// [StreamAlert] says which is which.
//
// Each rule says what it means when it matches and what else can look like it. Its cases stand in a folder of testdata
// that has the rule's ID for a name. [Rules] are those that need to know nothing; [Indicators] makes rules of what is known
// to be bad. They are a start and no complete coverage of anything: read a rule before you rely on it, and give it the
// exceptions that your place needs.
package communityrules

import (
	"slices"

	"github.com/streamalert/streamalert-go/rule"
)

// Rules are the detections of this package that need to know nothing about whom they watch.
func Rules() []rule.Rule {
	return slices.Concat(awsRules(), awsPublicRules(), duoRules(), gitHubRules(), accountRules(), hostRules())
}

// The log types that the rules are for.
const (
	logCloudTrail   = "aws.cloudtrail"
	logEventBridge  = "aws.eventbridge"
	logGuardDuty    = "aws.guardduty"
	logGitHub       = "github.audit"
	logDuoLogin     = "duo.authentication"
	logDuoAdmin     = "duo.administrator"
	logOneLogin     = "onelogin.event"
	logBuildkite    = "buildkite.audit"
	logOsquery      = "osquery.differential"
	logOsquerySnap  = "osquery.snapshot"
	logCarbonBlack  = "carbonblack.process"
	logBinaryAlert  = "binaryalert.match"
	logTrendMicro   = "trendmicro.deepsecurity"
	logPacketbeatIP = "packetbeat.flow"
	logPacketbeatDN = "packetbeat.dns"
)

// isNone holds for a field that is missing or null.
func isNone(f rule.FieldRef) rule.Condition {
	return rule.Any(f.Missing(), f.Null())
}
