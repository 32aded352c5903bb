package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/sip"
)

var identityTime = &Rule{
	Name:     "identity-time-differs",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Failures: []string{"stir-shaken-438-403"},
	Messages: inRequests,
	Fields:   identityFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8224", Section: "6.2"}, {Standard: "RFC 8224", Section: "4.1"}},
	Doc: Doc{
		Title: "iat of the PASSporT is more than a minute from Date",
		Text: `iat is the time of Date, or the clock of the authentication service at the same moment. Verifiers accept about sixty seconds
from their own clock for both, so that a greater difference between the two makes at least one of them stale: 403 Stale Date.
A Date that cannot be read, or none, is left to other rules.`,
	},
	Cases: func() []Case {
		const late = `{"attest":"A","dest":{"tn":["15550101"]},"iat":1443208466,"orig":{"tn":"15550100"},"origid":"123e4567-e89b-12d3-a456-426655440000"}`
		const soon = `{"attest":"A","dest":{"tn":["15550101"]},"iat":1443208355,"orig":{"tn":"15550100"},"origid":"123e4567-e89b-12d3-a456-426655440000"}`
		return []Case{
			{Name: "two minutes", Text: invited(identityLine(shakenHeader, late, shakenParams)), Want: []string{"warning: Fri, 25 Sep 2015 19:12:25 GMT"}},
			{Name: "ten seconds", Text: invited(identityLine(shakenHeader, soon, shakenParams))},
			{Name: "the same", Text: invited(identityLine(shakenHeader, shakenClaims, shakenParams))},
			{Name: "cut off", Log: true, Text: cutLog(invited(identityLine(shakenHeader, late, shakenParams)))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		h := m.Header(sip.HeaderDate)
		if h == nil {
			return
		}
		date, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", string(m.Bytes(h.Value)))
		if err != nil {
			return
		}
		const fresh = 60 // seconds: RFC 8224 section 6.2 step 4 recommends it
		done := false
		fullPASSporTs(m, func(_ *sip.Identity, p *sip.PASSporT) {
			apart := max(p.IssuedAt, date.Unix()) - min(p.IssuedAt, date.Unix())
			if done || !p.HasIat || apart <= fresh {
				return
			}
			done = true
			report(Finding{
				Severity:    Warning,
				At:          at(h.Value),
				Title:       "iat of the PASSporT is far from Date",
				Evidence:    fmt.Sprintf("iat is %s, Date is %s: %d seconds apart.", time.Unix(p.IssuedAt, 0).UTC().Format(time.RFC1123), clip(m.Bytes(h.Value)), apart),
				Consequence: "Verifiers want both within about a minute of their clock: one of the two is stale, and the call gets 403 Stale Date or counts as unsigned.",
				Next:        "Compare the clocks of the sender and of the authentication service, and look whether an old Identity was sent again.",
			})
		})
	},
}
