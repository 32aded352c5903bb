package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var dateValue = &Rule{
	Name:     "date-value",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   []sip.HeaderID{sip.HeaderDate},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.17"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "Date that is malformed",
		Text: `SIP has one form of a date, ` + "`Sat, 13 Nov 2010 23:29:00 GMT`" + `, and one time zone: GMT. UT, UTC and the zones of mail are wrong. Elements should ignore a Date they cannot read
(RFC 4475 3.1.2.12), so that this is a warning; who signs or checks an Identity cannot ignore it. A day of one digit is reported in message files only.`,
	},
	Cases: func() []Case {
		with := func(v string) string { return requestOf("OPTIONS", "Date: "+v+"\n") }
		return []Case{
			{Name: "another time zone", Text: with("Fri, 01 Jan 2010 16:00:00 EST"), Want: []string{"warning: EST"}},
			{Name: "UTC, which is GMT by another name", Text: with("Fri, 01 Jan 2010 16:00:00 UTC"), Want: []string{"warning: UTC"}, Fixed: with("Fri, 01 Jan 2010 16:00:00 GMT")},
			{Name: "the form of ISO 8601", Text: with("2010-01-01T16:00:00Z"), Want: []string{"warning: 2010-01-01T16:00:00Z"}},
			{Name: "a day of the week that is another one", Text: with("Sat, 01 Jan 2010 16:00:00 GMT"), Want: []string{"hint: Sat"}, Fixed: with("Fri, 01 Jan 2010 16:00:00 GMT")},
			{Name: "right", Text: with("Fri, 01 Jan 2010 16:00:00 GMT")},
			{Name: "cut off", Log: true, Text: inCutLog(with("Fri, 01 Jan 2010 16:00:00 EST"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		h := m.Header(sip.HeaderDate)
		if h.Value.Len == 0 {
			return
		}
		day, err := m.Date(h.Value)
		if err == nil {
			return
		}
		f := Finding{
			Severity:    Warning,
			At:          at(err.At),
			Title:       "malformed Date",
			Evidence:    expected(m, err),
			Consequence: "Peers ignore the date; a verifier of caller identity refuses the call, and a phone shows a wrong time.",
			Next:        "Write the time in GMT, as Sat, 13 Nov 2010 23:29:00 GMT.",
		}
		switch v := m.Bytes(h.Value); {
		case !day.IsZero() && !err.HasZone():
			f.Severity = Hint
			f.Title = "Date with the wrong day of the week"
			f.Consequence = "Peers that check it ignore the date."
			f.Next = fmt.Sprintf("Write %s.", day.Weekday().String()[:3])
			if !s.Editable {
				return
			}
		case len(v) > 6 && v[5] != '0' && v[6] == ' ':
			f.Severity = Hint // a day of one digit, which all stacks read
			if !s.Editable {
				return
			}
		}
		report(f)
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m := s.Message
		v := m.Bytes(f.At.At)
		switch string(v) {
		case "UTC", "UT", "Z", "+0000", "-0000":
			return []Fix{{Title: "Write GMT", Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal("GMT")}}}}
		}
		day, err := m.Date(m.Header(sip.HeaderDate).Value)
		if err != nil && !day.IsZero() && !err.HasZone() {
			return []Fix{{Title: "Write " + day.Weekday().String()[:3], Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal(day.Weekday().String()[:3])}}}}
		}
		return nil
	},
}
