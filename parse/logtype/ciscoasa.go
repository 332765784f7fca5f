package logtype

// asaTemplates are the messages of ASA and FTD, one a line behind their ids and ranges of
// ids, as Cisco's guides have them: "Cisco Secure Firewall
// ASA Series Syslog Messages", with the forms that older releases write. An id may stand several times: the first that the text is as
// counts.
const asaTemplates = `
103001 ({unit}) {reason:t}
105005 ({unit}) {reason=Lost Failover communications} with mate on interface {interface}
105008 ({unit}) {action=Testing} interface {interface}
105009 ({unit}) {action=Testing} on interface {interface} {result}
105003,105004 ({unit}) {action=Monitoring} on interface {interface} {result}
106001 {direction=Inbound} {protocol} connection {action=denied} from {src_ip}/{src_port:n} to {dst_ip}/{dst_port:n} flags {tcp_flags:t} on interface {interface}
106002 {protocol} Connection {action=denied} by outbound list {acl} src {src_ip} dest {dst_ip}
106006 {action=Deny} {direction} {protocol} from {src_ip}/{src_port} to {dst_ip}/{dst_port} on interface {interface}
106007 {action=Deny} {direction} {protocol} from {src_ip}/{src_port} to {dst_ip}/{dst_port} due to {reason:t}
106010 {action=Deny} {direction} {protocol:t} src {src_interface}:{src_ip}«/{src_port}»«« »({src_user:t})» dst {dst_interface}:{dst_ip}«/{dst_port:n}»«« »({dst_user:t})»
106011 {action=Deny} {direction} (No xlate) {protocol:t} src {src_interface}:{src_ip}«/{src_port}»« dst {dst_interface}:{dst_ip}«/{dst_port:n}»»
106011 {action=Deny} {direction} (No xlate) {reason:t}
106012 {action=Deny} {protocol} from {src_ip} to {dst_ip}, IP options: "{ip_options:t}"
106012 {action=Deny} {protocol} from {src_ip} to {dst_ip}, IP options {ip_options:t}
106013 {action=Dropping} echo request from {src_ip} to PAT address {dst_ip}
106014 {action=Deny} {direction} {protocol} src {src_interface}:{src_ip}«« »({src_user:t})» dst {dst_interface}:{dst_ip}«« »({dst_user:t})»« »(type {icmp_type:n}, code {icmp_code:n})
106015 {action=Deny} {protocol} ({reason:t}) from {src_ip}/{src_port:n} to {dst_ip}/{dst_port:n} flags {tcp_flags:t} on interface {interface}
106016 {action=Deny} {protocol} spoof from ({src_ip}) to {dst_ip} on interface {interface}
106017 {action=Deny} {protocol} due to {reason=Land Attack} from {src_ip} to {dst_ip}
106018 {protocol} packet type {icmp_type} {action=denied} by outbound list {acl} src {src_ip} dest {dst_ip}
106020 {action=Deny} {protocol} teardrop fragment (size = {size:n}, offset = {offset:n}) from {src_ip} to {dst_ip}
106021 {action=Deny} {protocol} reverse path check from {src_ip} to {dst_ip} on interface {interface}
106022 {action=Deny} {protocol} connection spoof from {src_ip} to {dst_ip} on interface {interface}
106023 {action=Deny} protocol {protocol} src {src_interface}:{src_ip}«/{src_port:n}»«« »({src_user:t})» dst {dst_interface}:{dst_ip}«/{dst_port:n}»« »«(»«type {icmp_type:n}, code {icmp_code:n}»«)»«,» by access-group "{acl:t}"« [{hash1}, {hash2:t}]»
106023 {action=Deny} {protocol} src {src_interface}:{src_ip}«/{src_port:n}»«« »({src_user:t})» dst {dst_interface}:{dst_ip}«/{dst_port:n}»« »«(»type {icmp_type:n}, code {icmp_code:n}«)»«,» by access-group "{acl:t}"« [{hash1}, {hash2:t}]»
106023 {action=Deny} {protocol} src {src_interface}:{src_ip}«/{src_port:n}»«« »({src_user:t})» dst {dst_interface}:{dst_ip}«/{dst_port:n}»«« »({dst_user:t})» by access-group "{acl:t}"« [{hash1}, {hash2:t}]»
106023 {action=Deny} {protocol} src {src_interface}:{src_ip}«/{src_port}» dst {dst_interface}:{dst_ip}«/{dst_port}»« »«(»«type {icmp_type:n}, code {icmp_code:n}»«)»«,» by access-group {acl}
106027 {action=Deny} src {src_mac} dst {dst_mac} by access-group "{acl:t}"
106100 access-list {acl} {action} {protocol} {src_interface}/{src_ip}({src_port})«« »({src_user:t})» -> {dst_interface}/{dst_ip}({dst_port})«« »({dst_user:t})» hit-cnt {hit_count:n} «{interval=first hit}»«{interval:t}-second interval»« [{hash1}, {hash2:t}]»
106101 Number of cached deny-flows for ACL log has reached limit ({limit:n})
106102,106103 access-list {acl} {action} {protocol} for user '{src_user:t}' {src_interface}/{src_ip}({src_port}) -> {dst_interface}/{dst_ip}({dst_port}) hit-cnt {hit_count:n} «{interval=first hit}»«{interval:t}-second interval»« [{hash1}, {hash2:t}]»
106102,106103 access-list {acl} {action} {protocol} for user {src_user:t} {src_interface}/{src_ip}({src_port}) -> {dst_interface}/{dst_ip}({dst_port}) hit-cnt {hit_count:n} «{interval=first hit}»«{interval:t}-second interval»« [{hash1}, {hash2:t}]»
107001 RIP auth failed from {src_ip}: {reason:t}
107002 RIP pkt failed from {src_ip}: {reason:t}
108003 Terminating ESMTP/SMTP connection; {reason:t}. Mail Address:{address:t}. Source {src_interface}:{src_ip}/{src_port:n} Destination {dst_interface}:{dst_ip}/{dst_port:n}
108004 {policy:t} Classification: {action} connection for {policy_request:t} from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n}; {reason:t}
109001 Auth start for user '{user:t}' from {src_ip}/{src_port:n} to {dst_ip}/{dst_port:n}
109005 Authentication {result=succeeded} for user '{user:t}' from {src_ip}/{src_port:n} to {dst_ip}/{dst_port:n} on interface {interface}
109006 Authentication {result=failed} for user '{user:t}' from {src_ip}/{src_port:n} to {dst_ip}/{dst_port:n} on interface {interface}
109007 Authorization {result=permitted} for user '{user:t}' from {src_ip}/{src_port:n} to {dst_ip}/{dst_port:n} on interface {interface}
109008 Authorization {result=denied} for user '{user:t}' from {src_ip}/{src_port:n} to {dst_ip}/{dst_port:n} on interface {interface}
109010 Auth from {src_ip}/{src_port:n} to {dst_ip}/{dst_port:n} {result=failed} ({reason:t}) on interface {interface}
109011 Authen Session Start: user '{user:t}', sid {session}
109012 Authen Session End: user '{user:t}', sid {session}, elapsed {duration} seconds
109025 Authorization {result=denied} (acl={acl}) for user '{user:t}' from {src_ip}/{src_port:n} to {dst_ip}/{dst_port:n} on interface {interface} using {protocol}
109201-109213 UAUTH: Session={session}, User={user:t}, Assigned IP={ip}, {reason:t}
110002 {reason=Failed to locate egress interface} for {protocol} from {src_interface}:{src_ip}/{src_port:n} to {dst_ip}/{dst_port:n}
110003 {reason=Routing failed to locate next hop} for {protocol} from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n}
111001 {action=Begin configuration}: {source} writing to {device:t}
111002 {action=Begin configuration}: {source} reading from {device:t}
111003 {source} {action=Erase configuration}
111004 {source} {action=end configuration}: {result}
111005 {source} {action=end configuration}: {result}
111007 {action=Begin configuration}: {ip} reading from {device:t}
111008 User '{user:t}' {action=executed} the '{command:g}' command
111009 User '{user:t}' {action=executed} cmd: {command:t}
111010 User '{user:t}', running '{application:t}' from IP {src_ip}, {action=executed} '{command:g}'
113001 {reason:t}
113003 AAA group policy for user {user:t} is being set to {group:t}
113004 AAA user {aaa_operation} {result=Successful}« »: server = {server}« »«,»«:» «U»«u»ser = {user:t}
113005 AAA user {aaa_operation} {result=Rejected}« »: reason = {reason:t}« »: server = {server}« »«:»«,» «U»«u»ser =« {user:e}»« »: user IP = {src_ip}
113005 AAA user {aaa_operation} {result=Rejected}« »: reason = {reason:t}« »: server = {server}« »«:»«,» «U»«u»ser = «{user:t}»
113006 User {user:t} {action=locked out} on exceeding {attempts} successive failed authentication attempts
113007 User {user:t} {action=unlocked} by {by_user:t}
113008 AAA transaction status {result}« »: user = {user:t}
113009 AAA retrieved default group policy «(»{group}«)» for user«« »=» {user:t}
113010 AAA challenge received for user {user:t} from server {server}
113011 AAA retrieved user specific group policy «(»{group}«)» for user«« »=» {user:t}
113012 AAA user {aaa_operation} {result=Successful}« »: local database« »: user = {user:t}
113013 AAA unable to complete the request Error« »: reason = {reason:t}« »: user = {user:t}
113014 AAA authentication server not accessible« »: server = {server}« »: user = {user:t}
113015 AAA user {aaa_operation} {result=Rejected}« »: reason = {reason:t}« »: local database« »: user =« {user:e}»« »: user IP = {src_ip}
113015 AAA user {aaa_operation} {result=Rejected}« »: reason = {reason:t}« »: local database« »: user = {user:t}
113016 AAA credentials {result=rejected}« »: reason = {reason:t}« »: server = {server}« »: user =« {user:e}»« »: user IP = {src_ip}
113016 AAA credentials {result=rejected}« »: reason = {reason:t}« »: server = {server}« »: user = {user:t}
113017 AAA credentials {result=rejected}« »: reason = {reason:t}« »: local database« »: user =« {user:e}»« »: user IP = {src_ip}
113017 AAA credentials {result=rejected}« »: reason = {reason:t}« »: local database« »: user = {user:t}
113018 User: {user:t}, Unsupported downloaded ACL Entry: {acl_entry:t}, Action: {action:t}
113019 Group = {group:t}, Username = {user:t}, IP = {ip}, {action=Session disconnected}. Session Type: {session_type:t}, Duration: {duration:t}, Bytes xmt: {bytes_sent:n}, Bytes rcv: {bytes_received:n}, Reason: {reason:t}
113020 Kerberos error« »: Clock skew with server {server} greater than {limit} seconds
113021 Attempted console login failed. User {user:t} did NOT have {reason:t}
113022 AAA Marking {protocol} server {server} in aaa-server group {group:t} as {result}
113023 AAA Marking {protocol} server {server} in server group {group:t} as {result}
113029-113039 Group <{group:t}> User <{user:t}> IP <{ip}> {reason:t}
113029-113039 Group {group:t} User {user:t} IP {ip} {reason:t}
113040 Terminating the VPN connection attempt from {group:t}. Reason: {reason:t}
113042 {reason:t} for user {user:t}, from {src_ip}
199001 Reload command executed from {application:t} (remote {src_ip})
199005,199018,199019 {reason:t}
201008 {reason:t}
201002 Too many {protocol} connections on {direction} {dst_ip}! {connections} {limit}
201003 Embryonic limit exceeded {connections}/{limit} for {src_ip}/{src_port:n} ({global_ip}) {dst_ip}/{dst_port:n} on interface {interface}
201010 Embryonic connection limit exceeded {connections}/{limit} for {direction} packet from {src_ip}/{src_port:n} to {dst_ip}/{dst_port:n} on interface {interface}
209003 Fragment database limit of {limit} exceeded: src = {src_ip}, dest = {dst_ip}, proto = {protocol}, id = {packet_id}
209004 Invalid IP fragment, size = {size} exceeds maximum size = {limit}: src = {src_ip}, dest = {dst_ip}, proto = {protocol}, id = {packet_id}
209005 Discard IP fragment set with more than {limit} elements: src = {src_ip}, dest = {dst_ip}, proto = {protocol}, id = {packet_id}
210005 LU allocate {reason:t} connection failed
211001 {reason:t}
212003,212004 {reason:t}
302010 {connections:n} in use, {most_connections:n} most used
302003 Built H245 connection for foreign_address {src_ip}/{src_port:n} local_address {dst_ip}/{dst_port:n}
302013,302015,302017,302303 {action=Built} {direction=inbound} {protocol} connection {connection_id:n} for {src_interface}:{src_ip}/{src_port}« ({src_mapped_ip}/{src_mapped_port})»«« »({src_user:t}«, {src_sgt:n}»)» to {dst_interface}:{dst_ip}/{dst_port:n}« ({dst_mapped_ip}/{dst_mapped_port:n})»«« »({dst_user:t}«, {dst_sgt:n}»)»«« »({user:t})»
302013,302015,302017,302303 {action=Built} {direction=outbound} {protocol} connection {connection_id:n} for {dst_interface}:{dst_ip}/{dst_port}« ({dst_mapped_ip}/{dst_mapped_port})»«« »({dst_user:t}«, {dst_sgt:n}»)» to {src_interface}:{src_ip}/{src_port:n}« ({src_mapped_ip}/{src_mapped_port:n})»«« »({src_user:t}«, {src_sgt:n}»)»«« »({user:t})»
302013,302015,302017,302303 {action=Built} «{direction} »{protocol} connection {connection_id:n} for {src_interface}:{src_ip}/{src_port}« ({src_mapped_ip}/{src_mapped_port})» to {dst_interface}:{dst_ip}/{dst_port:n}« ({dst_mapped_ip}/{dst_mapped_port:n})»
302303 {action=Built} {protocol} «state-bypass »connection {connection_id:n} from {src_interface}:{src_ip}/{src_port:n} ({src_mapped_ip}/{src_mapped_port:n}) to {dst_interface}:{dst_ip}/{dst_port:n} ({dst_mapped_ip}/{dst_mapped_port:n})
302014,302016,302018 {action=Teardown} {protocol} connection {connection_id:n} f«or»«rom» {src_interface}:{src_ip}/{src_port}«« »({src_user:t}«, {src_sgt:n}»)» to {dst_interface}:{dst_ip}/{dst_port}«« »({dst_user:t}«, {dst_sgt:n}»)» duration {duration} bytes {bytes:n} {reason:t} from {closed_by} ({user:t})
302014,302016,302018 {action=Teardown} {protocol} connection {connection_id:n} f«or»«rom» {src_interface}:{src_ip}/{src_port}«« »({src_user:t}«, {src_sgt:n}»)» to {dst_interface}:{dst_ip}/{dst_port}«« »({dst_user:t}«, {dst_sgt:n}»)» duration {duration} bytes {bytes:n} {reason:t} from {closed_by}
302014,302016,302018 {action=Teardown} {protocol} connection {connection_id:n} f«or»«rom» {src_interface}:{src_ip}/{src_port}«« »({src_user:t}«, {src_sgt:n}»)» to {dst_interface}:{dst_ip}/{dst_port}«« »({dst_user:t}«, {dst_sgt:n}»)» duration {duration} bytes {bytes:n} ({user:t})
302014,302016,302018 {action=Teardown} {protocol} connection {connection_id:n} f«or»«rom» {src_interface}:{src_ip}/{src_port}«« »({src_user:t}«, {src_sgt:n}»)» to {dst_interface}:{dst_ip}/{dst_port}«« »({dst_user:t}«, {dst_sgt:n}»)» duration {duration} bytes {bytes:n} {reason:t} ({user:t})
302014,302016,302018 {action=Teardown} {protocol} connection {connection_id:n} f«or»«rom» {src_interface}:{src_ip}/{src_port}«« »({src_user:t}«, {src_sgt:n}»)» to {dst_interface}:{dst_ip}/{dst_port}«« »({dst_user:t}«, {dst_sgt:n}»)» duration {duration} bytes {bytes:n}« {reason:t}»
302014,302016,302018 {action=Teardown} {protocol} connection {connection_id:n} f«or»«rom» {src_interface}:{src_ip}/{src_port}« {src_user}» to {dst_interface}:{dst_ip}/{dst_port}« {dst_user}» duration {duration} bytes {bytes:n}« {reason:t}»
302020 {action=Built} {direction=inbound} {protocol} connection for faddr {src_ip}/{src_port:n}«« »({src_user:t})» gaddr {global_ip}/{global_port:n} laddr {dst_ip}/{dst_port:n}«« »({dst_user:t})»« type {icmp_type:n} code {icmp_code:n}»
302020 {action=Built} {direction=outbound} {protocol} connection for faddr {dst_ip}/{dst_port:n}«« »({dst_user:t})» gaddr {global_ip}/{global_port:n} laddr {src_ip}/{src_port:n}«« »({src_user:t})»« type {icmp_type:n} code {icmp_code:n}»
302020 {action=Built} «{direction} »{protocol} connection «{connection_id:n} »f«or»«rom» {src_interface}:{src_ip}/{src_port:n} ({src_mapped_ip}/{src_mapped_port:n}) to {dst_interface}:{dst_ip}/{dst_port:n}« ({dst_mapped_ip}/{dst_mapped_port:n})»
302021 {action=Teardown} {protocol} connection for faddr {src_ip}/{src_port:n}«« »({src_user:t})» gaddr {global_ip}/{global_port:n} laddr {dst_ip}/{dst_port:n}«« »({dst_user:t})»« type {icmp_type:n} code {icmp_code:n}»
302021 {action=Teardown} {protocol} connection «{connection_id:n} »f«or»«rom» {src_interface}:{src_ip}/{src_port:n} ({src_mapped_ip}/{src_mapped_port:n}) to {dst_interface}:{dst_ip}/{dst_port:n}« ({dst_mapped_ip}/{dst_mapped_port:n})»
302022,302024,302026 {action=Built} {role} stub {protocol} connection for {src_interface}:{src_ip}/{src_port:n} ({src_mapped_ip}«/»«(»{src_mapped_port:n}) to {dst_interface}:{dst_ip}/{dst_port:n} ({dst_mapped_ip}/{dst_mapped_port:n})
302023,302025,302027 {action=Teardown} «{role} »stub {protocol} connection for {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n} duration {duration} forwarded bytes {bytes:n} {reason:t}
302304 {action=Teardown} {protocol} «state-bypass »connection {connection_id:n} f«or»«rom» {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n} duration {duration} bytes {bytes:n}« {reason:t}»
302305 {action=Built} {protocol} state-bypass connection {connection_id:n} for {src_interface}:{src_ip}/{src_port:n} ({src_mapped_ip}/{src_mapped_port:n}) to {dst_interface}:{dst_ip}/{dst_port:n} ({dst_mapped_ip}/{dst_mapped_port:n})
303002 {protocol} connection from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n}, user {user:t} {action=Stored} file {file:t}
303002 {protocol} connection from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n}, user {user:t} {action=Retrieved} file {file:t}
303002 {src_ip} {action} {dst_ip}:{file:t}
304001 {src_user}@{src_ip:i}«« »({user:t})» {action=Accessed} «JAVA »URL {dst_user}@{dst_ip:i}:{url:t}
304001 {src_user}@{src_ip:i}«« »({user:t})» {action=Accessed} «JAVA »URL {dst_ip}:{url:t}
304001 {src_ip}«« »({src_user:t})» {action=Accessed} «JAVA »URL {dst_user}@{dst_ip:i}:{url:t}
304001 {src_ip}«« »({src_user:t})» {action=Accessed} «JAVA »URL {dst_ip}:{url:t}
304001 user {src_user:t}@{src_ip} {action=Accessed} «JAVA »URL {dst_ip}:{url:t}
304002 Access {action=denied} URL {url:g} SRC {src_ip}«« »({src_user:t})» DEST {dst_ip}« on interface {interface}»
304003 URL Server {server} timed out URL {url:t}
305005 {reason=No translation group found} for {protocol} src {src_interface}:{src_ip}«/{src_port:n}»«« »({src_user:t})» dst {dst_interface}:{dst_ip}«/{dst_port:n}»« (type {icmp_type:n}, code {icmp_code:n})»«« »({dst_user:t})»
305006 {reason:t} translation creation failed for {protocol} src {src_interface}:{src_ip}«/{src_port:n}»«« »({src_user:t})» dst {dst_interface}:{dst_ip}«/{dst_port:n}»« (type {icmp_type:n}, code {icmp_code:n})»«« »({dst_user:t})»
305009 {action=Built} {translation} translation from {src_interface}« ({acl})»:{src_ip}«« »({src_user:t})» to {dst_interface}:{dst_ip}
305010 {action=Teardown} {translation} translation from {src_interface}:{src_ip}«« »({src_user:t})» to {dst_interface}:{dst_ip} duration {duration}
305011 {action=Built} {translation} {protocol} translation from {src_interface}:{src_ip}/{src_port:n}«« »({src_user:t})» to {dst_interface}:{dst_ip}/{dst_port:n}
305012 {action=Teardown} {translation} {protocol} translation from {src_interface}:{src_ip}/{src_port:n}«« »({src_user:t})» to {dst_interface}:{dst_ip}/{dst_port:n} duration {duration}
305013 {reason=Asymmetric NAT rules matched for forward and reverse flows}; Connection «protocol »«for »{protocol} src {src_interface}:{src_ip}«/{src_port:n}»«« »({src_user:t})» dst {dst_interface}:{dst_ip}«/{dst_port:n}»« (type {icmp_type:n}, code {icmp_code:n})»«« »({dst_user:t})» denied due to NAT reverse path failure
305014 Allocated {translation} block of ports for translation from {src_interface}:{src_ip} to {dst_interface}:{dst_ip}/{dst_port}
307001 {action=Denied} Telnet login session from {src_ip} on interface {interface}
307002 {action=Permitted} Telnet login session from {src_ip}
308001 {application=console enable password} incorrect for {attempts:t} tries (from {src_ip})
308001 {reason:t} (from {src_ip})
313001 {action=Denied} {protocol} type={icmp_type:n}, code={icmp_code:n} from {src_ip} on interface {interface}
313004 {action=Denied} {protocol} type={icmp_type:n}, from laddr {src_ip} on interface {interface} to {dst_ip}: {reason:t}
313005 {reason=No matching connection} for ICMP error message: {protocol} src {src_interface}:{src_ip}«« »({src_user:t})» dst {dst_interface}:{dst_ip}«« »({dst_user:t})» (type {icmp_type:n}, code {icmp_code:n}) on {interface} interface. Original IP payload: {original_protocol} src {original_src_ip}«/{original_src_port:n}» dst {original_dst_ip}«/{original_dst_port:n}»
313005 {reason=No matching connection} for ICMP error message: {protocol} src {src_interface}:{src_ip} dst {dst_interface}:{dst_ip} (type {icmp_type:n}, code {icmp_code:n}) on {interface} interface
313008 {action=Denied} {protocol} type={icmp_type:n}, code={icmp_code:n} from {src_ip} on interface {interface}
313009 {action=Denied} invalid {protocol} code {icmp_code:n}, for {src_interface}:{src_ip}/{src_port:n} ({src_mapped_ip}/{src_mapped_port:n})«« »({src_user:t})» to {dst_interface}:{dst_ip}/{dst_port:n} ({dst_mapped_ip}/{dst_mapped_port:n})«« »({dst_user:t})», ICMP id {icmp_id:n}, ICMP type {icmp_type:n}
315011 SSH session from« {src_ip:i}» on interface {interface} for user "{user:e}" {action=disconnected by SSH server}, reason: "{reason:t}" ({code})
315011 SSH session from« {src_ip:i}» on interface {interface} for user "{user:e}" {action=disconnected by SSH server}, reason: "{reason:t}"
315011 SSH session from« {src_ip:i}» on interface {interface} for user «"»{user}«"» {action=disconnected by SSH server}, reason: {reason:t}
315011 SSH session from« {src_ip:i}» on interface {interface} for user «"»{user}«"» {action=terminated} normally
315013 SSH session from« {src_ip:i}» on interface {interface} for user «"»{user}«"» {action=rekeyed} successfully
321001 Resource {resource:t} limit of {limit:n} reached
321006 System Memory usage reached {usage:n}%
322001 {action=Deny} MAC address {src_mac}, possible spoof attempt on interface {interface}
322002 ARP inspection check failed for arp {arp} received from host {src_mac} on interface {interface}. {reason:t}
322003 ARP inspection check failed for arp {arp} received from host {src_mac} on interface {interface}. {reason:t}
323006 Module {module} experienced {reason:t}
338001-338008,338201-338204 Dynamic «F»«f»ilter {action} {list:t} {protocol} traffic from {src_interface}:{src_ip}/{src_port:n} ({src_mapped_ip}/{src_mapped_port:n}) to {dst_interface}:{dst_ip}/{dst_port:n} ({dst_mapped_ip}/{dst_mapped_port:n}), {which} {address:t} resolved from {list_type} list: {domain:t}, threat-level: {threat_level}, category: {category:t}
338001-338008,338201-338204 Dynamic «F»«f»ilter {action} {list:t} {protocol} traffic from {src_interface}:{src_ip}/{src_port:n} ({src_mapped_ip}/{src_mapped_port:n}) to {dst_interface}:{dst_ip}/{dst_port:n} ({dst_mapped_ip}/{dst_mapped_port:n}), {which} {address:t} resolved from {list_type} list: {domain:t}
338301 Intercepted DNS reply for domain {domain} from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n}, matched {list}
338302 Address {address} discovered for domain {domain} from {list}, {action:t}
338303 Address {address} ({domain}) timed out. {action:t}
338310 {reason=Failed to update} from dynamic filter updater server {url}, reason: {detail:t}
400000-400051 IDS:{signature:n} {reason:t} from {src_ip} to {dst_ip} on interface {interface}
401002,401003 Shun {action}: {src_ip} {dst_ip} {src_port} {dst_port}
401004 {action=Shunned} packet: {src_ip} ==> {dst_ip} on interface {interface}
402116 IPSEC: {reason:t} from {src_ip} (user= {user:t}) to {dst_ip}. {detail:t}
402117 IPSEC: Received a non-IPSec packet (protocol= {protocol}) from {src_ip} to {dst_ip}
402119 IPSEC: Received an {protocol} packet (SPI= {spi}, sequence number= {packet_sequence}) from {src_ip} (user= {user:t}) to {dst_ip} that failed {reason:t}
405001 Received ARP {arp} collision from {src_ip}/{src_mac} on interface {interface}« with existing ARP entry {dst_ip}/{dst_mac}»
405003 IP address collision detected between host {src_ip} at {src_mac} and interface {interface}, {dst_mac}
406001 FTP port command low port: {src_ip}/{src_port:n} to {dst_ip} on interface {interface}
406002 FTP port command different address: {src_ip}({address}) to {dst_ip} on interface {interface}
407001 {action=Deny} traffic for local-host {interface}:{src_ip}, license limit of {limit} exceeded
407002 Embryonic limit {limit} for through connections exceeded. {src_ip}/{src_port:n} to {global_ip} ({dst_ip})/{dst_port:n} on interface {interface}
409014 {reason:t}
410001 {action=Dropped} UDP DNS {request} from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n}; {reason:t}
410002 {action=Dropped} {count:n} DNS responses with mis-matched id in the past {duration:t} second(s): from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n}
410003 {policy:t} Classification: {action} DNS {request} from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n}; {reason:t}
411001,411002 Line protocol on Interface {interface}, changed state to {state}
411003,411004 Configuration status on interface {interface} changed state to {state:t}
411005 Interface {interface} {reason:t}
415001-415014,415016-415020 HTTP - matched {policy:t}, {action:t} connection from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n}
418001 Through-the-device packet to/from management-only network is {action=denied}: {protocol} src {src_interface}:{src_ip}«/{src_port:n}»«« »({src_user:t})» dst {dst_interface}:{dst_ip}«/{dst_port:n}»
419001 {action=Dropping} {protocol} packet from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n}, reason: {reason:t}
419002 {reason=Duplicate TCP SYN} from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n} with different initial sequence number
420002,420003 {application} requested to {action} {protocol} «packet »«connection »from {src_interface}:{src_ip}«/{src_port:n}» to {dst_interface}:{dst_ip}«/{dst_port:n}»
421001,421007 {protocol} flow from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n} is {action} because {reason:t}
421002 {protocol} flow from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n} {action=bypassed} application checking because {reason:t}
421003 Invalid data plane encapsulation
421005 {interface}:{src_ip} is counted as a user of {application:t}
424001,424002 Packet {action=denied} {protocol:t} {src_interface}:{src_ip}/{src_port:n} dst {dst_interface}:{dst_ip}/{dst_port:n}. {reason:t}
431001,431002 RTP conformance: {action} {protocol} packet from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n}, {reason:t}
434001 SFR card not up and {action} used, dropping {protocol} packet from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n}
434002,434003 SFR requested to {action} {protocol} «packet »«flow »from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n}
434004 SFR requested {_} to {action=bypass} further packet redirection and process {protocol} flow from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n} locally
444005 Timebased license key {license:t} will expire in {days:n} days
446003 {action=Denied} {protocol} from {src_ip}, {reason:t}
500001 ActiveX content {action} in java script: src {src_ip} dest {dst_ip} on interface {interface}
500003 Bad TCP hdr length (hdrlen={header_length:n}, pktlen={packet_length:n}) from {src_ip}/{src_port:n} to {dst_ip}/{dst_port:n}, flags: {tcp_flags:t}, on interface {interface}
500004 {reason=Invalid transport field} for protocol={protocol}, from {src_ip}/{src_port:n} to {dst_ip}/{dst_port:n}
500005 Connection {action=terminated} for {protocol} from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n} due to {reason:t}
502101 {action=New user added} to local dbase: Uname: {user} Priv: {privilege:t} Encpass: {encpass:t}
502102 {action=User deleted} from local dbase: Uname: {user} Priv: {privilege:t} Encpass: {encpass:t}
502103 {action=User priv level changed}: Uname: {user} From: {from:n} To: {to:n}
502111 {action=New group policy added}: name: {group} Type: {group_type}
502112 {action=Group policy deleted}: name: {group} Type: {group_type}
505001-505014,505016 Module {module} {reason:t}
505015 Module {module}, application {state} "{application:t}", version "{software_version:t}" {reason:t}
507001,507002 Terminating TCP-Proxy connection from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n} - {reason:t}
507003 {protocol} flow from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n} {action=terminated} by inspection engine, reason - {reason:t}
507003 {protocol} flow from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n} {action=terminated} by inspection engine
602101 PMTU-D packet {size} bytes greater than effective mtu {mtu}, dest_addr={dst_ip}, src_addr={src_ip}, prot={protocol}
602303 IPSEC: An {direction} {tunnel_type:t} SA (SPI= {spi}) between {src_ip} and {dst_ip} (user= {user:t}) has been {action=created}
602304 IPSEC: An {direction} {tunnel_type:t} SA (SPI= {spi}) between {src_ip} and {dst_ip} (user= {user:t}) has been {action=deleted}
603104 PPTP Tunnel created, tunnel_id is {tunnel_id}, remote_peer_ip is {src_ip}, ppp_virtual_interface_id is {interface}, client_dynamic_ip is {assigned_ip}, username is {user:t}, MPPE_key_strength is {strength:t}
603109 {action} {protocol} Tunnel at {interface}, tunnel-id = {tunnel_id}, remote-peer = {src_ip}
604101 DHCP client interface {interface}: Allocated ip = {assigned_ip}, mask = {mask}, gw = {gateway}
604103 DHCP daemon interface {interface}: address granted {src_mac} ({assigned_ip})
605004 Login {action=denied} from {src_ip}/{src_port} to {dst_interface}:{dst_ip}/{service} for user "{user:t}"
605004 Login {action=denied} from {application} to {dst_interface} for user "{user:t}"
605005 Login {action=permitted} from {src_ip}/{src_port} to {dst_interface}:{dst_ip}/{service} for user "{user:t}"
605005 Login {action=permitted} from {application} to {dst_interface} for user "{user:t}"
606001 ASDM session number {session} from {src_ip} {action=started}
606002 ASDM session number {session} from {src_ip} {action=ended}
606003 ASDM logging session number {session} from {src_ip} {action=started}
606004 ASDM logging session number {session} from {src_ip} {action=ended}
607001 Pre-allocate SIP {connection:t} secondary channel for {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip} from {request:t} message
609001 {action=Built} local-host {interface}:{ip}
609002 {action=Teardown} local-host {interface}:{ip} duration {duration}
611101 User authentication {result=succeeded}: IP address: {src_ip}, Uname: {user:t}
611101 User authentication {result=succeeded}: Uname: {user:t}
611102 User authentication {result=failed}: IP address: {src_ip}, Uname: {user:t}
611102 User authentication {result=failed}: Uname: {user:t}
611103 {action=User logged out}: Uname: {user:t}
611104 {action=Serial console idle timeout exceeded}
612001 Auto Update succeeded: {file:t}, version: {software_version:t}
617004 GTP connection created for response from {src_interface}:{src_ip}/{src_port} to {dst_interface}:{dst_ip}/{dst_port}
620002 Unsupported CTIQBE version: {software_version}: from {src_interface}:{src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n}
702307 IPSEC: An {direction} {tunnel_type:t} SA (SPI= {spi}) between {src_ip} and {dst_ip} (user= {user:t}) is {action:t}
710001 {protocol} access {action=requested} from {src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port}
710002 {protocol} access {action=permitted} from {src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port}
710003 {protocol} access {action=denied} by ACL from {src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port}
710004 {protocol} connection limit exceeded from {src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n} (current connections/connection limit = {connections:n}/{limit:n})
710005,710006 {protocol} request {action=discarded} from {src_ip}«/{src_port:n}» to {dst_interface}:{dst_ip}«/{dst_port}»
710007 NAT-T keepalive received from {src_ip}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port:n}
711004 Task ran for {duration} msec, Process = {process}, PC = {pc}, Call stack = {stack:t}
713120 Group = {group:t}, «Username = {user:t}, »IP = {ip}, {action=PHASE 2 COMPLETED} (msgid={message_number})
713049 Group = {group:t}, «Username = {user:t}, »IP = {ip}, {action=Security negotiation complete} for {tunnel_type:t} ({name:t}) {role}, Inbound SPI = {inbound_spi}, Outbound SPI = {outbound_spi}
713228 «Group = {group:t}, »«Username = {user:t}, »IP = {ip}, Assigned private IP address {assigned_ip} to remote user
713050,713119,713120,713123,713130,713172,713184,713201-713204,713210,713211,713213,713214,713219,713220,713222,713236,713257,713259,713900-713906,715046,715047,715075-715077 Group = {group:t}, Username = {user:t}, IP = {ip}, {reason:t}
713050,713119,713120,713123,713130,713172,713184,713201-713204,713210,713211,713213,713214,713219,713220,713222,713236,713257,713259,713900-713906,715046,715047,715075-715077 Group = {group:t}, IP = {ip}, {reason:t}
713050,713119,713120,713123,713130,713172,713184,713201-713204,713210,713211,713213,713214,713219,713220,713222,713236,713257,713259,713900-713906,715046,715047,715075-715077 IP = {ip}, {reason:t}
713050,713119,713120,713123,713130,713172,713184,713201-713204,713210,713211,713213,713214,713219,713220,713222,713236,713257,713259,713900-713906,715046,715047,715075-715077 Group = {group:t}, {reason:t}
716003 Group <{group:t}> User <{user:e}> IP <{ip}> WebVPN access {action}: «"»{url:t}«"»
716003 Group {group} User {user} IP {ip} WebVPN access {action}: «"»{url}«"»
716059 Group <{group:t}> User <{user:e}> IP <{ip}> {reason=AnyConnect session resumed}« connection»«. Connection» from «IP »<{connection_ip}>
716059 Group {group} User «<»{user}«>» IP «<»{ip}«>» {reason=AnyConnect session resumed}« connection»«. Connection» from «IP »«<»{connection_ip:i}
716059 Group «<»{group}«>» User IP «<»{ip:i}«>» {reason=AnyConnect session resumed}« connection»«. Connection» from «IP »«<»{connection_ip:i}
716001-716009,716038-716055,716057 Group <{group:t}> User <{user:t}> IP <{ip}> Authentication: {result}, Session Type: {session_type:t}.
716001-716009,716038-716055,716057-716060 Group <{group:t}> User <{user:t}> IP <{ip}> {reason:t}
716001-716009,716038-716055,716057-716060 Group {group:t} User {user:t} IP {ip} {reason:t}
716038,716039 Authentication: {result}, group = {group:t} user = {user:t}« », Session Type: {session_type:t}
717022 Certificate was successfully validated. serial number:« {serial_number:e}», subject name:« {subject:e}».
717022 Certificate was successfully validated. {detail:t}
717028 Certificate chain was successfully validated {detail:t}
717037 Tunnel group search using certificate maps failed for peer certificate: {detail:t}
718060 Inbound socket select fail: context={context}
718062 Inbound thread is awake (context={context})
720001-720006,720010 ({unit}) {reason:t}
721001-721003 ({unit}) {reason:t}
721016,721018 ({unit}) {reason:t} for client user {user:t}, IP«v4»«v6» {ip} {action:t}
722001-722050 Group <{group:t}> User <{user:t}> IP <{ip}> {reason:t}
722001-722050 Group {group:t} User {user:t} IP {ip} {reason:t}
722001-722050,716001-716060 TunnelGroup <{tunnel_group:t}> GroupPolicy <{group:t}> User <{user:t}> IP <{ip}> {reason:t}
722051 Group <{group:t}> User <{user:t}> IP <{ip}> IPv4 Address <{assigned_ip}> IPv6 address <{assigned_ipv6}> {reason:t}
722051 Group <{group:t}> User <{user:t}> IP <{ip}> Address <{assigned_ip}> {reason:t}
722051 ({unit}) {reason:t} for client user {user:t}, IP«v4»«v6» {ip} {action:t}
722055 Group <{group:t}> User <{user:e}> IP <{ip}> Client Type: {user_agent:t}
722055 Group {group} User {user} IP {ip} Client Type: {user_agent:t}
722053-722056 Group <{group:t}> User <{user:e}> IP <{ip}> {reason:t}
722053-722056 Group {group:t} User {user:t} IP {ip} {reason:t}
725001 {action=Starting SSL handshake} with {role} {src_interface}:{src_ip}/{src_port:n}« to {dst_ip}/{dst_port:n}» for {protocol} session
725002 {action=Device completed SSL handshake} with {role} {src_interface}:{src_ip}/{src_port:n}« to {dst_ip}/{dst_port:n} for {protocol} session»
725003 {role} {src_interface}:{src_ip}/{src_port:n}« to {dst_ip}/{dst_port:n}» {action=requesting to resume} previous session
725004 {action=Device requesting certificate} from {role} {src_interface}:{src_ip}/{src_port:n}« to {dst_ip}/{dst_port:n}» for authentication
725005 {role} {src_interface}:{src_ip}/{src_port:n}« to {dst_ip}/{dst_port:n}» {action=requesting our device certificate} for authentication
725006 {action=Device failed SSL handshake} with {role} {src_interface}:{src_ip}/{src_port:n}« to {dst_ip}/{dst_port:n}»
725007 SSL session with {role} {src_interface}:{src_ip}/{src_port:n}« to {dst_ip}/{dst_port:n}» {action=terminated}
725016 Device selects trust-point {trustpoint} for {role} {src_interface}:{src_ip}/{src_port:n} to {dst_ip}/{dst_port:n}
733100 [« »{object:t}] drop {rate} exceeded. Current burst rate is {burst_rate} per second, max configured rate is {max_burst_rate}; Current average rate is {average_rate} per second, max configured rate is {max_average_rate}; Cumulative total count is {count}
733100 {object:t} drop rate {rate} exceeded. Current burst rate is {burst_rate} per second, max configured rate is {max_burst_rate}; Current average rate is {average_rate} per second, max configured rate is {max_average_rate}; Cumulative total count is {count}
733101 {object:t} {address} is {attack}. {detail:t}
733102 Threat-detection {action=adds host} {src_ip} to shun list
733103 Threat-detection {action=removes host} {src_ip} from shun list
734001 DAP: User {user:t}, Addr {ip}, Connection {connection:t}: The following DAP records were selected for this connection: {dap_records:t}
734002 DAP: User {user:t}, Addr {ip}: Connection {action=terminated} by the following DAP records: {dap_records:t}
734003 DAP: User {user:t}, Addr {ip}: Session Attribute {attribute:t} = {attribute_value:t}
737003,737005 IPAA: «Session={session}, »{reason:t} for tunnel-group «'»{tunnel_group}«'»
737003,737005,737016,737017,737026,737031,737034,737036 IPAA: «Session={session}, »{reason:t}: {assigned_ip:i}
737003,737005,737031,737034 IPAA: «Session={session}, »{reason:t}
737006 IPAA: «Session={session}, »Local pool request succeeded for tunnel-group «'»{group}«'»
737016 IPAA: «Session={session}, »{action=Freeing} local pool« {pool}» address {assigned_ip}
737017 IPAA: «Session={session}, »DHCP request attempt {attempts:n} {result}
737026 IPAA: «Session={session}, »Client {action=assigned} from local pool {assigned_ip:i}
737026 IPAA: «Session={session}, »Client {action=assigned} {assigned_ip} from local pool« {pool}»
737036 IPAA: «Session={session}, »Client {action=assigned} {assigned_ip} from DHCP
737031 IPAA: «Session={session}, »Removed {assigned_ip} from {reason:t}
746012 user-identity: {action=Add} IP-User mapping {ip} - {user:t} {result} - {reason:t}
746013 user-identity: {action=Delete} IP-User mapping {ip} - {user:t} {result} - {reason:t}
750001,750002 Local:{src_ip}:{src_port:n} Remote:{dst_ip}:{dst_port:n} Username:{user:t} «IKEv2 »{action=Received} {reason:t}
750003 Local:{src_ip}:{src_port:n} Remote:{dst_ip}:{dst_port:n} Username:{user:t} «IKEv2 »{action=Negotiation aborted} due to ERROR: {reason:t}
750004-750010,750012-750015 Local:{src_ip}:{src_port:n} Remote:{dst_ip}:{dst_port:n} Username:{user} {reason:t}
751025 Local:{src_ip}:{src_port:n} Remote:{dst_ip}:{dst_port:n} Username:{user:t} «IKEv«1»«2» »Group:{group:t} IPv4 Address={assigned_ip} IPv6 address={assigned_ipv6} {action=assigned to session}
751001,751002,751009,751011,751014,751018,751025,751026 Local:{src_ip}:{src_port:n} Remote:{dst_ip}:{dst_port:n} Username:{user} {reason:t}
768001 QUOTA: {resource:t} utilization is high: requested {requested}, current {current}, warning level {level}
771002 CLOCK: System clock set, source: {clock_source:t}, IP: {server}, before: {before:t}, after: {after:t}
771002 CLOCK: System clock set, source: {clock_source:t}, before: {before:t}, after: {after:t}
772002-772004 PASSWORD: {reason:t}, user={user:t}
805001 {action=Offloaded} {protocol} Flow for connection {connection_id:n} from {src_interface}:{src_ip}/{src_port:n} ({src_mapped_ip}/{src_mapped_port:n}) to {dst_interface}:{dst_ip}/{dst_port:n} ({dst_mapped_ip}/{dst_mapped_port:n})
805002 {protocol} Flow is {action=no longer offloaded} for connection {connection_id:n} from {src_interface}:{src_ip}/{src_port:n} ({src_mapped_ip}/{src_mapped_port:n}) to {dst_interface}:{dst_ip}/{dst_port:n} ({dst_mapped_ip}/{dst_mapped_port:n})
852001,852002 Received {reason:t} event from application {application:t} for {protocol} flow {src_ip}/{src_port:n} to {dst_ip}/{dst_port:n}
`

