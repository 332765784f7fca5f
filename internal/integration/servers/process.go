package servers

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// process is a running program.
type process struct {
	cmd    *exec.Cmd
	output *output
	ended  chan struct{} // closed once the program has ended
	err    error         // how it ended; set before ended is closed
}

// start runs the program that command makes until ready, which gets what the program has printed, returns nil. One
// that ends before, as it does where another took its port, is made anew.
func start(t testing.TB, name string, command func() *exec.Cmd, ready func(output string) error) *process {
	t.Helper()
	const tries = 5
	var err error
	for range tries {
		var p *process
		p, err = run(t, name, command())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err = p.await(ready); err == nil {
			return p
		}
		if !p.over() {
			break
		}
	}
	t.Fatalf("%s did not get ready: %v", name, err)
	return nil
}

// run starts a program that ends with the test.
func run(t testing.TB, name string, cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, output: new(output), ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p.output, p.output
	cmd.WaitDelay = time.Second // for what the program itself has started and left
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		stdin.Close()
		p.stop()
		if t.Failed() {
			t.Logf("%s printed:\n%s", name, p.output)
		}
	})
	return p, nil
}

// await polls until ready returns nil, the program ends or half a minute has passed.
func (p *process) await(ready func(output string) error) error {
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := ready(p.output.String())
		if p.over() { // whoever answered, it was not this program
			return fmt.Errorf("it ended: %v, having printed: %s", p.err, p.output)
		}
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (p *process) over() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// stop asks the program to end, and after some seconds ends it.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // fails only where it has ended
	select {
	case <-p.ended:
	case <-time.After(5 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
}

// output is a buffer that is read while a program writes to it.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// freePorts are n addresses that nobody listens on.
func freePorts(t testing.TB, n int) []string {
	t.Helper()
	addrs := make([]string, n)
	for i := range addrs {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatalf("looking for a free port: %v", err)
		}
		defer l.Close() // only at the end, so that no two are the same
		addrs[i] = l.Addr().String()
	}
	return addrs
}

// answers asks for a page. That a port can be connected to says nothing: while another goroutine starts a program,
// its child holds our own listeners open for a moment.
func answers(url string, status int) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	resp.Body.Close()
	if resp.StatusCode != status {
		return fmt.Errorf("GET %s answered %s", url, resp.Status)
	}
	return nil
}

// tool is the path of something in the tools folder. Without it the test is skipped or, in CI, fails.
func tool(t testing.TB, path ...string) string {
	t.Helper()
	full := toolPath(t, path...)
	if _, err := os.Stat(full); err != nil {
		missing(t, path[len(path)-1], err)
	}
	return full
}

func missing(t testing.TB, name string, err error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing, see `make tools`: %v", name, err)
	}
	t.Skipf("%s is missing, see `make tools`: %v", name, err)
}

// toolPath is a path in the tools folder, whether it exists or not.
func toolPath(t testing.TB, path ...string) string {
	t.Helper()
	dir := os.Getenv("STREAMALERT_TOOLS")
	if dir == "" {
		dir = filepath.Join(root(t), ".tools")
	}
	return filepath.Join(append([]string{dir}, path...)...)
}

// root is the folder of go.work: a test runs in the folder of its package, somewhere below.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "go.work"))
		if err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if !errors.Is(err, fs.ErrNotExist) || parent == dir {
			t.Fatalf("no go.work above the test's folder: %v", err)
		}
		dir = parent
	}
}
