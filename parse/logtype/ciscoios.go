package logtype

// iosTemplates are the common messages of IOS, IOS XE and NX-OS, one a line behind their mnemonics, as the "Cisco IOS System
// Message Guide" has them.
const iosTemplates = `
IPACCESSLOGP,ACCESSLOGP,IPV6ACCESSLOGP list {acl} {action} {protocol} {src_mac} {src_ip:i}({src_port:n}) {src_interface}-> {dst_ip}({dst_port:n}), {packets:n} packet«s»
IPACCESSLOGP,ACCESSLOGP,IPV6ACCESSLOGP access-list {acl} {action} {protocol} {src_ip:i}({src_port:n}) -> {dst_ip}({dst_port:n}), {packets:n} packet«s»
IPACCESSLOGP,ACCESSLOGP,IPV6ACCESSLOGP list {acl} {action} {protocol} {src_ip:i}({src_port:n}) ({src_interface} {src_mac}) -> {dst_ip}({dst_port:n}), {packets:n} packet«s»
IPACCESSLOGP,ACCESSLOGP,IPV6ACCESSLOGP list {acl} {action} {protocol} {src_ip}({src_port:n}) «({src_interface:t}) »-> {dst_ip}({dst_port:n}), {packets:n} packet«s»
IPACCESSLOGDP,ACCESSLOGDP,IPV6ACCESSLOGDP list {acl} {action} {protocol} {src_ip:i} ({src_interface} {src_mac}) -> {dst_ip} ({icmp_type:n}/{icmp_code:n}), {packets:n} packet«s»
IPACCESSLOGDP,ACCESSLOGDP,IPV6ACCESSLOGDP list {acl} {action} {protocol} {src_ip} «({src_interface:t}) »-> {dst_ip} ({icmp_type:n}/{icmp_code:n}), {packets:n} packet«s»
IPACCESSLOGSP,ACCESSLOGSP,IPV6ACCESSLOGSP list {acl} {action} {protocol} {src_ip} «({src_interface:t}) »-> {dst_ip} ({type:n}), {packets:n} packet«s»
IPACCESSLOGNP,IPACCESSLOGRP,ACCESSLOGNP,ACCESSLOGSP,IPV6ACCESSLOGNP list {acl} {action} {protocol} {src_ip} «({src_interface:t}) »-> {dst_ip}, {packets:n} packet«s»
IPACCESSLOGS list {acl} {action} {src_ip} {packets:n} packet«s»
IPACCESSLOGRL access-list logging rate-limited or missed {packets:n} packet«s»
LOGIN_SUCCESS Login Success [user: {user:e}] [Source: {src_ip}] [localport: {dst_port:n}] at {at:t}
LOGIN_FAILED Login failed [user: {user:e}] [Source: {src_ip}] [localport: {dst_port:n}] [Reason: {reason:t}] at {at:t}
QUIET_MODE_ON Still timeleft for watching failures is {timeleft:n} secs, [user: {user:e}] [Source: {src_ip}] [localport: {dst_port:n}] [Reason: {reason:t}] [ACL: {acl:t}] at {at:t}
QUIET_MODE_OFF Quiet Mode is OFF, because {reason:t} at {at:t}
LOGOUT User {user:t} has exited tty session {line}({src_ip})
TTY_EXPIRE_TIMER (exec timer expired, tty {line} ({src_ip})), user {user:t}
CONFIG_I,VSHD_SYSLOG_CONFIG_I Configured from {source:t} by {user:t} on {line:t} ({src_ip:i})
CONFIG_I,VSHD_SYSLOG_CONFIG_I Configured from {source:t} by {user:t} on {src_ip:i}@{line}
CONFIG_I,VSHD_SYSLOG_CONFIG_I Configured from {source:t} by {user:t} on {line:t}
CONFIG_I Configured from {source:t} by {line} ({src_ip:i})
CONFIG_I Configured from {source:t} by {src_ip:i}
CONFIG_I Configured from {src_ip:i} by {line}
CONFIG_I Configured from {source:t} by {line}
CONFIG_P Configured programmatically by process {process:t} from {source:t} as {user:t} on {line:t} ({src_ip})
CONFIG_P Configured programmatically by process {process:t} from {source:t} as {user:t}
PRIV_AUTH_PASS Privilege level set to {privilege:n} by {user:t} on {line:t} ({src_ip:i})
PRIV_AUTH_PASS Privilege level set to {privilege:n} by {user:t} on {line:t}
PRIV_AUTH_FAIL,PRIV_AUTH_PASS Authentication to privilege level {privilege:n} {result} by {user:t} on {line:t} ({src_ip})
USER_RESET User {user:t} failed attempts reset by {by_user:t} on {line:t} ({src_ip:i})
USER_RESET User {user:t} failed attempts reset by {by_user:t} on {line:t}
USER_LOCKED,USER_UNLOCKED User {user:t} {action:t} on authentication failure
USER_UNLOCKED User {user:t} {action=unlocked} by {by_user:t} on {line:t} ({src_ip:i})
CONFIG_RESOLVE_FAILURE System config parse from ({url:t}) {result}
CFGLOG_LOGGEDCMD User:{user:t} logged command:{command:t}
ACCTLOCAL Username: {user:t} Privilege level: {privilege:n} Command: {command:t}
UPDOWN Line protocol on Interface {interface}, changed state to {state:t}
UPDOWN Interface {interface}, changed state to {state:t}
CHANGED Interface {interface}, changed state to {state:t}
DUPADDR Duplicate address {src_ip} on {interface}, sourced by {mac}
MACFLAP_NOTIF Host {mac} in vlan {vlan} is flapping between port {interface} and port {other_interface}
NOTIF Host {mac} in vlan {vlan} is flapping between port {interface} and port {other_interface}
ERR_DISABLE {reason:t} error detected on {interface}, putting {interface_too} in {state} state
ERR_RECOVER Attempting to recover from {reason:t} err-disable state on {interface}
PSECURE_VIOLATION Security violation occurred, caused by MAC address {mac} on port {interface:t}.
PSECURE_VIOLATION_MAC_MOVE Security violation occurred, caused by MAC address {mac} on port {interface} attempting to access port {other_interface:t}.
PSECURE_VIOLATION_VLAN Security violation on port {interface} due to MAC address {mac} on VLAN {vlan}
DHCP_SNOOPING_UNTRUSTED_PORT,DHCP_SNOOPING_MATCH_MAC_FAIL DHCP_SNOOPING {action} message {reason:t}, message type: {type}, MAC sa: {mac}
DHCP_SNOOPING_DENY {packets:n} Invalid ARPs ({type}) on {interface}, vlan {vlan}.([{mac}/{src_ip}/{dst_mac}/{dst_ip}/{at:t}])
BLOCK_BPDUGUARD Received BPDU «from bridge {mac} »on port {interface} with BPDU Guard enabled
LOOPGUARD_BLOCK,LOOPGUARD_UNBLOCK,ROOTGUARD_BLOCK,ROOTGUARD_UNBLOCK {reason:t} port {interface} on {vlan:t}.
SSH2_SESSION,SSH_SESSION {protocol} Session request from {src_ip} (tty = {line}) using crypto cipher '{cipher:e}'«, hmac '{hmac:e}'» {result}
SSH2_USERAUTH,SSH_USERAUTH User '{user:e}' authentication for {protocol} Session from {src_ip} (tty = {line}) using crypto cipher '{cipher:e}'«, hmac '{hmac:e}'» {result}
SSH2_CLOSE,SSH_CLOSE {protocol} Session from {src_ip} (tty = {line}) for user '{user:e}' using crypto cipher '{cipher:e}'«, hmac '{hmac:e}'» {result}
AUTH_PASSED User '{user:t}' authenticated successfully from {src_ip}:{src_port:n}« and was authorized» for {application:t}. External groups: {groups:t}
AUTH_FAILED User '{user:t}' {reason:t} from {src_ip}:{src_port:n} {application:t}
MODEL_RPC_I RPC '{rpc:t}' invoked from {src_ip}:{src_port:n} via {application} user {user} session {session:n}
START,STOPPING,SWITCHOVER,RESTART {action} '{method}' for client «(»{mac}«)» on Interface {interface} AuditSessionID {session}
RESULT Authentication result '{result}' from '{method}' for client «(»{mac}«)» on Interface {interface} AuditSessionID {session}
NOMOREMETHODS {reason=Exhausted all authentication methods} for client «(»{mac}«)» on Interface {interface} AuditSessionID {session}
VLANASSIGN,VLAN_ASSIGN VLAN {vlan} assigned to Interface {interface} AuditSessionID {session}
SECURITY_VIOLATION Security violation on the interface {interface}, new MAC address ({mac}) is seen.AuditSessionID {session}
SUCCESS,FAIL Authentication {result:t} for client «(»{mac}«)» with reason ({reason:t}) on Interface {interface} AuditSessionID {session} Username: {user}
SUCCESS,FAIL Authentication {result:t} for client «(»{mac}«)» with reason ({reason:t}) on Interface {interface} AuditSessionID {session}
SUCCESS,FAIL Authentication {result:t} for client «(»{mac}«)» on Interface {interface} AuditSessionID {session} Username: {user}
SUCCESS,FAIL Authentication {result:t} for client «(»{mac}«)» on Interface {interface} AuditSessionID {session}
SUCCESS,FAIL Authorization {result:t} for client «(»{mac}«)» on Interface {interface} AuditSessionID {session}
STCKYARPOVR Attempt to overwrite Sticky ARP entry: {src_ip}, hw: {mac} by hw: {other_mac}
USERNAME_CONFIGURATION user with username: {user:t} {action}
INVALID_RP_JOIN Received ({src_ip}, {group_ip}) Join from {neighbor_ip} for invalid RP {rp_ip}
ADJCHG,ADJCHANGE Process {process:n}, IPv6, Nbr {neighbor_ip} on {interface} from {old_state} to {state}, {reason:t}
ADJCHG,ADJCHANGE Process {process:n}, Nbr {neighbor_ip} on {interface} from {old_state} to {state}, {reason:t}
ADJCHANGE neighbor {neighbor_ip} «vpn vrf {vrf} »{state=Up} (VRF: {vrf}) (AS: {as:n})
ADJCHANGE neighbor {neighbor_ip} «vpn vrf {vrf} »{state=Down} - {reason:t} (VRF: {vrf}) (AS: {as:n})
ADJCHANGE neighbor {neighbor_ip} {address_family:t} topology {reason:t}
ADJCHANGE neighbor {neighbor_ip} «vpn vrf {vrf} »{state} {reason:t}
NOTIFICATION {action=sent to} neighbor {neighbor_ip} «active »«passive »{code} ({reason:t})
NOTIFICATION {action=received from} neighbor {neighbor_ip} «active »«passive »{code} ({reason:t})
NBR_RESET Neighbor {neighbor_ip} {action} ({reason:t})
STATECHANGE {interface} Grp {group} state {old_state} -> {state}
STATECHANGE {interface} Group {group} state {old_state} -> {state}
ROOTCHANGE Root Changed for «vlan »«instance »{vlan}: New Root Port is {interface}. New Root Mac Address is {mac}
PORT_STATE Port {interface} instance {vlan} moving from {old_state} to {state}
FILTERED A {traffic} storm detected on {interface}
SHUTDOWN A packet storm was detected on {interface}
BUNDLE,UNBUNDLE Interface {interface} {action} port-channel {other_interface}
LOOP_BACK_DETECTED {reason:t} detected on {interface}
PACKET_RATE_EXCEEDED {packets:n} packets received in {milliseconds:n} milliseconds on {interface}
BADAUTH {reason:t} from {src_ip:i}«(»«:»{src_port:n}«)» to {dst_ip:i}«(»«:»{dst_port:n}«)»
SENDTMO Send type {type} to {server} timed out
RADIUS_DEAD,RADIUS_ALIVE,SERVERALIVE,SERVERDEAD,RADIUS_SERVER_DEAD {_:e}server {server:i}:{ports} is {state:t}
SESSION_STATUS Crypto tunnel is {state} . Peer {src_ip:i}:{src_port:n} «f_vrf: {f_vrf} »«i_vrf: {i_vrf} »Id: {id:t}
RECVD_PKT_NOT_IPSEC {reason:t}. (ip) vrf/dest_addr= «{vrf}»/{dst_ip:i}, src_addr= {src_ip:i}, prot= {protocol}
RECVD_PKT_INV_SPI {reason:t}: {detail:t} for destaddr={dst_ip:i}, prot={protocol}, spi={spi}, srcaddr={src_ip:i}«, input interface={interface}»
DHCP_SNOOPING_MATCH_MAC_FAIL DHCP_SNOOPING {action} message because {reason:t}, message type: {type}, chaddr: {other_mac}, MAC sa: {mac}
POLICY_REQ,POLICY_APP_SUCCESS,POLICY_APP_FAILURE,IPEVENT IP {src_ip}| MAC {mac}| AuditSessionID {session}| {detail:t}
ACLLOG_FLOW_INTERVAL,ACLLOG_NEW_FLOW Source IP: {src_ip}, Destination IP: {dst_ip}, Source Port: {src_port:n}, Destination Port: {dst_port:n}, Source Interface: {src_interface}, Protocol: "{protocol:t}"({protocol_number:n}), Hit-count = {packets:n}
INFO_SUCCESS Successfully authenticated user '{user:t}' from '{src_ip}' on '{line}'(cipher '{cipher:e}', mac '{hmac:e}')
INFO_FAILURE Failed authentication attempt by user '{user:t}' from '{src_ip}'
DB_COMMIT Configuration committed by user '{user:t}'. Use '{command:t}'
AUTHEN_SUCCESS {_:e}from {src_ip:i}
CLOCKUPDATE System clock has been updated from {before:t} to {after:t}, configured from {source:t} by {line}
IF_UP,IF_DOWN_LINK_FAILURE,IF_DOWN_ADMIN_DOWN,IF_DOWN_NONE,IF_DOWN_INITIALIZING Interface {interface} is {state} {reason:t}
SYSTEM_MSG {_:e}Accepted {method} for {user} from {src_ip} port {src_port:n}
SYSTEM_MSG {_:e}Failed {method} for «invalid user »{user} from {src_ip} port {src_port:n}
SYSTEM_MSG {_:e}for illegal user {user} from {src_ip:i}
SYSTEM_MSG {_:e}for user {user} by
ADJCHANGE neighbor {neighbor_ip} {state}
NBRCHANGE {process:t}: Neighbor {neighbor_ip} ({interface}) is {state}: {reason:t}
SIGNATURE Sig:{signature:n} Subsig:{subsignature:n} Sev:{signature_severity:n} {reason:t} [{src_ip}:{src_port:n} -> {dst_ip}:{dst_port:n}]
LOGGINGHOST_STARTSTOP Logging to host {dst_ip} «port {dst_port:n} »{action:t}
AUTHFAIL Authentication failure for SNMP req from host {src_ip}
NATIVE_VLAN_MISMATCH Native VLAN mismatch discovered on {interface} ({vlan}), with {neighbor} {other_interface} ({other_vlan})
DUPLEX_MISMATCH duplex mismatch discovered on {interface} ({reason:t}), with {neighbor} {other_interface} ({detail:t})
RELOAD_REQUESTED,RELOAD Reload requested by {user} on {line:t}. Reload Reason: {reason:t}
RELOAD_REQUESTED,RELOAD Reload requested by {user:t}. Reload {reason:t}
RESTART {reason:t}
DROP_PKT {_:e}{action=Dropping} {protocol} «session »«pkt »«from {interface} »{src_ip:i}:{src_port:n} «=> »{dst_ip:i}:{dst_port:n}({_:e} due to {reason:t} with ip ident {ip_id:n}
DROP_PKT {action=Dropping} {protocol} session {src_ip}:{src_port:n} {dst_ip}:{dst_port:n} {reason:t}
SESS_AUDIT_TRAIL_START {_:e}Start {protocol} session: initiator ({src_ip}:{src_port:n}) -- responder ({dst_ip}:{dst_port:n})
SESS_AUDIT_TRAIL {_:e}Stop {protocol} session: initiator ({src_ip}:{src_port:n}) sent {bytes_sent:n} bytes -- responder ({dst_ip}:{dst_port:n}) sent {bytes_received:n} bytes
`

