package parse

// Pieces that Cisco's messages are made of.
const (
	ciscoAction    = `%{CISCO_ACTION:action}`
	ciscoDirection = `%{CISCO_DIRECTION:direction}`
	ciscoReason    = `%{CISCO_REASON:reason}`
	ciscoProtocol  = `%{WORD:protocol}`
	ciscoSource    = `%{IP:src_ip}/%{INT:src_port}`
	ciscoTarget    = `%{IP:dst_ip}/%{INT:dst_port}`
	ciscoSourceIf  = `%{DATA:src_interface}:`
	ciscoTargetIf  = `%{DATA:dst_interface}:`
	ciscoSourceBy  = `(?:\(%{DATA:src_fwuser}\))?`
	ciscoTargetBy  = `(?:\(%{DATA:dst_fwuser}\))?`
	ciscoHashes    = `\[%{DATA:hashcode1}, %{DATA:hashcode2}\]`
	ciscoICMP      = `\(type %{INT:icmp_type}, code %{INT:icmp_code}\)`
	ciscoUnit      = `\((?:Primary|Secondary)\) `
	ciscoUnitIf    = `[Ii]nterface %{GREEDYDATA:interface_name}`
)

// grokCisco are the messages of ASA, by their numbers. Source: Cisco Secure Firewall ASA Series Syslog Messages.
func grokCisco() map[string]string {
	return map[string]string{
		"CISCO_TAGGED_SYSLOG": `^<%{POSINT:syslog_pri}>%{CISCOTIMESTAMP:timestamp}(?: %{SYSLOGHOST:sysloghost})? ?: %%{CISCOTAG:ciscotag}:`,
		"CISCOTIMESTAMP":      `%{MONTH} +%{MONTHDAY}(?: %{YEAR})? %{TIME}`,
		"CISCOTAG":            `[A-Z0-9]+-%{INT}-[A-Z0-9_]+`,
		"CISCO_ACTION": `(?:Built|Teardown|Denied|Deny|denied by ACL|denied|requested|permitted|discarded|est-allowed|` +
			`Dropping|created|deleted)`,
		"CISCO_REASON": `(?:Duplicate TCP SYN|Failed to locate egress interface|Invalid transport field|` +
			`No matching connection|DNS Response|DNS Query|(?:%{WORD}\s*)*)`,
		"CISCO_DIRECTION":  `(?:[Ii]nbound|[Oo]utbound)`,
		"CISCO_INTERVAL":   `(?:first hit|%{INT}-second interval)`,
		"CISCO_XLATE_TYPE": `(?:static|dynamic)`,

		"CISCOFW104001": ciscoUnit + `Switching to ACTIVE - %{GREEDYDATA:switch_reason}`,
		"CISCOFW104002": ciscoUnit + `Switching to STANDBY - %{GREEDYDATA:switch_reason}`,
		"CISCOFW104003": ciscoUnit + `Switching to FAILED\.`,
		"CISCOFW104004": ciscoUnit + `Switching to OK\.`,
		"CISCOFW105003": ciscoUnit + `Monitoring on ` + ciscoUnitIf + ` waiting`,
		"CISCOFW105004": ciscoUnit + `Monitoring on ` + ciscoUnitIf + ` normal`,
		"CISCOFW105005": ciscoUnit + `Lost Failover communications with mate on ` + ciscoUnitIf,
		"CISCOFW105008": ciscoUnit + `Testing ` + ciscoUnitIf,
		"CISCOFW105009": ciscoUnit + `Testing on ` + ciscoUnitIf + ` (?:Passed|Failed)`,
		"CISCOFW106001": ciscoDirection + ` ` + ciscoProtocol + ` connection ` + ciscoAction + ` from ` + ciscoSource + ` to ` + ciscoTarget +
			` flags %{GREEDYDATA:tcp_flags} on interface %{GREEDYDATA:interface}`,
		"CISCOFW106006_106007_106010": ciscoAction + ` ` + ciscoDirection + ` ` + ciscoProtocol + ` (?:from|src) ` + ciscoSource + ciscoSourceBy +
			` (?:to|dst) ` + ciscoTarget + ciscoTargetBy + ` (?:on interface %{NOTSPACE:interface}|due to ` + ciscoReason + `)`,
		"CISCOFW106014": ciscoAction + ` ` + ciscoDirection + ` ` + ciscoProtocol + ` src ` + ciscoSourceIf + `%{IP:src_ip}` + ciscoSourceBy +
			` dst ` + ciscoTargetIf + `%{IP:dst_ip}` + ciscoTargetBy + ` ?` + ciscoICMP,
		"CISCOFW106015": ciscoAction + ` ` + ciscoProtocol + ` \(%{DATA:policy_id}\) from ` + ciscoSource + ` to ` + ciscoTarget +
			` flags %{DATA:tcp_flags} on interface %{GREEDYDATA:interface}`,
		"CISCOFW106021": ciscoAction + ` ` + ciscoProtocol + ` reverse path check from %{IP:src_ip} to %{IP:dst_ip} on interface %{GREEDYDATA:interface}`,
		"CISCOFW106023": ciscoAction + `(?: protocol)? ` + ciscoProtocol + ` src ` + ciscoSourceIf + `%{DATA:src_ip}(?:/%{INT:src_port})?` + ciscoSourceBy +
			` dst ` + ciscoTargetIf + `%{DATA:dst_ip}(?:/%{INT:dst_port})?` + ciscoTargetBy + `(?: ` + ciscoICMP + `)?` +
			` by access-group "?%{DATA:policy_id}"? ` + ciscoHashes,
		"CISCOFW106100":     ciscoList + ciscoListSource + ciscoSourceBy + ` -> ` + ciscoListTarget + ciscoSourceBy + ciscoHits,
		"CISCOFW106100_2_3": ciscoList + `for user '%{DATA:src_fwuser}' ` + ciscoListSource + ` -> ` + ciscoListTarget + ciscoHits,
		"CISCOFW110002":     ciscoReason + ` for ` + ciscoProtocol + ` from ` + ciscoSourceIf + ciscoSource + ` to ` + ciscoTarget,
		"CISCOFW302010":     `%{INT:connection_count} in use, %{INT:connection_count_max} most used`,
		"CISCOFW302013_302014_302015_302016": ciscoAction + `(?: ` + ciscoDirection + `)? ` + ciscoProtocol + ` connection %{INT:connection_id} for ` +
			ciscoSourceIf + ciscoSource + `(?: \(%{IP:src_mapped_ip}/%{INT:src_mapped_port}\))?` + ciscoSourceBy +
			` to ` + ciscoTargetIf + ciscoTarget + `(?: \(%{IP:dst_mapped_ip}/%{INT:dst_mapped_port}\))?` + ciscoTargetBy +
			`(?: duration %{TIME:duration} bytes %{INT:bytes})?(?: ` + ciscoReason + `)?(?: \(%{DATA:user}\))?`,
		"CISCOFW302020_302021": ciscoAction + `(?: ` + ciscoDirection + `)? ` + ciscoProtocol + ` connection for faddr %{IP:dst_ip}/%{INT:icmp_seq_num}` +
			`(?:\(%{DATA:fwuser}\))? gaddr %{IP:src_xlated_ip}/%{INT:icmp_code_xlated} laddr %{IP:src_ip}/%{INT:icmp_code}(?: \(%{DATA:user}\))?`,
		"CISCOFW304001": `%{IP:src_ip}` + ciscoSourceBy + ` Accessed URL %{IP:dst_ip}:%{GREEDYDATA:dst_url}`,
		"CISCOFW305011": ciscoAction + ` %{CISCO_XLATE_TYPE:xlate_type} ` + ciscoProtocol + ` translation from ` + ciscoSourceIf +
			`%{IP:src_ip}(?:/%{INT:src_port})?` + ciscoSourceBy + ` to %{DATA:src_xlated_interface}:%{IP:src_xlated_ip}/%{NOTSPACE:src_xlated_port}`,
		"CISCOFW313001_313004_313008": ciscoAction + ` ` + ciscoProtocol + ` type=%{INT:icmp_type}, code=%{INT:icmp_code} from %{IP:src_ip}` +
			` on interface %{NOTSPACE:interface}(?: to %{IP:dst_ip})?`,
		"CISCOFW313005": ciscoReason + ` for ` + ciscoProtocol + ` error message: %{WORD:err_protocol}` +
			` src %{DATA:err_src_interface}:%{IP:err_src_ip}(?:\(%{DATA:err_src_fwuser}\))?` +
			` dst %{DATA:err_dst_interface}:%{IP:err_dst_ip}(?:\(%{DATA:err_dst_fwuser}\))?` +
			` \(type %{INT:err_icmp_type}, code %{INT:err_icmp_code}\) on %{DATA:interface} interface\. +Original IP payload: ` + ciscoProtocol +
			` src %{IP:orig_src_ip}/%{INT:orig_src_port}(?:\(%{DATA:orig_src_fwuser}\))?` +
			` dst %{IP:orig_dst_ip}/%{INT:orig_dst_port}(?:\(%{DATA:orig_dst_fwuser}\))?`,
		"CISCOFW321001": `Resource '%{WORD:resource_name}' limit of %{POSINT:resource_limit} reached for system`,
		"CISCOFW402117": ciscoProtocol + `: Received a non-IPSec packet \(protocol= %{WORD:orig_protocol}\) from %{IP:src_ip} to %{IP:dst_ip}`,
		"CISCOFW402119": ciscoProtocol + `: Received an %{WORD:orig_protocol} packet \(SPI= %{DATA:spi}, sequence number= %{DATA:seq_num}\)` +
			` from %{IP:src_ip} \(user= %{DATA:user}\) to %{IP:dst_ip} that failed anti-replay checking`,
		"CISCOFW419001": ciscoAction + ` ` + ciscoProtocol + ` packet from ` + ciscoSourceIf + ciscoSource + ` to ` + ciscoTargetIf + ciscoTarget +
			`, reason: %{GREEDYDATA:reason}`,
		"CISCOFW419002": ciscoReason + ` from ` + ciscoSourceIf + ciscoSource + ` to ` + ciscoTargetIf + ciscoTarget + ` with different initial sequence number`,
		"CISCOFW500004": ciscoReason + ` for protocol=` + ciscoProtocol + `, from ` + ciscoSource + ` to ` + ciscoTarget,
		"CISCOFW602303_602304": ciscoProtocol + `: An ` + ciscoDirection + ` %{GREEDYDATA:tunnel_type} SA \(SPI= %{DATA:spi}\)` +
			` between %{IP:src_ip} and %{IP:dst_ip} \(user= %{DATA:user}\) has been ` + ciscoAction,
		"CISCOFW710001_710002_710003_710005_710006": ciscoProtocol + ` (?:request|access) ` + ciscoAction + ` from ` + ciscoSource +
			` to ` + ciscoTargetIf + ciscoTarget,
		"CISCOFW713172": `Group = %{GREEDYDATA:group}, IP = %{IP:src_ip}, Automatic NAT Detection Status:\s+Remote end\s*` +
			`%{DATA:is_remote_natted}\s*behind a NAT device\s+This\s+end\s*%{DATA:is_local_natted}\s*behind a NAT device`,
		"CISCOFW733100": `\[\s*%{DATA:drop_type}\s*\] drop %{DATA:drop_rate_id} exceeded\. Current burst rate is ` +
			`%{INT:drop_rate_current_burst} per second, max configured rate is %{INT:drop_rate_max_burst}; Current average rate is ` +
			`%{INT:drop_rate_current_avg} per second, max configured rate is %{INT:drop_rate_max_avg}; Cumulative total count is ` +
			`%{INT:drop_total_count}`,
	}
}

// Pieces of the messages of access lists.
const (
	ciscoList       = `access-list %{NOTSPACE:policy_id} ` + ciscoAction + ` ` + ciscoProtocol + ` `
	ciscoListSource = `%{DATA:src_interface}/%{IP:src_ip}\(%{INT:src_port}\)`
	ciscoListTarget = `%{DATA:dst_interface}/%{IP:dst_ip}\(%{INT:dst_port}\)`
	ciscoHits       = ` hit-cnt %{INT:hit_count} %{CISCO_INTERVAL:interval} ` + ciscoHashes
)
