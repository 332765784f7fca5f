package logtype

import (
	"bytes"
	"slices"
	"sync"

	"github.com/streamalert/streamalert-go/parse"
)

// SSHD is syslog.sshd: what OpenSSH's server writes to syslog, under the names sshd, sshd-session and sshd-auth. Beside the
// fields of [Syslog] a message's parts are told, as far as its form is known:
//
//   - action: what happened, in sshd's words ("Accepted", "Failed", "Invalid user", "Connection closed", "Disconnected")
//   - user, user_status ("invalid", "illegal", "authenticating"), method, src_ip, src_port, src_host, dst_ip, dst_port, protocol
//   - key_type, fingerprint, key_id (of a certificate), principal (Kerberos), file, subsystem, session, session_id, tty, client_version
//   - reason, offer, code, level ("error", "fatal", "debug1"), preauth, repeated (of "message repeated 3 times")
//   - of PAM: pam_module, pam_service, pam_type, by_user, by_uid, logname, uid, euid, ruser, rhost, requirement
//
// sshd writes a name that a client chose as it came, but for vis(3)'s escapes, which are taken off: a name can hold what
// looks like an address, and the last address of the message is sshd's. message stands as it is written. Source: OpenSSH
// Manual Pages, "sshd(8)"; the messages are those of OpenSSH 5 to 10 and Linux-PAM.
func SSHD() *parse.LogType {
	return &parse.LogType{
		Name:     "syslog.sshd",
		Format:   parse.TextFormat{Decoder: sshd{}, Framing: parse.SyslogFraming{}},
		Sniff:    func(text []byte) bool { return bytes.Contains(text, []byte("sshd")) },
		TimeFunc: parse.SyslogTime,
		Fields:   append(parse.SyslogFields(), sshdMessages().columns.Names...),
		Entities: map[string][]string{
			"host.name":        {"hostname"},
			"process.name":     {"app_name"},
			"process.pid":      {"proc_id"},
			"source.ip":        {"src_ip", "rhost"},
			"source.domain":    {"src_host"},
			"source.port":      {"src_port"},
			"destination.ip":   {"dst_ip"},
			"destination.port": {"dst_port"},
			"user.name":        {"user"},
			"event.action":     {"action"},
			"event.outcome":    {"result"},
		},
	}
}

const errNoSSHD = parse.Reason("the program is not sshd")

func isSSHD(app []byte) bool {
	if i := bytes.LastIndexByte(app, '/'); i >= 0 {
		app = app[i+1:]
	}
	app, _, _ = bytes.Cut(app, []byte("(")) // sshd(pam_unix) of old PAM
	switch string(app) {
	case "sshd", "sshd-session", "sshd-auth":
		return true
	}
	return false
}

type sshd struct{}

func (sshd) Decode(text []byte, w *parse.Writer) error {
	var m parse.SyslogMessage
	if err := m.Parse(text); err != nil {
		return err
	}
	if !isSSHD(m.AppName) {
		return errNoSSHD
	}
	m.Message = bytes.TrimLeft(m.Message, " ")
	m.Write(w)
	t := sshdMessages()
	row := w.Columns(t.columns)
	if !asks(row, t.all) {
		return nil
	}
	t.tell(row, m.Message)
	return nil
}

// messageSet are the templates of a program's messages, and of what PAM writes on its behalf.
type messageSet struct {
	templates
	all                      []int // columns
	level, preauth, repeated int
	pamColumns               [3]int // of what stands before a message of PAM
	pam, own                 byFirst
	pamOthers, others        []template // what messages of other forms are held against
	escaped                  bool       // its own messages have escapes; PAM's have none
}

// byFirst are templates by the byte that they begin with, each tried in their order.
type byFirst [256][]template

func (s *messageSet) add(to *byFirst, texts []string) {
	for _, text := range texts {
		t := s.compile(text)
		c := t.ops[0].text[0]
		to[c] = append(to[c], t)
	}
}

func newMessageSet(pam, own, others []string, escaped bool) *messageSet {
	s := &messageSet{templates: templates{anchored: true}, escaped: escaped}
	s.level, s.preauth, s.repeated = s.place("level"), s.place("preauth"), s.place("repeated")
	s.pamColumns = [3]int{s.place("pam_module"), s.place("pam_service"), s.place("pam_type")}
	s.add(&s.pam, pam)
	s.add(&s.own, own)
	for _, text := range pamOthers {
		s.pamOthers = append(s.pamOthers, s.compile(text))
	}
	for _, text := range others {
		s.others = append(s.others, s.compile(text))
	}
	for i := range s.columns.Names {
		s.all = append(s.all, i)
	}
	return s
}

