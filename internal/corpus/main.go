// Command corpus answers questions about log data with the library, one JSON object a line each:
//
//	python3 score.py questions FILE... > questions.jsonl
//	go run ./internal/corpus < questions.jsonl > answers.jsonl
//	python3 score.py score FILE... answers.jsonl
//
// With -classify it tells by itself what log type the input is of.
//
// The corpora's MANIFEST.md describes both. A question of a kind that is not known is answered with an error.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	classify := flag.Bool("classify", false, "tell what log type the input is of")
	flag.Parse()
	if err := run(context.Background(), os.Stdin, os.Stdout, *classify); err != nil {
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
	Log        string            `json:"log"`
	Format     string            `json:"format"`
	Pattern    string            `json:"pattern"`
	Framing    string            `json:"framing"`
	Assume     assumed           `json:"assume"`

	// Of a StreamAlert deployment.
	Parser     string                     `json:"parser"`
	Options    map[string]json.RawMessage `json:"options"`
	Service    string                     `json:"service"`
	SourceName string                     `json:"source_name"`
}

// answer is what is found. Payloads and records beside an error are what was found nevertheless.
type answer struct {
	ID       string    `json:"id"`
	Payloads []payload `json:"payloads,omitzero"`
	Records  []record  `json:"records,omitzero"`
	Invalid  []string  `json:"invalid,omitzero"`
	Error    string    `json:"error,omitempty"`
}

type payload struct {
	Body []byte `json:"body_b64"`
}

// run answers the questions of r in their order.
func run(ctx context.Context, r io.Reader, w io.Writer, classify bool) error {
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
		if err := json.NewEncoder(out).Encode(q.answer(ctx, classify)); err != nil {
			return fmt.Errorf("corpus: answer: %w", err)
		}
	}
}

func (q question) answer(ctx context.Context, classify bool) answer {
	a := answer{ID: q.ID}
	var bodies [][]byte
	var err error
	switch q.Kind {
	case "lambda_event":
		bodies, err = q.lambdaEvent(ctx)
		a.Payloads = payloads(bodies)
	case "kpl":
		a.Payloads = payloads(q.kpl())
	case "parse", "parse_file", "parse_ok", "parse_error", "envelope":
		a.Records, err = q.records(classify)
	case "streamalert_parse":
		a.Records, a.Invalid, err = q.schemaRecords()
	case "streamalert_event":
		a.Records, err = q.sourceRecords()
	default:
		err = fmt.Errorf("corpus: questions of the kind %q are not answered", q.Kind)
	}
	if err != nil {
		a.Error = err.Error()
	}
	return a
}

func payloads(bodies [][]byte) []payload {
	all := []payload{}
	for _, b := range bodies {
		// Not null, which no bytes would be.
		all = append(all, payload{append([]byte{}, b...)})
	}
	return all
}
