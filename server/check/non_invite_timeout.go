package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var nonInviteTimeout = &Rule{
	Name:     "408-to-non-invite",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Information,
	Messages: []knowledge.Range{{Lo: 408, Hi: 408}},
	Cites:    []knowledge.Cite{{Standard: "RFC 4320", Section: "4.2"}},
	Doc: Doc{
		Title: "408 sent to a request that is no INVITE",
		Text: `When nobody answered in time, the client's own timer has ended as well: a 408 to any request but INVITE comes too late, and
must not be sent. Clients drop it, or count it against a server that works.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "to OPTIONS", Text: responseTo("OPTIONS", "408 Request Timeout", ""), Want: []string{"information: 408"}},
			{Name: "to INVITE", Text: responseTo("INVITE", "408 Request Timeout", "")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(responseTo("OPTIONS", "408 Request Timeout", ""))},
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
			Title:       fmt.Sprintf("408 to %s", clip(s.facts.method)),
			Evidence:    fmt.Sprintf("%s, which only an INVITE may get.", describe(s.Message)),
			Consequence: "It reaches the client when its own timer has ended; the client drops it.",
			Next:        "Look for the element behind this one that did not answer.",
		})
	},
}

// inOtherTransaction says that a response answers a request other than INVITE; ACK has no answer, and what is no token is no method.
func inOtherTransaction(s *Subject) bool {
	method := s.facts.method
	return sip.IsToken(method) && string(method) != "INVITE" && string(method) != "ACK"
}
