package parse

import (
	"strings"
	"time"
)

// syslogTime is a time as a syslog message tells it. The zero value is none.
type syslogTime struct {
	year, month, day  int // a year of 0 is not told
	hour, minute, sec int
	nsec              int
	zone              []byte // an abbreviation
	offset            int    // of the zone, in seconds east
	zoned             bool   // offset is told
}

func (s *syslogTime) time(c Clock) (time.Time, bool) {
	if s.month == 0 {
		return time.Time{}, false
	}
	in := c.In()
	switch {
	case s.zoned:
		in = time.FixedZone("", s.offset)
	case s.zone != nil:
		if t := s.in(c, in); !s.named(t) {
			if offset, ok := zoneOffset(s.zone); ok {
				in = time.FixedZone("", offset)
			}
		}
	}
	return s.in(c, in).UTC(), true
}

func (s *syslogTime) in(c Clock, zone *time.Location) time.Time {
	if s.year == 0 {
		return c.DateIn(time.Month(s.month), s.day, s.hour, s.minute, s.sec, s.nsec, zone)
	}
	return time.Date(s.year, time.Month(s.month), s.day, s.hour, s.minute, s.sec, s.nsec, zone)
}

// named tells whether t's zone is called as the text calls it.
func (s *syslogTime) named(t time.Time) bool {
	name, _ := t.Zone()
	return name == string(s.zone)
}

// zoneOffset is what an abbreviation commonly means: RFC 5322 section 4.3, and those that are of one zone.
func zoneOffset(name []byte) (int, bool) {
	const hour = 3600
	var upper [maxZoneBytes]byte
	for i, c := range name[:min(len(name), maxZoneBytes)] {
		upper[i] = c &^ 0x20
	}
	switch string(upper[:min(len(name), maxZoneBytes)]) {
	case "UTC", "GMT", "UT", "Z", "WET":
		return 0, true
	case "BST", "CET", "WEST", "MET":
		return hour, true
	case "CEST", "EET", "MEST", "SAST":
		return 2 * hour, true
	case "EEST", "MSK":
		return 3 * hour, true
	case "HKT", "SGT", "AWST":
		return 8 * hour, true
	case "JST", "KST":
		return 9 * hour, true
	case "AEST":
		return 10 * hour, true
	case "AEDT":
		return 11 * hour, true
	case "NZST":
		return 12 * hour, true
	case "NZDT":
		return 13 * hour, true
	case "BRT":
		return -3 * hour, true
	case "EDT":
		return -4 * hour, true
	case "EST", "CDT":
		return -5 * hour, true
	case "CST", "MDT":
		return -6 * hour, true
	case "MST", "PDT":
		return -7 * hour, true
	case "PST", "AKDT":
		return -8 * hour, true
	case "AKST":
		return -9 * hour, true
	case "HST":
		return -10 * hour, true
	}
	return 0, false
}

// parse reads a time of any of the dialects at the beginning of b, and tells how many bytes it takes. Behind it is a blank, a
// colon, or the end.
func (s *syslogTime) parse(b []byte) (size int, ok bool) {
	if len(b) == 0 {
		return 0, false
	}
	if c := b[0]; isDigit(c) {
		if size, ok = s.parseISO(b); !ok {
			size, ok = s.parseYearFirst(b)
		}
		return size, ok
	} else if c < 'A' || c > 'W' {
		return 0, false
	}
	if size, ok = s.parseMonth(b); ok {
		return size, true
	}
	// The weekday, of asctime(3) and `journalctl -o short-full`.
	if len(b) < 5 || strings.Index("SunMonTueWedThuFriSat", string(b[:3]))%3 != 0 {
		return 0, false
	}
	i := 3
	if b[i] == ',' {
		i++
	}
	for i < len(b) && b[i] == ' ' {
		i++
	}
	if i == 3 {
		return 0, false
	}
	if size, ok = s.parseISO(b[i:]); !ok {
		size, ok = s.parseMonth(b[i:])
	}
	return i + size, ok
}

