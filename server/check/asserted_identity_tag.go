package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var assertedIdentityFields = []sip.HeaderID{sip.HeaderPAssertedIdentity, sip.HeaderPPreferredIdentity}

var assertedIdentityTag = &Rule{
	Name:     "asserted-identity-tag",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   assertedIdentityFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3325", Section: "9.1"}, {Standard: "RFC 3325", Section: "9.2"}},
	Doc: Doc{
		Title: "P-Asserted-Identity or P-Preferred-Identity with a tag",
		Text: `These header fields hold an address and no parameters behind it. A tag there was copied from From or To by an element that took the whole
value instead of the address. Other parameters are not judged: some networks add their own.`,
	},
	Cases: func() []Case {
		with := func(value string) string {
			return optionsTo("<sip:b@example.com>", "P-Asserted-Identity: "+value+"\n")
		}
		return []Case{
			{Name: "a tag", Text: with("<sip:a@example.com>;tag=1"), Want: []string{"warning: tag=1"}, Fixed: with("<sip:a@example.com>")},
			{Name: "a tag in the URI", Text: with("<sip:a@example.com;tag=1>")},
			{Name: "cut off behind it", Log: true, Text: cutOptions("P-Asserted-Identity: <sip:a@example.com>;tag=1\nFrom: <sip:a")},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for _, id := range assertedIdentityFields {
			if !s.facts.has(id) {
				continue
			}
			for _, a := range m.Addresses(id) {
				if p, ok := m.FindParam(a.Params, ';', "tag"); ok {
					report(Finding{
						Severity:    Warning,
						At:          at(paramSpan(p)),
						Title:       fmt.Sprintf("%s with a tag", id),
						Evidence:    fmt.Sprintf("The value goes on with %s.", clip(m.Bytes(paramSpan(p)))),
						Consequence: "Strict elements do not read the identity, and the call is taken for one without.",
						Next:        "Let the element that wrote it leave out the parameters of From.",
						detail:      p,
					})
				}
			}
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		return []Fix{{Title: "Remove the tag", Preferred: true, Edits: []Edit{{At: wholeParam(s.Message, f.detail.(sip.Param))}}}}
	},
}
