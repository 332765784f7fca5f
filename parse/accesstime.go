package parse

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// timePart is how a field of an access log writes a time, or a part of one: a layout of strftime(3), or sec, msec, usec,
// msec_frac, usec_frac (Apache), "msec." (nginx: seconds with a fraction).
type timePart struct{ layout string }

// known tells whether the layout has nothing that is not known.
func (p timePart) known() bool {
	switch p.layout {
	case "sec", "msec", "usec", "msec_frac", "usec_frac", "msec.":
		return true
	}
	for i := 0; i < len(p.layout); i++ {
		if p.layout[i] != '%' {
			continue
		}
		if i++; i == len(p.layout) || strings.IndexByte("YmdHMSzbBhyeTFDRZaAspIntj%", p.layout[i]) < 0 {
			return false
		}
	}
	return true
}

// width is how many bytes it takes; 0 where that can differ.
func (p timePart) width() int {
	switch p.layout {
	case "msec_frac":
		return 3
	case "usec_frac":
		return 6
	case "sec", "msec", "usec", "msec.":
		return 0
	}
	n := 0
	for i := 0; i < len(p.layout); i++ {
		if p.layout[i] != '%' || i+1 == len(p.layout) {
			n++
			continue
		}
		i++
		w := partWidths[p.layout[i]]
		if w == 0 {
			return 0
		}
		n += w
	}
	return n
}

// partWidths are those of the parts of a layout that have always the same.
var partWidths = map[byte]int{
	'Y': 4, 'm': 2, 'd': 2, 'e': 2, 'H': 2, 'I': 2, 'M': 2, 'S': 2, 'y': 2, 'p': 2, 'b': 3, 'h': 3, 'a': 3, 'j': 3, 'z': 5,
	'T': 8, 'F': 10, 'D': 8, 'R': 5, 'n': 1, 't': 1, '%': 1,
}

// partialTime is what is known of a time.
type partialTime struct {
	unix             int64
	isUnix           bool
	year, month, day int
	hour, minute     int
	sec, nsec        int
	pm, isPM         bool
	zone             int // seconds east
	hasZone          bool
}

// read takes what b has of a time, and is false where that is none.
func (p timePart) read(b []byte, t *partialTime) bool {
	switch p.layout {
	case "sec":
		return t.readUnix(b, 1)
	case "msec":
		return t.readUnix(b, 1e3)
	case "usec":
		return t.readUnix(b, 1e6)
	case "msec_frac":
		return t.readFraction(b, 3)
	case "usec_frac":
		return t.readFraction(b, 6)
	case "msec.":
		whole, fraction, _ := bytes.Cut(b, []byte("."))
		return t.readUnix(whole, 1) && t.readFraction(fraction, 3)
	}
	rest, ok := t.readLayout(p.layout, b)
	return ok && len(rest) == 0
}

func (t *partialTime) readUnix(b []byte, per int64) bool {
	n, err := strconv.ParseInt(Name(b), 10, 64)
	if err != nil || n < 0 {
		return false
	}
	t.unix, t.isUnix = n/per, true
	if per > 1 {
		t.nsec = int(n % per * (1e9 / per))
	}
	return true
}

func (t *partialTime) readFraction(b []byte, places int) bool {
	n, rest, ok := someDigits(b, places)
	if !ok || len(rest) > 0 || len(b) != places {
		return false
	}
	for range 9 - places {
		n *= 10
	}
	t.nsec = n
	return true
}

// someDigits reads up to most digits.
func someDigits(b []byte, most int) (n int, rest []byte, ok bool) {
	i := 0
	for ; i < len(b) && i < most && b[i]-'0' < 10; i++ {
		n = 10*n + int(b[i]-'0')
	}
	return n, b[i:], i > 0
}

// readLayout reads b as a layout of strftime(3) writes it.
func (t *partialTime) readLayout(layout string, b []byte) (rest []byte, ok bool) {
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' || i+1 == len(layout) {
			if len(b) == 0 || b[0] != layout[i] {
				return nil, false
			}
			b = b[1:]
			continue
		}
		i++
		if b, ok = t.readPart(layout[i], b); !ok {
			return nil, false
		}
	}
	return b, true
}

