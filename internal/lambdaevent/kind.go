package lambdaevent

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/tidwall/gjson"
)

// Kind is what an event is.
type Kind int

// The kinds. Other is any event that none of the others is: JSON of any type.
const (
	Other Kind = iota
	S3
	SQS
	SNS
	Kinesis
	CloudWatchLogs
	EventBridge
)

// ErrNotJSON is the error for an event that is none.
var ErrNotJSON = errors.New("not JSON, or nested too deep")

// KindOf tells what an event is. Of an event with records the first one says it.
func KindOf(event []byte) (Kind, error) {
	if !json.Valid(event) {
		return Other, ErrNotJSON
	}
	e := gjson.ParseBytes(event)
	if !e.IsObject() {
		return Other, nil
	}
	f := fieldsOf(e)
	if records := f["Records"]; records.IsArray() {
		return kindOfRecords(f, records), nil
	}
	switch {
	case fieldsOf(f["awslogs"])["data"].Type == gjson.String:
		return CloudWatchLogs, nil
	case isText(f, "source", "detail-type") && f["detail"].Exists():
		return EventBridge, nil
	case isText(f, "Event") && f["Event"].Str == "s3:TestEvent":
		return S3, nil
	}
	return Other, nil
}

func kindOfRecords(f fields, records gjson.Result) Kind {
	var first fields
	records.ForEach(func(_, r gjson.Result) bool {
		first = fieldsOf(r)
		return false
	})
	switch {
	case first["eventSource"].Str == "aws:s3":
		return S3
	case first["eventSource"].Str == "aws:sqs":
		return SQS
	case first["EventSource"].Str == "aws:sns":
		return SNS
	case first["eventSource"].Str == "aws:kinesis":
		return Kinesis
	case first == nil && isKinesisWindow(f):
		return Kinesis
	}
	return Other
}

// isKinesisWindow is the last invocation of a tumbling window, which can be without records.
func isKinesisWindow(f fields) bool {
	arn := strings.SplitN(f["eventSourceARN"].Str, ":", 4)
	return f["window"].IsObject() && len(arn) == 4 && arn[2] == "kinesis"
}

// Failed is the event of an asynchronous invocation that failed, from what Lambda sends to the function's failure
// destination, as it is or in an EventBridge event. An invocation that succeeded can have a destination too, and is none.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
func Failed(doc []byte) (event []byte, ok bool) {
	if !bytes.Contains(doc, []byte("requestPayload")) || !json.Valid(doc) { // most are found out without being read
		return nil, false
	}
	f := fieldsOf(gjson.ParseBytes(doc))
	if f["source"].Str == "lambda" && f["detail"].IsObject() {
		f = fieldsOf(f["detail"])
	}
	context := fieldsOf(f["requestContext"])
	if !isText(f, "version", "timestamp") || !isText(context, "functionArn", "condition") || context["condition"].Str == "Success" {
		return nil, false
	}
	payload, ok := f["requestPayload"]
	return []byte(payload.Raw), ok
}

// fields are the members of a JSON object, of a name that is there twice the first; nil for anything else.
type fields map[string]gjson.Result

func fieldsOf(object gjson.Result) fields {
	if !object.IsObject() {
		return nil
	}
	f := fields{}
	object.ForEach(func(name, value gjson.Result) bool {
		if _, ok := f[name.Str]; !ok {
			f[name.Str] = value
		}
		return true
	})
	return f
}

// isText says whether all of these are strings.
func isText(f fields, names ...string) bool {
	for _, name := range names {
		if f[name].Type != gjson.String {
			return false
		}
	}
	return true
}
