package logtype_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

func TestSSHDMessages(t *testing.T) {
	for message, want := range map[string]map[string]any{
		`Accepted publickey for deploy from 203.0.113.7 port 40028 ssh2: RSA SHA256:a9mZ`: {
			"action": "Accepted", "method": "publickey", "user": "deploy", "src_ip": "203.0.113.7", "src_port": "40028", "protocol": "ssh2",
			"key_type": "RSA", "fingerprint": "SHA256:a9mZ",
		},
		`Accepted publickey for ann from 2001:db8::1 port 1 ssh2: ED25519-CERT SHA256:x ID ann@corp (serial 7) CA RSA SHA256:y`: {
			"action": "Accepted", "method": "publickey", "user": "ann", "src_ip": "2001:db8::1", "src_port": "1", "protocol": "ssh2",
			"key_type": "ED25519-CERT", "fingerprint": "SHA256:x", "key_id": "ID ann@corp (serial 7) CA RSA SHA256:y",
		},
		`Accepted gssapi-with-mic for ann from 192.0.2.9 port 1 ssh2: ann@EXAMPLE.COM`: {
			"action": "Accepted", "method": "gssapi-with-mic", "user": "ann", "src_ip": "192.0.2.9", "src_port": "1", "protocol": "ssh2",
			"principal": "ann@EXAMPLE.COM",
		},
		// A name can hold what looks like the rest of the message: the last address is sshd's.
		`Failed password for invalid user root from 192.0.2.1 port 22 ssh2 from 203.0.113.250 port 40133 ssh2`: {
			"action": "Failed", "method": "password", "user_status": "invalid", "user": "root from 192.0.2.1 port 22 ssh2",
			"src_ip": "203.0.113.250", "src_port": "40133", "protocol": "ssh2",
		},
		`Connection closed by invalid user x 192.0.2.1 port 1 203.0.113.250 port 40105 [preauth]`: {
			"action": "Connection closed", "user_status": "invalid", "user": "x 192.0.2.1 port 1", "src_ip": "203.0.113.250", "src_port": "40105",
			"preauth": "[preauth]",
		},
		`Failed password for invalid user invalid user root from 203.0.113.250 port 1 ssh2`: {
			"action": "Failed", "method": "password", "user_status": "invalid", "user": "invalid user root", "src_ip": "203.0.113.250",
			"src_port": "1", "protocol": "ssh2",
		},
		`Accepted certificate ID "ann@corp" (serial 7) signed by RSA CA SHA256:y via /etc/ssh/ca.pub`: {
			"action": "Accepted certificate", "key_id": "ann@corp", "serial": "7", "key_type": "RSA", "fingerprint": "SHA256:y", "file": "/etc/ssh/ca.pub",
		},
		`fatal: no matching cipher found: client aes256-cbc server aes128-ctr [preauth]`: {
			"level": "fatal", "action": "no matching", "reason": "cipher", "offer": "aes256-cbc", "server_offer": "aes128-ctr", "preauth": "[preauth]",
		},
		`Bad protocol version identification '\026\003' from 192.0.2.1 port 4`: {
			"action": "Bad protocol version identification", "client_version": "\x16\x03", "src_ip": "192.0.2.1", "src_port": "4",
		},
		// Of messages of other forms what stands last is told.
		`packet_write_poll: Connection from user ann 192.0.2.1 port 4: Permission denied`: {"user": "ann", "src_ip": "192.0.2.1", "src_port": "4"},
		`anything of 198.51.100.9 port 1 with 2001:db8::1 port 42 in it`:                  {"src_ip": "2001:db8::1", "src_port": "42"},
		`something new at 12:00:01 in version 1.2.3`:                                      {},
		`pam_sss(sshd:auth): received for user ann: 7 (Authentication failure)`: {
			"pam_module": "pam_sss", "pam_service": "sshd", "pam_type": "auth", "user": "ann", "reason": "7 (Authentication failure)",
		},
		"pam_access(sshd:account): access denied for user `ann' from `192.0.2.1'": {
			"pam_module": "pam_access", "pam_service": "sshd", "pam_type": "account", "user": "ann", "rhost": "192.0.2.1",
		},
		`pam_tally2(sshd:auth): user root (0) tally 5, deny 3`: {
			"pam_module": "pam_tally2", "pam_service": "sshd", "pam_type": "auth", "user": "root",
		},
		`Failed password for invalid user  from 203.0.113.250 port 1 ssh2`: { // no name
			"action": "Failed", "method": "password", "user_status": "invalid", "src_ip": "203.0.113.250", "src_port": "1", "protocol": "ssh2",
		},
		`Invalid user \347\256\241\t\\x\q\7 from 203.0.113.250 port 2`: {
			"action": "Invalid user", "user": "管\t\\x\\q\\7", "src_ip": "203.0.113.250", "src_port": "2",
		},
		`error: maximum authentication attempts exceeded for invalid user nagios from 2001:db8::2 port 3 ssh2 [preauth]`: {
			"level": "error", "action": "maximum authentication attempts exceeded", "user_status": "invalid", "user": "nagios",
			"src_ip": "2001:db8::2", "src_port": "3", "protocol": "ssh2", "preauth": "[preauth]",
		},
		`message repeated 2 times: [ Failed password for root from 192.0.2.9 port 4 ssh2]`: {
			"repeated": "2", "action": "Failed", "method": "password", "user": "root", "src_ip": "192.0.2.9", "src_port": "4", "protocol": "ssh2",
		},
		`[ID 800047 auth.info] Accepted password for root from 192.0.2.9 port 4 ssh2`: {
			"action": "Accepted", "method": "password", "user": "root", "src_ip": "192.0.2.9", "src_port": "4", "protocol": "ssh2",
		},
		`Disconnecting invalid user ann 192.0.2.9 port 4: Too many authentication failures [preauth]`: {
			"action": "Disconnecting", "user_status": "invalid", "user": "ann", "src_ip": "192.0.2.9", "src_port": "4",
			"reason": "Too many authentication failures", "preauth": "[preauth]",
		},
		`Received disconnect from 192.0.2.9 port 4:11: disconnected by user`: {
			"action": "Received disconnect", "src_ip": "192.0.2.9", "src_port": "4", "code": "11", "reason": "disconnected by user",
		},
		`Received disconnect from 2001:db8::9: 11: disconnected by user`: {
			"action": "Received disconnect", "src_ip": "2001:db8::9", "code": "11", "reason": "disconnected by user",
		},
		`pam_unix(sshd:session): session opened for user root(uid=0) by ann(uid=7)`: {
			"pam_module": "pam_unix", "pam_service": "sshd", "pam_type": "session", "action": "session opened", "user": "root", "uid": "0",
			"by_user": "ann", "by_uid": "7",
		},
		// PAM escapes nothing.
		`pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.9  user=CORP\nils`: {
			"pam_module": "pam_unix", "pam_service": "sshd", "pam_type": "auth", "action": "authentication failure", "uid": "0", "euid": "0",
			"tty": "ssh", "rhost": "192.0.2.9", "user": `CORP\nils`,
		},
		`User bob from 192.0.2.9 not allowed because listed in DenyUsers`: {
			"user": "bob", "src_ip": "192.0.2.9", "action": "not allowed", "reason": "listed in DenyUsers",
		},
		`Unable to negotiate with 192.0.2.9 port 4: no matching cipher found. Their offer: 3des-cbc [preauth]`: {
			"action": "Unable to negotiate", "src_ip": "192.0.2.9", "src_port": "4", "reason": "no matching cipher found", "offer": "3des-cbc",
			"preauth": "[preauth]",
		},
		`Timeout before authentication for connection from 192.0.2.9 to 192.0.2.1, pid = 5`: {
			"action": "Timeout before authentication", "src_ip": "192.0.2.9", "dst_ip": "192.0.2.1", "pid": "5",
		},
		`Starting session: shell on pts/0 for ann from 192.0.2.9 port 4 id 0`: {
			"action": "Starting session", "session": "shell", "tty": "pts/0", "user": "ann", "src_ip": "192.0.2.9", "src_port": "4", "session_id": "0",
		},
		`drop connection #10 from [192.0.2.9]:52 on [192.0.2.1]:22 past MaxStartups`: {
			"action": "drop connection", "connections": "10", "src_ip": "192.0.2.9", "src_port": "52", "dst_ip": "192.0.2.1", "dst_port": "22",
			"reason": "past MaxStartups",
		},
		`a message that nobody knows`: {},
		``:                            {},
	} {
		for _, header := range []string{"Nov 25 09:23:26 web1 sshd[14367]: ", "<38>1 2026-11-25T09:24:22Z web1 sshd-session 1 - -  "} {
			got := fieldsOf(t, logtype.SSHD(), header+message)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s: -want +got\n%s", message, d)
			}
		}
	}
}

