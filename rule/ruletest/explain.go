package ruletest

import (
	"fmt"

	"github.com/streamalert/streamalert-go/rule"
)

// missing tells why a rule did not match. Of several records it is the one on which the fewest of its conditions failed.
func (c *testCase) missing(set *rule.Set, id string) string {
	var best *rule.Explanation
	closest := 0
	for i := range c.records {
		x, err := set.Explain(c.record(i), id)
		if err != nil {
			return fmt.Sprintf("%s does not match: %v", id, err)
		}
		if best == nil || len(x.Failed()) < len(best.Failed()) {
			best, closest = x, i
		}
	}
	if len(c.records) == 1 {
		return best.String()
	}
	return fmt.Sprintf("record %d comes closest: %s", closest+1, best)
}
