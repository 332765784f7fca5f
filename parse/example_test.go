package parse_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

const payload = `{"Records":[
	{"eventVersion":"1.08","eventTime":"2023-07-10T11:42:19Z","awsRegion":"us-east-1","eventName":"ConsoleLogin","userIdentity":{"type":"Root"}},
	{"eventVersion":"1.08","eventTime":"2023-07-10T11:42:20Z","awsRegion":"eu-west-1","eventName":"StopLogging","resources":[{"ARN":"arn:a"},{"ARN":"arn:b"}]}
]}`

func ExampleLogType() {
	for r, err := range logtype.CloudTrail().Parse(parse.Input{Reader: strings.NewReader(payload)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		at, _ := r.Time()
		fmt.Println(at.Format("15:04:05"), r.Log(), r.Get("eventName"))
	}
	// Output:
	// 11:42:19 aws.cloudtrail ConsoleLogin
	// 11:42:20 aws.cloudtrail StopLogging
}

// One bad record costs one record.
func ExampleError() {
	in := parse.Input{Reader: strings.NewReader("{\"a\":1}\nnot JSON\n{\"a\":2}"), Origin: parse.Origin{Kind: "file", Place: "app.log"}}
	for r, err := range (parse.JSONFormat{}).Parse(in) {
		var lost *parse.Error
		switch {
		case errors.As(err, &lost):
			fmt.Printf("lost %q: %v\n", lost.Raw, err)
		case err != nil:
			fmt.Println("the payload ends here:", err)
		default:
			fmt.Println(r.Get("a"))
		}
	}
	// Output:
	// 1
	// lost "not JSON": parse: file:app.log: record 1 at offset 8: syntax error: no JSON object or array begins with 'n'
	// 2
}

func ExampleRecord_Get() {
	r := parse.JSONRecord([]byte(`{"user":{"name":"ann"},"tags":["a","b"],"n":0,"s":"","x":null}`))
	for _, path := range []string{"user.name", "tags.1", "tags", "n", "s", "x", "y"} {
		v := r.Get(path)
		fmt.Printf("%s: %v %q\n", path, v.Kind(), v.Bytes())
	}
	// Output:
	// user.name: string "ann"
	// tags.1: string "b"
	// tags: json "[\"a\",\"b\"]"
	// n: number "0"
	// s: string ""
	// x: null "null"
	// y: missing ""
}

func ExampleRecord_All() {
	r := parse.JSONRecord([]byte(`{"resources":[{"ARN":"arn:a"},{"ARN":"arn:b"}]}`))
	for v := range r.All("resources.ARN") {
		fmt.Println(v)
	}
	// Output:
	// arn:a
	// arn:b
}

// Who knows what will be read has it picked out while the records are parsed.
func ExampleCompileFields() {
	fields, err := parse.CompileFields("eventName", "resources.ARN")
	if err != nil {
		fmt.Println(err)
		return
	}
	var p parse.Picker
	for r, err := range logtype.CloudTrail().Parse(parse.Input{Reader: strings.NewReader(payload), Fields: fields}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		v, err := p.Pick(r, fields)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Print(v.Get(0), ":")
		for arn := range v.All(1) {
			fmt.Print(" ", arn)
		}
		fmt.Println()
	}
	// Output:
	// ConsoleLogin:
	// StopLogging: arn:a arn:b
}

func ExampleClassifier() {
	c := &parse.Classifier{Types: logtype.All()}
	for r, err := range c.Parse(parse.Input{Reader: strings.NewReader(payload)}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(r.Log(), r.Get("awsRegion"))
	}
	// Output:
	// aws.cloudtrail us-east-1
	// aws.cloudtrail eu-west-1
}

// door decodes a line of three columns with semicolons between them.
type door struct{}

var doorColumns = parse.NewColumns("time", "card:n", "door")

const errDoor = parse.Reason("not three columns")

func (door) Decode(text []byte, w *parse.Writer) error {
	row := w.Columns(doorColumns)
	for i := range 3 {
		value, rest, more := bytes.Cut(text, []byte(";"))
		if more != (i < 2) {
			return errDoor
		}
		row.Set(i, value)
		text = rest
	}
	return nil
}

// A log type of one's own, of lines that no format decodes.
func ExampleDecoder() {
	t := &parse.LogType{Name: "office.door", Format: parse.TextFormat{Decoder: door{}}, Time: "time"}
	for r, err := range t.Parse(parse.Input{Reader: strings.NewReader("2026-01-05T07:59:12Z;4711;main\nopen\n")}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		at, _ := r.Time()
		fmt.Println(at.Hour(), r.Get("card").Int(), string(r.JSON()))
	}
	// Output:
	// 7 4711 {"time":"2026-01-05T07:59:12Z","card":4711,"door":"main"}
	// parse: office.door: :: record 1 at offset 31: record is of another log type: not three columns
}