// asaOthers find in any message what its form does not tell: of each group the first that is there.
const asaOthers = `
{_:e}src {src_interface}:{src_ip:i}«/{src_port:n}»«« »({src_user:t})» dst {dst_interface}:{dst_ip:i}«/{dst_port:n}»
{_:e}from {src_interface}:{src_ip}/{src_port:n}« ({src_mapped_ip}/{src_mapped_port:n})»«« »({src_user:t})» to {dst_interface}:{dst_ip}/{dst_port:n}« ({dst_mapped_ip}/{dst_mapped_port:n})»
{_:e}for {src_interface}:{src_ip}/{src_port:n}« ({src_mapped_ip}/{src_mapped_port:n})»«« »({src_user:t})» to {dst_interface}:{dst_ip}/{dst_port:n}« ({dst_mapped_ip}/{dst_mapped_port:n})»
{_:e}from {src_ip:i}/{src_port:n} to {dst_interface}:{dst_ip}/{dst_port}
{_:e}from {src_ip}/{src_port:n} to {dst_ip}/{dst_port:n}
{_:e}from {src_interface}:{src_ip:i}«/{src_port:n}» to {dst_interface}:{dst_ip:i}«/{dst_port:n}»
{_:e}from {src_interface}:{src_ip:i}«/{src_port:n}» to {dst_ip:i}«/{dst_port:n}»
{_:e}for {src_interface}:{src_ip:i}«/{src_port:n}» to {dst_interface}:{dst_ip:i}«/{dst_port:n}»
{_:e}{src_interface}:{src_ip:i}«/{src_port:n}» «to »«-> »«=> »«dst »«and »{dst_interface}:{dst_ip:i}«/{dst_port:n}»
{_:e}{src_interface}/{src_ip:i}({src_port:n}) -> {dst_interface}/{dst_ip:i}({dst_port:n})
{_:e}from {src_ip:i}«/{src_port:n}»«({src_port:n})»«:{src_port:n}» to {dst_interface}:{dst_ip:i}«/{dst_port:n}»
{_:e} {src_ip:i}/{src_port:n} to {dst_ip:i}/{dst_port:n}
{_:e}from {src_ip:i} to {dst_ip:i}
{_:e}src {src_ip:i}«/{src_port:n}»{_:t}dest {dst_ip:i}«/{dst_port:n}»
{_:e}src = {src_ip:i}, dest = {dst_ip:i}
{_:e}foreign_address {src_ip:i}/{src_port:n} «to »local_address {dst_ip:i}/{dst_port:n}
{_:e}between {src_ip:i} and {dst_ip:i}
{_:e}Local:{src_ip}:{src_port:n} Remote:{dst_ip}:{dst_port:n}
{_:e}from IP {src_ip:i}
{_:e}from {src_interface}:{src_ip:i}«/{src_port:n}»
{_:e}from {src_ip:i}«/{src_port:n}»
{_:e}IP address: {src_ip:i}
{_:e} {src_interface}:{src_ip:i}/{src_port:n}
{_:e}IP = {ip:i}
{_:e}IP <{ip}>
{_:e}IP« »=« »{ip:i}
{_:e}IP {ip:i}
{_:e}Addr {ip:i}
{_:e}address {ip:i}
{_:e}{address:i}

{_:e}User <{user:t}>
{_:e}User '{user:t}'
{_:e}user '{user:t}'
{_:e}user "{user:t}"
{_:e}Username = {user:t},
{_:e}Username = {user}
{_:e}Username:{user}
{_:e}username {user}
{_:e}Uname: {user:t}
{_:e}(user= {user:t})
{_:e}User = {user:t},
{_:e}user = {user:t},
{_:e}User = {user}
{_:e}user = {user}
{_:e}user={user}
{_:e}User {user} IP {_}
{_:e}client user {user},
{_:e}for user {user}
{_:e}by user {user}
{_:e}Username: {user}

{_:e}Group <{group:t}>
{_:e}Group = {group:t},
{_:e}Group = {group}
{_:e}group = {group}
{_:e}Group {group} User {_}
{_:e}tunnel-group {group}
{_:e}TunnelGroup <{group:t}>

{_:e}on interface {interface}
{_:e}interface {interface}
{_:e}Interface {interface}
{_:e}on {interface} interface

{_:e}access-group "{acl:t}"
{_:e}access-list {acl}
{_:e}ACL {acl} from

{_:e}{protocol=TCP} {_}
{_:e}{protocol=UDP} {_}
{_:e}{protocol=ICMP} {_}
{_:e} {protocol=tcp} {_}
{_:e} {protocol=udp} {_}
{_:e} {protocol=icmp} {_}
{_:e}protocol {protocol}
{_:e}proto = {protocol},
`
