package check

import (
	"fmt"

	"sipls/knowledge"
)

var statusCodeUnknown = &Rule{
	Name:     "status-code-unknown",
	Scope:    Message,
	Needs:    NeedFull,
	Severity: Information,
	Messages: inResponses,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "8.1.3.2"}},
	Doc: Doc{
		Title: "A status code that nobody registered",
		Text: `A client takes a final code that it does not know for the x00 of its class, and an unknown 1xx for 183. That is legal, but what
the sender wants to say is lost. Codes that are not registered but known of vendors are not reported.`,
	},
	Cases: func() []Case {
		with := func(status string) string { return responseTo("BYE", status, "") }
		return []Case{
			{Name: "a final code", Text: with("299 Fine"), Want: []string{"information: 299"}},
			{Name: "in a log", Log: true, Text: inLog(with("698 Go Away")), Want: []string{"information: 698"}},
			{Name: "a registered code", Text: with("404 Not Found")},
			{Name: "a code of a vendor", Text: with("477 Send Failed")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(with("200 OK"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		code := m.Start.Status
		if code < 100 || code > 699 || knowledge.LookupStatus(code) != nil {
			return
		}
		means := code / 100 * 100
		if means == 100 {
			means = 183
		}
		report(Finding{
			Severity:    Information,
			At:          at(m.Start.Code),
			Title:       fmt.Sprintf("unknown status code %d", code),
			Evidence:    fmt.Sprintf("%d is not registered, and not known of any vendor.", code),
			Consequence: fmt.Sprintf("Clients treat it as %d.", means),
			Next:        "Look it up in the manual of the element that sent it.",
		})
	},
}
