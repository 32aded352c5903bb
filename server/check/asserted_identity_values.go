package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var assertedIdentityValues = &Rule{
	Name:     "asserted-identity-values",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   assertedIdentityFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3325", Section: "9.1"}, {Standard: "RFC 3325", Section: "9.2"}},
	Doc: Doc{
		Title: "Wrong number or kind of values in P-Asserted-Identity or P-Preferred-Identity",
		Text: `There are one or two values. One is a sip, sips or tel URI; of two, one is a sip or sips URI and the other a tel URI. Which of two SIP
URIs an element believes is anybody's guess.`,
	},
	Cases: func() []Case {
		with := func(value string) string {
			return optionsTo("<sip:b@example.com>", "P-Asserted-Identity: "+value+"\n")
		}
		return []Case{
			{Name: "two SIP URIs", Text: with("<sip:a@example.com>\nP-Asserted-Identity: <sips:a@example.net>"), Want: []string{"warning: <sips:a@example.net>"}},
			{Name: "three values", Text: with("<sip:a@example.com>, <tel:+15550100>, <tel:+15550101>"), Want: []string{"warning: <tel:+15550101>"}},
			{Name: "another scheme", Text: with("<mailto:a@example.com>"), Want: []string{"warning: <mailto:a@example.com>"}},
			{Name: "one of each", Text: with("<sip:a@example.com>, <tel:+15550100>")},
			{Name: "cut off behind it", Log: true, Text: cutOptions("P-Asserted-Identity: <sip:a@example.com>, <sip:b@example.com>\nFrom: <sip:a")},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for _, id := range assertedIdentityFields {
			if s.facts.has(id) {
				checkIdentityValues(s.Message, id, report)
			}
		}
	},
}

func checkIdentityValues(m *sip.Message, id sip.HeaderID, report func(Finding)) {
	n := 0
	var seen [sip.OtherURI]bool
	for _, a := range m.Addresses(id) {
		u, err := m.URI(a.URI)
		if err != nil {
			return // not to be counted; its grammar is the subject of another rule
		}
		f := Finding{
			Severity:    Warning,
			At:          at(a.Value),
			Consequence: "Elements differ in which value they believe; some believe none.",
			Next:        "Leave one sip or sips URI and at most one tel URI.",
		}
		switch n++; {
		case u.Kind == sip.OtherURI:
			f.Title = fmt.Sprintf("%s that is no sip, sips or tel URI", id)
			f.Evidence = fmt.Sprintf("It says %s.", clip(m.Bytes(a.Value)))
		case n > 2:
			f.Title = fmt.Sprintf("More than two values of %s", id)
			f.Evidence = fmt.Sprintf("%s is value %d.", clip(m.Bytes(a.Value)), n)
		case seen[u.Kind]:
			f.Title = fmt.Sprintf("Two values of %s with the same kind of URI", id)
			f.Evidence = fmt.Sprintf("%s is another %s URI.", clip(m.Bytes(a.Value)), [...]string{sip.SIPURI: "SIP", sip.TelURI: "tel"}[u.Kind])
		default:
			seen[u.Kind] = true
			continue
		}
		report(f)
		return
	}
}
