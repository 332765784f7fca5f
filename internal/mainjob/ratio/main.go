// Ratio measures the main job beside decompression alone, in one process and on one core, and the engine alone beside a
// check that the same bytes are JSON. It prints the ratios that the cost model of package rule speaks of: medians over rounds,
// in each of which everything is run once. Of the main job smaller is better, of the engine, whose throughput it is, larger.
//
// Run it on a machine that does nothing else. Where cores share what they work with, or are lent to others, decompression is
// slower while a second core works: two of them at once, which share nothing, tell by how much, beside the main job on two cores.
//
// BENCH_CLOUDTRAIL names a gzip'd CloudTrail file to measure with instead of the generated one.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/tidwall/gjson"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/internal/mainjob"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
)

const seed = 1

// engineSize is how many bytes of records the engine alone is measured with.
const engineSize = 8 << 20

func main() {
	var (
		samples = flag.String("samples", "examples/quickstart/testdata", "folder of CloudTrail files to generate from")
		size    = flag.Int("size", 32<<20, "size of the object in bytes, uncompressed")
		runs    = flag.Int("runs", 21, "how often each is run")
		job     = flag.String("job", "", "run this one alone, as often as all")
		profile = flag.String("profile", "", "write a CPU profile to this `file`")
	)
	flag.Parse()
	if err := profiled(*profile, func() error { return run(*samples, *job, *size, *runs) }); err != nil {
		fmt.Fprintln(os.Stderr, "ratio:", err)
		os.Exit(1)
	}
}

func profiled(path string, run func() error) error {
	if path == "" {
		return run()
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	err = run()
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close())
}

func run(dir, only string, size, runs int) error {
	samples, err := mainjob.Samples(dir)
	if err != nil {
		return err
	}
	object, err := object(samples, size)
	if err != nil {
		return err
	}
	jobs, err := mainJobs(object, mainjob.EventNames(samples))
	if err != nil {
		return err
	}
	alone, err := engineJobs(samples, mainjob.EventNames(samples))
	if err != nil {
		return err
	}
	jobs = append(jobs, alone...)
	for n := range runs + 1 {
		for i := range jobs {
			if only != "" && only != jobs[i].name {
				continue
			}
			if err := jobs[i].measure(n > 0); err != nil {
				return err
			}
		}
	}
	if only != "" {
		return nil
	}
	report(jobs)
	return nil
}

func report(jobs []job) {
	for _, j := range jobs {
		fmt.Printf("%-16s %8.1f ms, best %.1f %s\n", j.name, float64(median(j.times))/1e6, float64(slices.Min(j.times))/1e6, j.what)
	}
	for _, name := range []string{"A 1000", "B 1000", "A 10000"} {
		fmt.Printf("main-job %s: %.2f\n", name, ratio(jobs, name, "gunzip"))
	}
	fmt.Printf("A 1000/10: %.2f\n", ratio(jobs, "A 1000", "A 10"))
	fmt.Printf("two cores A 1000: %.2f\n", ratio(jobs, "two cores A 1000", "gunzip"))
	fmt.Printf("two gunzips at once: %.2f\n", ratio(jobs, "two gunzips", "gunzip"))
	fmt.Printf("two cores A 1000 / two gunzips: %.2f\n", ratio(jobs, "two cores A 1000", "two gunzips"))
	fmt.Printf("engine exact 1000 / gjson.Valid: %.2f\n", ratio(jobs, "gjson.Valid", "engine exact"))
	fmt.Printf("engine B 3000 / gjson.Valid: %.2f\n", ratio(jobs, "gjson.Valid", "engine B 3000"))
}

// ratio is the median of what one job took for each of the other's in the same round: a machine that is slower for some rounds
// is slower for both.
func ratio(jobs []job, name, of string) float64 {
	a, b := find(jobs, name), find(jobs, of)
	var all []float64
	for round := range a {
		all = append(all, float64(a[round])/float64(b[round]))
	}
	return median(all)
}

