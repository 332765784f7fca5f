package schema_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/schema"
)

func Example() {
	set, err := schema.Load(os.DirFS("testdata/conf"))
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := set.Parser("cloudtrail", "osquery")
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := os.Open("testdata/osquery_differential.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	for r, err := range p.Parse(parse.Input{Reader: f, Origin: parse.Origin{Kind: "file", Place: f.Name()}}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(r.Log(), r.Get("columns.command"), r.Get("unixTime"), r.Get("epoch"))
	}
	// Output:
	// osquery:differential ls -lha 123456789 0
}

func ExampleSet_Cluster() {
	set, err := schema.Load(os.DirFS("testdata/conf"))
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := os.ReadFile("testdata/conf/clusters/prod.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	prod, err := set.Cluster(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	trail := `{"Records":[{"awsRegion":"eu-west-1","eventName":"StopLogging"}]}`
	for _, place := range []string{"prefix.cluster.sample.bucket/AWSLogs/1.json.gz", "another.bucket/1.json.gz"} {
		in := parse.Input{Reader: strings.NewReader(trail), Origin: parse.Origin{Kind: "s3", Place: place}}
		for _, err := range prod.Parse(in) {
			fmt.Println(err)
		}
	}
	// Output:
	// parse: s3:prefix.cluster.sample.bucket/AWSLogs/1.json.gz: record 0 at offset 0: record is of another log type: no schema matches
	// parse: s3:another.bucket/1.json.gz: record 0 at offset 0: record is of another log type: no log is expected from this source
}

func ExampleSet_Types() {
	set, err := schema.Load(os.DirFS("testdata/conf"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range set.Types() {
		if l.Name == "cloudwatch:events" {
			fmt.Println(l.Entities["event.action"], l.Entities["user_agent.original"])
		}
	}
	// Output:
	// [detail.eventName] [detail.userAgent]
}
