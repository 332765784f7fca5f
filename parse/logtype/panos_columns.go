package logtype

import (
	"strconv"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
)

// panType is one type of PAN-OS log: what its type column says, the columns in their order, and how many of them there
// were when it was first published; later versions have appended to them. The first columns are the same in all of them.
// "-" is a column without a meaning of its own ("FUTURE_USE" in the documentation), whose value is dropped.
type panType struct {
	types   []string
	least   int
	columns string
	first   string // the first columns, where they are not panFirst
}

const (
	panFirst = "- receive_time serial_number type subtype config_version generated_time "
	// panSession is what sessions have in common.
	panSession = "source_address destination_address nat_source_ip nat_destination_ip rule_name source_user destination_user " +
		"application virtual_system source_zone destination_zone inbound_interface outbound_interface log_action - session_id:n " +
		"repeat_count:n source_port:n destination_port:n nat_source_port:n nat_destination_port:n flags protocol action "
	panGroups = "device_group_hierarchy_1 device_group_hierarchy_2 device_group_hierarchy_3 device_group_hierarchy_4 " +
		"virtual_system_name device_name "
	panDevices = "source_device_category source_device_profile source_device_model source_device_vendor source_device_os_family " +
		"source_device_os_version source_hostname source_mac_address destination_device_category destination_device_profile " +
		"destination_device_model destination_device_vendor destination_device_os_family destination_device_os_version " +
		"destination_hostname destination_mac_address "
	panPods = "container_id pod_namespace pod_name source_external_dynamic_list destination_external_dynamic_list "
	panApp  = "application_subcategory application_category application_technology application_risk " +
		"application_characteristic application_container "
	panEnd = "sequence_number action_flags "
)

var panTraffic = panType{
	types: []string{"TRAFFIC"},
	least: 39,
	columns: panSession + "bytes:n bytes_sent:n bytes_received:n packets:n start_time elapsed_time:n category - " + panEnd +
		"source_country destination_country - packets_sent:n packets_received:n session_end_reason " + panGroups +
		"action_source source_vm_uuid destination_vm_uuid tunnel_id monitor_tag parent_session_id parent_start_time " +
		"tunnel_type sctp_association_id sctp_chunks:n sctp_chunks_sent:n sctp_chunks_received:n rule_uuid http2_connection " +
		"app_flap_count policy_id link_switches sdwan_cluster sdwan_device_type sdwan_cluster_type sdwan_site " +
		"dynamic_user_group_name xff_address " + panDevices + panPods + "host_id client_serial_number " +
		"source_dynamic_address_group destination_dynamic_address_group session_owner high_resolution_timestamp " +
		"a_slice_service_type a_slice_differentiator " + panApp + "tunneled_application application_saas " +
		"application_sanctioned_state offloaded flow_type cluster_name",
}

var panThreat = panType{
	types: []string{"THREAT"},
	least: 36,
	columns: panSession + "url_filename threat_id category severity direction " + panEnd + "source_location " +
		"destination_location - content_type pcap_id file_digest cloud url_index user_agent file_type x_forwarded_for " +
		"referer sender subject recipient report_id " + panGroups + "- source_vm_uuid destination_vm_uuid http_method " +
		"tunnel_id monitor_tag parent_session_id parent_start_time tunnel_type threat_category content_version - " +
		"sctp_association_id payload_protocol_id http_headers url_category_list rule_uuid http2_connection " +
		"dynamic_user_group_name xff_address " + panDevices + panPods + "host_id client_serial_number " +
		"domain_external_dynamic_list source_dynamic_address_group destination_dynamic_address_group partial_hash " +
		"high_resolution_timestamp reason justification a_slice_service_type " + panApp + "tunneled_application " +
		"application_saas application_sanctioned_state cloud_report_id cluster_name flow_type",
}

var panSystem = panType{
	types: []string{"SYSTEM"},
	least: 15,
	columns: "virtual_system event_id object - - module severity description " + panEnd + panGroups +
		"- - high_resolution_timestamp",
}

// panConfig is without the two columns that a configured format puts behind the path.
var panConfig = panType{
	types: []string{"CONFIG"},
	least: 14,
	columns: "host virtual_system command admin client result configuration_path " + panEnd + panGroups +
		"device_group audit_comment - high_resolution_timestamp full_path",
}

var panConfigDetail = panType{
	types:   panConfig.types,
	least:   panConfig.least,
	columns: strings.Replace(panConfig.columns, panEnd, "before_change_detail after_change_detail "+panEnd, 1),
}

var panGlobalProtect = panType{
	types: []string{"GLOBALPROTECT"},
	least: 36,
	columns: "virtual_system event_id stage authentication_method tunnel_type source_user source_region machine_name " +
		"public_ip public_ipv6 private_ip private_ipv6 host_id client_serial_number client_version client_os " +
		"client_os_version repeat_count:n reason error description status location login_duration:n connect_method " +
		"error_code portal " + panEnd + "high_resolution_timestamp selection_type response_time priority " +
		"attempted_gateways gateway " + panGroups + "virtual_system_id cluster_name",
}

// panAuditName is the type of audit logs, which have it in the third column.
const panAuditName = "audit"

// panAudit is what an administrator did at the web interface or the command line.
var panAudit = panType{
	types: []string{panAuditName}, least: 8,
	first: "serial_number receive_time type config_version event_id admin cli_command result",
}

