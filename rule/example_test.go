package rule_test

import (
	"fmt"
	"log"
	"math"
	"strings"
	"time"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

var rootLogin = rule.Rule{
	ID:       "aws.console.root-login",
	Title:    "Root account signed in to the console",
	Severity: rule.High,
	Logs:     []string{"aws.cloudtrail"},
	When: rule.All(
		rule.Field("eventName").Equals("ConsoleLogin"),
		rule.Field("userIdentity.type").Equals("Root"),
		rule.Not(rule.Field("userIdentity.invokedBy").Exists()),
	),
}

// Only the rule engine, on bytes that the program already has.
func Example() {
	set := rule.MustCompile(rootLogin)
	line := []byte(`{"eventName":"ConsoleLogin","userIdentity":{"type":"Root"},"sourceIPAddress":"198.51.100.7"}`)
	for m, err := range set.Match(parse.JSONRecord(line)) {
		if err != nil {
			log.Print(err)
			continue
		}
		fmt.Println(m.Rule.ID, m.Rule.Severity)
	}
	// Output: aws.console.root-login high
}

// A rule can be any code.
func ExampleFunc() {
	nightShift := rule.Rule{
		ID:   "door.opened-at-night",
		When: rule.Func(func(r *parse.Record) bool { return time.Unix(r.Get("ts").Int(), 0).UTC().Hour() < 6 }),
	}
	try(nightShift.When, `{"ts":1700020000}`, `{"ts":1700000000}`)
	// Output:
	// func: yes no
}

// try prints for which records a condition holds.
func try(c rule.Condition, records ...string) {
	set, err := rule.Compile(rule.Rule{ID: "example", When: c})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(c, ":")
	for _, r := range records {
		answer := "no"
		for range set.Match(parse.JSONRecord([]byte(r))) {
			answer = "yes"
		}
		fmt.Print(" ", answer)
	}
	fmt.Println()
}

func ExampleField() {
	try(rule.Field("requestParameters.groups.name").Equals("admins"),
		`{"requestParameters":{"groups":[{"name":"users"},{"name":"admins"}]}}`,
		`{"requestParameters":{"groups":[]}}`)
	try(rule.Field(`labels.app\.kubernetes\.io/name`).Exists(), `{"labels":{"app.kubernetes.io/name":"web"}}`)
	// Output:
	// requestParameters.groups.name = "admins": yes no
	// labels.app\.kubernetes\.io/name exists: yes
}

func ExampleFieldRef_Equals() {
	try(rule.Field("port").Equals(22), `{"port":22}`, `{"port":22.0}`, `{"port":"22"}`)
	try(rule.Field("errorCode").Equals(nil), `{"errorCode":null}`, `{"errorCode":""}`, `{}`)
	// Output:
	// port = 22: yes yes no
	// errorCode = null: yes no no
}

func ExampleFieldRef_In() {
	try(rule.Field("eventName").In("StopLogging", "DeleteTrail"), `{"eventName":"DeleteTrail"}`, `{"eventName":"StartLogging"}`)
	// Output: eventName in ("StopLogging", "DeleteTrail"): yes no
}

func ExampleFieldRef_Contains() {
	try(rule.Field("userAgent").Contains("kali", "pentoo"), `{"userAgent":"aws-cli/2 kali"}`, `{"userAgent":"aws-cli/2"}`)
	// Output: userAgent contains any of ("kali", "pentoo"): yes no
}

func ExampleFieldRef_Prefix() {
	try(rule.Field("eventName").Prefix("Delete"), `{"eventName":"DeleteTrail"}`, `{"eventName":"UndeleteTrail"}`)
	// Output: eventName starts with "Delete": yes no
}

func ExampleFieldRef_Suffix() {
	try(rule.Field("host").Suffix(".example.com"), `{"host":"www.example.com"}`, `{"host":"example.com"}`)
	// Output: host ends with ".example.com": yes no
}

func ExampleFieldRef_Glob() {
	try(rule.Field("arn").Glob("arn:aws:iam::*:user/?dmin"), `{"arn":"arn:aws:iam::1:user/admin"}`, `{"arn":"arn:aws:iam::1:user/sysadmin"}`)
	// Output: arn like "arn:aws:iam::*:user/?dmin": yes no
}

func ExampleFieldRef_Regexp() {
	try(rule.Field("eventName").Regexp(`^(Get|List)[A-Z]`), `{"eventName":"ListUsers"}`, `{"eventName":"Getaway"}`)
	// Output: eventName matches `^(Get|List)[A-Z]`: yes no
}

func ExampleFieldRef_CIDR() {
	try(rule.Not(rule.Field("sourceIPAddress").CIDR("203.0.113.0/24", "2001:db8::1")),
		`{"sourceIPAddress":"198.51.100.7"}`, `{"sourceIPAddress":"203.0.113.7"}`, `{"sourceIPAddress":"::ffff:203.0.113.7"}`)
	// Output: not sourceIPAddress in (203.0.113.0/24, 2001:db8::1): yes no no
}

func ExampleFieldRef_LessThan() {
	try(rule.Field("ttl").LessThan(64), `{"ttl":63.9}`, `{"ttl":64}`, `{"ttl":"1"}`)
	// Output: ttl < 64: yes no no
}

func ExampleFieldRef_AtMost() {
	try(rule.Field("ttl").AtMost(64), `{"ttl":64}`, `{"ttl":65}`)
	// Output: ttl <= 64: yes no
}

func ExampleFieldRef_GreaterThan() {
	try(rule.Field("bytes").GreaterThan(1e9), `{"bytes":1000000001}`, `{"bytes":1e9}`)
	// Output: bytes > 1e+09: yes no
}

func ExampleFieldRef_AtLeast() {
	try(rule.Field("bytes").AtLeast(1e9), `{"bytes":1000000000}`, `{"bytes":999999999}`)
	// Output: bytes >= 1e+09: yes no
}

func ExampleFieldRef_Exists() {
	try(rule.Field("errorCode").Exists(), `{"errorCode":null}`, `{}`)
	// Output: errorCode exists: yes no
}

func ExampleFieldRef_Missing() {
	try(rule.Field("mfa").Missing(), `{}`, `{"mfa":null}`, `{"mfa":false}`)
	// Output: not mfa exists: yes no no
}

func ExampleFieldRef_Null() {
	try(rule.Field("errorCode").Null(), `{"errorCode":null}`, `{}`, `{"errorCode":""}`)
	// Output: errorCode = null: yes no no
}

func ExampleFieldRef_Empty() {
	try(rule.Field("tags").Empty(), `{"tags":[]}`, `{"tags":{}}`, `{"tags":""}`, `{"tags":null}`, `{"tags":["x"]}`)
	// Output: tags is empty: yes yes yes no no
}

func ExampleFieldRef_Before() {
	newYear := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	try(rule.Field("notAfter").Before(newYear), `{"notAfter":"2023-12-31T23:59:59+01:00"}`, `{"notAfter":1704067199}`, `{"notAfter":1704067200000}`)
	// Output: notAfter before 2024-01-01T00:00:00Z: yes yes no
}

func ExampleFieldRef_After() {
	newYear := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	try(rule.Field("notAfter").After(newYear), `{"notAfter":"2024-01-01T00:00:00.001Z"}`, `{"notAfter":"tomorrow"}`)
	// Output: notAfter after 2024-01-01T00:00:00Z: yes no
}

func ExampleFieldRef_Private() {
	try(rule.Not(rule.Field("sourceIPAddress").Private()), `{"sourceIPAddress":"198.51.100.7"}`, `{"sourceIPAddress":"192.168.1.1"}`, `{"sourceIPAddress":"fe80::1"}`)
	// Output: not sourceIPAddress is private: yes no no
}

func ExampleFieldRef_Length() {
	try(rule.Field("query").Length(60, math.MaxInt), `{"query":"`+strings.Repeat("x", 60)+`.example.com"}`, `{"query":"example.com"}`)
	// Output: length of query is at least 60: yes no
}

func ExampleFieldRef_Count() {
	try(rule.Field("requestParameters.instanceIds").Count(10, math.MaxInt), `{"requestParameters":{"instanceIds":[1,2,3,4,5,6,7,8,9,10]}}`, `{"requestParameters":{"instanceIds":[1]}}`)
	// Output: count of requestParameters.instanceIds is at least 10: yes no
}

func ExampleFieldRef_EqualsField() {
	try(rule.Field("source.ip").EqualsField("destination.ip"), `{"source":{"ip":"10.0.0.1"},"destination":{"ip":"10.0.0.1"}}`, `{"source":{"ip":"10.0.0.1"}}`)
	// Output: source.ip equals field destination.ip: yes no
}

// A user makes a key for somebody else.
func ExampleFieldRef_DiffersFromField() {
	try(rule.All(rule.Field("eventName").Equals("CreateAccessKey"), rule.Field("requestParameters.userName").DiffersFromField("userIdentity.userName")),
		`{"eventName":"CreateAccessKey","userIdentity":{"userName":"eve"},"requestParameters":{"userName":"bob"}}`,
		`{"eventName":"CreateAccessKey","userIdentity":{"userName":"bob"},"requestParameters":{"userName":"bob"}}`,
		`{"eventName":"CreateAccessKey","userIdentity":{"userName":"bob"}}`)
	// Output: eventName = "CreateAccessKey" and requestParameters.userName differs from field userIdentity.userName: yes no no
}

func ExampleFieldRef_LessThanField() {
	try(rule.Field("bytesIn").LessThanField("bytesOut"), `{"bytesIn":10,"bytesOut":1e9}`, `{"bytesIn":10,"bytesOut":10}`)
	// Output: bytesIn < field bytesOut: yes no
}

func ExampleFieldRef_GreaterThanField() {
	try(rule.Field("bytesOut").GreaterThanField("bytesIn"), `{"bytesOut":10,"bytesIn":9}`, `{"bytesOut":"10","bytesIn":9}`)
	// Output: bytesOut > field bytesIn: yes no
}

// SSH is opened to the world: the port and the network have to be those of one and the same permission.
func ExampleFieldRef_AnyOf() {
	open := rule.Field("permissions").AnyOf(
		rule.Field("port").Equals(22),
		rule.Field("ranges.cidr").Equals("0.0.0.0/0"),
	)
	try(open,
		`{"permissions":[{"port":80},{"port":22,"ranges":[{"cidr":"10.0.0.0/8"},{"cidr":"0.0.0.0/0"}]}]}`,
		`{"permissions":[{"port":22,"ranges":[]},{"port":80,"ranges":[{"cidr":"0.0.0.0/0"}]}]}`)
	// Output: any of permissions (port = 22 and ranges.cidr = "0.0.0.0/0"): yes no
}

func ExampleFieldRef_Each() {
	try(rule.Field("groups").Each(rule.Field("name").Prefix("tmp-")), `{"groups":[{"name":"tmp-1"},{"name":"tmp-2"}]}`, `{"groups":[{"name":"tmp-1"},{"name":"admins"}]}`, `{"groups":[]}`)
	// Output: each of groups (name starts with "tmp-"): yes no no
}

func ExampleElement() {
	try(rule.Field("addresses").Each(rule.Element().Private()), `{"addresses":["10.0.0.1","fd00::1"]}`, `{"addresses":["10.0.0.1","8.8.8.8"]}`)
	// Output: each of addresses (element is private): yes no
}

// FuncOn is any code on some fields, which are picked out together with those of all rules.
func ExampleFuncOn() {
	ratio := func(v rule.Values) bool { return v.Get(0).Float() > 100*v.Get(1).Float() }
	try(rule.FuncOn(ratio, "bytesOut", "bytesIn"), `{"bytesOut":1000,"bytesIn":1}`, `{"bytesOut":1000,"bytesIn":900}`)
	// Output: func(bytesOut, bytesIn): yes no
}

func ExampleCondition_AllValues() {
	try(rule.Field("command").Contains("curl ", "| sh").AllValues(), `{"command":"curl https://x | sh"}`, `{"command":"curl https://x"}`)
	// Output: command contains all of ("curl ", "| sh"): yes no
}

func ExampleCondition_Fold() {
	try(rule.Field("user").Equals("Root").Fold(), `{"user":"ROOT"}`, `{"user":"rooted"}`)
	// Output: user = "Root" ignoring case: yes no
}

func ExampleAll() {
	try(rule.All(rule.Field("a").Exists(), rule.Field("b").Equals(1)), `{"a":0,"b":1}`, `{"a":0}`)
	// Output: a exists and b = 1: yes no
}

func ExampleAny() {
	try(rule.Any(rule.Field("a").Exists(), rule.Field("b").Equals(1)), `{"b":1}`, `{"b":2}`)
	// Output: a exists or b = 1: yes no
}

func ExampleNot() {
	try(rule.Not(rule.Field("mfa").Equals("Yes")), `{"mfa":"No"}`, `{}`, `{"mfa":["No","Yes"]}`)
	// Output: not mfa = "Yes": yes yes no
}

func ExampleAtLeast() {
	try(rule.AtLeast(2, rule.Field("a").Exists(), rule.Field("b").Exists(), rule.Field("c").Exists()), `{"a":1,"c":1}`, `{"b":1}`)
	// Output: at least 2 of (a exists, b exists, c exists): yes no
}

// forSomebodyElse holds if what is asked for is not what the caller is. It tells the fields that it reads, so they are
// picked out together with those of all rules.
type forSomebodyElse struct{}

func (forSomebodyElse) Fields() []string {
	return []string{"userIdentity.userName", "requestParameters.userName"}
}

func (forSomebodyElse) Test(_ *parse.Record, v rule.Values) bool {
	caller, target := v.Get(0), v.Get(1)
	return caller.Kind() == parse.String && target.Kind() == parse.String && string(caller.Bytes()) != string(target.Bytes())
}

func (forSomebodyElse) String() string { return "requestParameters.userName is not the caller" }

func ExampleExt() {
	try(rule.All(rule.Field("eventName").Equals("CreateAccessKey"), rule.Ext(forSomebodyElse{})),
		`{"eventName":"CreateAccessKey","userIdentity":{"userName":"eve"},"requestParameters":{"userName":"bob"}}`,
		`{"eventName":"CreateAccessKey","userIdentity":{"userName":"bob"},"requestParameters":{"userName":"bob"}}`)
	// Output: eventName = "CreateAccessKey" and requestParameters.userName is not the caller: yes no
}

// Compile reports all problems at once.
func ExampleCompile() {
	_, err := rule.Compile(
		rule.Rule{ID: "a", When: rule.All(rule.Field("ip").CIDR("10.0.0.0/40"), rule.Field("name").Regexp("("))},
		rule.Rule{When: rule.Any()},
	)
	fmt.Println(err)
	// Output:
	// rule: 4 problems:
	// 	a: ip in 10.0.0.0/40: netip.ParsePrefix("10.0.0.0/40"): prefix length out of range
	// 	a: name matches `(`: error parsing regexp: missing closing ): `(`
	// 	rule at index 1: ID is empty
	// 	rule at index 1: any of nothing: no conditions
}

func ExampleMatch_Held() {
	set := rule.MustCompile(rootLogin)
	line := []byte(`{"eventName":"ConsoleLogin","userIdentity":{"type":"Root"}}`)
	for m := range set.Match(parse.JSONRecord(line)) {
		for _, h := range m.Held() {
			fmt.Printf("%s  %s\n", h.Condition, h.Value)
		}
	}
	// Output:
	// eventName = "ConsoleLogin"  "ConsoleLogin"
	// userIdentity.type = "Root"  "Root"
	// not userIdentity.invokedBy exists
}

// Rules are exchanged while they are used: whoever matches asks for the current set, once for each piece of work.
func ExampleLive() {
	var live rule.Live
	fmt.Println(live.Current().Len())
	live.Store(rule.MustCompile(rootLogin))
	fmt.Println(live.Current().Len())
	// Output:
	// 0
	// 1
}
