package check

import (
	"fmt"

	"sipls/knowledge"
)

var responseToACK = &Rule{
	Name:     "response-to-ack",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Warning,
	Messages: inResponses,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "17"}, {Standard: "RFC 3261", Section: "13.2.2.4"}},
	Doc: Doc{
		Title: "A response to an ACK",
		Text:  `ACK ends the transaction of an INVITE, or confirms its 2xx. Nothing answers it: a response whose CSeq says ACK matches no transaction of the client.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "a 481", Text: responseTo("ACK", "481 Call/Transaction Does Not Exist", ""), Want: []string{"warning: SIP/2.0 481 Call/Transaction Does Not Exist"}},
			{Name: "to an INVITE", Text: responseTo("INVITE", "481 Call/Transaction Does Not Exist", "")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(responseTo("ACK", "481 Call/Transaction Does Not Exist", ""))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if string(s.facts.method) != "ACK" {
			return
		}
		m := s.Message
		report(Finding{
			Severity:    Warning,
			At:          at(m.Start.Text),
			Title:       fmt.Sprintf("%s to ACK", name(m)),
			Evidence:    fmt.Sprintf("%s; CSeq says %s.", describe(m), clip(m.Bytes(m.CSeq().Method))),
			Consequence: "The client drops it; where a proxy passes it on, it can end a call that is up.",
			Next:        "Correct the element that answers ACK: it has to drop one that it cannot match.",
		})
	},
}