// iosOthers find in any message what its form does not tell: of each group the first that is there.
const iosOthers = `
{_:e}[Source: {src_ip}]
{_:e}{src_ip:i}({src_port:n}) -> {dst_ip:i}({dst_port:n})
{_:e}{src_ip:i}:{src_port:n} -> {dst_ip:i}:{dst_port:n}
{_:e}{src_ip:i} -> {dst_ip:i}
{_:e}from {src_ip:i}«:{src_port:n}»«({src_port:n})» to {dst_ip:i}«:{dst_port:n}»«({dst_port:n})»
{_:e}{src_ip:i}:{src_port:n} => {dst_ip:i}:{dst_port:n}
{_:e}from {src_ip:i} port {src_port:n}
{_:e}from {src_ip:i}«:{src_port:n}»«({src_port:n})»
{_:e}from '{src_ip:i}'
{_:e}eer {src_ip:i}«:{src_port:n}»
{_:e}({src_ip:i}:{src_port:n})
{_:e}by {src_ip:i}
{_:e}({src_ip:i})
{_:e}neighbor {neighbor_ip:i}
{_:e}Nbr {neighbor_ip:i}
{_:e}host {src_ip:i}
{_:e}address {src_ip:i}
{_:e}{address:i}

{_:e}[user: {user:e}]
{_:e}User '{user:t}'
{_:e}user '{user:t}'
{_:e}Username: {user}
{_:e}username: {user}
{_:e}user: {user}
{_:e}User:{user}
{_:e}for user {user}
{_:e}by user {user}
{_:e}illegal user {user} from
{_:e}invalid user {user} from
{_:e}User {user} {_}
{_:e}by {user} on {_}

{_:e}nterface {interface:p}
{_:e}ort {interface:p}
{_:e}on {interface:p}
{_:e}nterface {interface}
{_:e}on port {interface}
{interface:p}

{_:e}client «(»{mac:m}
{_:e}MAC address «(»{mac:m}
{_:e}{mac:m}

{_:e}vlan {vlan:n}
{_:e}VLAN {vlan:n}
{_:e}Vlan {vlan:n}

{_:e}AuditSessionID {session}

{_:e}vrf {vrf}
{_:e}VRF: {vrf}
`
