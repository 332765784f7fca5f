package logtype

import (
	"bytes"
	"slices"
	"sync"

	"github.com/streamalert/streamalert-go/parse"
)

// Sudo is syslog.sudo: what sudo writes to syslog. Beside the fields of [Syslog] these are told:
//
//   - user: who ran sudo; runas_user and runas_group: as whom (USER=, GROUP=)
//   - reason: why it was refused ("user NOT in sudoers", "3 incorrect password attempts")
//   - host, tty, chroot, pwd, tsid, env, command: HOST=, TTY=, CHROOT=, PWD=, TSID=, ENV=, COMMAND=
//   - continued: what a long command goes on with in a message of its own
//   - of PAM: pam_module, pam_service, pam_type, action, runas_uid, uid, euid, logname, ruser, rhost, requirement, result
//
// command goes to the end of the message, whatever it holds, and stands as it is written: sudo's #012 and the quotes around an
// argument cannot be undone for certain. Source: Sudo Manual, "sudoers(5): EVENT LOGGING".
func Sudo() *parse.LogType {
	return &parse.LogType{
		Name:     "syslog.sudo",
		Format:   parse.TextFormat{Decoder: sudo{}, Framing: parse.SyslogFraming{}},
		Sniff:    func(text []byte) bool { return bytes.Contains(text, []byte("sudo")) },
		TimeFunc: parse.SyslogTime,
		Fields:   append(append(parse.SyslogFields(), sudoColumns.Names...), sudoPAM().columns.Names...),
		Entities: map[string][]string{
			"host.name":            {"hostname"},
			"process.name":         {"app_name"},
			"process.pid":          {"proc_id"},
			"process.command_line": {"command"},
			"user.name":            {"user"},
			"user.effective.name":  {"runas_user"},
			"event.action":         {"action"},
		},
	}
}

const errNoSudo = parse.Reason("the program is not sudo")

func isSudo(app []byte) bool {
	if i := bytes.LastIndexByte(app, '/'); i >= 0 {
		app = app[i+1:]
	}
	app, _, _ = bytes.Cut(app, []byte("("))
	return string(app) == "sudo"
}

type sudo struct{}

func (sudo) Decode(text []byte, w *parse.Writer) error {
	var m parse.SyslogMessage
	if err := m.Parse(text); err != nil {
		return err
	}
	if !isSudo(m.AppName) {
		return errNoSudo
	}
	m.Message = bytes.TrimLeft(m.Message, " ")
	m.Write(w)
	if bytes.HasPrefix(m.Message, []byte("pam_")) {
		pam := sudoPAM()
		if row := w.Columns(pam.columns); asks(row, pam.all) {
			pam.tell(row, m.Message)
		}
		return nil
	}
	tellSudo(w.Columns(sudoColumns), m.Message)
	return nil
}

// The columns, from sudoHost on in the order in which sudo writes them.
const (
	sudoUser = iota
	sudoReason
	sudoContinued
	sudoHost
	sudoTTY
	sudoChroot
	sudoPWD
	sudoRunas
	sudoGroup
	sudoTSID
	sudoEnv
	sudoCommand
)

var (
	sudoColumns = parse.NewColumns("user", "reason", "continued", "host", "tty", "chroot", "pwd", "runas_user", "runas_group", "tsid", "env", "command")
	sudoKeys    = [...]string{sudoHost: "HOST=", "TTY=", "CHROOT=", "PWD=", "USER=", "GROUP=", "TSID=", "ENV=", "COMMAND="}
)

// tellSudo takes "user : reason ; TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/bin/sh" apart.
func tellSudo(row parse.Row, message []byte) {
	user, rest, ok := bytes.Cut(message, []byte(" : "))
	if !bytes.Contains(rest, []byte(sudoKeys[sudoCommand])) {
		rest = bytes.TrimSuffix(bytes.TrimRight(rest, " "), []byte(" ;"))
	}
	if !ok {
		return
	}
	if continued, ok := bytes.CutPrefix(rest, []byte("(command continued) ")); ok {
		row.Set(sudoUser, user)
		row.Set(sudoContinued, continued)
		return
	}
	var values [sudoCommand + 1][]byte
	at := sudoReason // what the text goes on with
	for part := range sudoParts(rest) {
		key := sudoKey(part)
		switch {
		case key == sudoCommand:
			values[key], at = part[len(sudoKeys[key]):], key
		case key > at && at != sudoEnv:
			values[key], at = part[len(sudoKeys[key]):], key
		case key == sudoRunas && at == sudoRunas && values[sudoPWD] != nil:
			// The one before was a part of the working directory's name.
			end := cap(values[sudoPWD]) - cap(part) - len(" ; ")
			values[sudoPWD] = values[sudoPWD][:end]
			values[key] = part[len(sudoKeys[key]):]
		default:
			start := values[at]
			if start == nil {
				start = part[:0]
			}
			values[at] = start[:cap(start)-cap(part)+len(part)]
		}
	}
	if at == sudoReason {
		return // "user : " in another message
	}
	row.Set(sudoUser, user)
	for i, v := range values {
		if len(v) > 0 {
			row.Set(i, v)
		}
	}
}

// sudoParts yields what " ; " divides, up to the command, which is the last.
func sudoParts(b []byte) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for {
			i := bytes.Index(b, []byte(" ; "))
			if i < 0 || sudoKey(b) == sudoCommand {
				yield(b)
				return
			}
			if !yield(b[:i]) {
				return
			}
			b = b[i+3:]
		}
	}
}

// sudoKey is the column whose key part begins with; 0 where it begins with none.
func sudoKey(part []byte) int {
	for i := sudoHost; i <= sudoCommand; i++ {
		if bytes.HasPrefix(part, []byte(sudoKeys[i])) {
			return i
		}
	}
	return 0
}

var sudoPAM = sync.OnceValue(func() *messageSet {
	return newMessageSet(slices.Concat([]string{
		`{action=session opened} for user {runas_user:g}(uid={runas_uid:n}) by {user:g}(uid={uid:n})`,
		`{action=session opened} for user {runas_user:g} by {user:g}(uid={uid:n})`,
		`{action=session opened} for user {runas_user:g} by {user:g}`,
		`{action=session closed} for user {runas_user:t}`,
	}, pamMessages), nil, nil, false)
})
