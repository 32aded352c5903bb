package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

// version is what SIP-Version says in every message.
const version = "SIP/2.0"

var sipVersion = &Rule{
	Name:     "sip-version",
	Scope:    Message,
	Needs:    NeedFull,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.1"}, {Standard: "RFC 3261", Section: "21.5.6"}},
	Doc: Doc{
		Title: "SIP version other than SIP/2.0",
		Text: `Every start line names the version, and there is only one: ` + "`SIP/2.0`" + `, in capital letters. Small letters must be
understood but not be sent, so they are a warning; another version is an error, and none has a rule of its own. Versions in Via are another rule's.`,
	},
	Cases: func() []Case {
		right, ok := requestOf("OPTIONS", ""), responseTo("OPTIONS", "200 OK", "")
		return []Case{
			{Name: "of a request", Text: swap(right, version, "SIP/7.0"), Want: []string{"error: SIP/7.0"}, Fixed: right},
			{Name: "in Via as well", Text: swap(swap(right, version, "SIP/7.0"), "Via: "+version, "Via: SIP/7.0"), Want: []string{"error: SIP/7.0"}, Fixed: right},
			{Name: "of a response", Text: swap(ok, version, "SIP/3.0"), Want: []string{"error: SIP/3.0"}, Fixed: ok},
			{Name: "small letters", Text: swap(right, version, "sip/2.0"), Want: []string{"warning: sip/2.0"}, Fixed: right},
			{Name: "right", Text: right},
			{Name: "cut off", Log: true, Text: inCutLog(right)},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		said := m.Bytes(m.Start.Version)
		if string(said) == version || len(said) == 0 {
			return
		}
		f := Finding{
			Severity:    Error,
			At:          at(m.Start.Version),
			Title:       fmt.Sprintf("SIP version %s", clip(said)),
			Evidence:    fmt.Sprintf("The start line says %s.", clip(said)),
			Consequence: "A server answers 505 (Version Not Supported); a client drops the response.",
			Next:        "Write SIP/2.0: there is no other version.",
		}
		if protocol, ok := viaRepeatsVersion(m); ok {
			f.Related = []Related{{At: at(protocol), Text: "the topmost Via says the same"}}
		}
		if sip.EqualFold(said, version) {
			f.Severity = Warning
			f.Title = "SIP version in small letters"
			f.Consequence = "Receivers must understand it, but some do not take it for SIP."
			f.Next = "Write SIP/2.0 in capital letters."
		}
		report(f)
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		m := s.Message
		fix := Fix{Title: "Write " + version, Preferred: true, Edits: []Edit{{At: m.Start.Version, Text: Literal(version)}}}
		if protocol, ok := viaRepeatsVersion(m); ok {
			fix.Edits = append(fix.Edits, Edit{At: protocol, Text: Literal(version)})
		}
		return []Fix{fix}
	},
}

// viaRepeatsVersion returns where the topmost Via names the wrong version of the start line: the same slip, which
// is not reported a second time and has to go with the first.
func viaRepeatsVersion(m *sip.Message) (protocol sip.Span, ok bool) {
	v := m.TopVia()
	said := m.Bytes(v.Protocol)
	return v.Protocol, v.OK && !isSIP2(said) && bytes.EqualFold(said, m.Bytes(m.Start.Version))
}
