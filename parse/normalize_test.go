package parse_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

// entities are a record's values of an entity, as kind and text.
func entities(r *parse.Record, name string) (all []string) {
	for v := range r.Entity(name) {
		all = append(all, v.Kind().String()+" "+v.String())
	}
	return all
}

func TestEntity(t *testing.T) {
	lt := &parse.LogType{
		Name: "app", Format: parse.JSONFormat{},
		Entities: map[string][]string{"source.ip": {"client.ip", "forwarded", "client"}, "user.name": {}, "own": {`a\.b`}},
	}
	tests := map[string]struct {
		record, name string
		want         []string
	}{
		"the fields in the order of trust, not in that of the record": {`{"forwarded":"b","client":{"ip":"a"}}`, "source.ip", []string{"string a", "string b"}},
		"the elements of an array":                                    {`{"forwarded":["a",["b"],{"c":1}]}`, "source.ip", []string{"string a", "string b"}},
		"through an array of objects":                                 {`{"client":[{"ip":"a"},{"ip":"b"}]}`, "source.ip", []string{"string a", "string b"}},
		"numbers and bools":                                           {`{"forwarded":[1.50,true,0,false]}`, "source.ip", []string{"number 1.50", "bool true", "number 0", "bool false"}},
		"no null, no empty text, no containers":                       {`{"forwarded":null,"client":{"ip":""}}`, "source.ip", nil},
		"nothing of a record that has none of them":                   {`{"ip":"a"}`, "source.ip", nil},
		"nothing of an entity without fields":                         {`{"user.name":"a"}`, "user.name", nil},
		"nothing of an entity that the type lacks":                    {`{"host.name":"a","host":{"name":"a"}}`, "host.name", nil},
		"an entity of the type's own":                                 {`{"a.b":"x"}`, "own", []string{"string x"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			fields, err := parse.CompileFields("client.ip", "forwarded", "client", `a\.b`)
			if err != nil {
				t.Fatal(err)
			}
			for _, fields := range []*parse.Fields{nil, fields} {
				for r, err := range lt.Parse(parse.Input{Reader: strings.NewReader(test.record), Fields: fields}) {
					if err != nil {
						t.Fatal(err)
					}
					if d := cmp.Diff(test.want, entities(r, test.name)); d != "" {
						t.Errorf("with %d fields: -want +got\n%s", fields.Len(), d)
					}
				}
			}
		})
	}
}

func TestEntityOfARecordWithoutType(t *testing.T) {
	r := parse.JSONRecord([]byte(`{"source.ip":"a","source":{"ip":"a"}}`))
	if got := entities(r, "source.ip"); got != nil {
		t.Error(got)
	}
	for name := range parse.Normalize(r) {
		t.Error(name)
	}
}

func TestNormalizeStopsWhenItsLoopDoes(t *testing.T) {
	r := parse.JSONRecord([]byte(`{"a":["x","y"],"b":"z"}`))
	r.Type = &parse.LogType{Entities: map[string][]string{"user.name": {"a", "b"}, "host.name": {"b", "a"}}}
	var got []string
	for name, v := range parse.Normalize(r) {
		if got = append(got, name+" "+v.String()); len(got) == 4 {
			break
		}
	}
	if d := cmp.Diff([]string{"host.name z", "host.name x", "host.name y", "user.name x"}, got); d != "" {
		t.Error(d)
	}
	for v := range r.Entity("user.name") {
		if v.String() != "x" {
			t.Error(v)
		}
		break
	}
}

func TestEntitiesAreSortedAndDescribed(t *testing.T) {
	all := parse.Entities()
	if !slices.IsSortedFunc(all, func(a, b parse.Entity) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("not in the order of their names")
	}
	seen := map[string]bool{}
	for _, e := range all {
		if _, err := parse.CompileFields(e.Name); err != nil || e.Doc == "" || seen[e.Name] {
			t.Errorf("%+v: %v", e, err)
		}
		seen[e.Name] = true
	}
	all[0] = parse.Entity{}
	if parse.Entities()[0] == all[0] {
		t.Error("what a caller changes is seen by others")
	}
}

func ExampleNormalize() {
	line := "2 123456789012 eni-0a1b2c3d 198.51.100.7 10.0.0.5 49152 22 6 10 840 1700000000 1700000060 REJECT OK"
	for r, err := range logtype.VPCFlow().Parse(parse.Input{Reader: strings.NewReader(line)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		for name, v := range parse.Normalize(r) {
			fmt.Println(name, v)
		}
	}
	// Output:
	// cloud.account.id 123456789012
	// destination.ip 10.0.0.5
	// destination.port 22
	// event.action REJECT
	// event.outcome REJECT
	// network.bytes 840
	// network.packets 10
	// network.transport 6
	// source.ip 198.51.100.7
	// source.port 49152
}

func ExampleRecord_Entity() {
	event := []byte(`{"eventVersion":"1.08","eventTime":"2024-05-01T12:00:00Z","awsRegion":"eu-west-1",
		"eventName":"ConsoleLogin","sourceIPAddress":"198.51.100.7"}`)
	for r, err := range logtype.CloudTrail().Parse(parse.Input{Reader: bytes.NewReader(event)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		for v := range r.Entity("source.ip") {
			fmt.Println(v)
		}
	}
	// Output: 198.51.100.7
}
