package main

import (
	"fmt"

	"github.com/streamalert/streamalert-go/parse"
)

// format is the parser of a format that is no log type.
func (q question) format() (parse.Parser, error) {
	return nil, fmt.Errorf("corpus: format %q is not known", q.Log)
}
