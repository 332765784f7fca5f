package detections_test

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/examples/detections"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/rule/ruletest"
)

func TestDetections(t *testing.T) {
	set := rule.MustCompile(detections.All()...)
	for r := range set.Rules() {
		t.Run(r.ID, func(t *testing.T) {
			dir := filepath.Join("testdata", r.ID)
			ruletest.Dir(t, set, dir)
			matching, other := countCases(t, dir, r.ID)
			if matching == 0 || other == 0 {
				t.Errorf("%d cases that match and %d that do not; want some of both", matching, other)
			}
		})
	}
}

// countCases counts the cases of a folder in which a rule is to match, and those in which it is not.
func countCases(t *testing.T, dir, id string) (matching, other int) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var c struct{ Want []string }
		if err := json.Unmarshal(b, &c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if slices.Contains(c.Want, id) {
			matching++
			continue
		}
		other++
	}
	return matching, other
}

func TestEveryFolderOfCasesHasItsDetection(t *testing.T) {
	ids := map[string]bool{}
	for _, r := range detections.All() {
		ids[r.ID] = true
	}
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !ids[e.Name()] {
			t.Errorf("testdata/%s: no detection has this ID", e.Name())
		}
	}
}

func TestEveryDetectionIsTitled(t *testing.T) {
	for _, r := range detections.All() {
		if r.Title == "" || !slices.Equal(r.Logs, []string{"aws.cloudtrail"}) {
			t.Errorf("%s: title %q, logs %v", r.ID, r.Title, r.Logs)
		}
	}
}

// The genuine log files hold what the detections are for, and little else: fifty minutes of an account that is attacked
// with one tool after the other, each attack is found and the work around it is not.
func TestGenuineLogs(t *testing.T) {
	want := map[string]map[string]int{
		"aws_dataset": {
			"aws.cloudtrail.event-selectors-narrowed": 1,
			"aws.cloudtrail.trail-deleted":            1,
			"aws.ec2.image-shared":                    1,
			"aws.ec2.password-data-read":              24,
			"aws.ec2.ssh-open-to-the-world":           1,
			"aws.iam.access-key-for-another-user":     2,
			"aws.iam.admin-policy-attached":           2,
			"aws.iam.login-profile-created":           1,
			"aws.iam.role-trusts-another-account":     1,
			"aws.s3.bucket-policy-opened":             1,
			"aws.snapshot-shared":                     2,
			"aws.vpc.flow-logs-deleted":               1,
		},
		"detonations": {
			"aws.cloudtrail.event-selectors-narrowed": 1,
			"aws.cloudtrail.trail-deleted":            1,
			"aws.cloudtrail.trail-stopped":            1,
			"aws.console.login-without-mfa":           1,
			"aws.ec2.image-shared":                    1,
			"aws.ec2.password-data-read":              30,
			"aws.ec2.ssh-open-to-the-world":           1,
			"aws.iam.access-key-for-another-user":     2,
			"aws.iam.admin-policy-attached":           2,
			"aws.iam.login-profile-created":           1,
			"aws.iam.role-trusts-another-account":     1,
			"aws.route53.query-logging-deleted":       1,
			"aws.snapshot-shared":                     1,
			"aws.vpc.flow-logs-deleted":               1,
		},
	}
	set := rule.MustCompile(detections.All()...)
	got := map[string]map[string]int{"aws_dataset": {}, "detonations": {}}
	records := 0
	for _, file := range corpus(t, "cloudtrail/*.json.gz") {
		from := "detonations"
		if ok, _ := filepath.Match("[0-9]*_CloudTrail_*", filepath.Base(file)); ok {
			from = "aws_dataset"
		}
		records += countMatches(t, set, file, got[from])
	}
	if records != 2511 {
		t.Errorf("%d records, want 2511", records)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("matches by rule: -want +got:\n%s", diff)
	}
}

// corpus are the files of the real logs that a pattern names. They stand beside the checkout.
func corpus(t *testing.T, pattern string) []string {
	dir := os.Getenv("STREAMALERT_CORPORA")
	if dir == "" {
		dir = "../../../shared/corpora"
	}
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skipf("left out: no real logs in %s (STREAMALERT_CORPORA)", dir)
	}
	return files
}

func countMatches(t *testing.T, set *rule.Set, file string, counts map[string]int) (records int) {
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
		records++
		for m, err := range set.Match(r) {
			if err != nil {
				t.Fatal(err)
			}
			counts[m.Rule.ID]++
		}
	}
	return records
}