var sshdMessages = sync.OnceValue(func() *messageSet {
	return newMessageSet(slices.Concat(sshdPAM, pamMessages), sshdTemplates, sshdOthers, true)
})

// sshdPAM are the messages of Linux-PAM on sessions, behind "pam_unix(sshd:session): ".
var sshdPAM = []string{
	`{action=session opened} for user {user:g}(uid={uid:n}) by {by_user:g}(uid={by_uid:n})`,
	`{action=session opened} for user {user:g} by {by_user:g}(uid={by_uid:n})`,
	`{action=session opened} for user {user:g} by {by_user:g}`,
	`{action=session closed} for user {user:t}`,
}

// pamMessages are those that are alike whoever runs PAM.
var pamMessages = []string{
	`{action=authentication failure}; logname={logname:e} uid={uid:e} euid={euid:e} tty={tty:e} ruser={ruser:e} rhost={rhost:e}  user={user:t}`,
	`{action=authentication failure}; logname={logname:e} uid={uid:e} euid={euid:e} tty={tty:e} ruser={ruser:e} rhost={rhost:e} user={user:t}`,
	`{action=authentication failure}; logname={logname:e} uid={uid:e} euid={euid:e} tty={tty:e} ruser={ruser:e} rhost={rhost:e}`,
	`{action=authentication success}; logname={logname:e} uid={uid:e} euid={euid:e} tty={tty:e} ruser={ruser:e} rhost={rhost:e} user={user:t}`,
	`{action=requirement} "{requirement:t}" {result=not met} by user "{user:g}"`,
	`{action=requirement} "{requirement:t}" {result=was met} by user "{user:g}"`,
	`{action=check pass}; {reason:t}`,
	`{action=password changed} for {user:t}`,
	`{action=could not identify user} (from getpwnam({user:g}))`,
	`{action=auth could not identify password} for [{user:g}]`,
	`{action=conversation failed}`,
	`{action=account} {user} has {reason:t}`,
}

// sshdOthers find who and whence in messages of other forms: the last address is sshd's.
var sshdOthers = []string{
	`{_:e} {user_status=invalid} user {user:g} {src_ip:i} port {src_port:n}{_:e}`,
	`{_:e} {user_status=authenticating} user {user:g} {src_ip:i} port {src_port:n}{_:e}`,
	`{_:e} user {user:g} {src_ip:i} port {src_port:n}{_:e}`,
	`{_:g} {src_ip:i} port {src_port:n}{_:e}`,
	`{_:g}[{src_ip:i}]{_:e}`,
	`{_:g} {src_ip:i}{_:e}`,
}

// pamOthers find the user in what further modules of PAM write.
var pamOthers = []string{
	`{_:e}user '{user:t}'{_:e}`,
	"{_:e}user `{user:t}' from `{rhost:t}'",
	"{_:e}user `{user:t}'{_:e}",
	`{_:e}user={user}`,
	`{_:e}for user {user}: {reason:t}`,
	`{_:e}for user {user} {_:e}`,
	`{_:e}for user {user}`,
	`{_:e}user {user} {_:e}`,
	`{_:e}for '{user}'{_:e}`,
	`{_:e} for {user}`,
}

