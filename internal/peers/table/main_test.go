package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestEachEngineHasALineInEachTable(t *testing.T) {
	var b bytes.Buffer
	small := bench{samples: "../../../examples/quickstart/testdata", rules: []int{1, 20}, size: 64 << 10, runs: 3, length: time.Millisecond}
	if err := small.print(&b); err != nil {
		t.Fatal(err)
	}
	tables := strings.Split(strings.TrimSpace(b.String()), "\n\n")
	if len(tables) != 2 {
		t.Fatalf("%d tables:\n%s", len(tables), &b)
	}
	for i, title := range []string{"A,", "B,"} {
		lines := strings.Split(tables[i], "\n")
		if !strings.HasPrefix(strings.TrimSpace(lines[0]), title) || len(lines) != 7 {
			t.Errorf("%s", tables[i])
		}
		for j, name := range []string{"streamalert-go", "map loop", "expr", "cel-go", "gjson", "sigma-go"} {
			if j+1 < len(lines) && !regexp.MustCompile(`^\s*`+name+`(\s+\d+\.\d MB/s\s+\d+\.\dx){2}\s*$`).MatchString(lines[j+1]) {
				t.Errorf("%s: %q", name, lines[j+1])
			}
		}
	}
}

func TestNothingToMeasureIsAnError(t *testing.T) {
	samples := "../../../examples/quickstart/testdata"
	for name, b := range map[string]bench{
		"a folder without files": {samples: t.TempDir(), rules: []int{1}, size: 1000, runs: 1},
		"no records":             {samples: samples, rules: []int{1}, runs: 1},
		"no runs":                {samples: samples, rules: []int{1}, size: 1000},
	} {
		if err := b.print(&bytes.Buffer{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestTheMedianIsTheOneInTheMiddle(t *testing.T) {
	if m := median([]float64{9, 1, 5, 100, 2}); m != 5 {
		t.Error(m)
	}
}
