package communityrules_test

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
)

// Among the genuine log files of accounts that were attacked with one tool after the other, the rules find what they are
// for, and none of the work around it.
func TestGenuineLogs(t *testing.T) {
	want := map[string]int{
		"aws.critical-api-call DeleteFlowLogs":                      2,
		"aws.critical-api-call DeleteSubnet":                        7,
		"aws.critical-api-call DeleteTrail":                         3,
		"aws.critical-api-call DeleteVpc":                           4,
		"aws.critical-api-call LeaveOrganization":                   1,
		"aws.critical-api-call PutEventSelectors":                   2,
		"aws.critical-api-call StopLogging":                         4,
		"aws.ec2.security-group-open AuthorizeSecurityGroupIngress": 2,
		"aws.iam.mfa-policy-abuse CreateAccessKey":                  4,
		"aws.iam.mfa-policy-abuse CreateUser":                       5,
		"aws.iam.mfa-policy-abuse DetachUserPolicy":                 1,
	}
	files, err := filepath.Glob(filepath.Join(corpora(), "cloudtrail", "*.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skipf("left out: no real logs in %s (STREAMALERT_CORPORA)", corpora())
	}
	set := rule.MustCompile(allRules()...)
	got := map[string]int{}
	for _, file := range files {
		countMatches(t, set, file, got)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("matches by rule and event: -want +got:\n%s", diff)
	}
}

func countMatches(t *testing.T, set *rule.Set, file string, counts map[string]int) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	body, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range logtype.CloudTrail().Parse(parse.Input{Reader: body, Fields: set.Fields()}) {
		if err != nil {
			t.Fatal(err)
		}
		for m, err := range set.Match(r) {
			if err != nil {
				t.Fatal(err)
			}
			counts[m.Rule.ID+" "+r.Get("eventName").String()]++
		}
	}
}
