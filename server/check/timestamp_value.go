package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var timestampValue = &Rule{
	Name:     "timestamp-value",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   []sip.HeaderID{sip.HeaderTimestamp},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.38"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "Timestamp that is malformed",
		Text: `Timestamp is a decimal number of seconds and, in a response, a second one for the delay of the server. Nothing but the sender's estimate of the round trip
depends on it, so that the rule is silent in logs.`,
	},
	Cases: func() []Case {
		with := func(v string) string { return requestOf("OPTIONS", "Timestamp: "+v+"\n") }
		return []Case{
			{Name: "a time of day", Text: with("10:00:00"), Want: []string{"warning: :00:00"}},
			{Name: "a word", Text: with("now"), Want: []string{"warning: now"}},
			{Name: "two numbers", Text: with("54.21 .1")},
			{Name: "a time of day in a log", Log: true, Text: inLog(with("10:00:00"))},
			{Name: "cut off", Log: true, Text: inCutLog(with("10:00:00"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		h := m.Header(sip.HeaderTimestamp)
		if !s.Editable || h.Value.Len == 0 {
			return
		}
		_, err := m.Timestamp(h.Value)
		if err == nil {
			return
		}
		report(Finding{
			Severity:    Warning,
			At:          at(err.At),
			Title:       "malformed Timestamp",
			Evidence:    expected(m, err),
			Consequence: "The sender cannot work out the round trip time from it, and a strict peer answers 400.",
			Next:        "Write a number of seconds as 54.21.",
		})
	},
}
