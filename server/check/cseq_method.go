package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var cseqMethod = &Rule{
	Name:     "cseq-method-mismatch",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Error,
	Failures: []string{"cseq-out-of-order-500"},
	Messages: []knowledge.Range{{Request: true}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "8.1.1.5"}},
	Doc: Doc{
		Title: "CSeq names another method than the request line",
		Text: `The method in CSeq must be the method of the request: together with the number it tells which request a
response answers. Methods are case-sensitive. The rule is silent when CSeq is missing or holds no method.`,
	},
	Cases: func() []Case { return cseqMethodCases },
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		c := m.CSeq()
		method, said := m.Bytes(m.Start.Method), m.Bytes(c.Method)
		// A log that begins in the middle of a start line holds the end of its method.
		if !c.OK || string(said) == string(method) || !s.Editable && bytes.HasSuffix(said, method) {
			return
		}
		report(Finding{
			Severity:    Error,
			At:          at(m.Header(sip.HeaderCSeq).Value),
			Title:       fmt.Sprintf("%s with CSeq method %s", name(m), clip(m.Bytes(c.Method))),
			Evidence:    fmt.Sprintf("The request line says %s, CSeq says %s.", name(m), clip(m.Bytes(c.Method))),
			Consequence: "The receiver may answer 400, or match the request to another transaction.",
			Next:        "Correct the element that wrote the request; ACK and CANCEL keep the CSeq number of their INVITE, but not its method.",
		})
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		m := s.Message
		return []Fix{{
			Title:     "Change the CSeq method to " + name(m),
			Preferred: true,
			Edits:     []Edit{{At: m.CSeq().Method, Text: Literal(string(m.Bytes(m.Start.Method)))}},
		}}
	},
}

var cseqMethodCases = []Case{
	{
		Name: "an ACK with the CSeq of its INVITE",
		Text: "ACK sip:bob@192.0.2.4 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>;tag=2\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE\nContent-Length: 0\n\n",
		Want: []string{"error: 1 INVITE"},
	},
	{
		Name: "the same in a log",
		Log:  true,
		Text: "U 192.0.2.1\nACK sip:bob@192.0.2.4 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>;tag=2\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE\nContent-Length: 0\n\n",
		Want: []string{"error: 1 INVITE"},
	},
	{
		Name: "white space and leading zeros in a CSeq that is right",
		Text: "ACK sip:bob@192.0.2.4 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>;tag=2\nCall-ID: 1@192.0.2.1\nCSeq:   0001\n  ACK\nContent-Length: 0\n\n",
	},
	{
		Name: "a response: its CSeq names the method of the request",
		Text: "SIP/2.0 180 Ringing\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>;tag=2\nCall-ID: 1@192.0.2.1\nContact: <sip:b@192.0.2.4>\nCSeq: 1 INVITE\nContent-Length: 0\n\n",
	},
	{
		Name: "a log that begins in the middle of a start line",
		Log:  true,
		Text: "NVITE sip:bob@192.0.2.4 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE\nContact: <sip:a@192.0.2.1>\nContent-Length: 0\n\n",
	},
	{
		Name: "cut off in the CSeq",
		Log:  true,
		Text: "U 192.0.2.1\nACK sip:bob@192.0.2.4 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nCSeq: 1 INV",
	},
}
