// Command corpus answers questions about log data with the library, one JSON object a line each:
//
//	python3 score.py questions FILE... > questions.jsonl
//	go run ./internal/corpus < questions.jsonl > answers.jsonl
//	python3 score.py score FILE... answers.jsonl
//
// The corpora's MANIFEST.md describes both. A question of a kind that is not known is answered with an error.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(context.Background(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// question is what is asked. It has what the kind needs.
type question struct {
	ID         string            `json:"id"`
	Kind       string            `json:"kind"`
	Input      string            `json:"input"`
	InputBytes []byte            `json:"input_b64"`
	Objects    map[string][]byte `json:"objects"` // by bucket/key, or bucket/key?versionId=ID
}

// answer is what is found. Payloads beside an error are those before it.
type answer struct {
	ID       string    `json:"id"`
	Payloads []payload `json:"payloads"`
	Error    string    `json:"error,omitempty"`
}

type payload struct {
	Body []byte `json:"body_b64"`
}

// run answers the questions of r in their order.
func run(ctx context.Context, r io.Reader, w io.Writer) error {
	in := json.NewDecoder(bufio.NewReader(r))
	out := bufio.NewWriter(w)
	for {
		var q question
		err := in.Decode(&q)
		if err == io.EOF {
			return out.Flush()
		}
		if err != nil {
			return fmt.Errorf("corpus: question: %w", err)
		}
		if err := json.NewEncoder(out).Encode(q.answer(ctx)); err != nil {
			return fmt.Errorf("corpus: answer: %w", err)
		}
	}
}

func (q question) answer(ctx context.Context) answer {
	var bodies [][]byte
	var err error
	switch q.Kind {
	case "lambda_event":
		bodies, err = q.lambdaEvent(ctx)
	case "kpl":
		bodies = q.kpl()
	default:
		err = fmt.Errorf("corpus: questions of the kind %q are not answered yet", q.Kind)
	}
	a := answer{ID: q.ID, Payloads: []payload{}}
	for _, b := range bodies {
		// Not null, which no bytes would be.
		a.Payloads = append(a.Payloads, payload{append([]byte{}, b...)})
	}
	if err != nil {
		a.Error = err.Error()
	}
	return a
}
