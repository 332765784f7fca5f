package rule

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// requiredText is the longest text that is in everything that an expression is found in, as far as that can be told; ""
// where there is none.
func requiredText(expr string) string {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return ""
	}
	return required(re.Simplify())
}

func required(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpLiteral:
		// U+FFFD is found where bytes are no UTF-8, too.
		if re.Flags&syntax.FoldCase == 0 && !slices.Contains(re.Rune, utf8.RuneError) {
			return string(re.Rune)
		}
	case syntax.OpCapture, syntax.OpPlus:
		return required(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return required(re.Sub[0])
		}
	case syntax.OpConcat:
		longest := ""
		for _, sub := range re.Sub {
			if s := required(sub); len(s) > len(longest) {
				longest = s
			}
		}
		return longest
	}
	return ""
}

// requiredOfGlob is the longest text between the wildcards of a pattern.
func requiredOfGlob(pattern string) string {
	longest := ""
	var text strings.Builder
	for i := 0; i <= len(pattern); i++ {
		if i == len(pattern) || pattern[i] == '*' || pattern[i] == '?' {
			if text.Len() > len(longest) {
				longest = text.String()
			}
			text.Reset()
			continue
		}
		if pattern[i] == '\\' && i+1 < len(pattern) && strings.IndexByte(`*?\`, pattern[i+1]) >= 0 {
			i++
		}
		text.WriteByte(pattern[i])
	}
	return longest
}
