package logtype

import (
	"strconv"
	"time"

	"github.com/streamalert/streamalert-go/parse"
)

// epoch is an instant in seconds, or in what is a thousandth of one step after step, since 1970: a number or a text that
// holds one. Its size tells the unit: seconds are told from milliseconds, microseconds and nanoseconds up to the year 5138.
func epoch(v parse.Value) (time.Time, bool) {
	if v.Kind() != parse.Number && v.Kind() != parse.String {
		return time.Time{}, false
	}
	if n, err := strconv.ParseInt(string(v.Bytes()), 10, 64); err == nil {
		return epochOf(n)
	}
	f, err := strconv.ParseFloat(string(v.Bytes()), 64)
	if err != nil || !(f >= 0 && f < 1e11) {
		return time.Time{}, false
	}
	return time.UnixMicro(int64(f * 1e6)).UTC(), true
}

func epochOf(n int64) (time.Time, bool) {
	switch {
	case n < 0:
		return time.Time{}, false
	case n < 1e11:
		return time.Unix(n, 0).UTC(), true
	case n < 1e14:
		return time.UnixMilli(n).UTC(), true
	case n < 1e17:
		return time.UnixMicro(n).UTC(), true
	}
	return time.Unix(0, n).UTC(), true
}

// stamp is an instant as one of some layouts writes it.
func stamp(v parse.Value, layouts ...string) (time.Time, bool) {
	if v.Kind() != parse.String {
		return time.Time{}, false
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, string(v.Bytes())); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
