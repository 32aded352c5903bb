package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var headerValueEmpty = &Rule{
	Name:     "header-value-empty",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Fields:   neverEmpty,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "A header field that must have a value has none",
		Text: `The grammar wants a value in most header fields; Subject, Organization, Accept, Allow and Supported may do without. Without Call-ID and CSeq
the message cannot be processed, which is an error; elsewhere it is a warning. Lists, addresses, Via, Content-Type and Content-Length have rules of their own for their grammar, which report a missing value.`,
	},
	Cases: func() []Case {
		with := func(lines string) string { return requestOf("OPTIONS", lines) }
		return []Case{
			{Name: "no user agent", Text: with("User-Agent:\n"), Want: []string{"warning: User-Agent"}, Fixed: with("")},
			{Name: "no Call-ID", Text: swap(with(""), "Call-ID: 1@192.0.2.1", "Call-ID:"), Want: []string{"error: Call-ID"}},
			{Name: "no hop count", Text: swap(with(""), "Max-Forwards: 70", "Max-Forwards:"), Want: []string{"warning: Max-Forwards"}, Fixed: with("")},
			{Name: "a subject may be empty", Text: with("Subject:\nOrganization:\n")},
			{Name: "an unknown header field", Text: with("X-Info:\n")},
			{Name: "cut off in it", Log: true, Text: inCutLog(with("Accept: a/b\nUser-Agent:\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for i := range m.Headers {
			h := &m.Headers[i]
			if h.Value.Len > 0 || !inFields(neverEmpty, h.ID) {
				continue
			}
			f := Finding{
				Severity:    Warning,
				At:          at(h.Name),
				Title:       fmt.Sprintf("empty %s", h.ID),
				Evidence:    fmt.Sprintf("%s has no value, which it must have.", h.ID),
				Consequence: "Strict receivers answer 400, most ignore the header field.",
				Next:        "Write its value, or leave the header field out.",
				detail:      h,
			}
			switch h.ID {
			case sip.HeaderCallID, sip.HeaderCSeq:
				f.Severity = Error
				f.Consequence = "The receiver cannot tell which transaction the message belongs to: it answers 400 or drops it."
				f.Next = "Correct the element that wrote it."
			case sip.HeaderMaxForwards:
				f.Next = "Write the number of hops that are left, 70 at the start."
			}
			report(f)
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		h := f.detail.(*sip.Header)
		field := clip(s.Message.Bytes(h.Name))
		switch {
		case f.Severity == Error:
			return nil // it must be there, and nobody knows its value
		case h.ID == sip.HeaderMaxForwards:
			line := firstLineOf(s.Message, h)
			return []Fix{{
				Title: "Set Max-Forwards to 70", Preferred: true,
				Edits: []Edit{{At: sip.Span{Off: h.Name.Off, Len: line.End() - h.Name.Off}, Text: Literal(field + ": 70")}},
			}}
		}
		return []Fix{{Title: "Remove " + field, Preferred: true, Edits: []Edit{{At: h.Line}}}}
	},
}

// neverEmpty are the header fields that must have a value and whose missing value no other rule reports.
var neverEmpty = []sip.HeaderID{
	sip.HeaderCallID, sip.HeaderContentID, sip.HeaderCSeq, sip.HeaderDate, sip.HeaderExpires, sip.HeaderFlowTimer,
	sip.HeaderMaxBreadth, sip.HeaderMaxForwards, sip.HeaderMIMEVersion, sip.HeaderMinExpires, sip.HeaderMinSE, sip.HeaderPAssertedService,
	sip.HeaderPMediaAuthorization, sip.HeaderPPreferredService, sip.HeaderRetryAfter, sip.HeaderServer, sip.HeaderSessionExpires, sip.HeaderTimestamp,
	sip.HeaderUserAgent,
}

func inFields(ids []sip.HeaderID, id sip.HeaderID) bool {
	for _, x := range ids {
		if x == id {
			return true
		}
	}
	return false
}
