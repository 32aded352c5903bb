package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var digestStale = &Rule{
	Name:     "digest-stale-value",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Failures: []string{"stale-nonce"},
	Fields:   challengeFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "25.1"}, {Standard: "RFC 7616", Section: "3.3"}},
	Doc: Doc{
		Title: "stale is neither true nor false",
		Text: `stale=true tells the client that only its nonce was too old. Any other value counts as false: the client takes its
password for wrong. Letter case does not matter; quotes are the matter of another rule.`,
	},
	Cases: func() []Case {
		with := func(stale string) string {
			return challengedWith(`WWW-Authenticate: Digest realm="example.com", nonce="1", qop="auth", stale=` + stale + "\n")
		}
		return []Case{
			{Name: "a number", Text: with("1"), Want: []string{"warning: 1"}},
			{Name: "upper case", Text: with("TRUE")},
			{Name: "false", Text: with("false")},
			{Name: "cut off in it", Log: true, Text: cutLog(with("tr"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		a := m.AuthValues()
		for v := (sip.AuthValue{}); a.Next(&v); {
			p, ok := v.Param(sip.AuthStale)
			if !ok || !v.IsChallenge() || !isDigest(m, &v) {
				continue
			}
			value := sip.Unquote(m.Bytes(p.Value))
			if sip.EqualFold(value, "true") || sip.EqualFold(value, "false") {
				continue
			}
			report(Finding{
				Severity:    Warning,
				At:          at(p.Value),
				Title:       "stale is neither true nor false",
				Evidence:    fmt.Sprintf("stale is %s.", clip(value)),
				Consequence: "Clients take it for false: they ask the user for another password or give up.",
				Next:        "Send stale=true where only the nonce was too old, else leave it out.",
			})
		}
	},
}
