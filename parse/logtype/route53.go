package logtype

import "github.com/streamalert/streamalert-go/parse"

// Route53Resolver is aws.route53_resolver: a DNS query that Route 53 Resolver logged: version, account_id, region, vpc_id,
// query_timestamp (the event time), query_name, query_type, query_class, rcode, answers (Rdata, Type, Class), srcaddr,
// srcport, transport, srcids, firewall_rule_group_id, firewall_rule_action, firewall_domain_list_id. Source: Amazon Route 53
// Developer Guide, "Values that appear in VPC Resolver query logs".
func Route53Resolver() *parse.LogType {
	return &parse.LogType{
		Name:     "aws.route53_resolver",
		Format:   parse.JSONFormat{},
		Requires: []string{"query_name", "query_type", "query_class"},
		Time:     "query_timestamp",
		Entities: map[string][]string{
			"source.ip":         {"srcaddr"},
			"source.port":       {"srcport"},
			"host.name":         {"srcids.instance"},
			"network.transport": {"transport"},
			"dns.question.name": {"query_name"},
			"dns.question.type": {"query_type"},
			"dns.response_code": {"rcode"},
			"dns.answers.data":  {"answers.Rdata"},
			"cloud.account.id":  {"account_id"},
			"cloud.region":      {"region"},
			"event.action":      {"firewall_rule_action"},
			"event.outcome":     {"rcode"},
		},
	}
}
