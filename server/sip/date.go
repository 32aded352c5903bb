package sip

import "time"

// dateLayout is rfc1123-date, the only form that SIP allows (RFC 3261 sections 20.17 and 25.1).
const dateLayout = "Mon, 02 Jan 2006 15:04:05 GMT"

// Date reads s as a date. The error says what is wrong with it: a time zone other than GMT, a day of the week that is not
// that of the date, digits that are missing.
func (m *Message) Date(s Span) (time.Time, *SyntaxError) {
	text := string(m.Bytes(s))
	at, err := time.Parse(dateLayout, text)
	if err == nil {
		if text[:3] != at.Weekday().String()[:3] {
			return at, syntaxError(int(s.Off), int(s.Off)+3, at.Weekday().String()[:3]+", the day of this date")
		}
		return at, nil
	}
	n := len(dateLayout) - len("GMT")
	if len(text) >= n {
		if _, err := time.Parse(dateLayout[:n], text[:n]); err == nil {
			return time.Time{}, syntaxError(int(s.Off)+n, int(s.End()), "GMT")
		}
		// Zones and offsets of mail
		for _, layout := range []string{time.RFC1123, time.RFC1123Z} {
			if at, err := time.Parse(layout, text); err == nil {
				return at, syntaxError(int(s.Off)+n, int(s.End()), "GMT")
			}
		}
	}
	return time.Time{}, &SyntaxError{At: s, Want: "a date as Sat, 13 Nov 2010 23:29:00 GMT"}
}

// HasZone reports whether an error of Date is about the time zone alone.
func (e *SyntaxError) HasZone() bool { return e.Want == "GMT" }
