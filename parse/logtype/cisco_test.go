package logtype_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

func TestCiscoFirewallMessages(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want map[string]any
	}{
		"a connection from within: who opens it stands behind": {
			"6-302013: Built outbound TCP connection 11757 for outside:192.0.2.1/80 (192.0.2.1/80) to inside:172.31.98.44/1772 (198.51.100.1/1773) (bob)",
			map[string]any{
				"message_id": "302013", "action": "Built", "direction": "outbound", "protocol": "TCP", "connection_id": "11757",
				"dst_interface": "outside", "dst_ip": "192.0.2.1", "dst_port": "80", "dst_mapped_ip": "192.0.2.1", "dst_mapped_port": "80",
				"src_interface": "inside", "src_ip": "172.31.98.44", "src_port": "1772", "src_mapped_ip": "198.51.100.1", "src_mapped_port": "1773", "src_user": "bob",
			},
		},
		"users and their groups": {
			`6-302015: Built inbound UDP connection 7 for outside:192.0.2.1/3424 (192.0.2.1/3424)(LOCAL\alice, 123) to inside:10.0.0.1/53 (10.0.0.1/53) (bob)`,
			map[string]any{
				"message_id": "302015", "action": "Built", "direction": "inbound", "protocol": "UDP", "connection_id": "7",
				"src_interface": "outside", "src_ip": "192.0.2.1", "src_port": "3424", "src_mapped_ip": "192.0.2.1", "src_mapped_port": "3424",
				"src_user": `LOCAL\alice`, "src_sgt": "123", "dst_interface": "inside", "dst_ip": "10.0.0.1", "dst_port": "53",
				"dst_mapped_ip": "10.0.0.1", "dst_mapped_port": "53", "dst_user": "bob",
			},
		},
		"IPv6, and no ports": {
			`4-106023: Deny icmp src OUTSIDE:2001:db8::1 dst IN:2001:db8::2 (type 128, code 0) by access-group "OUTSIDE_in" [0x0, 0x1]`,
			map[string]any{
				"message_id": "106023", "action": "Deny", "protocol": "icmp", "src_interface": "OUTSIDE", "src_ip": "2001:db8::1", "dst_interface": "IN",
				"dst_ip": "2001:db8::2", "icmp_type": "128", "icmp_code": "0", "acl": "OUTSIDE_in", "hash1": "0x0", "hash2": "0x1",
			},
		},
		"names for addresses": {
			"6-106015: Deny TCP (no connection) from 10.12.227.40/389 to exp-angle/54703 flags FIN ACK  on interface SH",
			map[string]any{
				"message_id": "106015", "action": "Deny", "protocol": "TCP", "reason": "no connection", "src_ip": "10.12.227.40", "src_port": "389",
				"dst_ip": "exp-angle", "dst_port": "54703", "tcp_flags": "FIN ACK", "interface": "SH",
			},
		},
		"a class": {
			"session-6-106100: access-list a permitted tcp in/10.1.2.16(2241) -> out/192.0.0.89(2000) hit-cnt 3 300-second interval [0x71a87d94, 0x0]",
			map[string]any{
				"message_id": "106100", "class": "session", "action": "permitted", "acl": "a", "protocol": "tcp", "src_interface": "in",
				"src_ip": "10.1.2.16", "src_port": "2241", "dst_interface": "out", "dst_ip": "192.0.0.89", "dst_port": "2000", "hit_count": "3",
				"interval": "300", "hash1": "0x71a87d94", "hash2": "0x0",
			},
		},
		"a VPN session": {
			`6-113039: Group <G> User <nt\minsk> IP <192.0.2.1> AnyConnect parent session started.`,
			map[string]any{"message_id": "113039", "group": "G", "user": `nt\minsk`, "ip": "192.0.2.1", "reason": "AnyConnect parent session started."},
		},
		"a command": {
			"5-111010: User 'enable_15', running 'CLI' from IP 10.10.0.87, executed 'no access-list 'x''",
			map[string]any{
				"message_id": "111010", "user": "enable_15", "application": "CLI", "src_ip": "10.10.0.87", "action": "executed",
				"command": "no access-list 'x'",
			},
		},
		"an id that is not known, with what can be told of any": {
			"4-999998: Something odd from outside:192.0.2.1/80 to inside:10.0.0.1/81 for user 'ann' on interface outside",
			map[string]any{
				"message_id": "999998", "src_interface": "outside", "src_ip": "192.0.2.1", "src_port": "80", "dst_interface": "inside", "dst_ip": "10.0.0.1",
				"dst_port": "81", "user": "ann", "interface": "outside",
				"addresses": []any{"192.0.2.1", "10.0.0.1"}, "ports": []any{"80", "81"}, "quoted": []any{"ann"},
			},
		},
		"a message that came twice": {
			"2-106006: message repeated 2 times: [ Deny inbound UDP from 192.0.2.66/137 to 10.1.2.42/137 on interface inside]",
			map[string]any{
				"message_id": "106006", "repeated": "2", "action": "Deny", "direction": "inbound", "protocol": "UDP", "src_ip": "192.0.2.66", "src_port": "137",
				"dst_ip": "10.1.2.42", "dst_port": "137", "interface": "inside",
			},
		},
		"no user, and an address behind it": {
			"6-113005: AAA user authentication Rejected : reason = Unspecified : server = 10.0.0.70 : user = : user IP = 192.0.2.1",
			map[string]any{
				"message_id": "113005", "aaa_operation": "authentication", "result": "Rejected", "reason": "Unspecified", "server": "10.0.0.70", "src_ip": "192.0.2.1",
			},
		},
		"who ended a connection": {
			`6-302014: Teardown TCP connection 9 for out:192.0.2.1/50(LOCAL\d\u) to in:10.0.0.1/443 duration 0:02:05 bytes 9610 TCP FINs from out (d\u)`,
			map[string]any{
				"message_id": "302014", "action": "Teardown", "protocol": "TCP", "connection_id": "9", "src_interface": "out", "src_ip": "192.0.2.1", "src_port": "50",
				"src_user": `LOCAL\d\u`, "dst_interface": "in", "dst_ip": "10.0.0.1", "dst_port": "443", "duration": "0:02:05", "bytes": "9610", "reason": "TCP FINs",
				"closed_by": "out", "user": `d\u`,
			},
		},
		"a class of no name": {
			"-6-852002: Received Full Proxy to Lightweight event from application Snort for TCP flow 192.0.2.1/710 to 10.0.0.1/47873",
			map[string]any{
				"message_id": "852002", "reason": "Full Proxy to Lightweight", "application": "Snort", "protocol": "TCP", "src_ip": "192.0.2.1", "src_port": "710",
				"dst_ip": "10.0.0.1", "dst_port": "47873",
			},
		},
		"an id that is not known: words that the message has of its own": {
			`4-999998: "a" isn't 'b' of Group = G, Username = u, IP = 2001:db8::1: protocol 47`,
			map[string]any{
				"message_id": "999998", "group": "G", "user": "u", "ip": "2001:db8::1", "protocol": "47", "addresses": []any{"2001:db8::1"}, "quoted": []any{"a", "b"},
			},
		},
		"a key of several words": {
			"1-430003: Endpoint Profile: Android:LG, Tunnel or Prefilter Rule: a, b: c, User: u",
			map[string]any{"message_id": "430003", "Endpoint Profile": "Android:LG", "Tunnel or Prefilter Rule": "a, b: c", "User": "u"},
		},
		"an id that is known, with another text": {
			"4-106023: in other words 1.2.3 and 12:13:14",
			map[string]any{"message_id": "106023"},
		},
		"nothing": {"4-106023:", map[string]any{"message_id": "106023"}},
		"a security event": {
			"1-430003: SrcIP: 10.0.1.20, Prefilter Policy: Default, Policy, Message: a, b: c, SHA_Disposition: Unavailable, ThreatName: A::B, URI: http://x/a, b: c, Empty: , SrcPort: 1",
			map[string]any{
				"message_id": "430003", "SrcIP": "10.0.1.20", "Prefilter Policy": "Default, Policy", "Message": "a, b: c", "SHA_Disposition": "Unavailable",
				"ThreatName": "A::B", "URI": "http://x/a, b: c", "Empty": "", "SrcPort": "1",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for product, lt := range map[string]*parse.LogType{"ASA": logtype.CiscoASA(), "FTD": logtype.CiscoFTD()} {
				if d := cmp.Diff(test.want, fieldsOf(t, lt, "<166>Nov 25 2026 09:26:52 fw : %"+product+"-"+test.text)); d != "" {
					t.Errorf("%s: -want +got\n%s", product, d)
				}
			}
		})
	}
}

