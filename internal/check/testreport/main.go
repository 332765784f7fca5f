// Testreport reads what `go test -json` says and prints what a person wants to know: each package's closing line, the
// output of what failed, and every test that was skipped, with its reason. It exits with status 1 when a test or a
// package failed, when no test ran and, where the variable CI is "true", when a test was skipped.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	if !report(os.Stdin, os.Stdout, os.Getenv("CI") == "true") {
		os.Exit(1)
	}
}

// event is a line of `go test -json`, see `go doc test2json` and `go help buildjson`.
type event struct {
	Action, Package, Test, Output string
}

// test names a test; its Test is empty for what its package says outside of any.
type test struct{ pkg, name string }

type state struct {
	out    io.Writer
	said   map[test]*strings.Builder // of those that have not ended
	skips  []string
	passed int
	failed int
	bad    map[string]bool // packages with a failed test
}

// report copies what matters from in to out, and says whether all is well.
func report(in io.Reader, out io.Writer, strict bool) bool {
	s := &state{out: out, said: map[test]*strings.Builder{}, bad: map[string]bool{}}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			s.line(line)
		}
		if err != nil {
			break
		}
	}
	if len(s.skips) > 0 {
		fmt.Fprintf(out, "\nSkipped:\n%s", strings.Join(s.skips, ""))
	}
	fmt.Fprintf(out, "\n%d passed, %d failed, %d skipped\n", s.passed, s.failed, len(s.skips))
	if strict && len(s.skips) > 0 {
		fmt.Fprintln(out, "In CI no test may be skipped.")
		return false
	}
	return s.failed == 0 && s.passed > 0
}

func (s *state) line(line string) {
	var e event
	if json.Unmarshal([]byte(line), &e) != nil || e.Action == "" {
		fmt.Fprint(s.out, line) // the go command's own words
		return
	}
	t := test{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		fmt.Fprint(s.out, e.Output)
	case "output":
		s.output(t, e.Output)
	case "pass", "skip", "fail":
		s.end(t, e.Action)
	}
}

func (s *state) output(t test, text string) {
	if t.name == "" && closing(text) {
		fmt.Fprint(s.out, text)
		return
	}
	b := s.said[t]
	if b == nil {
		b = new(strings.Builder)
		s.said[t] = b
	}
	b.WriteString(text)
}

// closing tells the line that ends a package's output.
func closing(text string) bool {
	return strings.HasPrefix(text, "ok  \t") || strings.HasPrefix(text, "FAIL\t") || strings.HasPrefix(text, "?   \t")
}

func (s *state) end(t test, action string) {
	said := ""
	if b := s.said[t]; b != nil {
		said = b.String()
	}
	delete(s.said, t)
	switch {
	case action == "fail" && t.name == "":
		fmt.Fprint(s.out, said)
		s.unfinished(t.pkg)
		if !s.bad[t.pkg] { // it did not build, or it ended in the middle of a test
			s.failed++
		}
	case action == "fail":
		fmt.Fprint(s.out, said)
		s.failed++
		s.bad[t.pkg] = true
	case t.name == "":
	case action == "pass":
		s.passed++
	case strings.HasPrefix(t.name, "Fuzz") && strings.Contains(t.name, "/"): // a seed that is not for this target
	default:
		s.skips = append(s.skips, fmt.Sprintf("%s %s\n%s", t.pkg, t.name, reason(said)))
	}
}

// unfinished prints what the tests said that a crash has cut short.
func (s *state) unfinished(pkg string) {
	for t, b := range s.said {
		if t.pkg == pkg {
			fmt.Fprint(s.out, b)
			delete(s.said, t)
		}
	}
}

// reason is what a test said besides the lines of the framework.
func reason(said string) string {
	var b strings.Builder
	for line := range strings.Lines(said) {
		if text := strings.TrimSpace(line); !strings.HasPrefix(text, "===") && !strings.HasPrefix(text, "---") {
			fmt.Fprintf(&b, "    %s\n", text)
		}
	}
	return b.String()
}
