package rule

import "unicode/utf8"

// glob is a pattern with * and ?, as runes of which the negative ones are special.
type glob struct {
	pattern []rune
	fold    bool
}

const (
	anyText rune = -1 - iota
	anyRune
	// A byte b that is no UTF-8 is the rune badByte-b, so that it differs from all others.
	badByte
)

func newGlob(s string, fold bool) glob {
	g := glob{fold: fold}
	for b := []byte(s); len(b) > 0; {
		r, size := g.next(b)
		b = b[size:]
		switch {
		case r == '\\' && len(b) > 0 && (b[0] == '*' || b[0] == '?' || b[0] == '\\'):
			r = rune(b[0])
			b = b[1:]
		case r == '*' && len(g.pattern) > 0 && g.pattern[len(g.pattern)-1] == anyText:
			continue
		case r == '*':
			r = anyText
		case r == '?':
			r = anyRune
		}
		g.pattern = append(g.pattern, r)
	}
	return g
}

// next is the first rune of b as the pattern has it, and how many bytes it takes.
func (g *glob) next(b []byte) (rune, int) {
	r, size := utf8.DecodeRune(b)
	switch {
	case g.fold:
		r = foldRune(r)
	case r == utf8.RuneError && size == 1:
		r = badByte - rune(b[0])
	}
	return r, size
}

// match tries each * with as little text as it can, and on failure gives one more rune to the last of them: what
// stands before that one is settled. So it takes at most len(b) times len(pattern) steps.
func (g *glob) match(b []byte) bool {
	p, at := 0, 0         // what is compared now
	star, resume := -1, 0 // the last * before p, and where in b the text after it begins
	for at < len(b) {
		r, size := g.next(b[at:])
		switch {
		case p < len(g.pattern) && g.pattern[p] == anyText:
			star, resume = p, at
			p++
		case p < len(g.pattern) && (g.pattern[p] == anyRune || g.pattern[p] == r):
			p++
			at += size
		case star >= 0:
			_, size = g.next(b[resume:])
			resume += size
			p, at = star+1, resume
		default:
			return false
		}
	}
	if p < len(g.pattern) && g.pattern[p] == anyText {
		p++
	}
	return p == len(g.pattern)
}
