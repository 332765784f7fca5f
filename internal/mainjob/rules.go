package mainjob

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/streamalert/streamalert-go/rule"
)

// EventNames are the names of the samples' events, and as many that none of them has.
func EventNames(samples []json.RawMessage) []string {
	var all []string
	for _, s := range samples {
		var e struct{ EventName string }
		if json.Unmarshal(s, &e) == nil && e.EventName != "" {
			all = append(all, e.EventName)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	for _, n := range slices.Clone(all) {
		all = append(all, "Batch"+n)
	}
	return all
}

// RulesA are as real rule sets are: 85 % constrain eventName by equality or a list, and what else they ask few records hold.
func RulesA(n int, events []string, seed uint64) []rule.Rule {
	r := rand.New(rand.NewPCG(seed, 2))
	return generate(n, func() []rule.Condition {
		var c []rule.Condition
		if r.IntN(100) < 85 {
			c = append(c, eventName(r, events))
		} else {
			c = append(c, rare(r))
		}
		c = append(c, rare(r))
		for range r.IntN(3) {
			c = append(c, detail(r))
		}
		return c
	})
}

// RulesB are mixed: of the conditions 50 % are equality, 20 % lists, 15 % prefix and contains, 5 % each CIDR, expressions, and
// existence or numbers. Two of each rule's are such that few records meet, and one of these asks not for the event's name.
func RulesB(n int, events []string, seed uint64) []rule.Rule {
	r := rand.New(rand.NewPCG(seed, 3))
	return generate(n, func() []rule.Condition {
		c := []rule.Condition{telling(r, nil), telling(r, events)}
		for range r.IntN(3) {
			// A third condition and a fourth, one a rule: of these 30 % make it 10 % of all.
			switch p := r.IntN(100); {
			case p < 15:
				c = append(c, rule.Any(rule.Field("requestParameters.maxResults").GreaterThan(r.IntN(1000)), rule.Not(rule.Field("vpcEndpointId").Exists())))
			case p < 30:
				c = append(c, rule.Field("userAgent").Contains(fmt.Sprintf("command/%s-%d", names[r.IntN(len(names))], r.IntN(9)), fmt.Sprintf("Terraform/1.%d.", 6+r.IntN(9))))
			default:
				c = append(c, telling(r, events))
			}
		}
		r.Shuffle(len(c), func(i, j int) { c[i], c[j] = c[j], c[i] })
		return c
	})
}

// telling is a condition of set B that few records meet. Without events it does not ask for the event's name.
func telling(r *rand.Rand, events []string) rule.Condition {
	switch p := r.IntN(900); {
	case p < 500:
		return equality(r, events)
	case p < 700:
		return list(r, events)
	case p < 800:
		return affix(r)
	case p < 850:
		return rule.Field("sourceIPAddress").CIDR(subnet(r.IntN(subnets))+".0/24", subnet(r.IntN(subnets))+".0/24")
	}
	return expression(r)
}

// RulesExact have one to three exact values, the first of which few records hold.
func RulesExact(n int, events []string, seed uint64) []rule.Rule {
	r := rand.New(rand.NewPCG(seed, 4))
	return generate(n, func() []rule.Condition {
		c := []rule.Condition{rareValue(r)}
		for range r.IntN(3) {
			c = append(c, equality(r, events))
		}
		return c
	})
}

// SameFields are n of the rules, of which the last was changed so that together they read the fields that all of them read.
func SameFields(rules []rule.Rule, n int) []rule.Rule {
	few := slices.Clone(rules[:n])
	var rest []rule.Condition
	for _, path := range rule.MustCompile(rules...).Fields().Paths() {
		rest = append(rest, rule.Field(path).Equals("no such value"))
	}
	few[n-1].When = rule.Any(few[n-1].When, rule.All(rest...))
	return few
}

func generate(n int, conditions func() []rule.Condition) []rule.Rule {
	rules := make([]rule.Rule, n)
	for i := range rules {
		rules[i] = rule.Rule{ID: fmt.Sprintf("rule-%05d", i), Title: "Generated", Severity: rule.Medium, Logs: []string{"aws.cloudtrail"}, When: rule.All(conditions()...)}
	}
	return rules
}

func eventName(r *rand.Rand, events []string) rule.Condition {
	f := rule.Field("eventName")
	if r.IntN(3) > 0 {
		return f.Equals(events[r.IntN(len(events))])
	}
	return f.In(several(r, func() string { return events[r.IntN(len(events))] })...)
}

func several(r *rand.Rand, f func() string) []any {
	list := make([]any, 2+r.IntN(4))
	for i := range list {
		list[i] = f()
	}
	return list
}

// rare is what few records hold.
func rare(r *rand.Rand) rule.Condition {
	if r.IntN(4) == 0 {
		return rule.Field("requestParameters.bucketName").In(several(r, func() string { return bucket(r.IntN(buckets)) })...)
	}
	return rareValue(r)
}

// rareValue is one value that few records hold.
func rareValue(r *rand.Rand) rule.Condition {
	switch r.IntN(3) {
	case 0:
		return rule.Field("userIdentity.userName").Equals(user(r.IntN(users)))
	case 1:
		return rule.Field("recipientAccountId").Equals(account(r.IntN(accounts)))
	}
	return rule.Field("sourceIPAddress").Equals(fmt.Sprintf("%s.%d", subnet(r.IntN(subnets)), r.IntN(256)))
}

// detail is what a rule asks beside the event's name.
func detail(r *rand.Rand) rule.Condition {
	switch p := r.IntN(100); {
	case p < 40:
		return rare(r)
	case p < 50:
		return rule.Field("recipientAccountId").In(several(r, func() string { return account(r.IntN(accounts)) })...)
	case p < 60:
		return rule.Field("errorCode").Equals([]any{"AccessDenied", "Client.UnauthorizedOperation", "NoSuchEntityException"}[r.IntN(3)])
	case p < 65:
		return rule.Field("userIdentity.type").Equals([]any{"Root", "IAMUser", "AWSService"}[r.IntN(3)])
	case p < 75:
		return rule.Field("userIdentity.arn").Prefix("arn:aws:iam::" + account(r.IntN(accounts)) + ":")
	case p < 85:
		return rule.Field("sourceIPAddress").CIDR(subnet(r.IntN(subnets)) + ".0/24")
	case p < 90:
		return rule.Field("userAgent").Contains(names[r.IntN(len(names))]+"-x", "sqlmap", "kali")
	case p < 95:
		return rule.Not(rule.Field("userIdentity.invokedBy").Exists())
	}
	return rule.Field("requestParameters.userName").Exists()
}

func equality(r *rand.Rand, events []string) rule.Condition {
	if len(events) > 0 && r.IntN(2) == 0 {
		return rule.Field("eventName").Equals(events[r.IntN(len(events))])
	}
	return rareValue(r)
}

func list(r *rand.Rand, events []string) rule.Condition {
	switch p := r.IntN(3); {
	case p == 0 && len(events) > 0:
		return rule.Field("eventName").In(several(r, func() string { return events[r.IntN(len(events))] })...)
	case p == 1:
		return rule.Field("recipientAccountId").In(several(r, func() string { return account(r.IntN(accounts)) })...)
	}
	return rule.Field("userIdentity.userName").In(several(r, func() string { return user(r.IntN(users)) })...)
}

func affix(r *rand.Rand) rule.Condition {
	if r.IntN(2) == 0 {
		return rule.Field("userIdentity.arn").Prefix("arn:aws:sts::" + account(r.IntN(accounts)))
	}
	return rule.Field("userIdentity.arn").Contains(":user/"+user(r.IntN(users)), "/"+user(r.IntN(users)))
}

func expression(r *rand.Rand) rule.Condition {
	return rule.Field("userIdentity.arn").Regexp(fmt.Sprintf(`:user/%s\.0*%d$`, names[r.IntN(len(names))], r.IntN(users)))
}
