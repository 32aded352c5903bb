package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var lineEndMissing = &Rule{
	Name:     "line-end-missing",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7"}, {Standard: "RFC 3261", Section: "7.3.1"}},
	Doc: Doc{
		Title: "Two header fields on one line",
		Text: `Every header field ends its line. Where the line end before one is missing, the field becomes part of the value above it. The rule speaks, in texts that
somebody writes, where a value of fixed grammar holds the name and the colon of a mandatory header field that the message otherwise lacks. Free text, quoted strings and URIs may hold anything.`,
	},
	Cases: func() []Case {
		right := requestOf("OPTIONS", "")
		return []Case{
			{Name: "behind a number", Text: swap(right, "70\nFrom", "70From"), Want: []string{"error: From"}, Fixed: right},
			{Name: "behind a blank", Text: swap(right, "branch=z9hG4bK1\nMax", "branch=z9hG4bK1 Max"), Want: []string{"error: Max-Forwards"}, Fixed: right},
			{Name: "on a line that begins with a blank", Text: swap(right, "70\nFrom", "70\n From"), Want: []string{"error: From"}, Fixed: right},
			{Name: "in free text", Text: swap(right, "Max-Forwards: 70", "Subject: Max-Forwards: 70")},
			{Name: "a field that is there as well", Text: swap(right, "1 OPTIONS", "1 OPTIONS From: x")},
			{Name: "cut off in a log", Log: true, Text: inCutLog(swap(right, "70\nFrom", "70From"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if !s.Editable {
			return
		}
		m := s.Message
		for i := range m.Headers {
			h := &m.Headers[i]
			field := s.swallowed(h)
			if field.Len == 0 {
				continue
			}
			report(Finding{
				Severity:    Error,
				At:          at(field),
				Title:       fmt.Sprintf("%s on the line of %s", m.Bytes(field), h.ID),
				Evidence:    fmt.Sprintf("%s stands in the value of %s, and %s has none of its own.", m.Bytes(field), h.ID, describe(m)),
				Consequence: fmt.Sprintf("The receiver misses %s and cannot read %s: it answers 400 or drops the message.", m.Bytes(field), h.ID),
				Next:        "Put a line end before it.",
				detail:      i,
			})
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m := s.Message
		h, field := &m.Headers[f.detail.(int)], f.At.At
		before := field.Off
		for isLWS(m.Text[before-1]) {
			before--
		}
		return []Fix{{Title: "Put a line end before it", Preferred: true, Edits: []Edit{
			{At: sip.Span{Off: before, Len: h.Value.End() - before}},
			{At: h.Line, NewLine: true, Text: Literal(string(m.Text[field.Off:h.Value.End()]))},
		}}}
	},
}

// swallowed returns the name of a mandatory header field that stands in a value of fixed grammar while the message has none of that name.
func (s *Subject) swallowed(h *sip.Header) sip.Span {
	switch h.ID {
	case sip.HeaderVia, sip.HeaderFrom, sip.HeaderTo, sip.HeaderCallID, sip.HeaderCSeq, sip.HeaderMaxForwards, sip.HeaderContact, sip.HeaderContentLength, sip.HeaderContentType, sip.HeaderExpires:
	default:
		return sip.Span{}
	}
	text, quoted, angle := s.Message.Text[:h.Value.End()], false, false
	for i := int(h.Value.Off); i < len(text); i++ {
		switch c := text[i]; {
		case quoted:
			if c == '\\' {
				i++
			}
			quoted = c != '"'
		case c == '"':
			quoted = true
		case c == '<' || c == '>':
			angle = c == '<'
		case c == ':' && !angle && i+1 < len(text) && isBlankByte(text[i+1]):
			for _, id := range mandatoryFields {
				n := id.String()
				if from := i - len(n); from > int(h.Value.Off) && sip.EqualFold(text[from:i], n) && !s.facts.has(id) {
					return sip.Span{Off: int32(from), Len: int32(len(n))}
				}
			}
		}
	}
	return sip.Span{}
}

var mandatoryFields = []sip.HeaderID{sip.HeaderVia, sip.HeaderFrom, sip.HeaderTo, sip.HeaderCallID, sip.HeaderCSeq, sip.HeaderMaxForwards}

func isBlankByte(c byte) bool { return c == ' ' || c == '\t' }
