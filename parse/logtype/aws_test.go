package logtype_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

// outcome is what a type says of a payload: its records' JSON, and the reasons of what is lost.
func outcome(t *testing.T, p parse.Parser, in string) (all []string) {
	t.Helper()
	for r, err := range p.Parse(parse.Input{Reader: strings.NewReader(in)}) {
		if err != nil {
			e, ok := errors.AsType[*parse.Error](err)
			if !ok {
				t.Fatal(err)
			}
			all = append(all, strings.TrimPrefix(e.Err.Error(), "record is of another log type: "))
			continue
		}
		all = append(all, string(r.JSON()))
	}
	return all
}

const (
	flow   = "2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK"
	access = `79a5 mybucket [06/Feb/2014:00:00:38 +0000] 192.0.2.3 79a5 3E57427F3EXAMPLE REST.GET.VERSIONING - "GET /mybucket?versioning HTTP/1.1" 200 - 113 - 7 - "-" "S3Console/0.4" -`
	tls    = "tls 1.0 2018-12-20T02:59:40 net/lb/c6e77e28c25b2234 g3d4b5e8bb8464cd 89.160.20.112:51341 172.100.100.185:443 5 2 98 246 - arn:aws:acm:us-east-2:671290407336:certificate/2a108f19 - ECDHE-RSA-AES128-SHA tlsv12 - lb-c6e77e28c25b2234.elb.us-east-2.amazonaws.com"
	clb    = `2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000086 0.001048 0.001337 200 200 0 57 "GET https://www.example.com:443/ HTTP/1.1" "curl/7.38.0" - -`
)

