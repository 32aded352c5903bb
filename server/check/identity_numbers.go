package check

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

var identityNumbers = &Rule{
	Name:     "identity-numbers-differ",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Failures: []string{"stir-shaken-438-403"},
	Messages: inRequests,
	Fields:   identityFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8224", Section: "6.2.4"}, {Standard: "RFC 8224", Section: "8.3"}},
	Doc: Doc{
		Title: "Numbers in the PASSporT are not those of the message",
		Text: `A verifier takes the caller from From or P-Asserted-Identity and the called party from To, and checks the signature over these.
Where orig matches neither, or dest not To, somebody on the way rewrote a number and the signature cannot hold. Numbers are
compared without separators, and one may lack the country code or have a prefix for dialling. Where one side is no
telephone number, or a short one, nothing is said, and dest is left alone where a call was diverted (ppt div).`,
	},
	Cases: func() []Case {
		with := func(claims string) string { return invited(identityLine(shakenHeader, claims, shakenParams)) }
		orig := strings.Replace(shakenClaims, `"15550100"`, `"15550199"`, 1)
		dest := strings.Replace(shakenClaims, `"15550101"`, `"15550199"`, 1)
		divHeader := strings.Replace(shakenHeader, "shaken", "div", 1)
		return []Case{
			{Name: "another caller", Text: with(orig), Want: []string{"warning: <sip:+15550100@example.com>;tag=1"}},
			{Name: "another called party", Text: with(dest), Want: []string{"warning: <sip:+15550101@example.com>"}},
			{Name: "caller of P-Asserted-Identity", Text: strings.Replace(with(orig), "Date:", "P-Asserted-Identity: <tel:+1-555-0199>\nDate:", 1)},
			{Name: "From without country code", Text: strings.Replace(with(shakenClaims), "sip:+15550100@", "sip:5550100@", 1)},
			{Name: "an extension", Text: strings.Replace(with(orig), "sip:+15550100@", "sip:4711@", 1)},
			{Name: "anonymous caller", Text: strings.Replace(with(orig), "sip:+15550100@", "sip:anonymous@", 1)},
			{Name: "diverted", Text: invited(identityLine(shakenHeader, dest, shakenParams) + identityLine(divHeader, dest, strings.Replace(shakenParams, "shaken", "div", 1)))},
			{Name: "cut off", Log: true, Text: cutLog(with(orig))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		diverted := false
		for id := range m.Identities {
			diverted = diverted || sip.EqualFold(sip.Unquote(m.Bytes(id.PPT)), "div")
		}
		done := false
		fullPASSporTs(m, func(_ *sip.Identity, p *sip.PASSporT) {
			if done {
				return
			}
			f := Finding{
				Severity:    Warning,
				Certainty:   StrongHint,
				Consequence: "The verifier checks the signature over the number of the message, so that verification fails (438) or the caller counts as unsigned.",
				Next:        "Look which element rewrote the number behind the authentication service, and let it sign anew or leave the number alone.",
			}
			if len(p.Orig.TN) == 1 {
				if h, number := numberUnlike(m, p.Orig.TN, sip.HeaderFrom, sip.HeaderPAssertedIdentity); h != nil {
					f.At = at(h.Value)
					f.Title = "caller in the PASSporT is not that of the message"
					f.Evidence = fmt.Sprintf("orig is %s, %s is %s.", short(p.Orig.TN[0]), h.ID, short(number))
					done = true
					report(f)
					return
				}
			}
			if len(p.Dest.TN) > 0 && !diverted {
				if h, number := numberUnlike(m, p.Dest.TN, sip.HeaderTo); h != nil {
					f.At = at(h.Value)
					f.Title = "called party in the PASSporT is not that of the message"
					f.Evidence = fmt.Sprintf("dest is %s, %s is %s.", short(p.Dest.TN[0]), h.ID, short(number))
					done = true
					report(f)
				}
			}
		})
	},
}

// shortestNumber is the least length in digits of what is compared: shorter ones are extensions and
// service numbers, which the authentication service may turn into another number (RFC 8224 section 8.3).
const shortestNumber = 7

// numberUnlike returns the first of these fields that holds a telephone number, when none of
// the numbers in the fields is like one of tns; nil when one is, or when there are no numbers.
func numberUnlike(m *sip.Message, tns []string, ids ...sip.HeaderID) (first *sip.Header, number string) {
	for _, id := range ids {
		for h, a := range m.Addresses(id) {
			digits, ok := telephoneNumber(m.Bytes(a.URI))
			if !ok || len(digits) < shortestNumber {
				continue
			}
			for _, tn := range tns {
				if canonical, ok := canonicalNumber(tn); !ok || sameNumber(canonical, digits) {
					return nil, ""
				}
			}
			if first == nil {
				first, number = h, digits
			}
		}
	}
	return first, number
}
