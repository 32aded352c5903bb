package check

import "sipls/knowledge"

var cancelTerminated = &Rule{
	Name:     "487-to-cancel",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Error,
	Messages: []knowledge.Range{{Lo: 487, Hi: 487}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "9.2"}, {Standard: "RFC 3261", Section: "21.4.25"}},
	Doc: Doc{
		Title: "487 whose CSeq names CANCEL",
		Text: `A cancelled request is answered with 487, and its CSeq names the method of that request, as a rule INVITE. The CANCEL
itself gets a 200, or a 481 when there is nothing to cancel. A 487 whose CSeq names CANCEL therefore ends the wrong transaction.`,
	},
	Cases: func() []Case {
		const head = "\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>;tag=2\nCall-ID: 1@192.0.2.1\nCSeq: 1 "
		return []Case{
			{Name: "a 487 to CANCEL", Text: "SIP/2.0 487 Request Terminated" + head + "CANCEL\nContent-Length: 0\n\n", Want: []string{"error: CANCEL"}},
			{Name: "a 487 to INVITE", Text: "SIP/2.0 487 Request Terminated" + head + "INVITE\nContent-Length: 0\n\n"},
			{Name: "a 200 to CANCEL", Text: "SIP/2.0 200 OK" + head + "CANCEL\nContent-Length: 0\n\n"},
			{Name: "cut off behind CSeq", Log: true, Text: "2026-11-22 10:00:00 a message:\nSIP/2.0 487 Request Terminated" + head + "CANCEL"},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		c := s.Message.CSeq()
		if !c.OK || string(s.Message.Bytes(c.Method)) != "CANCEL" {
			return
		}
		report(Finding{
			Severity:    Error,
			At:          at(c.Method),
			Title:       "487 to CANCEL",
			Evidence:    "The CSeq of this 487 names CANCEL; a 487 answers the request that was cancelled.",
			Consequence: "The client gets no final response to its INVITE: it waits until its timers run out and may leave the call ringing.",
			Next:        "Make the answering element send 200 to the CANCEL and 487 with the CSeq of the INVITE.",
		})
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		m := s.Message
		return []Fix{{
			Title: "Change the CSeq method to INVITE",
			Edits: []Edit{{At: m.CSeq().Method, Text: Literal("INVITE")}},
		}}
	},
}