// sshdTemplates are sshd's own messages, without "[preauth]" at the end and "error: " before them.
var sshdTemplates = []string{
	`PAM {repeated:n} {action=more authentication failure}«s»; logname={logname:e} uid={uid:e} euid={euid:e} tty={tty:e} ruser={ruser:e} rhost={rhost:e}  user={user:t}`,
	`PAM {repeated:n} {action=more authentication failure}«s»; logname={logname:e} uid={uid:e} euid={euid:e} tty={tty:e} ruser={ruser:e} rhost={rhost:e} user={user:t}`,
	`PAM {repeated:n} {action=more authentication failure}«s»; logname={logname:e} uid={uid:e} euid={euid:e} tty={tty:e} ruser={ruser:e} rhost={rhost:e}`,
	`{action=Accepted} {method} for {user:g} from {src_ip} port {src_port:n}« {protocol}»«: {key_type} {fingerprint}« {key_id:t}»»`,
	`{action=Accepted} {method} for {user:g} from {src_ip} port {src_port:n} {protocol}: {principal:t}`,
	`{action=Accepted key} {key_type} {fingerprint} found at {file:t}`,
	`{action=Failed} {method} for {user_status=invalid} user {user:g} from {src_ip}« port {src_port:n}»« {protocol}»«: {key_type} {fingerprint}« {key_id:t}»»`,
	`{action=Failed} {method} for {user_status=illegal} user {user:g} from {src_ip}« port {src_port:n}»« {protocol}»`,
	`{action=Failed} {method} for {user:g} from {src_ip}« port {src_port:n}»« {protocol}»«: {key_type} {fingerprint}« {key_id:t}»»`,
	`{action=Postponed} {method} for «{user_status=invalid} user »{user:g} from {src_ip} port {src_port:n}« {protocol}»`,
	`{action=Partial} {method} for «{user_status=invalid} user »{user:g} from {src_ip} port {src_port:n}« {protocol}»«: {key_type} {fingerprint}« {key_id:t}»»`,
	`{action=Invalid user} {user:g} from {src_ip}« port {src_port:n}»`,
	`{action=Illegal user} {user:g} from {src_ip}« port {src_port:n}»`,
	`{action=Connection closed} by {user_status=invalid} user {user:g} {src_ip} port {src_port:n}`,
	`{action=Connection closed} by {user_status=authenticating} user {user:g} {src_ip} port {src_port:n}`,
	`{action=Connection closed} by user {user:g} {src_ip} port {src_port:n}`,
	`{action=Connection closed} by {src_ip}« port {src_port:n}»`,
	`{action=Connection reset} by {user_status=invalid} user {user:g} {src_ip} port {src_port:n}`,
	`{action=Connection reset} by {user_status=authenticating} user {user:g} {src_ip} port {src_port:n}`,
	`{action=Connection reset} by user {user:g} {src_ip} port {src_port:n}`,
	`{action=Connection reset} by {src_ip}« port {src_port:n}»`,
	`{action=Disconnected} from {user_status=invalid} user {user:g} {src_ip} port {src_port:n}`,
	`{action=Disconnected} from {user_status=authenticating} user {user:g} {src_ip} port {src_port:n}`,
	`{action=Disconnected} from user {user:g} {src_ip} port {src_port:n}`,
	`{action=Disconnected} from {src_ip}« port {src_port:n}»`,
	`{action=Disconnecting} {user_status=invalid} user {user:g} {src_ip} port {src_port:n}: {reason:t}`,
	`{action=Disconnecting} {user_status=authenticating} user {user:g} {src_ip} port {src_port:n}: {reason:t}`,
	`{action=Disconnecting} user {user:g} {src_ip} port {src_port:n}: {reason:t}`,
	`{action=Disconnecting}«: {src_ip} port {src_port:n}»: {reason:t}`,
	`{action=Disconnecting} {src_ip}« port {src_port:n}»: {reason:t}`,
	`{action=Received disconnect} from {src_ip} port {src_port:n}:«{code:n}: »{reason:e}`,
	`{action=Received disconnect} from {src_ip}: {code:n}: {reason:e}`,
	`{action=Received disconnect} from {user_status=invalid} user {user:g} {src_ip} port {src_port:n}:«{code:n}: »{reason:e}`,
	`{action=Received disconnect} from {user_status=authenticating} user {user:g} {src_ip} port {src_port:n}:«{code:n}: »{reason:e}`,
	`{action=Did not receive identification string} from {src_ip}« port {src_port:n}»`,
	`{action=Bad protocol version identification} '{client_version:g}' from {src_ip}« port {src_port:n}»`,
	`User {user:g} from {src_ip} {action=not allowed} because {reason:t}`,
	`User {user:g} {action=not allowed} because {reason:t}`,
	`{action=ROOT LOGIN REFUSED} FROM {src_ip}« port {src_port:n}»`,
	`{action=Closing connection} to {src_ip} port {src_port:n}`,
	`{action=Server listening} on {dst_ip} port {dst_port:n}« rdomain "{rdomain:e}"».`,
	`{action=Connection} from {src_ip} port {src_port:n} on {dst_ip} port {dst_port:n}« rdomain "{rdomain:e}"»`,
	`{action=Connection} from {src_ip} port {src_port:n}`,
	`{action=subsystem request} for {subsystem} by user {user:t} failed, {reason:t}`,
	`{action=subsystem request} for {subsystem}« by user {user:t}»`,
	`{action=maximum authentication attempts exceeded} for {user_status=invalid} user {user:g} from {src_ip} port {src_port:n}« {protocol}»`,
	`{action=maximum authentication attempts exceeded} for {user:g} from {src_ip} port {src_port:n}« {protocol}»`,
	`PAM: {reason:t} for {user_status=illegal} user {user:g} from {src_host}`,
	`PAM: {reason:t} for {user:g} from {src_host}`,
	`PAM: {reason:t}`,
	`{action=Timeout before authentication} for connection from {src_ip} to {dst_ip}, pid = {pid:n}`,
	`{action=Timeout before authentication} for {src_ip}« port {src_port:n}»«.»`,
	`{action=Unable to negotiate} with {src_ip}« port {src_port:n}»: {reason:t}. Their offer: {offer:t}`,
	`{action=Unable to negotiate} with {src_ip}« port {src_port:n}»: {reason:t}`,
	`{action=banner exchange}: Connection from {src_ip} port {src_port:n}: {reason:t}`,
	`{action=ssh_dispatch_run_fatal}: Connection from {user_status=invalid} user {user:g} {src_ip} port {src_port:n}: {reason:t}`,
	`{action=ssh_dispatch_run_fatal}: Connection from {user_status=authenticating} user {user:g} {src_ip} port {src_port:n}: {reason:t}`,
	`{action=ssh_dispatch_run_fatal}: Connection from user {user:g} {src_ip} port {src_port:n}: {reason:t}`,
	`{action=ssh_dispatch_run_fatal}: Connection from {src_ip}« port {src_port:n}»: {reason:t}`,
	`{action=kex_exchange_identification}: client sent invalid protocol identifier "{client_version:g}"`,
	`{action=kex_exchange_identification}: {reason:t}`,
	`{action=Magic value check failed} ({value}) on obfuscated handshake from {src_ip} port {src_port:n}`,
	`{action=refused connect} from {src_host:g} ({src_ip})`,
	`{action=refused connect} from {src_ip}`,
	`{action=Starting session}: {session:t} on {tty} for {user:g} from {src_ip} port {src_port:n} id {session_id:n}`,
	`{action=Starting session}: {session:t} for {user:g} from {src_ip} port {src_port:n} id {session_id:n}`,
	`{action=Close session}: user {user:g} from {src_ip} port {src_port:n} id {session_id:n}`,
	`{action=Read error} from remote host {src_ip}« port {src_port:n}»: {reason:t}`,
	`{action=Authentication refused}: {reason:t}`,
	`{action=Authentication tried} for {user:g} with {reason:t} (from host={src_host:e}, ip={src_ip}, required host={host:e}).`,
	`{action=reverse mapping checking} getaddrinfo for {src_host} [{src_ip}] failed«{reason:t}»`,
	`{action=Address} {src_ip} maps to {src_host}, but {reason:t}`,
	`{action=Could not get shadow information} for «{user_status=invalid} user »{user:t}`,
	`{action=Protocol major versions differ} for {src_ip}« port {src_port:n}»: {reason:t}`,
	`{action=drop connection} #{connections:n} from [{src_ip}]:{src_port:n} on [{dst_ip}]:{dst_port:n} {reason:t}`,
	`{action=Exiting on signal} {signal}`,
	`{action=Received signal} {signal}; terminating.`,
	`{action=input_userauth_request}: {user_status=invalid} user {user:t}`,
	`{action=Locked account} {user:t}`,
	`{action=Authentication tried} for {user:g} with {reason:t} (host={src_host:e}, ip={src_ip}, required host={host:e}).`,
	`{action=Timeout, client not responding} from user {user:g} {src_ip} port {src_port:n}`,
	`{action=Accepted certificate} ID "{key_id:g}" (serial {serial:n}) signed by {key_type} CA {fingerprint} via {file:t}`,
	`{action=Accepted certificate} ID "{key_id:g}" signed by {key_type} CA {fingerprint} via {file:t}`,
	`{action=Accepted google_authenticator} for {user:t}`,
	`{action=Invalid verification code} for {user:t}`,
	`{action=Received request to connect} to host {dst_ip} port {dst_port:n}, {reason:t}`,
	`{action=connect_to} {dst_ip} port {dst_port:n}: {reason:t}`,
	`{action=connect_to} {dst_ip}: {reason:t}`,
	`{action=refused local port forward}: originator {src_ip:e} port {src_port:n}, target {dst_ip} port {dst_port:n}`,
	`{action=Nasty PTR record} "{src_host:g}" is set up for {src_ip}, {reason:t}`,
	`{action=Could not load host key}: {file:t}`,
	`{action=Bind} to port {dst_port:n} on {dst_ip} failed: {reason:t}`,
	`{action=no matching} {reason:t} found: client {offer} server {server_offer}`,
	`{action=Bad packet length} {length:n}.`,
	`{action=Transferred}: sent {bytes_sent:n}, received {bytes_received:n} bytes`,
	`{action=Login restricted} for {user:g}: {reason:t}`,
	`{action=srclimit_penalise}: {ip_version}: {state} {src_ip}/{prefix:n} {reason:t}`,
	`{action=AuthorizedKeysCommand} {command:g} {user} failed, status {code:n}`,
	`{action=Certificate invalid}: {reason:t}`,
	`{action=User child is on pid} {pid:n}`,
}

