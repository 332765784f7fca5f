package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/parse/logtype"
)

// The samples of every log type are printed under its name, whether -log names the type or scan finds it out; and -logs lists
// it.
func TestScanKnowsEveryLogType(t *testing.T) {
	_, list, _ := scan(t, "", "-logs")
	names := strings.Fields(list)
	for _, lt := range logtype.All() {
		if !slices.Contains(names, lt.Name) {
			t.Errorf("-logs does not list %s", lt.Name)
		}
		files, err := filepath.Glob(filepath.Join("..", "..", "parse", "logtype", "testdata", lt.Name, "*.txt"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no samples: %v", lt.Name, err)
		}
		for kind, args := range map[string][]string{"named": {"-log", lt.Name, "-records"}, "found out": {"-records"}} {
			t.Run(lt.Name+" "+kind, func(t *testing.T) {
				status, stdout, stderr := scan(t, "", append(args, files...)...)
				if status != 0 || stdout == "" {
					t.Fatalf("status %d: %s%s", status, stdout, stderr)
				}
				for line := range strings.Lines(stdout) {
					var r struct {
						Log    string
						Record map[string]any
					}
					if err := json.Unmarshal([]byte(line), &r); err != nil {
						t.Fatal(err)
					}
					// A combined line does not say which of the two servers wrote it.
					alike := r.Log == "apache.access" && lt.Name == "nginx.access"
					if r.Log != lt.Name && !alike || len(r.Record) == 0 {
						t.Errorf("%s", line)
					}
				}
			})
		}
	}
}
