package check

import (
	"fmt"

	"sipls/knowledge"
)

var statusCodeRange = &Rule{
	Name:     "status-code-range",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Error,
	Messages: []knowledge.Range{{Lo: 0, Hi: 99}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.2"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "The status code is not a number from 100 to 699",
		Text: `A status code has three digits, of which the first, from 1 to 6, names its class. Nobody can tell what another one means.
Libraries use numbers from 700 on inside themselves; they must not get on the wire.`,
	},
	Cases: func() []Case {
		with := func(code string) string { return responseTo("BYE", code+" OK", "") }
		return []Case{
			{Name: "two digits", Text: with("20"), Want: []string{"error: 20"}},
			{Name: "four digits", Text: with("2000"), Want: []string{"error: 2000"}},
			{Name: "a word", Text: with("OK"), Want: []string{"error: OK"}},
			{Name: "no code at all", Text: swap(with("200"), "SIP/2.0 200 OK", "SIP/2.0"), Want: []string{"error: SIP/2.0"}},
			{Name: "below the first class", Text: with("099"), Want: []string{"error: 099"}},
			{Name: "beyond the last class", Text: with("700"), Want: []string{"error: 700"}},
			{Name: "a code that nobody registered", Text: with("299")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(with("700"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if m.IsRequest() || 100 <= m.Start.Status && m.Start.Status <= 699 {
			return
		}
		code := m.Start.Code
		f := Finding{
			Severity:    Error,
			At:          at(code),
			Title:       fmt.Sprintf("response with status code %s", clip(m.Bytes(code))),
			Evidence:    fmt.Sprintf("%s is no number from 100 to 699.", clip(m.Bytes(code))),
			Consequence: "The client cannot tell what the response means and drops it; the transaction runs into its timer.",
			Next:        "Correct the element that wrote the response.",
		}
		if code.Len == 0 {
			f.At = at(m.Start.Text)
			f.Title = "response without a status code"
			f.Evidence = fmt.Sprintf("The status line is %s.", clip(m.Bytes(m.Start.Text)))
		}
		report(f)
	},
}
