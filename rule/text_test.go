package rule_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// FuzzText holds the ways to look for text against each other, with and without case.
func FuzzText(f *testing.F) {
	f.Add("needle", "a Needle in hay", "*n?edle*")
	f.Add("K", "\u212a", "k")
	f.Add("\xff", "\xfe\xff", "?\xff")
	f.Add("ς", "ΣΑΣ", "*σ")
	f.Add(`\*`, `\*`, `\\\*`)
	f.Fuzz(func(t *testing.T, needle, value, pattern string) {
		if needle == "" || pattern == "" || len(value)+len(pattern) > 1<<12 || !utf8.ValidString(value) {
			return
		}
		quoted, err := json.Marshal(map[string]string{"a": value})
		if err != nil {
			t.Fatal(err)
		}
		a := rule.Field("a")
		set, err := rule.Compile(textRules(a, needle, pattern)...)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for m, err := range set.Match(parse.JSONRecord(quoted)) {
			if err != nil {
				t.Fatal(err)
			}
			got[m.Rule.ID] = true
		}
		want := textTruth(needle, value, pattern)
		for _, r := range textRules(a, needle, pattern) {
			if got[r.ID] != want[r.ID] {
				t.Errorf("%v on %q: got %v, want %v", r.When, value, got[r.ID], want[r.ID])
			}
		}
	})
}

// textRules look for a needle, and for a glob, in every way there is.
func textRules(f rule.FieldRef, needle, pattern string) []rule.Rule {
	return []rule.Rule{
		{ID: "equals", When: f.Equals(needle)},
		{ID: "contains", When: f.Contains(needle)},
		{ID: "prefix", When: f.Prefix(needle)},
		{ID: "suffix", When: f.Suffix(needle)},
		{ID: "glob", When: f.Glob(pattern)},
		{ID: "equals fold", When: f.Equals(needle).Fold()},
		{ID: "contains fold", When: f.Contains(needle).Fold()},
		{ID: "prefix fold", When: f.Prefix(needle).Fold()},
		{ID: "suffix fold", When: f.Suffix(needle).Fold()},
		{ID: "glob fold", When: f.Glob(pattern).Fold()},
	}
}

// textTruth is which of textRules hold for a value, found in other ways: with package strings and expressions.
func textTruth(needle, value, pattern string) map[string]bool {
	truth := map[string]bool{
		"equals":      value == needle,
		"contains":    strings.Contains(value, needle),
		"prefix":      strings.HasPrefix(value, needle),
		"suffix":      strings.HasSuffix(value, needle),
		"equals fold": strings.EqualFold(value, needle),
		// An expression for text that is no UTF-8 does not exist; a value that is UTF-8 has none of it.
		"glob":      utf8.ValidString(pattern) && regexp.MustCompile(globExpr(pattern)).MatchString(value),
		"glob fold": regexp.MustCompile("(?i)" + globExpr(pattern)).MatchString(value),
	}
	runes := utf8.RuneCountInString(needle)
	starts := []int{}
	for i := range value {
		starts = append(starts, i)
	}
	starts = append(starts, len(value))
	for at := 0; at+runes < len(starts); at++ {
		if !strings.EqualFold(value[starts[at]:starts[at+runes]], needle) {
			continue
		}
		truth["contains fold"] = true
		truth["prefix fold"] = truth["prefix fold"] || at == 0
		truth["suffix fold"] = truth["suffix fold"] || at+runes == len(starts)-1
	}
	return truth
}

// globExpr is a glob as an expression.
func globExpr(pattern string) string {
	var b strings.Builder
	runes := []rune(pattern)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case r == '\\' && i+1 < len(runes) && strings.ContainsRune(`*?\`, runes[i+1]):
			i++
			b.WriteString(regexp.QuoteMeta(string(runes[i])))
		case r == '*':
			b.WriteString(".*")
		case r == '?':
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	return `(?s)^(?:` + b.String() + `)$`
}
