package logtype

import "github.com/streamalert/streamalert-go/parse"

// SecurityHub is aws.securityhub: a finding in the AWS Security Finding Format, alone or as one of Findings: SchemaVersion,
// Id, ProductArn, GeneratorId, AwsAccountId, Types, CreatedAt, UpdatedAt (the event time), Severity, Title, Description,
// Resources, Compliance, Workflow, RecordState and many more. Findings that come by EventBridge are in the detail of an
// event: [InEventBridge]. Source: AWS Security Hub User Guide, "AWS Security Finding Format (ASFF)".
func SecurityHub() *parse.LogType {
	return &parse.LogType{
		Name:     "aws.securityhub",
		Format:   parse.JSONFormat{Records: "Findings"},
		Requires: []string{"SchemaVersion", "Id", "ProductArn", "AwsAccountId"},
		Time:     "UpdatedAt",
		Entities: map[string][]string{
			"source.ip":          {"Network.SourceIpV4", "Network.SourceIpV6", "Action.NetworkConnectionAction.RemoteIpDetails.IpAddressV4", "Action.AwsApiCallAction.RemoteIpDetails.IpAddressV4", "Action.PortProbeAction.PortProbeDetails.RemoteIpDetails.IpAddressV4"},
			"source.domain":      {"Network.SourceDomain"},
			"source.port":        {"Network.SourcePort", "Action.NetworkConnectionAction.RemotePortDetails.Port"},
			"destination.ip":     {"Network.DestinationIpV4", "Network.DestinationIpV6", "Action.PortProbeAction.PortProbeDetails.LocalIpDetails.IpAddressV4"},
			"destination.domain": {"Network.DestinationDomain"},
			"destination.port":   {"Network.DestinationPort", "Action.NetworkConnectionAction.LocalPortDetails.Port", "Action.PortProbeAction.PortProbeDetails.LocalPortDetails.Port"},
			"dns.question.name":  {"Action.DnsRequestAction.Domain"},
			"user.name":          {"Resources.Details.AwsIamAccessKey.UserName", "Resources.Details.AwsIamUser.UserName"},
			"host.ip":            {"Resources.Details.AwsEc2Instance.IpV4Addresses", "Resources.Details.AwsEc2Instance.IpV6Addresses"},
			"process.name":       {"Process.Name"},
			"process.executable": {"Process.Path"},
			"process.pid":        {"Process.Pid"},
			"cloud.account.id":   {"AwsAccountId"},
			"cloud.region":       {"Region", "Resources.Region"},
			"aws.arn":            {"Resources.Id"},
			"event.action":       {"Types"},
			"event.outcome":      {"Compliance.Status"},
		},
	}
}
