package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var retryAfterMisplaced = &Rule{
	Name:     "retry-after-misplaced",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Information,
	Messages: inResponses,
	Fields:   []sip.HeaderID{sip.HeaderRetryAfter},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.33"}},
	Doc: Doc{
		Title: "Retry-After in a response where it means nothing",
		Text:  `Retry-After says when a service or a callee will be there again. It is defined for 404, 413, 480, 486, 500, 503, 600 and 603; clients ignore it elsewhere.`,
	},
	Cases: func() []Case {
		with := func(status string) string { return responseTo("BYE", status, "Retry-After: 60\n") }
		return []Case{
			{Name: "in a 403", Text: with("403 Forbidden"), Want: []string{"information: Retry-After"}, Fixed: responseTo("BYE", "403 Forbidden", "")},
			{Name: "in a 503", Text: with("503 Service Unavailable")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(with("403 Forbidden"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		switch m.Start.Status {
		case 404, 413, 480, 486, 500, 503, 600, 603:
			return
		}
		h := m.Header(sip.HeaderRetryAfter)
		report(Finding{
			Severity:    Information,
			At:          at(h.Name),
			Title:       fmt.Sprintf("%s with Retry-After", name(m)),
			Evidence:    fmt.Sprintf("%s says %s, but Retry-After is not defined for this code.", describe(m), clip(m.Bytes(h.Value))),
			Consequence: "Clients ignore it and try again when they like.",
			Next:        "Send 503 or another code that has it, if the client is to wait.",
			detail:      h.Line,
		})
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		return []Fix{{Title: "Remove Retry-After", Preferred: true, Edits: []Edit{{At: f.detail.(sip.Span)}}}}
	},
}
