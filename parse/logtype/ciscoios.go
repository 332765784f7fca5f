package logtype

// iosTemplates are the common messages of IOS, IOS XE and NX-OS, one a line behind their mnemonics, as the "Cisco IOS System
// Message Guide" has them.
const iosTemplates = `
IPACCESSLOGP,ACCESSLOGP list {acl} {action} {protocol} {src_ip}({src_port:n}) «({src_interface:t}) »-> {dst_ip}({dst_port:n}), {packets:n} packet«s»
IPACCESSLOGDP,ACCESSLOGDP list {acl} {action} {protocol} {src_ip} «({src_interface:t}) »-> {dst_ip} ({icmp_type:n}/{icmp_code:n}), {packets:n} packet«s»
IPACCESSLOGSP,ACCESSLOGSP list {acl} {action} {protocol} {src_ip} «({src_interface:t}) »-> {dst_ip} ({type:n}), {packets:n} packet«s»
IPACCESSLOGNP,IPACCESSLOGRP,ACCESSLOGNP list {acl} {action} {protocol} {src_ip} «({src_interface:t}) »-> {dst_ip}, {packets:n} packet«s»
IPACCESSLOGS list {acl} {action} {src_ip} {packets:n} packet«s»
IPACCESSLOGRL access-list logging rate-limited or missed {packets:n} packet«s»
LOGIN_SUCCESS Login Success [user: {user:e}] [Source: {src_ip}] [localport: {dst_port:n}] at {at:t}
LOGIN_FAILED Login failed [user: {user:e}] [Source: {src_ip}] [localport: {dst_port:n}] [Reason: {reason:t}] at {at:t}
QUIET_MODE_ON Still timeleft for watching failures is {timeleft:n} secs, [user: {user:e}] [Source: {src_ip}] [localport: {dst_port:n}] [Reason: {reason:t}] [ACL: {acl:t}] at {at:t}
QUIET_MODE_OFF Quiet Mode is OFF, because {reason:t} at {at:t}
LOGOUT User {user:t} has exited tty session {line}({src_ip})
TTY_EXPIRE_TIMER (exec timer expired, tty {line} ({src_ip})), user {user:t}
CONFIG_I Configured from {source:t} by {user:t} on {line:t} ({src_ip})
CONFIG_I Configured from {source:t} by {user:t} on {line:t}
CONFIG_I Configured from {source:t} by {src_ip}
CONFIG_P Configured programmatically by process {process:t} from {source:t} as {user:t} on {line:t} ({src_ip})
CONFIG_P Configured programmatically by process {process:t} from {source:t} as {user:t}
PRIV_AUTH_FAIL,PRIV_AUTH_PASS Authentication to privilege level {privilege:n} {result} by {user:t} on {line:t} ({src_ip})
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
AUTH_PASSED {process:t}: User '{user:t}' authenticated successfully from {src_ip}:{src_port:n}« and was authorized» for {application:t}. External groups: {groups:t}
AUTH_FAILED {process:t}: User '{user:t}' {reason:t} from {src_ip}:{src_port:n} {application:t}
MODEL_RPC_I {process:t}: RPC '{rpc:t}' invoked from {src_ip}:{src_port:n} via {application} user {user} session {session:n}
START Starting '{method}' for client ({mac}) on Interface {interface} AuditSessionID {session}
SUCCESS,FAIL Authentication {result} for client ({mac}) on Interface {interface} AuditSessionID {session}
SUCCESS,FAIL Authorization {result} for client ({mac}) on Interface {interface} AuditSessionID {session}
STCKYARPOVR Attempt to overwrite Sticky ARP entry: {src_ip}, hw: {mac} by hw: {other_mac}
USERNAME_CONFIGURATION user with username: {user:t} {action}
INVALID_RP_JOIN Received ({src_ip}, {group_ip}) Join from {neighbor_ip} for invalid RP {rp_ip}
ADJCHG,ADJCHANGE Process {process:n}, Nbr {neighbor_ip} on {interface} from {old_state} to {state}, {reason:t}
ADJCHANGE neighbor {neighbor_ip} «vpn vrf {vrf} »{state} {reason:t}
ADJCHANGE neighbor {neighbor_ip} {state}
NBRCHANGE {process:t}: Neighbor {neighbor_ip} ({interface}) is {state}: {reason:t}
SIGNATURE Sig:{signature:n} Subsig:{subsignature:n} Sev:{signature_severity:n} {reason:t} [{src_ip}:{src_port:n} -> {dst_ip}:{dst_port:n}]
LOGGINGHOST_STARTSTOP Logging to host {dst_ip} «port {dst_port:n} »{action:t}
AUTHFAIL Authentication failure for SNMP req from host {src_ip}
NATIVE_VLAN_MISMATCH Native VLAN mismatch discovered on {interface} ({vlan}), with {neighbor} {other_interface} ({other_vlan})
DUPLEX_MISMATCH duplex mismatch discovered on {interface} {reason:t}, with {neighbor} {other_interface} {detail:t}
RELOAD_REQUESTED,RELOAD Reload requested by {user:t}. Reload {reason:t}
RESTART {reason:t}
DROP_PKT {action=Dropping} {protocol} session {src_ip}:{src_port:n} {dst_ip}:{dst_port:n} {reason:t}
SESS_AUDIT_TRAIL_START Start {protocol} session: initiator ({src_ip}:{src_port:n}) -- responder ({dst_ip}:{dst_port:n})
SESS_AUDIT_TRAIL Stop {protocol} session: initiator ({src_ip}:{src_port:n}) sent {bytes_sent:n} bytes -- responder ({dst_ip}:{dst_port:n}) sent {bytes_received:n} bytes
`

// iosOthers find in any message what its form does not tell: of each group the first that is there.
const iosOthers = `
{_:e}[Source: {src_ip}]
{_:e}{src_ip:i}({src_port:n}) -> {dst_ip:i}({dst_port:n})
{_:e}{src_ip:i}:{src_port:n} -> {dst_ip:i}:{dst_port:n}
{_:e}{src_ip:i} -> {dst_ip:i}
{_:e}from {src_ip:i}«:{src_port:n}» to {dst_ip:i}«:{dst_port:n}»
{_:e}from {src_ip:i}«:{src_port:n}»
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

{_:e}Interface {interface}
{_:e}interface {interface}
{_:e}port {interface}
`
