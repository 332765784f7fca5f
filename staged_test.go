package streamalert_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	streamalert "github.com/streamalert/streamalert-go"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
	"github.com/streamalert/streamalert-go/source"
)

func TestStagedAndExceptedMatchesAreCounted(t *testing.T) {
	staged, excepted, disabled := hit, hit, hit
	staged.ID, staged.Staged = "staged", true
	excepted.ID = "excepted"
	excepted.Exceptions = []rule.Exception{{Name: "known", Reason: "a test", When: rule.Field("known").Equals(true)}}
	disabled.ID, disabled.Disabled = "disabled", true
	s := &sink{}
	p := &streamalert.Pipeline{Parser: parse.JSONFormat{}, Rules: rule.MustCompile(hit, staged, excepted, disabled), Sink: s}
	err := p.Handle(context.Background(), []*source.Payload{payload("1", `{"hit":true}{"hit":true,"known":true}{"hit":false,"known":true}`)})
	if err != nil {
		t.Fatal(err)
	}
	want := streamalert.Counts{Payloads: 1, Bytes: 63, Records: 3, Evaluated: 3, Excepted: 1, Matched: 5, Staged: 2, Delivered: 5}
	if diff := cmp.Diff(want, p.Counts()); diff != "" {
		t.Error(diff)
	}
	got := map[string]int{}
	for _, a := range s.got {
		if a.Staged != (a.Rule.ID == "staged") {
			t.Errorf("alert of %s: staged %v", a.Rule.ID, a.Staged)
		}
		got[a.Rule.ID]++
	}
	if diff := cmp.Diff(map[string]int{"hit": 2, "staged": 2, "excepted": 1}, got); diff != "" {
		t.Error(diff)
	}
}