func TestCiscoRouterMessages(t *testing.T) {
	for text, want := range map[string]map[string]any{
		"%SEC-6-IPACCESSLOGP: list 102 denied tcp 10.0.6.56(3067) (Vlan1 0200.0000.0001) -> 172.36.4.7(139), 1 packet": {
			"cisco_facility": "SEC", "mnemonic": "IPACCESSLOGP", "acl": "102", "action": "denied", "protocol": "tcp", "src_ip": "10.0.6.56",
			"src_port": "3067", "src_interface": "Vlan1", "src_mac": "0200.0000.0001", "dst_ip": "172.36.4.7", "dst_port": "139", "packets": "1",
		},
		"%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: ] [Source: 192.0.2.1] [localport: 22] [Reason: Login Authentication Failed] at 12:06:03 MST": {
			"cisco_facility": "SEC_LOGIN", "mnemonic": "LOGIN_FAILED", "src_ip": "192.0.2.1", "dst_port": "22", "reason": "Login Authentication Failed",
			"at": "12:06:03 MST",
		},
		"%SNMP-SW1-3-AUTHFAIL: Authentication failure for SNMP req from host 192.0.2.1": {
			"cisco_facility": "SNMP-SW1", "mnemonic": "AUTHFAIL", "src_ip": "192.0.2.1",
		},
		"%SYS-5-CONFIG_I: Configured from console by ann on vty1 (192.0.2.1)": {
			"cisco_facility": "SYS", "mnemonic": "CONFIG_I", "source": "console", "user": "ann", "line": "vty1", "src_ip": "192.0.2.1",
		},
		"%SYS-5-CONFIG_I: Configured from console by vty2 (192.0.2.1)": {
			"cisco_facility": "SYS", "mnemonic": "CONFIG_I", "source": "console", "line": "vty2", "src_ip": "192.0.2.1",
		},
		"%SYS-5-CONFIG_I: Configured from memory by console": {"cisco_facility": "SYS", "mnemonic": "CONFIG_I", "source": "memory", "line": "console"},
		"%SYS-5-CONFIG_I: Configured from 192.0.2.1 by snmp": {"cisco_facility": "SYS", "mnemonic": "CONFIG_I", "src_ip": "192.0.2.1", "line": "snmp"},
		"%AAA-5-USER_RESET: User ann failed attempts reset by bob on vty0 (192.0.2.1)": {
			"cisco_facility": "AAA", "mnemonic": "USER_RESET", "user": "ann", "by_user": "bob", "line": "vty0", "src_ip": "192.0.2.1",
		},
		"%AAA-5-USER_LOCKED: User ann locked out on authentication failure": {
			"cisco_facility": "AAA", "mnemonic": "USER_LOCKED", "user": "ann", "action": "locked out",
		},
		"%AAA-5-USER_UNLOCKED: User ann unlocked by bob on vty0 (192.0.2.1)": {
			"cisco_facility": "AAA", "mnemonic": "USER_UNLOCKED", "user": "ann", "action": "unlocked", "by_user": "bob", "line": "vty0", "src_ip": "192.0.2.1",
		},
		"%VSHD-5-VSHD_SYSLOG_CONFIG_I: Configured from vty by ann on 192.0.2.1@pts/0": {
			"cisco_facility": "VSHD", "mnemonic": "VSHD_SYSLOG_CONFIG_I", "source": "vty", "user": "ann", "src_ip": "192.0.2.1", "line": "pts/0",
		},
		"%FMANFP-6-IPACCESSLOGP:  SIP0: fman_fp_image:  list ACL denied udp 192.0.2.1(52361) -> 10.0.0.1(101), 1 packet": {
			"cisco_facility": "FMANFP", "mnemonic": "IPACCESSLOGP", "process": "SIP0: fman_fp_image", "acl": "ACL", "action": "denied", "protocol": "udp",
			"src_ip": "192.0.2.1", "src_port": "52361", "dst_ip": "10.0.0.1", "dst_port": "101", "packets": "1",
		},
		"%IOSXE-6-PLATFORM: R0/0: cpp_cp: QFP:0.0 %FW-6-SESS_AUDIT_TRAIL: (a:b):Stop dns session: initiator (192.0.2.1:33) sent 48 bytes -- responder (10.0.0.1:53) sent 40 bytes": {
			"cisco_facility": "IOSXE", "mnemonic": "PLATFORM", "process": "R0/0: cpp_cp", "protocol": "dns", "src_ip": "192.0.2.1", "src_port": "33",
			"bytes_sent": "48", "dst_ip": "10.0.0.1", "dst_port": "53", "bytes_received": "40",
		},
		"%TAC+-6-SENDTMO: Send type 1 to 192.0.2.1 timed out": {"cisco_facility": "TAC+", "mnemonic": "SENDTMO", "type": "1", "server": "192.0.2.1"},
		"%PIX-6-605005: Login permitted from 192.0.2.1/6651 to in:10.0.0.1/ssh for user \"ann\"": {
			"cisco_facility": "PIX", "mnemonic": "605005", "action": "permitted", "src_ip": "192.0.2.1", "src_port": "6651", "dst_interface": "in",
			"dst_ip": "10.0.0.1", "service": "ssh", "user": "ann",
		},
		"%NEW-4-THING: User 'ann' did it from 192.0.2.1:77 on port Gi1/0/1": {
			"cisco_facility": "NEW", "mnemonic": "THING", "user": "ann", "src_ip": "192.0.2.1", "src_port": "77", "interface": "Gi1/0/1",
			"addresses": []any{"192.0.2.1"}, "ports": []any{"77"}, "quoted": []any{"ann"},
		},
		"%NEW-4-THING: version 15.2.4, aa:bb:cc:dd:ee:ff at 12:00:01": {"cisco_facility": "NEW", "mnemonic": "THING", "mac": "aa:bb:cc:dd:ee:ff"},
	} {
		if d := cmp.Diff(want, fieldsOf(t, logtype.CiscoIOS(), "<189>1: sw1: *Nov 25 09:26:52.1: "+text)); d != "" {
			t.Errorf("%s: -want +got\n%s", text, d)
		}
	}
}

