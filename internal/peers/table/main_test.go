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

func TestAFolderWithoutRecordsIsAnError(t *testing.T) {
	if err := (&bench{samples: t.TempDir()}).print(&bytes.Buffer{}); err == nil {
		t.Error("no error")
	}
}

func TestTheMedianIsTheOneInTheMiddle(t *testing.T) {
	if m := median([]float64{9, 1, 5, 100, 2}); m != 5 {
		t.Error(m)
	}
}
