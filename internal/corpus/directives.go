package main

import (
	"fmt"
	"regexp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

// directive is the log type whose lines a directive writes: an Apache LogFormat, an nginx log_format, the fields of a VPC flow
// log. Where log is empty, the directive tells what it is of.
func directive(log, format string) (*parse.LogType, error) {
	if log == "" {
		log = writes(format)
	}
	switch log {
	case "aws.vpcflow":
		return logtype.VPCFlowFormat(format)
	case "apache.access":
		return logtype.ApacheAccessFormat(format)
	case "nginx.access":
		return logtype.NginxAccessFormat(format)
	}
	return nil, fmt.Errorf("corpus: %s: directive %q is not known", log, format)
}

var (
	apacheDirective = regexp.MustCompile(`%[<>!0-9,]*(\{[^}]*\})?\^?[a-zA-Z]`)
	nginxVariable   = regexp.MustCompile(`\$[a-z_]|^escape=`)
)

// writes is the log type of the lines that a directive writes.
func writes(format string) string {
	switch {
	case nginxVariable.MatchString(format):
		return "nginx.access"
	case apacheDirective.MatchString(format):
		return "apache.access"
	}
	return "aws.vpcflow"
}
