package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var nonInviteProvisional = &Rule{
	Name:     "provisional-to-non-invite",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Information,
	Messages: []knowledge.Range{{Lo: 101, Hi: 199}},
	Cites:    []knowledge.Cite{{Standard: "RFC 4320", Section: "4.1"}},
	Doc: Doc{
		Title: "A provisional response other than 100 to a request that is no INVITE",
		Text:  `Only INVITE waits for a person. Any other request is answered at once, and a server must not send it a provisional response other than 100.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "ringing for an OPTIONS", Text: responseTo("OPTIONS", "180 Ringing", ""), Want: []string{"information: 180"}},
			{Name: "100", Text: responseTo("OPTIONS", "100 Trying", "")},
			{Name: "to an INVITE", Text: responseTo("INVITE", "180 Ringing", "Contact: <sip:b@192.0.2.2>\n")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(responseTo("OPTIONS", "180 Ringing", ""))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if !inOtherTransaction(s) {
			return
		}
		if !sip.IsToken(s.facts.method) {
			return
		}
		report(Finding{
			Severity:    Information,
			At:          at(s.Message.Start.Code),
			Title:       fmt.Sprintf("%s to %s", name(s.Message), clip(s.facts.method)),
			Evidence:    fmt.Sprintf("%s answers a request that is no INVITE.", describe(s.Message)),
			Consequence: "The client may take it for a sign of life, but its timer goes on all the same.",
			Next:        "Send 100, and that only on UDP when the answer takes long; else nothing but a final response.",
		})
	},
}
