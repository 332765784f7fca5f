package servers

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// GoAWS starts goaws, a server of SNS that posts signed messages to HTTP endpoints, with no topic yet. It signs in version
// 1, and publishes its certificate, which is its own and valid for seconds, over plain HTTP. It posts the confirmation of a
// subscription a second after that.
//
// Unlike the others it listens on all interfaces.
func GoAWS(t testing.TB) *AWS {
	t.Helper()
	program := tool(t, "bin", "goaws")
	var addr string
	start(t, "goaws", func() *exec.Cmd {
		addr = freePorts(t, 1)[0]
		_, port, err := net.SplitHostPort(addr)
		if err != nil {
			t.Fatal(err)
		}
		config := filepath.Join(t.TempDir(), "goaws.yaml")
		text := fmt.Sprintf("Local:\n  Host: localhost\n  Port: %s\n  Region: %s\n  AccountId: \"123456789012\"\n", port, Region)
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return exec.Command(program, "-config", config, "Local")
	}, func(string) error {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		return conn.Close()
	})
	return &AWS{URL: "http://" + addr, validation: aws.ResponseChecksumValidationWhenSupported}
}
