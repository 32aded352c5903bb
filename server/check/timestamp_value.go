package check

import (
	"bytes"

	"sipls/knowledge"
	"sipls/server/sip"
)

var timestampValue = &Rule{
	Name:     "timestamp-value",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Hint,
	Fields:   []sip.HeaderID{sip.HeaderTimestamp},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.38"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "Timestamp that is malformed",
		Text:  `Timestamp is a decimal number and, in a response, a second one for the delay of the server. Nothing but the sender's estimate of the round trip depends on it.`,
	},
	Cases: func() []Case {
		with := func(v string) string { return requestOf("OPTIONS", "Timestamp: "+v+"\n") }
		return []Case{
			{Name: "a time of day", Text: with("10:00:00"), Want: []string{"hint: 10:00:00"}},
			{Name: "two numbers", Text: with("54.21 0.1")},
			{Name: "cut off", Log: true, Text: inCutLog(with("10:00:00"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		h := m.Header(sip.HeaderTimestamp)
		if h.Value.Len == 0 {
			return
		}
		first, second, two := bytes.Cut(m.Bytes(h.Value), []byte(" "))
		second = bytes.TrimSpace(second)
		if isDecimal(first) && (!two || isDecimal(second)) {
			return
		}
		report(Finding{
			Severity:    Hint,
			At:          at(h.Value),
			Title:       "malformed Timestamp",
			Evidence:    clip(m.Bytes(h.Value)) + " is neither a decimal number nor two.",
			Consequence: "The sender cannot work out the round trip time.",
			Next:        "Write a number of seconds as 54.21.",
		})
	},
}

// isDecimal reports whether b is digits, maybe with a point among or behind them.
func isDecimal(b []byte) bool {
	point := false
	for i, c := range b {
		switch {
		case c == '.' && !point && i > 0:
			point = true
		case c < '0' || '9' < c:
			return false
		}
	}
	return len(b) > 0
}
