package filesource_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/filesource"
)

// A folder of logs, compressed or not, then what comes through standard input. The handler's nil says that a payload
// is done.
func ExampleSource() {
	s := &filesource.Source{
		Paths: []string{"testdata/logs", "-"},
		Stdin: strings.NewReader("one more line\n"),
	}
	err := s.Run(context.Background(), func(ctx context.Context, batch []*source.Payload) error {
		for _, p := range batch {
			body, err := p.Open(ctx)
			if err != nil {
				return err
			}
			defer body.Close()
			text, err := io.ReadAll(body)
			if err != nil {
				return err
			}
			fmt.Printf("%s: %d lines\n", p.Origin.Place, bytes.Count(text, []byte("\n")))
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// testdata/logs/2024/access.log: 2 lines
	// testdata/logs/2024/access.log.1.gz: 2 lines
	// testdata/logs/auth.log: 1 lines
	// -: 1 lines
}