// What stands before a message, in the order of the devices that write it.
func TestCiscoHeaders(t *testing.T) {
	for line, want := range map[string]map[string]any{
		"<190>Oct 7 07:19:44 core1 RP/0/RP0/CPU0:Oct 7 07:19:43.630 UTC: acl_mgr[310]: %A-B-6-C : x": {
			"hostname": "core1", "node": "RP/0/RP0/CPU0", "timestamp": "Oct 7 07:19:43.630 UTC", "app_name": "acl_mgr", "proc_id": "310",
		},
		"RP/0/0/CPU0:core1:Oct  7 07:19:43.630 : bgp[1]: %A-B-6-C : x": {
			"hostname": "core1", "node": "RP/0/0/CPU0", "timestamp": "Oct  7 07:19:43.630", "app_name": "bgp", "proc_id": "1",
		},
		"<189>1: sw1: May 6 16:13:09.123 UTC+07:30: %A-5-B: x": {"sequence": "1", "hostname": "sw1", "timestamp": "May 6 16:13:09.123 UTC+07:30"},
		"<189>1: May 6 16:13:09 mdt: %A-5-B: x":                {"sequence": "1", "timestamp": "May 6 16:13:09 mdt"},
		"<179>ap1: *Dot1x_Task_0: Feb 18 13:04:15.123: %A-3-B: x": {
			"hostname": "ap1", "app_name": "Dot1x_Task_0", "timestamp": "Feb 18 13:04:15.123",
		},
		"Aug 22 05:11:06 relay1 <189>5: 000006: *Jan  2 00:00:55.733: %A-5-B: x": {
			"hostname": "relay1", "sequence": "000006", "timestamp": "Jan  2 00:00:55.733",
		},
		"<190>Original Address=192.0.2.1 1 2025-06-23T16:13:32.168Z kiwi Kiwi_Server 3356 OUT sw1: *Jun 23 15:52:38.534: %A-6-B: x": {
			"version": 1., "relay": "kiwi", "hostname": "sw1", "app_name": "Kiwi_Server", "proc_id": "3356", "msg_id": "OUT", "timestamp": "Jun 23 15:52:38.534",
		},
		"LOCAL4.WARNING: sw1 %A-4-B: x": {"hostname": "sw1"},
	} {
		got := map[string]any{}
		for r, err := range logtype.CiscoIOS().Parse(parse.Input{Reader: strings.NewReader(line), Clock: clock}) {
			if err != nil {
				t.Errorf("%s: %v", line, err)
				continue
			}
			if err := json.Unmarshal(r.JSON(), &got); err != nil {
				t.Error(err)
			}
		}
		for _, other := range []string{"priority", "facility", "severity", "message", "cisco_facility", "mnemonic"} {
			delete(got, other)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: -want +got\n%s", line, d)
		}
	}
}