// tell takes one message apart.
func (s *messageSet) tell(row parse.Row, message []byte) {
	message = s.unwrap(row, message)
	if b, ok := bytes.CutSuffix(bytes.TrimRight(message, " "), []byte(" [preauth]")); ok {
		row.Set(s.preauth, []byte("[preauth]"))
		message = b
	}
	var m match
	if rest, ok := s.cutPAM(row, message); ok {
		s.first(&m, row, &s.pam, s.pamOthers, bytes.TrimRight(rest, " "), false)
		return
	}
	if i := bytes.Index(message[:min(len(message), 8)], []byte(": ")); i > 0 {
		switch level := message[:i]; string(level) {
		case "error", "fatal", "debug1", "debug2", "debug3":
			row.Set(s.level, level)
			message = message[i+2:]
		}
	}
	s.first(&m, row, &s.own, s.others, message, s.escaped)
}

// first tells the parts of the first template that the message is as.
func (s *messageSet) first(m *match, row parse.Row, all *byFirst, others []template, message []byte, escaped bool) {
	if len(message) == 0 {
		return
	}
	for _, some := range [...][]template{all[message[0]], others} {
		for i := range some {
			if s.match(m, &some[i], message) {
				m.tell(row, escaped)
				return
			}
		}
	}
}

// cutPAM takes "pam_unix(sshd:session): " off.
func (s *messageSet) cutPAM(row parse.Row, message []byte) (rest []byte, ok bool) {
	if !bytes.HasPrefix(message, []byte("pam_")) {
		return nil, false
	}
	module, rest, ok := bytes.Cut(message, []byte("("))
	if !ok {
		return nil, false
	}
	where, rest, ok := bytes.Cut(rest, []byte("): "))
	if !ok {
		return nil, false
	}
	service, kind, ok := bytes.Cut(where, []byte(":"))
	if !ok || bytes.IndexByte(module, ' ') >= 0 || bytes.IndexByte(where, ' ') >= 0 {
		return nil, false
	}
	for i, part := range [][]byte{module, service, kind} {
		row.Set(s.pamColumns[i], part)
	}
	return rest, true
}

