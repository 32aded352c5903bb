package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var sessionBelowMinimum = &Rule{
	Name:     "session-expires-below-min-se",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Failures: []string{"422-min-se"},
	Fields:   []sip.HeaderID{sip.HeaderSessionExpires},
	Cites:    []knowledge.Cite{{Standard: "RFC 4028", Section: "7.1"}},
	Doc: Doc{
		Title: "Session-Expires below Min-SE",
		Text:  `A request that carries both must not ask for a shorter interval than the least that it allows itself.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "less than its own minimum", Text: requestOf("INVITE", "Session-Expires: 120\nMin-SE: 300\nSupported: timer\n"), Want: []string{"error: 120"}, Fixed: requestOf("INVITE", "Session-Expires: 300\nMin-SE: 300\nSupported: timer\n")},
			{Name: "the same", Text: requestOf("INVITE", "Session-Expires: 300\nMin-SE: 300\nSupported: timer\n")},
			{Name: "cut off", Log: true, Text: inCutLog(requestOf("INVITE", "Session-Expires: 120\nMin-SE: 300\nSubject: x\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		least := m.Header(sip.HeaderMinSE)
		if least == nil || !m.IsRequest() {
			return
		}
		x, errX := m.SessionInterval(m.Header(sip.HeaderSessionExpires).Value)
		n, errN := m.SessionInterval(least.Value)
		if errX != nil || errN != nil || x.Seconds >= n.Seconds || x.Seconds < leastInterval {
			return
		}
		report(Finding{
			Severity:    Error,
			At:          at(x.Number),
			Title:       "Session-Expires below Min-SE",
			Evidence:    fmt.Sprintf("Session-Expires is %d seconds, Min-SE in the same message %d.", x.Seconds, n.Seconds),
			Consequence: "Proxies and the callee answer with 422 Session Interval Too Small.",
			Next:        "Raise Session-Expires to Min-SE at least; with a smaller Min-SE of a proxy in between, find out who raised it.",
			Related:     []Related{{At: at(n.Number), Text: "the least interval that is allowed"}},
			detail:      string(m.Bytes(n.Number)),
		})
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		least := f.detail.(string)
		return []Fix{{Title: "Set Session-Expires to " + least, Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal(least)}}}}
	},
}
