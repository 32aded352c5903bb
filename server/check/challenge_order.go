package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var challengeOrder = &Rule{
	Name:     "challenge-order",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Hint,
	Failures: []string{"digest-algorithm-unsupported"},
	Messages: inResponses,
	Fields:   challengeFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8760", Section: "2.3"}, {Standard: "RFC 8760", Section: "2.4"}},
	Doc: Doc{
		Title: "A challenge with MD5 stands above one with SHA",
		Text: `Challenges of one realm stand in the order of preference, and clients use the topmost they support. With MD5 on top nobody
uses the stronger algorithm. Which order the server prefers is its own matter: a hint, in texts that somebody writes.`,
	},
	Cases: func() []Case {
		const md5 = `WWW-Authenticate: Digest realm="example.com", nonce="1", qop="auth", algorithm=MD5` + "\n"
		const sha = `WWW-Authenticate: Digest realm="example.com", nonce="2", qop="auth", algorithm=SHA-256` + "\n"
		return []Case{
			{Name: "MD5 on top", Text: challengedWith(md5 + sha), Want: []string{"hint: Digest"}},
			{Name: "SHA-256 on top", Text: challengedWith(sha + md5)},
			{Name: "MD5 on top in a log", Log: true, Text: "a message:\n" + challengedWith(md5+sha)},
			{Name: "cut off", Log: true, Text: cutLog(challengedWith(md5 + sha))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if !s.Editable {
			return
		}
		m := s.Message
		challengePairs(m, func(upper, lower *sip.AuthValue) bool {
			if digestDigits(digestName(m, upper)) != 32 || digestDigits(digestName(m, lower)) != 64 {
				return true
			}
			report(Finding{
				Severity:    Hint,
				At:          at(upper.Scheme.Name),
				Related:     []Related{{At: at(lower.Scheme.Name), Text: "the stronger one"}},
				Title:       "the weaker challenge stands on top",
				Evidence:    fmt.Sprintf("%s stands above %s.", clip(digestName(m, upper)), clip(digestName(m, lower))),
				Consequence: "Clients use the topmost challenge they support, so that the stronger algorithm is never used.",
				Next:        "Put the most preferred challenge on top.",
			})
			return false
		})
	},
}
