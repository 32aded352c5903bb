package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var headerObsolete = &Rule{
	Name:     "header-of-rfc2543",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Hint,
	Fields:   []sip.HeaderID{sip.HeaderEncryption, sip.HeaderHide, sip.HeaderResponseKey},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "28.1"}},
	Doc: Doc{
		Title: "A header field that RFC 3261 did away with",
		Text: `Hide, Encryption and Response-Key are of RFC 2543. RFC 3261 took them out: Hide did not hide anything from the next proxy,
and S/MIME replaces the other two. The rule speaks of texts that somebody writes.`,
	},
	Cases: func() []Case {
		with := requestOf("OPTIONS", "Hide: route\n")
		return []Case{
			{Name: "Hide", Text: with, Want: []string{"hint: Hide"}, Fixed: requestOf("OPTIONS", "")},
			{Name: "Privacy", Text: requestOf("OPTIONS", "Privacy: id\n")},
			{Name: "in a log", Log: true, Text: inLog(with)},
			{Name: "cut off behind it", Log: true, Text: inCutLog(requestOf("OPTIONS", "Accept: a/b\nHide: route\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if !s.Editable {
			return
		}
		m := s.Message
		for i := range m.Headers {
			h := &m.Headers[i]
			switch h.ID {
			case sip.HeaderEncryption, sip.HeaderHide, sip.HeaderResponseKey:
			default:
				continue
			}
			report(Finding{
				Severity:    Hint,
				At:          at(h.Name),
				Title:       fmt.Sprintf("%s is obsolete", h.ID),
				Evidence:    fmt.Sprintf("RFC 3261 took %s out.", h.ID),
				Consequence: "Receivers ignore it.",
				Next:        "Remove it; use Privacy, TLS or S/MIME for what it was to do.",
				detail:      h.Line,
			})
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		return []Fix{{Title: "Remove " + clip(s.Message.Bytes(f.At.At)), Preferred: true, Edits: []Edit{{At: f.detail.(sip.Span)}}}}
	},
}
