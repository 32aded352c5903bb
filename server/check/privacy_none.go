package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var privacyNone = &Rule{
	Name:     "privacy-none-combined",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   []sip.HeaderID{sip.HeaderPrivacy},
	Cites:    []knowledge.Cite{{Standard: "RFC 3323", Section: "4.2"}},
	Doc: Doc{
		Title: "Privacy none together with another value",
		Text:  `Privacy: none asks that nothing be hidden, and must stand alone. Beside another value it contradicts it, and what the network does depends on which one it reads first.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "none and id", Text: requestOf("INVITE", "Privacy: id;None\n"), Want: []string{"warning: None"}},
			{Name: "none alone", Text: requestOf("INVITE", "Privacy: none\n")},
			{Name: "id and critical", Text: requestOf("INVITE", "Privacy: id;critical\n")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(requestOf("INVITE", "Contact: <sip:a@192.0.2.1>\nPrivacy: id;none\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		var none, other sip.Span
		for _, v := range m.PrivacyValues {
			if sip.EqualFold(m.Bytes(v), "none") {
				none = v
			} else {
				other = v
			}
		}
		if none.Len == 0 || other.Len == 0 {
			return
		}
		report(Finding{
			Severity:    Warning,
			At:          at(none),
			Title:       fmt.Sprintf("Privacy none together with %s", clip(m.Bytes(other))),
			Evidence:    fmt.Sprintf("Privacy says none, which asks that nothing be hidden, and %s.", clip(m.Bytes(other))),
			Consequence: "One network hides the caller, the next one shows him.",
			Next:        "Leave out none to hide something, or everything else to hide nothing.",
		})
	},
}
