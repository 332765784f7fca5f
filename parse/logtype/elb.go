package logtype

import (
	"bytes"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// ALB is aws.alb: a line of an Application Load Balancer's access log: type, time (the event time), elb, client_ip, client_port,
// target_ip, target_port, request_processing_time, target_processing_time, response_processing_time (seconds),
// elb_status_code, target_status_code, received_bytes, sent_bytes, request_verb, request_url, request_proto (request, where it
// is not of three parts), user_agent, ssl_cipher, ssl_protocol, target_group_arn, trace_id, domain_name, chosen_cert_arn,
// matched_rule_priority, request_creation_time, actions_executed, redirect_url, error_reason, target_port_list,
// target_status_code_list, classification, classification_reason, conn_trace_id, transformed_host, transformed_uri,
// request_transform_status. A column of "-" is left away; those behind the target group came over the years and can lack;
// further ones, which are not known here, are the elements of extra.
//
// Source: User Guide for Application Load Balancers, "Access logs for your Application Load Balancer", and Amazon Athena User
// Guide, "Create the table for ALB access logs".
func ALB() *parse.LogType {
	return balancer("aws.alb", elb{
		columns: albColumns, target: "target",
		least: 17, time: 1, client: 3, status: 8, request: 12,
	}, func(text []byte) bool {
		kind, rest, _ := bytes.Cut(text[:min(len(text), 64)], space)
		switch string(kind) {
		case "http", "https", "h2", "grpc", "grpcs", "ws", "wss":
			return len(rest) > 20 && rest[4] == '-' && rest[10] == 'T'
		}
		return false
	})
}

// NLB is aws.nlb: a line of a Network Load Balancer's access log, which it writes of TLS connections: type, version, time (the
// event time, UTC), elb, listener, client_ip, client_port, destination_ip, destination_port, connection_time,
// tls_handshake_time (milliseconds), received_bytes, sent_bytes, incoming_tls_alert, chosen_cert_arn, chosen_cert_serial,
// tls_cipher, tls_protocol_version, tls_named_group, domain_name, alpn_fe_protocol, alpn_be_protocol,
// alpn_client_preference_list (an array), tls_connection_creation_time, and extra, as in [ALB]. Source: User Guide for Network
// Load Balancers, "Access logs for your Network Load Balancer".
func NLB() *parse.LogType {
	return balancer("aws.nlb", elb{
		columns: nlbColumns, target: "destination",
		least: 17, time: 2, client: 5, list: 20,
	}, func(text []byte) bool {
		return len(text) > 24 && string(text[:4]) == "tls " && isDigit(text[4])
	})
}

// CLB is aws.clb: a line of a Classic Load Balancer's access log: timestamp (the event time), elb, client_ip, client_port,
// backend_ip, backend_port, request_processing_time, backend_processing_time, response_processing_time (seconds),
// elb_status_code, backend_status_code, received_bytes, sent_bytes, request_verb, request_url, request_proto (request, where
// it is not of three parts), user_agent, ssl_cipher, ssl_protocol, and extra, as in [ALB]. Source: User Guide for Classic Load
// Balancers, "Access logs for your Classic Load Balancer", and Amazon Athena User Guide, "Query Classic Load Balancer logs".
func CLB() *parse.LogType {
	return balancer("aws.clb", elb{
		columns: clbColumns, target: "backend",
		least: 12, time: 0, client: 2, status: 7, request: 11,
	}, func(text []byte) bool {
		return len(text) > 30 && isDigit(text[0]) && text[4] == '-' && text[10] == 'T' && bytes.IndexByte(text[:28], 'Z') > 0
	})
}

var (
	albColumns = parse.NewColumns(
		"type", "time", "elb", "", "", "request_processing_time:n", "target_processing_time:n", "response_processing_time:n",
		"elb_status_code:n", "target_status_code:n", "received_bytes:n", "sent_bytes:n", "", "user_agent", "ssl_cipher", "ssl_protocol",
		"target_group_arn", "trace_id", "domain_name", "chosen_cert_arn", "matched_rule_priority:n", "request_creation_time", "actions_executed",
		"redirect_url", "error_reason", "target_port_list", "target_status_code_list", "classification", "classification_reason",
		"conn_trace_id", "transformed_host", "transformed_uri", "request_transform_status",
	)
	nlbColumns = parse.NewColumns(
		"type", "version", "time", "elb", "listener", "", "", "connection_time:n", "tls_handshake_time:n", "received_bytes:n",
		"sent_bytes:n", "incoming_tls_alert", "chosen_cert_arn", "chosen_cert_serial", "tls_cipher", "tls_protocol_version", "tls_named_group",
		"domain_name", "alpn_fe_protocol", "alpn_be_protocol", "", "tls_connection_creation_time",
	)
	clbColumns = parse.NewColumns(
		"timestamp", "elb", "", "", "request_processing_time:n", "backend_processing_time:n", "response_processing_time:n",
		"elb_status_code:n", "backend_status_code:n", "received_bytes:n", "sent_bytes:n", "", "user_agent", "ssl_cipher", "ssl_protocol",
	)
)

var space = []byte{' '}

// elb decodes a line of a load balancer. Those of its columns that are taken apart have no name.
type elb struct {
	columns *parse.Columns
	target  string // what is behind the balancer
	least   int    // so many columns there were at first
	// The places of columns; the target is behind the client. 0 is none of the last three.
	time, client          int
	status, request, list int
	parts                 *parse.Columns
}

// The columns of elb.parts.
const (
	clientIP = iota
	clientPort
	targetIP
	targetPort
	requestVerb
	requestURL
	requestProto
	requestLine
)

// balancer is the log type of a load balancer.
func balancer(name string, d elb, sniff func([]byte) bool) *parse.LogType {
	d.parts = parse.NewColumns("client_ip", "client_port:n", d.target+"_ip", d.target+"_port:n", "request_verb", "request_url", "request_proto", "request")
	at := d.columns.Names[d.time]
	t := &parse.LogType{
		Name:     name,
		Format:   parse.TextFormat{Decoder: &d},
		Sniff:    sniff,
		TimeFunc: func(r *parse.Record) (time.Time, bool) { return isoTime(r.Get(at).Bytes()) },
		Fields:   d.fields(),
		Entities: map[string][]string{
			"source.ip":        {"client_ip"},
			"source.port":      {"client_port"},
			"destination.ip":   {d.target + "_ip"},
			"destination.port": {d.target + "_port"},
		},
	}
	if d.request > 0 {
		t.Entities["url.original"] = []string{"request_url"}
		t.Entities["user_agent.original"] = []string{"user_agent"}
		t.Entities["http.request.method"] = []string{"request_verb"}
		t.Entities["http.response.status_code"] = []string{"elb_status_code"}
		t.Entities["event.action"] = []string{"request_verb"}
		t.Entities["event.outcome"] = []string{"elb_status_code"}
	}
	if name != "aws.clb" {
		t.Entities["url.domain"] = []string{"domain_name"}
	}
	return t
}

// fields are the names of everything that a line can have.
func (d *elb) fields() []string {
	all := []string{"extra"}
	for _, n := range d.columns.Names {
		if n != "" {
			all = append(all, n)
		}
	}
	if d.list > 0 {
		all = append(all, "alpn_client_preference_list")
	}
	if d.request == 0 {
		return append(all, d.parts.Names[:requestVerb]...)
	}
	return append(all, d.parts.Names...)
}

const errEndpoint = parse.Reason("the client or what is behind the balancer is no address and port")

func (d *elb) Decode(text []byte, w *parse.Writer) error {
	cells, err := w.SplitQuoted(text)
	if err != nil {
		return err
	}
	if d.request > 0 && cells.Len() > d.request+1 && !cells.Quoted(d.request+1) {
		cells = cells.Rejoin(d.request, parse.Cells.Quoted) // the user agent is
	}
	if cells.Len() < d.least {
		return errColumns
	}
	if _, ok := isoTime(cells.At(d.time)); !ok {
		return errTime
	}
	if d.status > 0 && !isStatus(cells.At(d.status)) {
		return errStatus
	}
	w.Columns(d.columns).SetCells(cells)
	row := w.Columns(d.parts)
	if !setEndpoint(row, clientIP, cells.At(d.client)) || !setEndpoint(row, targetIP, cells.At(d.client+1)) {
		return errEndpoint
	}
	if d.request > 0 {
		setRequest(row, cells.At(d.request))
	}
	if d.list > 0 {
		setList(w, "alpn_client_preference_list", cells.At(d.list))
	}
	extra(w, cells, len(d.columns.Names))
	return nil
}

// setEndpoint writes an address and, behind the last colon, a port. It is false where there is something else.
func setEndpoint(row parse.Row, ip int, b []byte) bool {
	if len(b) == 1 && b[0] == '-' {
		return true
	}
	colon := bytes.LastIndexByte(b, ':')
	if colon < 1 {
		return false
	}
	address, port := b[:colon], b[colon+1:]
	if len(port) == 1 && port[0] == '-' {
		port = nil
	} else if _, ok := digits(port); !ok || len(port) > 5 {
		return false
	}
	if n := len(address); n > 2 && address[0] == '[' && address[n-1] == ']' {
		address = address[1 : n-1]
	}
	row.Set(ip, address)
	if len(port) > 0 {
		row.Set(ip+1, port)
	}
	return true
}

// setRequest writes a method, an address, which may hold spaces, and a version, or the whole where it has not these.
func setRequest(row parse.Row, b []byte) {
	b = bytes.TrimSuffix(b, space) // "- - - "
	first, last := bytes.IndexByte(b, ' '), bytes.LastIndexByte(b, ' ')
	if first < 0 || first == last {
		setPart(row, requestLine, b)
		return
	}
	verb, url, proto := b[:first], b[first+1:last], b[last+1:]
	if isDash(verb) != isDash(url) || isDash(proto) != isDash(url) {
		row.Set(requestLine, b)
	}
	setPart(row, requestVerb, verb)
	setPart(row, requestURL, url)
	setPart(row, requestProto, proto)
}

func setPart(row parse.Row, i int, b []byte) {
	if len(b) > 0 && !isDash(b) {
		row.Set(i, b)
	}
}

func isDash(b []byte) bool { return len(b) == 1 && b[0] == '-' }

var betweenQuoted = []byte(`","`)

// setList writes the elements of "a","b", of which the outer quotes are gone.
func setList(w *parse.Writer, name string, b []byte) {
	if len(b) == 0 || isDash(b) || !w.Asks(name) {
		return
	}
	w.Array(name)
	for e := range bytes.SplitSeq(b, betweenQuoted) {
		w.String("", e)
	}
	w.End()
}
