package kinesissource_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/kinesissource"
)

// FuzzDeaggregate has a message sealed, so that its fields are reached, and looks at the bytes as they are too.
func FuzzDeaggregate(f *testing.F) {
	f.Add([]byte("text"))
	f.Add([]byte(nil))
	for _, aggregate := range [][]byte{aggregated("a", "", "c"), aggregated(string(aggregated("inner")))} {
		f.Add(aggregate)
		f.Add(aggregate[4 : len(aggregate)-16])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, data := range [][]byte{b, seal(b)} {
			before := bytes.Clone(data)
			records := kinesissource.Deaggregate(data)
			if !bytes.Equal(before, data) {
				t.Fatal("the data was changed")
			}
			sum := 0
			for _, r := range records {
				sum += len(r)
			}
			// A user record takes six bytes beside its data.
			if plain := len(records) == 1 && bytes.Equal(records[0], data); !plain && sum+6*len(records) > len(data) {
				t.Errorf("%d user records of %d bytes together, out of %d bytes", len(records), sum, len(data))
			}
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add(event(f, puts("plain", string(aggregated("a", "b")), "")...))
	f.Add(eventWith(f, map[string]any{"state": map[string]any{"1": "x"}, "window": map[string]any{}}))
	f.Add([]byte(strings.Replace(string(event(f, puts("abc")...)), `"YWJj"`, `"YWJj*"`, 1)))
	f.Add([]byte(`{"Records":[{}]}`))
	f.Fuzz(func(t *testing.T, e []byte) {
		records := kinesissource.Records{Limits: source.Limits{Size: 1 << 20, Window: 1 << 20}}
		b, err := records.Decode(t.Context(), e)
		if err != nil {
			if len(b.Payloads) > 0 {
				t.Errorf("%d payloads and %v", len(b.Payloads), err)
			}
			return
		}
		if len(b.Items) != len(b.Payloads) {
			t.Fatalf("%d items of %d payloads", len(b.Items), len(b.Payloads))
		}
		if b.State != nil && !json.Valid(b.State) {
			t.Errorf("state %q", b.State)
		}
		again, err := records.Decode(t.Context(), e)
		if err != nil || len(again.Payloads) != len(b.Payloads) {
			t.Fatalf("decoded again: %d payloads of %d, and %v", len(again.Payloads), len(b.Payloads), err)
		}
		for i, p := range b.Payloads {
			if p.Origin != again.Payloads[i].Origin || p.Origin == (parse.Origin{}) || p.Group == "" || b.Items[i] == "" {
				t.Errorf("payload %d: origin %v, then %v, group %q, item %q", i, p.Origin, again.Payloads[i].Origin, p.Group, b.Items[i])
			}
			first, firstErr := read(t.Context(), p)
			second, secondErr := read(t.Context(), p)
			if !bytes.Equal(first, second) || (firstErr == nil) != (secondErr == nil) {
				t.Errorf("payload %d reads as %q and %v, then as %q and %v", i, first, firstErr, second, secondErr)
			}
		}
	})
}
