package communityrules

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// publicPolicy holds for a policy, an object or a string that holds one, with a statement that allows something to
// everybody, whose conditions do not narrow who that is.
type publicPolicy struct{ path string }

func (p publicPolicy) Fields() []string { return []string{p.path} }

func (p publicPolicy) String() string { return p.path + " is a policy that lets in everybody" }

func (p publicPolicy) Test(_ *parse.Record, v rule.Values) bool {
	for s := range statements(v.Get(0)) {
		if s.Get("Effect").String() == "Allow" && isForEverybody(s) && !narrows(s.Get("Condition")) {
			return true
		}
	}
	return false
}

// statements are those of a policy, of which there may be one or a list.
func statements(policy parse.Value) iter.Seq[*parse.Record] {
	return func(yield func(*parse.Record) bool) {
		for v := range parse.JSONRecord(policy.Bytes()).All("Statement") {
			// A list comes before its elements, and is no statement.
			if v.Kind() == parse.JSON && v.Bytes()[0] == '{' && !yield(parse.JSONRecord(v.Bytes())) {
				return
			}
		}
	}
}

// isForEverybody tells whether a statement is about everybody, or about everybody but some.
func isForEverybody(statement *parse.Record) bool {
	if statement.Get("NotPrincipal").Exists() {
		return true
	}
	for _, path := range []string{"Principal", "Principal.AWS"} {
		for v := range statement.All(path) {
			if v.Kind() == parse.String && v.String() == "*" {
				return true
			}
		}
	}
	return false
}

// whoKeys are the condition keys, in lower case, that say who or from where.
var whoKeys = []string{
	"aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths",
	"aws:sourceaccount", "aws:sourcearn", "aws:sourceip", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner",
	"aws:sourcevpc", "aws:sourcevpce", "aws:userid", "aws:username", "aws:vpcsourceip",
	"kms:calleraccount", "s3:dataaccesspointaccount",
}

// narrows tells whether a statement's conditions leave only some of everybody.
func narrows(conditions parse.Value) bool {
	var operators map[string]map[string]json.RawMessage
	if !conditions.Exists() || json.Unmarshal(conditions.Bytes(), &operators) != nil {
		return false
	}
	for operator, keys := range operators {
		if o := strings.ToLower(operator); strings.Contains(o, "not") || o == "null" || strings.HasSuffix(o, "ifexists") {
			continue // holds for all but some, or where nobody says who
		}
		for key, values := range keys {
			if slices.Contains(whoKeys, strings.ToLower(key)) && !hasEverything(values) {
				return true
			}
		}
	}
	return false
}

// hasEverything tells whether one of a condition's values stands for all there are.
func hasEverything(values json.RawMessage) bool {
	for v := range parse.JSONRecord(slices.Concat([]byte(`{"v":`), values, []byte(`}`))).All("v") {
		if slices.Contains([]string{"*", "0.0.0.0/0", "::/0"}, v.String()) {
			return true
		}
	}
	return false
}
