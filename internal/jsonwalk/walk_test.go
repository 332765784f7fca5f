package jsonwalk_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/internal/jsonwalk"
)

var tries = []*jsonwalk.Trie{
	jsonwalk.Compile(nil, index),
	jsonwalk.Compile([][]string{{"a"}, {"a", "b"}, {"a", "0"}, {"b", "a", "c"}, {"c"}, {""}, {"long name, though not too long to be kept"}, {"\u00e9"}}, index),
}

// walked is all that a walk tells.
func walked(w *jsonwalk.Walker, b []byte, t *jsonwalk.Trie, env []string) string {
	n, st := w.Walk(b, t, 64, env)
	out := fmt.Sprintln(n, st, w.Len())
	for i := range w.Len() {
		kind, value := w.At(i)
		next, ok := w.Next(i)
		out += fmt.Sprintf("%d %d %q %d %v\n", w.Path(i), kind, value, next, ok)
	}
	return out
}

// What a walker has seen before makes no difference to what it finds, and makes nothing JSON that is none.
func checkWalks(t *testing.T, texts ...[]byte) {
	t.Helper()
	var used jsonwalk.Walker
	for _, trie := range tries {
		for _, env := range [][]string{nil, {"Records", "a"}} {
			for _, text := range append(texts, texts...) {
				if d := cmp.Diff(walked(&jsonwalk.Walker{}, text, trie, env), walked(&used, text, trie, env)); d != "" {
					t.Fatalf("%.300q walked after others (-new walker +used)\n%s", text, d)
				}
			}
		}
	}
	for _, text := range texts {
		var w jsonwalk.Walker
		n, st := w.Walk(append(bytes.Clone(text), ' '), tries[1], jsonwalk.MaxDepth, nil)
		trimmed := bytes.TrimLeft(text, " \t\r\n")
		if got, want := st == jsonwalk.OK && n == len(text), json.Valid(trimmed) && len(trimmed) == len(text) && text[len(text)-1] > ' '; st != jsonwalk.Deep && got != want {
			t.Fatalf("%.300q: walked to %d with status %d, valid: %v", text, n, st, want)
		}
	}
}

func TestWalkAfterOthers(t *testing.T) {
	var many strings.Builder
	for i := range 500 {
		fmt.Fprintf(&many, `"name %d":%d,`, i%300, i)
	}
	for name, texts := range map[string][]string{
		"the same order":                  {`{"a":1,"c":2,"x":3}`, `{"a":4,"c":5,"x":6}`},
		"another order":                   {`{"a":1,"c":2,"x":3}`, `{"x":1,"c":2,"a":3}`},
		"members come and go":             {`{"a":1,"x":2,"c":3}`, `{"a":1,"c":3}`, `{"x":2,"c":3}`, `{}`},
		"white space around the colon":    {`{"a":1,"c":2}`, `{"a" : 1, "c":` + "\n\t" + ` 2}`, `{"a":` + " \n" + `1,"c":2 }`},
		"the end where the value begins":  {`{"a":1,"c":2}`, `{"a":`, `{"a": `, `{"a"`, `{"a":1,"c":`},
		"control characters for a value":  {`{"a":1,"c":2}`, "{\"a\":\x01}", "{\"a\":\x00\"x\"}"},
		"names that begin alike":          {`{"a":1,"ab":2,"abc":3}`, `{"abc":1,"ab":2,"a":3}`, `{"a:":1,"a\":":2}`},
		"escaped names":                   {`{"a":1,"c":2}`, `{"\u0061":1,"c":2}`, `{"a":1,"\u0063":2}`, `{"\u0061":1,"a":2}`},
		"names twice":                     {`{"a":1,"a":2,"c":3}`, `{"a":{"b":1},"a":{"b":2}}`, `{"a":1,"c":2}`},
		"an empty name":                   {`{"":1,"a":2}`, `{"a":2,"":1}`, `{"":{"":1}}`},
		"long names":                      {`{"long name, though not too long to be kept":1,"` + strings.Repeat("x", 46) + `":2,"` + strings.Repeat("x", 45) + `":3}`, `{"` + strings.Repeat("x", 300) + `":2,"c":3}`},
		"names that are no UTF-8":         {"{\"\xff\":1,\"a\":2,\"\u00e9\":3}", "{\"\xfe\":1,\"a\":2,\"\xc3\":3}"},
		"objects within":                  {`{"a":{"b":1,"x":2},"b":{"a":{"c":3}}}`, `{"b":{"a":{"c":3},"x":1},"a":[{"x":1,"b":2},{"b":3}]}`},
		"the records' member":             {`{"x":1,"a":[{"a":1}]}`, `{"x":1,"a":{"a":1}}`, `{"x":1,"a" : [`, `{"\u0061":[1]}`},
		"more names than can be kept":     {"{" + many.String() + `"a":1}`, `{"a":1,` + many.String() + `"c":1}`},
		"numbers, words and broken words": {`{"a":1.5e3,"c":true}`, `{"a":tru,"c":1}`, `{"a":-,"c":1}`, `{"a":null,"c":nul`},
	} {
		t.Run(name, func(t *testing.T) {
			var all [][]byte
			for _, s := range texts {
				all = append(all, []byte(s))
			}
			checkWalks(t, all...)
		})
	}
}

