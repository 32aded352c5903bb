package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var retryAfterValue = &Rule{
	Name:     "retry-after-value",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   []sip.HeaderID{sip.HeaderRetryAfter},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.33"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "Retry-After that is malformed",
		Text:  `Retry-After is a number of seconds, maybe a comment in brackets, and parameters. A date, which HTTP allows, is none.`,
	},
	Cases: func() []Case {
		with := func(v string) string { return responseTo("INVITE", "503 Service Unavailable", "Retry-After: "+v+"\n") }
		return []Case{
			{Name: "a date", Text: with("Fri, 01 Jan 2010 16:00:00 GMT"), Want: []string{"warning: Fri, 01 Jan 2010 16:00:00 GMT"}},
			{Name: "a unit", Text: with("5 minutes"), Want: []string{"warning: minutes"}, Fixed: ""},
			{Name: "a comment that is not closed", Text: with("120 (back soon"), Want: []string{"warning: (back soon"}},
			{Name: "a comment and a parameter", Text: with("18000 (at lunch) ;duration=3600")},
			{Name: "cut off", Log: true, Text: inCutLog(responseTo("INVITE", "503 Service Unavailable", "Retry-After: soon\nServer: x\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		h := m.Header(sip.HeaderRetryAfter)
		if h.Value.Len == 0 {
			return
		}
		_, err := m.Seconds(h.Value, true)
		if err == nil {
			return
		}
		report(Finding{
			Severity:    Warning,
			At:          at(err.At),
			Title:       "malformed Retry-After",
			Evidence:    expected(m, err),
			Consequence: "The client does not learn when to try again: it gives up, or tries at once and adds to the load.",
			Next:        "Write a number of seconds, a comment in brackets behind it if need be.",
		})
	},
}
