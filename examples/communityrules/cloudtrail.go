package communityrules

import "github.com/streamalert/streamalert-go/rule"

// apiCall is an event of CloudTrail as it stands in a record: as the record itself, or in what EventBridge puts around it.
type apiCall struct{ within string }

func (c apiCall) field(path string) rule.FieldRef { return rule.Field(c.within + path) }

// named holds for calls of one of these names.
func (c apiCall) named(names ...any) rule.Condition { return c.field("eventName").In(names...) }

// apiCalls are the log types that have events of CloudTrail.
var apiCalls = []string{logCloudTrail, logEventBridge}

// ofAPICall makes a condition on an event of CloudTrail hold wherever the event stands.
func ofAPICall(when func(apiCall) rule.Condition) rule.Condition {
	return rule.Any(when(apiCall{}), when(apiCall{within: "detail."}))
}
