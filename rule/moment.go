package rule

import (
	"fmt"
	"math/big"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// moment is a time as it is compared with those that records hold.
type moment struct {
	time time.Time
	// since is the time since 1970 in seconds, milliseconds, microseconds and nanoseconds.
	since [4]decimal
}

func newMoment(v any) (*moment, error) {
	t, ok := v.(time.Time)
	if !ok {
		return nil, fmt.Errorf("value of type %T, want a time.Time", v)
	}
	if t.IsZero() {
		return nil, fmt.Errorf("time is zero")
	}
	m := &moment{time: t}
	nanos := new(big.Int).Mul(big.NewInt(t.Unix()), big.NewInt(1e9))
	nanos.Add(nanos, big.NewInt(int64(t.Nanosecond())))
	for i := range m.since {
		m.since[i], _ = parseDecimal(fmt.Appendf(nil, "%de-%d", nanos, 9-3*i))
	}
	return m, nil
}

// compare is -1, 0 or 1 as v is before, at or after m; ok is false where v is no moment.
func (m *moment) compare(v parse.Value) (c int, ok bool) {
	switch v.Kind() {
	case parse.String:
		t, ok := parseTime(v.Bytes())
		return t.Compare(m.time), ok
	case parse.Number:
		d, ok := parseDecimal(v.Bytes())
		if !ok {
			return 0, false
		}
		// d is less than 10^exp and not less than a tenth of that.
		unit := 0
		for _, most := range [...]int64{11, 14, 17} {
			if d.exp > most {
				unit++
			}
		}
		return d.compare(&m.since[unit]), true
	}
	return 0, false
}

// parseTime reads a time as [time.Time.UnmarshalText] does, without allocating a zone or an error.
func parseTime(b []byte) (time.Time, bool) {
	const form = "0000-00-00T00:00:00"
	if len(b) <= len(form) || !hasForm(b, form) {
		return time.Time{}, false
	}
	year, month, day := int(parseDigits(b[:4])), time.Month(parseDigits(b[5:7])), int(parseDigits(b[8:10]))
	hour, minute, second := int(parseDigits(b[11:13])), int(parseDigits(b[14:16])), int(parseDigits(b[17:19]))
	if month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	b = b[len(form):]
	nanos := int64(0)
	if b[0] == '.' {
		n := digits(b[1:])
		if n == 0 {
			return time.Time{}, false
		}
		nanos = parseDigits(b[1 : 1+min(n, 9)])
		for range 9 - n {
			nanos *= 10
		}
		b = b[1+n:]
	}
	offset, ok := parseOffset(b)
	t := time.Date(year, month, day, hour, minute, second, int(nanos), time.UTC)
	return t.Add(-offset), ok && t.Day() == day // else the month has no such day
}

// parseOffset reads Z or an offset from UTC.
func parseOffset(b []byte) (offset time.Duration, ok bool) {
	if len(b) == 1 && b[0] == 'Z' {
		return 0, true
	}
	if len(b) != len("+00:00") || b[0] != '+' && b[0] != '-' || !hasForm(b[1:], "00:00") {
		return 0, false
	}
	hours, minutes := parseDigits(b[1:3]), parseDigits(b[4:6])
	if hours > 23 || minutes > 59 {
		return 0, false
	}
	offset = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if b[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// hasForm tells whether b begins like form, in which a 0 is any digit.
func hasForm(b []byte, form string) bool {
	for i := range len(form) {
		if form[i] == '0' && (b[i] < '0' || b[i] > '9') || form[i] != '0' && b[i] != form[i] {
			return false
		}
	}
	return true
}

// parseDigits is the number that a few digits are.
func parseDigits(b []byte) (n int64) {
	for _, c := range b {
		n = n*10 + int64(c-'0')
	}
	return n
}
