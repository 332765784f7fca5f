package logtype_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

// Every entity of every type is a well-known one, in fields that the type can have, and the samples have values for some.
func TestEntitiesOfAllTypes(t *testing.T) {
	known := map[string]bool{}
	for _, e := range parse.Entities() {
		known[e.Name] = true
	}
	for _, lt := range logtype.All() {
		t.Run(lt.Name, func(t *testing.T) {
			for name, paths := range lt.Entities {
				if !known[name] {
					t.Errorf("%s is no well-known entity", name)
				}
				if _, err := parse.CompileFields(paths...); err != nil || len(paths) == 0 {
					t.Errorf("%s: %d fields, %v", name, len(paths), err)
				}
				sorted := slices.Sorted(slices.Values(paths))
				if unique := slices.Compact(slices.Clone(sorted)); len(unique) != len(sorted) {
					t.Errorf("%s: a field is there twice: %q", name, paths)
				}
				for _, path := range paths {
					if lt.Fields != nil && !slices.ContainsFunc(lt.Fields, func(f string) bool { return path == f || strings.HasPrefix(path, f+".") }) {
						t.Errorf("%s: the type has no field %s", name, path)
					}
				}
			}
			if len(sampled(t, lt)) == 0 {
				t.Error("no sample has an entity")
			}
		})
	}
}

