// Ratio measures the main job beside decompression alone, in one process and on one core, and prints the ratios that the
// cost model of package rule speaks of. Medians of interleaved runs; smaller is better.
//
// BENCH_CLOUDTRAIL names a gzip'd CloudTrail file to measure with instead of the generated one.
package main

import (
	"bytes"
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

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/internal/mainjob"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
)

const seed = 1

func main() {
	var (
		samples = flag.String("samples", "examples/quickstart/testdata", "folder of CloudTrail files to generate from")
		size    = flag.Int("size", 32<<20, "size of the object in bytes, uncompressed")
		runs    = flag.Int("runs", 11, "how often each is run")
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
	events := mainjob.EventNames(samples)
	jobs := []job{
		{name: "gunzip", run: func() (streamalert.Counts, error) { return streamalert.Counts{}, gunzip(object) }},
		{name: "A 10"}, {name: "A 1000"}, {name: "A 10000"}, {name: "B 1000"}, {name: "two cores A 1000", cores: 2, readAhead: 1 << 20},
	}
	a := mainjob.RulesA(10000, events, seed)
	for i, rules := range [][]rule.Rule{sameFields(a[:1000], 10), a[:1000], a, mainjob.RulesB(1000, events, seed), a[:1000]} {
		set, err := rule.Compile(rules...)
		if err != nil {
			return err
		}
		j := &jobs[i+1]
		j.run = func() (streamalert.Counts, error) { return whole(object, set, j.readAhead) }
	}
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
	base := jobs[0].median()
	for _, j := range jobs {
		fmt.Printf("%-16s %8.1f ms, best %.1f %s\n", j.name, float64(j.median())/1e6, float64(j.times[0])/1e6, j.what)
	}
	for _, name := range []string{"A 1000", "B 1000", "A 10000"} {
		fmt.Printf("main-job %s: %.2f\n", name, find(jobs, name)/float64(base))
	}
	fmt.Printf("A 1000/10: %.2f\n", find(jobs, "A 1000")/find(jobs, "A 10"))
	fmt.Printf("two cores A 1000: %.2f\n", find(jobs, "two cores A 1000")/float64(base))
	return nil
}

func find(jobs []job, name string) float64 {
	for i := range jobs {
		if jobs[i].name == name {
			return float64(jobs[i].median())
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
	times     []time.Duration
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

func (j *job) median() time.Duration {
	slices.Sort(j.times)
	return j.times[len(j.times)/2]
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

// sameFields are n of the rules that read, together, the fields that all of them read.
func sameFields(rules []rule.Rule, n int) []rule.Rule {
	all := rule.MustCompile(rules...).Fields().Paths()
	few := slices.Clone(rules[:n])
	var rest []rule.Condition
	for _, path := range all {
		rest = append(rest, rule.Field(path).Equals("no such value"))
	}
	few[n-1].When = rule.Any(few[n-1].When, rule.AtLeast(len(rest), rest...))
	return few
}
