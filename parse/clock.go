package parse

import "time"

// Clock completes times that say less than an instant: those without a year or without a zone. The zero Clock takes UTC,
// and the time at which it is asked.
type Clock struct {
	// Received is when the payload was delivered, or written. A date without a year is of the latest year in which it
	// is not more than a day behind Received.
	Received time.Time
	// Zone is that of times without one; nil is UTC.
	Zone *time.Location
}

// In is Zone, or UTC.
func (c Clock) In() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// Date is the instant of a date without a year, in Zone. A 29th of February is of the latest leap year that fits.
func (c Clock) Date(month time.Month, day, hour, minute, sec, nsec int) time.Time {
	return c.DateIn(month, day, hour, minute, sec, nsec, c.In())
}

// DateIn is Date in a zone that the text tells.
func (c Clock) DateIn(month time.Month, day, hour, minute, sec, nsec int, zone *time.Location) time.Time {
	received := c.Received
	if received.IsZero() {
		received = time.Now()
	}
	latest := received.Add(24 * time.Hour)
	year := latest.In(zone).Year()
	for range 9 {
		t := time.Date(year, month, day, hour, minute, sec, nsec, zone)
		if t.Month() == month && !t.After(latest) {
			return t
		}
		year--
	}
	return time.Date(year, month, day, hour, minute, sec, nsec, zone)
}