func TestCiscoTypesAreToldApart(t *testing.T) {
	for line, want := range map[string]string{
		"%ASA-6-302013: x": "cisco.asa", "%FTD-6-302013: x": "cisco.ftd", "%PIX-6-302013: x": "cisco.ios", "%ASA-6-X: x": "",
		"%ASAX-6-302013: x": "cisco.ios", "Nov 25 09:26:52 h app: saw %ASA-6-302013: x": "", "%ASA-6-3020130: x": "", "50% of it": "",
	} {
		for _, lt := range []*parse.LogType{logtype.CiscoASA(), logtype.CiscoFTD(), logtype.CiscoIOS()} {
			if got := fieldsOf(t, lt, line); (got != nil) != (lt.Name == want) {
				t.Errorf("%s as %s: %v", line, lt.Name, got)
			}
		}
	}
}

// The time is the device's own; while its clock is not set, there is a relay's, or none.
func TestCiscoTimes(t *testing.T) {
	for line, want := range map[string]string{
		"<189>Nov 25 09:26:55 relay 5: sw1: Nov 25 2020 10:26:52.5 CET: %A-5-B: x": "2020-11-25 09:26:52.5 +0000 UTC true",
		"<189>5: sw1: 2y10w: %A-5-B: x":                                            "0001-01-01 00:00:00 +0000 UTC false",
		"Nov 25 2020 09:26:55 relay 5: sw1: 2y10w: %A-5-B: x":                      "2020-11-25 09:26:55 +0000 UTC true",
		"<189>5: sw1: Nov 25 2020 09:26:55 UTC+07:30: %A-5-B: x":                   "2020-11-25 01:56:55 +0000 UTC true",
		"<189>5: sw1: Nov 25 2020 09:26:55 mst: %A-5-B: x":                         "2020-11-25 16:26:55 +0000 UTC true",
	} {
		for r, err := range logtype.CiscoIOS().Parse(parse.Input{Reader: strings.NewReader(line), Clock: clock}) {
			if err != nil {
				t.Fatal(err)
			}
			at, ok := r.Time()
			if got := fmt.Sprint(at, ok); got != want {
				t.Errorf("%s: %s, want %s", line, got, want)
			}
		}
	}
}

