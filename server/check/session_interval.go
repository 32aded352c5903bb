package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

// leastInterval is the shortest session interval there may be, in seconds (RFC 4028 section 4).
const leastInterval = 90

var sessionInterval = &Rule{
	Name:     "session-interval-too-small",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Fields:   []sip.HeaderID{sip.HeaderSessionExpires, sip.HeaderMinSE},
	Cites:    []knowledge.Cite{{Standard: "RFC 4028", Section: "4"}, {Standard: "RFC 4028", Section: "5"}},
	Doc: Doc{
		Title: "Session-Expires or Min-SE below 90 seconds",
		Text: `A session interval is at least 90 seconds, and so is what Min-SE demands. A request that asks for less is refused with 422; a response that grants less
makes the peer refresh so often that calls fail.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "a request that asks for a minute", Text: requestOf("INVITE", "Session-Expires: 60\nSupported: timer\n"), Want: []string{"error: 60"}, Fixed: requestOf("INVITE", "Session-Expires: 90\nSupported: timer\n")},
			{Name: "Min-SE", Text: requestOf("INVITE", "Session-Expires: 1800\nMin-SE: 30\nSupported: timer\n"), Want: []string{"error: 30"}, Fixed: requestOf("INVITE", "Session-Expires: 1800\nMin-SE: 90\nSupported: timer\n")},
			{Name: "the least there may be", Text: requestOf("INVITE", "Session-Expires: 90;refresher=uac\nMin-SE: 90\nSupported: timer\n")},
			{Name: "cut off", Log: true, Text: inCutLog(requestOf("INVITE", "Session-Expires: 60\nSubject: x\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for _, id := range [...]sip.HeaderID{sip.HeaderSessionExpires, sip.HeaderMinSE} {
			h := m.Header(id)
			if h == nil {
				continue
			}
			x, err := m.Seconds(h.Value, false)
			if err != nil || x.Value >= leastInterval {
				continue
			}
			report(Finding{
				Severity:    Error,
				At:          at(x.Number),
				Title:       fmt.Sprintf("%s is only %d seconds", id, x.Value),
				Evidence:    fmt.Sprintf("%s is %d; it has to be 90 or more.", id, x.Value),
				Consequence: "Peers answer with 422 Session Interval Too Small, or refuse the message as malformed.",
				Next:        "Use 1800 seconds, and never less than 90.",
				Cites:       []knowledge.Cite{{Standard: "RFC 4028", Section: map[sip.HeaderID]string{sip.HeaderSessionExpires: "4", sip.HeaderMinSE: "5"}[id]}},
			})
		}
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		return []Fix{{Title: "Set it to 90", Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal("90")}}}}
	},
}
