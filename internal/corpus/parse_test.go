package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// parsers are the kinds that a parser answers.
var parsers = []string{"parse", "parse_file", "parse_ok", "parse_error", "envelope", "streamalert_parse", "streamalert_event"}

// unnamed are the kinds of which it can't be told what log type the input is of.
var unnamed = []string{"parse_error", "streamalert_parse"}

var update = flag.Bool("update", false, "write the known misses anew")

// TestParsers answers every case of a parser, prints how many pass by file and log type, and fails for each that does not
// and is not among the known misses, and for each known miss that passes.
func TestParsers(t *testing.T) {
	for _, classify := range []bool{false, true} {
		t.Run(map[bool]string{false: "by name", true: "classified"}[classify], func(t *testing.T) {
			list := filepath.Join("testdata", map[bool]string{false: "misses.txt", true: "misses_classified.txt"}[classify])
			if *update {
				if err := os.WriteFile(list, nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			known := misses(t, list)
			for _, file := range caseFiles(t) {
				scoreFile(t, file, classify, list, known)
			}
			for id := range known {
				t.Errorf("%s: a known miss that is no case, or passes", id)
			}
		})
	}
}

type rate struct{ passed, of int }

func scoreFile(t *testing.T, file string, classify bool, list string, known map[string]bool) {
	t.Helper()
	cases, questions := parserCases(t, file, classify)
	if len(cases) == 0 {
		return
	}
	var out bytes.Buffer
	if err := run(t.Context(), bytes.NewReader(questions), &out, classify); err != nil {
		t.Fatal(err)
	}
	in := json.NewDecoder(&out)
	rates := map[string]*rate{}
	for _, c := range cases {
		var a answer
		if err := in.Decode(&a); err != nil {
			t.Fatal(err)
		}
		log := cmp.Or(c.Log, c.Kind)
		if rates[log] == nil {
			rates[log] = &rate{}
		}
		r := rates[log]
		r.of++
		why := c.fails(a, classify)
		switch {
		case why == "":
			r.passed++
		case known[c.ID]:
			delete(known, c.ID)
		case *update:
			addMiss(t, list, c.ID, why)
		default:
			t.Errorf("%s: %.300s", c.ID, why)
		}
	}
	for _, log := range slices.SortedFunc(maps.Keys(rates), cmp.Compare[string]) {
		t.Logf("%-24s %-24s %4d of %4d", filepath.Base(file), log, rates[log].passed, rates[log].of)
	}
}

// caseFiles are the files of the corpora that have cases.
func caseFiles(t *testing.T) []string {
	t.Helper()
	dir := corpora(t)
	files, err := filepath.Glob(filepath.Join(dir, "cases", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	return append(files, filepath.Join(dir, "captures", "cases.jsonl"))
}

func corpora(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("STREAMALERT_CORPORA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpora")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the corpora are not here (STREAMALERT_CORPORA names their folder): %v", err)
	}
	t.Setenv("STREAMALERT_CORPORA", dir) // for the answers that need the schemas there
	return dir
}

// parserCases are a file's cases for a parser, and the questions that they make.
func parserCases(t *testing.T, file string, classify bool) (cases []*scored, questions []byte) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var kind struct{ Kind, Log string }
		if err := json.Unmarshal(lines.Bytes(), &kind); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(parsers, kind.Kind) || classify && (slices.Contains(unnamed, kind.Kind) || strings.HasPrefix(kind.Log, "format.")) {
			continue
		}
		c := &scored{}
		if err := decodeNumbers(lines.Bytes(), c); err != nil {
			t.Fatal(err)
		}
		var q map[string]json.RawMessage
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"want", "source", "note"} { // as score.py
			delete(q, secret)
		}
		if classify {
			delete(q, "log")
		}
		b, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		cases, questions = append(cases, c), append(append(questions, b...), '\n')
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return cases, questions
}

// misses are the ids of the cases that are known to fail; a line each, and why, behind a #.
func misses(t *testing.T, file string) map[string]bool {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for line := range strings.Lines(string(b)) {
		if id, _, _ := strings.Cut(line, "#"); strings.TrimSpace(id) != "" {
			known[strings.TrimSpace(id)] = true
		}
	}
	return known
}

func addMiss(t *testing.T, list, id, why string) {
	t.Helper()
	f, err := os.OpenFile(list, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	why, _, _ = strings.Cut(why, "\n")
	if _, err := fmt.Fprintf(f, "%s # %.120s\n", id, strings.ToValidUTF8(why, "?")); err != nil {
		t.Fatal(err)
	}
}
