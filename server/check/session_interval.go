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
	Failures: []string{"422-min-se"},
	Fields:   []sip.HeaderID{sip.HeaderSessionExpires, sip.HeaderMinSE},
	Cites:    []knowledge.Cite{{Standard: "RFC 4028", Section: "4"}, {Standard: "RFC 4028", Section: "5"}},
	Doc: Doc{
		Title: "Session-Expires or Min-SE below 90 seconds",
		Text: `A session interval is at least 90 seconds, and so is what Min-SE demands. A request that asks for less is refused with 422. A response that grants less is a
warning: peers take it, and refresh so often that refreshes cross and calls fail.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "a request that asks for a minute", Text: requestOf("INVITE", "Session-Expires: 60\nSupported: timer\n"), Want: []string{"error: 60"}, Fixed: requestOf("INVITE", "Session-Expires: 90\nSupported: timer\n")},
			{Name: "Min-SE", Text: requestOf("INVITE", "Session-Expires: 1800\nMin-SE: 30\nSupported: timer\n"), Want: []string{"error: 30"}, Fixed: requestOf("INVITE", "Session-Expires: 1800\nMin-SE: 90\nSupported: timer\n")},
			{Name: "a response that grants a minute", Text: responseTo("INVITE", "200 OK", "Contact: <sip:b@192.0.2.2>\nRequire: timer\nSession-Expires: 60;refresher=uac\n"), Want: []string{"warning: 60"}, Fixed: responseTo("INVITE", "200 OK", "Contact: <sip:b@192.0.2.2>\nRequire: timer\nSession-Expires: 90;refresher=uac\n")},
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
			x, err := m.SessionInterval(h.Value)
			if err != nil || x.Seconds >= leastInterval {
				continue
			}
			f := Finding{
				Severity:    Error,
				At:          at(x.Number),
				Title:       fmt.Sprintf("%s is only %d seconds", id, x.Seconds),
				Evidence:    fmt.Sprintf("%s is %d; it has to be 90 or more.", id, x.Seconds),
				Consequence: "Peers answer with 422 Session Interval Too Small, or refuse the message as malformed.",
				Next:        "Use 1800 seconds, and never less than 90.",
				Cites:       []knowledge.Cite{{Standard: "RFC 4028", Section: map[sip.HeaderID]string{sip.HeaderSessionExpires: "4", sip.HeaderMinSE: "5"}[id]}},
			}
			if !m.IsRequest() {
				f.Severity = Warning
				f.Consequence = "Peers take it, and refresh so often that refreshes cross each other or come too late: calls end in the middle."
			}
			report(f)
		}
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		return []Fix{{Title: "Set it to 90", Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal("90")}}}}
	},
}