// parseMonth reads "Nov  5 09:26:52", with a year behind the day or behind the time, a fraction, and a zone.
func (s *syslogTime) parseMonth(b []byte) (size int, ok bool) {
	month := monthOf(b)
	if month == 0 || len(b) < 14 || b[3] != ' ' {
		return 0, false
	}
	i := 4
	if b[i] == ' ' {
		i++
	}
	day, n := digits(b[i:], 2)
	if n == 0 || day < 1 || day > daysOf[month] {
		return 0, false
	}
	i += n
	if i == len(b) || b[i] != ' ' {
		return 0, false
	}
	for i++; i < len(b) && b[i] == ' '; i++ {
	}
	*s = syslogTime{month: month, day: day}
	year, n := digits(b[i:], 4)
	if n == 4 && i+4 < len(b) && b[i+4] == ' ' {
		s.year = year
		i += 5
	}
	if n, ok = s.clock(b[i:]); !ok {
		*s = syslogTime{}
		return 0, false
	}
	i += n
	i += s.yearBehind(b[i:])
	i += s.zoneBehind(b[i:])
	i += s.yearBehind(b[i:])
	if !ends(b, i) {
		*s = syslogTime{}
		return 0, false
	}
	return i, true
}

// yearBehind reads " 2026" behind a time: a host's name or address can begin alike.
func (s *syslogTime) yearBehind(b []byte) int {
	if s.year != 0 || len(b) < 5 || b[0] != ' ' {
		return 0
	}
	year, n := digits(b[1:], 4)
	if rest := b[1+n:]; n < 4 || year < 1970 || year > 2199 || len(rest) > 0 && rest[0] != ' ' && (rest[0] != ':' || len(rest) > 1 && rest[1] != ' ') {
		return 0
	}
	s.year = year
	return 5
}

// parseYearFirst reads "2026 Nov 25 09:26:52".
func (s *syslogTime) parseYearFirst(b []byte) (size int, ok bool) {
	year, n := digits(b, 4)
	if n != 4 || len(b) < 6 || b[4] != ' ' {
		return 0, false
	}
	if size, ok = s.parseMonth(b[5:]); !ok || s.year != 0 {
		*s = syslogTime{}
		return 0, false
	}
	s.year = year
	return 5 + size, true
}

// parseISO reads "2026-11-25T09:26:52.954695+00:00", with a blank for the T, and with or without fraction and zone.
func (s *syslogTime) parseISO(b []byte) (size int, ok bool) {
	if len(b) < 19 || b[4] != '-' || b[7] != '-' || b[10] != 'T' && b[10] != ' ' && b[10] != 't' {
		return 0, false
	}
	year, n1 := digits(b, 4)
	month, n2 := digits(b[5:], 2)
	day, n3 := digits(b[8:], 2)
	if n1+n2+n3 != 8 || year < 1 || month < 1 || month > 12 || day < 1 || day > daysOf[month] || day == 29 && month == 2 && !leap(year) {
		return 0, false
	}
	*s = syslogTime{year: year, month: month, day: day}
	n, ok := s.clock(b[11:])
	i := 11 + n
	if ok {
		if n = s.offsetBehind(b[i:]); n == 0 {
			n = s.zoneBehind(b[i:])
		}
		i += n
	}
	if !ok || !ends(b, i) {
		*s = syslogTime{}
		return 0, false
	}
	return i, true
}

// parseEpoch reads seconds since 1970 with a fraction, which Meraki's devices and `journalctl -o short-unix` write.
func (s *syslogTime) parseEpoch(b []byte) (size int, ok bool) {
	sec, n := digits(b, 10)
	if n != 10 || len(b) < 12 || b[10] != '.' {
		return 0, false
	}
	nsec, n := fraction(b[11:])
	if n == 0 || !ends(b, 11+n) {
		return 0, false
	}
	t := time.Unix(int64(sec), 0).UTC()
	*s = syslogTime{
		year: t.Year(), month: int(t.Month()), day: t.Day(), hour: t.Hour(), minute: t.Minute(), sec: t.Second(),
		nsec: nsec, zoned: true,
	}
	return 11 + n, true
}

// clock reads "09:26:52" and a fraction.
func (s *syslogTime) clock(b []byte) (size int, ok bool) {
	if len(b) < 8 || b[2] != ':' || b[5] != ':' {
		return 0, false
	}
	h, n1 := digits(b, 2)
	m, n2 := digits(b[3:], 2)
	sec, n3 := digits(b[6:], 2)
	if n1+n2+n3 != 6 || h > 23 || m > 59 || sec > 60 {
		return 0, false
	}
	s.hour, s.minute, s.sec = h, m, sec
	if len(b) > 9 && (b[8] == '.' || b[8] == ',') {
		if nsec, n := fraction(b[9:]); n > 0 {
			s.nsec = nsec
			return 9 + n, true
		}
	}
	return 8, true
}

