package rule_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/streamalert/streamalert-go/internal/mainjob"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// quietRules use every operator and do not hold for testdata/console-login.json.
func quietRules(n int) []rule.Rule {
	kinds := []rule.Condition{
		rule.All(rule.Field("eventName").Equals("ConsoleLogin"), rule.Field("userIdentity.type").Equals("Root"), rule.Not(rule.Field("userIdentity.invokedBy").Exists())),
		rule.All(rule.Field("sourceIPAddress").CIDR("10.0.0.0/8", "192.168.0.0/16", "2001:db8::/32"), rule.Field("eventSource").Suffix(".amazonaws.com")),
		rule.All(rule.Field("eventSource").Prefix("signin."), rule.Field("userAgent").Glob("*curl*").Fold()),
		rule.Any(rule.Field("userAgent").Regexp(`(?:kali|pentoo)`), rule.Field("userIdentity.arn").Contains("ROOT-", "nobody").Fold()),
		rule.AtLeast(2, rule.Field("errorCode").In("AccessDenied", "UnauthorizedOperation", nil), rule.Field("recipientAccountId").Equals("000000000000"), rule.Field("eventVersion").LessThan(1)),
		rule.All(rule.Field("additionalEventData.MFAUsed").Equals("No"), rule.Func(func(r *parse.Record) bool { return len(r.JSON()) == 0 })),
		rule.All(rule.Field("tlsDetails.tlsVersion").Exists(), rule.Ext(differ{"eventName", "eventName"})),
	}
	rules := make([]rule.Rule, n)
	for i := range rules {
		rules[i] = rule.Rule{ID: fmt.Sprint(i), Logs: []string{"aws.cloudtrail"}, When: kinds[i%len(kinds)]}
	}
	return rules
}

func consoleLogin(t testing.TB) *parse.Record {
	b, err := os.ReadFile("testdata/console-login.json")
	if err != nil {
		t.Fatal(err)
	}
	return recordOf("aws.cloudtrail", string(b))
}

// quietFieldRules are such rules too, of conditions that need more than one value at a time.
func quietFieldRules() (rules []rule.Rule) {
	name, user := rule.Field("eventName"), rule.Field("userIdentity")
	for i, c := range []rule.Condition{
		rule.All(user.AnyOf(rule.Field("type").Equals("IAMUser"), rule.Element().Count(99, 100)), rule.Field("eventTime").After(time.Unix(0, 0))),
		user.Each(rule.Field("type").Contains("IAM", "Root").AllValues(), rule.Field("userName").EqualsField("arn")),
		rule.All(rule.Field("eventTime").Before(time.Unix(0, 0)), rule.Field("sourceIPAddress").Private()),
		rule.Any(name.EqualsField("eventSource").Fold(), name.Length(100, 200), name.Empty(), name.LessThanField("eventVersion")),
		rule.All(name.DiffersFromField("eventSource"), rule.FuncOn(func(v rule.Values) bool { return v.Get(0).Exists() }, "no such field")),
	} {
		rules = append(rules, rule.Rule{ID: fmt.Sprint("field ", i), When: c, Exceptions: []rule.Exception{{Name: "x", Reason: "r", When: name.Exists()}}})
	}
	return rules
}

func TestNothingIsAllocatedForWhatDoesNotMatch(t *testing.T) {
	set := rule.MustCompile(append(quietRules(20), quietFieldRules()...)...)
	r := consoleLogin(t)
	if got := matches(set, r); got != nil {
		t.Fatalf("matches %v", got)
	}
	n := testing.AllocsPerRun(100, func() {
		for m := range set.Match(r) {
			t.Error(m.Rule.ID)
		}
	})
	if n >= 1 && !raceEnabled {
		t.Errorf("%v allocations a record", n)
	}
}

func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("rules-%d", n), func(b *testing.B) {
			set := rule.MustCompile(quietRules(n)...)
			r := consoleLogin(b)
			b.SetBytes(int64(len(r.JSON())))
			b.ReportAllocs()
			for b.Loop() {
				for m := range set.Match(r) {
					b.Fatal(m.Rule.ID)
				}
			}
		})
	}
}

func BenchmarkHeld(b *testing.B) {
	set := rule.MustCompile(rule.Rule{ID: "r", When: rule.All(rule.Field("eventName").Equals("ConsoleLogin"), rule.Field("tlsDetails").Exists())})
	r := consoleLogin(b)
	b.ReportAllocs()
	for b.Loop() {
		for m := range set.Match(r) {
			if len(m.Held()) != 2 {
				b.Fatal("nothing held")
			}
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	samples, err := mainjob.Samples("../examples/quickstart/testdata")
	if err != nil {
		b.Fatal(err)
	}
	events := mainjob.EventNames(samples)
	for name, rules := range map[string][]rule.Rule{"A": mainjob.RulesA(10000, events, 1), "B": mainjob.RulesB(10000, events, 1)} {
		b.Run("rules-10000-"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rule.MustCompile(rules...)
			}
		})
	}
}