func TestCiscoHostileMessages(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("from a:1.2.3.4/5 to ", 800), strings.Repeat("src ", 4000), strings.Repeat("(", 16_000), strings.Repeat("1.", 8000),
		strings.Repeat("User ", 200_000), strings.Repeat("a", 1<<20), "\x00\xff", strings.Repeat("A: ", 5000), strings.Repeat(", A: b", 100_000),
	} {
		for _, tag := range []string{"%ASA-6-302013: ", "%FTD-1-430001: ", "%ASA-6-302013: Built inbound TCP connection 1 for ", "%A-1-B: "} {
			found := false
			for _, lt := range []*parse.LogType{logtype.CiscoASA(), logtype.CiscoFTD(), logtype.CiscoIOS()} {
				found = found || fieldsOf(t, lt, tag+text) != nil
			}
			if !found {
				t.Errorf("%s%.20q... is lost", tag, text)
			}
		}
	}
}

func ExampleCiscoASA() {
	in := `Apr 15 2014 09:34:34 fw1 : %ASA-4-106023: Deny tcp src dmz:10.1.2.30/63016 dst outside:192.0.2.8/53 by access-group "acl_dmz" [0xe3aab522, 0x0]`
	for r, err := range logtype.CiscoASA().Parse(parse.Input{Reader: strings.NewReader(in)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(r.Get("hostname"), r.Get("action"), r.Get("src_ip"), r.Get("dst_ip"), r.Get("acl"))
	}
	// Output:
	// fw1 Deny 10.1.2.30 192.0.2.8 acl_dmz
}

func ExampleCiscoFTD() {
	in := "<113>2026-08-16T09:39:02Z firepower : %FTD-1-430003: AccessControlRuleAction: Block, SrcIP: 10.0.1.20, DstIP: 192.0.2.8, Prefilter Policy: Default"
	for r, err := range logtype.CiscoFTD().Parse(parse.Input{Reader: strings.NewReader(in)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(r.Get("message_id"), r.Get("AccessControlRuleAction"), r.Get("SrcIP"), r.Get("Prefilter Policy"))
	}
	// Output:
	// 430003 Block 10.0.1.20 Default
}

func ExampleCiscoIOS() {
	in := "<189>29: sw1: *Apr 20 2026 13:58:46.411: %SYS-5-CONFIG_I: Configured from console by ann on vty0 (192.0.2.1)"
	for r, err := range logtype.CiscoIOS().Parse(parse.Input{Reader: strings.NewReader(in)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		at, _ := r.Time()
		fmt.Println(at, r.Get("hostname"), r.Get("mnemonic"), r.Get("user"), r.Get("src_ip"))
	}
	// Output:
	// 2026-04-20 13:58:46.411 +0000 UTC sw1 CONFIG_I ann 192.0.2.1
}