// panOthers are all that have no log type of their own.
var panOthers = []panType{
	panAudit,
	{types: []string{"GTP"}, least: 47, columns: "source_address destination_address - - rule_name - - application virtual_system source_zone " +
		"destination_zone inbound_interface outbound_interface log_action - session_id:n - source_port:n destination_port:n - - - protocol action " +
		"event_type msisdn apn rat message_type end_user_ip teid1 teid2 gtp_interface gtp_cause severity mcc mnc area_code cell_id event_code - - " +
		"source_location destination_location - - - - - - - imsi imei - - - - - - - - - - - - - - - - start_time elapsed_time:n " +
		"tunnel_inspection_rule remote_user_ip remote_user_id rule_uuid pcap_id high_resolution_timestamp a_slice_service_type " +
		"a_slice_differentiator " + panApp + "application_saas application_sanctioned_state"},
	{types: []string{"USERID"}, least: 18, columns: "virtual_system source_ip user data_source_name event_id repeat_count:n timeout_threshold " +
		"source_port:n destination_port:n data_source data_source_type " + panEnd + panGroups + "virtual_system_id factor_type " +
		"factor_completion_time factor_number user_group_flags user_by_source tag_name high_resolution_timestamp " +
		"origin_data_source - cluster_name"},
	{types: []string{"HIPMATCH", "HIP-MATCH"}, least: 15, columns: "source_user virtual_system machine_name operating_system source_address hip " +
		"repeat_count:n hip_type - - " + panEnd + panGroups + "virtual_system_id ipv6_source_address host_id " +
		"client_serial_number device_mac_address high_resolution_timestamp cluster_name"},
	{types: []string{"AUTHENTICATION", "AUTH"}, least: 20, columns: "virtual_system source_ip user normalize_user object authentication_policy " +
		"repeat_count:n authentication_id vendor log_action server_profile description client_type event_type " +
		"factor_number " + panEnd + panGroups + "virtual_system_id authentication_protocol rule_uuid " +
		"high_resolution_timestamp source_device_category source_device_profile source_device_model source_device_vendor " +
		"source_device_os_family source_device_os_version source_hostname source_mac_address region - user_agent session_id " +
		"cluster_name"},
	{types: []string{"DECRYPTION"}, least: 31, columns: panSession + "tunnel_id - - source_vm_uuid destination_vm_uuid rule_uuid " +
		"stage_client_to_firewall stage_firewall_to_server tls_version key_exchange_algorithm encryption_algorithm " +
		"hash_algorithm policy_name elliptic_curve error_index root_status chain_status proxy_type " +
		"certificate_serial_number fingerprint certificate_start_date certificate_end_date certificate_version " +
		"certificate_size common_name_length issuer_common_name_length root_common_name_length sni_length " +
		"certificate_flags subject_common_name issuer_common_name root_common_name server_name_indication error " + panPods +
		"source_dynamic_address_group destination_dynamic_address_group high_resolution_timestamp " + panDevices + panEnd +
		panGroups + "virtual_system_id " + panApp + "application_saas application_sanctioned_state cluster_name"},
	{types: []string{"CORRELATION"}, least: 12, columns: "source_address source_user virtual_system category severity " + panGroups +
		"virtual_system_id object_name object_id evidence"},
	{types: []string{"IPTAG"}, least: 16, columns: "virtual_system source_ip tag_name event_id repeat_count:n timeout data_source_name " +
		"data_source_type data_source_subtype " + panEnd + panGroups + "virtual_system_id high_resolution_timestamp cluster_name"},
	{types: []string{"SCTP"}, least: 31, columns: "source_address destination_address - - rule_name - - - virtual_system source_zone destination_zone " +
		"inbound_interface outbound_interface log_action - session_id:n repeat_count:n source_port:n destination_port:n " +
		"- - - - protocol action " + panGroups + "sequence_number - sctp_association_id payload_protocol_id severity " +
		"sctp_chunk_type - sctp_verification_tag_1 sctp_verification_tag_2 sctp_cause_code diameter_application_id " +
		"diameter_command_code diameter_avp_code sctp_stream_id association_end_reason operation_code sccp_calling_ssn " +
		"sccp_calling_global_title sctp_filter sctp_chunks:n sctp_chunks_sent:n sctp_chunks_received:n packets:n " +
		"packets_sent:n packets_received:n rule_uuid high_resolution_timestamp"},
	{types: []string{"START", "END"}, least: 31, columns: panSession + "severity " + panEnd + "source_location destination_location " + panGroups +
		"tunnel_id monitor_tag parent_session_id parent_start_time tunnel_type bytes:n bytes_sent:n bytes_received:n " +
		"packets:n packets_sent:n packets_received:n maximum_encapsulation unknown_protocol strict_checking " +
		"tunnel_fragment sessions_created sessions_closed session_end_reason action_source start_time elapsed_time:n " +
		"tunnel_inspection_rule remote_user_ip remote_user_id rule_uuid pcap_id dynamic_user_group_name " +
		"source_external_dynamic_list destination_external_dynamic_list high_resolution_timestamp a_slice_differentiator " +
		"a_slice_service_type pdu_session_id " + panApp + "application_saas application_sanctioned_state cluster_name"},
}

// panUnknown are the columns of a type that is not known: what stands behind the first ones is numbered, as further columns
// of known types are.
var panUnknown = panType{least: 8}

// panWidest is how many columns a record can have.
const panWidest = 160

// compile makes the columns; those behind the last one are numbered.
func (p panType) compile() *parse.Columns {
	first := p.first
	if first == "" {
		first = panFirst
	}
	names := strings.Fields(first + " " + p.columns)
	for i := len(names); i < panWidest; i++ {
		names = append(names, "column_"+strconv.Itoa(i+1))
	}
	return parse.NewColumns(names...)
}