// unwrap takes off what Solaris puts before a message, and rsyslog around one that it had before.
func (s *messageSet) unwrap(row parse.Row, message []byte) []byte {
	if bytes.HasPrefix(message, []byte("[ID ")) {
		if i := bytes.Index(message[:min(len(message), 64)], []byte("] ")); i > 0 {
			message = message[i+2:]
		}
	}
	repeated, message := cutRepeated(message)
	if len(repeated) > 0 {
		row.Set(s.repeated, repeated)
	}
	return message
}

// cutRepeated takes off what stands around a message that came several times: "message repeated 3 times: [ ...]".
func cutRepeated(message []byte) (times, rest []byte) {
	rest, ok := bytes.CutPrefix(message, []byte("message repeated "))
	if !ok {
		return nil, message
	}
	times, rest, ok = bytes.Cut(rest, []byte(" times: ["))
	if !ok || len(times) > 10 || len(rest) == 0 || rest[len(rest)-1] != ']' {
		return nil, message
	}
	return times, bytes.TrimPrefix(rest[:len(rest)-1], []byte(" "))
}

// appendUnvis takes off the escapes of vis(3), which OpenSSH writes its messages with; what is none stays.
func appendUnvis(dst, b []byte) []byte {
	for {
		i := bytes.IndexByte(b, '\\')
		if i < 0 {
			return append(dst, b...)
		}
		dst = append(dst, b[:i]...)
		c, size := unvis(b[i:])
		if size == 0 {
			dst, b = append(dst, '\\'), b[i+1:]
			continue
		}
		dst, b = append(dst, c), b[i+size:]
	}
}

// unvis is the octet that the escape at the beginning of b stands for, and the escape's size; 0 where it is none.
func unvis(b []byte) (c byte, size int) {
	if len(b) < 2 {
		return 0, 0
	}
	if len(b) >= 4 && '0' <= b[1] && b[1] <= '3' && isOctal(b[2]) && isOctal(b[3]) {
		return (b[1]-'0')<<6 | (b[2]-'0')<<3 | (b[3] - '0'), 4
	}
	if i := bytes.IndexByte([]byte(`\abfnrstv0`), b[1]); i >= 0 {
		return "\\\a\b\f\n\r \t\v\x00"[i], 2
	}
	return 0, 0
}

func isOctal(c byte) bool { return '0' <= c && c <= '7' }
