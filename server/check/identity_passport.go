package check

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

var identityPASSporT = &Rule{
	Name:     "identity-passport-content",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Failures: []string{"stir-shaken-438-403"},
	Fields:   identityFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8225", Section: "4"}, {Standard: "RFC 8225", Section: "5"}},
	Doc: Doc{
		Title: "PASSporT that lacks what it needs",
		Text: `The header of a PASSporT has typ "passport"; the claims have iat, orig with one number or URI, and dest with at least one;
telephone numbers are digits only. With ppt shaken there is attest, A, B or C, and origid. The first of these that is not so
is a warning: verifiers differ in what they let pass. An algorithm other than ES256, the only one that all must know, is
information. The signature is not checked.`,
	},
	Cases: func() []Case {
		with := func(header, claims string) string { return invited(identityLine(header, claims, shakenParams)) }
		part := func(s string) string {
			return identityLine("", s, "")[len("Identity: .") : len(identityLine("", s, ""))-len(".c2lnbmF0dXJl\n")]
		}
		change := strings.Replace
		typ := change(shakenHeader, `"typ":"passport"`, `"typ":"JWT"`, 1)
		alg := change(shakenHeader, "ES256", "RS256", 1)
		iat := change(shakenClaims, `"iat":1443208345,`, "", 1)
		plus := change(shakenClaims, `"15550100"`, `"+1-555-0100"`, 1)
		attest := change(shakenClaims, `"attest":"A"`, `"attest":"a"`, 1)
		dest := change(shakenClaims, `"dest":{"tn":["15550101"]}`, `"dest":{}`, 1)
		orig := change(shakenClaims, `"tn":"15550100"`, `"tn":["15550100","15550102"]`, 1)
		return []Case{
			{Name: "another typ", Text: with(typ, shakenClaims), Want: []string{"warning: " + part(typ)}},
			{Name: "no iat", Text: with(shakenHeader, iat), Want: []string{"warning: " + part(iat)}},
			{Name: "number with separators", Text: with(shakenHeader, plus), Want: []string{"warning: " + part(plus)}},
			{Name: "attest in lower case", Text: with(shakenHeader, attest), Want: []string{"warning: " + part(attest)}},
			{Name: "dest without a number", Text: with(shakenHeader, dest), Want: []string{"warning: " + part(dest)}},
			{Name: "two callers", Text: with(shakenHeader, orig), Want: []string{"warning: " + part(orig)}},
			{Name: "another algorithm", Text: strings.Replace(with(alg, shakenClaims), ";alg=ES256", ";alg=RS256", 1), Want: []string{"information: " + part(alg)}},
			{Name: "complete", Text: with(shakenHeader, shakenClaims)},
			{Name: "compact form", Text: invited("Identity: ..c2lnbmF0dXJl;info=<https://cert.example.org/p.cer>\n")},
			{Name: "cut off", Log: true, Text: cutLog(with(shakenHeader, iat))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		fullPASSporTs(m, func(id *sip.Identity, p *sip.PASSporT) {
			header, claims := passportParts(m, id)
			f := Finding{
				Severity:    Warning,
				Consequence: "Verifiers that check it reject the signature (437, 438) or treat the caller as unsigned.",
				Next:        "Correct the authentication service that signed the request.",
			}
			where := claims
			switch {
			case p.Typ != "passport":
				where = header
				f.Title, f.Evidence = "PASSporT of another type", fmt.Sprintf("typ is %q; it must be passport.", short(p.Typ))
				f.Cites = []knowledge.Cite{{Standard: "RFC 8225", Section: "4.1"}}
			case !p.HasIat:
				f.Title, f.Evidence = "PASSporT without iat", "The claims hold no time of issue."
				f.Cites = []knowledge.Cite{{Standard: "RFC 8225", Section: "5.1.1"}}
			case !p.HasOrig || len(p.Orig.TN)+len(p.Orig.URI) != 1:
				f.Title, f.Evidence = "PASSporT without one caller", fmt.Sprintf("The claim orig holds %d numbers or URIs; it must hold one.", len(p.Orig.TN)+len(p.Orig.URI))
				f.Cites = []knowledge.Cite{{Standard: "RFC 8225", Section: "5.2.1"}}
			case !p.HasDest || len(p.Dest.TN)+len(p.Dest.URI) == 0:
				f.Title, f.Evidence = "PASSporT without a called party", "The claim dest holds neither a number nor a URI."
				f.Cites = []knowledge.Cite{{Standard: "RFC 8225", Section: "5.2.1"}}
			case notCanonical(p) != "":
				f.Title, f.Evidence = "number in a PASSporT that is not canonical", fmt.Sprintf("The number %s holds more than digits, # and *.", short(notCanonical(p)))
				f.Cites = []knowledge.Cite{{Standard: "RFC 8225", Section: "5.2.1.1"}, {Standard: "RFC 8224", Section: "8.3"}}
			case p.PPT == "shaken" && p.Attest != "A" && p.Attest != "B" && p.Attest != "C":
				f.Title, f.Evidence = "SHAKEN without a level of attestation", fmt.Sprintf("attest is %q; it must be A, B or C.", short(p.Attest))
				f.Cites = []knowledge.Cite{{Standard: "RFC 8588", Section: "4"}}
			case p.PPT == "shaken" && p.OrigID == "":
				f.Title, f.Evidence = "SHAKEN without origid", "The claims hold no origid."
				f.Cites = []knowledge.Cite{{Standard: "RFC 8588", Section: "5"}}
			case p.Alg != "ES256":
				where, f.Severity = header, Information
				f.Title, f.Evidence = "PASSporT signed with another algorithm", fmt.Sprintf("alg is %q; verifiers need to know ES256 only.", short(p.Alg))
				f.Consequence = "A verifier that does not know the algorithm cannot check the signature."
				f.Next = "Sign with ES256 unless the verifiers are known."
				f.Cites = []knowledge.Cite{{Standard: "RFC 8225", Section: "4.2"}}
			default:
				return
			}
			f.At = at(where)
			report(f)
		})
	},
}

// notCanonical returns the first number in orig or dest with characters that do not belong there, "" when there is none.
func notCanonical(p *sip.PASSporT) string {
	for _, list := range [][]string{p.Orig.TN, p.Dest.TN} {
		for _, tn := range list {
			if digits, ok := canonicalNumber(tn); !ok || digits != tn {
				return tn
			}
		}
	}
	return ""
}

// short clips text out of a PASSporT, which no header field bounds.
func short(s string) string { return clip([]byte(s)) }
