//go:build linux

package servers

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// PeakMemory runs a command to its end, whatever that is, and returns its largest resident set in KiB. The kernel's own count of an ended process (getrusage)
// begins with that of the process that started it, so this one is read while the command runs: it never falls.
func PeakMemory(t testing.TB, cmd *exec.Cmd) (peak int) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	for {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
		for line := range strings.Lines(string(status)) {
			if kib, ok := strings.CutPrefix(line, "VmHWM:"); ok && err == nil {
				n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(kib), " kB"))
				if err != nil {
					t.Fatal(err)
				}
				peak = n
			}
		}
		select {
		case <-ended:
			if peak == 0 {
				t.Fatal("no VmHWM was read")
			}
			return peak
		case <-time.After(5 * time.Millisecond):
		}
	}
}