// offsetBehind reads "Z", "+01:00", "+0100" or "+01" right behind a time.
func (s *syslogTime) offsetBehind(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	switch b[0] {
	case 'Z', 'z':
		s.zoned = true
		return 1
	case '+', '-':
	default:
		return 0
	}
	h, n := digits(b[1:], 2)
	i := 1 + n
	if n != 2 {
		return 0
	}
	if i < len(b) && b[i] == ':' && i+3 <= len(b) && isDigit(b[i+1]) {
		i++
	}
	m, n := digits(b[i:], 2)
	if n == 1 || m > 59 || h > 23 {
		return 0
	}
	i += n
	s.zoned, s.offset = true, h*3600+m*60
	if b[0] == '-' {
		s.offset = -s.offset
	}
	return i
}

// zoneBehind reads " CET" or " +01:00" behind a time: an abbreviation counts where a colon follows it, as Cisco's devices
// write, or where it is known, since it could be a host's name too.
func (s *syslogTime) zoneBehind(b []byte) int {
	if len(b) < 2 || b[0] != ' ' {
		return 0
	}
	if n := s.offsetBehind(b[1:]); b[1] != 'Z' && b[1] != 'z' && n > 3 && ends(b, 1+n) {
		return 1 + n
	}
	s.zoned, s.offset = false, 0
	i := 1
	for i < len(b) && i <= maxZoneBytes && isLetter(b[i]) {
		i++
	}
	if i == 1 {
		return 0
	}
	if i < len(b) && (b[i] == '+' || b[i] == '-') {
		return s.zoneWithOffset(b, i)
	}
	if !ends(b, i) {
		return 0
	}
	zone, colon := b[1:i], i < len(b) && b[i] == ':'
	if hasLower(zone) && !colon {
		return 0
	}
	if _, known := zoneOffset(zone); !known && (!colon || i < 4 || hasLower(zone)) {
		return 0
	}
	s.zone = zone
	return i
}

// zoneWithOffset reads " UTC+1:" or " UTC+07:30:" behind a time, of which the offset is at i. Only Cisco's devices write it, and a colon
// behind it: else it is a host's name.
func (s *syslogTime) zoneWithOffset(b []byte, i int) int {
	h, n := digits(b[i+1:], 2)
	end, m := i+1+n, 0
	if end+2 < len(b) && b[end] == ':' && isDigit(b[end+1]) && isDigit(b[end+2]) {
		m, _ = digits(b[end+1:], 2)
		end += 3
	}
	if n == 0 || h > 14 || m > 59 || end == len(b) || b[end] != ':' {
		return 0
	}
	s.zoned, s.offset = true, h*3600+m*60
	if b[i] == '-' {
		s.offset = -s.offset
	}
	return end
}

func hasLower(b []byte) bool {
	for _, c := range b {
		if 'a' <= c && c <= 'z' {
			return true
		}
	}
	return false
}

// ends tells whether a time can end before i.
func ends(b []byte, i int) bool {
	return i >= len(b) || b[i] == ' ' || b[i] == ':' || b[i] == '\t'
}

// digits reads up to limit digits.
func digits(b []byte, limit int) (value, size int) {
	for size < len(b) && size < limit && isDigit(b[size]) {
		value = 10*value + int(b[size]-'0')
		size++
	}
	return value, size
}

// fraction reads the digits of a second's fraction; those behind the ninth are passed over.
func fraction(b []byte) (nsec, size int) {
	for unit := 100_000_000; size < len(b) && isDigit(b[size]); size++ {
		nsec += int(b[size]-'0') * unit
		unit /= 10
	}
	return nsec, size
}

var daysOf = [13]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

// monthOf is the month that b begins with; 0 where it begins with none.
func monthOf(b []byte) int {
	if len(b) < 3 {
		return 0
	}
	switch [3]byte(b) {
	case [3]byte{'J', 'a', 'n'}:
		return 1
	case [3]byte{'F', 'e', 'b'}:
		return 2
	case [3]byte{'M', 'a', 'r'}:
		return 3
	case [3]byte{'A', 'p', 'r'}:
		return 4
	case [3]byte{'M', 'a', 'y'}:
		return 5
	case [3]byte{'J', 'u', 'n'}:
		return 6
	case [3]byte{'J', 'u', 'l'}:
		return 7
	case [3]byte{'A', 'u', 'g'}:
		return 8
	case [3]byte{'S', 'e', 'p'}:
		return 9
	case [3]byte{'O', 'c', 't'}:
		return 10
	case [3]byte{'N', 'o', 'v'}:
		return 11
	case [3]byte{'D', 'e', 'c'}:
		return 12
	}
	return 0
}
