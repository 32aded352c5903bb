package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var methodSyntax = &Rule{
	Name:     "method-syntax",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Messages: inRequests,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.1"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "The method is no token",
		Text: `A method is a token: letters, digits and some punctuation, none of which is a separator. The rule looks at request
lines that have a version; a method that nobody knows is another matter.`,
	},
	Cases: func() []Case {
		const odd = "INVITE@ sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE@\nContent-Length: 0\n\n"
		return []Case{
			{Name: "a separator in it", Text: odd, Want: []string{"error: INVITE@"}},
			{Name: "punctuation that may be there", Text: requestOf("!interesting-Method0123456789_*+`.%indeed'~", "")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(requestOf("NEWMETHOD", ""))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if m.Start.Method.Len == 0 || m.Start.Version.Len == 0 || sip.IsToken(m.Bytes(m.Start.Method)) {
			return
		}
		report(Finding{
			Severity:    Error,
			At:          at(m.Start.Method),
			Title:       "request whose method is malformed",
			Evidence:    fmt.Sprintf("%s is no token.", name(m)),
			Consequence: "The receiver answers 400 or drops the request.",
			Next:        "Correct the element that wrote the request line.",
		})
	},
}
