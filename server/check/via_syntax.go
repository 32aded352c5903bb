package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var viaSyntax = &Rule{
	Name:     "via-syntax",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Fields:   []sip.HeaderID{sip.HeaderVia},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.42"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "Via that is malformed",
		Text: `A Via value is the protocol, its version and the transport with slashes between them, a blank, the host that sent the message, maybe a port, and
parameters. The topmost one says where responses go: where it cannot be read the message is refused or dropped. The values below it are
for elements further on; a defect in one of them is a warning.

` + "`received`" + ` has to be an IP address, ` + "`rport`" + ` a port or nothing, ` + "`ttl`" + ` a number up to 255. Brackets around the IPv6 address of ` + "`received`" + ` are
let pass: implementations write them. The receiver adds ` + "`received`" + ` and few elements read the others, so that a wrong value of one of these four is a warning.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "no blank behind the transport", Text: swap(requestOf("OPTIONS", ""), "SIP/2.0/UDP 192", "SIP/2.0/UDP:192"), Want: []string{"error: SIP/2.0/UDP:192.0.2.1;branch=z9hG4bK1"}},
			{Name: "a port that is none", Text: swap(requestOf("OPTIONS", ""), "192.0.2.1;", "192.0.2.1:99999;"), Want: []string{"error: 99999"}},
			{Name: "a name as received", Text: swap(requestOf("OPTIONS", ""), "192.0.2.1;", "192.0.2.1;received=nat.example.com;"), Want: []string{"warning: nat.example.com"}},
			{Name: "an empty value in the list", Text: swap(requestOf("OPTIONS", ""), "branch=z9hG4bK1", "branch=z9hG4bK1, "), Want: []string{"warning: "}},
			{Name: "a parameter is missing", Text: swap(requestOf("OPTIONS", ""), "branch=z9hG4bK1", "branch=z9hG4bK1;"), Want: []string{"error: ;"}, Fixed: requestOf("OPTIONS", "")},
			{Name: "a lower value", Text: swap(requestOf("OPTIONS", ""), "branch=z9hG4bK1", "branch=z9hG4bK1, SIP/2.0/UDP 192.0.2.9:0x1"), Want: []string{"warning: 0x1"}},
			{Name: "all that is allowed", Text: swap(requestOf("OPTIONS", ""), "SIP/2.0/UDP 192.0.2.1;", "SIP / 2.0 / TCP [2001:db8::1]:5061 ;rport;received=2001:db8::2;ttl=1;alias;")},
			{Name: "masked", Log: true, Text: swap(inLog(requestOf("OPTIONS", "")), "192.0.2.1;branch", "X.X.X.X:XXXX;branch")},
			{Name: "cut off", Log: true, Text: inCutLog(swap(requestOf("OPTIONS", ""), "192.0.2.1;", "192.0.2.1:99999;"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		top := true
		for _, v := range m.Values(sip.HeaderVia) {
			if err := m.ViaSyntax(v); err != nil {
				f := Finding{
					Severity:    Error,
					At:          at(err.At),
					Title:       "malformed Via",
					Evidence:    expected(m, err),
					Consequence: "Nobody can tell where responses to this message belong: it is answered with 400 or dropped.",
					Next:        "Correct the Via at the element that wrote it.",
				}
				switch {
				case top && isViaParam(m, v, err.At):
					f.Severity = Warning
					f.Consequence = "Where the parameter counts the response takes a wrong way."
				case !top:
					f.Severity = Warning
					f.Consequence = "Whoever it is meant for cannot send the response on: it gets lost on its way back."
				}
				report(f)
			}
			top = false
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		if string(s.Message.Bytes(f.At.At)) != ";" {
			return nil
		}
		return []Fix{{Title: "Remove the semicolon", Preferred: true, Edits: []Edit{{At: f.At.At}}}}
	},
}

// isViaParam reports whether a place is the value of a parameter that has a grammar of its own.
func isViaParam(m *sip.Message, v, place sip.Span) bool {
	for p := range m.Params(v, ';') {
		if p.HasValue && p.Value == place && place.Len > 0 {
			return true
		}
	}
	return false
}

// expected says in a sentence what stands where the grammar wants something else.
func expected(m *sip.Message, err *sip.SyntaxError) string {
	if err.At.Len == 0 {
		return fmt.Sprintf("There should be %s.", err.Want)
	}
	return fmt.Sprintf("%s stands where the grammar has %s.", clip(m.Bytes(err.At)), err.Want)
}
