package logtype

import "github.com/streamalert/streamalert-go/parse"

// GuardDuty is aws.guardduty: a finding of Amazon GuardDuty as it exports it to S3: schemaVersion, accountId, region,
// partition, id, arn, type, resource, service (action, count, eventFirstSeen, eventLastSeen, ...), severity, createdAt,
// updatedAt (the event time), title, description. Findings that come by EventBridge are the detail of an event:
// [InEventBridge]. Source: Amazon GuardDuty User Guide, "GuardDuty finding format".
func GuardDuty() *parse.LogType {
	return &parse.LogType{
		Name:     "aws.guardduty",
		Format:   parse.JSONFormat{},
		Requires: []string{"schemaVersion", "accountId", "type", "service", "severity", "updatedAt"},
		Time:     "updatedAt",
		Entities: map[string][]string{
			"source.ip": {
				"service.action.networkConnectionAction.remoteIpDetails.ipAddressV4",
				"service.action.networkConnectionAction.remoteIpDetails.ipAddressV6",
				"service.action.awsApiCallAction.remoteIpDetails.ipAddressV4",
				"service.action.kubernetesApiCallAction.remoteIpDetails.ipAddressV4",
				"service.action.rdsLoginAttemptAction.remoteIpDetails.ipAddressV4",
				"service.action.portProbeAction.portProbeDetails.remoteIpDetails.ipAddressV4",
			},
			"source.port":      {"service.action.networkConnectionAction.remotePortDetails.port"},
			"destination.ip":   {"service.action.networkConnectionAction.localIpDetails.ipAddressV4"},
			"destination.port": {"service.action.networkConnectionAction.localPortDetails.port"},
			"user.name": {
				"resource.accessKeyDetails.userName", "resource.kubernetesDetails.kubernetesUserDetails.username",
				"resource.rdsDbUserDetails.user",
			},
			"host.name":          {"resource.instanceDetails.instanceId"},
			"dns.question.name":  {"service.action.dnsRequestAction.domain"},
			"process.name":       {"service.runtimeDetails.process.name"},
			"process.executable": {"service.runtimeDetails.process.executablePath"},
			"file.hash.sha256": {
				"service.runtimeDetails.process.executableSha256", "service.ebsVolumeScanDetails.scanDetections.threatDetectedByName.threatNames.filePaths.hash",
			},
			"cloud.account.id": {"accountId"},
			"cloud.region":     {"region"},
			"aws.arn":          {"arn"},
			"event.action":     {"type"},
		},
	}
}
