package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var identityObsolete = &Rule{
	Name:     "identity-of-rfc4474",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Information,
	Failures: []string{"stir-shaken-438-403"},
	Fields:   []sip.HeaderID{sip.HeaderIdentity, sip.HeaderIdentityInfo},
	Cites:    []knowledge.Cite{{Standard: "RFC 8224", Section: "4"}, {Standard: "RFC 8224", Section: "13.1"}},
	Doc: Doc{
		Title: "Identity in the form of RFC 4474",
		Text: `RFC 8224 replaced RFC 4474: the signature is a PASSporT, the URI of the certificate is its parameter info, and the header
field Identity-Info is deprecated. Verifiers of today do not read the old form; a gateway may still forward it.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "both header fields", Text: invited("Identity: \"c2lnbmF0dXJl\"\nIdentity-Info: <https://cert.example.org/p.cer>;alg=rsa-sha1\n"), Want: []string{`information: "c2lnbmF0dXJl"`}},
			{Name: "without quotes", Text: invited("Identity: c2lnbmF0dXJl=\n"), Want: []string{"information: c2lnbmF0dXJl="}},
			{Name: "Identity-Info alone", Text: invited("Identity-Info: <https://cert.example.org/p.cer>;alg=rsa-sha1\n"), Want: []string{"information: Identity-Info"}},
			{Name: "of today", Text: invited("Identity: ..c2lnbmF0dXJl;info=<https://cert.example.org/p.cer>\n")},
			{Name: "cut off", Log: true, Text: cutLog(invited("Identity: \"c2lnbmF0dXJl\"\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		f := Finding{
			Severity:    Information,
			Title:       "Identity in the form of RFC 4474",
			Consequence: "Verifiers of today cannot read it and treat the caller as unsigned.",
			Next:        "Sign with a PASSporT and name the certificate in the parameter info of Identity.",
		}
		for id := range m.Identities {
			if id.Old {
				f.At = at(id.Digest)
				f.Evidence = fmt.Sprintf("The signature %s is no PASSporT.", clip(m.Bytes(id.Digest)))
				report(f)
				return
			}
		}
		if h := m.Header(sip.HeaderIdentityInfo); h != nil {
			f.At = at(h.Name)
			f.Evidence = "Identity-Info is deprecated."
			report(f)
		}
	},
}
