package alert_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

var update = flag.Bool("update", false, "write the golden files anew")

func text(t *testing.T, color alert.Color, batch ...*alert.Alert) string {
	t.Helper()
	var b bytes.Buffer
	s := &alert.Text{W: &b, Color: color}
	if err := s.Send(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// hostile is an alert every text of which tries to do something to a terminal.
func hostile() *alert.Alert {
	const attack = "\x1b]0;owned\x07\x1b[2J\u009b31m\r\n\tfake\u202e\u2066\ufeff\U000e0041\x7f\x9b\xff"
	a := sample()
	a.Rule = alert.RuleRef{ID: "rule" + attack, Title: "title" + attack}
	a.Log = "log" + attack
	a.Origin.Origin = parse.Origin{Kind: "kind" + attack, Place: "place" + attack, ID: "id" + attack, Entry: "entry" + attack}
	quoted, _ := json.Marshal("escaped" + attack)
	a.Matched = []rule.Held{
		{Field: "field" + attack, Condition: "condition", Value: json.RawMessage(`"raw` + "\u202e\u009b\x7f\xff" + `"`)},
		{Field: "escaped", Condition: "condition", Value: quoted},
		{Field: "no.json", Condition: "condition", Value: json.RawMessage("no json" + attack)},
		{Condition: "condition" + attack},
	}
	return a
}

func long() *alert.Alert {
	a := sample()
	a.Rule.Title = strings.Repeat("title ", 100)
	a.Rule.ID = strings.Repeat("é", 300)
	a.Origin.Place = strings.Repeat("bucket/key/", 200)
	a.Log = strings.Repeat("log.", 100)
	a.Matched = nil
	for i := range 30 {
		a.Matched = append(a.Matched, rule.Held{
			Field:     strings.Repeat("f", 10*i+1),
			Condition: "exists",
			Value:     json.RawMessage(fmt.Sprintf(`{"n":%d, "text":"%s"}`, i, strings.Repeat("\u202e", 10*i))),
		})
	}
	return a
}

func TestTextIsForPeople(t *testing.T) {
	severities := make([]*alert.Alert, 0, 6)
	for s := rule.Info; s <= rule.Critical+1; s++ {
		severities = append(severities, &alert.Alert{Severity: s, Rule: alert.RuleRef{ID: "r", Title: "Title"}})
	}
	unknown := sample()
	unknown.Time = time.Time{}
	tests := []struct {
		name  string
		color alert.Color
		batch []*alert.Alert
	}{
		{"plain", alert.ColorNever, []*alert.Alert{sample()}},
		{"color", alert.ColorAlways, severities},
		{"severities", alert.ColorNever, severities},
		{"unknown-time", alert.ColorNever, []*alert.Alert{unknown, {}}},
		{"hostile", alert.ColorNever, []*alert.Alert{hostile()}},
		{"long", alert.ColorNever, []*alert.Alert{long()}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := text(t, test.color, test.batch...)
			name := filepath.Join("testdata", "text", test.name+".golden")
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// checkHarmless checks that a terminal obeys nothing in a text but its newlines, of which there are as many as said.
func checkHarmless(t *testing.T, got string, lines int) {
	t.Helper()
	if !utf8.ValidString(got) {
		t.Errorf("not UTF-8: %q", got)
	}
	for i, r := range got {
		if r != '\n' && !unicode.IsPrint(r) {
			t.Fatalf("%U at %d of %q", r, i, got)
		}
	}
	if n := strings.Count(got, "\n"); n != lines {
		t.Errorf("%d lines, want %d: %q", n, lines, got)
	}
}

func TestTextOfHostileContentIsHarmless(t *testing.T) {
	a := hostile()
	checkHarmless(t, text(t, alert.ColorNever, a), 2+len(a.Matched)+1)
}

func TestTextCutsWhatIsLong(t *testing.T) {
	a := long()
	got := text(t, alert.ColorNever, a)
	if len(got) > 16<<10 {
		t.Errorf("%d bytes", len(got))
	}
	a.Matched = []rule.Held{{Field: "f", Condition: "c", Value: json.RawMessage(`"` + strings.Repeat("x", 1<<20) + `"`)}}
	if got = text(t, alert.ColorNever, a); !strings.Contains(got, `f  "`+strings.Repeat("x", 199)+"… (1048578 bytes)\n") {
		t.Errorf("the value is not cut: %.3000s", got)
	}
}

func FuzzText(f *testing.F) {
	f.Add("\x1b[31m", []byte(`"\u001b"`))
	f.Add("\u202e\xff\n", []byte("\u202e\xff\n"))
	f.Add(strings.Repeat("\x00", 300), []byte(strings.Repeat("é", 300)))
	f.Fuzz(func(t *testing.T, s string, value []byte) {
		a := &alert.Alert{
			ID: s, Rule: alert.RuleRef{ID: s, Title: s}, Log: s,
			Origin:  alert.Origin{Origin: parse.Origin{Kind: s, Place: s, ID: s, Entry: s}},
			Matched: []rule.Held{{Field: s, Condition: s, Value: value}, {Condition: s}},
		}
		checkHarmless(t, text(t, alert.ColorNever, a), 5)
	})
}

func TestTextIsColouredOnATerminalOnly(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	terminal := &device{}
	tests := []struct {
		name    string
		w       io.Writer
		color   alert.Color
		noColor string
		term    string
		want    bool
	}{
		{"a terminal is", terminal, alert.ColorAuto, "", "xterm", true},
		{"a terminal of no name is", terminal, alert.ColorAuto, "", "", true},
		{"a file is not", file, alert.ColorAuto, "", "xterm", false},
		{"a buffer is not", &bytes.Buffer{}, alert.ColorAuto, "", "xterm", false},
		{"a file that does not say what it is is not", &device{err: io.ErrClosedPipe}, alert.ColorAuto, "", "xterm", false},
		{"NO_COLOR is honoured", terminal, alert.ColorAuto, "1", "xterm", false},
		{"a dumb terminal is not", terminal, alert.ColorAuto, "", "dumb", false},
		{"always is stronger than NO_COLOR", terminal, alert.ColorAlways, "1", "dumb", true},
		{"always colours a buffer", &bytes.Buffer{}, alert.ColorAlways, "", "xterm", true},
		{"never is stronger than a terminal", terminal, alert.ColorNever, "", "xterm", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("NO_COLOR", test.noColor)
			t.Setenv("TERM", test.term)
			seen := &escapes{}
			var w io.Writer = struct{ io.Writer }{seen}
			if s, ok := test.w.(stater); ok {
				w = struct {
					io.Writer
					stater
				}{seen, s}
			}
			s := &alert.Text{W: w, Color: test.color}
			if err := s.Send(context.Background(), []*alert.Alert{sample()}); err != nil {
				t.Fatal(err)
			}
			if seen.found != test.want {
				t.Errorf("coloured: %v", seen.found)
			}
		})
	}
}

type stater interface{ Stat() (os.FileInfo, error) }

// device says that it is a character device, as a terminal does.
type device struct {
	bytes.Buffer
	err error
}

func (d *device) Stat() (os.FileInfo, error) {
	if d.err != nil {
		return nil, d.err
	}
	return charDevice{}, nil
}

type charDevice struct{ os.FileInfo }

func (charDevice) Mode() os.FileMode { return os.ModeDevice | os.ModeCharDevice | 0o620 }

type escapes struct{ found bool }

func (e *escapes) Write(p []byte) (int, error) {
	e.found = e.found || bytes.ContainsRune(p, '\x1b')
	return len(p), nil
}

func TestTextAnswersForAFailedWriteAlertByAlert(t *testing.T) {
	batch := batchOf("a", "b", "c")
	one := len(text(t, alert.ColorNever, batch[0]))
	w := &failingWriter{room: 2*one + one/2, err: io.ErrClosedPipe}
	failed := alert.Failed((&alert.Text{W: w}).Send(context.Background(), batch), batch)
	if len(failed) != 1 || !errors.Is(failed["c"], io.ErrClosedPipe) {
		t.Errorf("failed: %v", failed)
	}
}
