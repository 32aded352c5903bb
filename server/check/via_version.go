package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var viaVersion = &Rule{
	Name:     "via-version",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   []sip.HeaderID{sip.HeaderVia},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.42"}},
	Doc: Doc{
		Title: "Via that does not begin with SIP/2.0",
		Text: `The topmost Via names the protocol and its version, which are SIP and 2.0. The version of the start line has a rule of its own: where both are wrong
alike only that one speaks.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "another version", Text: swap(requestOf("OPTIONS", ""), "Via: SIP/2.0", "Via: SIP/3.0"), Want: []string{"warning: SIP/3.0"}, Fixed: requestOf("OPTIONS", "")},
			{Name: "another protocol", Text: swap(requestOf("OPTIONS", ""), "Via: SIP/2.0", "Via: HTTP/2.0"), Want: []string{"warning: HTTP/2.0"}, Fixed: requestOf("OPTIONS", "")},
			{Name: "letter case and blanks", Text: swap(requestOf("OPTIONS", ""), "Via: SIP/2.0/", "Via: sip / 2.0 / ")},
			{Name: "no version, which is malformed", Text: swap(requestOf("OPTIONS", ""), "Via: SIP/2.0/UDP", "Via: SIP//UDP")},
			{Name: "a lower one", Text: swap(requestOf("OPTIONS", ""), "branch=z9hG4bK1", "branch=z9hG4bK1, SIP/3.0/UDP 192.0.2.9")},
			{Name: "cut off", Log: true, Text: inCutLog(swap(requestOf("OPTIONS", ""), "Via: SIP/2.0", "Via: SIP/3.0"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		v := m.TopVia()
		if !v.OK || !isProtocol(m.Bytes(v.Protocol)) || isSIP2(m.Bytes(v.Protocol)) || bytes.EqualFold(m.Bytes(v.Protocol), m.Bytes(m.Start.Version)) {
			return
		}
		report(Finding{
			Severity:    Warning,
			At:          at(v.Protocol),
			Title:       fmt.Sprintf("Via names %s", clip(m.Bytes(v.Protocol))),
			Evidence:    fmt.Sprintf("The topmost Via begins with %s, not with SIP/2.0.", clip(m.Bytes(v.Protocol))),
			Consequence: "Strict elements refuse the message or drop the response to it.",
			Next:        "Write SIP/2.0 before the transport.",
		})
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		return []Fix{{Title: "Write SIP/2.0", Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal("SIP/2.0")}}}}
	},
}

// isProtocol reports whether b is a name and a version with a slash between them. Anything less is malformed, which has a rule of its own.
func isProtocol(b []byte) bool {
	name, version, ok := bytes.Cut(b, []byte("/"))
	return ok && sip.IsToken(bytes.TrimSpace(name)) && sip.IsToken(bytes.TrimSpace(version))
}

// isSIP2 reports whether b is SIP/2.0, letter case and white space around the slash ignored.
func isSIP2(b []byte) bool {
	name, version, ok := bytes.Cut(b, []byte("/"))
	return ok && sip.EqualFold(bytes.TrimSpace(name), "SIP") && string(bytes.TrimSpace(version)) == "2.0"
}