// Strings of every length, ending at every place of a word, with what ends them or must not be in them at every place.
func TestStrings(t *testing.T) {
	for n := range 40 {
		for _, special := range []string{`"`, `\n`, `\u00e9`, "\x1f", "\x00", "\x7f", "\x80", "\xff", "!", "#", "[", "]", "\xa2", "\xdc"} {
			for at := range n + 1 {
				s := strings.Repeat("x", at) + special + strings.Repeat("y", n-at)
				for _, text := range []string{`"` + s + `"`, `{"a":"` + s + `","c":1}`, `{"` + s + `":1}`, `["` + s + `"]`} {
					var w jsonwalk.Walker
					end, st := w.Walk([]byte(text), tries[1], jsonwalk.MaxDepth, nil)
					if got, want := st == jsonwalk.OK && end == len(text), json.Valid([]byte(text)); got != want {
						t.Fatalf("%q: walked to %d with status %d, valid: %v", text, end, st, want)
					}
				}
			}
		}
	}
}

func TestWalkOfManyNamesTakesLinearTime(t *testing.T) {
	// A walk that compared each name with all that came before would take minutes.
	var b bytes.Buffer
	b.WriteString(`{"a":{"a":1`)
	for i := range 100_000 {
		fmt.Fprintf(&b, `,"%d":{"b":1}`, i*7919)
	}
	b.WriteString(`},"c":2}`)
	var w jsonwalk.Walker
	for range 3 {
		if n, st := w.Walk(b.Bytes(), tries[1], jsonwalk.MaxDepth, nil); st != jsonwalk.OK || n != b.Len() {
			t.Fatal(n, st)
		}
	}
	if n := testing.AllocsPerRun(3, func() { w.Walk(b.Bytes(), tries[1], jsonwalk.MaxDepth, nil) }); n > 0 {
		t.Errorf("%v allocations a walk", n)
	}
}

func TestWalksOfTwoTriesInTurnAllocateNothing(t *testing.T) {
	text := []byte(`{"a":{"b":1,"0":2},"b":{"a":{"c":3}},"x":4}`)
	var w jsonwalk.Walker
	n := testing.AllocsPerRun(100, func() {
		for _, trie := range tries {
			if n, st := w.Walk(text, trie, jsonwalk.MaxDepth, nil); st != jsonwalk.OK || n != len(text) {
				t.Fatal(n, st)
			}
		}
	})
	if n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzWalk(f *testing.F) {
	f.Add([]byte(`{"a":{"b":"x"},"c":[1,{"b":2}]}`), []byte(`{"c":1,"a":[{"b":null}],"long name, though not too long to be kept":true}`))
	f.Add([]byte(`{"a":1,"\u0061":2,"":3}`), []byte(`{"a":"\ud800","Records":[{}]}`))
	f.Add([]byte("{\"\u00e9\" : 1e5,\"x\":\"\xff\"}"), []byte(`{"a":-0.0,"x":{"a":`))
	f.Add([]byte(`[[[{"a":{}}]]]`), []byte(``))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		if len(first) == 0 || len(second) == 0 || len(first)+len(second) > 1<<16 {
			return
		}
		checkWalks(t, first, second)
	})
}