// sampled are the first values of a type's entities in its samples, by name.
func sampled(t *testing.T, lt *parse.LogType) map[string]string {
	t.Helper()
	first := map[string]string{}
	files, err := filepath.Glob(filepath.Join("testdata", lt.Name, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for r, err := range lt.Parse(parse.Input{Reader: bytes.NewReader(in), Clock: clock}) {
			if err != nil {
				t.Fatal(err)
			}
			for name, v := range parse.Normalize(r) {
				if _, ok := first[name]; !ok {
					first[name] = v.String()
				}
			}
		}
	}
	return first
}

// The order of trust is the same in every process.
func TestEntitiesAreTheSameEveryTime(t *testing.T) {
	of := func() map[string]map[string][]string {
		all := map[string]map[string][]string{}
		for _, lt := range logtype.All() {
			all[lt.Name] = lt.Entities
		}
		return all
	}
	want := of()
	for range 20 {
		if d := cmp.Diff(want, of()); d != "" {
			t.Fatal(d)
		}
	}
}

func TestEntitiesOfGenuineRecords(t *testing.T) {
	type entities map[string][]string
	tests := []struct {
		name string
		of   *parse.LogType
		text string
		want entities
	}{
		{"a sign-in as root", logtype.CloudTrail(), `{"eventVersion":"1.08","userIdentity":{"type":"Root","principalId":"123456789012","arn":"arn:aws:iam::123456789012:root","accountId":"123456789012"},
			"eventTime":"2023-07-10T11:42:36Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7",
			"userAgent":"Mozilla/5.0","requestParameters":null,"responseElements":{"ConsoleLogin":"Failure"},"errorMessage":"Failed authentication","recipientAccountId":"123456789012"}`,
			entities{
				"source.ip": {"198.51.100.7"}, "user.id": {"123456789012"}, "aws.arn": {"arn:aws:iam::123456789012:root"}, "user_agent.original": {"Mozilla/5.0"},
				"cloud.account.id": {"123456789012", "123456789012"}, "cloud.region": {"us-east-1"}, "event.action": {"ConsoleLogin"}, "event.outcome": {"Failure"},
			}},
		{"the same by EventBridge", logtype.EventBridge(), `{"version":"0","id":"6a7e8feb","detail-type":"AWS Console Sign In via CloudTrail","source":"aws.signin","account":"123456789012",
			"time":"2023-07-10T11:42:36Z","region":"us-east-1","resources":[],"detail":{"eventVersion":"1.08","eventName":"ConsoleLogin","sourceIPAddress":"198.51.100.7","type":"x",
			"responseElements":{"ConsoleLogin":"Failure"}}}`,
			entities{
				"source.ip": {"198.51.100.7"}, "cloud.account.id": {"123456789012"}, "cloud.region": {"us-east-1"},
				"event.action": {"AWS Console Sign In via CloudTrail", "ConsoleLogin"}, "event.outcome": {"Failure"},
			}},
		{"a finding of GuardDuty by EventBridge", logtype.EventBridge(), `{"version":"0","id":"cd2d702e","detail-type":"GuardDuty Finding","source":"aws.guardduty","account":"123456789012",
			"time":"2023-07-10T11:42:36Z","region":"us-east-1","resources":[],"detail":{"schemaVersion":"2.0","accountId":"123456789012","type":"UnauthorizedAccess:EC2/SSHBruteForce",
			"resource":{"instanceDetails":{"instanceId":"i-99999999","networkInterfaces":[{"privateIpAddress":"10.0.0.1","publicIp":"203.0.113.9"}]}},
			"service":{"action":{"networkConnectionAction":{"connectionDirection":"INBOUND","remoteIpDetails":{"ipAddressV4":"198.51.100.7"},"localPortDetails":{"port":22}}}}}}`,
			entities{
				"source.ip": {"198.51.100.7"}, "destination.port": {"22"}, "host.name": {"i-99999999"}, "host.ip": {"10.0.0.1", "203.0.113.9"},
				"network.direction": {"INBOUND"}, "cloud.account.id": {"123456789012", "123456789012"}, "cloud.region": {"us-east-1"}, "event.action": {"GuardDuty Finding"},
			}},
		{"rows of osquery", logtype.OsquerySnapshot(), `{"name":"processes","action":"snapshot","hostIdentifier":"web1","unixTime":1700000000,"snapshot":[{"pid":"1","path":"/sbin/init"},{"pid":"2","cmdline":"nc -l 80"}]}`,
			entities{"host.name": {"web1"}, "event.action": {"snapshot"}, "process.pid": {"1", "2"}, "process.executable": {"/sbin/init"}, "process.command_line": {"nc -l 80"}}},
		{"a login that auditd saw", logtype.Auditd(), `type=USER_LOGIN msg=audit(1700000000.123:42): pid=812 uid=0 auid=4294967295 ses=4294967295 msg='op=login acct="root" exe="/usr/sbin/sshd" hostname=198.51.100.7 addr=198.51.100.7 terminal=ssh res=failed'`,
			entities{
				"event.action": {"USER_LOGIN"}, "event.outcome": {"failed"}, "user.name": {"root"}, "user.id": {"0"}, "source.ip": {"198.51.100.7"},
				"process.executable": {"/usr/sbin/sshd"}, "process.pid": {"812"},
			}},
		{"a password that sshd took", logtype.SSHD(), `<38>Jul 10 11:42:36 web1 sshd[812]: Accepted password for ann from 198.51.100.7 port 52744 ssh2`,
			entities{
				"host.name": {"web1"}, "process.name": {"sshd"}, "process.pid": {"812"}, "event.action": {"Accepted"}, "user.name": {"ann"},
				"source.ip": {"198.51.100.7"}, "source.port": {"52744"},
			}},
		{"a flow", logtype.VPCFlow(), `2 123456789012 eni-0a1b2c3d 198.51.100.7 10.0.0.5 49152 22 6 10 840 1700000000 1700000060 REJECT OK`,
			entities{
				"source.ip": {"198.51.100.7"}, "source.port": {"49152"}, "destination.ip": {"10.0.0.5"}, "destination.port": {"22"}, "network.transport": {"6"},
				"network.packets": {"10"}, "network.bytes": {"840"}, "cloud.account.id": {"123456789012"}, "event.action": {"REJECT"}, "event.outcome": {"REJECT"},
			}},
		{"a flow without data", logtype.VPCFlow(), `2 123456789012 eni-0a1b2c3d - - - - - - - 1700000000 1700000060 - NODATA`, entities{"cloud.account.id": {"123456789012"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := entities{}
			for r, err := range test.of.Parse(parse.Input{Reader: strings.NewReader(test.text), Clock: clock}) {
				if err != nil {
					t.Fatal(err)
				}
				for name, v := range parse.Normalize(r) {
					got[name] = append(got[name], v.String())
				}
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
		})
	}
}
