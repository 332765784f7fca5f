package schema_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse/schema"
)

// jsonLines yields the lines of a file of testdata.
func jsonLines(t *testing.T, file string, yield func(line []byte)) {
	t.Helper()
	f, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		yield(lines.Bytes())
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

func decode(t *testing.T, b []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
}

// TestPathsFindWhatJMESPathDoes holds json_path against the implementation that StreamAlert uses.
func TestPathsFindWhatJMESPathDoes(t *testing.T) {
	var document string
	jsonLines(t, "jmespath.jsonl", func(line []byte) {
		var c struct {
			Document json.RawMessage
			Path     string
			Records  []any
		}
		decode(t, line, &c)
		if c.Document != nil {
			document = string(c.Document)
			return
		}
		path, err := json.Marshal(c.Path)
		if err != nil {
			t.Fatal(err)
		}
		got := []any{}
		for _, r := range records(t, whole(parser(t, "json", "{}", `{"json_path":`+string(path)+`}`)), text(document)) {
			if strings.HasPrefix(r, "lost: nothing stands at json_path") {
				continue
			}
			var v any
			decode(t, []byte(r), &v)
			got = append(got, v)
		}
		if d := cmp.Diff(c.Records, got); d != "" {
			t.Errorf("%s (-want +got)\n%s", c.Path, d)
		}
	})
}

func TestWrongPaths(t *testing.T) {
	for _, path := range []string{"a.", ".a", "a..b", "a[", "a[]b", "a[?b", "a[?b)", "a b", "a[b", "a[1:2:3:4]", "a[x]]", "a.[b", "a.{b}", "a.{b:c", "a.{:c}", "a.{b:c d}",
		"a.(b)", "(a", "`{`x", "`\"`", "\"\\x\"", "a = b", "a &", "&a", "a[*]b", "a.1", "99999999999999999999", "a[99999999999999999999]", "[a", "[a;b]", "#", "\xff"} {
		b, err := json.Marshal(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := schema.Load(oneFile(`{"x":{"parser":"json","schema":{},"configuration":{"json_path":` + string(b) + `}}}`)); err == nil {
			t.Errorf("%q is no error", path)
		}
	}
}

// TestRowsAreThoseOfPythonsCSVModule holds csv against the module that StreamAlert uses.
func TestRowsAreThoseOfPythonsCSVModule(t *testing.T) {
	jsonLines(t, "csv.jsonl", func(line []byte) {
		var c struct {
			Text          string
			Configuration json.RawMessage
			Rows          [][]string
			Error         bool
		}
		decode(t, line, &c)
		width := 1
		for _, r := range c.Rows {
			width = max(width, len(r))
		}
		for columns := 1; columns <= width; columns++ {
			keys := make([]string, columns)
			for i := range keys {
				keys[i] = fmt.Sprintf(`"%d":"string"`, i)
			}
			var want, got []string
			for _, row := range c.Rows {
				if len(row) != columns {
					want = append(want, "lost")
					continue
				}
				want = append(want, fmt.Sprintf("%q", row))
			}
			if c.Error {
				want = append(want, "lost")
			}
			p := whole(parser(t, "csv", "{"+strings.Join(keys, ",")+"}", string(c.Configuration)))
			for _, r := range records(t, p, text(c.Text)) {
				if strings.HasPrefix(r, "lost") {
					got = append(got, "lost")
					continue
				}
				var v map[string]string
				decode(t, []byte(r), &v)
				row := make([]string, columns)
				for i := range row {
					row[i] = v[fmt.Sprint(i)]
				}
				got = append(got, fmt.Sprintf("%q", row))
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%q as %d columns, %s (-want +got)\n%s", c.Text, columns, c.Configuration, d)
			}
		}
	})
}
