// Package lambdafntest is what the tests of the functions have in common. The functions run behind the runtime interface
// emulator, and their alerts go through servers of SNS and SQS: package servers says which.
package lambdafntest

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/streamalert/streamalert-go/alert"
)

// Main is a TestMain: it runs the tests of a function once it has built the function, the package in the working folder,
// and put its path into program.
func Main(m *testing.M, program *string) int {
	dir, err := os.MkdirTemp("", "function")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	*program = filepath.Join(dir, "bootstrap")
	if err := Build(*program, nil, "-tags", "lambda.norpc"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// Build builds the package in the working folder with more environment and flags than usual.
func Build(program string, env []string, flags ...string) error {
	cmd := exec.Command("go", append(append([]string{"build"}, flags...), "-o", program, ".")...)
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	return nil
}

// Logged are the function's own log lines, and its other lines that are JSON: the alerts.
func Logged(t testing.TB, output string) (logs []map[string]any, alerts []alert.Alert) {
	t.Helper()
	for line := range strings.Lines(output) {
		if !strings.HasPrefix(line, "{") {
			continue // the emulator's
		}
		var a alert.Alert
		if err := json.Unmarshal([]byte(line), &a); err == nil && a.ID != "" {
			alerts = append(alerts, a)
			continue
		}
		var l map[string]any
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Errorf("%v: %s", err, line)
		}
		logs = append(logs, l)
	}
	return logs, alerts
}

// Await polls until done returns true. What a function prints may come a moment after its answer.
func Await(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not seen within 20 s:", what)
		}
	}
}
