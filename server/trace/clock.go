package trace

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Clock is a time stamp as far as a log writes it out.
type Clock struct {
	At    time.Time // without a date: on 1 January of year 0; without a year: in year 0; without an offset: as if in UTC
	Dated bool      // year, month and day are written
	Zoned bool      // the offset from UTC is written
	Daily bool      // only the time of day is written
}

// clockLayouts are the forms of time stamps, by what Clock says of them. Go reads a
// fraction of a second behind the seconds even where the layout has none.
var clockLayouts = []struct {
	layout string
	clock  Clock
}{
	{"15:04:05", Clock{Daily: true}},
	{"2006-01-02 15:04:05", Clock{Dated: true}},
	{"2006/01/02 15:04:05", Clock{Dated: true}},
	{"02-01-2006 15:04:05", Clock{Dated: true}},
	{"Jan _2 15:04:05", Clock{}},
	{"01-02 15:04:05", Clock{}}, // Android
	{"02-01@15:04:05", Clock{}}, // AudioCodes
	{"Jan _2 2006 15:04:05", Clock{Dated: true}},
	{"Jan _2. 2006 3:04:05 PM", Clock{Dated: true}}, // Java, see ParseClock for the point
	{"Jan _2. 2006 15:04:05", Clock{Dated: true}},   // Wireshark
	{"Jan _2. 2006 15:04:05 UTC", Clock{Dated: true, Zoned: true}},
	{"2006-01-02 15:04:05Z07:00", Clock{Dated: true, Zoned: true}},
	{"2006-01-02 15:04:05Z0700", Clock{Dated: true, Zoned: true}},
	{"2006-01-02 15:04:05 -0700", Clock{Dated: true, Zoned: true}},
}

// ParseClock reads a time stamp as written: a date and a time of day, or a time of
// day, or the time since 1970 in seconds, with or without a fraction, in milli-, micro- or nanoseconds. Between the two may stand a blank, a tab or a T, before the fraction of the
// second a point, a comma or a colon. The seconds since 1970 that SIPp writes behind its
// time are ignored.
func ParseClock(raw string) (Clock, bool) {
	if len(raw) < len("15:04:05") || len(raw) > 64 {
		return Clock{}, false
	}
	if at, ok := parseEpoch(raw); ok {
		return Clock{At: at, Dated: true, Zoned: true}, true
	}
	if stamp, epoch, ok := strings.Cut(raw, "\t"); ok {
		raw = stamp
		if clock, _, _ := strings.Cut(epoch, "\t"); strings.Contains(clock, ":") {
			raw += " " + clock
		}
	}
	raw = strings.ReplaceAll(raw, ",", ".")      // Python and Java write a comma before the fraction
	raw = strings.ReplaceAll(raw, "\u202f", " ") // Java 20 and later before AM and PM
	if len(raw) > 10 && raw[10] == 'T' {
		raw = raw[:10] + " " + raw[11:]
	}
	if i := strings.IndexByte(raw, ':'); i >= 0 && len(raw) > i+6 && raw[i+6] == ':' {
		raw = raw[:i+6] + "." + raw[i+7:] // 05:47:19:301, as belle-sip writes it
	}
	// The names of other time zones stand for several offsets.
	if i := strings.LastIndexByte(raw, ' '); i > len("Jan _2. 2006") && isZoneName(raw[i+1:]) {
		raw = raw[:i]
	}
	for _, l := range clockLayouts {
		if t, err := time.Parse(l.layout, raw); err == nil {
			c := l.clock
			c.At = t
			return c, true
		}
	}
	return Clock{}, false
}

// isZoneName reports whether s is the short name of a time zone other than UTC, AM and PM.
func isZoneName(s string) bool {
	if len(s) < 3 || len(s) > 5 || s == "UTC" {
		return false
	}
	for i := range len(s) {
		if s[i] < 'A' || 'Z' < s[i] {
			return false
		}
	}
	return true
}

// parseEpoch reads the time since 1970: ten digits for seconds with or without a fraction, three, six or nine more
// for the smaller units.
func parseEpoch(raw string) (time.Time, bool) {
	sec, frac, point := strings.Cut(raw, ".")
	if !allDigits([]byte(sec)) || point && (!allDigits([]byte(frac)) || len(sec) != 10 || len(frac) > 9) {
		return time.Time{}, false
	}
	switch len(sec) {
	case 10:
	case 13, 16, 19:
		sec, frac = sec[:10], sec[10:]
	default:
		return time.Time{}, false
	}
	s, _ := strconv.ParseInt(sec, 10, 64)
	n, _ := strconv.ParseInt((frac + "000000000")[:9], 10, 64)
	return time.Unix(s, n).UTC(), true
}

// ISO returns ISO 8601, with the offset only where the log has one. ok is
// false where the date is not wholly written: nothing is invented.
func (c Clock) ISO() (iso string, ok bool) {
	if !c.Dated {
		return "", false
	}
	layout := "2006-01-02T15:04:05.999999999"
	if c.Zoned {
		layout += "Z07:00"
	}
	return c.At.Format(layout), true
}

// Sub returns how much later c is than d. ok is false where the two are not
// written alike. What is not written is taken to be what puts the two closest together: two
// times of day less than half a day, two days of the year less than half a year.
func (c Clock) Sub(d Clock) (span time.Duration, ok bool) {
	if c.Dated != d.Dated || c.Zoned != d.Zoned || c.Daily != d.Daily {
		return 0, false
	}
	span = c.At.Sub(d.At)
	if span == math.MinInt64 || span == math.MaxInt64 {
		return 0, false // longer than a Duration: one of them is no time
	}
	const day = 24 * time.Hour
	switch {
	case c.Daily:
		span = closest(span, day)
	case !c.Dated:
		span = closest(span, 366*day) // year 0 has 366 days
	}
	return span, true
}

// closest brings a span that is known but for whole periods to the nearest of them.
func closest(span, period time.Duration) time.Duration {
	switch {
	case span > period/2:
		return span - period
	case span < -period/2:
		return span + period
	}
	return span
}
