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
		Requires: []string{"schemaVersion", "accountId", "type", "severity"},
		Time:     "updatedAt",
		Entities: map[string][]string{
			"source.ip": {
				"service.action.networkConnectionAction.remoteIpDetails.ipAddressV4", "service.action.networkConnectionAction.remoteIpDetails.ipAddressV6",
				"service.action.awsApiCallAction.remoteIpDetails.ipAddressV4", "service.action.awsApiCallAction.remoteIpDetails.ipAddressV6",
				"service.action.kubernetesApiCallAction.remoteIpDetails.ipAddressV4", "service.action.kubernetesApiCallAction.remoteIpDetails.ipAddressV6",
				"service.action.kubernetesApiCallAction.sourceIPs",
				"service.action.rdsLoginAttemptAction.remoteIpDetails.ipAddressV4", "service.action.rdsLoginAttemptAction.remoteIpDetails.ipAddressV6",
				"service.action.portProbeAction.portProbeDetails.remoteIpDetails.ipAddressV4", "service.action.portProbeAction.portProbeDetails.remoteIpDetails.ipAddressV6",
			},
			"source.port": {"service.action.networkConnectionAction.remotePortDetails.port"},
			"destination.ip": {
				"service.action.networkConnectionAction.localIpDetails.ipAddressV4", "service.action.networkConnectionAction.localIpDetails.ipAddressV6",
				"service.action.portProbeAction.portProbeDetails.localIpDetails.ipAddressV4", "service.action.portProbeAction.portProbeDetails.localIpDetails.ipAddressV6",
			},
			"destination.port": {
				"service.action.networkConnectionAction.localPortDetails.port", "service.action.portProbeAction.portProbeDetails.localPortDetails.port",
			},
			"network.direction": {"service.action.networkConnectionAction.connectionDirection"},
			"network.transport": {"service.action.networkConnectionAction.protocol", "service.action.dnsRequestAction.protocol"},
			"user.name": {
				"resource.accessKeyDetails.userName", "resource.kubernetesDetails.kubernetesUserDetails.username",
				"resource.rdsDbUserDetails.user", "service.runtimeDetails.process.user",
			},
			"user.id":              {"resource.accessKeyDetails.principalId", "resource.kubernetesDetails.kubernetesUserDetails.uid", "service.runtimeDetails.process.userId"},
			"user_agent.original":  {"service.action.kubernetesApiCallAction.userAgent", "service.action.awsApiCallAction.userAgent"},
			"url.original":         {"service.action.kubernetesApiCallAction.requestUri"},
			"host.name":            {"resource.instanceDetails.instanceId"},
			"host.ip":              {"resource.instanceDetails.networkInterfaces.privateIpAddress", "resource.instanceDetails.networkInterfaces.publicIp", "resource.instanceDetails.networkInterfaces.ipv6Addresses"},
			"dns.question.name":    {"service.action.dnsRequestAction.domain"},
			"process.name":         {"service.runtimeDetails.process.name"},
			"process.pid":          {"service.runtimeDetails.process.pid"},
			"process.executable":   {"service.runtimeDetails.process.executablePath"},
			"process.command_line": {"service.runtimeDetails.context.commandLineExample"},
			"file.hash.sha256": {
				"service.runtimeDetails.process.executableSha256", "service.ebsVolumeScanDetails.scanDetections.threatDetectedByName.threatNames.filePaths.hash",
			},
			"file.path":        {"service.ebsVolumeScanDetails.scanDetections.threatDetectedByName.threatNames.filePaths.filePath"},
			"cloud.account.id": {"accountId"},
			"cloud.region":     {"region"},
			"aws.arn": {
				"resource.s3BucketDetails.arn", "resource.eksClusterDetails.arn", "resource.ecsClusterDetails.arn", "resource.lambdaDetails.functionArn",
				"resource.rdsDbInstanceDetails.dbInstanceArn", "resource.instanceDetails.iamInstanceProfile.arn",
			},
			"event.action": {"type"},
		},
	}
}