func (t *partialTime) readPart(c byte, b []byte) (rest []byte, ok bool) {
	switch c {
	case 'T':
		return t.readLayout("%H:%M:%S", b)
	case 'F':
		return t.readLayout("%Y-%m-%d", b)
	case 'D':
		return t.readLayout("%m/%d/%y", b)
	case 'R':
		return t.readLayout("%H:%M", b)
	case 'b', 'h', 'B', 'a', 'A', 'p', 'Z':
		return t.readWord(c, b)
	case 'z':
		return t.readZone(b)
	case 'n', 't', '%':
		if len(b) == 0 || b[0] != map[byte]byte{'n': '\n', 't': '\t', '%': '%'}[c] {
			return nil, false
		}
		return b[1:], true
	case 's':
		i := 0
		for i < len(b) && b[i]-'0' < 10 {
			i++
		}
		return b[i:], t.readUnix(b[:i], 1)
	case 'e':
		b = bytes.TrimLeft(b, " ")
	}
	most := 2
	if c == 'Y' {
		most = 4
	} else if c == 'j' {
		most = 3
	}
	n, rest, ok := someDigits(b, most)
	return rest, ok && t.setPart(c, n)
}

// setPart is a number of a layout. It is false where it is out of range.
func (t *partialTime) setPart(c byte, n int) bool {
	switch c {
	case 'Y':
		t.year = n
	case 'y':
		if t.year = 2000 + n; n > 68 {
			t.year = 1900 + n
		}
	case 'm':
		t.month = n
		return n >= 1 && n <= 12
	case 'd', 'e':
		t.day = n
		return n >= 1 && n <= 31
	case 'H':
		t.hour = n
		return n <= 23
	case 'I':
		t.hour = n % 12
		return n >= 1 && n <= 12
	case 'M':
		t.minute = n
		return n <= 59
	case 'S':
		t.sec = n
		return n <= 60
	case 'j':
		t.month, t.day = 1, n
		return n >= 1 && n <= 366
	}
	return true
}

const monthNames = "JanFebMarAprMayJunJulAugSepOctNovDec"

// readWord reads the name of a month, a day, a zone, or AM and PM.
func (t *partialTime) readWord(c byte, b []byte) (rest []byte, ok bool) {
	n := 0
	for n < len(b) && (b[n]|0x20)-'a' < 26 {
		n++
	}
	if (c == 'b' || c == 'h') && n > 3 {
		n = 3
	}
	w, rest := b[:n], b[n:]
	switch c {
	case 'p':
		t.isPM, t.pm = true, len(w) == 2 && w[0]|0x20 == 'p'
		return rest, len(w) == 2
	case 'Z':
		t.hasZone = t.hasZone || string(w) == "UTC" || string(w) == "GMT"
		return rest, n > 0
	case 'a', 'A':
		return rest, n >= 3
	}
	if n < 3 {
		return nil, false
	}
	i := strings.Index(monthNames, Name(w[:3]))
	t.month = i/3 + 1
	return rest, i >= 0 && i%3 == 0
}

// readZone reads +hhmm, +hh:mm or Z.
func (t *partialTime) readZone(b []byte) (rest []byte, ok bool) {
	if len(b) > 0 && b[0] == 'Z' {
		t.hasZone, t.zone = true, 0
		return b[1:], true
	}
	if len(b) < 5 || b[0] != '+' && b[0] != '-' {
		return nil, false
	}
	hour, rest, ok1 := someDigits(b[1:], 2)
	if len(rest) > 0 && rest[0] == ':' {
		rest = rest[1:]
	}
	minute, rest, ok2 := someDigits(rest, 2)
	t.hasZone, t.zone = true, (hour*60+minute)*60
	if b[0] == '-' {
		t.zone = -t.zone
	}
	return rest, ok1 && ok2 && hour < 24 && minute < 60
}

// at is the instant, completed by a clock; ok is false where too little is known.
func (t *partialTime) at(clock Clock) (at time.Time, ok bool) {
	if t.isUnix {
		return time.Unix(t.unix, int64(t.nsec)).UTC(), true
	}
	if t.month == 0 || t.day == 0 {
		return time.Time{}, false
	}
	zone := clock.In()
	if t.hasZone {
		zone = time.UTC
	}
	hour := t.hour
	if t.isPM && t.pm {
		hour += 12
	}
	if t.year == 0 {
		at = clock.DateIn(time.Month(t.month), t.day, hour, t.minute, t.sec, t.nsec, zone)
	} else {
		at = time.Date(t.year, time.Month(t.month), t.day, hour, t.minute, t.sec, t.nsec, zone)
	}
	return at.Add(-time.Duration(t.zone) * time.Second).UTC(), true
}
