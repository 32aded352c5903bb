package check

import (
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
(RFC 4475 3.1.2.12), so that this is a warning; who signs or checks an Identity cannot ignore it. A day of one digit and a day of the week that does not fit the date are
hints in message files and pass in logs, since peers read the date nevertheless.`,
	},
	Cases: func() []Case {
		with := func(v string) string { return requestOf("OPTIONS", "Date: "+v+"\n") }
		return []Case{
			{Name: "another time zone", Text: with("Fri, 01 Jan 2010 21:00:00 EST"), Want: []string{"warning: EST"}, Fixed: with("Sat, 02 Jan 2010 02:00:00 GMT")},
			{Name: "UTC, which is GMT by another name", Text: with("Fri, 01 Jan 2010 16:00:00 UTC"), Want: []string{"warning: UTC"}, Fixed: with("Fri, 01 Jan 2010 16:00:00 GMT")},
			{Name: "an offset", Text: with("Fri, 1 Jan 2010 16:00:00 +0530"), Want: []string{"warning: +0530"}, Fixed: with("Fri, 01 Jan 2010 10:30:00 GMT")},
			{Name: "no time zone", Text: with("Fri, 01 Jan 2010 16:00:00"), Want: []string{"warning: Fri, 01 Jan 2010 16:00:00"}},
			{Name: "the form of RFC 3339", Text: with("2010-01-01T16:00:00Z"), Want: []string{"warning: 2010-01-01T16:00:00Z"}, Fixed: with("Fri, 01 Jan 2010 16:00:00 GMT")},
			{Name: "no such day", Text: with("Wed, 31 Feb 2018 16:00:00 GMT"), Want: []string{"warning: 31"}},
			{Name: "a day of the week that is another one", Text: with("Sat, 01 Jan 2010 16:00:00 GMT"), Want: []string{"hint: Sat"}, Fixed: with("Fri, 01 Jan 2010 16:00:00 GMT")},
			{Name: "a day of one digit", Text: with("Fri, 1 Jan 2010 16:00:00 GMT"), Want: []string{"hint: 1"}, Fixed: with("Fri, 01 Jan 2010 16:00:00 GMT")},
			{Name: "right", Text: with("Fri, 01 Jan 2010 16:00:00 GMT")},
			{Name: "a day of one digit in a log", Log: true, Text: inLog(with("Fri, 1 Jan 2010 16:00:00 GMT"))},
			{Name: "cut off", Log: true, Text: inCutLog(with("Fri, 01 Jan 2010 16:00:00 EST"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		h := m.Header(sip.HeaderDate)
		if h.Value.Len == 0 {
			return
		}
		_, err := m.Date(h.Value)
		if err == nil || err.DateIsPlain() && !s.Editable {
			return
		}
		f := Finding{
			Severity:    Warning,
			At:          at(orValue(err.At, h)),
			Title:       "malformed Date",
			Evidence:    expected(m, err),
			Consequence: "Peers ignore the date; a verifier of caller identity refuses the call, and a phone shows a wrong time.",
			Next:        "Write the time in GMT, as Sat, 13 Nov 2010 23:29:00 GMT.",
		}
		if err.DateIsPlain() {
			f.Severity = Hint
			f.Consequence = "Most peers read the date nevertheless; those that check it ignore it."
			f.Next = "Write it as Sat, 13 Nov 2010 23:29:00 GMT."
		}
		report(f)
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		m := s.Message
		v := m.Header(sip.HeaderDate).Value
		when, ok := m.ForeignDate(v)
		if !ok {
			return nil
		}
		text := when.Format(sip.DateLayout)
		return []Fix{{Title: "Write " + text, Preferred: true, Edits: []Edit{{At: v, Text: Literal(text)}}}}
	},
}

// orValue is the place of a defect, or all of the value where something is missing.
func orValue(place sip.Span, h *sip.Header) sip.Span {
	if place.Len == 0 {
		return h.Value
	}
	return place
}
