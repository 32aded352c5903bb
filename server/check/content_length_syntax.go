package check

import (
	"fmt"
	"strconv"

	"sipls/knowledge"
	"sipls/server/sip"
)

var contentLengthSyntax = &Rule{
	Name:     "content-length-syntax",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Failures: []string{"content-length-mismatch"},
	Fields:   []sip.HeaderID{sip.HeaderContentLength},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.14"}, {Standard: "RFC 3261", Section: "18.3"}},
	Doc: Doc{
		Title: "Content-Length is no number",
		Text: `Content-Length holds the number of bytes in the body, in digits only: no sign, no unit, not empty. Numbers beyond 1 GiB are
reported as well, since no message is that long.`,
	},
	Cases: func() []Case {
		right := requestOf("OPTIONS", "")
		with := func(value string) string { return swap(right, "Content-Length: 0", "Content-Length: "+value) }
		return []Case{
			{Name: "negative", Text: with("-1"), Want: []string{"error: -1"}, Fixed: right},
			{Name: "a unit", Text: with("0 bytes"), Want: []string{"error: 0 bytes"}, Fixed: right},
			{Name: "empty", Text: with(""), Want: []string{"error: Content-Length"}, Fixed: right},
			{Name: "beyond all measure", Text: with("99999999999"), Want: []string{"error: 99999999999"}, Fixed: right},
			{Name: "leading zeros", Text: with("000")},
			{Name: "cut off in it", Log: true, Text: "a message:\nOPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nContent-Length: x\nFrom: <sip:a"},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		_, h, ok := m.ContentLength()
		if ok {
			return
		}
		f := Finding{
			Severity:    Error,
			At:          at(orName(h.Value, h)),
			Title:       fmt.Sprintf("%s with a malformed Content-Length", name(m)),
			Evidence:    fmt.Sprintf("%s is no number of bytes.", clip(m.Bytes(h.Value))),
			Consequence: "The receiver cannot tell where the message ends: it answers 400, and on TCP or TLS it closes the connection.",
			Next:        "Write the length of the body in digits.",
		}
		if h.Value.Len == 0 {
			f.Evidence = "Content-Length has no value."
		}
		report(f)
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		m := s.Message
		h := m.Header(sip.HeaderContentLength)
		_, n := bodyLength(m)
		length := strconv.Itoa(n)
		edit := Edit{At: h.Value, Text: Literal(length)}
		if h.Value.Len == 0 {
			line := firstLineOf(m, h)
			edit = Edit{At: sip.Span{Off: h.Name.Off, Len: line.End() - h.Name.Off}, Text: Literal("Content-Length: " + length)}
		}
		return []Fix{{Title: "Set Content-Length to " + length, Preferred: true, Edits: []Edit{edit}}}
	},
}
