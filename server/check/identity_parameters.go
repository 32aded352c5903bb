package check

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

var identityParameters = &Rule{
	Name:     "identity-parameters-differ",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Failures: []string{"stir-shaken-438-403"},
	Fields:   identityFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8224", Section: "4.1"}},
	Doc: Doc{
		Title: "Parameters of Identity that differ from the PASSporT",
		Text: `alg, ppt and info of the header field say again what alg, ppt and x5u in the header of the PASSporT say. A difference in
alg or ppt, or claims of SHAKEN or of rich call data in a PASSporT without ppt, is a warning. A difference between
info and x5u is information, for the example of RFC 8224 section 4.1.1 has one.`,
	},
	Cases: func() []Case {
		plain := strings.Replace(shakenHeader, `"ppt":"shaken",`, "", 1)
		const info = ";info=<https://cert.example.org/p.cer>"
		return []Case{
			{Name: "another alg", Text: invited(identityLine(shakenHeader, shakenClaims, info+";alg=RS256;ppt=shaken")), Want: []string{"warning: RS256"}},
			{Name: "no ppt in the header field", Text: invited(identityLine(shakenHeader, shakenClaims, info)), Want: []string{"warning: Identity"}},
			{Name: "no ppt in the PASSporT", Text: invited(identityLine(plain, shakenClaims, info+";ppt=shaken")), Want: []string{"warning: shaken"}},
			{Name: "no ppt anywhere, claims of SHAKEN", Text: invited(identityLine(plain, shakenClaims, info)), Want: []string{"warning: Identity"}},
			{Name: "another certificate", Text: invited(identityLine(shakenHeader, shakenClaims, ";info=<https://cert.example.org/q.cer>;ppt=shaken")), Want: []string{"information: https://cert.example.org/q.cer"}},
			{Name: "the same", Text: invited(identityLine(shakenHeader, shakenClaims, shakenParams))},
			{Name: "quoted, as many write it", Text: invited(identityLine(shakenHeader, shakenClaims, info+`;alg="ES256";ppt="shaken"`))},
			{Name: "cut off", Log: true, Text: cutLog(invited(identityLine(shakenHeader, shakenClaims, info)))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		fullPASSporTs(m, func(id *sip.Identity, p *sip.PASSporT) {
			alg, ppt := string(sip.Unquote(m.Bytes(id.Alg))), string(sip.Unquote(m.Bytes(id.PPT)))
			f := Finding{
				Severity:    Warning,
				At:          at(id.Header.Name),
				Consequence: "The verifier ignores the header field or takes it for another type, and the caller counts as unsigned.",
				Next:        "Make the authentication service write the same in the header field and in the PASSporT.",
			}
			claim := extensionClaim(p)
			switch {
			case alg != "" && !strings.EqualFold(alg, p.Alg):
				f.At = at(id.Alg)
				f.Title, f.Evidence = "alg of Identity differs from the PASSporT", fmt.Sprintf("alg is %s in the header field and %q in the PASSporT.", short(alg), short(p.Alg))
			case ppt != p.PPT:
				if id.PPT.Len > 0 {
					f.At = at(id.PPT)
				}
				f.Title, f.Evidence = "ppt of Identity differs from the PASSporT", fmt.Sprintf("ppt is %q in the header field and %q in the PASSporT.", short(ppt), short(p.PPT))
			case ppt == "" && claim != "":
				f.Title, f.Evidence = "Identity without ppt", fmt.Sprintf("The PASSporT has the claim %s of an extension but no ppt names the extension.", claim)
				f.Next = "Name the extension in ppt, both in the header field and in the PASSporT."
			case p.X5U != "" && p.X5U != string(m.Bytes(id.Info)):
				f.Severity = Information
				f.At = at(id.Info)
				f.Title, f.Evidence = "info of Identity differs from x5u", fmt.Sprintf("The header field names the certificate %s, the PASSporT %s.", clip(m.Bytes(id.Info)), short(p.X5U))
				f.Consequence = "Verifiers that compare the two reject the signature."
			default:
				return
			}
			report(f)
		})
	},
}

// extensionClaim returns a claim that only an extension of PASSporT defines, "" when there is none.
func extensionClaim(p *sip.PASSporT) string {
	for _, name := range [...]string{"attest", "origid", "rcd", "div"} {
		if p.HasClaim(name) {
			return name
		}
	}
	return ""
}
