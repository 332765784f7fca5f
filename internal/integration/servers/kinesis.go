package servers

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// kinesisScript runs kinesis-local, which would listen on all interfaces and knows no other way. It ends with its
// standard input, so that no server outlives a test that was killed.
const kinesisScript = `
const { Server } = require("net"), { listen } = Server.prototype;
Server.prototype.listen = function (port, ready) { return listen.call(this, port, "127.0.0.1", ready); };
process.stdin.resume().on("end", () => process.exit());
require(process.argv[1]);
`

// Kinesis starts kinesis-local, which keeps streams in memory. It has none yet. It throttles nothing, takes more than
// 500 records in a call, and its SubscribeToShard leaves out what the SDK needs to begin.
func Kinesis(t testing.TB) *AWS {
	t.Helper()
	dir := tool(t, "npm", "node_modules", "kinesis-local")
	node := nodeProgram(t)
	var url string
	start(t, "kinesis-local", func() *exec.Cmd {
		ports := freePorts(t, 2)
		url = "http://" + ports[0]
		cmd := exec.Command(node, "--eval", kinesisScript, filepath.Join(dir, "main.js"))
		cmd.Env = append(os.Environ(),
			"KINESIS_MOCK_PLAIN_PORT="+port(ports[0]),
			"KINESIS_MOCK_TLS_PORT="+port(ports[1]),
			"KINESIS_MOCK_CERT_PATH="+filepath.Join(dir, "server.json"),
			"CREATE_STREAM_DURATION=10ms", "SPLIT_SHARD_DURATION=10ms", "MERGE_SHARDS_DURATION=10ms",
			"LOG_LEVEL=ERROR",
		)
		return cmd
	}, func(string) error {
		return answers(url+"/healthcheck", http.StatusOK)
	})
	return &AWS{URL: url, validation: aws.ResponseChecksumValidationWhenSupported}
}

// port is that of an address on the loopback interface.
func port(addr string) string { return addr[strings.LastIndexByte(addr, ':')+1:] }
