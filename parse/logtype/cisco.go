package logtype

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// CiscoASA is cisco.asa: what Adaptive Security Appliances write, %ASA-severity-id or %ASA-class-severity-id, sent by the device
// or kept by a relay. Beside the fields of [Syslog] these are told: message_id, class, and the parameters of the messages
// whose form is known, in the names of Cisco's guide where it has some:
//
//   - protocol, direction, action, reason, connection_id, duration, bytes, hit_count, tcp_flags, icmp_type, icmp_code
//   - src_interface, src_ip, src_port, src_mapped_ip, src_mapped_port, src_user, and the same with dst_: who opened the
//     connection, and to whom; of an outbound connection these stand in the other order in the text. A teardown does not say who
//     opened the connection: there src_ is the one behind "for" or "from"
//   - global_ip and global_port of ICMP (gaddr), interface, acl, hash1, hash2
//   - user, group, ip, assigned_ip, session_type, bytes_sent, bytes_received, server, command, url, file, and others
//
// An address can be a name, where the device knows one for it. severity is that of the message, message the text behind its id,
// repeated the number in "message repeated 2 times: [ ...]". A message of another form has what can be told of any: addresses behind "from"
// and "to" and the like, the user, the group, the interface, the protocol; and the arrays addresses, ports and quoted, of all that it has.
// The time is the device's own. Source: Cisco, "Cisco Secure Firewall ASA Series
// Syslog Messages".
func CiscoASA() *parse.LogType {
	return ciscoType("cisco.asa", firewall{product: "ASA"}, asaMessages().columns.Names)
}

// CiscoFTD is cisco.ftd: what Firepower Threat Defense writes, %FTD-severity-id. Its fields are those of [CiscoASA]; the security
// events 430001 to 430005 (intrusion, connection, file, malware) have those of the message instead, by their names: SrcIP, DstIP,
// AccessControlRuleAction, FileSHA256, Prefilter Policy and so on. Source: Cisco, "Cisco Secure Firewall Threat Defense Syslog
// Messages", "Security Event Syslog Messages".
func CiscoFTD() *parse.LogType {
	return ciscoType("cisco.ftd", firewall{product: "FTD"}, nil)
}

// CiscoIOS is cisco.ios: what devices with IOS, IOS XE, IOS XR and NX-OS write, %FACILITY-severity-MNEMONIC or
// %FACILITY-SUBFACILITY-severity-MNEMONIC. Beside the fields of [Syslog] these are told: cisco_facility, mnemonic, and the
// parameters of the common messages (acl, action, protocol, src_ip, src_port, dst_ip, dst_port, packets, user, line, interface,
// state, mac, vlan, reason and others); src_ip is told of any message that names one by "Source:", "from" or in brackets behind a
// line, and of messages of another form the arrays addresses, ports and quoted. process is what IOS XE writes before a message
// ("R0/0: fman_fp_image"), node what IOS XR does. Messages of firewalls that are neither ASA nor FTD have their parameters. The time is the device's own, which is none where it writes how long it is up. Source: Cisco, "Cisco IOS System Message
// Guide".
func CiscoIOS() *parse.LogType {
	return ciscoType("cisco.ios", router{}, nil)
}

func ciscoType(name string, d parse.Decoder, names []string) *parse.LogType {
	t := &parse.LogType{
		Name:     name,
		Format:   parse.TextFormat{Decoder: d, Framing: parse.SyslogFraming{}},
		Sniff:    hasCiscoTag,
		TimeFunc: ciscoTime,
		Entities: map[string][]string{
			"host.name":            {"hostname"},
			"source.ip":            {"src_ip", "ip"},
			"source.port":          {"src_port"},
			"destination.ip":       {"dst_ip"},
			"destination.port":     {"dst_port"},
			"network.transport":    {"protocol"},
			"user.name":            {"user", "src_user"},
			"process.command_line": {"command"},
			"url.original":         {"url"},
			"event.action":         {"action"},
			"event.outcome":        {"result"},
		},
	}
	if name == "cisco.ftd" {
		// The names of security events, which are those of the message.
		for entity, fields := range map[string][]string{
			"source.ip": {"SrcIP"}, "source.port": {"SrcPort"}, "destination.ip": {"DstIP"}, "destination.port": {"DstPort"}, "user.name": {"User"},
			"network.transport": {"Protocol"}, "file.hash.sha256": {"FileSHA256"}, "file.name": {"FileName"}, "file.size": {"FileSize"},
			"user_agent.original": {"UserAgent"}, "url.original": {"URL", "URI"}, "dns.question.name": {"DNSQuery"},
			"event.action": {"AccessControlRuleAction", "FileAction"},
		} {
			t.Entities[entity] = append(t.Entities[entity], fields...)
		}
	}
	if names != nil {
		t.Fields = slices.Concat(parse.SyslogFields(), firewallColumns.Names, names, foundFields())
	}
	return t
}

