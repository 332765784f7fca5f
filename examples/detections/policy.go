package detections

import (
	"iter"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// letsIn is a condition on the single statements of a policy: one that allows something names another account, or
// everybody without a condition. The policy is an object, or a string that holds one.
type letsIn struct{ policy string }

func (l letsIn) Fields() []string { return []string{l.policy, "recipientAccountId"} }

func (l letsIn) String() string { return l.policy + " lets in another account" }

func (l letsIn) Test(_ *parse.Record, v rule.Values) bool {
	policy, own := v.Get(0), v.Get(1).String()
	for s := range objects(parse.JSONRecord(policy.Bytes()).All("Statement")) {
		if s.Get("Effect").String() == "Allow" && allows(s, own) {
			return true
		}
	}
	return false
}

func allows(statement *parse.Record, own string) bool {
	limited := len(statement.Get("Condition").Bytes()) > len("{}")
	for _, path := range []string{"Principal", "Principal.AWS"} {
		for p := range statement.All(path) {
			if p.Kind() != parse.String {
				continue
			}
			switch account := accountOf(p.String()); account {
			case "", own:
			case "*":
				if !limited {
					return true
				}
			default:
				return true
			}
		}
	}
	return false
}

// accountOf is the account of a principal: "*" for everybody, "" where it is none.
func accountOf(principal string) string {
	if principal == "*" || isAccount(principal) {
		return principal
	}
	// arn:aws:iam::123456789012:root
	parts := strings.SplitN(principal, ":", 6)
	if len(parts) == 6 && parts[0] == "arn" && isAccount(parts[4]) {
		return parts[4]
	}
	return ""
}

func isAccount(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

// objects are those of a path's values that are objects, each to be read by itself. A list comes before its elements, and
// is none.
func objects(values iter.Seq[parse.Value]) iter.Seq[*parse.Record] {
	return func(yield func(*parse.Record) bool) {
		for v := range values {
			if v.Kind() == parse.JSON && v.Bytes()[0] == '{' && !yield(parse.JSONRecord(v.Bytes())) {
				return
			}
		}
	}
}
