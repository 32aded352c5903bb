package check

import (
	"bytes"

	"sipls/knowledge"
	"sipls/server/sip"
)

var callIDSyntax = &Rule{
	Name:     "call-id-syntax",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Fields:   []sip.HeaderID{sip.HeaderCallID},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.8"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "Call-ID that is malformed",
		Text: `A Call-ID is a word without blanks, or two with an at sign between them. Most elements compare it byte by byte and never look inside: a blank in it is
an error, since the rest is lost on some of them; other signs that do not belong there are a warning.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "a blank", Text: swap(requestOf("OPTIONS", ""), "Call-ID: 1@192.0.2.1", "Call-ID: 1 2"), Want: []string{"error: 1 2"}},
			{Name: "a semicolon", Text: swap(requestOf("OPTIONS", ""), "Call-ID: 1@192.0.2.1", "Call-ID: 1;a=b"), Want: []string{"warning: 1;a=b"}},
			{Name: "all signs of a word", Text: swap(requestOf("OPTIONS", ""), "Call-ID: 1@192.0.2.1", `Call-ID: a-.!%*_+'~()<>:\"/[]?{}@[2001:db8::1]`)},
			{Name: "cut off", Log: true, Text: inCutLog(swap(requestOf("OPTIONS", "Subject: x\n"), "Call-ID: 1@192.0.2.1", "Call-ID: 1 2"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		h := m.Header(sip.HeaderCallID)
		if h.Value.Len == 0 || m.CallIDSyntax(h.Value) == nil {
			return
		}
		f := Finding{
			Severity:    Warning,
			At:          at(h.Value),
			Title:       "malformed Call-ID",
			Evidence:    clip(m.Bytes(h.Value)) + " is no word, nor two with an at sign between them.",
			Consequence: "Elements that read Call-IDs by the grammar refuse the message.",
			Next:        "Use letters, digits and the signs of a word only, no blanks, commas or semicolons.",
		}
		if bytes.ContainsAny(m.Bytes(h.Value), " \t\r\n") {
			f.Severity = Error
			f.Consequence = "Some elements compare the part before the blank only: calls are mixed up or refused."
		}
		report(f)
	},
}