func TestSSHDIsNoOtherProgram(t *testing.T) {
	for _, line := range []string{
		"Nov 25 09:23:26 web1 sshdx[1]: Accepted password for root from 192.0.2.1 port 1 ssh2",
		"Nov 25 09:23:26 web1 app: sshd[1]: Accepted password for root from 192.0.2.1 port 1 ssh2",
		"sshd[1]: Accepted password for root from 192.0.2.1 port 1 ssh2",
		"type=EXECVE msg=audit(1481077253.941:486): argc=3 a0=\"/usr/sbin/sshd\"",
	} {
		if got := fieldsOf(t, logtype.SSHD(), line); got != nil {
			t.Errorf("%s: %v", line, got)
		}
	}
}

// A name that makes the templates try all they can costs no more than its length.
func TestSSHDHostileNames(t *testing.T) {
	for _, name := range []string{
		strings.Repeat(" from 1.2.3.4 port 5", 400), strings.Repeat("\\", 10_000), strings.Repeat("invalid user ", 1000), strings.Repeat("a", 1<<20),
		strings.Repeat(": ", 5000), "\x00\xff\xfe",
	} {
		for _, form := range []string{"Failed password for invalid user %s from 192.0.2.1 port 6 ssh2", "Invalid user %s", "Disconnecting invalid user %s", "pam_unix(sshd:auth): authentication failure; logname=%s"} {
			line := "Nov 25 09:23:26 web1 sshd[1]: " + fmt.Sprintf(form, name)
			got := fieldsOf(t, logtype.SSHD(), line)
			if got == nil {
				t.Errorf("%.40q is lost", line)
			}
			if ip, ok := got["src_ip"]; ok && strings.HasPrefix(form, "Failed") && ip != "192.0.2.1" {
				t.Errorf("%.40q: src_ip is %v", line, ip)
			}
		}
	}
}

func ExampleSSHD() {
	in := `Nov 25 09:24:39 web1 sshd[16112]: Failed password for invalid user j\303\266rg from 203.0.113.250 port 40133 ssh2`
	for r, err := range logtype.SSHD().Parse(parse.Input{Reader: strings.NewReader(in)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(r.Get("action"), r.Get("method"), r.Get("user"), r.Get("src_ip"))
	}
	// Output:
	// Failed password jörg 203.0.113.250
}
