package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var earlyDialogEndNotSupported = &Rule{
	Name:     "199-not-supported",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Warning,
	Messages: []knowledge.Range{{Lo: 199, Hi: 199}},
	Cites:    []knowledge.Cite{{Standard: "RFC 6228", Section: "5"}},
	Doc: Doc{
		Title: "199 to a request that does not support it",
		Text:  `A 199 tells the caller that an early dialog is over. It may be sent only when the request lists 199 in Supported; others take it for a 183 and may go back to early media. The rule needs the whole request in the text.`,
	},
	Cases: func() []Case {
		response := responseTo("INVITE", "199 Early Dialog Terminated", "Reason: SIP;cause=486\n")
		return []Case{
			{Name: "not in Supported", Text: requestOf("INVITE", "Supported: timer\n") + response, Want: []string{"warning: SIP/2.0 199 Early Dialog Terminated"}},
			{Name: "in Supported", Text: requestOf("INVITE", "Supported: timer, 199\n") + response},
			{Name: "no request in the text", Text: response},
			{Name: "the request is cut off", Log: true, Text: inCutLog(requestOf("INVITE", "Contact: <sip:a@192.0.2.1>\nAllow: INVITE\nSupported: timer\n")) + "\n2026-11-22 10:00:01 a message:\n" + response},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if s.Request == nil || s.Request.Head.Is != sip.Whole || s.Request.HasToken(sip.HeaderSupported, "199") {
			return
		}
		report(Finding{
			Severity:    Warning,
			At:          at(s.Message.Start.Text),
			Title:       "199 that the caller does not support",
			Evidence:    fmt.Sprintf("The %s does not list 199 in Supported.", name(s.Request)),
			Consequence: "The caller takes it for a 183: it may play early media of a branch that is gone.",
			Next:        "Make the element that sent it look for 199 in Supported first.",
		})
	},
}
