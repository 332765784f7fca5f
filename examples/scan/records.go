package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
)

// printer is a handler that writes the parsed records, without any rules: the parsers can be used alone.
type printer struct {
	parser parse.Parser
	out    *bufio.Writer
	counts streamalert.Counts
	line   bytes.Buffer
}

// handle is given one file at a time.
func (p *printer) handle(ctx context.Context, batch []*source.Payload) error {
	for i, pl := range batch {
		if err := p.payload(ctx, pl); err != nil {
			return &source.BatchError{Failed: map[int]error{i: err}}
		}
	}
	return p.out.Flush()
}

func (p *printer) payload(ctx context.Context, pl *source.Payload) error {
	body, err := pl.Open(ctx)
	if err != nil {
		return err
	}
	defer body.Close()
	p.counts.Payloads++
	stats := parse.Stats{}
	defer func() {
		p.counts.Bytes += stats.Bytes
		p.counts.Records += stats.Records
		p.counts.Skipped += stats.Skipped
	}()
	for r, err := range p.parser.Parse(parse.Input{Reader: body, Origin: pl.Origin, Stats: &stats}) {
		var lost *parse.Error
		var rest *parse.ReadError
		var permanent *source.Permanent
		switch {
		case err == nil:
			p.counts.Evaluated++
			err = p.record(r)
		case errors.As(err, &lost):
			p.counts.Unparsed++
			err = p.lost(lost, lost.Raw)
		case errors.As(err, &rest) && errors.As(err, &permanent): // the bytes are to blame: a truncated gzip
			p.counts.Records++
			p.counts.Unparsed++
			err = p.lost(rest, rest.Raw)
		}
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func (p *printer) record(r *parse.Record) error {
	record := r.JSON()
	if !utf8.Valid(record) {
		record = bytes.ToValidUTF8(record, []byte("\ufffd"))
	}
	line := struct {
		Log    string          `json:"log"`
		Time   *time.Time      `json:"time,omitempty"`
		Record json.RawMessage `json:"record"`
	}{Log: r.Log(), Record: record}
	if at, ok := r.Time(); ok {
		line.Time = &at
	}
	return p.write(line)
}

func (p *printer) lost(why error, raw []byte) error {
	return p.write(struct {
		Error string `json:"error"`
		Raw   string `json:"raw"`
	}{why.Error(), string(raw)})
}

func (p *printer) write(v any) error {
	p.line.Reset()
	e := json.NewEncoder(&p.line)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := p.out.Write(p.line.Bytes())
	return err
}
