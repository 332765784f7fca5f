package logtype

import "time"

// clfTime is a time as the Common Log Format writes it: 06/Feb/2019:00:00:38 +0000.
func clfTime(b []byte) (time.Time, bool) {
	if len(b) != len("06/Feb/2019:00:00:38 +0000") || b[2] != '/' || b[6] != '/' || b[11] != ':' || b[14] != ':' || b[17] != ':' || b[20] != ' ' {
		return time.Time{}, false
	}
	day, ok1 := digits(b[0:2])
	year, ok2 := digits(b[7:11])
	hour, ok3 := digits(b[12:14])
	minute, ok4 := digits(b[15:17])
	sec, ok5 := digits(b[18:20])
	zoneHour, ok6 := digits(b[22:24])
	zoneMinute, ok7 := digits(b[24:26])
	month := monthOf(b[3:6])
	east := (zoneHour*60 + zoneMinute) * 60
	switch {
	case !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || !ok6 || !ok7 || month == 0 || b[21] != '+' && b[21] != '-':
		return time.Time{}, false
	case day == 0 || day > 31 || hour > 23 || minute > 59 || sec > 60 || zoneHour > 23 || zoneMinute > 59:
		return time.Time{}, false
	case b[21] == '-':
		east = -east
	}
	at := time.Date(year, month, day, hour, minute, sec, 0, time.UTC)
	return at.Add(-time.Duration(east) * time.Second), at.Day() == day || sec == 60
}

// digits is a short number of digits alone.
func digits(b []byte) (n int, ok bool) {
	for _, c := range b {
		if !isDigit(c) {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, len(b) > 0
}

// monthOf is a month by its English three letters; 0 where it is none.
func monthOf(b []byte) time.Month {
	switch string(b) {
	case "Jan":
		return time.January
	case "Feb":
		return time.February
	case "Mar":
		return time.March
	case "Apr":
		return time.April
	case "May":
		return time.May
	case "Jun":
		return time.June
	case "Jul":
		return time.July
	case "Aug":
		return time.August
	case "Sep":
		return time.September
	case "Oct":
		return time.October
	case "Nov":
		return time.November
	case "Dec":
		return time.December
	}
	return 0
}

// isoTime is a time of UTC as the load balancers write it, with a fraction and a Z or without: 2018-07-02T22:23:00.186641Z.
func isoTime(b []byte) (time.Time, bool) {
	if len(b) < len("2018-07-02T22:23:00") || b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' {
		return time.Time{}, false
	}
	year, ok1 := digits(b[0:4])
	month, ok2 := digits(b[5:7])
	day, ok3 := digits(b[8:10])
	hour, ok4 := digits(b[11:13])
	minute, ok5 := digits(b[14:16])
	sec, ok6 := digits(b[17:19])
	nsec := 0
	rest := b[19:]
	if len(rest) > 1 && rest[0] == '.' {
		unit := 1_000_000_000
		for rest = rest[1:]; len(rest) > 0 && isDigit(rest[0]); rest = rest[1:] {
			unit /= 10
			nsec += int(rest[0]-'0') * unit
		}
	}
	switch {
	case !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || !ok6 || len(rest) > 0 && string(rest) != "Z":
		return time.Time{}, false
	case month == 0 || month > 12 || day == 0 || day > 31 || hour > 23 || minute > 59 || sec > 60:
		return time.Time{}, false
	}
	at := time.Date(year, time.Month(month), day, hour, minute, sec, nsec, time.UTC)
	return at, at.Day() == day || sec == 60
}
