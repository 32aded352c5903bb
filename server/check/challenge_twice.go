package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var challengeTwice = &Rule{
	Name:     "challenge-twice",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Information,
	Messages: inResponses,
	Fields:   challengeFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8760", Section: "2.3"}},
	Doc: Doc{
		Title: "Two challenges with the same realm and algorithm",
		Text: `A server may send several challenges for a realm, each with another algorithm. Two with the same one are of no use to the
client. It is information, not more, because a forking proxy collects the challenges of all branches, and
two branches may end at servers of the same realm.`,
	},
	Cases: func() []Case {
		const md5 = `WWW-Authenticate: Digest realm="example.com", nonce="1", qop="auth"` + "\n"
		return []Case{
			{
				Name: "MD5, once by name and once by default",
				Text: challengedWith(md5 + `WWW-Authenticate: Digest realm="example.com", nonce="2", qop="auth", algorithm=MD5` + "\n"),
				Want: []string{"information: Digest"},
			},
			{Name: "another algorithm", Text: challengedWith(`WWW-Authenticate: Digest realm="example.com", nonce="2", qop="auth", algorithm=SHA-256` + "\n" + md5)},
			{Name: "another realm", Text: challengedWith(md5 + `WWW-Authenticate: Digest realm="example.net", nonce="2", qop="auth"` + "\n")},
			{Name: "cut off behind it", Log: true, Text: cutLog(challengedWith(md5 + md5))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		challengePairs(m, func(upper, lower *sip.AuthValue) bool {
			if !bytes.EqualFold(digestName(m, upper), digestName(m, lower)) {
				return true
			}
			report(Finding{
				Severity:    Information,
				Certainty:   StrongHint,
				At:          at(lower.Scheme.Name),
				Related:     []Related{{At: at(upper.Scheme.Name), Text: "the same realm and algorithm"}},
				Title:       "two challenges with the same realm and algorithm",
				Evidence:    fmt.Sprintf("Two challenges have the realm %s and the algorithm %s.", clip(lower.Unquoted(m, sip.AuthRealm)), clip(digestName(m, lower))),
				Consequence: "The client answers the upper one; the lower one has no effect, unless it is that of another branch of a forked request.",
				Next:        "Unless a proxy collected them, make the server send one challenge for each algorithm.",
			})
			return false
		})
	},
}
