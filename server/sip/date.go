package sip

import (
	"bytes"
	"strings"
	"time"
)

// DateLayout writes a time, which has to be UTC, as rfc1123-date, the only form of a date in SIP (RFC 3261 sections 20.17 and 25.1).
const DateLayout = "Mon, 02 Jan 2006 15:04:05 GMT"

const (
	days   = "SunMonTueWedThuFriSat"
	months = "JanFebMarAprMayJunJulAugSepOctNovDec"
)

const (
	wantDate      = "a date as Sat, 13 Nov 2010 23:29:00 GMT"
	wantTwoDigits = "a day of two digits"
	ofThisDate    = ", the day of this date"
)

// Date reads v as a date. Letter case counts and blanks are single (RFC 3261 sections 20.17 and 25.1); a zone other than GMT, a date that no
// calendar has and a day of the week that is not that of the date are errors.
func (m *Message) Date(v Span) (time.Time, *SyntaxError) {
	r := dateReader{t: v.In(m.Text), off: int(v.Off)}
	weekday := -1
	if w := r.word(); len(w) == 4 && w[3] == ',' {
		weekday = nameIndex(days, w[:3])
	}
	if weekday < 0 {
		return time.Time{}, &SyntaxError{At: v, Want: wantDate}
	}
	var err *SyntaxError // one that leaves no doubt about the date
	w := r.word()
	day, ok := digits(w, 2)
	if !ok {
		if day, ok = digits(w, 1); !ok {
			return time.Time{}, r.wrong(wantTwoDigits)
		}
		err = r.wrong(wantTwoDigits)
	}
	dayAt := r.from
	month := nameIndex(months, r.word()) + 1
	if month == 0 {
		return time.Time{}, r.wrong("a month as Nov")
	}
	year, ok := digits(r.word(), 4)
	if !ok {
		return time.Time{}, r.wrong("a year of four digits")
	}
	clock := r.word()
	if len(clock) != len("23:29:00") || clock[2] != ':' || clock[5] != ':' {
		return time.Time{}, r.wrong("a time as 23:29:00")
	}
	hour, okH := digits(clock[:2], 2)
	minute, okM := digits(clock[3:5], 2)
	second, okS := digits(clock[6:], 2)
	if !okH || !okM || !okS || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, r.wrong("a time from 00:00:00 to 23:59:59")
	}
	if string(r.rest()) != "GMT" {
		return time.Time{}, r.wrong("GMT")
	}
	at := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	switch {
	case at.Day() != day:
		return time.Time{}, syntaxError(dayAt, dayAt+len(w), "a day that the month has")
	case int(at.Weekday()) != weekday:
		return time.Time{}, syntaxError(int(v.Off), int(v.Off)+3, at.Weekday().String()[:3]+ofThisDate)
	case err != nil:
		return time.Time{}, err
	}
	return at, nil
}

// DateIsPlain reports whether an error of Date leaves no doubt about the date: its day has one digit, which RFC 3261 does
// not allow and most peers read, or the day of the week is that of another date.
func (e *SyntaxError) DateIsPlain() bool {
	return e.Want == wantTwoDigits && e.At.Len == 1 || strings.HasSuffix(e.Want, ofThisDate)
}

// ForeignDate reads v as people and other protocols write dates: a day of one digit, zones of mail, RFC 3339. ok is false
// where the moment that is meant is in doubt.
func (m *Message) ForeignDate(v Span) (at time.Time, ok bool) {
	text := string(v.In(m.Text))
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.UTC(), true
	}
	date, zone := text, ""
	if i := strings.LastIndexByte(text, ' '); i >= 0 {
		date, zone = text[:i], text[i+1:]
	}
	offset, named := mailZones[zone]
	if !named {
		at, err := time.Parse("-0700", zone)
		if err != nil {
			return time.Time{}, false
		}
		_, seconds := at.Zone()
		offset = time.Duration(seconds) * time.Second
	}
	at, err := time.Parse("Mon, 2 Jan 2006 15:04:05", date)
	return at.Add(-offset), err == nil
}

// mailZones are the zones that mail has names for, east of GMT, and the names of GMT that people use.
var mailZones = map[string]time.Duration{
	"GMT": 0, "UT": 0, "UTC": 0, "Z": 0,
	"EST": -5 * time.Hour, "EDT": -4 * time.Hour, "CST": -6 * time.Hour, "CDT": -5 * time.Hour,
	"MST": -7 * time.Hour, "MDT": -6 * time.Hour, "PST": -8 * time.Hour, "PDT": -7 * time.Hour,
}

// dateReader cuts a date at its blanks.
type dateReader struct {
	t          []byte
	off        int // of t in the message
	next       int // where the next word begins, in t
	from, size int // the last word, in the message
}

// word returns the text up to the next blank.
func (r *dateReader) word() []byte {
	w := r.t[r.next:]
	if i := bytes.IndexByte(w, ' '); i >= 0 {
		w = w[:i]
	}
	r.from, r.size = r.off+r.next, len(w)
	r.next = min(r.next+len(w)+1, len(r.t))
	return w
}

// rest returns all text that is left.
func (r *dateReader) rest() []byte {
	w := r.t[r.next:]
	r.from, r.size = r.off+r.next, len(w)
	return w
}

// wrong says what belongs where the last word stands.
func (r *dateReader) wrong(want string) *SyntaxError {
	return syntaxError(r.from, r.from+r.size, want)
}

// nameIndex returns the place of a name of three letters among names, -1 where it is none of them.
func nameIndex(names string, b []byte) int {
	if len(b) != 3 {
		return -1
	}
	for i := 0; i < len(names); i += 3 {
		if names[i:i+3] == string(b) {
			return i / 3
		}
	}
	return -1
}

// digits reads a number of exactly n digits.
func digits(b []byte, n int) (int, bool) {
	if len(b) != n {
		return 0, false
	}
	out := 0
	for _, c := range b {
		if !isDigit(c) {
			return 0, false
		}
		out = out*10 + int(c-'0')
	}
	return out, true
}
