package s3source_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/s3source"
)

// lambdaCase is an event with the bodies that it must lead to.
type lambdaCase struct {
	ID      string
	Input   string
	Objects map[string][]byte
	Want    struct {
		Payloads [][]byte
		Error    bool
	}
}

// lambdaCases are those of the corpora whose ID has the prefix.
func lambdaCases(t *testing.T, prefix string) []lambdaCase {
	t.Helper()
	dir := os.Getenv("STREAMALERT_CORPORA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpora")
	}
	f, err := os.Open(filepath.Join(dir, "cases", "events_lambda.jsonl"))
	if err != nil {
		t.Skipf("the corpora are not here (STREAMALERT_CORPORA names their folder): %v", err)
	}
	defer f.Close()
	var cases []lambdaCase
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var c lambdaCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(c.ID, prefix) {
			cases = append(cases, c)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

func TestRealNotificationsYieldTheirObjects(t *testing.T) {
	cases := lambdaCases(t, "lambda_event/s3/")
	if len(cases) < 75 {
		t.Errorf("%d cases, want at least 75", len(cases))
	}
	for _, c := range cases {
		t.Run(strings.TrimPrefix(c.ID, "lambda_event/s3/"), func(t *testing.T) {
			bodies := map[string]string{}
			for name, b := range c.Objects {
				bodies[name] = string(b)
			}
			got := []string{}
			f := s3source.Lambda(newClient(t, objects(bodies)), func(ctx context.Context, batch []*source.Payload) error {
				for _, p := range batch {
					body, err := read(ctx, p)
					if err != nil {
						return err
					}
					got = append(got, base64.StdEncoding.EncodeToString([]byte(body)))
				}
				return nil
			})
			_, err := f.Invoke(t.Context(), []byte(c.Input))
			if (err != nil) != c.Want.Error {
				t.Fatalf("error %v, want one: %v", err, c.Want.Error)
			}
			want := []string{}
			for _, b := range c.Want.Payloads {
				want = append(want, base64.StdEncoding.EncodeToString(b))
			}
			if diff := cmp.Diff(want, got); diff != "" && !c.Want.Error {
				t.Errorf("payloads (-want +got):\n%s", diff)
			}
		})
	}
}
