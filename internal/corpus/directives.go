package main

import (
	"fmt"

	"github.com/streamalert/streamalert-go/parse"
)

// directive is the log type whose lines a directive writes: an Apache LogFormat, an nginx log_format, the fields of a VPC flow
// log. Where log is empty, the directive tells what it is of.
func directive(log, format string) (*parse.LogType, error) {
	return nil, fmt.Errorf("corpus: %s: directive %q is not known", log, format)
}
