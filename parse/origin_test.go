package parse_test

import (
	"testing"

	"github.com/streamalert/streamalert-go/parse"
)

func TestOriginString(t *testing.T) {
	for want, o := range map[string]parse.Origin{
		"s3:bucket/a é+b.gz@v1":           {Kind: "s3", Place: "bucket/a é+b.gz", ID: "v1"},
		"s3:bucket/x.tar#member":          {Kind: "s3", Place: "bucket/x.tar", Entry: "member"},
		`s3:"bucket/a\nlevel=INFO\x1b[m"`: {Kind: "s3", Place: "bucket/a\nlevel=INFO\x1b[m"},
		`s3:"bucket/\xff"`:                {Kind: "s3", Place: "bucket/\xff"},
		":":                               {},
	} {
		if got := o.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
