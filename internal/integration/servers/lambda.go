package servers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"testing"
)

// Lambda is a function behind the Lambda Runtime API. It takes one invocation at a time.
type Lambda struct {
	url  string
	proc *process
}

// LambdaRIE starts aws-lambda-rie, which runs a function, a program built with aws-lambda-go, as Lambda does. The
// function's environment is the test's and env. AWS_LAMBDA_FUNCTION_TIMEOUT in it is its time in seconds.
func LambdaRIE(t testing.TB, function string, env ...string) *Lambda {
	t.Helper()
	program := tool(t, "bin", "aws-lambda-rie")
	var addr string
	proc := start(t, "aws-lambda-rie", func() *exec.Cmd {
		ports := freePorts(t, 2)
		addr = ports[0]
		cmd := exec.Command(program, "--runtime-interface-emulator-address", addr,
			"--runtime-api-address", ports[1], function)
		cmd.Env = append(os.Environ(), env...)
		return cmd
	}, func(string) error {
		return answers("http://"+addr, http.StatusNotFound) // what it says to all but invocations
	})
	return &Lambda{url: "http://" + addr + "/2015-03-31/functions/function/invocations", proc: proc}
}

// InvokeError is an invocation that failed: the function returned an error, panicked or ran out of time.
type InvokeError struct {
	Status  int    // of the HTTP answer; 200 for an error that the function returned
	Type    string // errorType, where the answer is the runtime's
	Message string // errorMessage, or the whole answer where it is not JSON
}

func (e *InvokeError) Error() string {
	return fmt.Sprintf("lambda: status %d: %s: %s", e.Status, e.Type, e.Message)
}

// Invoke hands an event to the function and returns its answer. A failure of the function is a [*InvokeError].
func (l *Lambda) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url, bytes.NewReader(event))
	if err != nil {
		return nil, fmt.Errorf("lambda: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("lambda: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("lambda: the answer: %w", err)
	}
	// The emulator does not mark an error of the function otherwise than by these members.
	var answer struct{ ErrorType, ErrorMessage *string }
	if !json.Valid(body) {
		return nil, &InvokeError{Status: resp.StatusCode, Message: string(body)}
	}
	_ = json.Unmarshal(body, &answer) // an answer that is no object is no error either
	if answer.ErrorType != nil && answer.ErrorMessage != nil {
		return nil, &InvokeError{Status: resp.StatusCode, Type: *answer.ErrorType, Message: *answer.ErrorMessage}
	}
	if resp.StatusCode != http.StatusOK {
		return nil, &InvokeError{Status: resp.StatusCode, Message: string(body)}
	}
	return body, nil
}

// Output is what the function printed so far, standard output and standard error together, among the lines of the
// emulator. What an invocation printed may come a moment after its answer.
func (l *Lambda) Output() string { return l.proc.output.String() }
