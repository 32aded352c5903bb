package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var unsupportedNotRequired = &Rule{
	Name:     "420-unsupported-not-required",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Messages: []knowledge.Range{{Lo: 420, Hi: 420}},
	Fields:   []sip.HeaderID{sip.HeaderUnsupported},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "8.2.2.3"}},
	Doc: Doc{
		Title: "420 whose Unsupported names nothing that the request required",
		Text: `Unsupported lists, of the option tags in Require or Proxy-Require of the request, those that the server does not know; the client tries again without them. When it names none of
them, trying again brings the same answer. The rule needs the whole request in the text.`,
	},
	Cases: func() []Case {
		invite := requestOf("INVITE", "Require: precondition\nProxy-Require: privacy\n")
		bad := func(tags string) string {
			return responseTo("INVITE", "420 Bad Extension", "Unsupported: "+tags+"\n")
		}
		return []Case{
			{Name: "another tag", Text: invite + bad("timer"), Want: []string{"warning: timer"}},
			{Name: "a tag of Require", Text: invite + bad("timer, Precondition")},
			{Name: "a tag of Proxy-Require", Text: invite + bad("privacy")},
			{Name: "no request in the text", Text: bad("timer")},
			{Name: "the request is cut off", Log: true, Text: inCutLog(requestOf("INVITE", "Contact: <sip:a@192.0.2.1>\nAllow: INVITE\nSupported: x\nRequire: precondition\n")) + "\n2026-11-22 10:00:01 a message:\n" + bad("timer")},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if s.Request == nil || s.Request.Head.Is != sip.Whole {
			return
		}
		any := false
		for i := range m.Headers {
			h := &m.Headers[i]
			if h.ID != sip.HeaderUnsupported {
				continue
			}
			for v := range listValues(m, h) {
				any = true
				if b := m.Bytes(v); lists(s.Request, sip.HeaderRequire, b) || lists(s.Request, sip.HeaderProxyRequire, b) {
					return
				}
			}
		}
		if !any {
			return // an empty Unsupported has a rule of its own
		}
		h := m.Header(sip.HeaderUnsupported)
		report(Finding{
			Severity:    Warning,
			At:          at(h.Value),
			Title:       "420 whose Unsupported names nothing that the request required",
			Evidence:    fmt.Sprintf("Unsupported is %s, but the %s requires none of that.", clip(m.Bytes(h.Value)), name(s.Request)),
			Consequence: "The client does not learn what to leave out: another try gets the same answer.",
			Next:        "Make the server list the option tags of Require and Proxy-Require that it does not know.",
		})
	},
}
