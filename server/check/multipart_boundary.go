package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var multipartBoundary = &Rule{
	Name:     "multipart-boundary",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedBody | NeedValues,
	Severity: Error,
	Failures: []string{"multipart-415"},
	Fields:   []sip.HeaderID{sip.HeaderContentType},
	Cites:    []knowledge.Cite{{Standard: "RFC 2046", Section: "5.1.1"}, {Standard: "RFC 5621", Section: "4"}},
	Doc: Doc{
		Title: "Multipart body whose boundary is missing, does not occur or is not closed",
		Text: `The Content-Type of a multipart body names the boundary. Each part begins behind a line of two hyphens and the boundary; the last one ends
before such a line with two more hyphens behind it. Without the boundary, or without a line of it in the body, nobody can find the parts: an error. Without the last line it is
a warning; in logs only where bytes and lengths are surely those of the wire. Nothing is reported of a body that may be cut.`,
	},
	Cases: func() []Case {
		const mixed, parts = "Content-Type: multipart/mixed;boundary=b1\nMIME-Version: 1.0\n", "--b1\nContent-Type: text/plain\n\nhello\n"
		return []Case{
			{Name: "no boundary", Text: bodyMessage("MESSAGE", "Content-Type: multipart/mixed\nMIME-Version: 1.0\n", parts+"--b1--\n"), Want: []string{"error: multipart/mixed"}},
			{Name: "another boundary in the body", Text: bodyMessage("MESSAGE", mixed, "--b2\n\nhello\n--b2--\n"), Want: []string{"error: b1"}},
			{Name: "not closed", Text: bodyMessage("MESSAGE", mixed, parts), Want: []string{"warning: b1"}, Fixed: bodyMessage("MESSAGE", mixed, parts+"--b1--\n")},
			{Name: "right", Text: bodyMessage("MESSAGE", mixed, parts+"--b1--\n")},
			{Name: "cut off before the end", Log: true, Text: cutBody("MESSAGE", mixed, parts)},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		t := m.ContentType()
		if m.Body.Len == 0 || !sip.EqualFold(m.Bytes(t.Type), "multipart") || !s.wholeBody() || m.MediaTypeSyntax(t.Value) != nil {
			return
		}
		b := m.ReadBody()
		f := Finding{
			Severity:    Error,
			At:          at(b.Boundary),
			Consequence: "The receiver cannot find the parts and answers 400 or 415.",
			Next:        "Make the element that wrote the body name the boundary that it uses.",
		}
		switch {
		case b.Encoded:
			return
		case b.Boundary.Len == 0:
			f.At = at(t.Value)
			f.Title = "multipart body without a boundary"
			f.Evidence = fmt.Sprintf("Content-Type %s has no parameter boundary.", clip(m.Bytes(t.Value)))
		case len(b.Parts) == 0:
			f.Title = "multipart body without its boundary"
			f.Evidence = fmt.Sprintf("No line of the body is --%s.", clip(m.Bytes(b.Boundary)))
		case b.Close.Len == 0 && (s.Bare || m.Exact):
			f.Severity = Warning
			f.Title = "multipart body that is not closed"
			f.Evidence = fmt.Sprintf("The body ends without a line --%s--.", clip(m.Bytes(b.Boundary)))
			f.Consequence = "Most receivers take the end of the body for that of the last part; strict ones answer 400."
			f.Next = "Make the element that wrote the body close it."
			f.detail = b
		default:
			return
		}
		report(f)
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		b, ok := f.detail.(sip.Body)
		if !ok {
			return nil
		}
		m := s.Message
		end := b.Span.End()
		line, lineEnd := "--"+string(m.Bytes(b.Boundary))+"--", "\r\n"
		if c := m.Text[end-1]; c == '\n' || c == '\r' {
			if c == '\n' && m.Text[end-2] != '\r' {
				lineEnd = "\n"
			}
			line += lineEnd
		} else {
			line = lineEnd + line + lineEnd
		}
		return s.bodyFix("Close the body", replace(sip.Span{Off: end}, line))
	},
}
