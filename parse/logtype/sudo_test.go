package logtype_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

func TestSudoMessages(t *testing.T) {
	for message, want := range map[string]map[string]any{
		`   alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/id`: {
			"user": "alice", "tty": "pts/0", "pwd": "/home/alice", "runas_user": "root", "command": "/usr/bin/id",
		},
		`alice : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=bob ; GROUP=adm ; TSID=0000UM ; ENV=FOO=bar LANG=de ; COMMAND=/bin/sh -c 'a ; COMMAND=b ; USER=x'`: {
			"user": "alice", "reason": "user NOT in sudoers", "tty": "pts/0", "pwd": "/", "runas_user": "bob", "runas_group": "adm", "tsid": "0000UM",
			"env": "FOO=bar LANG=de", "command": "/bin/sh -c 'a ; COMMAND=b ; USER=x'",
		},
		// Names can hold what divides the parts.
		`svc web : PWD=/srv/a ; b ; USER=root ; COMMAND=/usr/bin/id`: {
			"user": "svc web", "pwd": "/srv/a ; b", "runas_user": "root", "command": "/usr/bin/id",
		},
		`eve : PWD=/tmp/a ; USER=eve ; USER=root ; COMMAND=/usr/bin/id`: {
			"user": "eve", "pwd": "/tmp/a ; USER=eve", "runas_user": "root", "command": "/usr/bin/id",
		},
		`eve : PWD=/ ; USER=root ; ENV=A=1 ; USER=eve ; COMMAND=/usr/bin/id`: {
			"user": "eve", "pwd": "/", "runas_user": "root", "env": "A=1 ; USER=eve", "command": "/usr/bin/id",
		},
		`alice : problem with defaults entries ; TTY=pts/0 ; PWD=/root ; USER=root ; `: { // sudo's own, without a command
			"user": "alice", "reason": "problem with defaults entries", "tty": "pts/0", "pwd": "/root", "runas_user": "root",
		},
		`pam_succeed_if(sudo:auth): requirement "uid >= 1000" was met by user "alice"`: {
			"pam_module": "pam_succeed_if", "pam_service": "sudo", "pam_type": "auth", "action": "requirement", "requirement": "uid >= 1000", "result": "was met",
			"user": "alice",
		},
		`alice : (command continued) ; COMMAND=x and more`: {"user": "alice", "continued": "; COMMAND=x and more"},
		`CORP\jdoe : 3 incorrect password attempts ; PWD=/ ; USER=root ; COMMAND=/usr/bin/printf a#011b`: {
			"user": `CORP\jdoe`, "reason": "3 incorrect password attempts", "pwd": "/", "runas_user": "root", "command": "/usr/bin/printf a#011b",
		},
		`pam_unix(sudo:session): session opened for user root(uid=0) by alice(uid=1001)`: {
			"pam_module": "pam_unix", "pam_service": "sudo", "pam_type": "session", "action": "session opened", "runas_user": "root", "runas_uid": "0",
			"user": "alice", "uid": "1001",
		},
		`pam_unix(sudo-i:session): session closed for user root`: {
			"pam_module": "pam_unix", "pam_service": "sudo-i", "pam_type": "session", "action": "session closed", "runas_user": "root",
		},
		`pam_unix(sudo:auth): authentication failure; logname=vagrant uid=1001 euid=0 tty=/dev/pts/1 ruser=tsg rhost=  user=tsg`: {
			"pam_module": "pam_unix", "pam_service": "sudo", "pam_type": "auth", "action": "authentication failure", "logname": "vagrant", "uid": "1001",
			"euid": "0", "tty": "/dev/pts/1", "ruser": "tsg", "user": "tsg",
		},
		`unable to resolve host web1`:    {},
		`something : that only looks so`: {},
		``:                               {},
	} {
		for _, header := range []string{"Nov 25 09:23:26 web1 sudo: ", "<85>1 2026-11-25T09:26:29Z web1 sudo - - -  ", "Nov 25 09:23:26 web1 /usr/bin/sudo[7]: "} {
			if d := cmp.Diff(want, fieldsOf(t, logtype.Sudo(), header+message)); d != "" {
				t.Errorf("%s: -want +got\n%s", message, d)
			}
		}
	}
}

func TestSudoIsNoOtherProgram(t *testing.T) {
	for _, line := range []string{"Nov 25 09:23:26 web1 sudoreplay: a : USER=b ; COMMAND=c", "Nov 25 09:23:26 web1 app: sudo: a : USER=b ; COMMAND=c"} {
		if got := fieldsOf(t, logtype.Sudo(), line); got != nil {
			t.Errorf("%s: %v", line, got)
		}
	}
}

func ExampleSudo() {
	in := "Nov 25 09:26:40 web1 sudo:   deploy : command not allowed ; TTY=pts/0 ; PWD=/home/deploy ; USER=root ; COMMAND=/usr/bin/cat /etc/shadow"
	for r, err := range logtype.Sudo().Parse(parse.Input{Reader: strings.NewReader(in)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%s as %s: %s (%s)\n", r.Get("user"), r.Get("runas_user"), r.Get("command"), r.Get("reason"))
	}
	// Output:
	// deploy as root: /usr/bin/cat /etc/shadow (command not allowed)
}
