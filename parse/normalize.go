package parse

import (
	"iter"
	"maps"
	"slices"
)

// Entity is something that log types call by different names and that has one name in all of them: the address that a
// connection or a request comes from is sourceIPAddress in CloudTrail, srcaddr in VPC flow logs, and source.ip wherever
// it is asked for as an entity.
type Entity struct {
	// Name is that of the field in the Elastic Common Schema, where that has one.
	Name string
	// Doc says in a line what its values are.
	Doc string
}

// Entities are the well-known entities, in the order of their names. A log type tells in which of its fields it has which of
// them ([LogType].Entities); it may have others beside.
//
// Their values are as the record writes them: nothing is looked up, converted or folded, so an outcome is "AccessDenied" in one
// type and 403 in another.
func Entities() []Entity { return slices.Clone(entities) }

var entities = []Entity{
	{"aws.arn", "ARN of who acted, or of what the record is about (not in ECS)"},
	{"cloud.account.id", "AWS account that the record is about"},
	{"cloud.region", "AWS region"},
	{"destination.domain", "name of the host that is connected to"},
	{"destination.ip", "IP address that is connected to; where it is not known, a host name can stand for it"},
	{"destination.port", "port that is connected to"},
	{"dns.answers.data", "what a DNS query was answered with: addresses and names"},
	{"dns.question.name", "name that DNS was asked for"},
	{"dns.question.type", "type of record that DNS was asked for: A, AAAA"},
	{"dns.response_code", "outcome of a DNS query: NOERROR, NXDOMAIN"},
	{"event.action", "what was done, or happened: the name of an API call, accept, Failed"},
	{"event.outcome", "how it ended: an error code, a status, success; CloudTrail says nothing of a call that succeeded"},
	{"file.hash.md5", "MD5 of a file"},
	{"file.hash.sha1", "SHA-1 of a file"},
	{"file.hash.sha256", "SHA-256 of a file"},
	{"file.name", "name of a file"},
	{"file.path", "path of a file"},
	{"file.size", "size of a file in bytes"},
	{"host.ip", "IP address of the host that the record is about"},
	{"host.name", "host that wrote the record, or that it is about: a name, or an instance's ID"},
	{"http.request.method", "method of an HTTP request"},
	{"http.response.status_code", "status that an HTTP request was answered with"},
	{"message", "text for people"},
	{"network.bytes", "bytes in both directions, or in the one that the record is of"},
	{"network.direction", "inbound or outbound, ingress or egress"},
	{"network.packets", "packets, as network.bytes"},
	{"network.transport", "protocol of the connection, by name or by number: tcp, 6"},
	{"process.command_line", "command with its arguments"},
	{"process.executable", "path of the program"},
	{"process.name", "name of the program"},
	{"process.pid", "process ID"},
	{"related.ip", "IP address of any part that has none of the other names"},
	{"source.domain", "name of the host that the connection or request comes from"},
	{"source.ip", "IP address that the connection or request comes from; where it is not known, a host name can stand for it"},
	{"source.port", "port that it comes from"},
	{"url.domain", "host of a URL or of an HTTP request"},
	{"url.original", "URL, or target of an HTTP request, as it was written; where a type has it in one field alone, the request line"},
	{"url.path", "path of a URL"},
	{"url.query", "query of a URL, without the question mark"},
	{"user.effective.name", "user whose rights were used: that of sudo -u"},
	{"user.email", "e-mail address of who acted"},
	{"user.id", "ID of who acted: a number, a principal ID"},
	{"user.name", "name of who acted, or tried to"},
	{"user_agent.original", "user agent of an HTTP client or of an API's"},
}

// Entity yields the values of an entity, by its name ("source.ip"): those of each of the fields in which the record's log type
// has it, in the order of trust. null, "", objects and arrays are no values of an entity, but the elements of an array are. There
// are none where the type does not have the entity, or the record has no type.
//
// It is quick for fields that were in Input.Fields, as [Record.All] is. In a rule, rule.Entity takes care of that.
func (r *Record) Entity(name string) iter.Seq[Value] {
	return func(yield func(Value) bool) { r.entity(name, yield) }
}

func (r *Record) entity(name string, yield func(Value) bool) bool {
	if r.Type == nil {
		return true
	}
	for _, path := range r.Type.Entities[name] {
		for v := range r.All(path) {
			if isEntity(v) && !yield(v) {
				return false
			}
		}
	}
	return true
}

func isEntity(v Value) bool {
	switch v.Kind() {
	case String:
		return len(v.Bytes()) > 0
	case Number, Bool:
		return true
	}
	return false
}

// Normalize yields all entities of a record that have a value, in the order of their names, and each value of them as
// [Record.Entity] does. It is for what becomes of few records, such as alerts: it looks for every field of every entity.
func Normalize(r *Record) iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if r.Type == nil {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(r.Type.Entities)) {
			if !r.entity(name, func(v Value) bool { return yield(name, v) }) {
				return
			}
		}
	}
}
