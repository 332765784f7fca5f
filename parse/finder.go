package parse

// finder looks for the end of a value that may be no JSON, by its brackets, going on where it stopped.
type finder struct {
	i       int // how much it has seen
	depth   int
	until   until
	inText  bool
	escaped bool
	newLine bool
	begun   bool // it has seen a byte of the value
	// lines makes a line that begins with a bracket the beginning of the next record.
	lines bool
}

type until uint8

const (
	balanced   until = iota // as many brackets closed as opened
	lineEnd                 // a line feed
	elementEnd              // before a comma, a bracket or a line feed
)

// find tells where the value ends in b, which begins where it did before.
func (f *finder) find(b []byte) (end int, ok bool) {
	for ; f.i < len(b); f.i++ {
		c := b[f.i]
		switch {
		case f.until == lineEnd:
			if c == '\n' {
				return f.i, true
			}
		case f.until == elementEnd:
			if f.begun && (c == ',' || c == ']' || c == '{' || c == '[' || c == '\n') {
				return f.i, true
			}
		case f.lines && f.newLine && (c == '{' || c == '['):
			return f.i, true
		case f.inText:
			f.text(c)
		case c == '"':
			f.inText = true
		case c == '{' || c == '[':
			f.depth++
		case c == '}' || c == ']':
			if f.depth--; f.depth <= 0 {
				return f.i + 1, true
			}
		}
		f.newLine, f.begun = c == '\n', true
	}
	return 0, false
}

// text takes a byte of a string. A line feed ends it: no string has one.
func (f *finder) text(c byte) {
	switch {
	case c == '\n':
		f.inText, f.escaped = false, false
	case f.escaped:
		f.escaped = false
	case c == '\\':
		f.escaped = true
	case c == '"':
		f.inText = false
	}
}
