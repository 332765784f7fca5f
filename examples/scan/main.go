// Scan runs detections over log files.
//
//	scan [flags] FILE|DIR|- ...
//
// Files may be compressed; they are recognised by their bytes. Without flags each record's log type is found out, and
// one alert a line is written to standard output. The counters are written to standard error at the end.
//
// The exit status is 0, 1 when something could not be read (a file, or a record in it), and 2 on wrong usage.
//
// To make it yours, exchange the rules in run for your own, and the sink for one that does something with them.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/examples/detections"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/filesource"
)

func main() {
	stop, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(stop, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	cancel()
	os.Exit(status)
}

// The exit statuses.
const (
	ok     = 0
	failed = 1
	usage  = 2
)

// run reads until all is read, or stop ends; the alerts of what was read by then are still written.
func run(stop context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("scan", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: scan [flags] FILE|DIR|- ...")
		flags.PrintDefaults()
	}
	var (
		name    = flags.String("log", "", "the log `type` of all records (default: find out for each record)")
		logs    = flags.Bool("logs", false, "list the known log types, one a line")
		records = flags.Bool("records", false, "write the parsed records, one a line, and no alerts")
		alerts  = flags.Bool("alerts", false, "write the alerts, one a line (the default)")
	)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return ok
	case err != nil:
		return usage
	}
	if *logs {
		for _, t := range logtype.All() {
			fmt.Fprintln(stdout, t.Name)
		}
		return ok
	}
	parser, err := parserFor(*name)
	switch {
	case err != nil:
	case *records && *alerts:
		err = errors.New("-records and -alerts exclude each other")
	case flags.NArg() == 0:
		err = errors.New("nothing to read: name files, folders, or - for standard input")
	}
	if err != nil {
		fmt.Fprintln(stderr, "scan:", err)
		return usage
	}

	out := bufio.NewWriterSize(stdout, 64<<10)
	bar := newProgress(stderr, flags.Args())
	src := &filesource.Source{Paths: flags.Args(), Stdin: stdin, Progress: bar.add}
	logger := slog.New(slog.NewTextHandler(bar, nil))
	pipeline := &streamalert.Pipeline{
		Parser: parser,
		Rules:  rule.MustCompile(detections.All()...),
		Sink:   flushing{alert.NDJSON(out), out},
		Logger: logger,
	}
	printer := &printer{parser: parser, out: out}
	ctx, handler := source.WithStop(context.WithoutCancel(stop), stop), pipeline.Handle
	if *records {
		ctx, handler = stop, printer.handle
	}
	err = src.Run(ctx, handler)
	bar.finish()

	counts := pipeline.Counts()
	done := "evaluated"
	if *records {
		counts, done = printer.counts, "printed"
	}
	if err != nil {
		fmt.Fprintln(stderr, strings.ReplaceAll(err.Error(), "\n", "\n  "))
	}
	fmt.Fprintf(stderr, "scan: %d files, %d bytes; %d records = %d %s + %d unparsed + %d skipped; %d alerts = %d delivered + %d failed\n",
		counts.Payloads, counts.Bytes, counts.Records, counts.Evaluated, done, counts.Unparsed, counts.Skipped,
		counts.Matched, counts.Delivered, counts.Failed)
	if err != nil || counts.Unparsed > 0 || counts.RuleErrors > 0 {
		return failed
	}
	return ok
}

// parserFor is the log type of that name, or all that are known.
func parserFor(name string) (parse.Parser, error) {
	if name == "" {
		return &parse.Classifier{Types: logtype.All()}, nil
	}
	for _, t := range logtype.All() {
		if t.Name == name {
			return t, nil
		}
	}
	return nil, fmt.Errorf("no log type %q: -logs lists those that are known", name)
}

// flushing is a sink that has written what it was sent when it returns, since a file counts as done then.
type flushing struct {
	alert.Sink
	out *bufio.Writer
}

func (f flushing) Send(ctx context.Context, batch []*alert.Alert) error {
	if err := f.Sink.Send(ctx, batch); err != nil {
		return err
	}
	return f.out.Flush()
}