func TestAWSLinesThatAreNone(t *testing.T) {
	for _, tt := range []struct {
		name string
		of   *parse.LogType
		in   string
		want string
	}{
		{"a flow that lacks its last field", logtype.VPCFlow(), flow[:len(flow)-3], "another number of fields than the format has"},
		{"a flow with a field too many", logtype.VPCFlow(), flow + " x", "another number of fields than the format has"},
		{"a flow whose start is no time", logtype.VPCFlow(), strings.Replace(flow, "1418530010", "141853x010", 1), "the time is none"},
		{"a flow whose start is a colon more than digits", logtype.VPCFlow(), strings.Replace(flow, "1418530010", "141853:010", 1), "the time is none"},
		{"a flow without a start", logtype.VPCFlow(), strings.Replace(flow, "1418530010", "-", 1), "the time is none"},
		{"a flow whose log status is none", logtype.VPCFlow(), flow + "?", "the log status is none"},
		{"an access that lacks its last column", logtype.S3Access(), access[:len(access)-2], "fewer columns than the type has"},
		{"an access whose month is none", logtype.S3Access(), strings.Replace(access, "Feb", "Feo", 1), "the time is none"},
		{"an access of the 30th of February", logtype.S3Access(), strings.Replace(access, "06/Feb", "30/Feb", 1), "the time is none"},
		{"an access whose status is none", logtype.S3Access(), strings.Replace(access, " 200 ", " 2x0 ", 1), "the status is none"},
		{"an access whose quote does not close", logtype.S3Access(), strings.Replace(access, `0.4"`, `0.4`, 1), "a quote does not close"},
		{"a connection without its last column but one", logtype.NLB(), tls[:strings.LastIndex(tls, " - ")], "fewer columns than the type has"},
		{"a connection of a client without a port", logtype.NLB(), strings.Replace(tls, ":51341", "", 1), "the client or what is behind the balancer is no address and port"},
		{"a request whose time is none", logtype.CLB(), strings.Replace(clb, "05-13", "13-05", 1), "the time is none"},
		{"a request of another balancer", logtype.ALB(), clb, "it does not look like one"},
		{"a header of a web server", logtype.CloudFront(), "#Fields: date time cs-method", "a header of another type"},
		{"a request without a time", logtype.CloudFront(), "2019-12-04\t21:02:3x\tLAX1" + strings.Repeat("\t-", 30), "the time is none"},
		{"a notification of S3", logtype.Config(), `{"Records":[]}`, "neither a configuration item nor a notification of AWS Config"},
		{"an event of Kubernetes that is none", logtype.EKSAudit(), `{"kind":"Pod","auditID":"","stage":"","verb":""}`, `kind is not "Event"`},
		{"a message of another kind", logtype.CloudWatchLogs(), `{"messageType":"X","logGroup":"","logStream":"","logEvents":[{"message":""}]}`, `messageType is not "DATA_MESSAGE"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := outcome(t, tt.of, tt.in)
			if d := cmp.Diff([]string{tt.want}, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAWSLinesThatAreUnusual(t *testing.T) {
	for _, tt := range []struct {
		name string
		of   *parse.LogType
		in   string
		want []string
	}{
		{"a header that is empty but for names", logtype.VPCFlow(), "version srcaddr\n3 1.2.3.4\n", []string{`{"version":3,"srcaddr":"1.2.3.4"}`}},
		{"blanks around a flow", logtype.VPCFlow(), "srcaddr action\n 1.2.3.4 ACCEPT  \r\n", []string{`{"srcaddr":"1.2.3.4","action":"ACCEPT"}`}},
		{"an event without an account", logtype.EventBridge(), `{"detail-type":"X","source":"my.app","time":"2017-12-22T18:43:48Z","detail":{"a":"b"}}`, []string{`{"detail-type":"X","source":"my.app","time":"2017-12-22T18:43:48Z","detail":{"a":"b"}}`}},
		{"an old notification of Config", logtype.Config(), `{"s3Bucket":"b","notificationCreateTime":"2014-03-18T10:11:00Z","messageType":"ConfigurationSnapshotDeliveryCompleted"}`, []string{`{"s3Bucket":"b","notificationCreateTime":"2014-03-18T10:11:00Z","messageType":"ConfigurationSnapshotDeliveryCompleted"}`}},
		{"a second header", logtype.VPCFlow(), "version srcaddr\n3 1.2.3.4\nsrcaddr version\n::1 4", []string{`{"version":3,"srcaddr":"1.2.3.4"}`, `{"srcaddr":"::1","version":4}`}},
		{"a field from the future", logtype.VPCFlow(), "srcaddr next-hop-mood action\n1.2.3.4 good ACCEPT", []string{`{"srcaddr":"1.2.3.4","next-hop-mood":"good","action":"ACCEPT"}`}},
		{"a control message", logtype.CloudWatchLogs(), `{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],"logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}`, nil},
		{
			"ALPN", logtype.NLB(), tls + ` h2 h2 "h2","http/1.1" 2018-12-20T02:59:30 new`,
			[]string{`{"type":"tls","version":"1.0","time":"2018-12-20T02:59:40","elb":"net/lb/c6e77e28c25b2234","listener":"g3d4b5e8bb8464cd","connection_time":5,"tls_handshake_time":2,"received_bytes":98,"sent_bytes":246,"chosen_cert_arn":"arn:aws:acm:us-east-2:671290407336:certificate/2a108f19","tls_cipher":"ECDHE-RSA-AES128-SHA","tls_protocol_version":"tlsv12","domain_name":"lb-c6e77e28c25b2234.elb.us-east-2.amazonaws.com","alpn_fe_protocol":"h2","alpn_be_protocol":"h2","tls_connection_creation_time":"2018-12-20T02:59:30","client_ip":"89.160.20.112","client_port":51341,"destination_ip":"172.100.100.185","destination_port":443,"alpn_client_preference_list":["h2","http/1.1"],"extra":["new"]}`},
		},
		{
			"a quote in a request", logtype.CLB(), strings.Replace(clb, "443/ ", `443/" x" `, 1),
			[]string{`{"timestamp":"2015-05-13T23:39:43.945958Z","elb":"my-loadbalancer","request_processing_time":0.000086,"backend_processing_time":0.001048,"response_processing_time":0.001337,"elb_status_code":200,"backend_status_code":200,"received_bytes":0,"sent_bytes":57,"user_agent":"curl/7.38.0","client_ip":"192.168.131.39","client_port":2817,"backend_ip":"10.0.0.1","backend_port":80,"request_verb":"GET","request_url":"https://www.example.com:443/\" x\"","request_proto":"HTTP/1.1"}`},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, outcome(t, tt.of, tt.in)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// Whatever happens to a line, it is a record, or lost, or no record; and a line of eight megabytes is only too long.
func TestAWSLinesThatAreHostile(t *testing.T) {
	for _, tt := range []struct {
		of   *parse.LogType
		line string
	}{
		{logtype.VPCFlow(), flow}, {logtype.S3Access(), access}, {logtype.NLB(), tls}, {logtype.CLB(), clb},
		{logtype.CloudFront(), "2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.100\tGET\td111111abcdef8.cloudfront.net\t/\t200\t-\tcurl\t-\t-"},
	} {
		fields := reads(t, []*parse.LogType{tt.of})
		for i := range tt.line {
			checkParse(t, tt.of, fields, []byte(tt.line[:i]))
			for _, with := range []string{"\x00", "\xff", " ", "\"", "\t", "-"} {
				checkParse(t, tt.of, fields, []byte(tt.line[:i]+with+tt.line[i+1:]))
			}
		}
		long := []byte(tt.line + strings.Repeat(" x", 5<<20))
		for _, err := range tt.of.Parse(parse.Input{Reader: bytes.NewReader(long)}) {
			if !errors.Is(err, parse.ErrTooLong) {
				t.Errorf("%s: %v", tt.of.Name, err)
			}
		}
	}
}

// A trail's events meet the rules of aws.cloudtrail whichever way they come.
func TestCloudTrailWithinOthers(t *testing.T) {
	const event = `{"eventVersion":"1.08","eventTime":"2023-07-10T11:42:19Z","awsRegion":"us-east-1","eventName":"ConsoleLogin"}`
	for name, tt := range map[string]struct {
		of parse.Parser
		in string
	}{
		"a log file":          {logtype.CloudTrail(), `{"Records":[` + event + `]}`},
		"CloudWatch Logs":     {logtype.InCloudWatchLogs(logtype.CloudTrail()), `{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","logEvents":[{"id":"1","timestamp":1,"message":` + quote(event) + `}]}`},
		"EventBridge":         {logtype.InEventBridge(logtype.CloudTrail()), `{"version":"0","id":"1","detail-type":"AWS API Call via CloudTrail","source":"aws.signin","account":"1","time":"2023-07-10T11:42:20Z","region":"us-east-1","resources":[],"detail":` + event + `}`},
		"a classifier of all": {logtype.InCloudWatchLogs(&parse.Classifier{Types: logtype.All()}), `{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","logEvents":[{"id":"1","timestamp":1,"message":` + quote(event) + `}]}`},
	} {
		n := 0
		for r, err := range tt.of.Parse(parse.Input{Reader: strings.NewReader(tt.in)}) {
			if err != nil {
				t.Fatal(name, err)
			}
			at, ok := r.Time()
			if n++; r.Log() != "aws.cloudtrail" || r.Get("eventName").String() != "ConsoleLogin" || !ok || !at.Equal(time.Date(2023, 7, 10, 11, 42, 19, 0, time.UTC)) {
				t.Errorf("%s: %s %s %v", name, r.Log(), r.JSON(), at)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d records", name, n)
		}
	}
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func ExampleVPCFlow() {
	file := "version vpc-id srcaddr dstaddr dstport action start\n" +
		"3 vpc-abcdefab012345678 52.213.180.42 10.0.0.62 5001 REJECT 1566848875\n"
	for r, err := range logtype.VPCFlow().Parse(parse.Input{Reader: strings.NewReader(file)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		at, _ := r.Time()
		fmt.Println(r.Log(), at, r.Get("srcaddr"), r.Get("dstport").Int(), r.Get("action"))
	}
	// Output: aws.vpcflow 2019-08-26 19:47:55 +0000 UTC 52.213.180.42 5001 REJECT
}

func ExampleVPCFlowFormat() {
	flows, err := logtype.VPCFlowFormat("${srcaddr} ${dstaddr} ${action}")
	if err != nil {
		fmt.Println(err)
		return
	}
	for r := range flows.Parse(parse.Input{Reader: strings.NewReader("52.213.180.42 10.0.0.62 REJECT")}) {
		fmt.Printf("%s\n", r.JSON())
	}
	_, err = logtype.VPCFlowFormat("${srcaddr} ${DST}")
	fmt.Println(err)
	// Output:
	// {"srcaddr":"52.213.180.42","dstaddr":"10.0.0.62","action":"REJECT"}
	// logtype: format of a VPC flow log: "DST" is no field
}

func ExampleCloudFrontRealTime() {
	log, err := logtype.CloudFrontRealTime("timestamp c-ip sc-status cs-method cs-uri-stem")
	if err != nil {
		fmt.Println(err)
		return
	}
	for r := range log.Parse(parse.Input{Reader: strings.NewReader("1582230040.156\t192.0.2.183\t200\tGET\t/index.html\n")}) {
		at, _ := r.Time()
		fmt.Println(at, r.Get("c-ip"), r.Get("sc-status").Int())
	}
	// Output: 2020-02-20 20:20:40.156 +0000 UTC 192.0.2.183 200
}

func ExampleInCloudWatchLogs() {
	delivery := `{"messageType":"DATA_MESSAGE","owner":"123456789010","logGroup":"flows","logStream":"eni-1235b8ca123456789",` +
		`"subscriptionFilters":["all"],"logEvents":[{"id":"1","timestamp":1418530010000,"message":` +
		`"2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK"}]}`
	for r, err := range logtype.InCloudWatchLogs(logtype.VPCFlow()).Parse(parse.Input{Reader: strings.NewReader(delivery)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(r.Log(), r.Get("dstport"), r.Outer.Get("logGroup"))
	}
	// Output: aws.vpcflow 22 flows
}

func ExampleInEventBridge() {
	events := `{"detail-type":"GuardDuty Finding","source":"aws.guardduty","account":"1","time":"2018-08-26T14:17:24Z","detail":` +
		`{"schemaVersion":"2.0","accountId":"1","type":"Recon:EC2/PortProbeUnprotectedPort","service":{},"severity":2,"updatedAt":"2018-08-26T14:17:23Z"}}` +
		`{"detail-type":"Scheduled Event","source":"aws.events","account":"1","time":"2018-08-26T15:00:00Z","detail":{}}`
	for r, err := range logtype.InEventBridge(logtype.GuardDuty()).Parse(parse.Input{Reader: strings.NewReader(events)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		at, _ := r.Time()
		fmt.Println(r.Log(), at, r.Get("type"))
	}
	// Output:
	// aws.guardduty 2018-08-26 14:17:23 +0000 UTC Recon:EC2/PortProbeUnprotectedPort
	// aws.eventbridge 2018-08-26 15:00:00 +0000 UTC
}