func hasCiscoTag(text []byte) bool { return bytes.IndexByte(text, '%') >= 0 }

const (
	errOtherCisco = parse.Reason("another product wrote it")
	errNoID       = parse.Reason("no message id stands behind the severity")
)

// ciscoTag is %FACILITY-severity-name, of which the facility can have parts, taken apart, and the text behind it.
type ciscoTag struct {
	facility, name, text []byte
	severity             int
}

// cutTag takes apart what ParseCisco found.
func cutCiscoTag(message []byte) (t ciscoTag) {
	end := bytes.IndexAny(message, ": ")
	tag := message[1:end]
	last := bytes.LastIndexByte(tag, '-')
	t.facility, t.name, t.severity = tag[:last-2], tag[last+1:], int(tag[last-1]-'0')
	t.text = bytes.TrimLeft(message[end:], ": ")
	return t
}

// firewall decodes the messages of ASA and FTD.
type firewall struct{ product string }

func (f firewall) Decode(text []byte, w *parse.Writer) error {
	var m parse.SyslogMessage
	if err := m.ParseCisco(text); err != nil {
		return err
	}
	t := cutCiscoTag(m.Message)
	product, class, _ := bytes.Cut(t.facility, []byte("-"))
	if string(product) != f.product {
		return errOtherCisco
	}
	id, ok := messageID(t.name)
	if !ok {
		return errNoID
	}
	repeated, text := cutRepeated(t.text)
	m.Severity, m.Message = t.severity, t.text
	m.Write(w)
	row := w.Columns(firewallColumns)
	if len(repeated) > 0 {
		row.Set(2, repeated)
	}
	row.Set(0, t.name)
	if len(class) > 0 {
		row.Set(1, class)
	}
	if id/1000 == securityEvents {
		tellPairs(w, text)
		return nil
	}
	s := asaMessages()
	s.tellFirst(w, s.byID[id], s.others, text)
	return nil
}

// messageID is the number of a message of a firewall.
func messageID(name []byte) (id int, ok bool) {
	if len(name) != 6 || extent('n', name) != 6 {
		return 0, false
	}
	id, err := strconv.Atoi(string(name))
	return id, err == nil
}

// securityEvents are the ids of security events, by thousands.
const securityEvents = 430

var firewallColumns = parse.NewColumns("message_id", "class", "repeated")

// tellPairs tells the fields of a security event: "Key: value, Other Key: value".
func tellPairs(w *parse.Writer, b []byte) {
	for len(b) > 0 {
		n := pairKey(b)
		if n == 0 {
			return
		}
		key := b[:n]
		b = b[n+2:]
		end := len(b)
		for from := 0; ; {
			i := bytes.Index(b[from:], []byte(", "))
			if i < 0 {
				break
			}
			if from += i + 2; pairKey(b[from:]) > 0 {
				end = from - 2
				break
			}
		}
		w.String(parse.Name(key), b[:end])
		b = b[min(end+2, len(b)):]
	}
}

// pairKey is the size of the key that b begins with, behind which ": " stands: words that begin with a capital, with an "or" between them,
// as in "Tunnel or Prefilter Rule".
func pairKey(b []byte) int {
	const longest = 48
	if len(b) == 0 || b[0] < 'A' || b[0] > 'Z' {
		return 0
	}
	n := bytes.Index(b[:min(len(b), longest)], []byte(": "))
	if n < 0 {
		return 0
	}
	for i, c := range b[:n] {
		if !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_' || c == '/' || c == ' ' && keyGoesOn(b[i+1:n])) {
			return 0
		}
	}
	return n
}

func keyGoesOn(word []byte) bool {
	return len(word) > 0 && 'A' <= word[0] && word[0] <= 'Z' || bytes.HasPrefix(word, []byte("or "))
}

// asaSet are the templates of ASA's messages, by id.
type asaSet struct {
	templates
	byID   map[int][]template
	others []group // of messages that are as none of them
}

var asaMessages = sync.OnceValue(func() *asaSet {
	s := &asaSet{templates: templates{flexible: true}, byID: map[int][]template{}}
	for line := range strings.Lines(asaTemplates) {
		ids, text, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		t := s.compile(text)
		for id := range strings.SplitSeq(ids, ",") {
			first, last, ok := strings.Cut(id, "-")
			if !ok {
				last = first
			}
			n, _ := strconv.Atoi(first)
			for end, _ := strconv.Atoi(last); n <= end; n++ {
				s.byID[n] = append(s.byID[n], t)
			}
		}
	}
	s.others = s.templates.others(asaOthers)
	return s
})

// tellFirst tells the parameters of the first of some templates that the text is as, else what the groups of others find.
// From a message that is as none of the templates the addresses, ports and quoted texts are told besides, all that it has.
func (s *templates) tellFirst(w *parse.Writer, some []template, others []group, text []byte) {
	row := w.Columns(s.columns)
	var m match
	for i := range some {
		if s.match(&m, &some[i], text) {
			m.tell(row, false)
			return
		}
	}
	for _, g := range others {
		if !asks(row, g.columns) {
			continue
		}
		for i := range g.all {
			if s.match(&m, &g.all[i], text) {
				m.tell(row, false)
				break
			}
		}
	}
	tellFound(w, text)
}

