// Package logtype holds the log types that are known by name.
package logtype

import "github.com/streamalert/streamalert-go/parse"

// All are the known log types in the order in which a classifier asks them: the more special before the more general.
func All() []*parse.LogType {
	return []*parse.LogType{
		CloudTrail(),
		EventBridge(),
		CloudWatchLogs(),
		GuardDuty(),
		SecurityHub(),
		WAF(),
		Route53Resolver(),
		EKSAudit(),
		Config(),
		S3Access(),
		ALB(),
		NLB(),
		CLB(),
		CloudFront(),
		VPCFlow(),

		ApacheError(),
		NginxError(),
		ApacheAccess(),
		NginxAccess(),

		OsqueryDifferential(),
		OsquerySnapshot(),
		OsqueryBatch(),
		OsqueryStatus(),
		Okta(),
		DuoAuthentication(),
		DuoAdministrator(),
		GoogleWorkspace(),
		Box(),
		OneLogin(),
		GitHub(),

		Auditd(),

		PANTraffic(),
		PANThreat(),
		PANSystem(),
		PANConfig(),
		PANGlobalProtect(),
		PANOther(),

		CiscoASA(),
		CiscoFTD(),
		CiscoIOS(),
		SSHD(),
		Sudo(),
		Syslog(), // takes nearly every line that has a time
	}
}
