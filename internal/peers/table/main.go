// Table measures this library's rule engine beside others, in one process and on one core: megabytes of JSON records a
// second, decoding included, and how many times as much this library's engine gets through. Medians of interleaved runs.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/streamalert/streamalert-go/internal/mainjob"
	"github.com/streamalert/streamalert-go/internal/peers"
	"github.com/streamalert/streamalert-go/rule"
)

const seed = 1

func main() {
	b := bench{rules: []int{10, 100, 1000}}
	flag.StringVar(&b.samples, "samples", "examples/quickstart/testdata", "folder of CloudTrail files to generate records from")
	flag.IntVar(&b.size, "size", 8<<20, "size of the records in bytes")
	flag.IntVar(&b.runs, "runs", 11, "how often each is run")
	flag.DurationVar(&b.length, "length", 200*time.Millisecond, "how long a run is")
	flag.Parse()
	if err := b.print(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
		os.Exit(1)
	}
}

// bench is what is measured.
type bench struct {
	samples string
	rules   []int // numbers of rules
	size    int
	runs    int
	length  time.Duration
}

func (b *bench) print(w io.Writer) error {
	samples, err := mainjob.Samples(b.samples)
	if err != nil {
		return err
	}
	records, err := generate(samples, b.size)
	if err != nil {
		return err
	}
	if len(records) == 0 || b.runs < 1 {
		return errors.New("no records or no runs")
	}
	events := mainjob.EventNames(samples)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	most := slices.Max(b.rules)
	if err := b.table(w, "A, as real sets are", mainjob.RulesA(most, events, seed), records); err != nil {
		return err
	}
	return b.table(w, "B, mixed conditions", mainjob.RulesB(most, events, seed), records)
}

func generate(samples []json.RawMessage, size int) ([]json.RawMessage, error) {
	var b bytes.Buffer
	if err := mainjob.Write(&b, samples, size, seed); err != nil {
		return nil, err
	}
	var doc struct{ Records []json.RawMessage }
	err := json.Unmarshal(b.Bytes(), &doc)
	return doc.Records, err
}

// column is one number of rules, for every engine in its order.
type column struct {
	matches []peers.Match
	speeds  [][]float64
}

func (b *bench) table(w io.Writer, title string, rules []rule.Rule, records []json.RawMessage) error {
	engines := peers.Engines()
	columns := make([]column, len(b.rules))
	for i, n := range b.rules {
		c := &columns[i]
		c.speeds = make([][]float64, len(engines))
		for _, e := range engines {
			m, err := e.Compile(rules[:n])
			if err != nil {
				return fmt.Errorf("%s: %w", e.Name, err)
			}
			c.matches = append(c.matches, m)
		}
	}
	for n := range b.runs {
		for i := range columns {
			if err := columns[i].measure(records, n*len(records)/b.runs, b.length); err != nil {
				return err
			}
		}
	}
	b.write(w, title, engines, columns)
	return nil
}

// measure runs each engine once, from the same record on.
func (c *column) measure(records []json.RawMessage, from int, length time.Duration) error {
	for i, match := range c.matches {
		runtime.GC()
		speed, err := measure(match, records, from, length)
		if err != nil {
			return err
		}
		c.speeds[i] = append(c.speeds[i], speed)
	}
	return nil
}

// measure is how many megabytes a second an engine gets through.
func measure(match peers.Match, records []json.RawMessage, at int, length time.Duration) (float64, error) {
	size := 0
	start := time.Now()
	for {
		for range 16 {
			record := records[at%len(records)]
			if err := match(record, func(int) {}); err != nil {
				return 0, err
			}
			size += len(record)
			at++
		}
		if took := time.Since(start); took >= length {
			return float64(size) / 1e6 / took.Seconds(), nil
		}
	}
}

func (b *bench) write(w io.Writer, title string, engines []peers.Engine, columns []column) {
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "%s\t", title)
	for _, n := range b.rules {
		fmt.Fprintf(t, "%d rules\t\t", n)
	}
	fmt.Fprintln(t)
	for i, e := range engines {
		fmt.Fprintf(t, "%s\t", e.Name)
		for _, c := range columns {
			ours, its := median(c.speeds[0]), median(c.speeds[i])
			fmt.Fprintf(t, "%.1f MB/s\t%.1fx\t", its, ours/its)
		}
		fmt.Fprintln(t)
	}
	t.Flush()
	fmt.Fprintln(w)
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}