// group are templates of which the first that matches counts.
type group struct {
	all     []template
	columns []int // of all
}

// others compiles groups of templates, divided by blank lines.
func (s *templates) others(text string) (groups []group) {
	for lines := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		var g group
		for line := range strings.Lines(lines) {
			t := s.compile(strings.TrimSuffix(line, "\n"))
			g.all = append(g.all, t)
			for _, o := range t.ops {
				if o.column >= 0 && o.kind != opOptional && !slices.Contains(g.columns, o.column) {
					g.columns = append(g.columns, o.column)
				}
			}
		}
		groups = append(groups, g)
	}
	return groups
}

// iosSet are the templates of IOS's messages, by mnemonic.
type iosSet struct {
	templates
	byName map[string][]template
	others []group // of messages that are as none of them
}

var iosMessages = sync.OnceValue(func() *iosSet {
	s := &iosSet{templates: templates{flexible: true}, byName: map[string][]template{}}
	for line := range strings.Lines(iosTemplates) {
		names, text, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		t := s.compile(text)
		for name := range strings.SplitSeq(names, ",") {
			s.byName[name] = append(s.byName[name], t)
		}
	}
	s.others = s.templates.others(iosOthers)
	return s
})

// router decodes the messages of all other devices of Cisco.
type router struct{}

var routerColumns = parse.NewColumns("cisco_facility", "mnemonic", "process")

func (router) Decode(text []byte, w *parse.Writer) error {
	var m parse.SyslogMessage
	if err := m.ParseCisco(text); err != nil {
		return err
	}
	t := cutCiscoTag(m.Message)
	switch product, _, _ := bytes.Cut(t.facility, []byte("-")); string(product) {
	case "ASA", "FTD":
		return errOtherCisco
	}
	m.Severity, m.Message = t.severity, t.text
	m.Write(w)
	row := w.Columns(routerColumns)
	row.Set(0, t.facility)
	row.Set(1, t.name)
	if id, ok := messageID(t.name); ok { // a firewall's, of another product than ASA and FTD
		if id/1000 == securityEvents {
			tellPairs(w, t.text)
			return nil
		}
		s := asaMessages()
		s.tellFirst(w, s.byID[id], s.others, t.text)
		return nil
	}
	process, text := cutProcess(t.text)
	if len(process) > 0 {
		row.Set(2, process)
	}
	s := iosMessages()
	some := s.byName[string(t.name)]
	if i := bytes.Index(text, []byte(" %")); i >= 0 && some == nil { // IOS XE has messages within messages
		if name, inner, ok := cutInner(text[i+1:]); ok {
			some, text = s.byName[string(name)], inner
		}
	}
	s.tellFirst(w, some, s.others, text)
	return nil
}

// cutProcess cuts off where in the device a message of IOS XE is from: "R0/0: fman_fp_image: ", "Switch 1 R0/0: sessmgrd: ".
func cutProcess(text []byte) (process, rest []byte) {
	place, rest, ok := bytes.Cut(text[:min(len(text), maxProcess)], []byte(": "))
	if !ok {
		return nil, text
	}
	if b, ok := bytes.CutPrefix(place, []byte("Switch ")); ok {
		_, place, _ = bytes.Cut(b, []byte(" "))
	}
	if len(place) < 2 || len(place) > 8 || place[0] < 'A' || place[0] > 'Z' || bytes.IndexByte(place, ' ') >= 0 ||
		place[len(place)-1] < '0' || place[len(place)-1] > '9' {
		return nil, text
	}
	name, _, ok := bytes.Cut(rest, []byte(":"))
	name = bytes.TrimLeft(name, " ")
	if !ok || len(name) == 0 || bytes.IndexByte(name, ' ') >= 0 {
		return nil, text
	}
	end := bytes.Index(text, name) + len(name)
	return text[:end], bytes.TrimLeft(text[end+1:], " ")
}

const maxProcess = 64

// cutInner takes the name off a message within another.
func cutInner(text []byte) (name, rest []byte, ok bool) {
	tag, rest, ok := bytes.Cut(text[:min(len(text), maxMatched)], []byte(":"))
	if !ok || bytes.IndexByte(tag, ' ') >= 0 || bytes.Count(tag, []byte("-")) < 2 {
		return nil, nil, false
	}
	return tag[bytes.LastIndexByte(tag, '-')+1:], bytes.TrimLeft(rest, " "), true
}

func ciscoTime(r *parse.Record) (time.Time, bool) {
	var m parse.SyslogMessage
	if m.ParseCisco(r.Bytes()) != nil {
		return time.Time{}, false
	}
	return m.Time(r.Clock())
}
