package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var contentTypeSyntax = &Rule{
	Name:     "content-type-syntax",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Fields:   []sip.HeaderID{sip.HeaderContentType},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.15"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "Content-Type leaves its grammar",
		Text: `Content-Type has a type and a subtype with a slash between them, and parameters with values: ` + "`application/sdp`, `multipart/mixed;boundary=b1`" + `.
A receiver that cannot read it does not know what the body is: an error. In a message that has no body it is a warning.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "no subtype", Text: bodyMessage("INVITE", "Content-Type: sdp\n", sdpAudio), Want: []string{"error: sdp"}, Fixed: bodyMessage("INVITE", "Content-Type: application/sdp\n", sdpAudio)},
			{Name: "empty", Text: bodyMessage("INVITE", "Content-Type:\n", sdpAudio), Want: []string{"error: Content-Type"}, Fixed: bodyMessage("INVITE", "Content-Type: application/sdp\n", sdpAudio)},
			{Name: "a parameter without a value", Text: bodyMessage("INVITE", "Content-Type: text/plain;charset\n", "hello"), Want: []string{"error: charset"}},
			{Name: "empty, and no body", Text: requestOf("OPTIONS", "Content-Type:\n"), Want: []string{"warning: Content-Type"}},
			{Name: "blanks and quotes", Text: bodyMessage("MESSAGE", "Content-Type: text / plain ; charset=\"UTF-8\"\n", "hello")},
			{Name: "cut off behind it", Log: true, Text: "2026-11-22 10:00:00 a message:\nINVITE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nContent-Type: sdp"},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		h := m.Header(sip.HeaderContentType)
		err := m.MediaTypeSyntax(h.Value)
		if err == nil {
			return
		}
		f := Finding{
			Severity:    Error,
			At:          at(orName(err.At, h)),
			Title:       "malformed Content-Type",
			Evidence:    fmt.Sprintf("Instead of %s there should be %s.", clip(m.Bytes(err.At)), err.Want),
			Consequence: "The receiver cannot tell what the body is and answers 400 or 415, or ignores the body.",
			Next:        "Make the element that wrote it name the type of the body.",
		}
		if h.Value.Len == 0 {
			f.Title = "empty Content-Type"
			f.Evidence = "Content-Type has no value."
		}
		if m.Body.Len == 0 {
			f.Severity = Warning
			f.Consequence = "There is no body to miss it; strict receivers answer 400."
		}
		report(f)
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		m := s.Message
		h := m.Header(sip.HeaderContentType)
		if v := m.Bytes(h.Value); len(v) > 0 && !sip.EqualFold(v, "sdp") || !isSDPBody(m) {
			return nil
		}
		const sdp = "application/sdp"
		e := Edit{At: h.Value, Text: Literal(sdp)}
		if h.Value.Len == 0 {
			colon := h.Name.End()
			for m.Text[colon] != ':' {
				colon++
			}
			e = Edit{At: sip.Span{Off: colon + 1}, Text: Literal(" " + sdp)}
		}
		return []Fix{{Title: "Write " + sdp, Preferred: true, Edits: []Edit{e}}}
	},
}

// isSDPBody reports whether the body begins as a session description does.
func isSDPBody(m *sip.Message) bool {
	b := m.Bytes(m.Body)
	return len(b) > 3 && string(b[:3]) == "v=0"
}
