package main

import (
	"fmt"

	"github.com/streamalert/streamalert-go/parse"
)

// format is the parser of a format that is no log type.
func (q question) format() (parse.Parser, error) {
	file := q.Kind == "parse_file"
	switch q.Log {
	case "format.csv":
		// Without a header nothing tells how many columns there are.
		return parse.TextFormat{Decoder: parse.CSV{Header: file, Least: 1, More: true}, Framing: parse.CSVFraming{}}, nil
	case "format.kv":
		return parse.TextFormat{Decoder: parse.KeyValue{}}, nil
	case "format.logfmt":
		return parse.TextFormat{Decoder: parse.Logfmt{}}, nil
	case "format.cef":
		return parse.TextFormat{Decoder: parse.CEF{}}, nil
	case "format.leef":
		return parse.TextFormat{Decoder: parse.LEEF{}}, nil
	case "format.w3c":
		return &parse.LogType{Name: q.Log, Format: parse.TextFormat{Decoder: parse.W3C{}}, TimeFunc: parse.W3CTime}, nil
	case "format.xml":
		f := parse.TextFormat{Decoder: parse.XML{Names: map[string]string{"Data": "Name"}}, Framing: parse.XMLFraming{}}
		if !file {
			f.Framing = whole{} // one document, as of JSON
		}
		return f, nil
	case "format.grok":
		g, err := parse.CompileGrok(q.Pattern, nil)
		if err != nil {
			return nil, err
		}
		return parse.TextFormat{Decoder: g}, nil
	case "format.json":
		if file {
			return parse.JSONFormat{}, nil
		}
		return parse.JSONText{}, nil
	}
	return nil, fmt.Errorf("corpus: format %q is not known", q.Log)
}

// whole is the framing of a payload that is one text.
type whole struct{}

// Frame waits for the payload's end.
func (whole) Frame(b []byte, last bool) (size int, text []byte, err error) {
	if !last {
		return 0, nil, nil
	}
	return len(b), b, nil
}