// mainJobs are decompression alone, first, and the main job with several sets.
func mainJobs(object []byte, events []string) ([]job, error) {
	jobs := []job{
		{name: "gunzip", run: func() (streamalert.Counts, error) { return streamalert.Counts{}, gunzip(object) }},
		{name: "A 10"}, {name: "A 1000"}, {name: "A 10000"}, {name: "B 1000"}, {name: "two cores A 1000", cores: 2, readAhead: 1 << 20},
	}
	a := mainjob.RulesA(10000, events, seed)
	for i, rules := range [][]rule.Rule{mainjob.SameFields(a[:1000], 10), a[:1000], a, mainjob.RulesB(1000, events, seed), a[:1000]} {
		set, err := rule.Compile(rules...)
		if err != nil {
			return nil, err
		}
		j := &jobs[i+1]
		j.run = func() (streamalert.Counts, error) { return whole(object, set, j.readAhead) }
	}
	return append(jobs, job{name: "two gunzips", cores: 2, run: func() (streamalert.Counts, error) {
		other := make(chan error)
		go func() { other <- gunzip(object) }()
		return streamalert.Counts{}, errors.Join(gunzip(object), <-other)
	}}), nil
}

// engineJobs are the rules alone over records in memory, and a check of the same bytes.
func engineJobs(samples []json.RawMessage, events []string) ([]job, error) {
	records, err := mainjob.Records(samples, engineSize, seed)
	if err != nil {
		return nil, err
	}
	jobs := []job{{name: "gjson.Valid", run: func() (c streamalert.Counts, err error) {
		for _, r := range records {
			if !gjson.ValidBytes(r) {
				return c, errors.New("record is no JSON")
			}
			c.Records++
		}
		return c, nil
	}}, {name: "engine exact"}, {name: "engine B 3000"}}
	for i, rules := range [][]rule.Rule{mainjob.RulesExact(1000, events, seed), mainjob.RulesB(3000, events, seed)} {
		set, err := rule.Compile(rules...)
		if err != nil {
			return nil, err
		}
		jobs[i+1].run = func() (streamalert.Counts, error) { return match(records, set) }
	}
	return jobs, nil
}

// match finds the rules that hold for each record, which is walked and matched.
func match(records []json.RawMessage, set *rule.Set) (c streamalert.Counts, err error) {
	for _, r := range records {
		c.Records++
		for _, err := range set.Match(parse.JSONRecord(r)) {
			if err != nil {
				return c, err
			}
			c.Matched++
		}
	}
	return c, nil
}

// find is how long a job took in each round.
func find(jobs []job, name string) []time.Duration {
	for i := range jobs {
		if jobs[i].name == name {
			return jobs[i].times
		}
	}
	panic("no job " + name)
}

type job struct {
	name      string
	cores     int // 1 where it is 0
	readAhead int
	run       func() (streamalert.Counts, error)
	what      string
	times     []time.Duration // by round
}

func (j *job) measure(counts bool) error {
	runtime.GOMAXPROCS(max(j.cores, 1))
	runtime.GC()
	debug.SetGCPercent(100)
	start := time.Now()
	c, err := j.run()
	took := time.Since(start)
	if counts {
		j.times = append(j.times, took)
	}
	if c.Records > 0 {
		j.what = fmt.Sprintf("%d records, %d alerts", c.Records, c.Matched)
	}
	return err
}

func median[T cmp.Ordered](of []T) T {
	of = slices.Sorted(slices.Values(of))
	return of[len(of)/2]
}

func object(samples []json.RawMessage, size int) ([]byte, error) {
	if name := os.Getenv("BENCH_CLOUDTRAIL"); name != "" {
		return os.ReadFile(name)
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, 6)
	if err != nil {
		return nil, err
	}
	if err := mainjob.Write(z, samples, size, seed); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}

func gunzip(object []byte) error {
	z, err := gzip.NewReader(bytes.NewReader(object))
	if err != nil {
		return err
	}
	buf := make([]byte, 256<<10)
	for {
		if _, err := z.Read(buf); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// whole is the main job: gunzip, split, walk, match, alerts serialised.
func whole(object []byte, set *rule.Set, readAhead int) (streamalert.Counts, error) {
	p := &streamalert.Pipeline{Parser: logtype.CloudTrail(), Rules: set, Sink: alert.NDJSON(io.Discard), ReadAhead: readAhead}
	err := p.Handle(context.Background(), []*source.Payload{
		source.NewPayload(parse.Origin{Kind: "bench"}, func(context.Context, *source.Payload) (io.ReadCloser, error) {
			return source.Decompress(bytes.NewReader(object), source.Limits{})
		}),
	})
	return p.Counts(), err
}
