package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var contentTypeWithoutBody = &Rule{
	Name:     "content-type-without-body",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedBody,
	Severity: Hint,
	Fields:   []sip.HeaderID{sip.HeaderContentType},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.15"}},
	Doc: Doc{
		Title: "Content-Type in a message without a body",
		Text:  `Content-Type says what the body is. A message without a body does not need it, and no receiver minds: a hint, in texts that somebody writes only.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "no body", Text: requestOf("OPTIONS", "Content-Type: application/sdp\n"), Want: []string{"hint: Content-Type"}, Fixed: requestOf("OPTIONS", "")},
			{Name: "with a body", Text: bodyMessage("MESSAGE", "Content-Type: text/plain\n", "hello")},
			{Name: "cut off before the body", Log: true, Text: cutBody("MESSAGE", "Content-Type: text/plain\n", "")},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		n, _, ok := m.ContentLength()
		if !s.Editable || m.Body.Len > 0 || m.Tail.Is != sip.Whole || ok && n > 0 {
			return
		}
		h := m.Header(sip.HeaderContentType)
		if h.Value.Len == 0 || s.isReferNotify() {
			return
		}
		report(Finding{
			Severity:    Hint,
			At:          at(h.Name),
			Title:       "Content-Type without a body",
			Evidence:    fmt.Sprintf("%s has Content-Type %s and no body.", describe(m), clip(m.Bytes(h.Value))),
			Consequence: "None: receivers ignore it.",
			Next:        "Add the body that is meant, or take the header field out.",
			detail:      h.Line,
		})
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		return []Fix{{Title: "Remove Content-Type", Preferred: true, Edits: []Edit{{At: f.detail.(sip.Span)}}}}
	},
}
